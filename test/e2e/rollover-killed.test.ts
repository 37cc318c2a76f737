import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom, startBudget } from './killing.ts';
import { type Ended, ended, PROGRAM, startNode, writeChangeKiller } from './processes.ts';
import {
  atShift,
  BEGIN,
  clockModule,
  copyScene,
  expectConsistent,
  FILE,
  memoryOf,
  NAME,
  settle,
  standing,
} from './rolling.ts';
import { createScene, type Scene, suiteDirectory, ZONE } from './scene.ts';

/** How long each test goes on killing, in milliseconds; all points are tried where KILL_POINTS is `all`. */
const BUDGET_MS = process.env.KILL_POINTS === 'all' ? Number.POSITIVE_INFINITY : 11_000;
/** However slow the machine is. */
const LEAST_KILLS = 4;
const DAY = 86_400;

const clock = clockModule();
const root = suiteDirectory();
const killer = writeChangeKiller(root);
/** Scenes that tests start from. */
const settled = createScene(`${root}/settled`);
const aged = createScene(`${root}/aged`);
const rolled = createScene(`${root}/rolled`);

beforeAll(async () => {
  for (const scene of [settled, aged, rolled]) mkdirSync(scene.directory);
  await settle(settled, clock);
  copyScene(settled, aged);
  await aged.succeed(['sign', '--all'], atShift(clock, BEGIN + 80 * DAY));
  // The ZSK is replaced, and long gone.
  copyScene(aged, rolled);
  for (const day of [90, 91, 92, 110, 125, 150, 180, 181, 195]) {
    await rolled.succeed(['sign', '--all'], atShift(clock, BEGIN + day * DAY));
  }
}, 120_000);

/** Something that is done at a time, and may be killed. */
interface Deed {
  readonly args: readonly string[];
  /** Seconds from now. */
  readonly shift: number;
}

function startDeed(scene: Scene, { args, shift }: Deed, env: Readonly<Record<string, string>>): Promise<Ended> {
  const how = atShift(clock, shift, [killer]);
  return ended(startNode([PROGRAM, ...args], { cwd: scene.directory, env: { ...how.env, ...env } }));
}

/** How many changes a deed makes, and the scene after it and a run of sign. */
async function measure(start: Scene, deed: Deed): Promise<{ readonly changes: number; readonly end: Scene }> {
  const end = freshCopy(start);
  const count = `${end.directory}.count`;
  const { code, stderr } = await startDeed(end, deed, { KILL_COUNT: count });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  await signOn(end, deed);
  return { changes: Number(readFileSync(count, 'utf8')), end };
}

let copies = 0;
function freshCopy(start: Scene): Scene {
  const scene = createScene(`${root}/copy-${copies++}`);
  mkdirSync(scene.directory);
  copyScene(start, scene);
  return scene;
}

async function signOn(scene: Scene, { shift }: Deed): Promise<void> {
  await scene.succeed(['sign', '--all'], atShift(clock, shift + 1));
}

/** Keys of the zone that can sign. */
const privates = (scene: Scene) =>
  existsSync(scene.path('keys')) ? readdirSync(scene.path('keys')).filter((name) => name.endsWith('.private')) : [];

/**
 * Kills a deed before each of its changes, or as many as there is time for, and has `mend` go on from there.
 *
 * @returns how often it was killed
 */
async function killEverywhere(
  start: Scene,
  deed: Deed,
  mend: (scene: Scene, before: readonly string[]) => Promise<void>,
): Promise<number> {
  const { changes } = await measure(start, deed);
  const random = seededRandom(changes);
  const points = Array.from({ length: changes }, (_, at) => ({ at, rank: random() })).sort((a, b) => a.rank - b.rank);
  const inTime = startBudget(BUDGET_MS);
  let killed = 0;
  for (const { at } of points) {
    if (killed >= LEAST_KILLS && !inTime()) break;
    const scene = freshCopy(start);
    const { signal } = await startDeed(scene, deed, { KILL_AT: String(at) });
    expect(signal, `killed at ${at}`).toBe('SIGKILL');
    killed++;
    try {
      await mend(scene, privates(scene));
    } catch (error) {
      throw new Error(`killed before change ${at} of ${changes}: ${(error as Error).message}`, { cause: error });
    }
    rmSync(scene.directory, { recursive: true });
  }
  console.log(`dnssec ${deed.args.join(' ')}: killed before ${killed} of ${changes} changes`);
  return killed;
}

