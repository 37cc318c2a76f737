/** Writing what a rollover decided into the files of a key that is there: its `.state` file, and the times of the others. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyTiming } from '../keys/key.ts';
import { withKeyFileTiming, withPrivateFileTiming } from '../keys/timing-text.ts';
import { syncDirectory } from './directory-sync.ts';
import { AtomicFile } from './files.ts';
import { commitFiles } from './group-commit.ts';
import { readKeyText } from './key-store.ts';

const STATE_MODE = 0o644;

/** What is to be written of one key. */
export interface KeyChange {
  /** Base name of its files. */
  readonly name: string;
  /** Text of its `.state` file; undefined: it stays. */
  readonly state?: string;
  /**
   * Times for its `.private` and `.key` files, for programs that read no states; undefined: they stay. The keys in them
   * stay as they are, octet by octet; a file that is not there is not made.
   */
  readonly timing?: KeyTiming;
}

/**
 * Writes what changed of keys, each file whole or not at all, in the order given; the disk is waited for once.
 *
 * @throws DnssecError KEY_UNREADABLE, KEY_EXPOSED, FILE_UNWRITABLE, DISK_FULL; files may have changed by then
 */
export async function writeKeyChanges(directory: string, changes: readonly KeyChange[]): Promise<void> {
  const files: AtomicFile[] = [];
  const add = (path: string, text: string, mode?: number) => {
    const file = new AtomicFile(path, mode === undefined ? {} : { mode });
    files.push(file);
    file.write(Buffer.from(text, 'latin1'));
  };
  try {
    for (const { name, state, timing } of changes) {
      if (state !== undefined) add(join(directory, `${name}.state`), state, STATE_MODE);
      if (timing === undefined) continue;
      for (const { path, text } of await retimed(directory, name, timing)) add(path, text);
    }
  } catch (error) {
    for (const file of files) file.abort();
    throw error;
  }
  const fault = (await commitFiles(files)).find((one) => one !== undefined);
  if (fault !== undefined) throw fault;
}

/** The `.private` and `.key` files of a key whose text the times change. */
async function retimed(
  directory: string,
  name: string,
  timing: KeyTiming,
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const found: { readonly path: string; readonly text: string }[] = [];
  for (const [suffix, change] of TIMED) {
    const path = join(directory, `${name}.${suffix}`);
    if (!existsSync(path)) continue;
    const text = await readKeyText(path, suffix === 'private');
    const changed = change(text, timing);
    if (changed !== text) found.push({ path, text: changed });
  }
  return found;
}

const TIMED = [
  ['private', withPrivateFileTiming],
  ['key', withKeyFileTiming],
] as const;

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
