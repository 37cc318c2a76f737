import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeyRole, KeyTiming, ZoneKey } from '../../src/keys/key.ts';
import { claimsOfTimes } from '../../src/keys/record-claims.ts';
import { type KeyState, parseStateFile, printStateFile, type RecordState } from '../../src/keys/state-file.ts';
import { ALL_HIDDEN, isIn, isUnused, OWNED_RECORDS, type RollKey } from '../../src/rollover/roll-key.ts';
import { stateOf, timingOf } from '../../src/rollover/state-text.ts';
import { adopt, adoptOne, DAY, idOf, makeZoneKey, NOW, withState } from './adoption.ts';

const KSK = await makeZoneKey('ksk');
const ZSK = await makeZoneKey('zsk');
const FILES: Readonly<Record<KeyRole, ZoneKey>> = { ksk: KSK, zsk: ZSK, csk: KSK };

function rollKey(role: KeyRole, parts: Partial<RollKey> = {}): RollKey {
  const { name, algorithm, keyTag, bits } = FILES[role];
  return {
    id: idOf(FILES[role]),
    name,
    role,
    algorithm,
    keyTag,
    bits,
    goal: 'omnipresent',
    states: ALL_HIDDEN,
    changes: {},
    predecessor: undefined,
    successor: undefined,
    created: undefined,
    active: undefined,
    lifetime: undefined,
    rollAt: undefined,
    retired: undefined,
    removed: undefined,
    files: 'whole',
    fate: 'none',
    ...parts,
  };
}

const nobody = () => undefined;

/** What named 9.18 wrote for new keys of a policy with a KSK and a ZSK, and of one with a CSK. */
const BY_NAMED = {
  ksk: `; This is the state of key 59189, for pair.example.
Algorithm: 13
Length: 256
Lifetime: 31536000
KSK: yes
ZSK: no
Generated: 20261125083747 (Wed Nov 25 08:37:47 2026)
Published: 20261125083747 (Wed Nov 25 08:37:47 2026)
Active: 20261125083747 (Wed Nov 25 08:37:47 2026)
Retired: 20271125083747 (Thu Nov 25 08:37:47 2027)
Removed: 20271126103747 (Fri Nov 26 10:37:47 2027)
PublishCDS: 20261126094247 (Thu Nov 26 09:42:47 2026)
DNSKEYChange: 20261125083747 (Wed Nov 25 08:37:47 2026)
KRRSIGChange: 20261125083747 (Wed Nov 25 08:37:47 2026)
DSChange: 20261125083747 (Wed Nov 25 08:37:47 2026)
DNSKEYState: rumoured
KRRSIGState: rumoured
DSState: hidden
GoalState: omnipresent
`,
  zsk: `; This is the state of key 35848, for pair.example.
Algorithm: 13
Length: 256
Lifetime: 7776000
KSK: no
ZSK: yes
Generated: 20261125083747 (Wed Nov 25 08:37:47 2026)
Published: 20261125083747 (Wed Nov 25 08:37:47 2026)
Active: 20261125083747 (Wed Nov 25 08:37:47 2026)
Retired: 20270223083747 (Tue Feb 23 08:37:47 2027)
Removed: 20270305094247 (Fri Mar  5 09:42:47 2027)
DNSKEYChange: 20261125083747 (Wed Nov 25 08:37:47 2026)
ZRRSIGChange: 20261125083747 (Wed Nov 25 08:37:47 2026)
DNSKEYState: rumoured
ZRRSIGState: rumoured
GoalState: omnipresent
`,
  csk: `; This is the state of key 14727, for one.example.
Algorithm: 13
Length: 256
Lifetime: 0
KSK: yes
ZSK: yes
Generated: 20261125083747 (Wed Nov 25 08:37:47 2026)
Published: 20261125083747 (Wed Nov 25 08:37:47 2026)
Active: 20261125083747 (Wed Nov 25 08:37:47 2026)
PublishCDS: 20261126094247 (Thu Nov 26 09:42:47 2026)
DNSKEYChange: 20261125083747 (Wed Nov 25 08:37:47 2026)
ZRRSIGChange: 20261125083747 (Wed Nov 25 08:37:47 2026)
KRRSIGChange: 20261125083747 (Wed Nov 25 08:37:47 2026)
DSChange: 20261125083747 (Wed Nov 25 08:37:47 2026)
DNSKEYState: rumoured
ZRRSIGState: rumoured
KRRSIGState: rumoured
DSState: hidden
GoalState: omnipresent
`,
} as const;

const BORN = Date.UTC(2026, 10, 25, 8, 37, 47) / 1000;

