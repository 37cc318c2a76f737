import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asciiOctets, OctetWriter, octetsText } from '../../src/base/octets.ts';
import { printType, typeFromOctets, typeFromText, typeText } from '../../src/dns/types.ts';

const fromOctets = (text: string) => typeFromOctets(asciiOctets(`<${text}>`), 1, text.length + 1);

function printed(type: number, asNumber = false): string {
  const out = new OctetWriter();
  printType(type, out, asNumber);
  return octetsText(out.view());
}

test('every type is found by the text it has, in either case, from octets as from a string', () => {
  const wrong: number[] = [];
  for (let type = 0; type <= 0xffff; type++) {
    const text = typeText(type);
    const found = [typeFromText(text), fromOctets(text), fromOctets(text.toLowerCase()), fromOctets(`TYPE${type}`)];
    if (found.some((number) => number !== type) || printed(type) !== text) wrong.push(type);
  }
  expect(wrong).toEqual([]);
});

test('other words name no type', () => {
  for (const word of ['', 'TYPE', 'TYPE65536', 'TYPE-1', 'TYPE1x', 'TYP1', 'FOO', 'AA', 'NSEC33', 'TYPE000001', 'IN']) {
    expect(fromOctets(word), word).toBe(-1);
  }
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ADNSECTYPXMRI0123456789-'), maxLength: 12 }), (word) => {
      expect(fromOctets(word)).toBe(typeFromText(word));
    }),
  );
});

test('a type without a mnemonic is printed as TYPEn, or as its bare number', () => {
  expect(printed(65_280)).toBe('TYPE65280');
  expect(printed(65_280, true)).toBe('65280');
  expect(printed(1, true)).toBe('A');
});
