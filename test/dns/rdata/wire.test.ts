import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OctetWriter, octetsText } from '../../../src/base/octets.ts';
import { encodeTypeBitmap } from '../../../src/dns/bitmap.ts';
import { checkRdata, parseRdata, printRdata, RdataSyntaxError } from '../../../src/dns/rdata/rdata.ts';
import { isMetaType, typeFromText } from '../../../src/dns/types.ts';
import { cut } from './entry.ts';
import { ORIGIN, ourAnswer, RECORDED, REFUSED } from './recorded.ts';

/** Arbitrary wire forms of each kind of field. */
const octet = fc.integer({ min: 0, max: 255 });
const octets = (minLength: number, maxLength: number) => fc.array(octet, { minLength, maxLength });
const u8 = octets(1, 1);
const u16 = octets(2, 2);
const u32 = octets(4, 4);
const some = octets(1, 120);
const string = octets(0, 80).map((value) => [value.length, ...value]);
const name = fc.array(octets(1, 20), { maxLength: 5 }).map((labels) => [...labels.flatMap((l) => [l.length, ...l]), 0]);
const salt = string;
const hash = octets(20, 20).map((value) => [20, ...value]);
const bitmap = fc.uniqueArray(fc.integer({ min: 0, max: 65_535 }), { minLength: 1, maxLength: 12 }).map((types) => {
  const out = new OctetWriter();
  encodeTypeBitmap(
    types.sort((a, b) => a - b),
    types.length,
    out,
  );
  return [...out.view()];
});
const letters = fc.array(fc.constantFrom(...Buffer.from('azAZ09')), { minLength: 1, maxLength: 9 });
const tag = letters.map((value) => [value.length, ...value]);
const size = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 9 })).map(([m, e]) => [(m << 4) | e]);
const angle = (limit: number) =>
  fc.integer({ min: -limit * 3_600_000, max: limit * 3_600_000 }).map((value) => {
    const wire = Buffer.alloc(4);
    wire.writeUInt32BE(2 ** 31 + value);
    return [...wire];
  });
const nothing = fc.constant<number[]>([]);
const many = (one: fc.Arbitrary<number[]>, minLength: number) =>
  fc.array(one, { minLength, maxLength: 4 }).map((parts) => parts.flat());
const fixed = (...values: number[]) => fc.constant(values);

const prefix = fc
  .tuple(fc.constantFrom(1, 2), fc.boolean(), fc.integer({ min: 0, max: 32 }), octets(0, 4))
  .map(([family, isNegated, bits, part]) => {
    const used = part.slice(0, part.findLastIndex((v) => v !== 0) + 1);
    return [0, family, bits, used.length | (isNegated ? 0x80 : 0), ...used];
  });
const parameter = (key: number, value: fc.Arbitrary<number[]>) =>
  fc
    .option(value, { nil: undefined })
    .map((v) => (v === undefined ? [] : [key >> 8, key & 255, v.length >> 8, v.length & 255, ...v]));
const parameters = fc
  .tuple(
    parameter(
      1,
      many(
        octets(1, 9).map((v) => [v.length, ...v]),
        1,
      ),
    ),
    parameter(3, u16),
    parameter(4, many(u32, 1)),
    parameter(5, some),
    parameter(6, many(octets(16, 16), 1)),
    parameter(
      7,
      octets(0, 9)
        .map((v) => Buffer.from(`/${v.map((n) => 'abc/'[n % 4]).join('')}{?dns}`))
        .map((b) => [...b]),
    ),
    parameter(667, octets(0, 30)),
  )
  .map((all) => all.flat());

