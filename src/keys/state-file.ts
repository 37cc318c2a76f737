/** BIND's `.state` files: the state that each record of a key is in, with the times of its changes. */
import type { Octets } from '../base/octets.ts';
import { parseTimestamp, type Seconds, type UnixSeconds } from '../base/time.ts';
import { nameText } from '../dns/name.ts';
import { keyFileError, splitLines } from './file-lines.ts';
import { printTimeWithWords } from './key-times.ts';

/** What all validating caches together see of a record. */
export type RecordState = 'hidden' | 'rumoured' | 'omnipresent' | 'unretentive';

const RECORD_STATES: readonly string[] = ['hidden', 'rumoured', 'omnipresent', 'unretentive'];

/** The records that have a state; `goal` is where the key wants to go. */
export type StatefulRecord = 'dnskey' | 'zrrsig' | 'krrsig' | 'ds';

/** Times that a state file may hold, beside those of the changes. */
export type StateTime =
  | 'generated'
  | 'published'
  | 'active'
  | 'retired'
  | 'revoked'
  | 'removed'
  | 'dsPublish'
  | 'dsRemoved'
  | 'sigPublish'
  | 'sigRemoved'
  | 'publishCds'
  | 'deleteCds';

/** A `.state` file. What the file does not say is absent. */
export interface KeyState {
  readonly algorithm?: number;
  /** Key size in bits. */
  readonly length?: number;
  readonly lifetime?: Seconds;
  /** Key tags. */
  readonly predecessor?: number;
  readonly successor?: number;
  readonly isKsk?: boolean;
  readonly isZsk?: boolean;
  readonly times: Readonly<Partial<Record<StateTime, UnixSeconds>>>;
  readonly dsPublishCount?: number;
  readonly dsRemoveCount?: number;
  readonly changes: Readonly<Partial<Record<StatefulRecord, UnixSeconds>>>;
  readonly states: Readonly<Partial<Record<StatefulRecord | 'goal', RecordState>>>;
  /** Lines with tags that this program does not know, kept as they are. */
  readonly unknown: readonly string[];
}

type NumberField =
  | 'algorithm'
  | 'length'
  | 'lifetime'
  | 'predecessor'
  | 'successor'
  | 'dsPublishCount'
  | 'dsRemoveCount';

type Field =
  | { readonly kind: 'number'; readonly field: NumberField; readonly most: number }
  | { readonly kind: 'flag'; readonly field: 'isKsk' | 'isZsk' }
  | { readonly kind: 'time'; readonly field: StateTime }
  | { readonly kind: 'change'; readonly field: StatefulRecord }
  | { readonly kind: 'state'; readonly field: StatefulRecord | 'goal' };

const number = (field: NumberField, most = 0xffff_ffff): Field => ({ kind: 'number', field, most });
const time = (field: StateTime): Field => ({ kind: 'time', field });

/** Tags in the order in which BIND writes them. */
const FIELDS: readonly (readonly [tag: string, field: Field])[] = [
  ['Algorithm', number('algorithm', 255)],
  ['Length', number('length')],
  ['Lifetime', number('lifetime')],
  ['Predecessor', number('predecessor', 0xffff)],
  ['Successor', number('successor', 0xffff)],
  ['KSK', { kind: 'flag', field: 'isKsk' }],
  ['ZSK', { kind: 'flag', field: 'isZsk' }],
  ['Generated', time('generated')],
  ['Published', time('published')],
  ['Active', time('active')],
  ['Retired', time('retired')],
  ['Revoked', time('revoked')],
  ['Removed', time('removed')],
  ['DSPublish', time('dsPublish')],
  ['DSRemoved', time('dsRemoved')],
  ['SigPublish', time('sigPublish')],
  ['SigRemoved', time('sigRemoved')],
  ['PublishCDS', time('publishCds')],
  ['DeleteCDS', time('deleteCds')],
  ['DSPubCount', number('dsPublishCount')],
  ['DSDelCount', number('dsRemoveCount')],
  ['DNSKEYChange', { kind: 'change', field: 'dnskey' }],
  ['ZRRSIGChange', { kind: 'change', field: 'zrrsig' }],
  ['KRRSIGChange', { kind: 'change', field: 'krrsig' }],
  ['DSChange', { kind: 'change', field: 'ds' }],
  ['DNSKEYState', { kind: 'state', field: 'dnskey' }],
  ['ZRRSIGState', { kind: 'state', field: 'zrrsig' }],
  ['KRRSIGState', { kind: 'state', field: 'krrsig' }],
  ['DSState', { kind: 'state', field: 'ds' }],
  ['GoalState', { kind: 'state', field: 'goal' }],
];

