// Runs one command and says what it cost. GNU time reads the costs from the kernel when the process ends (wait4), so
// nothing runs beside what is measured.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where GNU time is looked for: the shell's own `time` cannot tell memory. */
const GNU_TIME = ['/usr/bin/time', '/usr/local/bin/gtime', '/opt/homebrew/bin/gtime'];

const timer = GNU_TIME.find((path) => spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.includes('GNU'));

/** Whether costs can be measured here. */
export const canMeasure = timer !== undefined;

/**
 * Runs a command to its end.
 *
 * Wall time is taken here, in nanoseconds; starting GNU time, a millisecond, is within. Processor time and the peak of
 * the largest process come from the kernel. With `watch`, the process tree is looked at every 5 ms, which costs, so it
 * is for runs that are not measured: it finds how many processes live at one time, and what they take together.
 *
 * @param {import('./types.ts').Command} command
 * @param {{ watch?: boolean }} [options]
 * @returns {Promise<import('./types.ts').Outcome>}
 */
export async function measure(command, { watch = false } = {}) {
  if (timer === undefined)
    throw new Error('GNU time is needed (Debian: apt install time; macOS: brew install gnu-time)');
  const place = mkdtempSync(join(tmpdir(), 'dnssec-measure-'));
  const costs = join(place, 'costs');
  const words = join(place, 'words');
  const log = openSync(words, 'w');
  try {
    const busy = busySeconds();
    const start = process.hrtime.bigint();
    const child = spawn(timer, ['--quiet', '-o', costs, '-f', '%U %S %M', '--', ...command.argv], {
      cwd: command.directory,
      stdio: ['ignore', 'ignore', log],
    });
    const tree = watch && child.pid !== undefined ? watchTree(child.pid) : undefined;
    const exitCode = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
    });
    const wall = Number(process.hrtime.bigint() - start) / 1e9;
    const busyMeanwhile = busySeconds() - busy;
    const { processes, memory } = tree?.stop() ?? { processes: 0, memory: 0 };
    const [user, system, largest] = readFileSync(costs, 'utf8').trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
    const cpu = (user ?? 0) + (system ?? 0);
    return {
      wall,
      cpu,
      memory: Math.max((largest ?? 0) * 1024, processes > 1 ? memory : 0),
      others: Math.max(0, busyMeanwhile - cpu) / (wall * availableParallelism()),
      exitCode,
      complaint: lastLines(readFileSync(words, 'utf8')),
      processes,
    };
  } finally {
    closeSync(log);
    rmSync(place, { recursive: true });
  }
}

/**
 * How long all processors together have worked since the system started, for whomever: all but the idle columns of
 * /proc/stat, which counts in hundredths of a second.
 */
function busySeconds() {
  const ticks = (/^cpu +(.*)$/m.exec(readText('/proc/stat'))?.[1] ?? '').split(' ').map(Number);
  // user, nice, system, idle, iowait, irq, softirq, steal; guests are within user
  return [0, 1, 2, 5, 6, 7].reduce((sum, column) => sum + (ticks[column] ?? 0), 0) / 100;
}

/**
 * Looks at all processes below a process until it is told to stop.
 *
 * @param {number} root
 * @returns {{ stop: () => { processes: number, memory: number } }}
 */
function watchTree(root) {
  let processes = 0;
  let memory = 0;
  const look = () => {
    const pids = descendantsOf(root);
    processes = Math.max(processes, pids.length);
    memory = Math.max(
      memory,
      pids.reduce((sum, pid) => sum + residentMemory(pid), 0),
    );
  };
  const ticker = setInterval(look, 5);
  return {
    stop: () => {
      clearInterval(ticker);
      return { processes, memory };
    },
  };
}

/**
 * @param {number} pid
 * @returns {number[]}
 */
function descendantsOf(pid) {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/**
 * @param {number} pid
 * @returns {number[]}
 */
function childrenOf(pid) {
  return readText(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

/**
 * @param {number} pid
 * @returns {number} octets
 */
function residentMemory(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} text */
function lastLines(text) {
  return text.trim().split('\n').slice(-3).join(' | ').slice(0, 300);
}
