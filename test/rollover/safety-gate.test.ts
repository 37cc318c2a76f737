import { describe, expect, test } from 'vitest';
import { hasChain, hasDs, hasSignatures, isSafe } from '../../src/rollover/safety-gate.ts';
import { type KeyParts, keysOf, moveOf, NOW } from './sample-keys.ts';

type Case = [isTrue: boolean, why: string, keys: string, parts?: KeyParts];

/** When the second key of an exchange came: as the first went, or a second later. */
const SWAPPED: Readonly<Record<'together' | 'late' | 'dnskeys' | 'signatures', KeyParts>> = {
  together: exchangeAt(NOW),
  late: exchangeAt(NOW + 1),
  dnskeys: { zsk1: { changes: { dnskey: NOW, zrrsig: 1 } }, zsk2: { changes: { dnskey: NOW, zrrsig: 2 } } },
  signatures: { zsk1: { changes: { dnskey: 1, zrrsig: NOW } }, zsk2: { changes: { dnskey: 2, zrrsig: NOW } } },
};

/** When the DNSKEY of csk1 came or went, next to that of csk2. */
const SETS: Readonly<Record<'together' | 'sooner' | 'later', KeyParts>> = {
  together: { csk1: { changes: { dnskey: NOW } }, csk2: { changes: { dnskey: NOW } } },
  sooner: { csk1: { changes: { dnskey: NOW - 1 } }, csk2: { changes: { dnskey: NOW } } },
  later: { csk1: { changes: { dnskey: NOW + 1 } }, csk2: { changes: { dnskey: NOW } } },
};

function exchangeAt(time: number): KeyParts {
  const at = (own: number) => ({ changes: { dnskey: own, krrsig: own, zrrsig: own, ds: 1 } });
  return { ksk1: at(NOW), ksk2: at(time), zsk1: at(NOW), zsk2: at(time) };
}

describe('rule 1: there is a DS', () => {
  test.each<Case>([
    [true, 'one is in', 'ksk1 OO.O'],
    [true, 'one is coming', 'ksk1 OO.R'],
    [false, 'the only one is going', 'ksk1 OO.U'],
    [false, 'there is none', 'ksk1 OO..'],
    [true, 'one of two is coming', 'ksk1 OO.U ksk2 OO.R'],
  ])('%s: %s', (isTrue, _, keys) => {
    expect(hasDs(keysOf(keys))).toBe(isTrue);
  });
});

