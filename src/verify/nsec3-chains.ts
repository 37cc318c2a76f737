/** The NSEC3 chains that a zone announces, gathered from its records: sorted, to be searched from all threads. */
import { decodeBase32Hex } from '../base/encodings.ts';
import { type Octets, OctetWriter, readU32, sharedOctets, sharedU32, U32Column } from '../base/octets.ts';
import { NSEC3_HASH_LENGTH } from '../dns/nsec3-hash.ts';
import { TYPE } from '../dns/types.ts';
import { findRrset, type Zone } from '../zone/zone.ts';
import type { FindingLog } from './findings.ts';
import { isChildOfApex } from './name-kinds.ts';
import { emptyNsec3, type Nsec3, printHash, readNsec3, readNsec3Param, sameParameters } from './nsec3-rdata.ts';

/** Additional iterations beyond which BIND, ldns and Knot refuse or ignore a chain, and resolvers may too. */
export const MAX_ITERATIONS = 150;

/** Chains that are verified; a zone has one, and two while it changes its parameters. */
export const MAX_CHAINS = 4;

/** NSEC3PARAM records that are looked at. */
const MAX_PARAMETERS = 64;

/** One chain: its records in the order of their hashes. Shared memory, so that it goes to worker threads as it is. */
export interface Nsec3Chain {
  readonly iterations: number;
  readonly salt: Octets;
  readonly count: number;
  /** Hashed owner names, 20 octets each, ascending. */
  readonly hashes: Octets;
  /** The zone's name and record of each. */
  readonly names: Uint32Array;
  readonly records: Uint32Array;
  /** For each value of a hash's leading bits, the first entry that is not below it; one more entry at the end. */
  readonly buckets: Uint32Array;
  /** How far to shift a hash's first 32 bits to the right to get those leading bits. */
  readonly shift: number;
  /** How many names of the zone have met each entry; added to atomically. */
  readonly seen: Octets;
}

/** What the NSEC3PARAM and NSEC3 records of a zone amount to. */
export interface Nsec3Chains {
  readonly chains: readonly Nsec3Chain[];
  /** Whether an NSEC3PARAM announces a chain, be it one that can't be verified. */
  readonly announced: boolean;
}

interface Draft {
  readonly iterations: number;
  readonly salt: Octets;
  /** Whether resolvers and servers take it for a chain. */
  readonly announced: boolean;
  /** Undefined for parameters whose records are not looked at. */
  readonly entries: { hashes: OctetWriter; names: U32Column; records: U32Column } | undefined;
}

/**
 * Gathers the chains, and reports NSEC3PARAM and NSEC3 records that are wrong by themselves.
 *
 * @see RFC 5155 §4.1.2, §7.1, RFC 9276 §3.1
 */
export function gatherNsec3Chains(zone: Zone, log: FindingLog): Nsec3Chains {
  const drafts = readParameters(zone, log);
  const nsec3 = emptyNsec3();
  const label = new OctetWriter(NSEC3_HASH_LENGTH + 12);
  for (let name = 0; name < zone.nameCount; name++) {
    const rrset = findNsec3(zone, name);
    if (rrset < 0) continue;
    const hashed = isChildOfApex(zone, name) && decodeOwner(zone, name, label);
    for (let record = zone.rrsetFirst[rrset]!; record < zone.rrsetFirst[rrset + 1]!; record++) {
      if (!hashed) {
        log.report('nsec3-stray', name, TYPE.NSEC3, () => 'the owner is no hashed name of this zone', record);
      } else if (!readNsec3(zone, record, nsec3)) {
        log.report('nsec3-malformed', name, TYPE.NSEC3, () => 'its NSEC3 record has no hash of 20 octets', record);
      } else {
        enter(zone, name, record, nsec3, label.bytes, drafts, log);
      }
    }
  }
  const chains: Nsec3Chain[] = [];
  for (const { iterations, salt, entries } of drafts) {
    if (entries === undefined) continue;
    if (entries.names.length === 0) {
      const reason = () => 'it announces a chain of which there is no record';
      log.report('nsec3-missing', 0, TYPE.NSEC3PARAM, reason);
      continue;
    }
    chains.push(finish(iterations, salt, entries.hashes, entries.names.view(), entries.records.view()));
  }
  return { chains, announced: drafts.some((draft) => draft.announced) };
}

