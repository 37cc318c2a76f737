import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DnssecError } from '../../src/base/errors.ts';
import { OctetWriter, octetsText } from '../../src/base/octets.ts';
import { nameText } from '../../src/dns/name.ts';
import { printRdata } from '../../src/dns/rdata/rdata.ts';
import { TYPE, typeText } from '../../src/dns/types.ts';
import { type BuiltZone, buildZone } from '../../src/zone/build.ts';
import { coveredType, findRrset, findSignatures, recordFile, type Zone } from '../../src/zone/zone.ts';
import { readText, SOA } from './reader/reading.ts';

function build(text: string, files: Readonly<Record<string, string>> = {}): BuiltZone {
  const file = readText(SOA + text, { files });
  return buildZone(file.records, file.origin, file.class);
}

/** The zone's records in its order, `owner type rdata`. */
function content(zone: Zone): string[] {
  const lines: string[] = [];
  for (let name = 0; name < zone.nameCount; name++) {
    for (let rrset = zone.nameFirst[name]!; rrset < zone.nameFirst[name + 1]!; rrset++) {
      for (let record = zone.rrsetFirst[rrset]!; record < zone.rrsetFirst[rrset + 1]!; record++) {
        const out = new OctetWriter();
        const start = zone.rdata[record]!;
        printRdata(zone.rrsetType[rrset]!, zone.class, zone.octets, start, start + zone.rdataLength[record]!, out);
        lines.push(
          `${nameText(zone.octets, zone.nameOwner[name]!)} ${typeText(zone.rrsetType[rrset]!)} ${octetsText(out.view())}`,
        );
      }
    }
  }
  return lines;
}

function expectInvalid(text: string): DnssecError {
  try {
    build(text);
  } catch (error) {
    if (error instanceof DnssecError && error.code === 'ZONE_INVALID') return error;
    throw error;
  }
  throw new Error('the zone was built');
}

const RRSIG = (covered: string, tag: number) =>
  `RRSIG ${covered} 13 1 60 20300101000000 20200101000000 ${tag} example. ${'A'.repeat(86)}==`;

