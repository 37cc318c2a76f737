/** RDATA of any type as `\# length octets` (RFC 3597 §5). */
import type { Octets, OctetWriter } from '../../base/octets.ts';
import { appendHexWords, printHexWords } from './encoded.ts';
import { expectEnd } from './field.ts';
import { numberAt } from './number.ts';
import { RdataSyntaxError, type Tokens } from './tokens.ts';

/**
 * Whether token `at` is the unquoted word `\#` with a number behind it. With anything else behind it, it is a word
 * like others: a text of `#`, for one.
 */
export function isUnknownForm(tokens: Tokens, at: number): boolean {
  if (at + 1 >= tokens.count || tokens.quoted[at] !== 0 || tokens.quoted[at + 1] !== 0) return false;
  const { source } = tokens;
  const start = tokens.start[at]!;
  if (tokens.end[at]! - start !== 2 || source[start] !== 0x5c || source[start + 1] !== 0x23) return false;
  for (let i = tokens.start[at + 1]!; i < tokens.end[at + 1]!; i++) {
    if (source[i]! < 0x30 || source[i]! > 0x39) return false;
  }
  return true;
}

/** Appends the octets of `\# length octets`, which begins at token `first`. */
export function parseUnknown(tokens: Tokens, first: number, out: OctetWriter): void {
  const length = numberAt(tokens, first + 1, 'RDATA length', 0xffff);
  const start = out.length;
  if (length === 0) {
    expectEnd(tokens, first + 2);
    return;
  }
  if (tokens.count === first + 2) throw new RdataSyntaxError(tokens.count, `${length} octets of RDATA are missing`);
  appendHexWords(tokens, first + 2, 'RDATA', out);
  const found = out.length - start;
  if (found !== length) {
    throw new RdataSyntaxError(first + 1, `RDATA is said to be ${length} octets long, but there are ${found}`);
  }
}

/** Appends `\# length octets`. */
export function printUnknown(octets: Octets, start: number, end: number, out: OctetWriter): void {
  out.u8(0x5c);
  out.u8(0x23);
  out.u8(0x20);
  out.decimal(end - start);
  if (end > start) out.u8(0x20);
  printHexWords(octets, start, end, out);
}
