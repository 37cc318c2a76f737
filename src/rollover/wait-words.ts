/** What a move waits for, in words. */
import type { UnixSeconds } from '../base/time.ts';
import { dateText } from '../keys/key-words.ts';
import type { RecordState, StatefulRecord } from '../keys/state-file.ts';
import { type Evidence, findEvidence, parentSighting } from './evidence-gate.ts';
import { listed, phraseOf } from './key-labels.ts';
import { isByHand, type Prospect } from './outlook.ts';
import { distanceText } from './plan-words.ts';
import { letPass, showDs, signNow, tellDsGone, tellDsSeen } from './remedies.ts';
import type { RollKey } from './roll-key.ts';
import { type Roll, rollsUnderWay } from './rolls.ts';
import type { Gate } from './step-result.ts';
import type { Sighting } from './world.ts';

/**
 * How much of a worry a blocker is, the worst first: key `files` are in the way, the keys are `stuck` as they stand, a
 * `person` is waited for, the world is `late`, or shows what is needed in due `course`; the next `signing` is waited
 * for, or `time` alone.
 */
export const CONCERNS = ['files', 'stuck', 'person', 'late', 'course', 'signing', 'time'] as const;
/** How much of a worry a blocker is. */
export type Concern = (typeof CONCERNS)[number];

/** A blocker in words. */
export interface Explanation {
  readonly concern: Concern;
  /** A sentence, without a capital and a full stop. */
  readonly text: string;
  /** What a person can do, as a full sentence. */
  readonly hint: string | undefined;
}

type Place = Extract<Evidence, { isGiven: false }>['place'];

/** Servers that are named; the rest is counted. */
const MOST_NAMED = 3;

/** A few of the items, which others have worded, fit for a terminal. */
export function cleanList(items: readonly string[]): string {
  const named = items.slice(0, MOST_NAMED).map((item) => item.replace(/[\x00-\x1f\x7f-\x9f]/g, '?'));
  return listed(items.length > MOST_NAMED ? [...named, `${items.length - MOST_NAMED} more`] : named);
}

/** The end of a sentence: when something moves at the earliest. */
export function earliest(next: UnixSeconds | undefined, now: UnixSeconds): string {
  if (next === undefined) return '';
  if (next <= now) return '; it can go on at once';
  return `; the earliest next move is at ${dateText(next)}, ${distanceText(next, now)}`;
}

/** What one record of one key waits for. */
export class Wait {
  readonly #key: RollKey;
  readonly #record: StatefulRecord;
  readonly #to: RecordState;
  readonly #next: UnixSeconds | undefined;
  readonly #prospect: Prospect;

  constructor(
    key: RollKey,
    record: StatefulRecord,
    to: RecordState,
    next: UnixSeconds | undefined,
    prospect: Prospect,
  ) {
    this.#key = key;
    this.#record = record;
    this.#to = to;
    this.#next = next;
    this.#prospect = prospect;
  }

  /** Under manual rollovers. */
  forWord(): Explanation {
    const { zone } = this.#prospect;
    const where = this.#record === 'ds' ? 'the parent' : 'the zone';
    const move = this.#to === 'rumoured' ? `come into ${where}` : `leave ${where}`;
    const text = `${this.#subject()} waits for a person's word: ${this.#thing()} is to ${move}`;
    return { concern: 'person', text, hint: `Let it pass with ${letPass(zone)}.` };
  }

  /** Time has to pass. */
  forCaches(): Explanation {
    const { now } = this.#prospect;
    const at = this.#next === undefined ? '' : `, at ${dateText(this.#next)} (${distanceText(this.#next, now)})`;
    const all = this.#isComing() ? `every cache has ${this.#thing()}` : `no cache holds ${this.#thing()} any more`;
    return { concern: 'time', text: `${this.#subject()} waits until ${all}${at}`, hint: undefined };
  }

  /** Something else has to happen before. */
  forTurn(gate: Gate): Explanation {
    const verb = this.#to === 'rumoured' ? 'come' : 'go';
    const why = gate === 'safety' ? 'without breaking the chain of trust' : 'in its turn';
    return {
      concern: this.#next === undefined ? 'stuck' : 'time',
      text: `${this.#subject()} waits until ${this.#thing()} can ${verb} ${why}${earliest(this.#next, this.#prospect.now)}`,
      hint:
        this.#next === undefined
          ? 'Nothing moves by itself from here: look at the states of the keys with "dnssec keys", and compare them with what is served.'
          : undefined,
    };
  }