/** NSEC3 sorts behind most types, and few names have many: a plain search is quick. */
function findNsec3(zone: Zone, name: number): number {
  for (let rrset = zone.nameFirst[name + 1]! - 1; rrset >= zone.nameFirst[name]!; rrset--) {
    const type = zone.rrsetType[rrset]!;
    if (type === TYPE.NSEC3) return rrset;
    if (type < TYPE.NSEC3) return -1;
  }
  return -1;
}

function readParameters(zone: Zone, log: FindingLog): Draft[] {
  const drafts: Draft[] = [];
  const rrset = findRrset(zone, 0, TYPE.NSEC3PARAM);
  if (rrset < 0) return drafts;
  let verified = 0;
  const end = Math.min(zone.rrsetFirst[rrset + 1]!, zone.rrsetFirst[rrset]! + MAX_PARAMETERS);
  for (let record = zone.rrsetFirst[rrset]!; record < end; record++) {
    const param = readNsec3Param(zone, record);
    if (param === undefined) {
      log.report('nsec3-malformed', 0, TYPE.NSEC3PARAM, () => 'its parameters are malformed', record);
      continue;
    }
    const { iterations, salt, flags, algorithm } = param;
    if (flags !== 0) {
      const reason = () => `its flags are ${flags}, so it announces no chain (RFC 5155 §4.1.2)`;
      log.report('nsec3param-flags', 0, TYPE.NSEC3PARAM, reason, record);
      drafts.push({ iterations, salt, entries: undefined, announced: false });
      continue;
    }
    let entries: Draft['entries'];
    if (algorithm !== 1) {
      const reason = () => `it asks for hash algorithm ${algorithm}, and there is only 1`;
      log.report('nsec3param-unsupported', 0, TYPE.NSEC3PARAM, reason, record);
    } else if (iterations > MAX_ITERATIONS) {
      const reason = () =>
        `it asks for ${iterations} additional iterations; beyond ${MAX_ITERATIONS} a zone is refused`;
      log.report('nsec3-iterations-excessive', 0, TYPE.NSEC3PARAM, reason, record);
    } else if (++verified > MAX_CHAINS) {
      const reason = () => `it announces one chain more than the ${MAX_CHAINS} that are verified`;
      log.report('nsec3param-too-many', 0, TYPE.NSEC3PARAM, reason, record);
    } else {
      entries = { hashes: new OctetWriter(1024), names: new U32Column(), records: new U32Column() };
      if (iterations > 0) {
        const reason = () => `it asks for ${iterations} additional iterations, and should ask for 0 (RFC 9276 §3.1)`;
        log.report('nsec3-iterations', 0, TYPE.NSEC3PARAM, reason, record);
      }
    }
    drafts.push({ iterations, salt, entries, announced: true });
  }
  return drafts;
}

function decodeOwner(zone: Zone, name: number, out: OctetWriter): boolean {
  const at = zone.nameOwner[name]!;
  out.clear();
  if (zone.octets[at] !== 32) return false;
  return decodeBase32Hex(zone.octets, at + 1, at + 33, out) < 0 && out.length === NSEC3_HASH_LENGTH;
}

function enter(
  zone: Zone,
  name: number,
  record: number,
  nsec3: Nsec3,
  hash: Octets,
  drafts: readonly Draft[],
  log: FindingLog,
): void {
  const draft = drafts.find((d) => sameParameters(zone, nsec3, d.iterations, d.salt));
  if (draft === undefined) {
    const reason = () => 'no NSEC3PARAM record has the parameters of its NSEC3 record';
    log.report('nsec3-parameters', name, TYPE.NSEC3, reason, record);
    return;
  }
  if (draft.entries === undefined) return;
  const { hashes, names, records } = draft.entries;
  if (names.length > 0 && names.values[names.length - 1] === name) {
    log.report('nsec3-multiple', name, TYPE.NSEC3, () => 'it has two NSEC3 records of the same chain', record);
    return;
  }
  if ((nsec3.flags & ~1) !== 0) {
    const reason = () => `its flags are ${nsec3.flags}: resolvers ignore a record with unknown flags (RFC 5155 §8.2)`;
    log.report('nsec3-flags', name, TYPE.NSEC3, reason, record);
  }
  hashes.copy(hash, 0, NSEC3_HASH_LENGTH);
  names.push(name);
  records.push(record);
}

