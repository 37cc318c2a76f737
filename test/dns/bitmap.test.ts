import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OctetWriter } from '../../src/base/octets.ts';
import { checkTypeBitmap, encodeTypeBitmap, forEachType, hasType } from '../../src/dns/bitmap.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

function encode(types: readonly number[]): Uint8Array {
  const out = new OctetWriter(16);
  encodeTypeBitmap(types, types.length, out);
  return out.take();
}

function decode(octets: Uint8Array): number[] {
  const types: number[] = [];
  forEachType(octets, 0, octets.length, (type) => types.push(type));
  return types;
}

test('the example of RFC 4034 §4.3: A MX RRSIG NSEC TYPE1234', () => {
  const wire = hex(`0006 400100000003 041b ${'00'.repeat(26)}20`);
  expect(encode([1, 15, 46, 47, 1234])).toEqual(wire);
  expect(decode(wire)).toEqual([1, 15, 46, 47, 1234]);
});

test('no type makes no octet', () => {
  expect(encode([])).toEqual(new Uint8Array(0));
  expect(checkTypeBitmap(new Uint8Array(0), 0, 0)).toBe(true);
});

test('only as many types as said are taken', () => {
  const out = new OctetWriter();
  encodeTypeBitmap(Uint16Array.of(1, 2, 28, 0, 0), 3, out);
  expect(decode(out.take())).toEqual([1, 2, 28]);
});

test('what has been in the buffer before does not shine through', () => {
  const out = new OctetWriter(64);
  out.reserve(64).fill(0xff);
  encodeTypeBitmap([1, 600], 2, out);
  expect(out.take()).toEqual(hex(`000140 020c ${'00'.repeat(11)}80`));
});

const typeSet = fc
  .uniqueArray(fc.integer({ min: 0, max: 65_535 }), { maxLength: 60 })
  .map((types) => types.sort((a, b) => a - b));

test('every set of types comes back, ascending, and is well formed', () => {
  fc.assert(
    fc.property(typeSet, (types) => {
      const wire = encode(types);
      expect(checkTypeBitmap(wire, 0, wire.length)).toBe(true);
      expect(decode(wire)).toEqual(types);
    }),
  );
});

test('a type is listed exactly if it was put in', () => {
  fc.assert(
    fc.property(typeSet, fc.integer({ min: 0, max: 65_535 }), (types, other) => {
      const wire = encode(types);
      for (const type of types) expect(hasType(wire, 0, wire.length, type)).toBe(true);
      expect(hasType(wire, 0, wire.length, other)).toBe(types.includes(other));
    }),
  );
});

describe('a bit map is refused when', () => {
  const CASES: readonly (readonly [why: string, wire: string])[] = [
    ['a window comes twice', '000140 000140'],
    ['windows descend', '010140 000140'],
    ['a length is 0', '0000'],
    ['a length is more than 32', `0021 ${'ff'.repeat(33)}`],
    ['a window ends in a zero octet', '00024000'],
    ['a window is cut short', '000240'],
    ['a header is cut short', '000140 01'],
  ];
  test.each(CASES)('%s', (_why, wire) => {
    const octets = hex(wire);
    expect(checkTypeBitmap(octets, 0, octets.length)).toBe(false);
  });
});

test('octets behind the end are not looked at', () => {
  const octets = hex('000240 01');
  expect(checkTypeBitmap(octets, 0, 3)).toBe(false);
  expect(hasType(octets, 0, 0, 1)).toBe(false);
});
