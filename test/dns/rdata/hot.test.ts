import { describe, expect, test } from 'vitest';
import { OctetWriter, octetsText } from '../../../src/base/octets.ts';
import { nameFromText } from '../../../src/dns/name.ts';
import { checkRdata, parseRdata, printRdata } from '../../../src/dns/rdata/rdata.ts';
import { typeFromText } from '../../../src/dns/types.ts';
import { cut } from './entry.ts';

const origin = nameFromText('example.');

// Wire forms are what BIND 9.18's named-rrchecker -u prints, texts what its -p prints.
const CASES: readonly (readonly [type: string, text: string, wire: string, printed?: string])[] = [
  ['A', '192.0.2.1', 'c0000201'],
  ['AAAA', '2001:DB8:0:0:1:0:0:1', '20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
  ['AAAA', '::1:0304', '00000000000000000000000000010304', '::0.1.3.4'],
  ['NS', 'foo', '03666f6f076578616d706c6500', 'foo.example.'],
  ['MX', '10 @', '000a076578616d706c6500', '10 example.'],
  ['TXT', 'foo "b ar"', '03666f6f0462206172', '"foo" "b ar"'],
  ['NSEC', 'foo. A', '03666f6f00000140'],
  ['NSEC', 'foo. ANY', '03666f6f0000200000000000000000000000000000000000000000000000000000000000000001'],
  ['CSYNC', '1 1', '000000010001'],
  ['TLSA', '3 1 1 a bc d', '030101abcd', '3 1 1 ABCD'],
  ['DNSKEY', '257 DNSSEC RSASHA256 AA==', '0101030800', '257 3 8 AA=='],
];

describe('RDATA of the common types', () => {
  for (const [type, text, wire, printed] of CASES) {
    test(`${type} ${text}`, () => {
      const out = new OctetWriter();
      const number = typeFromText(type);
      parseRdata(number, 1, cut(text), 0, origin, out);
      expect(Buffer.from(out.view()).toString('hex')).toBe(wire);
      expect(checkRdata(number, 1, out.bytes, 0, out.length)).toBeUndefined();
      const back = new OctetWriter();
      printRdata(number, 1, out.bytes, 0, out.length, back);
      expect(octetsText(back.view())).toBe(printed ?? text);
    });
  }
});
