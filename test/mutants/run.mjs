/**
 * Runs the tests of the rollover engine against each mutant, two at a time, in copies of the sources.
 *
 *     npm run test:mutants              all of them
 *     npm run test:mutants -- TEXT      those whose file or name has the text
 *
 * Prints a table: mutant, caught by. Exit code 1 if a mutant survives, or if the code fails without any.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTANTS } from './mutants.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = ['src', 'test', 'docs', 'package.json', 'vitest.config.ts', 'tsconfig.json', 'tsconfig.test.json'];
const GATE_TESTS = ['engine', 'safety-gate', 'order-gate', 'evidence-gate', 'time-gate', 'succession', 'lifecycle'];
/** Those that are quick and catch most come first; the second row is for what they let pass. Before both: the file's own. */
const TESTS = [
  ['test/scenarios', ...GATE_TESTS.map((name) => `test/rollover/${name}.test.ts`)],
  ['test/rollover', 'test/simulation/share.test.ts'],
];
const AT_A_TIME = 2;
/** A mutant that runs in circles is caught by the clock. */
const SECONDS = 90;

/** @typedef {import('./mutants.mjs').Mutant} Mutant */

/** What runs now, so that it ends when this does. @type {Set<number>} */
const running = new Set();

/**
 * Runs the tests in a copy.
 *
 * @param {string} place
 * @param {string} [file]  that of the mutant
 * @returns {Promise<string | undefined>} the first test that fails; undefined: none does
 */
async function findFailure(place, file = '') {
  const own = `test/rollover/${basename(file, '.ts')}.test.ts`;
  for (const tests of existsSync(join(place, own)) ? [[own], ...TESTS] : TESTS) {
    const failure = await findFailureIn(place, tests);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

/**
 * @param {string} place
 * @param {readonly string[]} tests
 * @returns {Promise<string | undefined>}
 */
function findFailureIn(place, tests) {
  const report = join(place, 'report.json');
  rmSync(report, { force: true });
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const options = [
    '--bail',
    '1',
    '--maxWorkers',
    '1',
    '--no-isolate',
    '--pool',
    'threads',
    '--reporter',
    'json',
    '--outputFile',
    report,
  ];
  // A group of its own, so that the workers of one that hangs end with it.
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'unit', ...options, ...tests], {
    cwd: place,
    detached: true,
    stdio: 'ignore',
  });
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    }, SECONDS * 1000);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      if (pid !== undefined) running.delete(pid);
      if (code === 0) resolve(undefined);
      else resolve(isLate ? `the clock: no end after ${SECONDS} s` : readFailure(report));
    });
  });
}

/** @param {string} report */
function readFailure(report) {
  if (!existsSync(report)) return 'the test run: it does not end by itself';
  /** @type {{ testResults: { name: string, message: string, assertionResults: { status: string, fullName: string }[] }[] }} */
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  for (const { name, assertionResults } of testResults) {
    const failed = assertionResults.find(({ status }) => status === 'failed');
    if (failed !== undefined) return `${basename(name, '.test.ts')}: ${failed.fullName}`;
  }
  const broken = testResults.find(({ message }) => message !== '');
  return broken === undefined
    ? 'the test run'
    : `${basename(broken.name, '.test.ts')}: ${broken.message.split('\n')[0]}`;
}

/** @param {number} number */
function makeCopy(number) {
  const place = mkdtempSync(join(tmpdir(), `mutants-${number}-`));
  for (const name of COPIED) cpSync(join(ROOT, name), join(place, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'));
  return place;
}

/**
 * @param {string} place
 * @param {Mutant} mutant
 */
async function tryMutant(place, { file, find, replace }) {
  const whole = readFileSync(join(place, file), 'utf8');
  if (whole.split(find).length !== 2) throw new Error(`${file} does not have this once: ${find}`);
  writeFileSync(
    join(place, file),
    whole.replace(find, () => replace),
  );
  try {
    return await findFailure(place, file);
  } finally {
    writeFileSync(join(place, file), whole);
  }
}

/** @param {string} wanted */
async function main(wanted) {
  const mutants = MUTANTS.filter(({ file, name }) => `${file} ${name}`.includes(wanted));
  const places = Array.from({ length: AT_A_TIME }, (_, number) => makeCopy(number));
  const clean = () => {
    for (const pid of running) process.kill(-pid, 'SIGKILL');
    for (const place of places) rmSync(place, { recursive: true, force: true });
  };
  process.once('SIGINT', () => {
    clean();
    process.exit(130);
  });
  /** @type {string[]} */
  const survivors = [];
  try {
    const failure = await findFailure(/** @type {string} */ (places[0]));
    if (failure !== undefined) {
      console.error(`The code fails without a mutant: ${failure}`);
      return 1;
    }
    const rest = [...mutants];
    await Promise.all(
      places.map(async (place) => {
        for (let mutant = rest.shift(); mutant !== undefined; mutant = rest.shift()) {
          const caughtBy = await tryMutant(place, mutant);
          const title = `${basename(mutant.file, '.ts')}: ${mutant.name}`;
          if (caughtBy === undefined) survivors.push(title);
          console.log(`${title.padEnd(70)}  ${caughtBy ?? 'SURVIVES'}`);
        }
      }),
    );
  } finally {
    clean();
  }
  console.log(`\n${mutants.length} mutants, ${mutants.length - survivors.length} caught, ${survivors.length} survive`);
  for (const title of survivors) console.log(`survives: ${title}`);
  return survivors.length === 0 && mutants.length > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv[2] ?? '');
