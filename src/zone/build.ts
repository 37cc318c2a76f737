/** Makes a zone in canonical order out of records in file order. */
import { type Diagnostic, DnssecError } from '../base/errors.ts';
import { type Octets, OctetWriter, sharedOctets, sharedU16, sharedU32 } from '../base/octets.ts';
import { appendSortKey, friendlyName, isWithin, labelCount, nameText } from '../dns/name.ts';
import { TYPE, typeText } from '../dns/types.ts';
import { compareKeys, orderKeys } from './name-order.ts';
import { compareRdata, sortMembers } from './record-order.ts';
import { REMOVED, type RecordColumns } from './records.ts';
import type { Zone } from './zone.ts';

const MAX_ERRORS = 20;
const MAX_WARNINGS = 100;

/** A zone, and what was put right while it was built. */
export interface BuiltZone {
  readonly zone: Zone;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Builds the zone: names in canonical order, each name's RRsets by type (RRSIGs by covered type), each RRset's
 * records in canonical RDATA order without duplicates (RFC 4034 §6). The first of two equal records stays. An RRset
 * whose TTLs differ gets the smallest, with a warning (RFC 2181 §5.2).
 *
 * The zone shares the arena of `records`; nothing else of them is kept.
 *
 * @param origin  the apex, in wire form
 * @param klass   the zone's class
 * @throws DnssecError ZONE_INVALID when a record is not below the apex, or none is at it
 */
export function buildZone(records: RecordColumns, origin: Octets, klass: number): BuiltZone {
  const owners = gatherOwners(records, origin);
  const order = orderKeys(owners.keys, owners.keyStart, owners.count);
  const builder = new ZoneBuilder(records, owners, origin, klass);
  for (let i = 0; i < owners.count; i++) builder.add(order === undefined ? i : order[i]!);
  return builder.finish(order === undefined);
}

/** Runs of records with one owner, as they follow each other in the file, and the owner's sort key. */
interface Owners {
  readonly count: number;
  /** First record of each run; one more at the end. */
  readonly first: Uint32Array;
  readonly keys: Octets;
  readonly keyStart: Uint32Array;
}

function gatherOwners(records: RecordColumns, origin: Octets): Owners {
  const { count } = records;
  const owner = records.owner.values;
  const { bytes } = records.octets;
  const suffix = labelCount(origin, 0);
  const keys = new OctetWriter(Math.max(1024, Math.min(records.octets.length, count * 16)), true);
  const first = new Uint32Array(count + 1);
  const keyStart = sharedU32(count + 1);
  const outside: number[] = [];
  let runs = 0;
  for (let i = 0; i < count; i++) {
    if (i > 0 && owner[i] === owner[i - 1]) continue;
    if (!isWithin(bytes, owner[i]!, origin)) {
      outside.push(i);
      if (outside.length === MAX_ERRORS) break;
      continue;
    }
    first[runs] = i;
    keyStart[runs++] = keys.length;
    appendSortKey(bytes, owner[i]!, suffix, keys);
  }
  if (outside.length > 0) throw outOfZone(records, origin, outside);
  first[runs] = count;
  keyStart[runs] = keys.length;
  return { count: runs, first, keys: keys.bytes, keyStart };
}

function outOfZone(records: RecordColumns, origin: Octets, outside: readonly number[]): DnssecError {
  const apex = friendlyName(origin);
  return new DnssecError('ZONE_INVALID', `records outside of zone ${apex}`, {
    hint: 'Is the origin right? A name without a dot at its end is completed with the origin.',
    diagnostics: outside.map((record) => ({
      severity: 'error',
      message: `${nameText(records.octets.bytes, records.owner.values[record]!)} is not in zone ${apex}`,
      file: records.sourceOf(record),
      line: records.line.values[record]!,
    })),
  });
}

class ZoneBuilder {
  readonly #records: RecordColumns;
  readonly #owners: Owners;
  readonly #origin: Octets;
  readonly #class: number;
  readonly #warnings: Diagnostic[] = [];
  #warningCount = 0;

