/** Text without a length of its own, as in CAA and URI, and the tag of CAA. */
import { appendUnescaped, printQuoted } from './char-string.ts';
import type { Field } from './field.ts';
import { badToken, expectWord, RdataSyntaxError } from './tokens.ts';

/**
 * Text up to the end of the RDATA, of any length, also none.
 *
 * @param isQuoted  whether its text must stand in quotation marks
 */
export function textRest(name: string, isQuoted: boolean): Field {
  return {
    name,
    parse(tokens, at, _origin, out) {
      if (at >= tokens.count) throw new RdataSyntaxError(tokens.count, `${name} is missing`);
      if (isQuoted && tokens.quoted[at] === 0) {
        throw new RdataSyntaxError(at, `${name} must be a quoted string`, 'Put it in quotation marks.');
      }
      appendUnescaped(tokens, at, name, out);
      return at + 1;
    },
    print(octets, at, end, out) {
      printQuoted(octets, at, end, out);
      return end;
    },
    check: (_octets, at, end) => (at <= end ? end : -1),
  };
}

function isLetterOrDigit(octet: number): boolean {
  const folded = octet | 0x20;
  return (octet >= 0x30 && octet <= 0x39) || (folded >= 0x61 && folded <= 0x7a);
}

/** A property tag: a length octet and 1..255 letters and digits (RFC 8659 §4.1). */
export const tag: Field = {
  name: 'tag',
  parse(tokens, at, _origin, out) {
    expectWord(tokens, at, 'tag');
    const start = tokens.start[at]!;
    const end = tokens.end[at]!;
    for (let i = start; i < end; i++) {
      if (!isLetterOrDigit(tokens.source[i]!)) throw badToken(tokens, at, 'tag', 'letters and digits');
    }
    if (end - start < 1 || end - start > 255) throw new RdataSyntaxError(at, 'tag takes 1 to 255 letters and digits');
    out.u8(end - start);
    out.copy(tokens.source, start, end);
    return at + 1;
  },
  print(octets, at, _end, out) {
    const to = at + 1 + octets[at]!;
    out.copy(octets, at + 1, to);
    return to;
  },
  check(octets, at, end) {
    if (at >= end || octets[at] === 0) return -1;
    const to = at + 1 + octets[at]!;
    if (to > end) return -1;
    for (let i = at + 1; i < to; i++) if (!isLetterOrDigit(octets[i]!)) return -1;
    return to;
  },
};
