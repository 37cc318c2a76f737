/** What is remembered of each zone, in the directory of states: read, written, and held by one pass at a time. */
import * as fs from 'node:fs';
import { DnssecError, fileError } from '../base/errors.ts';
import { STATE_HINT } from '../rollover/document-shape.ts';
import { printZoneMemory, type ZoneMemory } from '../rollover/zone-memory.ts';
import { parseZoneMemory } from '../rollover/zone-memory-parse.ts';
import { ensureDirectory, writeFileAtomic } from './files.ts';
import { type Lock, sweepLeftovers, withLock } from './lock.ts';
import { statePlace } from './state-place.ts';
import type { StaleFiles } from './temporary-files.ts';

/** Far above what a zone's keys need: a few kilobytes. */
const MAX_OCTETS = 4 * 1024 * 1024;
/** How long another pass over the same zone is waited for, in seconds. */
const PATIENCE = 10;
const OWNER_ONLY = 0o600;

/**
 * Reads what is remembered of a zone.
 *
 * @param directory  of the states
 * @param zone       lower case, no trailing dot
 * @returns          undefined if there is nothing
 * @throws DnssecError STATE_INVALID, FILE_UNREADABLE
 */
export function readZoneMemory(directory: string, zone: string): ZoneMemory | undefined {
  const path = statePlace(directory, zone).memory;
  const octets = readStateFile(path, MAX_OCTETS);
  return octets === undefined ? undefined : parseZoneMemory(octets.toString('utf8'), path, zone);
}

/** Whether there is a memory or an audit log of a zone. */
export function hasZoneState(directory: string, zone: string): boolean {
  const { memory, log } = statePlace(directory, zone);
  return fs.existsSync(memory) || fs.existsSync(log);
}

/**
 * Reads a file of the directory of states.
 *
 * @param most  octets
 * @returns     undefined if it is not there
 * @throws DnssecError STATE_INVALID if it is larger, FILE_UNREADABLE
 */
export function readStateFile(path: string, most: number): Buffer | undefined {
  try {
    const found = fs.statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (!found.isFile()) throw notFile(path);
    if (found.size > most) {
      throw new DnssecError('STATE_INVALID', `${path} is too large: ${found.size} octets, of ${most} at most`, {
        hint: STATE_HINT,
      });
    }
    return fs.readFileSync(path);
  } catch (cause) {
    throw cause instanceof DnssecError ? cause : fileError('read', path, cause);
  }
}

/** What lies at a path is no file that could be read or written. */
export function notFile(path: string): DnssecError {
  return new DnssecError('FILE_UNREADABLE', `cannot read ${path}: it is not a regular file`, {
    hint: 'Move it away: nothing but this program should make files there.',
  });
}

/**
 * Writes what is remembered of a zone, atomically and durably; for the owner only. Call it under `withZoneState`, after
 * the log entries that it refers to have been appended.
 *
 * @throws DnssecError FILE_UNWRITABLE, DISK_FULL; STATE_INVALID for a memory that could not be read back: the old one is
 *   as it was then
 */
export async function writeZoneMemory(directory: string, memory: ZoneMemory): Promise<void> {
  const { memory: path } = statePlace(directory, memory.zone);
  const text = printZoneMemory(memory);
  parseZoneMemory(text, path, memory.zone);
  await ensureStateDirectory(directory);
  await writeFileAtomic(path, new TextEncoder().encode(text), { mode: OWNER_ONLY, force: true });
}

/** Makes the directory of states, for the owner only, unless it is there. @throws DnssecError FILE_UNWRITABLE */
async function ensureStateDirectory(directory: string): Promise<void> {
  await ensureDirectory(directory, 0o700);
}

/**
 * Runs `work` while no other pass works on the zone; one that does is waited for.
 *
 * @param stale  what dead processes left, for a run over many zones
 * @throws DnssecError LOCKED, FILE_UNWRITABLE, DISK_FULL, and what `work` throws
 */
export async function withZoneState<T>(
  directory: string,
  zone: string,
  work: (lock: Lock) => Promise<T>,
  stale?: StaleFiles,
): Promise<T> {
  await ensureStateDirectory(directory);
  const { lock: path, memory } = statePlace(directory, zone);
  return withLock(path, { wait: PATIENCE, ...(stale === undefined ? {} : { stale }) }, (lock) => {
    sweepLeftovers(memory, lock, stale);
    return work(lock);
  });
}
