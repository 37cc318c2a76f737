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
const TESTS = ['test/scenarios', 'test/rollover', 'test/simulation/share.test.ts'];
const AT_A_TIME = 2;
/** A mutant that runs in circles is caught by the clock. */
const SECONDS = 90;

/** @typedef {import('./mutants.mjs').Mutant} Mutant */

/**
 * Runs the tests in a copy.
 *
 * @param {string} place
 * @returns {Promise<string | undefined>} the first test that fails; undefined: none does
 */
function findFailure(place) {
  const report = join(place, 'report.json');
  rmSync(report, { force: true });
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const tests = TESTS.filter((path) => existsSync(join(place, path)));
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
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, SECONDS * 1000);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
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
    return await findFailure(place);
  } finally {
    writeFileSync(join(place, file), whole);
  }
}

/** @param {string} wanted */
async function main(wanted) {
  const mutants = MUTANTS.filter(({ file, name }) => `${file} ${name}`.includes(wanted));
  const places = Array.from({ length: AT_A_TIME }, (_, number) => makeCopy(number));
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
    for (const place of places) rmSync(place, { recursive: true, force: true });
  }
  console.log(`\n${mutants.length} mutants, ${mutants.length - survivors.length} caught, ${survivors.length} survive`);
  for (const title of survivors) console.log(`survives: ${title}`);
  return survivors.length === 0 && mutants.length > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv[2] ?? '');
