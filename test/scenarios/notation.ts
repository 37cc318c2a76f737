/** Keys, decisions and blockers as short text, for tables. */
import type { RecordState, StatefulRecord } from '../../src/keys/state-file.ts';
import { ALL_HIDDEN, isIn, isUnused, type RecordStates, type RollKey } from '../../src/rollover/roll-key.ts';
import type { Action, Blocked, Decision, StepResult } from '../../src/rollover/step-result.ts';

const RECORDS: readonly StatefulRecord[] = ['dnskey', 'krrsig', 'zrrsig', 'ds'];
const LETTERS: Readonly<Record<RecordState, string>> = {
  hidden: '.',
  rumoured: 'R',
  omnipresent: 'O',
  unretentive: 'U',
};

/** `OO.R`: the states of DNSKEY, KRRSIG, ZRRSIG and DS; a dot is hidden. */
export function statesText(states: RecordStates): string {
  return RECORDS.map((record) => LETTERS[states[record]]).join('');
}

/** The states that a text like `OO.R` stands for. */
export function parseStates(text: string): RecordStates {
  const states = [...text].map((letter) => {
    const found = (Object.keys(LETTERS) as RecordState[]).find((state) => LETTERS[state] === letter);
    if (found === undefined) throw new TypeError(`"${text}": ${letter} is no state`);
    return found;
  });
  if (states.length !== RECORDS.length) throw new TypeError(`"${text}" is not four states`);
  return { ...ALL_HIDDEN, ...Object.fromEntries(RECORDS.map((record, index) => [record, states[index]])) };
}

/**
 * `ksk1 OO.O zsk1- O.U.`: the keys that play a part, by name; a minus marks those that are to go. Keys that were never
 * used, and those that have gone for good, are left out.
 */
export function keysText(keys: readonly RollKey[]): string {
  return keys
    .filter((key) => !isUnused(key) && key.removed === undefined)
    .map(({ id, goal, states }) => `${id}${goal === 'hidden' ? '-' : ''} ${statesText(states)}`)
    .sort()
    .join(' ');
}

/** `ksk1 zsk1`: the keys of which a record is in, by name; `-` for none. */
export function inText(keys: readonly RollKey[], record: StatefulRecord): string {
  return list(keys.filter(({ states }) => isIn(states[record])).map(({ id }) => id));
}

/** `ksk1`: what the parent is to hold; `none` where it is to hold nothing, `-` where nothing is asked for. */
export function dsText({ ds }: StepResult): string {
  return ds.remove ? ['none', ...ds.keys].join(' ') : list(ds.keys);
}

/** `make zsk 13 after zsk1, purge zsk0`; `-` for none. */
export function actionsText(actions: readonly Action[]): string {
  const texts = actions.map((action) => {
    if (action.kind === 'purge') return `purge ${action.key}`;
    const { role, algorithm, bits, after } = action;
    const size = bits === undefined ? '' : `/${bits}`;
    return `make ${role} ${algorithm}${size}${after === undefined ? '' : ` after ${after}`}`;
  });
  return texts.length === 0 ? '-' : texts.join(', ');
}

/** `evidence zsk2 dnskey O (192.0.2.53: no answer)`, with the state that is barred. */
export function blockedText({ gate, key, record, to, who }: Blocked): string {
  const what = [key, record, to === undefined ? undefined : LETTERS[to]].filter((word) => word !== undefined);
  return `${[gate, ...what].join(' ')}${who.length === 0 ? '' : ` (${who.join('; ')})`}`;
}

/** Decisions as words, for messages and for comparisons. */
export function decisionText(decision: Decision): string {
  if (decision.kind !== 'move') return `${decision.kind} ${decision.key}`;
  return `${decision.key} ${decision.record} ${LETTERS[decision.from]}>${LETTERS[decision.to]}`;
}

function list(ids: readonly string[]): string {
  return ids.length === 0 ? '-' : [...ids].sort().join(' ');
}
