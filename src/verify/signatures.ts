/** The signatures of one RRset at a time: named rightly, in time, by a key of the zone, and good. */
import { readU16, readU32 } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { checkName, equalNames, isWildcard, labelCount } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import type { Zone } from '../zone/zone.ts';
import {
  algorithmLabel,
  createKeyRing,
  type Dnskey,
  isRevoked,
  type KeyRing,
  keyLabel,
  type UsableKey,
} from './dnskeys.ts';
import { type FindingLog, printInstant } from './findings.ts';
import { RRSIG_FIXED, SignedData } from './signed-data.ts';

/** What the signatures are checked against. */
export interface SignatureRules {
  readonly keys: readonly Dnskey[];
  /** Algorithms that every RRset must be signed with, at most 32. */
  readonly algorithms: readonly number[];
  /** Instants at which every signature must hold. */
  readonly at: readonly UnixSeconds[];
}

/** What the signatures that were good amount to. */
export interface SignatureTally {
  signatures: number;
  /** Good signatures per key, by the key's index. */
  readonly byKey: Uint32Array;
  /** Latest inception and earliest expiration of all signatures that were looked at, as absolute times. */
  latestInception: UnixSeconds;
  earliestExpiration: UnixSeconds;
}

/** Signatures of one RRset that are verified; more are an attack on whoever verifies them (CVE-2023-50387). */
const MAX_SIGNATURES = 64;

/** A tally of nothing. */
export function emptyTally(keys: number): SignatureTally {
  return {
    signatures: 0,
    byKey: new Uint32Array(keys),
    latestInception: -Infinity,
    earliestExpiration: Infinity,
  };
}

/** Adds one tally to another. */
export function addTally(to: SignatureTally, from: SignatureTally): void {
  to.signatures += from.signatures;
  for (let i = 0; i < from.byKey.length; i++) to.byKey[i]! += from.byKey[i]!;
  to.latestInception = Math.max(to.latestInception, from.latestInception);
  to.earliestExpiration = Math.min(to.earliestExpiration, from.earliestExpiration);
}

/** The instant nearest to `near` that the 32-bit time `serial` stands for (RFC 4034 §3.1.5). */
export function instantOf(serial: number, near: UnixSeconds): UnixSeconds {
  return near + ((serial - near) | 0);
}

/** Checks signatures; keeps its buffers from one RRset to the next. */
export class SignatureChecker {
  readonly tally: SignatureTally;
  readonly #zone: Zone;
  readonly #rules: SignatureRules;
  readonly #log: FindingLog;
  readonly #ring: KeyRing;
  readonly #data: SignedData;

  constructor(zone: Zone, rules: SignatureRules, log: FindingLog) {
    this.#zone = zone;
    this.#rules = rules;
    this.#log = log;
    this.#ring = createKeyRing(rules.keys);
    this.#data = new SignedData(zone);
    this.tally = emptyTally(rules.keys.length);
  }

  /**
   * Checks every signature of an RRset, and that each algorithm has made one.
   *
   * @param signatures  the RRset of its RRSIGs, or -1
   * @see RFC 4035 §2.2, §5.3.1, RFC 6840 §5.11
   */
  checkRrset(name: number, rrset: number, signatures: number): void {
    const type = this.#zone.rrsetType[rrset]!;
    const algorithms = this.#rules.algorithms;
    if (signatures < 0) {
      // The apex check has its own words for a DNSKEY RRset that nothing signs.
      if (type !== TYPE.DNSKEY) {
        this.#log.report('unsigned', name, type, () => 'it has no signature', this.#zone.rrsetFirst[rrset]);
      }
      return;
    }
    const met = this.#checkSignatures(name, rrset, signatures);
    if (type === TYPE.DNSKEY) return;
    for (let i = 0; i < algorithms.length; i++) {
      if ((met & (1 << i)) !== 0) continue;
      const reason = () =>
        `no key that may sign it has done so with ${algorithmLabel(algorithms[i]!)}, which signs the rest of the zone`;
      this.#log.report('algorithm-missing', name, type, reason, this.#zone.rrsetFirst[rrset]);
    }
  }

