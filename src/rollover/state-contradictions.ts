/** What cannot be in the `.state` files of a zone's keys. */
import { DnssecError } from '../base/errors.ts';
import type { ZoneKey } from '../keys/key.ts';
import type { StatefulRecord } from '../keys/state-file.ts';
import { stateRole } from './adoption-roles.ts';
import { isIn, OWNED_RECORDS } from './roll-key.ts';

/** A contradiction: the file, without its ending, and the lines that make it. */
export interface StateFault {
  readonly name: string;
  readonly message: string;
}

/** The tags of a state file's lines. */
export const STATE_TAG: Readonly<Record<StatefulRecord | 'goal', string>> = {
  dnskey: 'DNSKEYState',
  krrsig: 'KRRSIGState',
  zrrsig: 'ZRRSIGState',
  ds: 'DSState',
  goal: 'GoalState',
};

/** What is wrong with the states of single keys. */
export function keyFaults(key: ZoneKey): StateFault[] {
  const { state, name } = key;
  if (state === undefined) return [];
  const { states } = state;
  const messages: string[] = [];
  const line = (record: StatefulRecord | 'goal') => `"${STATE_TAG[record]}: ${states[record]}"`;
  if (state.algorithm !== undefined && state.algorithm !== key.algorithm) {
    messages.push(`"Algorithm: ${state.algorithm}" is not that of the key, ${key.algorithm}`);
  }
  if (state.isKsk === false && state.isZsk === false) {
    messages.push('"KSK: no" and "ZSK: no": the key would be for nothing');
  } else {
    const role = stateRole(key);
    for (const record of ['krrsig', 'zrrsig', 'ds'] as const) {
      const value = states[record];
      if (value === undefined || value === 'hidden' || OWNED_RECORDS[role].includes(record)) continue;
      messages.push(`${line(record)} is of no ${role.toUpperCase()}, which the key is by ${roleSource(key)}`);
    }
  }
  if (states.goal === 'rumoured' || states.goal === 'unretentive') {
    messages.push(`${line('goal')} is no goal: that is omnipresent or hidden`);
  }
  if (states.ds !== undefined && isIn(states.ds) && states.dnskey === 'hidden') {
    messages.push(`${line('ds')} contradicts ${line('dnskey')}: nobody could validate through that DS`);
  }
  for (const side of ['predecessor', 'successor'] as const) {
    const told = state[side];
    if (told === undefined || key[side] === undefined || told === key[side]) continue;
    const tag = side === 'predecessor' ? 'Predecessor' : 'Successor';
    messages.push(`"${tag}: ${told}" contradicts "${tag}: ${key[side]}" in ${name}.private`);
  }
  return messages.map((message) => ({ name, message }));
}

function roleSource({ state }: ZoneKey): string {
  const lines = [
    state?.isKsk === undefined ? '' : `"KSK: ${state.isKsk ? 'yes' : 'no'}"`,
    state?.isZsk === undefined ? '' : `"ZSK: ${state.isZsk ? 'yes' : 'no'}"`,
  ].filter((text) => text !== '');
  return lines.length === 2 ? lines.join(' and ') : 'its flags';
}

/**
 * Ends where there are contradictions, with all of them.
 *
 * @throws DnssecError STATE_INVALID
 */
export function requireNoFaults(faults: readonly StateFault[]): void {
  const [first, ...others] = faults.map(({ name, message }) => `${name}.state: ${message}`);
  if (first === undefined) return;
  throw new DnssecError('STATE_INVALID', first, {
    hint: 'Correct the lines ("dnssec-settime -s" sets single states), or take the .state files away: the states are then concluded anew.',
    diagnostics: others.map((message) => ({ severity: 'error', message })),
  });
}
