/** Character strings: a length octet and up to 255 octets (RFC 1035 §3.3, §5.1). */
import type { Octets, OctetWriter } from '../../base/octets.ts';
import type { Field } from './field.ts';
import { RdataSyntaxError, type Tokens, tokenText } from './tokens.ts';

/**
 * Appends the octets that a token's text, or the part `start..end` of it, stands for, escapes undone.
 *
 * @throws RdataSyntaxError for a wrong escape
 */
export function appendUnescaped(
  tokens: Tokens,
  at: number,
  name: string,
  out: OctetWriter,
  start = tokens.start[at]!,
  end = tokens.end[at]!,
): void {
  const source = tokens.source;
  let i = start;
  const b = out.reserve(end - i);
  let to = out.length;
  while (i < end) {
    let octet = source[i++]!;
    if (octet === 0x5c) {
      octet = i < end ? source[i++]! : -1;
      if (octet >= 0x30 && octet <= 0x39) {
        octet = i + 1 < end ? decimalEscape(octet, source[i]!, source[i + 1]!) : -1;
        i += 2;
      }
      if (octet < 0) {
        const hint = 'An escape is \\DDD with DDD from 000 to 255, or \\ before any other character.';
        throw new RdataSyntaxError(at, `${name} ${tokenText(tokens, at)} has a wrong escape`, hint);
      }
    }
    b[to++] = octet;
  }
  out.length = to;
}

/** The octet that three digits name, or -1. */
function decimalEscape(a: number, b: number, c: number): number {
  if (b < 0x30 || b > 0x39 || c < 0x30 || c > 0x39) return -1;
  const value = (a - 0x30) * 100 + (b - 0x30) * 10 + c - 0x30;
  return value <= 255 ? value : -1;
}

/** Appends one character string, its length octet first. */
export function appendCharString(tokens: Tokens, at: number, name: string, out: OctetWriter): void {
  if (at >= tokens.count) throw new RdataSyntaxError(tokens.count, `${name} is missing`);
  const first = out.length;
  out.u8(0);
  appendUnescaped(tokens, at, name, out);
  const length = out.length - first - 1;
  if (length > 255) {
    throw new RdataSyntaxError(
      at,
      `${name} is longer than 255 octets`,
      'Cut it into several strings, each in quotation marks.',
    );
  }
  out.bytes[first] = length;
}

/** Appends `octets[start..end)` in quotation marks; `"` and `\` escaped, everything but printable ASCII as `\DDD`. */
export function printQuoted(octets: Octets, start: number, end: number, out: OctetWriter): void {
  const b = out.reserve((end - start) * 4 + 2);
  let to = out.length;
  b[to++] = 0x22;
  for (let i = start; i < end; i++) {
    const octet = octets[i]!;
    if (octet < 0x20 || octet >= 0x7f) {
      const hundreds = (octet / 100) | 0;
      const tens = ((octet - hundreds * 100) / 10) | 0;
      b[to++] = 0x5c;
      b[to++] = 0x30 + hundreds;
      b[to++] = 0x30 + tens;
      b[to++] = 0x30 + octet - hundreds * 100 - tens * 10;
    } else {
      if (octet === 0x22 || octet === 0x5c) b[to++] = 0x5c;
      b[to++] = octet;
    }
  }
  b[to++] = 0x22;
  out.length = to;
}

/** One character string. */
export function charString(name: string): Field {
  return {
    name,
    parse(tokens, at, _origin, out) {
      appendCharString(tokens, at, name, out);
      return at + 1;
    },
    print(octets, at, _end, out) {
      const to = at + 1 + octets[at]!;
      printQuoted(octets, at + 1, to, out);
      return to;
    },
    check: (octets, at, end) => (at < end && at + 1 + octets[at]! <= end ? at + 1 + octets[at]! : -1),
  };
}

/** One character string or more, up to the end of the RDATA. */
export function charStrings(name: string): Field {
  return {
    name,
    parse(tokens, at, _origin, out) {
      let next = at;
      do appendCharString(tokens, next++, name, out);
      while (next < tokens.count);
      return next;
    },
    print(octets, at, end, out) {
      let next = at;
      while (next < end) {
        if (next > at) out.u8(0x20);
        const to = next + 1 + octets[next]!;
        printQuoted(octets, next + 1, to, out);
        next = to;
      }
      return next;
    },
    check(octets, at, end) {
      let next = at;
      do next = next < end ? next + 1 + octets[next]! : end + 1;
      while (next < end);
      return next <= end ? next : -1;
    },
  };
}

/** A character string that may be left out at the end of the RDATA. */
export function optionalCharString(name: string): Field {
  const present = charString(name);
  return {
    name,
    parse: (tokens, at, origin, out) => (at < tokens.count ? present.parse(tokens, at, origin, out) : at),
    print: (octets, at, end, out) => (at < end ? present.print(octets, at, end, out) : at),
    check: (octets, at, end) => (at < end ? present.check(octets, at, end) : at),
  };
}
