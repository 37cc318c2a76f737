import { describe, expect, test } from 'vitest';
import { OctetWriter, octetsText } from '../../../src/base/octets.ts';
import { MAX_RDATA, parseRdata, printRdata, RdataSyntaxError } from '../../../src/dns/rdata/rdata.ts';
import { classFromText, typeFromText } from '../../../src/dns/types.ts';
import { cut } from './entry.ts';
import { DIFFERENCES, ORIGIN, ourAnswer, RECORDED, REFUSED } from './recorded.ts';

const different = new Map(DIFFERENCES.flatMap(({ ours, lines }) => lines.map((line) => [line, ours] as const)));
const types = [...new Set(RECORDED.map(({ type }) => type))];

describe('every type is read, refused and printed as by BIND 9.18', () => {
  test.each(types)('%s', (type) => {
    for (const { line, answer } of RECORDED) {
      if (line.split(' ')[1] !== type || different.has(line)) continue;
      expect(ourAnswer(line), line).toEqual(answer);
    }
  });
});

describe('differences from BIND 9.18 are those we chose', () => {
  test.each(DIFFERENCES)('$why', ({ ours, lines }) => {
    for (const line of lines) {
      const recorded = RECORDED.find((row) => row.line === line);
      if (recorded === undefined) throw new Error(`${line} is not in the fixture`);
      const { answer } = recorded;
      const our = ourAnswer(line);
      if (ours === REFUSED) {
        expect(our, line).toBe(REFUSED);
        expect(answer, line).not.toBe(REFUSED);
      } else if (ours === 'read') {
        expect(our, line).not.toBe(REFUSED);
        expect(answer, line).toBe(REFUSED);
      } else {
        if (our === REFUSED || answer === REFUSED) throw new Error(`${line} is refused`);
        expect(our.wire, line).toBe(answer.wire);
        expect(our.printed, line).not.toBe(answer.printed);
      }
    }
  });
});

test('what is printed reads as the same wire form again', () => {
  for (const { line } of RECORDED) {
    const our = ourAnswer(line);
    if (our === REFUSED) continue;
    const [klass, type] = line.split(' ') as [string, string];
    const out = new OctetWriter();
    parseRdata(typeFromText(type), classFromText(klass), cut(our.printed), 0, undefined, out);
    expect(Buffer.from(out.view()).toString('hex'), line).toBe(our.wire);
  }
});

/** Reads a text that must be refused; the error, and what is then in the buffer. */
function refusal(type: string, text: string, first = 0, origin: Uint8Array | 'none' = ORIGIN) {
  const out = new OctetWriter();
  out.ascii('before');
  try {
    parseRdata(typeFromText(type), 1, cut(text), first, origin === 'none' ? undefined : origin, out);
  } catch (error) {
    expect(error).toBeInstanceOf(RdataSyntaxError);
    expect(octetsText(out.view())).toBe('before');
    return error as RdataSyntaxError;
  }
  throw new Error(`${type} ${text} was read`);
}

