/** APL: a list of address prefixes (RFC 3123 §4, §5). */
import type { Octets, OctetWriter } from '../../base/octets.ts';
import { printIpv4, printIpv6, readIpv4, readIpv6 } from './address.ts';
import type { Codec } from './field.ts';
import { readU16, readUnsigned } from './number.ts';
import { badToken, expectWord, type Tokens } from './tokens.ts';
import { printUnknown } from './unknown.ts';

const IPV4 = 1;
const IPV6 = 2;
const NEGATED = 0x80;

const address = new Uint8Array(16);
const printed = new Uint8Array(16);

function parseItem(tokens: Tokens, at: number, out: OctetWriter): void {
  expectWord(tokens, at, 'prefix');
  const { source } = tokens;
  const end = tokens.end[at]!;
  let start = tokens.start[at]!;
  const isNegated = source[start] === 0x21;
  if (isNegated) start++;
  let colon = start;
  while (colon < end && source[colon] !== 0x3a) colon++;
  let slash = colon;
  while (slash < end && source[slash] !== 0x2f) slash++;
  const family = readUnsigned(source, start, colon);
  const prefix = readUnsigned(source, slash + 1, end);
  const isAddress =
    family === IPV4
      ? prefix <= 32 && readIpv4(source, colon + 1, slash, address, 0)
      : family === IPV6 && prefix <= 128 && readIpv6(source, colon + 1, slash, address, 0);
  if (!isAddress || prefix < 0) {
    const hint = 'Write 1: and an IPv4 address, or 2: and an IPv6 one, and /bits, as in 1:192.0.2.0/24.';
    throw badToken(tokens, at, 'prefix', 'an address prefix', hint);
  }
  let length = family === IPV4 ? 4 : 16;
  while (length > 0 && address[length - 1] === 0) length--;
  out.u16(family);
  out.u8(prefix);
  out.u8(length | (isNegated ? NEGATED : 0));
  out.copy(address, 0, length);
}

/** Whether every item is of a family that has a spelling. */
function hasSpelling(octets: Octets, start: number, end: number): boolean {
  for (let at = start; at < end; at += 4 + (octets[at + 3]! & 0x7f)) {
    const family = readU16(octets, at);
    if (family !== IPV4 && family !== IPV6) return false;
  }
  return true;
}

/** APL (RFC 3123 §4). */
export const APL: Codec = {
  parse(tokens, first, _origin, out) {
    for (let at = first; at < tokens.count; at++) parseItem(tokens, at, out);
  },
  print(octets, start, end, out) {
    if (!hasSpelling(octets, start, end)) {
      printUnknown(octets, start, end, out);
      return;
    }
    for (let at = start; at < end; ) {
      if (at > start) out.u8(0x20);
      const family = readU16(octets, at);
      const length = octets[at + 3]! & 0x7f;
      if ((octets[at + 3]! & NEGATED) !== 0) out.u8(0x21);
      out.u8(0x30 + family);
      out.u8(0x3a);
      printed.fill(0);
      for (let i = 0; i < length; i++) printed[i] = octets[at + 4 + i]!;
      if (family === IPV4) printIpv4(printed, 0, out);
      else printIpv6(printed, 0, out);
      out.u8(0x2f);
      out.decimal(octets[at + 2]!);
      at += 4 + length;
    }
  },
  check(octets, start, end) {
    for (let at = start; at < end; ) {
      if (end - at < 4) return 'a prefix is cut short';
      const family = readU16(octets, at);
      const prefix = octets[at + 2]!;
      const length = octets[at + 3]! & 0x7f;
      const to = at + 4 + length;
      if (to > end) return 'a prefix is cut short';
      if (family === IPV4 && (prefix > 32 || length > 4)) return 'an IPv4 prefix is too long';
      if (family === IPV6 && (prefix > 128 || length > 16)) return 'an IPv6 prefix is too long';
      if (length > 0 && octets[to - 1] === 0) return 'a prefix ends in a zero octet';
      at = to;
    }
    return undefined;
  },
};
