import { describe, expect, test } from 'vitest';
import {
  choice,
  flag,
  type Mistakes,
  type Shape,
  section,
  text,
  texts,
  WRONG,
  whole,
} from '../../src/store/config-shape.ts';

/** Reads a value, and lists the mistakes in it. */
function read(
  shape: Shape<unknown>,
  value: unknown,
): { readonly value: unknown; readonly mistakes: readonly string[] } {
  const found: string[] = [];
  const mistakes: Mistakes = {
    error: (path, message) => found.push(`${path.join('.')}: ${message}`),
    unknownKeys: (path, keys, known) => found.push(`${path.join('.')}: ${keys.join()} unknown, not ${known.join()}`),
  };
  return { value: shape(value, ['x'], mistakes), mistakes: found };
}

const fits = (shape: Shape<unknown>, value: unknown) => read(shape, value).value !== WRONG;

describe('single values', () => {
  test.each<[string, Shape<unknown>, readonly unknown[], readonly unknown[]]>([
    ['a word of some', choice('auto', 'off'), ['auto', 'off'], ['Auto', '', true, null, undefined, ['auto'], 0]],
    ['a whole number', whole(1, 9), [1, 9], [0, 10, 1.5, '5', 1e20, Number.NaN, Number.POSITIVE_INFINITY, null, [5]]],
    ['true or false', flag, [true, false], ['true', 0, 1, null, undefined, {}]],
    ['text', text, ['a', ' '], ['', 5, null, undefined, ['a']]],
  ])('%s', (_, shape, good, bad) => {
    for (const value of good) expect(read(shape, value)).toEqual({ value, mistakes: [] });
    for (const value of bad) {
      const { value: found, mistakes } = read(shape, value);
      expect([found, mistakes.length], String(value)).toEqual([WRONG, 1]);
    }
  });
});

describe('a list of texts', () => {
  test('may be one text alone, or nothing', () => {
    expect([['a', 'b'], 'a', null, []].map((value) => read(texts, value).value)).toEqual([['a', 'b'], ['a'], [], []]);
  });

  test('tells each part that is none', () => {
    expect(read(texts, ['a', 5, '']).mistakes).toEqual(['x.1: must be text', 'x.2: must not be empty']);
    expect(read(texts, { a: 'b' }).mistakes).toEqual(['x: must be a list']);
  });
});

describe('a section', () => {
  const shape = section({ a: flag, b: section({ c: whole(0, 5) }) });

  test('holds what is there, and nothing for what is not', () => {
    expect(read(shape, { b: { c: 5 } }).value).toEqual({ b: { c: 5 } });
    expect(read(shape, null).value).toEqual({});
    expect(read(shape, { b: null }).value).toEqual({ b: {} });
  });

  test('tells every mistake in it, at its place', () => {
    expect(read(shape, { a: 1, b: { c: 6, d: 0 }, e: 0 })).toEqual({
      value: WRONG,
      mistakes: [
        'x: e unknown, not a,b',
        'x.a: must be true or false',
        'x.b: d unknown, not c',
        'x.b.c: must be a whole number from 0 to 5',
      ],
    });
  });

  test.each([[[]], ['text'], [5], [true]])('is nothing else: %o', (value) => {
    expect(read(shape, value)).toEqual({ value: WRONG, mistakes: ['x: must be a mapping (key: value)'] });
  });

  test('knows no key that all objects have', () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const hostile = JSON.parse(`{"${key}": {"a": true}}`);
      expect(read(shape, hostile).mistakes, key).toEqual([`x: ${key} unknown, not a,b`]);
      expect(fits(shape, hostile)).toBe(false);
    }
  });
});
