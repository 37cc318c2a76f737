/** Our verifier beside dnssec-verify, ldns-verify-zone and kzonecheck, on good zones of many kinds and on bad ones. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFECTS, defectiveZone, ODDITIES, type Peer, withBothChains } from '../invalid/defects.ts';
import { verifyText } from '../invalid/verify-text.ts';
import { WHEN } from '../invalid/zone-lines.ts';
import { describePeers, peer } from './peers.ts';

const UNSIGNED = fileURLToPath(new URL('../fixtures/signed/unsigned.zone', import.meta.url));
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'verify-agreement-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a program in the test's directory. */
function run(program: string, args: readonly string[], cwd = directory): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(peer(program), args, { cwd, encoding: 'latin1' });
  return { status, output: stdout + stderr };
}

/** Runs a program that must succeed. */
function mustRun(program: string, args: readonly string[], cwd = directory): string {
  const { status, output } = run(program, args, cwd);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${output}`);
  return output;
}

const VERIFIERS: Readonly<Record<Peer, readonly [program: string, args: (file: string) => readonly string[]]>> = {
  bind: ['dnssec-verify', (file) => ['-q', '-o', 'example.', file]],
  ldns: ['ldns-verify-zone', (file) => ['-V1', file]],
  knot: ['kzonecheck', (file) => ['-d', 'on', '-o', 'example.', file]],
};

function refusals(file: string): Peer[] {
  return (Object.keys(VERIFIERS) as Peer[]).filter((name) => {
    const [program, args] = VERIFIERS[name];
    return run(program, args(file)).status !== 0;
  });
}

describePeers('zones with one defect', ['dnssec-verify', 'ldns-verify-zone', 'kzonecheck'], () => {
  test.each([...DEFECTS, ...ODDITIES].map((defect) => [`${defect.name} (${defect.base})`, defect] as const))(
    'are refused by the peers that the table names: %s',
    (_, defect) => {
      const file = join(directory, 'defect.zone');
      writeFileSync(file, defectiveZone(defect).text, 'latin1');
      expect(refusals(file)).toEqual(defect.refusedBy);
    },
  );

  test('are all refused by us that dnssec-verify or ldns-verify-zone refuses', () => {
    expect(ODDITIES.filter(({ refusedBy }) => refusedBy.some((name) => name !== 'knot'))).toEqual([]);
  });
});

describePeers('a zone with both chains', ['dnssec-verify'], () => {
  test('is valid', async () => {
    const zone = withBothChains();
    const report = await verifyText(zone.text, WHEN);
    expect(report.findings).toEqual([]);
    expect(report.statistics.denial).toBe('nsec-and-nsec3');
    const file = join(directory, 'both.zone');
    writeFileSync(file, zone.text, 'latin1');
    expect(refusals(file)).not.toContain('bind');
  });
});

/** A zone that a peer signed: prepares it in a directory of its own and returns the signed file. */
interface Signing {
  readonly name: string;
  readonly sign: (cwd: string) => string;
  /** Peers that must accept it too; dnssec-verify wants a KSK and a ZSK unless it is told otherwise. */
  readonly accepts: readonly Peer[];
}

const ALL: readonly Peer[] = ['bind', 'ldns', 'knot'];

function keygen(cwd: string, ...args: readonly string[]): string {
  return mustRun('dnssec-keygen', ['-q', ...args, 'example.'], cwd).trim();
}

function keyPair(cwd: string, algorithm: string): readonly string[] {
  return [keygen(cwd, '-a', algorithm, '-f', 'KSK'), keygen(cwd, '-a', algorithm)];
}

function signWithBind(cwd: string, args: readonly string[]): string {
  mustRun('dnssec-signzone', ['-q', '-P', '-S', '-o', 'example.', '-f', 'signed', ...args, 'zone'], cwd);
  return join(cwd, 'signed');
}

function bindSigning(name: string, args: readonly string[], algorithms: readonly string[] = ['13']): Signing {
  return {
    name: `dnssec-signzone, ${name}`,
    accepts: ALL,
    sign: (cwd) => {
      for (const algorithm of algorithms) keyPair(cwd, algorithm);
      return signWithBind(cwd, args);
    },
  };
}

const BIND_SIGNINGS: readonly Signing[] = [
  bindSigning('NSEC', []),
  bindSigning('NSEC3 with salt', ['-3', 'AABBCCDD']),
  bindSigning('NSEC3 without salt', ['-3', '-']),
  bindSigning('NSEC3 with 10 iterations', ['-3', 'AA', '-H', '10']),
  bindSigning('NSEC3 with opt-out', ['-3', 'AABBCCDD', '-A']),
  bindSigning('DNSKEY RRset signed by the KSK alone', ['-x']),
  bindSigning('RSASHA256', [], ['8']),
  bindSigning('RSASHA512 and NSEC3', ['-3', '-'], ['10']),
  bindSigning('ECDSAP384SHA384', [], ['14']),
  bindSigning('Ed25519 and NSEC3', ['-3', '-'], ['15']),
  bindSigning('Ed448', [], ['16']),
  bindSigning('two algorithms', [], ['8', '13']),
  bindSigning('three algorithms and NSEC3 with opt-out', ['-3', '-', '-A'], ['8', '13', '15']),
  {
    name: 'dnssec-signzone, one key for everything',
    accepts: ['ldns', 'knot'],
    sign: (cwd) => {
      keygen(cwd, '-a', '13', '-f', 'KSK');
      return signWithBind(cwd, ['-z']);
    },
  },
  {
    name: 'dnssec-signzone, one key without the SEP flag',
    accepts: ['ldns'],
    sign: (cwd) => {
      keygen(cwd, '-a', '13');
      return signWithBind(cwd, ['-z']);
    },
  },
  {
    name: 'dnssec-signzone, stand-by keys',
    accepts: ALL,
    sign: (cwd) => {
      keyPair(cwd, '13');
      keygen(cwd, '-a', '13', '-A', '+1y');
      keygen(cwd, '-a', '13', '-f', 'KSK', '-A', '+1y');
      return signWithBind(cwd, []);
    },
  },
  {
    name: 'dnssec-signzone, a revoked KSK',
    accepts: ALL,
    sign: (cwd) => {
      const [ksk] = keyPair(cwd, '13');
      keygen(cwd, '-a', '13', '-f', 'KSK');
      mustRun('dnssec-revoke', [`${ksk}.key`], cwd);
      return signWithBind(cwd, []);
    },
  },
  {
    name: 'dnssec-signzone, signed twice',
    accepts: ALL,
    sign: (cwd) => {
      keyPair(cwd, '13');
      copyFileSync(signWithBind(cwd, ['-3', '-']), join(cwd, 'zone'));
      return signWithBind(cwd, ['-3', '-']);
    },
  },
];

function ldnsSigning(name: string, args: readonly string[], algorithms: readonly string[] = ['13']): Signing {
  return {
    name: `ldns-signzone, ${name}`,
    accepts: ALL,
    sign: (cwd) => {
      const keys = algorithms.flatMap((algorithm) => keyPair(cwd, algorithm));
      mustRun('ldns-signzone', ['-o', 'example.', '-f', 'signed', ...args, 'zone', ...keys], cwd);
      return join(cwd, 'signed');
    },
  };
}

const LDNS_SIGNINGS: readonly Signing[] = [
  ldnsSigning('NSEC', []),
  ldnsSigning('NSEC3', ['-n', '-s', 'AABBCCDD']),
  ldnsSigning('NSEC3 with opt-out', ['-n', '-p', '-s', 'AABBCCDD']),
  ldnsSigning('two algorithms', ['-U'], ['8', '13']),
  ldnsSigning('ZONEMD with both digests', ['-z', 'simple:sha384', '-z', 'simple:sha512']),
  ldnsSigning('NSEC3 and ZONEMD', ['-n', '-s', 'AA', '-z', 'simple:sha384']),
];

function knotSigning(name: string, policy: readonly string[], zone: readonly string[] = []): Signing {
  return {
    name: `kzonesign, ${name}`,
    accepts: policy.some((line) => line.startsWith('single-type')) ? ['ldns', 'knot'] : ALL,
    sign: (cwd) => {
      mkdirSync(join(cwd, 'db'));
      const config = [
        'database:',
        `  storage: ${cwd}/db`,
        'policy:',
        '  - id: test',
        ...policy.map((line) => `    ${line}`),
        'zone:',
        '  - domain: example.',
        `    storage: ${cwd}`,
        '    file: zone',
        '    dnssec-signing: on',
        '    dnssec-policy: test',
        ...zone.map((line) => `    ${line}`),
      ];
      writeFileSync(join(cwd, 'knot.conf'), `${config.join('\n')}\n`);
      mustRun('kzonesign', ['-c', 'knot.conf', '-o', join(cwd, 'out'), 'example.'], cwd);
      return join(cwd, 'out', 'zone');
    },
  };
}

const KNOT_SIGNINGS: readonly Signing[] = [
  knotSigning('NSEC', ['algorithm: ECDSAP256SHA256']),
  knotSigning('NSEC3', ['algorithm: ECDSAP256SHA256', 'nsec3: on', 'nsec3-salt-length: 8']),
  knotSigning('NSEC3 with opt-out', ['algorithm: ED25519', 'nsec3: on', 'nsec3-opt-out: on', 'nsec3-salt-length: 0']),
  knotSigning('one key for everything', ['algorithm: ECDSAP256SHA256', 'single-type-signing: on']),
  knotSigning('ZONEMD', ['algorithm: ECDSAP256SHA256'], ['zonemd-generate: zonemd-sha512']),
];

/** Names and data that try the canonical form: case, escapes, deep names, large RRsets, more than one bit map window. */
const ODD_RECORDS = [
  'UPPER.Example. 300 IN MX 10 MAIL.Example.',
  String.raw`esc\.aped\000\255.example. IN TXT "\"quoted\" \\ \000"`,
  `${'deep.'.repeat(40)}example. IN AAAA 2001:db8::1`,
  ...Array.from({ length: 60 }, (_, i) => `many IN A 192.0.2.${i}`),
  'caa IN CAA 0 issue "ca.example"',
  'uri IN URI 10 1 "https://example/"',
  'naptr IN NAPTR 1 1 "u" "E2U+sip" "" _SIP._udp.Example.',
  'x.sub.far IN NS ns1',
  '_dmarc.mail IN TXT "v=DMARC1"',
  'rp IN RP Admin.Example. Text.Example.',
];

function describeSignings(programs: readonly string[], signings: readonly Signing[]): void {
  describePeers(
    `zones signed by ${programs[0]}`,
    [...programs, 'dnssec-verify', 'ldns-verify-zone', 'kzonecheck'],
    () => {
      test.each(signings.map((signing) => [signing.name, signing] as const))('are valid: %s', async (_, signing) => {
        const cwd = mkdtempSync(join(directory, 'zone-'));
        writeFileSync(join(cwd, 'zone'), `${readFileSync(UNSIGNED, 'latin1')}${ODD_RECORDS.join('\n')}\n`, 'latin1');
        const file = signing.sign(cwd);
        const report = await verifyText(readFileSync(file), Math.floor(Date.now() / 1000));
        expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(report.statistics.signatures).toBeGreaterThan(40);
        const refused = refusals(file);
        expect(signing.accepts.filter((name) => refused.includes(name))).toEqual([]);
      });
    },
  );
}

describe('good zones', () => {
  describeSignings(['dnssec-signzone', 'dnssec-keygen', 'dnssec-revoke'], BIND_SIGNINGS);
  describeSignings(['ldns-signzone', 'dnssec-keygen'], LDNS_SIGNINGS);
  describeSignings(['kzonesign'], KNOT_SIGNINGS);
});
