import { describe, expect, test } from 'vitest';
import { DnssecError } from '../../src/base/errors.ts';
import type { KeyTiming, ZoneKey } from '../../src/keys/key.ts';
import { FLAG, keyTag, withFlags } from '../../src/keys/key-tag.ts';
import type { KeyClaims } from '../../src/keys/record-claims.ts';
import type { KeyState, RecordState } from '../../src/keys/state-file.ts';
import { isUnused } from '../../src/rollover/roll-key.ts';
import { adopt, adoptOne, DAY, HOUR, idOf, makeZoneKey, NOW, seenOf, WAIT, withState, withTiming } from './adoption.ts';

const KSK = await makeZoneKey('ksk');
const ZSK = await makeZoneKey('zsk');
const NEXT = await makeZoneKey('zsk');
const OTHER = await makeZoneKey('zsk', 15);

type Row = readonly [rule: string, timing: KeyTiming, state: RecordState, change: number | undefined];
const since = (time: number): KeyTiming => ({ publish: time, activate: time });

describe('the DNSKEY of a key without states', () => {
  test.each<Row>([
    ['published for long enough', since(NOW - WAIT.dnskeyIn), 'omnipresent', NOW],
    ['published a second less', since(NOW - WAIT.dnskeyIn + 1), 'rumoured', NOW - WAIT.dnskeyIn + 1],
    ['published in this second', since(NOW), 'rumoured', NOW],
    ['to be published in the next', since(NOW + 1), 'hidden', undefined],
    [
      'that names only when it gets active: published from then',
      { activate: NOW - DAY },
      'omnipresent',
      NOW - DAY + WAIT.dnskeyIn,
    ],
    ['that only was created', { created: NOW - DAY }, 'hidden', undefined],
    ['without any times: in the zone since nobody knows when', {}, 'rumoured', NOW],
    ['deleted just now', { ...since(0), delete: NOW }, 'unretentive', NOW],
    [
      'deleted less than its TTL ago',
      { ...since(0), delete: NOW - WAIT.dnskeyOut + 1 },
      'unretentive',
      NOW - WAIT.dnskeyOut + 1,
    ],
    ['deleted long ago', { ...since(0), delete: NOW - WAIT.dnskeyOut }, 'hidden', NOW],
  ])('%s, where no signed zone is known', (_, timing, state, change) => {
    const key = adoptOne(withTiming(ZSK, timing));
    expect([key.states.dnskey, key.changes.dnskey]).toEqual([state, change]);
  });

  test.each<[string, KeyTiming, boolean, RecordState, number | undefined]>([
    ['seen, and old enough', since(NOW - DAY), true, 'omnipresent', NOW - DAY + WAIT.dnskeyIn],
    ['seen, and young', since(NOW - HOUR), true, 'rumoured', NOW - HOUR],
    ['seen, of unknown age', {}, true, 'rumoured', NOW],
    ['seen before its time', since(NOW + DAY), true, 'rumoured', NOW],
    ['seen after its deletion', { ...since(0), delete: NOW - DAY }, true, 'rumoured', NOW],
    ['not seen, though it should be', since(NOW - DAY), false, 'rumoured', NOW],
    ['not seen, and deleted lately', { ...since(0), delete: NOW - HOUR }, false, 'unretentive', NOW - HOUR],
    ['not seen, and deleted long ago', { ...since(0), delete: NOW - DAY }, false, 'hidden', NOW - DAY + WAIT.dnskeyOut],
    ['not seen, and not yet due', since(NOW + DAY), false, 'hidden', undefined],
  ])('%s', (_, timing, isSeen, state, change) => {
    const key = adoptOne(withTiming(ZSK, timing), { seen: seenOf(isSeen ? [ZSK] : [], [], []) });
    expect([key.states.dnskey, key.changes.dnskey]).toEqual([state, change]);
  });

  test('counts with the TTL of the key file where that is larger than the policy has it', () => {
    const key = { ...withTiming(ZSK, since(NOW - WAIT.dnskeyIn)), ttl: 2 * HOUR };
    expect(adoptOne(key).states.dnskey).toBe('rumoured');
    expect(adoptOne({ ...key, ttl: 60 }).states.dnskey).toBe('omnipresent');
  });
});

