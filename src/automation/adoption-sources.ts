/** Where the keys of a zone that is taken over come from: BIND's files, Knot's key store, PowerDNS; read, not written. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DnssecError, fileError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { friendlyName } from '../dns/name.ts';
import type { ForeignKey } from '../keys/foreign-key.ts';
import type { SigningKey } from '../keys/key.ts';
import { printKeyFile } from '../keys/key-file.ts';
import { readKnotKeys } from '../keys/knot-keys.ts';
import { MAX_KEY_CONTAINER } from '../keys/pkcs8.ts';
import { readPowerDnsKey } from '../keys/powerdns-key.ts';
import { parsePowerDnsListing } from '../keys/powerdns-listing.ts';
import type { KeyClaims } from '../keys/record-claims.ts';
import { printStateFile } from '../keys/state-file.ts';
import { keyTexts, type NewKeyTexts } from '../store/key-files.ts';
import { type KeyFiles, readKeyListing } from '../store/key-listing.ts';
import { readKeyText } from '../store/key-store.ts';
import type { TextInput } from '../store/text-input.ts';

/** Whose keys are taken over. Paths are absolute. */
export type KeySource =
  /** Those that lie in the key directory. */
  | { readonly kind: 'own' }
  /** A directory with files as BIND, dnssec-keygen and ldns-keygen have them. */
  | { readonly kind: 'bind'; readonly directory: string }
  /** Knot's KASP database or the directory of PEM files in it, and what `keymgr ZONE list` prints. */
  | { readonly kind: 'knot'; readonly directory: string; readonly listing: TextInput }
  /** What `pdnsutil export-zone-key` prints for each key, and what `pdnsutil show-zone` prints. */
  | { readonly kind: 'powerdns'; readonly files: readonly string[]; readonly listing: TextInput };

/** A key of another program, as files of ours. */
export interface SourceKey {
  /** Where it comes from, for messages. */
  readonly place: string;
  /** The private one is secret. */
  readonly texts: NewKeyTexts;
  /** What the program says of its records; undefined: its files say it. */
  readonly claims: KeyClaims | undefined;
  /** What is to be said of it. */
  readonly remarks: readonly string[];
}

/**
 * Reads the keys of a source.
 *
 * @param dnskeys  RDATA of the DNSKEY records that are served: for keys whose private half the source has not
 * @throws DnssecError KEY_…, FILE_UNREADABLE, USAGE; KEY_MISSING where the source has no key of the zone
 */
export async function readSourceKeys(
  source: KeySource,
  origin: Octets,
  dnskeys: readonly Octets[],
  now: UnixSeconds,
): Promise<readonly SourceKey[]> {
  switch (source.kind) {
    case 'own':
      return [];
    case 'bind':
      return readBindKeys(source.directory, origin);
    case 'knot': {
      const { directory, listing } = source;
      const place = pemDirectory(directory);
      const pem = (id: string) => readPem(join(place, `${id}.pem`));
      const keys = readKnotKeys({ zone: origin, listing: listing.text, file: listing.name, pem, dnskeys, now });
      return requireSome(keys, listing.name, origin).map((key) => asFiles(key, place));
    }
    case 'powerdns': {
      const { files, listing: shown } = source;
      const listing = parsePowerDnsListing(shown.text, shown.name, origin);
      requireSome(listing, shown.name, origin);
      const keys: ForeignKey[] = [];
      for (const file of files) {
        const text = await readKeyText(file, true);
        keys.push(readPowerDnsKey({ zone: origin, text, file, role: undefined, listing }));
      }
      const missing = listing.filter(
        ({ algorithm, keyTag }) => !keys.some(({ key }) => key.algorithm === algorithm && key.keyTag === keyTag),
      );
      if (missing.length === 0) return keys.map((key) => asFiles(key, shown.name));
      const ids = missing.map(({ id, keyTag }) => `${keyTag} (ID ${id})`).join(', ');
      throw new DnssecError('KEY_MISSING', `${shown.name} lists keys that were not handed in: ${ids}`, {
        hint: `Export each with "pdnsutil export-zone-key ${friendlyName(origin)} ID", and name its file with --powerdns.`,
      });
    }
  }
}

function requireSome<Item>(items: readonly Item[], place: string, origin: Octets): readonly Item[] {
  if (items.length > 0) return items;
  throw new DnssecError('KEY_MISSING', `${place} names no keys of ${friendlyName(origin)}`, {
    hint: 'Check the zone, and the place where its keys lie.',
  });
}

async function readBindKeys(directory: string, origin: Octets): Promise<readonly SourceKey[]> {
  const found = requireSome(readKeyListing(directory).keys(origin), directory, origin);
  const keys: SourceKey[] = [];
  for (const { name, files } of found) {
    if (files.key === undefined && files.private === undefined) continue;
    keys.push({
      place: directory,
      texts: { name: name.base, ...(await readKeyTexts(directory, files)) },
      claims: undefined,
      remarks: [],
    });
  }
  return requireSome(keys, directory, origin);
}

/**
 * The texts of a key's files, as far as they are there. The private one is secret.
 *
 * @throws DnssecError KEY_UNREADABLE, KEY_EXPOSED, KEY_INVALID
 */
export async function readKeyTexts(directory: string, files: KeyFiles['files']): Promise<Omit<NewKeyTexts, 'name'>> {
  const text = async (file: string | undefined, isPrivate: boolean) =>
    file === undefined ? undefined : readKeyText(join(directory, file), isPrivate);
  return {
    key: await text(files.key, false),
    private: await text(files.private, true),
    state: await text(files.state, false),
  };
}

/** Knot keeps its PEM files in `keys` below the directory of its KASP database. */
function pemDirectory(directory: string): string {
  try {
    if (!statSync(directory).isDirectory()) throw Object.assign(new Error('no directory'), { code: 'ENOTDIR' });
  } catch (cause) {
    throw fileError("look into Knot's key store", directory, cause);
  }
  const below = join(directory, 'keys');
  return existsSync(below) ? below : directory;
}

function readPem(path: string): Octets | undefined {
  try {
    if (!existsSync(path)) return undefined;
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > MAX_KEY_CONTAINER) {
      throw new DnssecError('KEY_INVALID', `${path} is no PEM file of a key`);
    }
    return readFileSync(path);
  } catch (cause) {
    throw cause instanceof DnssecError ? cause : fileError('read key file', path, cause);
  }
}

function asFiles({ key, claims, remarks, problems }: ForeignKey, place: string): SourceKey {
  const texts: NewKeyTexts =
    key.privateKey === undefined
      ? {
          name: key.name,
          key: printKeyFile(key),
          state: key.state === undefined ? undefined : printStateFile(key.state, key.zone, key.keyTag),
        }
      : keyTexts(key as SigningKey);
  return { place, texts, claims, remarks: [...remarks, ...problems.map(({ message }) => message)] };
}