  readonly #nameOwner: Uint32Array;
  readonly #nameFirst: Uint32Array;
  /** The run that gave each name, for its key. */
  readonly #nameRun: Uint32Array;
  #names = 0;
  readonly #rrsetType: Uint16Array;
  readonly #rrsetTtl: Uint32Array;
  readonly #rrsetFirst: Uint32Array;
  #rrsets = 0;
  readonly #rdata: Uint32Array;
  readonly #rdataLength: Uint16Array;
  readonly #line: Uint32Array;
  readonly #file: Uint16Array;
  readonly #files: string[] = [];
  readonly #fileNumber = new Map<string, number>();
  #count = 0;

  /** Records of the name that is being gathered. */
  #members = new Uint32Array(64);
  #keys = new Uint32Array(64);
  #memberCount = 0;

  constructor(records: RecordColumns, owners: Owners, origin: Octets, klass: number) {
    this.#records = records;
    this.#owners = owners;
    this.#origin = origin;
    this.#class = klass;
    const { count } = records;
    this.#nameOwner = sharedU32(owners.count);
    this.#nameFirst = sharedU32(owners.count + 1);
    this.#nameRun = new Uint32Array(owners.count);
    this.#rrsetType = sharedU16(count);
    this.#rrsetTtl = sharedU32(count);
    this.#rrsetFirst = sharedU32(count + 1);
    this.#rdata = sharedU32(count);
    this.#rdataLength = sharedU16(count);
    this.#line = sharedU32(count);
    for (const { file } of records.sources) {
      if (this.#fileNumber.has(file)) continue;
      this.#fileNumber.set(file, this.#files.length);
      this.#files.push(file);
    }
    this.#file = sharedU16(this.#files.length > 1 ? count : 0);
  }

  /** Takes the next run of records, in canonical order of names. */
  add(run: number): void {
    const { keys, keyStart, first } = this.#owners;
    const isNew = this.#names === 0 || compareKeys(keys, keyStart, this.#nameRun[this.#names - 1]!, run) !== 0;
    if (isNew) {
      this.#flush();
      this.#nameOwner[this.#names] = this.#records.owner.values[first[run]!]!;
      this.#nameFirst[this.#names] = this.#rrsets;
      this.#nameRun[this.#names++] = run;
    }
    const end = first[run + 1]!;
    if (this.#memberCount + end - first[run]! > this.#members.length) this.#growMembers(end - first[run]!);
    const type = this.#records.type.values;
    for (let record = first[run]!; record < end; record++) {
      if (type[record] !== REMOVED) this.#members[this.#memberCount++] = record;
    }
  }

  #growMembers(more: number): void {
    const size = Math.max(this.#members.length * 2, this.#memberCount + more);
    const grown = new Uint32Array(size);
    grown.set(this.#members);
    this.#members = grown;
    this.#keys = new Uint32Array(size);
  }

  /** Writes the gathered name's RRsets. */
  #flush(): void {
    const records = this.#records;
    const members = this.#members;
    const keys = this.#keys;
    const count = this.#memberCount;
    sortMembers(records, members, keys, count);
    for (let i = 0; i < count; ) {
      const first = i;
      const type = records.type.values[members[i]!]!;
      let ttl = records.ttl.values[members[i]!]!;
      let differs = -1;
      this.#rrsetFirst[this.#rrsets] = this.#count;
      for (; i < count && keys[i] === keys[first]; i++) {
        const record = members[i]!;
        const own = records.ttl.values[record]!;
        if (own !== ttl) {
          if (differs < 0 || own < ttl) differs = i;
          if (own < ttl) ttl = own;
        }
        if (i === first || compareRdata(records, members[i - 1]!, record) !== 0) this.#addRecord(record);
      }
      if (differs >= 0) this.#warnTtl(members[differs]!, type, ttl);
      this.#rrsetType[this.#rrsets] = type;
      this.#rrsetTtl[this.#rrsets++] = ttl;
    }
    this.#memberCount = 0;
  }

  #addRecord(record: number): void {
    const records = this.#records;
    const at = this.#count++;
    this.#rdata[at] = records.rdata.values[record]!;
    this.#rdataLength[at] = records.rdataLength.values[record]!;
    this.#line[at] = records.line.values[record]!;
    if (this.#file.length > 0) this.#file[at] = this.#fileNumber.get(records.sourceOf(record)) ?? 0;
  }

  #warnTtl(record: number, type: number, ttl: number): void {
    if (++this.#warningCount > MAX_WARNINGS) return;
    const records = this.#records;
    const owner = nameText(records.octets.bytes, records.owner.values[record]!);
    const what = type === TYPE.RRSIG ? 'RRSIG records over one type' : typeText(type);
    this.#warnings.push({
      severity: 'warning',
      message: `${owner} ${what}: TTLs of one RRset differ; all get the smallest, ${ttl}`,
      file: records.sourceOf(record),
      line: records.line.values[record]!,
    });
  }

