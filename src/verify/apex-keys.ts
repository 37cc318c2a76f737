/** The questions about keys: which of them sign, which algorithms every RRset needs, and what a DS vouches for. */
import { TYPE } from '../dns/types.ts';
import { algorithmUse } from '../keys/algorithms.ts';
import { findRrset, findSignatures, type Zone } from '../zone/zone.ts';
import {
  algorithmLabel,
  type Dnskey,
  findKeyFault,
  isRevoked,
  isSep,
  isZoneKey,
  keyLabel,
  MAX_KEYS,
  MAX_KEYS_OF_A_TAG,
  readDnskeys,
} from './dnskeys.ts';
import type { FindingLog } from './findings.ts';
import { SignatureChecker } from './signatures.ts';

/** What the DNSKEY RRset and its signatures amount to. */
export interface ApexKeys {
  readonly keys: readonly Dnskey[];
  /** Algorithms that sign the zone, ascending: every RRset must have a signature of each. */
  readonly algorithms: readonly number[];
  /** Indices of the keys that may vouch for the others and do sign the DNSKEY RRset. */
  readonly selfSigners: readonly number[];
}

/**
 * Judges the DNSKEY RRset.
 *
 * An algorithm signs the zone where one of its keys, not revoked, signs the DNSKEY RRset or the SOA. A key that signs
 * nothing is standing by, and so may be a whole algorithm. Where the RRset has keys with the SEP flag, each algorithm
 * that signs the zone must sign the DNSKEY RRset with one of them; one key for everything is well.
 *
 * @see RFC 4035 §2.1, §2.2, RFC 5011 §2.1, RFC 6840 §5.11
 */
export function judgeApexKeys(zone: Zone, log: FindingLog): ApexKeys {
  const rrset = findRrset(zone, 0, TYPE.DNSKEY);
  if (rrset < 0) {
    log.report('no-dnskey', 0, TYPE.DNSKEY, () => 'the zone has no DNSKEY record: it is not signed');
    return { keys: [], algorithms: [], selfSigners: [] };
  }
  const keys = readDnskeys(zone, rrset);
  const count = zone.rrsetFirst[rrset + 1]! - zone.rrsetFirst[rrset]!;
  if (count > MAX_KEYS) {
    log.report('dnskey-too-many', 0, TYPE.DNSKEY, () => `the zone has ${count} keys; ${MAX_KEYS} were looked at`);
  }
  for (const key of keys) judgeKey(key, log);
  judgeTags(keys, log);

  const checker = new SignatureChecker(zone, { keys, algorithms: [], at: [] }, log);
  const ofKeys = checker.findSigners(0, rrset, findSignatures(zone, 0, TYPE.DNSKEY));
  const ofSoa = checker.findSigners(0, findRrset(zone, 0, TYPE.SOA), findSignatures(zone, 0, TYPE.SOA));
  for (const [index, key] of keys.entries()) {
    if (!isZoneKey(key) || !isRevoked(key) || !isSep(key) || ofKeys.includes(index)) continue;
    const reason = () => `the revoked ${keyLabel(key)} does not sign the DNSKEY RRset, so nobody learns of its end`;
    log.report('revoked-key-unsigned', 0, TYPE.DNSKEY, reason, key.record, key.tag);
  }
  const selfSigners = ofKeys.filter((index) => !isRevoked(keys[index]!));
  const active = new Set([...selfSigners, ...ofSoa.filter((i) => !isRevoked(keys[i]!))].map((i) => keys[i]!.algorithm));
  const algorithms = [...active].sort((a, b) => a - b);
  judgeSelfSigning(keys, algorithms, selfSigners, rrset, zone, log);
  return { keys, algorithms, selfSigners };
}

function judgeKey(key: Dnskey, log: FindingLog): void {
  const fault = findKeyFault(key);
  const report = (kind: Parameters<FindingLog['report']>[0], reason: () => string) =>
    log.report(kind, 0, TYPE.DNSKEY, reason, key.record, key.tag);
  if (key.protocol !== 3) {
    report('dnskey-invalid', () => `${keyLabel(key)} has protocol ${key.protocol}, which must be 3 (RFC 4034 §2.1.2)`);
  } else if (fault?.kind === 'unsupported') {
    report('dnskey-unsupported', () => `${keyLabel(key)} is of an algorithm that can't be verified`);
  } else if (fault?.kind === 'invalid') {
    report('dnskey-invalid', () => `${keyLabel(key)} can't be used: ${fault.reason}`);
  } else if (!isZoneKey(key)) {
    report('dnskey-not-a-zone-key', () => `${keyLabel(key)} has flags ${key.flags}, so it may not sign zone data`);
  } else if (algorithmUse(key.algorithm) === 'verify') {
    report('dnskey-weak-algorithm', () => `${keyLabel(key)} signs with SHA-1, which resolvers are dropping`);
  }
}

function judgeTags(keys: readonly Dnskey[], log: FindingLog): void {
  const counts = new Map<number, number>();
  for (const key of keys) {
    const id = key.tag * 256 + key.algorithm;
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    if (count === 2) {
      const reason = () => `another key has the tag of ${keyLabel(key)}, which makes resolvers try both`;
      log.report('key-tag-shared', 0, TYPE.DNSKEY, reason, key.record, key.tag);
    } else if (count === MAX_KEYS_OF_A_TAG + 1) {
      const reason = () => `more than ${MAX_KEYS_OF_A_TAG} keys have the tag of ${keyLabel(key)}; not all are tried`;
      log.report('key-tag-crowded', 0, TYPE.DNSKEY, reason, key.record, key.tag);
    }
  }
}

function judgeSelfSigning(
  keys: readonly Dnskey[],
  algorithms: readonly number[],
  selfSigners: readonly number[],
  rrset: number,
  zone: Zone,
  log: FindingLog,
): void {
  const first = zone.rrsetFirst[rrset]!;
  const usable = keys.filter((key) => isZoneKey(key) && !isRevoked(key));
  const hasSepKeys = usable.some(isSep);
  const vouching = selfSigners.filter((index) => !hasSepKeys || isSep(keys[index]!));
  if (vouching.length === 0) {
    const what = hasSepKeys ? 'key signing key (SEP flag)' : 'key of the zone';
    log.report('dnskey-unsigned', 0, TYPE.DNSKEY, () => `no ${what} signs the DNSKEY RRset`, first);
    return;
  }
  if (!hasSepKeys) {
    const reason = () => 'no key has the SEP flag, by which parents and tools tell the key that a DS is for';
    log.report('dnskey-no-sep', 0, TYPE.DNSKEY, reason, first);
  }
  for (const algorithm of algorithms) {
    if (vouching.some((index) => keys[index]!.algorithm === algorithm)) continue;
    const reason = () =>
      `${algorithmLabel(algorithm)} signs the zone, but no key signing key of it signs the DNSKEY RRset`;
    log.report('dnskey-algorithm-unsigned', 0, TYPE.DNSKEY, reason, first);
  }
  for (const algorithm of new Set(usable.map((key) => key.algorithm))) {
    if (algorithms.includes(algorithm) || algorithmUse(algorithm) === 'refuse') continue;
    const reason = () =>
      `the RRset holds keys of ${algorithmLabel(algorithm)}, but nothing is signed with them (RFC 6840 §5.11)`;
    log.report('algorithm-idle', 0, TYPE.DNSKEY, reason, first);
  }
}
