/** IP addresses as fields, and their text. */

import { hexDigit } from '../../base/encodings.ts';
import type { Octets, OctetWriter } from '../../base/octets.ts';
import type { Field } from './field.ts';
import { badToken, expectWord } from './tokens.ts';

/**
 * Reads four numbers parted by dots, and nothing else, to `out[at..at+4)`.
 *
 * @returns whether the text is such an address
 */
export function readIpv4(source: Octets, start: number, end: number, out: Octets, at: number): boolean {
  let i = start;
  for (let part = 0; part < 4; part++) {
    let value = 0;
    const first = i;
    for (; i < end; i++) {
      const digit = source[i]! - 0x30;
      if (digit < 0 || digit > 9) break;
      // No leading zeros: some programs read them as octal.
      if (i > first && value === 0) return false;
      value = value * 10 + digit;
      if (value > 255) return false;
    }
    if (i === first) return false;
    out[at + part] = value;
    if (part < 3 && (i >= end || source[i++] !== 0x2e)) return false;
  }
  return i === end;
}

/** Appends an IPv4 address in its dotted form. */
export function printIpv4(octets: Octets, at: number, out: OctetWriter): void {
  const b = out.reserve(15);
  let to = out.length;
  for (let part = 0; part < 4; part++) {
    if (part > 0) b[to++] = 0x2e;
    const value = octets[at + part]!;
    if (value >= 100) {
      const hundreds = (value / 100) | 0;
      b[to++] = 0x30 + hundreds;
      b[to++] = 0x30 + (((value - hundreds * 100) / 10) | 0);
    } else if (value >= 10) b[to++] = 0x30 + ((value / 10) | 0);
    b[to++] = 0x30 + (value % 10);
  }
  out.length = to;
}

/**
 * Reads an IPv6 address to `out[at..at+16)`.
 *
 * @returns whether the text is such an address
 * @see RFC 4291 §2.2
 */
export function readIpv6(source: Octets, start: number, end: number, out: Octets, at: number): boolean {
  let to = 0;
  let gap = -1;
  let i = start;
  if (i < end && source[i] === 0x3a) {
    // A leading colon is the first of two.
    if (i + 1 >= end || source[i + 1] !== 0x3a) return false;
    gap = 0;
    i += 2;
  }
  while (i < end) {
    if (to >= 16) return false;
    const first = i;
    let value = 0;
    for (; i < end; i++) {
      const digit = hexDigit(source[i]!);
      if (digit < 0) break;
      value = (value << 4) | digit;
      if (i - first >= 4) return false;
    }
    if (i < end && source[i] === 0x2e) {
      if (to > 12 || !readIpv4(source, first, end, out, at + to)) return false;
      to += 4;
      break;
    }
    if (i === first) return false;
    out[at + to++] = value >>> 8;
    out[at + to++] = value;
    if (i === end) break;
    if (source[i++] !== 0x3a) return false;
    if (i === end) return false;
    if (source[i] === 0x3a) {
      if (gap >= 0) return false;
      gap = to;
      i++;
    }
  }
  if (gap < 0) return to === 16;
  if (to >= 16) return false;
  out.copyWithin(at + 16 - (to - gap), at + gap, at + to);
  out.fill(0, at + gap, at + 16 - (to - gap));
  return true;
}

const HEX = Uint8Array.from('0123456789abcdef', (c) => c.charCodeAt(0));

/** Appends an IPv6 address: lower case, the longest run of zero groups as `::` (RFC 5952 §4). */
export function printIpv6(octets: Octets, at: number, out: OctetWriter): void {
  let gap = -1;
  let gapEnd = -1;
  for (let i = 0; i < 8; i++) {
    let to = i;
    while (to < 8 && octets[at + 2 * to] === 0 && octets[at + 2 * to + 1] === 0) to++;
    if (to - i > 1 && to - i > gapEnd - gap) {
      gap = i;
      gapEnd = to;
    }
    if (to > i) i = to;
  }
  const isMapped =
    gap === 0 && (gapEnd === 6 || (gapEnd === 5 && octets[at + 10] === 0xff && octets[at + 11] === 0xff));
  const groups = isMapped ? 6 : 8;
  const b = out.reserve(48);
  let to = out.length;
  for (let i = 0; i < groups; i++) {
    if (i === gap) {
      b[to++] = 0x3a;
      b[to++] = 0x3a;
      i = gapEnd - 1;
      continue;
    }
    if (i > 0 && i !== gapEnd) b[to++] = 0x3a;
    const value = (octets[at + 2 * i]! << 8) | octets[at + 2 * i + 1]!;
    if (value >= 0x1000) b[to++] = HEX[value >>> 12]!;
    if (value >= 0x100) b[to++] = HEX[(value >>> 8) & 15]!;
    if (value >= 0x10) b[to++] = HEX[(value >>> 4) & 15]!;
    b[to++] = HEX[value & 15]!;
  }
  if (isMapped && gapEnd !== 6) b[to++] = 0x3a;
  out.length = to;
  if (isMapped) printIpv4(octets, at + 12, out);
}

/** An IPv4 address. */
export function ipv4(name: string): Field {
  return {
    name,
    parse(tokens, at, _origin, out) {
      expectWord(tokens, at, name);
      const b = out.reserve(4);
      if (!readIpv4(tokens.source, tokens.start[at]!, tokens.end[at]!, b, out.length)) {
        throw badToken(tokens, at, name, 'an IPv4 address', 'Write four numbers from 0 to 255, as in 192.0.2.1.');
      }
      out.length += 4;
      return at + 1;
    },
    print(octets, at, _end, out) {
      printIpv4(octets, at, out);
      return at + 4;
    },
    check: (_octets, at, end) => (at + 4 <= end ? at + 4 : -1),
  };
}

/** An IPv6 address. */
export function ipv6(name: string): Field {
  return {
    name,
    parse(tokens, at, _origin, out) {
      expectWord(tokens, at, name);
      const b = out.reserve(16);
      if (!readIpv6(tokens.source, tokens.start[at]!, tokens.end[at]!, b, out.length)) {
        throw badToken(tokens, at, name, 'an IPv6 address', 'Write groups of hexadecimal digits, as in 2001:db8::1.');
      }
      out.length += 16;
      return at + 1;
    },
    print(octets, at, _end, out) {
      printIpv6(octets, at, out);
      return at + 16;
    },
    check: (_octets, at, end) => (at + 16 <= end ? at + 16 : -1),
  };
}
