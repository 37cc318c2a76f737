import { chmodSync, copyFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { nameFromText } from '../../src/dns/name.ts';
import { TYPE } from '../../src/dns/types.ts';
import { dsText } from '../../src/keys/ds.ts';
import type { ZoneKey } from '../../src/keys/key.ts';
import { loadZoneKeys } from '../../src/store/key-store.ts';
import { respond } from '../observe/responses.ts';
import { deadServer, startScripted } from '../observe/scripted-server.ts';
import { createScene, expectRefusal, type Scene, ZONE } from './scene.ts';

const FILE = 'zones/example.test.zone';
const SIGNED = `${FILE}.signed`;
const ORIGIN = nameFromText('example.test');
const LONG_AGO = '20240101000000';

/** What `--json` tells. */
interface Document {
  readonly changes: boolean;
  readonly dryRun: boolean;
  readonly warnings: readonly string[];
  readonly keys: readonly {
    readonly name: string;
    readonly role: string;
    readonly goal: string;
    readonly states: Readonly<Record<string, string>>;
    readonly remarks: readonly { readonly kind: string; readonly message: string }[];
  }[];
  readonly copied: readonly string[];
  readonly policy: { readonly fits: boolean; readonly reasons: readonly string[]; readonly lines: readonly string[] };
}

/** Makes a key as BIND's tools would have, in use since long ago. @returns its base name */
async function makeKey(scene: Scene, role: string, flags: readonly string[] = []): Promise<string> {
  const times = ['-P', LONG_AGO, '-A', LONG_AGO];
  const { stdout } = await scene.succeed(['keygen', 'example.test', '--role', role, '-K', 'bind', ...times, ...flags]);
  return stdout.trim();
}

async function keysIn(scene: Scene, directory: string): Promise<readonly ZoneKey[]> {
  return (await loadZoneKeys(scene.path(directory), ORIGIN)).keys;
}

/** Writes the DS records of keys, as the parent would show them. */
async function writeDs(scene: Scene, ...names: readonly string[]): Promise<void> {
  const keys = (await keysIn(scene, 'bind')).filter(({ name }) => names.includes(name));
  scene.write('ds.txt', keys.map((key) => `${dsText(ORIGIN, key.dnskeyRdata, 2)}\n`).join(''));
}

const state = (tag: number, lines: readonly string[]) =>
  `; This is the state of key ${tag}, for example.test.\nAlgorithm: 13\nLength: 256\n${lines.join('\n')}\n`;

/** A `.state` file in which each record has been as it is for long. */
function writeState(scene: Scene, name: string, lines: readonly string[]): void {
  scene.write(`bind/${name}.state`, state(Number(name.slice(-5)), lines));
}

const changed = (record: string, word: string) => [`${record}Change: ${LONG_AGO}`, `${record}State: ${word}`];
const KSK_STATE = [
  'KSK: yes',
  'ZSK: no',
  ...['DNSKEY', 'KRRSIG', 'DS'].flatMap((record) => changed(record, 'omnipresent')),
  'GoalState: omnipresent',
];
const ZSK_STATE = [
  'KSK: no',
  'ZSK: yes',
  ...['DNSKEY', 'ZRRSIG'].flatMap((record) => changed(record, 'omnipresent')),
  'GoalState: omnipresent',
];

const FROM_BIND = ['adopt', 'example.test', '--file', FILE, '--from', 'bind', '--ds', 'ds.txt'];

async function documentOf(scene: Scene, args: readonly string[]): Promise<Document> {
  return JSON.parse((await scene.succeed([...args, '--json'])).stdout) as Document;
}

const statesOf = ({ keys }: Document, name: string) => keys.find((key) => key.name === name)?.states;

describe('dnssec adopt', () => {
  let scene: Scene;
  let ksk: string;
  let zsk: string;

  beforeEach(async () => {
    scene = createScene();
    scene.write(FILE, ZONE);
    // Keys of a fixed moment are older than any lifetime.
    const lifetimes = 'ksk: { lifetime: unlimited }, zsk: { lifetime: unlimited }';
    scene.write('dnssec.yaml', `policies: { default: { keys: { ${lifetimes} } } }\n`);
    ksk = await makeKey(scene, 'ksk');
    zsk = await makeKey(scene, 'zsk');
    await writeDs(scene, ksk);
  });

  describe('from a directory of BIND', () => {
    it('shows with --dry-run what would come of it, and writes nothing', async () => {
      const before = scene.snapshot();
      const { stdout } = await scene.succeed([...FROM_BIND, '--dry-run']);
      for (const part of [
        'example.test would be taken over with these keys:',
        `to be copied: ${[ksk, zsk].sort().join(', ')}`,
        /^KSK \d+, ECDSAP256SHA256, stays {3}K/m,
        /^ {2}DNSKEYState omnipresent: it is in the zone since 2024-01-01/m,
        /^ {2}DSState rumoured: the parent shows it, since when is not certain/m,
        'The policy "default" fits',
        /what happens to the keys until \d{4}-/,
        // The parent shows the DS: nobody is asked to hand it in, nor to say so again.
        /^You: +there is nothing to do by hand/m,
      ]) {
        if (typeof part === 'string') expect(stdout).toContain(part);
        else expect(stdout).toMatch(part);
      }
      expect(scene.snapshot()).toEqual(before);
      const { dryRun, changes } = await documentOf(scene, [...FROM_BIND, '--dry-run']);
      expect([dryRun, changes]).toEqual([true, true]);
      expect(scene.snapshot()).toEqual(before);
    });

    it('takes keys over by their times and the DS; the next signing run goes on with them', async () => {
      const bind = scene.snapshot();
      const adopted = await documentOf(scene, FROM_BIND);
      expect(adopted.copied).toEqual([ksk, zsk].sort());
      expect(statesOf(adopted, ksk)).toEqual({ dnskey: 'omnipresent', krrsig: 'omnipresent', ds: 'rumoured' });
      expect(statesOf(adopted, zsk)).toEqual({ dnskey: 'omnipresent', zrrsig: 'omnipresent' });
      expect(adopted.keys.map(({ goal }) => goal)).toEqual(['omnipresent', 'omnipresent']);
      // What was there is as it was, and the copies are the same keys.
      const after = scene.snapshot();
      for (const path of Object.keys(bind).filter((path) => path.startsWith('bind'))) {
        expect(after[path], path).toBe(bind[path]);
      }
      const [old, own] = [await keysIn(scene, 'bind'), await keysIn(scene, 'keys')];
      expect(own.map(({ dnskeyRdata }) => dnskeyRdata)).toEqual(old.map(({ dnskeyRdata }) => dnskeyRdata));
      expect(own.every(({ privateKey }) => privateKey !== undefined)).toBe(true);
      expect(scene.read('dnssec.yaml')).toContain(`example.test:\n    file: ${FILE}`);
      expect(scene.read('state/example.test.log')).toContain('"kind":"adopted"');

      await scene.succeed(['sign', 'example.test']);
      await scene.succeed(['verify', SIGNED, '--ds', 'ds.txt']);
      expect(await keysIn(scene, 'keys')).toHaveLength(2);
    });

    it('run twice changes nothing the second time, before a signing run and after it', async () => {
      await scene.succeed(FROM_BIND);
      for (const args of [FROM_BIND, ['adopt', 'example.test', '--ds', 'ds.txt'], ['adopt', 'example.test']]) {
        const before = scene.snapshot();
        expect(await documentOf(scene, args), args.join(' ')).toMatchObject({ changes: false, copied: [] });
        expect(scene.snapshot(), args.join(' ')).toEqual(before);
      }
      await scene.succeed(['sign', 'example.test']);
      const before = scene.snapshot();
      const { stdout } = await scene.succeed(['adopt', 'example.test', '--ds', 'ds.txt']);
      expect(stdout).toContain('is taken over already');
      expect(stdout).toContain('Nothing was to be written.');
      expect(scene.snapshot()).toEqual(before);
    });

    it('keeps the states of .state files, also in the middle of a roll', async () => {
      const next = await makeKey(scene, 'zsk');
      writeState(scene, ksk, KSK_STATE);
      const roll = (more: readonly string[]) => ['KSK: no', 'ZSK: yes', ...changed('DNSKEY', 'omnipresent'), ...more];
      const [oldTag, newTag] = [zsk, next].map((name) => Number(name.slice(-5)));
      writeState(scene, zsk, [
        `Successor: ${newTag}`,
        ...roll(changed('ZRRSIG', 'unretentive')),
        `Retired: ${LONG_AGO}`,
        'GoalState: hidden',
      ]);
      writeState(scene, next, [
        `Predecessor: ${oldTag}`,
        ...roll(changed('ZRRSIG', 'rumoured')),
        'GoalState: omnipresent',
      ]);
      const adopted = await documentOf(scene, FROM_BIND);
      expect(statesOf(adopted, ksk)).toEqual({ dnskey: 'omnipresent', krrsig: 'omnipresent', ds: 'omnipresent' });
      expect(statesOf(adopted, zsk)).toEqual({ dnskey: 'omnipresent', zrrsig: 'unretentive' });
      expect(statesOf(adopted, next)).toEqual({ dnskey: 'omnipresent', zrrsig: 'rumoured' });
      expect(adopted.keys.flatMap(({ remarks }) => remarks).filter(({ kind }) => kind !== 'kept')).toEqual([]);
      expect(adopted.policy.fits).toBe(true);
      expect(scene.read(`keys/${zsk}.state`)).toContain('ZRRSIGState: unretentive\nGoalState: hidden\n');
      const { stdout } = await scene.run(['why', 'example.test']);
      expect(stdout).toMatch(new RegExp(`ZSK roll ${oldTag} .* ${newTag}: `));
    });

    it('leaves a .state file that is in the key directory already, and says so', async () => {
      writeState(scene, ksk, KSK_STATE);
      writeState(scene, zsk, ZSK_STATE);
      await scene.succeed(FROM_BIND);
      const own = scene.read(`keys/${zsk}.state`);
      writeState(
        scene,
        zsk,
        ZSK_STATE.map((line) => line.replace(/(ZRRSIGState:) .*/, '$1 rumoured')),
      );
      const { keys } = await documentOf(scene, FROM_BIND);
      const remarks = keys.find(({ name }) => name === zsk)!.remarks;
      expect(remarks[0]).toEqual({ kind: 'warning', message: expect.stringContaining('is left out') });
      expect(scene.read(`keys/${zsk}.state`)).toBe(own);
    });

    it('refuses states that contradict themselves, with all contradictions', async () => {
      writeState(
        scene,
        ksk,
        KSK_STATE.map((line) => line.replace(/(DNSKEYState:) .*/, '$1 hidden')),
      );
      writeState(scene, zsk, [...ZSK_STATE, 'DSState: rumoured']);
      await expectRefusal(scene, FROM_BIND, {
        code: 'STATE_INVALID',
        says: [`${ksk}.state: "DSState: omnipresent" contradicts "DNSKEYState: hidden"`, `${zsk}.state: "DSState`],
      });
    });

    it('refuses a key that has to sign without its private half; one that has not to is no obstacle', async () => {
      const going = await makeKey(scene, 'zsk', ['-I', '20240201000000', '-D', '20240301000000']);
      rmSync(scene.path(`bind/${going}.private`));
      const adopted = await documentOf(scene, [...FROM_BIND, '--dry-run']);
      expect(adopted.keys.find(({ name }) => name === going)).toMatchObject({
        goal: 'hidden',
        states: { dnskey: 'hidden', zrrsig: 'hidden' },
        remarks: expect.arrayContaining([
          { kind: 'warning', message: expect.stringContaining('its private half is not here') },
        ]),
      });
      rmSync(scene.path(`bind/${zsk}.private`));
      await expectRefusal(scene, FROM_BIND, { code: 'KEY_MISSING', says: [`${zsk} has to sign`, `${zsk}.private`] });
    });

    it.each<[string, (scene: Scene, ksk: string, zsk: string) => void, string, RegExp]>([
      [
        'a private key that others can read',
        (s, k) => chmodSync(s.path(`bind/${k}.private`), 0o644),
        'KEY_EXPOSED',
        /mode 0644/,
      ],
      [
        'a private key of another key',
        (s, k, z) => copyFileSync(s.path(`bind/${z}.private`), s.path(`bind/${k}.private`)),
        'KEY_INVALID',
        /does not belong/,
      ],
      [
        'a damaged .state file',
        (s, k) => s.write(`bind/${k}.state`, 'KSK: perhaps\n'),
        'KEY_INVALID',
        /neither yes nor no/,
      ],
      ['no such directory', (s) => renameSync(s.path('bind'), s.path('away')), 'FILE_UNREADABLE', /bind/],
      [
        'a directory without keys of the zone',
        (s) => {
          for (const f of readdirSync(s.path('bind'))) rmSync(s.path('bind', f));
        },
        'KEY_MISSING',
        /names no keys/,
      ],
      [
        'another key under the same name',
        (s, k) => {
          s.write(`keys/${k}.key`, s.read(`bind/${k}.key`).replace(/A(?=\S*$)/m, 'A'));
          s.write(`keys/${k}.private`, 'no key\n', 0o600);
        },
        'KEY_INVALID',
        /private/,
      ],
    ])('refuses %s, and changes nothing', async (_, spoil, code, says) => {
      spoil(scene, ksk, zsk);
      await expectRefusal(scene, FROM_BIND, { code: code as 'USAGE', says: [says] });
    });
  });

  describe('as the keys lie in the key directory', () => {
    it('takes the states that another program changed, and what was seen stays', async () => {
      await scene.succeed(FROM_BIND);
      await scene.succeed(['sign', 'example.test']);
      const seen = (text: string) => (JSON.parse(text) as { file: unknown }).file;
      const before = seen(scene.read('state/example.test.json'));
      const path = `keys/${ksk}.state`;
      scene.write(path, scene.read(path).replace('DSState: rumoured', 'DSState: omnipresent'));
      const stopped = await scene.run(['why', 'example.test']);
      expect([stopped.code, stopped.stdout]).toEqual([1, expect.stringContaining('dnssec adopt example.test')]);

      const adopted = await documentOf(scene, ['adopt', 'example.test', '--ds', 'ds.txt']);
      expect(adopted.changes).toBe(true);
      expect(statesOf(adopted, ksk)).toMatchObject({ ds: 'omnipresent' });
      expect(scene.read(path)).toContain('DSState: omnipresent');
      expect(seen(scene.read('state/example.test.json'))).toEqual(before);
      expect((await scene.run(['why', 'example.test'])).code).toBe(0);
      await scene.succeed(['sign', 'example.test']);
      expect(scene.read(path)).toContain('DSState: omnipresent');
    });

    it('remembers a key whose files are gone before its time, and warns', async () => {
      await scene.succeed(FROM_BIND);
      for (const suffix of ['key', 'private', 'state']) rmSync(scene.path(`keys/${zsk}.${suffix}`));
      const { keys } = await documentOf(scene, ['adopt', 'example.test', '--ds', 'ds.txt']);
      expect(keys.find(({ name }) => name === zsk)).toMatchObject({
        files: 'missing',
        remarks: [{ kind: 'warning', message: expect.stringContaining('its files are no longer here') }],
      });
      expect((await scene.run(['why', 'example.test'])).code).toBe(1);
    });

    it('needs keys, and a zone that is configured', async () => {
      const bare = createScene();
      bare.write(FILE, ZONE);
      await expectRefusal(bare, ['adopt', 'example.test', '--file', FILE], {
        code: 'KEY_MISSING',
        says: ['holds no keys'],
      });
      await expectRefusal(bare, ['adopt', 'gone.test'], { code: 'ZONE_NOT_FOUND', says: ['gone.test'] });
    });
  });

  describe('and the parent', () => {
    const ds = (document: Document) => statesOf(document, ksk)?.ds;
    const withFile = (...flags: readonly string[]) => [...FROM_BIND.slice(0, -2), ...flags, '--dry-run'];

    it('takes a DS that nobody told of for one that may be there, and says so', async () => {
      const document = await documentOf(scene, withFile());
      expect(ds(document)).toBe('rumoured');
      expect(document.warnings[0]).toMatch(/nobody told what the parent shows/);
    });

    it('takes an empty file and --no-ds for a parent without DS', async () => {
      scene.write('none.txt', '');
      for (const flags of [['--ds', 'none.txt'], ['--no-ds']])
        expect(ds(await documentOf(scene, withFile(...flags)))).toBe('hidden');
    });

    it('reads the records from standard input', async () => {
      const { stdout } = await scene.succeed([...withFile('--ds', '-'), '--json'], { input: scene.read('ds.txt') });
      expect(ds(JSON.parse(stdout) as Document)).toBe('rumoured');
    });

    it('reports a DS that belongs to none of the keys', async () => {
      const foreign = `example.test. IN DS 4711 13 2 ${'AB'.repeat(32)}\n`;
      scene.write('ds.txt', scene.read('ds.txt') + foreign);
      const { warnings } = await documentOf(scene, [...FROM_BIND, '--dry-run']);
      expect(warnings[0]).toBe(
        `the parent shows a DS that belongs to none of these keys: 4711 13 2 ${'AB'.repeat(32)}`,
      );

      writeState(scene, ksk, KSK_STATE);
      scene.write('ds.txt', foreign);
      await expectRefusal(scene, FROM_BIND, {
        code: 'STATE_INVALID',
        says: ['"DSState: omnipresent" contradicts the parent', 'none of these keys: 4711 13 2'],
      });
    });

    it.each([
      ['an answer that is none', ';; connection timed out; no servers could be reached\n', 'USAGE'],
      ['records of another zone', `example.org. IN DS 1 13 2 ${'AB'.repeat(32)}\n`, 'USAGE'],
      ['no records', 'what?\n', 'ZONE_INVALID'],
    ] as const)('refuses %s', async (_, text, code) => {
      scene.write('ds.txt', text);
      await expectRefusal(scene, FROM_BIND, { code, says: ['ds.txt'] });
    });

    it('does not show a private key that is named by mistake', async () => {
      const args = withFile('--ds', `bind/${ksk}.private`);
      await expectRefusal(scene, args, { code: 'USAGE', says: ['is a private key file'] });
    });

    it('asks its servers, where they are configured', async () => {
      const [key] = (await keysIn(scene, 'bind')).filter(({ name }) => name === ksk);
      const rdata = Uint8Array.from(
        Buffer.from(
          dsText(ORIGIN, key!.dnskeyRdata, 2).replace(
            /^.* (\d+) (\d+) (\d+) (\S+)$/,
            (_, tag, algorithm, type, digest) =>
              Buffer.from([Number(tag) >> 8, Number(tag) & 255, Number(algorithm), Number(type)]).toString('hex') +
              digest,
          ),
          'hex',
        ),
      );
      const shows = await startScripted({
        udp: (query, reply) => reply(respond(query, { answers: [{ owner: ORIGIN, type: TYPE.DS, rdata }] })),
      });
      const dead = await deadServer();
      const observe = (...ports: readonly number[]) => {
        const parent = ports.map((port) => `"127.0.0.1:${port}"`).join(', ');
        scene.write(
          'dnssec.yaml',
          `zones: { example.test: { file: ${FILE}, observe: { servers: off, parent: [ ${parent} ] } } }\n`,
        );
      };
      const args = ['adopt', 'example.test', '--from', 'bind'];
      observe(shows.address.port, dead.port);
      const unsure = await documentOf(scene, [...args, '--dry-run']);
      expect([ds(unsure), unsure.warnings[0]]).toEqual([
        'rumoured',
        expect.stringContaining('do not agree, or do not answer'),
      ]);
      observe(shows.address.port);
      const sure = await documentOf(scene, args);
      expect([ds(sure), sure.warnings.filter((text) => text.includes('parent'))]).toEqual(['rumoured', []]);
      const memory = JSON.parse(scene.read('state/example.test.json')) as { parent: Record<string, { seen: string }> };
      expect(
        Object.values(memory.parent)
          .map(({ seen }) => seen)
          .sort(),
      ).toEqual(['absent', 'present']);
    });
  });

  describe('and the served zone', () => {
    /** A zone that another installation signed with the keys, at serial 4711. */
    async function signElsewhere(): Promise<void> {
      scene.write('elsewhere.zone', ZONE.replace('hostmaster 1 ', 'hostmaster 4710 '));
      await scene.succeed(['sign', 'elsewhere.zone', '-o', 'example.test', '-K', 'bind', '-f', 'served.txt']);
    }
    const SERVED = [...FROM_BIND, '--signed', 'served.txt'];

    it('becomes the signed file, so that serial and signatures go on from there', async () => {
      await signElsewhere();
      const served = scene.read('served.txt');
      const { stdout } = await scene.succeed(SERVED);
      expect(stdout).toContain(`the served zone becomes ${SIGNED}`);
      expect(scene.read(SIGNED)).toBe(served);
      expect(stdout).toContain('it is in the present signed zone since 2024-01-01');
      const signed = await scene.succeed(['sign', 'example.test', '--json']);
      const [zone] = (JSON.parse(signed.stdout) as { zones: { previousSerial: number; serial: number }[] }).zones;
      expect(zone).toMatchObject({ previousSerial: 4711, serial: 4712 });
    });

    it('does not take the place of a signed file that is there', async () => {
      await signElsewhere();
      scene.write(SIGNED, scene.read('served.txt').replace(' 4711 ', ' 4700 '));
      const own = scene.read(SIGNED);
      await scene.succeed(SERVED);
      expect(scene.read(SIGNED)).toBe(own);
    });

    it('shows keys that are not in it as new', async () => {
      const late = await makeKey(scene, 'zsk');
      renameSync(scene.path(`bind/${late}.key`), scene.path('late.key'));
      renameSync(scene.path(`bind/${late}.private`), scene.path('late.private'));
      await signElsewhere();
      renameSync(scene.path('late.key'), scene.path(`bind/${late}.key`));
      renameSync(scene.path('late.private'), scene.path(`bind/${late}.private`));
      const document = await documentOf(scene, SERVED);
      expect(statesOf(document, late)).toEqual({ dnskey: 'rumoured', zrrsig: 'rumoured' });
      expect(statesOf(document, zsk)).toEqual({ dnskey: 'omnipresent', zrrsig: 'omnipresent' });
    });

    it('must be signed by keys that are handed in', async () => {
      await signElsewhere();
      for (const suffix of ['key', 'private']) rmSync(scene.path(`bind/${zsk}.${suffix}`));
      await expectRefusal(scene, SERVED, {
        code: 'KEY_MISSING',
        says: ['served.txt is signed by key', 'not among those'],
      });
    });

    it.each<[string, string | Uint8Array, 'ZONE_INVALID', RegExp]>([
      [
        "BIND's raw format",
        Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 1, 0, 0),
        'ZONE_INVALID',
        /named-compilezone -j -f raw -F text/,
      ],
      ['another zone', ZONE.replace('example.test', 'other.test'), 'ZONE_INVALID', /is not in zone example\.test/],
      ['no zone', 'what?\n', 'ZONE_INVALID', /served\.txt:1/],
    ])('is not read from %s', async (_, content, code, says) => {
      scene.write('served.txt', content);
      await expectRefusal(scene, SERVED, { code, says: [says] });
    });

    it('in a binary format where our signed file belongs has to go first', async () => {
      scene.write(SIGNED, Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 1, 0, 0));
      await expectRefusal(scene, FROM_BIND, { code: 'ZONE_INVALID', says: [SIGNED, 'has to go'] });
    });

    it('without signatures is told of, and is not taken for the signed file', async () => {
      scene.write('served.txt', ZONE);
      const { warnings } = await documentOf(scene, SERVED);
      expect(warnings).toEqual(['what is said to be the served zone has no signatures']);
      expect(readdirSync(scene.path('zones'))).toEqual(['example.test.zone']);
    });
  });

  describe('and the policy', () => {
    it('says what would begin at once, and offers the lines that leave the keys as they are', async () => {
      for (const name of [ksk, zsk])
        for (const suffix of ['key', 'private']) rmSync(scene.path(`bind/${name}.${suffix}`));
      const [oldKsk] = [
        await makeKey(scene, 'ksk', ['-a', 'RSASHA256', '-b', '2048']),
        await makeKey(scene, 'zsk', ['-a', 'RSASHA256', '-b', '2048']),
      ];
      await writeDs(scene, oldKsk);
      const { stdout } = await scene.succeed(FROM_BIND);
      expect(stdout).toContain('The policy "default" does not fit');
      expect(stdout).toMatch(/KSK \d+ is of RSASHA256; the policy "default" wants a KSK of ECDSAP256SHA256/);
      expect(stdout).toMatch(/what happens to the keys until/);
      const { policy } = await documentOf(scene, ['adopt', 'example.test', '--ds', 'ds.txt', '--dry-run']);
      const lines = policy.lines.map((line) =>
        line === '    policy: as-adopted' ? `    file: ${FILE}\n${line}` : line,
      );
      scene.write('dnssec.yaml', `${lines.join('\n')}\n`);
      expect((await documentOf(scene, ['adopt', 'example.test', '--ds', 'ds.txt'])).policy).toEqual({
        name: 'as-adopted',
        fits: true,
        reasons: [],
        lines: [],
      });
      await scene.succeed(['sign', 'example.test']);
      expect(await keysIn(scene, 'keys')).toHaveLength(2);
    });
  });

  describe('from Knot', () => {
    const id = (name: string) => name.slice(-5).repeat(8);

    beforeEach(async () => {
      for (const name of [ksk, zsk]) {
        await scene.succeed(['keys', 'export', name, '-K', 'bind', '--format', 'pem', '-f', `${id(name)}.pem`]);
        scene.write(`kasp/keys/${id(name)}.pem`, scene.read(`${id(name)}.pem`), 0o640);
        rmSync(scene.path(`${id(name)}.pem`));
      }
      const line = (name: string, role: string, timers: string) =>
        `${id(name)} ${Number(name.slice(-5))} ${role} ECDSAP256SHA256 ${timers}\n`;
      scene.write(
        'list.txt',
        line(ksk, 'KSK', 'publish=1700000000 ready=1700010000 active=1700020000') +
          line(zsk, 'ZSK', 'publish=1700000000 active=1700010000'),
      );
    });

    const FROM_KNOT = ['adopt', 'example.test', '--file', FILE, '--knot', 'kasp', '--ds', 'ds.txt'];

    it('takes the keys of its key store and of its listing', async () => {
      const document = await documentOf(scene, [...FROM_KNOT, '--list', 'list.txt']);
      expect(document.copied).toEqual([ksk, zsk].sort());
      expect(statesOf(document, ksk)).toMatchObject({ dnskey: 'omnipresent', krrsig: 'omnipresent' });
      expect(statesOf(document, zsk)).toEqual({ dnskey: 'omnipresent', zrrsig: 'omnipresent' });
      await scene.succeed(['sign', 'example.test']);
      await scene.succeed(['verify', SIGNED, '--ds', 'ds.txt']);
      const before = scene.snapshot();
      const again = await scene.succeed([...FROM_KNOT, '--list', '-'], { input: scene.read('list.txt') });
      expect(again.stdout).toContain('Nothing was to be written.');
      expect(scene.snapshot()).toEqual(before);
    });

    it('refuses what does not belong together', async () => {
      await expectRefusal(scene, FROM_KNOT, { code: 'USAGE', says: ['--knot needs --list'] });
      await expectRefusal(scene, [...FROM_BIND, '--list', 'list.txt'], {
        code: 'USAGE',
        says: ['--list goes with --knot only'],
      });
      rmSync(scene.path(`kasp/keys/${id(zsk)}.pem`));
      await expectRefusal(scene, [...FROM_KNOT, '--list', 'list.txt'], {
        code: 'KEY_MISSING',
        says: [`${id(zsk)}.pem`],
      });
      scene.write('list.txt', '');
      await expectRefusal(scene, [...FROM_KNOT, '--list', 'list.txt'], {
        code: 'KEY_MISSING',
        says: ['names no keys'],
      });
      scene.write('list.txt', 'no listing\n');
      await expectRefusal(scene, [...FROM_KNOT, '--list', 'list.txt'], { code: 'KEY_INVALID', says: ['list.txt'] });
    });
  });

  describe('from PowerDNS', () => {
    beforeEach(() => {
      const shown = (name: string, number: number, role: string, flags: number) => {
        scene.write(
          `${role}.txt`,
          scene.read(`bind/${name}.private`).replace(/^(?:Created|Publish|Activate):.*\n/gm, ''),
          0o600,
        );
        return `ID = ${number} (${role}), flags = ${flags}, tag = ${Number(name.slice(-5))}, algo = 13, bits = 256\t  Active\t Published\n`;
      };
      scene.write('show.txt', `keys:\n${shown(ksk, 1, 'KSK', 257)}${shown(zsk, 2, 'ZSK', 256)}`);
    });

    const FROM_POWERDNS = ['adopt', 'example.test', '--file', FILE, '--ds', 'ds.txt', '--powerdns', 'KSK.txt'];

    it('takes exported keys, which count as new', async () => {
      const document = await documentOf(scene, [...FROM_POWERDNS, '--powerdns', 'ZSK.txt', '--show', 'show.txt']);
      expect(statesOf(document, ksk)).toEqual({ dnskey: 'rumoured', krrsig: 'rumoured', ds: 'rumoured' });
      expect(statesOf(document, zsk)).toEqual({ dnskey: 'rumoured', zrrsig: 'rumoured' });
      await scene.succeed(['sign', 'example.test']);
      await scene.succeed(['verify', SIGNED, '--ds', 'ds.txt']);
    });

    it('refuses an export that is missing, one that others can read, and a listing of another zone', async () => {
      await expectRefusal(scene, [...FROM_POWERDNS, '--show', 'show.txt'], {
        code: 'KEY_MISSING',
        says: ['(ID 2)', 'export-zone-key'],
      });
      await expectRefusal(scene, FROM_POWERDNS, { code: 'USAGE', says: ['--powerdns needs --show'] });
      chmodSync(scene.path('KSK.txt'), 0o644);
      await expectRefusal(scene, [...FROM_POWERDNS, '--show', 'show.txt'], { code: 'KEY_EXPOSED', says: ['KSK.txt'] });
      scene.write('show.txt', '');
      await expectRefusal(scene, [...FROM_POWERDNS, '--show', 'show.txt'], {
        code: 'KEY_MISSING',
        says: ['names no keys'],
      });
    });
  });

  it.each<[string, readonly string[], string]>([
    ['two sources of keys', [...FROM_BIND, '--powerdns', 'x', '--show', 'ds.txt'], 'exclude each other'],
    [
      'two texts on standard input',
      ['adopt', 'example.test', '--knot', '.', '--list', '-', '--ds', '-'],
      'standard input',
    ],
    ['another file than the configured one', [...FROM_BIND, '--file', 'other.zone'], 'with the file'],
    [
      'a signed zone file',
      [...FROM_BIND.slice(0, 2), '--file', 'signed.zone', ...FROM_BIND.slice(4)],
      'is a signed zone file already',
    ],
    ['a zone that is none', ['adopt', 'a..b', '--file', FILE], '"a..b" is not a domain name'],
  ])('refuses %s', async (what, args, says) => {
    scene.write('other.zone', ZONE);
    await scene.succeed(['sign', 'other.zone', '-o', 'example.test', '-K', 'bind', '-f', 'signed.zone']);
    if (what.startsWith('another file')) scene.write('dnssec.yaml', `zones: { example.test: { file: ${FILE} } }\n`);
    const code = what.startsWith('a signed') ? 'SIGNING_IMPOSSIBLE' : 'USAGE';
    await expectRefusal(scene, args, { code, says: [says] });
  });
});