describe('the signatures of a key without states', () => {
  test.each<Row>([
    ['from a KSK of old, over the keys', since(NOW - WAIT.dnskeyIn), 'omnipresent', NOW],
    ['a second less', since(NOW - WAIT.dnskeyIn + 1), 'rumoured', NOW - WAIT.dnskeyIn + 1],
    ['of a KSK that is inactive since lately', { ...since(0), inactive: NOW - HOUR }, 'unretentive', NOW - HOUR],
    ['of one that is inactive for long', { ...since(0), inactive: NOW - WAIT.dnskeyOut }, 'hidden', NOW],
    ['of one that was deleted, and never inactive', { ...since(0), delete: NOW - HOUR }, 'unretentive', NOW - HOUR],
    ['of one that is not active yet', { publish: NOW - DAY, activate: NOW + DAY }, 'hidden', undefined],
  ])('%s', (_, timing, state, change) => {
    const key = adoptOne(withTiming(KSK, timing));
    expect([key.states.krrsig, key.changes.krrsig]).toEqual([state, change]);
    expect(key.states.zrrsig).toBe('hidden');
  });

  test.each<Row>([
    ['over the zone, of a ZSK alone', since(NOW - WAIT.dataIn), 'omnipresent', NOW],
    ['a second less', since(NOW - WAIT.dataIn + 1), 'rumoured', NOW - WAIT.dataIn + 1],
    [
      'of a ZSK that stopped lately: what it signed is renewed bit by bit',
      { ...since(0), inactive: NOW - WAIT.replaced + 1 },
      'unretentive',
      NOW - WAIT.replaced + 1,
    ],
    ['of one that stopped long ago', { ...since(0), inactive: NOW - WAIT.replaced }, 'hidden', NOW],
  ])('%s', (_, timing, state, change) => {
    const key = adoptOne(withTiming(ZSK, timing));
    expect([key.states.zrrsig, key.changes.zrrsig]).toEqual([state, change]);
    expect([key.states.krrsig, key.states.ds]).toEqual(['hidden', 'hidden']);
  });

  test('the largest TTL of the zone counts where the policy names a smaller one', () => {
    const key = withTiming(ZSK, since(NOW - WAIT.dataIn));
    expect(adoptOne(key, { largestTtl: DAY }).states.zrrsig).toBe('omnipresent');
    expect(adoptOne(key, { largestTtl: DAY + 1 }).states.zrrsig).toBe('rumoured');
  });

  test.each<[string, KeyTiming]>([
    ['signs too', since(0)],
    ['signed until lately', { ...since(0), inactive: NOW - 1 }],
  ])('beside another ZSK that %s all data is signed only when all was renewed', (_, timing) => {
    const young = withTiming(NEXT, since(NOW - WAIT.replaced + 1));
    const old = withTiming(NEXT, since(NOW - WAIT.replaced));
    const partner = withTiming(ZSK, timing);
    expect(adopt([young, partner]).keys[0]!.states.zrrsig).toBe('rumoured');
    expect(adopt([old, partner]).keys[0]!.states.zrrsig).toBe('omnipresent');
  });

  test('neither a KSK, nor a ZSK to come, nor one of another algorithm shares that work', () => {
    const key = withTiming(ZSK, since(NOW - WAIT.dataIn));
    const others = [withTiming(KSK, since(0)), withTiming(NEXT, since(NOW + DAY)), withTiming(OTHER, since(0))];
    expect(adopt([key, ...others]).keys[0]!.states.zrrsig).toBe('omnipresent');
  });

  test('seen beyond their time count as in the zone, and as new', () => {
    const key = withTiming(ZSK, { ...since(0), inactive: NOW - DAY });
    const { states, changes, goal } = adoptOne(key, { seen: seenOf([ZSK], [], [ZSK]) });
    expect([states.zrrsig, changes.zrrsig, goal]).toEqual(['rumoured', NOW, 'hidden']);
  });

  test('that are not seen, of a key without a private half, are nowhere', () => {
    const key = { ...withTiming(KSK, since(0)), privateKey: undefined };
    const adopted = adoptOne(key, { seen: seenOf([KSK], [], []) });
    expect([adopted.states.krrsig, adopted.files]).toEqual(['hidden', 'missing']);
    expect(adoptOne(key, { seen: seenOf([KSK], [KSK], []) }).states.krrsig).toBe('omnipresent');
  });
});

