import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FINDING_KINDS } from '../../src/verify/findings.ts';
import { DEFECTS, ODDITIES } from '../invalid/defects.ts';

/** Kinds that the page explains under a heading. */
function explained(heading: string): readonly string[] {
  const page = readFileSync(new URL('../../docs/verifying.md', import.meta.url), 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`([a-z0-9-]+)`/g)].map(([, kind]) => kind!));
}

function kindsOf(severity: string): readonly string[] {
  return Object.entries(FINDING_KINDS)
    .filter(([, value]) => value === severity)
    .map(([kind]) => kind);
}

test.each([
  ['Errors', 'error'],
  ['Warnings', 'warning'],
])('docs/verifying.md explains each kind under %s, and no other', (heading, severity) => {
  expect([...explained(heading)].sort()).toEqual([...kindsOf(severity)].sort());
});

test('every kind of error has a zone with that defect, or is tested by its own means', () => {
  // DS records are no part of the zone; of the rest the reader lets nothing through, or nobody can make it.
  const others = ['no-soa', 'ds-mismatch', 'ds-algorithm-missing', 'signature-malformed', 'nsec3-malformed'];
  others.push('nsec3-collision');
  const met = new Set([...DEFECTS, ...ODDITIES].flatMap(({ expect: kinds }) => kinds as readonly string[]));
  expect(kindsOf('error').filter((kind) => !met.has(kind))).toEqual(others);
});
