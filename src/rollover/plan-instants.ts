/** A forecast cut into instants: what happens to each key at one and the same time. */
import type { UnixSeconds } from '../base/time.ts';
import type { RecordState, StatefulRecord } from '../keys/state-file.ts';
import type { ForecastEvent } from './forecast.ts';
import { ALL_HIDDEN, type KeyId, type RecordStates, type RollKey } from './roll-key.ts';

/** What happens to a key. `ds>rumoured`: its DS comes into that state. */
export type Fact =
  | 'make'
  | 'introduced'
  | 'retired'
  | 'revived'
  | 'removed'
  | 'purge'
  | `${StatefulRecord}>${RecordState}`;

/** Everything that happens at one time. */
export interface Instant {
  readonly at: UnixSeconds;
  /** By key, in the order in which they first appear. */
  readonly facts: ReadonlyMap<KeyId, ReadonlySet<Fact>>;
  /** By a key that is introduced: the one that it follows. */
  readonly follows: ReadonlyMap<KeyId, KeyId>;
  /** Keys whose DS comes to be seen at the parent. */
  readonly dsSeen: readonly KeyId[];
  /** Keys whose DS is seen to be gone from there. */
  readonly dsGone: readonly KeyId[];
  /** The states of all keys before. */
  readonly before: ReadonlyMap<KeyId, RecordStates>;
}

/** Cuts the events of a forecast, which are in order of time, into instants. */
export function cutInstants(keys: readonly RollKey[], events: readonly ForecastEvent[]): Instant[] {
  const instants: Instant[] = [];
  let states: ReadonlyMap<KeyId, RecordStates> = new Map(keys.map((key) => [key.id, key.states]));
  for (let i = 0; i < events.length; ) {
    const { at } = events[i]!;
    let end = i;
    while (end < events.length && events[end]!.at === at) end++;
    const draft = new Draft(at, states);
    for (const event of events.slice(i, end)) draft.add(event);
    instants.push(draft);
    states = draft.after;
    i = end;
  }
  return instants;
}

class Draft implements Instant {
  readonly at: UnixSeconds;
  readonly before: ReadonlyMap<KeyId, RecordStates>;
  readonly facts = new Map<KeyId, Set<Fact>>();
  readonly follows = new Map<KeyId, KeyId>();
  readonly dsSeen: KeyId[] = [];
  readonly dsGone: KeyId[] = [];
  readonly after: Map<KeyId, RecordStates>;

  constructor(at: UnixSeconds, before: ReadonlyMap<KeyId, RecordStates>) {
    this.at = at;
    this.before = before;
    this.after = new Map(before);
  }

  add(event: ForecastEvent): void {
    switch (event.kind) {
      case 'make':
      case 'purge':
        this.#note(event.key, event.kind);
        return;
      case 'ds-seen':
        this.dsSeen.push(event.key);
        return;
      case 'ds-gone':
        this.dsGone.push(event.key);
        return;
      case 'ds-wanted':
        // The moves of the DS say the same.
        return;
      case 'decision':
        this.#decide(event.decision);
    }
  }

  #decide(decision: Extract<ForecastEvent, { kind: 'decision' }>['decision']): void {
    const { key } = decision;
    if (decision.kind === 'move') {
      this.#note(key, `${decision.record}>${decision.to}`);
      this.after.set(key, { ...(this.after.get(key) ?? ALL_HIDDEN), [decision.record]: decision.to });
      return;
    }
    this.#note(key, decision.kind);
    if (decision.kind === 'introduced' && decision.after !== undefined) this.follows.set(key, decision.after);
  }

  #note(key: KeyId, fact: Fact): void {
    const facts = this.facts.get(key);
    if (facts === undefined) this.facts.set(key, new Set([fact]));
    else facts.add(fact);
  }
}
