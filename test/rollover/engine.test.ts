import { describe, expect, test } from 'vitest';
import { LOOK_AGAIN, step } from '../../src/rollover/engine.ts';
import type { Policy } from '../../src/rollover/policy.ts';
import { isIn, type RollKey } from '../../src/rollover/roll-key.ts';
import type { ZoneSightings } from '../../src/rollover/world.ts';
import { actionsText, blockedText, decisionText, keysText } from '../scenarios/notation.ts';
import { keyPolicy, manual, none, pair, TIMING } from '../scenarios/policies.ts';
import { type KeyParts, keyOf, keysOf, NOW, sighting, UNUSED, worldOf } from './sample-keys.ts';

/** The file and the servers as the states want them, since long ago. */
function showing(keys: readonly RollKey[]): { readonly file: ZoneSightings; readonly servers: ZoneSightings } {
  const of = (record: 'dnskey' | 'krrsig' | 'zrrsig') =>
    Object.fromEntries(keys.map(({ id, states }) => [id, sighting(isIn(states[record]) ? 'present' : 'absent', 1)]));
  const zone = { dnskey: of('dnskey'), krrsig: of('krrsig'), zrrsig: of('zrrsig') };
  return { file: zone, servers: zone };
}

function run(policy: Policy, text: string, parts: KeyParts = {}, world: Parameters<typeof worldOf>[0] = {}, now = NOW) {
  const keys = keysOf(text, parts);
  return step(policy, keys, worldOf({ ...showing(keys), ...world }), now);
}

describe('a step', () => {
  const rolling = pair(keyPolicy(13), keyPolicy(13, 8_000_009));

  test('at rest decides nothing and changes nothing', () => {
    const keys = keysOf('ksk1 OO.O zsk1 O.O.');
    const result = step(pair(), keys, worldOf(showing(keys)), NOW);
    expect(result).toEqual({
      keys,
      decisions: [],
      actions: [],
      ds: { keys: ['ksk1'], remove: false },
      frozen: undefined,
      wakeAt: undefined,
      lookAt: undefined,
      blocked: [],
    });
  });

  test('goes on until nothing moves, and tells everything in order', () => {
    const { decisions } = run(pair(), 'ksk1 .... zsk1 ....', { ksk1: UNUSED, zsk1: UNUSED });
    expect(decisions.map(decisionText)).toEqual([
      'introduced ksk1',
      'introduced zsk1',
      'ksk1 dnskey .>R',
      'ksk1 krrsig .>R',
      'zsk1 dnskey .>R',
      'zsk1 zrrsig .>R',
    ]);
  });

  test('gives a move its time, and leaves the times of the others', () => {
    const { keys } = run(pair(), 'ksk1 OO.O zsk1 O...');
    expect(keyOf(keys, 'zsk1')).toMatchObject({ changes: { dnskey: 1, krrsig: 1, zrrsig: NOW, ds: 1 } });
  });

  test('rolls a key in the very step in which it is established and overdue', () => {
    const parts = { zsk1: { active: NOW - 9_000_000 }, zsk2: UNUSED };
    const { decisions } = run(rolling, 'ksk1 OO.O zsk1 O.R. zsk2 ....', parts);
    expect(decisions.map(decisionText)).toEqual([
      'zsk1 zrrsig R>O',
      'introduced zsk2',
      'retired zsk1',
      'zsk2 dnskey .>R',
    ]);
  });

  test('names the end of a lifetime that begins in it as a wake-up', () => {
    const parts = { ksk1: UNUSED, zsk1: UNUSED };
    const soon = pair(keyPolicy(13), keyPolicy(13, 6000));
    expect(run(soon, 'ksk1 .... zsk1 ....', parts).wakeAt).toBe(NOW + 6000 - 4923);
  });

  test('lets a key that comes back after its lifetime be followed in the same step', () => {
    const parts = { zsk1: { active: NOW - 9_000_000 } };
    const { decisions, actions } = run(rolling, 'ksk1 OO.O zsk1- O.O.', parts);
    expect([decisions.map(decisionText), actionsText(actions)]).toEqual([['revived zsk1'], 'make zsk 13 after zsk1']);
  });

  test('lets a KSK become active with its DS, a ZSK and a CSK with their signatures, and only once', () => {
    const never = { active: undefined };
    const parts = { ksk1: never, zsk1: never };
    const first = run(pair(), 'ksk1 OO.. zsk1 O.O.', parts);
    expect(keyOf(first.keys, 'ksk1').active).toBe(NOW);
    expect(keyOf(first.keys, 'zsk1').active).toBeUndefined();
    const second = run(pair(), 'ksk1 OO.O zsk1 O...', parts);
    expect(keyOf(second.keys, 'zsk1').active).toBe(NOW);
    expect(keyOf(run(pair(), 'ksk1 OO.O zsk1 O...', { zsk1: { active: 5 } }).keys, 'zsk1').active).toBe(5);
    expect(keyOf(run(pair(), 'ksk1 .... zsk1 ....', { ksk1: never }).keys, 'ksk1').active).toBeUndefined();
    const leaving = run(pair(), 'ksk1 OO.O zsk1- O.O. zsk2 O.O.', { zsk1: never });
    expect(keyOf(leaving.keys, 'zsk1')).toMatchObject({ active: undefined, states: { zrrsig: 'unretentive' } });
  });
});

