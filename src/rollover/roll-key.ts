/** A key as the rollover engine sees it: its goal, and the state of each record that it owns. Plain data. */
import type { Seconds, UnixSeconds } from '../base/time.ts';
import type { KeyRole } from '../keys/key.ts';
import type { RecordState, StatefulRecord } from '../keys/state-file.ts';

/** What a key is known by: never its tag, which two keys may share (BIND GL#4878). See `keyIdentity`. */
export type KeyId = string;

/** Whether the private half can be used: `missing` there is none, `broken` it can't be read or is another key's. */
export type KeyFilesState = 'whole' | 'missing' | 'broken';

/** What a person said of a key: it is known to others, or its private half is lost and was given up. */
export type KeyFate = 'none' | 'compromised' | 'lost';

/** Where a key wants to go: into the zone, or out of it. */
export type Goal = 'omnipresent' | 'hidden';

/** The state of every record; a record that the role does not own is hidden. */
export type RecordStates = Readonly<Record<StatefulRecord, RecordState>>;

/** A key of a zone in its rollovers. */
export interface RollKey {
  readonly id: KeyId;
  /** Base name of its files, for words. */
  readonly name: string;
  readonly role: KeyRole;
  readonly algorithm: number;
  readonly keyTag: number;
  /** Key size in bits. */
  readonly bits: number;
  readonly goal: Goal;
  readonly states: RecordStates;
  /** When each record came into its present state. */
  readonly changes: Readonly<Partial<Record<StatefulRecord, UnixSeconds>>>;
  readonly predecessor: KeyId | undefined;
  readonly successor: KeyId | undefined;
  readonly created: UnixSeconds | undefined;
  /** When it took up its work: its lifetime counts from here. Undefined: not yet. */
  readonly active: UnixSeconds | undefined;
  /** How long it works; undefined: until somebody rolls it. Follows the policy. */
  readonly lifetime: Seconds | undefined;
  /** When it is to be replaced by a person's word, before its lifetime is over. */
  readonly rollAt: UnixSeconds | undefined;
  /** When its goal became hidden. */
  readonly retired: UnixSeconds | undefined;
  /** When the last of its records was hidden for good. */
  readonly removed: UnixSeconds | undefined;
  readonly files: KeyFilesState;
  readonly fate: KeyFate;
}

/** The records that a key of each role owns. */
export const OWNED_RECORDS: Readonly<Record<KeyRole, readonly StatefulRecord[]>> = {
  ksk: ['dnskey', 'krrsig', 'ds'],
  zsk: ['dnskey', 'zrrsig'],
  csk: ['dnskey', 'krrsig', 'zrrsig', 'ds'],
};

/** No record of the key is anywhere. */
export const ALL_HIDDEN: RecordStates = { dnskey: 'hidden', krrsig: 'hidden', zrrsig: 'hidden', ds: 'hidden' };

/** Whether the record is in the zone, or at the parent, by what was decided. */
export function isIn(state: RecordState): boolean {
  return state === 'rumoured' || state === 'omnipresent';
}

/** Whether no cache holds anything of the key. */
export function isWhollyHidden(key: Pick<RollKey, 'states'>): boolean {
  const { dnskey, krrsig, zrrsig, ds } = key.states;
  return dnskey === 'hidden' && krrsig === 'hidden' && zrrsig === 'hidden' && ds === 'hidden';
}

/** Whether the key was made, and never used: it may become the next one of its role. */
export function isUnused(key: RollKey): boolean {
  return (
    isWhollyHidden(key) &&
    key.goal === 'hidden' &&
    key.removed === undefined &&
    key.retired === undefined &&
    key.fate === 'none' &&
    Object.keys(key.changes).length === 0
  );
}
