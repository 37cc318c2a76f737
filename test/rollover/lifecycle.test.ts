import { describe, expect, test } from 'vitest';
import { isEstablished, retirementOf, turnKeys } from '../../src/rollover/lifecycle.ts';
import type { Policy } from '../../src/rollover/policy.ts';
import { isUnused, isWhollyHidden } from '../../src/rollover/roll-key.ts';
import { actionsText, decisionText } from '../scenarios/notation.ts';
import { keyPolicy, none, pair, single, TIMING } from '../scenarios/policies.ts';
import { type KeyParts, keyOf, keysOf, NOW, UNUSED } from './sample-keys.ts';

const IPUB = TIMING.dnskeyTtl + TIMING.zonePropagation + TIMING.publishSafety;
const LIFE = 8_000_009;
const rolling = pair(keyPolicy(13), keyPolicy(13, LIFE));

function turn(policy: Policy, text: string, parts: KeyParts = {}, now = NOW) {
  const keys = keysOf(text, parts);
  const turns = turnKeys(policy, keys, now);
  return {
    keys: turns.keys,
    key: (id: string) => keyOf(turns.keys, id),
    decisions: turns.decisions.map(decisionText).join(', '),
    actions: actionsText(turns.actions),
    overdue: turns.overdue,
    wakeAt: turns.wakeAt,
  };
}

describe('keys that are wanted and not there', () => {
  test.each<readonly [title: string, policy: Policy, actions: string]>([
    ['a pair', pair(keyPolicy(13), keyPolicy(13)), 'make ksk 13, make zsk 13'],
    [
      'with their own algorithms and sizes',
      pair(keyPolicy(8, 5, 4096), keyPolicy(8, 5, 2048)),
      'make ksk 8/4096, make zsk 8/2048',
    ],
    ['a CSK', single(keyPolicy(15)), 'make csk 15'],
    ['none', none(), '-'],
  ])('are asked for: %s', (_, policy, actions) => {
    expect(turn(policy, '')).toMatchObject({ actions, decisions: '' });
  });

  test('are introduced where they lie there unused, and follow nobody', () => {
    const { key, actions, decisions } = turn(rolling, 'ksk1 .... zsk1 ....', { ksk1: UNUSED, zsk1: UNUSED });
    expect([actions, decisions]).toEqual(['-', 'introduced ksk1, introduced zsk1']);
    expect(key('zsk1')).toMatchObject({ goal: 'omnipresent', lifetime: LIFE, predecessor: undefined });
  });

  test('are not taken from another role or algorithm, nor from keys that were used, given up or known to others', () => {
    const parts: KeyParts = {
      csk1: UNUSED,
      ksk1: { ...UNUSED, algorithm: 8 },
      ksk2: { ...UNUSED, changes: { dnskey: 5 } },
      ksk3: { ...UNUSED, removed: 5 },
      ksk4: { ...UNUSED, retired: 5 },
      ksk5: { ...UNUSED, fate: 'compromised' },
      ksk6: { ...UNUSED, fate: 'lost' },
      ksk7: { ...UNUSED, files: 'broken' },
    };
    const keys = Object.keys(parts).map((id) => `${id} ....`);
    expect(turn(rolling, keys.join(' '), parts).actions).toBe('make ksk 13, make zsk 13');
  });

  test('let no other key go before they are there', () => {
    const { decisions, actions } = turn(single(), 'ksk1 OO.O zsk1 O.O.');
    expect([decisions, actions]).toEqual(['', 'make csk 13']);
    const made = turn(single(), 'ksk1 OO.O zsk1 O.O. csk1 ....', { csk1: UNUSED });
    expect(made.decisions).toBe('introduced csk1, retired ksk1, retired zsk1');
    expect(made.key('ksk1')).toMatchObject({ goal: 'hidden', retired: NOW, successor: undefined });
  });

  test('let all go at once where none is wanted', () => {
    expect(turn(none(), 'ksk1 OO.O zsk1 O.O. zsk2- U...').decisions).toBe('retired ksk1, retired zsk1');
  });
});

