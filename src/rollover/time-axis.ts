/** A time axis that stays readable from hours to decades: which ticks it has, and what is written on them. */
import type { UnixSeconds } from '../base/time.ts';

/** A tick. */
export interface Tick {
  readonly at: UnixSeconds;
  /** `08:00`, `25`, `Nov`, `2027`. */
  readonly label: string;
}

/** Ticks, and above them the larger units that they lie in. */
export interface TimeAxis {
  readonly ticks: readonly Tick[];
  /** `25 Nov 2026`, `Nov 2026`, `2026`; the first begins at the beginning of the axis. Empty where ticks are years. */
  readonly units: readonly Tick[];
}

type Unit = 'hour' | 'day' | 'month' | 'year';

interface Step {
  readonly unit: Unit;
  readonly count: number;
  /** About how long, in seconds. */
  readonly length: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
const MONTH = 30 * DAY;
const YEAR = 365 * DAY;

const STEPS: readonly Step[] = [
  ...[1, 3, 6, 12].map((count): Step => ({ unit: 'hour', count, length: count * HOUR })),
  ...[1, 2, 7].map((count): Step => ({ unit: 'day', count, length: count * DAY })),
  ...[1, 3, 6].map((count): Step => ({ unit: 'month', count, length: count * MONTH })),
  ...[1, 2, 5, 10].map((count): Step => ({ unit: 'year', count, length: count * YEAR })),
];

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** Makes the axis from one time to another, in UTC. @param most  ticks that have room */
export function timeAxis(from: UnixSeconds, until: UnixSeconds, most: number): TimeAxis {
  const step = STEPS.find(({ length }) => (until - from) / length <= most) ?? STEPS.at(-1)!;
  const ticks = list(step, from, until);
  const above = ABOVE[step.unit];
  if (above === undefined) return { ticks, units: [] };
  const units = list({ unit: above, count: 1, length: 0 }, from, until, true);
  const first = { at: from, label: labelOf(new Date(from * 1000), above, true) };
  return { ticks, units: units[0]?.at === from ? units : [first, ...units] };
}

const ABOVE: Readonly<Record<Unit, Unit | undefined>> = { hour: 'day', day: 'month', month: 'year', year: undefined };

function list({ unit, count }: Step, from: UnixSeconds, until: UnixSeconds, isLong = false): Tick[] {
  const ticks: Tick[] = [];
  const date = floor(new Date(from * 1000), unit);
  for (; date.getTime() <= until * 1000; advance(date, unit)) {
    const at = date.getTime() / 1000;
    if (at >= from && isOnStep(date, unit, count)) ticks.push({ at, label: labelOf(date, unit, isLong) });
  }
  return ticks;
}

function floor(date: Date, unit: Unit): Date {
  date.setUTCMinutes(0, 0, 0);
  if (unit !== 'hour') date.setUTCHours(0);
  if (unit === 'month' || unit === 'year') date.setUTCDate(1);
  if (unit === 'year') date.setUTCMonth(0);
  return date;
}

function advance(date: Date, unit: Unit): void {
  if (unit === 'hour') date.setUTCHours(date.getUTCHours() + 1);
  else if (unit === 'day') date.setUTCDate(date.getUTCDate() + 1);
  else if (unit === 'month') date.setUTCMonth(date.getUTCMonth() + 1);
  else date.setUTCFullYear(date.getUTCFullYear() + 1);
}

/** Steps of several days begin anew with each month; the last day of one is not crowded by the first of the next. */
function isOnStep(date: Date, unit: Unit, count: number): boolean {
  switch (unit) {
    case 'hour':
      return date.getUTCHours() % count === 0;
    case 'day':
      return (date.getUTCDate() - 1) % count === 0 && (count === 1 || date.getUTCDate() <= 31 - count);
    case 'month':
      return date.getUTCMonth() % count === 0;
    case 'year':
      return date.getUTCFullYear() % count === 0;
  }
}

function labelOf(date: Date, unit: Unit, isLong: boolean): string {
  const [day, month, year] = [date.getUTCDate(), MONTHS[date.getUTCMonth()]!, date.getUTCFullYear()];
  switch (unit) {
    case 'hour':
      return `${String(date.getUTCHours()).padStart(2, '0')}:00`;
    case 'day':
      return isLong ? `${day} ${month} ${year}` : String(day);
    case 'month':
      return isLong ? `${month} ${year}` : month;
    case 'year':
      return String(year);
  }
}
