/**
 * DNS messages in wire form: queries are encoded, responses decoded. Names and RDATA stay octets, and compressed names
 * are written out, so that what a server sent can be compared, hashed and verified as it is.
 */
import { type Octets, OctetWriter, readU16, readU32 } from '../base/octets.ts';
import { MAX_LABEL, MAX_NAME } from './name.ts';
import { CLASS_IN, TYPE } from './types.ts';

/** A question; the class is always IN in queries of ours. */
export interface Question {
  /** Wire form, uncompressed. */
  readonly name: Octets;
  readonly type: number;
  readonly class: number;
}

/** A record of a message. */
export interface MessageRecord {
  /** Wire form, uncompressed, with the case that the server gave it. */
  readonly owner: Octets;
  readonly type: number;
  readonly class: number;
  /** Seconds; 0 where the server's number has its top bit set (RFC 2181 §8). */
  readonly ttl: number;
  /** With the names in it uncompressed, for SOA, NS, CNAME, DNAME and RRSIG; as it came for all other types. */
  readonly rdata: Octets;
}

/** What a response says before its records: enough to know whether it answers a query. */
export interface MessageHead {
  readonly id: number;
  readonly isResponse: boolean;
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  /** The four bits of the header; see `Message.rcode`. */
  readonly rcode: number;
  /** Undefined: the message repeats no question. */
  readonly question: Question | undefined;
}

/** A response as a whole. */
export interface Message extends MessageHead {
  /** With the eight bits of the OPT record above the four of the header (RFC 6891 §6.1.3). */
  readonly rcode: number;
  /** Undefined: the message has no OPT record. */
  readonly edns: { readonly dnssecOk: boolean } | undefined;
  readonly answers: readonly MessageRecord[];
  readonly authority: readonly MessageRecord[];
}

/** What can be wrong with a message, as a phrase. */
export type MessageFault =
  | 'it is shorter than a header'
  | 'a name in it is broken'
  | 'it ends within a question'
  | 'it has more than one question'
  | 'it ends within a record'
  | 'the RDATA of a record is broken'
  | 'it has more than one OPT record';

/** A response code by its name. */
export const RCODE = { noError: 0, formErr: 1, servFail: 2, nxDomain: 3, notImp: 4, refused: 5, badVers: 16 } as const;

const RCODES: Readonly<Record<number, string>> = {
  0: 'NOERROR', 1: 'FORMERR', 2: 'SERVFAIL', 3: 'NXDOMAIN', 4: 'NOTIMP', 5: 'REFUSED', 6: 'YXDOMAIN', 7: 'YXRRSET',
  8: 'NXRRSET', 9: 'NOTAUTH', 10: 'NOTZONE', 16: 'BADVERS', 23: 'BADCOOKIE',
}; // biome-ignore format: a table

/** Octets of the header (RFC 1035 §4.1.1). */
const HEADER = 12;
/** Octets between a record's owner and its RDATA. */
const RECORD_FIXED = 10;
/** More pointers than a name can have labels: nobody needs them, and they make a short message slow to read. */
const MAX_POINTERS = 127;
/** Where RDATA may hold compressed names, for the types that are asked for: octets before them, and how many. */
const COMPRESSED: Readonly<Record<number, { readonly before: number; readonly names: number }>> = {
  [TYPE.NS]: { before: 0, names: 1 },
  [TYPE.CNAME]: { before: 0, names: 1 },
  [TYPE.DNAME]: { before: 0, names: 1 },
  [TYPE.SOA]: { before: 0, names: 2 },
  [TYPE.RRSIG]: { before: 18, names: 1 },
};

/** A record, the 32 bits of its TTL as they stand there, and where it ends. */
interface FoundRecord {
  readonly record: MessageRecord;
  readonly field: number;
  readonly end: number;
}

/** The largest TTL (RFC 2181 §8). */
const MAX_TTL = 0x7fff_ffff;
const BIT = { response: 0x8000, authoritative: 0x0400, truncated: 0x0200, dnssecOk: 0x8000 } as const;

/** The mnemonic of a response code, or `RCODEn` (RFC 6895 §2.3). */
export function rcodeText(rcode: number): string {
  return RCODES[rcode] ?? `RCODE${rcode}`;
}

/**
 * A query for one name and type of class IN, without the RD bit: authoritative servers are asked.
 *
 * @param id    0..65535, hard to guess
 * @param name  wire form, uncompressed
 * @param udp   octets of the longest answer to take over UDP: sends an OPT record with the DO bit. Undefined: no EDNS
 * @see RFC 1035 §4.1, RFC 6891 §6.1.2, RFC 3225 §3
 */
export function encodeQuery(id: number, name: Octets, type: number, udp: number | undefined): Octets {
  const out = new OctetWriter(HEADER + MAX_NAME + 4 + 11);
  out.u16(id);
  out.u16(0);
  for (const count of [1, 0, 0, udp === undefined ? 0 : 1]) out.u16(count);
  out.copy(name);
  out.u16(type);
  out.u16(CLASS_IN);
  if (udp !== undefined) {
    out.u8(0);
    out.u16(TYPE.OPT);
    out.u16(udp);
    out.u32(BIT.dnssecOk);
    out.u16(0);
  }
  return out.take();
}

/**
 * Reads header and question; what follows may be cut off anywhere.
 *
 * @returns what is wrong, as text, where they can't be read
 * @see RFC 1035 §4.1.1, RFC 1035 §4.1.2
 */