describe('a key of another size', () => {
  test('starts no roll', () => {
    const policy = pair(keyPolicy(8, undefined, 4096), keyPolicy(8, undefined, 2048));
    const small = { algorithm: 8, bits: 1024 };
    expect(turn(policy, 'ksk1 OO.O zsk1 O.O.', { ksk1: small, zsk1: small })).toMatchObject({
      decisions: '',
      actions: '-',
      wakeAt: undefined,
    });
  });
});

describe('two keys of one role that want to be there', () => {
  const later = { zsk2: { active: NOW + 5 } };

  test('the one that was active last stays, the other goes', () => {
    expect(turn(rolling, 'ksk1 OO.O zsk1 O.O. zsk2 O.O.', later).decisions).toBe('retired zsk1');
    expect(turn(rolling, 'ksk1 OO.O zsk2 O.O. zsk1 O.O.', later).decisions).toBe('retired zsk1');
  });

  test('the successor stays, whatever their times', () => {
    const sooner = { zsk2: { active: NOW - 5 } };
    expect(turn(rolling, 'ksk1 OO.O zsk1 O.O. zsk2 O.O. zsk1>zsk2', sooner).decisions).toBe('retired zsk1');
    expect(turn(rolling, 'ksk1 OO.O zsk2 O.O. zsk1 O.O. zsk1>zsk2', sooner).decisions).toBe('retired zsk1');
  });

  test('keys that were not active yet are told apart by when they were made', () => {
    const parts = { zsk1: { active: undefined, created: 7 }, zsk2: { active: undefined, created: 8 } };
    expect(turn(rolling, 'ksk1 OO.O zsk1 R... zsk2 R...', parts).decisions).toBe('retired zsk1');
  });
});