  /** It has to be seen. @param who  who disagrees */
  forEvidence(who: readonly string[]): Explanation {
    const { world, now } = this.#prospect;
    const evidence = findEvidence({ key: this.#key, record: this.#record, to: this.#to }, world);
    const place = evidence.isGiven ? (this.#record === 'ds' ? 'parent' : 'servers') : evidence.place;
    const doubt = this.#doubt(place, who);
    const concern = this.#concern(place);
    const due = this.#dueAt(place);
    const expected = concern === 'course' && due !== undefined ? `, which is expected by ${dateText(due)}` : '';
    const late = concern === 'late' && due !== undefined ? `; it should have been so by ${dateText(due)}` : '';
    const text = `${this.#subject()} waits until ${this.#shown(place)}${expected}${doubt}${late}${earliest(this.#next, now)}`;
    return { concern, text, hint: this.#hint(place, concern) };
  }

  #subject(): string {
    const name = this.#roll()?.name;
    return name === undefined ? this.#name() : `the ${name}`;
  }

  #roll(): Roll | undefined {
    const { present, world } = this.#prospect;
    const { id } = this.#key;
    return rollsUnderWay(present.keys, world).find(({ comes, goes }) => comes === id || goes === id);
  }

  /** The key whose DS is to leave the parent as this key's comes. */
  #replaced(): RollKey | undefined {
    if (this.#record !== 'ds' || !this.#isComing()) return undefined;
    const { present, world } = this.#prospect;
    const old = present.keys.find(({ id }) => id === this.#roll()?.goes);
    if (old?.states.ds !== 'unretentive' || parentSighting(old, world)?.seen === 'absent') return undefined;
    return old;
  }

  #name(): string {
    return phraseOf(this.#prospect.labels, this.#key.id);
  }

  #thing(): string {
    const name = this.#name();
    const things = {
      dnskey: `the DNSKEY of ${name}`,
      krrsig: `the signature of ${name} over the keys`,
      zrrsig: `the signatures of ${name}`,
      ds: `the DS of ${name}${this.#insteadOf()}`,
    };
    return things[this.#record];
  }

  #insteadOf(): string {
    const old = this.#replaced();
    return old === undefined ? '' : ` instead of that of ${phraseOf(this.#prospect.labels, old.id)}`;
  }

  #isComing(): boolean {
    return this.#to === 'omnipresent' || this.#to === 'rumoured';
  }

  #shown(place: Place): string {
    const thing = this.#thing();
    if (place === 'file') {
      return this.#isComing() ? `the signed zone file has ${thing}` : `the signed zone file no longer has ${thing}`;
    }
    const servers = place === 'parent' ? 'server of the parent' : 'name server of the zone';
    return this.#isComing() ? `every ${servers} shows ${thing}` : `no ${servers} shows ${thing} any more`;
  }

  /** What was seen instead. */
  #doubt(place: Place, who: readonly string[]): string {
    const { world } = this.#prospect;
    if (place === 'file') return '';
    if (place === 'parent' && world.parent === 'off' && who.length === 0) return ' (the parent is not asked)';
    if (who.length > 0) return ` (${cleanList(who)})`;
    const sighting = this.#sighting(place);
    if (sighting === undefined) return ' (nobody has looked yet)';
    if (sighting.seen === 'unknown') return ' (none of them could be asked)';
    if (sighting.seen === 'mixed') return ' (they disagree)';
    return this.#isComing() ? ' (none of them does so far)' : ' (all of them still do)';
  }

  #sighting(place: Place): Sighting | undefined {
    const { world } = this.#prospect;
    const { id } = this.#key;
    if (place === 'parent' || this.#record === 'ds') return parentSighting(this.#key, world);
    const { servers, file } = world;
    const sightings = place === 'file' || servers === 'off' ? file : servers;
    return sightings[this.#record][id];
  }

  /** By when it is to be seen, if all goes as the policy reckons. */
  #dueAt(place: Place): UnixSeconds | undefined {
    const { timing } = this.#prospect.policy;
    const changed = this.#key.changes[this.#record];
    if (place === 'parent') return changed === undefined ? undefined : changed + timing.registrationDelay;
    if (this.#record === 'ds') return undefined;
    const written = this.#prospect.world.file[this.#record][this.#key.id]?.since ?? changed;
    return written === undefined ? undefined : Math.max(written, changed ?? 0) + timing.zonePropagation;
  }

  #concern(place: Place): Concern {
    const { now, registrar, world } = this.#prospect;
    if (place === 'file') return 'signing';
    const isMixed = this.#sighting(place)?.seen === 'mixed';
    if (place === 'parent' && !isMixed && (isByHand(registrar) || world.parent === 'off')) return 'person';
    const due = this.#dueAt(place);
    return due !== undefined && now <= due ? 'course' : 'late';
  }

  #report(): string {
    const { zone } = this.#prospect;
    const tag = String(this.#key.keyTag);
    if (!this.#isComing()) return tellDsGone(zone, tag);
    const old = this.#replaced();
    return listed([tellDsSeen(zone, tag), ...(old === undefined ? [] : [tellDsGone(zone, String(old.keyTag))])]);
  }

  #hint(place: Place, concern: Concern): string | undefined {
    const { zone, registrar, world } = this.#prospect;
    if (place === 'file') return `Sign it with ${signNow(zone)}.`;
    if (place !== 'parent') {
      return concern === 'late' ? 'See to it that each name server has loaded the present zone.' : undefined;
    }
    const hand = this.#isComing()
      ? `Enter ${this.#thing()} at the registrar, if that is not done; ${showDs(zone)} prints it.`
      : `Remove ${this.#thing()} at the registrar, if that is not done.`;
    const word = world.parent === 'off' ? ` When all servers of the parent show it so, say ${this.#report()}.` : '';
    if (isByHand(registrar)) return `${hand}${word}`;
    if (registrar === 'cds' && concern === 'late') return `The parent may not read CDS records. ${hand}${word}`;
    if (concern === 'late') return `Compare what the registrar has with ${showDs(zone)}.${word}`;
    return word === '' ? undefined : word.trim();
  }
}
