/** What the engine will do, and when: the same steps, under a simulated clock and in a world where all goes well. */
import type { UnixSeconds } from '../base/time.ts';
import { step } from './engine.ts';
import { parentSighting } from './evidence-gate.ts';
import type { Policy } from './policy.ts';
import { ALL_HIDDEN, isIn, type KeyId, OWNED_RECORDS, type RollKey } from './roll-key.ts';
import type { Action, Blocked, Decision, WantedDs } from './step-result.ts';
import type { Sighting, Sightings, World, ZoneSightings } from './world.ts';

/** Something that will happen at a time. */
export type ForecastEvent =
  | { readonly at: UnixSeconds; readonly kind: 'decision'; readonly decision: Decision }
  /** A key is made; `key` is a stand-in for its identity. */
  | { readonly at: UnixSeconds; readonly kind: 'make'; readonly key: KeyId }
  | { readonly at: UnixSeconds; readonly kind: 'purge'; readonly key: KeyId }
  /** The parent is to hold exactly these from now on. */
  | { readonly at: UnixSeconds; readonly kind: 'ds-wanted'; readonly ds: WantedDs }
  /** The DS of a key is expected to be seen at the parent, or to be gone from there. */
  | { readonly at: UnixSeconds; readonly kind: 'ds-seen' | 'ds-gone'; readonly key: KeyId };

/** A forecast. */
export interface Forecast {
  readonly events: readonly ForecastEvent[];
  /** Every key that plays a part, also those that are not made yet, as they are at the end. */
  readonly keys: readonly RollKey[];
  /** What holds the engine up now. */
  readonly blocked: readonly Blocked[];
  /** What will still be held up at the end, and no time alone opens. */
  readonly stuck: readonly Blocked[];
}

/** Steps at one instant: each of them decides something, and a zone has few keys. */
const MOST_STEPS = 64;

/**
 * Foresees what the engine does from `now` to `until`, if every signing run succeeds at once, every name server has the
 * zone after the policy's `zone-propagation`, and the parent changes its DS after `registration-delay`.
 * Under a policy of manual rollovers: if a person lets each move pass as soon as it is due.
 */
export function forecast(
  policy: Policy,
  keys: readonly RollKey[],
  world: World,
  now: UnixSeconds,
  until: UnixSeconds,
): Forecast {
  const future = new Future(policy, keys, world, now);
  const blocked = step(policy, keys, world, now).blocked;
  let at: UnixSeconds | undefined = now;
  let stuck: readonly Blocked[] = [];
  while (at !== undefined && at <= until) {
    stuck = future.live(at);
    at = future.next(at);
  }
  return { events: future.events, keys: [...future.purged, ...future.keys], blocked, stuck };
}

/** A change of what is seen, that is going to come. */
interface Coming {
  readonly at: UnixSeconds;
  readonly place: 'servers' | 'parent';
  readonly record: 'dnskey' | 'krrsig' | 'zrrsig' | 'ds';
  readonly key: KeyId;
  readonly seen: 'present' | 'absent';
}

class Future {
  readonly events: ForecastEvent[] = [];
  /** Keys whose files are gone by now. */
  readonly purged: RollKey[] = [];
  keys: readonly RollKey[];
  readonly #policy: Policy;
  #world: World;
  #coming: Coming[] = [];
  #wakeAt: UnixSeconds | undefined;
  #wanted: string;
  #made = 0;

  constructor(policy: Policy, keys: readonly RollKey[], world: World, now: UnixSeconds) {
    this.#policy = policy;
    this.keys = keys;
    this.#world = { ...world, approved: true };
    this.#wanted = wantedText(step(policy, keys, world, now).ds);
  }

  /** Everything that happens at one instant. @returns what holds the engine up then */
  live(at: UnixSeconds): readonly Blocked[] {
    this.#arrive(at);
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const { keys, decisions, actions, ds, wakeAt, blocked } = step(this.#policy, this.keys, this.#world, at);
      this.keys = keys;
      this.#wakeAt = wakeAt;
      for (const decision of decisions) this.events.push({ at, kind: 'decision', decision });
      this.#tellWanted(ds, at);
      const done = actions.map((action) => this.#act(action, at)).includes(true);
      const written = this.#write(at);
      if (decisions.length === 0 && !done && !written) return blocked;
    }
    throw new TypeError('the engine does not come to rest');
  }

  /** The next instant at which something happens by itself. */
  next(now: UnixSeconds): UnixSeconds | undefined {
    const times = [...this.#coming.map(({ at }) => at), this.#wakeAt].filter((at) => at !== undefined && at > now);
    return times.length === 0 ? undefined : Math.min(...(times as number[]));
  }

  /** What comes to be seen now. */
  #arrive(now: UnixSeconds): void {
    for (const coming of this.#coming.filter(({ at }) => at <= now)) {
      const { place, record, key, seen } = coming;
      const sighting: Sighting = { seen, since: now, dissent: [] };
      if (place === 'parent') {
        this.#seeParent(key, sighting);
        this.events.push({ at: now, kind: seen === 'present' ? 'ds-seen' : 'ds-gone', key });
      } else if (this.#world.servers !== 'off' && record !== 'ds') {
        this.#world = { ...this.#world, servers: withSighting(this.#world.servers, record, key, sighting) };
      }
    }
    this.#coming = this.#coming.filter(({ at }) => at > now);
  }

  #seeParent(key: KeyId, sighting: Sighting): void {
    const { parent, word } = this.#world;
    const put = (sightings: Sightings): Sightings => ({ ...sightings, [key]: sighting });
    this.#world = { ...this.#world, parent: parent === 'off' ? 'off' : put(parent), word: put(word) };
  }

