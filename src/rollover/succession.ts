/** Which key stands in for which, also where keys are rolled faster than a roll takes. */
import type { StatefulRecord } from '../keys/state-file.ts';
import { isWhollyHidden, type RollKey } from './roll-key.ts';

/** Whether `key` follows `before` directly: each names the other. */
export function isDirectSuccessor(key: RollKey, before: RollKey): boolean {
  return key.predecessor === before.id && before.successor === key.id;
}

/** Whether a direct predecessor of the key is not gone yet, and so relies on it. */
function isNeeded(key: RollKey, keys: readonly RollKey[]): boolean {
  return keys.some((before) => isDirectSuccessor(key, before) && !isWhollyHidden(before));
}

function haveSameStates(a: RollKey, b: RollKey): boolean {
  const { dnskey, krrsig, zrrsig, ds } = a.states;
  return dnskey === b.states.dnskey && krrsig === b.states.krrsig && zrrsig === b.states.zrrsig && ds === b.states.ds;
}

/**
 * Whether `key` stands in for `before`: nothing relies on `before`, something relies on `key`, and `key` follows it
 * directly, or follows a key that stands in for `before` and by now is in the same states as `before`. So x, y and z
 * may be exchanged one after the other before the first exchange is through: each cache has one of them.
 *
 * @param keys  all keys of the zone
 */
export function succeeds(key: RollKey, before: RollKey, keys: readonly RollKey[]): boolean {
  return standsIn(key, before, keys, keys.length);
}

function standsIn(key: RollKey, before: RollKey, keys: readonly RollKey[], depth: number): boolean {
  if (depth === 0) return false;
  if (isNeeded(before, keys) || !isNeeded(key, keys)) return false;
  if (isDirectSuccessor(key, before)) return true;
  return keys.some(
    (middle) =>
      isDirectSuccessor(key, middle) && haveSameStates(middle, before) && standsIn(middle, before, keys, depth - 1),
  );
}

/**
 * Whether a record of `key` takes the place of that of `before`: it came before that of its direct predecessor went. Else
 * there were versions with neither, and a third key vouched for them.
 *
 * @param keys  all keys of the zone
 */
export function takesPlace(key: RollKey, before: RollKey, record: StatefulRecord, keys: readonly RollKey[]): boolean {
  const came = key.changes[record] ?? 0;
  const last = keys.find((other) => isDirectSuccessor(key, other));
  return last !== undefined && came <= (last.changes[record] ?? 0) && succeeds(key, before, keys);
}
