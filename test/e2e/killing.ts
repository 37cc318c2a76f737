/** Runs of the program that are ended from outside, at moments that a seed decides. */
import { watch } from 'node:fs';
import { type Ended, ended, PROGRAM, startNode } from './processes.ts';

/** A stream of numbers in 0..1 that is the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** When a run is ended: so many milliseconds after it has begun, or after it has first touched the directory. */
export interface Moment {
  readonly after: 'start' | 'change';
  readonly delay: number;
}

/**
 * Draws a moment: the one half over the whole run, the other over the time in which files change.
 *
 * @param duration  milliseconds that a run takes when it is let alone
 * @param changing  milliseconds of it from the first change of a file to its end
 */
export function drawMoment(random: () => number, duration: number, changing: number): Moment {
  return random() < 0.5
    ? { after: 'start', delay: random() * duration * 1.1 }
    : { after: 'change', delay: random() * changing * 1.1 };
}

/** Runs the program in a directory and sends it a signal at the given moment, if it still runs then. */
export async function runUntil(
  args: readonly string[],
  cwd: string,
  signal: NodeJS.Signals,
  moment: Moment,
): Promise<Ended> {
  let timer: NodeJS.Timeout | undefined;
  const wind = () => {
    timer ??= setTimeout(() => child.kill(signal), moment.delay);
  };
  const watcher = moment.after === 'change' ? watch(cwd, wind) : undefined;
  const child = startNode([PROGRAM, ...args], { cwd });
  if (moment.after === 'start') wind();
  try {
    return await ended(child);
  } finally {
    watcher?.close();
    clearTimeout(timer);
  }
}

/** Milliseconds of an undisturbed run, and of it the part from the first change of a file to the end. */
export async function measureRun(
  args: readonly string[],
  cwd: string,
): Promise<{ duration: number; changing: number }> {
  const begin = performance.now();
  let first: number | undefined;
  const watcher = watch(cwd, () => {
    first ??= performance.now();
  });
  const { code, stderr } = await ended(startNode([PROGRAM, ...args], { cwd }));
  watcher.close();
  if (code !== 0) throw new Error(stderr);
  const end = performance.now();
  return { duration: end - begin, changing: end - (first ?? begin) };
}

/** Starts the clock of a test that goes on as long as it is worth it. @returns whether there is time left */
export function startBudget(milliseconds: number): () => boolean {
  const end = performance.now() + milliseconds;
  return () => performance.now() < end;
}