  /** @param isAscending  the runs came in file order */
  finish(isAscending: boolean): BuiltZone {
    this.#flush();
    const names = this.#names;
    this.#nameFirst[names] = this.#rrsets;
    this.#rrsetFirst[this.#rrsets] = this.#count;
    const { keys, nameKey } = isAscending && names === this.#owners.count ? this.#ownKeys() : this.#sortedKeys();
    if (names === 0 || nameKey[1] !== 0) throw this.#noApex();
    const more = this.#warningCount - this.#warnings.length;
    if (more > 0) this.#warnings.push({ severity: 'warning', message: `and ${more} warnings more of this kind` });
    const zone: Zone = {
      origin: this.#origin,
      class: this.#class,
      octets: this.#records.octets.view(),
      nameCount: names,
      nameOwner: this.#nameOwner.subarray(0, names),
      keys,
      nameKey,
      nameFirst: this.#nameFirst.subarray(0, names + 1),
      rrsetCount: this.#rrsets,
      rrsetType: this.#rrsetType.subarray(0, this.#rrsets),
      rrsetTtl: this.#rrsetTtl.subarray(0, this.#rrsets),
      rrsetFirst: this.#rrsetFirst.subarray(0, this.#rrsets + 1),
      recordCount: this.#count,
      rdata: this.#rdata.subarray(0, this.#count),
      rdataLength: this.#rdataLength.subarray(0, this.#count),
      line: this.#line.subarray(0, this.#count),
      files: this.#files,
      file: this.#file.subarray(0, this.#file.length > 0 ? this.#count : 0),
    };
    return { zone, warnings: this.#warnings };
  }

  #ownKeys(): { keys: Octets; nameKey: Uint32Array } {
    const { keys, keyStart, count } = this.#owners;
    return { keys: keys.subarray(0, keyStart[count]!), nameKey: keyStart.subarray(0, count + 1) };
  }

  #sortedKeys(): { keys: Octets; nameKey: Uint32Array } {
    const { keys, keyStart } = this.#owners;
    const names = this.#names;
    const nameKey = sharedU32(names + 1);
    let length = 0;
    for (let i = 0; i < names; i++) {
      nameKey[i] = length;
      length += keyStart[this.#nameRun[i]! + 1]! - keyStart[this.#nameRun[i]!]!;
    }
    nameKey[names] = length;
    const sorted = sharedOctets(length);
    for (let i = 0; i < names; i++) {
      let to = nameKey[i]!;
      const end = keyStart[this.#nameRun[i]! + 1]!;
      for (let from = keyStart[this.#nameRun[i]!]!; from < end; from++) sorted[to++] = keys[from]!;
    }
    return { keys: sorted, nameKey };
  }

  #noApex(): DnssecError {
    const apex = friendlyName(this.#origin);
    return new DnssecError('ZONE_INVALID', `zone ${apex} has no record at its apex`, {
      hint: `Is the zone's name right? Its SOA record is expected at ${apex}.`,
    });
  }
}
