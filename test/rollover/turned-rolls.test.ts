/**
 * What the simulation found: rolls that turn round, overtake each other or leave an algorithm half way, each as the few
 * states that were left of a long history.
 */
import { describe, expect, it } from 'vitest';
import { step } from '../../src/rollover/engine.ts';
import { DEFAULT_POLICY, type Policy } from '../../src/rollover/policy.ts';
import type { RecordStates, RollKey } from '../../src/rollover/roll-key.ts';
import type { Decision } from '../../src/rollover/step-result.ts';
import type { Sighting, World } from '../../src/rollover/world.ts';

const NOW = 1_800_000_000;
const LONG_AGO = NOW - 10_000_000;
const HOUR = 3600;
const DAY = 24 * HOUR;
const { timing } = DEFAULT_POLICY;
const STATES = { '.': 'hidden', R: 'rumoured', O: 'omnipresent', U: 'unretentive' } as const;
const RECORDS = ['dnskey', 'krrsig', 'zrrsig', 'ds'] as const;

/** A key by the letters of its states: DNSKEY, KRRSIG, ZRRSIG, DS. */
function keyOf(id: string, letters: string, parts: Partial<RollKey> = {}): RollKey {
  const states = Object.fromEntries(RECORDS.map((record, i) => [record, STATES[letters[i] as keyof typeof STATES]]));
  return {
    ...{ id, name: id, role: id.replace(/\d/g, '') as RollKey['role'], algorithm: 13, keyTag: 0, bits: 256 },
    ...{ goal: 'omnipresent', states: states as RecordStates, predecessor: undefined, successor: undefined },
    ...{ changes: { dnskey: LONG_AGO, krrsig: LONG_AGO, zrrsig: LONG_AGO, ds: LONG_AGO }, created: LONG_AGO },
    ...{ active: NOW - DAY, lifetime: undefined, rollAt: undefined, retired: undefined, removed: undefined },
    ...{ files: 'whole', fate: 'none' },
    ...parts,
  };
}

const gone = (time = NOW - DAY): Partial<RollKey> => ({ goal: 'hidden', retired: time });
const at = (changes: RollKey['changes']): Partial<RollKey> => ({
  changes: { dnskey: LONG_AGO, krrsig: LONG_AGO, zrrsig: LONG_AGO, ds: LONG_AGO, ...changes },
});

const pair: Policy = {
  ...DEFAULT_POLICY,
  keys: {
    kind: 'pair',
    ksk: { algorithm: 13, bits: undefined, lifetime: undefined },
    zsk: { algorithm: 13, bits: undefined, lifetime: undefined },
  },
};
const csk: Policy = {
  ...DEFAULT_POLICY,
  keys: { kind: 'csk', csk: { algorithm: 13, bits: undefined, lifetime: undefined } },
};

/** A world in which everything is seen where the states say that it is, since the given time. */
function worldOf(keys: readonly RollKey[], since: number, parts: Partial<World> = {}): World {
  const see = (record: (typeof RECORDS)[number]) =>
    Object.fromEntries(
      keys.map(({ id, states }): [string, Sighting] => {
        const isThere = states[record] === 'rumoured' || states[record] === 'omnipresent';
        return [id, { seen: isThere ? 'present' : 'absent', since, dissent: [] }];
      }),
    );
  return {
    file: { dnskey: see('dnskey'), krrsig: see('krrsig'), zrrsig: see('zrrsig') },
    ...{ servers: 'off', parent: see('ds'), word: {}, ttls: { dnskey: [], zone: [], ds: [] } },
    ...{ approved: false, trouble: [] },
    ...parts,
  };
}

const wordOf = (decision: Decision) =>
  decision.kind === 'move'
    ? `${decision.key} ${decision.record} ${decision.from}>${decision.to}`
    : `${decision.key} ${decision.kind}`;

function decide(policy: Policy, keys: readonly RollKey[], since: number, parts: Partial<World> = {}): string[] {
  return step(policy, keys, worldOf(keys, since, parts), NOW).decisions.map(wordOf);
}

describe('a step', () => {
  it('that introduces a key tells when the next one is due', () => {
    const brief: Policy = {
      ...csk,
      keys: { kind: 'csk', csk: { algorithm: 13, bits: undefined, lifetime: 40 * DAY } },
    };
    const fresh = keyOf('csk1', '....', { goal: 'hidden', changes: {}, active: undefined });
    const first = step(brief, [fresh], worldOf([], NOW), NOW);
    const second = step(brief, first.keys, worldOf([], NOW), NOW);
    expect(first.decisions.length).toBeGreaterThan(0);
    expect(second.decisions).toEqual([]);
    expect(first.wakeAt).toBe(second.wakeAt);
    expect(first.wakeAt).toBe(NOW + 40 * DAY - timing.dnskeyTtl - timing.zonePropagation - timing.publishSafety);
  });
});

