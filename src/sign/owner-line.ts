/** Prints the lines of a signed zone file: the owner once made into text, then record after record. */
import { type Octets, OctetWriter } from '../base/octets.ts';
import { isWildcard, labelCount, nameLength, printName } from '../dns/name.ts';
import { printRdata } from '../dns/rdata/rdata.ts';
import { classText } from '../dns/types.ts';

/** The present owner, and the text of all lines so far. */
export class OwnerLines {
  readonly text = new OctetWriter(1 << 14);
  readonly #class: number;
  readonly #classText: string;
  /** Text of the owner, with the tab. */
  readonly #owner = new OctetWriter(1100);

  octets: Octets = new Uint8Array(0);
  offset = 0;
  length = 0;
  /** Labels as RRSIG counts them: without the root and a leading `*` (RFC 4034 §3.1.3). */
  labels = 0;

  constructor(klass: number) {
    this.#class = klass;
    this.#classText = classText(klass);
  }

  /** Begins the lines of an owner. */
  begin(octets: Octets, offset: number): void {
    this.octets = octets;
    this.offset = offset;
    this.length = nameLength(octets, offset);
    this.labels = labelCount(octets, offset) - (isWildcard(octets, offset) ? 1 : 0);
    this.#owner.clear();
    printName(octets, offset, this.#owner);
    this.#owner.u8(TAB);
  }

  /** Appends a record of the present owner. @param word  mnemonic of its type */
  print(type: number, word: string, ttl: number, octets: Octets, start: number, end: number): void {
    const { text } = this;
    text.copy(this.#owner.bytes, 0, this.#owner.length);
    text.decimal(ttl);
    text.u8(TAB);
    text.ascii(this.#classText);
    text.u8(TAB);
    text.ascii(word);
    text.u8(TAB);
    printRdata(type, this.#class, octets, start, end, text);
    text.u8(NEWLINE);
  }
}

const TAB = 0x09;
const NEWLINE = 0x0a;
