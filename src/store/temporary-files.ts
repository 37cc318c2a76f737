/** Temporary files: their names, and how they go when the process that made them is gone. */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { atEnd } from './ending.ts';
import { followLinks } from './write-target.ts';

/** Longest file name of the usual file systems, in octets. */
const MAX_FILE_NAME = 255;
const TEMPORARY = /^\.(.*)\.tmp-(\d+)-[0-9a-f]{12}$/s;

/** Temporary files of this process that are neither in their place nor given up. */
export const unfinished = new Set<string>();

/** Targets for which worker threads of this process may be making temporary files, of which `unfinished` knows nothing. */
const targetsOfThreads = new Set<string>();

/** Targets that a worker thread was told to make. */
export interface FilesOfThread {
  /** Removes what it left, once it has died. Never throws. */
  remove(): void;
  /** It has finished, or what it left has been removed. */
  end(): void;
}

/** Says that a worker thread will be making temporary files for these targets. */
export function expectFilesOfThread(targets: readonly string[]): FilesOfThread {
  const paths = targets.map((path) => followLinks(path));
  for (const path of paths) targetsOfThreads.add(path);
  return {
    remove: () => removeOwnFiles(paths),
    end: () => {
      for (const path of paths) targetsOfThreads.delete(path);
    },
  };
}

function removeOwnFiles(targets: Iterable<string>): void {
  const own = new StaleFiles((pid) => pid === process.pid);
  for (const target of targets) own.remove(target);
}

/** Removes the temporary files of this process: for the end by a signal. Never throws. */
export function removeUnfinishedFiles(): void {
  for (const path of unfinished) removeIfThere(path);
  unfinished.clear();
  removeOwnFiles(targetsOfThreads);
}

atEnd(removeUnfinishedFiles);

/**
 * Removes temporary files that dead processes left behind. Call it only under the lock of what `path` names.
 *
 * @param path  the target whose temporary files go; a directory: those of all targets in it
 * @returns     how many were removed
 */
export function removeStaleFiles(path: string): number {
  return new StaleFiles().remove(path);
}

/**
 * The same for all targets in a directory whose names begin with `prefix`.
 *
 * @returns how many were removed
 */
export function removeStaleFilesFor(directory: string, prefix: string): number {
  return new StaleFiles().removeFor(directory, prefix);
}

/**
 * What dead processes had left behind in directories when those were first looked at: for a run over many targets,
 * which would else list their directory once for each.
 */
export class StaleFiles {
  readonly #isStale: (pid: number) => boolean;
  /** The temporary files of each directory: usually none. */
  readonly #names = new Map<string, readonly string[]>();

  /** @param isStale  whether the files of a process are to go; of a dead one, where nothing else is said */
  constructor(isStale = (pid: number) => !isProcessAlive(pid)) {
    this.#isStale = isStale;
  }

  /** As `removeStaleFiles` does. */
  remove(path: string): number {
    const target = followLinks(path);
    if (fs.statSync(target, { throwIfNoEntry: false })?.isDirectory() === true) return this.removeFor(target, '');
    const wanted = temporaryStem(basename(target));
    return this.#sweep(dirname(target), (stem) => stem === wanted);
  }

  /** As `removeStaleFilesFor` does. */
  removeFor(directory: string, prefix: string): number {
    const wanted = temporaryStem(prefix);
    return this.#sweep(directory, (stem) => stem.startsWith(wanted));
  }

  #sweep(directory: string, isWanted: (stem: string) => boolean): number {
    let names = this.#names.get(directory);
    if (names === undefined) {
      names = namesIn(directory).filter((name) => name.startsWith('.') && TEMPORARY.test(name));
      this.#names.set(directory, names);
    }
    let removed = 0;
    for (const name of names) {
      const [, stem, pid] = TEMPORARY.exec(name)!;
      if (isWanted(stem!) && this.#isStale(Number(pid)) && removeIfThere(join(directory, name))) removed++;
    }
    return removed;
  }
}

/** @returns false where another sweeper was faster, or it is not ours to remove: the next run's turn comes */
export function removeIfThere(path: string): boolean {
  try {
    fs.unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether a process of this number runs here; it may be another one than was meant. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A name for a temporary file beside `target`: hidden, and no longer than file names may be. */
export function temporaryPath(target: string): string {
  return join(
    dirname(target),
    `.${temporaryStem(basename(target))}.tmp-${process.pid}-${randomBytes(6).toString('hex')}`,
  );
}

function temporaryStem(name: string): string {
  let stem = name;
  while (Buffer.byteLength(stem) > MAX_FILE_NAME - 32) stem = stem.slice(0, -1);
  return stem;
}

function namesIn(directory: string): readonly string[] {
  try {
    return fs.readdirSync(directory);
  } catch {
    return [];
  }
}
