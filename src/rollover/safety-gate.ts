/**
 * The safety gate: no move may break the chain of trust for any cache.
 *
 * Three rules are looked at as things are and as they would be; a move may break none that holds. They are those of
 * "Flexible and Robust Key Rollover in DNSSEC" (Schaeffer, Overeinder, Mekking), which BIND's dnssec-policy follows too.
 */
import type { RecordState, StatefulRecord } from '../keys/state-file.ts';
import { isIn, type RollKey } from './roll-key.ts';
import { isDirectSuccessor, takesPlace } from './succession.ts';

/** A move to be judged. */
export interface Transition {
  readonly key: RollKey;
  readonly record: StatefulRecord;
  readonly to: RecordState;
}

/** The keys as they would be after a transition, which comes after all that was decided before. */
export function afterwards(keys: readonly RollKey[], { key, record, to }: Transition): readonly RollKey[] {
  const states = { ...key.states, [record]: to };
  const changes = { ...key.changes, [record]: Number.POSITIVE_INFINITY };
  return keys.map((other) => (other.id === key.id ? { ...other, states, changes } : other));
}

/**
 * Whether a move is safe: for each rule, it holds afterwards or did not hold before. Withdrawing never mends anything,
 * so nothing is withdrawn while the chain or the signatures are broken already (BIND GL#5458): but for the DS of a zone
 * that is to become insecure, which is the one remedy.
 *
 * What lies in the zone may always come back: withdrawn or returning, some caches have it and some do not, and what they
 * fetch from now on has more than before. The rules can't see that of an exchange that turns round half way, since none
 * of its two keys is there for all; they forbid whatever could do harm until the returning one is.
 *
 * @param mayLoseDs  the zone is to become insecure: no DS is needed
 */
export function isSafe(keys: readonly RollKey[], transition: Transition, mayLoseDs: boolean): boolean {
  const { key, record, to } = transition;
  if (record !== 'ds' && key.states[record] === 'unretentive' && to === 'rumoured') return true;
  if (mustComeFirst(keys, transition)) return false;
  const then = afterwards(keys, transition);
  if (!mayLoseDs && hasDs(keys) && !hasDs(then)) return false;
  for (const rule of [hasChain, hasSignatures]) {
    const before = rule(keys, key.algorithm);
    const after = rule(then, key.algorithm);
    if (before && !after) return false;
    const isRemedy = record === 'ds' && mayLoseDs;
    if (!before && !after && to === 'unretentive' && !isRemedy) return false;
  }
  return true;
}

/** Rule 1: there is a DS. */
export function hasDs(keys: readonly RollKey[]): boolean {
  return keys.some(({ states }) => isIn(states.ds));
}

/** Rule 2: from any cached DS of the algorithm a chain leads to any cached DNSKEY RRset. */
export function hasChain(all: readonly RollKey[], algorithm: number): boolean {
  const keys = all.filter((key) => key.algorithm === algorithm);
  return (
    keys.some(isChainedForAll) ||
    hasDnskeySwap(keys) ||
    // This is how one DS takes the place of another: each that a cache may hold leads somewhere.
    keys.every((key) => key.states.ds === 'hidden' || isChained(key))
  );
}

/** Rule 3: whatever DNSKEY RRset a cache holds, it has a key for whatever signatures are cached. */
export function hasSignatures(all: readonly RollKey[], algorithm: number): boolean {
  const isUnasked = all.every((key) => key.algorithm !== algorithm || key.states.ds === 'hidden');
  return isUnasked || isSigned(all, algorithm);
}