describe('what the parent is to hold', () => {
  test.each<[ds: object, why: string, text: string, policy: Policy, parts?: KeyParts]>([
    [{ keys: ['ksk1'], remove: false }, 'the DS that are in', 'ksk1 OO.O zsk1 O.O.', pair()],
    [
      { keys: ['ksk2'], remove: false },
      'and those that are coming',
      'ksk1- OO.U ksk2 OO.R zsk1 O.O. ksk1>ksk2',
      pair(),
    ],
    [{ keys: [], remove: false }, 'nothing is asked for before there is one', 'ksk1 RR.. zsk1 R.R.', pair()],
    [{ keys: [], remove: true }, 'none, where the zone goes insecure', 'ksk1- OO.U zsk1- O.O.', none()],
    [{ keys: [], remove: false }, 'nothing is asked for when it is insecure', 'ksk1- UU.. zsk1- U.U.', none()],
    [
      { keys: [], remove: true },
      'none, where its key is lost',
      'ksk1- OO.U zsk1 O.O.',
      pair(),
      { ksk1: { fate: 'lost' } },
    ],
    [{ keys: [], remove: false }, 'not none by a policy that wants keys', 'ksk1- OO.U zsk1 O.O.', pair()],
  ])('%j: %s', (ds, _, text, policy, parts) => {
    const unseen = { dnskey: {}, krrsig: {}, zrrsig: {} };
    expect(run(policy, text, parts, { trouble: ['nothing goes'], file: unseen }).ds).toEqual(ds);
  });
});

describe('a zone is frozen', () => {
  const lost: KeyParts = { ksk1: { fate: 'lost', name: 'Kexample.+013+00007' } };

  test.each(['OO.O', 'OO.R', 'OO.U'])('while a lost key may have its DS in caches: %s', (states) => {
    expect(run(pair(), `ksk1- ${states} zsk1 O.O.`, lost).frozen).toMatch(/^Kexample\.\+013\+00007 is lost, /);
  });

  test('not when its DS has gone, and not for a lost ZSK', () => {
    expect(run(pair(), 'ksk1- OO.. zsk1 O.O.', lost).frozen).toBeUndefined();
    expect(run(pair(), 'ksk1 OO.O zsk1 O.O.', { zsk1: { fate: 'lost' } }).frozen).toBeUndefined();
  });

  test('and then nothing comes or goes but DS, no key is made, and none is purged', () => {
    const fresh = { changes: { dnskey: NOW, krrsig: NOW } };
    const parts: KeyParts = { ...lost, ksk2: fresh, zsk2: fresh, ksk3: { removed: 5, changes: {} } };
    const text = 'ksk1- OO.O zsk1- O.O. zsk2 R... ksk2 R... ksk3- ....';
    const { decisions, actions, lookAt } = run(pair(keyPolicy(13, 5)), text, parts);
    expect([decisions.map(decisionText), actionsText(actions)]).toEqual([['ksk1 ds O>U'], '-']);
    expect(lookAt).toBe(NOW + LOOK_AGAIN);
  });

  test('and what lies in it is observed, so that a key that is there already can take over', () => {
    const { decisions } = run(pair(), 'ksk1- OO.O zsk1- O.U. ksk2 RR.. zsk2 O.R. zsk1>zsk2', lost);
    expect(decisions.map(decisionText)).toEqual([
      'ksk1 ds O>U',
      'ksk2 dnskey R>O',
      'ksk2 krrsig R>O',
      'ksk2 ds .>R',
      'zsk2 zrrsig R>O',
      'zsk1 zrrsig U>.',
    ]);
  });

  test('and begins anew in the very step in which the DS has gone', () => {
    const parent = { ksk1: sighting('absent', 1) };
    const { decisions, actions, frozen } = run(pair(), 'ksk1- OO.U zsk1 O.O.', lost, { parent });
    expect(decisions.map(decisionText)).toEqual(['ksk1 ds U>.', 'ksk1 dnskey O>U', 'ksk1 krrsig O>U']);
    expect([actionsText(actions), frozen]).toEqual(['make ksk 13 after ksk1', undefined]);
  });

  test('a lost key is told to go once', () => {
    const { decisions, keys } = run(pair(), 'ksk1 OO.O zsk1 O.O.', { zsk1: { fate: 'lost' } });
    expect(decisions.map(decisionText).filter((text) => text === 'retired zsk1')).toHaveLength(1);
    expect(keyOf(keys, 'zsk1')).toMatchObject({ goal: 'hidden', retired: NOW });
    const again = run(pair(), 'ksk1 OO.O zsk1- O.O.', { zsk1: { fate: 'lost', retired: 5 } });
    expect(keyOf(again.keys, 'zsk1').retired).toBe(5);
  });
});