describe('the DS of a key', () => {
  const long = since(NOW - 100 * DAY);
  test.each<[string, KeyTiming, 'present' | 'absent' | 'unknown', RecordState, number | undefined]>([
    ['seen at the parent, never confirmed', long, 'present', 'rumoured', NOW],
    ['seen, and confirmed long ago', { ...long, dsPublish: NOW - WAIT.ds }, 'present', 'omnipresent', NOW],
    ['seen, and confirmed lately', { ...long, dsPublish: NOW - WAIT.ds + 1 }, 'present', 'rumoured', NOW - WAIT.ds + 1],
    ['seen, and submitted long ago', { ...long, syncPublish: NOW - WAIT.submitted }, 'present', 'omnipresent', NOW],
    ['seen, and submitted lately', { ...long, syncPublish: NOW - WAIT.submitted + 1 }, 'present', 'rumoured', NOW],
    ['seen, and to be submitted', { ...long, syncPublish: NOW + DAY }, 'present', 'rumoured', NOW],
    [
      'seen after it was to go',
      { ...long, syncPublish: NOW - 50 * DAY, syncDelete: NOW - DAY },
      'present',
      'rumoured',
      NOW,
    ],
    ['seen, of a key that was deleted', { ...long, delete: NOW - 50 * DAY }, 'present', 'rumoured', NOW],
    ['not at the parent', long, 'absent', 'hidden', undefined],
    ['not at the parent, and once submitted', { ...long, syncPublish: NOW - 50 * DAY }, 'absent', 'unretentive', NOW],
    ['not at the parent, and once confirmed', { ...long, dsPublish: NOW - 50 * DAY }, 'absent', 'unretentive', NOW],
    ['not at the parent, to be submitted', { ...long, syncPublish: NOW + 1 }, 'absent', 'hidden', undefined],
    ['nobody knows of, of a key in use', long, 'unknown', 'rumoured', NOW],
    [
      'nobody knows of, in use and submitted long ago',
      { ...long, syncPublish: NOW - 50 * DAY },
      'unknown',
      'rumoured',
      NOW,
    ],
    [
      'nobody knows of, of a key that was in use',
      { ...long, inactive: NOW - 50 * DAY, delete: NOW - 50 * DAY },
      'unknown',
      'unretentive',
      NOW,
    ],
    [
      'nobody knows of, of a key for later that was submitted',
      { ...since(NOW + DAY), syncPublish: NOW - DAY },
      'unknown',
      'unretentive',
      NOW,
    ],
    ['nobody knows of, of a key that never was in use', since(NOW + DAY), 'unknown', 'hidden', undefined],
  ])('%s', (_, timing, parent, state, change) => {
    const key = adoptOne(withTiming(KSK, timing), { ds: () => parent });
    expect([key.states.ds, key.changes.ds]).toEqual([state, change]);
  });

  test('that was seen to be gone long enough ago is hidden', () => {
    const gone = (time: number) =>
      adoptOne(withState(withTiming(KSK, { ...long, dsPublish: NOW - 90 * DAY }), { times: { dsRemoved: time } }), {
        ds: () => 'absent',
      }).states.ds;
    expect([gone(NOW - WAIT.ds), gone(NOW - WAIT.ds + 1)]).toEqual(['hidden', 'unretentive']);
  });

  test('is of no concern for a ZSK', () => {
    expect(adoptOne(withTiming(ZSK, long), { ds: () => 'unknown' }).states.ds).toBe('hidden');
  });
});