  /**
   * @returns a bit for each algorithm of the rules that a signature by a fit key names, good or bad: the bad have been
   *          reported
   */
  #checkSignatures(name: number, rrset: number, signatures: number): number {
    const { rrsetFirst, rrsetTtl, rrsetType } = this.#zone;
    const type = rrsetType[rrset]!;
    let met = 0;
    let loaded = false;
    const first = rrsetFirst[signatures]!;
    const end = Math.min(rrsetFirst[signatures + 1]!, first + MAX_SIGNATURES);
    if (end < rrsetFirst[signatures + 1]!) {
      const reason = () =>
        `it has ${rrsetFirst[signatures + 1]! - first} signatures, of which ${MAX_SIGNATURES} were verified`;
      this.#log.report('signatures-too-many', name, type, reason, first);
    }
    for (let record = first; record < end; record++) {
      const algorithm = this.#zone.octets[this.#zone.rdata[record]! + 2]!;
      const index = this.#rules.algorithms.indexOf(algorithm);
      if (index >= 0 && this.#counts(record)) met |= 1 << index;
      if (!this.#checkFields(name, rrset, record)) continue;
      if (!loaded) this.#data.load(name, rrset);
      loaded = true;
      this.#checkCryptography(name, type, record);
    }
    if (rrsetTtl[signatures] !== rrsetTtl[rrset]) {
      const reason = () => `its signatures have TTL ${rrsetTtl[signatures]}, but the RRset has ${rrsetTtl[rrset]}`;
      this.#log.report('signature-ttl', name, type, reason, rrsetFirst[signatures]);
    }
    return met;
  }

  /** Whether the signature may stand for its algorithm: a revoked key signs the DNSKEY RRset only (RFC 5011 §2.1). */
  #counts(record: number): boolean {
    return this.#candidates(record).some(({ key }) => !isRevoked(key));
  }

