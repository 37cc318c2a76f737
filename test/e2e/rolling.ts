/** Zones whose keys are rolled: brought to a point of time in moved clocks, and looked at. */
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { parseStateFile } from '../../src/keys/state-file.ts';
import { verifyLog } from '../../src/rollover/audit-log.ts';
import type { RollKey } from '../../src/rollover/roll-key.ts';
import type { ZoneMemory } from '../../src/rollover/zone-memory.ts';
import { readAuditLog } from '../../src/store/audit-file.ts';
import { readZoneMemory } from '../../src/store/zone-state.ts';
import type { Ended } from './processes.ts';
import { type RunHow, type Scene, suiteDirectory, ZONE } from './scene.ts';

/** The zone of these scenes, and where its file lies. */
export const NAME = 'example.test';
export const FILE = `zones/${NAME}.zone`;

const CLOCK = `
const shift = Number(process.env.CLOCK_SHIFT ?? 0) * 1000;
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...parts) {
    if (parts.length > 0) super(...parts);
    else super(Real.now() + shift);
  }
  static now() {
    return Real.now() + shift;
  }
};
`;

/** Where the module lies that moves the clock: it goes when the suite has ended. Call it where suites are described. */
export function clockModule(): string {
  const path = `${suiteDirectory()}/clock.mjs`;
  writeFileSync(path, CLOCK);
  return path;
}

/** How the program is run so many seconds from now. @param modules  what is preloaded beside */
export function atShift(clock: string, seconds: number, modules: readonly string[] = []): RunHow {
  const imports = [clock, ...modules].map((path) => `--import=${path}`);
  return { env: { NODE_OPTIONS: imports.join(' '), CLOCK_SHIFT: String(seconds) } };
}

const HOUR = 3600;
const DAY = 86_400;

/** When `settle` begins, in seconds from now. */
export const BEGIN = -20 * DAY;

/**
 * Adds the zone twenty days ago, and brings it to where all of its keys are known everywhere and its DS is at the
 * parent: the next that is due is its signatures and, 90 days after the beginning, its ZSK.
 */
export async function settle(scene: Scene, clock: string): Promise<void> {
  scene.write(FILE, ZONE);
  const at = (shift: number, ...args: readonly string[]) => scene.succeed(args, atShift(clock, BEGIN + shift));
  await at(0, 'add', FILE);
  await at(12 * HOUR, 'sign', '--all');
  await at(2 * DAY, 'sign', '--all');
  const ksk = memoryOf(scene).keys.find(({ role }) => role === 'ksk')!;
  await at(3 * DAY, 'roll', NAME, '--ds-seen', ksk.name);
  await at(6 * DAY, 'sign', '--all');
  for (const { states, goal } of memoryOf(scene).keys) {
    expect({ ...states, goal }).toEqual({
      ...states,
      dnskey: 'omnipresent',
      goal: 'omnipresent',
    });
  }
  expect(
    memoryOf(scene)
      .keys.map(({ states: { ds } }) => ds)
      .sort(),
  ).toEqual(['hidden', 'omnipresent']);
}

/** What is remembered of the zone. */
export function memoryOf(scene: Scene, name = NAME): ZoneMemory {
  const memory = readZoneMemory(scene.path('state'), name);
  if (memory === undefined) throw new Error(`nothing is remembered of ${name}`);
  return memory;
}

/** Copies what lies in one scene to another. */
export function copyScene(from: Scene, to: Scene): void {
  cpSync(from.directory, to.directory, { recursive: true, preserveTimestamps: true });
}

/** Where the keys stand, in words that are the same for other keys made at other times. */
export function standing({ keys }: ZoneMemory): readonly string[] {
  const of = ({
    role,
    goal,
    states: { dnskey, krrsig, zrrsig, ds },
    predecessor,
    successor,
  }: Omit<RollKey, 'files'>) => {
    const links = `${predecessor === undefined ? '' : ' after another'}${successor === undefined ? '' : ' before another'}`;
    return `${role} ${goal}: ${[dnskey, krrsig, zrrsig, ds].join(' ')}${links}`;
  };
  return keys.map(of).sort();
}

/**
 * Checks that memory, key files, states and log of the zone say the same, and that nothing is left of a run.
 *
 * @param isInterrupted  whether a run died and none after it had anything to write: what it left is still there then
 */
export function expectConsistent(scene: Scene, isInterrupted = false): void {
  const memory = memoryOf(scene);
  expect(memory.intent).toEqual([]);
  const files = readdirSync(scene.path('keys'));
  for (const { name: base, states } of memory.keys) {
    for (const suffix of ['key', 'private', 'state']) expect(files).toContain(`${base}.${suffix}`);
    const written = parseStateFile(scene.read(`keys/${base}.state`), base).states;
    for (const record of ['dnskey', 'krrsig', 'zrrsig', 'ds'] as const) {
      expect([record, written[record] ?? 'hidden']).toEqual([record, states[record]]);
    }
  }
  const findings = verifyLog(readAuditLog(scene.path('state'), NAME) ?? '', memory.log);
  if (isInterrupted) {
    expect(findings.filter(({ kind }) => kind !== 'ahead' && kind !== 'torn')).toEqual([]);
    return;
  }
  expect(findings).toEqual([]);
  expect(files.filter((file) => !memory.keys.some(({ name: base }) => file.startsWith(`${base}.`)))).toEqual([]);
  expect(leftovers(scene)).toEqual([]);
}

/** Temporary files, and locks: but for those that a run which has nothing to write need not take from the dead. */
function leftovers(scene: Scene): readonly string[] {
  const isLeft = (path: string) => /\.tmp-|takeover/.test(path) || /^zones\/.*\.lock$/.test(path);
  return Object.keys(scene.snapshot()).filter(isLeft);
}

/** Fails unless a run has succeeded. */
export function expectDone({ code, stderr }: Ended): void {
  expect({ code, stderr }).toMatchObject({ code: 0 });
}
