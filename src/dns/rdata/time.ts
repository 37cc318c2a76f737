/** Times of signatures: `YYYYMMDDHHMMSS` in UTC on 32 bits (RFC 4034 §3.1.5, §3.2). */
import type { Octets, OctetWriter } from '../../base/octets.ts';
import type { Field } from './field.ts';
import { readU32, readUnsigned } from './number.ts';
import { badToken, expectWord } from './tokens.ts';

const DAYS_IN_MONTH = Uint8Array.of(31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);

/**
 * Days from 1970-01-01 to a date of the Gregorian calendar. Years count from March, so that the leap day is the last
 * of its year: day = 365y + y/4 - y/100 + y/400 + (153m + 2)/5 + d - 1 - 719468.
 *
 * @param month  1..12
 * @param day    1..31
 */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const m = month <= 2 ? month + 9 : month - 3;
  const leaps = ((y / 4) | 0) - ((y / 100) | 0) + ((y / 400) | 0);
  return 365 * y + leaps + (((153 * m + 2) / 5) | 0) + day - 719_469;
}

/** The number that `count` digits at `at` spell, or -1. */
function digits(source: Octets, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = source[i]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/**
 * Reads a signature's time: 14 digits are `YYYYMMDDHHMMSS`, up to 10 are seconds since 1970.
 *
 * @returns 0..4294967295, or -1 for anything else, dates that do not exist, and times before 1970 or after
 *          2106-02-07T06:28:15Z, which do not fit
 */
export function readSignatureTime(source: Octets, start: number, end: number): number {
  if (end - start <= 10) return readUnsigned(source, start, end);
  if (end - start !== 14) return -1;
  const year = digits(source, start, 4);
  const month = digits(source, start + 4, 2);
  const day = digits(source, start + 6, 2);
  const hour = digits(source, start + 8, 2);
  const minute = digits(source, start + 10, 2);
  const second = digits(source, start + 12, 2);
  if (year < 1970 || year > 2106 || month < 1 || month > 12 || day < 1) return -1;
  const isLeapDay = month === 2 && day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > DAYS_IN_MONTH[month - 1]! && !isLeapDay) return -1;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return -1;
  const time = daysFromCivil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
  return time <= 0xffff_ffff ? time : -1;
}

/**
 * Appends a signature's time as 14 digits.
 *
 * @param time  0..4294967295
 */
export function printSignatureTime(time: number, out: OctetWriter): void {
  const days = Math.floor(time / 86_400);
  const rest = time - days * 86_400;
  // Day of the era of 400 years that began on 2000-03-01 or 400 years before.
  const z = days + 719_468;
  const era = (z / 146_097) | 0;
  const dayOfEra = z - era * 146_097;
  const yearOfEra =
    ((dayOfEra - ((dayOfEra / 1460) | 0) + ((dayOfEra / 36_524) | 0) - ((dayOfEra / 146_096) | 0)) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0));
  const m = ((5 * dayOfYear + 2) / 153) | 0;
  const day = dayOfYear - (((153 * m + 2) / 5) | 0) + 1;
  const month = m < 10 ? m + 3 : m - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const hour = (rest / 3600) | 0;
  const minute = ((rest - hour * 3600) / 60) | 0;
  const b = out.reserve(14);
  const at = out.length;
  const century = (year / 100) | 0;
  putTwo(b, at, century);
  putTwo(b, at + 2, year - century * 100);
  putTwo(b, at + 4, month);
  putTwo(b, at + 6, day);
  putTwo(b, at + 8, hour);
  putTwo(b, at + 10, minute);
  putTwo(b, at + 12, rest - hour * 3600 - minute * 60);
  out.length = at + 14;
}

function putTwo(b: Octets, at: number, value: number): void {
  const tens = (value / 10) | 0;
  b[at] = 0x30 + tens;
  b[at + 1] = 0x30 + value - tens * 10;
}

/** A signature's inception or expiration. */
export function signatureTime(name: string): Field {
  return {
    name,
    parse(tokens, at, _origin, out) {
      expectWord(tokens, at, name);
      const time = readSignatureTime(tokens.source, tokens.start[at]!, tokens.end[at]!);
      if (time < 0) {
        throw badToken(
          tokens,
          at,
          name,
          'a time from 1970 to 2106',
          'Write YYYYMMDDHHMMSS in UTC, or seconds since 1970.',
        );
      }
      out.u32(time);
      return at + 1;
    },
    print(octets, at, _end, out) {
      printSignatureTime(readU32(octets, at), out);
      return at + 4;
    },
    check: (_octets, at, end) => (at + 4 <= end ? at + 4 : -1),
  };
}
