/** DNS responses as a test wants them, well formed or not. */
import { type Octets, OctetWriter, readU16 } from '../../src/base/octets.ts';
import { nameFromText, nameLength } from '../../src/dns/name.ts';
import { TYPE } from '../../src/dns/types.ts';

/** A record of a response. */
export interface TestRecord {
  readonly owner: Octets;
  readonly type: number;
  readonly class?: number;
  readonly ttl?: number;
  readonly rdata: Octets;
}

/** What a response says; what is left out is as a good server has it. */
export interface TestResponse {
  readonly id?: number;
  readonly isResponse?: boolean;
  readonly opcode?: number;
  readonly authoritative?: boolean;
  readonly truncated?: boolean;
  readonly rcode?: number;
  /** None: the question is left out. */
  readonly question?: Octets | 'none';
  readonly answers?: readonly TestRecord[];
  readonly authority?: readonly TestRecord[];
  /** `none`: no OPT record; `plain`: one without the DO bit. */
  readonly edns?: 'do' | 'plain' | 'none';
}

const HEADER = 12;

/** The question of a query: name, type, class. */
export function questionOf(query: Octets): Octets {
  return query.slice(HEADER, HEADER + nameLength(query, HEADER) + 4);
}

/** The type that a query asks for. */
export function typeOf(query: Octets): number {
  return readU16(query, HEADER + nameLength(query, HEADER));
}

/** A question in wire form. */
export function question(name: string, type: number, klass = 1): Octets {
  const out = new OctetWriter();
  out.copy(nameFromText(name));
  out.u16(type);
  out.u16(klass);
  return out.take();
}

/** The response to a query. */
export function respond(query: Octets, response: TestResponse = {}): Octets {
  const { id = readU16(query, 0), isResponse = true, opcode = 0, authoritative = true, truncated = false } = response;
  const { rcode = 0, question = questionOf(query), answers = [], authority = [], edns = 'do' } = response;
  const out = new OctetWriter();
  out.u16(id);
  const bits = [isResponse ? 0x8000 : 0, opcode << 11, authoritative ? 0x400 : 0, truncated ? 0x200 : 0, rcode & 15];
  out.u16(bits.reduce((a, b) => a | b));
  out.u16(question === 'none' ? 0 : 1);
  out.u16(answers.length);
  out.u16(authority.length);
  out.u16(edns === 'none' ? 0 : 1);
  if (question !== 'none') out.copy(question);
  for (const record of [...answers, ...authority]) writeRecord(record, out);
  const flags = edns === 'do' ? 0x8000 : 0;
  const option = { owner: nameFromText('.'), type: TYPE.OPT, class: 4096, ttl: ((rcode >>> 4) << 24) | flags };
  if (edns !== 'none') writeRecord({ ...option, rdata: new Uint8Array(0) }, out);
  return out.take();
}

function writeRecord({ owner, type, class: klass = 1, ttl = 3600, rdata }: TestRecord, out: OctetWriter): void {
  out.copy(owner);
  out.u16(type);
  out.u16(klass);
  out.u32(ttl);
  out.u16(rdata.length);
  out.copy(rdata);
}
