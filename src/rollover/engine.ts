/**
 * The rollover engine: from policy, keys and what was seen of the world to the next states. Pure, and iterated until
 * nothing moves, so that a second step at the same instant decides nothing.
 *
 * The model is that of "Flexible and Robust Key Rollover in DNSSEC" (Schaeffer, Overeinder, Mekking). What a roll is,
 * a ZSK's or a KSK's, of an algorithm or of the kind of keys, follows from goals and gates; there is no code for each.
 */
import type { UnixSeconds } from '../base/time.ts';
import type { RecordState, StatefulRecord } from '../keys/state-file.ts';
import { findEvidence } from './evidence-gate.ts';
import { turnKeys } from './lifecycle.ts';
import { isInOrder, staysSigned } from './order-gate.ts';
import type { Policy } from './policy.ts';
import { isIn, isUnused, isWhollyHidden, type KeyId, OWNED_RECORDS, type RollKey } from './roll-key.ts';
import { isSafe, type Transition } from './safety-gate.ts';
import type { Action, Blocked, Decision, Gate, StepResult, WantedDs } from './step-result.ts';
import { opensAt } from './time-gate.ts';
import type { World } from './world.ts';

/** How soon something that was not seen yet is looked for again, in seconds. */
export const LOOK_AGAIN = 3600;

/**
 * One step: every turn and every move that is due now, until there is none. What moved may be what a turn waited for (a
 * key that is established now, a zone that is not frozen any more), so both are repeated together.
 *
 * @param keys   all keys of the zone, in any order
 * @param now    not before any `since` of the world
 */
export function step(policy: Policy, keys: readonly RollKey[], world: World, now: UnixSeconds): StepResult {
  const decisions: Decision[] = [];
  for (let current = keys; ; ) {
    const result = turnAndMove(policy, current, world, now);
    decisions.push(...result.decisions);
    if (result.decisions.length === 0) return { ...result, decisions };
    current = result.keys;
  }
}

function turnAndMove(policy: Policy, keys: readonly RollKey[], world: World, now: UnixSeconds): StepResult {
  const given = giveUpLost(keys, now);
  const frozen = findFreeze(keys);
  const troubles = listTroubles(keys, world);
  const mayTurn = frozen === undefined && troubles.length === 0;
  const turns = mayTurn ? turnKeys(policy, given.keys, now) : undefined;
  const passage = new Passage(policy, turns?.keys ?? given.keys, world, now, troubles, frozen !== undefined);
  passage.run();
  const { blocked } = passage;
  for (const key of turns?.overdue ?? []) blocked.push(block('order', key));
  if (troubles.length > 0) blocked.push(block('files', undefined, troubles));
  const purges = mayTurn ? listPurges(passage.keys, policy, now) : NO_PURGES;
  const times = [turns?.wakeAt, passage.wakeAt, purges.wakeAt].filter((time) => time !== undefined);
  return {
    keys: passage.keys,
    decisions: [...given.decisions, ...(turns?.decisions ?? []), ...passage.decisions],
    actions: [...(turns?.actions ?? []), ...purges.actions],
    ds: wantedDs(policy, passage.keys),
    frozen,
    wakeAt: times.length === 0 ? undefined : Math.min(...times),
    lookAt: passage.lookAt,
    blocked: blocked.sort((a, b) => RANK.indexOf(a.gate) - RANK.indexOf(b.gate)),
  };
}

/** Blockers that a person can do something about first. */
const RANK: readonly Gate[] = ['files', 'manual', 'evidence', 'time', 'safety', 'order'];

function block(gate: Gate, key: KeyId | undefined, who: readonly string[] = []): Blocked {
  return { gate, key, record: undefined, to: undefined, until: undefined, who };
}

/** A key whose private half was given up has nothing left to do but to go. */
function giveUpLost(
  keys: readonly RollKey[],
  now: UnixSeconds,
): { readonly keys: readonly RollKey[]; readonly decisions: readonly Decision[] } {
  const given = keys.filter(({ fate, goal }) => fate === 'lost' && goal === 'omnipresent').map(({ id }) => id);
  return {
    keys: keys.map((key) => (given.includes(key.id) ? { ...key, goal: 'hidden', retired: now } : key)),
    decisions: given.map((key) => ({ kind: 'retired', key })),
  };
}

/**
 * A lost key that signs the DNSKEY RRset can't sign it again: the RRset stays as it is, with the signature that it has,
 * until no cache holds the key's DS.
 */