export function decodeHead(octets: Octets): MessageHead | MessageFault {
  const read = readHead(octets);
  return typeof read === 'string' ? read : read.head;
}

function readHead(octets: Octets): { readonly head: MessageHead; readonly end: number } | MessageFault {
  if (octets.length < HEADER) return 'it is shorter than a header';
  const flags = readU16(octets, 2);
  const questions = readU16(octets, 4);
  if (questions > 1) return 'it has more than one question';
  let question: Question | undefined;
  let end = HEADER;
  if (questions === 1) {
    const name = new OctetWriter();
    end = expandName(octets, HEADER, name);
    if (end < 0) return 'a name in it is broken';
    if (end + 4 > octets.length) return 'it ends within a question';
    question = { name: name.take(), type: readU16(octets, end), class: readU16(octets, end + 2) };
    end += 4;
  }
  const head: MessageHead = {
    id: readU16(octets, 0),
    isResponse: (flags & BIT.response) !== 0,
    opcode: (flags >>> 11) & 15,
    authoritative: (flags & BIT.authoritative) !== 0,
    truncated: (flags & BIT.truncated) !== 0,
    rcode: flags & 15,
    question,
  };
  return { head, end };
}

/**
 * Reads a message. Time and memory are bounded by the length of the message, whatever is in it: each pointer leads
 * further back than the one before. Octets behind the last record are passed over.
 *
 * @returns what is wrong, as text, where the octets are no message
 * @see RFC 1035 §4.1, RFC 6891 §6.1
 */
export function decodeMessage(octets: Octets): Message | MessageFault {
  const read = readHead(octets);
  if (typeof read === 'string') return read;
  const sections: FoundRecord[][] = [];
  let at = read.end;
  for (let section = 0; section < 3; section++) {
    const records: FoundRecord[] = [];
    for (let left = readU16(octets, 6 + 2 * section); left > 0; left--) {
      const found = readRecord(octets, at);
      if (typeof found === 'string') return found;
      records.push(found);
      at = found.end;
    }
    sections.push(records);
  }
  const [answers, authority] = sections.map((records) => records.map(({ record }) => record));
  const options = sections[2]!.filter(({ record }) => record.type === TYPE.OPT);
  if (options.length > 1) return 'it has more than one OPT record';
  return { ...read.head, ...readOptions(read.head, options[0]?.field), answers: answers!, authority: authority! };
}

/** What the OPT record's TTL holds: eight bits of the response code, the version, flags (RFC 6891 §6.1.3). */
function readOptions(head: MessageHead, field: number | undefined): Pick<Message, 'rcode' | 'edns'> {
  if (field === undefined) return { rcode: head.rcode, edns: undefined };
  return { rcode: ((field >>> 24) << 4) | head.rcode, edns: { dnssecOk: (field & BIT.dnssecOk) !== 0 } };
}

/** @returns the record, its TTL as it stands there, and where the next one begins */
function readRecord(octets: Octets, start: number): FoundRecord | MessageFault {
  const name = new OctetWriter(64);
  const at = expandName(octets, start, name);
  if (at < 0) return start < octets.length ? 'a name in it is broken' : 'it ends within a record';
  const from = at + RECORD_FIXED;
  if (from > octets.length) return 'it ends within a record';
  const end = from + readU16(octets, at + 8);
  if (end > octets.length) return 'it ends within a record';
  const type = readU16(octets, at);
  const rdata = readRdata(octets, type, from, end);
  if (rdata === undefined) return 'the RDATA of a record is broken';
  const field = readU32(octets, at + 4);
  const ttl = field > MAX_TTL ? 0 : field;
  return { record: { owner: name.take(), type, class: readU16(octets, at + 2), ttl, rdata }, field, end };
}

/** @returns undefined where a name in it is broken or does not end within it */
function readRdata(octets: Octets, type: number, from: number, end: number): Octets | undefined {
  const plan = COMPRESSED[type];
  // RDATA without octets stands for none in an update or a hostile answer: whoever reads it looks at its length.
  if (plan === undefined || from === end) return octets.slice(from, end);
  let at = from + plan.before;
  if (at >= end) return undefined;
  const out = new OctetWriter(end - from + MAX_NAME);
  out.copy(octets, from, at);
  for (let i = 0; i < plan.names; i++) {
    at = expandName(octets, at, out);
    if (at < 0 || at > end) return undefined;
  }
  out.copy(octets, at, end);
  return out.take();
}

/**
 * Appends the name at `at` without compression.
 *
 * @returns where the name ends in the message, or -1 for a broken one: with pointers that do not lead back, with other
 *          label types, too long, or cut off
 * @see RFC 1035 §4.1.4
 */
function expandName(octets: Octets, start: number, out: OctetWriter): number {
  const first = out.length;
  let at = start;
  let before = start;
  let end = -1;
  for (let pointers = 0; at < octets.length; ) {
    const length = octets[at]!;
    if (length >= 0xc0) {
      if (at + 2 > octets.length || ++pointers > MAX_POINTERS) return -1;
      const target = readU16(octets, at) & 0x3fff;
      if (target < HEADER || target >= before) return -1;
      if (end < 0) end = at + 2;
      at = before = target;
      continue;
    }
    const next = at + 1 + length;
    if (length > MAX_LABEL || next > octets.length || out.length - first + 1 + length > MAX_NAME) return -1;
    out.copy(octets, at, next);
    at = next;
    if (length === 0) return end < 0 ? at : end;
  }
  return -1;
}
