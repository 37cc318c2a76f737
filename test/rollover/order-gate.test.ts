import { describe, expect, test } from 'vitest';
import { isInOrder } from '../../src/rollover/order-gate.ts';
import type { RolloverPolicy } from '../../src/rollover/policy.ts';
import { type KeyParts, keysOf, moveOf } from './sample-keys.ts';

const OTHER: KeyParts = Object.fromEntries(['ksk8', 'zsk8', 'csk8'].map((id) => [id, { algorithm: 8 }]));

type Case = [opens: boolean, why: string, keys: string, move: string, parts?: KeyParts];

const check =
  (algorithm: RolloverPolicy['algorithm']) =>
  (...[opens, _, text, move, parts = {}]: Case) => {
    const keys = keysOf(text, { ...OTHER, ...parts });
    expect(isInOrder(keys, moveOf(keys, move), { mode: 'automatic', algorithm })).toBe(opens);
  };

const LOST: KeyParts = { zsk1: { fate: 'lost' } };

describe('what may come, however algorithms are rolled', () => {
  const cases: readonly Case[] = [
    [true, 'a DNSKEY', 'ksk1 OO.O zsk1 O.O. zsk2 ....', 'zsk2 dnskey R'],
    [false, 'no KRRSIG before its DNSKEY', 'ksk1 ....', 'ksk1 krrsig R'],
    [true, 'a KRRSIG with its DNSKEY', 'ksk1 R...', 'ksk1 krrsig R'],
    [true, 'a KRRSIG after its DNSKEY', 'ksk1 O...', 'ksk1 krrsig R'],
    [false, 'no KRRSIG of a DNSKEY that is going', 'ksk1 U...', 'ksk1 krrsig R'],
    [false, 'no DS before all caches have the DNSKEY', 'ksk1 RO..', 'ksk1 ds R'],
    [true, 'a DS when all caches have the DNSKEY', 'ksk1 OO..', 'ksk1 ds R'],
    [false, 'no DS of a DNSKEY that is going', 'ksk1 UO..', 'ksk1 ds R'],
    [true, 'a ZRRSIG when all caches have the DNSKEY', 'ksk1 OO.O zsk1 O.O. zsk2 O...', 'zsk2 zrrsig R'],
    [false, 'no ZRRSIG while a DS is there and the DNSKEY is not', 'ksk1 OO.O zsk1 O.O. zsk2 R...', 'zsk2 zrrsig R'],
    [false, 'no ZRRSIG while a DS is coming', 'ksk1 OO.R zsk1 O.O. zsk2 R...', 'zsk2 zrrsig R'],
    [false, 'no ZRRSIG while a DS is going', 'ksk1 OO.U zsk1 O.O. zsk2 R...', 'zsk2 zrrsig R'],
    [true, 'a ZRRSIG from the start where there is no DS', 'ksk1 RR.. zsk1 ....', 'zsk1 zrrsig R'],
    [
      true,
      'a ZRRSIG from the start where the DS is of another algorithm',
      'ksk8 OO.O zsk8 O.O. zsk1 ....',
      'zsk1 zrrsig R',
    ],
    [true, 'a ZRRSIG at once in place of lost keys', 'ksk1 OO.O zsk1 O.O. zsk2 R...', 'zsk2 zrrsig R', LOST],
    [false, 'but not before its DNSKEY', 'ksk1 OO.O zsk1 O.O. zsk2 ....', 'zsk2 zrrsig R', LOST],
    [false, 'and not beside another that signs', 'ksk1 OO.O zsk1 O.O. zsk2 R... zsk3 O.O.', 'zsk2 zrrsig R', LOST],
    [
      true,
      'another that was withdrawn does not matter',
      'ksk1 OO.O zsk1 O.O. zsk2 R... zsk3 O.U.',
      'zsk2 zrrsig R',
      LOST,
    ],
    [true, 'observations have no order', 'ksk1 .... zsk1 ..R.', 'zsk1 zrrsig O'],
    [true, 'observations have no order, going', 'ksk1 .U..', 'ksk1 krrsig .'],
  ];
  test.each(cases)('conservative, %s: %s', check('conservative'));
  test.each(cases)('liberal, %s: %s', check('liberal'));
});

