/**
 * Plays scenario tables: each row a time, what happens in the world then, and what has to have become of the keys.
 *
 *     | after           | event | keys             | DNSKEY | signers    | DS   | does     | wakes |
 *     | ipub            |       | ksk1 OO.O …      |        |            |      |          |       |
 *
 * - `after`: seconds after the row before, as a sum of terms of the policy; `name: …` names the row's time, and an
 *   expression that begins with `@name` counts from there.
 * - `event`: what happens, `;` between several. A row without one happens by its time alone: then a second earlier, and
 *   half way to it, nothing may have moved, and the row before must have named its time as the next wake-up. A row with
 *   one: without the event nothing may have moved by then.
 * - `keys`, `DNSKEY`, `signers` (of the DNSKEY RRset; of the rest), `DS` (wanted), `does`: as `notation.ts` has them.
 *   `frozen`: the zone must not be signed now.
 * - `wakes`: the next wake-up after this row, where the next row does not tell it: `none`, or an expression.
 * - `blocked`: blockers that are told after this row, `;` between several.
 *
 * An empty cell of `DNSKEY`, `signers`, `DS` or `does` says: as in the row before (`does`: nothing).
 */
import { describe, expect, test } from 'vitest';
import type { UnixSeconds } from '../../src/base/time.ts';
import type { StepResult } from '../../src/rollover/step-result.ts';
import { actionsText, blockedText, decisionText, dsText, inText, keysText } from './notation.ts';
import { evaluate, termsOf } from './policies.ts';
import { Scene, type SceneOptions } from './scene.ts';

const COLUMNS = ['after', 'event', 'keys', 'DNSKEY', 'signers', 'DS', 'does', 'wakes', 'blocked'] as const;
type Column = (typeof COLUMNS)[number];
type Row = Readonly<Record<Column, string>>;

/** A table and the keys that it begins with. */
export interface Scenario extends SceneOptions {
  readonly given?: string;
  readonly table: string;
}

/** Registers a test for each row of a table. Rows go on from each other: after one that fails, all fail. */
export function scenario(title: string, options: Scenario): void {
  const rows = parseTable(options.table);
  describe(title, () => {
    const play = new Play(options, rows);
    test.each(rows.map((row, index) => ({ label: rowLabel(row, index), index })))('$label', ({ index }) => {
      play.row(index);
    });
  });
}

function rowLabel({ after, event }: Row, index: number): string {
  return `${index + 1}: ${after}${event === '' ? '' : `, ${event}`}`;
}

/** The rows of a table. @throws TypeError where it has no such form */
export function parseTable(text: string): readonly Row[] {
  const [header, ...lines] = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const columns = cells(header!);
  const unknown = columns.find((column) => !COLUMNS.includes(column as Column));
  if (unknown !== undefined) throw new TypeError(`there is no column ${unknown}`);
  return lines.map((line) => {
    const values = cells(line);
    if (values.length !== columns.length) throw new TypeError(`not ${columns.length} cells: ${line}`);
    const filled = Object.fromEntries(columns.map((column, index) => [column, values[index]!]));
    return { ...(Object.fromEntries(COLUMNS.map((column) => [column, ''])) as Record<Column, string>), ...filled };
  });
}

function cells(line: string): readonly string[] {
  return line
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}

class Play {
  readonly #scene: Scene;
  readonly #rows: readonly Row[];
  readonly #times = new Map<string, UnixSeconds>();
  #last: StepResult | undefined;
  #played = 0;
  #standing = { DNSKEY: '', signers: '', DS: '' };

  constructor(options: Scenario, rows: readonly Row[]) {
    this.#scene = new Scene(options, options.given ?? '');
    this.#rows = rows;
  }

