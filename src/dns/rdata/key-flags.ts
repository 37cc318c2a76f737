/** Flags of KEY and DNSKEY, and the key that may be left out (RFC 2535 §3.1.2, RFC 4034 §2.1.1). */
import { hexDigit } from '../../base/encodings.ts';
import { octetsText } from '../../base/octets.ts';
import type { Field } from './field.ts';
import { readU16, readUnsigned, u16 } from './number.ts';
import { badToken, expectWord, type Tokens } from './tokens.ts';

/** Names of flags, which may be joined with `|`. */
const FLAGS: ReadonlyMap<string, number> = new Map([
  ['NOCONF', 0x4000],
  ['NOAUTH', 0x8000],
  ['NOKEY', 0xc000],
  ['FLAG2', 0x2000],
  ['EXTEND', 0x1000],
  ['FLAG4', 0x0800],
  ['FLAG5', 0x0400],
  ['USER', 0x0000],
  ['ZONE', 0x0100],
  ['HOST', 0x0200],
  ['NTYP3', 0x0300],
  ['FLAG8', 0x0080],
  ['FLAG9', 0x0040],
  ['FLAG10', 0x0020],
  ['FLAG11', 0x0010],
  ['KSK', 0x0001],
  ...Array.from({ length: 16 }, (_, i) => [`SIG${i}`, i] as const),
]);

/** The flags that say there is no key: the record ends behind the algorithm. */
const NO_KEY = 0xc000;

/** Whether the KEY whose flags lie at `at` has no key. */
export function hasNoKey(flags: number): boolean {
  return (flags & NO_KEY) === NO_KEY;
}

/** The flags that token `at` spells: a decimal number, hexadecimal behind `0x`, or names. */
function flagsAt(tokens: Tokens, at: number): number {
  expectWord(tokens, at, 'flags');
  const { source } = tokens;
  const start = tokens.start[at]!;
  const end = tokens.end[at]!;
  let value = readUnsigned(source, start, end);
  if (value < 0 && end - start <= 64) {
    const isHex = source[start] === 0x30 && (source[start + 1]! | 0x20) === 0x78 && end - start > 2;
    value = isHex ? hexValue(tokens, start + 2, end) : namedFlags(octetsText(source, start, end).toUpperCase());
  }
  if (value < 0 || value > 0xffff) {
    const hint = 'A zone signing key has 256, a key signing key 257.';
    throw badToken(tokens, at, 'flags', 'a number from 0 to 65535, or names of flags', hint);
  }
  return value;
}

function hexValue(tokens: Tokens, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = hexDigit(tokens.source[i]!);
    if (digit < 0 || value > 0xffff) return -1;
    value = value * 16 + digit;
  }
  return value;
}

function namedFlags(text: string): number {
  let value = 0;
  for (const name of text.split('|')) {
    const flag = FLAGS.get(name);
    if (flag === undefined) return -1;
    value |= flag;
  }
  return value;
}

const plain = u16('flags');

/** The flags field; printed in decimal. */
export const keyFlags: Field = {
  ...plain,
  parse(tokens, at, _origin, out) {
    out.u16(flagsAt(tokens, at));
    return at + 1;
  },
};

/** The key of KEY: `present`, unless the flags, four octets before it, say that there is none (RFC 2535 §3.1.2). */
export function optionalKey(present: Field): Field {
  return {
    name: present.name,
    parse(tokens, at, origin, out) {
      return hasNoKey(readU16(out.bytes, out.length - 4)) ? at : present.parse(tokens, at, origin, out);
    },
    print: (octets, at, end, out) => (hasNoKey(readU16(octets, at - 4)) ? at : present.print(octets, at, end, out)),
    check: (octets, at, end) => (hasNoKey(readU16(octets, at - 4)) ? at : present.check(octets, at, end)),
  };
}