function findFreeze(keys: readonly RollKey[]): string | undefined {
  const lost = keys.find(({ fate, states }) => fate === 'lost' && states.ds !== 'hidden');
  if (lost === undefined) return undefined;
  return `${lost.name} is lost, and its DS has not left the parent and all caches yet`;
}

/** What is wrong with key files, so that nothing may be withdrawn and no key made. */
function listTroubles(keys: readonly RollKey[], world: World): readonly string[] {
  const own = keys
    .filter((key) => key.files !== 'whole' && key.fate !== 'lost' && key.removed === undefined)
    .map(({ name, files }) => `${name}.private is ${files}`);
  return [...world.trouble, ...own];
}

/** What the parent is to hold: the keys whose DS is to be there, or nothing at all where the zone goes insecure. */
function wantedDs(policy: Policy, keys: readonly RollKey[]): WantedDs {
  const wanted = keys.filter(({ states }) => isIn(states.ds)).map(({ id }) => id);
  const isGoing = keys.some(({ states }) => states.ds === 'unretentive');
  return { keys: wanted, remove: wanted.length === 0 && isGoing && mayLoseDs(policy, keys) };
}

function mayLoseDs(policy: Policy, keys: readonly RollKey[]): boolean {
  return policy.keys.kind === 'none' || keys.some(({ fate, states }) => fate === 'lost' && states.ds !== 'hidden');
}

interface Purges {
  readonly actions: readonly Action[];
  readonly wakeAt: UnixSeconds | undefined;
}

const NO_PURGES: Purges = { actions: [], wakeAt: undefined };

function listPurges(keys: readonly RollKey[], { timing }: Policy, now: UnixSeconds): Purges {
  const due = keys.flatMap(({ id, removed }) =>
    removed === undefined ? [] : [{ id, at: removed + timing.purgeKeys }],
  );
  const later = due.filter(({ at }) => at > now).map(({ at }) => at);
  return {
    actions: due.filter(({ at }) => at <= now).map(({ id }) => ({ kind: 'purge', key: id })),
    wakeAt: later.length === 0 ? undefined : Math.min(...later),
  };
}

/**
 * Where a record may go next, by its state and the goal of its key: first where the goal wants it; where that may not be,
 * on to what caches come to by themselves. So what turns round in the middle of an exchange lets that end first.
 */
function nextStates(state: RecordState, goal: RollKey['goal']): readonly RecordState[] {
  const isWanted = goal === 'omnipresent';
  switch (state) {
    case 'hidden':
      return isWanted ? ['rumoured'] : [];
    case 'unretentive':
      return isWanted ? ['rumoured', 'hidden'] : ['hidden'];
    case 'rumoured':
      return isWanted ? ['omnipresent'] : ['unretentive', 'omnipresent'];
    case 'omnipresent':
      return isWanted ? [] : ['unretentive'];
  }
}

type Verdict = { readonly passes: true } | { readonly passes: false; readonly blocked: Blocked };

/** One round of moves. */
class Passage {
  keys: readonly RollKey[];
  readonly decisions: Decision[] = [];
  readonly blocked: Blocked[] = [];
  wakeAt: UnixSeconds | undefined;
  lookAt: UnixSeconds | undefined;
  readonly #policy: Policy;
  readonly #world: World;
  readonly #now: UnixSeconds;
  readonly #troubles: readonly string[];
  readonly #isFrozen: boolean;

  constructor(
    policy: Policy,
    keys: readonly RollKey[],
    world: World,
    now: UnixSeconds,
    troubles: readonly string[],
    isFrozen: boolean,
  ) {
    this.#policy = policy;
    this.keys = keys;
    this.#world = world;
    this.#now = now;
    this.#troubles = troubles;
    this.#isFrozen = isFrozen;
  }

  /** One round: what moves may open a gate for what stood before it, and the next round sees to that. */
  run(): void {
    for (const transition of this.#wishes()) {
      const verdict = this.#judge(transition);
      if (verdict.passes) this.#move(transition);
      else this.#note(verdict.blocked);
    }
    this.#markRemoved();
  }