async function expectSignedWell(scene: Scene, { shift }: Deed): Promise<void> {
  const at = new Date(Date.now() + (shift + 2) * 1000).toISOString().replace(/[-:T]|\.\d+Z/g, '');
  await scene.succeed(['verify', `${FILE}.signed`, '--at', at]);
}

describe('killed before any one of its changes', { timeout: 600_000 }, () => {
  it('add can be called again, and ends as if nothing had been', async () => {
    const start = createScene(`${root}/new`);
    start.write(FILE, ZONE);
    const deed = { args: ['add', FILE], shift: 0 };
    const { end } = await measure(start, deed);
    const killed = await killEverywhere(start, deed, async (scene, before) => {
      await scene.succeed(['add', FILE], atShift(clock, 1));
      await signOn(scene, { ...deed, shift: 1 });
      expect(privates(scene)).toHaveLength(2);
      expect(privates(scene)).toEqual(expect.arrayContaining([...before]));
      expectConsistent(scene);
      expect(standing(memoryOf(scene))).toEqual(standing(memoryOf(end)));
      expect(scene.read('dnssec.yaml')).toBe(end.read('dnssec.yaml'));
      await expectSignedWell(scene, { ...deed, shift: 2 });
    });
    expect(killed).toBeGreaterThanOrEqual(LEAST_KILLS);
  });

  it('roll is done by the next run of sign, or was never asked for', async () => {
    const deed = { args: ['roll', NAME, '--role', 'zsk'], shift: 0 };
    const { end } = await measure(settled, deed);
    const seen = { lost: 0, done: 0 };
    const killed = await killEverywhere(settled, deed, async (scene, before) => {
      await signOn(scene, deed);
      await expectSignedWell(scene, deed);
      const isDone = standing(memoryOf(scene)).join() === standing(memoryOf(end)).join();
      expectConsistent(scene, !isDone);
      seen[isDone ? 'done' : 'lost']++;
      if (!isDone) {
        // A key that was made for it stands by; the word was not heard.
        expect(memoryOf(scene).keys.filter(({ goal }) => goal === 'omnipresent')).toHaveLength(2);
        await scene.succeed(deed.args, atShift(clock, 2));
        await signOn(scene, { ...deed, shift: 2 });
      }
      expectConsistent(scene);
      expect(standing(memoryOf(scene))).toEqual(standing(memoryOf(end)));
      expect(privates(scene)).toHaveLength(3);
      expect(privates(scene)).toEqual(expect.arrayContaining([...before]));
      await expectSignedWell(scene, { ...deed, shift: 3 });
    });
    expect(killed).toBeGreaterThanOrEqual(LEAST_KILLS);
    expect(seen.lost + seen.done).toBe(killed);
  });

  it('sign that makes and publishes a successor is finished by the next', async () => {
    const deed = { args: ['sign', '--all'], shift: BEGIN + 90 * DAY };
    const { end } = await measure(aged, deed);
    expect(privates(aged)).toHaveLength(2);
    expect(privates(end)).toHaveLength(3);
    const killed = await killEverywhere(aged, deed, async (scene, before) => {
      await signOn(scene, deed);
      expectConsistent(scene);
      expect(standing(memoryOf(scene))).toEqual(standing(memoryOf(end)));
      expect(privates(scene)).toHaveLength(3);
      expect(privates(scene)).toEqual(expect.arrayContaining([...before]));
      await expectSignedWell(scene, deed);
    });
    expect(killed).toBeGreaterThanOrEqual(LEAST_KILLS);
  });

  it('sign that deletes a key that has long gone leaves no part of it that counts as a key', async () => {
    const deed = { args: ['sign', '--all'], shift: BEGIN + 215 * DAY };
    const { end } = await measure(rolled, deed);
    const gone = privates(rolled).filter((name) => !privates(end).includes(name));
    expect(gone).toHaveLength(1);
    const killed = await killEverywhere(rolled, deed, async (scene) => {
      await signOn(scene, deed);
      expectConsistent(scene);
      expect(standing(memoryOf(scene))).toEqual(standing(memoryOf(end)));
      expect(privates(scene)).toEqual(privates(end));
      await expectSignedWell(scene, deed);
    });
    expect(killed).toBeGreaterThanOrEqual(LEAST_KILLS);
  });
});
