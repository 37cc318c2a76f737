/**
 * The order gate: what has to stand before a record may come or go, beyond what safety asks.
 *
 * It makes a ZSK pre-published, a KSK's DS the last of its records, and, under a conservative policy, an algorithm's
 * signatures the first to come and the last to go (RFC 6781 §4.1.4).
 */
import type { RolloverPolicy } from './policy.ts';
import { isIn, type RollKey } from './roll-key.ts';
import type { Transition } from './safety-gate.ts';

/** Whether the record may come or go now. Moves to omnipresent and hidden are observations, and have no order. */
export function isInOrder(keys: readonly RollKey[], transition: Transition, policy: RolloverPolicy): boolean {
  const rivals = policy.algorithm === 'conservative' && hasRivals(keys, transition.key.algorithm);
  if (transition.to === 'rumoured') return mayCome(keys, transition, rivals);
  if (transition.to === 'unretentive') return mayGo(keys, transition, rivals);
  return true;
}

/** Whether resolvers validate the zone by another algorithm: then they may want all of them to have signed. */
function hasRivals(keys: readonly RollKey[], algorithm: number): boolean {
  return keys.some((key) => key.algorithm !== algorithm && key.states.ds !== 'hidden');
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
