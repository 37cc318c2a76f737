/**
 * Files that are there whole or not at all: a temporary file beside the target, fsync, rename, fsync of the directory.
 *
 * Whoever is killed on the way leaves the old file and, at worst, a temporary one named `.NAME.tmp-PID-RANDOM`,
 * which the next holder of the lock sweeps away.
 */
import * as fs from 'node:fs';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { DnssecError, fileError } from '../base/errors.ts';
import { syncDirectory } from './directory-sync.ts';
import { keepPermissions } from './permissions.ts';
import { temporaryPath, unfinished } from './temporary-files.ts';
import { followLinks, openDevice, statIfThere } from './write-target.ts';

const fsync = promisify(fs.fsync);

/** How a file that replaces another, or is new, is to be. */
export interface AtomicFileOptions {
  /**
   * Permission bits of a file that is new (less the umask) or, with `force`, of any.
   * Without it: those of the file that is replaced, 0666 less the umask for a new one.
   */
  readonly mode?: number;
  /** Sets `mode` exactly, whatever the old file's bits and the umask are: for private keys. */
  readonly force?: boolean;
}

/**
 * A file in the making, which takes its target's place at `commit` and not before.
 *
 * A symbolic link stays and the file that it names is replaced. An existing target's permissions, owner and group
 * are kept. Device files (`/dev/null`) are written to directly.
 */
export class AtomicFile {
  /** What is replaced: the path handed in, with links followed. */
  readonly target: string;
  /** Octets written so far. */
  length = 0;
  readonly #temporary: string | undefined;
  #descriptor: number | undefined;

