/** Reads one resource record from the tokens of an entry (RFC 1035 §5.1). */
import { octetsText } from '../../base/octets.ts';
import type { NameError } from '../../dns/name.ts';
import { parseName } from '../../dns/name.ts';
import { parseRdata } from '../../dns/rdata/rdata.ts';
import { RdataSyntaxError } from '../../dns/rdata/tokens.ts';
import { CLASS_IN, classText, isMetaType, TYPE, typeText } from '../../dns/types.ts';
import type { EntryScanner } from './scanner.ts';
import { placeOf, type ReaderState } from './state.ts';
import { MAX_TTL, readClass, readTtl, readType } from './words.ts';

/** Reads the record and appends it to the state's columns; mistakes go to the state's diagnostics. */
export function readRecord(state: ReaderState, scanner: EntryScanner): void {
  let next = 0;
  if (!scanner.blankOwner) {
    if (!readOwner(state, scanner)) return;
    next = 1;
  } else if (state.owner < 0) {
    state.diagnostics.error('the record has no owner name', placeOf(scanner, 0), BLANK_OWNER_HINT);
    return;
  }
  const header = readHeader(state, scanner, next);
  if (header < 0) return;
  readData(state, scanner, header);
}

/** Reads token 0 as the owner name; records of one owner in a row share its octets. */
function readOwner(state: ReaderState, scanner: EntryScanner): boolean {
  const { tokens } = scanner;
  const { octets } = state.records;
  const at = octets.length;
  const length = parseName(tokens.source, tokens.start[0]!, tokens.end[0]!, state.origin, octets);
  if (typeof length === 'string') {
    reportName(state, scanner, 0, length, 'owner name');
    return false;
  }
  if (length === state.ownerLength && state.owner >= 0) {
    const { bytes } = octets;
    const last = state.owner;
    let i = 0;
    while (i < length && bytes[at + i] === bytes[last + i]) i++;
    if (i === length) {
      octets.length = at;
      return true;
    }
  }
  state.owner = at;
  state.ownerLength = length;
  return true;
}

/** The TTL and type that the last header said. */
let headerTtl = -1;
let headerType = 0;

/**
 * Reads `[class] [TTL] type`, class and TTL in either order, from token `next` on. Sets `headerType` and
 * `headerTtl` (-1: none written).
 *
 * @returns the index of the first RDATA token, or -1 after reporting what is wrong
 */
function readHeader(state: ReaderState, scanner: EntryScanner, next: number): number {
  const { tokens } = scanner;
  const { source, start, end, quoted, count } = tokens;
  let at = next;
  let klass = -1;
  let ttlToken = -1;
  headerTtl = -1;
  for (; at < count && quoted[at] === 0; at++) {
    const first = start[at]!;
    const octet = source[first]!;
    if (octet >= 0x30 && octet <= 0x39 && headerTtl < 0) {
      headerTtl = readTtl(source, first, end[at]!);
      if (headerTtl < 0) break;
      ttlToken = at;
    } else {
      const word = klass < 0 ? readClass(source, first, end[at]!) : -1;
      if (word < 0) break;
      klass = word;
      if (!acceptClass(state, scanner, at, klass)) return -1;
    }
  }
  if (at >= count) {
    state.diagnostics.error('the record ends before its type', placeOf(scanner, at), RECORD_HINT);
    return -1;
  }
  headerType = quoted[at] === 1 ? -1 : readType(source, start[at]!, end[at]!);
  if (headerType < 0) {
    const word = octetsText(source, start[at]!, Math.min(end[at]!, start[at]! + 40));
    const mistake = quoted[at] === 1 ? 'is not a type' : headerMistake(scanner, at, klass >= 0);
    state.diagnostics.error(`"${printable(word)}" ${mistake}`, placeOf(scanner, at), RECORD_HINT);
    return -1;
  }
  if (isMetaType(headerType)) {
    state.diagnostics.error(`${typeText(headerType)} can't be in a zone`, placeOf(scanner, at), META_HINT);
    return -1;
  }
  if (headerTtl > MAX_TTL) {
    state.diagnostics.warn('the TTL is over 2147483647: it is taken as 0', placeOf(scanner, ttlToken), TTL_RANGE_HINT);
    headerTtl = 0;
  }
  return at + 1;
}

/** What is wrong with a word that stands where the type should, and is none. */
function headerMistake({ tokens }: EntryScanner, at: number, hasClass: boolean): string {
  const { source } = tokens;
  const first = tokens.start[at]!;
  const octet = source[first]!;
  if (hasClass && readClass(source, first, tokens.end[at]!) >= 0) return 'is a second class';
  if (octet < 0x30 || octet > 0x39) return 'is not a type';
  if (headerTtl < 0) return 'is not a TTL';
  return readTtl(source, first, tokens.end[at]!) < 0 ? 'is not a type' : 'is a second TTL';
}