describe('a lifetime', () => {
  test('is the policy’s, also where that changed', () => {
    expect(turn(rolling, 'ksk1 OO.O zsk1 O.O.', { zsk1: { lifetime: 5 } }).key('zsk1').lifetime).toBe(LIFE);
    expect(turn(rolling, 'ksk1 OO.O zsk1 O.O.', { ksk1: { lifetime: 5 } }).key('ksk1').lifetime).toBeUndefined();
  });

  test('counts from when the key became active', () => {
    const [key] = keysOf('zsk1 O.O.', { zsk1: { active: NOW, lifetime: 5 } });
    expect(retirementOf(key!)).toBe(NOW + 5);
    expect(retirementOf({ ...key!, active: undefined })).toBeUndefined();
    expect(retirementOf({ ...key!, lifetime: undefined })).toBeUndefined();
    expect(retirementOf({ ...key!, rollAt: NOW + 3 })).toBe(NOW + 3);
    expect(retirementOf({ ...key!, active: undefined, rollAt: NOW + 3 })).toBe(NOW + 3);
  });

  const active = { zsk1: { active: NOW - LIFE + IPUB } };

  test('ends Ipub before its end with a successor, and not a second sooner', () => {
    const text = 'ksk1 OO.O zsk1 O.O. zsk2 ....';
    const parts = { ...active, zsk2: UNUSED };
    expect(turn(rolling, text, parts, NOW - 1)).toMatchObject({ decisions: '', wakeAt: NOW });
    const { decisions, key, wakeAt } = turn(rolling, text, parts);
    expect([decisions, wakeAt]).toEqual(['introduced zsk2, retired zsk1', undefined]);
    expect(key('zsk1')).toMatchObject({ goal: 'hidden', retired: NOW, successor: 'zsk2' });
    expect(key('zsk2')).toMatchObject({ goal: 'omnipresent', lifetime: LIFE, predecessor: 'zsk1' });
  });

  test('asks for a successor where none lies there, and keeps the key until it does', () => {
    expect(turn(rolling, 'ksk1 OO.O zsk1 O.O.', active)).toMatchObject({
      decisions: '',
      actions: 'make zsk 13 after zsk1',
      overdue: [],
    });
  });

  test('lets other keys go while a successor is asked for', () => {
    const { decisions, actions } = turn(rolling, 'ksk1 OO.O zsk1 O.O. csk1 OOOO', active);
    expect([decisions, actions]).toEqual(['retired csk1', 'make zsk 13 after zsk1']);
  });

  test('ends with a successor although a key of the other role is yet to be made', () => {
    const { decisions, actions } = turn(rolling, 'zsk1 O.O. zsk2 ....', { ...active, zsk2: UNUSED });
    expect([decisions, actions]).toEqual(['introduced zsk2, retired zsk1', 'make ksk 13']);
  });

  test('tells whom the successor follows', () => {
    const keys = keysOf('ksk1 OO.O zsk1 O.O. zsk2 ....', { ...active, zsk2: UNUSED });
    const { decisions } = turnKeys(rolling, keys, NOW);
    expect(decisions[0]).toEqual({ kind: 'introduced', key: 'zsk2', after: 'zsk1' });
  });

  test('ends with no key of another role or algorithm', () => {
    const parts: KeyParts = { ...active, csk1: UNUSED, zsk9: { ...UNUSED, algorithm: 8 } };
    expect(turn(rolling, 'ksk1 OO.O zsk1 O.O. csk1 .... zsk9 ....', parts).actions).toBe('make zsk 13 after zsk1');
  });

  test.each(['R.O.', 'O.R.', 'U.O.', 'O.U.'])('does not end before the key is in all caches: %s', (states) => {
    expect(turn(rolling, `ksk1 OO.O zsk1 ${states}`, active)).toMatchObject({
      decisions: '',
      actions: '-',
      overdue: ['zsk1'],
    });
  });

  test('ends by a person’s word also before', () => {
    const parts = { zsk1: { rollAt: NOW + IPUB } };
    expect(turn(rolling, 'ksk1 OO.O zsk1 R...', parts)).toMatchObject({
      actions: 'make zsk 13 after zsk1',
      overdue: [],
    });
  });

  test('the first of several ends is the next wake-up', () => {
    const both = pair(keyPolicy(13, 9_000_011), keyPolicy(13, LIFE));
    expect(turn(both, 'ksk1 OO.O zsk1 O.O.').wakeAt).toBe(NOW + LIFE - IPUB);
    expect(turn(both, 'ksk1 OO.O zsk1 O.O.', { ksk1: { active: NOW - 2_000_000 } }).wakeAt).toBe(
      NOW + 9_000_011 - 2_000_000 - IPUB,
    );
  });
});

describe('established is a key', () => {
  test.each([
    ['zsk1 O.O.', true],
    ['zsk1 R.O.', false],
    ['zsk1 O.R.', false],
    ['ksk1 OO.O', true],
    ['ksk1 OR.O', false],
    ['ksk1 OO.R', false],
    ['csk1 OOOO', true],
    ['csk1 OORO', false],
  ])('%s: %s', (text, isIt) => {
    expect(isEstablished(keysOf(text)[0]!)).toBe(isIt);
  });
});

