/** Whether a key made signatures of the previous zone: a tag alone does not say so, since another key may have it. */
import { equalOctets, type Octets, OctetWriter } from '../base/octets.ts';
import { canonicalName } from '../dns/name.ts';
import { writeCanonicalRdata } from '../dns/rdata/rdata.ts';
import { TYPE } from '../dns/types.ts';
import { createVerifier } from '../keys/signature.ts';
import { findRrset, findSignatures, type Zone } from '../zone/zone.ts';
import type { ActiveKey } from './parameters.ts';
import { RRSIG_FIXED } from './rrset-signer.ts';

/**
 * Whether the zone was signed by this very key: it publishes the key, or, where signatures come before their DNSKEY
 * (RFC 6781 §4.1.4), the key's signature over the SOA is good.
 */
export function wasSignedBy(zone: Zone, key: ActiveKey): boolean {
  return publishes(zone, key.dnskey) || hasSignedSoa(zone, key);
}

function publishes(zone: Zone, dnskey: Octets): boolean {
  const rrset = findRrset(zone, 0, TYPE.DNSKEY);
  if (rrset < 0) return false;
  for (let r = zone.rrsetFirst[rrset]!; r < zone.rrsetFirst[rrset + 1]!; r++) {
    if (equalOctets(zone.octets.subarray(zone.rdata[r]!, zone.rdata[r]! + zone.rdataLength[r]!), dnskey)) return true;
  }
  return false;
}

function hasSignedSoa(zone: Zone, { algorithm, keyTag, dnskey }: ActiveKey): boolean {
  const signatures = findSignatures(zone, 0, TYPE.SOA);
  if (signatures < 0) return false;
  const { octets, rdata, rdataLength, rrsetFirst } = zone;
  const verify = createVerifier(algorithm, dnskey.subarray(4));
  const signer = canonicalName(zone.origin);
  for (let r = rrsetFirst[signatures]!; r < rrsetFirst[signatures + 1]!; r++) {
    const rrsig = octets.subarray(rdata[r]!, rdata[r]! + rdataLength[r]!);
    if (rrsig[2] !== algorithm || ((rrsig[16]! << 8) | rrsig[17]!) !== keyTag) continue;
    if (verify(signedSoa(zone, rrsig, signer), rrsig.subarray(RRSIG_FIXED + signer.length))) return true;
  }
  return false;
}

/** The octets that a signature over the SOA is made of (RFC 4034 §3.1.8.1). */
function signedSoa(zone: Zone, rrsig: Octets, signer: Octets): Octets {
  const rrset = findRrset(zone, 0, TYPE.SOA);
  const record = zone.rrsetFirst[rrset]!;
  const at = zone.rdata[record]!;
  const soa = new OctetWriter(512);
  writeCanonicalRdata(TYPE.SOA, zone.octets, at, at + zone.rdataLength[record]!, soa);
  const out = new OctetWriter(1024);
  out.copy(rrsig, 0, RRSIG_FIXED);
  out.copy(signer);
  out.copy(signer);
  out.u16(TYPE.SOA);
  out.u16(zone.class);
  out.copy(rrsig, 4, 8);
  out.u16(soa.length);
  out.copy(soa.bytes, 0, soa.length);
  return out.take();
}
