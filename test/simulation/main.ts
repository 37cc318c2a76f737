/**
 * Lives through many worlds, and says what came of it:
 *
 *   npm run simulate -- [--worlds N] [--years Y] [--seed S] [--threads T]
 *   npm run simulate -- --world SEED [--years Y]        one world, with its whole history
 *
 * Exit code 0: no world has a fault; 1: some have; 2: wrong usage.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { printLine } from './history.ts';
import { printFaults, runSeed } from './report.ts';
import { YEAR } from './setting.ts';
import { addReport, emptySummary, isClean, printSummary, type Summary } from './summary.ts';
import type { WorldAnswer, WorldJob } from './world-worker.ts';

/** Every so many worlds, one is lived through twice. */
const TWICE_EVERY = 10;
/** Stories that are told of worlds with faults. */
const TOLD = 5;

function readNumber(text: string | undefined, standard: number, least: number): number {
  const value = text === undefined ? standard : Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  console.error(`"${text}" is not a whole number of ${least} or more`);
  process.exit(2);
}

function readArguments() {
  const text = { type: 'string' } as const;
  try {
    const options = { worlds: text, years: text, seed: text, threads: text, world: text };
    const { values } = parseArgs({ options });
    return {
      worlds: readNumber(values.worlds, 1000, 1),
      length: readNumber(values.years, 5, 1) * YEAR,
      seed: readNumber(values.seed, 1, 0),
      threads: readNumber(values.threads, availableParallelism(), 1),
      world: values.world === undefined ? undefined : readNumber(values.world, 0, 0),
    };
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

function replay(seed: number, length: number): boolean {
  const report = runSeed(seed, length, true);
  for (const line of report.lines) console.log(printLine(line));
  console.log(`\nworld ${seed}: hash ${report.hash}, ${report.complaints.length} faults`);
  return report.complaints.length === 0;
}

async function runAll(worlds: number, length: number, seed: number, threads: number): Promise<Summary> {
  const summary = emptySummary();
  let next = 0;
  const job = (): WorldJob => ({ seed: seed + next, length, twice: next++ % TWICE_EVERY === 0 });
  const begin = Date.now();
  const lives = Array.from({ length: Math.min(threads, worlds) }, () => {
    const worker = new Worker(new URL('./world-worker.js', import.meta.url));
    return new Promise<void>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', ({ report, isDeterministic }: WorldAnswer) => {
        addReport(summary, report, isDeterministic);
        if (report.complaints.length > 0 && summary.faulty <= TOLD) console.log(`${printFaults(report)}\n`);
        if (process.stderr.isTTY)
          process.stderr.write(`\r${summary.worlds} of ${worlds} worlds, ${summary.faulty} with faults `);
        if (next < worlds) worker.postMessage(job());
        else worker.terminate().then(() => resolve(), reject);
      });
      worker.postMessage(job());
    });
  });
  await Promise.all(lives);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  return { ...summary, seconds: (Date.now() - begin) / 1000 };
}

const { worlds, length, seed, threads, world } = readArguments();
if (world !== undefined) {
  process.exitCode = replay(world, length) ? 0 : 1;
} else {
  const summary = await runAll(worlds, length, seed, threads);
  console.log(printSummary(summary, (worlds * length) / YEAR));
  process.exitCode = isClean(summary) ? 0 : 1;
}
