import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dsCommand } from '../../src/cli/commands/ds.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runProgram } from '../../src/cli/program.ts';
import { friendlyName, nameFromText } from '../../src/dns/name.ts';
import { requireSigningAlgorithm } from '../../src/keys/algorithms.ts';
import type { KeyRole, KeyTiming } from '../../src/keys/key.ts';
import { parseKeyFile, printKeyFile } from '../../src/keys/key-file.ts';
import { parseKeyFileName, zoneFileText } from '../../src/keys/key-name.ts';
import { selectKeys } from '../../src/keys/key-plan.ts';
import { keyTag } from '../../src/keys/key-tag.ts';
import { parsePrivateKeyFile, printPrivateKeyFile } from '../../src/keys/private-key-file.ts';
import { parseStateFile, printStateFile } from '../../src/keys/state-file.ts';
import { createKeys } from '../../src/store/key-files.ts';
import { exportKey, importKey } from '../../src/store/key-import.ts';
import { listKeyFiles, loadZoneKeys } from '../../src/store/key-store.ts';
import { recordContext, recordingStream } from '../cli/recorder.ts';
import { describePeers, peer } from './peers.ts';

const ALGORITHMS = [8, 10, 13, 14, 15, 16];
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'dnssec-keys-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function newDirectory(): string {
  const directory = mkdtempSync(join(root, 'd-'));
  chmodSync(directory, 0o700);
  return directory;
}

