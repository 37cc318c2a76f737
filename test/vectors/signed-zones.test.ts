/** The signed zones and digests that the RFCs print, at a time when they were valid. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseTimestamp } from '../../src/base/time.ts';
import type { VerifyReport } from '../../src/verify/verify-zone.ts';
import { verifyText } from '../invalid/verify-text.ts';

function readFixture(name: string): string {
  return readFileSync(new URL(`../fixtures/rfc/${name}.zone`, import.meta.url), 'latin1');
}

function verifyFixture(name: string, time: string, change = (text: string) => text): Promise<VerifyReport> {
  return verifyText(change(readFixture(name)), parseTimestamp(time)!);
}

function errors({ findings }: VerifyReport): readonly string[] {
  return findings.filter(({ severity }) => severity === 'error').map(({ kind }) => kind);
}

describe('RFC 4035 App. A', () => {
  test('every one of its signatures and its NSEC chain are good', async () => {
    const report = await verifyFixture('4035-app-a', '20040415');
    expect(errors(report)).toEqual([]);
    expect(report.statistics).toMatchObject({ signatures: 27, signingKeys: 2, denial: 'nsec', algorithms: [5] });
  });

  test('its keys are of an algorithm that is worth a warning', async () => {
    expect((await verifyFixture('4035-app-a', '20040415')).counts['dnskey-weak-algorithm']).toBe(2);
  });

  test('is expired a second after its time, and is not valid a second before it', async () => {
    expect((await verifyFixture('4035-app-a', '20040509183620')).counts).toMatchObject({ 'signature-expired': 27 });
    expect((await verifyFixture('4035-app-a', '20040509183619')).errors).toBe(0);
    expect((await verifyFixture('4035-app-a', '20040409183619')).errors).toBe(0);
    expect((await verifyFixture('4035-app-a', '20040409183618')).counts).toMatchObject({
      'signature-not-yet-valid': 27,
    });
  });
});

describe('RFC 5155 App. A', () => {
  test('every one of its signatures and its NSEC3 chain with opt-out are good', async () => {
    const report = await verifyFixture('5155-app-a', '20080101');
    expect(errors(report)).toEqual([]);
    expect(report.statistics).toMatchObject({
      signatures: 30,
      signingKeys: 2,
      denial: 'nsec3-opt-out',
      algorithms: [7],
    });
  });

  test('its iterations are worth a warning', async () => {
    expect((await verifyFixture('5155-app-a', '20080101')).counts['nsec3-iterations']).toBe(1);
  });
});

describe('RFC 8976', () => {
  test.each(['8976-app-a1', '8976-app-a2', '8976-app-a3', '8976-app-a4'])(
    'the digest of %s is its own',
    async (name) => {
      const report = await verifyFixture(name, '20181015');
      expect(errors(report).filter((kind) => kind.startsWith('zonemd'))).toEqual([]);
      expect(report.statistics.zonemd).toBe(true);
    },
  );

  test.each([
    ['8976-app-a1', '203.0.113.63', '203.0.113.64'],
    ['8976-app-a2', 'occluded but', 'occluded, but'],
    ['8976-app-a2', '777 IN PTR', '778 IN PTR'],
    ['8976-app-a2', '616c6c6f', '626c6c6f'],
    ['8976-app-a4', 'a.iana-servers.net', 'd.iana-servers.net'],
  ])('%s with another %s has another digest', async (name, from, to) => {
    const report = await verifyFixture(name, '20181015', (text) => text.replace(from, to));
    expect(errors(report)).toContain('zonemd-mismatch');
  });

  test('both digests of App. A.3 count, and its private hash algorithm does not', async () => {
    const report = await verifyFixture('8976-app-a3', '20181015');
    expect(report.counts).toMatchObject({ 'zonemd-unsupported': 1 });
    for (const digest of ['62e6cf51', '08cfa111']) {
      const changed = await verifyFixture('8976-app-a3', '20181015', (text) => text.replace(digest, '00000000'));
      expect(changed.counts).toMatchObject({ 'zonemd-partial': 1 });
    }
  });

  test('the zone of App. A.4 without its ZONEMD record is validly signed', async () => {
    const report = await verifyFixture('8976-app-a4', '20181015', (text) => text.replace(/.* ZONEMD .*\n/, ''));
    expect(errors(report)).toEqual([]);
    expect(report.statistics).toMatchObject({ signatures: 14, signingKeys: 3 });
  });
});
