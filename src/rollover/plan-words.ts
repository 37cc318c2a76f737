/** What happens to a key at one instant, as one sentence of plain words: consequences, not states. */
import { printDuration, roundDuration, type UnixSeconds } from '../base/time.ts';
import { type KeyLabels, listed, phraseOf, phrasesOf } from './key-labels.ts';
import { isByHand, type Prospect } from './outlook.ts';
import type { Fact, Instant } from './plan-instants.ts';
import { isIn, type KeyId } from './roll-key.ts';

/** What happens to a key, for scripts. */
export type KeyEvent =
  | 'ds-asked'
  | 'ds-removal-asked'
  | 'signing'
  | 'published'
  | 'leaving'
  | 'signing-ended'
  | 'gone'
  | 'ds-known'
  | 'signatures-known'
  | 'dnskey-known'
  | 'ds-forgotten'
  | 'signatures-forgotten'
  | 'dnskey-forgotten'
  | 'made'
  | 'wanted-again'
  | 'retired'
  | 'files-deleted';

/** A sentence without its subject: `ZSK 4711` + `leaves the zone`. */
export interface KeySentence {
  readonly kind: KeyEvent;
  readonly predicate: string;
}

/** The first of these that holds gives the line its kind. */
const KINDS: readonly (readonly [fact: Fact, kind: KeyEvent])[] = [
  ['ds>rumoured', 'ds-asked'],
  ['ds>unretentive', 'ds-removal-asked'],
  ['zrrsig>rumoured', 'signing'],
  ['dnskey>rumoured', 'published'],
  ['krrsig>rumoured', 'published'],
  ['dnskey>unretentive', 'leaving'],
  ['zrrsig>unretentive', 'signing-ended'],
  ['krrsig>unretentive', 'signing-ended'],
  ['removed', 'gone'],
  ['ds>omnipresent', 'ds-known'],
  ['zrrsig>omnipresent', 'signatures-known'],
  ['dnskey>omnipresent', 'dnskey-known'],
  ['krrsig>omnipresent', 'dnskey-known'],
  ['ds>hidden', 'ds-forgotten'],
  ['zrrsig>hidden', 'signatures-forgotten'],
  ['dnskey>hidden', 'dnskey-forgotten'],
  ['krrsig>hidden', 'dnskey-forgotten'],
  ['make', 'made'],
  ['introduced', 'made'],
  ['revived', 'wanted-again'],
  ['retired', 'retired'],
  ['purge', 'files-deleted'],
];

/** What is seen to have come about, as a predicate and as a reason for what is done. */
const SETTLED: readonly (readonly [fact: Fact, predicate: string, reason: string])[] = [
  ['dnskey>omnipresent', 'is known to every cache', 'every cache knows it'],
  ['zrrsig>omnipresent', 'has its signatures in every cache', 'every cache has its signatures'],
  ['ds>omnipresent', 'has its DS in every cache', 'every cache has its DS'],
  ['dnskey>hidden', 'is in no cache any more', 'no cache holds it any more'],
  ['zrrsig>hidden', 'has no signatures in any cache any more', 'no cache holds its signatures any more'],
  ['ds>hidden', 'has its DS in no cache any more', 'no cache holds its DS any more'],
];

/**
 * Says what happens to a key. Two keys that change places make one sentence, that of the key that comes.
 *
 * @returns undefined where another key's sentence says it
 */
export function keySentence(id: KeyId, instant: Instant, prospect: Prospect): KeySentence | undefined {
  const facts = instant.facts.get(id)!;
  const { labels } = prospect;
  const verbs = new KeyVerbs(id, facts, instant, prospect).list();
  const isPassedOn =
    isFollowed(id, instant) || hasTaker(id, 'ds', instant, labels) || hasTaker(id, 'zrrsig', instant, labels);
  const settled = SETTLED.filter(([fact]) => facts.has(fact) && !(facts.has('removed') && fact.endsWith('>hidden')));
  if (verbs.length === 0 && (isPassedOn || settled.length === 0)) return undefined;
  if (verbs.length === 0 && isShownByLeaving(id, instant)) return undefined;
  const kind = KINDS.find(([fact]) => facts.has(fact))![1];
  if (verbs.length === 0) {
    const end = facts.has('ds>omnipresent') && isFirstDs(id, instant) ? FIRST_DS : '';
    return { kind, predicate: listed(settled.map(([, predicate]) => predicate)) + end };
  }
  const reasons = settled.map(([, , reason]) => reason);
  return { kind, predicate: listed(verbs) + (reasons.length === 0 ? '' : `, now that ${listed(reasons)}`) };
}

const FIRST_DS = ': all resolvers that validate check the zone from now on';

function isFirstDs(id: KeyId, { before }: Instant): boolean {
  return [...before].every(([other, { ds }]) => other === id || ds === 'hidden');
}

type Handed = 'ds' | 'zrrsig';

/** Whether the one takes over what the other gives up: signing within an algorithm, the DS within the zone. */
function takesOver(record: Handed, a: KeyId, b: KeyId, labels: KeyLabels): boolean {
  return a !== b && (record === 'ds' || labels.get(a)?.algorithm === labels.get(b)?.algorithm);
}

function withFact(instant: Instant, fact: Fact): KeyId[] {
  return [...instant.facts].filter(([, facts]) => facts.has(fact)).map(([id]) => id);
}

function hasTaker(id: KeyId, record: Handed, instant: Instant, labels: KeyLabels): boolean {
  if (!instant.facts.get(id)!.has(`${record}>unretentive`)) return false;
  return withFact(instant, `${record}>rumoured`).some((other) => takesOver(record, other, id, labels));
}

