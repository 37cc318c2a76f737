/** What the automation notes of what it sees: the bookkeeping that the engine's evidence rests on. */
import type { KeyId, RollKey } from '../../src/rollover/roll-key.ts';
import type { Sighting, TtlInForce } from '../../src/rollover/world.ts';
import type { JudgedKey } from './judge.ts';
import type { ZoneVersion } from './name-servers.ts';

/** The records that lie in the zone. */
export const ZONE_RECORDS = ['dnskey', 'krrsig', 'zrrsig'] as const;
/** One of them. */
export type ZoneRecord = (typeof ZONE_RECORDS)[number];

/** What is noted of a zone's records in one place, with the serial by which it was noted. */
export type Notes = Readonly<Record<ZoneRecord, Readonly<Record<KeyId, Noted>>>>;

/** A sighting, and since which serial of our own file it is so. */
export interface Noted extends Sighting {
  readonly serial: number;
}

/** Nothing was seen yet. */
export const NOTHING_NOTED: Notes = { dnskey: {}, krrsig: {}, zrrsig: {} };

/** A look: when, and whether all that was seen before counts for nothing, because the clock was set in between. */
export interface Look {
  readonly now: number;
  readonly startsAnew: boolean;
  /** Looks that saw something else, or nothing, do not end what was seen before: that is wrong. */
  readonly forgivesBreaks?: boolean;
  /** What servers show counts whatever serial they have: that is wrong. */
  readonly ignoresSerials?: boolean;
}

const NOBODY: readonly string[] = [];

/** The sighting goes on if it is what was seen last; else it begins now. */
export function continueSighting<T extends Sighting>(
  last: T | undefined,
  seen: Sighting['seen'],
  { now, startsAnew, forgivesBreaks }: Look,
): T | Sighting {
  if (last?.seen === seen && !startsAnew) return last;
  if (forgivesBreaks && last !== undefined && seen !== 'present' && seen !== 'absent') return last;
  return { seen, since: now, dissent: seen === 'present' || seen === 'absent' ? NOBODY : ['192.0.2.1: differs'] };
}

/** Looks at our own file. */
export function lookAtFile(notes: Notes, keys: readonly RollKey[], file: ZoneVersion, look: Look): Notes {
  return mapKeys(notes, keys, (record, id) => {
    const last = notes[record][id];
    const next = continueSighting(last, has(file[record], id) ? 'present' : 'absent', look);
    if (next === last) return last;
    // Seen again after the clock was set, it is of the serial that it was of.
    const serial = last?.seen === next.seen ? last.serial : file.serial;
    return { ...next, serial };
  });
}

/**
 * Looks at the name servers. A server counts only when it has the serial by which the record came into our file, or went
 * from it; and what was seen at an earlier serial is not the same sighting.
 *
 * @param servers  what each gives out; undefined: it does not answer
 */
export function lookAtServers(
  notes: Notes,
  file: Notes,
  keys: readonly RollKey[],
  servers: readonly (ZoneVersion | undefined)[],
  look: Look,
): Notes {
  return mapKeys(notes, keys, (record, id) => {
    const last = notes[record][id];
    const serial = look.ignoresSerials ? 0 : file[record][id]!.serial;
    const next = continueSighting(
      last?.serial === serial ? last : undefined,
      seenAt(servers, record, id, serial),
      look,
    );
    return next === last ? last : { ...next, serial };
  });
}

function seenAt(
  servers: readonly (ZoneVersion | undefined)[],
  record: ZoneRecord,
  id: KeyId,
  serial: number,
): Sighting['seen'] {
  let present = 0;
  for (const server of servers) {
    if (server === undefined) return 'unknown';
    if (server.serial < serial) return 'mixed';
    if (has(server[record], id)) present++;
  }
  if (present === servers.length) return 'present';
  return present === 0 ? 'absent' : 'mixed';
}

/** Whether a key is in a set. */
export function has(keys: readonly JudgedKey[], id: KeyId): boolean {
  return keys.some(({ name }) => name === id);
}

/** Notes each record of each key; the same object where nothing is new. */
function mapKeys(notes: Notes, keys: readonly RollKey[], note: (record: ZoneRecord, id: KeyId) => Noted): Notes {
  const isNothingNew = ZONE_RECORDS.every((record) => keys.every(({ id }) => note(record, id) === notes[record][id]));
  if (isNothingNew && Object.keys(notes.dnskey).length === keys.length) return notes;
  const all: Record<ZoneRecord, Record<KeyId, Noted>> = { dnskey: {}, krrsig: {}, zrrsig: {} };
  for (const record of ZONE_RECORDS) for (const { id } of keys) all[record][id] = note(record, id);
  return all;
}

/**
 * Notes TTLs that are given out now, each with the last time at which it was.
 *
 * @param given    TTLs that somebody gives out
 * @param until    when, at the latest, they will have been given out if nobody is seen doing so later
 */
export function noteTtls(
  history: readonly TtlInForce[],
  given: readonly number[],
  until: number,
): readonly TtlInForce[] {
  const rest = history.filter(({ ttl }) => !given.includes(ttl));
  return [...rest, ...[...new Set(given)].map((ttl) => ({ ttl, until }))];
}
