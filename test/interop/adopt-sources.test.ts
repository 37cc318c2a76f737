import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createScene, type Scene } from '../e2e/scene.ts';
import { ZONE, ZONE_TEXT } from './bind-policy.ts';
import { describePeers, describeWhere, findPeer, peer } from './peers.ts';

const FILE = `${ZONE}.zone`;
const ADOPT = ['adopt', ZONE, '--file', FILE, '--ds', 'ds.txt'];

/** What the tests read of the document of `dnssec adopt --json`. */
interface Document {
  readonly keys: readonly {
    readonly keyTag: number;
    readonly role: string;
    readonly states: Readonly<Record<string, string>>;
  }[];
  readonly policy: { readonly fits: boolean };
}

function run(program: string, args: readonly string[], cwd: string): string {
  return execFileSync(peer(program), args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function sceneWithZone(): Scene {
  const scene = createScene();
  scene.write(FILE, ZONE_TEXT);
  return scene;
}

/** Adopts, signs, and verifies with the DS that the old program would have had at the parent. */
async function adoptAndSign(scene: Scene, args: readonly string[]): Promise<Document> {
  const dryRun = scene.snapshot();
  await scene.succeed([...ADOPT, ...args, '--dry-run']);
  expect(scene.snapshot()).toEqual(dryRun);
  const { stdout } = await scene.succeed([...ADOPT, ...args, '--json']);
  await scene.succeed(['sign', ZONE]);
  await scene.succeed(['verify', `${FILE}.signed`, '--ds', 'ds.txt']);
  const keys = readdirSync(scene.path('keys')).filter((file) => file.endsWith('.key'));
  const document = JSON.parse(stdout) as Document;
  expect(keys).toHaveLength(document.keys.length);
  expect(document.policy.fits).toBe(true);
  return document;
}

const serialOf = (text: string) => Number(/\bSOA\s+\S+\s+\S+\s+(\d+)/.exec(text)![1]);

describePeers('a zone of Knot', ['keymgr', 'kzonesign'], () => {
  test('is adopted with its key store and its listing, and signed on', async () => {
    const scene = sceneWithZone();
    const knot = scene.path('knot');
    mkdirSync(join(knot, 'kasp'), { recursive: true });
    mkdirSync(join(knot, 'out'));
    scene.write(
      'knot/knot.conf',
      `server:\n  rundir: ${knot}\ndatabase:\n  storage: ${knot}\n  kasp-db: ${knot}/kasp
policy:\n  - id: usual\n    algorithm: ecdsap256sha256\n    cds-cdnskey-publish: rollover
zone:\n  - domain: ${ZONE}\n    file: ${scene.path(FILE)}\n    dnssec-signing: on\n    dnssec-policy: usual\n`,
    );
    const keymgr = (...args: readonly string[]) => run('keymgr', ['-c', join(knot, 'knot.conf'), ...args], knot);
    run('kzonesign', ['-c', join(knot, 'knot.conf'), '-o', join(knot, 'out'), ZONE], knot);
    scene.write('list.txt', keymgr(ZONE, 'list'));
    scene.write('ds.txt', keymgr(ZONE, 'ds'));
    const served = `knot/out/${FILE}`;
    const { keys } = await adoptAndSign(scene, ['--knot', 'knot/kasp', '--list', 'list.txt', '--signed', served]);
    expect(keys.map(({ role }) => role).sort()).toEqual(['ksk', 'zsk']);
    for (const { states } of keys) expect(states.dnskey).toBe('rumoured');
    expect(serialOf(scene.read(`${FILE}.signed`))).toBe(serialOf(scene.read(served)) + 1);
  });
});

const SCHEMA = '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql';
const missing = [
  ...['pdnsutil', 'sqlite3'].filter((name) => findPeer(name) === undefined).map((name) => `${name} is not installed`),
  ...(existsSync(SCHEMA) ? [] : ['the schema of the SQLite backend of PowerDNS is not installed']),
];

describeWhere('a zone of PowerDNS', missing, () => {
  test.each([
    ['a KSK and a ZSK', ['ksk', 'zsk'], ''],
    ['a CSK', ['csk'], 'policies: { default: { keys: { csk: { algorithm: ECDSAP256SHA256 } } } }\n'],
  ] as const)('with %s is adopted with what pdnsutil exports, and signed on', async (_, roles, policy) => {
    const scene = sceneWithZone();
    scene.write('dnssec.yaml', policy);
    const directory = scene.path('pdns');
    mkdirSync(directory);
    execFileSync(peer('sqlite3'), [join(directory, 'db')], { input: readFileSync(SCHEMA) });
    writeFileSync(
      join(directory, 'pdns.conf'),
      `launch=gsqlite3\ngsqlite3-database=${join(directory, 'db')}\ngsqlite3-dnssec=yes\n`,
    );
    const pdnsutil = (...args: readonly string[]) => run('pdnsutil', [`--config-dir=${directory}`, ...args], directory);
    pdnsutil('create-zone', ZONE, `ns.${ZONE}`);
    const ids = roles.map((role) =>
      pdnsutil('add-zone-key', ZONE, role === 'zsk' ? 'zsk' : 'ksk', 'active', 'published', 'ecdsa256').trim(),
    );
    const shown = pdnsutil('show-zone', ZONE);
    scene.write('show.txt', shown);
    const ds = [...shown.matchAll(/^DS = (.*) ; \( SHA256 digest \)$/gm)].map(([, record]) => `${record}\n`);
    scene.write('ds.txt', ds.join(''));
    for (const id of ids) scene.write(`${id}.private`, pdnsutil('export-zone-key', ZONE, id), 0o600);
    const files = ids.flatMap((id) => ['--powerdns', `${id}.private`]);
    const { keys } = await adoptAndSign(scene, [...files, '--show', 'show.txt']);
    expect(keys.map(({ role }) => role).sort()).toEqual(roles);
    const shownTags = [...shown.matchAll(/tag = (\d+),/g)].map(([, tag]) => Number(tag));
    expect(keys.map(({ keyTag }) => keyTag).sort()).toEqual(shownTags.sort());
    for (const { states } of keys) expect(states.ds ?? 'rumoured').toBe('rumoured');
  });
});

describePeers('a zone of ldns', ['ldns-keygen', 'ldns-signzone', 'ldns-key2ds'], () => {
  test('is adopted with its key files and the zone that it signed, and signed on', async () => {
    const scene = sceneWithZone();
    mkdirSync(scene.path('ldns'));
    const ldns = (program: string, ...args: readonly string[]) => run(program, args, scene.path('ldns')).trim();
    const ksk = ldns('ldns-keygen', '-a', 'ECDSAP256SHA256', '-k', ZONE);
    const zsk = ldns('ldns-keygen', '-a', 'ECDSAP256SHA256', ZONE);
    ldns('ldns-signzone', '-f', scene.path('served.txt'), '-o', ZONE, scene.path(FILE), ksk, zsk);
    scene.write('ds.txt', `${ldns('ldns-key2ds', '-n', '-2', `${ksk}.key`)}\n`);
    const { keys } = await adoptAndSign(scene, ['--from', 'ldns', '--signed', 'served.txt']);
    expect(keys.map(({ role }) => role).sort()).toEqual(['ksk', 'zsk']);
    for (const { states } of keys) expect(new Set(Object.values(states))).toEqual(new Set(['rumoured']));
  });
});
