/** What we sign is what dnssec-signzone makes of the same zone, keys, salt and times, record for record. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { generateZone } from '../../bench/generate-zone.mjs';
import { describePeers, peer } from './peers.ts';
import { type Manner, manner, NSEC, NSEC3, OPT_OUT, SIGNING_PEERS, Workshop } from './signing-workshop.ts';
import { LONGEST, type TestZone, ZONES } from './signing-zones.ts';

// Hundreds of processes, on a machine that may have other work to do.
vi.setConfig({ testTimeout: 300_000 });

let shop: Workshop;

beforeAll(() => {
  shop = new Workshop();
});
afterAll(() => shop.remove());

/** Signs a zone with both programs: the records must be equal, and each verifier must accept ours. */
function compare(zone: TestZone, keys: string, how: Manner, ksks: 'ksk-only' | 'all-keys' = 'ksk-only'): void {
  const x = ksks === 'ksk-only' ? ['-x'] : [];
  const theirs = shop.signTheirs(zone, keys, [...x, ...how.theirs]);
  const ours = shop.signOurs(zone, keys, how.ours);
  const records = shop.records(ours, zone.origin);
  expect(records).toEqual(shop.records(theirs, zone.origin));
  expect(records.filter((record) => record.includes(' RRSIG ')).length).toBeGreaterThanOrEqual(4);
  expectAccepted(zone, ours, theirs, ksks === 'ksk-only' ? ['-x'] : ['-z']);
}

/** A program may refuse our file only where the zone says so, and only if it refuses theirs as well. */
function expectAccepted(zone: TestZone, ours: string, theirs: string, flags: readonly string[]): void {
  const refused = shop.refusals(ours, zone.origin, flags);
  const unexpected = [...refused].filter(([program]) => !Object.keys(zone.refusedBy ?? {}).includes(program));
  expect(unexpected).toEqual([]);
  if (refused.size === 0) return;
  const refusedTheirs = shop.refusals(theirs, zone.origin, flags);
  for (const program of refused.keys()) expect([...refusedTheirs.keys()]).toContain(program);
}

const MANNERS = [NSEC, NSEC3, OPT_OUT] as const;

describePeers('a zone signed by us and by dnssec-signzone, Ed25519', SIGNING_PEERS, () => {
  describe.each(MANNERS)('$name', (how) => {
    test.each(ZONES)('has the same records, octet for octet: $name', (zone) => {
      compare(zone, shop.keys(zone.origin, ['15']), how);
    });
  });

  test.each([
    manner('no salt', ['-3', '-']),
    manner('a salt of 32 octets', ['-3', 'AB'.repeat(32)]),
    manner('5 iterations', ['-3', 'AB', '-H', '5']),
    manner('5 iterations and opt-out', ['-3', 'AB', '-H', '5', '-A']),
  ])('has the same records with $name', (how) => {
    for (const zone of ZONES.slice(0, 3)) compare(zone, shop.keys(zone.origin, ['15']), how);
  });

  test.each(MANNERS)('with names of 255 octets is accepted, where dnssec-signzone itself gives up: $name', (how) => {
    const ours = shop.signOurs(LONGEST, shop.keys(LONGEST.origin, ['15']), how.ours);
    expect([...shop.refusals(ours, LONGEST.origin)]).toEqual([]);
  });
});

const [SAMPLE, DELEGATIONS] = ZONES as readonly [TestZone, TestZone];

describePeers('a zone signed by us and by dnssec-signzone, algorithm', SIGNING_PEERS, () => {
  test.each(['8', '10', '16'])('%s: the same records, octet for octet', (algorithm) => {
    const keys = shop.keys(SAMPLE.origin, [algorithm]);
    for (const how of MANNERS) compare(SAMPLE, keys, how);
  });

  test.each(['13', '14'])('%s: the same records, but for the signatures themselves, which are random', (algorithm) => {
    const keys = shop.keys(SAMPLE.origin, [algorithm]);
    for (const how of MANNERS) compare(SAMPLE, keys, how);
  });

  test('8, 13 and 15 together: the same records', () => {
    compare(SAMPLE, shop.keys(SAMPLE.origin, ['8', '13', '15']), NSEC3);
  });
});

