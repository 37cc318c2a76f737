/** Keys as tables for people and as data, with what is done with each now. */
import type { UnixSeconds } from '../base/time.ts';
import { algorithmText } from '../keys/algorithms.ts';
import { type KeyRole, ownRole, type ZoneKey } from '../keys/key.ts';
import { isPublished, type KeyPlan } from '../keys/key-plan.ts';
import { describeKey, keyDocument } from '../keys/key-words.ts';
import { columns } from './columns.ts';

/** A zone's keys as lines with columns, KSKs first. */
export function keyLines(keys: readonly ZoneKey[], plan: KeyPlan, now: UnixSeconds): string[] {
  const rank = (key: ZoneKey) => (roleOf(key, plan) === 'zsk' ? 1 : 0);
  const sorted = [...keys].sort((a, b) => rank(a) - rank(b) || a.algorithm - b.algorithm || a.keyTag - b.keyTag);
  const rows = sorted.map((key) => [
    roleOf(key, plan).toUpperCase(),
    String(key.keyTag),
    algorithmText(key.algorithm),
    `${key.bits} bits`,
    describeKey(key, now),
  ]);
  return columns(rows, new Set([1, 3]));
}

/** A zone's keys as data. */
export function keyEntries(
  keys: readonly ZoneKey[],
  plan: KeyPlan,
  now: UnixSeconds,
): Readonly<Record<string, unknown>>[] {
  const signs = (signers: readonly ZoneKey[], key: ZoneKey) => signers.some((signer) => signer.name === key.name);
  return keys.map((key) => ({
    ...keyDocument(key, roleOf(key, plan)),
    isPublished: plan.publish.some((other) => other.name === key.name) && isPublished(key, now),
    signsKeys: signs(plan.keySigners, key),
    signsZone: signs(plan.zoneSigners, key),
    hasPrivateKey: key.privateKey !== undefined,
    status: describeKey(key, now),
  }));
}

function roleOf(key: ZoneKey, plan: KeyPlan): KeyRole {
  return plan.roles.get(key.name) ?? ownRole(key);
}
