/** The DNSSEC records that signing puts at the apex before the chain is built, so that bit maps are true. */
import { compareOctets, type Octets } from '../base/octets.ts';
import type { Seconds } from '../base/time.ts';
import { equalNames } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import { keyTag } from '../keys/key-tag.ts';
import type { RecordColumns } from '../zone/records.ts';
import type { Denial } from './parameters.ts';

/** Types that signing makes itself: what the zone file holds of them is set aside (old signatures, old chains). */
export const MADE_BY_SIGNING: ReadonlySet<number> = new Set([TYPE.RRSIG, TYPE.NSEC, TYPE.NSEC3, TYPE.NSEC3PARAM]);

/** The DNSSEC records of the apex, as RDATA. */
export interface ApexRecords {
  /** Keys to be published now. */
  readonly dnskeys: readonly Octets[];
  /** Every key of the zone whose files are at hand: one that stands in the zone file but is not published goes. */
  readonly known: readonly Octets[];
  readonly cds: readonly Octets[];
  readonly cdnskeys: readonly Octets[];
  /** TTL of DNSKEY, CDS and CDNSKEY; undefined: that of the DNSKEYs in the zone file, else the SOA's. */
  readonly keyTtl: Seconds | undefined;
  readonly denial: Denial;
  /**
   * Whether the zone file is a signed one. Then the keys in it that are not at hand belong to that signing, and are
   * set aside with it; in an unsigned file they are another signer's, and stay.
   */
  readonly wasSigned: boolean;
  /** Whether the zone gets a ZONEMD record (its digest is filled in at the end). */
  readonly zonemd: boolean;
}

/** ZONEMD with the simple scheme and SHA-384: 6 octets, then 48 of digest (RFC 8976 §2.2). */
export const ZONEMD_DIGEST = { scheme: 1, algorithm: 1, offset: 6, length: 48 } as const;

/**
 * Appends the records to a zone that has been read; takes out old ones that they replace.
 *
 * @returns key tags of the keys of an earlier signing that were set aside
 */
export function placeApexRecords(records: RecordColumns, origin: Octets, apex: ApexRecords): readonly number[] {
  const found = findApex(records, origin);
  const ttl = apex.keyTtl ?? found.keyTtl ?? found.soaTtl;
  const governed = [...apex.dnskeys, ...apex.known];
  const setAside: number[] = [];
  for (const index of found.keys) {
    const isGoverned = governed.some((key) => isSameKey(records, index, key));
    if (isGoverned || apex.wasSigned) records.remove(index);
    if (!isGoverned && apex.wasSigned) setAside.push(tagOf(records, index));
  }
  if (apex.wasSigned) for (const index of found.requests) records.remove(index);
  for (const index of found.zonemds) records.remove(index);
  const owner = records.octets.length;
  records.octets.copy(origin);
  const add = (type: number, recordTtl: number, rdata: Octets) => {
    const at = records.octets.length;
    records.octets.copy(rdata);
    records.push(owner, type, recordTtl, at, rdata.length, 0);
  };
  records.enterSource('(made by signing)');
  for (const rdata of apex.dnskeys) add(TYPE.DNSKEY, ttl, rdata);
  for (const rdata of apex.cds) add(TYPE.CDS, ttl, rdata);
  for (const rdata of apex.cdnskeys) add(TYPE.CDNSKEY, ttl, rdata);
  // The parameters are asked by nobody's cache; BIND publishes them with TTL 0 as well.
  if (apex.denial.type === 'nsec3') add(TYPE.NSEC3PARAM, 0, nsec3paramRdata(apex.denial));
  if (apex.zonemd) add(TYPE.ZONEMD, found.soaTtl, zonemdPlaceholder());
  return setAside;
}

function tagOf(records: RecordColumns, index: number): number {
  return keyTag(records.octets.bytes, records.rdata.values[index]!, records.rdataLength.values[index]!);
}

interface Apex {
  readonly soaTtl: number;
  readonly keyTtl: number | undefined;
  readonly keys: readonly number[];
  readonly zonemds: readonly number[];
  /** CDS and CDNSKEY records. */
  readonly requests: readonly number[];
}

function findApex(records: RecordColumns, origin: Octets): Apex {
  const found: Record<number, number[]> = { [TYPE.SOA]: [], [TYPE.DNSKEY]: [], [TYPE.ZONEMD]: [] };
  found[TYPE.CDS] = found[TYPE.CDNSKEY] = [];
  for (let i = 0; i < records.count; i++) {
    const list = found[records.type.values[i]!];
    if (list !== undefined && equalNames(records.octets.bytes, records.owner.values[i]!, origin, 0)) list.push(i);
  }
  const ttlOf = (indexes: readonly number[]) => Math.min(...indexes.map((i) => records.ttl.values[i]!));
  const keys = found[TYPE.DNSKEY]!;
  const soas = found[TYPE.SOA]!;
  return {
    soaTtl: soas.length === 0 ? 0 : ttlOf(soas),
    keyTtl: keys.length === 0 ? undefined : ttlOf(keys),
    keys,
    zonemds: found[TYPE.ZONEMD]!,
    requests: found[TYPE.CDS]!,
  };
}

/** Whether the DNSKEY record holds this key, flags aside: revoking a key changes them. */
function isSameKey(records: RecordColumns, index: number, key: Octets): boolean {
  const at = records.rdata.values[index]!;
  const end = at + records.rdataLength.values[index]!;
  return compareOctets(records.octets.bytes, at + 2, end, key, 2, key.length) === 0;
}

/** NSEC3PARAM RDATA: hash 1, flags 0 (opt-out is not said here), iterations, salt (RFC 5155 §4.2). */
export function nsec3paramRdata(denial: { readonly iterations: number; readonly salt: Octets }): Octets {
  const { iterations, salt } = denial;
  return Uint8Array.of(1, 0, iterations >>> 8, iterations & 255, salt.length, ...salt);
}

function zonemdPlaceholder(): Octets {
  const rdata = new Uint8Array(ZONEMD_DIGEST.offset + ZONEMD_DIGEST.length);
  rdata[4] = ZONEMD_DIGEST.scheme;
  rdata[5] = ZONEMD_DIGEST.algorithm;
  return rdata;
}
