import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nameFromText } from '../../src/dns/name.ts';
import { readExportedKeys } from '../../src/keys/dnskey-export.ts';
import { dsRdata } from '../../src/keys/ds.ts';
import type { ForeignKey } from '../../src/keys/foreign-key.ts';
import { ownRole, type ZoneKey } from '../../src/keys/key.ts';
import { dnskeyRecordText, parseKeyFile } from '../../src/keys/key-file.ts';
import { keyTag } from '../../src/keys/key-tag.ts';
import { readKnotKeys } from '../../src/keys/knot-keys.ts';
import { tagsOf } from '../../src/keys/making.ts';
import { readPowerDnsKey } from '../../src/keys/powerdns-key.ts';
import { parsePowerDnsListing } from '../../src/keys/powerdns-listing.ts';
import { adoptKeys } from '../../src/rollover/key-adoption.ts';
import { DEFAULT_POLICY } from '../../src/rollover/policy.ts';
import { loadZoneKeys } from '../../src/store/key-store.ts';
import { describePeers, describeWhere, findPeer, peer } from './peers.ts';

const ALGORITHMS = [8, 10, 13, 14, 15, 16];
const NAME = 'example.com';
const ZONE = nameFromText(NAME);
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'dnssec-foreign-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function newDirectory(): string {
  const directory = mkdtempSync(join(root, 'd-'));
  chmodSync(directory, 0o700);
  return directory;
}

