import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asciiOctets, OctetWriter, octetsText } from '../../../src/base/octets.ts';
import { printSignatureTime, readSignatureTime } from '../../../src/dns/rdata/time.ts';

const read = (text: string) => readSignatureTime(asciiOctets(text), 0, text.length);

function printed(time: number): string {
  const out = new OctetWriter();
  printSignatureTime(time, out);
  return octetsText(out.view());
}

/** What the calendar of the runtime says. */
const byCalendar = (time: number) => new Date(time * 1000).toISOString().replaceAll(/[-:T]|\.000Z/g, '');

describe('days and digits agree with the calendar', () => {
  test('at any time that 32 bits hold', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (time) => {
        expect(printed(time)).toBe(byCalendar(time));
        expect(read(byCalendar(time))).toBe(time);
      }),
      { numRuns: 1000 },
    );
  });

  test('on every day from 1970 to 2106', () => {
    const wrong: number[] = [];
    for (let time = 0; time <= 0xffff_ffff; time += 86_400) {
      const text = byCalendar(time);
      if (printed(time) !== text || read(text) !== time) wrong.push(time);
    }
    expect(wrong).toEqual([]);
  });
});

test('up to ten digits are seconds', () => {
  expect(read('0')).toBe(0);
  expect(read('1577836800')).toBe(1_577_836_800);
  expect(read('4294967295')).toBe(4_294_967_295);
});

test('a leap second is the next minute', () => {
  expect(read('20161231235960')).toBe(read('20170101000000'));
});

test.each([
  ['a day that a month does not have', '20250431000000'],
  ['29 February of a common year', '20250229000000'],
  ['29 February of a century', '21000229000000'],
  ['month 0', '20250001000000'],
  ['month 13', '20251301000000'],
  ['day 0', '20250100000000'],
  ['hour 24', '20250101240000'],
  ['minute 60', '20250101006000'],
  ['second 61', '20250101000061'],
  ['a year before 1970', '19691231235959'],
  ['a second too late for 32 bits', '21060207062816'],
  ['too many seconds for 32 bits', '4294967296'],
  ['12 digits', '202501010000'],
  ['15 digits', '202501010000000'],
  ['a letter', '2025010100000x'],
  ['a sign', '-1'],
  ['nothing', ''],
])('%s is refused', (_what, text) => {
  expect(read(text)).toBe(-1);
});
