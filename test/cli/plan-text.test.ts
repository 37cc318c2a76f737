import { describe, expect, test } from 'vitest';
import { planLines, whyLines } from '../../src/cli/plan-text.ts';
import { summarizeZone } from '../../src/rollover/zone-summary.ts';
import { DAY, HOUR, kskRoll, NOW, prospectOf, settledKey, sighting, worldOf } from '../rollover/outlook-scene.ts';

describe('dnssec plan in words', () => {
  test('begins with what is next and what is to be done by hand, then goes month by month', () => {
    const keys = [settledKey('k1', 'ksk', 111, { rollAt: NOW + 6 * DAY }), settledKey('z1', 'zsk', 4711)];
    expect(planLines([prospectOf({ keys })]).join('\n')).toBe(
      `
example.com: what happens to the keys until 2026-12-25; times are UTC

Next:     on 2026-11-30 21:55 UTC (in 5d21h), the next KSK is made to follow KSK 111, is published, and signs
          the keys.
You:      on 2026-12-01 00:00 UTC (in 6d): enter the DS of the next KSK at the registrar, and remove that of
          KSK 111; "dnssec ds example.com" prints it.

November 2026
  2026-11-30 21:55  in 5d21h  next KSK   is made to follow KSK 111, is published, and signs the keys

December 2026
  2026-12-01 00:00  in 6d     next KSK   is to get its DS at the parent, in place of that of KSK 111, now that
                                         every cache knows it
  2026-12-01 00:00  in 6d     you:       enter the DS of the next KSK at the registrar, and remove that of
                                         KSK 111; "dnssec ds example.com" prints it
  2026-12-02 00:00  in 7d     expected:  the parent shows the DS of the next KSK, and that of KSK 111 no longer
  2026-12-03 02:00  in 8d     KSK 111    leaves the zone, now that no cache holds its DS any more
  2026-12-03 03:05  in 8d     KSK 111    is gone from every cache: the roll is done; its files go 2027-03-03
`.trim(),
    );
  });

  test('has a column of zones where there are several, in order of time', () => {
    const roll = (zone: string, days: number) =>
      prospectOf({
        zone,
        registrar: 'ovh',
        days: 5,
        keys: [settledKey('k1', 'ksk', 111), settledKey('z1', 'zsk', 4711, { rollAt: NOW + days * DAY })],
      });
    const lines = planLines([roll('late.example', 3), roll('a.example', 2)]);
    expect(lines[0]).toBe('2 zones: what happens to the keys until 2026-11-30; times are UTC');
    expect(lines[2]).toMatch(/^Next: {5}a\.example: on 2026-11-26 21:55 UTC \(in 1d21h55m\), the next ZSK is made to/);
    expect(lines.filter((line) => /^ {2}2/.test(line)).map((line) => line.split(/ {2,}/)[3])).toEqual([
      ...['a.example', 'a.example', 'late.example', 'late.example'],
      ...['a.example', 'a.example', 'late.example', 'late.example'],
    ]);
  });

  test('has blockers first', () => {
    const keys = kskRoll(NOW - 30 * HOUR);
    const parent = { k1: sighting('present', NOW - 40 * DAY), k2: sighting('mixed', NOW, ['192.0.2.53: no answer']) };
    const lines = planLines([prospectOf({ keys, registrar: 'ovh', world: worldOf(keys, { parent }) })]);
    expect(lines.slice(2, 8)).toEqual([
      'Held up:  The KSK roll 111 → 222 waits until every server of the parent shows the DS of KSK 222 instead of that',
      '          of KSK 111 (192.0.2.53: no answer); it should have been so by 2026-11-24 18:00 UTC; the earliest next',
      '          move is at 2026-11-26 02:00 UTC, in 1d2h.',
      '          Compare what the registrar has with "dnssec ds example.com".',
      'Next:     expected now: the parent shows the DS of KSK 222, and that of KSK 111 no longer.',
      'You:      there is nothing to do by hand.',
    ]);
  });

  test('says so where nothing will happen', () => {
    expect(planLines([prospectOf()]).at(-1)).toBe('Nothing will happen in this time.');
    expect(planLines([])).toEqual([]);
  });
});

describe('dnssec why in words', () => {
  test('is a sentence, what can be done, and how far each roll is', () => {
    const keys = kskRoll(NOW - HOUR);
    const prospect = prospectOf({ keys });
    expect(whyLines(prospect, summarizeZone(prospect))).toEqual([
      'The KSK roll 111 → 222 waits until every server of the parent shows the DS of KSK 222 (none of them does so far); the earliest next move is at 2026-11-27 01:00 UTC, in 2d1h.',
      '  Enter the DS of KSK 222 at the registrar, if that is not done; "dnssec ds example.com" prints it.',
      "  KSK roll 111 → 222: waiting for the parent's DS, 3 of 5 steps",
    ]);
  });
});
