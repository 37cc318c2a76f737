/**
 * The plan of a zone as a picture: a bar for each record of each key, on an A4 page in landscape. It tells the states by
 * pattern and by shade, so that it reads in print without colours; it has no scripts, and refers to nothing outside.
 */
import type { UnixSeconds } from '../base/time.ts';
import { algorithmText } from '../keys/algorithms.ts';
import { dateText } from '../keys/key-words.ts';
import type { RecordState, StatefulRecord } from '../keys/state-file.ts';
import type { Prospect } from './outlook.ts';
import { type PlanEntry, planEntries } from './plan-entries.ts';
import { layOutPage, type Page, type Row } from './plan-page.ts';
import { dayText } from './plan-words.ts';
import type { Span } from './state-history.ts';
import { element, shortened, textElement } from './svg-text.ts';
import { timeAxis } from './time-axis.ts';
import { summarizeZone } from './zone-summary.ts';

/** The patterns of the states; what is nowhere is a thin line. */
const LOOKS: Readonly<Record<Exclude<RecordState, 'hidden'>, { readonly fill: string; readonly words: string }>> = {
  rumoured: { fill: 'url(#plan-coming)', words: 'put out, not in every cache yet' },
  omnipresent: { fill: '#1d4f7c', words: 'in every cache' },
  unretentive: { fill: 'url(#plan-going)', words: 'taken away, still in some caches' },
};

const RECORD_WORDS: Readonly<Record<StatefulRecord, string>> = {
  dnskey: 'DNSKEY',
  krrsig: 'signs the keys',
  zrrsig: 'signs the zone',
  ds: 'DS at the parent',
};

const FONT = 'font-family="sans-serif"';
const INK = '#1a1a1a';
const PALE = '#c9c9c9';
const ALARM = '#8a1c1c';

/** Draws the plan. */
export function drawPlan(prospect: Prospect): string {
  const page = layOutPage(prospect);
  const tasks = planEntries(prospect).filter(({ by }) => by === 'you');
  const { width, height } = page;
  const title = `Keys of ${prospect.zone}, ${dayText(page.from)} to ${dayText(prospect.until)}`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width / 4}mm" height="${height / 4}mm" `,
    `viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="plan-title plan-desc" ${FONT}>\n`,
    textElement('title', { id: 'plan-title' }, title),
    textElement('desc', { id: 'plan-desc' }, describe(prospect, tasks)),
    PATTERNS,
    element('rect', { width, height, fill: '#ffffff' }),
    ...heading(prospect, page),
    ...axis(prospect, page),
    ...page.rows.flatMap((row) => drawRow(row, page, prospect)),
    ...marks(tasks, page),
    ...presentLine(prospect.now, page),
    ...legend(tasks, page),
    '\n</svg>\n',
  ].join('');
}

const PATTERNS =
  '<defs>' +
  '<pattern id="plan-coming" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<rect width="6" height="6" fill="#dfeaf4"/><rect width="1.8" height="6" fill="#1d4f7c"/></pattern>' +
  '<pattern id="plan-going" width="5" height="5" patternUnits="userSpaceOnUse">' +
  '<rect width="5" height="5" fill="#fbf1dd"/><circle cx="2.5" cy="2.5" r="1.25" fill="#6b4a12"/></pattern>' +
  '</defs>\n';

function describe(prospect: Prospect, tasks: readonly PlanEntry[]): string {
  const todo = tasks.map(({ at, predicate }) => `${dateText(at)}: ${predicate}`);
  return [
    'One bar for each record of each key, over time.',
    summarizeZone(prospect).text,
    todo.length === 0 ? 'There is nothing to do by hand.' : `To be done by hand: ${todo.join('; ')}.`,
  ].join(' ');
}

function text(x: number, y: number, size: number, words: string, more: Readonly<Record<string, string>> = {}): string {
  return textElement('text', { x, y, 'font-size': size, fill: INK, ...more }, words);
}

function heading({ zone, policy, now, until }: Prospect, { left }: Page): string[] {
  const span = `${dateText(now)} to ${dateText(until)}`;
  return [
    text(left, 46, 22, shortened(`Keys of ${zone}`, 64), { 'font-weight': 'bold' }),
    text(left, 66, 12, shortened(`${span}, as planned at its beginning; policy ${policy.name}`, 150)),
  ];
}

/** Units that a tick's label needs. */
const TICK_ROOM = 42;
const UNIT_ROOM = 84;

function axis({ until }: Prospect, page: Page): string[] {
  const { plotLeft, plotRight, rowsTop, rowsBottom, from } = page;
  const { ticks, units } = timeAxis(from, until, (plotRight - plotLeft) / TICK_ROOM);
  const x = (at: UnixSeconds) => page.x(at);
  const line = (at: UnixSeconds, top: number, width: number, stroke: string) =>
    element('line', { x1: x(at), x2: x(at), y1: top, y2: rowsBottom, stroke, 'stroke-width': width });
  const hasRoom = (at: UnixSeconds, next: UnixSeconds | undefined, room: number) =>
    (next === undefined ? plotRight : x(next)) - x(at) >= room;
  const shownUnits = units.filter(({ at }, i) => hasRoom(at, units[i + 1]?.at, UNIT_ROOM));
  const shownTicks = ticks.filter(({ at }) => hasRoom(at, undefined, TICK_ROOM - 6));
  return [
    ...ticks.map(({ at }) => line(at, rowsTop - 4, 0.6, PALE)),
    ...units.slice(1).map(({ at }) => line(at, rowsTop - 34, 1, '#8c8c8c')),
    ...shownTicks.map(({ at, label }) => text(x(at) + 3, rowsTop - 8, 11, label)),
    ...shownUnits.map(({ at, label }) => text(x(at) + 3, rowsTop - 24, 12, label, { 'font-weight': 'bold' })),
    element('line', { x1: page.left, x2: plotRight, y1: rowsTop, y2: rowsTop, stroke: INK, 'stroke-width': 1 }),
    element('line', { x1: page.left, x2: plotRight, y1: rowsBottom, y2: rowsBottom, stroke: INK, 'stroke-width': 1 }),
  ];
}

