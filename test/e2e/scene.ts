/** A directory with zone files and keys, in which the built program is run, and which is compared before and after. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished } from 'vitest';
import { type DnssecError, ERROR_CODES, type ErrorCode } from '../../src/base/errors.ts';
import { type Ended, PROGRAM, scratchDirectory } from './processes.ts';
import { expectNoSecrets, secretsBelow } from './secrets.ts';

/** A small zone in good order, for example.test. */
export const ZONE = `$ORIGIN example.test.
$TTL 1h
@     SOA ns1 hostmaster 1 4h 1h 1w 1h
      NS  ns1
      MX  10 mail
ns1   A   192.0.2.53
mail  A   192.0.2.25
www   AAAA 2001:db8::80
sub   NS  ns.elsewhere.example.
`;

/** How long a run may take before it counts as hung. */
const PATIENCE_MS = 30_000;

/** How the program is run. */
export interface RunHow {
  /** Directory to run in, below the scene's. */
  readonly in?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads on standard input; nothing by default. */
  readonly input?: string;
  /** User and group to run as. */
  readonly as?: number;
  /** Another copy of the program. */
  readonly program?: string;
  /** Limit of the size of files, in KiB. */
  readonly fileSizeLimit?: number;
}

/** A directory of a test's own. */
export interface Scene {
  readonly directory: string;
  /** Path of a file in it. */
  path(...parts: readonly string[]): string;
  /** Writes a file, with the directories above it. @returns its path */
  write(name: string, content: string | Uint8Array, mode?: number): string;
  read(name: string): string;
  /** The words of a command line that runs the program. */
  command(args: readonly string[]): readonly string[];
  /** Runs the program to its end; checks that it ended by itself and printed no private key. */
  run(args: readonly string[], how?: RunHow): Promise<Ended>;
  /** The same, for what must succeed. */
  succeed(args: readonly string[], how?: RunHow): Promise<Ended>;
  /** Everything in the directory: path → kind, permissions, and a digest of the content. */
  snapshot(): Readonly<Record<string, string>>;
}

/** Makes a scene; its directory goes when the test ends. */
export function createScene(directory = fs.realpathSync(scratchDirectory())): Scene {
  const path = (...parts: readonly string[]) => join(directory, ...parts);
  const scene: Scene = {
    directory,
    path,
    write(name, content, mode) {
      fs.mkdirSync(join(path(name), '..'), { recursive: true });
      fs.writeFileSync(path(name), content);
      if (mode !== undefined) fs.chmodSync(path(name), mode);
      return path(name);
    },
    command: (args) => [process.execPath, PROGRAM, ...args],
    read: (name) => fs.readFileSync(path(name), 'latin1'),
    async run(args, how = {}) {
      const before = secretsBelow(directory);
      const outcome = await runProgram(args, directory, how);
      expectNoSecrets(outcome.stdout + outcome.stderr, [...before, ...secretsBelow(directory)]);
      return outcome;
    },
    async succeed(args, how) {
      const outcome = await scene.run(args, how);
      expect({ code: outcome.code, stderr: outcome.stderr }, args.join(' ')).toMatchObject({ code: 0 });
      return outcome;
    },
    snapshot: () => snapshotOf(directory),
  };
  return scene;
}

