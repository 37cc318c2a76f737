import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describePeers } from './peers.ts';

const PROGRAM = resolve('dist/main.js');
const START = '20260101000000';
const END = '20360101000000';
const SALT = 'AABBCCDD';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'dnssec-signing-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

function dnssec(...args: string[]): string {
  return run(process.execPath, [PROGRAM, ...args]);
}

/** Makes a KSK/ZSK pair with dnssec-keygen in a directory of its own. */
function makeKeys(algorithm: string, name: string): string {
  const keys = `keys-${algorithm}-${name}`;
  run('mkdir', ['-p', '-m', '0700', keys]);
  const size = algorithm.startsWith('RSA') ? ['-b', '2048'] : [];
  run('dnssec-keygen', ['-q', '-K', keys, '-a', algorithm, ...size, '-f', 'KSK', name]);
  run('dnssec-keygen', ['-q', '-K', keys, '-a', algorithm, ...size, name]);
  return keys;
}

type Mode = 'nsec' | 'nsec3' | 'opt-out';
const OURS: Readonly<Record<Mode, readonly string[]>> = {
  nsec: ['--nsec'],
  nsec3: ['-3', SALT],
  'opt-out': ['-3', SALT, '-A'],
};
const THEIRS: Readonly<Record<Mode, readonly string[]>> = {
  nsec: [],
  nsec3: ['-3', SALT],
  'opt-out': ['-3', SALT, '-A'],
};

/** The records of a signed file as BIND prints them, sorted; of an ECDSA signature all but the signature. */
function recordsOf(file: string, name: string, exact: boolean): string[] {
  const text = run('named-compilezone', [
    '-q',
    '-i',
    'none',
    '-k',
    'ignore',
    '-n',
    'ignore',
    '-s',
    'full',
    '-F',
    'text',
    '-o',
    '-',
    name,
    file,
  ]);
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';'))
    .map((line) => line.replace(/\s+/g, ' '))
    .map((line) => (exact || !/ RRSIG /.test(line) ? line : line.split(' ').slice(0, 12).join(' ')))
    .map((line) => line.replace(/^\S+/, (owner) => owner.toLowerCase()))
    .sort();
}

/** Signs with both programs, same keys, salt and times, and compares. */
function compare(zone: string, name: string, keys: string, mode: Mode, exact: boolean): void {
  rmSync(join(directory, 'ours'), { force: true });
  const file = join(directory, `compare-${keys}-${mode}.zone`);
  writeFileSync(file, zone);
  const times = ['-s', START, '-e', END];
  dnssec('sign', '-P', '--full', '-N', 'keep', '-K', keys, '-o', name, ...times, ...OURS[mode], '-f', 'ours', file);
  run('dnssec-signzone', [
    ...['-P', '-S', '-x', '-K', keys, '-o', name, '-O', 'full', ...times, ...THEIRS[mode], '-f', 'theirs', file],
  ]);
  expect(recordsOf('ours', name, exact)).toEqual(recordsOf('theirs', name, exact));
}

function expectAccepted(file: string, name: string): void {
  run('dnssec-verify', ['-q', '-o', name, file]);
  run('ldns-verify-zone', ['-V', '1', file]);
  run('kzonecheck', ['-o', name, file]);
}

const PEERS = [
  'dnssec-signzone',
  'dnssec-keygen',
  'dnssec-verify',
  'named-compilezone',
  'ldns-verify-zone',
  'kzonecheck',
];

/** Everything that a chain can stumble over. (BIND prints the next name of an NSEC with the case of its tree: one case each.) */
const ODD = `$TTL 3600
$ORIGIN odd.test.
@ 7200 IN SOA ns1 Host\\.Master 2026010101 7200 3600 604800 1800
@ NS ns1
@ NS ns2.elsewhere.test.
@ MX 10 Mail.ODD.test.
@ TXT "v=spf1 -all" "a \\"quoted\\" string; and \\\\ more \\255"
@ CAA 0 issue "ca.example.net"
ns1 A 192.0.2.1
NS1 AAAA 2001:db8::1
Mail A 192.0.2.2
mixed 300 A 192.0.2.3
MiXeD 300 A 192.0.2.4
a.b.c.d TXT "three empty non-terminals above"
*.w A 192.0.2.5
*.w MX 10 mail
w.x.*.y TXT "a star in the middle"
esc\\.aped\\032name\\000 A 192.0.2.6
insecure NS ns1.insecure
ns1.insecure A 192.0.2.7
insecure NS ns.elsewhere.test.
deep.insecure A 192.0.2.8
secure NS ns1
secure DS 12345 13 2 ${'AB'.repeat(32)}
secure DS 12345 13 4 ${'CD'.repeat(48)}
only.insecure.below NS ns1
both.insecure.above NS ns1
auth.both.insecure.and TXT "authoritative beside"
glueonly NS x.glueonly
x.glueonly AAAA 2001:db8::7
dname DNAME target.test.
alias CNAME mail
_sip._tcp SRV 1 2 5060 mail
_443._tcp.Mail TLSA 3 1 1 ${'EF'.repeat(32)}
https HTTPS 1 . alpn=h2,h3 port=8443 ipv4hint=192.0.2.10
naptr NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:info@odd.test!" .
unknown TYPE65280 \\# 4 0A000001
rp RP Admin.ODD.test. Txt.ODD.test.
ssh SSHFP 4 2 ${'01'.repeat(32)}
loc LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
`;

