/**
 * The safety gate: no move may break the chain of trust for any cache.
 *
 * Three rules are looked at as things are and as they would be; a move may break none that holds. They are those of
 * "Flexible and Robust Key Rollover in DNSSEC" (Schaeffer, Overeinder, Mekking), which BIND's dnssec-policy follows too.
 */
import type { RecordState, StatefulRecord } from '../keys/state-file.ts';
import { isIn, type RollKey } from './roll-key.ts';
import { succeeds } from './succession.ts';

/** A move to be judged. */
export interface Transition {
  readonly key: RollKey;
  readonly record: StatefulRecord;
  readonly to: RecordState;
}

/** The keys as they would be after a transition. */
export function afterwards(keys: readonly RollKey[], { key, record, to }: Transition): readonly RollKey[] {
  return keys.map((other) => (other.id === key.id ? { ...other, states: { ...other.states, [record]: to } } : other));
}

/**
 * Whether a move is safe: for each rule, it holds afterwards or did not hold before. Withdrawing never mends anything,
 * so nothing is withdrawn while the chain or the signatures are broken already (BIND GL#5458): but for the DS of a zone
 * that is to become insecure, which is the one remedy.
 *
 * What was withdrawn may always come back: withdrawn or returning, some caches have it and some do not, and what they
 * fetch from now on has more than before. The rules can't see that of an exchange that turns round half way, since none
 * of its two keys is there for all; they forbid whatever could do harm until the returning one is.
 *
 * @param mayLoseDs  the zone is to become insecure: no DS is needed
 */
export function isSafe(keys: readonly RollKey[], transition: Transition, mayLoseDs: boolean): boolean {
  const { key, record, to } = transition;
  if (key.states[record] === 'unretentive' && to === 'rumoured') return true;
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

/**
 * Rule 2: from any cached DS of the algorithm a chain leads to any cached DNSKEY RRset. One DS takes the place of another
 * under its last clause: whichever of them a cache has, it has the rest.
 */
export function hasChain(all: readonly RollKey[], algorithm: number): boolean {
  const keys = all.filter((key) => key.algorithm === algorithm);
  return (
    keys.some(isChainedForAll) ||
    hasDnskeySwap(keys) ||
    keys.every((key) => key.states.ds === 'hidden' || isChained(key))
  );
}

/** Rule 3: whatever DNSKEY RRset a cache holds, it has a key for whatever signatures are cached. */
export function hasSignatures(all: readonly RollKey[], algorithm: number): boolean {
  const keys = all.filter((key) => key.algorithm === algorithm);
  return (
    keys.every(({ states }) => states.ds === 'hidden') ||
    keys.some(({ states }) => states.dnskey === 'omnipresent' && states.zrrsig === 'omnipresent') ||
    hasPublishedSwap(keys) ||
    hasSignerSwap(keys) ||
    // A cache with any of the keys has one that has signed everything.
    keys.every(
      (key) =>
        key.states.dnskey === 'hidden' ||
        keys.some(({ states }) => states.dnskey === key.states.dnskey && states.zrrsig === 'omnipresent'),
    )
  );
}

/** Its DNSKEY and its signature over the DNSKEY RRset are in every cache that has the RRset. */
function isChained({ states }: RollKey): boolean {
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
  return hasSwap(keys, {
    records: ['dnskey', 'krrsig', 'ds'],
    goes: (key) => isPartly(key, 'unretentive'),
    comes: (key) => isPartly(key, 'rumoured'),
    isHarmless: ({ states }) => states.krrsig === 'hidden' || states.ds === 'omnipresent',
  });
}

/** One DNSKEY takes the place of another, and both have signed everything. */
function hasPublishedSwap(keys: readonly RollKey[]): boolean {
  const isAt = ({ states }: RollKey, state: RecordState) => states.dnskey === state && states.zrrsig === 'omnipresent';
  return hasSwap(keys, {
    records: ['dnskey', 'zrrsig'],
    goes: (key) => isAt(key, 'unretentive'),
    comes: (key) => isAt(key, 'rumoured'),
    isHarmless: ({ role, states }) => role === 'ksk' || states.dnskey === 'hidden' || states.zrrsig === 'omnipresent',
  });
}

/** The signatures of one key take the place of another's, and all caches have both DNSKEYs. */
function hasSignerSwap(keys: readonly RollKey[]): boolean {
  const isAt = ({ states }: RollKey, state: RecordState) => states.dnskey === 'omnipresent' && states.zrrsig === state;
  return hasSwap(keys, {
    records: ['dnskey', 'zrrsig'],
    goes: (key) => isAt(key, 'unretentive'),
    comes: (key) => isAt(key, 'rumoured'),
    isHarmless: ({ states }) => states.zrrsig === 'hidden' || states.dnskey === 'omnipresent',
  });
}

/** An exchange of one key's records for those of another that stands in for it. */
interface Swap {
  /** What is exchanged. */
  readonly records: readonly StatefulRecord[];
  readonly goes: (key: RollKey) => boolean;
  readonly comes: (key: RollKey) => boolean;
  /** Whether a cache that has nothing but this key's of what is exchanged has the rest of it too, or none has that. */
  readonly isHarmless: (key: RollKey) => boolean;
}

/**
 * Whether an exchange is going on that each cache has one end of. Where keys turn round before they are everywhere, a
 * cache may have neither end but what a third key left: all others must be harmless.
 */
function hasSwap(keys: readonly RollKey[], { records, goes, comes, isHarmless }: Swap): boolean {
  return keys.some(
    (before) =>
      goes(before) &&
      keys.some(
        (key) =>
          comes(key) &&
          succeeds(key, before, keys, records) &&
          keys.every((other) => other === before || other === key || isHarmless(other)),
      ),
  );
}