describe('the goal', () => {
  test.each<[string, KeyTiming, 'omnipresent' | 'hidden']>([
    ['of a key in use', since(NOW - DAY), 'omnipresent'],
    [
      'of a key whose retirement is to come',
      { ...since(NOW - DAY), inactive: NOW + 1, delete: NOW + DAY },
      'omnipresent',
    ],
    ['of a retired key', { ...since(NOW - DAY), inactive: NOW }, 'hidden'],
    ['of a deleted key', { ...since(NOW - DAY), delete: NOW }, 'hidden'],
    ['of a key that is published and to come into use', { publish: NOW - 1, activate: NOW + DAY }, 'omnipresent'],
    ['of a key that is published, and no more', { publish: NOW - 1 }, 'hidden'],
    ['of a key for later', since(NOW + DAY), 'hidden'],
    ['of a key without times', {}, 'omnipresent'],
  ])('%s', (_, timing, goal) => {
    expect(adoptOne(withTiming(ZSK, timing)).goal).toBe(goal);
  });

  test('of a key that is seen to sign, whatever is to come, is to stay', () => {
    expect(adoptOne(withTiming(ZSK, { publish: NOW - 1 }), { seen: seenOf([ZSK], [], [ZSK]) }).goal).toBe(
      'omnipresent',
    );
  });

  test('of a predecessor whose successor is coming is to go, where its files do not say', () => {
    const old = { ...withTiming(ZSK, since(NOW - 80 * DAY)), successor: NEXT.keyTag };
    const next = { ...withTiming(NEXT, { publish: NOW - HOUR, activate: NOW + DAY }), predecessor: ZSK.keyTag };
    const { keys } = adopt([old, next]);
    expect(keys.map(({ goal, retired }) => [goal, retired])).toEqual([
      ['hidden', NOW],
      ['omnipresent', undefined],
    ]);
  });

  test('a key for later is an unused one to the engine', () => {
    expect(
      isUnused(adoptOne(withTiming(KSK, { ...since(NOW + DAY), created: NOW - DAY }), { ds: () => 'absent' })),
    ).toBe(true);
  });
});

describe('the role', () => {
  const roles = (
    keys: readonly ZoneKey[],
    seen: ReturnType<typeof seenOf> | undefined,
    ds: 'present' | 'absent' = 'absent',
  ) => adopt(keys, { seen, ds: () => ds }).keys.map(({ role }) => role);

  test.each<[string, readonly ZoneKey[], ReturnType<typeof seenOf> | undefined, readonly string[]]>([
    ['by the flags', [KSK, ZSK], undefined, ['ksk', 'zsk']],
    ['of a KSK that alone signs everything is CSK', [KSK], seenOf([KSK], [KSK], [KSK]), ['csk']],
    ['of a KSK beside a ZSK that signs nothing is CSK', [KSK, ZSK], seenOf([KSK, ZSK], [KSK], [KSK]), ['csk', 'zsk']],
    [
      'of a KSK that signs all beside a ZSK that does so too stays',
      [KSK, ZSK],
      seenOf([KSK, ZSK], [KSK], [KSK, ZSK]),
      ['ksk', 'zsk'],
    ],
    [
      'of a ZSK that signs the keys beside the KSK stays',
      [KSK, ZSK],
      seenOf([KSK, ZSK], [KSK, ZSK], [ZSK]),
      ['ksk', 'zsk'],
    ],
    ['of a ZSK that alone signs everything is CSK', [ZSK], seenOf([ZSK], [ZSK], [ZSK]), ['csk']],
    [
      'of a KSK whose ZSK is of another algorithm is CSK',
      [KSK, OTHER],
      seenOf([KSK, OTHER], [KSK], [KSK, OTHER]),
      ['csk', 'zsk'],
    ],
  ])('%s', (_, keys, seen, expected) => {
    expect(roles(keys, seen)).toEqual(expected);
  });

  test('is what the .state file says, whoever signs', () => {
    const key = withState(KSK, { isKsk: true, isZsk: false });
    expect(roles([key], seenOf([KSK], [KSK], [KSK]))).toEqual(['ksk']);
    expect(roles([withState(KSK, { isKsk: true, isZsk: true })], undefined)).toEqual(['csk']);
  });

  test('of a key with states of both roles and none of its own (dnssec-settime -s) is CSK', () => {
    const states = { dnskey: 'omnipresent', krrsig: 'omnipresent', zrrsig: 'omnipresent', ds: 'omnipresent' } as const;
    const key = adoptOne(withState(KSK, { states }));
    expect([key.role, key.states.zrrsig]).toEqual(['csk', 'omnipresent']);
  });

  test('of a key without the flag of a KSK whose DS is at the parent is CSK', () => {
    expect(roles([ZSK], undefined, 'present')).toEqual(['csk']);
  });
});

