/** Octets that are spelled in base16, base32hex or base64. */
import {
  Base64Decoder,
  decodeBase16,
  decodeBase32Hex,
  encodeBase16,
  encodeBase32Hex,
  encodeBase64,
  hexDigit,
} from '../../base/encodings.ts';
import { type Octets, OctetWriter } from '../../base/octets.ts';
import type { Field } from './field.ts';
import { badToken, expectWord, RdataSyntaxError, type Tokens } from './tokens.ts';

/** Characters of an encoding before a space is put in, as BIND does; and the octets that they stand for. */
const HEX_OCTETS = 28;
const BASE64_OCTETS = 42;

/** Appends `octets[start..end)` in upper case base16, 56 digits to a word. */
export function printHexWords(octets: Octets, start: number, end: number, out: OctetWriter): void {
  for (let at = start; at < end; at += HEX_OCTETS) {
    if (at > start) out.u8(0x20);
    encodeBase16(octets, at, Math.min(end, at + HEX_OCTETS), out);
  }
}

/** Appends `octets[start..end)` in base64, 56 characters to a word. */
export function printBase64Words(octets: Octets, start: number, end: number, out: OctetWriter): void {
  for (let at = start; at < end; at += BASE64_OCTETS) {
    if (at > start) out.u8(0x20);
    encodeBase64(octets, at, Math.min(end, at + BASE64_OCTETS), out);
  }
}

/**
 * Reads base16 from all tokens from `at` on: digits may be parted anywhere.
 *
 * @throws RdataSyntaxError
 */
export function appendHexWords(tokens: Tokens, at: number, name: string, out: OctetWriter): void {
  const { source, count } = tokens;
  let high = -1;
  for (let i = at; i < count; i++) {
    expectWord(tokens, i, name);
    let from = tokens.start[i]!;
    const end = tokens.end[i]!;
    if (high >= 0 && from < end) {
      const low = hexDigit(source[from++]!);
      if (low < 0) throw badToken(tokens, i, name, 'hexadecimal');
      out.u8((high << 4) | low);
      high = -1;
    }
    const even = from + ((end - from) & ~1);
    if (decodeBase16(source, from, even, out) >= 0) throw badToken(tokens, i, name, 'hexadecimal');
    if (even < end) {
      high = hexDigit(source[even]!);
      if (high < 0) throw badToken(tokens, i, name, 'hexadecimal');
    }
  }
  if (high >= 0) throw new RdataSyntaxError(count - 1, `${name} has an odd number of hexadecimal digits`);
}

const base64 = new Base64Decoder(new OctetWriter());

/**
 * Reads base64 from tokens `at..to-1`: it may be parted anywhere.
 *
 * @throws RdataSyntaxError
 */
export function appendBase64Words(tokens: Tokens, at: number, to: number, name: string, out: OctetWriter): void {
  base64.begin(out);
  for (let i = at; i < to; i++) {
    expectWord(tokens, i, name);
    if (base64.feed(tokens.source, tokens.start[i]!, tokens.end[i]!) >= 0) throw badToken(tokens, i, name, 'base64');
  }
  if (!base64.finish()) {
    throw new RdataSyntaxError(to - 1, `${name} is not whole in base64`, 'Something is cut off or doubled.');
  }
}

/** Appends `octets[start..end)` in base64, in one word. */
export function printBase64(octets: Octets, start: number, end: number, out: OctetWriter): void {
  encodeBase64(octets, start, end, out);
}

/**
 * Reads base64 from the part `start..end` of token `at`.
 *
 * @throws RdataSyntaxError
 */
export function appendBase64Range(
  tokens: Tokens,
  at: number,
  start: number,
  end: number,
  name: string,
  out: OctetWriter,
): void {
  base64.begin(out);
  if (base64.feed(tokens.source, start, end) >= 0 || !base64.finish()) throw badToken(tokens, at, name, 'base64');
}

