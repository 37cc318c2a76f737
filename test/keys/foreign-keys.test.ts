import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DnssecError } from '../../src/base/errors.ts';
import { nameFromText } from '../../src/dns/name.ts';
import { requireSigningAlgorithm } from '../../src/keys/algorithms.ts';
import { parseDnskeyExport, readExportedKeys } from '../../src/keys/dnskey-export.ts';
import { ownRole } from '../../src/keys/key.ts';
import { dnskeyRecordText } from '../../src/keys/key-file.ts';
import { keyTag } from '../../src/keys/key-tag.ts';
import { readKnotKeys } from '../../src/keys/knot-keys.ts';
import { parseKnotListing } from '../../src/keys/knot-listing.ts';
import { readPowerDnsKey } from '../../src/keys/powerdns-key.ts';
import { type PowerDnsEntry, parsePowerDnsListing } from '../../src/keys/powerdns-listing.ts';
import { printPrivateKeyFile } from '../../src/keys/private-key-file.ts';
import { dnskeyRdata, encodePublicKey } from '../../src/keys/public-key.ts';

const ZONE = nameFromText('example.com');
const NOW = 1_800_000_000;
const DAY = 86_400;
const ID = '410aed4af32063786359b60063b86c7a0e6bc164';
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: KeyObject) => Buffer.from(key.export({ type: 'pkcs8', format: 'pem' }) as string);
const rdata = (flags: number) => dnskeyRdata(flags, 13, encodePublicKey(requireSigningAlgorithm(13), privateKey));
const TAG = { ksk: keyTag(rdata(257)), zsk: keyTag(rdata(256)), revoked: keyTag(rdata(385)) };

/** The error of a call, which must be one of ours, and show nothing of a private key. */
function faultOf(call: () => unknown): DnssecError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(DnssecError);
    const secret = privateKey.export({ format: 'jwk' }).d!;
    expect(JSON.stringify(error) + (error as Error).message).not.toContain(
      Buffer.from(secret, 'base64url').toString('base64'),
    );
    return error as DnssecError;
  }
  throw new Error('nothing was refused');
}

describe("Knot's listing", () => {
  const parse = (text: string) => parseKnotListing(text, 'list', ZONE);
  const item = { id: ID, zone: 'example.com.', ksk: true, zsk: false, tag: 5, algorithm: 13, publish: 7, ready: 0 };

  test('leaves out timers that are 0, and reads words in any order', () => {
    const expected = [
      { id: ID, isKsk: true, isZsk: false, keyTag: 5, algorithm: 13, isPublicOnly: false, timers: { publish: 7 } },
    ];
    expect(parse(`${ID} 5 KSK ECDSAP256SHA256 publish=7`)).toEqual(expected);
    expect(parse(`${ID} publish=7 ready=0 algorithm=13 tag=00005 zsk=no ksk=yes`)).toEqual(expected);
    expect(parse(JSON.stringify([item]))).toEqual(expected);
    expect(
      parse(`${ID} 5 KSK RSASHA256/2048 publish=1970-01-01T00:00:07Z ready=1970-01-01T00:00:00Z`)[0],
    ).toMatchObject({
      algorithm: 8,
      timers: { publish: 7 },
    });
    expect(parse('\n')).toEqual([]);
    expect(parse('[]')).toEqual([]);
  });

  test.each<[string, string, RegExp]>([
    ['an error of keymgr', 'error: zone not found', /line 1: no key ID/],
    ['times of the form "human"', `${ID} 5 KSK ECDSAP256SHA256 publish=-1D`, /line 1: "publish" is not a time/],
    ['a time beyond the files', `${ID} 5 KSK ECDSAP256SHA256 publish=99999999999`, /"publish" is not a time/],
    ['a date that is none', `${ID} 5 KSK ECDSAP256SHA256 publish=2026-13-01T00:00:00Z`, /"publish" is not a time/],
    ['an unknown role', `${ID} 5 XSK ECDSAP256SHA256`, /not KSK, ZSK or CSK/],
    ['an unknown algorithm', `${ID} 5 KSK NOPE`, /the algorithm is not known/],
    ['a tag that is none', `${ID} 65536 KSK ECDSAP256SHA256`, /the key tag is not a number from 0 to 65535/],
    ['neither role', `${ID} ksk=no zsk=no tag=5 algorithm=13`, /neither a KSK nor a ZSK/],
    ['a word without value', `\n${ID} 5 KSK ECDSAP256SHA256 publish`, /line 2: a word that is not of the form/],
    ['a key twice', `${ID} 5 KSK ECDSAP256SHA256\n${ID} 5 KSK ECDSAP256SHA256`, /is listed twice/],
    ['broken JSON', '[{"id":', /is none/],
    ['JSON of other things', '[1]', /key 1 of the list: not an object/],
    ['JSON without a role', JSON.stringify([{ ...item, ksk: 'yes' }]), /"ksk" is neither true nor false/],
    ['JSON of another zone', JSON.stringify([{ ...item, zone: 'other.example.' }]), /speaks of other\.example/],
    ['too much', ' '.repeat(1_048_577), /too long/],
  ])('refuses %s', (_, text, message) => {
    const { message: told, code } = faultOf(() => parse(text));
    expect(told).toMatch(message);
    expect(['KEY_INVALID', 'USAGE']).toContain(code);
  });

  test('survives whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc.string().map((s) => `${ID} ${s}`),
        ),
        (text) => {
          try {
            parse(text);
          } catch (error) {
            expect(error).toBeInstanceOf(DnssecError);
          }
        },
      ),
    );
  });
});

