/** Signing again: after edits, when nothing is due, with a new salt. */
import { copyFileSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { printTimestamp } from '../../src/base/time.ts';
import { PROGRAM } from '../e2e/processes.ts';
import { describePeers } from './peers.ts';
import { SIGNING_PEERS, Workshop } from './signing-workshop.ts';
import { anyZone, type TestZone, ZONES } from './signing-zones.ts';

// Hundreds of processes, on a machine that may have other work to do.
vi.setConfig({ testTimeout: 300_000 });

let shop: Workshop;

beforeAll(() => {
  shop = new Workshop();
});
afterAll(() => shop.remove());

/** Signs text into `output`, which may hold the previous signed zone. */
function sign(zone: TestZone, output: string, flags: readonly string[]): string {
  const keys = shop.keys(zone.origin, ['15']);
  const input = shop.write('zone', zone.text);
  const args = ['sign', '-K', keys, '-o', zone.origin, '-f', output, ...flags, input];
  return shop.must(process.execPath, [PROGRAM, ...args]);
}

function ofType(records: readonly string[], type: string): readonly string[] {
  return records.filter((record) => record.split(' ')[3] === type);
}

function serialOf(records: readonly string[]): number {
  return Number(ofType(records, 'SOA')[0]!.split(' ')[6]);
}

/** What a signature covers: owner, type, labels, TTL. */
function coverOf(signature: string): string {
  const [owner, ttl, , , covered, , labels] = signature.split(' ');
  return [owner, ttl, covered, labels].join(' ');
}

/** Everything that a signature depends on but the key and the times: the RRset. */
function rrsetOf(records: readonly string[], signature: string): string {
  const [owner, , , , covered] = signature.split(' ');
  return records.filter((record) => record.startsWith(`${owner} `) && record.split(' ')[3] === covered).join('\n');
}

const DENIALS = [
  ['NSEC', ['--nsec']],
  ['NSEC3', ['-3', 'AABBCCDD']],
  ['NSEC3 with opt-out', ['-3', 'AABBCCDD', '-A']],
] as const;

/**
 * Signs `before`, then `after` over it, and `after` in full over a copy. The second run must come to the records of
 * the full one, keep each signature whose RRset stayed, make each other one anew, and raise the serial.
 */
function renew(before: TestZone, after: TestZone, flags: readonly string[], flagsBefore = flags): void {
  const { origin } = before;
  const renewed = shop.path('renewed');
  sign(before, renewed, ['-s', 'now-2d', '-e', 'now+25d', ...flagsBefore]);
  const first = shop.records(renewed, origin);
  const full = shop.path('full');
  copyFileSync(renewed, full);
  sign(after, renewed, flags);
  sign(after, full, ['--full', ...flags]);
  const second = shop.records(renewed, origin);
  const isSignature = (record: string) => record.split(' ')[3] === 'RRSIG';
  expect(second.filter((r) => !isSignature(r))).toEqual(shop.records(full, origin).filter((r) => !isSignature(r)));
  expect(ofType(second, 'RRSIG').map(coverOf)).toEqual(ofType(shop.records(full, origin), 'RRSIG').map(coverOf));
  expect(serialOf(second)).toBeGreaterThan(serialOf(first));

  const old = new Map(ofType(first, 'RRSIG').map((signature) => [coverOf(signature), signature]));
  for (const signature of ofType(second, 'RRSIG')) {
    const known = old.get(coverOf(signature));
    const stayed = known !== undefined && rrsetOf(first, known) === rrsetOf(second, signature);
    expect([signature, stayed]).toEqual([signature, known === signature]);
  }
  expect([...shop.refusals(renewed, origin).keys()].filter((program) => program !== 'kzonecheck')).toEqual([]);
}

/** The sample zone with a bit of everything changed. */
function edit(zone: TestZone): TestZone {
  const edited = zone.text
    .replace(/^fixed\.any .*$/m, '')
    .replace('192.0.2.80', '192.0.2.81')
    .replace(/^insecure +NS /m, `insecure DS 12345 13 2 ${'AB'.repeat(32)}\ninsecure NS `)
    .replace('v=spf1 mx -all', 'v=spf1 -all');
  return { ...zone, text: `${edited}\nadded.deep.down A 192.0.2.33\nnew-delegation NS ns1\n*.new-wild TXT "x"\n` };
}

describePeers('a signed zone after edits', SIGNING_PEERS, () => {
  const sample = ZONES[0]!;

  test.each(DENIALS)('is what a full signing makes of it, with every fresh signature kept: %s', (_, flags) => {
    renew(sample, edit(sample), flags);
    renew(edit(sample), sample, flags);
  });

  test.each([
    ['from NSEC to NSEC3', ['--nsec'], ['-3', 'AABBCCDD']],
    ['from NSEC3 to NSEC', ['-3', 'AABBCCDD'], ['--nsec']],
    ['to opt-out', ['-3', 'AABBCCDD'], ['-3', 'AABBCCDD', '-A']],
    ['from opt-out', ['-3', 'AABBCCDD', '-A'], ['-3', 'AABBCCDD']],
    ['to another salt', ['-3', 'AABBCCDD'], ['-3', 'DDCCBBAA']],
    ['to another number of iterations', ['-3', 'AABBCCDD', '-H', '2'], ['-3', 'AABBCCDD']],
  ])('and after a change of the chain likewise: %s', (_, flagsBefore, flags) => {
    renew(sample, sample, flags, flagsBefore);
    renew(sample, edit(sample), flags, flagsBefore);
  });

  test('and after a change of TTLs likewise', () => {
    const slower = { ...sample, text: sample.text.replace('$TTL 1h', '$TTL 2h') };
    for (const [, flags] of DENIALS) renew(sample, slower, flags);
  });

  test('random zones after random edits likewise', () => {
    fc.assert(
      fc.property(anyZone, anyZone, fc.constantFrom(...DENIALS), (before, after, [, flags]) => {
        renew(before, { ...before, text: `${merge(before.text, after.text)}always-new A 192.0.2.9\n` }, flags);
      }),
      { seed: 4242, numRuns: 12 },
    );
  });
});

/** Drops every third name of a zone and takes over the names of another that it does not have. */
function merge(text: string, other: string): string {
  const [head, names] = split(text);
  const [, others] = split(other);
  const kept = [...names].filter((_, i) => i % 3 !== 2);
  const owners = new Set(kept.map(([owner]) => owner.toLowerCase()));
  const added = [...others].filter(([owner]) => !owners.has(owner.toLowerCase()));
  return [...head, ...kept.flatMap(([, lines]) => lines), ...added.flatMap(([, lines]) => lines), ''].join('\n');
}

/** The apex of a random zone, and the records of each further name. */
function split(text: string): readonly [readonly string[], ReadonlyMap<string, readonly string[]>] {
  const lines = text.trimEnd().split('\n');
  const names = new Map<string, string[]>();
  for (const line of lines.slice(5)) {
    const owner = line.split(' ')[0]!;
    names.set(owner, [...(names.get(owner) ?? []), line]);
  }
  return [lines.slice(0, 5), names];
}

describePeers('signing a zone again', SIGNING_PEERS, () => {
  const sample = ZONES[0]!;

  describe.each(DENIALS)('%s', (_, flags) => {
    test('when nothing is due leaves the file as it is, to its time', () => {
      const output = shop.path('signed');
      sign(sample, output, flags);
      utimesSync(output, 1_700_000_000, 1_700_000_000);
      const before = readFileSync(output);
      const { ino } = statSync(output);
      expect(sign(sample, output, flags)).toMatch(/nothing is due/);
      expect(readFileSync(output).equals(before)).toBe(true);
      expect(statSync(output)).toMatchObject({ mtimeMs: 1_700_000_000_000, ino });
    });
  });

  test('renews what has less left than the refresh time, and only that', () => {
    const output = shop.path('signed');
    sign(sample, output, ['-s', 'now-20d', '-e', 'now+9d']);
    const first = shop.records(output, sample.origin);
    expect(sign(sample, output, ['-i', '8d'])).toMatch(/nothing is due/);
    sign(sample, output, ['-i', '10d']);
    const second = shop.records(output, sample.origin);
    expect(serialOf(second)).toBe(serialOf(first) + 1);
    const stayed = ofType(second, 'RRSIG').filter((signature) => first.includes(signature));
    expect(stayed).toEqual([]);
    expect([...shop.refusals(output, sample.origin)]).toEqual([]);
  });

  test('with -3 random draws a new salt of 16 digits each time, and so makes a new chain', () => {
    const output = shop.path('signed');
    const salts = [1, 2, 3].map(() => {
      sign(sample, output, ['-3', 'random', '-A', '-N', 'increment']);
      const records = shop.records(output, sample.origin);
      const salt = ofType(records, 'NSEC3PARAM')[0]!.split(' ')[7]!;
      expect(salt).toMatch(/^[0-9A-F]{16}$/);
      for (const record of ofType(records, 'NSEC3')) expect(record.split(' ')[7]).toBe(salt);
      expect([...shop.refusals(output, sample.origin)]).toEqual([]);
      return { salt, serial: serialOf(records) };
    });
    expect(new Set(salts.map(({ salt }) => salt)).size).toBe(3);
    expect(salts.map(({ serial }) => serial - salts[0]!.serial)).toEqual([0, 1, 2]);
  });

  test('keeps what dnssec-signzone signed, and has it renewed by dnssec-signzone in turn', () => {
    const keys = shop.keys(sample.origin, ['15']);
    const output = shop.path('signed');
    const now = Math.floor(Date.now() / 1000);
    const times = ['-s', printTimestamp(now - 3600), '-e', printTimestamp(now + 25 * 86_400)];
    const theirs = shop.signTheirs(sample, keys, ['-x', '-3', 'AABBCCDDAABBCCDD', ...times]);
    writeFileSync(output, readFileSync(theirs));
    const first = shop.records(output, sample.origin);
    // Without -3: the salt stays too, since it has the length that ours would have.
    sign({ ...sample, text: `${sample.text}\nadded A 192.0.2.33\n` }, output, []);
    const second = shop.records(output, sample.origin);
    const kept = ofType(second, 'RRSIG').filter((signature) => first.includes(signature));
    // All but those of the SOA, of the new name, and of the two NSEC3 records that change or come for it.
    expect(ofType(second, 'RRSIG').length - kept.length).toBe(4);
    const third = shop.records(
      shop.signTheirs({ ...sample, text: readFileSync(output, 'latin1') }, keys, [
        '-x',
        '-3',
        'AABBCCDDAABBCCDD',
        ...times,
      ]),
      sample.origin,
    );
    expect(ofType(third, 'RRSIG').filter((signature) => second.includes(signature)).length).toBeGreaterThan(30);
    expect([...shop.refusals(output, sample.origin)]).toEqual([]);
  });
});