  /** The moves that goals ask for; each as things are when it is its turn. */
  *#wishes(): Generator<Transition> {
    for (const { id, role } of this.keys) {
      for (const record of OWNED_RECORDS[role]) {
        const key = this.#get(id);
        if (isUnused(key)) continue;
        for (const to of nextStates(key.states[record], key.goal)) {
          // A zone that is frozen is not signed: what lies in it neither comes nor goes, and is observed.
          if (this.#isFrozen && record !== 'ds' && (to === 'rumoured' || to === 'unretentive')) continue;
          yield { key, record, to };
          if (this.#get(id) !== key) break;
        }
      }
    }
  }

  #get(id: KeyId): RollKey {
    return this.keys.find((key) => key.id === id)!;
  }

  #judge(transition: Transition): Verdict {
    const { key, record, to } = transition;
    const stop = (gate: Gate, who: readonly string[] = [], until?: UnixSeconds): Verdict => ({
      passes: false,
      blocked: { gate, key: key.id, record, to, until, who },
    });
    if (this.#troubles.length > 0 && to === 'unretentive') return stop('files', this.#troubles);
    if (to === 'rumoured' && record !== 'dnskey' && isUnfit(key)) return stop('files', this.#troubles);
    if (!isInOrder(this.keys, transition, this.#policy.rollover)) return stop('order');
    if (!this.#isSafe(transition)) return stop('safety');
    if (to === 'rumoured' || to === 'unretentive') {
      const waits = this.#policy.rollover.mode === 'manual' && !this.#world.approved;
      return waits ? stop('manual') : { passes: true };
    }
    const evidence = findEvidence(transition, this.#world);
    if (!evidence.isGiven) return stop('evidence', evidence.who);
    const opens = opensAt(transition, evidence, this.#world.ttls, this.#policy.timing);
    return opens <= this.#now ? { passes: true } : stop('time', [], opens);
  }

  /** What a lost key can't do any more is withdrawn though it breaks a rule: it is broken already. */
  #isSafe(transition: Transition): boolean {
    const { key, record, to } = transition;
    if (key.fate === 'lost' && record === 'zrrsig' && to === 'unretentive' && this.#isReplaced(key)) return true;
    return (
      isSafe(this.keys, transition, mayLoseDs(this.#policy, this.keys)) &&
      staysSigned(this.keys, transition, this.#policy.rollover)
    );
  }

  #isReplaced(lost: RollKey): boolean {
    const { algorithm } = lost;
    return this.keys.some((key) => key.algorithm === algorithm && key.fate !== 'lost' && isIn(key.states.zrrsig));
  }

  #move({ key, record, to }: Transition): void {
    const now = this.#now;
    const change = {
      states: { ...key.states, [record]: to },
      changes: { ...key.changes, [record]: now },
      ...(key.active === undefined && to === 'rumoured' && isActivation(key, record) ? { active: now } : {}),
    };
    this.keys = this.keys.map((other) => (other.id === key.id ? { ...other, ...change } : other));
    this.decisions.push({ kind: 'move', key: key.id, record, from: key.states[record], to });
  }

  #note(blocked: Blocked): void {
    this.blocked.push(blocked);
    const { gate, until, key, record } = blocked;
    if (gate === 'time' && until !== undefined) this.wakeAt = Math.min(this.wakeAt ?? until, until);
    if (gate !== 'evidence' || key === undefined) return;
    const at = this.#nextLook(key, record);
    this.lookAt = Math.min(this.lookAt ?? at, at);
  }

  /** Servers are asked when the zone has had time to reach them, then again and again. */
  #nextLook(id: string, record: StatefulRecord | undefined): UnixSeconds {
    const key = this.#get(id);
    const first = record === undefined || record === 'ds' ? 0 : (key.changes[record] ?? 0);
    const reached = first + this.#policy.timing.zonePropagation;
    return reached > this.#now ? reached : this.#now + LOOK_AGAIN;
  }

  #markRemoved(): void {
    for (const key of this.keys) {
      if (key.goal === 'omnipresent' || key.removed !== undefined || isUnused(key) || !isWhollyHidden(key)) continue;
      this.keys = this.keys.map((other) => (other.id === key.id ? { ...other, removed: this.#now } : other));
      this.decisions.push({ kind: 'removed', key: key.id });
    }
  }
}

/** Whether the key can't sign: then it takes up no work, and nobody is told to rely on it. */
function isUnfit({ files, fate }: RollKey): boolean {
  return files !== 'whole' && fate !== 'lost';
}

/** What a key takes up its work with: a ZSK or CSK with signing the zone, a KSK with its DS. */
function isActivation({ role }: RollKey, record: StatefulRecord): boolean {
  return record === (role === 'ksk' ? 'ds' : 'zrrsig');
}