describe('states that a .state file has', () => {
  const states = { dnskey: 'unretentive', krrsig: 'rumoured', ds: 'unretentive', goal: 'hidden' } as const;

  test('are kept, with their times, against all times and sightings', () => {
    const changes = { dnskey: NOW - 5, krrsig: NOW - 6, ds: NOW - 7 };
    const key = withState(withTiming(KSK, since(NOW - 100 * DAY)), { isKsk: true, isZsk: false, states, changes });
    for (const ds of ['present', 'absent', 'unknown'] as const) {
      for (const seen of [undefined, seenOf([KSK], [KSK], []), seenOf([], [], [])]) {
        const adopted = adoptOne(key, { ds: () => ds, seen });
        expect(adopted.states).toEqual({
          dnskey: 'unretentive',
          krrsig: 'rumoured',
          zrrsig: 'hidden',
          ds: 'unretentive',
        });
        expect([adopted.changes, adopted.goal]).toEqual([changes, 'hidden']);
      }
    }
  });

  test('without a time count as of now', () => {
    expect(adoptOne(withState(KSK, { states })).changes).toEqual({ dnskey: NOW, krrsig: NOW, ds: NOW });
  });

  test('are completed where some are missing', () => {
    const key = withState(withTiming(KSK, since(NOW - DAY)), {
      states: { dnskey: 'rumoured' },
      changes: { dnskey: NOW - 9 },
    });
    const { states: adopted, changes, goal } = adoptOne(key, { ds: () => 'present' });
    expect([adopted.dnskey, adopted.krrsig, adopted.ds, goal]).toEqual([
      'rumoured',
      'omnipresent',
      'rumoured',
      'omnipresent',
    ]);
    expect(changes).toEqual({ dnskey: NOW - 9, krrsig: NOW - DAY + WAIT.dnskeyIn, ds: NOW });
  });

  test('can not deny a DS that the parent shows', () => {
    const key = withState(KSK, { states: { dnskey: 'omnipresent', ds: 'hidden' }, changes: { ds: NOW - DAY } });
    const { keys, remarks } = adopt([key], { ds: () => 'present' });
    expect([keys[0]!.states.ds, keys[0]!.changes.ds]).toEqual(['rumoured', NOW]);
    expect(remarks).toContainEqual(
      expect.objectContaining({ kind: 'warning', message: expect.stringContaining('the parent shows it') }),
    );
  });

  test('lives are read from them: lifetime 0 is none, times to come are plans', () => {
    const times = { generated: NOW - 9, active: NOW - 8, retired: NOW + 1, removed: NOW + 2 };
    const all = { states: { dnskey: 'omnipresent', krrsig: 'omnipresent', goal: 'omnipresent' }, times } as const;
    expect(adoptOne(withState(KSK, { ...all, lifetime: 0 }))).toMatchObject({
      created: NOW - 9,
      active: NOW - 8,
      lifetime: undefined,
      retired: undefined,
      removed: undefined,
    });
    expect(adoptOne(withState(KSK, { ...all, lifetime: 77 })).lifetime).toBe(77);
    const gone = {
      states: { dnskey: 'hidden', krrsig: 'hidden', ds: 'hidden', goal: 'hidden' },
      changes: { dnskey: NOW - 3 },
      times: { active: NOW - 8, retired: NOW - 7, removed: NOW - 6 },
    } as const;
    expect(adoptOne(withState(KSK, gone), { ds: () => 'absent' })).toMatchObject({
      retired: NOW - 7,
      removed: NOW - 6,
    });
  });

  test('without them the lifetime is the span of activity, and a key of unknown age is active from now', () => {
    expect(adoptOne(withTiming(ZSK, { ...since(NOW - DAY), inactive: NOW + DAY }))).toMatchObject({
      active: NOW - DAY,
      lifetime: 2 * DAY,
    });
    expect(adoptOne(ZSK)).toMatchObject({ active: NOW, lifetime: undefined });
    expect(adoptOne(withTiming(ZSK, { publish: NOW - 1, activate: NOW + 1 })).active).toBeUndefined();
  });
});

