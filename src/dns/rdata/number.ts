/** Numbers, periods and times as fields. */
import type { Octets, OctetWriter } from '../../base/octets.ts';
import type { Field } from './field.ts';
import { badToken, expectWord, type Tokens } from './tokens.ts';

/**
 * Reads decimal digits that fill `source[start..end)`.
 *
 * @returns 0..4294967295, or -1
 */
export function readUnsigned(source: Octets, start: number, end: number): number {
  if (start >= end) return -1;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = source[i]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
    if (value > 0xffff_ffff) return -1;
  }
  return value;
}

/** Seconds in a unit's letter, by octet; 0 for no unit. */
const UNIT_SECONDS: Uint32Array = (() => {
  const table = new Uint32Array(256);
  for (const [letter, seconds] of Object.entries({ s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 })) {
    table[letter.charCodeAt(0)] = seconds;
    table[letter.toUpperCase().charCodeAt(0)] = seconds;
  }
  return table;
})();

/**
 * Reads a period as zone files spell it: seconds, or numbers with units as in `1w2d3h4m5s`, either case.
 *
 * @returns seconds, 0..4294967295, or -1
 */
export function readPeriod(source: Octets, start: number, end: number): number {
  let total = 0;
  let at = start;
  while (at < end) {
    const digits = at;
    let value = 0;
    for (; at < end; at++) {
      const digit = source[at]! - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      if (value > 0xffff_ffff) return -1;
    }
    if (at === digits) return -1;
    if (at === end) {
      // Only a lone number may go without its unit.
      return digits === start ? value : -1;
    }
    const unit = UNIT_SECONDS[source[at++]!]!;
    if (unit === 0) return -1;
    total += value * unit;
    if (total > 0xffff_ffff) return -1;
  }
  return start === end ? -1 : total;
}

/** The number that token `at` spells, 0..max. */
export function numberAt(tokens: Tokens, at: number, name: string, max: number): number {
  expectWord(tokens, at, name);
  const value = readUnsigned(tokens.source, tokens.start[at]!, tokens.end[at]!);
  if (value < 0 || value > max) throw badToken(tokens, at, name, `a whole number from 0 to ${max}`);
  return value;
}

/** The 16-bit number at `at`, most significant octet first. */
export function readU16(octets: Octets, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!;
}

/** The 32-bit number at `at`, most significant octet first. */
export function readU32(octets: Octets, at: number): number {
  return ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0;
}

/** A number of 8 bits, in decimal. */
export function u8(name: string): Field {
  return {
    name,
    parse(tokens, at, _origin, out) {
      out.u8(numberAt(tokens, at, name, 0xff));
      return at + 1;
    },
    print(octets, at, _end, out) {
      out.decimal(octets[at]!);
      return at + 1;
    },
    check: (_octets, at, end) => (at + 1 <= end ? at + 1 : -1),
  };
}

/** A number of 16 bits, in decimal. */
export function u16(name: string): Field {
  return {
    name,
    parse(tokens, at, _origin, out) {
      out.u16(numberAt(tokens, at, name, 0xffff));
      return at + 1;
    },
    print(octets, at, _end, out) {
      out.decimal(readU16(octets, at));
      return at + 2;
    },
    check: (_octets, at, end) => (at + 2 <= end ? at + 2 : -1),
  };
}

function fourOctets(
  name: string,
  read: (tokens: Tokens, at: number) => number,
  print: (v: number, out: OctetWriter) => void,
): Field {
  return {
    name,
    parse(tokens, at, _origin, out) {
      out.u32(read(tokens, at));
      return at + 1;
    },
    print(octets, at, _end, out) {
      print(readU32(octets, at), out);
      return at + 4;
    },
    check: (_octets, at, end) => (at + 4 <= end ? at + 4 : -1),
  };
}

/** A number of 32 bits, in decimal. */
export function u32(name: string): Field {
  return fourOctets(
    name,
    (tokens, at) => numberAt(tokens, at, name, 0xffff_ffff),
    (value, out) => out.decimal(value),
  );
}

/** A period of 32 bits, read with or without units, printed in seconds. */
export function period(name: string): Field {
  return fourOctets(
    name,
    (tokens, at) => {
      expectWord(tokens, at, name);
      const value = readPeriod(tokens.source, tokens.start[at]!, tokens.end[at]!);
      if (value < 0) {
        throw badToken(
          tokens,
          at,
          name,
          'a period from 0 to 4294967295 seconds',
          'Write seconds, or units as in 1w2d3h.',
        );
      }
      return value;
    },
    (value, out) => out.decimal(value),
  );
}
