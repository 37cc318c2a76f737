/** The built program, and scripts over its built modules, as processes. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const DIST = new URL('../../dist/', import.meta.url);

/** Path of the built program. */
export const PROGRAM = fileURLToPath(new URL('main.js', DIST));

/** What came of a process. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and how a process runs. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Instead of pipes. */
  readonly stdio?: SpawnOptions['stdio'];
}

/** Starts `node` with these arguments. */
export function startNode(args: readonly string[], options: RunOptions = {}): ChildProcess {
  const { NO_COLOR: _no, FORCE_COLOR: _force, NODE_OPTIONS: _options, ...env } = process.env;
  return spawn(process.execPath, args, {
    cwd: options.cwd,
    env: { ...env, ...options.env },
    stdio: options.stdio ?? ['ignore', 'pipe', 'pipe'],
  });
}

/** Waits for a process to end. */
export function ended(child: ChildProcess): Promise<Ended> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...texts }));
  });
}

/** Runs the built program to its end. */
export function runDnssec(args: readonly string[], options?: RunOptions): Promise<Ended> {
  return ended(startNode([PROGRAM, ...args], options));
}

/**
 * Starts a script that may use the built modules.
 *
 * @param script  a module's text; `$DIST/` stands for the directory of built modules
 */
export function startScript(script: string, args: readonly string[] = [], options?: RunOptions): ChildProcess {
  return startNode(['--input-type=module', '--eval', script.replaceAll('$DIST/', DIST.href), '--', ...args], options);
}

/** A directory that goes when the test ends. */
export function scratchDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'dnssec-e2e-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Waits until a process has printed this line. */
export function printed(child: ChildProcess, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(`${line}\n`)) resolve();
    });
    child.on('close', () => reject(new Error(`ended without printing ${line}`)));
  });
}

const KILL_PRELOAD = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';
let left = isMainThread ? Number(process.env.KILL_AT) : Infinity;
const changing = ['openSync', 'writeSync', 'linkSync', 'renameSync', 'rmSync', 'unlinkSync', 'fchmodSync', 'mkdirSync', 'fsync', 'closeSync'];
for (const name of changing) {
  const call = fs[name];
  fs[name] = (...parts) => {
    if (left-- === 0) process.kill(process.pid, 'SIGKILL');
    return call(...parts);
  };
}
syncBuiltinESMExports();
`;

/**
 * Writes a module that kills the process it is preloaded into (`--import`) before the call of the file system that the
 * environment variable KILL_AT counts, from 0.
 *
 * @returns its path
 */
export function writeKillPreload(directory: string): string {
  const path = join(directory, 'kill-preload.mjs');
  writeFileSync(path, KILL_PRELOAD);
  return path;
}

const CHANGE_KILLER = `
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';
const at = Number(process.env.KILL_AT ?? Infinity);
let changes = 0;
const count = () => {
  if (isMainThread && changes++ === at) process.kill(process.pid, 'SIGKILL');
};
const always = ['writeSync', 'linkSync', 'renameSync', 'rmSync', 'unlinkSync', 'fchmodSync', 'mkdirSync', 'ftruncateSync'];
for (const name of always) {
  const call = fs[name];
  fs[name] = (...parts) => {
    count();
    return call(...parts);
  };
}
const { openSync } = fs;
fs.openSync = (path, flags, ...rest) => {
  if (typeof flags === 'string' ? /[wa+]/.test(flags) : (flags & fs.constants.O_CREAT) !== 0) count();
  return openSync(path, flags, ...rest);
};
const { rm } = promises;
promises.rm = (...parts) => {
  count();
  return rm(...parts);
};
syncBuiltinESMExports();
if (process.env.KILL_COUNT !== undefined) {
  process.on('exit', () => fs.writeFileSync(process.env.KILL_COUNT, String(changes)));
}
`;

/**
 * Writes a module like that of `writeKillPreload`, which counts only calls that change what others see: being killed
 * before any other call is the same as before the next of these. Where KILL_COUNT names a file, the number of changes
 * is written there at the end.
 *
 * @returns its path
 */
export function writeChangeKiller(directory: string): string {
  const path = join(directory, 'change-killer.mjs');
  writeFileSync(path, CHANGE_KILLER);
  return path;
}
