import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseTimestamp } from '../../src/base/time.ts';
import { nameFromText } from '../../src/dns/name.ts';
import type { Finding } from '../../src/verify/findings.ts';
import { printStatistics } from '../../src/verify/statistics.ts';
import { verifyZone } from '../../src/verify/verify-zone.ts';
import { makeKey } from '../invalid/defects.ts';
import { verifyText, zoneFromText } from '../invalid/verify-text.ts';
import { KEYS, type TestKey, WHEN, wireRdata, ZoneLines } from '../invalid/zone-lines.ts';

const DAY = 86_400;
const END = parseTimestamp('20371231000000')!;
const good = ZoneLines.read('nsec').text;

function kinds(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ kind }) => kind))].sort();
}

/** RDATA of a DS for a key, made here as RFC 4034 §5.1.4 says. */
function dsFor(key: TestKey, digestType: 1 | 2 | 4, zone = 'example.'): Uint8Array {
  const algorithm = { 1: 'sha1', 2: 'sha256', 4: 'sha384' }[digestType];
  const digest = createHash(algorithm).update(nameFromText(zone)).update(wireRdata('DNSKEY', key.rdata)).digest();
  return Uint8Array.from([key.tag >>> 8, key.tag & 255, 13, digestType, ...digest]);
}

describe('the instants asked for', () => {
  test('each must lie within the time of every signature', async () => {
    const zone = ZoneLines.read('nsec');
    zone.resign('www.example.', 'TXT', { expiration: '20260610000000' });
    const at = (...days: readonly number[]) =>
      verifyZone(zoneFromText(zone.text), { at: days.map((day) => WHEN + day * DAY), threads: 1 });
    expect((await at(0)).errors).toBe(0);
    expect((await at(0, 8)).errors).toBe(0);
    const late = await at(0, 8, 9, 10);
    expect(late.errors).toBe(1);
    expect(late.findings[0]).toMatchObject({ kind: 'signature-expired', owner: 'www.example', type: 'TXT' });
    expect(late.findings[0]!.reason).toContain('expires at 2026-06-10 00:00:00 UTC');
    expect(late.findings[0]!.reason).toContain('2026-06-11 00:00:00 UTC');
    expect((await at(10)).findings[0]!.reason).toContain('expired at 2026-06-10 00:00:00 UTC');
  });

  test('are compared in serial number arithmetic, beyond 2038 and 2106', async () => {
    const zone = ZoneLines.read('nsec');
    zone.resign('www.example.', 'TXT', { inception: '20360101000000', expiration: '20450101000000' });
    const at = (time: string) => verifyText(zone.text, parseTimestamp(time)!);
    expect((await at('20370101000000')).counts).not.toHaveProperty('signature-expired');
    expect((await at('20350101000000')).counts).toEqual({ 'signature-not-yet-valid': 1 });
  });
});

describe('DS records that are given', () => {
  const verify = (...trusted: readonly Uint8Array[]) => verifyText(good, WHEN, { trusted });

  test.each([1, 2, 4] as const)('lead into the zone by digest type %i', async (type) => {
    expect((await verify(dsFor(KEYS.ksk, type))).findings).toEqual([]);
  });

  test('must be of a key that signs the DNSKEY RRset', async () => {
    expect(kinds((await verify(dsFor(KEYS.zsk, 2))).findings)).toEqual(['ds-mismatch']);
    expect(kinds((await verify(dsFor(makeKey(257), 2))).findings)).toEqual(['ds-mismatch']);
    expect(kinds((await verify(dsFor(KEYS.ksk, 2, 'other.'))).findings)).toEqual(['ds-mismatch']);
  });

  test('may include one that is idle, which is worth a warning', async () => {
    const report = await verify(dsFor(KEYS.ksk, 2), dsFor(makeKey(257), 2));
    expect([report.errors, kinds(report.findings)]).toEqual([0, ['ds-idle']]);
  });

  test('of an algorithm that does not sign the zone are an error', async () => {
    const other = dsFor(KEYS.ksk, 2);
    other[2] = 15;
    expect(kinds((await verify(dsFor(KEYS.ksk, 2), other)).findings)).toEqual(['ds-algorithm-missing', 'ds-idle']);
  });

  test('count with SHA-1 only where nothing better is there', async () => {
    const report = await verify(dsFor(KEYS.ksk, 1), dsFor(makeKey(257), 2));
    expect(kinds(report.findings)).toEqual(['ds-mismatch']);
  });

  test('of unknown digest types say nothing', async () => {
    const unknown = dsFor(KEYS.ksk, 2);
    unknown[3] = 99;
    expect(kinds((await verify(unknown)).findings)).toEqual(['ds-mismatch']);
    expect((await verify(unknown, dsFor(KEYS.ksk, 2))).findings).toEqual([]);
  });
});

