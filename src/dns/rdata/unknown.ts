/** RDATA of any type as `\# length octets` (RFC 3597 §5). */
import type { Octets, OctetWriter } from '../../base/octets.ts';
import { TYPE } from '../types.ts';
import { appendHexWords, printHexWords } from './encoded.ts';
import { expectEnd } from './field.ts';
import { numberAt, readUnsigned } from './number.ts';
import { RdataSyntaxError, type Tokens } from './tokens.ts';

/**
 * Whether the RDATA that begins at token `at` is in the form for any type: its first word is `\#`, unquoted. A TXT may
 * also mean a text of `#` by that, and does so when there is no number behind.
 */
export function isUnknownForm(type: number, tokens: Tokens, at: number): boolean {
  if (at >= tokens.count || tokens.quoted[at] !== 0) return false;
  const start = tokens.start[at]!;
  if (tokens.end[at]! - start !== 2 || tokens.source[start] !== 0x5c || tokens.source[start + 1] !== 0x23) return false;
  return type !== TYPE.TXT || isNumber(tokens, at + 1);
}

function isNumber(tokens: Tokens, at: number): boolean {
  if (at >= tokens.count || tokens.quoted[at] !== 0) return false;
  return readUnsigned(tokens.source, tokens.start[at]!, tokens.end[at]!) >= 0;
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
