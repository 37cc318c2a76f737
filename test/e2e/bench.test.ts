import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canMeasure } from '../../bench/measuring.mjs';
import { ROWS } from '../../bench/rows.mjs';
import type { Report } from '../../bench/types.ts';
import { describeWhere, hasPeer } from '../interop/peers.ts';

const PEERS = [
  ...['dnssec-keygen', 'dnssec-signzone', 'dnssec-verify', 'named-checkzone'],
  ...['kzonesign', 'keymgr', 'ldns-signzone', 'ldns-verify-zone', 'openssl'],
];
const missing = [
  ...PEERS.filter((name) => !hasPeer(name)).map((name) => `${name} is not installed`),
  ...(canMeasure ? [] : ['GNU time is not installed']),
];

// Tiny zones, one run: that it works and what it says, never how fast.
describeWhere('the benchmark', missing, () => {
  const bench = fileURLToPath(new URL('../../bench/run.mjs', import.meta.url));
  let directory: string;
  let output: string;
  let report: Report;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'dnssec-test-'));
    const json = join(directory, 'run.json');
    const argv = [bench, '--names', '20', '--runs', '1', '--seconds', '1', '--directory', directory, '--json', json];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    expect({ status, stderr, problems: stdout.match(/.*(?:exit code|not measured|Not measured).*/g) }).toEqual({
      status: 0,
      stderr: '',
      problems: null,
    });
    output = stdout;
    report = JSON.parse(readFileSync(json, 'utf8')) as Report;
  }, 300_000);
  afterAll(() => rmSync(directory, { recursive: true }));

  it('measures every row', () => {
    expect(report.rows.map(({ id }) => id)).toEqual(ROWS.map(({ id }) => id));
    expect(report.rows.filter(({ problem }) => problem !== undefined)).toEqual([]);
  });

  it('has a time, a processor time and a peak of memory for each run of ours', () => {
    for (const { id, results } of report.rows) {
      const ours = results.filter((result) => result.ours);
      expect(ours.length, id).toBeGreaterThan(0);
      for (const { runs } of ours)
        for (const { wall, cpu, memory } of runs) {
          expect(wall, id).toBeGreaterThan(0);
          expect(cpu, id).toBeGreaterThan(0);
          expect(memory, id).toBeGreaterThan(1e6);
        }
    }
  });

  it('lets all three peers sign, and finds complete signings', () => {
    const row = report.rows.find(({ id }) => id === 'host-p256');
    const peers = row?.results.map(({ name, problem, count }) => [name, problem ?? 'complete', count]);
    expect(peers).toEqual(
      ['dnssec', 'dnssec-signzone', 'kzonesign', 'ldns-signzone'].map((name) => [name, 'complete', 74]),
    );
    expect(row?.references[0]?.perSecond).toBeGreaterThan(100);
    expect(Object.keys(row?.stages ?? {})).toContain('sign');
  });

  it('tells versions, processor and what every row is held against', () => {
    expect(output).toContain(report.machine.processor);
    for (const { id, verdicts } of report.rows) {
      expect(verdicts.length, id).toBeGreaterThan(0);
      expect(output).toContain(`| ${id} `);
    }
    expect(Object.values(report.programs)).not.toContain('unknown');
    expect(Object.values(report.programs)).not.toContain('not installed');
  });

  it('leaves no files behind', () => {
    expect(readdirSync(directory)).toEqual(['run.json']);
  });
});
