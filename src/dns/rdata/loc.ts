/** LOC: a place on earth (RFC 1876 §2, §3). */
import type { Octets, OctetWriter } from '../../base/octets.ts';
import { type Codec, expectEnd } from './field.ts';
import { readU32, readUnsigned } from './number.ts';
import { badToken, expectWord, RdataSyntaxError, type Tokens } from './tokens.ts';
import { printUnknown } from './unknown.ts';

/** The equator and the prime meridian. */
const MIDDLE = 2 ** 31;
/** Thousandths of a second in a degree. */
const DEGREE = 3_600_000;
/** The altitude that wire form counts from, in centimetres below the reference spheroid. */
const ALTITUDE_BASE = 10_000_000;
const DEFAULT_SIZES = [0x12, 0x16, 0x13] as const;
const SIZE_NAMES = ['size', 'horizontal precision', 'vertical precision'] as const;

/**
 * Reads a decimal number with up to `places` digits behind the point, as a whole number of its last place.
 *
 * @returns 0 or more, or -1 for anything else
 */
function readDecimal(source: Octets, start: number, end: number, places: number): number {
  let point = start;
  while (point < end && source[point] !== 0x2e) point++;
  if (end - start > 16 || (point === start && end - point < 2)) return -1;
  const whole = point === start ? 0 : readUnsigned(source, start, point);
  const fraction = point + 1 >= end ? 0 : readUnsigned(source, point + 1, end);
  const missing = places - Math.max(0, end - point - 1);
  return whole < 0 || fraction < 0 || missing < 0 ? -1 : whole * 10 ** places + fraction * 10 ** missing;
}

/** Whether token `at` is this letter. */
function isLetter(tokens: Tokens, at: number, letter: string): boolean {
  const start = tokens.start[at]!;
  return tokens.end[at]! - start === 1 && tokens.source[start] === letter.charCodeAt(0);
}

const angle = { value: 0, next: 0 };

/** Reads degrees, minutes and seconds, the last two optional, and the hemisphere, into `angle`. */
function readAngle(tokens: Tokens, first: number, name: string, limit: number, plus: string, minus: string): void {
  const { source } = tokens;
  let value = 0;
  for (let part = 0, at = first; part < 4; part++, at++) {
    expectWord(tokens, at, name);
    if (part > 0 && (isLetter(tokens, at, plus) || isLetter(tokens, at, minus))) {
      angle.value = isLetter(tokens, at, plus) ? MIDDLE + value : MIDDLE - value;
      angle.next = at + 1;
      if (value > limit * DEGREE) throw new RdataSyntaxError(first, `${name} is more than ${limit} degrees`);
      return;
    }
    const start = tokens.start[at]!;
    const end = tokens.end[at]!;
    const number = part === 2 ? readDecimal(source, start, end, 3) : part < 2 ? readUnsigned(source, start, end) : -1;
    const highest = part === 0 ? limit : part === 1 ? 59 : 59_999;
    if (number < 0 || number > highest) {
      const hint = `Write degrees, minutes and seconds, and ${plus} or ${minus}, as in 52 22 23.000 ${plus}.`;
      throw badToken(tokens, at, name, 'a part of an angle', hint);
    }
    value += number * (part === 0 ? DEGREE : part === 1 ? 60_000 : 1);
  }
}

/** Reads metres with an optional sign before and `m` behind, to centimetres: -10000000..4284967295, or NaN. */
function readMetres(tokens: Tokens, at: number): number {
  const { source } = tokens;
  let start = tokens.start[at]!;
  let end = tokens.end[at]!;
  if (end > start && source[end - 1] === 0x6d) end--;
  const isNegative = source[start] === 0x2d;
  if (isNegative || source[start] === 0x2b) start++;
  const value = readDecimal(source, start, end, 2);
  return value < 0 ? Number.NaN : isNegative ? -value : value;
}

/** A size as mantissa and power of ten in centimetres, a digit each; what doesn't fit is cut off. */
function encodeSize(centimetres: number): number {
  let mantissa = centimetres;
  let exponent = 0;
  while (mantissa >= 10) {
    mantissa = Math.floor(mantissa / 10);
    exponent++;
  }
  return (mantissa << 4) | exponent;
}

