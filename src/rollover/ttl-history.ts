/** Remembering the TTLs that records were given out with. */
import type { Seconds, UnixSeconds } from '../base/time.ts';
import type { TtlInForce } from './world.ts';

/** Entries of one history: nobody changes a TTL more often while copies with the earlier ones still live. */
const MOST_ENTRIES = 16;

/**
 * Notes the TTL that is in force now. The one before it was in force until just now, for all that is known; one whose
 * copies have all expired, and were of no account for a wait that could still go on, is forgotten.
 *
 * @param history  the TTL in force comes first
 * @param ttl      undefined: it was not looked at, and is what it was
 */
export function rememberTtl(
  history: readonly TtlInForce[],
  ttl: Seconds | undefined,
  now: UnixSeconds,
): readonly TtlInForce[] {
  const last = history[0];
  if (ttl === undefined) return last === undefined ? history : [{ ...last, until: now }, ...history.slice(1)];
  const earlier =
    last?.ttl === ttl ? history.slice(1) : last === undefined ? [] : [{ ...last, until: now }, ...history.slice(1)];
  const kept = earlier.filter(
    (entry) => entry.ttl !== ttl && entry.until + FORGOTTEN_AFTER * entry.ttl + DAYS_KEPT >= now,
  );
  return [{ ttl, until: now }, ...kept].slice(0, MOST_ENTRIES);
}

/** A wait may have begun when a copy was fresh, and lasts no longer than the copy and the policy's margins. */
const FORGOTTEN_AFTER = 2;
const DAYS_KEPT: Seconds = 90 * 86_400;
