import { describe, expect, test } from 'vitest';
import { asciiOctets } from '../../../src/base/octets.ts';
import { classFromText, typeFromText, typeText } from '../../../src/dns/types.ts';
import { readClass, readType } from '../../../src/zone/reader/words.ts';

const inside = (text: string, read: (octets: Uint8Array, start: number, end: number) => number) =>
  read(asciiOctets(`<${text}>`), 1, text.length + 1);

describe('types and classes from octets', () => {
  test('every mnemonic is read in any case, as from text', () => {
    for (let type = 0; type <= 0xffff; type++) {
      const text = typeText(type);
      expect(inside(text, readType)).toBe(type);
      if (!text.startsWith('TYPE')) expect(inside(text.toLowerCase(), readType)).toBe(type);
    }
  });

  test.each([
    '',
    'AA',
    'TYPE',
    'TYPE65536',
    'TYPE-1',
    'TYPE1x',
    'NSEC4',
    'X',
    'A'.repeat(300),
    'constructor',
    '__proto__',
  ])('"%s" is no type', (text) => {
    expect(inside(text, readType)).toBe(-1);
    expect(typeFromText(text)).toBe(-1);
  });

  test.each([
    'IN',
    'in',
    'CH',
    'chaos',
    'HS',
    'HESIOD',
    'CLASS1',
    'class65535',
    'CLASS65536',
    'I',
    'INN',
    'C',
    '',
    'HX',
  ])('class "%s" is what the text is', (text) => {
    expect(inside(text, readClass)).toBe(classFromText(text));
  });
});
