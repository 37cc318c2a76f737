/** Stamps of files: equal as long as a file, or what lies in a directory, has not changed. */
import { statSync } from 'node:fs';
import type { UnixSeconds } from '../base/time.ts';

/** Seconds that a file must have been quiet: one that changed just now could change again within a tick of its clock. */
const QUIET = 2;

/** The stamp of a file or directory. */
export interface FileStamp {
  /** Device, inode, size and both times. */
  readonly text: string;
  /** When it last changed. */
  readonly changed: UnixSeconds;
}

/** The stamp of a file or directory; undefined if there is none. */
export function stampOf(path: string): FileStamp | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const { dev, ino, size, mtimeNs, ctimeNs } = stat;
  const latest = ctimeNs > mtimeNs ? ctimeNs : mtimeNs;
  return { text: [dev, ino, size, mtimeNs, ctimeNs].join(':'), changed: Number(latest / 1_000_000_000n) };
}

/** The stamp of what is about to be read; undefined if it changed too shortly before to be trusted, or is not there. */
export function stampForReading(path: string, now: UnixSeconds): string | undefined {
  const stamp = stampOf(path);
  return stamp === undefined || stamp.changed > now - QUIET ? undefined : stamp.text;
}