describe('the sorted zone', () => {
  test('names are in canonical order, the apex first, each once, with the case of its first record', () => {
    const { zone } = build('z 5 A 192.0.2.1\nB.z 5 A 192.0.2.1\na.z 5 A 192.0.2.1\nZ 5 TXT x\n*.z 5 A 192.0.2.1\n');
    const names = Array.from(zone.nameOwner, (owner) => nameText(zone.octets, owner));
    expect(names).toEqual(['example.', 'z.example.', '*.z.example.', 'a.z.example.', 'B.z.example.']);
  });

  test('RRsets are in the order of type numbers, RRSIGs by covered type, records by canonical RDATA', () => {
    const { zone } = build(
      `a 5 ${RRSIG('TXT', 2)}\na 5 TXT b\na 5 ${RRSIG('A', 9)}\na 5 TXT a\na 5 A 192.0.2.20\na 5 ${RRSIG('TXT', 1)}\na 5 A 192.0.2.3\n`,
    );
    expect(
      content(zone)
        .slice(1)
        .map((line) => line.split(' ').slice(1, 3).join(' ')),
    ).toEqual(['A 192.0.2.3', 'A 192.0.2.20', 'TXT "a"', 'TXT "b"', 'RRSIG A', 'RRSIG TXT', 'RRSIG TXT']);
    expect(zone.rrsetCount).toBe(5);
    const name = 1;
    expect(coveredType(zone, zone.rrsetFirst[findSignatures(zone, name, TYPE.TXT)]!)).toBe(TYPE.TXT);
    expect(findSignatures(zone, name, TYPE.MX)).toBe(-1);
    expect(findRrset(zone, name, TYPE.TXT)).toBe(zone.nameFirst[name]! + 1);
  });

  test('of equal records the first stays; names in RDATA are equal but for case where canonical form folds them', () => {
    const { zone } = build('a 5 NS x.Y\na 5 NS X.y\na 5 TXT x\na 5 TXT X\na 5 TXT x\n');
    expect(content(zone).slice(1)).toEqual(['a.example. NS x.Y.example.', 'a.example. TXT "X"', 'a.example. TXT "x"']);
  });

  test('TTLs that differ in an RRset become the smallest, with one warning for the RRset (RFC 2181 §5.2)', () => {
    const { zone, warnings } = build('a 9 A 192.0.2.1\na 5 A 192.0.2.2\na 7 A 192.0.2.3\na 8 TXT x\n');
    expect(Array.from(zone.rrsetTtl)).toEqual([60, 5, 8]);
    expect(warnings).toEqual([
      {
        severity: 'warning',
        message: 'a.example. A: TTLs of one RRset differ; all get the smallest, 5',
        file: 'zone',
        line: 3,
      },
    ]);
  });

  test('RRSIGs over different types may have different TTLs', () => {
    const { zone, warnings } = build(`a 9 ${RRSIG('A', 1)}\na 5 ${RRSIG('TXT', 1)}\n`);
    expect(warnings).toEqual([]);
    expect(Array.from(zone.rrsetTtl)).toEqual([60, 9, 5]);
  });

  test('each record keeps its line and file', () => {
    const { zone } = build('\nb 5 A 192.0.2.1\n$INCLUDE x\nc 5 A 192.0.2.1\n', { x: '\n\na 5 A 192.0.2.1\n' });
    expect(Array.from(zone.line, (line, i) => `${recordFile(zone, i)}:${line}`)).toEqual([
      'zone:1',
      'x:3',
      'zone:3',
      'zone:5',
    ]);
  });

  test('a removed record is passed over', () => {
    const file = readText(`${SOA}@ 60 TXT x\na 5 A 192.0.2.1\na 5 A 192.0.2.2\n`);
    file.records.remove(2);
    const { zone } = buildZone(file.records, file.origin, file.class);
    expect(content(zone)).toHaveLength(3);
  });

  test('records outside of the zone are errors with their lines, up to 20', () => {
    const error = expectInvalid('a.other. 5 A 192.0.2.1\nexample.other. 5 A 192.0.2.1\nxexample. 5 A 192.0.2.1\n');
    expect(error.diagnostics.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '2 a.other. is not in zone example',
      '3 example.other. is not in zone example',
      '4 xexample. is not in zone example',
    ]);
    const many = Array.from({ length: 50 }, (_, i) => `a${i}.other. 5 A 192.0.2.1\n`).join('');
    expect(expectInvalid(many).diagnostics).toHaveLength(20);
  });

  test('a zone without a record at its apex is an error', () => {
    const file = readText('a 5 A 192.0.2.1\n');
    expect(() => buildZone(file.records, file.origin, file.class)).toThrow('zone example has no record at its apex');
  });

  test('more warnings than a hundred are counted', () => {
    const text = Array.from({ length: 130 }, (_, i) => `a${i} 5 A 192.0.2.1\na${i} 6 A 192.0.2.2\n`).join('');
    const { warnings } = build(text);
    expect(warnings).toHaveLength(101);
    expect(warnings[100]!.message).toBe('and 30 warnings more of this kind');
  });

  test('the same records in any order make the same zone', () => {
    const lines = [
      'b 5 A 192.0.2.1',
      'b 5 A 192.0.2.2',
      'a.b 5 TXT x',
      'a.b 5 MX 1 y',
      'B 5 TXT z',
      '*.b 5 A 192.0.2.3',
    ];
    const expected = content(build(lines.join('\n')).zone).map((line) => line.toLowerCase());
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
        expect(content(build(shuffled.join('\n')).zone).map((line) => line.toLowerCase())).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test('large RRsets and many RRsets at one name are sorted, too', () => {
    const numbers = Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 20_000);
    const { zone } = build(numbers.map((n) => `a 5 TXT ${String(n).padStart(5, '0')}\na 5 TXT ${n}\n`).join(''));
    const lines = content(zone).slice(1);
    expect(lines).toEqual([...new Set(lines)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1)));
    // 10,000 numbers have five digits either way.
    expect(lines).toHaveLength(30_000);
    const types = Array.from({ length: 2000 }, (_, i) => 65_280 - ((i * 37) % 2000));
    const many = build(types.map((type) => `a 5 TYPE${type} \\# 0\n`).join('')).zone;
    expect(Array.from(many.rrsetType.subarray(1))).toEqual([...types].sort((a, b) => a - b));
  });

  test('it lies in shared memory', () => {
    const { zone } = build('b 5 A 192.0.2.1\na 5 A 192.0.2.1\n');
    for (const [key, value] of Object.entries(zone)) {
      if (ArrayBuffer.isView(value) && key !== 'origin') expect(value.buffer, key).toBeInstanceOf(SharedArrayBuffer);
    }
  });
});