describe('a key on its way out that is wanted again', () => {
  test.each(['O.O.', 'R.R.', 'U.U.', 'U...'])('comes back while its DNSKEY is in caches: %s', (states) => {
    const parts = { zsk1: { retired: 5, rollAt: 6, lifetime: undefined, active: NOW } };
    const { decisions, actions, key } = turn(rolling, `ksk1 OO.O zsk1- ${states}`, parts);
    expect([decisions, actions]).toEqual(['revived zsk1', '-']);
    expect(key('zsk1')).toMatchObject({ goal: 'omnipresent', retired: undefined, rollAt: undefined, lifetime: LIFE });
  });

  test('does not come back when its DNSKEY has left', () => {
    expect(turn(rolling, 'ksk1 OO.O zsk1- ..U.').actions).toBe('make zsk 13');
  });

  test.each(['compromised', 'lost'] as const)('does not come back when it is %s', (fate) => {
    const { decisions } = turn(rolling, 'ksk1 OO.O zsk1- O.O. zsk2 ....', { zsk1: { fate }, zsk2: UNUSED });
    expect(decisions).toBe('introduced zsk2');
  });

  test('does not come back when its successor stays', () => {
    const text = 'ksk1 OO.O zsk1- O.O. zsk2 .... zsk1>zsk2 zsk3 ....';
    const parts = { zsk2: { algorithm: 8 }, zsk3: UNUSED };
    expect(turn(rolling, text, parts).decisions).toBe('introduced zsk3, retired zsk2');
  });

  test('comes back when its successor is to go as well', () => {
    const text = 'ksk1 OO.O zsk1- O.O. zsk2- U... zsk1>zsk2';
    expect(turn(rolling, text, { zsk2: { fate: 'compromised' } }).decisions).toBe('revived zsk1');
  });

  test('is the last of several', () => {
    expect(turn(rolling, 'ksk1 OO.O zsk1- O.O. zsk2- O.O. zsk1>zsk2').decisions).toBe('revived zsk2');
  });

  test('is not one of another role or algorithm', () => {
    const parts = { zsk1: { algorithm: 8 } };
    expect(turn(rolling, 'ksk1 OO.O zsk1- O.O. csk1- OOOO', parts).actions).toBe('make zsk 13');
  });
});

describe('a lost key', () => {
  test('is followed by its successor, while something of it is left', () => {
    const parts: KeyParts = { zsk1: { fate: 'lost' }, zsk2: UNUSED };
    const { decisions, key } = turn(rolling, 'ksk1 OO.O zsk1- O.O. zsk2 ....', parts);
    expect(decisions).toBe('introduced zsk2');
    expect([key('zsk1').successor, key('zsk2').predecessor]).toEqual(['zsk2', 'zsk1']);
  });

  test('is followed by nobody when nothing of it is left', () => {
    const parts: KeyParts = { zsk1: { fate: 'lost', removed: 5 }, zsk2: UNUSED };
    expect(turn(rolling, 'ksk1 OO.O zsk1- .... zsk2 ....', parts).key('zsk2').predecessor).toBeUndefined();
  });

  test('is not followed by a key of another role', () => {
    const parts: KeyParts = { zsk1: { fate: 'lost' } };
    expect(turn(rolling, 'zsk1- O.O. zsk2 O.O.', parts).actions).toBe('make ksk 13');
  });

  test('does not stand in the way as the key that is there', () => {
    expect(turn(rolling, 'ksk1 OO.O zsk1 O.O.', { zsk1: { fate: 'lost' } }).actions).toBe('make zsk 13 after zsk1');
  });
});

test.each(['R...', '.R..', '..R.', '...R', 'U...', '.U..', '..U.', '...U'])(
  'a key is not wholly hidden: %s',
  (states) => {
    const whole = (text: string) => isWhollyHidden(keysOf(`csk1 ${text}`)[0]!);
    expect([whole(states), whole('....')]).toEqual([false, true]);
  },
);

describe('unused is a key', () => {
  const [key] = keysOf('zsk1 ....', { zsk1: UNUSED });
  test('that was made and nothing else', () => {
    expect(isUnused(key!)).toBe(true);
  });

  test.each([
    ['wants to be there', { goal: 'omnipresent' as const }],
    ['is somewhere', { states: keysOf('zsk1 R...')[0]!.states }],
    ['has gone', { removed: 5 }],
    ['was retired', { retired: 5 }],
    ['is compromised', { fate: 'compromised' as const }],
    ['has a history', { changes: { dnskey: 5 } }],
  ])('not one that %s', (_, parts) => {
    expect(isUnused({ ...key!, ...parts })).toBe(false);
  });
});
