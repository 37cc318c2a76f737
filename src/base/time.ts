/** Points in time and durations, as types, and their spellings. */
import { DnssecError } from './errors.ts';

/** Seconds since 1970-01-01T00:00:00Z. */
export type UnixSeconds = number & { readonly __unit?: 'unix seconds' };
/** A duration in seconds. */
export type Seconds = number & { readonly __unit?: 'seconds' };

const UNIT: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  mo: 2_592_000,
  y: 31_536_000,
};

/** Prints a time as DNSSEC files do: `YYYYMMDDHHMMSS` in UTC (RFC 4034 §3.2). */
export function printTimestamp(time: UnixSeconds): string {
  const d = new Date(time * 1000);
  const two = (v: number) => String(v).padStart(2, '0');
  return (
    String(d.getUTCFullYear()).padStart(4, '0') +
    two(d.getUTCMonth() + 1) +
    two(d.getUTCDate()) +
    two(d.getUTCHours()) +
    two(d.getUTCMinutes()) +
    two(d.getUTCSeconds())
  );
}

/**
 * Reads `YYYYMMDDHHMMSS` (also `YYYYMMDD`) in UTC.
 *
 * @returns seconds since 1970, or undefined if the text is not a real date and time
 */
export function parseTimestamp(text: string): UnixSeconds | undefined {
  const m = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?$/.exec(text);
  if (m === null) return undefined;
  const [year, month, day, hour, minute, second] = m.slice(1).map((v) => Number(v ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(Date.UTC(year, month - 1, day));
  if (year < 1000 || back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) return undefined;
  return ms / 1000;
}

/**
 * Reads a duration: `30d`, `12h`, `1w2d`, `90` (seconds), `P30D`, `PT12H`. `mo` is 30 days and `y` 365.
 *
 * @returns seconds, or undefined if the text is none
 */
export function parseDuration(text: string): Seconds | undefined {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  const iso = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (iso !== null && /\d/.test(text)) {
    const [y, mo, w, d, h, m, s] = iso.slice(1).map((v) => Number(v ?? 0)) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return bounded(y * UNIT.y! + mo * UNIT.mo! + w * UNIT.w! + d * UNIT.d! + h * UNIT.h! + m * UNIT.m! + s);
  }
  if (!/^(?:\d+(?:mo|[smhdwy]))+$/i.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.toLowerCase().matchAll(/(\d+)(mo|[smhdwy])/g))
    total += Number(count) * UNIT[unit!]!;
  return bounded(total);
}

function bounded(seconds: number): Seconds | undefined {
  return seconds <= 1e12 ? seconds : undefined;
}

/** Prints a duration with the largest units that are exact: `1w2d`, `30d` as `30d`, `90` as `1m30s`. */
export function printDuration(duration: Seconds): string {
  if (duration === 0) return '0s';
  let rest = Math.round(duration);
  let text = '';
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const count = Math.floor(rest / UNIT[unit]!);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * UNIT[unit]!;
  }
  return text;
}

/** Leaves out of a duration what is small beside it: minutes from two days on, seconds from two hours on. */
export function roundDuration(duration: Seconds): Seconds {
  const unit = duration >= 2 * UNIT.d! ? UNIT.h! : duration >= 2 * UNIT.h! ? UNIT.m! : 1;
  return Math.floor(duration / unit) * unit;
}

/**
 * Reads a point in time: `YYYYMMDDHHMMSS`, ISO 8601, `now`, `now+30d`, `now-1h`, or `+30d` counted from `base`.
 *
 * @param base  what a leading `+` or `-` counts from (dnssec-signzone: now for -s, the start for -e)
 * @throws DnssecError USAGE
 */
export function parseTime(text: string, now: UnixSeconds, base: UnixSeconds = now): UnixSeconds {
  const relative = /^(now)?(?:([+-])(.+))?$/i.exec(text.trim());
  if (relative !== null && text.trim() !== '') {
    const from = relative[1] === undefined ? base : now;
    if (relative[2] === undefined) return from;
    const duration = parseDuration(relative[3]!);
    if (duration !== undefined) return relative[2] === '+' ? from + duration : from - duration;
  }
  const stamp = parseTimestamp(text.trim());
  if (stamp !== undefined) return stamp;
  if (/^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?$/.test(text.trim())) {
    const iso = text.trim().replace(' ', 'T');
    const ms = Date.parse(/T/.test(iso) && !/(?:Z|[+-]\d\d:?\d\d)$/.test(iso) ? `${iso}Z` : iso);
    if (!Number.isNaN(ms)) return Math.floor(ms / 1000);
  }
  throw new DnssecError('USAGE', `"${text}" is not a time`, {
    hint: 'Times are YYYYMMDDHHMMSS, ISO 8601 (2026-12-31T23:59:59Z), or relative: now+30d, now-1h.',
  });
}
