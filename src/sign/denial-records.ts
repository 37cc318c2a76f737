/** RDATA of NSEC and NSEC3 records: what follows a name, and which types are there. */
import type { Octets, OctetWriter } from '../base/octets.ts';
import { encodeTypeBitmap } from '../dns/bitmap.ts';
import { nameLength } from '../dns/name.ts';
import { NSEC3_HASH_LENGTH } from '../dns/nsec3-hash.ts';
import { TYPE } from '../dns/types.ts';
import { NAME_KIND } from '../zone/cuts.ts';
import { findRrset, type Zone } from '../zone/zone.ts';
import { EMPTY_NON_TERMINAL, type Nsec3Chain } from './nsec3-chain.ts';

/** What the records need to know of a plan. */
export interface DenialContext {
  readonly zone: Zone;
  readonly kinds: Octets;
}

const TYPES = new Uint16Array(65_536);

/** NSEC: the next name of the chain, the last one's is the apex; then the types at `name` (RFC 4034 §4.1). */
export function writeNsecRdata({ zone, kinds }: DenialContext, name: number, out: OctetWriter): void {
  let next = name + 1;
  while (next < zone.nameCount && kinds[next] === NAME_KIND.occluded) next++;
  const at = zone.nameOwner[next < zone.nameCount ? next : 0]!;
  out.clear();
  out.copy(zone.octets, at, at + nameLength(zone.octets, at));
  encodeTypeBitmap(TYPES, collectTypes(zone, name, kinds[name]!, true), out);
}

/** NSEC3: parameters, the next hash, the types at the name behind the hash (RFC 5155 §3.2). */
export function writeNsec3Rdata(
  { zone, kinds }: DenialContext,
  chain: Nsec3Chain,
  parameters: { readonly salt: Octets; readonly iterations: number; readonly optOut: boolean },
  entry: number,
  out: OctetWriter,
): void {
  out.clear();
  out.u8(1);
  out.u8(parameters.optOut ? 1 : 0);
  out.u16(parameters.iterations);
  out.u8(parameters.salt.length);
  out.copy(parameters.salt);
  out.u8(NSEC3_HASH_LENGTH);
  const next = (entry + 1 === chain.count ? 0 : entry + 1) * NSEC3_HASH_LENGTH;
  out.copy(chain.hashes, next, next + NSEC3_HASH_LENGTH);
  const name = chain.name[entry]!;
  const types = name === EMPTY_NON_TERMINAL ? 0 : collectTypes(zone, name, kinds[name]!, false);
  encodeTypeBitmap(TYPES, types, out);
}

/**
 * Collects into `TYPES`, ascending, what a bit map lists: at a delegation NS and DS only; RRSIG where something is
 * signed, under NSEC always (RFC 4035 §2.3, RFC 5155 §7.1).
 *
 * @returns how many
 */
function collectTypes(zone: Zone, name: number, kind: number, nsec: boolean): number {
  const { nameFirst, rrsetType } = zone;
  const delegation = kind === NAME_KIND.delegation;
  const signed = nsec || kind === NAME_KIND.authoritative || findRrset(zone, name, TYPE.DS) >= 0;
  const end = nameFirst[name + 1]!;
  let count = 0;
  let rrset = nameFirst[name]!;
  for (; rrset < end && rrsetType[rrset]! < TYPE.RRSIG; rrset++) {
    const type = rrsetType[rrset]!;
    if (!delegation || type === TYPE.NS || type === TYPE.DS) TYPES[count++] = type;
  }
  if (signed) TYPES[count++] = TYPE.RRSIG;
  if (nsec) TYPES[count++] = TYPE.NSEC;
  for (; rrset < end && !delegation; rrset++) TYPES[count++] = rrsetType[rrset]!;
  return count;
}