function run(program: string, args: readonly string[], cwd = root): string {
  return execFileSync(peer(program), args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const now = () => Math.floor(Date.now() / 1000);
const rdataText = ({ dnskeyRdata }: ZoneKey) =>
  dnskeyRecordText({ zone: ZONE, ttl: undefined, dnskeyRdata })
    .replace(/^.* DNSKEY /, '')
    .replace(/ (?=\S+$)/, ' ');
/** Flags, protocol, algorithm and public key, without the blanks that base64 may have. */
const fieldsOf = (record: string) => {
  const [flags, protocol, algorithm, ...base64] = record
    .replace(/^.*\sDNSKEY\s+/, '')
    .replace(/;.*$/, '')
    .trim()
    .split(/\s+/);
  return [flags, protocol, algorithm, base64.join('')];
};

describePeers('keys of Knot', ['keymgr', 'kzonesign'], () => {
  /** Knot with a zone whose keys are set by hand. */
  class Knot {
    readonly directory = newDirectory();

    constructor() {
      mkdirSync(join(this.directory, 'kasp'));
      writeFileSync(
        join(this.directory, 'knot.conf'),
        `server:\n  rundir: ${this.directory}\ndatabase:\n  storage: ${this.directory}\n  kasp-db: ${this.directory}/kasp
policy:\n  - id: manual\n    manual: on\n    cds-cdnskey-publish: none
template:\n  - id: default\n    storage: ${this.directory}
zone:\n  - domain: ${NAME}\n    file: ${this.directory}/zone\n    dnssec-signing: on\n    dnssec-policy: manual\n`,
      );
      writeFileSync(
        join(this.directory, 'zone'),
        '@ 3600 SOA ns host 1 3600 600 86400 300\n@ 3600 NS ns\nns 3600 A 192.0.2.1\n',
      );
    }

    keymgr(...args: readonly string[]): string {
      return run('keymgr', ['-c', join(this.directory, 'knot.conf'), ...args]).trim();
    }

    /** @returns the new key's ID */
    generate(algorithm: number, role: string, timers: readonly string[] = []): string {
      const flags = [`ksk=${role === 'zsk' ? 'no' : 'yes'}`, `zsk=${role === 'ksk' ? 'no' : 'yes'}`];
      const size = algorithm < 13 ? ['size=2048'] : [];
      return this.keymgr(NAME, 'generate', `algorithm=${algorithm}`, ...size, ...flags, ...timers);
    }

    read(listing: string, dnskeys: readonly string[] = []): ForeignKey[] {
      return readKnotKeys({
        zone: ZONE,
        listing,
        file: 'keymgr list',
        pem: (id) => {
          const path = join(this.directory, 'kasp', 'keys', `${id}.pem`);
          return existsSync(path) ? readFileSync(path) : undefined;
        },
        dnskeys: dnskeys.map((text) => parseKeyFile(text, 'keymgr dnskey').dnskeyRdata),
        now: now(),
      });
    }

    /** Signs the zone. @returns tags of the keys that are published, sign the DNSKEY RRset, and sign the SOA record */
    sign(): Record<'dnskey' | 'krrsig' | 'zrrsig', ReadonlySet<number>> {
      const out = join(this.directory, 'out');
      mkdirSync(out);
      run('kzonesign', ['-c', join(this.directory, 'knot.conf'), '-o', out, NAME]);
      const lines = readFileSync(join(out, 'zone'), 'utf8').split('\n');
      const tags = (type: string) =>
        new Set(
          lines.flatMap(
            (line) => new RegExp(`\\sRRSIG\\s+${type} (?:\\S+ ){5}(\\d+) `).exec(line)?.slice(1).map(Number) ?? [],
          ),
        );
      const dnskeys = lines
        .filter((line) => /^\S+\s+\d+\s+DNSKEY\s/.test(line))
        .map((line) => keyTag(parseKeyFile(line, 'zone').dnskeyRdata));
      return { dnskey: new Set(dnskeys), krrsig: tags('DNSKEY'), zrrsig: tags('SOA') };
    }
  }

  test.each(ALGORITHMS)(
    'algorithm %d: each role, in every form of listing, is the key that Knot tells',
    (algorithm) => {
      const knot = new Knot();
      const roles = ['ksk', 'zsk', 'csk'];
      const ids = roles.map((role) => knot.generate(algorithm, role));
      const forms = [
        [NAME, 'list'],
        [NAME, 'list', 'iso'],
        ['-e', NAME, 'list'],
        ['-e', NAME, 'list', 'iso'],
        ['-j', NAME, 'list'],
        ['-X', NAME, 'list'],
      ];
      const read = forms.map((form) => knot.read(knot.keymgr(...form)));
      for (const keys of read) {
        expect(keys.map(({ key }) => ownRole(key)).sort()).toEqual([...roles].sort());
        for (const { key, problems } of keys) {
          expect(fieldsOf(rdataText(key))).toEqual(fieldsOf(knot.keymgr(NAME, 'dnskey', String(key.keyTag))));
          expect(key.privateKey).toBeDefined();
          expect(problems).toEqual([]);
        }
      }
      const plain = (keys: readonly ForeignKey[]) =>
        keys
          .map(({ key: { privateKey: _, ...rest }, claims }) => ({ ...rest, claims }))
          .sort((a, b) => a.keyTag - b.keyTag);
      for (const keys of read) expect(plain(keys)).toEqual(plain(read[0]!));
      expect(ids).toHaveLength(3);
    },
  );

  /** Keys of which two have, or once revoked would have, one tag say nothing when they are told apart by tags. */
  const hasClash = (keys: readonly ForeignKey[]) => {
    const tags = keys.flatMap(({ key }) => tagsOf(key.dnskeyRdata));
    return new Set(tags).size < tags.length;
  };

  test('what Knot publishes and signs with at each stage is what is claimed', () => {
    let knot = keysAtEachStage();
    while (hasClash(knot.read(knot.keymgr('-j', NAME, 'list')))) knot = keysAtEachStage();
    const keys = knot.read(knot.keymgr('-j', NAME, 'list'));
    expect(keys).toHaveLength(2 + 3 * STAGES.length + 4);
    const zone = knot.sign();
    for (const record of ['dnskey', 'krrsig', 'zrrsig'] as const) {
      const wrong = keys.filter(
        ({ key, claims }) =>
          (claims![record].is === 'in') !== tagsOf(key.dnskeyRdata).some((tag) => zone[record].has(tag)),
      );
      expect(wrong.map(({ key, claims, remarks }) => [record, ownRole(key), claims, remarks])).toEqual([]);
      expect(zone[record].size).toBeGreaterThan(3);
    }
  });

  const STAGES = [
    ['publish=+1d', 'active=+2d'],
    ['pre_active=-1d', 'publish=+1d', 'active=+2d'],
    ['publish=-1d', 'active=+2d'],
    ['publish=-9d', 'ready=-8d', 'active=+1d'],
    ['publish=-9d', 'ready=-8d', 'active=-7d'],
    ['publish=-9d', 'ready=-8d', 'active=-7d', 'retire_active=-6d', 'retire=+8d', 'remove=+9d'],
    ['publish=-9d', 'ready=-8d', 'active=-7d', 'retire=-6d', 'remove=+9d'],
    ['publish=-9d', 'ready=-8d', 'active=-7d', 'retire_active=-6d', 'post_active=-5d'],
    ['publish=-9d', 'ready=-8d', 'active=-7d', 'retire=-6d', 'remove=-5d'],
    ['publish=-9d', 'ready=-8d', 'active=-7d', 'retire=+5d', 'remove=+9d'],
  ];

  function keysAtEachStage(): Knot {
    const knot = new Knot();
    const timers = (...set: readonly string[]) => {
      const names = [
        'pre_active',
        'publish',
        'ready',
        'active',
        'retire_active',
        'retire',
        'post_active',
        'revoke',
        'remove',
      ];
      return names.map((name) => `${name}=${set.find((one) => one.startsWith(`${name}=`))?.split('=')[1] ?? '0'}`);
    };
    // One KSK and one ZSK that stand beside everything else, so that Knot is content.
    knot.generate(13, 'ksk', timers('publish=-90d', 'ready=-80d', 'active=-70d'));
    knot.generate(13, 'zsk', timers('publish=-90d', 'active=-80d'));
    for (const role of ['ksk', 'zsk', 'csk']) {
      for (const stage of STAGES)
        knot.generate(13, role, timers(...stage.filter((one) => role !== 'zsk' || !one.startsWith('ready'))));
    }
    knot.generate(
      13,
      'ksk',
      timers('publish=-9d', 'ready=-8d', 'active=-7d', 'revoke=-6d', 'retire=+3d', 'remove=+9d'),
    );
    // Algorithms with no other active ZSK: a CSK that waits for its DS, and a ZSK on its way out.
    knot.generate(14, 'csk', timers('publish=-9d', 'ready=-8d', 'active=+1d'));
    knot.generate(15, 'ksk', timers('publish=-9d', 'ready=-8d', 'active=-7d'));
    knot.generate(15, 'zsk', timers('publish=-9d', 'active=-7d', 'retire_active=-6d', 'retire=+8d', 'remove=+9d'));
    return knot;
  }

  test('a key that Knot only publishes comes out without a private half, from its DNSKEY record', () => {
    const knot = new Knot();
    const [base] = run('dnssec-keygen', ['-q', '-K', knot.directory, '-a', '13', NAME]).trim().split('\n');
    knot.generate(13, 'csk');
    knot.keymgr(NAME, 'import-pub', join(knot.directory, `${base}.key`));
    const tag = Number(base!.slice(-5));
    const dnskey = knot.keymgr(NAME, 'dnskey', String(tag));
    const found = knot.read(knot.keymgr(NAME, 'list'), [dnskey]).find(({ key }) => key.keyTag === tag)!;
    expect([found.key.privateKey, found.problems[0]?.code]).toEqual([undefined, 'KEY_MISSING']);
    expect(found.claims).toMatchObject({ dnskey: { is: 'in' }, zrrsig: { is: 'never' } });
    expect(() => knot.read(knot.keymgr(NAME, 'list'))).toThrow(expect.objectContaining({ code: 'KEY_MISSING' }));
  });
});

const SCHEMA = '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql';
const MISSING = [
  ...['pdnsutil', 'sqlite3'].filter((name) => findPeer(name) === undefined).map((name) => `${name} is not installed`),
  ...(existsSync(SCHEMA) ? [] : ['the sqlite3 backend of PowerDNS is not installed']),
];

describeWhere('keys of PowerDNS', MISSING, () => {
  const NAMES: Readonly<Record<number, string>> = {
    8: 'rsasha256',
    10: 'rsasha512',
    13: 'ecdsa256',
    14: 'ecdsa384',
    15: 'ed25519',
    16: 'ed448',
  };

  function newPowerDns(): (...args: readonly string[]) => string {
    const directory = newDirectory();
    const database = join(directory, 'db');
    execFileSync(peer('sqlite3'), [database], { input: readFileSync(SCHEMA), stdio: ['pipe', 'ignore', 'inherit'] });
    writeFileSync(
      join(directory, 'pdns.conf'),
      `launch=gsqlite3\ngsqlite3-database=${database}\ngsqlite3-dnssec=yes\n`,
    );
    const pdnsutil = (...args: readonly string[]) => run('pdnsutil', [`--config-dir=${directory}`, ...args]);
    pdnsutil('create-zone', NAME, `ns.${NAME}`);
    return pdnsutil;
  }

  const add = (
    pdnsutil: (...args: readonly string[]) => string,
    algorithm: number,
    flag: string,
    active: string,
    published: string,
  ) =>
    pdnsutil(
      'add-zone-key',
      NAME,
      flag,
      ...(algorithm < 13 ? ['2048'] : []),
      active,
      published,
      NAMES[algorithm]!,
    ).trim();

  test.each(ALGORITHMS)('algorithm %d: KSK, ZSK and CSK are the keys that PowerDNS tells', (algorithm) => {
    const pdnsutil = newPowerDns();
    const ids = [add(pdnsutil, algorithm, 'ksk', 'active', 'published')];
    const expected = [['csk']];
    for (const [flag, roles] of [['zsk', ['ksk', 'zsk']]] as const) {
      ids.push(add(pdnsutil, algorithm, flag, 'active', 'published'));
      expected.push([...roles]);
    }
    const shown = pdnsutil('show-zone', NAME);
    const listed = pdnsutil('list-keys', NAME);
    for (const text of [shown, listed]) {
      const listing = parsePowerDnsListing(text, 'pdnsutil', ZONE);
      expect(listing.map(({ id }) => String(id)).sort()).toEqual([...ids].sort());
      const keys = ids.map((id) =>
        readPowerDnsKey({
          zone: ZONE,
          text: pdnsutil('export-zone-key', NAME, id),
          file: `key ${id}`,
          role: undefined,
          listing,
        }),
      );
      expect(keys.map(({ key }) => ownRole(key))).toEqual(expected.at(-1));
      for (const [index, { key, claims }] of keys.entries()) {
        expect(fieldsOf(rdataText(key))).toEqual(fieldsOf(pdnsutil('export-zone-dnskey', NAME, ids[index]!)));
        expect(shown).toContain(`tag = ${key.keyTag}, algo = ${algorithm}, bits = ${key.bits}`);
        expect(claims).toMatchObject({ dnskey: { is: 'in', since: undefined }, zrrsig: { is: 'in' } });
      }
    }
    // Each alone, the role said by hand.
    const text = pdnsutil('export-zone-key', NAME, ids[0]!);
    const alone = readPowerDnsKey({ zone: ZONE, text, file: 'key', role: 'ksk', listing: undefined }).key;
    expect(fieldsOf(rdataText(alone))).toEqual(fieldsOf(pdnsutil('export-zone-dnskey', NAME, ids[0]!)));
  });

  test('a key alone is a CSK, with the flags of a ZSK too; active and published are told apart', () => {
    const pdnsutil = newPowerDns();
    const ids = [
      add(pdnsutil, 13, 'zsk', 'active', 'published'),
      add(pdnsutil, 15, 'ksk', 'inactive', 'published'),
      add(pdnsutil, 15, 'ksk', 'inactive', 'unpublished'),
      add(pdnsutil, 15, 'ksk', 'active', 'unpublished'),
    ];
    for (const command of ['show-zone', 'list-keys']) {
      const listing = parsePowerDnsListing(pdnsutil(command, NAME), command, ZONE);
      const keys = ids.map((id) =>
        readPowerDnsKey({
          zone: ZONE,
          text: pdnsutil('export-zone-key', NAME, id),
          file: id,
          role: undefined,
          listing,
        }),
      );
      expect(keys.map(({ key, claims }) => [ownRole(key), key.flags, claims!.dnskey.is, claims!.zrrsig.is])).toEqual([
        ['csk', 256, 'in', 'in'],
        ['csk', 257, 'in', 'out'],
        ['csk', 257, 'out', 'out'],
        ['csk', 257, 'out', 'in'],
      ]);
      expect(keys[0]!.remarks.join()).toContain('SEP');
    }
  });
});

describePeers('keys of ldns', ['ldns-keygen'], () => {
  test.each(ALGORITHMS)(
    'algorithm %d: a KSK and a ZSK are read, and their DS is the one that ldns tells',
    async (algorithm) => {
      const directory = newDirectory();
      const names: Readonly<Record<number, string>> = {
        8: 'RSASHA256',
        10: 'RSASHA512',
        13: 'ECDSAP256SHA256',
        14: 'ECDSAP384SHA384',
        15: 'ED25519',
        16: 'ED448',
      };
      const size = algorithm < 13 ? ['-b', '2048'] : [];
      const make = (...flags: readonly string[]) =>
        run('ldns-keygen', ['-a', names[algorithm]!, ...size, ...flags, NAME], directory).trim();
      const ksk = make('-k');
      const zsk = make();
      chmodSync(join(directory, `${ksk}.private`), 0o600);
      chmodSync(join(directory, `${zsk}.private`), 0o600);
      const { keys, problems } = await loadZoneKeys(directory, ZONE);
      expect(problems).toEqual([]);
      expect(keys.map(({ name, flags }) => [name, flags]).sort()).toEqual(
        [
          [ksk, 257],
          [zsk, 256],
        ].sort(),
      );
      const found = keys.find(({ name }) => name === ksk)!;
      const ds = readFileSync(join(directory, `${ksk}.ds`), 'utf8')
        .trim()
        .split(/\s+/)
        .slice(-4);
      const ours = dsRdata(ZONE, found.dnskeyRdata, Number(ds[2]));
      expect(Buffer.from(ours).toString('hex')).toBe(dsHex(ds));

      // The same public key alone, as OpenDNSSEC exports it: libldns prints both.
      const [only] = readExportedKeys(
        readFileSync(join(directory, `${ksk}.key`), 'utf8'),
        'export',
        ZONE,
        'OpenDNSSEC has it',
      );
      expect([rdataText(only!.key), only!.key.privateKey, only!.problems[0]?.code]).toEqual([
        rdataText(found),
        undefined,
        'KEY_MISSING',
      ]);

      // And without its private file in a key directory: published, and in trouble.
      const bare = newDirectory();
      copyFileSync(join(directory, `${ksk}.key`), join(bare, `${ksk}.key`));
      const alone = await loadZoneKeys(bare, ZONE);
      expect([alone.keys.length, alone.problems[0]?.code]).toEqual([1, 'KEY_MISSING']);
    },
  );

  function dsHex([tag, algorithm, digestType, digest]: readonly string[]): string {
    const head = Buffer.from([Number(tag) >>> 8, Number(tag) & 255, Number(algorithm), Number(digestType)]);
    return head.toString('hex') + digest!.toLowerCase();
  }
});

describePeers("BIND's keys", ['dnssec-keygen', 'dnssec-settime'], () => {
  const input = { seen: undefined, largestTtl: 3600, policy: DEFAULT_POLICY } as const;

  test('states that dnssec-settime sets are the states that are taken over', async () => {
    const directory = newDirectory();
    const keygen = (...flags: readonly string[]) =>
      run('dnssec-keygen', ['-q', '-K', directory, '-a', '13', ...flags, NAME]).trim();
    const [ksk, zsk] = [keygen('-f', 'KSK'), keygen()];
    const settime = (name: string, ...flags: readonly string[]) =>
      run('dnssec-settime', ['-K', directory, '-s', ...flags, name]);
    settime(
      ksk,
      '-g',
      'omnipresent',
      '-k',
      'omnipresent',
      'now-1d',
      '-r',
      'omnipresent',
      'now-2d',
      '-d',
      'rumoured',
      'now-3d',
    );
    settime(zsk, '-g', 'hidden', '-k', 'omnipresent', 'now-1d', '-z', 'unretentive', 'now-4d');
    const { keys: files } = await loadZoneKeys(directory, ZONE);
    const { keys } = adoptKeys({ ...input, keys: files, ds: () => 'unknown', now: now() });
    const found = (name: string) => keys.find((key) => key.name === name)!;
    expect(found(ksk)).toMatchObject({
      role: 'ksk',
      goal: 'omnipresent',
      states: { dnskey: 'omnipresent', krrsig: 'omnipresent', zrrsig: 'hidden', ds: 'rumoured' },
    });
    expect(found(zsk)).toMatchObject({
      role: 'zsk',
      goal: 'hidden',
      states: { dnskey: 'omnipresent', krrsig: 'hidden', zrrsig: 'unretentive', ds: 'hidden' },
    });
  });

  test('a successor of dnssec-keygen -S is linked, and waits for its time', async () => {
    const directory = newDirectory();
    const old = run('dnssec-keygen', [
      '-q',
      '-K',
      directory,
      '-a',
      '13',
      '-P',
      'now-80d',
      '-A',
      'now-80d',
      '-I',
      '+10d',
      '-D',
      '+20d',
      NAME,
    ]).trim();
    const next = run('dnssec-keygen', ['-q', '-K', directory, '-S', old, '-i', '5d']).trim();
    const { keys: files } = await loadZoneKeys(directory, ZONE);
    const { keys } = adoptKeys({ ...input, keys: files, ds: () => 'unknown', now: now() });
    const [a, b] = [old, next].map((name) => keys.find((key) => key.name === name)!);
    expect([a!.successor, b!.predecessor]).toEqual([b!.id, a!.id]);
    expect([a!.goal, a!.states.zrrsig, a!.lifetime]).toEqual(['omnipresent', 'omnipresent', 90 * 86_400]);
    expect([b!.goal, b!.states.dnskey]).toEqual(['hidden', 'hidden']);
    // At its time of publication it counts as the one that comes, and the old one as the one that goes.
    const later = adoptKeys({ ...input, keys: files, ds: () => 'unknown', now: now() + 6 * 86_400 }).keys;
    expect(later.map(({ name, goal }) => [name, goal]).sort()).toEqual(
      [
        [old, 'hidden'],
        [next, 'omnipresent'],
      ].sort(),
    );
  });
});
