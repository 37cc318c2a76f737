// Compiles src/ into dist/ and makes the program executable.
// (git keeps no directory modes, so a fresh checkout's keys/ is closed to others here, too.)
// Written beside and moved into place, so that a build never leaves a running `npx dnssec` with half a program.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const next = `${root}dist.next`;
rmSync(next, { recursive: true, force: true });
const tsc = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(/package\.json$/, 'bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', `${root}tsconfig.json`, '--outDir', next], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
chmodSync(`${next}/main.js`, 0o755);
const old = `${root}dist.old`;
rmSync(old, { recursive: true, force: true });
if (existsSync(`${root}dist`)) renameSync(`${root}dist`, old);
renameSync(next, `${root}dist`);
rmSync(old, { recursive: true, force: true });
if (existsSync(`${root}keys`)) chmodSync(`${root}keys`, 0o700);
