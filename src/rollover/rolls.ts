/** The rolls that are under way, and how far each has come. */
import { algorithmText } from '../keys/algorithms.ts';
import { parentSighting } from './evidence-gate.ts';
import { isEstablished } from './lifecycle.ts';
import { isIn, isWhollyHidden, type KeyId, OWNED_RECORDS, type RollKey } from './roll-key.ts';
import type { World } from './world.ts';

/** A key that comes, one that goes, or one that follows another. */
export interface Roll {
  /** `KSK roll 111 → 222`, `introduction of KSK 222`, `withdrawal of KSK 111`. */
  readonly name: string;
  readonly comes: KeyId | undefined;
  readonly goes: KeyId | undefined;
  /** Steps that are done, of all. */
  readonly done: number;
  readonly steps: number;
  /** What the next step waits for. */
  readonly waiting: string;
}

/** The rolls of a zone that are under way. */
export function rollsUnderWay(keys: readonly RollKey[], world: World): Roll[] {
  const comes = keys.filter((key) => key.goal === 'omnipresent' && !isEstablished(key));
  const goes = keys.filter((key) => key.goal === 'hidden' && !isWhollyHidden(key));
  const rolls: Roll[] = [];
  const paired = new Set<RollKey>();
  for (const old of goes) {
    const next = keys.find(({ id }) => id === old.successor) ?? loneSuccessor(old, goes, comes);
    if (next !== undefined) paired.add(next);
    rolls.push(describe(next, old, world));
  }
  for (const key of comes) if (!paired.has(key)) rolls.push(describe(key, undefined, world));
  return rolls;
}

/** In a change of algorithm no key names its successor: the only one that comes in the role of the only one that goes. */
function loneSuccessor(old: RollKey, goes: readonly RollKey[], comes: readonly RollKey[]): RollKey | undefined {
  const rivals = goes.filter(({ role, successor }) => role === old.role && successor === undefined);
  const next = comes.filter(({ role, predecessor }) => role === old.role && predecessor === undefined);
  return rivals.length === 1 && next.length === 1 ? next[0] : undefined;
}

/** A roll in one line: `KSK roll 111 → 222: waiting for the parent's DS, 3 of 5 steps`. */
export function rollText({ name, waiting, done, steps }: Roll): string {
  return `${name}: ${waiting}, ${done} of ${steps} steps`;
}

interface Step {
  readonly isDone: boolean;
  readonly waiting: string;
}

function describe(next: RollKey | undefined, old: RollKey | undefined, world: World): Roll {
  const steps = [
    ...(next === undefined ? [] : arrival(next, world)),
    ...(old === undefined ? [] : departure(old, next !== undefined, world)),
  ];
  const waiting = steps.find(({ isDone }) => !isDone)?.waiting ?? 'done';
  const done = steps.filter(({ isDone }) => isDone).length;
  return { name: nameRoll(next, old), comes: next?.id, goes: old?.id, done, steps: steps.length, waiting };
}

function nameRoll(next: RollKey | undefined, old: RollKey | undefined): string {
  if (next === undefined) return `withdrawal of ${old!.role.toUpperCase()} ${old!.keyTag}`;
  const role = next.role.toUpperCase();
  if (old === undefined) return `introduction of ${role} ${next.keyTag}`;
  const to = next.algorithm === old.algorithm ? '' : ` to ${algorithmText(next.algorithm)}`;
  return `${role} roll ${old.keyTag} → ${next.keyTag}${to}`;
}

function arrival(key: RollKey, world: World): Step[] {
  const { states, role } = key;
  const owns = (record: (typeof OWNED_RECORDS)[typeof role][number]) => OWNED_RECORDS[role].includes(record);
  const isKnown = states.dnskey === 'omnipresent' && (!owns('krrsig') || states.krrsig === 'omnipresent');
  const steps: Step[] = [
    { isDone: isIn(states.dnskey), waiting: 'waiting to publish the new key' },
    { isDone: isKnown, waiting: 'waiting until every cache knows the new key' },
  ];
  if (owns('zrrsig')) {
    steps.push(
      { isDone: isIn(states.zrrsig), waiting: 'waiting to sign with the new key' },
      { isDone: states.zrrsig === 'omnipresent', waiting: 'waiting until every cache has the new signatures' },
    );
  }
  if (owns('ds')) {
    const isAtParent = parentSighting(key, world)?.seen === 'present';
    const waiting = isAtParent ? 'waiting until every cache has the new DS' : "waiting for the parent's DS";
    steps.push(
      { isDone: isIn(states.ds), waiting: 'waiting to hand in the new DS' },
      { isDone: states.ds === 'omnipresent', waiting },
    );
  }
  return steps;
}

function departure(key: RollKey, isReplaced: boolean, world: World): Step[] {
  const { states, role } = key;
  const last: Step = { isDone: isWhollyHidden(key), waiting: 'waiting until no cache holds the old key any more' };
  if (isReplaced) return [last];
  if (role === 'zsk') return [{ isDone: !isIn(states.dnskey), waiting: 'waiting to take the key out' }, last];
  const isGone = parentSighting(key, world)?.seen === 'absent';
  const waiting = isGone ? 'waiting until no cache holds its DS any more' : 'waiting for its DS to leave the parent';
  return [
    { isDone: !isIn(states.ds), waiting: 'waiting to withdraw its DS' },
    { isDone: states.ds === 'hidden', waiting },
    last,
  ];
}