test('a key that was lost long ago lets no other lose its DS', () => {
  const text = 'ksk1- UU.. ksk2- OO.O ksk3 RR.. ksk2>ksk3 zsk1 O.O.';
  const parts: KeyParts = { ksk1: { fate: 'lost' }, ksk3: { changes: { dnskey: NOW, krrsig: NOW } } };
  expect(run(pair(), text, parts).decisions.map(decisionText)).not.toContain('ksk2 ds O>U');
});

describe('signatures of a lost key', () => {
  const lost: KeyParts = { zsk1: { fate: 'lost' } };
  const moves = (text: string, parts: KeyParts) => run(pair(), text, parts).decisions.map(decisionText);

  test('go when another key has begun to sign', () => {
    expect(moves('ksk1 OO.O zsk1- O.O. zsk2 R.R.', lost)).toContain('zsk1 zrrsig O>U');
  });

  test('stay while none has', () => {
    expect(moves('ksk1 OO.O zsk1- O.O.', lost)).toEqual([]);
    const known: KeyParts = { ...lost, zsk2: { fate: 'compromised' } };
    expect(moves('ksk1 OO.O zsk1- O.O. zsk2- O.U.', known)).not.toContain('zsk1 zrrsig O>U');
  });

  test('stay while only another lost key has, or one of another algorithm', () => {
    const both: KeyParts = { zsk1: { fate: 'lost' }, zsk2: { fate: 'lost' } };
    expect(moves('ksk1 OO.O zsk1- O.O. zsk2- O.R.', both)).not.toContain('zsk1 zrrsig O>U');
    const other: KeyParts = { ...lost, zsk2: { algorithm: 8 } };
    expect(moves('ksk1 OO.O zsk1- O.O. zsk2 O.O.', other)).not.toContain('zsk1 zrrsig O>U');
  });

  test('go without another where no DS is in caches', () => {
    expect(moves('ksk1 OO.. zsk1- ..O.', { ...lost, ksk1: { goal: 'hidden' } })).toContain('zsk1 zrrsig O>U');
  });

  test('are gone only when the rules say so', () => {
    // The other signatures came when these went, and were not seen everywhere yet.
    const text = 'ksk1 OO.O zsk1- O.U. zsk2 O.R. zsk1>zsk2';
    const { file } = showing(keysOf(text));
    const unseen = { ...file, zrrsig: { ...file.zrrsig, zsk2: sighting('mixed', NOW) } };
    expect(run(pair(), text, lost, { file: unseen }).decisions).toEqual([]);
  });

  test('alone are let go against the rules: its DNSKEY stays until they hold', () => {
    expect(
      moves('ksk1 OO.O zsk1- O.U. zsk2 R.R. zsk1>zsk2', { ...lost, zsk2: { changes: { zrrsig: NOW } } }),
    ).not.toContain('zsk1 dnskey O>U');
  });
});