/** For each type, its fields on the wire. */
const FORMATS: Readonly<Record<string, readonly fc.Arbitrary<number[]>[]>> = {
  A: [u32],
  NS: [name],
  MD: [name],
  MF: [name],
  CNAME: [name],
  SOA: [name, name, u32, u32, u32, u32, u32],
  MB: [name],
  MG: [name],
  MR: [name],
  NULL: [octets(0, 100)],
  WKS: [u32, u8, octets(0, 30).map((map) => (map.length > 0 ? [...map, 1] : []))],
  PTR: [name],
  HINFO: [string, string],
  MINFO: [name, name],
  MX: [u16, name],
  TXT: [many(string, 1)],
  RP: [name, name],
  AFSDB: [u16, name],
  X25: [fc.constantFrom([4, 48, 49, 50, 51], [5, 57, 57, 57, 57, 57])],
  ISDN: [string, fc.oneof(nothing, string)],
  RT: [u16, name],
  NSAP: [some],
  'NSAP-PTR': [name],
  SIG: [u16, u8, u8, u32, u32, u32, u16, name, some],
  KEY: [fc.oneof(fc.tuple(fixed(0xc1, 0), u8, u8), fc.tuple(fixed(1, 1), u8, fixed(8), some)).map((p) => p.flat())],
  PX: [u16, name, name],
  GPOS: [string, string, string],
  AAAA: [octets(16, 16)],
  LOC: [fixed(0), size, size, size, angle(90), angle(180), u32],
  NXT: [
    name,
    fc.oneof(
      nothing,
      octets(0, 14).map((map) => [1, ...map, 2]),
    ),
  ],
  EID: [some],
  NIMLOC: [some],
  SRV: [u16, u16, u16, name],
  ATMA: [
    fc.oneof(
      some.map((v) => [0, ...v]),
      fixed(1, 48, 57),
      some.map((v) => [2, ...v]),
    ),
  ],
  NAPTR: [u16, u16, string, string, fc.constantFrom([0], [...Buffer.from('\x0a!(.*)!\\1!i')]), name],
  KX: [u16, name],
  CERT: [u16, u16, u8, some],
  A6: [
    fc.oneof(
      octets(16, 16).map((v) => [0, ...v]),
      fc.tuple(octets(8, 8), name).map(([v, n]) => [64, ...v, ...n]),
      fc.tuple(octets(7, 7), name).map(([v, n]) => [65, 127, ...v, ...n]),
      name.map((n) => [128, ...n]),
    ),
  ],
  DNAME: [name],
  SINK: [u8, u8, u8, octets(0, 50)],
  APL: [many(prefix, 0)],
  DS: [u16, u8, fc.oneof(fc.tuple(fixed(2), octets(32, 32)), fc.tuple(fixed(9), some)).map((p) => p.flat())],
  SSHFP: [u8, fc.oneof(fc.tuple(fixed(1), octets(20, 20)), fc.tuple(fixed(9), some)).map((p) => p.flat())],
  IPSECKEY: [
    u8,
    fc.oneof(
      u8.map((a) => [0, ...a]),
      fc.tuple(fixed(1), u8, u32).map((p) => p.flat()),
      fc.tuple(fixed(2), u8, octets(16, 16)).map((p) => p.flat()),
      fc.tuple(fixed(3), u8, name).map((p) => p.flat()),
    ),
    some,
  ],
  RRSIG: [u16, u8, fixed(9), u32, u32, u32, u16, name, some],
  NSEC: [name, bitmap],
  DNSKEY: [u16, u8, fixed(13), some],
  DHCID: [some],
  NSEC3: [fixed(1), u8, u16, salt, hash, fc.oneof(nothing, bitmap)],
  NSEC3PARAM: [u8, u8, u16, salt],
  TLSA: [u8, u8, u8, some],
  SMIMEA: [u8, u8, u8, some],
  HIP: [octets(2, 2).map(([tagByte]) => [2, tagByte!, 0, 3, 1, 2, 3, 4, 5]), many(name, 0)],
  NINFO: [many(string, 1)],
  RKEY: [fixed(0, 0), u8, fixed(8), some],
  TALINK: [name, name],
  CDS: [fixed(0, 0, 0, 0, 0)],
  CDNSKEY: [u16, u8, fixed(15), some],
  OPENPGPKEY: [some],
  CSYNC: [u32, u16, fc.oneof(nothing, bitmap)],
  ZONEMD: [
    u32,
    u8,
    fc.oneof(fc.tuple(fixed(2), octets(64, 64)), fc.tuple(fixed(9), octets(12, 70))).map((p) => p.flat()),
  ],
  SVCB: [u16, name, parameters],
  HTTPS: [u16, name, parameters],
  DSYNC: [u16, u8, u16, name],
  HHIT: [some],
  BRID: [some],
  SPF: [many(string, 1)],
  UINFO: [octets(0, 9)],
  UID: [octets(0, 9)],
  GID: [octets(0, 9)],
  UNSPEC: [octets(0, 9)],
  NID: [u16, octets(8, 8)],
  L32: [u16, u32],
  L64: [u16, octets(8, 8)],
  LP: [u16, name],
  EUI48: [octets(6, 6)],
  EUI64: [octets(8, 8)],
  URI: [u16, u16, octets(0, 300)],
  CAA: [u8, tag, octets(0, 300)],
  AVC: [many(string, 1)],
  DOA: [u32, u32, u8, string, octets(0, 90)],
  AMTRELAY: [
    u8,
    fc.oneof(
      fixed(0),
      u32.map((v) => [1, ...v]),
      octets(16, 16).map((v) => [0x82, ...v]),
      name.map((n) => [0x83, ...n]),
      octets(0, 9).map((v) => [4, ...v]),
    ),
  ],
  RESINFO: [many(string, 1)],
  WALLET: [many(string, 1)],
  TA: [u16, u8, fixed(9), some],
  DLV: [u16, u8, fixed(4), octets(48, 48)],
  TYPE65280: [octets(0, 200)],
};

