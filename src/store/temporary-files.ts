/** Temporary files: their names, and how they go when the process that made them is gone. */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { followLinks } from './write-target.ts';

/** Longest file name of the usual file systems, in octets. */
const MAX_FILE_NAME = 255;
const TEMPORARY = /^\.(.*)\.tmp-(\d+)-[0-9a-f]{12}$/s;

/** Temporary files of this process that are neither in their place nor given up. */
export const unfinished = new Set<string>();

/** Removes the temporary files of this process: for the end by a signal. Never throws. */
export function removeUnfinishedFiles(): void {
  for (const path of unfinished) {
    try {
      fs.unlinkSync(path);
    } catch {
      // Gone already, or out of reach; the next run sweeps it.
    }
  }
  unfinished.clear();
}

/**
 * Removes temporary files that dead processes left behind. Call it only under the lock of what `path` names.
 *
 * @param path  the target whose temporary files go; a directory: those of all targets in it
 * @returns     how many were removed
 */
export function removeStaleFiles(path: string): number {
  const target = followLinks(path);
  const all = fs.statSync(target, { throwIfNoEntry: false })?.isDirectory() === true;
  const directory = all ? target : dirname(target);
  const wanted = temporaryStem(basename(target));
  return sweep(directory, (stem) => all || stem === wanted);
}

/**
 * The same for all targets in a directory whose names begin with `prefix`.
 *
 * @returns how many were removed
 */
export function removeStaleFilesFor(directory: string, prefix: string): number {
  const wanted = temporaryStem(prefix);
  return sweep(directory, (stem) => stem.startsWith(wanted));
}

function sweep(directory: string, isWanted: (stem: string) => boolean): number {
  let removed = 0;
  for (const name of namesIn(directory)) {
    const match = TEMPORARY.exec(name);
    if (match === null || !isWanted(match[1]!) || isProcessAlive(Number(match[2]))) continue;
    try {
      fs.unlinkSync(join(directory, name));
      removed++;
    } catch {
      // Another sweeper was faster, or it is not ours to remove.
    }
  }
  return removed;
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
