/** The keys of a zone that is taken over, as they will lie in the key directory: what is there, with what comes to it. */
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { ZoneKey } from '../keys/key.ts';
import { keyIdentity } from '../keys/key-identity.ts';
import { type KeyFileName, parseKeyFileName } from '../keys/key-name.ts';
import type { KeyClaims } from '../keys/record-claims.ts';
import { buildZoneKey, type KeyTexts } from '../keys/zone-key.ts';
import type { KeyId } from '../rollover/roll-key.ts';
import type { NewKeyTexts } from '../store/key-files.ts';
import { placeKey } from '../store/key-import.ts';
import { type KeyFiles, readKeyListing } from '../store/key-listing.ts';
import { requireSoundKeys, type ZoneKeySet } from '../store/key-store.ts';
import { readKeyTexts, type SourceKey } from './adoption-sources.ts';
import { keysAtHand } from './zone-intake.ts';

/** Something that is to be said of a key. */
export interface KeyRemark {
  /** Base name of its files. */
  readonly name: string;
  readonly message: string;
  readonly isWarning: boolean;
}

/** The keys, and what is still to be written of them. */
export interface AdoptedFiles {
  /** By base name. */
  readonly keys: readonly ZoneKey[];
  readonly set: ZoneKeySet;
  readonly claims: ReadonlyMap<KeyId, KeyClaims>;
  /** Keys with files that are not there yet. The private ones are secret. */
  readonly coming: readonly { readonly key: ZoneKey; readonly texts: NewKeyTexts }[];
  readonly remarks: readonly KeyRemark[];
}

/**
 * Puts the keys of a source together with those of the key directory. A file that is there counts, and stays.
 *
 * @throws DnssecError KEY_EXISTS, KEY_INVALID and what else makes a key unfit, but for a missing private half
 */
export async function mergeKeys(
  directory: string,
  origin: Octets,
  sources: readonly SourceKey[],
): Promise<AdoptedFiles> {
  const set = await keysAtHand(directory, origin);
  requireSoundKeys(set.problems.filter(({ code }) => code !== 'KEY_MISSING'));
  const there = set.keys.length === 0 ? [] : readKeyListing(directory).keys(origin);
  const keys = new Map(set.keys.map((key) => [key.name, key]));
  const claims = new Map<KeyId, KeyClaims>();
  const coming: { key: ZoneKey; texts: NewKeyTexts }[] = [];
  const remarks: KeyRemark[] = [];
  for (const source of sources) {
    const { name } = source.texts;
    const say = (message: string, isWarning: boolean) => remarks.push({ name, message, isWarning });
    const { key, texts, isStateOther } = await mergeKey(directory, source, keys.get(name), there);
    if (isStateOther) say('its .state file here counts; the one that would come is another, and is left out', true);
    keys.set(name, key);
    if (source.claims !== undefined) claims.set(keyIdentity(key.dnskeyRdata), source.claims);
    if (texts !== undefined) coming.push({ key, texts });
    for (const message of source.remarks) say(message, false);
  }
  return { keys: [...keys.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), set, claims, coming, remarks };
}

interface MergedKey {
  readonly key: ZoneKey;
  /** Undefined: all of its files are there. */
  readonly texts: NewKeyTexts | undefined;
  readonly isStateOther: boolean;
}

async function mergeKey(
  directory: string,
  { place, texts, claims }: SourceKey,
  present: ZoneKey | undefined,
  there: readonly KeyFiles[],
): Promise<MergedKey> {
  const name = parseKeyFileName(`${texts.name}.key`)!;
  const parts = { key: texts.key, private: texts.private, state: texts.state };
  const offered = buildOffered(name, parts, place);
  if (present === undefined) return { key: offered, texts, isStateOther: false };
  if (Buffer.compare(present.dnskeyRdata, offered.dnskeyRdata) !== 0) {
    throw new DnssecError('KEY_EXISTS', `${texts.name} is in ${directory} already, and is another key`, {
      hint: 'Key files are never overwritten. Move it elsewhere first, if you are sure that the key is not in use.',
    });
  }
  const files = there.find((one) => one.name.base === texts.name)?.files ?? {};
  const own = await readKeyTexts(directory, files);
  const missing = (['key', 'private', 'state'] as const).filter((part) => parts[part] && files[part] === undefined);
  return {
    key: buildZoneKey(name, {
      key: own.key ?? parts.key,
      private: own.private ?? parts.private,
      state: own.state ?? parts.state,
    }),
    texts: missing.length === 0 ? undefined : texts,
    isStateOther: claims === undefined && own.state !== undefined && ![undefined, own.state].includes(parts.state),
  };
}

/** Errors name the file, and here its directory as well. @throws DnssecError KEY_INVALID, KEY_UNSUPPORTED */
function buildOffered(name: KeyFileName, texts: KeyTexts, place: string): ZoneKey {
  try {
    return buildZoneKey(name, texts);
  } catch (error) {
    if (!(error instanceof DnssecError)) throw error;
    const hint = error.hint ?? 'Correct it there, or take its files away if the zone can do without this key.';
    throw new DnssecError(error.code, `in ${place}: ${error.message}`, { hint, cause: error });
  }
}

/** Writes the files that are to come. @throws DnssecError as `placeKey` */
export async function placeKeys(directory: string, { coming }: AdoptedFiles): Promise<void> {
  for (const { key, texts } of coming) await placeKey(directory, key, texts);
}
