/** What came of a world, as plain data that threads can send. */
import { type HistoryLine, printLine } from './history.ts';
import type { RollCount, RollKind } from './progress.ts';
import { type Setting, settingOf } from './setting.ts';
import { type Complaint, World } from './world.ts';

/** What came of one world. */
export interface WorldReport {
  readonly seed: number;
  /** Stands for its whole history. */
  readonly hash: string;
  readonly steps: number;
  readonly passes: number;
  readonly rolls: Readonly<Record<RollKind, RollCount>>;
  readonly complaints: readonly Complaint[];
  /** From when the world was last at rest to the first complaint. */
  readonly story: readonly HistoryLine[];
  readonly lines: readonly HistoryLine[];
}

/** Complaints that are told of one world. */
const TOLD = 20;

/** Lives through a world. */
export function runWorld(setting: Setting, keepsHistory = false): WorldReport {
  const world = new World(setting, keepsHistory);
  let story: readonly HistoryLine[] = [];
  world.onFirstComplaint = () => {
    story = world.history.tail();
  };
  world.live();
  return {
    ...{ seed: setting.seed, hash: world.history.hash, steps: world.automation.steps, passes: world.passes },
    ...{ rolls: world.progress.counts, complaints: world.complaints.slice(0, TOLD), story },
    lines: keepsHistory ? world.history.lines : [],
  };
}

/** The world of a seed. */
export function runSeed(seed: number, length: number, keepsHistory = false): WorldReport {
  return runWorld(settingOf(seed, length), keepsHistory);
}

/** A world's faults with the story that led to the first, for people. */
export function printFaults({ seed, complaints, story }: WorldReport): string {
  return [
    `world ${seed}: ${complaints.map(({ kind }) => kind).join(', ')}`,
    ...story.map((line) => `  ${printLine(line)}`),
  ].join('\n');
}
