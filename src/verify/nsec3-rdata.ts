/** NSEC3 and NSEC3PARAM records, read in place. */
import { encodeBase32Hex } from '../base/encodings.ts';
import { type Octets, OctetWriter, readU16 } from '../base/octets.ts';
import { NSEC3_HASH_LENGTH } from '../dns/nsec3-hash.ts';
import type { Zone } from '../zone/zone.ts';

/** Where the parts of an NSEC3 record lie in the zone's octets; refilled, so that reading allocates nothing. */
export interface Nsec3 {
  algorithm: number;
  flags: number;
  iterations: number;
  salt: number;
  saltLength: number;
  /** Offset of the next hashed owner name, 20 octets. */
  next: number;
  /** Offset of the bit map, and where it and the record end. */
  bitmap: number;
  end: number;
}

/** A place to read NSEC3 records into. */
export function emptyNsec3(): Nsec3 {
  return { algorithm: 0, flags: 0, iterations: 0, salt: 0, saltLength: 0, next: 0, bitmap: 0, end: 0 };
}

/** Opt-out: the span that the record covers may hold insecure delegations without records (RFC 5155 §3.1.2.1). */
export const OPT_OUT = 1;

/**
 * Reads an NSEC3 record into `nsec3`.
 *
 * @returns whether it is well formed up to its bit map, with a hash of 20 octets
 * @see RFC 5155 §3.2
 */
export function readNsec3(zone: Zone, record: number, nsec3: Nsec3): boolean {
  const { octets } = zone;
  const at = zone.rdata[record]!;
  const end = at + zone.rdataLength[record]!;
  if (end - at < 6) return false;
  nsec3.algorithm = octets[at]!;
  nsec3.flags = octets[at + 1]!;
  nsec3.iterations = readU16(octets, at + 2);
  nsec3.saltLength = octets[at + 4]!;
  nsec3.salt = at + 5;
  nsec3.next = nsec3.salt + nsec3.saltLength + 1;
  nsec3.bitmap = nsec3.next + NSEC3_HASH_LENGTH;
  nsec3.end = end;
  return nsec3.bitmap <= end && octets[nsec3.next - 1] === NSEC3_HASH_LENGTH;
}

/** The parameters that an NSEC3PARAM record announces. */
export interface Nsec3Param {
  readonly algorithm: number;
  readonly flags: number;
  readonly iterations: number;
  readonly salt: Octets;
}

/**
 * Reads an NSEC3PARAM record.
 *
 * @returns undefined where it is malformed
 * @see RFC 5155 §4.2
 */
export function readNsec3Param(zone: Zone, record: number): Nsec3Param | undefined {
  const { octets } = zone;
  const at = zone.rdata[record]!;
  const length = zone.rdataLength[record]!;
  if (length < 5 || length !== 5 + octets[at + 4]!) return undefined;
  return {
    algorithm: octets[at]!,
    flags: octets[at + 1]!,
    iterations: readU16(octets, at + 2),
    salt: octets.slice(at + 5, at + length),
  };
}

/** Whether an NSEC3 record belongs to the chain with hash algorithm 1 and these parameters. */
export function sameParameters(zone: Zone, nsec3: Nsec3, iterations: number, salt: Octets): boolean {
  if (nsec3.algorithm !== 1 || nsec3.iterations !== iterations || nsec3.saltLength !== salt.length) return false;
  for (let i = 0; i < salt.length; i++) if (zone.octets[nsec3.salt + i] !== salt[i]) return false;
  return true;
}

/** A hash for people, as owner names spell it. */
export function printHash(octets: Octets, at: number): string {
  const out = new OctetWriter(32);
  encodeBase32Hex(octets, at, at + NSEC3_HASH_LENGTH, out);
  return String.fromCharCode(...out.view());
}
