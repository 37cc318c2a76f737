import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { parseKeyTime } from '../../src/cli/key-arguments.ts';
import { runProgram } from '../../src/cli/program.ts';
import { recordingStream } from './recorder.ts';

const NOW = 1_800_000_000;
let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'dnssec-commands-'));
  chmodSync(cwd, 0o700);
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** Runs a command line as the program does. */
async function dnssec(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const [stdout, stderr] = [recordingStream(), recordingStream()];
  const exit = await runProgram(argv, COMMANDS, { version: '0', stdout, stderr, env, cwd, now: () => NOW });
  return { exit, stdout: stdout.text(), stderr: stderr.text(), lines: stdout.text().split('\n').slice(0, -1) };
}

const read = (file: string) => readFileSync(join(cwd, file), 'latin1');
const files = (directory = '.') => readdirSync(join(cwd, directory)).sort();

describe('keygen', () => {
  test('makes a KSK and a ZSK, ECDSAP256SHA256, and prints their base names, one on a line', async () => {
    const { exit, lines } = await dnssec(['keygen', 'example.com']);
    expect(exit).toBe(0);
    expect(lines.length).toBe(2);
    expect(files()).toEqual(lines.flatMap((name) => [`${name}.key`, `${name}.private`]).sort());
    expect(lines.map((name) => / DNSKEY (\d+) 3 (\d+) /.exec(read(`${name}.key`))!.slice(1))).toEqual([
      ['257', '13'],
      ['256', '13'],
    ]);
  });

  test('the flow of old, with the flags of old: four files of RSASHA512', async () => {
    const { lines } = await dnssec(['keygen', '-a', 'RSASHA512', '-b', '2048', '-n', 'ZONE', 'kaoskinder.de']);
    expect(lines.every((name) => /^Kkaoskinder\.de\.\+010\+\d{5}$/.test(name))).toBe(true);
    expect(files().length).toBe(4);
  });

  test('-f KSK makes a KSK alone; --role takes the other roles', async () => {
    for (const [flags, flagsField] of [
      [['-f', 'KSK'], '257'],
      [['-f', 'ksk'], '257'],
      [['--role', 'zsk'], '256'],
      [['--role', 'ksk', '-f', 'KSK'], '257'],
      [['--role', 'csk'], '257'],
    ] as const) {
      const { lines } = await dnssec(['keygen', ...flags, 'example.com']);
      expect(lines.length).toBe(1);
      expect(read(`${lines[0]}.key`)).toContain(`DNSKEY ${flagsField} `);
    }
  });

  test.each([
    [['-f', 'REVOKE'], /-f takes KSK/],
    [['-f', 'KSK', '--role', 'zsk'], /contradict/],
    [['--role', 'king'], /not a role/],
    [['-a', 'RSA'], /not a DNSSEC algorithm/],
    [['-a', '5'], /never signed with/],
    [['-a', '8', '-b', '1024'], /1024 bits/],
    [['-a', '8', '-b', 'many'], /not a key size/],
    [['-n', 'HOST'], /zones only/],
    [['-L', '3000000000'], /not a TTL/],
    [['-A', 'tomorrow'], /not a time/],
    [['-A', '21070101'], /outside/],
    [['-G', '-A', 'now'], /-G goes with/],
    [['-P', 'now', '-P', 'now'], /given twice/],
    [['-P', 'sync'], /needs a time|missing|argument/],
  ] as const)('%j: wrong usage, and nothing is made', async (flags, words) => {
    const { exit, stderr, stdout } = await dnssec(['keygen', ...flags, 'example.com']);
    expect(exit).toBe(2);
    expect(stderr).toMatch(words);
    expect(stdout).toBe('');
    expect(files()).toEqual([]);
  });

  test.each(['a..b', `${'a'.repeat(64)}.com`, 'bücher.de', ''])('"%s" is no zone', async (zone) => {
    const { exit, stderr } = await dnssec(['keygen', zone]);
    expect(exit).toBe(2);
    if (zone === 'bücher.de') expect(stderr).toContain('xn--bcher-kva.de');
    expect(files()).toEqual([]);
  });

  test('-K makes the directory; keys/ is taken where there is one', async () => {
    await dnssec(['keygen', '-K', 'deep/keys', 'example.com']);
    expect(files('deep/keys').length).toBe(4);
    expect(statSync(join(cwd, 'deep/keys')).mode & 0o777).toBe(0o700);
    mkdirSync(join(cwd, 'keys'), { mode: 0o700 });
    await dnssec(['keygen', 'example.com']);
    expect(files('keys').length).toBe(4);
  });

  test('a configuration tells directory, algorithm and kind of keys; flags win over it', async () => {
    writeFileSync(
      join(cwd, 'dnssec.yaml'),
      'directories: { keys: secrets }\npolicies:\n  default:\n    keys: { csk: { algorithm: ED25519 } }\n',
    );
    const { lines } = await dnssec(['keygen', 'example.com']);
    expect(lines.length).toBe(1);
    expect(lines[0]).toContain('+015+');
    expect(files('secrets')).toEqual([`${lines[0]}.key`, `${lines[0]}.private`, `${lines[0]}.state`]);
    expect((await dnssec(['keygen', '-a', '13', '--role', 'pair', 'example.com'])).lines[1]).toContain('+013+');
  });

  test('--dry-run says what would be made and makes nothing', async () => {
    const { exit, stderr, stdout } = await dnssec(['keygen', '--dry-run', '-a', '8', 'example.com']);
    expect([exit, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/KSK with RSASHA256, 2048 bits[\s\S]*ZSK with RSASHA256, 2048 bits/);
    expect(files()).toEqual([]);
  });

  test('--json prints one document, without a word of the private halves', async () => {
    const { stdout } = await dnssec(['keygen', '--json', 'example.com']);
    const { keys } = JSON.parse(stdout);
    expect(keys.map((key: { role: string }) => key.role)).toEqual(['ksk', 'zsk']);
    for (const file of files().filter((name) => name.endsWith('.private'))) {
      expect(stdout).not.toContain(/PrivateKey: (\S+)/.exec(read(file))![1]!.slice(0, 12));
    }
  });

  test('times that contradict each other are the user’s to choose, with a warning', async () => {
    const { exit, stderr } = await dnssec(['keygen', '-A', '+2d', '-I', '+1d', 'example.com']);
    expect(exit).toBe(0);
    expect(stderr).toContain('cease signing (-I) before it begins (-A)');
  });

  test('two runs at once in one directory both make their keys', async () => {
    const runs = await Promise.all([dnssec(['keygen', 'example.com']), dnssec(['keygen', 'example.com'])]);
    expect(runs.map((run) => run.exit)).toEqual([0, 0]);
    expect(files().length).toBe(8);
  });
});

describe('times of keys', () => {
  test.each([
    ['now', NOW],
    ['+90', NOW + 90],
    ['-1h', NOW - 3600],
    ['+5mi', NOW + 300],
    ['now+1mo', NOW + 2_592_000],
    ['20270101', 1_798_761_600],
    ['20270101000001', 1_798_761_601],
    ['20270101+1d', 1_798_848_000],
    ['2027-01-01T00:00:00Z', 1_798_761_600],
    ['0', 0],
    ['none', 'unset'],
    ['NEVER', 'unset'],
  ])('%s', (text, time) => {
    expect(parseKeyTime(text, NOW)).toBe(time);
  });
});

describe('ds', () => {
  /** Gives a KSK states that its DS is to be in, or to be out of. */
  const setDs = (name: string, state: string) =>
    writeFileSync(
      join(cwd, `${name}.state`),
      `; This is the state of key ${Number(name.slice(-5))}, for example.com.\nAlgorithm: 13\nLength: 256\nKSK: yes\nZSK: no\n` +
        `DNSKEYState: omnipresent\nKRRSIGState: omnipresent\nDSState: ${state}\nGoalState: omnipresent\n`,
    );

  test('in a roll, only the key whose turn it is at the parent', async () => {
    const make = async () => (await dnssec(['keygen', '-f', 'KSK', 'example.com'])).lines[0]!;
    const [old, next] = [await make(), await make()];
    expect((await dnssec(['ds', 'example.com'])).lines).toHaveLength(2);
    setDs(old, 'omnipresent');
    setDs(next, 'hidden');
    const tag = (name: string) => String(Number(name.slice(-5)));
    expect((await dnssec(['ds', 'example.com'])).lines.map((line) => line.split(' ')[3])).toEqual([tag(old)]);
    setDs(old, 'unretentive');
    setDs(next, 'rumoured');
    expect((await dnssec(['ds', 'example.com'])).lines.map((line) => line.split(' ')[3])).toEqual([tag(next)]);
    setDs(next, 'unretentive');
    const none = await dnssec(['ds', 'example.com']);
    expect([none.exit, none.stdout]).toEqual([0, '']);
    expect(none.stderr).toContain('example.com becomes insecure: the parent is to hold no DS any more');
  });

  test('prints the DS of the KSKs, and of them alone', async () => {
    const { lines: names } = await dnssec(['keygen', 'Example.com']);
    const { exit, lines } = await dnssec(['ds', 'example.com']);
    expect(exit).toBe(0);
    expect(lines.length).toBe(1);
    expect(lines[0]).toMatch(new RegExp(`^Example\\.com\\. IN DS ${Number(names[0]!.slice(-5))} 13 2 [0-9A-F]{64}$`));
    for (const argument of [`${names[0]}.key`, names[0]!, `./${names[0]}.private`, join(cwd, names[0]!)]) {
      expect((await dnssec(['ds', argument])).lines).toEqual(lines);
    }
    expect((await dnssec(['ds', '--digest', 'sha-256,4', 'example.com'])).lines.map((l) => l.split(' ')[5])).toEqual([
      '2',
      '4',
    ]);
  });

  test('--format ovh prints the four values of the form', async () => {
    const { lines: names } = await dnssec(['keygen', '-a', 'RSASHA512', '-b', '2048', 'kaoskinder.de']);
    const { lines } = await dnssec(['ds', '--format', 'ovh', 'kaoskinder.de']);
    const key = read(`${names[0]}.key`).trim().split('DNSKEY 257 3 10 ')[1]!.replace(/\s/g, '');
    expect(lines).toEqual([
      `Key tag:    ${Number(names[0]!.slice(-5))}`,
      'Flags:      257 (KSK)',
      'Algorithm:  10 (RSASHA512)',
      `Public key: ${key}`,
    ]);
  });

  test('the other formats: dnskey, cds, json, and --json', async () => {
    const { lines: names } = await dnssec(['keygen', 'example.com']);
    const record = read(`${names[0]}.key`).trim().split('\n').at(-1)!;
    expect((await dnssec(['ds', '--format', 'dnskey', 'example.com'])).lines).toEqual([record]);
    const cds = (await dnssec(['ds', '--format', 'cds', 'example.com'])).lines;
    expect(cds.map((line) => line.split(' ')[2])).toEqual(['CDS', 'CDNSKEY']);
    expect(cds[1]).toBe(record.replace(' DNSKEY ', ' CDNSKEY '));
    const json = JSON.parse((await dnssec(['ds', '--format', 'json', 'example.com'])).stdout);
    expect(JSON.parse((await dnssec(['ds', '--json', 'example.com'])).stdout)).toEqual(json);
    expect(json).toMatchObject([{ zone: 'example.com', flags: 257, algorithm: 13, ds: [{ digestType: 2 }] }]);
  });

  test('a lone key signs all and so has a DS, whatever its flags; a key that is not published has none', async () => {
    await dnssec(['keygen', '--role', 'zsk', 'zsk.example']);
    expect((await dnssec(['ds', 'zsk.example'])).lines.length).toBe(1);
    await dnssec(['keygen', '-P', '+1d', '-A', '+1d', 'later.example']);
    const { exit, stderr } = await dnssec(['ds', 'later.example']);
    expect(exit).toBe(1);
    expect(stderr).toContain('no key of later.example');
  });

  test('needs no private file', async () => {
    const { lines: names } = await dnssec(['keygen', 'example.com']);
    const { lines } = await dnssec(['ds', 'example.com']);
    for (const name of names) rmSync(join(cwd, `${name}.private`));
    expect((await dnssec(['ds', 'example.com'])).lines).toEqual(lines);
  });

  test.each([
    [['example.org'], 1, /no keys of example\.org/],
    [['Kexample.com.+013+12345.key'], 1, /there is no key/],
    [['--digest', '1', 'example.com'], 2, /SHA-1/],
    [['--digest', '3', 'example.com'], 2, /digest type 3/],
    [['--digest', 'md5', 'example.com'], 2, /not a digest type/],
    [['--format', 'xml', 'example.com'], 2, /not a format/],
    [['a..b'], 2, /not a domain name/],
  ] as const)('%j: a clear error', async (argv, exit, words) => {
    await dnssec(['keygen', 'example.com']);
    const result = await dnssec(['ds', ...argv]);
    expect(result.exit).toBe(exit);
    expect(result.stderr).toMatch(words);
    expect(result.stdout).toBe('');
  });
});

describe('keys', () => {
  test('lists zone by zone: role, tag, algorithm, size and status', async () => {
    await dnssec(['keygen', 'b.example']);
    await dnssec(['keygen', '-a', '8', '--role', 'csk', '-I', '+1d', 'a.example']);
    await dnssec(['keygen', '--role', 'zsk', '-P', 'now', '-A', '+1d', 'b.example']);
    const { exit, lines } = await dnssec(['keys']);
    expect(exit).toBe(0);
    expect(lines[0]).toBe('a.example');
    expect(lines[1]).toMatch(/^ {2}CSK +\d+ {2}RSASHA256 +2048 bits {2}active since .*, inactive from /);
    expect(lines[2]).toBe('b.example');
    expect(lines.slice(3).map((line) => line.trim().split(' ')[0])).toEqual(['KSK', 'ZSK', 'ZSK']);
    expect(lines.slice(3).filter((line) => line.includes('active from'))).toHaveLength(1);
    expect((await dnssec(['keys', 'B.example'])).lines).toEqual(lines.slice(2));
  });

  test('--json tells the same as data, without private halves', async () => {
    await dnssec(['keygen', 'example.com']);
    const { stdout } = await dnssec(['keys', '--json']);
    const { zones } = JSON.parse(stdout);
    expect(zones).toMatchObject([
      { zone: 'example.com', keys: [{ hasPrivateKey: true, isPublished: true }, { isPublished: true }], problems: [] },
    ]);
    for (const file of files().filter((name) => name.endsWith('.private'))) {
      expect(stdout).not.toContain(/PrivateKey: (\S+)/.exec(read(file))![1]!.slice(0, 12));
    }
  });

  test('an unfit file is an error with a hint, and exit code 1', async () => {
    const { lines } = await dnssec(['keygen', 'example.com']);
    chmodSync(join(cwd, `${lines[0]}.private`), 0o644);
    const { exit, stderr } = await dnssec(['keys']);
    expect(exit).toBe(1);
    expect(stderr).toContain('chmod 600');
  });

  test('no keys are no error', async () => {
    const { exit, stdout, stderr } = await dnssec(['keys']);
    expect([exit, stdout]).toEqual([0, '']);
    expect(stderr).toContain('no keys');
  });

  test('repair writes the .key file that is missing', async () => {
    const { lines } = await dnssec(['keygen', 'example.com']);
    const before = read(`${lines[0]}.key`);
    rmSync(join(cwd, `${lines[0]}.key`));
    expect((await dnssec(['keys'])).stderr).toContain('keys repair');
    expect((await dnssec(['keys', 'repair', '--dry-run'])).lines).toEqual([lines[0]]);
    expect(existsSync(join(cwd, `${lines[0]}.key`))).toBe(false);
    expect((await dnssec(['keys', 'repair', 'example.com'])).lines).toEqual([lines[0]]);
    expect(read(`${lines[0]}.key`)).toBe(before);
  });

  test('export and import go round: PEM, encrypted PEM, PKCS#12, BIND, with a passphrase from each source', async () => {
    const { lines } = await dnssec(['keygen', '-K', 'keys', '--role', 'ksk', 'example.com']);
    const name = lines[0]!;
    writeFileSync(join(cwd, 'word'), 'open sesame\nsecond line\n', { mode: 0o600 });
    const secret = { DNSSEC_PASSPHRASE: 'open sesame' };
    const exported = await dnssec(['keys', 'export', name, '--format', 'pem', '-f', 'plain.pem', '-K', 'keys']);
    expect(exported.exit).toBe(0);
    expect(exported.stderr).toContain('unencrypted');
    await dnssec(['keys', 'export', name, '--format', 'pem', '-f', 'secret.pem', '--passphrase-file', 'word']);
    await dnssec(['keys', 'export', name, '--format', 'pkcs12', '-f', 'key.p12'], secret);
    await dnssec(['keys', 'export', name, '--format', 'bind', '-f', 'copy']);
    expect(read('secret.pem')).toContain('ENCRYPTED');
    for (const file of ['plain.pem', 'secret.pem', 'key.p12'])
      expect(statSync(join(cwd, file)).mode & 0o777).toBe(0o600);
    for (const [file, env, flags] of [
      ['plain.pem', {}, []],
      ['secret.pem', secret, []],
      ['key.p12', {}, ['--passphrase-file', 'word']],
    ] as const) {
      const to = `from-${file}`;
      const argv = ['keys', 'import', file, '--zone', 'example.com', '--role', 'ksk', '-K', to, ...flags];
      expect((await dnssec(argv, env)).lines).toEqual([name]);
      const record = (path: string) => read(path).split('\n').at(-2);
      expect(record(join(to, `${name}.key`))).toBe(record(join('keys', `${name}.key`)));
    }
    expect(read(join('copy', `${name}.private`)) === read(join('keys', `${name}.private`))).toBe(true);
    expect((await dnssec(['keys', 'import', join('copy', `${name}.key`), '-K', 'again'])).lines).toEqual([name]);
    expect(read(join('again', `${name}.key`))).toBe(read(join('keys', `${name}.key`)));
  });

  test.each([
    [['export', 'Kexample.com.+013+00000', '--format', 'pem', '-f', 'x'], 1],
    [['export', 'example.com', '--format', 'pem', '-f', 'x'], 2],
    [['export', 'KEY', '-f', 'x'], 2],
    [['export', 'KEY', '--format', 'pem'], 2],
    [['export', 'KEY', '--format', 'pkcs12', '-f', 'x'], 2],
    [['import', 'none.pem', '--zone', 'example.com', '--role', 'ksk'], 1],
    [['import', 'none.pem'], 2],
    [['import'], 2],
    [['import', 'x', '--role', 'king'], 2],
  ] as const)('%j: a clear error, and nothing is written', async (argv, exit) => {
    const { lines } = await dnssec(['keygen', '-K', 'keys', 'example.com']);
    const before = files();
    const result = await dnssec(['keys', ...argv.map((word) => (word === 'KEY' ? lines[0]! : word))]);
    expect(result.exit, result.stderr).toBe(exit);
    expect(result.stderr).toMatch(/^error: /);
    expect(result.stdout).toBe('');
    expect(files()).toEqual(before);
  });
});
