/** Warnings about the time that is left. */
import { printDuration, type Seconds, type UnixSeconds } from '../base/time.ts';
import { TYPE } from '../dns/types.ts';
import { type FindingLog, printInstant } from './findings.ts';
import type { SignatureTally } from './signatures.ts';
import type { SoaNumbers } from './soa.ts';

/** Less life left than this is worth a warning: three days, a long weekend. */
export const SOON: Seconds = 3 * 86_400;

/**
 * Warns when the first signature expires soon, or before secondaries that have lost their primary would stop serving
 * the zone: they would serve it expired.
 *
 * @see RFC 6781 §4.4.1
 */
export function checkExpiry(
  tally: SignatureTally,
  soa: SoaNumbers | undefined,
  now: UnixSeconds,
  log: FindingLog,
): void {
  const left = tally.earliestExpiration - now;
  // Infinite: no signatures. Negative: each of those has been reported.
  if (!Number.isFinite(left) || left < 0) return;
  const when = () =>
    `the first signature expires at ${printInstant(tally.earliestExpiration)}, in ${printDuration(left)}`;
  if (left < SOON) log.report('expires-soon', 0, TYPE.SOA, when);
  else if (soa !== undefined && left < soa.expire) {
    const reason = () => `${when()}, but secondaries may serve the zone for ${printDuration(soa.expire)} (SOA expire)`;
    log.report('expires-before-soa-expire', 0, TYPE.SOA, reason);
  }
}