function acceptClass(state: ReaderState, scanner: EntryScanner, token: number, klass: number): boolean {
  if (state.klass === undefined && state.records.count === 0) state.klass = klass;
  const zone = state.klass ?? CLASS_IN;
  if (klass === zone) return true;
  state.diagnostics.error(
    `class ${classText(klass)} in a zone of class ${classText(zone)}`,
    placeOf(scanner, token),
    'All records of a zone have one class. Move the others to a zone of their own.',
  );
  return false;
}

function readData(state: ReaderState, scanner: EntryScanner, first: number): void {
  const type = headerType;
  const isKept = state.keep === undefined || state.keep(type);
  if (!isKept && type !== TYPE.SOA) {
    if (headerTtl >= 0) state.lastTtl = headerTtl;
    return;
  }
  const { octets } = state.records;
  const at = octets.length;
  try {
    parseRdata(type, state.klass ?? CLASS_IN, scanner.tokens, first, state.origin, octets);
  } catch (cause) {
    if (!(cause instanceof RdataSyntaxError)) throw cause;
    const isLost = state.origin === undefined && cause.message.includes('no origin');
    const message = `${typeText(type)}: ${cause.message}`;
    state.diagnostics.error(message, placeOf(scanner, cause.token), isLost ? ORIGIN_HINT : cause.hint);
    return;
  }
  const length = octets.length - at;
  if (type === TYPE.SOA) noteSoa(state, scanner, at + length - 4, isKept);
  const ttl = ttlOf(state, scanner, first - 1);
  if (ttl < 0 || !isKept) return;
  const line = state.generateLine > 0 ? state.generateLine : scanner.line;
  state.records.push(state.owner, type, ttl, at, length, line);
}

/** Keeps what the first SOA says: the zone's apex, and the TTL of records that have none (RFC 2308 §4). */
function noteSoa(state: ReaderState, scanner: EntryScanner, minimumAt: number, isKept: boolean): void {
  const { octets, count } = state.records;
  if (state.soaOwner === undefined) {
    state.soaOwner = octets.bytes.slice(state.owner, state.owner + state.ownerLength);
    if (isKept) state.soa = count;
  }
  if (headerTtl >= 0 || state.defaultTtl >= 0 || state.lastTtl >= 0) return;
  const b = octets.bytes;
  const minimum = new DataView(b.buffer, b.byteOffset).getUint32(minimumAt);
  state.defaultTtl = minimum > MAX_TTL ? 0 : minimum;
  state.diagnostics.warn('no TTL: the SOA minimum is taken', placeOf(scanner, 0), DEFAULT_TTL_HINT);
}

/** The record's TTL: its own, else that of `$TTL`, else that of the record before; -1 after reporting that none is. */
function ttlOf(state: ReaderState, scanner: EntryScanner, typeToken: number): number {
  if (headerTtl >= 0) {
    state.lastTtl = headerTtl;
    return headerTtl;
  }
  if (state.defaultTtl >= 0) return state.defaultTtl;
  if (state.lastTtl >= 0) {
    if (!state.hasWarnedOfTtl) {
      state.hasWarnedOfTtl = true;
      const message = 'no TTL, and no $TTL: the TTL of the record before is taken';
      state.diagnostics.warn(message, placeOf(scanner, typeToken), DEFAULT_TTL_HINT);
    }
    return state.lastTtl;
  }
  state.diagnostics.error('the record has no TTL', placeOf(scanner, typeToken), DEFAULT_TTL_HINT);
  return -1;
}

/** Reports what is wrong with the name in token `index`. */
export function reportName(
  state: ReaderState,
  scanner: EntryScanner,
  index: number,
  error: NameError,
  what: string,
): void {
  const hint = error === 'no origin' ? ORIGIN_HINT : NAME_HINTS[error];
  state.diagnostics.error(`${what}: ${error}`, placeOf(scanner, index), hint);
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

const NAME_HINTS: Readonly<Partial<Record<NameError, string>>> = {
  'empty label': 'Two dots in a row, or a dot in front, are no name.',
  'label too long': 'A label has at most 63 octets.',
  'name too long': 'A name has at most 255 octets, the origin included.',
  'bad escape': 'Write an octet as \\DDD with three decimal digits up to 255, a character as \\X.',
};
const ORIGIN_HINT = 'Name the zone with -o, or write $ORIGIN at the top of the file.';
const BLANK_OWNER_HINT = 'A line that begins with a blank goes on with the owner name of the line before.';
const RECORD_HINT = 'A record is: name [TTL] [class] type data.';
const META_HINT = 'It is a type of questions and messages only.';
const TTL_RANGE_HINT = 'A TTL is at most 2147483647 seconds.';
const DEFAULT_TTL_HINT = 'Write $TTL with a default at the top of the file.';
