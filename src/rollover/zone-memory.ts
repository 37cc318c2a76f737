/** What is remembered of a zone's rollovers from pass to pass, beside the `.state` files of its keys. Plain data. */
import type { UnixSeconds } from '../base/time.ts';
import { EMPTY_LOG, type LogEnd } from './audit-log.ts';
import type { KeyId, RollKey } from './roll-key.ts';
import type { Sighting, Sightings, TtlHistory, TtlInForce, ZoneSightings } from './world.ts';

/** The format that is written. Raised by every change that an older program would misread. */
export const MEMORY_VERSION = 1;

/** A key as it is remembered: how its files are is looked up at each pass. */
export type RememberedKey = Omit<RollKey, 'files'>;

/** A `.state` file that is to hold this text: a crash before it was written is made good by the next pass. */
export interface WriteIntent {
  /** Without directories: `Kexample.com.+013+12345.state`. */
  readonly file: string;
  /** Holds no secrets: `.state` files have none. */
  readonly text: string;
}

/** What is remembered of a zone. */
export interface ZoneMemory {
  readonly version: typeof MEMORY_VERSION;
  /** Lower case, no trailing dot; the root is `.`. */
  readonly zone: string;
  /** Clock of the last pass that wrote it. */
  readonly lastPass: UnixSeconds;
  /** When the engine has something to decide next; null: when the world or the policy changes. */
  readonly wakeAt: UnixSeconds | null;
  /** When servers are to be asked again for evidence that is missing; null: none is. */
  readonly lookAt: UnixSeconds | null;
  /** What a person's word asked for: overrides the policy's until the policy agrees. */
  readonly algorithm: number | null;
  readonly keys: readonly RememberedKey[];
  readonly file: ZoneSightings;
  readonly servers: ZoneSightings;
  readonly parent: Sightings;
  readonly word: Sightings;
  readonly ttls: TtlHistory;
  /** SHA-256 of each key's `.state` text as it was last written, as hexadecimal digits: tells what others changed. */
  readonly written: Readonly<Record<KeyId, string>>;
  readonly intent: readonly WriteIntent[];
  /** End of the audit log. */
  readonly log: LogEnd;
  /** What the last pass saw: while it is so, and nothing is due, the next one has nothing to do. Null: it has to look. */
  readonly rest: Rest | null;
}

/** What a pass depends on, as it was found. */
export interface Rest {
  /** SHA-256 of the policy and of whom to ask, as hexadecimal digits. */
  readonly policy: string;
  /** Key files and the signed file, with their stamps. */
  readonly files: readonly { readonly path: string; readonly stamp: string }[];
  /** Names of all key files of the zone. */
  readonly keyFiles: readonly string[];
}

const NOTHING_SEEN: ZoneSightings = { dnskey: {}, krrsig: {}, zrrsig: {} };

/** The memory of a zone of which nothing is known. @param zone  lower case, no trailing dot */
export function emptyMemory(zone: string, now: UnixSeconds): ZoneMemory {
  return {
    version: MEMORY_VERSION,
    zone,
    lastPass: now,
    wakeAt: null,
    lookAt: null,
    algorithm: null,
    keys: [],
    file: NOTHING_SEEN,
    servers: NOTHING_SEEN,
    parent: {},
    word: {},
    ttls: { dnskey: [], zone: [], ds: [] },
    written: {},
    intent: [],
    log: EMPTY_LOG,
    rest: null,
  };
}

/** The memory without some keys: they, what was seen of them, and what other keys say of them are gone. */
export function forgetKeys(memory: ZoneMemory, gone: ReadonlySet<KeyId>): ZoneMemory {
  const without = <Value>(byKey: Readonly<Record<KeyId, Value>>) =>
    Object.fromEntries(Object.entries(byKey).filter(([id]) => !gone.has(id)));
  const withoutAll = ({ dnskey, krrsig, zrrsig }: ZoneSightings): ZoneSightings => ({
    dnskey: without(dnskey),
    krrsig: without(krrsig),
    zrrsig: without(zrrsig),
  });
  const known = (id: KeyId | undefined) => (id === undefined || gone.has(id) ? undefined : id);
  const { keys, file, servers, parent, word, written } = memory;
  return {
    ...memory,
    keys: keys
      .filter(({ id }) => !gone.has(id))
      .map((key) => ({ ...key, predecessor: known(key.predecessor), successor: known(key.successor) })),
    file: withoutAll(file),
    servers: withoutAll(servers),
    parent: without(parent),
    word: without(word),
    written: without(written),
  };
}

/**
 * Prints a memory as JSON that people can read: members always in the same order, what is undefined left out, a newline
 * at the end. `parseZoneMemory` reads it back.
 */
export function printZoneMemory(memory: ZoneMemory): string {
  const { version, zone, lastPass, wakeAt, lookAt, algorithm, keys, file, servers, parent, word } = memory;
  const { ttls, written, intent, log, rest } = memory;
  const document = {
    version,
    zone,
    lastPass,
    wakeAt,
    lookAt,
    algorithm,
    keys: keys.map(keyDocument),
    file: zoneSightingsDocument(file),
    servers: zoneSightingsDocument(servers),
    parent: sightingsDocument(parent),
    word: sightingsDocument(word),
    ttls: { dnskey: ttls.dnskey.map(ttlDocument), zone: ttls.zone.map(ttlDocument), ds: ttls.ds.map(ttlDocument) },
    written: Object.fromEntries(byId(written)),
    intent: intent.map(({ file: name, text }) => ({ file: name, text })),
    log: { entries: log.entries, hash: log.hash },
    rest: rest === null ? null : restDocument(rest),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function restDocument({ policy, files, keyFiles }: Rest): Rest {
  return { policy, files: files.map(({ path, stamp }) => ({ path, stamp })), keyFiles };
}

function keyDocument(key: RememberedKey): RememberedKey {
  const { id, name, role, algorithm, keyTag, bits, goal, states, changes, predecessor, successor } = key;
  const { created, active, lifetime, rollAt, retired, removed, fate } = key;
  return {
    id,
    name,
    role,
    algorithm,
    keyTag,
    bits,
    goal,
    states: recordsDocument(states),
    changes: recordsDocument(changes),
    predecessor,
    successor,
    created,
    active,
    lifetime,
    rollAt,
    retired,
    removed,
    fate,
  };
}

/** The values by record, in one order. */
function recordsDocument<Values extends Partial<Record<keyof RollKey['states'], unknown>>>(values: Values): Values {
  const { dnskey, krrsig, zrrsig, ds } = values;
  return { dnskey, krrsig, zrrsig, ds } as Values;
}

function zoneSightingsDocument({ dnskey, krrsig, zrrsig }: ZoneSightings): ZoneSightings {
  return {
    dnskey: sightingsDocument(dnskey),
    krrsig: sightingsDocument(krrsig),
    zrrsig: sightingsDocument(zrrsig),
  };
}

function sightingsDocument(sightings: Sightings): Sightings {
  const document = ({ seen, since, dissent }: Sighting): Sighting => ({ seen, since, dissent });
  return Object.fromEntries(byId(sightings).map(([id, sighting]) => [id, document(sighting)]));
}

function ttlDocument({ ttl, until }: TtlInForce): TtlInForce {
  return { ttl, until };
}

function byId<Value>(values: Readonly<Record<KeyId, Value>>): (readonly [KeyId, Value])[] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
