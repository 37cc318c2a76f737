/** Telling private key text from everything else, so that nobody quotes it in an error. */
import { type Octets, octetsText } from '../base/octets.ts';

/** Key files are small, and say what they are within this many octets. */
const LOOKED_AT = 65_536;
/** A line of a BIND private key file, or the beginning of a PEM one. */
const PRIVATE =
  /^[ \t]*(?:Private-key-format|PrivateKey|PrivateExponent|Prime[12]|Exponent[12]|Coefficient|Private_value\(x\)):|-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/m;

/** Whether the beginning of a file, `octets[start..end)`, holds private key text: BIND's format or PEM. */
export function holdsPrivateKey(octets: Octets, start = 0, end = octets.length): boolean {
  return PRIVATE.test(octetsText(octets, start, Math.min(end, start + LOOKED_AT)));
}