/** What BIND's reader looks for where its writer puts another tag: both are read, the writer's is written. */
const OTHER_SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['syncpublish', 'publishcds'],
  ['syncdelete', 'deletecds'],
  ['zrrsigpublish', 'sigpublish'],
  ['zrrsigdelete', 'sigremoved'],
  ['zzrrsigdelete', 'sigremoved'],
  ['dsremcount', 'dsdelcount'],
  ['dsdelete', 'dsremoved'],
]);

const BY_TAG: ReadonlyMap<string, Field> = new Map(FIELDS.map(([tag, field]) => [tag.toLowerCase(), field]));

/**
 * Reads a `.state` file.
 *
 * @param file  its name, for messages
 * @throws DnssecError KEY_INVALID with the line
 */
export function parseStateFile(text: string, file: string): KeyState {
  const state = { times: {}, changes: {}, states: {}, unknown: [] } as Writable<KeyState>;
  for (const { line, number: lineNumber } of splitLines(text, file)) {
    if (/^\s*(?:;|$)/.test(line)) continue;
    const m = /^\s*([A-Za-z]+)\s*:\s*(\S+)/.exec(line);
    const [, tag = '', value = ''] = m ?? [];
    const lower = tag.toLowerCase();
    const field = BY_TAG.get(OTHER_SPELLINGS.get(lower) ?? lower);
    if (field === undefined) {
      state.unknown.push(line);
      continue;
    }
    const fault = setField(state, field, value);
    if (fault !== undefined) throw keyFileError(file, lineNumber, `${tag}: ${fault}`);
  }
  return state;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] extends object ? Writable<T[K]> : T[K] };

function setField(state: Writable<KeyState>, field: Field, value: string): string | undefined {
  switch (field.kind) {
    case 'number': {
      if (!/^\d{1,10}$/.test(value) || Number(value) > field.most) return `not a number from 0 to ${field.most}`;
      state[field.field] = Number(value);
      return undefined;
    }
    case 'flag': {
      const word = value.toLowerCase();
      if (word !== 'yes' && word !== 'no') return 'neither yes nor no';
      state[field.field] = word === 'yes';
      return undefined;
    }
    case 'time':
    case 'change': {
      const parsed = parseTimestamp(value);
      if (parsed === undefined) return 'not a time of the form YYYYMMDDHHMMSS';
      if (field.kind === 'time') state.times[field.field] = parsed;
      else state.changes[field.field] = parsed;
      return undefined;
    }
    case 'state': {
      const word = value.toLowerCase();
      if (!RECORD_STATES.includes(word)) return `not a state (${RECORD_STATES.join(', ')})`;
      state.states[field.field] = word as RecordState;
      return undefined;
    }
  }
}

/**
 * Prints a `.state` file, as BIND does; unknown lines come last.
 *
 * @param zone  wire form
 */
export function printStateFile(state: KeyState, zone: Octets, keyTag: number): string {
  const lines = [`; This is the state of key ${keyTag}, for ${nameText(zone)}`];
  for (const [tag, field] of FIELDS) {
    const value = fieldText(state, field);
    if (value !== undefined) lines.push(`${tag}: ${value}`);
  }
  return `${[...lines, ...state.unknown].join('\n')}\n`;
}

function fieldText(state: KeyState, field: Field): string | undefined {
  switch (field.kind) {
    case 'number':
      return state[field.field]?.toString();
    case 'flag': {
      const value = state[field.field];
      return value === undefined ? undefined : value ? 'yes' : 'no';
    }
    case 'time':
    case 'change': {
      const value = field.kind === 'time' ? state.times[field.field] : state.changes[field.field];
      return value === undefined ? undefined : printTimeWithWords(value);
    }
    case 'state':
      return state.states[field.field];
  }
}