describe("BIND's .state file", () => {
  test.each(['ksk', 'zsk', 'csk'] as const)(
    'of a %s that was taken over and not moved is as named wrote it',
    (role) => {
      const before = parseStateFile(BY_NAMED[role], 'K.state');
      const key = adoptOne({ ...FILES[role], state: before }, { now: BORN + 60 });
      expect(key.role).toBe(role);
      const [first] = BY_NAMED[role].split('\n');
      const after = printStateFile(stateOf(key, before, nobody), FILES[role].zone, 1).split('\n');
      expect([first, ...after.slice(1)].join('\n')).toBe(BY_NAMED[role]);
    },
  );

  test.each([
    ['ksk', ['dnskey', 'ds', 'goal', 'krrsig']],
    ['zsk', ['dnskey', 'goal', 'zrrsig']],
    ['csk', ['dnskey', 'ds', 'goal', 'krrsig', 'zrrsig']],
  ] as const)('of a %s has the states of the records that it owns, and no others', (role, records) => {
    const stray = {
      states: { zrrsig: 'hidden', krrsig: 'hidden', ds: 'hidden' },
      changes: { zrrsig: 1, krrsig: 1, ds: 1 },
    } as const;
    const before: KeyState = { times: {}, unknown: [], ...stray };
    const state = stateOf(rollKey(role), before, nobody);
    expect(Object.keys(state.states).sort()).toEqual(records);
    expect(Object.keys(state.changes).every((record) => (records as readonly string[]).includes(record))).toBe(true);
  });

  test('keeps what the engine does not know better', () => {
    const before: KeyState = {
      predecessor: 7,
      dsPublishCount: 2,
      times: { dsPublish: 5, sigPublish: 6, revoked: 8 },
      changes: {},
      states: {},
      unknown: ['Fresh: yes'],
    };
    const state = stateOf(rollKey('ksk'), before, nobody);
    expect(state).toMatchObject({ predecessor: 7, dsPublishCount: 2, times: before.times, unknown: ['Fresh: yes'] });
  });

  test('names neighbours by tag, and no lifetime as 0', () => {
    const key = rollKey('zsk', { predecessor: 'a', successor: 'b', lifetime: 90 * DAY });
    const state = stateOf(key, undefined, (id) => ({ a: 1, b: 2 })[id]);
    expect(state).toMatchObject({ predecessor: 1, successor: 2, lifetime: 90 * DAY });
    expect(stateOf(rollKey('zsk'), undefined, nobody)).not.toHaveProperty('predecessor');
    expect(stateOf(rollKey('zsk'), undefined, nobody).lifetime).toBe(0);
  });

  test('tells a new retirement where the lifetime has changed, and drops the old plan to remove', () => {
    const before = parseStateFile(BY_NAMED.zsk, 'K.state');
    const key = { ...adoptOne({ ...ZSK, state: before }, { now: BORN + 60 }), lifetime: 30 * DAY };
    const { times } = stateOf(key, before, nobody);
    expect([times.retired, times.removed]).toEqual([BORN + 30 * DAY, undefined]);
  });
});

