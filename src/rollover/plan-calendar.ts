/**
 * Plans as a calendar that people subscribe to (iCalendar). An event keeps its identity from one run to the next, so
 * that a calendar moves it instead of doubling it.
 *
 * @see RFC 5545 §3.4, §3.6.1
 */
import { createHash } from 'node:crypto';
import type { UnixSeconds } from '../base/time.ts';
import type { Prospect } from './outlook.ts';
import { entrySentence, type PlanEntry, planEntries } from './plan-entries.ts';

/** Octets of a line, its end aside (RFC 5545 §3.1). */
const LINE_OCTETS = 75;

/** Prints the plans of zones as one calendar. */
export function printCalendar(prospects: readonly Prospect[], now: UnixSeconds): string {
  const [only] = prospects;
  const name = prospects.length === 1 && only !== undefined ? `DNSSEC keys of ${only.zone}` : 'DNSSEC keys';
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//dnssec//plan//EN',
    'METHOD:PUBLISH',
    `NAME:${escapeText(name)}`,
    `X-WR-CALNAME:${escapeText(name)}`,
    // How often it is worth asking again: RFC 7986 §5.7, and what came before it.
    'REFRESH-INTERVAL;VALUE=DURATION:PT12H',
    'X-PUBLISHED-TTL:PT12H',
    ...prospects.flatMap((prospect) => zoneEvents(prospect, now)),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${foldLine(line)}\r\n`).join('');
}

function zoneEvents(prospect: Prospect, now: UnixSeconds): string[] {
  const counts = new Map<string, number>();
  return planEntries(prospect).flatMap((entry) => {
    const lineage = prospect.labels.get(entry.key)?.lineage ?? entry.key;
    const what = `${lineage} ${entry.kind}`;
    const count = counts.get(what) ?? 0;
    counts.set(what, count + 1);
    return event(entry, prospect.zone, identity([prospect.zone, lineage, entry.kind, String(count)]), now);
  });
}

/** The identity of an event: the same in every run, and in no other zone (RFC 5545 §3.8.4.7). */
function identity(parts: readonly string[]): string {
  const hash = createHash('sha256').update(parts.join('\0')).digest('hex');
  return `${hash.slice(0, 32)}@dnssec`;
}

function event(entry: PlanEntry, zone: string, uid: string, now: UnixSeconds): string[] {
  const summary = escapeText(`${zone}: ${entrySentence(entry)}`);
  const alarm = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-P1D', `DESCRIPTION:${summary}`, 'END:VALARM'];
  return [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${calendarTime(now)}`,
    `DTSTART:${calendarTime(entry.at)}`,
    'DURATION:PT15M',
    `SUMMARY:${summary}`,
    `CATEGORIES:${entry.by === 'you' ? 'DNSSEC,TO DO' : 'DNSSEC'}`,
    // It takes up nobody's time.
    'TRANSP:TRANSPARENT',
    ...(entry.by === 'you' ? alarm : []),
    'END:VEVENT',
  ];
}

/** A time in UTC (RFC 5545 §3.3.5). */
function calendarTime(time: UnixSeconds): string {
  return new Date(time * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
}

/** Text as a property holds it (RFC 5545 §3.3.11); controls have no place in it. */
function escapeText(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\u{fffd}')
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r?\n/g, '\\n')
    .replace(/[\x00-\x08\x0a-\x1f\x7f]/g, '\u{fffd}');
}

/** Folds a line so that none has more than 75 octets, without cutting a character in two (RFC 5545 §3.1). */
function foldLine(line: string): string {
  let folded = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > LINE_OCTETS) {
      folded += '\r\n ';
      octets = 1;
    }
    folded += character;
    octets += size;
  }
  return folded;
}
