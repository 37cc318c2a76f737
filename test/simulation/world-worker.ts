/** A thread that lives through worlds. */
import { parentPort } from 'node:worker_threads';
import { runSeed, type WorldReport } from './report.ts';

/** A world to live through. */
export interface WorldJob {
  readonly seed: number;
  readonly length: number;
  /** Whether to live through it twice, and compare. */
  readonly twice: boolean;
}

/** What came of it. */
export interface WorldAnswer {
  readonly report: WorldReport;
  readonly isDeterministic: boolean;
}

parentPort!.on('message', ({ seed, length, twice }: WorldJob) => {
  const report = runSeed(seed, length);
  const isDeterministic = !twice || runSeed(seed, length).hash === report.hash;
  const answer: WorldAnswer = { report, isDeterministic };
  parentPort!.postMessage(answer);
});