describe('rule 2, the chain from DS to DNSKEY', () => {
  test.each<Case>([
    [true, 'a key with DNSKEY, KRRSIG and DS in all caches', 'ksk1 OO.O ksk2 RR.R'],
    [false, 'its DNSKEY is not in all caches', 'ksk1 RO.O ksk2 RR.R'],
    [false, 'its KRRSIG is not in all caches', 'ksk1 OR.O ksk2 RR.R'],
    [false, 'its DS is not in all caches', 'ksk1 OO.R ksk2 RR.R'],

    [true, 'a DS takes the place of another, whoever follows whom', 'ksk1 OO.U ksk2 OO.R'],
    [false, 'a third key that is not chained has its DS coming', 'ksk1 OO.U ksk2 OO.R ksk1>ksk2 ksk3 OR.R'],
    [false, 'a third key that is not chained has its DS going', 'ksk1 OO.U ksk2 OO.R ksk1>ksk2 ksk3 UU.U'],

    [true, 'a DNSKEY swap: both records of each', 'ksk1 UU.O ksk2 RR.O ksk1>ksk2'],
    [true, 'a DNSKEY swap: KRRSIG alone', 'ksk1 OU.O ksk2 OR.O ksk1>ksk2'],
    [true, 'a DNSKEY swap: DNSKEY alone', 'ksk1 UO.O ksk2 RO.O ksk1>ksk2'],
    [true, 'a DNSKEY swap beside a key without KRRSIG', 'ksk1 UU.O ksk2 RR.O ksk1>ksk2 ksk3 R..R'],
    [true, 'a DNSKEY swap beside a key with its DS everywhere', 'ksk1 UU.O ksk2 RR.O ksk1>ksk2 ksk3 RR.O'],
    [true, 'a DNSKEY swap beside a key with KRRSIG, not with DS', 'ksk1 UU.O ksk2 RR.O ksk1>ksk2 ksk3 OO.U'],
    [true, 'a DNSKEY swap: the second came when the first went', 'ksk1 UU.O ksk2 RR.O ksk1>ksk2', SWAPPED.together],
    [false, 'a DNSKEY swap: the second came after the first had gone', 'ksk1 UU.O ksk2 RR.O ksk1>ksk2', SWAPPED.late],
    [false, 'a DNSKEY swap of keys that do not follow each other', 'ksk1 UU.O ksk2 RR.O'],
    [false, 'a DNSKEY swap the wrong way round', 'ksk1 UU.O ksk2 RR.O ksk2>ksk1'],
    [false, 'a DNSKEY swap without the DS of the leaving key', 'ksk1 UU.U ksk2 RR.O ksk1>ksk2'],
    [false, 'a DNSKEY swap without the DS of the coming key', 'ksk1 UU.O ksk2 RR.R ksk1>ksk2'],
    [false, 'a DNSKEY swap in which the leaving DNSKEY has left', 'ksk1 .U.O ksk2 RR.O ksk1>ksk2'],
    [false, 'a DNSKEY swap in which the leaving KRRSIG has left', 'ksk1 U..O ksk2 RR.O ksk1>ksk2'],
    [false, 'a DNSKEY swap in which no DNSKEY comes', 'ksk1 UU.O ksk2 .R.O ksk1>ksk2'],
    [false, 'a DNSKEY swap in which no KRRSIG comes', 'ksk1 UU.O ksk2 R..O ksk1>ksk2'],

    [true, 'no DS anywhere', 'ksk1 RR.. ksk2 UU..'],
    [true, 'each key that has a DS is chained', 'ksk1 OO.U ksk2 OO.R ksk3 RR..'],
    [false, 'a key that has a DS has no DNSKEY everywhere', 'ksk1 RO.R ksk2 OO.R'],
    [false, 'a key that has a DS has no KRRSIG everywhere', 'ksk1 OR.R ksk2 OO.R'],
    [false, 'a DS that is going still counts', 'ksk1 UU.U ksk2 OO.R'],

    [true, 'a broken key of another algorithm', 'ksk1 OO.O ksk2 RR.R', { ksk2: { algorithm: 8 } }],
    [false, 'a whole key of another algorithm', 'ksk1 OO.O ksk2 RR.R', { ksk1: { algorithm: 8 } }],
  ])('%s: %s', (isTrue, _, keys, parts) => {
    expect(hasChain(keysOf(keys, parts), 13)).toBe(isTrue);
  });
});

