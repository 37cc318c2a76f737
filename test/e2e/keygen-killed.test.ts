import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nameFromText } from '../../src/dns/name.ts';
import { repairKeys } from '../../src/store/key-files.ts';
import { loadZoneKeys } from '../../src/store/key-store.ts';
import { ended, PROGRAM, startNode, writeKillPreload } from './processes.ts';

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