  /** @throws DnssecError FILE_UNWRITABLE, DISK_FULL */
  constructor(path: string, options: AtomicFileOptions = {}) {
    this.target = followLinks(path);
    const old = statIfThere(this.target);
    if (old !== undefined && !old.isFile()) {
      this.#descriptor = openDevice(path, old);
      return;
    }
    this.#temporary = temporaryPath(this.target);
    const mode = options.mode ?? 0o666;
    try {
      // No more is allowed than the finished file will allow, not for a moment.
      this.#descriptor = fs.openSync(this.#temporary, 'wx', old === undefined && options.force !== true ? mode : 0o600);
      unfinished.add(this.#temporary);
      if (options.force === true) fs.fchmodSync(this.#descriptor, mode);
      else if (old !== undefined) keepPermissions(this.#descriptor, this.target, old);
    } catch (cause) {
      this.abort();
      throw cause instanceof DnssecError ? cause : fileError('write', this.target, cause, true);
    }
  }

  /** Where the octets lie until `commit`: for reading them back. */
  get path(): string {
    return this.#temporary ?? this.target;
  }

  /** Appends octets. @throws DnssecError DISK_FULL, FILE_UNWRITABLE */
  write(chunk: Uint8Array): void {
    this.#put(chunk, null);
    this.length += chunk.length;
  }

  /** Overwrites octets that were written before, from `position`. @throws DnssecError DISK_FULL, FILE_UNWRITABLE */
  writeAt(position: number, chunk: Uint8Array): void {
    if (position < 0 || position + chunk.length > this.length) throw new TypeError('writeAt beyond what was written');
    this.#put(chunk, position);
  }

  #put(chunk: Uint8Array, position: number | null): void {
    if (this.#descriptor === undefined) throw new TypeError('the file is committed or aborted');
    try {
      writeAll(this.#descriptor, chunk, position);
    } catch (cause) {
      this.abort();
      throw fileError('write', this.target, cause, true);
    }
  }

  /** Puts the file in its place, durably. @throws DnssecError DISK_FULL, FILE_UNWRITABLE; the old file is then as it was */
  async commit(): Promise<void> {
    const finished = await this.flush();
    if (finished === undefined) return;
    publish(finished);
    await syncDirectory(dirname(finished.target));
  }

  /** Puts the file in its place without waiting for the disk. @throws DnssecError FILE_UNWRITABLE */
  replace(): void {
    const finished = this.#close();
    if (finished !== undefined) publish(finished);
  }

  /** Gives the file up; the target stays as it is. Safe at any time, more than once. */
  abort(): void {
    if (this.#descriptor !== undefined) {
      try {
        fs.closeSync(this.#descriptor);
      } catch {
        // What it held is given up anyway.
      }
      this.#descriptor = undefined;
    }
    if (this.#temporary !== undefined && unfinished.delete(this.#temporary))
      fs.rmSync(this.#temporary, { force: true });
  }

  /**
   * First half of a commit: what was written is on the disk.
   *
   * @returns what `publish` puts in its place; nothing for a device
   * @throws DnssecError DISK_FULL, FILE_UNWRITABLE; the file is then given up
   */
  async flush(): Promise<FinishedFile | undefined> {
    if (this.#descriptor === undefined) throw new TypeError('the file is committed or aborted');
    try {
      if (this.#temporary !== undefined) await fsync(this.#descriptor);
      return this.#close();
    } catch (cause) {
      this.abort();
      throw fileError('write', this.target, cause, true);
    }
  }

  #close(): FinishedFile | undefined {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) throw new TypeError('the file is committed or aborted');
    this.#descriptor = undefined;
    fs.closeSync(descriptor);
    return this.#temporary === undefined ? undefined : { temporary: this.#temporary, target: this.target };
  }
}

/** A file that is whole and on the disk, and yet to take its target's place. */
export interface FinishedFile {
  readonly temporary: string;
  readonly target: string;
}

/**
 * Second half of a commit: the file takes its target's place. It is durable there once its directory is synchronised.
 *
 * @throws DnssecError FILE_UNWRITABLE; the file is then given up
 */
export function publish({ temporary, target }: FinishedFile): void {
  try {
    fs.renameSync(temporary, target);
  } catch (cause) {
    fs.rmSync(temporary, { force: true });
    throw fileError('write', target, cause, true);
  } finally {
    unfinished.delete(temporary);
  }
}

/** Writes a whole file atomically. @throws DnssecError FILE_UNWRITABLE, DISK_FULL */
export async function writeFileAtomic(path: string, octets: Uint8Array, options?: AtomicFileOptions): Promise<void> {
  const file = new AtomicFile(path, options);
  file.write(octets);
  await file.commit();
}

/**
 * Writes a whole file that can be done without: nobody sees half of it, but after a crash of the machine its old content
 * may be there, or the new, or none.
 *
 * @throws DnssecError FILE_UNWRITABLE, DISK_FULL
 */
export function replaceFile(path: string, octets: Uint8Array): void {
  const file = new AtomicFile(path);
  file.write(octets);
  file.replace();
}

/**
 * Creates a file with its content, whole or not at all, and never in the place of another.
 *
 * @param mode  permission bits, exactly
 * @returns     false if there is something at `path` already, which is left alone
 * @throws DnssecError FILE_UNWRITABLE, DISK_FULL
 */
export async function createExclusive(path: string, octets: Uint8Array, mode: number): Promise<boolean> {
  const temporary = temporaryPath(resolve(path));
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync(temporary, 'wx', 0o600);
    unfinished.add(temporary);
    fs.fchmodSync(descriptor, mode);
    writeAll(descriptor, octets, null);
    await fsync(descriptor);
    if (!linkExclusive(temporary, path)) return false;
    await syncDirectory(dirname(path));
    return true;
  } catch (cause) {
    throw cause instanceof DnssecError ? cause : fileError('create', path, cause, true);
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
    if (unfinished.delete(temporary)) fs.rmSync(temporary, { force: true });
  }
}

const NO_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** Gives a finished file its name unless the name is taken. link(2) refuses a taken name atomically. */
export function linkExclusive(temporary: string, path: string): boolean {
  try {
    fs.linkSync(temporary, path);
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.has(code)) throw cause;
  }
  // A file system without links: claim the name with an empty file, then move the content over the claim.
  try {
    fs.closeSync(fs.openSync(path, 'wx', 0o600));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
  fs.renameSync(temporary, path);
  return true;
}

/**
 * Makes sure that a directory exists, with its parents.
 *
 * @param mode  permission bits of directories made here (less the umask); one that exists is left as it is
 * @returns     whether it was made
 * @throws DnssecError FILE_UNWRITABLE
 */
export async function ensureDirectory(path: string, mode = 0o777): Promise<boolean> {
  try {
    const made = makeDirectories(resolve(path), mode);
    if (made === undefined) return false;
    await syncDirectory(dirname(made));
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw code === 'EEXIST'
      ? new DnssecError('FILE_UNWRITABLE', `cannot create directory ${path}: there is a file of that name`, {
          hint: 'Name another directory, or move the file away.',
          cause,
        })
      : cause instanceof DnssecError
        ? cause
        : fileError('create directory', path, cause, true);
  }
}

/** As mkdir -p; Node's own takes a read-only file system for a missing directory. @returns the topmost one made */
function makeDirectories(path: string, mode: number): string | undefined {
  try {
    fs.mkdirSync(path, mode);
    return path;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) {
      const topmost = makeDirectories(dirname(path), mode);
      makeDirectories(path, mode);
      return topmost ?? path;
    }
    if (fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return undefined;
    throw cause;
  }
}

/** Writes all octets, however many the system takes at a time. */
export function writeAll(descriptor: number, octets: Uint8Array, position: number | null): void {
  for (let at = 0; at < octets.length; ) {
    at += fs.writeSync(descriptor, octets, at, octets.length - at, position === null ? null : position + at);
  }
}