describe("Knot's keys", () => {
  const read = (line: string, parts: Partial<Parameters<typeof readKnotKeys>[0]> = {}) =>
    readKnotKeys({
      zone: ZONE,
      listing: `${ID} ${line}`,
      file: 'list',
      pem: () => pem(privateKey),
      dnskeys: [],
      now: NOW,
      ...parts,
    });
  const days = (count: number) => NOW + count * DAY;

  test.each<[string, string, readonly string[], boolean, RegExp]>([
    ['waiting for its DS', `publish=${days(-3)} ready=${days(-2)}`, ['in', 'in', 'never'], false, /waits for its DS/],
    [
      'active',
      `publish=${days(-3)} ready=${days(-2)} active=${days(-1)}`,
      ['in', 'in', 'never'],
      false,
      /its DS to be at the parent/,
    ],
    [
      'on its way out',
      `publish=${days(-3)} active=${days(-2)} retire-active=${days(-1)}`,
      ['in', 'in', 'never'],
      true,
      /another key took over/,
    ],
    [
      'retired',
      `publish=${days(-3)} active=${days(-2)} retire=${days(-1)} remove=${days(1)}`,
      ['out', 'out', 'never'],
      true,
      /out of use/,
    ],
    ['for later', `publish=${days(1)} active=${days(2)}`, ['never', 'never', 'never'], false, /not used it yet/],
  ])('a KSK that is %s', (_, timers, claimed, isLeaving, remark) => {
    const [{ key, claims, remarks, problems } = fail()] = read(`${TAG.ksk} KSK ECDSAP256SHA256 ${timers}`);
    expect([ownRole(key), key.flags, key.keyTag, problems]).toEqual(['ksk', 257, TAG.ksk, []]);
    expect([claims!.dnskey.is, claims!.krrsig.is, claims!.zrrsig.is]).toEqual(claimed);
    expect(claims!.isLeaving).toBe(isLeaving);
    expect(remarks.join()).toMatch(remark);
  });

  test('have times for the files of BIND', () => {
    const [{ key } = fail()] = read(`${TAG.zsk} ZSK ECDSAP256SHA256 publish=5 active=6 retire=7 remove=8`);
    expect(key.timing).toEqual({ publish: 5, activate: 6, inactive: 7, delete: 8 });
    const [ksk] = read(`${TAG.ksk} KSK ECDSAP256SHA256 publish=5 ready=6 active=7 retire-active=8 remove=9`);
    expect(ksk!.key.timing).toEqual({ publish: 5, activate: 5, inactive: 9, delete: 9, syncPublish: 6, syncDelete: 8 });
  });

  test('that sign the zone wait for, and yield to, another ZSK of their algorithm that is active', () => {
    const csk = `${TAG.ksk} CSK ECDSAP256SHA256 publish=5 ready=6`;
    const old = `${TAG.zsk} ZSK ECDSAP256SHA256 publish=5 active=6 retire-active=7`;
    const other = { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
    const otherId = ID.replace('4', '5');
    const tag = keyTag(dnskeyRdata(256, 13, encodePublicKey(requireSigningAlgorithm(13), other.privateKey)));
    const beside = (line: string, state: string) =>
      read(`${line}\n${otherId} ${tag} ZSK ECDSAP256SHA256 publish=5 ${state}`, {
        pem: (id) => pem(id === ID ? privateKey : other.privateKey),
      })[0]!.claims!.zrrsig.is;
    expect([read(csk)[0]!.claims!.zrrsig.is, read(old)[0]!.claims!.zrrsig.is]).toEqual(['in', 'in']);
    expect([beside(csk, 'active=6'), beside(old, 'active=6')]).toEqual(['never', 'out']);
    expect([beside(csk, ''), beside(old, '')]).toEqual(['in', 'in']);
  });

  test('with the tag of their revoked form are read as revoked', () => {
    const [{ key } = fail()] = read(`${TAG.revoked} KSK ECDSAP256SHA256 publish=5 revoke=6`);
    expect(key.flags).toBe(385);
  });

  test('that are none of the listed ones, or of another algorithm, are refused', () => {
    expect(faultOf(() => read(`${(TAG.ksk + 1) % 65_536} KSK ECDSAP256SHA256 publish=5`)).message).toMatch(
      /the key in it has tag/,
    );
    expect(faultOf(() => read(`${TAG.ksk} KSK ED25519 publish=5`)).message).toMatch(
      new RegExp(`^${ID}\\.pem: .*can't be used`),
    );
    expect(faultOf(() => read(`${TAG.ksk} KSK RSASHA1 publish=5`)).code).toBe('KEY_UNSUPPORTED');
    const broken = { pem: () => Buffer.from('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n') };
    expect(faultOf(() => read(`${TAG.ksk} KSK ECDSAP256SHA256 publish=5`, broken)).code).toBe('KEY_INVALID');
  });

  test('without a PEM file come from the DNSKEY record, or are refused', () => {
    const nothing = { pem: () => undefined };
    const line = `${TAG.ksk} KSK ECDSAP256SHA256 publish=5 active=6`;
    expect(faultOf(() => read(line, nothing))).toMatchObject({
      code: 'KEY_MISSING',
      message: expect.stringContaining(ID),
    });
    const [{ key, problems } = fail()] = read(line, { ...nothing, dnskeys: [rdata(256), rdata(257)] });
    expect([key.privateKey, key.flags, problems[0]!.code]).toEqual([undefined, 257, 'KEY_MISSING']);
    expect(problems[0]!.hint).toMatch(/PKCS#11/);
  });
});

function fail(): never {
  throw new Error('there is no key');
}

describe("PowerDNS's keys", () => {
  const text = printPrivateKeyFile({ minor: 2, algorithm: 13, privateKey, timing: {}, unknown: [] });
  const entry: PowerDnsEntry = {
    id: 1,
    role: 'ksk',
    keyTag: TAG.ksk,
    algorithm: 13,
    flags: 257,
    isActive: true,
    isPublished: true,
  };
  const read = (listing: readonly PowerDnsEntry[] | undefined, role?: 'ksk' | 'zsk' | 'csk', from = text) =>
    readPowerDnsKey({ zone: ZONE, text: from, file: 'export', role, listing });

  test('get role and flags from the listing, or from the user', () => {
    expect(read([{ ...entry, id: 2, keyTag: (TAG.zsk + 7) & 0xffff }, entry]).key).toMatchObject({
      keyTag: TAG.ksk,
      flags: 257,
    });
    expect(read([{ ...entry, role: 'csk', flags: 256, keyTag: TAG.zsk }]).key).toMatchObject({
      flags: 256,
      state: { isKsk: true, isZsk: true },
    });
    expect(read(undefined, 'zsk').key).toMatchObject({ keyTag: TAG.zsk, flags: 256 });
    expect(read(undefined, 'csk').key.flags).toBe(257);
  });

  test('without either, against the listing, or of another zone are refused', () => {
    expect(faultOf(() => read(undefined))).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('what the key is for'),
    });
    expect(faultOf(() => read([entry], 'zsk'))).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('as a KSK, not as a ZSK'),
    });
    expect(faultOf(() => read([]))).toMatchObject({
      code: 'KEY_INVALID',
      message: expect.stringContaining('does not hold this key'),
    });
    expect(faultOf(() => read([entry, { ...entry, id: 2 }])).message).toMatch(/more than one key/);
    const shown =
      'ID = 1 (CSK), flags = 257, tag = 1, algo = 13, bits = 256\t  Active\t Published  ( X )\nCSK DNSKEY = two.example. IN DNSKEY 257 3 13 AA== ; ( X )\n';
    expect(faultOf(() => parsePowerDnsListing(shown, 'show-zone', ZONE))).toMatchObject({ code: 'USAGE' });
  });

  test('in a token are refused by name', () => {
    const token =
      'Private-key-format: v1.2\nAlgorithm: 13 (ECDSAP256SHA256)\nEngine: module\nSlot: 1\nPIN: 1234\nLabel: key\n';
    const { code, message } = faultOf(() => read([entry], undefined, token));
    expect([code, message]).toEqual(['KEY_UNSUPPORTED', expect.stringContaining('hardware token')]);
  });

  test('of other zones, and lines of other things, are passed over in a listing', () => {
    const listing = `Zone                          Type Act Pub Size    Algorithm       ID   Location    Keytag
------------------------------------------------------------------------------------------
example.com                   KSK  Act Pub 256     ECDSAP256SHA256 1    cryptokeys  54055
example.com                   ZSK          256     ED25519         3    cryptokeys  44969
example.com                   CSK      Pub 456     ED448           4    cryptokeys  45267
two.example                   CSK  Act Pub 256     ECDSAP256SHA256 5    cryptokeys  45862
`;
    const entries = parsePowerDnsListing(listing, 'list-keys', ZONE);
    expect(
      entries.map(({ id, role, keyTag: tag, algorithm, isActive, isPublished }) => [
        id,
        role,
        tag,
        algorithm,
        isActive,
        isPublished,
      ]),
    ).toEqual([
      [1, 'ksk', 54055, 13, true, true],
      [3, 'zsk', 44969, 15, false, false],
      [4, 'csk', 45267, 16, false, true],
    ]);
  });
});

