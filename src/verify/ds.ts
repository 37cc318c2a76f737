/** DS and CDS records against the DNSKEY RRset. */
import { createHash } from 'node:crypto';
import type { Octets } from '../base/octets.ts';
import { canonicalName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import { algorithmUse } from '../keys/algorithms.ts';
import { findRrset, type Zone } from '../zone/zone.ts';
import type { ApexKeys } from './apex-keys.ts';
import { algorithmLabel, type Dnskey, isRevoked, isZoneKey } from './dnskeys.ts';
import type { FindingLog } from './findings.ts';

/** Digest types that can be computed (RFC 4034 §5.1.3, RFC 4509 §2.1, RFC 6605 §2). */
const DIGESTS: Readonly<Record<number, string>> = { 1: 'sha1', 2: 'sha256', 4: 'sha384' };

interface Delegation {
  readonly tag: number;
  readonly algorithm: number;
  readonly digestType: number;
  readonly digest: Octets;
}

function readDelegation(rdata: Octets): Delegation | undefined {
  if (rdata.length < 5) return undefined;
  const [high, low, algorithm, digestType] = rdata as unknown as [number, number, number, number];
  return { tag: (high << 8) | low, algorithm, digestType, digest: rdata.subarray(4) };
}

function delegationText({ tag, algorithm, digestType }: Delegation): string {
  return `key ${tag}, ${algorithmLabel(algorithm)}, digest type ${digestType}`;
}

/**
 * Whether a DS is of a key: tag and algorithm are the key's, and digest = H(owner ‖ DNSKEY RDATA).
 *
 * @see RFC 4034 §5.1.4
 */
function vouchesFor(zone: Zone, ds: Delegation, key: Dnskey): boolean {
  const digest = DIGESTS[ds.digestType];
  if (digest === undefined || ds.tag !== key.tag || ds.algorithm !== key.algorithm) return false;
  const at = zone.rdata[key.record]!;
  const hash = createHash(digest).update(canonicalName(zone.origin));
  const result = hash.update(zone.octets.subarray(at, at + zone.rdataLength[key.record]!)).digest();
  return result.equals(ds.digest);
}

/**
 * Checks that the parent's DS records lead into the zone: one of them is of a key that signs the DNSKEY RRset, and
 * each of their algorithms signs the zone.
 *
 * @param trusted  RDATA of DS records, at least one
 * @see RFC 4035 §5.2, RFC 4509 §3, RFC 6840 §5.11
 */
export function checkDs(zone: Zone, apex: ApexKeys, trusted: readonly Octets[], log: FindingLog): void {
  const usable = trusted
    .map(readDelegation)
    .filter((ds) => ds !== undefined)
    .filter((ds) => DIGESTS[ds.digestType] !== undefined && algorithmUse(ds.algorithm) !== 'refuse');
  // SHA-1 counts only where nothing better is there (RFC 4509 §3).
  const strong = usable.filter((ds) => ds.digestType !== 1);
  const counted = strong.length > 0 ? strong : usable;
  const rrset = findRrset(zone, 0, TYPE.DNSKEY);
  const first = rrset < 0 ? -1 : zone.rrsetFirst[rrset]!;
  const signers = apex.selfSigners.map((index) => apex.keys[index]!);
  const leads = (ds: Delegation) => signers.some((key) => vouchesFor(zone, ds, key));
  if (!counted.some(leads)) {
    const given =
      counted.length === 0 ? 'of the DS records given none can be used' : counted.map(delegationText).join('; ');
    const reason = () => `no key that signs the DNSKEY RRset is vouched for by a DS (${given})`;
    log.report('ds-mismatch', 0, TYPE.DNSKEY, reason, first);
    return;
  }
  for (const algorithm of new Set(counted.map((ds) => ds.algorithm))) {
    if (apex.algorithms.includes(algorithm)) continue;
    const reason = () => `a DS announces ${algorithmLabel(algorithm)}, which does not sign the zone`;
    log.report('ds-algorithm-missing', 0, TYPE.DNSKEY, reason, first);
  }
  for (const ds of counted) {
    if (leads(ds)) continue;
    const reason = () => `a DS (${delegationText(ds)}) is of no key that signs the DNSKEY RRset`;
    log.report('ds-idle', 0, TYPE.DNSKEY, reason, first, ds.tag);
  }
}

/**
 * Checks that CDS and CDNSKEY, where they are, name keys of the DNSKEY RRset and agree with each other.
 *
 * @see RFC 7344 §4, §5, RFC 8078 §4
 */
export function checkCds(zone: Zone, keys: readonly Dnskey[], log: FindingLog): void {
  const cds = findRrset(zone, 0, TYPE.CDS);
  const cdnskey = findRrset(zone, 0, TYPE.CDNSKEY);
  const fromCds = cds < 0 ? undefined : matchAll(zone, cds, keys, matchesCds, log);
  const fromCdnskey = cdnskey < 0 ? undefined : matchAll(zone, cdnskey, keys, matchesCdnskey, log);
  if (fromCds === undefined || fromCdnskey === undefined) return;
  const same = fromCds.size === fromCdnskey.size && [...fromCds].every((key) => fromCdnskey.has(key));
  if (same) return;
  const reason = () => 'CDS and CDNSKEY ask the parent for different keys';
  log.report('cds-inconsistent', 0, TYPE.CDS, reason, zone.rrsetFirst[cds]!);
}

/** @returns the keys that the records name; `delete` stands for the request to remove the DS RRset (RFC 8078 §4) */
function matchAll(
  zone: Zone,
  rrset: number,
  keys: readonly Dnskey[],
  matches: (zone: Zone, rdata: Octets, key: Dnskey) => boolean | undefined,
  log: FindingLog,
): ReadonlySet<number | 'delete'> {
  const found = new Set<number | 'delete'>();
  const type = zone.rrsetType[rrset]!;
  const vouchable = keys.filter((key) => isZoneKey(key) && !isRevoked(key));
  for (let record = zone.rrsetFirst[rrset]!; record < zone.rrsetFirst[rrset + 1]!; record++) {
    const at = zone.rdata[record]!;
    const rdata = zone.octets.subarray(at, at + zone.rdataLength[record]!);
    if (isDelete(type, rdata)) {
      found.add('delete');
      continue;
    }
    const verdicts = vouchable.map((key) => matches(zone, rdata, key));
    const key = vouchable[verdicts.indexOf(true)];
    if (key !== undefined) found.add(key.record);
    else if (!verdicts.includes(undefined)) {
      log.report('cds-mismatch', 0, type, () => 'it names a key that the DNSKEY RRset does not hold', record);
    }
  }
  if (found.has('delete') && found.size > 1) {
    const reason = () => 'it asks the parent to remove the DS RRset and to set one, both at once (RFC 8078 §4)';
    log.report('cds-inconsistent', 0, type, reason, zone.rrsetFirst[rrset]!);
  }
  return found;
}

/** `0 0 0 00` as CDS, `0 3 0 AA==` as CDNSKEY. */
function isDelete(type: number, rdata: Octets): boolean {
  const wanted = type === TYPE.CDS ? [0, 0, 0, 0, 0] : [0, 0, 3, 0, 0];
  return rdata.length === wanted.length && wanted.every((octet, i) => rdata[i] === octet);
}

/** @returns undefined where the digest type is one that can't be computed */
function matchesCds(zone: Zone, rdata: Octets, key: Dnskey): boolean | undefined {
  const ds = readDelegation(rdata);
  if (ds === undefined) return false;
  if (DIGESTS[ds.digestType] === undefined && ds.tag === key.tag && ds.algorithm === key.algorithm) return undefined;
  return vouchesFor(zone, ds, key);
}

function matchesCdnskey(zone: Zone, rdata: Octets, key: Dnskey): boolean {
  const at = zone.rdata[key.record]!;
  if (zone.rdataLength[key.record] !== rdata.length) return false;
  for (let i = 0; i < rdata.length; i++) if (zone.octets[at + i] !== rdata[i]) return false;
  return true;
}
