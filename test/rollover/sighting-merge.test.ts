import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Look, mergeSighting, mergeSightings, mergeZoneSightings } from '../../src/rollover/sighting-merge.ts';
import type { Sighting } from '../../src/rollover/world.ts';

const SEEN = ['present', 'absent', 'mixed', 'unknown'] as const;

/** What was seen at 1, 2, 3, …, as the last sighting tells it. */
function history(...seen: readonly Sighting['seen'][]): Sighting {
  const looks = seen.map((one): Look => ({ seen: one, dissent: [] }));
  return looks.reduce<Sighting | undefined>((before, look, i) => mergeSighting(before, look, i + 1), undefined)!;
}

describe('since when something is seen', () => {
  test('is the first look that showed it', () => {
    expect(history('present')).toEqual({ seen: 'present', since: 1, dissent: [] });
    expect(history('present', 'present', 'present').since).toBe(1);
    expect(history('absent', 'present', 'present').since).toBe(2);
  });

  test.each(SEEN)('starts anew after anything else, that nobody could be asked included: %s', (seen) => {
    for (const between of SEEN.filter((other) => other !== seen)) {
      expect(history(seen, between, seen, seen), between).toMatchObject({ seen, since: 3 });
    }
  });

  test('starts anew where the clock was set back', () => {
    const later: Sighting = { seen: 'present', since: 1000, dissent: [] };
    expect(mergeSighting(later, { seen: 'present', dissent: [] }, 10).since).toBe(10);
    expect(mergeSighting(later, { seen: 'present', dissent: [] }, 1000).since).toBe(1000);
  });

  test('is the beginning of the last run of equal looks', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...SEEN), { minLength: 1 }), (seen) => {
        const last = seen.at(-1)!;
        const before = seen.findLastIndex((one) => one !== last);
        expect(history(...seen)).toMatchObject({ seen: last, since: before + 2 });
      }),
    );
  });
});

test('the dissent is that of the last look', () => {
  const before = mergeSighting(undefined, { seen: 'unknown', dissent: ['a: no answer'] }, 1);
  const now = mergeSighting(before, { seen: 'unknown', dissent: ['b: no answer'] }, 2);
  expect(now).toEqual({ seen: 'unknown', since: 1, dissent: ['b: no answer'] });
});

test('each key has its own, and one that was not looked for has none', () => {
  const present: Look = { seen: 'present', dissent: [] };
  const first = mergeSightings(undefined, { a: present, b: present }, 1);
  const second = mergeSightings(first, { a: present, c: present, constructor: present }, 2);
  expect(Object.fromEntries(Object.entries(second).map(([id, { since }]) => [id, since]))).toEqual({
    a: 1,
    c: 2,
    constructor: 2,
  });
});

test('the kinds of records of a zone do not mix', () => {
  const look = (seen: Sighting['seen']) => ({ k: { seen, dissent: [] } });
  const looks = { dnskey: look('present'), krrsig: look('absent'), zrrsig: look('mixed') };
  const first = mergeZoneSightings(undefined, looks, 1);
  const second = mergeZoneSightings(first, { ...looks, krrsig: look('present') }, 2);
  expect([second.dnskey, second.krrsig, second.zrrsig].map(({ k }) => [k!.seen, k!.since])).toEqual([
    ['present', 1],
    ['present', 2],
    ['mixed', 1],
  ]);
});