describe('CDS and CDNSKEY', () => {
  const hex = (octets: Uint8Array) => Buffer.from(octets.subarray(4)).toString('hex');
  const cds = (key: TestKey) => `${key.tag} 13 2 ${hex(dsFor(key, 2))}`;

  async function verifyWith(records: readonly (readonly [type: string, rdata: string])[]) {
    const zone = ZoneLines.read('nsec');
    for (const [type, rdata] of records) zone.add('example.', type, rdata);
    const types = [...new Set(records.map(([type]) => type))].sort((a, b) => (a === 'CDS' ? -1 : b === 'CDS' ? 1 : 0));
    for (const type of types) zone.resign('example.', type);
    zone.change('example.', 'NSEC', (rdata) => rdata.replace(' DNSKEY', ` DNSKEY ${types.join(' ')}`));
    const report = await verifyText(zone.text, WHEN);
    expect(report.errors).toBe(0);
    return kinds(report.findings);
  }

  test('of a key of the zone are well', async () => {
    expect(
      await verifyWith([
        ['CDS', cds(KEYS.ksk)],
        ['CDNSKEY', KEYS.ksk.rdata],
      ]),
    ).toEqual([]);
  });

  test('of another key are worth a warning', async () => {
    const other = makeKey(257);
    expect(await verifyWith([['CDS', cds(other)]])).toEqual(['cds-mismatch']);
    expect(await verifyWith([['CDNSKEY', other.rdata]])).toEqual(['cds-mismatch']);
  });

  test('should agree with each other', async () => {
    expect(
      await verifyWith([
        ['CDS', cds(KEYS.ksk)],
        ['CDNSKEY', KEYS.zsk.rdata],
      ]),
    ).toEqual(['cds-inconsistent']);
  });

  test('may ask for the removal of the DS RRset, and then for nothing else', async () => {
    expect(
      await verifyWith([
        ['CDS', '0 0 0 00'],
        ['CDNSKEY', '0 3 0 AA=='],
      ]),
    ).toEqual([]);
    expect(
      await verifyWith([
        ['CDS', '0 0 0 00'],
        ['CDS', cds(KEYS.ksk)],
      ]),
    ).toEqual(['cds-inconsistent']);
  });
});

describe('time that is left', () => {
  test('less than the SOA expire time is worth a warning', async () => {
    expect((await verifyText(good, END - 14 * DAY)).findings).toEqual([]);
    const [finding] = (await verifyText(good, END - 14 * DAY + 1)).findings;
    expect(finding).toMatchObject({ kind: 'expires-before-soa-expire', severity: 'warning' });
    expect(finding!.reason).toContain('in 13d23h59m59s, but secondaries may serve the zone for 14d');
  });

  test('less than three days is worth a warning', async () => {
    expect(kinds((await verifyText(good, END - 3 * DAY + 1)).findings)).toEqual(['expires-soon']);
    expect(kinds((await verifyText(good, END)).findings)).toEqual(['expires-soon']);
    expect((await verifyText(good, END + 1)).counts).not.toHaveProperty('expires-soon');
  });
});

describe('keys that are odd', () => {
  test('a DNSKEY RRset whose keys have no SEP flag vouches for itself, with a warning', async () => {
    const zone = ZoneLines.read('nsec');
    zone.lines = zone.lines.filter(({ type, rdata }) => type !== 'DNSKEY' || !rdata.startsWith('257'));
    zone.resign('example.', 'DNSKEY', { key: KEYS.zsk });
    const report = await verifyText(zone.text, WHEN);
    expect([report.errors, kinds(report.findings)]).toEqual([0, ['dnskey-no-sep']]);
  });

  test('a stand-by key of the same algorithm is fine', async () => {
    const zone = ZoneLines.read('nsec');
    zone.add('example.', 'DNSKEY', makeKey(256).rdata);
    zone.add('example.', 'DNSKEY', makeKey(257).rdata);
    zone.resign('example.', 'DNSKEY');
    expect((await verifyText(zone.text, WHEN)).findings).toEqual([]);
  });

  test('a stand-by algorithm is worth a warning', async () => {
    const zone = ZoneLines.read('nsec');
    zone.add('example.', 'DNSKEY', `257 3 15 ${Buffer.alloc(32, 9).toString('base64')}`);
    zone.resign('example.', 'DNSKEY');
    const report = await verifyText(zone.text, WHEN);
    expect([report.errors, kinds(report.findings)]).toEqual([0, ['algorithm-idle']]);
  });
});

