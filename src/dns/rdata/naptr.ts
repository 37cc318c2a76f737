/** The substitution expression of NAPTR: nothing, or `/expression/replacement/flags` (RFC 3402 §3.2). */
import type { Octets } from '../../base/octets.ts';
import { charString } from './char-string.ts';
import type { Field } from './field.ts';
import { countGroups } from './regex.ts';
import { RdataSyntaxError, tokenText } from './tokens.ts';

const BACKSLASH = 0x5c;
const FLAG_I = 0x69;

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}

/** Where the part that begins at `at` meets its delimiter, escapes passed over; -1 if it never does. */
function endOfPart(octets: Octets, at: number, end: number, delimiter: number): number {
  for (let i = at; i < end; i++) {
    if (octets[i] === 0) return -1;
    if (octets[i] === delimiter) return i;
    if (octets[i] === BACKSLASH && (++i >= end || octets[i] === 0)) return -1;
  }
  return -1;
}

/** The highest back reference in a replacement: 1..9, 0 for none; -1 for a reference to group 0. */
function highestReference(octets: Octets, start: number, end: number): number {
  let highest = 0;
  for (let i = start; i < end; i++) {
    if (octets[i] !== BACKSLASH) continue;
    const digit = octets[++i]! - 0x30;
    if (digit === 0) return -1;
    if (digit > 0 && digit <= 9) highest = Math.max(highest, digit);
  }
  return highest;
}

/**
 * Whether the octets are a substitution expression: a delimiter that is no digit, backslash or flag; a well-formed
 * expression; a replacement that refers to none but its groups; no flag but `i`.
 */
function isSubstitution(octets: Octets, start: number, end: number): boolean {
  if (start === end) return true;
  const delimiter = octets[start]!;
  if (delimiter === 0 || isDigit(delimiter) || delimiter === BACKSLASH || delimiter === FLAG_I) return false;
  const middle = endOfPart(octets, start + 1, end, delimiter);
  const last = middle < 0 ? -1 : endOfPart(octets, middle + 1, end, delimiter);
  if (last < 0) return false;
  for (let i = last + 1; i < end; i++) if (octets[i] !== FLAG_I) return false;
  const groups = countGroups(octets, start + 1, middle);
  const reference = highestReference(octets, middle + 1, last);
  return groups >= 0 && reference >= 0 && reference <= groups;
}

const text = charString('regexp');

/** The regexp field: a character string that is a substitution expression. */
export const substitution: Field = {
  name: 'regexp',
  parse(tokens, at, origin, out) {
    const start = out.length;
    const next = text.parse(tokens, at, origin, out);
    if (!isSubstitution(out.bytes, start + 1, out.length)) {
      const hint = 'Write it as "!expression!replacement!", with each backslash doubled.';
      throw new RdataSyntaxError(at, `regexp ${tokenText(tokens, at)} is not a substitution expression`, hint);
    }
    return next;
  },
  print: text.print,
  check(octets, at, end) {
    const to = text.check(octets, at, end);
    return to >= 0 && isSubstitution(octets, at + 1, to) ? to : -1;
  },
};
