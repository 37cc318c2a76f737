import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  Base64Decoder,
  decodeBase16,
  decodeBase32Hex,
  encodeBase16,
  encodeBase32Hex,
  encodeBase64,
} from '../../src/base/encodings.ts';
import { asciiOctets, OctetWriter, octetsText } from '../../src/base/octets.ts';

type Encode = (source: Uint8Array, start: number, end: number, out: OctetWriter) => void;

function encoded(encode: Encode, octets: Uint8Array): string {
  const out = new OctetWriter(16);
  encode(octets, 0, octets.length, out);
  return octetsText(out.view());
}

const octets = fc.uint8Array({ maxLength: 200 });
const decoder = new Base64Decoder(new OctetWriter());

/** Decodes base64 in pieces with a decoder that has been used before. */
function decode64(pieces: readonly string[]): Uint8Array | undefined {
  const out = new OctetWriter(16);
  decoder.begin(out);
  for (const piece of pieces) if (decoder.feed(asciiOctets(piece), 0, piece.length) >= 0) return undefined;
  return decoder.finish() ? out.take() : undefined;
}

describe('base64', () => {
  test('is written as Node writes it', () => {
    fc.assert(fc.property(octets, (o) => encoded(encodeBase64, o) === Buffer.from(o).toString('base64')));
  });

  test('reads back however it is cut into pieces', () => {
    fc.assert(
      fc.property(octets, fc.array(fc.nat(300), { maxLength: 6 }), (o, cuts) => {
        const text = Buffer.from(o).toString('base64');
        const bounds = [0, ...cuts.map((c) => Math.min(c, text.length)).sort((a, b) => a - b), text.length];
        const pieces = bounds.slice(1).map((to, i) => text.slice(bounds[i], to));
        expect(decode64(pieces)).toEqual(o);
      }),
      { numRuns: 500 },
    );
  });

  test('is refused unless Node would write the same', () => {
    const text = fc.string({ unit: fc.constantFrom(...'AQgw+/09=z!'), maxLength: 12 });
    fc.assert(
      fc.property(text, (s) => {
        const isGood = Buffer.from(s, 'base64').toString('base64') === s;
        expect(decode64([s]) !== undefined, s).toBe(isGood);
      }),
      { numRuns: 3000 },
    );
  });

  test('points at the first octet that can not stand there', () => {
    for (const [text, at] of [
      ['AAAA!AAA', 4],
      ['AA!A', 2],
      ['=AAA', 0],
      ['AA==A', 4],
      ['AAA==', 4],
    ] as const) {
      decoder.begin(new OctetWriter());
      expect(decoder.feed(asciiOctets(text), 0, text.length), text).toBe(at);
    }
  });
});

describe('base16', () => {
  test('is written as Node writes it, and reads back in either case', () => {
    fc.assert(
      fc.property(octets, fc.boolean(), (o, lower) => {
        const hex = Buffer.from(o).toString('hex');
        expect(encoded(encodeBase16, o)).toBe(hex.toUpperCase());
        const text = lower ? hex : hex.toUpperCase();
        const out = new OctetWriter(16);
        expect(decodeBase16(asciiOctets(text), 0, text.length, out)).toBe(-1);
        expect(out.take()).toEqual(o);
      }),
    );
  });
});

describe('base32hex', () => {
  test('gives the values of RFC 4648 §10, without their padding', () => {
    for (const [plain, text] of [
      ['', ''],
      ['f', 'CO'],
      ['fo', 'CPNG'],
      ['foo', 'CPNMU'],
      ['foob', 'CPNMUOG'],
      ['fooba', 'CPNMUOJ1'],
      ['foobar', 'CPNMUOJ1E8'],
    ] as const) {
      expect(encoded(encodeBase32Hex, asciiOctets(plain))).toBe(text);
      const out = new OctetWriter();
      expect(decodeBase32Hex(asciiOctets(text.toLowerCase()), 0, text.length, out)).toBe(-1);
      expect(octetsText(out.view())).toBe(plain);
    }
  });

  test('refuses lengths that no octets have, and spare bits that are not zero', () => {
    for (const text of ['C', 'CPN', 'CPNMUO', 'CP', 'W', '!!']) {
      expect(decodeBase32Hex(asciiOctets(text), 0, text.length, new OctetWriter()), text).toBeGreaterThanOrEqual(0);
    }
  });
});
