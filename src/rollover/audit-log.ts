/**
 * The audit log of a zone: one entry to a line, each with the hash of the one before it, so that none can be changed,
 * taken out or put in without a trace.
 *
 * A line is JSON without blanks; its last member is `hash`, the SHA-256 of the line without that member:
 *
 *     {"seq":7,"at":"2026-11-25T08:10:00Z","kind":"decision","words":"…",…,"prev":"…","hash":"…"}
 *     hash = SHA-256({"seq":7,"at":"2026-11-25T08:10:00Z","kind":"decision","words":"…",…,"prev":"…"})
 *
 * It is the octets that are hashed, so a blank more or less is found too. `prev` of the first entry is zeros.
 */
import { createHash } from 'node:crypto';
import type { UnixSeconds } from '../base/time.ts';
import { type AuditEvent, auditDetails, describeEvent } from './audit-event.ts';

/** Where a log ends: how many entries it has, which is `seq` of the last, and the last one's hash. */
export interface LogEnd {
  readonly entries: number;
  /** SHA-256 as hexadecimal digits. */
  readonly hash: string;
}

/** The end of a log without entries. */
export const EMPTY_LOG: LogEnd = { entries: 0, hash: '0'.repeat(64) };

/** An entry, as its line has it; what else it has depends on its kind. */
export interface AuditEntry {
  /** From 1. */
  readonly seq: number;
  /** ISO 8601, UTC, whole seconds. */
  readonly at: string;
  /** One of `AuditEvent['kind']`, or one that a newer version of this program has. */
  readonly kind: string;
  readonly words: string;
  readonly prev: string;
  readonly hash: string;
  readonly [detail: string]: unknown;
}

/** What is wrong with a log, and at which line (from 1). */
export interface LogFinding {
  /** A warning is what a crash leaves, and nothing is lost; an error is what no crash leaves. */
  readonly severity: 'error' | 'warning';
  readonly kind: 'unreadable' | 'changed' | 'order' | 'chain' | 'torn' | 'shortened' | 'replaced' | 'ahead';
  readonly line: number;
  readonly message: string;
}

/**
 * Makes entries of events.
 *
 * @param end  of the log that they are appended to
 * @param at   their time
 * @returns    lines, each with its newline, and the end of the log with them
 */
export function appendEntries(
  end: LogEnd,
  events: readonly AuditEvent[],
  at: UnixSeconds,
): { readonly text: string; readonly end: LogEnd } {
  const time = `${new Date(at * 1000).toISOString().slice(0, 19)}Z`;
  let { entries, hash } = end;
  let lines = '';
  for (const event of events) {
    entries++;
    const words = describeEvent(event);
    const content = { seq: entries, at: time, kind: event.kind, words, ...auditDetails(event), prev: hash };
    const hashed = JSON.stringify(content);
    hash = digest(hashed);
    lines += `${hashed.slice(0, -1)},"hash":"${hash}"}\n`;
  }
  return { text: lines, end: { entries, hash } };
}