describe('rule 3, signatures on the data', () => {
  test.each<Case>([
    [true, 'no DS anywhere', 'ksk1 OO.. zsk1 R...'],
    [false, 'a DS that is coming', 'ksk1 OO.R zsk1 R...'],
    [false, 'a DS that is going', 'ksk1 OO.U zsk1 R...'],

    [true, 'a key with DNSKEY and signatures in all caches', 'ksk1 OO.O zsk1 O.O. zsk2 R...'],
    [false, 'its DNSKEY is coming', 'ksk1 OO.O zsk1 R.O.'],
    [false, 'its signatures are coming', 'ksk1 OO.O zsk1 O.R.'],

    [true, 'a DNSKEY swap, both sign', 'ksk1 OO.O zsk1 U.O. zsk2 R.O. zsk1>zsk2'],
    [true, 'a DNSKEY swap beside a key that signs', 'ksk1 OO.O zsk1 U.O. zsk2 R.O. zsk1>zsk2 zsk3 R.O.'],
    [true, 'a DNSKEY swap beside a key without DNSKEY', 'ksk1 OO.O zsk1 U.O. zsk2 R.O. zsk1>zsk2 zsk3 ..U.'],
    [true, 'a DNSKEY swap beside a key with DNSKEY alone', 'ksk1 OO.O zsk1 U.O. zsk2 R.O. zsk1>zsk2 zsk3 U.R.'],
    [
      false,
      'a DNSKEY swap, the second came after the first had gone',
      'ksk1 OO.O zsk1 U.O. zsk2 R.O. zsk1>zsk2',
      SWAPPED.late,
    ],
    [false, 'a DNSKEY swap of keys that do not follow each other', 'ksk1 OO.O zsk1 U.O. zsk2 R.O.'],
    [false, 'a DNSKEY swap, the leaving key does not sign', 'ksk1 OO.O zsk1 U.U. zsk2 R.O. zsk1>zsk2'],
    [false, 'a DNSKEY swap, the leaving DNSKEY has left', 'ksk1 OO.O zsk1 ..O. zsk2 R.O. zsk1>zsk2'],
    [false, 'a DNSKEY swap, the coming key does not sign', 'ksk1 OO.O zsk1 U.O. zsk2 R.R. zsk1>zsk2'],
    [false, 'a DNSKEY swap, no DNSKEY comes', 'ksk1 OO.O zsk1 U.O. zsk2 ..O. zsk1>zsk2'],

    [true, 'signatures take the place of others', 'ksk1 OO.O zsk1 O.U. zsk2 O.R. zsk1>zsk2'],
    [
      true,
      'signatures, beside others whose DNSKEY all caches have',
      'ksk1 OO.O zsk1 O.U. zsk2 O.R. zsk1>zsk2 zsk3 O.U.',
    ],
    [true, 'signatures, beside a DNSKEY that does not sign', 'ksk1 OO.O zsk1 O.U. zsk2 O.R. zsk1>zsk2 zsk3 U...'],
    [true, 'signatures, beside others whose DNSKEY goes', 'ksk1 OO.O zsk1 O.U. zsk2 O.R. zsk1>zsk2 zsk3 U.R.'],
    [true, 'a DNSKEY swap, whenever the signatures came', 'ksk1 OO.O zsk1 U.O. zsk2 R.O. zsk1>zsk2', SWAPPED.dnskeys],
    [true, 'signatures, whenever the DNSKEYs came', 'ksk1 OO.O zsk1 O.U. zsk2 O.R. zsk1>zsk2', SWAPPED.signatures],
    [
      false,
      'signatures, the second came after the first had gone',
      'ksk1 OO.O zsk1 O.U. zsk2 O.R. zsk1>zsk2',
      SWAPPED.late,
    ],
    [false, 'signatures of keys that do not follow each other', 'ksk1 OO.O zsk1 O.U. zsk2 O.R.'],
    [false, 'signatures, the leaving key has no DNSKEY everywhere', 'ksk1 OO.O zsk1 U.U. zsk2 O.R. zsk1>zsk2'],
    [false, 'signatures, the leaving ones have left', 'ksk1 OO.O zsk1 O... zsk2 O.R. zsk1>zsk2'],
    [false, 'signatures, the coming key has no DNSKEY everywhere', 'ksk1 OO.O zsk1 O.U. zsk2 R.R. zsk1>zsk2'],
    [false, 'signatures, none come', 'ksk1 OO.O zsk1 O.U. zsk2 O... zsk1>zsk2'],

    [true, 'each DNSKEY RRset that may be cached has a key that signed', 'csk1 U.OO csk2 R.O. csk3 U...'],
    [true, 'no DNSKEY anywhere', 'ksk1 ...O zsk1 ..R.'],
    [true, 'the one that signed came with the other', 'csk1 R.OO csk2 R...', SETS.together],
    [true, 'the one that signed came first', 'csk1 R.OO csk2 R...', SETS.sooner],
    [false, 'the one that signed came after the other', 'csk1 R.OO csk2 R...', SETS.later],
    [true, 'the one that signed went with the other', 'csk1 U.OO csk2 U...', SETS.together],
    [true, 'the one that signed went last', 'csk1 U.OO csk2 U...', SETS.later],
    [false, 'the one that signed went before the other', 'csk1 U.OO csk2 U...', SETS.sooner],
    [false, 'a DNSKEY is where none is that signed', 'csk1 U.OO csk2 R.R.'],
    [false, 'the other one is where none is that signed', 'csk1 U.UO csk2 R.O.'],

    [true, 'a broken key of another algorithm', 'ksk1 OO.O zsk1 O.O. zsk2 U.R.', { zsk2: { algorithm: 8 } }],
    [false, 'a whole key of another algorithm', 'ksk1 OO.O zsk1 O.O. zsk2 U.R.', { zsk1: { algorithm: 8 } }],
  ])('%s: %s', (isTrue, _, keys, parts) => {
    expect(hasSignatures(keysOf(keys, parts), 13)).toBe(isTrue);
  });
});

