/** Why something that is wanted does not happen yet: the blocker, who disagrees, and the earliest next move, in words. */
import type { UnixSeconds } from '../base/time.ts';
import type { StatefulRecord } from '../keys/state-file.ts';
import { parentSighting } from './evidence-gate.ts';
import { phraseOf } from './key-labels.ts';
import type { Prospect } from './outlook.ts';
import { replaceLost, restoreFiles, tellDsGone } from './remedies.ts';
import type { KeyId } from './roll-key.ts';
import type { Blocked, Gate } from './step-result.ts';
import { CONCERNS, cleanList, type Explanation, earliest, Wait } from './wait-words.ts';

/** A blocker in words. */
export interface Sentence extends Explanation {
  readonly gate: Gate;
  readonly key: KeyId | undefined;
  readonly record: StatefulRecord | undefined;
  /** The earliest next move; undefined where it is not foreseen. */
  readonly next: UnixSeconds | undefined;
}

/** All blockers of a zone in words, the worst first; what follows from others is left out. */
export function explainBlocks(prospect: Prospect): Sentence[] {
  const { forecast } = prospect;
  const { frozen } = prospect.present;
  const causes = forecast.blocked.filter(({ gate }) => gate !== 'safety' && gate !== 'order');
  const blocked = causes.length > 0 || frozen !== undefined ? causes : forecast.blocked;
  const sentences = blocked.map((block) => explainBlock(block, prospect));
  if (frozen !== undefined) sentences.unshift(explainFreeze(frozen, prospect));
  const rank = ({ concern }: Sentence) => CONCERNS.indexOf(concern);
  const sorted = sentences.sort((a, b) => rank(a) - rank(b) || (a.next ?? Infinity) - (b.next ?? Infinity));
  const twins = prospect.present.keys.flatMap(({ id, successor }) =>
    successor === undefined ? [] : [[id, successor]],
  );
  return sorted.filter((one) => !sorted.some((other) => other !== one && isSaidBy(one, other, twins)));
}

/**
 * Whether another sentence says it too: the DNSKEY of a key and its signature over the keys come and go together, and
 * so do the DS of two keys of one roll.
 */
function isSaidBy(one: Sentence, other: Sentence, rolls: readonly (readonly KeyId[])[]): boolean {
  if (one.gate !== other.gate || one.concern !== other.concern) return false;
  if (one.record === 'krrsig' && other.record === 'dnskey') return one.key === other.key && one.next === other.next;
  if (one.record !== 'ds' || other.record !== 'ds') return false;
  return rolls.some(([old, next]) => one.key === old && other.key === next);
}

/** A blocker in words. */
export function explainBlock(blocked: Blocked, prospect: Prospect): Sentence {
  const { gate, key: id, record, to, who } = blocked;
  const key = prospect.present.keys.find((other) => other.id === id);
  const base = { gate, key: id, record, next: nextMove(blocked, prospect) };
  if (gate === 'files') return { ...base, ...explainFiles(who, prospect) };
  if (key === undefined || record === undefined || to === undefined)
    return { ...base, ...explainOverdue(id, base.next, prospect) };
  const wait = new Wait(key, record, to, base.next, prospect);
  switch (gate) {
    case 'manual':
      return { ...base, ...wait.forWord() };
    case 'time':
      return { ...base, ...wait.forCaches() };
    case 'evidence':
      return { ...base, ...wait.forEvidence(who) };
    default:
      return { ...base, ...wait.forTurn(gate) };
  }
}

/** When a blocked move is made at the earliest: when its time comes, else as the forecast has it. */
function nextMove({ until, key, record, to }: Blocked, { forecast }: Prospect): UnixSeconds | undefined {
  if (until !== undefined) return until;
  const event = forecast.events.find((one) => {
    if (one.kind !== 'decision' || key === undefined) return false;
    const { decision } = one;
    if (record === undefined) return decision.kind === 'introduced' && decision.after === key;
    return decision.kind === 'move' && decision.key === key && decision.record === record && decision.to === to;
  });
  return event?.at;
}

function explainFiles(who: readonly string[], { zone }: Prospect): Explanation {
  const causes = who.filter((one) => !who.some((other) => other !== one && other.includes(fileIn(one))));
  const isAllTold = causes.every((cause) => cause.includes('"'));
  const hint = `Restore the files from a backup with ${restoreFiles(zone)}; if a private key is lost for good, replace it with ${replaceLost(zone)}.`;
  return {
    concern: 'files',
    text: `no key of ${zone} is made or withdrawn until the key files are in order: ${cleanList(causes)}`,
    // Whoever quotes a command has said what to do.
    hint: isAllTold ? undefined : hint,
  };
}

/** The file that a trouble begins with, as another may tell of it too, with more words. */
function fileIn(trouble: string): string {
  return trouble.split(' ')[0]!;
}

function explainFreeze(frozen: string, prospect: Prospect): Sentence {
  const { zone, present, world } = prospect;
  const lost = present.keys.find(({ fate, states }) => fate === 'lost' && states.ds !== 'hidden');
  const blocked: Blocked = { gate: 'evidence', key: lost?.id, record: 'ds', to: 'hidden', until: undefined, who: [] };
  const next = nextMove(blocked, prospect);
  const isAsked = world.parent !== 'off' || lost === undefined || parentSighting(lost, world)?.seen === 'absent';
  const word = isAsked
    ? ''
    : ` When no server of the parent shows it any more, say ${tellDsGone(zone, String(lost.keyTag))}.`;
  return {
    ...{ gate: 'files', key: lost?.id, record: 'ds', concern: 'files', next },
    text: `${zone} must not be signed anew: ${frozen}${earliest(next, prospect.now)}`,
    hint: `Leave the signed zone as it is, and see to it that the DS leaves the parent.${word}`,
  };
}

function explainOverdue(id: KeyId | undefined, next: UnixSeconds | undefined, { labels, now }: Prospect): Explanation {
  const name = id === undefined ? 'a key' : phraseOf(labels, id);
  return {
    concern: next === undefined ? 'stuck' : 'time',
    text: `the successor of ${name} waits until ${name} itself is in use everywhere${earliest(next, now)}`,
    hint: undefined,
  };
}
