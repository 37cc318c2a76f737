import { describe, expect, test } from 'vitest';
import type { DnssecError } from '../../src/base/errors.ts';
import { nameFromText } from '../../src/dns/name.ts';
import { readDsRecords } from '../../src/zone/parent-ds.ts';

const ORIGIN = nameFromText('example.com');
const DIGEST = '49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55D4AC69CB';
const DS = [0x30, 0x39, 13, 2, ...Buffer.from(DIGEST, 'hex')];

const read = (text: string) => readDsRecords(text, 'ds.txt', ORIGIN).map((rdata) => [...rdata]);

function refusal(text: string): [string, string] {
  try {
    read(text);
  } catch (error) {
    return [(error as DnssecError).code, (error as DnssecError).message];
  }
  return expect.fail('it was read');
}

describe('DS records as they were saved', () => {
  test.each([
    ['a record with a TTL', `example.com. 86400 IN DS 12345 13 2 ${DIGEST}\n`],
    ['a record without one', `example.com. IN DS 12345 13 2 ${DIGEST}`],
    ['a digest in two parts', `EXAMPLE.com. 5 IN DS 12345 13 2 ${DIGEST.slice(0, 56)} ${DIGEST.slice(56)}\r\n`],
    ['dig +short', `12345 13 2 ${DIGEST.slice(0, 56)} ${DIGEST.slice(56).toLowerCase()}\n`],
    ['a record over two lines', `example.com. IN DS 12345 13 2 (\n ${DIGEST} )\n`],
    [
      'a whole answer of dig, with signatures',
      `; <<>> DiG 9.18 <<>> DS example.com\n;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1\n;; QUESTION SECTION:\n;example.com. IN DS\n
example.com. 86400 IN DS 12345 13 2 ${DIGEST}
example.com. 86400 IN RRSIG DS 13 2 86400 20300101000000 20200101000000 1 com. AAAA\n;; Query time: 4 msec\n`,
    ],
    ['one among those of other zones', `a.com. IN DS 1 13 2 ${DIGEST}\nexample.com. IN DS 12345 13 2 ${DIGEST}\n`],
  ])('are read from %s', (_, text) => {
    expect(read(text)).toEqual([DS]);
  });

  test.each([
    ['an empty file', ''],
    ['comments', '; nothing\n\n'],
    [
      'an answer without any',
      ';; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1\ncom. 900 IN SOA a.com. b.com. 1 2 3 4 5\n',
    ],
  ])('are none in %s', (_, text) => {
    expect(read(text)).toEqual([]);
  });

  test.each([
    ['a zone alone that is another', `example.org. IN DS 12345 13 2 ${DIGEST}\n`, 'USAGE', /other zones/],
    ['SERVFAIL', ';; ->>HEADER<<- opcode: QUERY, status: SERVFAIL, id: 1\n', 'USAGE', /answer SERVFAIL/],
    ['NXDOMAIN', ';; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 1\n', 'USAGE', /answer NXDOMAIN/],
    ['silence', ';; connection timed out; no servers could be reached\n', 'USAGE', /got no answer/],
    ['a refusal', ';; communications error to 192.0.2.1#53: connection refused\n', 'USAGE', /got no answer/],
    ['half a record', 'example.com. IN DS 12345 13\n', 'ZONE_INVALID', /mistake/],
    ['a digest of another length', 'example.com. IN DS 12345 13 2 49FD\n', 'ZONE_INVALID', /mistake/],
    ['no records at all', 'yes, there is one\n', 'ZONE_INVALID', /mistake/],
  ])('are not read from %s', (_, text, code, message) => {
    expect(refusal(text)).toEqual([code, expect.stringMatching(message)]);
  });
});
