/**
 * What is said of a key's records by its own times, or by the program that kept it. A claim is a plan or a belief: the
 * world may refute it.
 */
import type { UnixSeconds } from '../base/time.ts';
import { isRevoked, type KeyTiming, ownRole, type ZoneKey } from './key.ts';

/** What is said of one record of a key, at one point in time. */
export type RecordClaim =
  /** It is in the zone, since that time; undefined: nobody says since when. */
  | { readonly is: 'in'; readonly since: UnixSeconds | undefined }
  /** It was in the zone, or may have been, and was withdrawn at that time. */
  | { readonly is: 'out'; readonly since: UnixSeconds | undefined }
  /** It never was in the zone; `from`: when it is to come, where that is planned. */
  | { readonly is: 'never'; readonly from: UnixSeconds | undefined };

/** What is said of a key. Of its DS nothing is claimed but when it was submitted: the parent alone knows more. */
export interface KeyClaims {
  readonly dnskey: RecordClaim;
  readonly krrsig: RecordClaim;
  readonly zrrsig: RecordClaim;
  /** Whether the key is on its way out of the zone, or gone. */
  readonly isLeaving: boolean;
}

/** A record that nobody ever said anything of. */
export const NEVER: RecordClaim = { is: 'never', from: undefined };

/** A record that is in the zone, nobody knows since when. */
export const IN_SINCE_UNKNOWN: RecordClaim = { is: 'in', since: undefined };

/** The claim that a span of time makes: in the zone from `from` until before `until`. */
export function claimOfSpan(
  from: UnixSeconds | undefined,
  until: UnixSeconds | undefined,
  now: UnixSeconds,
): RecordClaim {
  if (until !== undefined && until <= now) return { is: 'out', since: until };
  if (from === undefined || from > now) return { is: 'never', from };
  return { is: 'in', since: from };
}

/** The earliest of some times. @returns undefined where none is set */
export function earliest(...times: readonly (UnixSeconds | undefined)[]): UnixSeconds | undefined {
  const set = times.filter((time) => time !== undefined);
  return set.length === 0 ? undefined : Math.min(...set);
}

/**
 * The times of a key: those of its `.private` and `.key`, and where these have none, those that its `.state` file has
 * beside its states.
 */
export function timesOf(key: Pick<ZoneKey, 'timing' | 'state'>): KeyTiming {
  if (key.state === undefined) return key.timing;
  const { times } = key.state;
  const told: { -readonly [K in keyof KeyTiming]: KeyTiming[K] | undefined } = {
    created: times.generated,
    publish: times.published,
    activate: times.active,
    revoke: times.revoked,
    inactive: times.retired,
    delete: times.removed,
    dsPublish: times.dsPublish,
    syncPublish: times.publishCds,
    syncDelete: times.deleteCds,
  };
  const set = Object.entries(told).filter(([, time]) => time !== undefined);
  return { ...(Object.fromEntries(set) as KeyTiming), ...key.timing };
}

/**
 * What the times of a key's files claim, as `selectKeys` reads them: published from Publish (else Activate) until
 * Delete, signing from Activate until Inactive or Delete; all of it where the files name no times at all.
 */
export function claimsOfTimes(key: ZoneKey, now: UnixSeconds): KeyClaims {
  const times = timesOf(key);
  if (Object.keys(times).length === 0) {
    return { dnskey: IN_SINCE_UNKNOWN, krrsig: IN_SINCE_UNKNOWN, zrrsig: IN_SINCE_UNKNOWN, isLeaving: false };
  }
  const { publish, activate, inactive, delete: removed, revoke } = times;
  const dnskey = claimOfSpan(publish ?? activate, removed, now);
  const signatures = claimOfSpan(activate, earliest(inactive, removed), now);
  const revoked = isRevoked(key.flags) || (revoke !== undefined && revoke <= now);
  const isLeaving = revoked || [inactive, removed].some((time) => time !== undefined && time <= now);
  // A revoked key signs the DNSKEY RRset, and nothing else, for as long as it is published (RFC 5011 §2.1).
  return {
    dnskey,
    krrsig: revoked && ownRole(key) !== 'zsk' && dnskey.is === 'in' ? { is: 'in', since: revoke } : signatures,
    zrrsig: revoked && signatures.is === 'in' ? { is: 'out', since: revoke } : signatures,
    isLeaving,
  };
}