describe('a large zone', () => {
  /** One name with its own RRsets, over and over: signatures of the template do not fit, so each is a finding. */
  function largeZone(names: number) {
    const lines = ZoneLines.read('nsec').lines.map((line) => `${line.owner} ${line.ttl} ${line.type} ${line.rdata}`);
    for (let i = 0; i < names; i++) lines.push(`n${i}.example. 3600 A 192.0.2.1`);
    return zoneFromText(`${lines.join('\n')}\n`);
  }

  test('is verified by two worker threads as by one', async () => {
    const zone = largeZone(6000);
    const two = await verifyZone(zone, { at: [WHEN], threads: 2, limit: 12_345 });
    expect(two.counts).toMatchObject({ unsigned: 6000, 'nsec-missing': 6000 });
    expect(two.findings.filter(({ severity }) => severity === 'error')).toHaveLength(two.errors);
    expect(await verifyZone(zone, { at: [WHEN], threads: 1, limit: 12_345 })).toEqual(two);
  });

  test('keeps as many errors as asked for, the first in canonical order, and counts the rest', async () => {
    const report = await verifyZone(largeZone(6000), { at: [WHEN], threads: 2, limit: 7 });
    expect(report.errors).toBeGreaterThan(12_000);
    expect(report.findings).toHaveLength(7);
    expect(report.findings.at(-1)!.owner).toMatch(/^n\d+\.example$/);
  });

  test('tells its progress', async () => {
    const zone = largeZone(6000);
    const seen: number[] = [];
    await verifyZone(zone, { at: [WHEN], threads: 2, progress: (done, total) => seen.push(done / total) });
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.at(-1)).toBe(1);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  });
});

describe('a zone in memory that no text stands for', () => {
  /** The fixture with the RDATA of its first record of a type changed in place. */
  function withRdata(fixture: 'nsec' | 'nsec3', type: number, change: (rdata: Uint8Array) => void) {
    const zone = zoneFromText(ZoneLines.read(fixture).text);
    const rrset = zone.rrsetType.indexOf(type);
    const record = zone.rrsetFirst[rrset]!;
    change(zone.octets.subarray(zone.rdata[record]!, zone.rdata[record]! + zone.rdataLength[record]!));
    return verifyZone(zone, { at: [WHEN], threads: 1 });
  }

  test('with a signer name that does not end is not valid', async () => {
    const { counts } = await withRdata('nsec', 46, (rdata) => rdata.fill(63, 18));
    expect(counts).toMatchObject({ 'signature-malformed': 1 });
  });

  test('with an NSEC3 hash of another length is not valid', async () => {
    const { counts } = await withRdata('nsec3', 50, (rdata) => {
      rdata[5 + rdata[4]!] = 21;
    });
    expect(counts).toMatchObject({ 'nsec3-malformed': 1, 'nsec3-missing': 1, 'nsec3-next-owner': 1 });
  });

  test('with a salt that is longer than its record is not valid', async () => {
    const { counts } = await withRdata('nsec3', 51, (rdata) => {
      rdata[4] = 200;
    });
    expect(counts).toMatchObject({ 'nsec3-malformed': 1, 'no-denial': 1 });
  });

  test('without an SOA is not valid', async () => {
    const zone = zoneFromText(ZoneLines.read('nsec').text);
    const rrset = zone.rrsetType.indexOf(6);
    const { counts } = await verifyZone(
      { ...zone, rrsetType: zone.rrsetType.map((type, i) => (i === rrset ? 13 : type)) },
      { at: [WHEN], threads: 1 },
    );
    expect(counts).toMatchObject({ 'no-soa': 1, 'signature-orphaned': 1 });
  });
});

describe('statistics', () => {
  test('sum the zone up in one line', async () => {
    const { statistics } = await verifyText(ZoneLines.read('zonemd').text, WHEN);
    expect(printStatistics(statistics)).toBe(
      'zone example: 68 records, 29 signatures by 2 keys, NSEC, ZONEMD, valid until 2037-12-31 00:00:00 UTC',
    );
    expect(printStatistics({ ...statistics, records: 1, signatures: 1, signingKeys: 1 }, '2 errors')).toBe(
      'zone example is not valid: 2 errors (1 record, 1 signature by 1 key, NSEC, ZONEMD)',
    );
  });
});
