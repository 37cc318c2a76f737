/** From what is claimed of a record, and what is seen of it, to the state that it is in. Never from hope. */
import type { Seconds, UnixSeconds } from '../base/time.ts';
import type { KeyTiming } from '../keys/key.ts';
import { dateText } from '../keys/key-words.ts';
import type { RecordClaim } from '../keys/record-claims.ts';
import type { RecordState } from '../keys/state-file.ts';
import type { Policy } from './policy.ts';

/** The state of a record, since when it is in it, and why that was concluded. */
export interface Conclusion {
  readonly state: RecordState;
  /** Undefined: it never was in another one. */
  readonly change: UnixSeconds | undefined;
  readonly why: string;
}

/** How long it takes until all have a record, and until nobody has it. */
export interface Waits {
  readonly in: Seconds;
  readonly out: Seconds;
}

/** The waits for each kind of record. */
export interface AdoptionWaits {
  readonly dnskey: Waits;
  /** `withPartner`: where other keys sign the zone too, signatures are replaced only as they come to be renewed. */
  readonly zrrsig: Waits & { readonly withPartner: Waits };
  readonly ds: Seconds;
  /** From submitting a DS: the registry's delay comes first. */
  readonly submitted: Seconds;
}

/**
 * The sums of RFC 7583 §3.2 and §3.3, with the policy's delays.
 *
 * @param dnskeyTtl   the largest that the keys' files name
 * @param largestTtl  of all records of the zone
 */
export function adoptionWaits(policy: Policy, dnskeyTtl: Seconds, largestTtl: Seconds): AdoptionWaits {
  const { timing, signatures } = policy;
  const keyOut = Math.max(dnskeyTtl, timing.dnskeyTtl) + timing.zonePropagation;
  const dataOut = Math.max(largestTtl, timing.maxZoneTtl) + timing.zonePropagation;
  const replaced = dataOut + (signatures.validity - signatures.refresh) + timing.retireSafety;
  const ds = timing.dsTtl + timing.parentPropagation + timing.retireSafety;
  return {
    dnskey: { in: keyOut + timing.publishSafety, out: keyOut },
    // Who stopped to sign may still have signatures in the zone that are not due yet.
    zrrsig: { in: dataOut, out: replaced, withPartner: { in: replaced, out: replaced } },
    ds,
    submitted: ds + timing.registrationDelay,
  };
}

/**
 * Concludes the state of a record of the zone.
 *
 * @param seen  whether it is in the present signed zone, at all servers that were asked; undefined: that is not known
 */
export function concludeZoneRecord(
  claim: RecordClaim,
  seen: boolean | 'partly' | undefined,
  waits: Waits,
  now: UnixSeconds,
): Conclusion {
  if (seen === 'partly') {
    return { state: 'rumoured', change: now, why: 'some servers show it, and others do not: it counts as new' };
  }
  if (claim.is === 'in' && seen !== false) return concludeIn(claim.since, seen === true, waits, now);
  if (seen === true) {
    return { state: 'rumoured', change: now, why: 'it is in the present signed zone, though it should not be' };
  }
  if (claim.is === 'in') {
    const why = 'it is not in the present signed zone, though it should be: it counts as new';
    return { state: 'rumoured', change: now, why };
  }
  if (claim.is === 'never') return { state: 'hidden', change: undefined, why: 'it never was in the zone' };
  const { since } = claim;
  if (since === undefined) {
    const why = 'it is not in the zone, and may have been until just now';
    return { state: 'unretentive', change: now, why };
  }
  if (since + waits.out > now) {
    return { state: 'unretentive', change: since, why: `withdrawn ${dateText(since)}: some may still have it` };
  }
  return { state: 'hidden', change: since + waits.out, why: `withdrawn ${dateText(since)}: nobody has it any more` };
}

function concludeIn(since: UnixSeconds | undefined, isSeen: boolean, waits: Waits, now: UnixSeconds): Conclusion {
  const place = isSeen ? 'it is in the present signed zone' : 'it is in the zone';
  if (since === undefined) {
    return { state: 'rumoured', change: now, why: `${place}, but nobody says since when: it counts as new` };
  }
  if (since + waits.in > now) {
    return { state: 'rumoured', change: since, why: `${place} since ${dateText(since)}: not everybody has it yet` };
  }
  return { state: 'omnipresent', change: since + waits.in, why: `${place} since ${dateText(since)}` };
}

/** What the parent, with all its servers, shows of a key's DS; `unknown`: nobody could be asked. */
export type DsAtParent = 'present' | 'absent' | 'unknown';

/** What is known of a key whose DS is to be judged. */
export interface DsCase {
  readonly parent: DsAtParent;
  readonly times: KeyTiming;
  /** When the DS was seen to be gone. */
  readonly removed: UnixSeconds | undefined;
  /** `used`: published or signing; `formerly`: no more. */
  readonly use: 'used' | 'formerly' | 'never';
}

/** Concludes the state of a DS: the parent alone tells that it is there; times only tell for how long it may have been. */
export function concludeDs(
  { parent, times, removed, use }: DsCase,
  waits: AdoptionWaits,
  now: UnixSeconds,
): Conclusion {
  const past = (time: UnixSeconds | undefined) => time !== undefined && time <= now;
  const submitted = [times.dsPublish, times.syncPublish].some(past);
  switch (parent) {
    case 'present':
      return concludePresent(times, removed, waits, now);
    case 'absent': {
      if (!submitted) return { state: 'hidden', change: undefined, why: 'the parent does not show it' };
      if (past(removed) && removed! + waits.ds <= now) {
        const why = `the parent does not show it; seen to be gone ${dateText(removed!)}`;
        return { state: 'hidden', change: removed! + waits.ds, why };
      }
      const why = 'the parent does not show it, but it was submitted once: somebody may still have it';
      return { state: 'unretentive', change: now, why };
    }
    case 'unknown': {
      if (use === 'used') {
        const why = 'the parent could not be asked: it counts as being there, and for no longer than since now';
        return { state: 'rumoured', change: now, why };
      }
      if (use === 'formerly' || submitted) {
        const why = 'the parent could not be asked: it may have been there until now';
        return { state: 'unretentive', change: now, why };
      }
      return { state: 'hidden', change: undefined, why: 'the key never was in use' };
    }
  }
}

function concludePresent(
  times: KeyTiming,
  removed: UnixSeconds | undefined,
  waits: AdoptionWaits,
  now: UnixSeconds,
): Conclusion {
  // A DS that was, or was to be, taken away may have come back at any time since.
  const left = [removed, times.syncDelete].some((time) => time !== undefined && time <= now);
  const full = [
    times.dsPublish === undefined ? undefined : times.dsPublish + waits.ds,
    times.syncPublish === undefined ? undefined : times.syncPublish + waits.submitted,
  ].find((time) => time !== undefined && time <= now);
  if (full !== undefined && !left) {
    const why = `the parent shows it; submitted ${dateText((times.dsPublish ?? times.syncPublish)!)}, long enough ago`;
    return { state: 'omnipresent', change: full, why };
  }
  const { dsPublish } = times;
  if (dsPublish !== undefined && dsPublish <= now && !left) {
    const why = `the parent shows it since ${dateText(dsPublish)}: not everybody has it yet`;
    return { state: 'rumoured', change: dsPublish, why };
  }
  return { state: 'rumoured', change: now, why: 'the parent shows it, since when is not certain: it counts as new' };
}
