/** Keys from elsewhere: BIND's pairs, PEM, DER and PKCS#12; and keys handed out in these forms. */
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DnssecError, fileError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { equalNames, friendlyName } from '../dns/name.ts';
import type { KeyRole, KeyTiming, SigningKey, ZoneKey } from '../keys/key.ts';
import { parseKeyFile } from '../keys/key-file.ts';
import { type KeyFileName, parseKeyFileName } from '../keys/key-name.ts';
import { assembleKey, tagsOf } from '../keys/making.ts';
import { algorithmOfKey, isPem, MAX_KEY_CONTAINER, printPem, readPrivateKey } from '../keys/pkcs8.ts';
import { isPkcs12, printPkcs12, readPkcs12 } from '../keys/pkcs12.ts';
import { buildZoneKey } from '../keys/zone-key.ts';
import { createExclusive } from './files.ts';
import { keyTexts, type NewKeyTexts, takenTags, withKeyDirectory, writeKeyFiles } from './key-files.ts';
import type { KeyFiles } from './key-listing.ts';
import { listKeyFiles, readKeyText } from './key-store.ts';

/** What the user says of keys that are imported. */
export interface ImportWishes {
  /** Wire form; BIND's files name their zone themselves, and must agree with it. */
  readonly zone: Octets | undefined;
  /** For a key without a DNSKEY record. */
  readonly role: KeyRole | undefined;
  readonly algorithm: string | undefined;
  readonly ttl: number | undefined;
  readonly timing: KeyTiming;
  /** Asked for when a file turns out to need it. */
  readonly passphrase: () => string | undefined;
}

/** A key that was imported, or was there already. */
export interface ImportedKey {
  readonly key: ZoneKey;
  /** Suffixes of the files that were written; none: all were there. */
  readonly written: readonly string[];
  /** Names of other keys of the zone that have a tag of this one. */
  readonly clashes: boolean;
}

/**
 * Imports one file, or the pair that it belongs to. Nothing is overwritten; of a key that is there in part, the
 * missing files are added.
 *
 * @param dryRun  checks everything and writes nothing
 * @throws DnssecError KEY_INVALID, KEY_UNREADABLE, KEY_EXPOSED, KEY_EXISTS, KEY_MISSING, USAGE, FILE_UNWRITABLE
 */
export async function importKey(
  path: string,
  directory: string,
  wishes: ImportWishes,
  dryRun: boolean,
): Promise<ImportedKey> {
  const { key, texts } = await readKeyToImport(path, wishes);
  return dryRun ? { key, written: [], clashes: false } : placeKey(directory, key, texts);
}

/** A key that was read from elsewhere, and the texts of its files. The private one is secret. */
export interface ReadKey {
  readonly key: ZoneKey;
  readonly texts: NewKeyTexts;
}

/**
 * Reads a key from BIND's pair, PEM, DER or PKCS#12.
 *
 * @throws DnssecError KEY_INVALID, KEY_UNREADABLE, KEY_EXPOSED, KEY_MISSING, USAGE
 */
export async function readKeyToImport(path: string, wishes: ImportWishes): Promise<ReadKey> {
  const stem = basename(path).replace(/\.(?:key|private|state)?$/, '');
  const name = parseKeyFileName(`${stem}.key`);
  return name === undefined ? readForeignKey(path, wishes) : readPair(path, name, wishes);
}

async function readPair(path: string, name: KeyFileName, wishes: ImportWishes): Promise<ReadKey> {
  const source = dirname(path);
  const found = (await listKeyFiles(source, name.zone)).find((f) => f.name.base === name.base);
  const files: KeyFiles['files'] = found?.files ?? {};
  if (files.key === undefined || files.private === undefined) {
    const missing = `${name.base}.${files.key === undefined ? 'key' : 'private'}`;
    throw new DnssecError('KEY_MISSING', `${join(source, missing)} is missing: a key is imported with both its files`);
  }
  if (wishes.zone !== undefined && !equalNames(wishes.zone, 0, name.zone, 0)) {
    throw new DnssecError(
      'USAGE',
      `${path} is a key of ${friendlyName(name.zone)}, not of ${friendlyName(wishes.zone)}`,
    );
  }
  const texts = {
    key: await readKeyText(join(source, files.key), false),
    private: await readKeyText(join(source, files.private), true),
    state: files.state === undefined ? undefined : await readKeyText(join(source, files.state), false),
  };
  return { key: buildZoneKey(name, texts), texts: { name: name.base, ...texts } };
}

async function readForeignKey(path: string, wishes: ImportWishes): Promise<ReadKey> {
  const { zone, role, timing, ttl } = wishes;
  if (zone === undefined) throw new DnssecError('USAGE', `${path}: say with --zone whose key it is`);
  if (role === undefined) {
    throw new DnssecError('USAGE', `${path}: say with --role what the key is for: ksk, zsk or csk`, {
      hint: 'The role decides the flags and so the key tag: for a key that is in use, choose as its DNSKEY record has it.',
    });
  }
  const octets = await readContainer(path);
  const privateKey =
    !isPem(octets) && isPkcs12(octets)
      ? readPkcs12(octets, path, wishes.passphrase())
      : readPrivateKey(octets, path, wishes.passphrase());
  const algorithm = algorithmOfKey(privateKey, wishes.algorithm, path);
  let key: SigningKey;
  try {
    key = assembleKey(privateKey, { zone, algorithm, role, ttl, timing });
  } catch (error) {
    throw error instanceof DnssecError ? error.within(path) : error;
  }
  return { key, texts: keyTexts(key) };
}

