/** RR types and classes: numbers and mnemonics (IANA, DNS Parameters). */

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

export const CLASS_IN = 1;

const NUMBERS: Readonly<Record<string, number>> = {
  A: 1, NS: 2, MD: 3, MF: 4, CNAME: 5, SOA: 6, MB: 7, MG: 8, MR: 9, NULL: 10, WKS: 11, PTR: 12, HINFO: 13,
  MINFO: 14, MX: 15, TXT: 16, RP: 17, AFSDB: 18, X25: 19, ISDN: 20, RT: 21, NSAP: 22, 'NSAP-PTR': 23, SIG: 24,
  KEY: 25, PX: 26, GPOS: 27, AAAA: 28, LOC: 29, NXT: 30, EID: 31, NIMLOC: 32, SRV: 33, ATMA: 34, NAPTR: 35,
  KX: 36, CERT: 37, A6: 38, DNAME: 39, SINK: 40, OPT: 41, APL: 42, DS: 43, SSHFP: 44, IPSECKEY: 45, RRSIG: 46,
  NSEC: 47, DNSKEY: 48, DHCID: 49, NSEC3: 50, NSEC3PARAM: 51, TLSA: 52, SMIMEA: 53, HIP: 55, NINFO: 56, RKEY: 57,
  TALINK: 58, CDS: 59, CDNSKEY: 60, OPENPGPKEY: 61, CSYNC: 62, ZONEMD: 63, SVCB: 64, HTTPS: 65, SPF: 99,
  UINFO: 100, UID: 101, GID: 102, UNSPEC: 103, NID: 104, L32: 105, L64: 106, LP: 107, EUI48: 108, EUI64: 109,
  TKEY: 249, TSIG: 250, IXFR: 251, AXFR: 252, MAILB: 253, MAILA: 254, ANY: 255, URI: 256, CAA: 257, AVC: 258,
  DOA: 259, AMTRELAY: 260, RESINFO: 261, TA: 32768, DLV: 32769,
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
