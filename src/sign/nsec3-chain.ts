/**
 * The NSEC3 chain of a zone: which names have an entry, and their hashes in order.
 *
 * An entry holds no record: its bit map and its successor follow from the zone and from the order, and are
 * written where they are signed.
 */
import { compareOctets, type Octets, sharedOctets, sharedU32, U32Column } from '../base/octets.ts';
import { labelCount, nameLength } from '../dns/name.ts';
import { hashNsec3Name, NSEC3_HASH_LENGTH } from '../dns/nsec3-hash.ts';
import { TYPE } from '../dns/types.ts';
import { NAME_KIND } from '../zone/cuts.ts';
import { findRrset, type Zone } from '../zone/zone.ts';

/** A chain of NSEC3 records, in order of the hashes; the last entry is followed by the first. */
export interface Nsec3Chain {
  readonly count: number;
  /** Hashes in ascending order, 20 octets each. */
  readonly hashes: Octets;
  /** The zone's name behind each entry, or `EMPTY_NON_TERMINAL`. */
  readonly name: Uint32Array;
}

/** Stands for a name that has no records but names below it. */
export const EMPTY_NON_TERMINAL = 0xffff_ffff;

/** Parameters of a chain (RFC 5155 §3.1). */
export interface Nsec3ChainOptions {
  readonly salt: Octets;
  readonly iterations: number;
  readonly optOut: boolean;
}

/**
 * Builds the chain: an entry for every authoritative name, every delegation (with opt-out: only those with a DS)
 * and every empty non-terminal above one of these.
 *
 * @param kinds  per name, as `classifyNames` gives them
 * @returns      the chain, or undefined where two names have one hash: another salt is needed
 * @see RFC 5155 §7.1
 */
export function buildNsec3Chain(zone: Zone, kinds: Octets, options: Nsec3ChainOptions): Nsec3Chain | undefined {
  const owners = collectOwners(zone, kinds, options.optOut);
  const count = owners.name.length;
  const unordered = new Uint8Array(count * NSEC3_HASH_LENGTH);
  for (let i = 0; i < count; i++) {
    const at = owners.start.values[i]!;
    const length = nameLength(zone.octets, at);
    hashNsec3Name(zone.octets, at, length, options.salt, options.iterations, unordered, i * NSEC3_HASH_LENGTH);
  }
  const order = orderHashes(unordered, count);
  const hashes = sharedOctets(count * NSEC3_HASH_LENGTH);
  const name = sharedU32(count);
  for (let i = 0; i < count; i++) {
    const from = order[i]! * NSEC3_HASH_LENGTH;
    const to = i * NSEC3_HASH_LENGTH;
    for (let k = 0; k < NSEC3_HASH_LENGTH; k++) hashes[to + k] = unordered[from + k]!;
    name[i] = owners.name.values[order[i]!]!;
    if (i > 0 && compareHashes(hashes, i - 1, i) === 0) return undefined;
  }
  return { count, hashes, name };
}

/** Names with an entry, in canonical order: where their wire form starts, and the zone's name (or none). */
function collectOwners(zone: Zone, kinds: Octets, optOut: boolean): { start: U32Column; name: U32Column } {
  const start = new U32Column(zone.nameCount + 1);
  const name = new U32Column(zone.nameCount + 1);
  const originLabels = labelCount(zone.origin, 0);
  const { keys, nameKey } = zone;
  let previous = -1;
  for (let n = 0; n < zone.nameCount; n++) {
    const kind = kinds[n]!;
    if (kind === NAME_KIND.occluded) continue;
    if (kind === NAME_KIND.delegation && optOut && findRrset(zone, n, TYPE.DS) < 0) continue;
    let at = zone.nameOwner[n]!;
    if (previous >= 0) {
      // In canonical order every ancestor of n that has an entry is one that `previous` shares with it.
      const shared = sharedLabels(keys, nameKey[previous]!, nameKey[previous + 1]!, nameKey[n]!, nameKey[n + 1]!);
      for (let depth = labelCount(zone.octets, at) - originLabels - 1; depth > shared; depth--) {
        at += zone.octets[at]! + 1;
        start.push(at);
        name.push(EMPTY_NON_TERMINAL);
      }
    }
    start.push(zone.nameOwner[n]!);
    name.push(n);
    previous = n;
  }
  return { start, name };
}

/** How many labels below the apex two sort keys have in common. */
function sharedLabels(keys: Octets, aStart: number, aEnd: number, bStart: number, bEnd: number): number {
  let labels = 0;
  for (let a = aStart, b = bStart; a < aEnd && b < bEnd && keys[a] === keys[b]; a++, b++) if (keys[a] === 0) labels++;
  return labels;
}

/** Hashes from which on counting them by 16 bits is worth its table. */
const WORTH_COUNTING = 4096;

/** The indexes of the hashes in ascending order: two radix passes over 32 bits, then the rare ties by all octets. */
function orderHashes(hashes: Octets, count: number): Uint32Array {
  let from = new Uint32Array(count);
  for (let i = 0; i < count; i++) from[i] = i;
  if (count < WORTH_COUNTING) return from.sort((a, b) => compareHashes(hashes, a, b));
  let to = new Uint32Array(count);
  for (const shift of [2, 0]) {
    const first = new Uint32Array(65_537);
    for (let i = 0; i < count; i++) {
      const at = i * NSEC3_HASH_LENGTH + shift;
      first[((hashes[at]! << 8) | hashes[at + 1]!) + 1]!++;
    }
    for (let v = 0; v < 65_536; v++) first[v + 1]! += first[v]!;
    for (let i = 0; i < count; i++) {
      const at = from[i]! * NSEC3_HASH_LENGTH + shift;
      to[first[(hashes[at]! << 8) | hashes[at + 1]!]!++] = from[i]!;
    }
    [from, to] = [to, from];
  }
  for (let i = 1; i < count; i++) {
    const moved = from[i]!;
    let k = i;
    for (; k > 0 && compareHashes(hashes, from[k - 1]!, moved) > 0; k--) from[k] = from[k - 1]!;
    from[k] = moved;
  }
  return from;
}

function compareHashes(hashes: Octets, a: number, b: number): number {
  const x = a * NSEC3_HASH_LENGTH;
  const y = b * NSEC3_HASH_LENGTH;
  return compareOctets(hashes, x, x + NSEC3_HASH_LENGTH, hashes, y, y + NSEC3_HASH_LENGTH);
}