/** Knot refuses names below a DNAME; BIND and we keep them, unsigned. */
const OCCLUDED = `${ODD}under.dname A 192.0.2.9\n`;

describePeers('signing as dnssec-signzone does', PEERS, () => {
  const algorithms = [
    ['RSASHA256', true],
    ['RSASHA512', true],
    ['ECDSAP256SHA256', false],
    ['ECDSAP384SHA384', false],
    ['ED25519', true],
    ['ED448', true],
  ] as const;

  test.each(algorithms)(
    '%s: the same records, with NSEC, NSEC3 and opt-out',
    { timeout: 120_000 },
    (algorithm, exact) => {
      const keys = makeKeys(algorithm, 'odd.test');
      for (const mode of ['nsec', 'nsec3', 'opt-out'] as const) compare(OCCLUDED, 'odd.test', keys, mode, exact);
    },
  );

  test('the sample zone: the same records', () => {
    const keys = makeKeys('ED25519', 'example.com');
    const sample = readFileSync('zones/example.com.zone', 'utf8');
    for (const mode of ['nsec', 'nsec3', 'opt-out'] as const) compare(sample, 'example.com', keys, mode, true);
  });

  test('zones of any shape: the same records', { timeout: 240_000 }, () => {
    const keys = makeKeys('ED25519', 'any.test');
    const label = fc.constantFrom('a', 'b', 'c', 'B', '*', 'x-1', '0', 'zz', '\\001', 'q\\.r');
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    const record = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('A 192.0.2.1', 'TXT "t"', 'MX 5 Some.Where.Test.', 'AAAA ::1') },
      { weight: 3, arbitrary: fc.constantFrom('NS ns.other.test.') },
      { weight: 1, arbitrary: fc.constantFrom(`NS ns.other.test.\n$SAME DS 1 13 2 ${'00'.repeat(32)}`) },
      { weight: 1, arbitrary: fc.constantFrom('DNAME elsewhere.test.') },
    );
    const zones = fc.array(fc.tuple(name, record), { minLength: 1, maxLength: 40 }).map((records) => {
      const seen = new Map<string, string>();
      for (const [owner, data] of records) {
        // A wildcard can't be delegated, and one DNAME is all that a name can have.
        const key = owner.toLowerCase();
        if (owner.startsWith('*') && data.startsWith('NS')) continue;
        if (!seen.has(key)) seen.set(key, `${owner} ${data.replace('$SAME', owner)}`);
      }
      const head = '$TTL 600\n@ SOA ns.other.test. h 1 2 3 604800 300\n@ NS ns.other.test.\n';
      return `${head}${[...seen.values()].join('\n')}\n`;
    });
    const mode = fc.constantFrom<Mode>('nsec', 'nsec3', 'opt-out');
    fc.assert(
      fc.property(zones, mode, (zone, how) => compare(zone, 'any.test', keys, how, true)),
      { numRuns: 24, seed: 20_261_121, endOnFailure: true },
    );
  });

  test('a zone of 2,000 names signed on all cores is accepted by all three', { timeout: 120_000 }, () => {
    const keys = makeKeys('ECDSAP256SHA256', 'many.test');
    const lines = ['$TTL 3600', '@ SOA ns1 h 1 7200 3600 604800 3600', '@ NS ns1', 'ns1 A 192.0.2.1'];
    for (let i = 0; i < 2000; i++) {
      lines.push(`h${i} A 10.0.${i >> 8}.${i & 255}`, `h${i} AAAA 2001:db8::${i.toString(16)}`, `d${i} NS h${i}`);
      if (i % 10 === 0) lines.push(`d${i} DS ${i} 13 2 ${'AB'.repeat(32)}`);
    }
    writeFileSync(join(directory, 'many.zone'), `${lines.join('\n')}\n`);
    for (const mode of ['nsec', 'nsec3', 'opt-out'] as const) {
      dnssec('sign', '--full', '-n', '2', '-K', keys, '-o', 'many.test', ...OURS[mode], 'many.zone');
      expectAccepted('many.zone.signed', 'many.test');
    }
  });

  test('ZONEMD is what ldns computes', () => {
    const keys = makeKeys('ED25519', 'odd.test');
    // Only the apex's ZONEMD and its signature stay out of the digest (RFC 8976 §3.3.1.1).
    const below = `below ZONEMD 1 1 1 ${'AB'.repeat(48)}\n`;
    writeFileSync(join(directory, 'digest.zone'), `${ODD}${below}`);
    for (const mode of ['nsec', 'nsec3'] as const) {
      dnssec('sign', '--full', '-K', keys, '-o', 'odd.test', '--zonemd', ...OURS[mode], 'digest.zone');
      run('ldns-verify-zone', ['-V', '1', '-Z', 'digest.zone.signed']);
    }
  });
});