describe('the safety gate', () => {
  const LEFT = { ksk9: { algorithm: 8 }, zsk9: { algorithm: 8 } };
  test.each<[opens: boolean, why: string, keys: string, move: string, mayLoseDs?: boolean, parts?: KeyParts]>([
    [false, 'rule 1 holds and would not: the last DS goes', 'ksk1 OO.O zsk1 O.O.', 'ksk1 ds U'],
    [true, 'unless the zone is to be insecure', 'ksk1 OO.O zsk1 O.O.', 'ksk1 ds U', true],
    [true, 'rule 1 does not hold anyway', 'ksk1 OO.U zsk1 O.O.', 'ksk1 ds .'],
    [true, 'another DS is coming', 'ksk1 OO.O ksk2 OO.R zsk1 O.O.', 'ksk1 ds U'],
    [false, 'rule 2 holds and would not', 'ksk1 OO.O zsk1 O.O.', 'ksk1 krrsig U'],
    [false, 'rule 2 holds and would not: a DS for a key that caches do not have', 'ksk1 RR.. zsk1 O.O.', 'ksk1 ds R'],
    [false, 'rule 3 holds and would not', 'ksk1 OO.O zsk1 O.O.', 'zsk1 zrrsig U'],
    [
      false,
      'rule 3 holds and would not: a DS for a zone whose signatures caches do not have',
      'ksk1 OO.. zsk1 O.R.',
      'ksk1 ds R',
    ],
    [
      false,
      'rule 3 holds and would not: a DNSKEY comes alone when the one that signed goes',
      'csk1 U.OO zsk1 ....',
      'zsk1 dnskey R',
    ],
    [true, 'rule 3 does not hold, and will not yet: something comes', 'ksk1 OO.O zsk1 R.R.', 'zsk1 zrrsig O'],
    [false, 'rule 3 does not hold, and would not: something goes', 'ksk1 OO.O zsk1 O.R. zsk2 O.R.', 'zsk1 zrrsig U'],
    [false, 'rule 2 does not hold, and would not: something goes', 'ksk1 RR.O ksk2 OO.R zsk1 O.O.', 'ksk2 krrsig U'],
    [
      true,
      'only the rules of its own algorithm count',
      'ksk1 OO.O zsk1 O.O. ksk9 RR.O zsk9 U.R.',
      'ksk9 krrsig O',
      false,
      LEFT,
    ],
    [
      true,
      'a signature comes back where the exchange turns round',
      'ksk1 OO.O zsk1 O.U. zsk2 O.R. zsk1>zsk2',
      'zsk1 zrrsig R',
    ],
    [
      true,
      'a DNSKEY comes back where the exchange turns round',
      'ksk1 UU.O ksk2 RR.O ksk1>ksk2 zsk1 O.O.',
      'ksk1 dnskey R',
    ],
    [
      true,
      'a DS goes though rules are broken, where the zone is to be insecure',
      'ksk1 OO.O zsk1 O.R.',
      'ksk1 ds U',
      true,
    ],
    [false, 'and nothing else', 'ksk1 OO.O zsk1 O.R.', 'zsk1 zrrsig U', true],
    [false, 'nor a DS without that', 'ksk1 OO.O ksk2 OO.O zsk1 O.R.', 'ksk1 ds U'],
    [false, 'nor a DS that the chain needs', 'ksk1 OU.R ksk2 OO.O zsk1 O.R.', 'ksk2 ds U', true],
    [
      false,
      'a DS does not come back where that takes from the signatures whom they are exchanged for',
      'csk1- OOUU csk2- OOUU csk3 OORR csk1>csk2 csk2>csk3',
      'csk1 ds R',
    ],
    [true, 'a signature does', 'csk1- OOUU csk2- OOUU csk3 OORR csk1>csk2 csk2>csk3', 'csk1 zrrsig R'],
    [true, 'a DS comes back where the exchange turns round', 'ksk1 OO.U ksk2 OO.R ksk1>ksk2 zsk1 O.O.', 'ksk1 ds R'],
  ])('%s: %s', (opens, _, text, move, mayLoseDs = false, parts = {}) => {
    const keys = keysOf(text, parts);
    expect(isSafe(keys, moveOf(keys, move), mayLoseDs)).toBe(opens);
  });
});

