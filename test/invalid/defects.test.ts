import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/verify/findings.ts';
import { DEFECTS, defectiveZone, ODDITIES } from './defects.ts';
import { verifyText } from './verify-text.ts';
import { WHEN, ZoneLines } from './zone-lines.ts';

function kinds(findings: readonly Finding[], severity: Finding['severity']): readonly string[] {
  return [...new Set(findings.filter((finding) => finding.severity === severity).map(({ kind }) => kind))].sort();
}

describe('a correctly signed zone', () => {
  test.each(['nsec', 'nsec3', 'opt-out', 'zonemd'] as const)('has no findings: %s', async (fixture) => {
    const report = await verifyText(ZoneLines.read(fixture).text, WHEN);
    expect(report.findings).toEqual([]);
    expect(report.statistics.signatures).toBeGreaterThan(20);
  });
});

describe('one defect is found, and nothing else:', () => {
  test.each(DEFECTS.map((defect) => [`${defect.name} (${defect.base})`, defect] as const))('%s', async (_, defect) => {
    const report = await verifyText(defectiveZone(defect).text, WHEN);
    expect(kinds(report.findings, 'error')).toEqual([...defect.expect].sort());
    expect(report.errors).toBeGreaterThan(0);
  });
});

describe('an oddity that resolvers can live with is a warning:', () => {
  test.each(ODDITIES.map((oddity) => [`${oddity.name} (${oddity.base})`, oddity] as const))('%s', async (_, oddity) => {
    const report = await verifyText(defectiveZone(oddity).text, WHEN);
    expect(kinds(report.findings, 'warning')).toEqual([...oddity.expect].sort());
    expect(report.errors).toBe(0);
  });
});