function printed(type: number, klass: number, wire: Uint8Array): string {
  const out = new OctetWriter(16);
  printRdata(type, klass, wire, 0, wire.length, out);
  return octetsText(out.view());
}

function read(type: number, klass: number, text: string): Uint8Array {
  const out = new OctetWriter(16);
  parseRdata(type, klass, cut(text), 0, undefined, out);
  return out.take();
}

describe('any well-formed wire form comes back from its text', () => {
  test.each(Object.keys(FORMATS))('%s', (word) => {
    const type = typeFromText(word);
    fc.assert(
      fc.property(fc.tuple(...FORMATS[word]!), (fields) => {
        const wire = Uint8Array.from(fields.flat());
        expect(checkRdata(type, 1, wire, 0, wire.length)).toBeUndefined();
        const text = printed(type, 1, wire);
        expect(read(type, 1, text), text).toEqual(wire);
        const unknown = `\\# ${wire.length} ${Buffer.from(wire).toString('hex')}`;
        expect(read(type, 1, unknown), unknown).toEqual(wire);
      }),
      { numRuns: 60 },
    );
  });

  test('every type that has a fixture has a format here', () => {
    const words = new Set(RECORDED.map(({ type }) => type).filter((word) => !word.startsWith('TYPE')));
    for (const word of words) expect(Object.keys(FORMATS)).toContain(word);
  });
});

test('where the wire form lies in its buffer does not matter', () => {
  for (const { line } of RECORDED) {
    const our = ourAnswer(line);
    if (our === REFUSED || !line.startsWith('IN ')) continue;
    const type = typeFromText(line.split(' ')[1]!);
    const wire = Buffer.from(our.wire, 'hex');
    const around = Uint8Array.from([1, 63, 255, ...wire, 1, 63, 255]);
    expect(checkRdata(type, 1, around, 3, 3 + wire.length), line).toBeUndefined();
    const out = new OctetWriter(16);
    printRdata(type, 1, around, 3, 3 + wire.length, out);
    expect(octetsText(out.view()), line).toBe(our.printed);
  }
});

