/** What the audit log tells of a zone, as data and in words. */
import { algorithmText } from '../keys/algorithms.ts';
import type { StatefulRecord } from '../keys/state-file.ts';
import type { RollKey } from './roll-key.ts';
import type { Decision, Move } from './step-result.ts';
import type { Sighting } from './world.ts';

/** What the log says of a key: enough to find it again when its files have gone. */
export type LoggedKey = Pick<RollKey, 'id' | 'name' | 'role' | 'algorithm' | 'keyTag'>;

/** Something that is worth an entry. No part of it may hold a secret. */
export type AuditEvent =
  | {
      readonly kind: 'decision';
      readonly decision: Decision;
      readonly key: LoggedKey;
      /** The key that it follows, where it is introduced as a successor. */
      readonly after?: LoggedKey;
    }
  | { readonly kind: 'key-made'; readonly key: LoggedKey; readonly after?: LoggedKey }
  /** `.state` files: base names with suffix. */
  | { readonly kind: 'files-written'; readonly files: readonly string[] }
  | { readonly kind: 'signed'; readonly serial: number; readonly file: string }
  /** What a person said: a clause such as `the DS is at the parent`. */
  | { readonly kind: 'word'; readonly said: string; readonly key?: LoggedKey }
  /** The zone was taken over with the keys that it had. */
  | { readonly kind: 'adopted'; readonly keys: readonly LoggedKey[] }
  /** A sighting that is another than the one before. */
  | {
      readonly kind: 'observed';
      readonly place: ObservedPlace;
      readonly record: StatefulRecord;
      readonly key: LoggedKey;
      readonly seen: Sighting['seen'];
      readonly dissent: readonly string[];
    }
  | { readonly kind: 'purged'; readonly key: LoggedKey; readonly files: readonly string[] }
  /** Something that was asked for and is not done: `what` names it, `why` says the reason. */
  | { readonly kind: 'refused'; readonly what: string; readonly why: string; readonly key?: LoggedKey };

/** Where something was looked for. */
export type ObservedPlace = 'file' | 'servers' | 'parent';

/** The event as the members of an entry: of keys only what the log says of them. */
export function auditDetails(event: AuditEvent): Readonly<Record<string, unknown>> {
  const { kind: _, ...details } = event;
  const named = (name: 'key' | 'after') => {
    const key = (event as Partial<Record<'key' | 'after', LoggedKey>>)[name];
    return key === undefined ? {} : { [name]: loggedKey(key) };
  };
  return {
    ...details,
    ...named('key'),
    ...named('after'),
    ...(event.kind === 'adopted' ? { keys: event.keys.map(loggedKey) } : {}),
  };
}

function loggedKey({ id, name, role, algorithm, keyTag }: LoggedKey): LoggedKey {
  return { id, name, role, algorithm, keyTag };
}

/** An event in words: `ZSK 12345 (ECDSAP256SHA256): its DNSKEY is published`. */
export function describeEvent(event: AuditEvent): string {
  switch (event.kind) {
    case 'decision':
      return `${keyText(event.key)}: ${decisionText(event.decision, event.after)}`;
    case 'key-made':
      return `${keyText(event.key)}: made${event.after === undefined ? '' : `, to follow ${shortText(event.after)}`}`;
    case 'files-written':
      return `written: ${event.files.join(', ')}`;
    case 'signed':
      return `signed: ${event.file}, serial ${event.serial}`;
    case 'word':
      return about(event.key, `a person said: ${event.said}`);
    case 'adopted':
      return `taken over ${event.keys.length === 0 ? 'without keys' : `with ${event.keys.map(keyText).join(', ')}`}`;
    case 'observed':
      return `${keyText(event.key)}: ${recordText(event.record, PLACE_WORDS[event.place][event.seen])}${dissentText(event.dissent)}`;
    case 'purged':
      return `${keyText(event.key)}: long gone, its files are deleted: ${event.files.join(', ')}`;
    case 'refused':
      return about(event.key, `refused: ${event.what}: ${event.why}`);
  }
}

function about(key: LoggedKey | undefined, words: string): string {
  return key === undefined ? words : `${keyText(key)}: ${words}`;
}

function keyText(key: LoggedKey): string {
  return `${shortText(key)} (${algorithmText(key.algorithm)})`;
}

function shortText({ role, keyTag }: LoggedKey): string {
  return `${role.toUpperCase()} ${keyTag}`;
}

function decisionText(decision: Decision, after: LoggedKey | undefined): string {
  switch (decision.kind) {
    case 'move':
      return recordText(decision.record, moveText(decision));
    case 'introduced':
      return after === undefined ? 'is introduced' : `is introduced, to follow ${shortText(after)}`;
    case 'retired':
      return 'is to go';
    case 'revived':
      return 'was to go, and is wanted again';
    case 'removed':
      return 'nothing of it is left in any cache';
  }
}

const RECORD_WORDS: Readonly<Record<StatefulRecord, readonly [noun: string, isPlural: boolean]>> = {
  dnskey: ['its DNSKEY', false],
  krrsig: ['its signature over the keys', false],
  zrrsig: ['its signatures over the zone', true],
  ds: ['its DS', false],
};

/** What is said of a record; `predicate` begins with `is` or `has`. */
function recordText(record: StatefulRecord, predicate: string): string {
  const [noun, isPlural] = RECORD_WORDS[record];
  return `${noun} ${isPlural ? predicate.replace(/^is/, 'are').replace(/^has/, 'have') : predicate}`;
}

/** What a state means for those who ask; the DS is not ours to publish. */
function moveText({ record, from, to }: Move): string {
  switch (to) {
    case 'rumoured': {
      const again = from === 'unretentive' ? ' again' : '';
      return record === 'ds' ? `is to be at the parent${again}` : `is published${again}`;
    }
    case 'omnipresent':
      return 'is in every cache';
    case 'unretentive':
      return record === 'ds' ? 'is to go from the parent' : 'is withdrawn';
    case 'hidden':
      return 'has left every cache';
  }
}

/** What is said of a record by where it was looked for and what was seen. */
const PLACE_WORDS: Readonly<Record<ObservedPlace, { readonly [seen in Sighting['seen']]: string }>> = {
  file: {
    present: 'is in the signed file',
    mixed: 'is in parts of the signed file',
    absent: 'is not in the signed file',
    unknown: "is not known of: the signed file can't be read",
  },
  servers: {
    present: 'is at all name servers',
    mixed: 'is at some name servers and not at others',
    absent: 'is at no name server',
    unknown: 'is not known of: no name server could be asked',
  },
  parent: {
    present: 'is at all servers of the parent',
    mixed: 'is at some servers of the parent and not at others',
    absent: 'is at no server of the parent',
    unknown: 'is not known of: no server of the parent could be asked',
  },
};

/** How many servers are named; the entry has them all. */
const MAX_NAMED = 3;

function dissentText(dissent: readonly string[]): string {
  if (dissent.length === 0) return '';
  const more = dissent.length > MAX_NAMED ? ` and ${dissent.length - MAX_NAMED} more` : '';
  return ` (${dissent.slice(0, MAX_NAMED).join('; ')}${more})`;
}
