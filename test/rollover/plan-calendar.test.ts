import { describe, expect, test } from 'vitest';
import { foresee } from '../../src/rollover/outlook.ts';
import { printCalendar } from '../../src/rollover/plan-calendar.ts';
import { entrySentence, planEntries } from '../../src/rollover/plan-entries.ts';
import { readCalendar } from './calendar-reader.ts';
import { DAY, HOUR, NOW, prospectOf, settledKey, unusedKey, worldOf } from './outlook-scene.ts';

const rolling = [settledKey('k1', 'ksk', 111, { rollAt: NOW + 5 * DAY }), settledKey('z1', 'zsk', 4711)];
const uids = (text: string) => readCalendar(text).events.map(({ uid }) => uid);

describe('the calendar of a plan', () => {
  test('is read by another program as it was meant', () => {
    const prospect = prospectOf({ keys: rolling });
    const { name, events } = readCalendar(printCalendar([prospect], NOW));
    expect(name).toBe('DNSSEC keys of example.com');
    expect(events.map(({ start, summary }) => [start, summary])).toEqual(
      planEntries(prospect).map((entry) => [
        new Date(entry.at * 1000).toISOString(),
        `example.com: ${entrySentence(entry)}`,
      ]),
    );
    expect(events).toHaveLength(6);
    expect(new Set(events.map(({ stamp }) => stamp))).toEqual(new Set(['2026-11-25T00:00:00.000Z']));
  });

  test('rings a day before a person is needed, and at no other time', () => {
    const { events } = readCalendar(printCalendar([prospectOf({ keys: rolling })], NOW));
    const [needed, others] = [true, false].map((isTask) =>
      events.filter(({ summary }) => /^example\.com: you: /.test(summary) === isTask),
    );
    expect(needed!.map(({ alarms, categories }) => [alarms, categories])).toEqual([[['-P1D'], ['DNSSEC', 'TO DO']]]);
    expect(others!.flatMap(({ alarms }) => alarms)).toEqual([]);
  });

  test('keeps the identities of its events from day to day', () => {
    const first = prospectOf({ keys: rolling });
    const later = foresee(first, NOW + DAY, NOW + 40 * DAY);
    expect(uids(printCalendar([later], NOW + DAY))).toEqual(uids(printCalendar([first], NOW)));
  });

  test('keeps them when a key that was to be made is made', () => {
    const begun = settledKey('k1', 'ksk', 111, { rollAt: NOW, successor: 'k2', goal: 'hidden', retired: NOW });
    const next = { ...unusedKey('k2', 'ksk', 222), predecessor: 'k1', goal: 'omnipresent' as const };
    const keys = [begun, next, settledKey('z1', 'zsk', 4711)];
    const before = prospectOf({ keys: [settledKey('k1', 'ksk', 111, { rollAt: NOW }), settledKey('z1', 'zsk', 4711)] });
    const after = prospectOf({ keys, world: worldOf(keys) });
    const [made, ...rest] = readCalendar(printCalendar([before], NOW)).events;
    expect(made!.summary).toContain('is made');
    expect(uids(printCalendar([after], NOW)).slice(1)).toEqual(rest.map(({ uid }) => uid));
  });

  test('has other identities for another zone, and never one twice', () => {
    const zones = ['a.example', 'b.example'].map((zone) => prospectOf({ keys: rolling, zone }));
    const all = uids(printCalendar(zones, NOW));
    expect(new Set(all).size).toBe(all.length);
    expect(readCalendar(printCalendar(zones, NOW)).name).toBe('DNSSEC keys');
  });

  test('has lines of at most 75 octets that end in CR LF, and cuts no character in two', () => {
    const zone = `${'ü'.repeat(60)}.example`;
    const text = printCalendar([prospectOf({ keys: rolling, zone })], NOW);
    const lines = text.split('\r\n');
    expect(lines.pop()).toBe('');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBe(75);
    expect(Buffer.from(text).toString()).toBe(text);
    expect(readCalendar(text).events[0]!.summary).toContain(`${zone}: the next KSK is made`);
  });

  test('holds a name with delimiters and line ends as text', () => {
    const zone = 'a;b,c\\d\nEND:VCALENDAR.example';
    const { events } = readCalendar(printCalendar([prospectOf({ keys: rolling, zone })], NOW));
    expect(events).toHaveLength(6);
    expect(events[0]!.summary).toContain('a;b,c\\d\nEND:VCALENDAR.example: the next KSK');
  });

  test('keeps the time since when a person owes something', () => {
    const states = { dnskey: 'omnipresent', krrsig: 'omnipresent', zrrsig: 'hidden', ds: 'rumoured' } as const;
    const keys = [
      settledKey('k1', 'ksk', 111, { states, changes: { ds: NOW - 5 * HOUR } }),
      settledKey('z1', 'zsk', 4711),
    ];
    const [owed] = readCalendar(printCalendar([prospectOf({ keys })], NOW)).events;
    expect(owed).toMatchObject({ start: '2026-11-24T19:00:00.000Z', alarms: ['-P1D'] });
  });

  test('of no zones is a calendar without events', () => {
    expect(readCalendar(printCalendar([], NOW)).events).toEqual([]);
  });
});
