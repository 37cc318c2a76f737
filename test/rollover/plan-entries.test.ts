import { describe, expect, test } from 'vitest';
import type { Prospect } from '../../src/rollover/outlook.ts';
import { entrySentence, planEntries } from '../../src/rollover/plan-entries.ts';
import { DEFAULT_POLICY } from '../../src/rollover/policy.ts';
import { DAY, HOUR, kskRoll, NEVER, NOW, prospectOf, settledKey, unusedKey, worldOf } from './outlook-scene.ts';

/** `1d02:05`: the distance from now, and what happens. */
function told(prospect: Prospect): string[] {
  return planEntries(prospect).map((entry) => {
    const minutes = Math.floor((entry.at - NOW) / 60);
    const two = (value: number) => String(value).padStart(2, '0');
    const [days, rest] = [Math.floor(minutes / 1440), minutes - Math.floor(minutes / 1440) * 1440];
    return `${days}d${two(Math.floor(rest / 60))}:${two(rest % 60)} ${entrySentence(entry)}`;
  });
}

// The times follow from the default policy: Ipub = 1 h DNSKEY TTL + 5 min + 1 h = 2 h 5 min; signatures 1 d + 5 min +
// 1 h; out of the zone 1 h 5 min; the parent takes 24 h, then 1 d DS TTL + 1 h + 1 h = 26 h.
describe('the calendar', () => {
  test('of a ZSK roll tells who is made, who signs, who leaves, and when it is done', () => {
    const keys = [settledKey('k1', 'ksk', 111), settledKey('z1', 'zsk', 4711, { rollAt: NOW + 2 * HOUR + 300 })];
    expect(told(prospectOf({ keys }))).toEqual([
      '0d00:00 the next ZSK is made to follow ZSK 4711 and is published in the zone',
      '0d02:05 the next ZSK signs the zone instead of ZSK 4711, now that every cache knows it',
      '1d03:10 ZSK 4711 leaves the zone, now that no cache holds its signatures any more',
      '1d04:15 ZSK 4711 is gone from every cache: the roll is done; its files go 2027-02-24',
    ]);
  });

  test('of a KSK roll by hand tells what a person has to do, and when the parent is expected to show it', () => {
    const keys = [settledKey('k1', 'ksk', 111, { rollAt: NOW }), settledKey('z1', 'zsk', 4711)];
    expect(told(prospectOf({ keys }))).toEqual([
      '0d00:00 the next KSK is made to follow KSK 111, is published, and signs the keys',
      '0d02:05 the next KSK is to get its DS at the parent, in place of that of KSK 111, now that every cache knows it',
      '0d02:05 you: enter the DS of the next KSK at the registrar, and remove that of KSK 111; "dnssec ds example.com" prints it',
      '1d02:05 expected: the parent shows the DS of the next KSK, and that of KSK 111 no longer',
      '2d04:05 KSK 111 leaves the zone, now that no cache holds its DS any more',
      '2d05:10 KSK 111 is gone from every cache: the roll is done; its files go 2027-02-25',
    ]);
  });

  test.each([
    ['ovh', ['is to get its DS at the parent, in place of that of KSK 111 (through ovh)'], 0],
    ['cds', ['as the CDS records tell', 'expected: the parent takes this over from the CDS records by itself, if'], 0],
    [undefined, ['you: enter the DS of the next KSK at the registrar'], 1],
  ])('of a KSK roll with the registrar %s tells who hands the DS in', (registrar, phrases, tasks) => {
    const keys = [settledKey('k1', 'ksk', 111, { rollAt: NOW }), settledKey('z1', 'zsk', 4711)];
    const prospect = prospectOf({ keys, registrar });
    for (const phrase of phrases) expect(told(prospect).join('\n')).toContain(phrase);
    expect(planEntries(prospect).filter(({ by }) => by === 'you')).toHaveLength(tasks);
  });

  test('where the parent is not asked has a person look, and say so', () => {
    const keys = [settledKey('k1', 'ksk', 111, { rollAt: NOW }), settledKey('z1', 'zsk', 4711)];
    const lines = told(prospectOf({ keys, registrar: 'ovh', world: worldOf(keys, { parent: 'off' }) }));
    expect(lines.filter((line) => line.startsWith('1d02:05'))).toEqual([
      '1d02:05 you: when all servers of the parent show the DS of the next KSK, say so: "dnssec roll example.com --ds-seen KEYTAG"',
      '1d02:05 you: when no server of the parent shows the DS of KSK 111 any more, say so: "dnssec roll example.com --ds-gone 111"',
    ]);
  });

  test('of a new zone goes from the first keys to the day when resolvers check it', () => {
    expect(told(prospectOf({ keys: [] }))).toEqual([
      '0d00:00 the next KSK is made, is published, and signs the keys',
      '0d00:00 the next ZSK is made, is published in the zone, and signs the zone',
      '0d02:05 the next KSK is known to every cache',
      '0d02:05 the next ZSK is known to every cache',
      '1d00:05 the next ZSK has its signatures in every cache',
      '1d00:05 the next KSK is to get its DS at the parent',
      '1d00:05 you: enter the DS of the next KSK at the registrar; "dnssec ds example.com" prints it',
      '2d00:05 expected: the parent shows the DS of the next KSK',
      '3d02:05 the next KSK has its DS in every cache: all resolvers that validate check the zone from now on',
    ]);
  });

  test('of a change of algorithm names the algorithm of keys that are not made yet', () => {
    const policy = { keys: { ...NEVER, ksk: { ...NEVER.ksk, algorithm: 15 }, zsk: { ...NEVER.zsk, algorithm: 15 } } };
    expect(told(prospectOf({ policy, days: 6 }))).toEqual([
      '0d00:00 the next KSK (ED25519) is made',
      '0d00:00 the next ZSK (ED25519) is made and signs the zone beside ZSK 4711',
      '0d00:00 KSK 111 is no longer wanted, and goes when others have taken over',
      '0d00:00 ZSK 4711 is no longer wanted, and goes when others have taken over',
      '1d00:05 the next ZSK (ED25519) is published in the zone, now that every cache has its signatures',
      '1d00:05 the next KSK (ED25519) is published and signs the keys',
      '1d02:10 the next KSK (ED25519) is to get its DS at the parent, in place of that of KSK 111, now that every cache knows it',
      '1d02:10 the next ZSK (ED25519) is known to every cache',
      '1d02:10 you: enter the DS of the next KSK (ED25519) at the registrar, and remove that of KSK 111; "dnssec ds example.com" prints it',
      '2d02:10 expected: the parent shows the DS of the next KSK (ED25519), and that of KSK 111 no longer',
      '3d04:10 KSK 111 leaves the zone, now that no cache holds its DS any more',
      '3d04:10 ZSK 4711 leaves the zone',
      '3d05:15 KSK 111 is gone from every cache: its files go 2027-02-26',
      '3d05:15 ZSK 4711 no longer signs the zone, now that no cache holds it any more',
      '4d05:20 ZSK 4711 is gone from every cache: its files go 2027-02-27',
    ]);
  });

  test('of a zone that goes insecure has the DS go first', () => {
    expect(told(prospectOf({ policy: { keys: { kind: 'none' } }, days: 10 }))).toEqual([
      '0d00:00 KSK 111 is to lose its DS at the parent',
      '0d00:00 ZSK 4711 is no longer wanted, and goes',
      '0d00:00 you: remove the DS of KSK 111 at the registrar',
      '1d00:00 expected: the parent no longer shows the DS of KSK 111',
      '2d02:00 KSK 111 leaves the zone, now that no cache holds its DS any more',
      '2d02:00 ZSK 4711 leaves the zone',
      '2d03:05 KSK 111 is gone from every cache: its files go 2027-02-25',
      '2d03:05 ZSK 4711 is in no cache any more',
      '3d02:05 ZSK 4711 is gone from every cache: its files go 2027-02-26',
    ]);
  });

  test('under manual rollovers asks for a word before each move, and uses a key that is there', () => {
    const keys = [
      settledKey('k1', 'ksk', 111, { rollAt: NOW }),
      unusedKey('k2', 'ksk', 222),
      settledKey('z1', 'zsk', 4),
    ];
    const policy = { rollover: { ...DEFAULT_POLICY.rollover, mode: 'manual' as const } };
    expect(told(prospectOf({ keys, policy, registrar: 'ovh' })).slice(0, 3)).toEqual([
      '0d00:00 you: let this pass: "dnssec roll example.com --approve"',
      '0d00:00 KSK 222 takes its turn to follow KSK 111, is published, and signs the keys',
      '0d02:05 you: let this pass: "dnssec roll example.com --approve"',
    ]);
  });

  test('begins with what a person owes already, and since when', () => {
    const keys = kskRoll(NOW - 30 * HOUR);
    const parent = { k1: worldOf([settledKey('k1', 'ksk', 1)]).file.dnskey.k1! };
    expect(told(prospectOf({ keys, world: worldOf(keys, { parent }) })).slice(0, 2)).toEqual([
      '-2d18:00 you: enter the DS of KSK 222 at the registrar, and remove that of KSK 111; "dnssec ds example.com" prints it',
      '0d00:00 expected: the parent shows the DS of KSK 222, and that of KSK 111 no longer',
    ]);
  });

  test('numbers the keys of a role that are to be made, also those whose files will be gone again', () => {
    const keys = [settledKey('k1', 'ksk', 111), settledKey('z1', 'zsk', 4711, { lifetime: 90 * DAY })];
    const policy = { keys: { ...NEVER, zsk: { ...NEVER.zsk, lifetime: 90 * DAY } } };
    const subjects = planEntries(prospectOf({ keys, policy, days: 380 })).map(({ subject }) => subject);
    expect(new Set(subjects)).toEqual(new Set(['ZSK 4711', ...[1, 2, 3, 4].map((number) => `the next ZSK ${number}`)]));
    const deleted = planEntries(prospectOf({ keys, policy, days: 380 })).filter(({ kind }) => kind === 'files-deleted');
    expect(deleted.map(({ role, keyTag }) => [role, keyTag])).toEqual([
      ['zsk', 4711],
      ['zsk', undefined],
      ['zsk', undefined],
    ]);
  });

  test('tells two keys of one tag apart', () => {
    const keys = [
      settledKey('k1', 'ksk', 111),
      settledKey('aaaaaaaaaaaa', 'zsk', 4711, { rollAt: NOW }),
      { ...unusedKey('bbbbbbbbbbbb', 'zsk', 4711) },
    ];
    expect(told(prospectOf({ keys }))[0]).toBe(
      '0d00:00 ZSK 4711 (bbbbbbbb) takes its turn to follow ZSK 4711 (aaaaaaaa) and is published in the zone',
    );
  });

  test('is empty where nothing will happen', () => {
    expect(planEntries(prospectOf({ days: 3650 }))).toEqual([]);
  });
});