describe('an error', () => {
  const CASES: readonly (readonly [type: string, text: string, token: number, message: RegExp])[] = [
    ['A', '192.0.2.256', 0, /^address "192\.0\.2\.256" is not an IPv4 address$/],
    ['A', '', 0, /^address is missing$/],
    ['A', '192.0.2.1 x', 1, /^"x" is one field too many$/],
    ['MX', 'ten mail', 0, /^preference "ten" is not a whole number from 0 to 65535$/],
    ['MX', '10', 1, /^exchange is missing$/],
    ['MX', '10 a..b', 1, /^exchange "a\.\.b" has an empty label$/],
    ['MX', `10 ${'a'.repeat(64)}`, 1, /has a label of more than 63 octets$/],
    ['MX', '10 "mail"', 1, /may not be a quoted string$/],
    ['TXT', `ok ${'x'.repeat(256)}`, 1, /^text is longer than 255 octets$/],
    ['TXT', '"\\256"', 0, /has a wrong escape$/],
    ['DS', '1 8 2 aabb', 4, /^digest of type 2 takes 32 octets, not 2$/],
    ['DS', '1 8 2 aab', 3, /odd number of hexadecimal digits/],
    ['DNSKEY', '257 3 13 AAA! AAAA', 3, /^public key "AAA!" is not base64$/],
    ['RRSIG', 'A 13 2 3600 20250230000000 20250101000000 1 . AA==', 4, /^expiration "20250230000000" is not a time/],
    ['NSEC', 'a. A FOO', 2, /^type "FOO" is not an RR type$/],
    ['TYPE65280', '\\# 2 aa', 1, /^RDATA is said to be 2 octets long, but there are 1$/],
    ['TYPE65280', 'hello', 0, /^the format of TYPE65280 RDATA is not known$/],
    ['AAAA', '\\# 4 01020304', 0, /^this is no AAAA RDATA: address is malformed or cut short$/],
    ['SVCB', '1 . alpn=h2 alpn=h3', 3, /^parameter "alpn=h3" is not one of a kind$/],
    ['SOA', 'a. b. 1 1h 1x 1 1', 4, /^retry "1x" is not a period/],
  ];
  test.each(CASES)('%s %s names its token and what is wrong with it', (type, text, token, message) => {
    const error = refusal(type, text);
    expect(error.message).toMatch(message);
    expect(error.token).toBe(token);
  });

  test('counts tokens from the entry, not from the RDATA', () => {
    expect(refusal('MX', 'www 3600 IN MX 10 a..b', 4).token).toBe(5);
    expect(refusal('MX', 'www 3600 IN MX', 4).token).toBe(4);
  });

  test('shows printable ASCII only, and not much of a long token', () => {
    expect(refusal('A', `\x1b[31m${'9'.repeat(1000)}`).message).toBe(
      `address "?[31m${'9'.repeat(35)}…" is not an IPv4 address`,
    );
  });

  test('of a relative name without an origin says what to do', () => {
    const error = refusal('NS', 'ns1', 0, 'none');
    expect(error.message).toBe('name server "ns1" is relative, and there is no origin');
    expect(error.hint).toBe('End the name with a dot, or set $ORIGIN.');
  });
});

test('a type bit map leaves nothing behind when it is refused', () => {
  refusal('NSEC', 'a. A NS TYPE65535 FOO');
  expect(ourAnswer('IN NSEC a. MX')).toEqual({ wire: '016100' + '0002' + '0001', printed: 'a. MX' });
});

describe('RDATA takes up to 65535 octets', () => {
  const strings = (count: number) => Array(count).fill('x'.repeat(255)).join(' ');

  test('in its own form', () => {
    const out = new OctetWriter();
    parseRdata(16, 1, cut(`${strings(255)} ${'x'.repeat(254)}`), 0, ORIGIN, out);
    expect(out.length).toBe(MAX_RDATA);
    expect(refusal('TXT', strings(256)).message).toBe('RDATA is 65536 octets long; 65535 is the most');
  });

  test('in the form for any type', () => {
    const out = new OctetWriter();
    parseRdata(65_280, 1, cut(`\\# 65535 ${'00'.repeat(65_535)}`), 0, ORIGIN, out);
    expect(out.length).toBe(MAX_RDATA);
    refusal('TYPE65280', `\\# 65536 ${'00'.repeat(65_536)}`);
  });
});

test('types whose format is not known are printed as \\#, 28 octets to a word', () => {
  const text = new OctetWriter();
  printRdata(65_280, 1, new Uint8Array(30), 0, 30, text);
  expect(octetsText(text.view())).toBe(`\\# 30 ${'0'.repeat(56)} 0000`);
  text.clear();
  printRdata(65_280, 1, new Uint8Array(0), 0, 0, text);
  expect(octetsText(text.view())).toBe('\\# 0');
});
