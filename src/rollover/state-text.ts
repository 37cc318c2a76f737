/** From a key of the engine back to what BIND's files say of it: its `.state`, and the times of `.key` and `.private`. */
import type { UnixSeconds } from '../base/time.ts';
import type { KeyTiming } from '../keys/key.ts';
import { earliest } from '../keys/record-claims.ts';
import type { KeyState, StatefulRecord } from '../keys/state-file.ts';
import { isIn, isUnused, type KeyId, OWNED_RECORDS, type RollKey } from './roll-key.ts';

/** In which part of its life a record is: it has yet to come, is in the zone, or was withdrawn. */
type Phase = 'coming' | 'in' | 'gone';

function phaseOf(key: RollKey, record: StatefulRecord): Phase {
  const state = key.states[record];
  if (isIn(state)) return 'in';
  if (state === 'unretentive') return 'gone';
  return key.goal === 'hidden' && (key.retired !== undefined || key.removed !== undefined) ? 'gone' : 'coming';
}

/** When a record that is in the zone came into it: its last change, or where it is omnipresent some time before. */
function introduced(key: RollKey, record: StatefulRecord, before: UnixSeconds | undefined): UnixSeconds | undefined {
  const change = key.changes[record];
  return key.states[record] === 'omnipresent' ? earliest(before, change) : (change ?? before);
}

/** When a record that is gone was withdrawn: its last change while some still have it, else some time before. */
function withdrawn(
  key: RollKey,
  record: StatefulRecord,
  ...before: readonly (UnixSeconds | undefined)[]
): UnixSeconds | undefined {
  const change = key.changes[record];
  return key.states[record] === 'unretentive' ? (change ?? earliest(...before)) : earliest(...before, change);
}

function signaturesOf(key: RollKey): readonly ('krrsig' | 'zrrsig')[] {
  return OWNED_RECORDS[key.role].filter((record) => record === 'krrsig' || record === 'zrrsig');
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] | undefined };

/** Leaves out what is undefined: exact optional properties are absent or have a value. */
function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const set = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/**
 * The times of a key as BIND writes them, as far as they tell what has happened. Plans are left out: a plan that slips
 * would make programs that read no states drop a key that is still needed. The times of a key that was never used
 * stay as they are. One thing these times can't tell: that a key signs whose DNSKEY is not in the zone, as in an
 * algorithm rollover.
 *
 * @param before  the times that its files have so far
 */
export function timingOf(key: RollKey, before: KeyTiming): KeyTiming {
  if (isUnused(key)) return before;
  const { created, revoke, dsPublish } = before;
  const after: Mutable<KeyTiming> = { created: key.created ?? created, revoke, dsPublish };
  setDnskey(key, before, after);
  setSignatures(key, before, after);
  if (key.role !== 'zsk') setSync(key, before, after);
  return defined(after);
}

function setDnskey(key: RollKey, before: KeyTiming, after: Mutable<KeyTiming>): void {
  const phase = phaseOf(key, 'dnskey');
  if (phase === 'in') after.publish = introduced(key, 'dnskey', before.publish);
  if (phase !== 'gone') return;
  after.delete = withdrawn(key, 'dnskey', before.delete, key.removed);
  if (after.delete !== undefined) after.publish = before.publish;
}

/** A CSK is active for as long as it signs anything. */
function setSignatures(key: RollKey, before: KeyTiming, after: Mutable<KeyTiming>): void {
  const records = signaturesOf(key);
  const standing = records.filter((record) => phaseOf(key, record) === 'in');
  const gone = records.filter((record) => phaseOf(key, record) === 'gone');
  const known = earliest(before.activate, key.active);
  if (standing.length > 0) {
    after.activate = earliest(...standing.map((record) => introduced(key, record, known)));
  } else if (gone.length > 0) {
    const times = gone.map((record) => withdrawn(key, record, before.inactive, key.retired));
    const set = times.filter((time) => time !== undefined);
    if (set.length === 0) return;
    // A key that is active at some time, and names none at which it is published, counts as published from then.
    if (after.publish !== undefined || after.delete !== undefined) after.activate = known;
    after.inactive = Math.max(...set);
  }
}

function setSync(key: RollKey, before: KeyTiming, after: Mutable<KeyTiming>): void {
  const { syncPublish, syncDelete } = before;
  const change = key.changes.ds;
  if (isIn(key.states.ds)) {
    after.syncPublish = introduced(key, 'ds', syncPublish);
    return;
  }
  // A change to hidden is also what BIND notes of a DS that never was: only one after SyncPublish is a withdrawal.
  const wasIn = syncPublish !== undefined && change !== undefined && syncPublish < change;
  if (key.states.ds !== 'unretentive' && !wasIn) return;
  after.syncPublish = wasIn ? syncPublish : undefined;
  after.syncDelete = withdrawn(key, 'ds', syncDelete);
}

/**
 * What BIND's `.state` file says of a key: the states of exactly the records that its role owns, and the goal.
 *
 * @param before  the file so far: what the engine does not know better stays, lines of unknown meaning too
 * @param tagOf   the tag of a key of the zone; undefined for one that is no longer there, whose tag in `before` stays
 */
export function stateOf(
  key: RollKey,
  before: KeyState | undefined,
  tagOf: (id: KeyId) => number | undefined,
): KeyState {
  const tag = (id: KeyId | undefined) => (id === undefined ? undefined : tagOf(id));
  const records = OWNED_RECORDS[key.role];
  const pick = <T>(values: Readonly<Partial<Record<StatefulRecord, T>>>) =>
    Object.fromEntries(records.flatMap((record) => (values[record] === undefined ? [] : [[record, values[record]]])));
  const { dsPublishCount, dsRemoveCount } = before ?? {};
  return defined({
    algorithm: key.algorithm,
    length: key.bits,
    lifetime: key.lifetime ?? 0,
    predecessor: tag(key.predecessor) ?? before?.predecessor,
    successor: tag(key.successor) ?? before?.successor,
    isKsk: key.role !== 'zsk',
    isZsk: key.role !== 'ksk',
    dsPublishCount,
    dsRemoveCount,
    times: stateTimes(key, before?.times ?? {}),
    changes: { ...pick(before?.changes ?? {}), ...pick(key.changes) },
    states: { ...pick(key.states), goal: key.goal },
    unknown: before?.unknown ?? [],
  });
}

/** Unlike the other files, BIND's `.state` tells plans too: when the key is to be retired. */
function stateTimes(key: RollKey, before: KeyState['times']): KeyState['times'] {
  if (isUnused(key)) return defined({ ...before, generated: key.created ?? before.generated });
  const { published, active, retired, removed, publishCds, deleteCds } = before;
  const timing = timingOf(
    key,
    defined({
      publish: published,
      activate: active,
      inactive: retired,
      delete: removed,
      syncPublish: publishCds,
      syncDelete: deleteCds,
    }),
  );
  const planned = key.active === undefined || key.lifetime === undefined ? undefined : key.active + key.lifetime;
  const retirement = key.retired ?? planned;
  return defined({
    ...before,
    generated: key.created ?? before.generated,
    published: timing.publish ?? published,
    active: key.active ?? active,
    retired: retirement,
    removed: key.removed ?? timing.delete ?? (retirement === retired ? removed : undefined),
    publishCds: timing.syncPublish ?? publishCds,
    deleteCds: timing.syncDelete,
  });
}
