/** Values of SVCB and HTTPS parameters (RFC 9460 §7, RFC 9461 §5): text, wire form, and what makes them well formed. */
import { type Octets, OctetWriter } from '../../base/octets.ts';
import { printIpv4, printIpv6, readIpv4, readIpv6 } from './address.ts';
import { appendUnescaped, printQuoted } from './char-string.ts';
import { appendBase64Range, printBase64 } from './encoded.ts';
import { readU16, readUnsigned } from './number.ts';
import { badToken, RdataSyntaxError, type Tokens } from './tokens.ts';

/** How a parameter's value is spelled and checked. `at` is the token that holds the value, from `start` on. */
export interface ValueFormat {
  readonly name: string;
  /** Appends the wire form of the value `start..end` of token `at`; `start === end` where there is none. */
  parse(tokens: Tokens, at: number, start: number, end: number, out: OctetWriter): void;
  /** Prints a well-formed value that is not empty. */
  print(octets: Octets, start: number, end: number, out: OctetWriter): void;
  /** Whether the value is well formed. */
  check(octets: Octets, start: number, end: number): boolean;
}

const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** Calls `each` with the bounds of every part between commas: one part at least, which may be empty. */
function splitAtCommas(source: Octets, start: number, end: number, each: (from: number, to: number) => void): void {
  let from = start;
  for (let i = start; i <= end; i++) {
    if (i === end || source[i] === COMMA) {
      each(from, i);
      from = i + 1;
    }
  }
}

/** The number of the key that `source[start..end)` names, or -1. */
export function keyNumber(source: Octets, start: number, end: number, foldCase: boolean): number {
  if (end - start > 32) return -1;
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(source[i]!);
  if (foldCase) text = text.toLowerCase();
  const known = FORMATS.findIndex((format) => format.name === text);
  if (known >= 0) return known;
  if (!text.startsWith('key')) return -1;
  const number = readUnsigned(source, start + 3, end);
  const isPadded = end - start > 4 && source[start + 3] === 0x30;
  return isPadded || number > 0xffff ? -1 : number;
}

/** Appends the name of a key: its mnemonic, or `keyN` for those BIND 9.18 prints so. */
export function printKey(key: number, out: OctetWriter): void {
  if (key < PRINTED_BY_NAME) out.ascii(FORMATS[key]!.name);
  else {
    out.ascii('key');
    out.decimal(key);
  }
}

/** The keys that must be understood: ascending numbers, `mandatory` itself never (RFC 9460 §8). */
const MANDATORY: ValueFormat = {
  name: 'mandatory',
  parse(tokens, at, start, end, out) {
    const keys = new Set<number>();
    splitAtCommas(tokens.source, start, end, (from, to) => {
      const key = keyNumber(tokens.source, from, to, true);
      if (key < 0) throw new RdataSyntaxError(at, 'mandatory is not a list of keys parted by commas');
      if (keys.has(key)) throw new RdataSyntaxError(at, 'mandatory names a key twice');
      keys.add(key);
    });
    for (const key of [...keys].sort((a, b) => a - b)) out.u16(key);
  },
  print(octets, start, end, out) {
    for (let at = start; at < end; at += 2) {
      if (at > start) out.u8(COMMA);
      printKey(readU16(octets, at), out);
    }
  },
  check(octets, start, end) {
    if (end === start || (end - start) % 2 !== 0) return false;
    let last = 0;
    for (let at = start; at < end; at += 2) {
      const key = readU16(octets, at);
      if (key <= last) return false;
      last = key;
    }
    return true;
  },
};

const unescaped = new OctetWriter();

/** Protocols, each behind its length; a comma or backslash of theirs is escaped a second time (RFC 9460 App. A.1). */
const ALPN: ValueFormat = {
  name: 'alpn',
  parse(tokens, at, start, end, out) {
    unescaped.clear();
    appendUnescaped(tokens, at, 'alpn', unescaped, start, end);
    const { bytes, length } = unescaped;
    let lengthAt = out.length;
    out.u8(0);
    const close = () => {
      const size = out.length - lengthAt - 1;
      if (size === 0 || size > 255) throw new RdataSyntaxError(at, 'each protocol in alpn takes 1 to 255 octets');
      out.bytes[lengthAt] = size;
    };
    for (let i = 0; i < length; i++) {
      if (bytes[i] === COMMA) {
        close();
        lengthAt = out.length;
        out.u8(0);
      } else if (bytes[i] === BACKSLASH && ++i === length) {
        throw new RdataSyntaxError(at, 'alpn ends in the middle of an escape');
      } else out.u8(bytes[i]!);
    }
    close();
  },
  print(octets, start, end, out) {
    out.u8(0x22);
    for (let at = start; at < end; ) {
      if (at > start) out.u8(COMMA);
      const to = at + 1 + octets[at]!;
      for (at++; at < to; at++) printProtocolOctet(octets[at]!, out);
    }
    out.u8(0x22);
  },
  check(octets, start, end) {
    if (start === end) return false;
    let at = start;
    while (at < end) {
      if (octets[at] === 0) return false;
      at += 1 + octets[at]!;
    }
    return at === end;
  },
};

