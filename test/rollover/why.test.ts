import { describe, expect, test } from 'vitest';
import type { Prospect } from '../../src/rollover/outlook.ts';
import { DEFAULT_POLICY } from '../../src/rollover/policy.ts';
import { ALL_HIDDEN } from '../../src/rollover/roll-key.ts';
import { rollsUnderWay, rollText } from '../../src/rollover/rolls.ts';
import { explainBlocks } from '../../src/rollover/why.ts';
import { horizonOf, summarizeZone } from '../../src/rollover/zone-summary.ts';
import {
  DAY,
  HOUR,
  kskRoll,
  NEVER,
  NOW,
  prospectOf,
  settledKey,
  sighting,
  unusedKey,
  worldOf,
  zskRoll,
} from './outlook-scene.ts';

const LONG_AGO = NOW - 40 * DAY;

/** A KSK roll, by what the parent shows of the new DS; the old one is still there. */
function atParent(asked: number, shown: ReturnType<typeof sighting> | undefined, registrar: string): Prospect {
  const keys = kskRoll(asked);
  const parent = { k1: sighting('present', LONG_AGO), ...(shown === undefined ? {} : { k2: shown }) };
  return prospectOf({ keys, registrar, world: worldOf(keys, { parent }) });
}

describe('the one sentence', () => {
  test('names the server that disagrees, by when it should have agreed, and the earliest next move', () => {
    const shown = sighting('mixed', NOW - HOUR, ['192.0.2.53: still shows only KSK 111']);
    expect(summarizeZone(atParent(NOW - 30 * HOUR, shown, 'ovh'))).toEqual({
      concern: 'late',
      text:
        'The KSK roll 111 → 222 waits until every server of the parent shows the DS of KSK 222 instead of that of ' +
        'KSK 111 (192.0.2.53: still shows only KSK 111); it should have been so by 2026-11-24 18:00 UTC; the earliest ' +
        'next move is at 2026-11-26 02:00 UTC, in 1d2h.',
      hint: 'Compare what the registrar has with "dnssec ds example.com".',
      next: NOW + 26 * HOUR + 1,
    });
  });

  test('says that nothing is wrong while the parent has time left', () => {
    const summary = summarizeZone(atParent(NOW - HOUR, sighting('absent', LONG_AGO), 'ovh'));
    expect(summary).toMatchObject({ concern: 'course', hint: undefined });
    expect(summary.text).toBe(
      'Nothing is wrong: the KSK roll 111 → 222 waits until every server of the parent shows the DS of KSK 222 ' +
        'instead of that of KSK 111, which is expected by 2026-11-25 23:00 UTC (none of them does so far); the ' +
        'earliest next move is at 2026-11-27 01:00 UTC, in 2d1h.',
    );
  });

  test('waits for a person where DS records go by hand, and says what to enter', () => {
    expect(summarizeZone(atParent(NOW - HOUR, sighting('absent', LONG_AGO), 'manual'))).toMatchObject({
      concern: 'person',
      hint: 'Enter the DS of KSK 222 instead of that of KSK 111 at the registrar, if that is not done; "dnssec ds example.com" prints it.',
    });
  });

  test('has a person look where the parent is not asked', () => {
    const keys = kskRoll(NOW - HOUR);
    const { concern, text, hint } = summarizeZone(
      prospectOf({ keys, registrar: 'ovh', world: worldOf(keys, { parent: 'off' }) }),
    );
    expect(concern).toBe('person');
    expect(text).toContain('(the parent is not asked)');
    expect(hint).toBe(
      'When all servers of the parent show it so, say "dnssec roll example.com --ds-seen 222" and "dnssec roll example.com --ds-gone 111".',
    );
  });

  test('suspects a parent that reads no CDS when it is late', () => {
    const { hint } = summarizeZone(atParent(NOW - 30 * HOUR, sighting('absent', LONG_AGO), 'cds'));
    expect(hint).toMatch(/^The parent may not read CDS records\. Enter the DS of KSK 222 instead/);
  });

  test.each([
    ['unknown', sighting('unknown', NOW), ' (none of them could be asked)'],
    ['not looked at', undefined, ' (nobody has looked yet)'],
    ['hostile', sighting('mixed', NOW, ['a\u001b[31m', 'b', 'c', 'd', 'e']), ' (a?[31m, b, c, and 2 more)'],
  ])('tells servers that are %s from those that disagree', (_, shown, words) => {
    expect(summarizeZone(atParent(NOW - 30 * HOUR, shown, 'ovh')).text).toContain(words);
  });

  test('says when time alone has to pass, and that nothing is wrong', () => {
    const keys = zskRoll(NOW - HOUR);
    const since = { z2: sighting('present', NOW - HOUR) };
    const { file } = worldOf(keys);
    const zone = { ...file, dnskey: { ...file.dnskey, ...since } };
    expect(summarizeZone(prospectOf({ keys, world: worldOf(keys, { file: zone, servers: zone }) }))).toEqual({
      concern: 'time',
      text:
        'Nothing is wrong: the ZSK roll 4711 → 815 waits until every cache has the DNSKEY of ZSK 815, at ' +
        '2026-11-25 01:05 UTC (in 1h5m).',
      hint: undefined,
      next: NOW + HOUR + 300,
    });
  });

  test('asks for a signing run where the signed zone file lags behind', () => {
    const keys = zskRoll(NOW - HOUR);
    expect(summarizeZone(prospectOf({ keys }))).toMatchObject({
      concern: 'signing',
      text: expect.stringMatching(
        /^Nothing is wrong: the ZSK roll 4711 → 815 waits until the signed zone file has the DNSKEY of ZSK 815; /,
      ),
      hint: 'Sign it with "dnssec sign example.com".',
    });
  });

  test('names the name server that has an old zone', () => {
    const keys = zskRoll(NOW - HOUR);
    const { file } = worldOf(keys);
    const zone = { ...file, dnskey: { ...file.dnskey, z2: sighting('present', NOW - HOUR) } };
    const servers = { ...zone, dnskey: { ...file.dnskey, z2: sighting('mixed', NOW, ['192.0.2.7: serial 41']) } };
    expect(summarizeZone(prospectOf({ keys, world: worldOf(keys, { file: zone, servers }) }))).toMatchObject({
      concern: 'late',
      text: expect.stringContaining('every name server of the zone shows the DNSKEY of ZSK 815 (192.0.2.7: serial 41)'),
      hint: 'See to it that each name server has loaded the present zone.',
    });
  });

  test('stops at key files before all else', () => {
    const keys = kskRoll(NOW - 30 * HOUR).map((key) => (key.id === 'z1' ? { ...key, files: 'missing' as const } : key));
    expect(summarizeZone(prospectOf({ keys }))).toMatchObject({
      concern: 'files',
      text: 'No key of example.com is made or withdrawn until the key files are in order: Kexample.com.+013+04711.private is missing.',
      hint: expect.stringContaining('Restore the files from a backup'),
    });
  });

  test('says that a zone with a lost key must stay as it is', () => {
    const keys = [settledKey('k1', 'ksk', 111, { fate: 'lost', files: 'missing' }), settledKey('z1', 'zsk', 4711)];
    expect(summarizeZone(prospectOf({ keys, registrar: 'ovh' }))).toMatchObject({
      concern: 'files',
      text: expect.stringMatching(/^Example\.com must not be signed anew: Kexample\.com\.\+013\+00111 is lost, /),
    });
  });

  test('asks for a word under manual rollovers', () => {
    const keys = [
      settledKey('k1', 'ksk', 111, { rollAt: NOW }),
      unusedKey('k2', 'ksk', 222),
      settledKey('z1', 'zsk', 4),
    ];
    const policy = { rollover: { ...DEFAULT_POLICY.rollover, mode: 'manual' as const } };
    expect(summarizeZone(prospectOf({ keys, policy }))).toMatchObject({
      concern: 'person',
      text: "The KSK roll 111 → 222 waits for a person's word: the DNSKEY of KSK 222 is to come into the zone.",
      hint: 'Let it pass with "dnssec roll example.com --approve".',
    });
  });

  test('of a zone at rest says what is next', () => {
    const keys = [settledKey('k1', 'ksk', 111), settledKey('z1', 'zsk', 4711, { rollAt: NOW + 20 * DAY })];
    expect(summarizeZone(prospectOf({ keys })).text).toBe(
      'No roll is under way. Next: ZSK 4711 is replaced from 2026-12-14 on (in 19d).',
    );
    expect(summarizeZone(prospectOf()).text).toBe('No roll is under way, and none is planned until 2026-12-25.');
    expect(summarizeZone(prospectOf({ keys: [] })).text).toBe(
      'No roll is under way. Next, with the next run: the next KSK is made, is published, and signs the keys.',
    );
  });

  test('says that the states are stuck where no time, no server and no person changes them', () => {
    // A DS without a signature on the keys: the chain is broken, and taking anything away mends nothing.
    const states = { ...ALL_HIDDEN, dnskey: 'omnipresent', ds: 'omnipresent' } as const;
    const keys = [settledKey('k1', 'ksk', 111, { algorithm: 8, goal: 'hidden', states }), settledKey('k2', 'csk', 222)];
    expect(summarizeZone(prospectOf({ keys }))).toMatchObject({
      concern: 'stuck',
      text: 'The withdrawal of KSK 111 waits until the DNSKEY of KSK 111 can go without breaking the chain of trust.',
      hint: expect.stringMatching(/^Nothing moves by itself from here/),
      next: undefined,
    });
  });
});

