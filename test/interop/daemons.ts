/** Servers of the field on loopback: started on a free port, polled until they answer, always stopped. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { peer } from './peers.ts';

export const LOOPBACK = '127.0.0.1';

/** No server outlives this, even where the test that should stop it was killed. */
const LIFE_SECONDS = 300;
const START_MILLISECONDS = 30_000;
/** Somebody else may take a port between the moment it was found free and the moment the server binds it. */
const TRIES = 3;

/** How a server is started. */
export interface DaemonRecipe {
  readonly program: string;
  /** Where it runs; its output goes to a file there. */
  readonly directory: string;
  /** Writes the configuration for a port. @returns the arguments, of which none may send it to the background */
  readonly configure: (port: number) => readonly string[];
  readonly isReady: (port: number) => Promise<boolean>;
}

/** A server that answers. */
export interface Daemon {
  readonly port: number;
  readonly pid: number;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/** What a program printed, whatever it thought of its work. */
export function outputOf(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(peer(program), args, { encoding: 'utf8', timeout: 20_000 }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

/** A port of loopback that is free just now, for TCP and UDP. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await freeTcpPort();
    if (await isUdpFree(port)) return port;
  }
}

function freeTcpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .on('error', reject)
      .listen(0, LOOPBACK, () => {
        const { port } = server.address() as { port: number };
        server.close(() => resolve(port));
      });
  });
}

function isUdpFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
      .on('error', () => socket.close(() => resolve(false)))
      .bind(port, LOOPBACK, () => socket.close(() => resolve(true)));
  });
}

/** Starts a server and waits until it is ready. @throws Error with its output if it ends or is not ready in time */
export async function startDaemon(recipe: DaemonRecipe): Promise<Daemon> {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const logFile = join(recipe.directory, `${recipe.program}.${port}.log`);
    const child = spawnLogged(recipe, port, logFile);
    const daemon: Daemon = {
      port,
      pid: child.pid ?? 0,
      log: () => readFileSync(logFile, 'utf8'),
      stop: () => stop(child),
    };
    const start = await waitForStart(child, () => recipe.isReady(port));
    if (start === 'ready') return daemon;
    await daemon.stop();
    if (start === 'late' || tries === TRIES) throw new Error(`${recipe.program} ${start}:\n${daemon.log()}`);
  }
}

/** `timeout` gives the server a process group, passes signals on to all of it, and kills what does not listen. */
function spawnLogged(recipe: DaemonRecipe, port: number, logFile: string): ChildProcess {
  const args = ['-k', '5', String(LIFE_SECONDS), peer(recipe.program), ...recipe.configure(port)];
  const log = openSync(logFile, 'w');
  try {
    return spawn(peer('timeout'), args, { cwd: recipe.directory, stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
}

async function waitForStart(child: ChildProcess, isReady: () => Promise<boolean>): Promise<'ready' | 'ended' | 'late'> {
  const deadline = Date.now() + START_MILLISECONDS;
  while (Date.now() < deadline) {
    if (hasEnded(child)) return 'ended';
    if (await isReady()) return hasEnded(child) ? 'ended' : 'ready';
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return 'late';
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