function printProtocolOctet(octet: number, out: OctetWriter): void {
  if (octet <= 0x20 || octet >= 0x7f) {
    out.u8(BACKSLASH);
    out.u8(0x30 + Math.floor(octet / 100));
    out.u8(0x30 + (Math.floor(octet / 10) % 10));
    out.u8(0x30 + (octet % 10));
    return;
  }
  if (octet === COMMA) out.ascii('\\\\');
  else if (octet === BACKSLASH) out.ascii('\\\\\\');
  else if (octet === 0x22) out.u8(BACKSLASH);
  out.u8(octet);
}

const NO_DEFAULT_ALPN: ValueFormat = {
  name: 'no-default-alpn',
  parse(_tokens, at, start, end) {
    if (start < end) throw new RdataSyntaxError(at, 'no-default-alpn takes no value');
  },
  print() {},
  check: (_octets, start, end) => start === end,
};

const PORT: ValueFormat = {
  name: 'port',
  parse(tokens, at, start, end, out) {
    const port = readUnsigned(tokens.source, start, end);
    if (port < 0 || port > 0xffff) throw badToken(tokens, at, 'port', 'a number from 0 to 65535');
    out.u16(port);
  },
  print: (octets, start, _end, out) => out.decimal(readU16(octets, start)),
  check: (_octets, start, end) => end - start === 2,
};

/** Addresses of one family, parted by commas. */
function addressHint(
  name: string,
  size: number,
  kind: string,
  read: (source: Octets, start: number, end: number, out: Octets, at: number) => boolean,
  print: (octets: Octets, at: number, out: OctetWriter) => void,
): ValueFormat {
  return {
    name,
    parse(tokens, at, start, end, out) {
      splitAtCommas(tokens.source, start, end, (from, to) => {
        if (!read(tokens.source, from, to, out.reserve(size), out.length)) {
          throw new RdataSyntaxError(at, `${name} is not a list of ${kind} addresses parted by commas`);
        }
        out.length += size;
      });
    },
    print(octets, start, end, out) {
      for (let at = start; at < end; at += size) {
        if (at > start) out.u8(COMMA);
        print(octets, at, out);
      }
    },
    check: (_octets, start, end) => end > start && (end - start) % size === 0,
  };
}

const ECH: ValueFormat = {
  name: 'ech',
  parse: (tokens, at, start, end, out) => appendBase64Range(tokens, at, start, end, 'ech', out),
  print: printBase64,
  check: () => true,
};

/** A path, absolute, with a URI template expression that expands the variable `dns` (RFC 9461 §5). */
const DOHPATH: ValueFormat = {
  name: 'dohpath',
  parse(tokens, at, start, end, out) {
    const first = out.length;
    appendUnescaped(tokens, at, 'dohpath', out, start, end);
    if (!isDohPath(out.bytes, first, out.length)) {
      throw new RdataSyntaxError(at, 'dohpath is not a path with the variable dns', 'Write it as /dns-query{?dns}.');
    }
  },
  print: printQuoted,
  check: isDohPath,
};

function isDohPath(octets: Octets, start: number, end: number): boolean {
  if (start === end || octets[start] !== 0x2f) return false;
  let hasVariable = false;
  for (let at = start; at < end; at++) {
    if (octets[at] === 0x7d) return false;
    if (octets[at] !== 0x7b) continue;
    let text = '';
    for (at++; at < end && octets[at] !== 0x7d; at++) {
      if (octets[at] === 0x7b) return false;
      text += String.fromCharCode(octets[at]!);
    }
    if (at === end) return false;
    const names = text.replace(/^[+#./;?&]/, '').split(',');
    if (names.some((name) => /^dns(?:\*|:\d{1,4})?$/.test(name))) hasVariable = true;
  }
  return hasVariable;
}

/** The parameters whose format is known, by key. */
export const FORMATS: readonly ValueFormat[] = [
  MANDATORY,
  ALPN,
  NO_DEFAULT_ALPN,
  PORT,
  addressHint('ipv4hint', 4, 'IPv4', readIpv4, printIpv4),
  ECH,
  addressHint('ipv6hint', 16, 'IPv6', readIpv6, printIpv6),
  DOHPATH,
];
/** Keys below this one are printed by name. */
const PRINTED_BY_NAME = 7;
