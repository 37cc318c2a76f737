#!/usr/bin/env node
// Prints a run as Markdown that is readable as plain text, or puts it into a document, between its two marks:
//
//   node bench/report.mjs bench/last.json [docs/performance.md]
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Measurements are called disturbed when others take more than this part of the processors. */
const DISTURBED = 0.05;

/** Seconds. In shorter runs the kernel's hundredths are too coarse to tell. */
const CLEAR = 0.5;

/**
 * The whole report.
 *
 * @param {import('./types.ts').Report} report
 * @returns {string}
 */
export function printReport(report) {
  return [printHeading(report), printVerdicts(report.rows), ...report.rows.map(printRow)].join('\n');
}

/**
 * Date, machine and programs.
 *
 * @param {import('./types.ts').Report} report
 * @returns {string}
 */
export function printHeading({ date, machine, programs, options }) {
  const { processor, cores, memory, system, load } = machine;
  const versions = Object.entries(programs).map(([name, version]) => `${name} ${version}`);
  return [
    `${date.slice(0, 16).replace('T', ' ')} UTC. ${processor}, ${cores} cores, ${(memory / 2 ** 30).toFixed(0)} GiB, ${system}.`,
    `Load before: ${load.toFixed(2)}. ${options.runs} runs of each, round by round; medians.`,
    `${versions.join(' · ')}.`,
    '',
  ].join('\n');
}

/**
 * What was asked, and how it stands.
 *
 * @param {readonly import('./types.ts').RowReport[]} rows
 * @returns {string}
 */
export function printVerdicts(rows) {
  const lines = rows.flatMap(({ id, verdicts, problem }) =>
    problem === undefined
      ? verdicts.map((verdict, index) => [
          index === 0 ? id : '',
          verdict.measure,
          verdict.against,
          verdict.value === undefined ? '–' : formatRatio(verdict.value),
          `${verdict.bound === 'at most' ? '≤' : '≥'} ${formatRatio(verdict.target)}`,
          verdict.state === 'floor' ? `open (within ${formatRatio(verdict.floor ?? 0)})` : verdict.state,
        ])
      : [[id, 'not measured', '', '–', '', 'open']],
  );
  return printTable(['row', 'measure', 'against', 'ratio', 'target', 'state'], lines);
}

/**
 * One row with all its contenders.
 *
 * @param {import('./types.ts').RowReport} row
 * @returns {string}
 */
export function printRow({ id, title, counted, results, references, notes, stages, problem }) {
  const words = [`### ${id}`, '', `${title.charAt(0).toUpperCase()}${title.slice(1)}.`, ''];
  if (problem !== undefined) return [...words, `Not measured: ${problem}`, ''].join('\n');
  const lines = results.map(({ name, threads, runs, median, count, perSecond }) => [
    threads === undefined ? name : `${name} (${threads} ${threads === 1 ? 'thread' : 'threads'})`,
    ...(median === undefined
      ? ['–', '–', '–', '–']
      : [
          formatSeconds(median.wall),
          formatSpan(runs),
          formatSeconds(median.cpu),
          `${(median.memory / 1e6).toFixed(0)} MB`,
        ]),
    ...(counted === undefined ? [] : [formatCount(count), formatCount(perSecond)]),
  ]);
  const rate = counted === undefined ? [] : [counted, 'per second'];
  words.push(printTable(['program', 'wall', 'min–max', 'CPU', 'peak memory', ...rate], lines));
  for (const { name, perSecond } of references) words.push(`\`${name}\`: ${formatCount(perSecond)} per second.`, '');
  const others = Math.max(
    0,
    ...results.flatMap(({ runs }) => runs.filter(({ wall }) => wall >= CLEAR).map((run) => run.others)),
  );
  if (others > DISTURBED)
    words.push(`Disturbed: other programs took up to ${(100 * others).toFixed(0)} % of the processors.`, '');
  const spent = Object.entries(stages ?? {}).map(([stage, seconds]) => `${stage} ${formatSeconds(seconds)}`);
  if (spent.length > 0) words.push(`dnssec by stage: ${spent.join(', ')}.`, '');
  for (const result of results) if (result.problem !== undefined) words.push(`${result.name}: ${result.problem}.`, '');
  for (const note of notes) words.push(note, '');
  return words.join('\n');
}

/**
 * @param {readonly string[]} heading
 * @param {readonly (readonly string[])[]} lines
 */
function printTable(heading, lines) {
  const widths = heading.map((word, column) =>
    Math.max(3, word.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const print = (/** @type {readonly string[]} */ cells) =>
    `| ${widths.map((width, column) => (column === 0 ? (cells[column] ?? '').padEnd(width) : (cells[column] ?? '').padStart(width))).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [print(heading), `| ${rule.join(' | ')} |`, ...lines.map(print), ''].join('\n');
}

/**
 * @param {number} names
 * @returns {string}
 */
export function formatNames(names) {
  return `${formatCount(names)} names`;
}

/** @param {number} value */
function formatRatio(value) {
  return value.toFixed(2);
}

/** @param {number} seconds */
function formatSeconds(seconds) {
  return seconds < 1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(2)} s`;
}

/** @param {readonly import('./types.ts').Cost[]} runs */
function formatSpan(runs) {
  const walls = runs.map(({ wall }) => wall);
  return `${formatSeconds(Math.min(...walls))} – ${formatSeconds(Math.max(...walls))}`;
}

/** @param {number | undefined} count */
function formatCount(count) {
  return count === undefined ? '–' : Math.round(count).toLocaleString('en-US');
}

/** The report goes between these lines of a document. */
const MARKS = ['<!-- begin of the last run -->', '<!-- end of the last run -->'];

/**
 * Puts a report in the place of the one that a document holds.
 *
 * @param {string} document
 * @param {string} report
 * @returns {string}
 * @throws {Error}  if the document has no marks
 */
export function insertReport(document, report) {
  const [begin, end] = MARKS.map((mark) => document.indexOf(mark));
  if (begin === undefined || end === undefined || begin < 0 || end < begin)
    throw new Error(`the document needs the lines ${MARKS.join(' and ')}`);
  return `${document.slice(0, begin)}${MARKS[0]}\n\n${report.trim()}\n\n${document.slice(end)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, document] = process.argv.slice(2);
  if (file === undefined) {
    console.error('usage: node bench/report.mjs FILE.json [DOCUMENT.md]');
    process.exitCode = 2;
  } else {
    const report = printReport(JSON.parse(readFileSync(file, 'utf8')));
    if (document === undefined) console.log(report);
    else writeFileSync(document, insertReport(readFileSync(document, 'utf8'), report));
  }
}