async function readContainer(path: string): Promise<Octets> {
  try {
    const handle = await open(path, 'r');
    try {
      if (!(await handle.stat()).isFile()) throw new DnssecError('KEY_UNREADABLE', `${path} is not a file`);
      const octets = Buffer.alloc(MAX_KEY_CONTAINER + 1);
      let length = 0;
      for (let count = -1; count !== 0 && length < octets.length; length += count) {
        count = (await handle.read(octets, length, octets.length - length)).bytesRead;
      }
      if (length > MAX_KEY_CONTAINER) throw new DnssecError('KEY_INVALID', `${path}: too long for a file with a key`);
      return octets.subarray(0, length);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw cause instanceof DnssecError ? cause : fileError('read key file', path, cause);
  }
}

/**
 * Writes the files of a key that was read elsewhere. Nothing is overwritten; of a key that is there in part, the missing
 * files are added.
 *
 * @throws DnssecError KEY_EXISTS where another key has its name; LOCKED, FILE_UNWRITABLE, DISK_FULL
 */
export async function placeKey(directory: string, key: ZoneKey, texts: NewKeyTexts): Promise<ImportedKey> {
  return withKeyDirectory(directory, async () => {
    const there = (await listKeyFiles(directory, key.zone)).find((files) => files.name.base === key.name);
    if (there !== undefined) await requireSameKey(directory, there, key);
    const others = there === undefined ? await takenTags(directory, key.zone) : new Set<number>();
    const wanted = (['key', 'private', 'state'] as const).filter(
      (suffix) => texts[suffix] !== undefined && there?.files[suffix] === undefined,
    );
    const missing = Object.fromEntries(wanted.map((suffix) => [suffix, texts[suffix]]));
    await writeKeyFiles(directory, [{ name: key.name, ...missing }]);
    return { key, written: wanted, clashes: tagsOf(key.dnskeyRdata).some((tag) => others.has(tag)) };
  });
}

async function requireSameKey(directory: string, { name, files }: KeyFiles, key: ZoneKey): Promise<void> {
  const texts = {
    key: files.key === undefined ? undefined : await readKeyText(join(directory, files.key), false),
    private: files.private === undefined ? undefined : await readKeyText(join(directory, files.private), true),
    state: undefined,
  };
  const rdata =
    texts.private === undefined && texts.key !== undefined
      ? parseKeyFile(texts.key, `${name.base}.key`).dnskeyRdata
      : buildZoneKey(name, texts).dnskeyRdata;
  if (Buffer.compare(rdata, key.dnskeyRdata) === 0) return;
  throw new DnssecError('KEY_EXISTS', `${join(directory, name.base)} is there already, and is another key`);
}

/** Forms in which a key can be handed out. */
export type ExportFormat = 'bind' | 'pem' | 'pkcs12';

/**
 * Writes a key in another form; what is there is not overwritten, and nobody but the owner can read it.
 *
 * @param target      a file, or for `bind` a directory
 * @param passphrase  encrypts; `pkcs12` needs one
 * @returns           the paths written
 * @throws DnssecError KEY_EXISTS, USAGE, FILE_UNWRITABLE, DISK_FULL
 */
export async function exportKey(
  key: SigningKey,
  source: { readonly directory: string; readonly files: KeyFiles['files'] },
  format: ExportFormat,
  target: string,
  passphrase: string | undefined,
): Promise<string[]> {
  switch (format) {
    case 'bind':
      return copyPair(key, source, target);
    case 'pem':
      return writeContainer(target, Buffer.from(printPem(key.privateKey, passphrase, randomBytes)));
    case 'pkcs12':
      if (passphrase === undefined || passphrase === '') {
        throw new DnssecError('USAGE', 'a PKCS#12 file needs a passphrase', {
          hint: 'Give it with --passphrase-file FILE or in DNSSEC_PASSPHRASE.',
        });
      }
      return writeContainer(target, printPkcs12(key.privateKey, key.name, passphrase, randomBytes));
  }
}

async function copyPair(
  key: SigningKey,
  { directory, files }: { readonly directory: string; readonly files: KeyFiles['files'] },
  target: string,
): Promise<string[]> {
  const text = async (file: string | undefined, isPrivate: boolean) =>
    file === undefined ? undefined : readKeyText(join(directory, file), isPrivate);
  const texts = {
    name: key.name,
    key: (await text(files.key, false)) ?? keyTexts(key).key,
    private: await text(files.private, true),
    state: await text(files.state, false),
  };
  await withKeyDirectory(target, () => writeKeyFiles(target, [texts]));
  const suffixes = (['key', 'private', 'state'] as const).filter((suffix) => texts[suffix] !== undefined);
  return suffixes.map((suffix) => join(target, `${key.name}.${suffix}`));
}

async function writeContainer(path: string, octets: Octets): Promise<string[]> {
  if (await createExclusive(path, octets, 0o600)) return [path];
  throw new DnssecError('KEY_EXISTS', `${path} is there already; it is left as it is`, {
    hint: 'Choose another name.',
  });
}
