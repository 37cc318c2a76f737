/** The DNSKEY RRset as the verifier uses it. */
import { type Octets, readU16 } from '../base/octets.ts';
import { algorithmText, findAlgorithm } from '../keys/algorithms.ts';
import { FLAG, keyTag } from '../keys/key-tag.ts';
import { createVerifier, type Verifier } from '../keys/signature.ts';
import type { Zone } from '../zone/zone.ts';

/** One DNSKEY. Plain data: it crosses to worker threads. */
export interface Dnskey {
  /** Its record in the zone. */
  readonly record: number;
  readonly flags: number;
  readonly protocol: number;
  readonly algorithm: number;
  readonly tag: number;
  readonly publicKey: Octets;
}

/** Keys of one tag and algorithm that are tried for a signature; more are an attack (CVE-2023-50387) or an accident. */
export const MAX_KEYS_OF_A_TAG = 4;

/** Keys of a zone that are looked at: more than anybody has, or would fit an answer. */
export const MAX_KEYS = 256;

/** Whether the key may sign zone data at all (RFC 4034 §2.1.1). */
export function isZoneKey(key: Dnskey): boolean {
  return (key.flags & FLAG.zone) !== 0 && key.protocol === 3;
}

/** Whether the key is marked as a key signing key (RFC 4034 §2.1.1). */
export function isSep(key: Dnskey): boolean {
  return (key.flags & FLAG.sep) !== 0;
}

/** Whether the key has been withdrawn by its owner (RFC 5011 §2.1). */
export function isRevoked(key: Dnskey): boolean {
  return (key.flags & FLAG.revoke) !== 0;
}

/** The algorithm for people: `ECDSAP256SHA256`, or `algorithm 200`. */
export function algorithmLabel(algorithm: number): string {
  const text = algorithmText(algorithm);
  return text === String(algorithm) ? `algorithm ${algorithm}` : text;
}

/** The key for people: `key 4711 (ECDSAP256SHA256)`. */
export function keyLabel(key: Dnskey): string {
  return `key ${key.tag} (${algorithmLabel(key.algorithm)})`;
}

/**
 * Takes the DNSKEY RRset apart, in the order of its records; `MAX_KEYS` of them at most.
 *
 * @param rrset  an RRset of DNSKEY records
 */
export function readDnskeys(zone: Zone, rrset: number): Dnskey[] {
  const keys: Dnskey[] = [];
  const end = Math.min(zone.rrsetFirst[rrset + 1]!, zone.rrsetFirst[rrset]! + MAX_KEYS);
  for (let record = zone.rrsetFirst[rrset]!; record < end; record++) {
    const at = zone.rdata[record]!;
    const length = zone.rdataLength[record]!;
    if (length < 4) continue;
    keys.push({
      record,
      flags: readU16(zone.octets, at),
      protocol: zone.octets[at + 2]!,
      algorithm: zone.octets[at + 3]!,
      tag: keyTag(zone.octets, at, length),
      publicKey: zone.octets.slice(at + 4, at + length),
    });
  }
  return keys;
}

/** A key with what it takes to verify with it. */
export interface UsableKey {
  readonly key: Dnskey;
  /** Its index among the keys that the ring was made of. */
  readonly index: number;
  readonly verify: Verifier;
}

/** The zone's keys, found by the tag and algorithm that a signature names. */
export interface KeyRing {
  /** Keys that can verify, at most `MAX_KEYS_OF_A_TAG`; empty where there is none. */
  find(tag: number, algorithm: number): readonly UsableKey[];
  /** Whether the DNSKEY RRset holds any key of that tag and algorithm, usable or not. */
  has(tag: number, algorithm: number): boolean;
}

/** Why a key can't verify: its algorithm is none that we know, or its octets are no key. */
export type KeyFault =
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'invalid'; readonly reason: string }
  | undefined;

/** Says whether a key can be verified with, and if not, why. */
export function findKeyFault(key: Dnskey): KeyFault {
  if (findAlgorithm(key.algorithm) === undefined) return { kind: 'unsupported' };
  try {
    createVerifier(key.algorithm, key.publicKey);
    return undefined;
  } catch (cause) {
    return { kind: 'invalid', reason: (cause as Error).message };
  }
}

/** Makes the key ring; keys that are no zone keys or can't be verified with are known to `has` only. */
export function createKeyRing(keys: readonly Dnskey[]): KeyRing {
  const usable = new Map<number, UsableKey[]>();
  const nothing: readonly UsableKey[] = [];
  for (const [index, key] of keys.entries()) {
    const id = key.tag * 256 + key.algorithm;
    const list = usable.get(id) ?? [];
    usable.set(id, list);
    if (list.length === MAX_KEYS_OF_A_TAG || !isZoneKey(key)) continue;
    const verify = makeVerifier(key);
    if (verify !== undefined) list.push({ key, index, verify });
  }
  return {
    find: (tag, algorithm) => usable.get(tag * 256 + algorithm) ?? nothing,
    has: (tag, algorithm) => usable.has(tag * 256 + algorithm),
  };
}

function makeVerifier(key: Dnskey): Verifier | undefined {
  try {
    return createVerifier(key.algorithm, key.publicKey);
  } catch {
    return undefined;
  }
}
