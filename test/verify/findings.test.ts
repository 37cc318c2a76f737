import { describe, expect, test } from 'vitest';
import { countFindings, FindingLog, printFinding } from '../../src/verify/findings.ts';
import { zoneFromText } from '../invalid/verify-text.ts';
import { ZoneLines } from '../invalid/zone-lines.ts';

const zone = zoneFromText(ZoneLines.read('nsec').text);

describe('a log of findings', () => {
  test('keeps as many errors as its limit, and counts all', () => {
    const log = new FindingLog(zone, 3);
    for (let i = 0; i < 10; i++) log.report('unsigned', 0, 1, () => `number ${i}`);
    const batch = log.take();
    expect(batch.findings.map(({ reason }) => reason)).toEqual(['number 0', 'number 1', 'number 2']);
    expect(batch.counts).toEqual({ unsigned: 10 });
  });

  test('makes the text of kept findings only', () => {
    const log = new FindingLog(zone, 1);
    let made = 0;
    for (let i = 0; i < 1000; i++) log.report('unsigned', 0, 1, () => `${++made}`);
    expect(made).toBe(1);
  });

  test('never lets warnings crowd out an error', () => {
    const log = new FindingLog(zone, 1);
    for (let i = 0; i < 1000; i++) log.report('denial-ttl', 0, 47, () => 'odd');
    log.report('unsigned', 0, 1, () => 'wrong');
    const { findings, counts } = log.take();
    expect(findings.filter(({ severity }) => severity === 'error')).toHaveLength(1);
    expect(findings.length).toBeLessThan(10);
    expect(counts['denial-ttl']).toBe(1000);
  });

  test('absorbs what others found, up to the same limit', () => {
    const log = new FindingLog(zone, 3);
    for (let part = 0; part < 4; part++) {
      const other = new FindingLog(zone, 3);
      for (let i = 0; i < 2; i++) other.report('unsigned', 0, 1, () => `${part} ${i}`);
      for (let i = 0; i < 4; i++) other.report('denial-ttl', 0, 47, () => `${part} ${i}`);
      log.absorb(other.take());
    }
    const { findings, counts } = log.take();
    expect(findings.filter(({ severity }) => severity === 'error').map(({ reason }) => reason)).toEqual([
      '0 0',
      '0 1',
      '1 0',
    ]);
    expect(findings.filter(({ severity }) => severity === 'warning')).toHaveLength(5);
    expect(counts).toEqual({ unsigned: 8, 'denial-ttl': 16 });
  });

  test('counts severities', () => {
    expect(countFindings({ unsigned: 2, 'no-soa': 1, 'denial-ttl': 5 }, 'error')).toBe(3);
    expect(countFindings({ unsigned: 2, 'no-soa': 1, 'denial-ttl': 5 }, 'warning')).toBe(5);
  });
});

describe('a finding', () => {
  test('has its owner, type, line and key tag, and is one sentence', () => {
    const log = new FindingLog(zone, 1);
    const name = [...zone.nameOwner].findIndex((at) => zone.octets[at + 1] === 0x77 && zone.octets[at + 2] === 0x77);
    log.report('signature-wrong', name, 16, () => 'the signature does not verify', 4, 4711);
    const [finding] = log.take().findings;
    expect(finding).toEqual({
      kind: 'signature-wrong',
      severity: 'error',
      owner: 'www.example',
      type: 'TXT',
      reason: 'the signature does not verify',
      keyTag: 4711,
      line: zone.line[4],
    });
    expect(printFinding(finding!)).toBe('www.example TXT: the signature does not verify');
  });
});
