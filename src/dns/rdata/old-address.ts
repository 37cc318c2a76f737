/** Addresses of other networks: NSAP, ATMA, X25. */
import { hexDigit } from '../../base/encodings.ts';
import type { Octets, OctetWriter } from '../../base/octets.ts';
import { appendCharString, printQuoted } from './char-string.ts';
import { type Codec, expectEnd } from './field.ts';
import { badToken, expectWord, RdataSyntaxError, type Tokens } from './tokens.ts';
import { printUnknown } from './unknown.ts';

const DOT = 0x2e;
const PLUS = 0x2b;

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}

/**
 * Reads pairs of hexadecimal digits with dots among them.
 *
 * @returns whether there were pairs, one at least, and nothing else
 */
function appendDottedHex(source: Octets, start: number, end: number, out: OctetWriter): boolean {
  let high = -1;
  const first = out.length;
  for (let i = start; i < end; i++) {
    if (source[i] === DOT) continue;
    const digit = hexDigit(source[i]!);
    if (digit < 0) return false;
    if (high < 0) high = digit;
    else {
      out.u8((high << 4) | digit);
      high = -1;
    }
  }
  return high < 0 && out.length > first;
}

function printLowerHex(octets: Octets, start: number, end: number, out: OctetWriter): void {
  for (let i = start; i < end; i++) out.ascii(octets[i]!.toString(16).padStart(2, '0'));
}

/** NSAP: `0x` and hexadecimal digits, dots for the eye (RFC 1706 §5, §7). */
export const NSAP: Codec = {
  parse(tokens, first, _origin, out) {
    expectWord(tokens, first, 'address');
    const { source } = tokens;
    const start = tokens.start[first]!;
    const end = tokens.end[first]!;
    const isHex = end - start > 2 && source[start] === 0x30 && (source[start + 1]! | 0x20) === 0x78;
    if (!isHex || !appendDottedHex(source, start + 2, end, out)) {
      throw badToken(tokens, first, 'address', 'an NSAP address', 'Write 0x and pairs of hexadecimal digits.');
    }
    expectEnd(tokens, first + 1);
  },
  print(octets, start, end, out) {
    out.ascii('0x');
    printLowerHex(octets, start, end, out);
  },
  check: (_octets, start, end) => (start < end ? undefined : 'address is missing'),
};

/** ATM addresses: format 0 is hexadecimal digits, format 1 `+` and decimal digits; single dots within either. */
export const ATMA: Codec = {
  parse(tokens, first, _origin, out) {
    expectWord(tokens, first, 'address');
    const { source } = tokens;
    const start = tokens.start[first]!;
    const end = tokens.end[first]!;
    const isDecimal = source[start] === PLUS;
    const digits = isDecimal ? start + 1 : start;
    let isGood = digits < end && source[digits] !== DOT && source[end - 1] !== DOT;
    for (let i = digits; i + 1 < end; i++) if (source[i] === DOT && source[i + 1] === DOT) isGood = false;
    out.u8(isDecimal ? 1 : 0);
    if (isGood && isDecimal) {
      for (let i = digits; i < end; i++) {
        if (isDigit(source[i]!)) out.u8(source[i]!);
        else if (source[i] !== DOT) isGood = false;
      }
    } else if (isGood) isGood = appendDottedHex(source, digits, end, out);
    if (!isGood) {
      const hint = 'Write pairs of hexadecimal digits, or + and decimal digits.';
      throw badToken(tokens, first, 'address', 'an ATM address', hint);
    }
    expectEnd(tokens, first + 1);
  },
  print(octets, start, end, out) {
    if (octets[start] === 0) printLowerHex(octets, start + 1, end, out);
    else if (octets[start] === 1) {
      out.u8(PLUS);
      out.copy(octets, start + 1, end);
    } else printUnknown(octets, start, end, out);
  },
  check(octets, start, end) {
    if (end - start < 2) return 'address is cut short';
    if (octets[start] !== 1) return undefined;
    for (let i = start + 1; i < end; i++) if (!isDigit(octets[i]!)) return 'address has something else than digits';
    return undefined;
  },
};

/** X.121 addresses: a character string of four decimal digits or more (RFC 1183 §3.1). */
export const X25: Codec = {
  parse(tokens: Tokens, first, _origin, out) {
    const start = out.length;
    appendCharString(tokens, first, 'address', out);
    if (checkX25(out.bytes, start, out.length) !== undefined) {
      throw new RdataSyntaxError(first, 'address is not four decimal digits or more');
    }
    expectEnd(tokens, first + 1);
  },
  print: (octets, start, end, out) => printQuoted(octets, start + 1, end, out),
  check: checkX25,
};

function checkX25(octets: Octets, start: number, end: number): string | undefined {
  if (end - start < 5 || start + 1 + octets[start]! !== end) return 'address is cut short, or too short';
  for (let i = start + 1; i < end; i++) if (!isDigit(octets[i]!)) return 'address has something else than digits';
  return undefined;
}
