/** The previous signed zone, walked beside the new one to find signatures that can stay. */
import { compareOctets, type Octets, readU32 } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { nameLength } from '../dns/name.ts';
import { compareCanonicalRdata } from '../dns/rdata/rdata.ts';
import { TYPE } from '../dns/types.ts';
import { findRrset, findSignatures, type Zone } from '../zone/zone.ts';

/** Walks the names of a zone forward, in step with another zone in the same order. */
export class NameCursor {
  readonly zone: Zone;
  #at = -1;

  constructor(zone: Zone) {
    this.zone = zone;
  }

  /**
   * Moves to the name with this sort key. Keys must ascend between two resets.
   *
   * @returns its index, or -1 where the zone does not have it
   */
  seek(key: Octets, start: number, end: number): number {
    const { keys, nameKey, nameCount } = this.zone;
    if (this.#at < 0) this.#at = this.#search(key, start, end);
    while (this.#at < nameCount) {
      const order = compareOctets(keys, nameKey[this.#at]!, nameKey[this.#at + 1]!, key, start, end);
      if (order === 0) return this.#at;
      if (order > 0) return -1;
      this.#at++;
    }
    return -1;
  }

  /** Forgets the place: the next seek may be anywhere. */
  reset(): void {
    this.#at = -1;
  }

  #search(key: Octets, start: number, end: number): number {
    const { keys, nameKey, nameCount } = this.zone;
    let low = 0;
    let high = nameCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareOctets(keys, nameKey[middle]!, nameKey[middle + 1]!, key, start, end) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Whether two RRsets have the same TTL and the same data, the case of foldable names aside. */
export function isSameRrset(a: Zone, i: number, b: Zone, k: number): boolean {
  const aFirst = a.rrsetFirst[i]!;
  const bFirst = b.rrsetFirst[k]!;
  const count = a.rrsetFirst[i + 1]! - aFirst;
  if (count !== b.rrsetFirst[k + 1]! - bFirst || a.rrsetTtl[i] !== b.rrsetTtl[k]) return false;
  const type = a.rrsetType[i]!;
  for (let r = 0; r < count; r++) {
    const x = a.rdata[aFirst + r]!;
    const y = b.rdata[bFirst + r]!;
    const xEnd = x + a.rdataLength[aFirst + r]!;
    const yEnd = y + b.rdataLength[bFirst + r]!;
    if (compareCanonicalRdata(type, a.octets, x, xEnd, b.octets, y, yEnd) !== 0) return false;
  }
  return true;
}

/** What a signature must be, to stay. */
export interface KeepRule {
  readonly algorithm: number;
  readonly keyTag: number;
  /** The signer: the apex in canonical form. */
  readonly signer: Octets;
  readonly now: UnixSeconds;
  /** It must end after this. */
  readonly freshUntil: UnixSeconds;
  /** It must not end after this: a shorter validity holds for old signatures too. */
  readonly latest: UnixSeconds;
}

/**
 * The record of a signature over (name, type) that fits the rule, or -1.
 * Whether the data that it covers is the same is for the caller to know.
 */
export function findKeptSignature(
  zone: Zone,
  name: number,
  type: number,
  ttl: number,
  labels: number,
  rule: KeepRule,
): number {
  const rrset = findSignatures(zone, name, type);
  if (rrset < 0 || zone.rrsetTtl[rrset] !== ttl) return -1;
  for (let r = zone.rrsetFirst[rrset]!; r < zone.rrsetFirst[rrset + 1]!; r++) {
    if (mayStay(zone.octets, zone.rdata[r]!, zone.rdataLength[r]!, ttl, labels, rule)) return r;
  }
  return -1;
}

/**
 * RRSIG RDATA: covered type 2, algorithm 1, labels 1, original TTL 4, expiration 4, inception 4, key tag 2, signer
 * (RFC 4034 §3.1). Times are compared by their small signed differences (RFC 4034 §3.1.5).
 */
function mayStay(o: Octets, at: number, length: number, ttl: number, labels: number, rule: KeepRule): boolean {
  if (o[at + 2] !== rule.algorithm || ((o[at + 16]! << 8) | o[at + 17]!) !== rule.keyTag) return false;
  if (o[at + 3] !== labels || readU32(o, at + 4) !== ttl) return false;
  const expiration = readU32(o, at + 8);
  const inception = readU32(o, at + 12);
  if (((expiration - rule.freshUntil) | 0) <= 0 || ((expiration - rule.latest) | 0) > 0) return false;
  if (((inception - rule.now) | 0) > 0) return false;
  const signerEnd = at + 18 + nameLength(o, at + 18);
  return signerEnd < at + length && compareOctets(o, at + 18, signerEnd, rule.signer, 0, rule.signer.length) === 0;
}

/** Where the serial lies in the arena of a zone: the five numbers are the end of the SOA's RDATA (RFC 1035 §3.3.13). */
export function serialOffset(zone: Zone): number {
  const record = zone.rrsetFirst[findRrset(zone, 0, TYPE.SOA)]!;
  return zone.rdata[record]! + zone.rdataLength[record]! - 20;
}
