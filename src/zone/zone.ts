/**
 * A zone in columns, in canonical order: names → RRsets → records, each level an index range of the next.
 *
 * Plain typed arrays over shared memory, so that a `Zone` can be handed to worker threads without a copy
 * (it survives structured cloning). Name 0 is the apex. RRSIG records form one RRset per covered type.
 */
import type { Octets } from '../base/octets.ts';
import { TYPE } from '../dns/types.ts';

/** A zone in columns, in canonical order. */
export interface Zone {
  /** The apex in wire form, with the case of the file. */
  readonly origin: Octets;
  readonly class: number;
  /** Arena of owner names and RDATA. */
  readonly octets: Octets;

  readonly nameCount: number;
  /** Offset of each name's wire form in `octets`, case as read. */
  readonly nameOwner: Uint32Array;
  /** Sort keys relative to the origin, back to back (`appendSortKey`); name i's is `keys[nameKey[i]..nameKey[i+1])`. */
  readonly keys: Octets;
  readonly nameKey: Uint32Array;
  /** RRsets of name i: `nameFirst[i]..nameFirst[i+1])`, by type number, RRSIGs by covered type. */
  readonly nameFirst: Uint32Array;

  readonly rrsetCount: number;
  readonly rrsetType: Uint16Array;
  readonly rrsetTtl: Uint32Array;
  /** Records of RRset i: `rrsetFirst[i]..rrsetFirst[i+1])`, in canonical RDATA order. */
  readonly rrsetFirst: Uint32Array;

  readonly recordCount: number;
  readonly rdata: Uint32Array;
  readonly rdataLength: Uint16Array;
  /** Line of each record in its file, for messages. */
  readonly line: Uint32Array;
  /** Files that the records came from, and which of them each record did; empty where it is `files[0]` for all. */
  readonly files: readonly string[];
  readonly file: Uint16Array;
}

/** The file that record `record` came from. */
export function recordFile(zone: Zone, record: number): string {
  return zone.files[zone.file.length === 0 ? 0 : zone.file[record]!] ?? '';
}

/** Up to this many RRsets are looked through one by one. */
const FEW = 8;

/** The RRset of `type` at name `name`, or -1. RRSIG and its covered type: see `findSignatures`. */
export function findRrset(zone: Zone, name: number, type: number): number {
  const { rrsetType } = zone;
  let low = zone.nameFirst[name]!;
  let high = zone.nameFirst[name + 1]!;
  while (high - low > FEW) {
    const middle = (low + high) >>> 1;
    if (rrsetType[middle]! < type) low = middle + 1;
    else high = middle + 1;
  }
  for (; low < high; low++) if (rrsetType[low]! >= type) return rrsetType[low] === type ? low : -1;
  return -1;
}

/** The type that the RRSIG record covers. */
export function coveredType(zone: Zone, record: number): number {
  const at = zone.rdata[record]!;
  return (zone.octets[at]! << 8) | zone.octets[at + 1]!;
}

/** The RRset of RRSIGs at `name` that cover `type`, or -1. */
export function findSignatures(zone: Zone, name: number, type: number): number {
  let low = zone.nameFirst[name]!;
  let high = zone.nameFirst[name + 1]!;
  while (high - low > FEW) {
    const middle = (low + high) >>> 1;
    if (isBeforeSignatures(zone, middle, type)) low = middle + 1;
    else high = middle + 1;
  }
  while (low < high && isBeforeSignatures(zone, low, type)) low++;
  const isThere = low < high && zone.rrsetType[low] === TYPE.RRSIG && coveredType(zone, zone.rrsetFirst[low]!) === type;
  return isThere ? low : -1;
}

/** Whether the RRset stands before the RRSIGs that cover `type`, in the order of a zone. */
function isBeforeSignatures(zone: Zone, rrset: number, type: number): boolean {
  const own = zone.rrsetType[rrset]!;
  return own < TYPE.RRSIG || (own === TYPE.RRSIG && coveredType(zone, zone.rrsetFirst[rrset]!) < type);
}
