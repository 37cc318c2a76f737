import { describe, expect, test } from 'vitest';
import { isInOrder, staysSigned } from '../../src/rollover/order-gate.ts';
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

describe('a DS beside other algorithms', () => {
  const OWN = 'ksk1 OO.. zsk1 O.O.';
  const cases: readonly Case[] = [
    [false, 'comes not before their signatures are in all caches', `ksk8 OO.. zsk8 O.R. ${OWN}`, 'ksk1 ds R'],
    [false, 'nor before those over their DNSKEYs', `ksk8 OR.. zsk8 O.O. ${OWN}`, 'ksk1 ds R'],
    [false, 'nor while their DNSKEYs go', `ksk8 UU.. zsk8 U.O. ${OWN}`, 'ksk1 ds R'],
  ];
  const passing: readonly Case[] = [
    [true, 'comes when they have signed everything', `ksk8 OO.. zsk8 O.O. ${OWN}`, 'ksk1 ds R'],
    [true, 'comes when their DNSKEYs have gone', `ksk8 .... zsk8 ..U. ${OWN}`, 'ksk1 ds R'],
    [true, 'comes whatever its own has signed', 'ksk8 OO.. zsk8 O.O. ksk1 OO.. zsk1 O.R.', 'ksk1 ds R'],
    [true, 'goes at any time', 'ksk8 OO.. zsk8 O.R. ksk1 OO.O zsk1 O.O.', 'ksk1 ds U'],
    [true, 'is no matter for DNSKEYs', `ksk8 OO.. zsk8 O.R. ${OWN} zsk2 ....`, 'zsk2 dnskey R'],
  ];
  test.each([...cases, ...passing])('conservative, %s: %s', check('conservative'));
  test.each(cases.map(([, ...rest]): Case => [true, ...rest]))('liberal, not: %s: %s', check('liberal'));
});

describe('an algorithm beside another that has a DS stays signed', () => {
  const RIVAL = 'ksk8 OO.O zsk8 O.O.';
  const at = (...times: readonly number[]): KeyParts =>
    Object.fromEntries(times.map((time, index) => [['ksk1', 'zsk1'][index], { changes: { dnskey: time } }]));
  const stays =
    (algorithm: RolloverPolicy['algorithm']) =>
    (...[opens, _, text, move, parts = {}]: Case) => {
      const keys = keysOf(text, { ...OTHER, ...parts });
      expect(staysSigned(keys, moveOf(keys, move), { mode: 'automatic', algorithm })).toBe(opens);
    };
  const barred: readonly Case[] = [
    [false, 'its last signatures do not go', `${RIVAL} ksk1 OO.. zsk1 O.O.`, 'zsk1 zrrsig U'],
    [false, 'nor, while nobody wants it, what some caches lack', `${RIVAL} ksk1- OO.. zsk1- O.R.`, 'zsk1 zrrsig U'],
    [false, 'nor the DNSKEY that signs the data', `${RIVAL} ksk1 OO.. zsk1 O.O.`, 'zsk1 dnskey U'],
    [false, 'nor the last signature over its DNSKEYs', `${RIVAL} ksk1 OO.. zsk1 O.O.`, 'ksk1 krrsig U'],
    [false, 'no DNSKEY comes before the signatures', `${RIVAL} zsk1 ..R.`, 'zsk1 dnskey R'],
    [
      false,
      'nor with the signatures of one that does not come',
      `${RIVAL} ksk1 .... zsk1- ..O. zsk2 ..R.`,
      'ksk1 dnskey R',
    ],
    [
      false,
      'DNSKEYs that did not come together do not go together',
      `${RIVAL} ksk1- RR.. zsk1- R.O.`,
      'zsk1 dnskey U',
      at(5, 6),
    ],
    [
      false,
      'nor one that is coming with one that is there',
      `${RIVAL} ksk1- OO.. zsk1- R.O.`,
      'zsk1 dnskey U',
      at(5, 5),
    ],
  ];
  const passing: readonly Case[] = [
    [true, 'observations pass', `${RIVAL} zsk1 R.R.`, 'zsk1 dnskey O'],
    [true, 'signatures go beside others', `${RIVAL} ksk1 OO.. zsk1 O.O. zsk2 O.O.`, 'zsk1 zrrsig U'],
    [true, 'DNSKEYs come together', `${RIVAL} ksk1 .... zsk1 ..O.`, 'ksk1 dnskey R'],
    [true, 'a DNSKEY comes before the signature over it', `${RIVAL} zsk1 ..O.`, 'zsk1 dnskey R'],
    [true, 'what comes where signatures are missing', `${RIVAL} ksk1 R... zsk1 ..R.`, 'zsk1 dnskey R'],
    [true, 'DNSKEYs go together when all are there', `${RIVAL} ksk1- OO.. zsk1- O.O.`, 'zsk1 dnskey U'],
    [true, 'or came together', `${RIVAL} ksk1- RR.. zsk1- R.O.`, 'zsk1 dnskey U', at(5, 5)],
    [true, 'even where signatures are missing', `${RIVAL} ksk1- OO.. zsk1- O.U.`, 'ksk1 dnskey U'],
    [true, 'a KRRSIG goes where others are missing', `${RIVAL} ksk1 OO.. ksk2 OO.. zsk1 O.R.`, 'ksk1 krrsig U'],
    [true, 'a KRRSIG goes beside one that is coming', `${RIVAL} ksk1 OR.. ksk2 OO.. zsk1 O.O.`, 'ksk2 krrsig U'],
    [true, 'a DS goes where signatures are missing', `${RIVAL} ksk1 OO.O zsk1 O.R.`, 'ksk1 ds U'],
    [true, 'a DNSKEY goes from a set that is unsigned', `${RIVAL} ksk1 O... zsk1 O.O. zsk2 O.O.`, 'zsk1 dnskey U'],
    [true, 'nothing is asked of the only algorithm with a DS', 'ksk8 OO.. ksk1 OO.O zsk1 O.O.', 'zsk1 zrrsig U'],
  ];
  test.each([...barred, ...passing])('conservative, %s: %s', stays('conservative'));
  test.each(barred.map(([, ...rest]): Case => [true, ...rest]))('liberal, not: %s: %s', stays('liberal'));
});
