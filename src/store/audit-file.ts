/**
 * The audit log of a zone as a file that is only ever appended to.
 *
 * A crash may leave the last append in part: some of its lines, and a piece of one. Nothing refers to them, since the
 * memory that would have is written after the log is on the disk. Whole lines stay, and the log goes on behind them. A
 * piece of a line is cut off before the next append: it says nothing, and with a newline behind it the log would count
 * as damaged for ever. A last line that lacks only its newline gets it. Whole lines are never touched, whatever they
 * hold.
 */
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { DnssecError, fileError } from '../base/errors.ts';
import type { UnixSeconds } from '../base/time.ts';
import type { AuditEvent } from '../rollover/audit-event.ts';
import { appendEntries, EMPTY_LOG, findLogEnd, type LogEnd, parseLogLine, splitLog } from '../rollover/audit-log.ts';
import { syncDirectory } from './directory-sync.ts';
import { ensureDirectory, writeAll } from './files.ts';
import { statePlace } from './state-place.ts';
import { notFile, readStateFile } from './zone-state.ts';

const fsync = promisify(fs.fsync);

/** Centuries of entries. */
const MAX_OCTETS = 256 * 1024 * 1024;
/** How much of the log's end is looked at first: what the memory knows as the end is rarely further back. */
const FIRST_LOOK = 64 * 1024;
const NEWLINE = 0x0a;

/** Reads the audit log of a zone. @returns undefined if there is none @throws DnssecError FILE_UNREADABLE, STATE_INVALID */
export function readAuditLog(directory: string, zone: string): string | undefined {
  return readStateFile(statePlace(directory, zone).log, MAX_OCTETS)?.toString('utf8');
}

/**
 * Appends events to the audit log of a zone, durably. Call it under `withZoneState`, and write the memory with the end
 * that comes back afterwards.
 *
 * @param known  the end that the memory knows; `EMPTY_LOG` where there is no memory
 * @param at     time of the entries
 * @returns      the log's end with them; without events the end as it is, which a pass that died may have moved
 * @throws DnssecError FILE_UNWRITABLE, DISK_FULL: the log is as it was then
 */
export async function appendToAuditLog(
  directory: string,
  zone: string,
  known: LogEnd,
  events: readonly AuditEvent[],
  at: UnixSeconds,
): Promise<LogEnd> {
  const { log: path } = statePlace(directory, zone);
  if (events.length === 0 && !fs.existsSync(path)) return known;
  await ensureDirectory(directory, 0o700);
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_APPEND | fs.constants.O_CREAT, 0o600);
    const found = fs.fstatSync(descriptor);
    if (!found.isFile()) throw notFile(path);
    const { end, keep, isOpen } = lookAtEnd(descriptor, found.size, known);
    const entries = appendEntries(end, events, at);
    const text = `${isOpen ? '\n' : ''}${entries.text}`;
    if (keep === found.size && text === '') return end;
    if (keep < found.size) fs.ftruncateSync(descriptor, keep);
    append(descriptor, keep, text);
    await fsync(descriptor);
    if (found.size === 0) await syncDirectory(dirname(path));
    return entries.end;
  } catch (cause) {
    throw cause instanceof DnssecError ? cause : fileError('append to', path, cause, true);
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

/** What is found at the end of a log. */
interface LogTail {
  /** Where the next entry goes on. */
  readonly end: LogEnd;
  /** Octets that stay. */
  readonly keep: number;
  /** Whether the last line lacks its newline. */
  readonly isOpen: boolean;
}

function lookAtEnd(descriptor: number, size: number, known: LogEnd): LogTail {
  for (let look = FIRST_LOOK; ; look *= 8) {
    const start = Math.max(0, size - look);
    const octets = readFrom(descriptor, start, size);
    // The first piece is the end of a line whose beginning lies before.
    const from = start === 0 ? 0 : octets.indexOf(NEWLINE) + 1;
    const { lines, rest } = splitLog(octets.toString('utf8', from));
    const isOpen = parseLogLine(rest) !== undefined;
    const whole = start === 0 || from > 0;
    const end = whole ? findLogEnd(isOpen ? [...lines, rest] : lines, known) : undefined;
    if (end === undefined && start > 0) continue;
    const keep = isOpen ? size : start + octets.lastIndexOf(NEWLINE) + 1;
    return { end: end ?? (known.entries === 0 ? EMPTY_LOG : known), keep, isOpen };
  }
}

function readFrom(descriptor: number, start: number, end: number): Buffer {
  const octets = Buffer.alloc(end - start);
  for (let at = 0; at < octets.length; ) {
    const count = fs.readSync(descriptor, octets, at, octets.length - at, start + at);
    if (count === 0) return octets.subarray(0, at);
    at += count;
  }
  return octets;
}

/** Writes all of the text or, where the disk is full, none of it. */
function append(descriptor: number, size: number, text: string): void {
  try {
    writeAll(descriptor, Buffer.from(text), null);
  } catch (cause) {
    try {
      fs.ftruncateSync(descriptor, size);
    } catch {
      // What stays is cut off by the next append.
    }
    throw cause;
  }
}