function printSize(size: number, out: OctetWriter): void {
  const centimetres = (size >>> 4) * 10 ** (size & 15);
  if ((size & 15) > 1) out.decimal(centimetres / 100);
  else {
    out.ascii('0.');
    out.decimal(Math.floor(centimetres / 10));
    out.decimal(centimetres % 10);
  }
  out.u8(0x6d);
}

function printAngle(value: number, plus: string, minus: string, out: OctetWriter): void {
  const rest = Math.abs(value - MIDDLE);
  out.decimal(Math.floor(rest / DEGREE));
  out.u8(0x20);
  out.decimal(Math.floor(rest / 60_000) % 60);
  out.u8(0x20);
  out.decimal(Math.floor(rest / 1000) % 60);
  out.ascii(`.${String(rest % 1000).padStart(3, '0')} `);
  out.ascii(value < MIDDLE ? minus : plus);
}

function isSize(octet: number): boolean {
  return octet === 0 || ((octet & 15) <= 9 && octet >>> 4 >= 1 && octet >>> 4 <= 9);
}

/** LOC (RFC 1876 §2). */
export const LOC: Codec = {
  parse(tokens, first, _origin, out) {
    readAngle(tokens, first, 'latitude', 90, 'N', 'S');
    const latitude = angle.value;
    readAngle(tokens, angle.next, 'longitude', 180, 'E', 'W');
    const longitude = angle.value;
    let at = angle.next;
    expectWord(tokens, at, 'altitude');
    const altitude = readMetres(tokens, at) + ALTITUDE_BASE;
    if (!(altitude >= 0 && altitude <= 0xffff_ffff)) {
      throw badToken(tokens, at, 'altitude', 'metres from -100000.00 to 42849672.95');
    }
    at++;
    out.u8(0);
    for (let i = 0; i < 3; i++) {
      let size: number = DEFAULT_SIZES[i]!;
      if (at < tokens.count) {
        expectWord(tokens, at, SIZE_NAMES[i]!);
        const centimetres = readMetres(tokens, at);
        if (!(centimetres >= 0 && centimetres < 9_000_000_100)) {
          throw badToken(tokens, at, SIZE_NAMES[i]!, 'metres from 0 to 90000000');
        }
        size = encodeSize(centimetres);
        at++;
      }
      out.u8(size);
    }
    out.u32(latitude);
    out.u32(longitude);
    out.u32(altitude);
    expectEnd(tokens, at);
  },
  print(octets, start, end, out) {
    if (octets[start] !== 0) {
      printUnknown(octets, start, end, out);
      return;
    }
    printAngle(readU32(octets, start + 4), 'N', 'S', out);
    out.u8(0x20);
    printAngle(readU32(octets, start + 8), 'E', 'W', out);
    const altitude = readU32(octets, start + 12) - ALTITUDE_BASE;
    const centimetres = Math.abs(altitude);
    out.ascii(altitude < 0 ? ' -' : ' ');
    out.decimal(Math.floor(centimetres / 100));
    out.ascii(`.${String(centimetres % 100).padStart(2, '0')}m`);
    for (let i = 1; i <= 3; i++) {
      out.u8(0x20);
      printSize(octets[start + i]!, out);
    }
  },
  check(octets, start, end) {
    if (start === end) return 'version is missing';
    if (octets[start] !== 0) return undefined;
    if (end - start !== 16) return `version 0 takes 16 octets, not ${end - start}`;
    for (let i = 1; i <= 3; i++) if (!isSize(octets[start + i]!)) return `${SIZE_NAMES[i - 1]} is malformed`;
    if (Math.abs(readU32(octets, start + 4) - MIDDLE) > 90 * DEGREE) return 'latitude is more than 90 degrees';
    if (Math.abs(readU32(octets, start + 8) - MIDDLE) > 180 * DEGREE) return 'longitude is more than 180 degrees';
    return undefined;
  },
};