function finish(
  iterations: number,
  salt: Octets,
  entries: OctetWriter,
  names: Uint32Array,
  records: Uint32Array,
): Nsec3Chain {
  const count = names.length;
  const hashes = sharedOctets(count * NSEC3_HASH_LENGTH);
  hashes.set(entries.view());
  const bits = Math.min(20, Math.max(1, 32 - Math.clz32(count)));
  const shift = 32 - bits;
  const buckets = sharedU32(2 ** bits + 1);
  let entry = 0;
  for (let value = 0; value < 2 ** bits; value++) {
    while (entry < count && readU32(hashes, entry * NSEC3_HASH_LENGTH) >>> shift < value) entry++;
    buckets[value] = entry;
  }
  buckets[2 ** bits] = count;
  return { iterations, salt, count, hashes, names, records, buckets, shift, seen: sharedOctets(count) };
}

function compareHashes(a: Octets, aAt: number, b: Octets, bAt: number): number {
  for (let i = 0; i < NSEC3_HASH_LENGTH; i++) {
    const d = a[aAt + i]! - b[bAt + i]!;
    if (d !== 0) return d;
  }
  return 0;
}

/**
 * Searches a chain for a hash.
 *
 * @param hash  20 octets at 0
 * @returns     the entry that has it; else −1 − e, where e is the entry that covers it: the one before it in the ring
 */
export function findHash(chain: Nsec3Chain, hash: Octets): number {
  const value = readU32(hash, 0) >>> chain.shift;
  let low = chain.buckets[value]!;
  let high = chain.buckets[value + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareHashes(chain.hashes, middle * NSEC3_HASH_LENGTH, hash, 0);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return -1 - (low === 0 ? chain.count - 1 : low - 1);
}

/**
 * Checks that the chain is a closed ring: each record points to the hash of the next, the last to the first.
 *
 * @see RFC 5155 §7.1
 */
export function checkRing(zone: Zone, chain: Nsec3Chain, log: FindingLog): void {
  const nsec3 = emptyNsec3();
  for (let entry = 0; entry < chain.count; entry++) {
    readNsec3(zone, chain.records[entry]!, nsec3);
    const next = entry + 1 === chain.count ? 0 : entry + 1;
    if (compareHashes(zone.octets, nsec3.next, chain.hashes, next * NSEC3_HASH_LENGTH) === 0) continue;
    const { next: found } = nsec3;
    const reason = () =>
      `its NSEC3 record points to ${printHash(zone.octets, found)}, ` +
      `but the next one is ${printHash(chain.hashes, next * NSEC3_HASH_LENGTH)}`;
    log.report('nsec3-next-owner', chain.names[entry]!, TYPE.NSEC3, reason, chain.records[entry]!);
  }
}

/** Checks, after every name has been looked up, that each record was met by exactly one. */
export function checkMeetings(chain: Nsec3Chain, log: FindingLog): void {
  for (let entry = 0; entry < chain.count; entry++) {
    const met = chain.seen[entry]!;
    if (met === 1) continue;
    const name = chain.names[entry]!;
    if (met === 0) {
      const reason = () => 'no name of the zone has this hash';
      log.report('nsec3-stray', name, TYPE.NSEC3, reason, chain.records[entry]!);
    } else {
      const reason = () => `${met} names of the zone have this hash: another salt is needed`;
      log.report('nsec3-collision', name, TYPE.NSEC3, reason, chain.records[entry]!);
    }
  }
}
