/** Writing what a rollover decided into the files of a key that is there: its `.state` file, and the times of the others. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyTiming } from '../keys/key.ts';
import { withKeyFileTiming, withPrivateFileTiming } from '../keys/timing-text.ts';
import { syncDirectory, writeFileAtomic } from './files.ts';
import { readKeyText } from './key-store.ts';

const STATE_MODE = 0o644;

/** Writes a key's `.state` file, in the place of an earlier one. @throws DnssecError FILE_UNWRITABLE, DISK_FULL */
export async function writeStateFile(directory: string, name: string, text: string): Promise<void> {
  await writeFileAtomic(join(directory, `${name}.state`), Buffer.from(text, 'latin1'), { mode: STATE_MODE });
}

/**
 * Writes other times into the `.private` and `.key` files of a key, for programs that read no states. The keys in them
 * stay as they are, octet by octet; a file that is not there is not made.
 *
 * @throws DnssecError KEY_UNREADABLE, KEY_EXPOSED, FILE_UNWRITABLE, DISK_FULL
 */
export async function writeKeyTiming(directory: string, name: string, timing: KeyTiming): Promise<void> {
  const files = [
    ['private', withPrivateFileTiming],
    ['key', withKeyFileTiming],
  ] as const;
  for (const [suffix, change] of files) {
    const path = join(directory, `${name}.${suffix}`);
    if (!existsSync(path)) continue;
    const text = await readKeyText(path, suffix === 'private');
    const changed = change(text, timing);
    if (changed !== text) await writeFileAtomic(path, Buffer.from(changed, 'latin1'));
  }
}

/**
 * Removes the files of a key that has long left all caches: the private half last, so that whoever is killed on the way
 * leaves no key that looks as if its private half were lost.
 *
 * @throws DnssecError FILE_UNWRITABLE
 */
export async function removeKeyFiles(directory: string, name: string): Promise<void> {
  for (const suffix of ['key', 'state', 'private']) await rm(join(directory, `${name}.${suffix}`), { force: true });
  await syncDirectory(directory);
}
