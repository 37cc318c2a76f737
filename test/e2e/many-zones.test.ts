import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nameFromText } from '../../src/dns/name.ts';
import { requireSigningAlgorithm } from '../../src/keys/algorithms.ts';
import { createKeys } from '../../src/store/key-files.ts';
import { describePeers, peer } from '../interop/peers.ts';
import { measureRun, runUntil, seededRandom } from './killing.ts';
import { createScene, type Scene } from './scene.ts';

/** Enough octets in all that a second thread is started. */
const ZONES = 60;
const HOSTS = 120;

const origin = (index: number) => `z${String(index).padStart(3, '0')}.test`;
const fileOf = (index: number) => `${origin(index)}.zone`;

/** A zone's file; each edition has other addresses. */
function zoneText(index: number, edition: number, hosts = HOSTS): string {
  const name = origin(index);
  const head = `$ORIGIN ${name}.\n$TTL 1h\n@ SOA ns1 hostmaster 1 4h 1h 1w 1h\n@ NS ns1\nns1 A 192.0.2.53\n`;
  const lines = Array.from({ length: hosts }, (_, i) => `h${i} AAAA 2001:db8:${edition}::${i.toString(16)}\n`);
  return head + lines.join('');
}

/** A scene with zone files, and with keys for all of them in a directory of their own. */
async function manyZones(count = ZONES, edition = 1): Promise<Scene> {
  const scene = createScene();
  const now = Math.floor(Date.now() / 1000) - 7200;
  const requests = Array.from({ length: count }, (_, index) => ({
    zone: nameFromText(origin(index)),
    role: 'csk' as const,
    algorithm: requireSigningAlgorithm(13),
    timing: { created: now, publish: now, activate: now },
  }));
  await createKeys(scene.path('keys'), requests);
  writeEdition(scene, edition, count);
  return scene;
}

function writeEdition(scene: Scene, edition: number, count = ZONES): void {
  for (let index = 0; index < count; index++) scene.write(fileOf(index), zoneText(index, edition));
}

const files = (count = ZONES) => Array.from({ length: count }, (_, index) => fileOf(index));
const signedLines = (indexes: readonly number[]) => indexes.map((index) => `${fileOf(index)}.signed`);
const indexes = Array.from({ length: ZONES }, (_, index) => index);

/** What lies there beside zone files, keys and memos. */
const leftovers = (scene: Scene) =>
  fs.readdirSync(scene.directory).filter((name) => /\.tmp-|\.lock$|takeover/.test(name));

/** Which edition a signed file holds: all of its addresses, or it is neither. */
function editionOf(scene: Scene, index: number): number | undefined {
  const text = scene.read(`${fileOf(index)}.signed`);
  const editions = [...text.matchAll(/\sAAAA\s2001:db8:(\d+)::/g)].map(([, edition]) => Number(edition));
  const isWhole = editions.length === HOSTS && new Set(editions).size === 1 && text.endsWith('\n');
  return isWhole ? editions[0] : undefined;
}

const THREADS = [
  ['one thread', ['-n', '1']],
  ['two threads', ['-n', '2']],
  ['as many as it takes', []],
] as const;