describePeers('keys of other kinds, with us and with dnssec-signzone', SIGNING_PEERS, () => {
  test('one key for everything', () => {
    const keys = shop.keyDirectory();
    shop.keygen(keys, SAMPLE.origin, ['-a', '15', '-f', 'KSK']);
    compare(SAMPLE, keys, { name: 'CSK', ours: ['-3', 'AA', '-z'], theirs: ['-3', 'AA', '-z'] }, 'all-keys');
  });

  test('keys that are published but not active, and keys that have retired', () => {
    const keys = shop.keyDirectory();
    const make = (...args: readonly string[]) => shop.keygen(keys, SAMPLE.origin, ['-a', '15', ...args]);
    make('-f', 'KSK');
    make();
    make('-P', 'now', '-A', '+1y');
    make('-P', 'now', '-A', '+1y', '-f', 'KSK');
    make('-P', '-2y', '-A', '-2y', '-I', '-1y');
    make('-P', '-2y', '-A', '-2y', '-I', '-1y', '-D', '-1d');
    make('-P', '+1y', '-A', '+1y');
    compare(SAMPLE, keys, OPT_OUT);
  });

  test('a revoked key', () => {
    const keys = shop.keyDirectory();
    const make = (...args: readonly string[]) => shop.keygen(keys, SAMPLE.origin, ['-a', '15', ...args]);
    make('-f', 'KSK');
    make('-f', 'KSK', '-R', '-1h', '-P', '-2d', '-A', '-2d');
    make();
    compare(SAMPLE, keys, NSEC3);
  });

  test('CDS and CDNSKEY for the keys whose time it is', () => {
    const keys = shop.keyDirectory();
    const make = (...args: readonly string[]) => shop.keygen(keys, SAMPLE.origin, ['-a', '15', ...args]);
    make('-f', 'KSK', '-P', 'sync', 'now');
    make('-f', 'KSK', '-P', 'sync', '+1y');
    make();
    compare(SAMPLE, keys, NSEC3);
  });

  test('the .key files included in the zone: no key twice', () => {
    const keys = shop.keys(SAMPLE.origin, ['15']);
    const names = shop.must('/bin/ls', [keys]).split('\n');
    const included = names.filter((name) => name.endsWith('.key')).map((name) => `$INCLUDE "${keys}/${name}"`);
    expect(included).toHaveLength(2);
    compare({ ...SAMPLE, text: `${SAMPLE.text}\n${included.join('\n')}\n` }, keys, NSEC);
  });

  test('a zone that is signed already, by them', () => {
    const keys = shop.keys(SAMPLE.origin, ['15']);
    const signed = readFileSync(shop.signTheirs(SAMPLE, keys, ['-x', '-3', 'AABBCCDD']), 'latin1');
    compare({ ...SAMPLE, text: signed }, keys, NSEC3);
  });
});

describePeers('zones of 2,000 names, with us and with dnssec-signzone', SIGNING_PEERS, () => {
  test.each([
    { shape: 'host', how: NSEC },
    { shape: 'host', how: NSEC3 },
    { shape: 'tld', how: NSEC3 },
    { shape: 'tld', how: OPT_OUT },
  ] as const)('of shape $shape: the same records, on all cores: $how.name', ({ shape, how }) => {
    const file = shop.path('generated');
    generateZone({ names: 2000, shape, origin: 'test.', file });
    const zone = { name: shape, origin: 'test.', text: readFileSync(file, 'latin1') };
    compare(zone, shop.keys(zone.origin, ['15']), { ...how, ours: [...how.ours, '-n', '2'] });
  });
});

describePeers('what dnssec-signzone does otherwise', SIGNING_PEERS, () => {
  test('a next owner that the file spells in several ways: one picks this spelling, one that', () => {
    const text = `${DELEGATIONS.text}x.A A 192.0.2.1\nb.a A 192.0.2.1\nA A 192.0.2.1\n`;
    const zone = { ...DELEGATIONS, text };
    const keys = shop.keys(zone.origin, ['15']);
    // Without the signatures of NSEC records: they cover the spelling.
    const fold = (records: readonly string[]) =>
      records.filter((record) => !record.includes(' RRSIG NSEC ')).map((record) => record.toLowerCase());
    const ours = shop.signOurs(zone, keys, NSEC.ours);
    const theirs = shop.signTheirs(zone, keys, ['-x', ...NSEC.theirs]);
    expect(fold(shop.records(ours, zone.origin))).toEqual(fold(shop.records(theirs, zone.origin)));
    expectAccepted(zone, ours, theirs, ['-x']);
  });

  test('it cuts the TTL of a signature to its validity; we keep that of its RRset (RFC 4034 §3)', () => {
    const zone = { ...DELEGATIONS, text: `${DELEGATIONS.text}long 2147483647 A 192.0.2.1\n` };
    const keys = shop.keys(zone.origin, ['15']);
    const ttls = (file: string) =>
      shop
        .records(file, zone.origin)
        .filter((record) => /^long\S* \d+ IN RRSIG A /.test(record))
        .map((record) => Number(record.split(' ')[1]));
    expect(ttls(shop.signTheirs(zone, keys, ['-x']))).toEqual([315_532_800]);
    const ours = shop.signOurs(zone, keys, ['--nsec']);
    expect(ttls(ours)).toEqual([2_147_483_647]);
    expect([...shop.refusals(ours, zone.origin)]).toEqual([]);
  });
});

// With opt-out, ldns-verify-zone 1.8.3 does not come back from a zone with ZONEMD, its own included.
describePeers('ZONEMD', SIGNING_PEERS, () => {
  /** Changes the first digit of the digest. */
  function spoil(text: string): string {
    return text.replace(/(\tZONEMD\t\d+ 1 1 )(.)/, (_, head, digit) => head + (digit === 'A' ? 'B' : 'A'));
  }

  test.each([NSEC, NSEC3])('is what ldns-verify-zone computes: $name', (how) => {
    const verify = (file: string) => shop.run(peer('ldns-verify-zone'), ['-V1', '-ZZ', file]);
    for (const zone of ZONES.filter(({ refusedBy }) => refusedBy === undefined)) {
      const ours = shop.signOurs(zone, shop.keys(zone.origin, ['15']), [...how.ours, '--zonemd']);
      expect([zone.name, verify(ours)]).toEqual([zone.name, { status: 0, output: '' }]);
      const spoilt = shop.write('spoilt', spoil(readFileSync(ours, 'latin1')));
      expect([zone.name, verify(spoilt).output]).toEqual([zone.name, expect.stringContaining('ZONEMD')]);
    }
  });
});