describe('blockers', () => {
  test('that follow from others are left out, and twins are one', () => {
    const sentences = explainBlocks(atParent(NOW - 30 * HOUR, sighting('absent', LONG_AGO), 'ovh'));
    expect(sentences.map(({ gate, key, record }) => [gate, key, record])).toEqual([['evidence', 'k2', 'ds']]);
  });

  test('are looked for as far ahead as the next roll lies', () => {
    const keys = [settledKey('k1', 'ksk', 111, { active: NOW, lifetime: 900 * DAY })];
    expect(horizonOf(keys, DEFAULT_POLICY, NOW)).toBeGreaterThan(NOW + 900 * DAY);
    expect(horizonOf([], DEFAULT_POLICY, NOW)).toBeGreaterThan(NOW + 365 * DAY);
    const policy = { keys: { ...NEVER, ksk: { ...NEVER.ksk, lifetime: 900 * DAY } } };
    const prospect = prospectOf({ keys: [...keys, settledKey('z1', 'zsk', 4711)], policy, days: 901 });
    expect(summarizeZone(prospect).text).toBe(
      'No roll is under way. Next: KSK 111 is replaced from 2029-05-12 on (in 899d).',
    );
  });
});

describe('a roll in one line', () => {
  const lines = (keys: Parameters<typeof rollsUnderWay>[0], world = worldOf(keys)) =>
    rollsUnderWay(keys, world).map(rollText);

  test('says how far it has come, and what it waits for', () => {
    const keys = kskRoll(NOW - HOUR);
    expect(lines(keys)).toEqual(["KSK roll 111 → 222: waiting for the parent's DS, 3 of 5 steps"]);
    const parent = { k1: sighting('absent', NOW), k2: sighting('present', NOW) };
    expect(lines(keys, worldOf(keys, { parent }))).toEqual([
      'KSK roll 111 → 222: waiting until every cache has the new DS, 3 of 5 steps',
    ]);
    expect(lines(zskRoll(NOW))).toEqual([
      'ZSK roll 4711 → 815: waiting until every cache knows the new key, 1 of 5 steps',
    ]);
  });

  test('pairs the keys of a change of algorithm', () => {
    const old = settledKey('k1', 'ksk', 111, { goal: 'hidden' });
    const next = { ...unusedKey('k2', 'ksk', 222), algorithm: 15, goal: 'omnipresent' as const };
    expect(lines([old, next])).toEqual(['KSK roll 111 → 222 to ED25519: waiting to publish the new key, 0 of 5 steps']);
  });

  test('names keys that come or go alone', () => {
    const going = settledKey('z1', 'zsk', 4711, { goal: 'hidden' });
    const coming = { ...unusedKey('c1', 'csk', 333), goal: 'omnipresent' as const };
    expect(lines([going, coming])).toEqual([
      'withdrawal of ZSK 4711: waiting to take the key out, 0 of 2 steps',
      'introduction of CSK 333: waiting to publish the new key, 0 of 6 steps',
    ]);
    expect(lines([settledKey('z1', 'zsk', 4711)])).toEqual([]);
  });
});
