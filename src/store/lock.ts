/**
 * Locks: lease files that name their holder, so that two runs never work on the same thing.
 *
 * A lease appears with its whole content (temporary file + link), and is taken over when its holder is certainly
 * gone. Taking over has an order that two takers cannot both follow: the lease with the nonce N is replaced only by
 * the holder of the lock `….takeover-N`, which looks again first; that lock is one like this one, so a taker that
 * dies on the way is itself taken over.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DnssecError, fileError } from '../base/errors.ts';
import type { Seconds } from '../base/time.ts';
import { atEnd } from './ending.ts';
import { linkExclusive, writeAll } from './files.ts';
import { currentProcess, isCertainlyGone, type LeaseHolder } from './lease-holder.ts';
import {
  removeIfThere,
  removeStaleFiles,
  removeStaleFilesFor,
  type StaleFiles,
  temporaryPath,
  unfinished,
} from './temporary-files.ts';
import { followLinks } from './write-target.ts';

/** How often a holder shows that it lives. */
const RENEWAL_MS = 20_000;
const POLL_MS = 100;
/** Takers that died one after another, each while taking over from the one before; no machine is that unlucky. */
const MAX_TAKEOVERS = 500;

/** A lease as its file holds it. */
interface Lease extends LeaseHolder {
  /** Drawn for each lease, so that none is taken for another. */
  readonly nonce: string;
}

/** A lock that is held. */
export interface Lock {
  readonly path: string;
  /** Whether a holder that has died left it: what it was doing was not finished. */
  readonly isTakenOver: boolean;
  /** Whether the lease is still ours; false after a pause so long that another host took it over. */
  isHeld(): boolean;
  /** Gives the lock back. Safe to call more than once. */
  release(): void;
}

/** How to take a lock. */
export interface LockOptions {
  /** How long to wait for another holder; 0 by default. */
  readonly wait?: Seconds;
  /** What dead processes left, for a run over many locks; looked for anew where a lock was taken over. */
  readonly stale?: StaleFiles;
}

const held = new Set<HeldLock>();

/** Gives back all locks of this process: for the end by a signal, and at exit. Never throws. */
export function releaseLocks(): void {
  for (const lock of held) lock.release();
}
process.on('exit', releaseLocks);
atEnd(releaseLocks);

/** Where the lock of a file lies: beside it, hidden. Links are followed: one file has one lock. */
export function lockPath(target: string): string {
  const path = followLinks(target);
  return join(dirname(path), `.${basename(path)}.lock`);
}

/**
 * Takes a lock.
 *
 * @param path  the lease file, in a directory that exists
 * @throws DnssecError LOCKED with who holds it since when, FILE_UNWRITABLE, DISK_FULL
 */