function isFollowed(id: KeyId, { follows }: Instant): boolean {
  return [...follows.values()].includes(id);
}

/** What a new key has reached is plain from the old one's leaving. */
function isShownByLeaving(id: KeyId, instant: Instant): boolean {
  const facts = instant.facts.get(id)!;
  if (!facts.has('zrrsig>omnipresent') && !facts.has('ds>omnipresent')) return false;
  return withFact(instant, 'dnskey>unretentive').some((other) => other !== id);
}

class KeyVerbs {
  readonly #id: KeyId;
  readonly #facts: ReadonlySet<Fact>;
  readonly #instant: Instant;
  readonly #prospect: Prospect;
  readonly #labels: KeyLabels;

  constructor(id: KeyId, facts: ReadonlySet<Fact>, instant: Instant, prospect: Prospect) {
    this.#id = id;
    this.#facts = facts;
    this.#instant = instant;
    this.#prospect = prospect;
    this.#labels = prospect.labels;
  }

  list(): string[] {
    const has = (fact: Fact) => this.#facts.has(fact);
    const verbs = [...this.#coming(), ...this.#going()];
    if (has('removed')) verbs.push(this.#parting());
    if (has('purge')) verbs.push('has long been gone: its files are deleted');
    if (verbs.length === 0 && has('retired') && !isFollowed(this.#id, this.#instant)) {
      const hasOthers = withFact(this.#instant, 'introduced').length > 0;
      verbs.push(`is no longer wanted${hasOthers ? ', and goes when others have taken over' : ', and goes'}`);
    }
    return verbs;
  }

  #coming(): string[] {
    const has = (fact: Fact) => this.#facts.has(fact);
    const before = this.#instant.follows.get(this.#id);
    const follow = before === undefined ? '' : ` to follow ${phraseOf(this.#labels, before)}`;
    const verbs: string[] = [];
    if (has('revived')) verbs.push('is wanted again');
    if (has('make')) verbs.push(`is made${follow}`);
    else if (has('introduced')) verbs.push(`takes its turn${follow}`);
    if (has('dnskey>rumoured')) verbs.push(has('krrsig>rumoured') ? 'is published' : 'is published in the zone');
    if (has('krrsig>rumoured')) verbs.push('signs the keys');
    if (has('zrrsig>rumoured')) verbs.push(this.#signing());
    if (has('ds>rumoured')) verbs.push(`is to get its DS at the parent${this.#inPlaceOf()}${this.#through()}`);
    return verbs;
  }

  #going(): string[] {
    const has = (fact: Fact) => this.#facts.has(fact);
    const isHandedOn = (record: Handed) => hasTaker(this.#id, record, this.#instant, this.#labels);
    const verbs: string[] = [];
    if (has('ds>unretentive') && !isHandedOn('ds')) verbs.push(`is to lose its DS at the parent${this.#through()}`);
    if (has('dnskey>unretentive')) verbs.push('leaves the zone');
    else if (has('krrsig>unretentive')) verbs.push('no longer signs the keys');
    if (has('zrrsig>unretentive') && !has('dnskey>unretentive') && !isHandedOn('zrrsig')) {
      verbs.push('no longer signs the zone');
    }
    return verbs;
  }

  #parting(): string {
    const { policy, forecast } = this.#prospect;
    const date = dayText(this.#instant.at + policy.timing.purgeKeys);
    const isReplaced = forecast.keys.some(({ id, successor }) => id === this.#id && successor !== undefined);
    return `is gone from every cache: ${isReplaced ? 'the roll is done; ' : ''}its files go ${date}`;
  }

  #signing(): string {
    const givers = this.#givers('zrrsig');
    if (givers.length > 0) return `signs the zone instead of ${phrasesOf(this.#labels, givers)}`;
    const others = [...this.#instant.before].filter(([id, { zrrsig }]) => id !== this.#id && isIn(zrrsig));
    if (others.length === 0) return 'signs the zone';
    return `signs the zone beside ${phrasesOf(
      this.#labels,
      others.map(([id]) => id),
    )}`;
  }

  #inPlaceOf(): string {
    const givers = this.#givers('ds');
    return givers.length === 0 ? '' : `, in place of that of ${phrasesOf(this.#labels, givers)}`;
  }

  /** Whom the program tells of a change of the DS. */
  #through(): string {
    const { registrar } = this.#prospect;
    if (isByHand(registrar)) return '';
    return registrar === 'cds' ? ', as the CDS records tell' : ` (through ${registrar})`;
  }

  #givers(record: Handed): KeyId[] {
    const going = withFact(this.#instant, `${record}>unretentive`);
    return going.filter((other) => takesOver(record, this.#id, other, this.#labels));
  }
}

/** `2026-11-25`, in UTC. */
export function dayText(time: UnixSeconds): string {
  return new Date(time * 1000).toISOString().slice(0, 10);
}

/** Days from which on hours say nothing more. */
const MANY_DAYS = 7;
const DAY = 86_400;

/** How far away a time is: `in 2h5m`, `in 285d`, `2d3h ago`, `now`. */
export function distanceText(time: UnixSeconds, now: UnixSeconds): string {
  const distance = Math.abs(time - now);
  if (distance <= 1) return 'now';
  const rounded = distance >= MANY_DAYS * DAY ? Math.floor(distance / DAY) * DAY : roundDuration(distance);
  return time < now ? `${printDuration(rounded)} ago` : `in ${printDuration(rounded)}`;
}