/** A field of octets that reaches to the end of the RDATA. */
function restField(
  name: string,
  mayBeEmpty: boolean,
  append: (tokens: Tokens, at: number, out: OctetWriter) => void,
  print: (octets: Octets, start: number, end: number, out: OctetWriter) => void,
): Field {
  return {
    name,
    parse(tokens, at, _origin, out) {
      if (at >= tokens.count) {
        if (!mayBeEmpty) throw new RdataSyntaxError(tokens.count, `${name} is missing`);
        return at;
      }
      append(tokens, at, out);
      return tokens.count;
    },
    print(octets, at, end, out) {
      print(octets, at, end, out);
      return end;
    },
    check: (_octets, at, end) => (at < end || (mayBeEmpty && at === end) ? end : -1),
  };
}

/** Base16 up to the end of the RDATA; one octet at least, unless it may be empty. */
export function hexRest(name: string, mayBeEmpty = false): Field {
  return restField(name, mayBeEmpty, (tokens, at, out) => appendHexWords(tokens, at, name, out), printHexWords);
}

/** Base64 up to the end of the RDATA; one octet at least, unless it may be empty. */
export function base64Rest(name: string, mayBeEmpty = false): Field {
  return restField(
    name,
    mayBeEmpty,
    (tokens, at, out) => appendBase64Words(tokens, at, tokens.count, name, out),
    printBase64Words,
  );
}

/** Base64 in one word up to the end of the RDATA, read from any number of words, or `-` for none. */
export function dashedBase64Rest(name: string): Field {
  const rest = base64Rest(name, true);
  return {
    ...rest,
    parse(tokens, at, origin, out) {
      expectWord(tokens, at, name);
      const start = tokens.start[at]!;
      if (tokens.end[at]! - start === 1 && tokens.source[start] === 0x2d) return at + 1;
      return rest.parse(tokens, at, origin, out);
    },
    print(octets, at, end, out) {
      if (at === end) out.u8(0x2d);
      else printBase64(octets, at, end, out);
      return end;
    },
  };
}

function lengthPrefixed(octets: Octets, at: number, end: number): number {
  return at < end && at + 1 + octets[at]! <= end ? at + 1 + octets[at]! : -1;
}

/** A salt: a length octet and up to 255 octets, spelled in one word of base16, or `-` for none (RFC 5155 §3.3). */
export function salt(name: string): Field {
  return {
    name,
    parse(tokens, at, _origin, out) {
      expectWord(tokens, at, name);
      const start = tokens.start[at]!;
      const end = tokens.end[at]!;
      if (end - start === 1 && tokens.source[start] === 0x2d) {
        out.u8(0);
        return at + 1;
      }
      if (end - start > 510) throw new RdataSyntaxError(at, `${name} is longer than 255 octets`);
      out.u8((end - start) >>> 1);
      if (start === end || decodeBase16(tokens.source, start, end, out) >= 0) {
        throw badToken(tokens, at, name, 'hexadecimal', 'Write pairs of hexadecimal digits, or - for no salt.');
      }
      return at + 1;
    },
    print(octets, at, _end, out) {
      const to = at + 1 + octets[at]!;
      if (octets[at] === 0) out.u8(0x2d);
      else encodeBase16(octets, at + 1, to, out);
      return to;
    },
    check: lengthPrefixed,
  };
}

/** A hashed owner name: a length octet and 1..255 octets, spelled in one word of base32hex (RFC 5155 §3.3). */
export function hashedName(name: string): Field {
  return {
    name,
    parse(tokens, at, _origin, out) {
      expectWord(tokens, at, name);
      const first = out.length;
      out.u8(0);
      const bad = decodeBase32Hex(tokens.source, tokens.start[at]!, tokens.end[at]!, out);
      const length = out.length - first - 1;
      if (bad >= 0 || length === 0 || length > 255) throw badToken(tokens, at, name, 'base32hex of 1 to 255 octets');
      out.bytes[first] = length;
      return at + 1;
    },
    print(octets, at, _end, out) {
      const to = at + 1 + octets[at]!;
      encodeBase32Hex(octets, at + 1, to, out);
      return to;
    },
    check: (octets, at, end) => (at < end && octets[at]! > 0 ? lengthPrefixed(octets, at, end) : -1),
  };
}
