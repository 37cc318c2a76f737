import { expect, test } from 'vitest';
import { buildZone } from '../../src/zone/build.ts';
import { coveredType, findRrset, findSignatures } from '../../src/zone/zone.ts';
import { readText, SOA } from './reader/reading.ts';

const RRSIG = (covered: number) =>
  `RRSIG TYPE${covered} 13 1 60 20300101000000 20200101000000 1 example. ${'A'.repeat(86)}==`;

test.each([1, 2, 7, 8, 9, 30, 500])('among %i types and their signatures each one is found, and no other', (count) => {
  const types = Array.from({ length: count }, (_, i) => 60_000 + i * 3);
  const lines = types.map((type) => `a 5 TYPE${type} \\# 0\na 5 ${RRSIG(type)}\n`);
  const file = readText(`${SOA}${lines.join('')}b 5 A 192.0.2.1\n`);
  const { zone } = buildZone(file.records, file.origin, file.class);
  for (let type = 59_995; type < 60_000 + count * 3 + 5; type++) {
    const rrset = findRrset(zone, 1, type);
    const signatures = findSignatures(zone, 1, type);
    const isThere = types.includes(type);
    expect([rrset >= 0, signatures >= 0]).toEqual([isThere, isThere]);
    if (!isThere) continue;
    expect(zone.rrsetType[rrset]).toBe(type);
    expect([zone.rrsetType[signatures], coveredType(zone, zone.rrsetFirst[signatures]!)]).toEqual([46, type]);
  }
  expect(findRrset(zone, 1, 46)).toBe(zone.nameFirst[1]);
  expect([findRrset(zone, 2, 46), findSignatures(zone, 2, 1), findSignatures(zone, 0, 6)]).toEqual([-1, -1, -1]);
});
