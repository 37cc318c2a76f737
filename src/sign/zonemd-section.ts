/**
 * What ZONEMD digests of a section: the records of each name in canonical order (RFC 8976 §3.3.1). RRSIGs are
 * known last but stand in the middle, so the parts of a name are collected and put in order when it is done.
 */
import { compareOctets, type Octets, OctetWriter } from '../base/octets.ts';
import { TYPE } from '../dns/types.ts';

/** Collects canonical records, name by name. */
export class ZonemdSection {
  readonly #all = new OctetWriter(1 << 16);
  /** RRsets of the present name, in canonical form. */
  readonly #rrsets: { readonly type: number; readonly octets: Octets }[] = [];
  /** RRSIG records of the present name. */
  readonly #signatures: OctetWriter[] = [];

  /** Adds the records of an RRset, in canonical form. The apex's ZONEMD and its signatures must stay out. */
  addRecords(type: number, records: Octets): void {
    this.#rrsets.push({ type, octets: records.slice() });
  }

  /** Where the next RRSIG record is to be written. */
  beginSignature(): OctetWriter {
    const writer = new OctetWriter(256);
    this.#signatures.push(writer);
    return writer;
  }

  /** Ends a name. */
  endName(): void {
    const signatures = this.#signatures.map((writer) => writer.view());
    signatures.sort(compareRdata);
    for (const octets of signatures) this.#rrsets.push({ type: TYPE.RRSIG, octets });
    this.#rrsets.sort((a, b) => a.type - b.type);
    for (const { octets } of this.#rrsets) this.#all.copy(octets);
    this.#rrsets.length = 0;
    this.#signatures.length = 0;
  }

  take(): Octets {
    return this.#all.take();
  }

  clear(): void {
    this.#all.clear();
  }
}

/** Orders records of one owner by RDATA. */
function compareRdata(a: Octets, b: Octets): number {
  return compareOctets(a, rdataStart(a), a.length, b, rdataStart(b), b.length);
}

/** Behind the owner, type, class, TTL and RDATA length. */
function rdataStart(record: Octets): number {
  let at = 0;
  while (record[at]! !== 0) at += record[at]! + 1;
  return at + 11;
}
