/** Intervals that follow from a policy alone. */
import type { Seconds } from '../base/time.ts';
import type { TimingPolicy } from './policy.ts';

/** Ipub = DNSKEY TTL + zone propagation + publish safety: from a DNSKEY's publication until every cache has it. */
export function publicationInterval(timing: TimingPolicy): Seconds {
  return timing.dnskeyTtl + timing.zonePropagation + timing.publishSafety;
}
