/** A zone for scenario tables: its keys, and a world that a table moves by hand. */
import type { UnixSeconds } from '../../src/base/time.ts';
import { step } from '../../src/rollover/engine.ts';
import type { Policy } from '../../src/rollover/policy.ts';
import { ALL_HIDDEN, isIn, type KeyId, OWNED_RECORDS, type RollKey } from '../../src/rollover/roll-key.ts';
import type { Action, StepResult } from '../../src/rollover/step-result.ts';
import type { Sighting, TtlHistory, World, ZoneSightings } from '../../src/rollover/world.ts';
import { parseStates } from './notation.ts';
import { evaluate, termsOf } from './policies.ts';

export const START = 1_800_000_000;
/** Since when the keys of a table's beginning have been where they are. */
export const LONG_AGO = START - 50_000_000;
const ZONE_RECORDS = ['dnskey', 'krrsig', 'zrrsig'] as const;

/** What may differ from table to table. */
export interface SceneOptions {
  readonly policy: Policy;
  /** Other policies, for the event `policy NAME`. */
  readonly policies?: Readonly<Record<string, Policy>>;
  /** Algorithms of keys that are not 13, by name. */
  readonly algorithms?: Readonly<Record<KeyId, number>>;
  /** Key pairs in which the second follows the first. */
  readonly successions?: readonly (readonly [before: KeyId, after: KeyId])[];
  readonly servers?: 'off';
  readonly parent?: 'off';
}

type Servers = 'prompt' | 'lagging' | 'silent' | 'off';

/** The zone, as a table has brought it. */
export class Scene {
  policy: Policy;
  keys: readonly RollKey[] = [];
  now: UnixSeconds = START;
  readonly #options: SceneOptions;
  #file: ZoneSightings = { dnskey: {}, krrsig: {}, zrrsig: {} };
  #servers: ZoneSightings = { dnskey: {}, krrsig: {}, zrrsig: {} };
  #serving: Servers;
  #parent: Record<KeyId, Sighting> = {};
  #word: Record<KeyId, Sighting> = {};
  #ttls: TtlHistory = { dnskey: [], zone: [], ds: [] };
  #trouble: string[] = [];
  #isApproved = false;
  /** The largest number of a key of each role, so that no two ever have one name. */
  readonly #last: Partial<Record<RollKey['role'], number>> = {};
  #isWriting = true;

  /** @param given  `ksk1 OO.O zsk1 O.O.`; a minus behind a name: it is to go */
  constructor(options: SceneOptions, given: string) {
    this.#options = options;
    this.policy = options.policy;
    this.#serving = options.servers === 'off' ? 'off' : 'prompt';
    const words = given.split(/\s+/).filter((word) => word !== '');
    for (let index = 0; index < words.length; index += 2) this.#give(words[index]!, words[index + 1]!);
    for (const [before, after] of options.successions ?? []) {
      this.change(before, { successor: after });
      this.change(after, { predecessor: before });
    }
    this.#write(LONG_AGO);
  }

  get world(): World {
    const { parent } = this.#options;
    return {
      file: this.#file,
      servers: this.#serving === 'off' ? 'off' : this.#servers,
      parent: parent === 'off' ? 'off' : this.#parent,
      word: this.#word,
      ttls: this.#ttls,
      approved: this.#isApproved,
      trouble: this.#trouble,
    };
  }

  /** What a step would come to, without anything being done about it. */
  look(at: UnixSeconds): StepResult {
    return step(this.policy, this.keys, this.world, at);
  }

  /** A pass: steps, with the keys made or purged that they ask for. @returns the last step, and all actions */
  act(): {
    readonly result: StepResult;
    readonly actions: readonly Action[];
    readonly decisions: StepResult['decisions'];
  } {
    const actions: Action[] = [];
    const decisions = [];
    for (let passes = 0; passes < 16; passes++) {
      const result = this.look(this.now);
      this.keys = result.keys;
      decisions.push(...result.decisions);
      if (result.actions.length === 0) return { result, actions, decisions };
      actions.push(...result.actions);
      for (const action of result.actions) this.#do(action);
    }
    throw new TypeError('the engine asks for keys again and again');
  }

