import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nameFromText } from '../../src/dns/name.ts';
import { repairKeys } from '../../src/store/key-files.ts';
import { loadZoneKeys } from '../../src/store/key-store.ts';
import { measureRun, runUntil, seededRandom, startBudget } from './killing.ts';
import { ended, PROGRAM, startNode, writeKillPreload } from './processes.ts';
import { createScene } from './scene.ts';

const ZONE = nameFromText('example.com');

test('killed before any one of its changes, keygen leaves whole keys and nothing that stops a later run', async () => {
  const root = mkdtempSync(join(tmpdir(), 'dnssec-killed-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const preload = writeKillPreload(root);
  const seen = { halves: 0, temporary: 0, locks: 0 };
  let at = 0;
  for (let done = false; !done; at++) {
    const directory = join(root, String(at));
    mkdirSync(directory, { mode: 0o700 });
    const argv = ['--import', preload, PROGRAM, 'keygen', '-K', directory, '--role', 'pair', 'example.com'];
    const { signal, code, stdout } = await ended(startNode(argv, { cwd: root, env: { KILL_AT: String(at) } }));
    done = signal === null;
    if (done) expect(code).toBe(0);

    const files = readdirSync(directory);
    const bases = (suffix: string) =>
      files.filter((f) => f.startsWith('K') && f.endsWith(suffix)).map((f) => f.slice(0, -suffix.length));
    seen.temporary += files.filter((file) => file.includes('.tmp-')).length;
    seen.locks += files.filter((file) => file.endsWith('.lock')).length;
    // A published half always has its private half; the other way round it is repaired.
    expect(bases('.private')).toEqual(expect.arrayContaining(bases('.key')));
    for (const name of stdout.split('\n').filter((line) => line !== '')) expect(bases('.key')).toContain(name);
    const { keys, problems } = await loadZoneKeys(directory, ZONE);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(keys.map((key) => key.name)).toEqual(bases('.private').sort());
    expect(keys.every((key) => key.privateKey !== undefined)).toBe(true);

    const { restored, problems: left } = await repairKeys(directory, ZONE, false);
    seen.halves += restored.length;
    expect(left).toEqual([]);
    const after = await loadZoneKeys(directory, ZONE);
    expect(after.problems).toEqual([]);
    expect(after.keys.map((key) => key.dnskeyRdata)).toEqual(keys.map((key) => key.dnskeyRdata));
    expect(readdirSync(directory).filter((file) => !file.startsWith('K'))).toEqual([]);
  }
  // The test has seen what it is there to see.
  expect(at).toBeGreaterThan(20);
  expect(seen.halves).toBeGreaterThan(0);
  expect(seen.temporary).toBeGreaterThan(0);
  expect(seen.locks).toBeGreaterThan(0);
});

test('killed at random moments, keygen loses no key that it has named, and stops no later run', {
  timeout: 120_000,
}, async () => {
  const scene = createScene();
  mkdirSync(scene.path('keys'), { mode: 0o700 });
  const args = ['keygen', '-K', 'keys', 'example.com'];
  const inTime = startBudget(30_000);
  const random = seededRandom(4);
  const { duration } = await measureRun(args, scene.directory);
  const named = new Map<string, string>();
  let killed = 0;
  for (let round = 0; round < 40 && inTime(); round++) {
    const moment = { after: 'start', delay: duration * (0.4 + 0.7 * random()) } as const;
    const { signal, stdout } = await runUntil(args, scene.directory, 'SIGKILL', moment);
    if (signal === 'SIGKILL') killed++;
    for (const base of stdout.split('\n').filter((line) => line !== '')) {
      named.set(base, scene.read(`keys/${base}.private`) + scene.read(`keys/${base}.key`));
    }
    const { keys, problems } = await loadZoneKeys(scene.path('keys'), ZONE);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(keys.every((key) => key.privateKey !== undefined)).toBe(true);
    expect(keys.map((key) => key.name)).toEqual(expect.arrayContaining([...named.keys()]));
  }
  expect(killed).toBeGreaterThan(3);
  const { stdout } = await scene.succeed(args);
  for (const [base, text] of named) {
    expect(scene.read(`keys/${base}.private`) + scene.read(`keys/${base}.key`)).toBe(text);
    expect(stdout).not.toContain(base);
  }
  expect(readdirSync(scene.path('keys')).filter((file) => !file.startsWith('K'))).toEqual([]);
  const { keys } = await loadZoneKeys(scene.path('keys'), ZONE);
  expect(new Set(keys.map((key) => key.keyTag)).size).toBe(keys.length);
});

test('run several times at once, keygen makes a pair each time, with different tags', async () => {
  const scene = createScene();
  const runs = Array.from({ length: 5 }, () => scene.succeed(['keygen', '-K', 'keys', 'example.com']));
  const outputs = await Promise.all(runs);
  const bases = outputs.flatMap(({ stdout }) => stdout.trim().split('\n'));
  expect(new Set(bases).size).toBe(10);
  const { keys, problems } = await loadZoneKeys(scene.path('keys'), ZONE);
  expect(problems).toEqual([]);
  expect(keys.map((key) => key.name)).toEqual([...bases].sort());
  expect(readdirSync(scene.path('keys'))).toHaveLength(20);
});

test('asked to end, keygen takes its temporary files and its lock with it', async () => {
  const scene = createScene();
  mkdirSync(scene.path('keys'), { mode: 0o700 });
  const args = ['keygen', '-K', 'keys', '-a', 'RSASHA256', '-b', '3072', 'example.com'];
  const inTime = startBudget(20_000);
  const random = seededRandom(5);
  const { duration } = await measureRun(args, scene.directory);
  for (let round = 0; round < 8 && inTime(); round++) {
    const moment = { after: 'start', delay: duration * random() } as const;
    const { signal } = await runUntil(args, scene.directory, round % 2 === 0 ? 'SIGTERM' : 'SIGINT', moment);
    if (signal !== null) expect(signal).toBe(round % 2 === 0 ? 'SIGTERM' : 'SIGINT');
    expect(readdirSync(scene.path('keys')).filter((file) => !file.startsWith('K'))).toEqual([]);
  }
});
