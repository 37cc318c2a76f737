/** The control entries of master files: $ORIGIN, $TTL, $INCLUDE, $GENERATE (RFC 1035 §5.1, RFC 2308 §4). */
import { type Octets, OctetWriter, octetsText } from '../../base/octets.ts';
import { parseName } from '../../dns/name.ts';
import { reportName } from './entry.ts';
import { expandTemplate, type GenerateRange, rangeCount, readRange } from './generate.ts';
import type { EntryScanner } from './scanner.ts';
import { placeOf, type ReaderState } from './state.ts';
import { MAX_TTL, readClass, readTtl } from './words.ts';

/** A `$GENERATE` that was found right: for each number of the range, one entry made from the template. */
export interface GenerateTemplate {
  readonly range: GenerateRange;
  /** A whole entry with `$` in it, without a line end. */
  readonly template: Octets;
}

/** What a control entry asks the reader to do next. */
export type DirectiveRequest =
  | { readonly kind: 'include'; readonly path: string; readonly origin: Octets | undefined }
  | { readonly kind: 'generate'; readonly generate: GenerateTemplate };

/** Reads the control entry that the scanner holds; mistakes go to the state's diagnostics. */
export function readDirective(state: ReaderState, scanner: EntryScanner): DirectiveRequest | undefined {
  const word = tokenText(scanner, 0);
  switch (word.toUpperCase()) {
    case '$ORIGIN': {
      if (!hasTokens(state, scanner, 2, 2, '$ORIGIN name')) return undefined;
      const origin = readNameToken(state, scanner, 1);
      if (origin !== undefined) state.origin = origin;
      return undefined;
    }
    case '$TTL':
      readDefaultTtl(state, scanner);
      return undefined;
    case '$INCLUDE': {
      if (!hasTokens(state, scanner, 2, 3, '$INCLUDE file [origin]', 1)) return undefined;
      let origin = state.origin;
      if (scanner.tokens.count === 3) {
        origin = readNameToken(state, scanner, 2);
        if (origin === undefined) return undefined;
      }
      return { kind: 'include', path: pathText(scanner, 1), origin };
    }
    case '$GENERATE':
      return readGenerate(state, scanner);
    default:
      state.diagnostics.error(
        `${word.slice(0, 20).replace(/[^\x21-\x7e]/g, '?')} is not known`,
        placeOf(scanner, 0),
        'Known are $ORIGIN, $TTL, $INCLUDE and $GENERATE. A name that begins with $ is written with \\$.',
      );
      return undefined;
  }
}

function readDefaultTtl(state: ReaderState, scanner: EntryScanner): void {
  if (!hasTokens(state, scanner, 2, 2, '$TTL time')) return;
  const { source, start, end } = scanner.tokens;
  const ttl = readTtl(source, start[1]!, end[1]!);
  if (ttl < 0) {
    state.diagnostics.error('$TTL: not a time', placeOf(scanner, 1), 'Write seconds, or units as in 1h30m.');
    return;
  }
  if (ttl > MAX_TTL) {
    state.diagnostics.warn('$TTL is over 2147483647: it is taken as 0', placeOf(scanner, 1));
  }
  state.defaultTtl = ttl > MAX_TTL ? 0 : ttl;
}

function readNameToken(state: ReaderState, scanner: EntryScanner, index: number): Octets | undefined {
  const { source, start, end } = scanner.tokens;
  const out = new OctetWriter();
  const result = parseName(source, start[index]!, end[index]!, state.origin, out);
  if (typeof result !== 'string') return out.take();
  reportName(state, scanner, index, result, 'origin');
  return undefined;
}

/** Checks the count of tokens, the directive itself included, and that only token `quotable` is quoted. */
function hasTokens(
  state: ReaderState,
  scanner: EntryScanner,
  least: number,
  most: number,
  syntax: string,
  quotable = 0,
): boolean {
  const { count, quoted } = scanner.tokens;
  const fail = (message: string, token: number) => {
    state.diagnostics.error(message, placeOf(scanner, token), `It is written ${syntax}`);
    return false;
  };
  if (count < least) return fail('something is missing here', count);
  if (count > most) return fail('this is more than belongs here', most);
  const wrong = quoted.subarray(0, count).findIndex((flag, token) => flag === 1 && token > 0 && token !== quotable);
  return wrong < 0 || fail('this may not be a quoted string', wrong);
}

function tokenText(scanner: EntryScanner, index: number): string {
  const { source, start, end } = scanner.tokens;
  return octetsText(source, start[index]!, end[index]!);
}

/** A file name: its octets are UTF-8, and of escapes it knows only `\"`, since other systems' paths hold backslashes. */
function pathText(scanner: EntryScanner, index: number): string {
  const { source, start, end } = scanner.tokens;
  return new TextDecoder().decode(source.slice(start[index]!, end[index]!)).replace(/\\"/g, '"');
}

/** `$GENERATE range lhs [TTL] [class] type rhs`, where `rhs` is one word or a quoted string that holds the RDATA. */
function readGenerate(state: ReaderState, scanner: EntryScanner): DirectiveRequest | undefined {
  const { source, start, end, quoted, count } = scanner.tokens;
  if (!hasTokens(state, scanner, 5, 7, GENERATE_SYNTAX, count - 1)) return undefined;
  const fail = (token: number, message: string, hint = `It is written ${GENERATE_SYNTAX}`): undefined => {
    state.diagnostics.error(`$GENERATE: ${message}`, placeOf(scanner, token), hint);
    return undefined;
  };
  const range = readRange(tokenText(scanner, 1));
  if (range === undefined) return fail(1, 'not a range', 'A range is 1-254 or 1-254/2, up to 2147483647.');
  for (let i = 3; i < count - 2; i++) {
    const isHeader = readTtl(source, start[i]!, end[i]!) >= 0 || readClass(source, start[i]!, end[i]!) >= 0;
    if (!isHeader) return fail(i + 2 < count ? i + 2 : i, 'the right side is more than one word', GENERATE_HINT);
  }
  const template = new OctetWriter();
  for (let i = 2; i < count - 1; i++) {
    template.copy(source, start[i]!, end[i]!);
    template.u8(0x20);
  }
  const last = count - 1;
  for (let i = start[last]!; i < end[last]!; i++) {
    // Inside quotes \" is the quote itself; every other escape is for the RDATA.
    if (source[i] === 0x5c && i + 1 < end[last]!) {
      if (quoted[last] === 0 || source[i + 1] !== 0x22) template.u8(0x5c);
      i++;
    }
    if (source[i] === 0x0a || source[i] === 0x0d) return fail(last, 'the right side goes over a line end');
    template.u8(source[i]!);
  }
  const scratch = new OctetWriter();
  for (const number of [range.start, range.stop]) {
    const wrong = expandTemplate(template.bytes, 0, template.length, number, scratch);
    if (wrong !== undefined) return fail(2, wrong);
  }
  state.generatedRecords += rangeCount(range);
  state.generatedOctets += (rangeCount(range) * scratch.length) / 2;
  const { generatedRecords, generatedOctets } = state.limits;
  if (state.generatedRecords > generatedRecords || state.generatedOctets > generatedOctets) {
    return fail(
      1,
      'too many records are made',
      `A zone may make ${generatedRecords} of them, ${generatedOctets} octets of text.`,
    );
  }
  return { kind: 'generate', generate: { range, template: template.take() } };
}

const GENERATE_SYNTAX = '$GENERATE start-stop[/step] name [TTL] [class] type data';
const GENERATE_HINT = 'Put quotes around data of several words: $GENERATE 1-2 @ MX "10 mail$".';
