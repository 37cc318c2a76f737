import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { incrementSerial, isNewerSerial, nextSerial } from '../../src/dns/serial.ts';

const NOON = Date.UTC(2026, 10, 21, 12) / 1000;
const serial = fc.integer({ min: 0, max: 0xffff_ffff });

describe('serial numbers (RFC 1982 §3)', () => {
  test('the one behind the other by less than 2^31 is newer, also round the end', () => {
    expect(isNewerSerial(1, 0)).toBe(true);
    expect(isNewerSerial(0, 0xffff_ffff)).toBe(true);
    expect(isNewerSerial(0xffff_ffff, 0)).toBe(false);
    expect(isNewerSerial(5, 5)).toBe(false);
  });

  test('an increment is newer, and never 0', () => {
    fc.assert(fc.property(serial, (s) => isNewerSerial(incrementSerial(s), s) && incrementSerial(s) !== 0));
  });

  test('whatever the policy, the next serial is newer than the published one', () => {
    const policy = fc.constantFrom('increment', 'unixtime', 'date', 'keep' as const);
    fc.assert(
      fc.property(policy, serial, serial, (p, unsigned, published) => {
        const next = nextSerial(p, unsigned, published, NOON);
        return next === undefined ? p === 'keep' : isNewerSerial(next, published);
      }),
    );
  });

  test.each([
    ['increment', 5, undefined, 6],
    ['increment', 5, 9, 10],
    ['increment', 20, 9, 21],
    ['unixtime', 5, undefined, NOON],
    ['unixtime', 5, NOON + 10, NOON + 11],
    ['date', 5, undefined, 2026112100],
    ['date', 2026112100, undefined, 2026112101],
    ['date', 5, 2026112107, 2026112108],
    ['keep', 5, undefined, 5],
    ['keep', 5, 4, 5],
    ['keep', 5, 5, undefined],
  ] as const)('%s of %s after %s is %s', (policy, unsigned, published, expected) => {
    expect(nextSerial(policy, unsigned, published, NOON)).toBe(expected);
  });
});
