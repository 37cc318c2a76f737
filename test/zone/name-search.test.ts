import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asciiOctets } from '../../src/base/octets.ts';
import { nameFromText, nameText } from '../../src/dns/name.ts';
import { buildZone } from '../../src/zone/build.ts';
import { checkZone } from '../../src/zone/checks.ts';
import { classifyNames, NAME_KIND } from '../../src/zone/cuts.ts';
import { type NameMatch, NameSearch } from '../../src/zone/name-search.ts';
import { readZone } from '../../src/zone/reader/reader.ts';
import { memoryOpener } from '../../src/zone/reader/source.ts';
import type { Zone } from '../../src/zone/zone.ts';

const HEAD = '$TTL 60\n@ SOA ns1 h 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.1\n';

function zoneOf(lines: readonly string[]): Zone {
  const text = asciiOctets(`${HEAD}${lines.join('\n')}\n`);
  const file = readZone(memoryOpener({ zone: text }), 'zone', { origin: nameFromText('example') });
  return buildZone(file.records, file.origin, file.class).zone;
}

/** The match, with the name's text. */
function shown(zone: Zone, match: NameMatch): string {
  return match.kind === 'found' ? nameText(zone.octets, zone.nameOwner[match.name]!) : match.kind;
}

describe('looking a name up', () => {
  const zone = zoneOf(['a.b.c TXT x', '*.w TXT x', 'sub.w TXT x', 'D TXT x', '\\000.z TXT x', '*.deep.w2 TXT x']);
  const search = new NameSearch(zone);

  test.each([
    ['the apex', 'example', 'example.'],
    ['a name that is there', 'a.b.c.example', 'a.b.c.example.'],
    ['a name in another case', 'd.EXAMPLE', 'D.example.'],
    ['an empty non-terminal', 'b.c.example', 'empty'],
    ['a name below one that is there', 'x.d.example', 'none'],
    ['a name that is not there', 'x.example', 'none'],
    ['a name out of the zone', 'example.test', 'outside'],
    ['a name above the zone', '.', 'outside'],
    ['a name that ends alike', 'xexample', 'outside'],
    ['a name that a wildcard stands for', 'x.w.example', '*.w.example.'],
    ['a name far below a wildcard', 'z.y.x.w.example', '*.w.example.'],
    ['the wildcard itself', '*.w.example', '*.w.example.'],
    ['a name below one that is there beside a wildcard', 'x.sub.w.example', 'none'],
    ['a name beside the empty non-terminal above a wildcard', 'x.w2.example', 'none'],
    ['a name below that wildcard', 'x.deep.w2.example', '*.deep.w2.example.'],
    ['a name before all of its ancestor', '\\000.\\000.z.example', 'none'],
  ])('%s', (_, name, found) => {
    expect(shown(zone, search.find(nameFromText(name), 0))).toBe(found);
  });
});

test('what is found is what RFC 4592 §3.3.1 asks for, in any zone', () => {
  const label = fc.constantFrom('a', 'b', 'A', '*', '\\000', '\\001', 'ab');
  const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 12 }), fc.array(name, { maxLength: 8 }), (owners, targets) => {
      const zone = zoneOf(owners.map((owner) => `${owner} TXT x`));
      const search = new NameSearch(zone);
      const there = new Set(['ns1', ...owners].map((owner) => owner.toLowerCase()));
      const exists = (wanted: string) => [...there].some((owner) => owner === wanted || owner.endsWith(`.${wanted}`));
      for (const target of targets) {
        const match = search.find(nameFromText(`${target}.example`), 0);
        const lower = target.toLowerCase();
        const labels = lower.split('.');
        let skip = 1;
        while (skip < labels.length && !exists(labels.slice(skip).join('.'))) skip++;
        const wildcard = ['*', ...labels.slice(skip)].join('.');
        const expected = there.has(lower)
          ? `${lower}.example.`
          : exists(lower)
            ? 'empty'
            : there.has(wildcard)
              ? `${wildcard}.example.`
              : 'none';
        expect(shown(zone, match).toLowerCase()).toBe(expected);
      }
    }),
    { numRuns: 300 },
  );
});

test('a name is told to lie below a cut exactly if an ancestor is one, or lies below one', () => {
  const zone = zoneOf(['a.d NS ns1', 'x.y.a.d A 192.0.2.1', 'e.f.g A 192.0.2.1', 'z DNAME test.', 'x.z A 192.0.2.1']);
  const kinds = classifyNames(zone);
  const search = new NameSearch(zone);
  const isBelow = (name: string) => search.isBelowCut(search.find(nameFromText(`${name}.example`), 0), kinds);
  expect(['b.a.d', 'y.a.d', 'b.y.a.d', 'c.b.x.y.a.d', 'w.x.z'].map(isBelow)).toEqual([true, true, true, true, true]);
  expect(['b.d', 'd', 'f.g', 'a.f.g', 'a.e.f.g', 'q'].map(isBelow)).toEqual([false, false, false, false, false, false]);
  expect(kinds).toContain(NAME_KIND.occluded);
});

test('deep targets that are not there cost no more than their length', () => {
  const deep = 'b.'.repeat(115);
  const zone = zoneOf(Array.from({ length: 20_000 }, (_, i) => `d${i} NS ${deep}c${i}`));
  const before = process.cpuUsage();
  expect(checkZone(zone)).toHaveLength(21);
  expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
}, 120_000);
