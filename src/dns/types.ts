/** RR types and classes: numbers and mnemonics (IANA, DNS Parameters). */
import type { OctetWriter } from '../base/octets.ts';

/** The types that the program itself speaks of. */
export const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  KEY: 25,
  AAAA: 28,
  SRV: 33,
  DNAME: 39,
  OPT: 41,
  DS: 43,
  SSHFP: 44,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  CDS: 59,
  CDNSKEY: 60,
  CSYNC: 62,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  CAA: 257,
} as const;

/** The class of the Internet (RFC 1035 §3.2.4). */
export const CLASS_IN = 1;

const NUMBERS: Readonly<Record<string, number>> = {
  A: 1, NS: 2, MD: 3, MF: 4, CNAME: 5, SOA: 6, MB: 7, MG: 8, MR: 9, NULL: 10, WKS: 11, PTR: 12, HINFO: 13,
  MINFO: 14, MX: 15, TXT: 16, RP: 17, AFSDB: 18, X25: 19, ISDN: 20, RT: 21, NSAP: 22, 'NSAP-PTR': 23, SIG: 24,
  KEY: 25, PX: 26, GPOS: 27, AAAA: 28, LOC: 29, NXT: 30, EID: 31, NIMLOC: 32, SRV: 33, ATMA: 34, NAPTR: 35,
  KX: 36, CERT: 37, A6: 38, DNAME: 39, SINK: 40, OPT: 41, APL: 42, DS: 43, SSHFP: 44, IPSECKEY: 45, RRSIG: 46,
  NSEC: 47, DNSKEY: 48, DHCID: 49, NSEC3: 50, NSEC3PARAM: 51, TLSA: 52, SMIMEA: 53, HIP: 55, NINFO: 56, RKEY: 57,
  TALINK: 58, CDS: 59, CDNSKEY: 60, OPENPGPKEY: 61, CSYNC: 62, ZONEMD: 63, SVCB: 64, HTTPS: 65, DSYNC: 66,
  HHIT: 67, BRID: 68, SPF: 99,
  UINFO: 100, UID: 101, GID: 102, UNSPEC: 103, NID: 104, L32: 105, L64: 106, LP: 107, EUI48: 108, EUI64: 109,
  TKEY: 249, TSIG: 250, IXFR: 251, AXFR: 252, MAILB: 253, MAILA: 254, ANY: 255, URI: 256, CAA: 257, AVC: 258,
  DOA: 259, AMTRELAY: 260, RESINFO: 261, WALLET: 262, TA: 32768, DLV: 32769,
}; // biome-ignore format: a table

const NAMES: readonly string[] = (() => {
  const names: string[] = [];
  for (const [name, number] of Object.entries(NUMBERS)) names[number] = name;
  return names;
})();

const CLASSES: Readonly<Record<string, number>> = { IN: 1, CH: 3, CHAOS: 3, HS: 4, HESIOD: 4 };

/** Types that are questions or live in messages only: none may stand in a zone (RFC 6895 §3.1). */
export function isMetaType(type: number): boolean {
  return type === 0 || type === 41 || (type >= 128 && type <= 255 && !(type >= 99 && type <= 109));
}

/** The type's mnemonic, or `TYPEn` (RFC 3597 §5). */
export function typeText(type: number): string {
  return NAMES[type] ?? `TYPE${type}`;
}

/** @returns the type's number for a mnemonic or `TYPEn`, any case; -1 if there is none */
export function typeFromText(text: string): number {
  const upper = text.toUpperCase();
  const known = Object.hasOwn(NUMBERS, upper) ? NUMBERS[upper] : undefined;
  if (known !== undefined) return known;
  return numbered(upper, 'TYPE');
}

const SLOTS = 1024;

/** The mnemonics as octets, and an open hash table over them: 1 + the index of the mnemonic, 0 for an empty slot. */
const MNEMONICS: readonly { readonly type: number; readonly text: Uint8Array }[] = Object.entries(NUMBERS).map(
  ([name, type]) => ({ type, text: Uint8Array.from(name, (c) => c.charCodeAt(0)) }),
);
const MNEMONIC_SLOTS: Uint8Array = (() => {
  const slots = new Uint8Array(SLOTS);
  MNEMONICS.forEach(({ text }, index) => {
    let slot = hashMnemonic(text, 0, text.length);
    while (slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
    slots[slot] = index + 1;
  });
  return slots;
})();
const TEXTS: readonly (Uint8Array | undefined)[] = (() => {
  const texts: (Uint8Array | undefined)[] = [];
  for (const { type, text } of MNEMONICS) texts[type] = text;
  return texts;
})();

function upperCase(octet: number): number {
  return octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet;
}

function hashMnemonic(source: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let i = start; i < end; i++) hash = (hash * 31 + upperCase(source[i]!)) | 0;
  return (hash ^ (hash >>> 10)) & (SLOTS - 1);
}

/**
 * The type that `source[start..end)` names, without making a string.
 *
 * @returns the type's number for a mnemonic or `TYPEn`, any case; -1 if there is none
 */
export function typeFromOctets(source: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length > 10) return -1;
  for (let slot = hashMnemonic(source, start, end); ; slot = (slot + 1) & (SLOTS - 1)) {
    const index = MNEMONIC_SLOTS[slot]!;
    if (index === 0) break;
    const { type, text } = MNEMONICS[index - 1]!;
    if (text.length !== length) continue;
    let i = 0;
    while (i < length && upperCase(source[start + i]!) === text[i]) i++;
    if (i === length) return type;
  }
  if (length < 5) return -1;
  for (let i = 0; i < 4; i++) if (upperCase(source[start + i]!) !== TYPE_WORD[i]) return -1;
  let value = 0;
  for (let i = start + 4; i < end; i++) {
    const digit = source[i]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return length <= 9 && value <= 0xffff ? value : -1;
}
const TYPE_WORD = Uint8Array.from('TYPE', (c) => c.charCodeAt(0));

/** Appends the type's mnemonic, or `TYPEn`; only `n` for `asNumber`. */
export function printType(type: number, out: OctetWriter, asNumber = false): void {
  const text = TEXTS[type];
  if (text !== undefined) out.copy(text);
  else {
    if (!asNumber) out.copy(TYPE_WORD);
    out.decimal(type);
  }
}

/** The class's mnemonic, or `CLASSn` (RFC 3597 §5). */
export function classText(klass: number): string {
  return klass === 1 ? 'IN' : klass === 3 ? 'CH' : klass === 4 ? 'HS' : `CLASS${klass}`;
}

/** @returns the class's number for a mnemonic or `CLASSn`, any case; -1 if there is none */
export function classFromText(text: string): number {
  const upper = text.toUpperCase();
  const known = Object.hasOwn(CLASSES, upper) ? CLASSES[upper] : undefined;
  if (known !== undefined) return known;
  return numbered(upper, 'CLASS');
}

function numbered(text: string, prefix: string): number {
  if (!text.startsWith(prefix)) return -1;
  const digits = text.slice(prefix.length);
  if (!/^\d{1,5}$/.test(digits)) return -1;
  const value = Number(digits);
  return value <= 0xffff ? value : -1;
}
