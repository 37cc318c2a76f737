import { describe, expect, test } from 'vitest';
import { timeAxis } from '../../src/rollover/time-axis.ts';

const at = (text: string) => Date.parse(text) / 1000;
const labels = (from: string, until: string, most = 20) => {
  const { ticks, units } = timeAxis(at(from), at(until), most);
  return [ticks.map(({ label }) => label).join(' '), units.map(({ label }) => label).join(' | ')];
};

describe('a time axis has ticks of', () => {
  test.each([
    [
      'hours',
      '2026-11-24T22:30Z',
      '2026-11-25T04:00Z',
      '23:00 00:00 01:00 02:00 03:00 04:00',
      '24 Nov 2026 | 25 Nov 2026',
    ],
    [
      'half days',
      '2026-11-25T00:00Z',
      '2026-11-27T00:00Z',
      '00:00 12:00 00:00 12:00 00:00',
      '25 Nov 2026 | 26 Nov 2026 | 27 Nov 2026',
      5,
    ],
    ['days', '2026-11-28T01:00Z', '2026-12-03T00:00Z', '29 30 1 2 3', 'Nov 2026 | Dec 2026', 6],
    [
      'every other day, anew in each month',
      '2027-01-26T00:00Z',
      '2027-02-06T00:00Z',
      '27 29 1 3 5',
      'Jan 2027 | Feb 2027',
      8,
    ],
    [
      'weeks, anew in each month',
      '2027-01-10T00:00Z',
      '2027-03-02T00:00Z',
      '15 22 1 8 15 22 1',
      'Jan 2027 | Feb 2027 | Mar 2027',
      9,
    ],
    ['months', '2026-11-15T00:00Z', '2027-02-15T00:00Z', 'Dec Jan Feb', '2026 | 2027', 4],
    ['quarters', '2026-11-15T00:00Z', '2028-01-15T00:00Z', 'Jan Apr Jul Oct Jan', '2026 | 2027 | 2028', 6],
    ['years', '2026-11-15T00:00Z', '2030-01-15T00:00Z', '2027 2028 2029 2030', '', 4],
    ['decades', '2026-11-15T00:00Z', '2056-01-15T00:00Z', '2030 2040 2050', '', 4],
  ])('%s', (_, from, until, ticks, units, most = 20) => {
    expect(labels(from, until, most)).toEqual([ticks, units]);
  });

  test('at most as many as have room, whatever the length', () => {
    for (let length = 60; length < 1e9; length *= 1.7) {
      const { ticks } = timeAxis(at('2026-11-25T08:10Z'), at('2026-11-25T08:10Z') + length, 20);
      expect(ticks.length).toBeLessThanOrEqual(24);
      expect(ticks.every(({ at: tick }, i) => i === 0 || tick > ticks[i - 1]!.at)).toBe(true);
    }
  });
});
