/** Orders the records of one owner name: by type, RRSIGs by covered type too, then by canonical RDATA. */
import { compareCanonicalRdata } from '../dns/rdata/rdata.ts';
import { TYPE } from '../dns/types.ts';
import type { RecordColumns } from './records.ts';

/** Up to this many records are sorted by insertion. */
const SMALL = 24;

/** A number that orders records by RRset: the type, and behind it what an RRSIG covers. */
export function rrsetKey(records: RecordColumns, record: number): number {
  const type = records.type.values[record]!;
  if (type !== TYPE.RRSIG) return type * 0x1_0000;
  const at = records.rdata.values[record]!;
  const { bytes } = records.octets;
  return type * 0x1_0000 + ((bytes[at]! << 8) | bytes[at + 1]!);
}

/** Compares the RDATA of two records of one type as canonical octet strings (RFC 4034 §6.3). */
export function compareRdata(records: RecordColumns, a: number, b: number): number {
  const { bytes } = records.octets;
  const aStart = records.rdata.values[a]!;
  const bStart = records.rdata.values[b]!;
  const aEnd = aStart + records.rdataLength.values[a]!;
  const bEnd = bStart + records.rdataLength.values[b]!;
  return compareCanonicalRdata(records.type.values[a]!, bytes, aStart, aEnd, bytes, bStart, bEnd);
}

/**
 * Sorts `members[0..count)`, numbers of records, in place; equal records stay in the order of their numbers.
 *
 * @param keys  scratch of the same length; afterwards `rrsetKey` of each member
 */
export function sortMembers(records: RecordColumns, members: Uint32Array, keys: Uint32Array, count: number): void {
  let isSorted = true;
  for (let i = 0; i < count; i++) {
    keys[i] = rrsetKey(records, members[i]!);
    if (isSorted && i > 0) isSorted = compareMembers(records, members, keys, i - 1, i) <= 0;
  }
  if (isSorted) return;
  if (count > SMALL) sortMany(records, members, keys, count);
  else sortFew(records, members, keys, count);
}

function compareMembers(records: RecordColumns, members: Uint32Array, keys: Uint32Array, a: number, b: number): number {
  const difference = keys[a]! - keys[b]!;
  return difference !== 0 ? difference : compareRdata(records, members[a]!, members[b]!);
}

function sortFew(records: RecordColumns, members: Uint32Array, keys: Uint32Array, count: number): void {
  for (let i = 1; i < count; i++) {
    for (let j = i; j > 0 && compareMembers(records, members, keys, j - 1, j) > 0; j--) {
      const member = members[j]!;
      members[j] = members[j - 1]!;
      members[j - 1] = member;
      const key = keys[j]!;
      keys[j] = keys[j - 1]!;
      keys[j - 1] = key;
    }
  }
}

/** A merge sort (that of the language), so that no order of the input makes it slow. */
function sortMany(records: RecordColumns, members: Uint32Array, keys: Uint32Array, count: number): void {
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  order.sort((a, b) => compareMembers(records, members, keys, a, b) || a - b);
  const sortedMembers = order.map((from) => members[from]!);
  const sortedKeys = order.map((from) => keys[from]!);
  members.set(sortedMembers);
  keys.set(sortedKeys);
}
