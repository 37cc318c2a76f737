/** What is to be known of a signed zone without verifying it: serial, times, denial, and which keys sign its apex. */
import { type Octets, readU32 } from '../base/octets.ts';
import type { Seconds, UnixSeconds } from '../base/time.ts';
import { TYPE } from '../dns/types.ts';
import { findRrset, findSignatures, type Zone } from './zone.ts';

/** A key as its signatures name it (RFC 4034 §3.1). */
export interface SignerName {
  readonly algorithm: number;
  readonly keyTag: number;
}

/** How a signed zone denies what is not there; undefined: not at all. */
export type PublishedDenial =
  | { readonly type: 'nsec' }
  | {
      readonly type: 'nsec3';
      readonly iterations: number;
      /** Hexadecimal digits in upper case; empty for none. */
      readonly salt: string;
      /** Undefined where it was not found out. */
      readonly optOut: boolean | undefined;
    }
  | undefined;

/** Facts of a signed zone. */
export interface SignedFacts {
  readonly serial: number;
  /** Earliest expiration of all signatures; undefined if there are none. */
  readonly firstEnd: UnixSeconds | undefined;
  /** Inception of the newest signature over the SOA, which is made anew whenever anything is. */
  readonly begin: UnixSeconds | undefined;
  readonly denial: PublishedDenial;
  /** RDATA of the DNSKEY records. */
  readonly dnskeys: readonly Octets[];
  /** TTL of the DNSKEY RRset; undefined if there is none. */
  readonly dnskeyTtl: Seconds | undefined;
  /** The keys that sign the DNSKEY RRset, each once. */
  readonly keySigners: readonly SignerName[];
  /** The keys that sign the SOA, and with it the rest of the zone, each once. */
  readonly zoneSigners: readonly SignerName[];
}

/** All keys that sign a zone, each once. */
export function signersOf(facts: Pick<SignedFacts, 'keySigners' | 'zoneSigners'>): readonly SignerName[] {
  const signers = new Map<string, SignerName>();
  for (const signer of [...facts.zoneSigners, ...facts.keySigners]) {
    signers.set(`${signer.algorithm}/${signer.keyTag}`, signer);
  }
  return [...signers.values()];
}

/** Reads the facts from a zone that has an SOA. */
export function readSignedFacts(zone: Zone): SignedFacts {
  const { octets, rdata, rdataLength, rrsetFirst, rrsetType, rrsetCount } = zone;
  let firstEnd: UnixSeconds | undefined;
  for (let rrset = 0; rrset < rrsetCount; rrset++) {
    if (rrsetType[rrset] !== TYPE.RRSIG) continue;
    for (let r = rrsetFirst[rrset]!; r < rrsetFirst[rrset + 1]!; r++) {
      const end = readU32(octets, rdata[r]! + 8);
      if (firstEnd === undefined || end < firstEnd) firstEnd = end;
    }
  }
  const soa = rrsetFirst[findRrset(zone, 0, TYPE.SOA)]!;
  return {
    serial: readU32(octets, rdata[soa]! + rdataLength[soa]! - 20),
    firstEnd,
    begin: newestBegin(zone),
    denial: readDenial(zone),
    ...readDnskeys(zone),
    keySigners: readSigners(zone, TYPE.DNSKEY),
    zoneSigners: readSigners(zone, TYPE.SOA),
  };
}

function readDnskeys(zone: Zone): Pick<SignedFacts, 'dnskeys' | 'dnskeyTtl'> {
  const rrset = findRrset(zone, 0, TYPE.DNSKEY);
  if (rrset < 0) return { dnskeys: [], dnskeyTtl: undefined };
  const dnskeys: Octets[] = [];
  for (let r = zone.rrsetFirst[rrset]!; r < zone.rrsetFirst[rrset + 1]!; r++) {
    dnskeys.push(zone.octets.slice(zone.rdata[r]!, zone.rdata[r]! + zone.rdataLength[r]!));
  }
  return { dnskeys, dnskeyTtl: zone.rrsetTtl[rrset] };
}

function newestBegin(zone: Zone): UnixSeconds | undefined {
  const rrset = findSignatures(zone, 0, TYPE.SOA);
  if (rrset < 0) return undefined;
  let begin = 0;
  for (let r = zone.rrsetFirst[rrset]!; r < zone.rrsetFirst[rrset + 1]!; r++) {
    begin = Math.max(begin, readU32(zone.octets, zone.rdata[r]! + 12));
  }
  return begin;
}

/** The keys that sign an RRset of the apex, each once. */
export function readSigners(zone: Zone, type: number): readonly SignerName[] {
  const signers = new Map<string, SignerName>();
  const rrset = findSignatures(zone, 0, type);
  if (rrset < 0) return [];
  for (let r = zone.rrsetFirst[rrset]!; r < zone.rrsetFirst[rrset + 1]!; r++) {
    const at = zone.rdata[r]!;
    const algorithm = zone.octets[at + 2]!;
    const keyTag = (zone.octets[at + 16]! << 8) | zone.octets[at + 17]!;
    signers.set(`${algorithm}/${keyTag}`, { algorithm, keyTag });
  }
  return [...signers.values()];
}

function readDenial(zone: Zone): PublishedDenial {
  const { octets } = zone;
  const param = findRrset(zone, 0, TYPE.NSEC3PARAM);
  if (param < 0) return findRrset(zone, 0, TYPE.NSEC) < 0 ? undefined : { type: 'nsec' };
  const at = zone.rdata[zone.rrsetFirst[param]!]!;
  const salt = octets.subarray(at + 5, at + 5 + octets[at + 4]!);
  const entry = zone.rrsetType.subarray(0, zone.rrsetCount).indexOf(TYPE.NSEC3);
  return {
    type: 'nsec3',
    iterations: (octets[at + 2]! << 8) | octets[at + 3]!,
    salt: Array.from(salt, (octet) => octet.toString(16).padStart(2, '0').toUpperCase()).join(''),
    // Opt-Out is the last bit of the flags of each NSEC3 (RFC 5155 §3.1.2.1).
    optOut: entry < 0 ? undefined : (octets[zone.rdata[zone.rrsetFirst[entry]!]! + 1]! & 1) === 1,
  };
}
