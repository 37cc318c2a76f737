import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readU32 } from '../../src/base/octets.ts';
import { TYPE } from '../../src/dns/types.ts';
import { zoneFileOpener } from '../../src/store/zone-files.ts';
import { verifyZone } from '../../src/verify/verify-zone.ts';
import { buildZone } from '../../src/zone/build.ts';
import { readZone } from '../../src/zone/reader/reader.ts';
import { findRrset } from '../../src/zone/zone.ts';
import { drawMoment, measureRun, runUntil, seededRandom, startBudget } from './killing.ts';
import { ended, PROGRAM, startNode, writeKillPreload } from './processes.ts';
import { createScene, expectRefusal, makeSignable, type Scene, ZONE } from './scene.ts';

const FILE = 'example.test.zone';
const SIGNED = `${FILE}.signed`;
const MEMO = `.${SIGNED}.memo`;
const WHOLE = [FILE, SIGNED, 'keys'];
/** Enough that a run spends some time at each of its stages. */
const HOSTS = 400;
/** How long a test goes on with further rounds: a slow machine does fewer of them. */
const BUDGET_MS = 30_000;

/** The zone with this many hosts; each edition has other addresses. */
function edition(hosts: number, number: number): string {
  return (
    ZONE +
    Array.from(
      { length: hosts },
      (_, i) => `h${i} AAAA 2001:db8:${number.toString(16)}::${(i + 1).toString(16)}\n`,
    ).join('')
  );
}

/** A scene with keys in a directory of their own, and a zone that is not signed yet. */
async function unsignedScene(hosts: number): Promise<Scene> {
  const scene = createScene();
  mkdirSync(scene.path('keys'), { mode: 0o700 });
  await makeSignable(scene, edition(hosts, 1));
  return scene;
}

/** What lies there, without the memo that a run may leave for the next one. */
const names = (scene: Scene) =>
  readdirSync(scene.directory)
    .filter((name) => name !== MEMO)
    .sort();

/** Checks that the signed file is whole: it verifies, and holds all hosts of the edition. @returns its serial */
async function wholeSerial(scene: Scene, hosts: number, number: number): Promise<number> {
  const file = readZone(zoneFileOpener('/'), scene.path(SIGNED));
  const { zone } = buildZone(file.records, file.origin, file.class);
  const { findings, errors } = await verifyZone(zone, { at: [Math.floor(Date.now() / 1000)], threads: 1, limit: 5 });
  expect({ errors, findings }).toMatchObject({ errors: 0 });
  const addresses = scene.read(SIGNED).match(new RegExp(`\\s2001:db8:${number.toString(16)}::`, 'g')) ?? [];
  expect(addresses).toHaveLength(hosts);
  const soa = zone.rrsetFirst[findRrset(zone, 0, TYPE.SOA)]!;
  return readU32(zone.octets, zone.rdata[soa]! + zone.rdataLength[soa]! - 20);
}

