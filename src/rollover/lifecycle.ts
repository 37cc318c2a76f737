/** When keys come and go: which keys the policy wants, who is to be replaced, and by whom. */
import type { Seconds, UnixSeconds } from '../base/time.ts';
import type { KeyRole } from '../keys/key.ts';
import { publicationInterval } from './intervals.ts';
import type { KeyPolicy, Policy } from './policy.ts';
import { isUnused, isWhollyHidden, type KeyId, OWNED_RECORDS, type RollKey } from './roll-key.ts';
import type { Action, KeyTurn } from './step-result.ts';

/** A key that the policy wants to be there. */
interface WantedKey extends KeyPolicy {
  readonly role: KeyRole;
}

/** What became of the keys' goals, and what is needed for more. */
export interface Turns {
  readonly keys: readonly RollKey[];
  readonly decisions: readonly KeyTurn[];
  readonly actions: readonly Action[];
  /** When the next key is to be introduced. */
  readonly wakeAt: UnixSeconds | undefined;
  /** Keys whose time is over, but whose own introduction is not through yet. */
  readonly overdue: readonly KeyId[];
}

/**
 * Sets the goals of the keys as policy and time ask for.
 *
 * A successor comes when `retirement - Ipub` is reached, where retirement is activation + lifetime: an unused key that
 * is there already, else one that is to be made. A key that the policy does not want goes when those that it wants are
 * there; a key that was on its way out, and is wanted again before it is gone, comes back.
 */
export function turnKeys(policy: Policy, keys: readonly RollKey[], now: UnixSeconds): Turns {
  const turning = new Turning(keys, now);
  const wanted = wantedKeys(policy);
  const current = wanted.map((want) => turning.settle(want, publicationInterval(policy.timing)));
  if (current.every((key) => key !== undefined)) turning.retireAllBut(current);
  return turning;
}

function wantedKeys({ keys }: Policy): readonly WantedKey[] {
  switch (keys.kind) {
    case 'pair':
      return [
        { role: 'ksk', ...keys.ksk },
        { role: 'zsk', ...keys.zsk },
      ];
    case 'csk':
      return [{ role: 'csk', ...keys.csk }];
    case 'none':
      return [];
  }
}

/** Whether the policy wants a key of this role and algorithm. */
export function isWanted(policy: Policy, key: RollKey): boolean {
  return wantedKeys(policy).some((want) => isOfKind(key, want));
}

/** When a key's work is over; undefined: not before somebody rolls it. */
export function retirementOf({ active, lifetime, rollAt }: RollKey): UnixSeconds | undefined {
  if (rollAt !== undefined) return rollAt;
  return active === undefined || lifetime === undefined ? undefined : active + lifetime;
}

/** Whether all that the key owns has reached every cache. */
export function isEstablished({ role, states }: RollKey): boolean {
  return OWNED_RECORDS[role].every((record) => states[record] === 'omnipresent');
}

class Turning implements Turns {
  readonly decisions: KeyTurn[] = [];
  readonly actions: Action[] = [];
  readonly overdue: KeyId[] = [];
  wakeAt: UnixSeconds | undefined;
  readonly #now: UnixSeconds;
  #keys: RollKey[];

  constructor(keys: readonly RollKey[], now: UnixSeconds) {
    this.#keys = [...keys];
    this.#now = now;
  }

  get keys(): readonly RollKey[] {
    return this.#keys;
  }

  /** Finds, brings back, introduces or asks for the key of a role. @returns undefined while there is none */
  settle(want: WantedKey, lead: Seconds): KeyId | undefined {
    const candidates = this.#keys.filter((key) => isOfKind(key, want) && key.fate !== 'lost');
    const standing = newest(candidates.filter((key) => key.goal === 'omnipresent'));
    if (standing === undefined) return this.#findFirst(want, candidates);
    if (standing.lifetime !== want.lifetime) this.#change(standing.id, { lifetime: want.lifetime });
    return this.#succeed(this.#get(standing.id), want, lead);
  }

