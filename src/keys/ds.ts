/** DS digests of keys, and the records that a parent is asked for: DS, CDS, CDNSKEY. */
import { createHash } from 'node:crypto';
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { canonicalName, nameText } from '../dns/name.ts';
import { groupedBase64 } from './key-file.ts';
import { keyTag } from './key-tag.ts';

/** A digest type of DS records (IANA, DS RR Type Digest Algorithms). */
interface DigestType {
  readonly number: number;
  readonly mnemonic: string;
  readonly hash: 'sha1' | 'sha256' | 'sha384';
  readonly length: number;
  /** Whether new DS records are made with it; SHA-1 is compared only (RFC 8624 §3.3). */
  readonly isMade: boolean;
}

const DIGEST_TYPES: readonly DigestType[] = [
  { number: 1, mnemonic: 'SHA-1', hash: 'sha1', length: 20, isMade: false },
  { number: 2, mnemonic: 'SHA-256', hash: 'sha256', length: 32, isMade: true },
  { number: 4, mnemonic: 'SHA-384', hash: 'sha384', length: 48, isMade: true },
];

/**
 * The digest of a key for a DS record: digest(owner name in canonical form | DNSKEY RDATA).
 *
 * @param owner  wire form, any case
 * @param type   digest type: 1, 2 or 4
 * @returns      20, 32 or 48 octets; undefined for another digest type
 * @see RFC 4034 §5.1.4, RFC 4509 §2.1, RFC 6605 §2
 */
export function dsDigest(owner: Octets, dnskeyRdata: Octets, type: number): Octets | undefined {
  const found = DIGEST_TYPES.find((t) => t.number === type);
  if (found === undefined) return undefined;
  return createHash(found.hash).update(canonicalName(owner)).update(dnskeyRdata).digest();
}

/**
 * DS RDATA for a key: key tag, algorithm, digest type, digest (RFC 4034 §5.1). CDS has the same form.
 *
 * @param type  digest type: 2 or 4
 * @throws DnssecError KEY_UNSUPPORTED for a digest type that no DS is made with
 */
export function dsRdata(owner: Octets, dnskeyRdata: Octets, type: number): Octets {
  const digest = dsDigest(owner, dnskeyRdata, requireDigestType(type))!;
  const tag = keyTag(dnskeyRdata);
  return Uint8Array.from([tag >>> 8, tag & 255, dnskeyRdata[3]!, type, ...digest]);
}

/** CDS and CDNSKEY RDATA that ask the parent to remove every DS: `0 0 0 00` and `0 3 0 AA==` (RFC 8078 §4). */
export const CDS_DELETE: Octets = Uint8Array.of(0, 0, 0, 0, 0);
/** See `CDS_DELETE`. */
export const CDNSKEY_DELETE: Octets = Uint8Array.of(0, 0, 3, 0, 0);

/**
 * Whether a DS record stands for a key: tag, algorithm and digest all agree.
 *
 * @param ds  DS RDATA
 * @returns   false also for a digest type that is not known
 */
export function isDsOf(ds: Octets, owner: Octets, dnskeyRdata: Octets): boolean {
  if (ds.length < 5 || ((ds[0]! << 8) | ds[1]!) !== keyTag(dnskeyRdata) || ds[2] !== dnskeyRdata[3]) return false;
  const digest = dsDigest(owner, dnskeyRdata, ds[3]!);
  return digest !== undefined && digest.length === ds.length - 4 && digest.every((octet, i) => octet === ds[i + 4]);
}

function requireDigestType(type: number): number {
  const found = DIGEST_TYPES.find((t) => t.number === type);
  if (found?.isMade === true) return type;
  const name = found === undefined ? '' : ` (${found.mnemonic})`;
  throw new DnssecError('KEY_UNSUPPORTED', `no DS records are made with digest type ${type}${name}`, {
    hint: 'Digest types to choose from: 2 (SHA-256), 4 (SHA-384).',
  });
}

/**
 * Reads a list of digest types: numbers or mnemonics with commas between, `2,4` or `SHA-256,sha384`.
 *
 * @returns the numbers in the order given, without repetitions
 * @throws DnssecError USAGE for a word that is none, KEY_UNSUPPORTED for a type that no DS is made with
 */
export function parseDigestTypes(text: string): number[] {
  const plain = (word: string) => word.replaceAll('-', '').toUpperCase();
  const numbers = text.split(',').map((word) => {
    const trimmed = word.trim();
    if (/^\d{1,3}$/.test(trimmed)) return requireDigestType(Number(trimmed));
    const found = DIGEST_TYPES.find((t) => plain(t.mnemonic) === plain(trimmed));
    if (found === undefined)
      throw new DnssecError('USAGE', `"${trimmed}" is not a digest type`, { hint: 'Say 2, 4 or 2,4.' });
    return requireDigestType(found.number);
  });
  return [...new Set(numbers)];
}

/** A DS or CDS record as dnssec-dsfromkey prints it: no TTL, the digest in upper case. */
export function dsText(owner: Octets, dnskeyRdata: Octets, digestType: number, type: 'DS' | 'CDS' = 'DS'): string {
  const rdata = dsRdata(owner, dnskeyRdata, digestType);
  const digest = Buffer.from(rdata.subarray(4)).toString('hex').toUpperCase();
  return `${nameText(owner)} IN ${type} ${keyTag(dnskeyRdata)} ${rdata[2]} ${digestType} ${digest}`;
}

/** A DNSKEY or CDNSKEY record without TTL; the two have the same RDATA (RFC 7344 §3.2). */
export function dnskeyText(owner: Octets, rdata: Octets, type: 'DNSKEY' | 'CDNSKEY' = 'DNSKEY'): string {
  const flags = (rdata[0]! << 8) | rdata[1]!;
  return `${nameText(owner)} IN ${type} ${flags} ${rdata[2]} ${rdata[3]} ${groupedBase64(rdata.subarray(4))}`;
}
