import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareOctets, OctetWriter } from '../../../src/base/octets.ts';
import { compareCanonicalRdata, hasFoldedNames, writeCanonicalRdata } from '../../../src/dns/rdata/rdata.ts';
import { typeFromText, typeText } from '../../../src/dns/types.ts';
import { ourAnswer, REFUSED } from './recorded.ts';

/** RFC 4034 §6.2, without HINFO, which has no name, and without NSEC (RFC 6840 §5.1). */
const FOLDED = 'NS MD MF CNAME SOA MB MG MR PTR MINFO MX RP AFSDB RT SIG PX NXT NAPTR KX SRV DNAME A6 RRSIG'.split(' ');

function wire(line: string): Uint8Array {
  const answer = ourAnswer(`IN ${line}`);
  if (answer === REFUSED) throw new Error(`${line} is refused`);
  return Uint8Array.from(Buffer.from(answer.wire, 'hex'));
}

function canonical(type: number, rdata: Uint8Array): Uint8Array {
  const out = new OctetWriter();
  out.ascii('xYz');
  writeCanonicalRdata(type, rdata, 0, rdata.length, out);
  return out.take().slice(3);
}

test('names are folded in the types of RFC 4034 §6.2 as RFC 6840 §5.1 corrects it, and no others', () => {
  const folded = Array.from({ length: 0x10000 }, (_, type) => type)
    .filter(hasFoldedNames)
    .map(typeText);
  expect(folded.sort()).toEqual([...FOLDED].sort());
});

describe('canonical RDATA folds names and nothing else', () => {
  const CASES: readonly (readonly [type: string, text: string, folded: string])[] = [
    ['NS', 'A.B.', 'a.b.'],
    ['MD', 'A.', 'a.'],
    ['MF', 'A.', 'a.'],
    ['CNAME', 'A.', 'a.'],
    ['SOA', 'Ns.A. Hm.A. 1 2 3 4 5', 'ns.a. hm.a. 1 2 3 4 5'],
    ['MB', 'A.', 'a.'],
    ['MG', 'A.', 'a.'],
    ['MR', 'A.', 'a.'],
    ['PTR', 'A.', 'a.'],
    ['HINFO', 'CPU OS', 'CPU OS'],
    ['MINFO', 'A. B.', 'a. b.'],
    ['MX', '16705 A.', '16705 a.'],
    ['TXT', 'ABC', 'ABC'],
    ['RP', 'A. B.', 'a. b.'],
    ['AFSDB', '16705 A.', '16705 a.'],
    ['RT', '16705 A.', '16705 a.'],
    [
      'SIG',
      'A 8 65 65 20200101000000 20200101000000 16705 A. QUFB',
      'A 8 65 65 20200101000000 20200101000000 16705 a. QUFB',
    ],
    [
      'RRSIG',
      'A 8 65 65 20200101000000 20200101000000 16705 A. QUFB',
      'A 8 65 65 20200101000000 20200101000000 16705 a. QUFB',
    ],
    ['PX', '16705 A. B.', '16705 a. b.'],
    ['NXT', 'A. A NS', 'a. A NS'],
    ['SRV', '16705 16705 16705 A.', '16705 16705 16705 a.'],
    ['NAPTR', '16705 16705 "U" "S+X" "!A!B!" A.', '16705 16705 "U" "S+X" "!A!B!" a.'],
    ['KX', '16705 A.', '16705 a.'],
    ['A6', '65 ::4142:4142:4142:4142 A.', '65 ::4142:4142:4142:4142 a.'],
    ['A6', '0 4142::', '0 4142::'],
    ['A6', '128 A.', '128 a.'],
    ['DNAME', 'A.', 'a.'],
    ['NSEC', 'A. A NS', 'A. A NS'],
    ['HIP', '2 41 QUFB A.', '2 41 QUFB A.'],
    ['IPSECKEY', '1 3 2 A. QUFB', '1 3 2 A. QUFB'],
    ['AMTRELAY', '1 0 3 A.', '1 0 3 A.'],
    ['TALINK', 'A. B.', 'A. B.'],
    ['LP', '16705 A.', '16705 A.'],
    ['SVCB', '16705 A. alpn=A', '16705 A. alpn=A'],
    ['DSYNC', 'CDS 1 1 A.', 'CDS 1 1 A.'],
  ];
  test.each(CASES)('%s %s', (type, text, folded) => {
    expect(canonical(typeFromText(type), wire(`${type} ${text}`))).toEqual(wire(`${type} ${folded}`));
  });
});

