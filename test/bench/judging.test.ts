import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../bench/arguments.mjs';
import { againstPeers, againstReference, verdict } from '../../bench/judging.mjs';
import { insertReport, printRow, printVerdicts } from '../../bench/report.mjs';
import { median } from '../../bench/running.mjs';
import type { Result, RowReport } from '../../bench/types.ts';

const result = (name: string, wall: number, memory: number, more: Partial<Result> = {}): Result => {
  const cost = { wall, cpu: wall, memory, others: 0 };
  const rest = { threads: undefined, count: 100, perSecond: 100 / wall, problem: undefined };
  return { name, ours: name === 'dnssec', runs: [cost], median: cost, ...rest, ...more };
};

describe('a verdict', () => {
  it('is ok at the target, floor between target and floor, open beyond', () => {
    const limit = { target: 0.5, floor: 0.7 };
    const state = (value: number | undefined) => verdict('wall', 'peer', value, 'at most', limit).state;
    expect([0.5, 0.51, 0.7, 0.71, undefined].map(state)).toEqual(['ok', 'floor', 'floor', 'open', 'open']);
  });

  it('turns round where more is better', () => {
    const state = (value: number) => verdict('rate', 'openssl', value, 'at least', { target: 0.65 }).state;
    expect([0.65, 0.64].map(state)).toEqual(['ok', 'open']);
  });

  it('takes time from the fastest peer and memory from the leanest', () => {
    const judge = againstPeers({ wall: { target: 0.5 } });
    const verdicts = judge([result('dnssec', 2, 60), result('fast', 4, 100), result('lean', 8, 30)]);
    expect(verdicts.map(({ against, value }) => [against, value])).toEqual([
      ['fast', 0.5],
      ['lean', 2],
    ]);
  });

  it('counts no peer that did not do the work, and not ourselves if we did not', () => {
    const judge = againstPeers({ wall: { target: 0.5 } });
    const wrong = result('wrong', 1, 1, { problem: '3 signatures' });
    expect(judge([result('dnssec', 2, 60), wrong, result('right', 4, 60)])[0]).toMatchObject({ value: 0.5 });
    const failed = result('dnssec', 2, 60, { problem: 'exit code 1' });
    expect(judge([failed, result('right', 4, 60)])[0]).toMatchObject({ value: undefined, state: 'open' });
  });

  it('holds a rate against what OpenSSL reaches', () => {
    const judge = againstReference(0.65);
    expect(judge([result('dnssec', 1, 1)], [{ name: 'openssl speed', perSecond: 200 }])[0]?.value).toBe(0.5);
  });
});

describe('the median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe('the report', () => {
  const row: RowReport = {
    id: 'host',
    title: 'signing',
    counted: 'signatures',
    results: [result('dnssec', 0.25, 5e6), result('peer', 2, 1e7, { threads: 2 })],
    references: [],
    verdicts: [verdict('wall', 'peer', 0.125, 'at most', { target: 0.5 })],
    notes: [],
  };

  it('lists each program with time, span, memory and rate', () => {
    const text = printRow(row);
    expect(text).toMatch(/\| dnssec +\| +250 ms \| 250 ms – 250 ms \| +250 ms \| +5 MB \| +100 \| +400 \|/);
    expect(text).toContain('| peer (2 threads) |');
  });

  it('lists each target with what it is held against', () => {
    expect(printVerdicts([row])).toMatch(/\| host \| +wall \| +peer \| +0\.13 \| +≤ 0\.50 \| +ok \|/);
  });

  it('says when other programs had a part of the processors', () => {
    const [run] = row.results[0]?.runs ?? [];
    const disturbed = { ...row, results: [{ ...result('dnssec', 1, 1), runs: [{ ...run!, wall: 2, others: 0.3 }] }] };
    expect(printRow(disturbed)).toContain('other programs took up to 30 %');
    expect(printRow(row)).not.toContain('other programs');
  });

  it('takes the place of the last one in docs/performance.md', () => {
    const path = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));
    const document = readFileSync(path, 'utf8');
    const once = insertReport(document, 'NEW');
    expect(once).toContain('-->\n\nNEW\n\n<!--');
    expect(insertReport(once, 'NEW')).toBe(once);
    expect(once.split('\n')[0]).toBe(document.split('\n')[0]);
    expect(() => insertReport('no marks', 'NEW')).toThrow('needs the lines');
  });

  it('says why a row was not measured', () => {
    const failed = { ...row, problem: 'no keys' };
    expect(printRow(failed)).toContain('Not measured: no keys');
    expect(printVerdicts([failed])).toMatch(/not measured .* open/);
  });
});

describe('the arguments', () => {
  it('bound the size of zones, and make them smaller when it is to be quick', () => {
    expect(parseArguments([]).scale.names(100_000)).toBe(100_000);
    expect(parseArguments(['--quick']).scale.names(100_000)).toBe(10_000);
    expect(parseArguments(['--names', '100']).scale.names(100_000)).toBe(100);
  });

  it('are refused where they are no numbers or unknown', () => {
    expect(() => parseArguments(['--runs', 'many'])).toThrow('--runs takes a whole number');
    expect(() => parseArguments(['--fast'])).toThrow('--fast');
  });
});
