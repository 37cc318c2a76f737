/** RDATA of every type between text and wire form. */
import type { Octets, OctetWriter } from '../../base/octets.ts';
import { typeText } from '../types.ts';
import { codecOf } from './registry.ts';
import { RdataSyntaxError, type Tokens } from './tokens.ts';
import { isUnknownForm, parseUnknown, printUnknown } from './unknown.ts';

export { compareCanonicalRdata, hasFoldedNames, writeCanonicalRdata } from './canonical.ts';
export { RdataSyntaxError, type Tokens } from './tokens.ts';

/** Octets of the longest RDATA: RDLENGTH has 16 bits (RFC 1035 §3.2.1). */
export const MAX_RDATA = 65_535;

/**
 * Reads the RDATA of one record, in the type's own presentation form or as `\# length octets`, and appends its wire
 * form: names uncompressed, completed with the origin, their case kept.
 *
 * @param type    0..65535
 * @param klass   0..65535
 * @param tokens  the entry's tokens; `first..count-1` are all used
 * @param first   index of the first token of the RDATA
 * @param origin  absolute name in wire form that relative names are completed with, if there is one
 * @throws RdataSyntaxError; `out` is then as it was
 * @see RFC 1035 §5.1, RFC 3597 §5
 */
export function parseRdata(
  type: number,
  klass: number,
  tokens: Tokens,
  first: number,
  origin: Octets | undefined,
  out: OctetWriter,
): void {
  const start = out.length;
  try {
    const codec = codecOf(type, klass);
    if (isUnknownForm(type, tokens, first)) {
      parseUnknown(tokens, first, out);
      const trouble = codec?.check(out.bytes, start, out.length);
      if (trouble !== undefined) throw new RdataSyntaxError(first, `this is no ${typeText(type)} RDATA: ${trouble}`);
    } else if (codec === undefined) {
      const hint = 'Write it as \\# followed by its length in octets and the octets in hexadecimal.';
      throw new RdataSyntaxError(first, `the format of ${typeText(type)} RDATA is not known`, hint);
    } else codec.parse(tokens, first, origin, out);
    if (out.length - start > MAX_RDATA) {
      throw new RdataSyntaxError(first, `RDATA is ${out.length - start} octets long; ${MAX_RDATA} is the most`);
    }
  } catch (error) {
    out.length = start;
    throw error;
  }
}

/**
 * Appends the presentation form of RDATA, spelled as BIND does: names absolute, octets in upper case base16 or in
 * base64, parted by a space after each 56 characters. Types whose format is not known come as `\# length octets`.
 *
 * @param octets  the wire form lies in `start..end` and is well formed; see {@link checkRdata}
 */
export function printRdata(
  type: number,
  klass: number,
  octets: Octets,
  start: number,
  end: number,
  out: OctetWriter,
): void {
  const codec = codecOf(type, klass);
  if (codec === undefined) printUnknown(octets, start, end, out);
  else codec.print(octets, start, end, out);
}

/**
 * Checks the wire form of RDATA, names uncompressed.
 *
 * @returns undefined if it is well formed, else what is wrong with it; types whose format is not known are always well
 *          formed
 */
export function checkRdata(
  type: number,
  klass: number,
  octets: Octets,
  start: number,
  end: number,
): string | undefined {
  if (end - start > MAX_RDATA) return `${end - start} octets are too many; ${MAX_RDATA} is the most`;
  return codecOf(type, klass)?.check(octets, start, end);
}