describe('a run of sign that is killed', { timeout: 120_000 }, () => {
  it('before any one of its changes leaves the old zone or the new one, whole, and the next run clears up', async () => {
    const scene = await unsignedScene(3);
    await scene.succeed(['sign', FILE]);
    // A zone file that has been quiet for a while: only then is there a memo to be written as well.
    await new Promise((wake) => setTimeout(wake, 3000));
    const preload = writeKillPreload(createScene().directory);
    const seen = { temporary: 0, memos: 0, locks: 0, replaced: 0 };
    let at = 0;
    for (let isDone = false; !isDone; at++) {
      const old = scene.read(SIGNED);
      const argv = ['--import', preload, PROGRAM, 'sign', '--full', FILE];
      const end = await ended(startNode(argv, { cwd: scene.directory, env: { KILL_AT: String(at) } }));
      isDone = end.signal === null;
      if (isDone) expect(end, end.stderr).toMatchObject({ code: 0 });
      seen.temporary += names(scene).filter((file) => file.includes('.tmp-')).length;
      seen.memos += names(scene).filter((file) => file.includes('.memo.tmp-')).length;
      seen.locks += names(scene).filter((file) => file.endsWith('.lock')).length;
      if (scene.read(SIGNED) !== old) {
        seen.replaced++;
        await wholeSerial(scene, 3, 1);
      }
      await scene.succeed(['sign', FILE]);
      expect(names(scene)).toEqual(WHOLE);
    }
    // The test has seen what it is there to see: half-written files, locks of the dead, and files that were replaced.
    expect(at).toBeGreaterThan(15);
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });

  it('at random moments of a first signing leaves no file or a whole one', async () => {
    const hosts = HOSTS;
    const scene = await unsignedScene(hosts);
    const inTime = startBudget(BUDGET_MS);
    const random = seededRandom(1);
    const { duration, changing } = await measureRun(['sign', FILE], scene.directory);
    let killed = 0;
    for (let round = 0; round < 24 && inTime(); round++) {
      rmSync(scene.path(SIGNED), { force: true });
      const { signal } = await runUntil(
        ['sign', FILE],
        scene.directory,
        'SIGKILL',
        drawMoment(random, duration, changing),
      );
      if (signal === 'SIGKILL') killed++;
      if (existsSync(scene.path(SIGNED))) await wholeSerial(scene, hosts, 1);
    }
    expect(killed).toBeGreaterThan(3);
    await scene.succeed(['sign', FILE]);
    await wholeSerial(scene, hosts, 1);
    expect(names(scene)).toEqual(WHOLE);
  });

  it('at random moments of signing again leaves the old file or the new one; serials only rise', async () => {
    const hosts = HOSTS;
    const scene = await unsignedScene(hosts);
    const inTime = startBudget(BUDGET_MS);
    const random = seededRandom(2);
    await scene.succeed(['sign', FILE]);
    const { duration, changing } = await measureRun(['sign', '--full', FILE], scene.directory);
    let serial = await wholeSerial(scene, hosts, 1);
    let killed = 0;
    let replaced = 0;
    for (let round = 2; round < 42 && inTime(); round++) {
      // Each round has something to do: other addresses, or all signatures anew.
      scene.write(FILE, edition(hosts, round));
      const args = random() < 0.5 ? ['sign', FILE] : ['sign', '--full', FILE];
      const old = scene.read(SIGNED);
      const { signal } = await runUntil(args, scene.directory, 'SIGKILL', drawMoment(random, duration, changing));
      if (signal === 'SIGKILL') killed++;
      if (scene.read(SIGNED) === old) continue;
      replaced++;
      const next = await wholeSerial(scene, hosts, round);
      expect(next).toBeGreaterThan(serial);
      serial = next;
    }
    expect(killed).toBeGreaterThan(3);
    expect(replaced).toBeGreaterThan(0);
    scene.write(FILE, edition(hosts, 99));
    await scene.succeed(['sign', FILE]);
    expect(await wholeSerial(scene, hosts, 99)).toBeGreaterThan(serial);
    expect(names(scene)).toEqual(WHOLE);
  });
});

describe('a run of sign that is asked to end', { timeout: 120_000 }, () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'by %s takes its temporary files and locks with it',
    async (signal) => {
      const hosts = HOSTS;
      const scene = await unsignedScene(hosts);
      const inTime = startBudget(BUDGET_MS);
      const random = seededRandom(3);
      await scene.succeed(['sign', FILE]);
      const { duration, changing } = await measureRun(['sign', '--full', FILE], scene.directory);
      let stopped = 0;
      for (let round = 0; round < 8 && inTime(); round++) {
        const old = scene.read(SIGNED);
        const moment = drawMoment(random, duration, changing);
        const end = await runUntil(['sign', '--full', FILE], scene.directory, signal, moment);
        // As a shell sees it: ended by that signal, unless the work was done before.
        if (end.signal === null) expect(end, end.stderr).toMatchObject({ code: 0 });
        else expect(end.signal).toBe(signal);
        if (end.signal !== null) stopped++;
        expect(names(scene)).toEqual(WHOLE);
        if (scene.read(SIGNED) !== old) await wholeSerial(scene, hosts, 1);
      }
      expect(stopped).toBeGreaterThan(0);
    },
  );
});

describe('runs of sign at the same time', () => {
  it('on one zone: one works, the others say who does; the file is whole', async () => {
    const hosts = HOSTS;
    const scene = await unsignedScene(hosts);
    for (let round = 2; round < 5; round++) {
      scene.write(FILE, edition(hosts, round));
      const runs = Array.from({ length: 4 }, () => scene.run(['sign', '--full', FILE]));
      const outcomes = await Promise.all(runs);
      expect(outcomes.map(({ code }) => code)).toContain(0);
      for (const { code, stderr } of outcomes) {
        if (code === 0) continue;
        expect(code, stderr).toBe(5);
        expect(stderr).toMatch(/process \d+ holds the lock .* since |another run holds the lock/);
      }
      await wholeSerial(scene, hosts, round);
      expect(names(scene)).toEqual(WHOLE);
    }
  });

  it('while another host holds the lock: exit code 5, and nothing is touched', async () => {
    const scene = await unsignedScene(3);
    await scene.succeed(['sign', FILE]);
    const lease = {
      pid: 1,
      started: '',
      pidNamespace: '',
      bootId: '',
      host: 'elsewhere',
      since: 0,
      nonce: 'a'.repeat(16),
    };
    writeFileSync(scene.path(`.${SIGNED}.lock`), JSON.stringify(lease));
    await expectRefusal(scene, ['sign', '--full', FILE], { code: 'LOCKED', says: ['elsewhere', 'holds the lock'] });
    expect(readFileSync(scene.path(SIGNED)).length).toBeGreaterThan(0);
  });
});