describe('what turns round half way', () => {
  const moves = (...args: Parameters<typeof run>) => run(...args).decisions.map(decisionText);

  test('goes where its key wants it, though caches have had time for it to come', () => {
    expect(moves(pair(), 'ksk1 OO.O zsk1 O.O. zsk2- R...')).toEqual(['zsk2 dnskey R>U']);
  });

  test('has come when it may not go', () => {
    const fresh: KeyParts = { zsk1: { changes: { dnskey: 1, zrrsig: NOW } } };
    const text = 'ksk1 OO.O zsk1 O.R. zsk2- O.R. zsk1>zsk2';
    expect(moves(pair(), text, fresh)).toEqual(['zsk2 zrrsig R>O']);
  });

  test('comes back where its key wants it, though it has had time to go', () => {
    expect(moves(pair(), 'ksk1 OO.O zsk1 O.U. zsk2- O.O. zsk1>zsk2')).toEqual(['zsk1 zrrsig U>R']);
  });

  test('has gone when it may not come back', () => {
    const fresh: KeyParts = { zsk1: { changes: { dnskey: NOW, zrrsig: 1 } } };
    expect(moves(pair(), 'ksk1 OO.O zsk1 R.U. zsk2- O.O. zsk1>zsk2', fresh)).toEqual(['zsk1 zrrsig U>.']);
  });
});