describe('a record that is on its way in, and is to go for a successor', () => {
  const WHOLE = 'ksk1 OO.O zsk9 O.O.';
  const LEFT = 'ksk1- OO.. zsk9- O.O.';
  const LOST: KeyParts = { zsk2: { fate: 'lost' } };
  test.each<[opens: boolean, why: string, keys: string, move: string, parts?: KeyParts]>([
    [false, 'a DNSKEY that has signed', `${WHOLE} zsk2- R.O. zsk3 R... zsk2>zsk3`, 'zsk2 dnskey U'],
    [false, 'a signature', `${WHOLE} zsk2- O.R. zsk3 R... zsk2>zsk3`, 'zsk2 zrrsig U'],
    [true, 'not a DNSKEY that has not', `${WHOLE} zsk2- R... zsk3 R... zsk2>zsk3`, 'zsk2 dnskey U'],
    [true, 'not one that is everywhere', `${WHOLE} zsk2- O.O. zsk3 R... zsk2>zsk3`, 'zsk2 dnskey U'],
    [true, 'not its observation', `${WHOLE} zsk2- O.R. zsk3 R... zsk2>zsk3`, 'zsk2 zrrsig O'],
    [true, 'not of a lost key', `${WHOLE} zsk2- R.O. zsk3 R... zsk2>zsk3`, 'zsk2 dnskey U', LOST],
    [true, 'not where there is no successor', `${WHOLE} zsk2- R.O. zsk3 R...`, 'zsk2 dnskey U'],
    [true, 'not where nobody wants the algorithm', `${LEFT} zsk2- R.O. zsk3- R... zsk2>zsk3`, 'zsk2 dnskey U'],
    [false, 'but where it has a DS', `ksk1- OO.U zsk9- O.O. zsk2- R.O. zsk3- R... zsk2>zsk3`, 'zsk2 dnskey U'],
    [false, 'but where it is wanted', `ksk1 OO.. zsk9- O.O. zsk2- R.O. zsk3- R... zsk2>zsk3`, 'zsk2 dnskey U'],
    [
      true,
      'not what takes the place of one that goes',
      `${WHOLE} zsk1- U.O. zsk2- R.O. zsk3 R... zsk1>zsk2 zsk2>zsk3`,
      'zsk2 dnskey U',
    ],
    [
      false,
      'but what would take the place of one that stays',
      `${WHOLE} zsk1- O.O. zsk2- R.O. zsk3 R... zsk1>zsk2 zsk2>zsk3`,
      'zsk2 dnskey U',
    ],
    [
      false,
      'but what does not follow the one that goes',
      `${WHOLE} zsk1- U.O. zsk2- R.O. zsk3 R... zsk2>zsk3`,
      'zsk2 dnskey U',
    ],
  ])('%s: %s', (opens, _, text, move, parts = {}) => {
    const keys = keysOf(text, parts);
    expect(isSafe(keys, moveOf(keys, move), false)).toBe(opens);
  });
});