function drawRow(row: Row, page: Page, prospect: Prospect): string[] {
  const { y, height, isFirst, isLast, index, key, record } = row;
  const { left, plotLeft, plotRight, labelSize } = page;
  const label = prospect.labels.get(key.id)!;
  const middle = y + height / 2;
  const base = middle + labelSize * 0.35;
  const name = isFirst ? capital(label.short) : index === 1 ? algorithmText(key.algorithm) : '';
  const bold = isFirst ? { 'font-weight': 'bold' } : { fill: '#4d4d4d' };
  return [
    '\n',
    ...(name === '' ? [] : [text(left, base, isFirst ? labelSize : labelSize * 0.85, name, bold)]),
    text(plotLeft - 8, base, labelSize * 0.92, RECORD_WORDS[record], { 'text-anchor': 'end' }),
    element('line', { x1: plotLeft, x2: plotRight, y1: middle, y2: middle, stroke: '#a8a8a8', 'stroke-width': 0.5 }),
    ...row.bars.map(({ span, x, width }) => drawBar(row, span, x, width, `${label.phrase}, ${RECORD_WORDS[record]}`)),
    ...(isLast
      ? [element('line', { x1: left, x2: plotRight, y1: row.end, y2: row.end, stroke: PALE, 'stroke-width': 0.8 })]
      : []),
  ];
}

function drawBar({ y, height }: Row, span: Span, x: number, width: number, name: string): string {
  const state = span.state as keyof typeof LOOKS;
  const { fill, words } = LOOKS[state];
  const begin = span.from === undefined ? '' : ` from ${dateText(span.from)}`;
  const tip = textElement('title', {}, `${name}: ${words},${begin} until ${dateText(span.until)}`);
  const place = { x, y: y + height * 0.18, width, height: height * 0.64 };
  return element('rect', { ...place, fill, stroke: INK, 'stroke-width': 0.6 }, [tip]);
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Marks nearer to each other than this are one, with all their numbers. */
const MARK_ROOM = 18;

interface Mark {
  readonly x: number;
  readonly first: number;
  last: number;
}

function marks(tasks: readonly PlanEntry[], page: Page): string[] {
  const list: Mark[] = [];
  for (const [i, { at }] of tasks.entries()) {
    const x = page.x(at);
    const before = list.at(-1);
    if (before !== undefined && x - before.x < MARK_ROOM) before.last = i + 1;
    else list.push({ x, first: i + 1, last: i + 1 });
  }
  const { rowsTop, rowsBottom } = page;
  return list.flatMap(({ x, first, last }) => {
    const words = first === last ? String(first) : `${first}-${last}`;
    const half = 4 + words.length * 3.4;
    const dash = { stroke: ALARM, 'stroke-width': 1, 'stroke-dasharray': '4 3' };
    return [
      element('line', { x1: x, x2: x, y1: rowsTop, y2: rowsBottom, ...dash }),
      element('rect', { x: x - half, y: rowsTop - 52, width: 2 * half, height: 15, rx: 3, fill: ALARM }),
      text(x, rowsTop - 40.5, 11, words, { fill: '#ffffff', 'text-anchor': 'middle', 'font-weight': 'bold' }),
    ];
  });
}

function presentLine(now: UnixSeconds, { x, rowsTop, rowsBottom, rows, plotLeft }: Page): string[] {
  const middle = { fill: ALARM, 'text-anchor': 'middle', 'font-weight': 'bold' };
  const none = 'no key plays a part in this time';
  return [
    element('line', { x1: x(now), x2: x(now), y1: rowsTop, y2: rowsBottom + 6, stroke: ALARM, 'stroke-width': 1.6 }),
    text(x(now), rowsBottom + 18, 11, 'now', middle),
    ...(rows.length === 0 ? [text(plotLeft + 60, (rowsTop + rowsBottom) / 2 + 4, 12, none)] : []),
  ];
}

function legend(tasks: readonly PlanEntry[], page: Page): string[] {
  const { left, legendTop, mostTasks } = page;
  const parts: string[] = ['\n'];
  let x = left;
  for (const { fill, words } of Object.values(LOOKS)) {
    parts.push(element('rect', { x, y: legendTop, width: 34, height: 12, fill, stroke: INK, 'stroke-width': 0.6 }));
    parts.push(text(x + 40, legendTop + 10, 11, words));
    x += 62 + words.length * 5.6;
  }
  parts.push(element('line', { x1: x, x2: x + 34, y1: legendTop + 6, y2: legendTop + 6, stroke: '#a8a8a8' }));
  parts.push(text(x + 40, legendTop + 10, 11, 'nowhere'));
  const shown = tasks.slice(0, mostTasks);
  const lines = shown.map(({ at, predicate }, i) => `(${i + 1}) ${dateText(at)}: ${predicate}`);
  if (tasks.length > shown.length) lines.push(`and ${tasks.length - shown.length} more`);
  const head = tasks.length === 0 ? 'There is nothing to do by hand.' : 'To be done by hand (numbers in boxes):';
  parts.push(text(left, legendTop + 36, 12, head, { 'font-weight': 'bold' }));
  for (const [i, line] of lines.entries()) parts.push(text(left, legendTop + 53 + i * 15, 11, shortened(line, 170)));
  return parts;
}
