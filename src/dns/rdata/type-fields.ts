/** RR types inside RDATA: a single one, and type bit maps. */
import type { Octets, OctetWriter } from '../../base/octets.ts';
import { checkTypeBitmap } from '../bitmap.ts';
import { printType, typeFromOctets } from '../types.ts';
import type { Field } from './field.ts';
import { readU16, readUnsigned } from './number.ts';
import { badToken, expectWord, type Tokens } from './tokens.ts';

/**
 * The type that token `at` names: a mnemonic or `TYPEn`.
 *
 * @param mayBeNumber  whether a bare number will do as well
 * @throws RdataSyntaxError
 */
export function typeAt(tokens: Tokens, at: number, name: string, mayBeNumber: boolean): number {
  expectWord(tokens, at, name);
  const start = tokens.start[at]!;
  const end = tokens.end[at]!;
  const type = typeFromOctets(tokens.source, start, end);
  if (type >= 0) return type;
  const number = mayBeNumber ? readUnsigned(tokens.source, start, end) : -1;
  if (number >= 0 && number <= 0xffff) return number;
  throw badToken(tokens, at, name, 'an RR type', 'Types without a mnemonic are written TYPE65280.');
}

/**
 * One RR type (RFC 4034 §3.2), read as a mnemonic, `TYPEn` or its bare number.
 *
 * @param asNumber  whether types without a mnemonic are printed as a bare number
 */
export function rrType(name: string, asNumber = false): Field {
  return {
    name,
    parse(tokens, at, _origin, out) {
      out.u16(typeAt(tokens, at, name, true));
      return at + 1;
    },
    print(octets, at, _end, out) {
      printType(readU16(octets, at), out, asNumber);
      return at + 2;
    },
    check: (_octets, at, end) => (at + 2 <= end ? at + 2 : -1),
  };
}

/** One bit for each type, all zero between uses; and how many octets of each window are in use. */
const bits = new Uint8Array(65_536 / 8);
const used = new Uint8Array(256);

/** Appends the type bit map of the types that tokens `at..count-1` name, in any order. */
function appendTypeBitmap(tokens: Tokens, at: number, name: string, out: OctetWriter): void {
  let lastWindow = -1;
  try {
    for (let i = at; i < tokens.count; i++) {
      const type = typeAt(tokens, i, name, false);
      const window = type >>> 8;
      const octet = (type & 0xff) >>> 3;
      bits[type >>> 3]! |= 0x80 >>> (type & 7);
      if (used[window]! <= octet) used[window] = octet + 1;
      if (window > lastWindow) lastWindow = window;
    }
    for (let window = 0; window <= lastWindow; window++) {
      const count = used[window]!;
      if (count === 0) continue;
      out.u8(window);
      out.u8(count);
      out.copy(bits, window * 32, window * 32 + count);
    }
  } finally {
    for (let window = 0; window <= lastWindow; window++) {
      if (used[window] !== 0) bits.fill(0, window * 32, window * 32 + 32);
      used[window] = 0;
    }
  }
}

function printTypeBitmap(octets: Octets, start: number, end: number, out: OctetWriter): void {
  let isFirst = true;
  for (let at = start; at < end; at += 2 + octets[at + 1]!) {
    const window = octets[at]! << 8;
    const length = octets[at + 1]!;
    for (let i = 0; i < length; i++) {
      let rest = octets[at + 2 + i]!;
      while (rest !== 0) {
        const bit = Math.clz32(rest) - 24;
        rest &= ~(0x80 >>> bit);
        if (!isFirst) out.u8(0x20);
        isFirst = false;
        printType(window | (i << 3) | bit, out);
      }
    }
  }
}

/** A type bit map up to the end of the RDATA. */
export function typeBitmap(name: string, mayBeEmpty: boolean): Field {
  return {
    name,
    parse(tokens, at, _origin, out) {
      if (!mayBeEmpty) expectWord(tokens, at, name);
      appendTypeBitmap(tokens, at, name, out);
      return tokens.count;
    },
    print(octets, at, end, out) {
      printTypeBitmap(octets, at, end, out);
      return end;
    },
    check: (octets, at, end) => ((at < end || mayBeEmpty) && checkTypeBitmap(octets, at, end) ? end : -1),
  };
}