describe('an exchange of signatures that turns round half way', () => {
  const links = { before: { successor: 'csk2' }, after: { predecessor: 'csk1' } };

  it('goes back: the old key signs again, then the new one stops', () => {
    const change = at({ zrrsig: NOW - HOUR });
    const keys = [
      keyOf('csk1', 'OOUO', { ...links.before, ...change }),
      keyOf('csk2', 'OOR.', { ...links.after, ...gone(), ...change }),
    ];
    expect(decide(csk, keys, NOW - HOUR)).toContain('csk1 zrrsig unretentive>rumoured');
  });

  it('is no exchange for a third key: what was withdrawn before the third came left a time without both', () => {
    // csk2 signed alone after csk1 had stopped; then csk3 came for csk1.
    const keys = [
      keyOf('csk1', 'OOUO', { ...gone(), successor: 'csk3', ...at({ zrrsig: NOW - DAY }) }),
      keyOf('csk2', 'O.O.', { ...gone(), predecessor: 'csk1' }),
      keyOf('csk3', 'OOR.', { predecessor: 'csk1', ...at({ zrrsig: NOW - HOUR }) }),
    ];
    const decisions = decide(csk, keys, NOW - HOUR);
    expect(decisions).not.toContain('csk2 zrrsig omnipresent>unretentive');
    expect(decisions).not.toContain('csk2 dnskey omnipresent>unretentive');
  });

  it('is one where the second came before the first went', () => {
    const change = at({ zrrsig: NOW - HOUR });
    const keys = [
      keyOf('csk1', 'OOUO', { ...gone(), successor: 'csk3', ...change }),
      keyOf('csk2', 'O.O.', gone()),
      keyOf('csk3', 'OOR.', { predecessor: 'csk1', ...change }),
    ];
    expect(decide(csk, keys, NOW - HOUR)).toContain('csk2 zrrsig omnipresent>unretentive');
  });

  it('lets a signature get everywhere before it is exchanged for a successor’s', () => {
    // csk1 signs again, not everywhere yet, and is rolled at once: csk2 has signed alone meanwhile.
    const keysOf = (zrrsig: number) => [
      keyOf('csk1', 'OORO', { ...gone(), successor: 'csk3', ...at({ zrrsig }) }),
      keyOf('csk2', 'O.O.', gone()),
      keyOf('csk3', 'R...', { predecessor: 'csk1', ...at({ dnskey: NOW - HOUR }) }),
    ];
    expect(decide(csk, keysOf(NOW - HOUR), NOW - HOUR)).not.toContain('csk1 zrrsig rumoured>unretentive');
    expect(decide(csk, keysOf(NOW - 9 * DAY), NOW - 9 * DAY)).toContain('csk1 zrrsig rumoured>omnipresent');
  });
});

describe('a key that has to go, and whose going would break the rules', () => {
  it('gets everywhere first, so that what it stands in for can leave', () => {
    // Nobody wants algorithm 13 any more; csk2 took the place of csk1 a moment before.
    const other: Policy = {
      ...csk,
      keys: { kind: 'csk', csk: { algorithm: 15, bits: undefined, lifetime: undefined } },
    };
    const change = at({ zrrsig: NOW - 9 * DAY, ds: NOW - 9 * DAY });
    const keys = [
      keyOf('csk1', 'OOUU', { ...gone(), successor: 'csk2', ...change }),
      keyOf('csk2', 'O.R.', { ...gone(), predecessor: 'csk1', ...change }),
      keyOf('csk3', 'OOOO', { algorithm: 15 }),
    ];
    expect(decide(other, keys, NOW - 9 * DAY)).toContain('csk2 zrrsig rumoured>omnipresent');
  });
});

describe('a DS that was withdrawn before it was everywhere', () => {
  it('is no reason to let another key go whose DS caches may hold', () => {
    // ksk2's DS was at the parent while ksk1 came back; then ksk1 was rolled to ksk3.
    const keys = [
      keyOf('ksk1', 'OO.U', { ...gone(), successor: 'ksk3', ...at({ ds: NOW - HOUR }) }),
      keyOf('ksk2', 'OO.U', { ...gone(), predecessor: 'ksk1', ...at({ ds: NOW - DAY }) }),
      keyOf('ksk3', 'OO.R', { predecessor: 'ksk1', ...at({ ds: NOW - HOUR }) }),
      keyOf('zsk1', 'O.O.'),
    ];
    const decisions = decide(pair, keys, NOW - 60);
    expect(decisions).toEqual([]);
  });
});

describe('what was seen of a DS before it was told to come or go', () => {
  const turned = (ds: number) => [
    keyOf('ksk1', 'OO.R', { successor: 'ksk2', ...at({ ds }) }),
    keyOf('ksk2', 'OO.U', { ...gone(), predecessor: 'ksk1', ...at({ ds }) }),
    keyOf('zsk1', 'O.O.'),
  ];
  const wait = timing.dsTtl + timing.parentPropagation + timing.retireSafety;

  it('counts from the registration delay on: an earlier request may still be under way', () => {
    const back = NOW - timing.registrationDelay - wait;
    expect(decide(pair, turned(back + 1), LONG_AGO)).toEqual([]);
    expect(decide(pair, turned(back), LONG_AGO)).toContain('ksk2 ds unretentive>hidden');
    // What was seen to change since counts from then.
    expect(decide(pair, turned(NOW - wait - 1), NOW - wait)).toContain('ksk2 ds unretentive>hidden');
  });

  it('counts for nothing where it is a person’s word', () => {
    const keys = turned(NOW - 30 * DAY);
    const say = (since: number): Partial<World> => ({
      parent: 'off',
      word: { ksk1: { seen: 'present', since, dissent: [] }, ksk2: { seen: 'absent', since, dissent: [] } },
    });
    expect(decide(pair, keys, LONG_AGO, say(NOW - 30 * DAY))).toEqual([]);
    expect(decide(pair, keys, LONG_AGO, say(NOW - 30 * DAY + 1))).toContain('ksk2 ds unretentive>hidden');
  });
});

