/** Writing key files: created whole, never in the place of others, in an order that loses no key. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { KeyProblem, SigningKey } from '../keys/key.ts';
import { parseKeyFile, printKeyFile } from '../keys/key-file.ts';
import { type KeyRequest, makeKey, tagsOf } from '../keys/making.ts';
import { parsePrivateKeyFile, printPrivateKeyFile } from '../keys/private-key-file.ts';
import { printStateFile } from '../keys/state-file.ts';
import { rebuildKeyFile } from '../keys/zone-key.ts';
import { createExclusive, ensureDirectory } from './files.ts';
import { listKeyFiles, readKeyText } from './key-store.ts';
import { withLock } from './lock.ts';
import { withSharedLock } from './shared-lock.ts';
import { removeStaleFiles } from './temporary-files.ts';

/** Modes of BIND's key files, and of a key directory that is made. */
const MODE = { private: 0o600, key: 0o644, state: 0o644, directory: 0o700 } as const;

/** Name of the lock of a key directory. */
const LOCK = '.dnssec-keys.lock';

/** The texts of a key's files, as far as they are to be written. `private` is secret. */
export interface NewKeyTexts {
  /** Base name of the files. */
  readonly name: string;
  readonly key?: string | undefined;
  readonly private?: string | undefined;
  readonly state?: string | undefined;
}

/** Runs `work` while no other process changes the key directory, which is made if it is not there. */
export async function withKeyDirectory<T>(directory: string, work: () => Promise<T>): Promise<T> {
  await ensureDirectory(directory, MODE.directory);
  return withLock(join(directory, LOCK), { wait: 10 }, async () => {
    removeStaleFiles(directory);
    return work();
  });
}

/** The same for work on one zone among work of this process on others: they share the lock. */
export async function shareKeyDirectory<T>(directory: string, work: () => Promise<T>): Promise<T> {
  await ensureDirectory(directory, MODE.directory);
  return withSharedLock(join(directory, LOCK), { wait: 10 }, () => removeStaleFiles(directory), work);
}

/** The texts of a key's files, as BIND 9.18 writes them. The private one is secret. */
export function keyTexts(key: SigningKey): NewKeyTexts {
  const { timing, algorithm, privateKey, name } = key;
  const minor = Object.keys(timing).length > 0 ? 3 : 2;
  return {
    name,
    key: printKeyFile(key),
    private: printPrivateKeyFile({ minor, algorithm, privateKey, timing, unknown: [] }),
    state: key.state === undefined ? undefined : printStateFile(key.state, key.zone, key.keyTag),
  };
}

/**
 * Makes keys and writes their files, all or none. The tags of all keys of the zone in the directory are avoided.
 *
 * @param access  how the directory is entered
 * @throws DnssecError LOCKED, USAGE, KEY_EXISTS, FILE_UNWRITABLE, DISK_FULL
 */
export async function createKeys(
  directory: string,
  requests: readonly KeyRequest[],
  access: typeof withKeyDirectory = withKeyDirectory,
): Promise<SigningKey[]> {
  return access(directory, () => makeKeys(directory, requests));
}

/** The caller holds the lock. */
async function makeKeys(directory: string, requests: readonly KeyRequest[]): Promise<SigningKey[]> {
  const keys: SigningKey[] = [];
  const taken = new Map<string, Set<number>>();
  for (const request of requests) {
    const zone = request.zone.join();
    const tags = taken.get(zone) ?? (await takenTags(directory, request.zone));
    taken.set(zone, tags);
    keys.push(await makeKey(request, tags));
  }
  await writeKeyFiles(directory, keys.map(keyTexts));
  return keys;
}

/**
 * Writes the files of new keys: for each the private file first and the `.key` file last, so that a key that is
 * published always has its private half; a private file alone can be told from its name. On an error none of them stays.
 * The caller holds the lock of the directory.
 *
 * @throws DnssecError KEY_EXISTS, FILE_UNWRITABLE, DISK_FULL
 */
export async function writeKeyFiles(directory: string, keys: readonly NewKeyTexts[]): Promise<void> {
  const created: string[] = [];
  try {
    for (const key of keys) {
      for (const suffix of ['private', 'state', 'key'] as const) {
        const text = key[suffix];
        if (text === undefined) continue;
        const path = join(directory, `${key.name}.${suffix}`);
        if (!(await createExclusive(path, Buffer.from(text, 'latin1'), MODE[suffix]))) throw keyExists(path);
        created.push(path);
      }
    }
  } catch (error) {
    for (const path of created.reverse()) await rm(path, { force: true });
    throw error;
  }
}

function keyExists(path: string): DnssecError {
  return new DnssecError('KEY_EXISTS', `${path} is there already; it is left as it is`, {
    hint: 'Key files are never overwritten. Move it elsewhere first, if you are sure that the key is not in use.',
  });
}

/** The tags of all keys of a zone in the directory, also those that they would have once revoked. */
export async function takenTags(directory: string, zone: Octets): Promise<Set<number>> {
  const taken = new Set<number>();
  for (const { name, files } of await listKeyFiles(directory, zone)) {
    taken.add(name.keyTag);
    if (files.key === undefined) continue;
    try {
      const { dnskeyRdata } = parseKeyFile(await readKeyText(join(directory, files.key), false), files.key);
      for (const tag of tagsOf(dnskeyRdata)) taken.add(tag);
    } catch (error) {
      // A file that can't be read keeps the tag in its name; who uses the key is told what is wrong with it.
      if (!(error instanceof DnssecError)) throw error;
    }
  }
  return taken;
}

/** What `repairKeys` did, or found that it could not do. */
export interface Repair {
  /** Base names of the keys whose `.key` file was written anew. */
  readonly restored: readonly string[];
  readonly problems: readonly KeyProblem[];
}

/**
 * Writes the `.key` files that are missing beside a `.private` file: what an interrupted creation or a lost file
 * leaves. The TTL of a lost file is lost with it.
 *
 * @param zone    only this zone's keys
 * @param dryRun  only says what would be done
 * @throws DnssecError LOCKED, FILE_UNREADABLE, FILE_UNWRITABLE, DISK_FULL
 */
export async function repairKeys(directory: string, zone: Octets | undefined, dryRun: boolean): Promise<Repair> {
  const restored: string[] = [];
  const problems: KeyProblem[] = [];
  const repair = async () => {
    for (const { name, files } of await listKeyFiles(directory, zone)) {
      if (files.key !== undefined || files.private === undefined) continue;
      try {
        const secret = parsePrivateKeyFile(await readKeyText(join(directory, files.private), true), files.private);
        const text = printKeyFile(rebuildKeyFile(name, secret));
        const path = join(directory, `${name.base}.key`);
        if (dryRun || (await createExclusive(path, Buffer.from(text, 'latin1'), MODE.key))) restored.push(name.base);
      } catch (error) {
        if (!(error instanceof DnssecError)) throw error;
        const hint = error.hint === undefined ? {} : { hint: error.hint };
        problems.push({ severity: 'error', code: error.code, subject: name.base, message: error.message, ...hint });
      }
    }
  };
  await (dryRun ? repair() : withKeyDirectory(directory, repair));
  return { restored, problems };
}