/** A directory that goes when the suite in which this is called has ended. */
export function suiteDirectory(): string {
  const path = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'dnssec-e2e-')));
  afterAll(() => fs.rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Puts the zone file and a pair of keys into a scene. @returns the base names of the keys, KSK first */
export async function makeSignable(scene: Scene, zone = ZONE): Promise<readonly [ksk: string, zsk: string]> {
  scene.write('example.test.zone', zone);
  const { stdout } = await scene.succeed(['keygen', 'example.test']);
  const [ksk = '', zsk = ''] = stdout.split('\n');
  return [ksk, zsk];
}

function runProgram(args: readonly string[], directory: string, how: RunHow): Promise<Ended> {
  const { NO_COLOR: _no, FORCE_COLOR: _force, NODE_OPTIONS: _options, ...env } = process.env;
  const command = [process.execPath, how.program ?? PROGRAM, ...args];
  const limited =
    how.fileSizeLimit === undefined ? [] : ['sh', '-c', `ulimit -f ${how.fileSizeLimit * 2}; exec "$@"`, 'sh'];
  const [file = '', ...rest] = [...limited, ...command];
  const child = spawn(file, rest, {
    cwd: join(directory, how.in ?? ''),
    env: { ...env, ...how.env },
    stdio: [how.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
    ...(how.as === undefined ? {} : { uid: how.as, gid: how.as }),
  });
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout?.on('data', (chunk: Buffer) => chunks.stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.stderr.push(chunk));
  if (how.input !== undefined) {
    // Who refuses its arguments reads no input.
    child.stdin?.on('error', () => {});
    child.stdin?.end(how.input);
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal !== null) reject(new Error(`dnssec ${args.join(' ')} ended by ${signal}`));
      const text = (name: 'stdout' | 'stderr') => Buffer.concat(chunks[name]).toString('latin1');
      resolve({ code, signal, stdout: text('stdout'), stderr: text('stderr') });
    });
  });
}

/** Everything below a directory; a file that may not be read shows its size in place of its digest. */
export function snapshotOf(directory: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of fs.readdirSync(directory, { recursive: true, encoding: 'latin1' }).sort()) {
    const path = join(directory, name);
    const stats = fs.lstatSync(path);
    const mode = (stats.mode & 0o7777).toString(8);
    if (stats.isFile()) found[name] = `file ${mode} ${stats.size} ${digest(path)}`;
    else if (stats.isSymbolicLink()) found[name] = `link to ${fs.readlinkSync(path)}`;
    else found[name] = `${stats.isDirectory() ? 'directory' : 'special'} ${mode}`;
  }
  return found;
}

const digest = (path: string) => createHash('sha256').update(fs.readFileSync(path)).digest('hex');

/** What is expected of a run that is refused. */
export interface Refusal {
  readonly code: ErrorCode;
  /** What standard error says: each of these. */
  readonly says: readonly (string | RegExp)[];
  readonly how?: RunHow;
}

/**
 * Runs the program, with --json, for something that it must refuse, and checks that:
 * - the exit code is the one that belongs to the error;
 * - standard error says in words what is wrong, where and what to do, without a stack trace;
 * - standard output is one document that says the same;
 * - no file was changed, made, or left behind.
 */
export async function expectRefusal(scene: Scene, args: readonly string[], refusal: Refusal): Promise<Ended> {
  const before = scene.snapshot();
  const outcome = await scene.run([...args, '--json'], refusal.how);
  const { code, stdout, stderr } = outcome;
  const label = `dnssec ${args.join(' ')}\n${stderr}`;
  expect(code, label).toBe(ERROR_CODES[refusal.code]);
  expect(stderr).not.toMatch(/\n\s+at |node:internal|\bdefect\b|\bundefined\b|\[object/);
  for (const part of refusal.says) {
    if (typeof part === 'string') expect(stderr).toContain(part);
    else expect(stderr).toMatch(part);
  }
  expect(stdout, label).toMatch(/^[^\n]+\n$/);
  const { error } = JSON.parse(stdout) as { error: DnssecError };
  const hint = error.hint ?? error.diagnostics.at(-1)?.hint ?? 'no hint';
  expect(error.code, label).toBe(refusal.code);
  expect(hint, label).toMatch(/[.?]$/);
  expect(stderr).toContain(`error: ${error.message}`);
  expect(stderr).toContain(hint);
  expect(scene.snapshot(), label).toEqual(before);
  return outcome;
}

/** Whether this process may mount file systems; else the tests that need it are skipped, visibly. */
export const mayMount = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;

/** Mounts a small file system over a directory of the scene; it goes when the test ends. */
export function mountTmpfs(scene: Scene, name: string, options: string): void {
  fs.mkdirSync(scene.path(name), { recursive: true });
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', scene.path(name)]);
  if (status !== 0) throw new Error(`mount: ${stderr}`);
  onTestFinished(() => void spawnSync('umount', [scene.path(name)]));
}