  row(index: number): void {
    if (index !== this.#played) throw new Error(`row ${this.#played + 1} failed`);
    const row = this.#rows[index]!;
    const scene = this.#scene;
    const before = scene.now;
    const at = this.#timeOf(row.after, before, true);
    expect(at, 'the time of the row').toBeGreaterThanOrEqual(before);
    if (row.event === '') this.#checkEarly(before, at);
    else this.#checkWithout(at);
    scene.now = at;
    for (const event of row.event.split(';')) if (event.trim() !== '') scene.happen(event.trim());
    const { result, actions, decisions } = scene.act();
    expect(keysText(scene.keys), `keys, after ${decisions.map(decisionText).join(', ')}`).toBe(row.keys);
    this.#checkOutcome(row, result);
    expect(actionsText(actions), 'does').toBe(row.does === '' ? '-' : row.does);
    this.#checkRest('the same step again');
    scene.sign(result);
    this.#last = this.#checkRest('the step after the signing run');
    this.#checkWaking(row, index);
    this.#played++;
  }

  /** Nothing has moved half way and a second early; and the wake-up was told. */
  #checkEarly(before: UnixSeconds, at: UnixSeconds): void {
    if (this.#last === undefined) return;
    expect(this.#last.wakeAt, 'the wake-up that the row before told, less the time of this row').toBe(at);
    for (const early of [Math.floor((before + at) / 2), at - 1]) {
      const result = this.#scene.look(early);
      this.#expectRest(result, early === at - 1 ? 'a second early' : 'half way');
      expect(result.wakeAt, `the wake-up told ${at - early} seconds early`).toBe(at);
    }
  }

  /** Nothing has moved by then without the event. */
  #checkWithout(at: UnixSeconds): void {
    if (this.#last === undefined) return;
    this.#expectRest(this.#scene.look(at), 'without the event');
  }

  #checkRest(when: string): StepResult {
    const result = this.#scene.look(this.#scene.now);
    this.#expectRest(result, when);
    return result;
  }

  #expectRest({ decisions, actions, keys }: StepResult, when: string): void {
    expect(decisions.map(decisionText), `decisions ${when}`).toEqual([]);
    expect(actionsText(actions), `actions ${when}`).toBe('-');
    expect(keys, `keys ${when}`).toEqual(this.#scene.keys);
  }

  #checkOutcome(row: Row, result: StepResult): void {
    const { keys } = this.#scene;
    for (const column of ['DNSKEY', 'signers', 'DS'] as const) {
      if (row[column] !== '') this.#standing[column] = row[column];
    }
    const signers = result.frozen === undefined ? `${inText(keys, 'krrsig')}; ${inText(keys, 'zrrsig')}` : 'frozen';
    const outcome = { DNSKEY: inText(keys, 'dnskey'), signers, DS: dsText(result) };
    expect(outcome).toEqual(this.#standing);
  }

  #checkWaking(row: Row, index: number): void {
    const { blocked, wakeAt, lookAt } = this.#last!;
    const now = this.#scene.now;
    expect(blocked.map(blockedText)).toEqual(expect.arrayContaining(row.blocked === '' ? [] : row.blocked.split('; ')));
    const isWanting = blocked.some(({ gate }) => gate === 'evidence');
    expect(lookAt !== undefined && lookAt > now, 'evidence is looked for').toBe(isWanting);
    if (row.wakes === 'none') expect(wakeAt).toBeUndefined();
    else if (row.wakes !== '') expect(wakeAt! - now, 'wake-up').toBe(this.#timeOf(row.wakes, now) - now);
    else {
      const next = this.#rows[index + 1];
      // A row without an event checks its own time; before one with an event nothing is due.
      if (next === undefined || next.event !== '') expect(wakeAt, 'wake-up').toBeUndefined();
    }
  }

  #timeOf(expression: string, from: UnixSeconds, isNaming = false): UnixSeconds {
    const m = /^(?:([a-z]+): )?(?:@([a-z]+)(?: \+ )?)?(.*)$/.exec(expression)!;
    const [, name, base, rest] = m;
    const origin = base === undefined ? from : this.#times.get(base);
    if (origin === undefined) throw new TypeError(`"${expression}": there is no row ${base}`);
    const at = origin + (rest === '' ? 0 : evaluate(rest!, termsOf(this.#scene.policy)));
    if (isNaming && name !== undefined) this.#times.set(name, at);
    return at;
  }
}