export async function acquireLock(path: string, options: LockOptions = {}): Promise<Lock> {
  const deadline = performance.now() + (options.wait ?? 0) * 1000;
  for (;;) {
    const outcome = tryLock(path, 0);
    if (outcome instanceof HeldLock) {
      sweepLeftovers(path, outcome, options.stale);
      return outcome;
    }
    if (performance.now() >= deadline) throw lockedError(path, outcome);
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}

/** Removes what dead processes left for a target, under its lock. */
export function sweepLeftovers(path: string, lock: Lock, stale: StaleFiles | undefined): void {
  // Whoever dies leaves its lock too: nothing can have come since the listing where there was none.
  if (lock.isTakenOver || stale === undefined) removeStaleFiles(path);
  else stale.remove(path);
}

/** Runs `work` under a lock and gives the lock back, however the work ends. */
export async function withLock<T>(path: string, options: LockOptions, work: (lock: Lock) => Promise<T>): Promise<T> {
  const lock = await acquireLock(path, options);
  try {
    return await work(lock);
  } finally {
    lock.release();
  }
}

/** @returns the lock, or who holds it (undefined: it is changing hands just now) */
function tryLock(path: string, depth: number): HeldLock | LeaseHolder | undefined {
  try {
    const lease: Lease = { ...currentProcess(), nonce: randomBytes(8).toString('hex') };
    if (createLease(path, lease, linkExclusive)) return new HeldLock(path, lease.nonce, false);
    const other = readLease(path);
    if (other === undefined) return undefined;
    if (!isCertainlyGone(other.lease, other.renewed)) return other.lease;
    return depth < MAX_TAKEOVERS ? takeOver(path, other.lease, lease, depth) : other.lease;
  } catch (cause) {
    throw cause instanceof DnssecError ? cause : fileError('lock', path, cause, true);
  }
}

function takeOver(path: string, gone: Lease, lease: Lease, depth: number): HeldLock | LeaseHolder | undefined {
  const base = path.replace(/\.takeover-[0-9a-f]+$/, '');
  const guard = tryLock(`${base}.takeover-${gone.nonce}`, depth + 1);
  if (!(guard instanceof HeldLock)) return guard;
  try {
    if (readLease(path)?.lease.nonce !== gone.nonce) return undefined;
    const replace = (temporary: string, target: string) => {
      fs.renameSync(temporary, target);
      return true;
    };
    if (!createLease(path, lease, replace)) return undefined;
    if (depth === 0) sweepTakeovers(path);
    return new HeldLock(path, lease.nonce, true);
  } finally {
    guard.release();
  }
}

/** Removes what takers left that died; the lease that they meant to replace is gone for good, so none is of use. */
function sweepTakeovers(path: string): void {
  const prefix = `${basename(path)}.takeover-`;
  for (const name of fs.readdirSync(dirname(path))) {
    if (!name.startsWith(prefix)) continue;
    const left = readLease(join(dirname(path), name));
    if (left !== undefined && isCertainlyGone(left.lease, left.renewed)) {
      fs.rmSync(join(dirname(path), name), { force: true });
    }
  }
  removeStaleFilesFor(dirname(path), prefix);
}

/** @returns whether the lease is in its place; false if another is, or a sweeper of another container took it for dead */
function createLease(path: string, lease: Lease, place: (temporary: string, path: string) => boolean): boolean {
  const temporary = temporaryPath(path);
  const descriptor = fs.openSync(temporary, 'wx', 0o644);
  unfinished.add(temporary);
  try {
    writeAll(descriptor, Buffer.from(`${JSON.stringify(lease)}\n`), null);
    return place(temporary, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw cause;
  } finally {
    fs.closeSync(descriptor);
    unfinished.delete(temporary);
    removeIfThere(temporary);
  }
}

/**
 * @returns undefined if there is no lease; a lease that cannot be read (half a file of a system that crashed) names
 * nobody, and so lasts as long as any that is not renewed
 */
function readLease(path: string): { readonly lease: Lease; readonly renewed: number } | undefined {
  let text: string;
  let renewed: number;
  try {
    text = fs.readFileSync(path, 'utf8');
    renewed = fs.statSync(path).mtimeMs;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
  return { lease: parseLease(text), renewed };
}

function parseLease(text: string): Lease {
  let value: Partial<Record<keyof Lease, unknown>> | null = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Below it counts as nobody's.
  }
  const textOf = (part: unknown) => (typeof part === 'string' ? part : '');
  const numberOf = (part: unknown) => (typeof part === 'number' && Number.isSafeInteger(part) ? part : 0);
  const nonce = textOf(value?.nonce);
  return {
    nonce: /^[0-9a-f]{16}$/.test(nonce) ? nonce : '0',
    pid: numberOf(value?.pid),
    started: textOf(value?.started),
    pidNamespace: textOf(value?.pidNamespace),
    bootId: textOf(value?.bootId),
    host: textOf(value?.host),
    since: numberOf(value?.since),
  };
}

class HeldLock implements Lock {
  readonly path: string;
  readonly isTakenOver: boolean;
  readonly #nonce: string;
  readonly #renewal: NodeJS.Timeout;

  constructor(path: string, nonce: string, isTakenOver: boolean) {
    this.path = path;
    this.isTakenOver = isTakenOver;
    this.#nonce = nonce;
    this.#renewal = setInterval(() => this.#renew(), RENEWAL_MS);
    this.#renewal.unref();
    held.add(this);
  }

  #renew(): void {
    try {
      const now = new Date();
      if (this.isHeld()) fs.utimesSync(this.path, now, now);
    } catch {
      // The next renewal tries again.
    }
  }

  isHeld(): boolean {
    try {
      return held.has(this) && readLease(this.path)?.lease.nonce === this.#nonce;
    } catch {
      return false;
    }
  }

  release(): void {
    clearInterval(this.#renewal);
    try {
      if (this.isHeld()) fs.unlinkSync(this.path);
    } catch {
      // The lease stays, and is taken over when this process is gone.
    }
    held.delete(this);
  }
}

function lockedError(path: string, holder: LeaseHolder | undefined): DnssecError {
  if (holder === undefined || holder.pid === 0) {
    return new DnssecError('LOCKED', `another run holds the lock ${path}`, { hint: 'Try again in a moment.' });
  }
  const ours = currentProcess();
  const where = holder.host === ours.host ? '' : ` on ${holder.host}`;
  const since = new Date(holder.since * 1000).toISOString().replace('T', ' ').replace(/\..*/, ' UTC');
  return new DnssecError('LOCKED', `process ${holder.pid}${where} holds the lock ${path} since ${since}`, {
    hint: 'Wait until it has finished and run again. The lock of a process that has died is taken over by itself.',
  });
}