describe('what holds a step up', () => {
  const told = (...args: Parameters<typeof run>) => run(...args).blocked.map(blockedText);

  test('is told, what a person can do something about first', () => {
    const parts: KeyParts = {
      zsk1: { active: NOW - 9_000_000 },
      zsk2: { files: 'missing', changes: {}, goal: 'hidden' },
    };
    const text = 'ksk1- OO.O ksk2 RO.. zsk1- O.R. zsk2 ....';
    const gates = run(manual(pair()), text, parts).blocked.map(({ gate }) => gate);
    const order = ['files', 'manual', 'evidence', 'time', 'safety', 'order'];
    expect(gates).toEqual([...gates].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
    expect(gates[0]).toBe('files');
  });

  test('is the time until which it takes', () => {
    const fresh = { zsk2: { changes: { dnskey: NOW } } };
    expect(run(pair(), 'ksk1 OO.O zsk1- O.O. zsk2 R...', fresh).blocked[0]).toMatchObject({
      gate: 'time',
      key: 'zsk2',
      record: 'dnskey',
      to: 'omnipresent',
      until: NOW + 4923,
    });
  });

  test('is a file, with its name and what is wrong with it', () => {
    const missing: KeyParts = { zsk1: { files: 'missing' } };
    expect(told(pair(), 'ksk1 OO.O zsk1 O.O.', missing)).toEqual(['files (Kzsk1.private is missing)']);
    expect(told(pair(), 'ksk1 OO.O zsk1 O.O.', {}, { trouble: ['keys/ is gone'] })).toEqual(['files (keys/ is gone)']);
  });

  test('is not a file of a key that was given up or has gone', () => {
    const lost: KeyParts = { zsk1: { files: 'missing', fate: 'lost' } };
    expect(told(pair(), 'ksk1 OO.O zsk1- O.O.', lost)).not.toContain('files (Kzsk1.private is missing)');
    const gone: KeyParts = { zsk2: { files: 'missing', removed: NOW } };
    expect(told(pair(), 'ksk1 OO.O zsk1 O.O. zsk2- ....', gone)).toEqual([]);
  });

  test('is a person under a manual policy, for what comes and for what goes', () => {
    const text = 'ksk1 OO.O zsk1- O.U. zsk2 O.O. zsk3- O...';
    expect(told(manual(pair()), text, { zsk1: { changes: { zrrsig: NOW } } })).toContain('manual zsk3 dnskey U');
    expect(told(manual(pair()), 'ksk1 OO.O zsk1 O...')).toContain('manual zsk1 zrrsig R');
    expect(told(manual(pair()), 'ksk1 OO.O zsk1 O...', {}, { approved: true })).not.toContain('manual zsk1 zrrsig R');
  });
});

describe('evidence that is missing', () => {
  test('is looked for when the zone has had time to reach the servers, then every hour', () => {
    const look = (since: number) => {
      const parts: KeyParts = { zsk2: { changes: { dnskey: NOW - since } } };
      return run(pair(), 'ksk1 OO.O zsk1- O.O. zsk2 R...', parts, { file: { dnskey: {}, krrsig: {}, zrrsig: {} } })
        .lookAt;
    };
    expect(look(0)).toBe(NOW + TIMING.zonePropagation);
    expect(look(TIMING.zonePropagation - 1)).toBe(NOW + 1);
    expect(look(TIMING.zonePropagation)).toBe(NOW + LOOK_AGAIN);
  });

  test('of a DS is looked for every hour', () => {
    const parts: KeyParts = { ksk1: { changes: { ds: NOW } } };
    expect(run(pair(), 'ksk1 OO.R zsk1 O.O.', parts).lookAt).toBe(NOW + LOOK_AGAIN);
  });

  test('of several is looked for at the first time', () => {
    const parts: KeyParts = { zsk2: { changes: { dnskey: NOW } }, ksk1: { changes: { ds: NOW } } };
    const world = { file: { dnskey: {}, krrsig: {}, zrrsig: {} } };
    expect(run(pair(), 'ksk1 OO.R zsk1- O.O. zsk2 R...', parts, world).lookAt).toBe(NOW + TIMING.zonePropagation);
    expect(run(pair(), 'zsk2 R... zsk1- O.O. ksk1 OO.R', parts, world).lookAt).toBe(NOW + TIMING.zonePropagation);
  });

  test('is not looked for where nothing is missing', () => {
    const fresh = { zsk2: { changes: { dnskey: NOW } } };
    expect(run(pair(), 'ksk1 OO.O zsk1- O.O. zsk2 R...', fresh).lookAt).toBeUndefined();
  });
});

describe('a key of which nothing is left', () => {
  const removed = { zsk2: { removed: NOW - TIMING.purgeKeys } };
  const text = 'ksk1 OO.O zsk1 O.O. zsk2- ....';

  test('is told to have gone, once', () => {
    const { decisions, keys } = run(pair(), text);
    expect(decisions.map(decisionText)).toEqual(['removed zsk2']);
    expect(keyOf(keys, 'zsk2').removed).toBe(NOW);
    expect(keysText(keys)).toBe('ksk1 OO.O zsk1 O.O.');
    expect(run(pair(), text, { zsk2: { removed: NOW - 5 } }).decisions).toEqual([]);
  });

  test('is not one that wants to be there, nor one that was never used', () => {
    const told = (...args: Parameters<typeof run>) => run(...args).decisions.map(decisionText);
    expect(told(manual(pair()), 'ksk1 OO.O zsk1 ....')).toEqual([]);
    expect(told(pair(), text, { zsk2: UNUSED })).toEqual([]);
  });

  test('is purged when it has been kept long enough, and not a second sooner', () => {
    const due = run(pair(), text, removed);
    expect([actionsText(due.actions), due.wakeAt]).toEqual(['purge zsk2', undefined]);
    const { actions, wakeAt } = run(pair(), text, removed, {}, NOW - 1);
    expect([actions, wakeAt]).toEqual([[], NOW]);
  });

  test('is purged at its time where there are several', () => {
    const parts = { zsk2: { removed: NOW - 5 }, zsk3: { removed: NOW - 7 } };
    const { wakeAt } = run(pair(), `${text} zsk3- ....`, parts);
    expect(wakeAt).toBe(NOW - 7 + TIMING.purgeKeys);
  });

  test('is not purged while something is wrong with key files', () => {
    expect(run(pair(), text, { ...removed, ksk1: { files: 'broken' } }).actions).toEqual([]);
  });
});

describe('a key that can not sign', () => {
  const text = 'ksk1 OO.O zsk1- O.O. zsk2 O... zsk1>zsk2';

  test.each(['missing', 'broken'] as const)(
    'whose private half is %s takes up no work, and the old key goes on',
    (files) => {
      const { keys, blocked } = run(pair(), text, { zsk2: { files } });
      expect(keysText(keys)).toBe(keysText(keysOf(text)));
      expect(blocked).toContainEqual(expect.objectContaining({ gate: 'files', key: 'zsk2', record: 'zrrsig' }));
    },
  );

  test('takes over as soon as its files are whole', () => {
    expect(isIn(keyOf(run(pair(), text).keys, 'zsk2').states.zrrsig)).toBe(true);
  });
});