describe('canonical order', () => {
  /** RDATA of folded types, with every case of a few letters. */
  const name = fc
    .array(fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'B', 'z', '-'), minLength: 1, maxLength: 3 }), {
      minLength: 0,
      maxLength: 3,
    })
    .map((labels) => `${labels.join('.')}.`);
  const number = fc.constantFrom(0, 65, 97, 16_705, 24_929);
  const lines = fc.oneof(
    fc.tuple(name).map(([a]) => `NS ${a}`),
    fc.tuple(number, name).map(([n, a]) => `MX ${n} ${a}`),
    fc.tuple(name, name, number).map(([a, b, n]) => `SOA ${a} ${b} ${n} 1 1 1 1`),
    fc.tuple(number, name, name).map(([n, a, b]) => `PX ${n} ${a} ${b}`),
    fc.tuple(fc.constantFrom('a', 'A', 'aA', ''), name).map(([s, a]) => `NAPTR 1 1 "${s}" "" "" ${a}`),
    fc
      .tuple(fc.constantFrom(0, 64, 100, 128), name)
      .map(([n, a]) => `A6 ${n}${n < 128 ? ' ::4161' : ''}${n > 0 ? ` ${a}` : ''}`),
    fc.tuple(fc.constantFrom('"a"', '"A"', '"a" "b"', '""')).map(([a]) => `TXT ${a}`),
    fc.tuple(name).map(([a]) => `NSEC ${a} A`),
  );

  test('is the order of the canonical octets, whatever lies around them', () => {
    fc.assert(
      fc.property(lines, lines, fc.nat(5), fc.nat(5), (one, other, before, behind) => {
        const type = typeFromText(one.split(' ')[0]!);
        if (other.split(' ')[0] !== one.split(' ')[0]) return;
        const a = wire(one);
        const b = wire(other);
        const x = Uint8Array.from([...new Uint8Array(before).fill(65), ...a, ...new Uint8Array(behind).fill(97)]);
        const y = Uint8Array.from([...new Uint8Array(behind).fill(97), ...b, 65]);
        const got = compareCanonicalRdata(type, x, before, before + a.length, y, behind, behind + b.length);
        const ca = canonical(type, a);
        const cb = canonical(type, b);
        expect(Math.sign(got)).toBe(Math.sign(compareOctets(ca, 0, ca.length, cb, 0, cb.length)));
      }),
      { numRuns: 3000 },
    );
  });

  test('puts RDATA that begins another before it', () => {
    const a = wire('TXT a');
    const b = wire('TXT a b');
    expect(compareCanonicalRdata(16, a, 0, a.length, b, 0, b.length)).toBeLessThan(0);
    expect(compareCanonicalRdata(16, b, 0, b.length, a, 0, a.length)).toBeGreaterThan(0);
    expect(compareCanonicalRdata(16, a, 0, a.length, a, 0, a.length)).toBe(0);
  });
});

test('malformed RDATA does not lead out of its bounds', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FOLDED.map(typeFromText)), fc.uint8Array({ maxLength: 40 }), (type, octets) => {
      expect(canonical(type, octets)).toHaveLength(octets.length);
      expect(compareCanonicalRdata(type, octets, 0, octets.length, octets, 0, octets.length)).toBe(0);
    }),
  );
});