  /** Lets all other keys go. */
  retireAllBut(wanted: readonly (KeyId | undefined)[]): void {
    for (const key of this.#keys) if (key.goal === 'omnipresent' && !wanted.includes(key.id)) this.#retire(key);
  }

  #findFirst(want: WantedKey, candidates: readonly RollKey[]): KeyId | undefined {
    const leaving = newest(candidates.filter((key) => this.#mayReturn(key)));
    if (leaving !== undefined) {
      this.#change(leaving.id, { goal: 'omnipresent', lifetime: want.lifetime, retired: undefined, rollAt: undefined });
      this.decisions.push({ kind: 'revived', key: leaving.id });
      return leaving.id;
    }
    const lost = newest(this.#keys.filter((key) => isOfKind(key, want) && key.fate === 'lost' && !isWhollyHidden(key)));
    return this.#introduce(want, candidates, lost);
  }

  /** A key on its way out may come back while its DNSKEY is still seen, unless others have it, or it was replaced. */
  #mayReturn(key: RollKey): boolean {
    if (key.goal === 'omnipresent' || key.fate !== 'none' || key.states.dnskey === 'hidden') return false;
    const successor = this.#keys.find(({ id }) => id === key.successor);
    return successor === undefined || successor.goal === 'hidden';
  }

  #succeed(key: RollKey, want: WantedKey, lead: Seconds): KeyId | undefined {
    const retirement = retirementOf(key);
    if (retirement === undefined) return key.id;
    const due = retirement - lead;
    if (this.#now < due) {
      this.wakeAt = Math.min(this.wakeAt ?? due, due);
      return key.id;
    }
    if (key.rollAt === undefined && !isEstablished(key)) {
      // One roll after the other: a roll that does not get through must not pile up keys.
      this.overdue.push(key.id);
      return key.id;
    }
    const candidates = this.#keys.filter((other) => isOfKind(other, want));
    return this.#introduce(want, candidates, key) ?? key.id;
  }

  #introduce(want: WantedKey, candidates: readonly RollKey[], before: RollKey | undefined): KeyId | undefined {
    const next = candidates.find((key) => isUnused(key) && key.files === 'whole');
    if (next === undefined) {
      const { role, algorithm, bits } = want;
      this.actions.push({ kind: 'make', role, algorithm, bits, after: before?.id });
      return undefined;
    }
    this.#change(next.id, { goal: 'omnipresent', lifetime: want.lifetime, predecessor: before?.id });
    this.decisions.push({ kind: 'introduced', key: next.id, ...(before === undefined ? {} : { after: before.id }) });
    if (before !== undefined) {
      this.#change(before.id, { successor: next.id });
      if (before.goal === 'omnipresent') this.#retire(before);
    }
    return next.id;
  }

  #retire({ id }: RollKey): void {
    this.#change(id, { goal: 'hidden', retired: this.#now });
    this.decisions.push({ kind: 'retired', key: id });
  }

  #get(id: KeyId): RollKey {
    return this.#keys.find((key) => key.id === id)!;
  }

  #change(id: KeyId, change: Partial<RollKey>): void {
    this.#keys = this.#keys.map((key) => (key.id === id ? { ...key, ...change } : key));
  }
}

/** Size aside: a policy that asks for another one gets it with the next key, not by a roll of its own. */
function isOfKind(key: RollKey, { role, algorithm }: WantedKey): boolean {
  return key.role === role && key.algorithm === algorithm;
}

/** The key that came last. */
function newest(keys: readonly RollKey[]): RollKey | undefined {
  const time = ({ active, created }: RollKey) => active ?? created ?? 0;
  return keys.reduce<RollKey | undefined>((last, key) => {
    if (last === undefined || key.predecessor === last.id) return key;
    if (last.predecessor === key.id) return last;
    return time(key) > time(last) ? key : last;
  }, undefined);
}
