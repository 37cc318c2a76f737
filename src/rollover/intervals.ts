/** How long the parts of a rollover take, by a policy's delays. */
import type { Seconds } from '../base/time.ts';
import type { Policy, TimingPolicy } from './policy.ts';

/**
 * How long before it is used a key has to be in the zone, so that whoever has a DNSKEY RRset has one with it:
 *
 *     Ipub = DNSKEY TTL + zone propagation + publish safety
 *
 * @see RFC 7583 §3.2.1
 */
export function publicationInterval(timing: TimingPolicy): Seconds {
  return timing.dnskeyTtl + timing.zonePropagation + timing.publishSafety;
}

/**
 * What the lifetime of a KSK must exceed: the time that a roll takes, from the publication of the new key to the moment
 * at which the old one may leave the zone.
 *
 *     Ipub + registration delay + DS TTL + parent propagation + retire safety
 *
 * A successor is published one lifetime after its predecessor was. With a longer lifetime, that is when the key before
 * both has left: there are never more than two in the zone.
 *
 * @see RFC 7583 §3.3.1 for the parts of the sum
 */
export function shortestKskLifetime({ timing }: Pick<Policy, 'timing'>): Seconds {
  const exchange = timing.registrationDelay + timing.dsTtl + timing.parentPropagation + timing.retireSafety;
  return publicationInterval(timing) + exchange;
}

/**
 * What the lifetime of a ZSK must exceed, for the same reason: a roll is publication, then the time in which every
 * signature is renewed, then the time that the last old one may be kept in caches.
 *
 *     Ipub + (validity − refresh) + largest zone TTL + zone propagation + retire safety
 *
 * @see RFC 7583 §3.2.1 for the parts of the sum
 */
export function shortestZskLifetime({ timing, signatures }: Pick<Policy, 'timing' | 'signatures'>): Seconds {
  const renewal = signatures.validity - signatures.refresh;
  return publicationInterval(timing) + renewal + timing.maxZoneTtl + timing.zonePropagation + timing.retireSafety;
}
