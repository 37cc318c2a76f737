/**
 * The order in which a signed zone is written: its names and the hashed names of its NSEC3 chain, merged into
 * canonical order, so that a signed file reads back sorted and ZONEMD can be computed on the way.
 */
import { encodeBase32Hex } from '../base/encodings.ts';
import { compareOctets, OctetWriter, sharedU32 } from '../base/octets.ts';
import { FOLD } from '../dns/name.ts';
import { NSEC3_HASH_LENGTH } from '../dns/nsec3-hash.ts';
import type { Zone } from '../zone/zone.ts';
import type { Nsec3Chain } from './nsec3-chain.ts';

/** Octets of a hashed label in base32hex; its sort key has one more. */
export const HASHED_LABEL = 32;

/**
 * Merges names and chain entries.
 *
 * @returns per item: a name's index, or the zone's name count plus an index of the chain
 */
export function layOut(zone: Zone, chain: Nsec3Chain | undefined): Uint32Array {
  const { nameCount, keys, nameKey } = zone;
  const entries = chain?.count ?? 0;
  const order = sharedU32(nameCount + entries);
  const key = new OctetWriter(HASHED_LABEL + 1);
  let to = 0;
  let entry = 0;
  if (chain !== undefined) writeHashedKey(chain, 0, key);
  for (let n = 0; n < nameCount; n++) {
    while (entry < entries && compareOctets(key.bytes, 0, key.length, keys, nameKey[n]!, nameKey[n + 1]!) < 0) {
      order[to++] = nameCount + entry++;
      if (entry < entries) writeHashedKey(chain!, entry, key);
    }
    order[to++] = n;
  }
  while (entry < entries) order[to++] = nameCount + entry++;
  return order;
}

/** Writes the sort key of a chain entry's owner, from the start of `out`: the hashed label, folded, and its end. */
export function writeHashedKey(chain: Nsec3Chain, entry: number, out: OctetWriter): void {
  out.clear();
  const at = entry * NSEC3_HASH_LENGTH;
  encodeBase32Hex(chain.hashes, at, at + NSEC3_HASH_LENGTH, out);
  for (let i = 0; i < HASHED_LABEL; i++) out.bytes[i] = FOLD[out.bytes[i]!]!;
  out.u8(0);
}
