import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OctetWriter } from '../../src/base/octets.ts';
import { appendSortKey, compareNames, nameFromText, nameText } from '../../src/dns/name.ts';
import { compareKeys, orderKeys } from '../../src/zone/name-order.ts';

function keysOf(names: readonly Uint8Array[]): { keys: Uint8Array; start: Uint32Array } {
  const out = new OctetWriter();
  const start = new Uint32Array(names.length + 1);
  names.forEach((name, i) => {
    start[i] = out.length;
    appendSortKey(name, 0, 0, out);
  });
  start[names.length] = out.length;
  return { keys: out.view(), start };
}

/** The order that the language's own sort gives, which is stable. */
function expectedOrder(names: readonly Uint8Array[]): number[] {
  return names.map((_, i) => i).sort((a, b) => compareNames(names[a]!, 0, names[b]!, 0) || a - b);
}

function order(names: readonly Uint8Array[]): number[] {
  const { keys, start } = keysOf(names);
  const result = orderKeys(keys, start, names.length);
  return result === undefined ? names.map((_, i) => i) : [...result];
}

const name = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 6 }), { maxLength: 4 })
  .map((labels) => Uint8Array.from([...labels.flatMap((label) => [label.length, ...label]), 0]));

describe('canonical order of names (RFC 4034 §6.1)', () => {
  test('is that of the RFC', () => {
    const texts = ['example', 'a.example', 'yljkjljk.a.example', 'Z.a.example', 'zABC.a.EXAMPLE', 'z.example'];
    texts.push('\\001.z.example', '*.z.example', '\\200.z.example');
    const names = texts.map(nameFromText);
    expect(order(names)).toEqual(names.map((_, i) => i));
    expect(order([...names].reverse())).toEqual(names.map((_, i) => names.length - 1 - i));
  });

  test('any names are ordered as by comparing them, equal ones as they came', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 200 }), (names) => {
        expect(order(names)).toEqual(expectedOrder(names));
      }),
      { numRuns: 200 },
    );
  });

  test('ascending names are told as such', () => {
    const names = ['a', 'a', 'b.a', 'c'].map(nameFromText);
    const { keys, start } = keysOf(names);
    expect(orderKeys(keys, start, 4)).toBeUndefined();
    expect(compareKeys(keys, start, 0, 1)).toBe(0);
    expect(orderKeys(keys, start, 0)).toBeUndefined();
  });

  const shapes: Readonly<Record<string, (i: number, count: number) => string>> = {
    falling: (i, count) => `n${String(count - i).padStart(8, '0')}`,
    'a few runs': (i, count) => `n${String((i * 7) % count).padStart(8, '0')}`,
    'an organ pipe': (i, count) => `n${String(Math.min(i, count - i)).padStart(8, '0')}`,
    'a long common prefix': (i, count) => `${'p'.repeat(50)}${(i * 7919) % count}.${'q'.repeat(60)}.${'r'.repeat(60)}`,
    'few different ones': (i) => `n${(i * 31) % 5}`,
    'each below the one before': (i) => Array.from({ length: 1 + ((i * 37) % 100) }, () => 'a').join('.'),
    'pivots that a median of nine picks badly': (i, count) =>
      `n${String(i % 2 === 0 ? i : count + (i % 64)).padStart(8, '0')}`,
  };

  test.each(Object.entries(shapes))('%s: right, and in time n log n', (_, shape) => {
    const count = 20_000;
    const names = Array.from({ length: count }, (_, i) => nameFromText(shape(i, count)));
    const { keys, start } = keysOf(names);
    const result = orderKeys(keys, start, count) ?? Uint32Array.from(names, (_, i) => i);
    expect(new Set(result).size).toBe(count);
    for (let i = 1; i < count; i++) {
      const [a, b] = [result[i - 1]!, result[i]!];
      const difference = compareKeys(keys, start, a, b);
      if (difference > 0 || (difference === 0 && a > b)) {
        expect.fail(`${nameText(names[a]!)} stands before ${nameText(names[b]!)}`);
      }
    }
  });

  test('a range whose pivots stay bad is still right', () => {
    // Numbers that a quicksort with this median of nine divides worst: built by letting it choose (McIlroy 1999).
    const count = 4000;
    const values = adversary(count);
    const names = values.map((v) => nameFromText(`n${String(v).padStart(7, '0')}`));
    expect(order(names)).toEqual(expectedOrder(names));
  });
});

/** Values that are small at each place where the median of nine looks, over and over. */
function adversary(count: number): number[] {
  const values = new Array<number>(count).fill(count);
  let next = 0;
  for (let to = count; to > 12; to -= 4) {
    const step = to >>> 3;
    const middle = to >>> 1;
    for (const at of [
      0,
      step,
      2 * step,
      middle - step,
      middle,
      middle + step,
      to - 1 - 2 * step,
      to - 1 - step,
      to - 1,
    ]) {
      if (values[at] === count) values[at] = next++;
    }
  }
  return values;
}
