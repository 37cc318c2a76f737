import { readdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { verifyLog } from '../../src/rollover/audit-log.ts';
import { readAuditLog } from '../../src/store/audit-file.ts';
import { readZoneMemory } from '../../src/store/zone-state.ts';
import { type Ended, ended, startScript, writeKillPreload } from './processes.ts';
import { createScene, type Scene } from './scene.ts';

const ZONE = 'example.test';

/** A pass: says something, and remembers what it said. Its arguments: the directory, the clock, what to say. */
const PASS = `
import { EMPTY_LOG } from '$DIST/rollover/audit-log.js';
import { emptyMemory } from '$DIST/rollover/zone-memory.js';
import { appendToAuditLog } from '$DIST/store/audit-file.js';
import { readZoneMemory, withZoneState, writeZoneMemory } from '$DIST/store/zone-state.js';
const [directory, clock, said] = process.argv.slice(1);
const now = Number(clock);
await withZoneState(directory, '${ZONE}', async () => {
  const memory = readZoneMemory(directory, '${ZONE}') ?? emptyMemory('${ZONE}', now);
  const log = await appendToAuditLog(directory, '${ZONE}', memory.log, [1, 2].map((n) => ({ kind: 'word', said: said + n })), now);
  await writeZoneMemory(directory, { ...memory, lastPass: now, log });
});
`;

const state = (scene: Scene) => scene.path('state');
const pass = (scene: Scene, clock: number, said: string, env = {}): Promise<Ended> =>
  ended(startScript(PASS, [state(scene), String(clock), said], { env }));

/** What the log's check finds, against what is remembered. */
function findings(scene: Scene): readonly string[] {
  const memory = readZoneMemory(state(scene), ZONE);
  const log = readAuditLog(state(scene), ZONE);
  return verifyLog(log ?? '', memory?.log).map(({ severity, kind }) => `${severity} ${kind}`);
}

describe('a pass that is killed', { timeout: 120_000 }, () => {
  it('before any one of its changes leaves a memory that can be read and a log that holds, and the next goes on', async () => {
    const scene = createScene();
    const preload = writeKillPreload(createScene().directory);
    expect(await pass(scene, 1000, 'a')).toMatchObject({ code: 0, stderr: '' });
    const seen = { ahead: 0, written: 0, whole: 0 };
    let clock = 1000;
    for (let at = 0, isDone = false; !isDone; at++) {
      const before = readZoneMemory(state(scene), ZONE)!;
      const env = { NODE_OPTIONS: `--import=${preload}`, KILL_AT: String(at) };
      const end = await pass(scene, ++clock, 'b', env);
      isDone = end.signal === null;
      const after = readZoneMemory(state(scene), ZONE)!;
      const found = findings(scene);
      expect(
        found.filter((finding) => finding !== 'warning ahead'),
        `killed at ${at}`,
      ).toEqual([]);
      if (found.length > 0) seen.ahead++;
      else if (after.log.entries > before.log.entries) seen.written++;
      else seen.whole++;

      expect(await pass(scene, ++clock, 'c')).toMatchObject({ code: 0, stderr: '' });
      expect(findings(scene)).toEqual([]);
      expect(readZoneMemory(state(scene), ZONE)!.lastPass).toBe(clock);
      expect(readdirSync(state(scene)).sort()).toEqual([`${ZONE}.json`, `${ZONE}.log`]);
    }
    expect(seen.ahead).toBeGreaterThan(2);
    expect(seen.written).toBeGreaterThan(0);
    expect(seen.whole).toBeGreaterThan(2);
  });

  it('by a disk that is full leaves the log as it was', async () => {
    const scene = createScene();
    expect(await pass(scene, 1000, 'a')).toMatchObject({ code: 0 });
    const before = scene.read(`state/${ZONE}.log`);
    // A limit of the size of files stands for the disk: the first of the two entries fits, the second does not.
    const kib = Math.ceil((statSync(scene.path('state', `${ZONE}.log`)).size + 4000) / 1024);
    const full = await ended(startLimited(`ulimit -f ${kib * 2}; exec "$@"`, [state(scene), '1001', 'x'.repeat(1500)]));
    expect([full.code, full.stderr]).toEqual([1, expect.stringContaining('larger than files may be')]);
    expect(scene.read(`state/${ZONE}.log`)).toBe(before);
    expect(findings(scene)).toEqual([]);
    expect(await pass(scene, 1002, 'b')).toMatchObject({ code: 0 });
    expect(findings(scene)).toEqual([]);
  });
});

/** A pass below a shell that sets limits. */
function startLimited(limits: string, args: readonly string[]) {
  const script = `
import { spawnSync } from 'node:child_process';
const [limits, ...rest] = process.argv.slice(1);
const pass = ${JSON.stringify(PASS)};
const { status, stderr } = spawnSync('sh', ['-c', limits, 'sh', process.execPath, '--input-type=module', '--eval', pass, '--', ...rest]);
process.stderr.write(stderr);
process.exitCode = status;
`;
  return startScript(script, [limits, ...args]);
}
