/** Which key stands in for which, also where keys are rolled faster than a roll takes. */
import type { StatefulRecord } from '../keys/state-file.ts';
import { isWhollyHidden, type RollKey } from './roll-key.ts';

/** Whether `key` follows `before` directly: each names the other. */
export function isDirectSuccessor(key: RollKey, before: RollKey): boolean {
  return key.predecessor === before.id && before.successor === key.id;
}

/** The direct predecessor of a key, while it is not gone and so relies on the key. */
function dependantOf(key: RollKey, keys: readonly RollKey[]): RollKey | undefined {
  return keys.find((before) => isDirectSuccessor(key, before) && !isWhollyHidden(before));
}

/**
 * Whether `key` stands in for `before`: it follows `before` directly, or by way of keys that are where `before` is. So
 * x, y and z may be exchanged one after the other before the first exchange is through: each cache has one of them.
 * Nothing may rely on `before` itself.
 *
 * @param keys     all keys of the zone
 * @param records  those that are exchanged: what else the keys own may be elsewhere
 */
export function succeeds(
  key: RollKey,
  before: RollKey,
  keys: readonly RollKey[],
  records: readonly StatefulRecord[],
): boolean {
  if (dependantOf(before, keys) !== undefined) return false;
  let last = dependantOf(key, keys);
  for (let steps = 0; last !== undefined && steps < keys.length; steps++) {
    if (last.id === before.id) return true;
    const middle = last.states;
    if (!records.every((record) => middle[record] === before.states[record])) return false;
    last = dependantOf(last, keys);
  }
  return false;
}
