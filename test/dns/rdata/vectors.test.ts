import { describe, expect, test } from 'vitest';
import { OctetWriter, octetsText } from '../../../src/base/octets.ts';
import { nameFromText } from '../../../src/dns/name.ts';
import { checkRdata, parseRdata, printRdata, RdataSyntaxError } from '../../../src/dns/rdata/rdata.ts';
import { typeFromText } from '../../../src/dns/types.ts';
import { cut } from './entry.ts';

/** A published example: the text as the RFC gives it, and the wire form as the RFC gives it. */
type Vector = readonly [source: string, type: string, text: string, wire: string];

const NAME = {
  host: '04686f7374076578616d706c6503636f6d00',
  foo: '03666f6f076578616d706c6503636f6d00',
  example: '076578616d706c6503636f6d00',
  fooOrg: '03666f6f076578616d706c65036f726700',
};

const VECTORS: readonly Vector[] = [
  ['RFC 3597 §5', 'A', '\\# 4 0A000001', '0a000001'],
  ['RFC 3597 §5', 'TYPE731', '\\# 6 abcd ( ef 01 23 45 )'.replaceAll(/[()] ?/g, ''), 'abcdef012345'],
  ['RFC 3597 §5', 'TYPE62347', '\\# 0', ''],
  [
    'RFC 4034 §4.3',
    'NSEC',
    'host.example.com. A MX RRSIG NSEC TYPE1234',
    `${NAME.host}0006400100000003041b${'00'.repeat(26)}20`,
  ],
  [
    'RFC 4034 §5.4',
    'DS',
    '60485 5 1 2BB183AF5F22588179A53B0A 98631FAD1A292118',
    'ec4505012bb183af5f22588179a53b0a98631fad1a292118',
  ],
  [
    'RFC 4509 §2.3',
    'DS',
    '60485 5 2 D4B7D520E7BB5F0F67674A0C CEB1E3E0614B93C4F9E99B83 83F6A1E4469DA50A',
    'ec450502d4b7d520e7bb5f0f67674a0cceb1e3e0614b93c4f9e99b8383f6a1e4469da50a',
  ],
  ['RFC 9460 App. D.1', 'HTTPS', '0 foo.example.com.', `0000${NAME.foo}`],
  ['RFC 9460 App. D.2', 'SVCB', '1 .', '000100'],
  ['RFC 9460 App. D.2', 'SVCB', '16 foo.example.com. port=53', `0010${NAME.foo}000300020035`],
  ['RFC 9460 App. D.2', 'SVCB', '1 foo.example.com. key667=hello', `0001${NAME.foo}029b000568656c6c6f`],
  [
    'RFC 9460 App. D.2',
    'SVCB',
    '1 foo.example.com. key667="hello\\210qoo"',
    `0001${NAME.foo}029b000968656c6c6fd2716f6f`,
  ],
  [
    'RFC 9460 App. D.2',
    'SVCB',
    '1 foo.example.com. ipv6hint="2001:db8::1,2001:db8::53:1"',
    `0001${NAME.foo}0006002020010db800000000000000000000000120010db8000000000000000000530001`,
  ],
  [
    'RFC 9460 App. D.2',
    'SVCB',
    '1 example.com. ipv6hint="2001:db8:122:344::192.0.2.33"',
    `0001${NAME.example}0006001020010db80122034400000000c0000221`,
  ],
  [
    'RFC 9460 App. D.2',
    'SVCB',
    '16 foo.example.org. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1',
    `0010${NAME.fooOrg}0000000400010004000100090268320568332d313900040004c0000201`,
  ],
  [
    'RFC 9460 App. D.2',
    'SVCB',
    '16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"',
    `0010${NAME.fooOrg}0001000c08665c6f6f2c626172026832`,
  ],
  [
    'RFC 9460 App. D.2',
    'SVCB',
    '16 foo.example.org. alpn=f\\\\\\092oo\\092,bar,h2',
    `0010${NAME.fooOrg}0001000c08665c6f6f2c626172026832`,
  ],
  ['RFC 7043 §3.2', 'EUI48', '00-00-5e-00-53-2a', '00005e00532a'],
  ['RFC 7043 §4.2', 'EUI64', '00-00-5e-ef-10-00-00-2a', '00005eef1000002a'],
];

describe('published RDATA', () => {
  test.each(VECTORS)('%s: %s %s', (_source, type, text, wire) => {
    const number = typeFromText(type);
    const out = new OctetWriter();
    parseRdata(number, 1, cut(text), 0, nameFromText('example.com.'), out);
    expect(Buffer.from(out.view()).toString('hex')).toBe(wire);
    expect(checkRdata(number, 1, out.bytes, 0, out.length)).toBeUndefined();
    const printed = new OctetWriter();
    printRdata(number, 1, out.bytes, 0, out.length, printed);
    const again = new OctetWriter();
    parseRdata(number, 1, cut(octetsText(printed.view())), 0, undefined, again);
    expect(Buffer.from(again.view()).toString('hex')).toBe(wire);
  });
});

describe('failure cases of RFC 9460 App. D.3', () => {
  test.each([
    ['a key twice', '1 foo.example.com. key123=abc key123=def'],
    ['mandatory without a value', '1 foo.example.com. mandatory'],
    ['alpn without a value', '1 foo.example.com. alpn'],
    ['port without a value', '1 foo.example.com. port'],
    ['ipv4hint without a value', '1 foo.example.com. ipv4hint'],
    ['ipv6hint without a value', '1 foo.example.com. ipv6hint'],
    ['no-default-alpn with a value', '1 foo.example.com. no-default-alpn=abc'],
    ['a mandatory key that is not there', '1 foo.example.com. mandatory=key123'],
    ['mandatory that names itself', '1 foo.example.com. mandatory=mandatory'],
    ['mandatory that names a key twice', '1 foo.example.com. mandatory=key123,key123 key123=abc'],
  ])('%s is refused', (_what, text) => {
    expect(() => parseRdata(64, 1, cut(text), 0, undefined, new OctetWriter())).toThrow(RdataSyntaxError);
  });
});

test('the prefixes of RFC 3123 §7 and the place of RFC 1876 §4 are printed as they were written', () => {
  for (const [type, text] of [
    ['APL', '1:192.168.32.0/21 !1:192.168.38.0/28'],
    ['APL', '1:192.168.42.0/26 1:192.168.42.64/26 !1:192.168.42.128/25'],
    ['APL', '1:127.0.0.1/32 1:172.16.64.0/22'],
    ['APL', '1:224.0.0.0/4 2:ff00::/8'],
    ['LOC', '42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m'],
  ] as const) {
    const out = new OctetWriter();
    parseRdata(typeFromText(type), 1, cut(text), 0, undefined, out);
    const printed = new OctetWriter();
    printRdata(typeFromText(type), 1, out.bytes, 0, out.length, printed);
    expect(octetsText(printed.view())).toBe(text);
  }
});
