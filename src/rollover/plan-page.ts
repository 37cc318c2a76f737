/** Where everything of a plan's picture goes. Lengths are quarters of a millimetre. */
import type { UnixSeconds } from '../base/time.ts';
import type { StatefulRecord } from '../keys/state-file.ts';
import type { Prospect } from './outlook.ts';
import { planEntries } from './plan-entries.ts';
import type { RollKey } from './roll-key.ts';
import { type KeyHistory, type Span, stateHistory } from './state-history.ts';

/** A bar: a record in a state other than hidden. */
export interface Bar {
  readonly span: Span;
  readonly x: number;
  readonly width: number;
}

/** The line of one record. */
export interface Row {
  readonly key: RollKey;
  readonly record: StatefulRecord;
  /** Among the rows of the key. */
  readonly index: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly y: number;
  readonly height: number;
  /** Where the key ends, in its last row. */
  readonly end: number;
  readonly bars: readonly Bar[];
}

/** The page. */
export interface Page {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly plotLeft: number;
  readonly plotRight: number;
  /** Where time begins: a little before now. */
  readonly from: UnixSeconds;
  readonly rowsTop: number;
  readonly rowsBottom: number;
  readonly legendTop: number;
  readonly labelSize: number;
  readonly mostTasks: number;
  readonly rows: readonly Row[];
  readonly x: (at: UnixSeconds) => number;
}

/** A4 in landscape. */
const WIDTH = 1188;
const HEIGHT = 840;
const MARGIN = 40;
const PLOT_LEFT = 262;
const ROWS_TOP = 138;
/** Of the time that is shown, what lies before now. */
const PAST_PART = 0.04;
const MOST_TASKS = 8;
const LEAST_ROW = 10;
const LARGEST_ROW = 28;
/** Between two keys. */
const GAP = 5;
/** States that pass within hours stay visible on a page of years. */
const LEAST_BAR = 4;

/** Lays the page out. It is A4; where a plan of many years has more rows than that has room for, it is longer. */
export function layOutPage(prospect: Prospect): Page {
  const { keys, forecast, now, until } = prospect;
  const from = Math.floor(now - (until - now) * PAST_PART);
  const plotRight = WIDTH - MARGIN;
  const scale = (plotRight - PLOT_LEFT) / Math.max(1, until - from);
  const x = (at: UnixSeconds) => PLOT_LEFT + (Math.min(until, Math.max(from, at)) - from) * scale;
  const histories = stateHistory(keys, forecast, now, until)
    .filter((key) => isSeen(key, from))
    .sort(compareKeys);
  const tasks = Math.min(MOST_TASKS + 1, planEntries(prospect).filter(({ by }) => by === 'you').length);
  const footer = 32 + 53 + tasks * 15 + MARGIN / 2;
  const count = histories.reduce((sum, { records }) => sum + records.length, 0);
  const room = HEIGHT - ROWS_TOP - footer - (histories.length + 1) * GAP;
  const rowHeight = Math.min(LARGEST_ROW, Math.max(LEAST_ROW, room / Math.max(1, count)));
  const rows = placeRows(histories, rowHeight, from, x);
  const rowsBottom = rows.at(-1)?.end ?? ROWS_TOP + LARGEST_ROW;
  return {
    ...{ width: WIDTH, height: Math.max(HEIGHT, Math.ceil(rowsBottom + footer)), left: MARGIN, plotLeft: PLOT_LEFT },
    ...{ plotRight, from, rowsTop: ROWS_TOP, rowsBottom, legendTop: rowsBottom + 32, mostTasks: MOST_TASKS },
    ...{ labelSize: Math.min(13, Math.max(9, rowHeight * 0.72)), rows, x },
  };
}

function isSeen({ records }: KeyHistory, from: UnixSeconds): boolean {
  return records.some(({ spans }) => spans.some(({ state, until }) => state !== 'hidden' && until > from));
}

/** Keys that sign keys stand above those that sign the zone; then in the order in which they come. */
function compareKeys(a: KeyHistory, b: KeyHistory): number {
  const rank = ({ key }: KeyHistory) => (key.role === 'zsk' ? 1 : 0);
  return rank(a) - rank(b) || beginOf(a) - beginOf(b);
}

function beginOf({ records }: KeyHistory): number {
  const begins = records.flatMap(({ spans }) => spans.filter(({ state }) => state !== 'hidden').slice(0, 1));
  return Math.min(...begins.map(({ from }) => from ?? 0));
}

function placeRows(
  histories: readonly KeyHistory[],
  height: number,
  from: UnixSeconds,
  x: (at: UnixSeconds) => number,
): Row[] {
  const rows: Row[] = [];
  let y = ROWS_TOP + GAP / 2;
  for (const { key, records } of histories) {
    const end = y + records.length * height + GAP / 2;
    for (const [index, { record, spans }] of records.entries()) {
      const isLast = index === records.length - 1;
      const bars = placeBars(spans, from, x);
      rows.push({ key, record, index, isFirst: index === 0, isLast, y, height, end, bars });
      y += height;
    }
    y += GAP;
  }
  return rows;
}

function placeBars(spans: readonly Span[], from: UnixSeconds, x: (at: UnixSeconds) => number): Bar[] {
  const bars: Bar[] = [];
  let taken = 0;
  for (const span of spans) {
    if (span.state === 'hidden' || span.until <= from) continue;
    const left = Math.min(Math.max(taken, x(span.from ?? from)), WIDTH - MARGIN - LEAST_BAR);
    const right = Math.max(x(span.until), left + LEAST_BAR);
    bars.push({ span, x: left, width: right - left });
    taken = right;
  }
  return bars;
}
