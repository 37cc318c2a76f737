/** Numbers that may be spelled with a mnemonic: algorithms, digest types, key flags, certificate types. */
import { octetsText } from '../../base/octets.ts';
import type { Field } from './field.ts';
import { readU16, readUnsigned } from './number.ts';
import { badToken, expectWord, type Tokens } from './tokens.ts';

type Mnemonics = ReadonlyMap<string, number>;

/** DNS security algorithm numbers (IANA); of several spellings the first is BIND's. */
export const ALGORITHMS: Mnemonics = new Map([
  ['RSAMD5', 1],
  ['DH', 2],
  ['DSA', 3],
  ['RSASHA1', 5],
  ['NSEC3DSA', 6],
  ['DSA-NSEC3-SHA1', 6],
  ['NSEC3RSASHA1', 7],
  ['RSASHA1-NSEC3-SHA1', 7],
  ['RSASHA256', 8],
  ['RSASHA512', 10],
  ['ECCGOST', 12],
  ['ECC-GOST', 12],
  ['ECDSAP256SHA256', 13],
  ['ECDSA256', 13],
  ['ECDSAP384SHA384', 14],
  ['ECDSA384', 14],
  ['ED25519', 15],
  ['ED448', 16],
  ['INDIRECT', 252],
  ['PRIVATEDNS', 253],
  ['PRIVATEOID', 254],
]);

/** Digest types of DS (IANA). */
export const DIGEST_TYPES: Mnemonics = new Map([
  ['SHA-1', 1],
  ['SHA1', 1],
  ['SHA-256', 2],
  ['SHA256', 2],
  ['GOST', 3],
  ['SHA-384', 4],
  ['SHA384', 4],
]);

/** Protocols of KEY and DNSKEY (RFC 2535 §3.1.3). */
export const PROTOCOLS: Mnemonics = new Map([
  ['NONE', 0],
  ['TLS', 1],
  ['EMAIL', 2],
  ['DNSSEC', 3],
  ['IPSEC', 4],
  ['ALL', 255],
]);

/** Hash algorithms of NSEC3 (RFC 5155 §11). */
export const NSEC3_HASHES: Mnemonics = new Map([['SHA-1', 1]]);

/** Schemes of DSYNC (IANA). */
export const DSYNC_SCHEMES: Mnemonics = new Map([['NOTIFY', 1]]);

/** Certificate types of CERT, and their mnemonics when printed (RFC 4398 §2.1). */
export const CERTIFICATE_TYPES: Mnemonics = new Map([
  ['PKIX', 1],
  ['SPKI', 2],
  ['PGP', 3],
  ['IPKIX', 4],
  ['ISPKI', 5],
  ['IPGP', 6],
  ['ACPKIX', 7],
  ['IACPKIX', 8],
  ['URI', 253],
  ['OID', 254],
]);

function mnemonicAt(tokens: Tokens, at: number, mnemonics: Mnemonics): number {
  const start = tokens.start[at]!;
  const end = tokens.end[at]!;
  if (end - start > 32) return -1;
  return mnemonics.get(octetsText(tokens.source, start, end).toUpperCase()) ?? -1;
}

function readMnemonic(tokens: Tokens, at: number, name: string, mnemonics: Mnemonics, max: number): number {
  expectWord(tokens, at, name);
  let value = readUnsigned(tokens.source, tokens.start[at]!, tokens.end[at]!);
  if (value < 0) value = mnemonicAt(tokens, at, mnemonics);
  if (value < 0 || value > max) throw badToken(tokens, at, name, `a number from 0 to ${max} or a known mnemonic`);
  return value;
}

/** The spelling of each number: the first in the table. */
function spellings(mnemonics: Mnemonics): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const [spelling, value] of mnemonics) if (!found.has(value)) found.set(value, spelling);
  return found;
}

/**
 * A number of 8 bits that may be spelled with a mnemonic.
 *
 * @param isPrintedSo  whether it is printed so as well, where there is one; else always in decimal
 */
export function mnemonicU8(name: string, mnemonics: Mnemonics, isPrintedSo = false): Field {
  const printed = isPrintedSo ? spellings(mnemonics) : undefined;
  return {
    name,
    parse(tokens, at, _origin, out) {
      out.u8(readMnemonic(tokens, at, name, mnemonics, 0xff));
      return at + 1;
    },
    print(octets, at, _end, out) {
      const spelling = printed?.get(octets[at]!);
      if (spelling === undefined) out.decimal(octets[at]!);
      else out.ascii(spelling);
      return at + 1;
    },
    check: (_octets, at, end) => (at + 1 <= end ? at + 1 : -1),
  };
}

/** A number of 16 bits that may be spelled with a mnemonic; printed so where there is one. */
export function mnemonicU16(name: string, mnemonics: Mnemonics): Field {
  const printed = spellings(mnemonics);
  return {
    name,
    parse(tokens, at, _origin, out) {
      out.u16(readMnemonic(tokens, at, name, mnemonics, 0xffff));
      return at + 1;
    },
    print(octets, at, _end, out) {
      const value = readU16(octets, at);
      const spelling = printed.get(value);
      if (spelling === undefined) out.decimal(value);
      else out.ascii(spelling);
      return at + 2;
    },
    check: (_octets, at, end) => (at + 2 <= end ? at + 2 : -1),
  };
}