test('a hostile listing takes no longer than a good one', () => {
  const begin = performance.now();
  for (const line of [
    `example.com KSK${' '.repeat(60_000)}`,
    `ID = 1 (KSK)${' '.repeat(60_000)}`,
    'Act Pub '.repeat(8_000),
  ]) {
    expect(parsePowerDnsListing(line, 'list-keys', ZONE)).toEqual([]);
    expect(faultOf(() => parseKnotListing(`${ID} ${line}`, 'list', ZONE)).code).toBe('KEY_INVALID');
  }
  expect(performance.now() - begin).toBeLessThan(2_000);
});

describe('exported DNSKEY records', () => {
  const record = (flags: number, owner = ZONE) =>
    dnskeyRecordText({ zone: owner, ttl: 3600, dnskeyRdata: rdata(flags) });

  test('become public keys that say what they lack', () => {
    const text = `\n;active KSK DNSKEY record:\n\n${record(257)} ;{id = 1 (ksk), size = 256b}\n${record(256)}\n`;
    const keys = readExportedKeys(text, 'export', ZONE, 'OpenDNSSEC has it in its HSM');
    expect(keys.map(({ key }) => [ownRole(key), key.keyTag, key.ttl, key.privateKey])).toEqual([
      ['ksk', TAG.ksk, 3600, undefined],
      ['zsk', TAG.zsk, 3600, undefined],
    ]);
    for (const { claims, problems } of keys) {
      expect(claims).toMatchObject({ dnskey: { is: 'in' }, krrsig: { is: 'never' }, zrrsig: { is: 'never' } });
      expect(problems).toEqual([
        expect.objectContaining({ code: 'KEY_MISSING', severity: 'error', message: expect.stringContaining('HSM') }),
      ]);
    }
  });

  test('of another zone, of another type, or too many are refused with the line', () => {
    const parse = (text: string) => faultOf(() => parseDnskeyExport(text, 'export', ZONE));
    expect(parse(`${record(257)}\n${record(257, nameFromText('other.example'))}`).message).toMatch(
      /export: line 2 speaks of other\.example/,
    );
    expect(parse(`\n; a comment\nexample.com. IN DS 1 13 2 00`).message).toMatch(/export: line 3: not a DNSKEY record/);
    expect(parse(`${record(257)}\n`.repeat(101)).message).toMatch(/more than 100 records/);
  });

  test('the public half is the one of the private key', () => {
    const [{ key } = fail()] = readExportedKeys(record(257), 'export', ZONE, 'x');
    const expected = encodePublicKey(requireSigningAlgorithm(13), createPublicKey(privateKey));
    expect(Buffer.from(key.dnskeyRdata.subarray(4)).equals(expected)).toBe(true);
  });
});