describe('signing many zones', { timeout: 120_000 }, () => {
  it.each(THREADS)('signs them all and tells of them in their order (%s)', async (_, flags) => {
    const scene = await manyZones();
    const { stdout, stderr } = await scene.succeed(['sign', ...flags, ...files()]);
    expect(stdout.trim().split('\n')).toEqual(signedLines(indexes));
    const told = stderr.split('\n').filter((line) => line.includes('signatures made'));
    expect(told.map((line) => line.split(':')[0])).toEqual(indexes.map(origin));
    expect(leftovers(scene)).toEqual([]);
    for (const index of indexes) expect(editionOf(scene, index)).toBe(1);
  });

  it.each(THREADS)('is stopped for no zone by the trouble of another (%s)', async (_, flags) => {
    const scene = await manyZones();
    const broken: Record<number, string> = { 3: 'ZONE_INVALID', 17: 'KEY_INVALID', 30: 'FILE_UNREADABLE' };
    scene.write(fileOf(3), `${zoneText(3, 1)}oops A 1.2.3\n`);
    for (const name of fs.readdirSync(scene.path('keys'))) {
      if (name.startsWith(`K${origin(17)}.`)) scene.write(`keys/${name}`, 'no key\n');
    }
    fs.rmSync(scene.path(fileOf(30)));
    fs.symlinkSync('nowhere', scene.path(fileOf(30)));
    fs.mkdirSync(scene.path(`${fileOf(44)}.signed`));
    scene.write('dnssec.yaml', `zones:\n${indexes.map((i) => `  ${origin(i)}: { file: ${fileOf(i)} }\n`).join('')}`);
    const { code, stdout, stderr } = await scene.run(['sign', ...flags, '--all', '--json']);
    expect(code).toBe(3);
    const { zones } = JSON.parse(stdout) as { zones: { zone?: string; file?: string; error?: { code: string } }[] };
    expect(zones.map(({ zone, error }, index) => zone ?? `${index} ${error?.code}`)).toEqual(
      indexes.map((i) => (i === 44 ? '44 FILE_UNWRITABLE' : broken[i] === undefined ? origin(i) : `${i} ${broken[i]}`)),
    );
    expect(stderr).toMatch(new RegExp(`error: ${origin(3)}: .*\\n.*${fileOf(3)}:126:8: error: `));
    for (const i of indexes) if (broken[i] === undefined && i !== 44) expect(editionOf(scene, i)).toBe(1);
    expect(leftovers(scene)).toEqual([]);
  });

  it('writes nothing where nothing is due, and nothing on a dry run', async () => {
    const scene = await manyZones();
    const dry = await scene.succeed(['sign', '--dry-run', '--json', ...files()]);
    expect(dry.stdout.match(/"status":"would sign"/g)).toHaveLength(ZONES);
    expect(fs.readdirSync(scene.directory).filter((name) => name.includes('.signed'))).toEqual([]);
    await scene.succeed(['sign', ...files()]);
    const before = indexes.map((index) => scene.read(`${fileOf(index)}.signed`));
    const again = await scene.succeed(['sign', '--json', ...files()]);
    expect(again.stdout.match(/"status":"unchanged"/g)).toHaveLength(ZONES);
    expect(indexes.map((index) => scene.read(`${fileOf(index)}.signed`))).toEqual(before);
  });

  it('signs a zone that is named twice twice, one after the other, also under another name', async () => {
    const scene = await manyZones();
    fs.symlinkSync(fileOf(5), scene.path('link.zone'));
    scene.write('link.zone.signed', '');
    fs.rmSync(scene.path('link.zone.signed'));
    fs.symlinkSync(`${fileOf(5)}.signed`, scene.path('link.zone.signed'));
    const { stdout } = await scene.succeed(['sign', '--json', ...files(), fileOf(5), 'link.zone', fileOf(5)]);
    const { zones } = JSON.parse(stdout) as { zones: { zone: string; status: string }[] };
    expect(zones.slice(ZONES).map(({ zone, status }) => `${zone} ${status}`)).toEqual(
      Array.from({ length: 3 }, () => `${origin(5)} unchanged`),
    );
  });

  it('signs large zones among small ones, in their order', async () => {
    const scene = await manyZones();
    for (const index of [0, 20, 21, 59]) scene.write(fileOf(index), zoneText(index, 1, 9000));
    const { stdout } = await scene.succeed(['sign', '--skip-verify', ...files()]);
    expect(stdout.trim().split('\n')).toEqual(signedLines(indexes));
    expect(scene.read(`${fileOf(21)}.signed`).match(/\sAAAA\s2001/g)).toHaveLength(9000);
  });

  it('leaves zones alone whose lock another run holds, with exit code 5', async () => {
    const scene = await manyZones();
    const lease = { pid: process.pid, started: '', pidNamespace: '', bootId: '', host: 'elsewhere', since: 0 };
    scene.write(`.${fileOf(8)}.signed.lock`, JSON.stringify({ ...lease, nonce: '0123456789abcdef' }));
    const { code, stderr } = await scene.run(['sign', ...files()]);
    expect(code).toBe(5);
    expect(stderr).toMatch(/error: z008\.test\.zone: process \d+ on elsewhere holds the lock/);
    expect(leftovers(scene)).toEqual([`.${fileOf(8)}.signed.lock`]);
    expect(fs.existsSync(scene.path(`${fileOf(8)}.signed`))).toBe(false);
    expect(editionOf(scene, 9)).toBe(1);
  });
});

describe('signing many zones, when it is ended', { timeout: 120_000 }, () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)('by %s leaves each old or new, whole', async (signal) => {
    const scene = await manyZones();
    const random = seededRandom(20_260);
    const argv = ['sign', ...files()];
    const { duration } = await measureRun(argv, scene.directory);
    const seen = { ended: 0, both: 0 };
    for (let round = 2; round < 7; round++) {
      writeEdition(scene, round);
      const before = indexes.map((index) => editionOf(scene, index));
      const delay = duration * (0.2 + 0.8 * random());
      const end = await runUntil(argv, scene.directory, signal, { after: 'start', delay });
      const after = indexes.map((index) => editionOf(scene, index));
      for (const index of indexes) expect([before[index], round]).toContain(after[index]);
      if (end.signal === signal) seen.ended++;
      if (new Set(after).size > 1) seen.both++;
      if (signal === 'SIGTERM') expect(leftovers(scene)).toEqual([]);
    }
    expect(seen.ended).toBeGreaterThan(0);
    expect(seen.both).toBeGreaterThan(0);
    // The next run finds what the dead ones left, and clears it away.
    await scene.succeed(argv);
    expect(leftovers(scene)).toEqual([]);
    for (const index of indexes) expect(editionOf(scene, index)).toBe(6);
  });
});

describePeers('many signed zones', ['dnssec-verify'], () => {
  it('are each accepted by dnssec-verify', { timeout: 120_000 }, async () => {
    const scene = await manyZones();
    await scene.succeed(['sign', ...files()]);
    writeEdition(scene, 2);
    await scene.succeed(['sign', '--nsec', ...files()]);
    for (const index of indexes) {
      const argv = ['-q', '-z', '-o', origin(index), scene.path(`${fileOf(index)}.signed`)];
      const { status, stderr } = spawnSync(peer('dnssec-verify'), argv, { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
    }
  });
});
