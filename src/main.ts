#!/usr/bin/env node
/**
 * The program `dnssec`: the one place where the commands meet the process, its streams, its signals and its files.
 *
 * Nothing is imported before it is known to be needed, so that `dnssec --version` costs what Node costs.
 */
import { readFileSync } from 'node:fs';

const argv = process.argv.slice(2);
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) printVersion();
else await main();

function printVersion(): void {
  // What can go wrong with it is told as ever.
  process.stdout.once('error', main);
  process.stdout.write(`${version}\n`);
}

async function main(): Promise<void> {
  const { runProgram, outputFlags, reportError } = await import('./cli/program.ts');
  const { createOutput } = await import('./cli/output.ts');
  const { COMMANDS } = await import('./cli/commands.ts');
  const { watchProcess } = await import('./cli/process.ts');
  const { cleanUp } = await import('./store/ending.ts');

  const flags = outputFlags(argv);
  const lifecycle = watchProcess(process, cleanUp, (thrown) =>
    reportError(thrown, createOutput(process.stdout, process.stderr, process.env, flags), flags),
  );
  const code = await runProgram(argv, COMMANDS, {
    version,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    now: () => Math.floor(Date.now() / 1000),
  });
  await lifecycle.end(code);
}
