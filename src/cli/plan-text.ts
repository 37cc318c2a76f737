/** What `dnssec plan` prints for people: the next thing, what a person has to do, then the calendar. */
import type { UnixSeconds } from '../base/time.ts';
import { dateText } from '../keys/key-words.ts';
import type { Prospect } from '../rollover/outlook.ts';
import { entrySentence, type PlanEntry, planEntries } from '../rollover/plan-entries.ts';
import { dayText, distanceText } from '../rollover/plan-words.ts';
import { rollText } from '../rollover/rolls.ts';
import type { Concern } from '../rollover/wait-words.ts';
import { explainBlocks } from '../rollover/why.ts';
import { currentRolls, fullSentence } from '../rollover/zone-summary.ts';
import { columns } from './columns.ts';

/** Columns that a line may take; words go on below. */
const WIDTH = 112;

interface Line extends PlanEntry {
  readonly zone: string;
}

/** The plans of zones as lines. */
export function planLines(prospects: readonly Prospect[]): string[] {
  const [first] = prospects;
  if (first === undefined) return [];
  const { now, until } = first;
  const isOne = prospects.length === 1;
  const lines: Line[] = prospects
    .flatMap((prospect) => planEntries(prospect).map((entry) => ({ ...entry, zone: prospect.zone })))
    .sort((a, b) => a.at - b.at);
  const what = isOne ? first.zone : `${prospects.length} zones`;
  return [
    `${what}: what happens to the keys until ${dayText(until)}; times are UTC`,
    '',
    ...prospects.flatMap((prospect) => heldUp(prospect, isOne)),
    ...headline(lines, now, isOne),
    ...calendar(lines, now, isOne),
  ];
}

/** Blockers that will not pass by the normal course of things; what is asked of a person stands behind `You:`. */
function heldUp(prospect: Prospect, isOne: boolean): string[] {
  const { now } = prospect;
  const isAsked = planEntries(prospect).some(({ by, at }) => by === 'you' && at <= now + 1);
  const worries = explainBlocks(prospect).filter(
    ({ concern }) => WORRIES.has(concern) && !(concern === 'person' && isAsked),
  );
  return worries.flatMap(({ text, hint }) => [
    ...wrap('Held up:  ', isOne ? fullSentence(text) : `${prospect.zone}: ${text}.`),
    ...(hint === undefined ? [] : wrap('          ', hint)),
  ]);
}

const WORRIES: ReadonlySet<Concern> = new Set(['files', 'stuck', 'person', 'late']);

function headline(lines: readonly Line[], now: UnixSeconds, isOne: boolean): string[] {
  if (lines.length === 0) return ['Nothing will happen in this time.'];
  const others = lines.filter(({ by }) => by !== 'you');
  const next = others.find(({ kind }) => kind !== 'files-deleted') ?? others[0];
  const tasks = lines.filter(({ by }) => by === 'you');
  const [task] = tasks;
  const zone = (line: Line) => (isOne ? '' : `${line.zone}: `);
  const more = tasks.length > 1 ? `; ${tasks.length} things in all are marked "you:" below` : '';
  return [
    ...(next === undefined ? [] : wrap('Next:     ', `${zone(next)}${nextText(next, now)}.`)),
    ...(task === undefined
      ? wrap('You:      ', 'there is nothing to do by hand.')
      : wrap('You:      ', `${zone(task)}${whenText(task.at, now)}: ${task.predicate}${more}.`)),
  ];
}

function nextText(line: Line, now: UnixSeconds): string {
  if (line.subject !== undefined) return `${whenText(line.at, now)}, ${entrySentence(line)}`;
  return `expected ${whenText(line.at, now)}: ${line.predicate}`;
}

function whenText(at: UnixSeconds, now: UnixSeconds): string {
  if (at < now) return `since ${dayText(at)}`;
  return at <= now + 1 ? 'now' : `on ${dateText(at)} (${distanceText(at, now)})`;
}

function calendar(lines: readonly Line[], now: UnixSeconds, isOne: boolean): string[] {
  const heads = columns(
    lines.map((line) => [
      `  ${dateText(line.at).slice(0, -4)}`,
      distanceText(line.at, now),
      ...(isOne ? [] : [line.zone]),
      subjectOf(line),
      '|',
    ]),
  );
  const text: string[] = [];
  let month = '';
  for (const [index, line] of lines.entries()) {
    const own = monthText(line.at);
    if (own !== month) text.push('', own);
    month = own;
    text.push(...wrap(heads[index]!.slice(0, -1), line.predicate));
  }
  return text;
}

function subjectOf({ subject, by }: Line): string {
  return subject?.replace(/^the /, '') ?? (by === 'you' ? 'you:' : 'expected:');
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

function monthText(at: UnixSeconds): string {
  const date = new Date(at * 1000);
  return `${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** What stays on one line: a command line, a key with its tag, else a word. */
const UNITS = /"[^"]*"\S*|[KZC]SK \d+\S*|\S+/g;

/** Breaks words so that they stand behind and below a head. */
function wrap(head: string, words: string): string[] {
  const room = Math.max(40, WIDTH - head.length);
  const lines: string[] = [];
  let line = '';
  for (const [word] of words.matchAll(UNITS)) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((text, i) => (i === 0 ? head : ' '.repeat(head.length)) + text);
}

/** What `dnssec why` prints: the sentence, what can be done, and how far each roll has come. */
export function whyLines(
  prospect: Prospect,
  { text, hint }: { readonly text: string; readonly hint: string | undefined },
): string[] {
  const rolls = currentRolls(prospect).map(rollText);
  return [text, ...(hint === undefined ? [] : [`  ${hint}`]), ...rolls.map((roll) => `  ${roll}`)];
}
