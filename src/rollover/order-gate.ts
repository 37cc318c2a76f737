/**
 * The order gate: what has to stand before a record may come or go, beyond what safety asks.
 *
 * It makes a ZSK pre-published, a KSK's DS the last of its records, and, under a conservative policy, an algorithm's
 * signatures the first to come and the last to go (RFC 6781 §4.1.4).
 */
import type { RolloverPolicy } from './policy.ts';
import { isIn, type RollKey } from './roll-key.ts';
import { afterwards, isChained, isForsaken, isSigned, type Transition } from './safety-gate.ts';

/** Whether the record may come or go now. Moves to omnipresent and hidden are observations, and have no order. */
export function isInOrder(keys: readonly RollKey[], transition: Transition, policy: RolloverPolicy): boolean {
  const { key, record, to } = transition;
  if (to !== 'rumoured' && to !== 'unretentive') return true;
  const isConservative = policy.algorithm === 'conservative';
  if (isConservative && record === 'ds' && to === 'rumoured' && !haveOthersSigned(keys, key.algorithm)) return false;
  const rivals = isConservative && hasRivals(keys, key.algorithm);
  return to === 'rumoured' ? mayCome(keys, transition, rivals) : mayGo(keys, transition, rivals);
}

/** Whether resolvers validate the zone by another algorithm: then they may want all of them to have signed. */
function hasRivals(keys: readonly RollKey[], algorithm: number): boolean {
  return keys.some((key) => key.algorithm !== algorithm && key.states.ds !== 'hidden');
}

/** Whether each other algorithm that a cached DNSKEY RRset may hold has signed everything, in every cache. */
function haveOthersSigned(keys: readonly RollKey[], algorithm: number): boolean {
  return keys.every((key) => {
    if (key.algorithm === algorithm || key.states.dnskey === 'hidden') return true;
    return ofAlgorithm(keys, key.algorithm).some(isChained) && isSigned(keys, key.algorithm);
  });
}

/**
 * Whether a move keeps what resolvers may want that validate by another algorithm, under a conservative policy: that any
 * DNSKEY RRset with this algorithm comes with signatures by it, over the RRset and the data.
 */
export function staysSigned(keys: readonly RollKey[], transition: Transition, policy: RolloverPolicy): boolean {
  const { to } = transition;
  if (to !== 'rumoured' && to !== 'unretentive') return true;
  if (policy.algorithm !== 'conservative' || !hasRivals(keys, transition.key.algorithm)) return true;
  const { algorithm } = transition.key;
  const own = ofAlgorithm(keys, algorithm);
  const isAltogether = goesAltogether(own, transition);
  if (isAltogether && !mayGoAltogether(own)) return false;
  const then = listFellows(own, transition).reduce((all, key) => afterwards(all, { ...transition, key }), own);
  // As ever, nothing is withdrawn while something is missing already.
  const mayLack = (to === 'rumoured' || isAltogether || isElsewhere(transition)) && !isSigned(own, algorithm);
  if (!mayLack && !isSigned(then, algorithm)) return false;
  return to === 'rumoured' || !isSelfSigned(own) || isSelfSigned(then);
}

/** Whether the move has nothing to do with signatures over the data. */
function isElsewhere({ record }: Transition): boolean {
  return record === 'krrsig' || record === 'ds';
}

/** The keys of an algorithm that move together, in one version of the zone: DNSKEYs that come, or the last ones that go. */
function listFellows(own: readonly RollKey[], transition: Transition): readonly RollKey[] {
  const { key, record, to } = transition;
  if (record === 'dnskey' && to === 'rumoured') {
    return own.filter(({ goal, states }) => goal === 'omnipresent' && !isIn(states.dnskey));
  }
  return goesAltogether(own, transition) ? own.filter(({ states }) => isIn(states.dnskey)) : [key];
}

/** Whether a DNSKEY goes because nobody wants any key of its algorithm any more, nor validates by one. */
function goesAltogether(own: readonly RollKey[], { record }: Transition): boolean {
  return record === 'dnskey' && isForsaken(own);
}

/** DNSKEYs go together when they are everywhere, or came together: else some caches have one without another. */
function mayGoAltogether(own: readonly RollKey[]): boolean {
  const published = own.filter(({ states }) => isIn(states.dnskey));
  const coming = published.filter(({ states }) => states.dnskey === 'rumoured');
  const came = new Set(coming.map(({ changes }) => changes.dnskey));
  return coming.length === 0 || (coming.length === published.length && came.size === 1);
}

/** Whether the DNSKEY RRset, if it holds the algorithm, is signed by one of its keys there: both are cached together. */
function isSelfSigned(own: readonly RollKey[]): boolean {
  const published = own.filter(({ states }) => isIn(states.dnskey));
  return published.length === 0 || published.some(({ states }) => isIn(states.krrsig));
}

function ofAlgorithm(keys: readonly RollKey[], algorithm: number): readonly RollKey[] {
  return keys.filter((key) => key.algorithm === algorithm);
}

function mayCome(keys: readonly RollKey[], { key, record }: Transition, hasRivalAlgorithms: boolean): boolean {
  const { states, algorithm } = key;
  const own = ofAlgorithm(keys, algorithm);
  switch (record) {
    case 'dnskey': {
      const isNew = own.every((other) => other.states.dnskey === 'hidden' || other.states.dnskey === 'rumoured');
      if (!hasRivalAlgorithms || !isNew) return true;
      return own.some((other) => other.states.zrrsig === 'omnipresent');
    }
    case 'krrsig':
      return isIn(states.dnskey);
    case 'zrrsig': {
      // An algorithm that nobody validates by signs from the start; and so does who stands in for a key that is lost.
      const isUnused = own.every((other) => other.states.ds === 'hidden');
      const isOrphaned = own.filter((other) => isIn(other.states.zrrsig)).every((other) => other.fate === 'lost');
      return states.dnskey === 'omnipresent' || isUnused || (isOrphaned && isIn(states.dnskey));
    }
    case 'ds':
      return states.dnskey === 'omnipresent';
  }
}

function mayGo(keys: readonly RollKey[], { key, record }: Transition, hasRivalAlgorithms: boolean): boolean {
  const own = ofAlgorithm(keys, key.algorithm);
  const isLast = !own.some((other) => other.id !== key.id && isIn(other.states[record]));
  if (!hasRivalAlgorithms || !isLast) return true;
  switch (record) {
    case 'zrrsig':
      return own.every((other) => other.states.dnskey === 'hidden');
    case 'krrsig':
      return own.every((other) => !isIn(other.states.dnskey));
    case 'dnskey':
    case 'ds':
      return true;
  }
}
