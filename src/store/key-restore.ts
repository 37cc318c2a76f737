/** Putting files of a key back that were lost or damaged. What is damaged is moved aside, and nothing else is touched. */
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DnssecError, fileError } from '../base/errors.ts';
import { printTimestamp, type UnixSeconds } from '../base/time.ts';
import type { ZoneKey } from '../keys/key.ts';
import { type KeyFile, parseKeyFile, printKeyFile } from '../keys/key-file.ts';
import { keyIdentity } from '../keys/key-identity.ts';
import { parseKeyFileName } from '../keys/key-name.ts';
import { buildZoneKey } from '../keys/zone-key.ts';
import { syncDirectory } from './directory-sync.ts';
import { createExclusive } from './files.ts';
import { type NewKeyTexts, withKeyDirectory } from './key-files.ts';
import { readKeyText } from './key-store.ts';

const MODE = { key: 0o644, private: 0o600 } as const;

/** What was put back. */
export interface RestoredKey {
  /** Suffixes of the files that were written; none: all were there and sound. */
  readonly written: readonly string[];
  /** Names that damaged files were given. */
  readonly aside: readonly string[];
}

/**
 * Puts the `.key` and `.private` files of a key back where they are missing or can't be used.
 *
 * @param texts   of the sound key; the private one is secret
 * @param dryRun  only says what would be done
 * @throws DnssecError LOCKED, FILE_UNWRITABLE, DISK_FULL
 */
export async function restoreKeyFiles(
  directory: string,
  key: ZoneKey,
  texts: NewKeyTexts,
  now: UnixSeconds,
  dryRun: boolean,
): Promise<RestoredKey> {
  const restore = async () => {
    const written: string[] = [];
    const aside: string[] = [];
    for (const suffix of ['private', 'key'] as const) {
      const text = texts[suffix];
      const path = join(directory, `${key.name}.${suffix}`);
      if (text === undefined || (await isSound(directory, key, suffix))) continue;
      if (existsSync(path)) aside.push(`${key.name}.${suffix}.damaged-${printTimestamp(now)}`);
      written.push(suffix);
      if (dryRun) continue;
      if (existsSync(path)) moveAside(path, `${path}.damaged-${printTimestamp(now)}`);
      if (!(await createExclusive(path, Buffer.from(text, 'latin1'), MODE[suffix]))) {
        throw new DnssecError('KEY_EXISTS', `${path} has come just now; it is left as it is`);
      }
    }
    if (!dryRun) await syncDirectory(directory);
    return { written, aside };
  };
  return dryRun ? restore() : withKeyDirectory(directory, restore);
}

/** Whether a file of the key is there, and is this key's. */
async function isSound(directory: string, key: ZoneKey, suffix: 'key' | 'private'): Promise<boolean> {
  try {
    const text = await readKeyText(join(directory, `${key.name}.${suffix}`), suffix === 'private');
    const texts = { key: undefined, private: undefined, state: undefined, [suffix]: text };
    const found = buildZoneKey(parseKeyFileName(`${key.name}.key`)!, texts);
    return Buffer.compare(found.dnskeyRdata, key.dnskeyRdata) === 0;
  } catch (error) {
    if (error instanceof DnssecError && error.code !== 'KEY_EXPOSED') return false;
    throw error;
  }
}

/**
 * Keeps the public half of a key without its private one: moves the private file aside, if there is one, and writes the
 * `.key` file where it is missing or can't be used.
 *
 * @param key        what its `.key` file has to hold
 * @param published  the key as it is published; undefined: nobody knows it any more, and a missing `.key` stays missing
 * @throws DnssecError LOCKED, FILE_UNWRITABLE, DISK_FULL
 */
export async function keepPublicHalf(
  directory: string,
  { name, id }: { readonly name: string; readonly id: string },
  published: KeyFile | undefined,
  now: UnixSeconds,
): Promise<void> {
  await withKeyDirectory(directory, async () => {
    const aside = (path: string) => {
      if (existsSync(path)) moveAside(path, `${path}.damaged-${printTimestamp(now)}`);
    };
    aside(join(directory, `${name}.private`));
    const path = join(directory, `${name}.key`);
    if (!(await holdsKey(path, id)) && published !== undefined) {
      aside(path);
      await createExclusive(path, Buffer.from(printKeyFile(published), 'latin1'), MODE.key);
    }
    await syncDirectory(directory);
  });
}

async function holdsKey(path: string, id: string): Promise<boolean> {
  try {
    return keyIdentity(parseKeyFile(await readKeyText(path, false), path).dnskeyRdata) === id;
  } catch (error) {
    if (error instanceof DnssecError) return false;
    throw error;
  }
}

function moveAside(path: string, to: string): void {
  try {
    renameSync(path, to);
  } catch (cause) {
    throw fileError('move aside', path, cause, true);
  }
}