describe('the times of .key and .private', () => {
  const all = { dnskey: NOW - 9, krrsig: NOW - 8, zrrsig: NOW - 7, ds: NOW - 6 };
  const states = (dnskey: RecordState, krrsig: RecordState, zrrsig: RecordState, ds: RecordState) => ({
    dnskey,
    krrsig,
    zrrsig,
    ds,
  });

  test.each<[string, RollKey, KeyTiming, KeyTiming]>([
    [
      'a ZSK that was just published',
      rollKey('zsk', { states: states('rumoured', 'hidden', 'hidden', 'hidden'), changes: all }),
      { created: 1, publish: 2, activate: NOW + DAY, inactive: NOW + 9 * DAY, delete: NOW + 10 * DAY },
      { created: 1, publish: NOW - 9 },
    ],
    [
      'a KSK that everybody has: older times are better known',
      rollKey('ksk', {
        states: states('omnipresent', 'omnipresent', 'hidden', 'omnipresent'),
        changes: all,
        active: 5,
      }),
      { publish: 2, syncPublish: 6, inactive: NOW - 1, delete: NOW - 1 },
      { publish: 2, activate: 5, syncPublish: 6 },
    ],
    [
      'a CSK of which nothing is known but its states',
      rollKey('csk', { states: states('omnipresent', 'omnipresent', 'omnipresent', 'rumoured'), changes: all }),
      {},
      { publish: NOW - 9, activate: NOW - 8, syncPublish: NOW - 6 },
    ],
    [
      'a KSK whose DS was withdrawn',
      rollKey('ksk', {
        goal: 'hidden',
        retired: NOW - 20,
        states: states('omnipresent', 'omnipresent', 'hidden', 'unretentive'),
        changes: all,
      }),
      { publish: 1, activate: 2, syncPublish: 3, syncDelete: NOW + DAY },
      { publish: 1, activate: 2, syncPublish: 3, syncDelete: NOW - 6 },
    ],
    [
      'a ZSK that stopped to sign, and is still published',
      rollKey('zsk', {
        goal: 'hidden',
        retired: NOW - 20,
        states: states('omnipresent', 'hidden', 'unretentive', 'hidden'),
        changes: all,
      }),
      { publish: 1, activate: 2, delete: NOW + DAY },
      { publish: 1, activate: 2, inactive: NOW - 7 },
    ],
    [
      'a ZSK that is gone',
      rollKey('zsk', { goal: 'hidden', retired: NOW - 20, removed: NOW - 5, states: ALL_HIDDEN, changes: all }),
      { publish: 1, activate: 2, inactive: NOW - 30, delete: NOW + DAY },
      { publish: 1, activate: 2, inactive: NOW - 30, delete: NOW - 9 },
    ],
    [
      'a KSK whose DS never was submitted: the note of its hidden state is no withdrawal',
      rollKey('ksk', { states: states('rumoured', 'rumoured', 'hidden', 'hidden'), changes: all }),
      { syncPublish: NOW + DAY },
      { publish: NOW - 9, activate: NOW - 8 },
    ],
    [
      'a key for later keeps its times',
      rollKey('zsk', { goal: 'hidden' }),
      { publish: NOW + 5, delete: 9 },
      { publish: NOW + 5, delete: 9 },
    ],
  ])('of %s', (_, key, before, after) => {
    expect(timingOf(key, before)).toEqual(after);
  });
});

const past = fc.integer({ min: NOW - 400 * DAY, max: NOW });
const anyTime = fc.integer({ min: NOW - 400 * DAY, max: NOW + 400 * DAY });
const recordState = fc.constantFrom<RecordState>('hidden', 'rumoured', 'omnipresent', 'unretentive');
const role = fc.constantFrom<KeyRole>('ksk', 'zsk', 'csk');

/** Keys that the engine can have, as far as files tell of them. */
const engineKey: fc.Arbitrary<RollKey> = fc
  .record({
    role,
    goal: fc.constantFrom('omnipresent' as const, 'hidden' as const),
    wishes: fc.record({ dnskey: recordState, krrsig: recordState, zrrsig: recordState, ds: recordState }),
    times: fc.record({ dnskey: past, krrsig: past, zrrsig: past, ds: past }),
    created: past,
    active: past,
    lifetime: fc.option(fc.integer({ min: DAY, max: 400 * DAY }), { nil: undefined }),
    retired: past,
    removed: past,
  })
  .map(({ role: own, wishes, times, goal, retired, removed, ...rest }) => {
    const states = { ...ALL_HIDDEN };
    const changes: Partial<Record<keyof typeof states, number>> = {};
    for (const record of OWNED_RECORDS[own]) {
      states[record] = wishes[record];
      changes[record] = times[record];
    }
    if (states.dnskey === 'hidden' && isIn(states.ds)) states.ds = 'unretentive';
    const isGone = goal === 'hidden' && Object.values(states).every((state) => state === 'hidden');
    return rollKey(own, {
      ...rest,
      goal,
      states,
      changes,
      retired: goal === 'hidden' ? retired : undefined,
      removed: isGone ? removed : undefined,
    });
  });

const timing: fc.Arbitrary<KeyTiming> = fc.record(
  {
    created: past,
    publish: anyTime,
    activate: anyTime,
    inactive: anyTime,
    delete: anyTime,
    syncPublish: anyTime,
    syncDelete: anyTime,
  },
  { requiredKeys: [] },
);

test('what is written for a key reads back as the same key', () => {
  fc.assert(
    fc.property(engineKey, timing, (key, before) => {
      const written = stateOf(key, undefined, nobody);
      const state = parseStateFile(printStateFile(written, KSK.zone, key.keyTag), 'K.state');
      expect(state).toEqual(written);
      const file = { ...FILES[key.role], state, timing: timingOf(key, before) };
      expect(adoptOne(file)).toEqual({ ...key, created: key.created });
    }),
  );
});