describe('an algorithm beside another that has a DS', () => {
  const coming: readonly Case[] = [
    [false, 'no DNSKEY before all caches have its signatures', 'ksk8 OO.O zsk8 O.O. zsk1 ..R.', 'zsk1 dnskey R'],
    [false, 'nor that of the KSK', 'ksk8 OO.O zsk8 O.O. ksk1 .... zsk1 ..R.', 'ksk1 dnskey R'],
    [false, 'nor while the other DS is coming', 'ksk8 OO.R zsk8 O.O. zsk1 ..R.', 'zsk1 dnskey R'],
    [false, 'nor while the other DS is going', 'ksk8 OO.U zsk8 O.O. zsk1 ..R.', 'zsk1 dnskey R'],
    [
      false,
      'nor the second DNSKEY when the first was let in too early',
      'csk8 OOOO ksk1 R... zsk1 ..R.',
      'zsk1 dnskey R',
    ],
  ];
  const passing: readonly Case[] = [
    [true, 'a DNSKEY when all caches have its signatures', 'ksk8 OO.O zsk8 O.O. zsk1 ..O.', 'zsk1 dnskey R'],
    [true, 'that of the KSK with it', 'ksk8 OO.O zsk8 O.O. ksk1 .... zsk1 R.O.', 'ksk1 dnskey R'],
    [true, 'a DNSKEY where the other algorithm has no DS', 'ksk8 OO.. zsk8 O.O. zsk1 ..R.', 'zsk1 dnskey R'],
    [
      true,
      'a further key where caches have one already',
      'ksk8 OO.O zsk8 O.O. ksk1 O... zsk1 O.R. zsk2 ....',
      'zsk2 dnskey R',
    ],
    [true, 'a key comes back while caches still have it', 'ksk8 OO.O zsk8 O.O. ksk1 U... zsk1 U.U.', 'zsk1 dnskey R'],
  ];
  const going: readonly Case[] = [
    [false, 'no signatures while a DNSKEY is in', 'ksk8 OO.O zsk1 O.O.', 'zsk1 zrrsig U'],
    [false, 'nor while its DNSKEY is going', 'ksk8 OO.O zsk1 U.O.', 'zsk1 zrrsig U'],
    [false, 'nor while another DNSKEY of it is going', 'ksk8 OO.O ksk1 U... zsk1 ..O.', 'zsk1 zrrsig U'],
    [false, 'no KRRSIG while a DNSKEY is in', 'ksk8 OO.O ksk1 OO.. zsk1 U.O.', 'ksk1 krrsig U'],
    [false, 'nor while another DNSKEY of it is coming', 'ksk8 OO.O ksk1 UO.. zsk1 R.O.', 'ksk1 krrsig U'],
  ];
  const leaving: readonly Case[] = [
    [true, 'signatures when the last DNSKEY has gone', 'ksk8 OO.O ksk1 .... zsk1 ..O.', 'zsk1 zrrsig U'],
    [true, 'signatures beside others of it', 'ksk8 OO.O zsk1 O.O. zsk2 O.R.', 'zsk1 zrrsig U'],
    [true, 'a KRRSIG when the last DNSKEY is going', 'ksk8 OO.O ksk1 UO.. zsk1 U.O.', 'ksk1 krrsig U'],
    [true, 'a KRRSIG beside another of it', 'ksk8 OO.O ksk1 OO.. ksk2 OO..', 'ksk1 krrsig U'],
    [true, 'a DNSKEY', 'ksk8 OO.O ksk1 OO.. zsk1 O.O.', 'ksk1 dnskey U'],
    [true, 'a DS', 'ksk8 OO.O ksk1 OO.O zsk1 O.O.', 'ksk1 ds U'],
    [true, 'signatures where the other algorithm has no DS', 'ksk8 OO.. zsk1 O.O.', 'zsk1 zrrsig U'],
    [true, 'a KRRSIG where the other algorithm has no DS', 'ksk8 OO.. ksk1 OO.. zsk1 O.O.', 'ksk1 krrsig U'],
  ];
  test.each(coming)('conservative, coming, %s: %s', check('conservative'));
  test.each(passing)('conservative, coming, %s: %s', check('conservative'));
  test.each(going)('conservative, going, %s: %s', check('conservative'));
  test.each(leaving)('conservative, going, %s: %s', check('conservative'));

  const liberal = ([, why, ...rest]: Case): Case => [true, why, ...rest];
  test.each([...coming, ...going].map(liberal))('liberal, %s, not: %s', check('liberal'));
});