describe('an algorithm beside the one that resolvers validate by, under a conservative policy', () => {
  const old = [keyOf('ksk8', 'OO.O', { ...gone(), algorithm: 8 }), keyOf('zsk8', 'O.O.', { ...gone(), algorithm: 8 })];

  it('keeps a DNSKEY that signed everything until its successor has', () => {
    const keys = [
      ...old,
      keyOf('ksk1', 'RR..', at({ dnskey: NOW - HOUR, krrsig: NOW - HOUR })),
      keyOf('zsk1', 'R.O.', { ...gone(), successor: 'zsk2', ...at({ dnskey: NOW - HOUR }) }),
      keyOf('zsk2', '..R.', { predecessor: 'zsk1', ...at({ zrrsig: NOW - HOUR }) }),
    ];
    const decisions = decide(pair, keys, NOW - HOUR);
    expect(decisions).not.toContain('zsk1 dnskey rumoured>unretentive');
  });

  it('keeps signing with the key that came first while caches have RRsets without the second', () => {
    const keys = [
      ...old,
      keyOf('ksk1', 'RR..', at({ dnskey: NOW - HOUR, krrsig: NOW - HOUR })),
      keyOf('zsk1', 'R.O.', { ...gone(), successor: 'zsk2', ...at({ dnskey: NOW - HOUR }) }),
      keyOf('zsk2', 'R.O.', { predecessor: 'zsk1', ...at({ dnskey: NOW - 60 }) }),
    ];
    expect(decide(pair, keys, NOW - 60)).not.toContain('zsk1 zrrsig omnipresent>unretentive');
  });

  it('keeps its signatures while it is not sure that caches have others', () => {
    // csk1 takes over from ksk1 and zsk1; the DNSKEY of ksk1 is known to be everywhere a moment before that of zsk1.
    const change = at({ dnskey: NOW - DAY, krrsig: NOW - DAY });
    const keys = [
      ...old,
      keyOf('ksk1', 'O...', gone()),
      keyOf('zsk1', 'R.O.', { ...gone(), ...change }),
      keyOf('csk1', 'RRR.', at({ dnskey: NOW - DAY, krrsig: NOW - DAY, zrrsig: NOW - HOUR })),
    ];
    const decisions = decide(csk, keys, NOW - DAY);
    expect(decisions).not.toContain('zsk1 zrrsig omnipresent>unretentive');
  });

  it('that is given up half way goes in one version, all its DNSKEYs together', () => {
    const back: Policy = {
      ...pair,
      keys: {
        kind: 'pair',
        ksk: { algorithm: 8, bits: undefined, lifetime: undefined },
        zsk: { algorithm: 8, bits: undefined, lifetime: undefined },
      },
    };
    const coming = (second: number) => [
      ...old.map((key): RollKey => ({ ...key, goal: 'omnipresent', retired: undefined })),
      keyOf('ksk1', 'RR..', { ...gone(), ...at({ dnskey: NOW - HOUR, krrsig: NOW - HOUR }) }),
      keyOf('zsk1', 'R.O.', { ...gone(), ...at({ dnskey: second }) }),
    ];
    expect(decide(back, coming(NOW - HOUR), NOW - HOUR).sort()).toEqual([
      'ksk1 dnskey rumoured>unretentive',
      'ksk1 krrsig rumoured>unretentive',
      'zsk1 dnskey rumoured>unretentive',
    ]);
    // They did not come together: some cache has one without the other, and nothing goes before all are everywhere.
    expect(decide(back, coming(NOW - 60), NOW - 60)).toEqual([]);
  });

  it('has gone, or is all there, before the DS of another comes', () => {
    const left = [
      keyOf('ksk8', 'OO..', { ...gone(), algorithm: 8 }),
      keyOf('zsk8', 'O.O.', { ...gone(), algorithm: 8 }),
    ];
    const keys = [keyOf('ksk1', 'OO..'), keyOf('zsk1', 'O.O.'), ...left];
    const decisions = decide(pair, keys, NOW - DAY);
    expect(decisions).toContain('ksk1 ds hidden>rumoured');
    expect(decisions).not.toContain('zsk8 zrrsig omnipresent>unretentive');
    const half = keys.map((key) =>
      key.algorithm === 8 ? { ...key, states: { ...key.states, dnskey: 'unretentive' as const } } : key,
    );
    expect(decide(pair, half, NOW - 60)).not.toContain('ksk1 ds hidden>rumoured');
  });
});
