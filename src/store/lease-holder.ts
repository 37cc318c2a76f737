/** Who holds a lease, and whether that process is certainly gone. */
import * as fs from 'node:fs';
import { hostname } from 'node:os';
import type { UnixSeconds } from '../base/time.ts';
import { isProcessAlive } from './temporary-files.ts';

/** A process, told apart from every other one of any boot and any container. */
export interface LeaseHolder {
  readonly pid: number;
  /** When the process started, in clock ticks since boot: a number used again is another process. '' if not known. */
  readonly started: string;
  /** Identity of the process number's name space (each container has its own); '' if not known. */
  readonly pidNamespace: string;
  /** Identity of this run of the kernel; '' if not known. */
  readonly bootId: string;
  readonly host: string;
  readonly since: UnixSeconds;
}

/** After this long without renewal a lease is given up for lost, whoever holds it. */
const LEASE_MS = 5 * 60_000;

let self: Omit<LeaseHolder, 'since'> | undefined;

/** This process, now. */
export function currentProcess(): LeaseHolder {
  self ??= {
    pid: process.pid,
    started: startOf('self'),
    pidNamespace: linkText('/proc/self/ns/pid'),
    bootId: fileText('/proc/sys/kernel/random/boot_id').trim(),
    host: hostname(),
  };
  return { ...self, since: Math.floor(Date.now() / 1000) };
}

/**
 * Whether the holder of a lease cannot be running any more:
 * - same boot, same name space of process numbers: no process of that number and start time;
 * - another boot of this host: the lease was last renewed before this boot;
 * - anything else (another container, another machine): not renewed for five minutes.
 *
 * @param renewed  the lease file's modification time, in milliseconds since 1970
 */
export function isCertainlyGone(holder: LeaseHolder, renewed: number): boolean {
  const ours = currentProcess();
  const sameBoot = holder.bootId === ours.bootId && holder.host !== '' && holder.pid > 0;
  if (sameBoot && holder.pidNamespace === ours.pidNamespace && (ours.bootId !== '' || holder.host === ours.host)) {
    return holder.started === '' || ours.started === ''
      ? !isProcessAlive(holder.pid)
      : startOf(String(holder.pid)) !== holder.started;
  }
  if (!sameBoot && holder.host === ours.host && renewed < bootTime()) return true;
  return Date.now() - renewed > LEASE_MS;
}

/**
 * Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and parentheses.
 * '' if there is no such process, or only what is left of it until its parent looks (states Z and X).
 */
function startOf(pid: string): string {
  const stat = fileText(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
}

/** When this machine started, in milliseconds since 1970; 0 if not known. */
function bootTime(): number {
  const seconds = /^btime (\d+)$/m.exec(fileText('/proc/stat'))?.[1];
  return seconds === undefined ? 0 : Number(seconds) * 1000;
}

function fileText(path: string): string {
  try {
    return fs.readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function linkText(path: string): string {
  try {
    return fs.readlinkSync(path);
  } catch {
    return '';
  }
}
