/** Committing many files together: the wait for the disk is one for all, the faults are each file's own. */
import { dirname } from 'node:path';
import { DnssecError } from '../base/errors.ts';
import { syncDirectory } from './directory-sync.ts';
import { type AtomicFile, type FinishedFile, publish } from './files.ts';

/** A file on its way: on the disk, or given up for what went wrong; undefined for a device, which has no way to go. */
export type FlushedFile = FinishedFile | DnssecError | undefined;

/** What became of each of several files: undefined where all went well. */
export type FileFaults = readonly (DnssecError | undefined)[];

/**
 * Commits files together: every file is flushed, those that are on the disk take their places, and each directory is
 * synchronised once.
 *
 * @returns for each file DISK_FULL, FILE_UNWRITABLE or nothing
 */
export async function commitFiles(files: readonly AtomicFile[]): Promise<FileFaults> {
  return publishFiles(await flushFiles(files));
}

/** First half: brings the content of all files to the disk, at the same time. */
export async function flushFiles(files: readonly AtomicFile[]): Promise<readonly FlushedFile[]> {
  return Promise.all(files.map((file) => file.flush().catch(faultOf)));
}

/** Second half: puts the files that are on the disk in their places, and makes the names durable. */
export async function publishFiles(files: readonly FlushedFile[]): Promise<FileFaults> {
  const faults: (DnssecError | undefined)[] = [];
  const directories = new Map<string, number[]>();
  for (const [index, file] of files.entries()) {
    faults.push(file instanceof DnssecError ? file : undefined);
    if (file === undefined || file instanceof DnssecError) continue;
    try {
      publish(file);
      const directory = dirname(file.target);
      directories.set(directory, [...(directories.get(directory) ?? []), index]);
    } catch (thrown) {
      faults[index] = faultOf(thrown);
    }
  }
  for (const [directory, indexes] of directories) {
    const fault = await syncDirectory(directory).catch(faultOf);
    if (fault instanceof DnssecError) for (const index of indexes) faults[index] = fault;
  }
  return faults;
}

/** @throws what is no fault of a file's */
function faultOf(thrown: unknown): DnssecError {
  if (thrown instanceof DnssecError) return thrown;
  throw thrown;
}
