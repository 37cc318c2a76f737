/** SVCB and HTTPS: a priority, a target, and parameters by ascending key (RFC 9460 §2). */
import { type Octets, OctetWriter } from '../../base/octets.ts';
import { appendUnescaped, printQuoted } from './char-string.ts';
import { domainName } from './domain-name.ts';
import type { Codec } from './field.ts';
import { readU16, u16 } from './number.ts';
import { FORMATS, keyNumber, printKey } from './svcb-value.ts';
import { badToken, expectWord, RdataSyntaxError, type Tokens } from './tokens.ts';

const priority = u16('priority');
const target = domainName('target', true);

/** One parameter as it was read: its value lies in `values`. */
interface Parameter {
  readonly key: number;
  readonly token: number;
  readonly start: number;
  readonly end: number;
}

const values = new OctetWriter();

/** Reads the parameter at token `at`: `key`, `key=value`, or `key=` and a quoted string right behind it. */
function readParameter(tokens: Tokens, at: number): { readonly parameter: Parameter; readonly next: number } {
  expectWord(tokens, at, 'parameter');
  const { source } = tokens;
  const start = tokens.start[at]!;
  const end = tokens.end[at]!;
  let equals = start;
  while (equals < end && source[equals] !== 0x3d) equals++;
  const key = keyNumber(source, start, equals, false);
  if (key < 0) {
    const hint = 'Keys are lower-case, as in alpn=h2; keys without a name are written key65280=value.';
    throw badToken(tokens, at, 'parameter', 'one with a known key', hint);
  }
  const first = values.length;
  const isQuoted = equals + 1 === end && isQuotedBehind(tokens, at);
  const valueToken = isQuoted ? at + 1 : at;
  const valueStart = isQuoted ? tokens.start[valueToken]! : Math.min(equals + 1, end);
  const valueEnd = tokens.end[valueToken]!;
  const isNamed = source[start] !== 0x6b || source[start + 1] !== 0x65 || source[start + 2] !== 0x79;
  if (isNamed) FORMATS[key]!.parse(tokens, valueToken, valueStart, valueEnd, values);
  else {
    appendUnescaped(tokens, valueToken, 'parameter', values, valueStart, valueEnd);
    if (FORMATS[key]?.check(values.bytes, first, values.length) === false) {
      throw badToken(tokens, valueToken, 'parameter', `a well-formed ${FORMATS[key].name}`);
    }
  }
  return { parameter: { key, token: at, start: first, end: values.length }, next: valueToken + 1 };
}

/** Whether a quoted string follows token `at` without a blank between. */
function isQuotedBehind(tokens: Tokens, at: number): boolean {
  return at + 1 < tokens.count && tokens.quoted[at + 1] !== 0 && tokens.start[at + 1] === tokens.end[at]! + 1;
}

/** What the parameters, each well formed, ascending from `start` on, lack as a whole (RFC 9460 §8). */
function checkTogether(octets: Octets, start: number, end: number): string | undefined {
  let wanted = -1;
  let wantedEnd = -1;
  let hasAlpn = false;
  for (let at = start; at < end; ) {
    const key = readU16(octets, at);
    const to = at + 4 + readU16(octets, at + 2);
    if (key === 0) {
      wanted = at + 4;
      wantedEnd = to;
    } else if (wanted < wantedEnd && key === readU16(octets, wanted)) wanted += 2;
    if (key === 1) hasAlpn = true;
    if (key === 2 && !hasAlpn) return 'no-default-alpn stands without alpn';
    at = to;
  }
  return wanted < wantedEnd ? 'mandatory names a key that is not there' : undefined;
}

/** Checks the parameters in `start..end`, one by one and together. */
function checkParameters(octets: Octets, start: number, end: number): string | undefined {
  let last = -1;
  for (let at = start; at < end; ) {
    if (at + 4 > end) return 'a parameter is cut short';
    const key = readU16(octets, at);
    const to = at + 4 + readU16(octets, at + 2);
    if (to > end) return 'a parameter is cut short';
    if (key <= last) return 'parameters do not ascend';
    if (FORMATS[key]?.check(octets, at + 4, to) === false) return `${FORMATS[key].name} is malformed`;
    last = key;
    at = to;
  }
  return checkTogether(octets, start, end);
}

/** SVCB, and HTTPS alike (RFC 9460 §2). */
export const SVCB: Codec = {
  parse(tokens, first, origin, out) {
    let at = priority.parse(tokens, first, origin, out);
    at = target.parse(tokens, at, origin, out);
    const parameters: Parameter[] = [];
    values.clear();
    while (at < tokens.count) {
      const { parameter, next } = readParameter(tokens, at);
      parameters.push(parameter);
      at = next;
    }
    parameters.sort((a, b) => a.key - b.key || a.token - b.token);
    const start = out.length;
    let last = -1;
    for (const parameter of parameters) {
      const length = parameter.end - parameter.start;
      if (parameter.key === last) throw badToken(tokens, parameter.token, 'parameter', 'one of a kind');
      if (length > 0xffff) throw new RdataSyntaxError(parameter.token, 'parameter is longer than 65535 octets');
      last = parameter.key;
      out.u16(parameter.key);
      out.u16(length);
      out.copy(values.bytes, parameter.start, parameter.end);
    }
    const trouble = checkParameters(out.bytes, start, out.length);
    if (trouble !== undefined) throw new RdataSyntaxError(tokens.count, trouble);
  },
  print(octets, start, end, out) {
    let at = priority.print(octets, start, end, out);
    out.u8(0x20);
    at = target.print(octets, at, end, out);
    while (at < end) {
      const key = readU16(octets, at);
      const to = at + 4 + readU16(octets, at + 2);
      out.u8(0x20);
      printKey(key, out);
      if (to > at + 4) {
        out.u8(0x3d);
        const format = FORMATS[key];
        if (format === undefined) printQuoted(octets, at + 4, to, out);
        else format.print(octets, at + 4, to, out);
      }
      at = to;
    }
  },
  check(octets, start, end) {
    const atTarget = priority.check(octets, start, end);
    if (atTarget < 0) return 'priority is cut short';
    const at = target.check(octets, atTarget, end);
    return at < 0 ? 'target is malformed or cut short' : checkParameters(octets, at, end);
  },
};