/** Rule 3 for an algorithm that has no DS, but is to have signed all the same. */
export function isSigned(all: readonly RollKey[], algorithm: number): boolean {
  const keys = all.filter((key) => key.algorithm === algorithm);
  return (
    keys.some(({ states }) => states.dnskey === 'omnipresent' && states.zrrsig === 'omnipresent') ||
    hasPair(keys, 'dnskey', isDnskeyLeaving, isDnskeyComing) ||
    hasPair(keys, 'zrrsig', isSignerLeaving, isSignerComing) ||
    // A cache with any of the keys has one that has signed everything.
    keys.every(
      (key) =>
        key.states.dnskey === 'hidden' ||
        keys.some((other) => other.states.zrrsig === 'omnipresent' && isInEachSetWith(other, key)),
    )
  );
}

/** Whether each DNSKEY RRset that holds `key` holds `other` too: it came no later, or goes no earlier. */
function isInEachSetWith(other: RollKey, key: RollKey): boolean {
  if (other.states.dnskey !== key.states.dnskey) return false;
  const [own, changed] = [key.changes.dnskey ?? 0, other.changes.dnskey ?? 0];
  switch (key.states.dnskey) {
    case 'rumoured':
      return changed <= own;
    case 'unretentive':
      return changed >= own;
    default:
      return true;
  }
}

/** Its DNSKEY and its signature over the DNSKEY RRset are in every cache that has the RRset. */
export function isChained({ states }: RollKey): boolean {
  return states.dnskey === 'omnipresent' && states.krrsig === 'omnipresent';
}

function isChainedForAll(key: RollKey): boolean {
  return isChained(key) && key.states.ds === 'omnipresent';
}

/** One DNSKEY takes the place of another, and both have their DS. */
function hasDnskeySwap(keys: readonly RollKey[]): boolean {
  const isPartly = ({ states }: RollKey, state: RecordState) =>
    states.ds === 'omnipresent' &&
    [states.dnskey, states.krrsig].every((own) => own === state || own === 'omnipresent');
  return hasPair(
    keys,
    'dnskey',
    (key) => isPartly(key, 'unretentive'),
    (key) => isPartly(key, 'rumoured'),
  );
}

function isDnskeyLeaving({ states }: RollKey): boolean {
  return states.dnskey === 'unretentive' && states.zrrsig === 'omnipresent';
}

function isDnskeyComing({ states }: RollKey): boolean {
  return states.dnskey === 'rumoured' && states.zrrsig === 'omnipresent';
}

function isSignerLeaving({ states }: RollKey): boolean {
  return states.dnskey === 'omnipresent' && states.zrrsig === 'unretentive';
}

function isSignerComing({ states }: RollKey): boolean {
  return states.dnskey === 'omnipresent' && states.zrrsig === 'rumoured';
}

/** Whether a key that goes and one that comes in its place are among the keys. */
function hasPair(
  keys: readonly RollKey[],
  record: StatefulRecord,
  goes: (key: RollKey) => boolean,
  comes: (key: RollKey) => boolean,
): boolean {
  return keys.some((before) => goes(before) && keys.some((key) => comes(key) && takesPlace(key, before, record, keys)));
}

/**
 * Whether a record that is on its way in, and is to go, has to get there first: what is exchanged for the record of a
 * successor has to have been in every cache, or to take itself the place of what was.
 */
function mustComeFirst(keys: readonly RollKey[], { key, record, to }: Transition): boolean {
  const { states, algorithm, fate } = key;
  const mayBeExchanged = record === 'zrrsig' || (record === 'dnskey' && states.zrrsig !== 'hidden');
  if (!mayBeExchanged || states[record] !== 'rumoured' || to !== 'unretentive' || fate === 'lost') return false;
  if (isForsaken(keys.filter((other) => other.algorithm === algorithm))) return false;
  return (
    keys.some((other) => isDirectSuccessor(other, key)) &&
    !keys.some((before) => before.states[record] === 'unretentive' && takesPlace(key, before, record, keys))
  );
}

/** Whether nobody wants any key of an algorithm any more, and nobody validates by one. */
export function isForsaken(own: readonly RollKey[]): boolean {
  return own.every(({ goal, states }) => goal === 'hidden' && states.ds === 'hidden');
}
