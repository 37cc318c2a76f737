import { describe, expect, test } from 'vitest';
import { adoptOne, DAY, idOf, makeZoneKey, NOW, seenOf, withState, withTiming } from './adoption.ts';

const ZSK = await makeZoneKey('zsk');
const since = (time: number) => ({ publish: time, activate: time });
const NONE = { dnskeys: [], krrsigs: [], zrrsigs: [] };
const partly = { ...NONE, partly: { ...NONE, dnskeys: [idOf(ZSK)], zrrsigs: [idOf(ZSK)] } };

describe('records that some servers show and others do not', () => {
  test('count as new, though they have long been there by their times', () => {
    const old = withTiming(ZSK, since(NOW - 100 * DAY));
    expect(adoptOne(old, { seen: seenOf([ZSK], [], [ZSK]) }).states).toMatchObject({
      dnskey: 'omnipresent',
      zrrsig: 'omnipresent',
    });
    const { states, changes, goal } = adoptOne(old, { seen: partly });
    expect([states.dnskey, states.zrrsig, changes.dnskey, goal]).toEqual(['rumoured', 'rumoured', NOW, 'omnipresent']);
  });

  test('count as new, though they have long been gone by their times', () => {
    const gone = withTiming(ZSK, { ...since(NOW - 400 * DAY), inactive: NOW - 300 * DAY, delete: NOW - 200 * DAY });
    expect(adoptOne(gone, { seen: NONE }).states).toMatchObject({ dnskey: 'hidden', zrrsig: 'hidden' });
    expect(adoptOne(gone, { seen: partly })).toMatchObject({
      states: { dnskey: 'rumoured', zrrsig: 'rumoured' },
      goal: 'hidden',
    });
  });

  test('do not change what a .state file says', () => {
    const told = withState(ZSK, { states: { dnskey: 'omnipresent', zrrsig: 'omnipresent' } });
    expect(adoptOne(told, { seen: partly }).states).toMatchObject({ dnskey: 'omnipresent', zrrsig: 'omnipresent' });
  });
});
