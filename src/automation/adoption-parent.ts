/** What the parent shows of a zone that is taken over: as a file says, as a person says, or as its servers say. */
import type { Octets } from '../base/octets.ts';
import type { Seconds, UnixSeconds } from '../base/time.ts';
import type { ServerAddress } from '../dns/server-address.ts';
import { isDsOf } from '../keys/ds.ts';
import { FLAG, withFlags } from '../keys/key-tag.ts';
import type { ObservedKey } from '../observe/observed-key.ts';
import type { DsAtParent } from '../rollover/adoption-states.ts';
import type { KeyId, RollKey } from '../rollover/roll-key.ts';
import { type Look, type Looks, mergeSightings } from '../rollover/sighting-merge.ts';
import { rememberTtl } from '../rollover/ttl-history.ts';
import type { Sightings, World } from '../rollover/world.ts';
import type { TextInput } from '../store/text-input.ts';
import { readDsRecords } from '../zone/parent-ds.ts';

/** Who tells what the parent shows. */
export type ParentSource =
  /** DS records that were saved. */
  | { readonly kind: 'records'; readonly input: TextInput }
  /** A person says that there is no DS. */
  | { readonly kind: 'none' }
  | { readonly kind: 'servers'; readonly servers: readonly ServerAddress[] }
  | { readonly kind: 'unknown' };

/** What the parent shows. */
export interface ParentView {
  /** In words: who said so. */
  readonly words: string;
  readonly ds: (id: KeyId) => DsAtParent;
  /** By key; undefined: nothing is known. */
  readonly looks: Looks | undefined;
  /** Whether it is a person's word, and not what was seen now. */
  readonly isWord: boolean;
  /** Key tags or records that are of none of the keys. */
  readonly foreign: readonly string[];
  readonly ttl: Seconds | undefined;
  /** What is to be told, as sentences. */
  readonly warnings: readonly string[];
}

/**
 * Finds out what the parent shows.
 *
 * @throws DnssecError USAGE, ZONE_INVALID for records that can't be read; nothing for servers that do not answer
 */
export async function viewParent(
  source: ParentSource,
  origin: Octets,
  keys: readonly ObservedKey[],
): Promise<ParentView> {
  switch (source.kind) {
    case 'records': {
      const { text, name } = source.input;
      const records = readDsRecords(text, name, origin);
      const words = records.length === 0 ? `the parent shows no DS, as ${name} says` : `the parent's DS, as in ${name}`;
      return toldView(words, origin, records, keys);
    }
    case 'none':
      return toldView('the parent shows no DS, by your word', origin, [], keys);
    case 'servers':
      return askedView(source.servers, origin, keys);
    case 'unknown':
      return {
        words: 'not known what the parent shows',
        ds: () => 'unknown',
        looks: undefined,
        isWord: false,
        foreign: [],
        ttl: undefined,
        warnings: [
          'nobody told what the parent shows: the DS of each key that could have one counts as being there and as new, ' +
            'so nothing that it may lead to is withdrawn. Say it with --ds FILE, --no-ds or observe: { parent: … }',
        ],
      };
  }
}

function toldView(words: string, origin: Octets, records: readonly Octets[], keys: readonly ObservedKey[]): ParentView {
  const look = (key: ObservedKey): Look => ({
    seen: records.some((ds) => isDsOf(ds, origin, key.dnskeyRdata)) ? 'present' : 'absent',
    dissent: [],
  });
  const looks = Object.fromEntries(keys.map((key) => [key.id, look(key)]));
  const foreign = records.filter((ds) => !keys.some((key) => isOfKey(ds, origin, key)));
  return {
    words,
    ds: (id) => dsOf(looks, id),
    looks,
    isWord: true,
    foreign: [...new Set(foreign.map(dsText))],
    ttl: undefined,
    warnings: [],
  };
}

/** A DS stays the key's when the key is revoked, though nobody can validate through it any more. */
function isOfKey(ds: Octets, origin: Octets, { dnskeyRdata }: ObservedKey): boolean {
  const flags = ((dnskeyRdata[0]! << 8) | dnskeyRdata[1]!) & ~FLAG.revoke;
  return isDsOf(ds, origin, dnskeyRdata) || isDsOf(ds, origin, withFlags(dnskeyRdata, flags));
}

function dsText(ds: Octets): string {
  const [high = 0, low = 0, algorithm = 0, type = 0] = ds;
  return `${(high << 8) | low} ${algorithm} ${type} ${Buffer.from(ds.subarray(4)).toString('hex').toUpperCase()}`;
}

async function askedView(
  servers: readonly ServerAddress[],
  origin: Octets,
  keys: readonly ObservedKey[],
): Promise<ParentView> {
  const { observeParent } = await import('../observe/parent-servers.ts');
  const { ds: looks, foreign, ttl } = await observeParent(origin, servers, keys);
  const dissent = [...new Set(Object.values(looks).flatMap((look) => look.dissent))];
  const isSure = Object.values(looks).every(({ seen }) => seen === 'present' || seen === 'absent');
  return {
    words: "the parent's DS, as its servers show it",
    ds: (id) => dsOf(looks, id),
    looks,
    isWord: false,
    foreign,
    ttl,
    warnings: isSure
      ? []
      : [
          `the servers of the parent do not agree, or do not answer (${dissent.join('; ')}): what is not certain counts ` +
            'as being there and as new',
        ],
  };
}

function dsOf(looks: Looks, id: KeyId): DsAtParent {
  const seen = Object.hasOwn(looks, id) ? looks[id]!.seen : 'unknown';
  return seen === 'present' || seen === 'absent' ? seen : 'unknown';
}

/**
 * The keys, told apart from a word that is said now: it counts where it was said after the DS was last told to come or
 * to go, and what was concluded just now is no such move.
 */
export function beforeWord(keys: readonly RollKey[], { isWord }: ParentView, now: UnixSeconds): readonly RollKey[] {
  if (!isWord) return keys;
  return keys.map((key) => (key.changes.ds === now ? { ...key, changes: { ...key.changes, ds: now - 1 } } : key));
}

/** The world with what the parent was seen, or said, to show. */
export function withParent(
  world: World,
  { looks, isWord, ttl }: ParentView,
  keys: readonly RollKey[],
  now: UnixSeconds,
): World {
  if (looks === undefined) return world;
  if (isWord) return { ...world, word: { ...world.word, ...saidAgain(world.word, looks, keys, now) } };
  const before = world.parent === 'off' ? undefined : world.parent;
  return {
    ...world,
    parent: mergeSightings(before, looks, now),
    ttls: { ...world.ttls, ds: rememberTtl(world.ttls.ds, ttl, now) },
  };
}

/** What was said before stays, since then, if it is said again and no move came between. */
function saidAgain(before: Sightings, looks: Looks, keys: readonly RollKey[], now: UnixSeconds): Sightings {
  const moved = new Map(keys.map(({ id, changes }) => [id, changes.ds ?? 0]));
  const valid = Object.entries(before).filter(([id, { since }]) => since > (moved.get(id) ?? 0));
  return mergeSightings(Object.fromEntries(valid), looks, now);
}
