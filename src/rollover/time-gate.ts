/**
 * The time gate: how long after the evidence every cache has let go of what was before.
 *
 * | record | to omnipresent | to hidden |
 * |---|---|---|
 * | DNSKEY, KRRSIG | + DNSKEY TTL + publish safety | + DNSKEY TTL |
 * | ZRRSIG | + largest zone TTL, + retire safety in a roll | the same |
 * | DS | + DS TTL + parent propagation + retire safety | the same |
 *
 * What lies in the zone counts from when the zone file had it + zone propagation, or from when all servers were seen to
 * serve it if that was later. A DS counts from when it was seen at the parent; where a roll turns round and the parent
 * shows what is wanted already, from the decision + registration delay: an earlier request may still be under way. There
 * is no term for signatures that are replaced little by little (validity - refresh, in BIND): a signing run replaces all
 * signatures of a key at once, and the file is seen to hold none of the old ones.
 *
 * @see RFC 7583 §3.2.1, §3.3.1
 */
import type { Seconds, UnixSeconds } from '../base/time.ts';
import type { Evidence } from './evidence-gate.ts';
import type { TimingPolicy } from './policy.ts';
import type { RollKey } from './roll-key.ts';
import type { Transition } from './safety-gate.ts';
import type { TtlHistory, TtlInForce } from './world.ts';

/**
 * When a move to omnipresent or hidden may be made.
 *
 * @param evidence  that it was seen
 */
export function opensAt(
  { key, record, to }: Transition,
  evidence: Extract<Evidence, { isGiven: true }>,
  ttls: TtlHistory,
  timing: TimingPolicy,
): UnixSeconds {
  const decided = key.changes[record] ?? 0;
  if (record === 'ds') {
    // What was so before the decision says nothing of a request that was made before it, and is still under way.
    const base = evidence.source < decided ? decided + timing.registrationDelay : evidence.source;
    const ttl = largestTtl(ttls.ds, timing.dsTtl, base);
    return base + ttl + timing.parentPropagation + timing.retireSafety;
  }
  const written = Math.max(decided, evidence.source);
  const base = Math.max(written + timing.zonePropagation, evidence.servers ?? 0);
  if (record === 'zrrsig') {
    const ttl = largestTtl(ttls.zone, timing.maxZoneTtl, written);
    return base + ttl + (isRolled(key) ? timing.retireSafety : 0);
  }
  const ttl = largestTtl(ttls.dnskey, timing.dnskeyTtl, written);
  return base + ttl + (to === 'omnipresent' ? timing.publishSafety : 0);
}

function isRolled({ predecessor, successor }: RollKey): boolean {
  return predecessor !== undefined || successor !== undefined;
}

/**
 * The largest TTL with which copies may still lie in caches that were fetched before `base`: today's, the policy's, and
 * any earlier one whose last copies outlive `base`. Lowering a TTL just before a roll shortens nothing.
 */
export function largestTtl(history: readonly TtlInForce[], standard: Seconds, base: UnixSeconds): Seconds {
  let largest = standard;
  for (const { ttl, until } of history) if (until + ttl >= base) largest = Math.max(largest, ttl);
  return largest;
}