  #candidates(record: number): readonly UsableKey[] {
    const { octets, rdata } = this.#zone;
    const at = rdata[record]!;
    return this.#ring.find(readU16(octets, at + 16), octets[at + 2]!);
  }

  /**
   * Checks what a signature says of itself.
   *
   * @returns whether its cryptography is worth a look
   */
  #checkFields(name: number, rrset: number, record: number): boolean {
    const { octets, rdata, rdataLength, nameOwner, origin } = this.#zone;
    const type = this.#zone.rrsetType[rrset]!;
    const at = rdata[record]!;
    const end = at + rdataLength[record]!;
    const tag = readU16(octets, at + 16);
    const log = this.#log;
    const signer = rdataLength[record]! > RRSIG_FIXED ? checkName(octets, at + RRSIG_FIXED, end) : -1;
    if (signer < 0) {
      log.report('signature-malformed', name, type, () => 'a signature has no readable signer name', record);
      return false;
    }
    this.tally.signatures++;
    this.#checkTimes(name, type, record, tag);
    if (!equalNames(octets, at + RRSIG_FIXED, origin, 0)) {
      log.report('signature-signer', name, type, () => `the signature by key ${tag} names another zone`, record, tag);
      return false;
    }
    const owner = nameOwner[name]!;
    const labels = labelCount(octets, owner) - (isWildcard(octets, owner) ? 1 : 0);
    if (octets[at + 3] !== labels) {
      const reason = () => `the signature by key ${tag} is for ${octets[at + 3]} labels, but the owner has ${labels}`;
      log.report('signature-labels', name, type, reason, record, tag);
      return false;
    }
    const ttl = this.#zone.rrsetTtl[rrset]!;
    const original = readU32(octets, at + 4);
    if (original !== ttl) {
      const reason = () => `the signature by key ${tag} is for TTL ${original}, but the RRset has ${ttl}`;
      log.report('signature-original-ttl', name, type, reason, record, tag);
      return false;
    }
    if (!this.#ring.has(tag, octets[at + 2]!)) {
      const reason = () =>
        `it is signed by key ${tag} (${algorithmLabel(octets[at + 2]!)}), which the DNSKEY RRset does not hold`;
      log.report('signature-key-unknown', name, type, reason, record, tag);
      return false;
    }
    return true;
  }

  /** Times are compared in serial number arithmetic (RFC 4034 §3.1.5). */
  #checkTimes(name: number, type: number, record: number, tag: number): void {
    const { octets, rdata } = this.#zone;
    const expiration = readU32(octets, rdata[record]! + 8);
    const inception = readU32(octets, rdata[record]! + 12);
    const at = this.#rules.at;
    const log = this.#log;
    const { tally } = this;
    tally.earliestExpiration = Math.min(tally.earliestExpiration, instantOf(expiration, at[0] ?? 0));
    tally.latestInception = Math.max(tally.latestInception, instantOf(inception, at[0] ?? 0));
    if (((expiration - inception) | 0) < 0) {
      const reason = () => `the signature by key ${tag} expires before it begins`;
      log.report('signature-times-inverted', name, type, reason, record, tag);
      return;
    }
    for (let i = 0; i < at.length; i++) {
      const instant = at[i]!;
      if (((expiration - instant) | 0) < 0) {
        const end = instantOf(expiration, instant);
        const reason = () =>
          i === 0
            ? `the signature by key ${tag} expired at ${printInstant(end)}`
            : `the signature by key ${tag} expires at ${printInstant(end)}, before ${printInstant(instant)}`;
        log.report('signature-expired', name, type, reason, record, tag);
        return;
      }
      if (((instant - inception) | 0) < 0) {
        const reason = () =>
          `the signature by key ${tag} is not valid before ${printInstant(instantOf(inception, instant))}`;
        log.report('signature-not-yet-valid', name, type, reason, record, tag);
        return;
      }
    }
  }

  #checkCryptography(name: number, type: number, record: number): void {
    const keys = this.#candidates(record);
    // Keys that can't verify have been reported with the DNSKEY RRset.
    if (keys.length === 0) return;
    const good = this.#findSigner(record, keys);
    if (good !== undefined) {
      this.tally.byKey[good.index]!++;
      return;
    }
    const key = keys[0]!.key;
    const reason = () => `the signature by ${keyLabel(key)} does not verify`;
    this.#log.report('signature-wrong', name, type, reason, record, key.tag);
  }

  #findSigner(record: number, keys: readonly UsableKey[]): UsableKey | undefined {
    const { octets, rdata, rdataLength } = this.#zone;
    const at = rdata[record]!;
    let signature = at + RRSIG_FIXED;
    while (octets[signature]! !== 0) signature += octets[signature]! + 1;
    const data = this.#data.over(record);
    const bits = octets.subarray(signature + 1, at + rdataLength[record]!);
    for (const candidate of keys) if (candidate.verify(data, bits)) return candidate;
    return undefined;
  }

  /**
   * Finds the keys that sign an RRset, whatever the times: for the questions about keys that come before all others.
   *
   * @returns indices of the keys, ascending
   */
  findSigners(name: number, rrset: number, signatures: number): readonly number[] {
    if (rrset < 0 || signatures < 0) return [];
    const { octets, rdata, rdataLength, rrsetFirst, origin } = this.#zone;
    const found = new Set<number>();
    this.#data.load(name, rrset);
    const last = Math.min(rrsetFirst[signatures + 1]!, rrsetFirst[signatures]! + MAX_SIGNATURES);
    for (let record = rrsetFirst[signatures]!; record < last; record++) {
      const at = rdata[record]!;
      const end = at + rdataLength[record]!;
      if (rdataLength[record]! <= RRSIG_FIXED || checkName(octets, at + RRSIG_FIXED, end) < 0) continue;
      if (!equalNames(octets, at + RRSIG_FIXED, origin, 0)) continue;
      const good = this.#findSigner(record, this.#candidates(record));
      if (good !== undefined) found.add(good.index);
    }
    return [...found].sort((a, b) => a - b);
  }
}