test('states that are written a second time stay as they are', () => {
  fc.assert(
    fc.property(engineKey, timing, (key, before) => {
      const once = stateOf(key, undefined, nobody);
      expect(stateOf(key, once, nobody)).toEqual(once);
      const times = timingOf(key, before);
      expect(timingOf(key, times)).toEqual(times);
    }),
  );
});

test('programs that read times and no states publish and sign with the same keys', () => {
  fc.assert(
    fc.property(engineKey, timing, (key, before) => {
      const signs = isIn(key.states.krrsig) || isIn(key.states.zrrsig);
      fc.pre(!isUnused(key) && !(signs && !isIn(key.states.dnskey)));
      const file = { ...FILES[key.role], timing: { created: 1, ...timingOf(key, before) } };
      const claims = claimsOfTimes(file, NOW);
      expect([claims.dnskey.is === 'in', claims.zrrsig.is === 'in']).toEqual([isIn(key.states.dnskey), signs]);
    }),
  );
});

const anyState: fc.Arbitrary<KeyState> = fc
  .record(
    {
      isKsk: fc.boolean(),
      isZsk: fc.boolean(),
      lifetime: fc.integer({ min: 0, max: 400 * DAY }),
      times: fc.record(
        {
          generated: past,
          published: anyTime,
          active: anyTime,
          retired: anyTime,
          removed: anyTime,
          dsPublish: past,
          dsRemoved: past,
        },
        { requiredKeys: [] },
      ),
      changes: fc.record({ dnskey: past, krrsig: past, zrrsig: past, ds: past }, { requiredKeys: [] }),
      states: fc.record(
        {
          dnskey: recordState,
          krrsig: recordState,
          zrrsig: recordState,
          ds: recordState,
          goal: fc.constantFrom<RecordState>('hidden', 'omnipresent'),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['times', 'changes', 'states'] },
  )
  .map((state) => ({ ...state, unknown: [] }));

test('whatever files say: a DS at the parent is never taken for hidden, and no state of a file is overwritten', () => {
  let adopted = 0;
  const file = fc.record({ base: fc.constantFrom(KSK, ZSK), timing, state: fc.option(anyState, { nil: undefined }) });
  const parent = fc.constantFrom('present' as const, 'absent' as const, 'unknown' as const);
  const seen = fc.option(
    fc.record({
      dnskeys: fc.subarray([idOf(KSK), idOf(ZSK)]),
      krrsigs: fc.subarray([idOf(KSK), idOf(ZSK)]),
      zrrsigs: fc.subarray([idOf(KSK), idOf(ZSK)]),
    }),
    { nil: undefined },
  );
  fc.assert(
    fc.property(file, parent, seen, ({ base, ...parts }, ds, sight) => {
      const key: ZoneKey = { ...base, ...parts };
      let result: RollKey;
      try {
        result = adoptOne(key, { ds: () => ds, seen: sight });
      } catch (error) {
        expect(error).toMatchObject({ code: 'STATE_INVALID' });
        return;
      }
      adopted++;
      if (ds === 'present') expect(result.states.ds).not.toBe('hidden');
      for (const record of ['dnskey', 'krrsig', 'zrrsig', 'ds'] as const) {
        const told = key.state?.states[record];
        if (told === undefined || (told === 'hidden' && record === 'ds' && ds === 'present')) continue;
        if (!OWNED_RECORDS[result.role].includes(record))
          expect([told, result.states[record]]).toEqual(['hidden', 'hidden']);
        else expect(result.states[record]).toBe(told);
      }
      if (key.state?.states.goal !== undefined) expect(result.goal).toBe(key.state.states.goal);
      for (const change of Object.values(result.changes)) expect(change).toBeLessThanOrEqual(NOW);
    }),
    { numRuns: 1000 },
  );
  expect(adopted).toBeGreaterThan(300);
});

test('a zone with states that reads back links its keys as before', () => {
  const old = rollKey('zsk', {
    goal: 'hidden',
    successor: 'next',
    states: { ...ALL_HIDDEN, dnskey: 'omnipresent' },
    changes: { dnskey: 1, zrrsig: 1 },
    retired: 2,
  });
  const state = stateOf(old, undefined, () => KSK.keyTag);
  const next = withState(KSK, {
    ...stateOf(rollKey('csk', { changes: { dnskey: 1 } }), undefined, nobody),
    predecessor: ZSK.keyTag,
  });
  const { keys } = adopt([
    { ...ZSK, state, successor: state.successor },
    { ...next, predecessor: ZSK.keyTag },
  ]);
  expect(keys.map(({ predecessor, successor }) => [predecessor, successor])).toEqual([
    [undefined, idOf(KSK)],
    [idOf(ZSK), undefined],
  ]);
});