describePeers('signing again', PEERS, () => {
  test('after edits: what a full signing makes, fresh signatures kept, the serial risen', { timeout: 120_000 }, () => {
    const keys = makeKeys('ECDSAP256SHA256', 'odd.test');
    const sign = (...args: string[]) => dnssec('sign', '-K', keys, '-o', 'odd.test', '-3', SALT, ...args, 'again.zone');
    const read = () => recordsOf('again.zone.signed', 'odd.test', true);
    const bare = (records: string[]) => records.filter((r) => !/ (?:RRSIG|SOA) /.test(r));
    const edits: readonly ((zone: string) => string)[] = [
      (zone) => `${zone}new TXT "one more"\n`,
      (zone) => zone.replace(/^\*\.w .*\n/gm, ''),
      (zone) => zone.replace('secure DS 12345 13 4', 'secure DS 12346 13 4'),
      (zone) => zone.replace('alias CNAME mail', 'alias CNAME ns1'),
      (zone) => zone.replace('dname DNAME target.test.\n', ''),
    ];
    writeFileSync(join(directory, 'again.zone'), ODD);
    sign();
    let zone = ODD;
    let before = read();
    for (const edit of edits) {
      zone = edit(zone);
      writeFileSync(join(directory, 'again.zone'), zone);
      sign();
      const after = read();
      expectAccepted('again.zone.signed', 'odd.test');
      const kept = after.filter((r) => / RRSIG /.test(r) && before.includes(r)).length;
      expect(kept).toBeGreaterThan(after.filter((r) => / RRSIG /.test(r)).length / 2);
      const serial = (records: string[]) =>
        Number(records.find((r) => / SOA /.test(r) && !/ RRSIG /.test(r))!.split(' ')[6]);
      expect(serial(after)).toBe(serial(before) + 1);
      dnssec('sign', '-P', '--full', '-K', keys, '-o', 'odd.test', '-3', SALT, '-f', 'fresh.signed', 'again.zone');
      expect(bare(after)).toEqual(bare(recordsOf('fresh.signed', 'odd.test', true)));
      rmSync(join(directory, 'fresh.signed'));
      before = after;
    }
  });

  test('nothing due leaves the file untouched', () => {
    const keys = makeKeys('ED25519', 'odd.test');
    writeFileSync(join(directory, 'still.zone'), ODD);
    const path = join(directory, 'still.zone.signed');
    dnssec('sign', '-K', keys, '-o', 'odd.test', 'still.zone');
    const before = { stat: statSync(path, { bigint: true }), text: readFileSync(path, 'utf8') };
    dnssec('sign', '-K', keys, '-o', 'odd.test', 'still.zone');
    const after = statSync(path, { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.stat.ino, before.stat.mtimeNs]);
    expect(readFileSync(path, 'utf8')).toBe(before.text);
  });

  test('two runs with -3 random have different salts of 16 digits and rising serials', () => {
    const keys = makeKeys('ED25519', 'odd.test');
    writeFileSync(join(directory, 'salt.zone'), ODD);
    const seen = [1, 2].map(() => {
      dnssec('sign', '-K', keys, '-o', 'odd.test', '-3', 'random', 'salt.zone');
      expectAccepted('salt.zone.signed', 'odd.test');
      const text = readFileSync(join(directory, 'salt.zone.signed'), 'utf8');
      return { salt: /NSEC3PARAM\t1 0 0 (\S+)/.exec(text)![1]!, serial: Number(/SOA\t\S+ \S+ (\d+)/.exec(text)![1]) };
    });
    expect(seen[0]!.salt).toMatch(/^[0-9A-F]{16}$/);
    expect(seen[1]!.salt).toMatch(/^[0-9A-F]{16}$/);
    expect(seen[0]!.salt).not.toBe(seen[1]!.salt);
    expect(seen[1]!.serial).toBe(seen[0]!.serial + 1);
  });

  test('a zone that dnssec-signzone signed goes on without a break: its signatures and its salt stay', () => {
    const keys = makeKeys('ED25519', 'odd.test');
    writeFileSync(join(directory, 'over.zone'), ODD);
    run('dnssec-signzone', [
      '-S',
      '-x',
      '-K',
      keys,
      '-o',
      'odd.test',
      '-3',
      SALT.repeat(2),
      '-f',
      'over.zone.signed',
      'over.zone',
    ]);
    const before = recordsOf('over.zone.signed', 'odd.test', true);
    writeFileSync(join(directory, 'over.zone'), `${ODD}new A 192.0.2.99\n`);
    dnssec('sign', '-K', keys, '-o', 'odd.test', 'over.zone');
    expectAccepted('over.zone.signed', 'odd.test');
    const after = recordsOf('over.zone.signed', 'odd.test', true);
    expect(after.filter((r) => / RRSIG /.test(r) && before.includes(r)).length).toBeGreaterThan(30);
    expect(after.filter((r) => / NSEC3PARAM 1 0 0 AABBCCDDAABBCCDD$/.test(r))).toHaveLength(1);
  });
});