  /** A signing run over the zone, and what the servers make of it. A frozen zone is not signed. */
  sign(result: StepResult): void {
    if (result.frozen === undefined && this.#isWriting) this.#write(this.now);
    this.#isApproved = false;
  }

  /** Something that happens in the world, as a table has it. */
  happen(event: string): void {
    const [verb = '', ...words] = event.split(' ');
    const subject = words[0] ?? '';
    switch (verb) {
      case 'look':
        return;
      case 'ds':
        this.#seeParent(subject, words[1]!, words.slice(2).join(' '));
        return;
      case 'word':
        this.#word = { ...this.#word, [subject]: sight(words[1] === 'seen' ? 'present' : 'absent', this.now) };
        return;
      case 'servers':
        this.#serve(subject);
        return;
      case 'signing':
        this.#isWriting = subject === 'works';
        if (this.#isWriting) this.#write(this.now);
        return;
      case 'policy':
        this.policy = this.#options.policies![subject]!;
        return;
      case 'roll':
        this.change(subject, { rollAt: this.now + evaluate(words.slice(1).join(' ') || '0', termsOf(this.policy)) });
        return;
      case 'back': {
        // A roll turns round: the key goes, and the one that it was to replace stays.
        this.change(subject, { goal: 'hidden', retired: this.now });
        const { predecessor } = this.keys.find(({ id }) => id === subject)!;
        this.change(predecessor!, { goal: 'omnipresent', retired: undefined, rollAt: undefined });
        return;
      }
      case 'compromised':
        this.change(subject, { fate: 'compromised', rollAt: this.now });
        return;
      case 'lost':
        this.change(subject, { fate: 'lost', files: 'missing' });
        return;
      case 'missing':
      case 'broken':
        this.change(subject, { files: verb });
        return;
      case 'restored':
        this.change(subject, { files: 'whole' });
        return;
      case 'trouble':
        this.#trouble = words.length === 0 ? [] : [words.join(' ')];
        return;
      case 'approve':
        this.#isApproved = true;
        return;
      case 'premade':
        this.#enter(this.#newKey(subject, words[1] === undefined ? 0 : Number(words[1])));
        return;
      case 'ttl':
        this.#ttls = { ...this.#ttls, [subject]: [{ ttl: Number(words[1]), until: this.now }] };
        return;
      default:
        throw new TypeError(`nothing like "${event}" happens`);
    }
  }

  change(id: KeyId, change: Partial<RollKey>): void {
    if (!this.keys.some((key) => key.id === id)) throw new TypeError(`there is no key ${id}`);
    this.keys = this.keys.map((key) => (key.id === id ? { ...key, ...change } : key));
  }

  #give(word: string, text: string): void {
    const id = word.replace(/-$/, '');
    const key = this.#newKey(id, 0);
    const changes = Object.fromEntries(OWNED_RECORDS[key.role].map((record) => [record, LONG_AGO]));
    const goal = word === id ? 'omnipresent' : 'hidden';
    const given: RollKey = { ...key, goal, states: parseStates(text), changes, created: LONG_AGO, active: START };
    this.keys = [...this.keys, given];
    const isThere = isIn(given.states.ds);
    this.#parent = { ...this.#parent, [id]: sight(isThere ? 'present' : 'absent', LONG_AGO) };
  }

  #newKey(id: KeyId, bits: number): RollKey {
    const role = id.replace(/\d/g, '') as RollKey['role'];
    this.#last[role] = Math.max(this.#last[role] ?? 0, Number(id.replace(/\D/g, '')));
    const algorithm = this.#options.algorithms?.[id] ?? 13;
    return {
      ...{ id, name: `Kexample.+013+${id}`, role, algorithm, keyTag: 0, bits, goal: 'hidden', states: ALL_HIDDEN },
      ...{ changes: {}, predecessor: undefined, successor: undefined, created: this.now, active: undefined },
      ...{
        lifetime: undefined,
        rollAt: undefined,
        retired: undefined,
        removed: undefined,
        files: 'whole',
        fate: 'none',
      },
    };
  }

  #do(action: Action): void {
    if (action.kind === 'purge') {
      this.keys = this.keys.filter(({ id }) => id !== action.key);
      return;
    }
    const { role, algorithm, bits } = action;
    this.#enter({ ...this.#newKey(`${role}${(this.#last[role] ?? 0) + 1}`, bits ?? 0), algorithm });
  }

  /** A key that was just made is nowhere. */
  #enter(key: RollKey): void {
    this.keys = [...this.keys, key];
    const absent = sight('absent', this.now);
    for (const record of ZONE_RECORDS) {
      this.#file = { ...this.#file, [record]: { ...this.#file[record], [key.id]: absent } };
      this.#servers = { ...this.#servers, [record]: { ...this.#servers[record], [key.id]: absent } };
    }
    this.#parent = { ...this.#parent, [key.id]: absent };
  }

  #write(at: UnixSeconds): void {
    for (const { id, states } of this.keys) {
      for (const record of ZONE_RECORDS) {
        const seen = isIn(states[record]) ? 'present' : 'absent';
        if (this.#file[record][id]?.seen === seen) continue;
        this.#file = { ...this.#file, [record]: { ...this.#file[record], [id]: sight(seen, at) } };
        this.#follow(record, id, seen, at);
      }
    }
  }

  #follow(record: keyof ZoneSightings, id: KeyId, seen: Sighting['seen'], at: UnixSeconds): void {
    const put = (sighting: Sighting) => {
      this.#servers = { ...this.#servers, [record]: { ...this.#servers[record], [id]: sighting } };
    };
    if (this.#serving === 'prompt') put(sight(seen, at));
    if (this.#serving === 'lagging') put(sight('mixed', at, '192.0.2.53: serial 7'));
    if (this.#serving === 'silent') put(sight('unknown', at, '192.0.2.53: no answer'));
  }

  /** Servers that come back, or agree at last, have been looked at now. */
  #serve(how: string): void {
    this.#serving = how === 'agree' ? 'prompt' : (how as Servers);
    for (const record of ZONE_RECORDS) {
      for (const { id } of this.keys) {
        const { seen } = this.#file[record][id]!;
        const isNews = this.#servers[record][id]?.seen !== seen;
        if (how === 'silent' || (how === 'agree' && isNews)) this.#follow(record, id, seen, this.now);
      }
    }
  }

  #seeParent(id: KeyId, how: string, dissent: string): void {
    if (!this.keys.some((key) => key.id === id)) throw new TypeError(`there is no key ${id}`);
    const seen = how === 'seen' ? 'present' : how === 'gone' ? 'absent' : (how as Sighting['seen']);
    this.#parent = { ...this.#parent, [id]: { seen, since: this.now, dissent: dissent === '' ? [] : [dissent] } };
  }
}

function sight(seen: Sighting['seen'], since: UnixSeconds, ...dissent: readonly string[]): Sighting {
  return { seen, since, dissent };
}
