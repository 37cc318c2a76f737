/** Whether the world gets on: which rolls begin and end, and how long anything may take. */
import { isEstablished } from '../../src/rollover/lifecycle.ts';
import type { Policy } from '../../src/rollover/policy.ts';
import { isUnused, isWhollyHidden, type KeyId, type RollKey } from '../../src/rollover/roll-key.ts';
import type { Decision } from '../../src/rollover/step-result.ts';
import { DAY, HOUR, type Setting } from './setting.ts';

/** What rolls are counted as. */
export const ROLL_KINDS = ['first', 'zsk', 'ksk', 'csk', 'algorithm', 'kind', 'insecure'] as const;
/** One of them: the keys of a new zone, one key by another of its kind, a change of algorithm, pair or CSK, and no keys. */
export type RollKind = (typeof ROLL_KINDS)[number];

/** How many rolls. */
export interface RollCount {
  begun: number;
  finished: number;
  /** Turned round, or overtaken by another. */
  abandoned: number;
}

interface Roll {
  readonly kind: RollKind;
  /** The key that comes; undefined where all go. */
  readonly key: KeyId | undefined;
  readonly after: KeyId | undefined;
  readonly since: number;
}

/** A person is back within this time, in fair weather. */
export const PERSON_AWAY = 4 * DAY;

/** The longest time that one wait may take in fair weather, by the largest TTLs that there ever were. */
export function longestWaits(
  { timing, rollover }: Policy,
  setting: Setting,
  ttls: { dnskey: number; zone: number; ds: number },
) {
  const poll = setting.schedule === 'hourly' ? HOUR : DAY + 2 * HOUR;
  const person = setting.registrar === 'person' ? 2 * PERSON_AWAY : 0;
  const approval = rollover.mode === 'manual' ? PERSON_AWAY : 0;
  // One look sees that it is there, and a later one that the wait from then is over.
  const turn = 2 * poll + approval;
  return {
    dnskey: ttls.dnskey + timing.zonePropagation + timing.publishSafety + turn,
    zone: ttls.zone + timing.zonePropagation + timing.retireSafety + turn,
    ds: 2 * timing.registrationDelay + ttls.ds + 2 * timing.parentPropagation + timing.retireSafety + person + turn,
    turn,
  };
}

type Waits = ReturnType<typeof longestWaits>;

function limitOf(kind: RollKind, { dnskey, zone, ds, turn }: Waits): number {
  switch (kind) {
    case 'zsk':
      return 2 * dnskey + zone + 2 * turn;
    case 'ksk':
      return 2 * dnskey + ds + 2 * turn;
    case 'csk':
    case 'first':
      return 2 * dnskey + zone + ds + 2 * turn;
    case 'algorithm':
    case 'kind':
    case 'insecure':
      return 2 * dnskey + 2 * zone + ds + 3 * turn;
  }
}

/** Watches the rolls of one world. */
export class Progress {
  readonly counts: Readonly<Record<RollKind, RollCount>> = {
    ...{ first: none(), zsk: none(), ksk: none(), csk: none(), algorithm: none(), kind: none(), insecure: none() },
  };
  #open: Roll[] = [];
  #lastChange = 0;
  #wasNone = false;

  /** A decision was made, or something happened that may hold the world up: waits are counted from now. */
  excuse(now: number): void {
    this.#lastChange = Math.max(this.#lastChange, now);
  }

  /** Enters the rolls that begin. */
  begin(now: number, decisions: readonly Decision[], keys: readonly RollKey[], policy: Policy): void {
    this.#lastChange = Math.max(this.#lastChange, now);
    for (const decision of decisions) {
      if (decision.kind !== 'introduced') continue;
      this.#enter({
        kind: kindOf(decision.key, decision.after, keys),
        key: decision.key,
        after: decision.after,
        since: now,
      });
    }
    const isNone = policy.keys.kind === 'none';
    if (isNone && !this.#wasNone) this.#enter({ kind: 'insecure', key: undefined, after: undefined, since: now });
    this.#wasNone = isNone;
  }

  /** Takes out the rolls that are through, or were given up. @returns those that took longer than they may */
  end(now: number, keys: readonly RollKey[], waits: Waits): readonly string[] {
    const late: string[] = [];
    this.#open = this.#open.filter((roll) => {
      const state = stateOf(roll, keys, this.#wasNone);
      if (state !== 'open') this.counts[roll.kind][state]++;
      if (now - roll.since > limitOf(roll.kind, waits) && state !== 'abandoned') {
        late.push(
          `the ${roll.kind} roll to ${roll.key ?? 'no keys'} takes ${((now - roll.since) / DAY).toFixed(1)} days`,
        );
        return false;
      }
      return state === 'open';
    });
    return late;
  }

  /** What has not moved for longer than any wait takes. */
  findStuck(now: number, keys: readonly RollKey[], waits: Waits): string | undefined {
    if (now - this.#lastChange <= Math.max(waits.dnskey, waits.zone, waits.ds) + 2 * waits.turn) return undefined;
    const key = keys.find((other) => isInTransit(other));
    if (key === undefined) return undefined;
    this.#lastChange = now;
    const { dnskey, krrsig, zrrsig, ds } = key.states;
    return `${key.id} (goal ${key.goal}) stays at DNSKEY ${dnskey}, KRRSIG ${krrsig}, ZRRSIG ${zrrsig}, DS ${ds}`;
  }

  #enter(roll: Roll): void {
    this.counts[roll.kind].begun++;
    this.#open.push(roll);
  }
}

function none(): RollCount {
  return { begun: 0, finished: 0, abandoned: 0 };
}

/** Whether a key is on its way. */
export function isInTransit(key: RollKey): boolean {
  return key.goal === 'omnipresent' ? !isEstablished(key) : !isUnused(key) && !isWhollyHidden(key);
}

function kindOf(id: KeyId, after: KeyId | undefined, keys: readonly RollKey[]): RollKind {
  const key = keys.find((other) => other.id === id)!;
  if (after !== undefined) return key.role;
  const others = keys.filter((other) => other.id !== id && !isWhollyHidden(other));
  if (others.some(({ algorithm }) => algorithm !== key.algorithm)) return 'algorithm';
  return others.some(({ role }) => (role === 'csk') !== (key.role === 'csk')) ? 'kind' : 'first';
}

function stateOf({ key, after }: Roll, keys: readonly RollKey[], isNone: boolean): 'open' | 'finished' | 'abandoned' {
  const isGone = (other: RollKey) => !isInTransit(other) || other.goal === 'omnipresent';
  if (key === undefined) {
    if (!isNone) return 'abandoned';
    return keys.every(isGone) ? 'finished' : 'open';
  }
  const coming = keys.find(({ id }) => id === key);
  if (coming === undefined || coming.goal === 'hidden') return 'abandoned';
  if (!isEstablished(coming)) return 'open';
  const before = keys.filter(({ id }) => after === undefined || id === after);
  return before.every(isGone) ? 'finished' : 'open';
}
