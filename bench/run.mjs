#!/usr/bin/env node
// Measures this program against its peers, row by row, and holds it against the targets: npm run bench -- --help
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HELP, parseArguments } from './arguments.mjs';
import { describeMachine, describePrograms } from './machine.mjs';
import { canMeasure } from './measuring.mjs';
import { printHeading, printRow, printVerdicts } from './report.mjs';
import { ROWS } from './rows.mjs';
import { runRow } from './running.mjs';
import { createWorkplace } from './workplace.mjs';

// Debian keeps some of the programs where the PATH of a user does not look.
process.env.PATH += ':/usr/local/sbin:/usr/sbin:/sbin';

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  console.error(`bench: ${error.message}`);
  return 2;
});

/**
 * @param {readonly string[]} argv
 * @returns {Promise<number>}  0: measured, whatever came out; 1: our program failed at something; 2: nothing was done
 */
async function main(argv) {
  const options = parseArguments(argv);
  if (options.help) return print(HELP);
  if (options.list) return print(ROWS.map(({ id, title }) => `${id.padEnd(16)}${title(options.scale)}`).join('\n'));
  const unknown = options.only?.filter((id) => !ROWS.some((row) => row.id === id)) ?? [];
  if (unknown.length > 0) throw new Error(`no row ${unknown.join(', ')}; --list names them`);
  if (!canMeasure) throw new Error('GNU time is needed (Debian: apt install time; macOS: brew install gnu-time)');

  const { only, runs, seconds, scale } = options;
  const { bench, remove } = createWorkplace({ scale, above: options.directory });
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

  const heading = { date: new Date().toISOString(), machine: describeMachine(), programs: describePrograms() };
  const report = {
    ...heading,
    options: { runs, seconds, names: scale.names(100_000) },
    rows: /** @type {import('./types.ts').RowReport[]} */ ([]),
  };
  print(printHeading(report));
  for (const row of ROWS.filter(({ id }) => only === undefined || only.includes(id))) {
    const measured = await runRow(row, bench, { runs, seconds, tell });
    report.rows.push(measured);
    tell('');
    print(printRow(measured));
    // After each row: a run takes long, and its end may not come.
    writeFileSync(
      options.json ?? fileURLToPath(new URL('last.json', import.meta.url)),
      `${JSON.stringify(report, null, 2)}\n`,
    );
  }
  print(printVerdicts(report.rows));
  return report.rows.every(
    (row) => row.problem === undefined && row.results.every((result) => !result.ours || result.problem === undefined),
  )
    ? 0
    : 1;
}

/** @param {string} text */
function print(text) {
  console.log(text);
  return 0;
}

/**
 * What is going on, in one line that is written over, where a person may be looking.
 *
 * @param {string} words
 */
function tell(words) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${words}`);
}