describe('neighbours', () => {
  const tagged = { ...NEXT, keyTag: ZSK.keyTag };

  test('are found by tag and algorithm, and linked from both sides', () => {
    const old = withTiming(ZSK, since(NOW - DAY));
    const next = { ...withTiming(NEXT, since(NOW + DAY)), predecessor: ZSK.keyTag };
    const foreign = { ...OTHER, keyTag: ZSK.keyTag };
    const { keys } = adopt([old, next, foreign]);
    expect([keys[0]!.successor, keys[1]!.predecessor]).toEqual([idOf(NEXT), idOf(ZSK)]);
    expect([keys[2]!.predecessor, keys[2]!.successor]).toEqual([undefined, undefined]);
  });

  test('that are no longer there are told', () => {
    const { keys, remarks } = adopt([{ ...ZSK, predecessor: 1 }]);
    expect(keys[0]!.predecessor).toBeUndefined();
    expect(remarks).toContainEqual(expect.objectContaining({ message: 'its predecessor 1 is no longer there' }));
  });

  test.each<[string, readonly ZoneKey[], RegExp]>([
    ['two keys of one tag', [ZSK, tagged, { ...KSK, successor: ZSK.keyTag }], /"Successor: \d+" can be K\S+ or K/],
    ['the key itself', [{ ...ZSK, predecessor: ZSK.keyTag }], /"Predecessor: \d+" is the key itself/],
    [
      'each other, both as predecessor',
      [
        { ...ZSK, predecessor: NEXT.keyTag },
        { ...NEXT, predecessor: ZSK.keyTag },
      ],
      /go in a circle: K\S+, then K\S+, then K\S+$/,
    ],
    [
      'each other, both as successor',
      [
        { ...ZSK, successor: NEXT.keyTag },
        { ...NEXT, successor: ZSK.keyTag },
      ],
      /go in a circle: K/,
    ],
    [
      'one key on both sides',
      [{ ...ZSK, successor: NEXT.keyTag, predecessor: NEXT.keyTag }, NEXT],
      /go in a circle: K\S+, then K\S+, then K\S+$/,
    ],
    [
      'a circle of both kinds of lines',
      [{ ...ZSK, predecessor: NEXT.keyTag, successor: KSK.keyTag }, { ...KSK, successor: NEXT.keyTag }, NEXT],
      /go in a circle: K/,
    ],
    [
      'a circle of three',
      [
        { ...ZSK, successor: NEXT.keyTag },
        { ...NEXT, successor: KSK.keyTag },
        { ...KSK, successor: ZSK.keyTag },
      ],
      /go in a circle: K/,
    ],
  ])('that are %s are refused', (_, keys, message) => {
    expect(() => adopt(keys)).toThrow(
      expect.objectContaining({ code: 'STATE_INVALID', message: expect.stringMatching(message) }),
    );
  });
});