/** Runs a program of the field, with the clock in UTC as our files have it. */
function run(program: string, args: readonly string[], cwd = root): string {
  const env = { ...process.env, TZ: 'UTC' };
  return execFileSync(peer(program), args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const now = () => Math.floor(Date.now() / 1000);
const text = (directory: string, file: string) => readFileSync(join(directory, file), 'latin1');

/** Every key in a directory: what we would write is what is there, octet by octet. */
async function expectRewritten(directory: string, zone: string): Promise<void> {
  const { keys, problems } = await loadZoneKeys(directory, nameFromText(zone));
  expect(problems).toEqual([]);
  expect(keys.length).toBeGreaterThan(0);
  for (const key of keys) {
    expect(printKeyFile(key)).toBe(text(directory, `${key.name}.key`));
    const secret = parsePrivateKeyFile(text(directory, `${key.name}.private`), key.name);
    expect(printPrivateKeyFile(secret) === text(directory, `${key.name}.private`)).toBe(true);
    if (key.state === undefined) continue;
    expect(printStateFile(key.state, key.zone, key.keyTag)).toBe(text(directory, `${key.name}.state`));
  }
}

describePeers("keys of BIND's programs", ['dnssec-keygen', 'dnssec-settime', 'dnssec-revoke'], () => {
  test.each(ALGORITHMS)('algorithm %d: KSK and ZSK are read and rewritten octet by octet', async (algorithm) => {
    const directory = newDirectory();
    run('dnssec-keygen', ['-K', directory, '-a', String(algorithm), 'example.com']);
    run('dnssec-keygen', ['-K', directory, '-a', String(algorithm), '-f', 'KSK', '-L', '3600', 'Example.COM']);
    await expectRewritten(directory, 'example.com');
  });

  test('all times, a successor, a revoked key, the old format and one that is not in use', async () => {
    const directory = newDirectory();
    const keygen = (...args: string[]) => run('dnssec-keygen', ['-K', directory, '-a', '13', ...args]).trim();
    const times = ['-P', 'now+1d', '-P', 'sync', 'now+2d', '-A', '+2w', '-R', '+3mo', '-I', '+4mo', '-D', '+1y'];
    keygen('-f', 'KSK', ...times, '-D', 'sync', '+11mo', 'example.com');
    const old = keygen('-I', '+40d', '-D', '+80d', 'example.com');
    run('dnssec-keygen', ['-K', directory, '-S', join(directory, old)]);
    run('dnssec-revoke', ['-K', directory, join(directory, keygen('-f', 'KSK', 'example.com'))]);
    keygen('-C', 'example.com');
    keygen('-G', 'example.com');
    run('dnssec-settime', ['-K', directory, '-P', 'ds', 'now', join(directory, keygen('-f', 'KSK', 'example.com'))]);
    await expectRewritten(directory, 'example.com');
  });

  test('names with octets of every kind are found, and their files are named as BIND names them', async () => {
    const directory = newDirectory();
    const names = ['.', 'a\\.b\\032c/d.\\200x.example', 'ex_am-ple+1.*.EXample', 'a%b"c\\$d\\(e\\)f\\;g\\@h.:x&y[z]~.'];
    for (const name of names) {
      run('dnssec-keygen', ['-K', directory, '-a', '13', name]);
      await expectRewritten(directory, name);
    }
    const files = readdirSync(directory).filter((file) => file.endsWith('.key'));
    expect(files.length).toBe(names.length);
    for (const file of files) {
      const parsed = parseKeyFileName(file)!;
      expect(file.startsWith(`K${zoneFileText(parsed.zone)}+013+`)).toBe(true);
    }
    expect(new Set(files.map((file) => friendlyName(parseKeyFileName(file)!.zone))).size).toBe(names.length);
  });

  test('state files with every state and time are read and rewritten octet by octet', async () => {
    const directory = newDirectory();
    const policy = join(directory, 'policy.conf');
    writeFileSync(
      policy,
      'dnssec-policy "p" { keys { ksk lifetime 365d algorithm 13; zsk lifetime 30d algorithm 13; csk lifetime unlimited algorithm 16; }; };\n',
    );
    run('dnssec-keygen', ['-K', directory, '-k', 'p', '-l', policy, 'Example.com']);
    await expectRewritten(directory, 'example.com');
    const states = ['-k', 'OMNIPRESENT', '-z', 'HIDDEN', '-r', 'RUMOURED', '-d', 'UNRETENTIVE'].flatMap((word, i) =>
      i % 2 === 0 ? [word] : [word, 'now'],
    );
    const times = [
      '-P',
      '-1d',
      '-A',
      '-1d',
      '-I',
      '+1d',
      '-D',
      '+2d',
      '-R',
      '+3d',
      '-P',
      'ds',
      'now',
      '-D',
      'ds',
      '+1d',
    ];
    const sync = ['-P', 'sync', '+1d', '-D', 'sync', '+3d'];
    for (const file of readdirSync(directory).filter((name) => name.endsWith('.key'))) {
      run('dnssec-settime', [
        '-s',
        '-g',
        'OMNIPRESENT',
        ...states,
        ...times,
        ...sync,
        '-K',
        directory,
        join(directory, file),
      ]);
    }
    await expectRewritten(directory, 'example.com');
    const { keys } = await loadZoneKeys(directory, nameFromText('example.com'));
    for (const key of keys) {
      expect(key.state?.states).toEqual({
        dnskey: 'omnipresent',
        zrrsig: 'hidden',
        krrsig: 'rumoured',
        ds: 'unretentive',
        goal: 'omnipresent',
      });
      expect(Object.keys(key.state!.changes).sort()).toEqual(['dnskey', 'ds', 'krrsig', 'zrrsig']);
      expect(parseStateFile(text(directory, `${key.name}.state`), '').unknown).toEqual([]);
    }
  });
});

describePeers('the state file of a CSK', ['dnssec-keygen'], () => {
  test("has the lines of BIND's, times and tag aside", async () => {
    const [theirs, ours] = [newDirectory(), newDirectory()];
    const policy = join(theirs, 'policy.conf');
    writeFileSync(policy, 'dnssec-policy "p" { keys { csk lifetime unlimited algorithm 13; }; };\n');
    run('dnssec-keygen', ['-K', theirs, '-k', 'p', '-l', policy, 'example.com']);
    await makeKeys(ours, 13, ['csk']);
    const shape = (directory: string) => {
      const file = readdirSync(directory).find((name) => name.endsWith('.state'))!;
      return text(directory, file)
        .replace(/key \d+/, 'key TAG')
        .replace(/\d{14} \(.*\)/g, 'TIME');
    };
    expect(shape(ours)).toBe(shape(theirs));
  });
});

describePeers("ldns-keygen's keys", ['ldns-keygen'], () => {
  test('each is read, and its files go back to it with the same numbers', async () => {
    const directory = newDirectory();
    for (const algorithm of ['RSASHA256', 'RSASHA512', 'ECDSAP256SHA256', 'ECDSAP384SHA384', 'ED25519', 'ED448']) {
      run('ldns-keygen', ['-a', algorithm, '-b', '2048', '-k', 'example.com'], directory);
    }
    const { keys, problems } = await loadZoneKeys(directory, nameFromText('example.com'));
    expect(problems).toEqual([]);
    expect(keys.map((key) => key.algorithm)).toEqual(ALGORITHMS);
    for (const key of keys) {
      const secret = parsePrivateKeyFile(text(directory, `${key.name}.private`), key.name);
      const trimmed = text(directory, `${key.name}.private`).replace(/\n+$/, '\n');
      expect(printPrivateKeyFile(secret) === trimmed).toBe(true);
    }
  });
});

const TIMING: KeyTiming = { created: 1_790_000_000, publish: 1_790_000_000, activate: 1_790_000_100 };

async function makeKeys(directory: string, algorithm: number, roles: readonly KeyRole[], timing: KeyTiming = TIMING) {
  const zone = nameFromText('example.com');
  const parts = { zone, algorithm: requireSigningAlgorithm(algorithm), timing };
  return createKeys(
    directory,
    roles.map((role) => ({ ...parts, role })),
  );
}

describePeers("our keys in BIND's programs", ['dnssec-settime', 'dnssec-dsfromkey', 'dnssec-signzone'], () => {
  test.each(ALGORITHMS)(
    'algorithm %d: dnssec-settime reads the times and leaves the files as they are',
    async (algorithm) => {
      const directory = newDirectory();
      const timing = {
        ...TIMING,
        revoke: 1_800_000_000,
        inactive: 1_801_000_000,
        delete: 1_802_000_000,
        syncPublish: 1_790_000_200,
        syncDelete: 1_799_000_000,
      };
      const [key] = await makeKeys(directory, algorithm, ['ksk'], timing);
      const file = join(directory, `${key!.name}.key`);
      const shown = run('dnssec-settime', ['-u', '-p', 'all', file]);
      expect(shown.match(/\d+/g)?.map(Number)).toEqual([
        timing.created,
        timing.publish,
        timing.activate,
        timing.revoke,
        timing.inactive,
        timing.delete,
        timing.syncPublish,
        timing.syncDelete,
      ]);
      const before = ['key', 'private'].map((suffix) => text(directory, `${key!.name}.${suffix}`));
      run('dnssec-settime', [
        '-K',
        directory,
        '-A',
        String(new Date(TIMING.activate! * 1000).toISOString().replace(/\D/g, '').slice(0, 14)),
        file,
      ]);
      expect(
        ['key', 'private'].map((suffix) => text(directory, `${key!.name}.${suffix}`)).join() === before.join(),
      ).toBe(true);
    },
  );

  test.each(ALGORITHMS)(
    'algorithm %d: dnssec-dsfromkey prints the DS and CDS records that we print',
    async (algorithm) => {
      const directory = newDirectory();
      const [key] = await makeKeys(directory, algorithm, ['ksk']);
      const file = join(directory, `${key!.name}.key`);
      const ours = async (options: Record<string, string>) => {
        const recorder = recordContext({ cwd: root, now: now() });
        await dsCommand.run!(recorder.context, [file], options);
        return recorder.stdout();
      };
      expect(await ours({ digest: '2,4' })).toBe(run('dnssec-dsfromkey', ['-a', '2', '-a', '4', file]));
      const cds = (await ours({ digest: '2', format: 'cds' })).split('\n').filter((line) => line.includes(' CDS '));
      expect(cds.join('\n')).toBe(run('dnssec-dsfromkey', ['-C', '-a', '2', file]).trim());
    },
  );

  test.each(ALGORITHMS)(
    'algorithm %d: dnssec-signzone signs with a pair of ours, and dnssec-verify agrees',
    async (algorithm) => {
      const directory = newDirectory();
      const pair = await makeKeys(directory, algorithm, ['ksk', 'zsk']);
      const signed = signZone(directory, []);
      expect(signed.dnskeys).toEqual(new Set(pair.map((key) => key.keyTag)));
      run('dnssec-verify', ['-o', 'example.com', join(directory, 'signed')]);
    },
  );
});

/** A small zone signed with the keys of a directory, and what is seen in the result. */
function signZone(directory: string, flags: readonly string[]) {
  writeFileSync(
    join(directory, 'zone'),
    '$TTL 3600\nexample.com. IN SOA ns hostmaster 1 7200 3600 1209600 3600\n@ NS ns\nns A 192.0.2.1\nwww A 192.0.2.2\n',
  );
  const files = ['-K', directory, '-o', 'example.com', '-f', join(directory, 'signed'), join(directory, 'zone')];
  run('dnssec-signzone', ['-S', '-x', '-O', 'full', '-P', ...flags, ...files], directory);
  const fields = text(directory, 'signed')
    .split('\n')
    .filter((line) => line.startsWith('example.com.'))
    .map((line) => line.split(/\s+/).slice(3));
  const of = (type: string) => fields.filter(([t]) => t === type).map((f) => f.slice(1));
  const signers = (covered: string) =>
    new Set(
      of('RRSIG')
        .filter(([t]) => t === covered)
        .map((f) => Number(f[6])),
    );
  const dnskeys = of('DNSKEY').map((f) => parseKeyFile(`example.com. DNSKEY ${f.join(' ')}`, '').dnskeyRdata);
  return {
    dnskeys: new Set(dnskeys.map((rdata) => keyTag(rdata))),
    dnskey: signers('DNSKEY'),
    soa: signers('SOA'),
    cds: new Set(of('CDS').map(([tag]) => Number(tag))),
  };
}

describePeers('which keys are used', ['dnssec-keygen', 'dnssec-signzone'], () => {
  /** Each a set of keys: flags for dnssec-keygen. */
  const SETS: Readonly<Record<string, readonly (readonly string[])[]>> = {
    'a pair': [['-f', 'KSK'], []],
    'a KSK alone: it is a CSK (-z)': [['-f', 'KSK']],
    'one key without the SEP flag': [[]],
    'a ZSK that is published, not active': [['-f', 'KSK'], [], ['-P', 'now', '-A', '+1d']],
    'a ZSK that is not yet published': [['-f', 'KSK'], [], ['-P', '+1d', '-A', '+1d']],
    'a retired ZSK that is still published': [['-f', 'KSK'], [], ['-P', '-2d', '-A', '-2d', '-I', '-1d']],
    'a deleted ZSK': [['-f', 'KSK'], [], ['-P', '-3d', '-A', '-3d', '-I', '-2d', '-D', '-1d']],
    'a key that is generated only': [['-f', 'KSK'], [], ['-G']],
    'a key with an activation time alone, to come': [['-f', 'KSK'], [], ['-P', 'none', '-A', '+1d']],
    'a key with an activation time alone, that has come': [['-f', 'KSK'], [], ['-P', 'none', '-A', '-1d']],
    'a key with a publication time alone': [['-f', 'KSK'], [], ['-P', 'now', '-A', 'none']],
    'a KSK that waits, published': [['-f', 'KSK'], [], ['-f', 'KSK', '-P', 'now', '-A', '+1d']],
    'a ZSK that waits while the KSK is active: it signs all (-z)': [
      ['-f', 'KSK'],
      ['-P', 'now', '-A', '+1d'],
    ],
    'a revoked KSK beside another': [['-f', 'KSK'], [], ['-f', 'KSK', '-P', '-2d', '-A', '-2d', '-R', '-1d']],
    'a key to be revoked later': [['-f', 'KSK', '-R', '+1d'], []],
    'a KSK with CDS': [['-f', 'KSK', '-P', 'sync', '-1d'], []],
    'a KSK whose CDS is gone': [['-f', 'KSK', '-P', 'sync', '-2d', '-D', 'sync', '-1d'], []],
    'a KSK whose CDS is still to come': [['-f', 'KSK', '-P', 'sync', '+1d'], []],
    'a retired KSK beside another': [['-f', 'KSK'], [], ['-f', 'KSK', '-P', '-2d', '-A', '-2d', '-I', '-1d']],
  };

  // dnssec-signzone leaves a zone without signatures where only a KSK is active, unless -z tells it to use it.
  test.each(Object.entries(SETS))('%s: published and signing as with dnssec-signzone -S', async (title, set) => {
    const directory = newDirectory();
    for (const flags of set) run('dnssec-keygen', ['-K', directory, '-a', '13', ...flags, 'example.com']);
    const theirs = signZone(directory, title.endsWith('(-z)') ? ['-z'] : []);
    const { keys } = await loadZoneKeys(directory, nameFromText('example.com'));
    const plan = selectKeys(keys, now());
    expect(new Set(plan.publish.map((key) => key.keyTag))).toEqual(theirs.dnskeys);
    expect(new Set(plan.keySigners.map((key) => key.keyTag))).toEqual(theirs.dnskey);
    expect(new Set(plan.zoneSigners.map((key) => key.keyTag))).toEqual(theirs.soa);
    expect(new Set(plan.sync.map((key) => key.keyTag))).toEqual(theirs.cds);
  });
});

describePeers('the timing flags of keygen', ['dnssec-keygen'], () => {
  const FLAGS = [
    [],
    ['-P', '+1d'],
    ['-A', '+1d'],
    ['-A', '-1d'],
    ['-A', 'none'],
    ['-P', 'none'],
    ['-P', 'none', '-A', 'never'],
    ['-G'],
    ['-A', '+1d', '-P', '+2d'],
    ['-A', '+3d', '-I', '+10d', '-D', '+20d', '-R', '+15d'],
    ['-P', 'sync', '+1d', '-D', 'sync', '+2w'],
    ['-P', 'now', '-P', 'sync', '+1h', '-D', '+1y', '-D', 'sync', '+1mo'],
    ['-A', '20270101'],
    ['-A', '20270101+1d'],
    ['-A', '20270101120000-1mi'],
    ['-A', 'now+1mi'],
    ['-A', '0'],
    ['-A', '+90'],
    ['-L', '7200', '-f', 'KSK'],
  ];

  test.each(FLAGS.map((flags) => [flags.join(' '), flags] as const))(
    '"%s" means what it means there',
    async (_, flags) => {
      const [theirs, ours] = [newDirectory(), newDirectory()];
      // Times are told relative to the creation, since the two do not run in the same second.
      const shape = (directory: string) => {
        const file = readdirSync(directory).find((name) => name.endsWith('.key'))!;
        const { timing, ttl, dnskeyRdata } = parseKeyFile(text(directory, file), file);
        const relative = Object.entries(timing).map(([name, time]) => {
          const isAbsolute = name !== 'created' && flags.some((flag) => /^(?:2027|0$)/.test(flag));
          return [name, isAbsolute ? time : time - timing.created!];
        });
        return { ttl, flags: (dnskeyRdata[0]! << 8) | dnskeyRdata[1]!, times: Object.fromEntries(relative) };
      };
      run('dnssec-keygen', ['-K', theirs, '-a', '13', ...flags, 'example.com']);
      const stderr = recordingStream();
      const argv = [
        'keygen',
        '-K',
        ours,
        '-a',
        '13',
        ...(flags.includes('-f') ? [] : ['--role', 'zsk']),
        ...flags,
        'example.com',
      ];
      const surroundings = { version: '0', stdout: recordingStream(), stderr, env: {}, cwd: root, now };
      expect(await runProgram(argv, COMMANDS, surroundings), stderr.text()).toBe(0);
      expect(shape(ours)).toEqual(shape(theirs));
    },
  );
});

describePeers('our keys elsewhere', ['ldns-key2ds', 'keymgr'], () => {
  test.each(ALGORITHMS)('algorithm %d: ldns-key2ds prints the DS record that we print', async (algorithm) => {
    const directory = newDirectory();
    const [key] = await makeKeys(directory, algorithm, ['ksk']);
    const file = join(directory, `${key!.name}.key`);
    const recorder = recordContext({ cwd: root, now: now() });
    await dsCommand.run!(recorder.context, [file], { digest: '2' });
    const theirs = run('ldns-key2ds', ['-n', '-2', file]).trim().split(/\s+/);
    const ours = recorder.stdout().trim().split(/\s+/);
    expect(ours.slice(-4).map((word) => word.toLowerCase())).toEqual(theirs.slice(-4));
  });

  test.each(ALGORITHMS)('algorithm %d: Knot imports the pair', async (algorithm) => {
    const directory = newDirectory();
    const kasp = newDirectory();
    const [key] = await makeKeys(directory, algorithm, ['ksk']);
    run('keymgr', ['-D', kasp, 'example.com', 'import-bind', join(directory, key!.name)]);
    expect(run('keymgr', ['-D', kasp, 'example.com', 'ds'])).toContain(` ${key!.keyTag} `);
  });
});

describePeers('PEM and PKCS#12', ['openssl'], () => {
  const KINDS: Readonly<Record<string, { readonly make: readonly string[]; readonly algorithm?: string }>> = {
    RSA: { make: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'], algorithm: 'RSASHA256' },
    'P-256': { make: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'] },
    'P-384': { make: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'] },
    Ed25519: { make: ['-algorithm', 'ED25519'] },
    Ed448: { make: ['-algorithm', 'ED448'] },
  };

  const wishes = (algorithm: string | undefined, passphrase?: string) => ({
    zone: nameFromText('example.com'),
    role: 'ksk' as const,
    algorithm,
    ttl: undefined,
    timing: TIMING,
    passphrase: () => passphrase,
  });

  /** The public key of a file, as openssl sees it. */
  const publicKey = (file: string, passphrase = 'none') =>
    run('openssl', ['pkey', '-in', file, '-passin', `pass:${passphrase}`, '-pubout']);

  describe.each(Object.entries(KINDS))('%s', (kind, { make, algorithm }) => {
    let directory: string;
    let pem: string;
    beforeAll(() => {
      directory = newDirectory();
      pem = join(directory, 'key.pem');
      run('openssl', ['genpkey', ...make, '-out', pem]);
      chmodSync(pem, 0o600);
    });

    async function expectImported(file: string, passphrase?: string): Promise<void> {
      const keys = newDirectory();
      const { key, written } = await importKey(file, keys, wishes(algorithm, passphrase), false);
      expect(written).toEqual(['key', 'private']);
      const [back] = (await loadZoneKeys(keys, key.zone)).keys;
      const [files] = await listKeyFiles(keys, key.zone);
      const out = join(keys, 'out.pem');
      await exportKey(
        { ...back!, privateKey: back!.privateKey! },
        { directory: keys, files: files!.files },
        'pem',
        out,
        undefined,
      );
      expect(publicKey(out)).toBe(publicKey(pem));
    }

    const CONVERSIONS: Readonly<Record<string, readonly string[]>> = {
      'PKCS#8 in DER': ['pkcs8', '-topk8', '-nocrypt', '-outform', 'DER'],
      'encrypted PKCS#8 in PEM': ['pkcs8', '-topk8', '-passout', 'pass:word'],
      'encrypted PKCS#8 in DER': ['pkcs8', '-topk8', '-passout', 'pass:word', '-outform', 'DER'],
      'encrypted PKCS#8 with 3DES': ['pkcs8', '-topk8', '-v1', 'PBE-SHA1-3DES', '-passout', 'pass:word'],
      'encrypted PKCS#8 with scrypt': ['pkcs8', '-topk8', '-scrypt', '-passout', 'pass:word'],
    };

    test('PKCS#8 in PEM is imported', () => expectImported(pem));

    test.each(Object.entries(CONVERSIONS))('%s is imported', async (name, [command, ...flags]) => {
      const file = join(directory, name.replace(/\W+/g, '-'));
      run('openssl', [command!, ...flags, '-in', pem, '-out', file]);
      await expectImported(file, name.startsWith('encrypted') ? 'word' : undefined);
      if (!name.startsWith('encrypted')) return;
      for (const passphrase of [undefined, '', 'wrong']) {
        await expect(importKey(file, directory, wishes(algorithm, passphrase), true)).rejects.toMatchObject({
          code: 'KEY_INVALID',
          message: expect.stringMatching(passphrase === undefined ? /no passphrase/ : /passphrase is wrong/),
        });
      }
    });

    test.runIf(kind === 'RSA' || kind.startsWith('P-'))(
      'the traditional form is imported, in PEM and DER',
      async () => {
        for (const form of ['PEM', 'DER']) {
          const file = join(directory, `traditional.${form}`);
          run('openssl', ['pkey', '-traditional', '-outform', form, '-in', pem, '-out', file]);
          await expectImported(file);
        }
        const encrypted = join(directory, 'traditional-encrypted.pem');
        run('openssl', ['pkey', '-traditional', '-aes256', '-passout', 'pass:word', '-in', pem, '-out', encrypted]);
        await expectImported(encrypted, 'word');
      },
    );

    describe.each([
      ['of today', []],
      ['of old (-legacy)', ['-legacy']],
      ['with SHA-512', ['-macalg', 'sha512']],
    ])('PKCS#12 files %s', (_, flags) => {
      test('with a certificate are imported, and a wrong passphrase is told', async () => {
        const certificate = join(directory, 'certificate.pem');
        run('openssl', [
          'req',
          '-x509',
          '-new',
          '-key',
          pem,
          '-subj',
          '/CN=example.com',
          '-days',
          '1',
          '-out',
          certificate,
        ]);
        const file = join(directory, 'key.p12');
        run('openssl', [
          'pkcs12',
          '-export',
          ...flags,
          '-inkey',
          pem,
          '-in',
          certificate,
          '-passout',
          'pass:word',
          '-out',
          file,
        ]);
        await expectImported(file, 'word');
        for (const passphrase of ['', 'wrong', undefined]) {
          await expect(importKey(file, directory, wishes(algorithm, passphrase), true)).rejects.toMatchObject({
            code: 'KEY_INVALID',
          });
        }
      });
    });

    test('what we export openssl reads: PEM, encrypted PEM, PKCS#12', async () => {
      const keys = newDirectory();
      const { key } = await importKey(pem, keys, wishes(algorithm), false);
      const [files] = await listKeyFiles(keys, key.zone);
      const signing = { ...key, privateKey: key.privateKey! };
      const source = { directory: keys, files: files!.files };
      for (const passphrase of [undefined, 'word', 'Pässwörd']) {
        const out = join(keys, `out-${passphrase}.pem`);
        await exportKey(signing, source, 'pem', out, passphrase);
        expect(publicKey(out, passphrase)).toBe(publicKey(pem));
        if (passphrase === undefined) continue;
        const container = join(keys, `out-${passphrase}.p12`);
        await exportKey(signing, source, 'pkcs12', container, passphrase);
        const opened = join(keys, `opened-${passphrase}.pem`);
        run('openssl', ['pkcs12', '-in', container, '-passin', `pass:${passphrase}`, '-nodes', '-out', opened]);
        expect(publicKey(opened)).toBe(publicKey(pem));
        await expectImported(container, passphrase);
      }
    });
  });

  test('curves and kinds that DNSSEC has no algorithm for are refused by name', async () => {
    const directory = newDirectory();
    for (const make of [
      ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
      ['-algorithm', 'X25519'],
      ['-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'],
    ]) {
      const file = join(directory, 'other.pem');
      run('openssl', ['genpkey', ...make, '-out', file]);
      await expect(importKey(file, directory, wishes(undefined), true)).rejects.toMatchObject({ code: 'KEY_INVALID' });
    }
  });

  test("BIND's pairs are copied as they are", async () => {
    const from = newDirectory();
    const to = newDirectory();
    const [key] = await makeKeys(from, 13, ['zsk']);
    cpSync(join(from, `${key!.name}.key`), join(from, 'copy'));
    await importKey(join(from, `${key!.name}.private`), to, { ...wishes(undefined), role: undefined }, false);
    for (const suffix of ['key', 'private']) {
      expect(text(to, `${key!.name}.${suffix}`) === text(from, `${key!.name}.${suffix}`)).toBe(true);
    }
  });
});
