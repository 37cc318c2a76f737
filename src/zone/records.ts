/**
 * Records as they were read, in file order, held in columns: no object per record.
 *
 * `octets` is one arena for owner names and RDATA, both in uncompressed wire form with the case of the file.
 * Consecutive records of one owner share its offset. Everything lies in shared memory.
 */
import { OctetWriter, U16Column, U32Column } from '../base/octets.ts';

/** Marks a record that was taken out: a type that no zone can hold (RFC 6895 §3.1). */
export const REMOVED = 0;

/** The columns, growing as records are read. */
export class RecordColumns {
  readonly octets: OctetWriter;
  /** Offset of the owner name in `octets`. */
  readonly owner: U32Column;
  readonly type: U16Column;
  readonly ttl: U32Column;
  /** Offset and length of the RDATA in `octets`. */
  readonly rdata: U32Column;
  readonly rdataLength: U16Column;
  /** Line number, from 1, in the source that `sourceOf` names. */
  readonly line: U32Column;
  /** Runs of records that came from one file: first record of the run, and its file. */
  readonly sources: { readonly first: number; readonly file: string }[] = [];

  /** @param textSize  octets of text to be read, as an estimate */
  constructor(textSize = 4096) {
    const records = Math.max(16, Math.ceil(textSize / 24));
    this.octets = new OctetWriter(Math.max(1024, textSize * 2), true);
    this.owner = new U32Column(records);
    this.type = new U16Column(records);
    this.ttl = new U32Column(records);
    this.rdata = new U32Column(records);
    this.rdataLength = new U16Column(records);
    this.line = new U32Column(records);
  }

  get count(): number {
    return this.type.length;
  }

  /** Says that the records from here on come from `file`. */
  enterSource(file: string): void {
    const last = this.sources.at(-1);
    if (last?.file !== file) this.sources.push({ first: this.count, file });
  }

  /** Appends a record whose owner and RDATA already lie in `octets`. */
  push(owner: number, type: number, ttl: number, rdata: number, rdataLength: number, line: number): void {
    this.owner.push(owner);
    this.type.push(type);
    this.ttl.push(ttl);
    this.rdata.push(rdata);
    this.rdataLength.push(rdataLength);
    this.line.push(line);
  }

  /** Takes a record out, at a name that keeps others: `buildZone` passes it over. */
  remove(index: number): void {
    this.type.values[index] = REMOVED;
  }

  /** The file that record `index` came from. */
  sourceOf(index: number): string {
    let low = 0;
    let high = this.sources.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.sources[middle]!.first <= index) low = middle;
      else high = middle - 1;
    }
    return this.sources[low]?.file ?? '';
  }
}