/** Wire forms to damage. */
const SEEDS = RECORDED.flatMap(({ line }) => {
  const our = ourAnswer(line);
  return our === REFUSED || !line.startsWith('IN ')
    ? []
    : [{ type: typeFromText(line.split(' ')[1]!), wire: [...Buffer.from(our.wire, 'hex')] }];
});

describe('hostile input', () => {
  const damage = fc.array(fc.tuple(fc.nat(3), fc.nat(400), fc.oneof(octet, fc.constantFrom(0, 1, 63, 64, 192, 255))), {
    minLength: 1,
    maxLength: 3,
  });

  test('a damaged wire form is told so, or prints and reads as itself', () => {
    fc.assert(
      fc.property(fc.nat(SEEDS.length - 1), damage, (index, changes) => {
        const { type, wire } = SEEDS[index]!;
        const changed = [...wire];
        for (const [how, where, value] of changes) {
          const at = where % (changed.length + 1);
          if (how === 0) changed.splice(at, 1);
          else if (how === 1) changed.splice(at, 0, value);
          else if (how === 2) changed.splice(at, 1, value);
          else changed.length = at;
        }
        const octetsOf = Uint8Array.from(changed);
        const trouble = checkRdata(type, 1, octetsOf, 0, octetsOf.length);
        if (trouble !== undefined) {
          expect(trouble).not.toBe('');
          return;
        }
        const text = printed(type, 1, octetsOf);
        expect(read(type, 1, text), text).toEqual(octetsOf);
      }),
      { numRuns: 3000 },
    );
  });

  test('arbitrary octets as any type never throw, and print if they are well formed', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(32_768, 32_769, 65_535)),
        fc.constantFrom(1, 3, 4, 254),
        fc.uint8Array({ maxLength: 60 }),
        (type, klass, wire) => {
          if (checkRdata(type, klass, wire, 0, wire.length) !== undefined || isMetaType(type)) return;
          const text = printed(type, klass, wire);
          expect(read(type, klass, text), text).toEqual(wire);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('arbitrary text is read, or refused with an error that points at a token', () => {
    const word = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'019afAFxyz.-+:/,=_\\"!|*@#%{}[]()$&'), maxLength: 12 }),
      fc.constantFrom('\\#', '0', '1', '4', '256', '.', '@', 'A', 'alpn="h2"', 'AQ==', '-', '20250101000000', '::1'),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.array(word, { maxLength: 10 }), (type, words) => {
        const tokens = cut(words.join(' '));
        const out = new OctetWriter(16);
        try {
          parseRdata(type, 1, tokens, 0, ORIGIN, out);
          expect(checkRdata(type, 1, out.bytes, 0, out.length)).toBeUndefined();
        } catch (error) {
          expect(error).toBeInstanceOf(RdataSyntaxError);
          expect((error as RdataSyntaxError).token).toBeGreaterThanOrEqual(0);
          expect((error as RdataSyntaxError).token).toBeLessThanOrEqual(tokens.count);
          expect(out.length).toBe(0);
        }
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['one endless word', 'x'.repeat(1_000_000)],
    ['very many words', 'x '.repeat(300_000)],
    ['endless digits', '9'.repeat(1_000_000)],
    ['endless escapes', '\\000'.repeat(250_000)],
    ['a list of every key', `1 . mandatory=${Array.from({ length: 65_535 }, (_, i) => `key${i + 1}`).join(',')}`],
    ['endless hexadecimal', `\\# 65535 ${'00'.repeat(400_000)}`],
  ])('%s is refused within a moment, whatever the type', (_what, text) => {
    const tokens = cut(text);
    const started = performance.now();
    for (let type = 1; type < 270; type++) {
      expect(() => parseRdata(type, 1, tokens, 0, ORIGIN, new OctetWriter())).toThrow(RdataSyntaxError);
    }
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