describe('contradictions of .state files', () => {
  const good = { dnskey: 'omnipresent', krrsig: 'omnipresent', ds: 'omnipresent', goal: 'omnipresent' } as const;
  const pair = { isKsk: true, isZsk: false } as const;

  test.each<[string, Partial<KeyState>, RegExp]>([
    ['a key for nothing', { isKsk: false, isZsk: false }, /"KSK: no" and "ZSK: no"/],
    [
      'a DS in use without its DNSKEY',
      { ...pair, states: { ...good, dnskey: 'hidden' } },
      /"DSState: omnipresent" contradicts "DNSKEYState: hidden"/,
    ],
    [
      'a rumoured DS without its DNSKEY',
      { ...pair, states: { ...good, dnskey: 'hidden', ds: 'rumoured' } },
      /"DSState: rumoured" contradicts/,
    ],
    [
      'data signed by a KSK',
      { ...pair, states: { ...good, zrrsig: 'rumoured' } },
      /"ZRRSIGState: rumoured" is of no KSK, which the key is by "KSK: yes" and "ZSK: no"/,
    ],
    [
      'keys signed by a ZSK',
      { isKsk: false, isZsk: true, states: { krrsig: 'unretentive' } },
      /"KRRSIGState: unretentive" is of no ZSK/,
    ],
    [
      'the DS of a ZSK',
      { isKsk: false, isZsk: true, states: { ds: 'unretentive' } },
      /"DSState: unretentive" is of no ZSK/,
    ],
    ['a goal that is none', { ...pair, states: { ...good, goal: 'rumoured' } }, /"GoalState: rumoured" is no goal/],
    ['another algorithm', { algorithm: 8 }, /"Algorithm: 8" is not that of the key, 13/],
  ])('%s: are refused with file and line', (_, state, message) => {
    expect(() => adoptOne(withState(KSK, state))).toThrow(
      expect.objectContaining({
        code: 'STATE_INVALID',
        exitCode: 3,
        message: expect.stringMatching(new RegExp(`^${KSK.name.replaceAll('+', '\\+')}\\.state: .*${message.source}`)),
      }),
    );
  });

  test('no states and good states are not refused', () => {
    for (const ds of ['present', 'unknown'] as const) {
      expect(() => adoptOne(withState(KSK, { ...pair, states: good }), { ds: () => ds })).not.toThrow();
    }
    expect(() => adoptOne(withState(KSK, { ...pair, states: { ...good, zrrsig: 'hidden' } }))).not.toThrow();
  });

  test('a DS that the parent does not show, while the file has it everywhere', () => {
    expect(() => adoptOne(withState(KSK, { ...pair, states: good }), { ds: () => 'absent' })).toThrow(
      /contradicts the parent/,
    );
  });

  test('a ZSK whose DS the parent shows', () => {
    const key = withState(ZSK, { isKsk: false, isZsk: true });
    expect(() => adoptOne(key, { ds: () => 'present' })).toThrow(/"KSK: no" contradicts the parent/);
  });

  test('other neighbours in .private', () => {
    const key = { ...withState(KSK, { predecessor: 7 }), predecessor: 8 };
    expect(() => adoptOne(key)).toThrow(/"Predecessor: 7" contradicts "Predecessor: 8" in K\S+\.private/);
  });

  test('two neighbours that both want in', () => {
    const states = { dnskey: 'omnipresent', zrrsig: 'omnipresent', goal: 'omnipresent' } as const;
    const old = { ...withState(ZSK, { states }), successor: NEXT.keyTag };
    const next = { ...withState(NEXT, { states }), predecessor: ZSK.keyTag };
    expect(() => adopt([old, next])).toThrow(
      new RegExp(`"GoalState: omnipresent": its successor ${NEXT.name.replaceAll('+', '\\+')}`),
    );
  });

  test('all are told at once', () => {
    const keys = [withState(KSK, { isKsk: false, isZsk: false }), withState(ZSK, { algorithm: 8 })];
    let error: unknown;
    try {
      adopt(keys);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(DnssecError);
    expect((error as DnssecError).diagnostics).toHaveLength(1);
  });
});

describe('revoked keys', () => {
  const rdata = withFlags(KSK.dnskeyRdata, KSK.flags | FLAG.revoke);
  const REVOKED: ZoneKey = {
    ...KSK,
    name: 'Kexample.com.+013+revoked',
    flags: KSK.flags | FLAG.revoke,
    dnskeyRdata: rdata,
    keyTag: keyTag(rdata),
  };

  test('go, and are never counted on', () => {
    const timing = { ...since(NOW - 100 * DAY), syncPublish: NOW - 100 * DAY, revoke: NOW - DAY };
    const { goal, states } = adoptOne(withTiming(REVOKED, timing), { ds: () => 'present' });
    expect([goal, states]).toEqual([
      'hidden',
      { dnskey: 'rumoured', krrsig: 'rumoured', zrrsig: 'hidden', ds: 'rumoured' },
    ]);
  });

  test('are those, too, whose time to be revoked has come', () => {
    const revokedAt = (revoke: number) =>
      adoptOne(withTiming(KSK, { ...since(NOW - 100 * DAY), revoke }), { ds: () => 'present' });
    expect([revokedAt(NOW).goal, revokedAt(NOW).states.dnskey]).toEqual(['hidden', 'rumoured']);
    expect([revokedAt(NOW + 1).goal, revokedAt(NOW + 1).states.dnskey]).toEqual(['omnipresent', 'omnipresent']);
  });

  test('take the place of what they were before', () => {
    const { keys, remarks } = adopt([KSK, REVOKED]);
    expect(keys.map(({ name }) => name)).toEqual([REVOKED.name]);
    expect(remarks).toContainEqual(expect.objectContaining({ name: KSK.name, kind: 'warning' }));
  });
});

describe('claims of another program', () => {
  const claims = (parts: Partial<KeyClaims>): ReadonlyMap<string, KeyClaims> =>
    new Map([
      [
        idOf(ZSK),
        {
          dnskey: { is: 'in', since: undefined },
          krrsig: { is: 'never', from: undefined },
          zrrsig: { is: 'in', since: undefined },
          isLeaving: false,
          ...parts,
        },
      ],
    ]);

  test('stand in for the times of files', () => {
    const key = withTiming(ZSK, since(NOW - 1));
    const told = claims({ dnskey: { is: 'in', since: NOW - DAY }, zrrsig: { is: 'out', since: undefined } });
    const { states, changes, goal } = adoptOne(key, { claims: told });
    expect([states.dnskey, states.zrrsig, changes.zrrsig, goal]).toEqual(['omnipresent', 'unretentive', NOW, 'hidden']);
  });

  test('decide on the goal of a key that still signs while another took over', () => {
    expect(adoptOne(ZSK, { claims: claims({ isLeaving: true }) }).goal).toBe('hidden');
    expect(adoptOne(ZSK, { claims: claims({}) }).goal).toBe('omnipresent');
  });
});

test('every conclusion is told, with its reason', () => {
  const { remarks } = adopt([withTiming(KSK, since(NOW - DAY))], { ds: () => 'present' });
  expect(remarks.map(({ kind, message }) => [kind, message.split(':')[0]])).toEqual([
    ['concluded', 'DNSKEYState omnipresent'],
    ['concluded', 'KRRSIGState omnipresent'],
    ['concluded', 'DSState rumoured'],
    ['concluded', 'GoalState omnipresent'],
  ]);
});
