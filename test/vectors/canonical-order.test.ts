/** Canonical order: of names (RFC 4034 §6.1) and of the records of an RRset (RFC 4034 §6.3). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OctetWriter } from '../../src/base/octets.ts';
import { compareNames, nameFromText, nameText } from '../../src/dns/name.ts';
import { printRdata } from '../../src/dns/rdata/rdata.ts';
import { zoneFromText } from '../invalid/verify-text.ts';

/** As RFC 4034 §6.1 prints them, in order. */
const EXAMPLE = [
  'example.',
  'a.example.',
  'yljkjljk.a.example.',
  'Z.a.example.',
  'zABC.a.EXAMPLE.',
  'z.example.',
  String.raw`\001.z.example.`,
  '*.z.example.',
  String.raw`\200.z.example.`,
] as const;

const SOA = 'example. 60 IN SOA ns1.example. host.example. 1 2 3 4 5\n';

function ownersOf(text: string): readonly string[] {
  const zone = zoneFromText(text);
  return Array.from({ length: zone.nameCount }, (_, i) => nameText(zone.octets, zone.nameOwner[i]!));
}

/** The records of the one RRset of `type` at `owner`, as text, in the zone's order. */
function rdataOf(text: string, owner: string, type: number): readonly string[] {
  const zone = zoneFromText(text);
  const name = ownersOf(text).indexOf(owner);
  const out: string[] = [];
  for (let rrset = zone.nameFirst[name]!; rrset < zone.nameFirst[name + 1]!; rrset++) {
    if (zone.rrsetType[rrset] !== type) continue;
    for (let r = zone.rrsetFirst[rrset]!; r < zone.rrsetFirst[rrset + 1]!; r++) {
      const line = new OctetWriter();
      printRdata(type, 1, zone.octets, zone.rdata[r]!, zone.rdata[r]! + zone.rdataLength[r]!, line);
      out.push(Buffer.from(line.view()).toString('latin1'));
    }
  }
  return out;
}

describe('names', () => {
  test('of RFC 4034 §6.1 are ordered as they are printed there', () => {
    const wire = EXAMPLE.map(nameFromText);
    for (const [i, a] of wire.entries()) {
      for (const [j, b] of wire.entries()) expect(Math.sign(compareNames(a, 0, b, 0))).toBe(Math.sign(i - j));
    }
  });

  test('a zone holds them in that order, whatever the order of its file', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...EXAMPLE], { minLength: EXAMPLE.length }), (names) => {
        expect(ownersOf(SOA + names.map((name) => `${name} 60 IN A 192.0.2.1\n`).join(''))).toEqual(EXAMPLE);
      }),
      { seed: 4034, numRuns: 50 },
    );
  });

  const label = fc.uint8Array({ minLength: 1, maxLength: 4 }).map((octets) => Buffer.from(octets));
  const labels = fc.array(label, { maxLength: 5 });

  /** The rule in other words: labels from the right, folded, as octet strings; what is missing comes first. */
  function compareByLabels(a: readonly Buffer[], b: readonly Buffer[]): number {
    const fold = (octets: Buffer | undefined) => Buffer.from((octets ?? Buffer.alloc(0)).map(lower));
    for (let i = 1; i <= Math.max(a.length, b.length); i++) {
      if (a.at(-i) === undefined || b.at(-i) === undefined) return a.length - b.length;
      const order = Buffer.compare(fold(a.at(-i)), fold(b.at(-i)));
      if (order !== 0) return order;
    }
    return 0;
  }

  function lower(octet: number): number {
    return octet >= 0x41 && octet <= 0x5a ? octet + 32 : octet;
  }

  function wireOf(parts: readonly Buffer[]): Uint8Array {
    return Buffer.concat([...parts.map((part) => Buffer.concat([Buffer.from([part.length]), part])), Buffer.from([0])]);
  }

  test('any two are ordered label by label from the right, as folded octets', () => {
    fc.assert(
      fc.property(labels, labels, labels, (a, b, tail) => {
        const x = [...a, ...tail];
        const y = [...b, ...tail];
        const order = Math.sign(compareNames(wireOf(x), 0, wireOf(y), 0));
        expect(order).toBe(Math.sign(compareByLabels(x, y)));
      }),
      { seed: 61, numRuns: 2000 },
    );
  });
});

describe('the records of an RRset', () => {
  test('are ordered as octet strings: a shorter one comes before a longer one that begins with it', () => {
    const rdata = ['""', '"" ""', String.raw`"\000"`, '"a"', '"a" "b"', String.raw`"a" "\255"`, '"aa"', '"b"'];
    const text =
      SOA +
      [...rdata]
        .reverse()
        .map((r) => `t.example. 60 IN TXT ${r}\n`)
        .join('');
    // The first octet is the length of the first string: it decides before any letter does.
    const ordered = ['""', '"" ""', String.raw`"\000"`, '"a"', '"a" "b"', String.raw`"a" "\255"`, '"b"', '"aa"'];
    expect(rdataOf(text, 't.example.', 16)).toEqual(ordered);
  });

  test('numbers are ordered as unsigned octets', () => {
    const text = `${SOA}${[255, 9, 128, 127, 10].map((n) => `a.example. 60 IN A ${n}.0.0.1\n`).join('')}`;
    expect(rdataOf(text, 'a.example.', 1)).toEqual(['9.0.0.1', '10.0.0.1', '127.0.0.1', '128.0.0.1', '255.0.0.1']);
  });

  test('names inside are ordered by their folded wire form, not in the order of names (RFC 4034 §6.2)', () => {
    const text = `${SOA}${['z.example.', 'Aa.example.', 'B.example.', 'a.z.'].map((n) => `m.example. 60 IN MX 1 ${n}\n`).join('')}`;
    expect(rdataOf(text, 'm.example.', 15)).toEqual(['1 a.z.', '1 B.example.', '1 z.example.', '1 Aa.example.']);
  });

  test('that are equal but for case are one, where the type folds its names, and two where it does not', () => {
    const twice = (type: string, rdata: string) =>
      `${SOA}x.example. 60 IN ${type} ${rdata}\nx.example. 60 IN ${type} ${rdata.toUpperCase()}\n`;
    expect(rdataOf(twice('MX', '1 mail.example.'), 'x.example.', 15)).toHaveLength(1);
    expect(rdataOf(twice('SRV', '1 2 3 mail.example.'), 'x.example.', 33)).toHaveLength(1);
    expect(rdataOf(twice('HTTPS', '1 mail.example.'), 'x.example.', 65)).toHaveLength(2);
    expect(rdataOf(twice('TXT', '"text"'), 'x.example.', 16)).toHaveLength(2);
  });
});