/** An entry in one line: `2026-11-25 08:10 UTC  ZSK 12345 (ECDSAP256SHA256): its DNSKEY is published`. */
export function describeEntry({ at, words }: AuditEntry): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC  ${words}`;
}

/** A line, as far as it is one of a log. */
export interface LogLine {
  readonly entry: AuditEntry;
  /** What its hash should be. */
  readonly digest: string;
}

/** Reads a line without its newline. @returns undefined if it is no entry, whatever its hash */
export function parseLogLine(line: string): LogLine | undefined {
  const m = /^(\{.*),"hash":"([0-9a-f]{64})"\}$/s.exec(line);
  if (m === null) return undefined;
  try {
    const entry: unknown = JSON.parse(line);
    return isEntry(entry) ? { entry, digest: digest(`${m[1]}}`) } : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is AuditEntry {
  const { seq, at, kind, words, prev } = value as Partial<Record<keyof AuditEntry, unknown>>;
  return (
    typeof seq === 'number' &&
    Number.isSafeInteger(seq) &&
    seq > 0 &&
    [at, kind, words, prev].every((part) => typeof part === 'string') &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(at as string) &&
    /^[0-9a-f]{64}$/.test(prev as string)
  );
}

/**
 * Where a log goes on: at its last sound entry, if it holds what the memory knows. Else the memory's end is where it goes
 * on, so that what is missing stays missed for ever after.
 *
 * @param lines  whole lines from the end of the log, in order
 * @param known  the end that the memory knows
 * @returns      undefined if the lines do not reach back to what the memory knows
 */
export function findLogEnd(lines: readonly string[], known: LogEnd): LogEnd | undefined {
  let last: LogEnd | undefined;
  for (let i = lines.length - 1; i >= 0; i--) {
    const read = parseLogLine(lines[i]!);
    if (read === undefined || read.entry.hash !== read.digest) continue;
    const { seq, hash, prev } = read.entry;
    last ??= { entries: seq, hash };
    if (known.entries === 0) return last;
    if (seq === known.entries + 1 && prev === known.hash) return last;
    if (seq === known.entries) return hash === known.hash ? last : known;
    if (seq < known.entries) return known;
  }
  return undefined;
}

/** The lines of a log without their newlines, and what a crash left behind the last newline. */
export function splitLog(text: string): { readonly lines: readonly string[]; readonly rest: string } {
  const lines = text.split('\n');
  const rest = lines.pop()!;
  return { lines, rest };
}

/**
 * Checks a log: that each line is an entry, has its own hash and that of the line before, and that the log holds what
 * the memory knows.
 *
 * @param known  the end that the memory knows; undefined: there is no memory
 * @returns      findings by line; none: all is well
 */
export function verifyLog(text: string, known?: LogEnd): LogFinding[] {
  const { lines, rest } = splitLog(text);
  const findings: LogFinding[] = [];
  const report = (severity: LogFinding['severity'], kind: LogFinding['kind'], line: number, message: string) =>
    findings.push({ severity, kind, line, message });

  let last = EMPTY_LOG.entries;
  /** What the next entry may have for `prev`; undefined where the line before it is no entry. */
  let hashes: readonly string[] | undefined = [EMPTY_LOG.hash];
  let knownHashes: readonly string[] | undefined;
  // A last line that lacks its newline only is as good as any.
  const isRestWhole = parseLogLine(rest) !== undefined;
  for (const [index, line] of (isRestWhole ? [...lines, rest] : lines).entries()) {
    const read = parseLogLine(line);
    if (read === undefined) {
      report('error', 'unreadable', index + 1, 'this is no entry');
      last++;
      hashes = undefined;
      continue;
    }
    const { seq, hash, prev } = read.entry;
    if (hash !== read.digest) report('error', 'changed', index + 1, `entry ${seq} was changed: its hash is another`);
    if (seq !== last + 1) report('error', 'order', index + 1, orderText(seq, last));
    else if (hashes?.includes(prev) === false) {
      report('error', 'chain', index + 1, `entry ${seq} does not follow what stands before it: that has another hash`);
    }
    last = seq;
    // Where the hash itself was changed, the next entry still names the old one: that is one finding, not two.
    hashes = [hash, read.digest];
    if (seq === known?.entries) knownHashes = hash === read.digest ? [hash] : hashes;
  }
  const isShort = known !== undefined && last < known.entries;
  if (rest !== '' && !isRestWhole) {
    const severity = known === undefined || isShort ? 'error' : 'warning';
    report(severity, 'torn', lines.length + 1, 'the line is cut off');
  }
  if (known !== undefined) findings.push(...compareEnds(last, Math.max(1, lines.length), known, knownHashes));
  return findings;
}

function orderText(seq: number, last: number): string {
  if (last === 0) return `the log begins with entry ${seq}: what stood before it is missing`;
  if (seq <= last) return `entry ${seq} stands behind entry ${last}`;
  const missing = entriesText(last + 1, seq - 1);
  return `entry ${seq} stands where ${missing} ${seq === last + 2 ? 'belongs' : 'belong'}`;
}

function entriesText(first: number, last: number): string {
  return first === last ? `entry ${first}` : `entries ${first} to ${last}`;
}

/** @param found  the hashes of the entry that the memory knows as the last; undefined: it is not there */
function compareEnds(
  last: number,
  line: number,
  known: LogEnd,
  found: readonly string[] | undefined,
): readonly LogFinding[] {
  if (last < known.entries) {
    const message = `the log ends with entry ${last}, and there were ${known.entries}`;
    return [{ severity: 'error', kind: 'shortened', line, message }];
  }
  if (known.entries > 0 && found?.includes(known.hash) !== true) {
    const message = `entry ${known.entries} is not the one that was written`;
    return [{ severity: 'error', kind: 'replaced', line, message }];
  }
  if (last === known.entries) return [];
  const message = `the memory does not know ${entriesText(known.entries + 1, last)}: a pass did not come to its end`;
  return [{ severity: 'warning', kind: 'ahead', line, message }];
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