  #tellWanted(ds: WantedDs, at: UnixSeconds): void {
    const text = wantedText(ds);
    if (text === this.#wanted) return;
    this.#wanted = text;
    if (ds.keys.length > 0 || ds.remove) this.events.push({ at, kind: 'ds-wanted', ds });
  }

  #act(action: Action, at: UnixSeconds): boolean {
    if (action.kind === 'purge') {
      this.events.push({ at, kind: 'purge', key: action.key });
      this.purged.push(...this.keys.filter(({ id }) => id === action.key));
      this.keys = this.keys.filter(({ id }) => id !== action.key);
      return true;
    }
    const key = this.#make(action, at);
    this.events.push({ at, kind: 'make', key: key.id });
    this.keys = [...this.keys, key];
    return true;
  }

  #make({ role, algorithm, bits }: Extract<Action, { kind: 'make' }>, at: UnixSeconds): RollKey {
    this.#made++;
    return {
      ...{ id: `new-${this.#made}`, name: `the new ${role.toUpperCase()} ${this.#made}`, role, algorithm, keyTag: 0 },
      ...{ bits: bits ?? 0, goal: 'hidden', states: ALL_HIDDEN, changes: {}, predecessor: undefined },
      ...{ successor: undefined, created: at, active: undefined, lifetime: undefined, rollAt: undefined },
      ...{ retired: undefined, removed: undefined, files: 'whole', fate: 'none' },
    };
  }

  /** A signing run, and what follows from it at the servers and the parent. @returns whether the file changed */
  #write(now: UnixSeconds): boolean {
    let changed = false;
    for (const key of this.keys) {
      for (const record of OWNED_RECORDS[key.role]) {
        const seen = isIn(key.states[record]) ? 'present' : 'absent';
        if (record === 'ds') this.#expectParent(key, seen, now);
        else if (this.#world.file[record][key.id]?.seen !== seen) {
          changed = true;
          const sighting: Sighting = { seen, since: now, dissent: [] };
          this.#world = { ...this.#world, file: withSighting(this.#world.file, record, key.id, sighting) };
          this.#expect({ at: now + this.#policy.timing.zonePropagation, place: 'servers', record, key: key.id, seen });
        } else this.#expectServers(key, record, seen, now);
      }
    }
    return changed;
  }

  #expectServers(key: RollKey, record: 'dnskey' | 'krrsig' | 'zrrsig', seen: Coming['seen'], now: UnixSeconds): void {
    const { servers } = this.#world;
    if (servers === 'off' || servers[record][key.id]?.seen === seen) return;
    const since = this.#world.file[record][key.id]?.since ?? now;
    const at = Math.max(now + 1, since + this.#policy.timing.zonePropagation);
    this.#expect({ at, place: 'servers', record, key: key.id, seen });
  }

  #expectParent(key: RollKey, seen: Coming['seen'], now: UnixSeconds): void {
    const { ds } = key.states;
    if (ds === 'hidden' || ds === (seen === 'present' ? 'omnipresent' : 'hidden')) return;
    if (parentSighting(key, this.#world)?.seen === seen) return;
    const decided = key.changes.ds ?? now;
    const at = Math.max(now + 1, decided + this.#policy.timing.registrationDelay);
    this.#expect({ at, place: 'parent', record: 'ds', key: key.id, seen });
  }

  #expect(coming: Coming): void {
    const known = this.#coming.some(
      ({ place, record, key, seen }) =>
        place === coming.place && record === coming.record && key === coming.key && seen === coming.seen,
    );
    if (known) return;
    // What was expected before the record turned round does not come any more.
    this.#coming = this.#coming.filter(
      ({ place, record, key }) => place !== coming.place || record !== coming.record || key !== coming.key,
    );
    this.#coming.push(coming);
  }
}

function withSighting(
  sightings: ZoneSightings,
  record: keyof ZoneSightings,
  key: KeyId,
  sighting: Sighting,
): ZoneSightings {
  return { ...sightings, [record]: { ...sightings[record], [key]: sighting } };
}

function wantedText({ keys, remove }: WantedDs): string {
  return `${[...keys].sort().join()}${remove ? ' none' : ''}`;
}
