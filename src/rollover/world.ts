/** What was seen of a zone's records: in its signed file, at its name servers, at its parent. Plain data. */
import type { Seconds, UnixSeconds } from '../base/time.ts';
import type { KeyId } from './roll-key.ts';

/**
 * What one place, with all servers of it, shows of a record: all show it, none does, they disagree, or nobody could be
 * asked.
 */
export interface Sighting {
  readonly seen: 'present' | 'absent' | 'mixed' | 'unknown';
  /** Since when it has been so at every look, without a break. */
  readonly since: UnixSeconds;
  /** Servers that disagree with the rest or did not answer, with what they said: `192.0.2.1: no answer`. */
  readonly dissent: readonly string[];
}

/** Sightings of one kind of record, by key; a key that is not there was not looked for. */
export type Sightings = Readonly<Record<KeyId, Sighting>>;

/** The records that lie in the zone itself. */
export interface ZoneSightings {
  readonly dnskey: Sightings;
  /** Signatures over the DNSKEY RRset. */
  readonly krrsig: Sightings;
  /** Signatures over everything else. */
  readonly zrrsig: Sightings;
}

/** A TTL and the last time at which records were given out with it. */
export interface TtlInForce {
  readonly ttl: Seconds;
  readonly until: UnixSeconds;
}

/** TTLs that were in force, so that lowering one shortens no wait that began before. */
export interface TtlHistory {
  readonly dnskey: readonly TtlInForce[];
  /** Of the RRset that lasts longest. */
  readonly zone: readonly TtlInForce[];
  readonly ds: readonly TtlInForce[];
}

/** Everything outside the keys that a step depends on. */
export interface World {
  /** Our own signed zone file, as it lies in its place. */
  readonly file: ZoneSightings;
  /** All addresses of all name servers of the zone; `off`: they are not asked, and arithmetic has to do. */
  readonly servers: ZoneSightings | 'off';
  /** DS by key at all servers of the parent; `off`: they are not asked, and a person's word has to do. */
  readonly parent: Sightings | 'off';
  /** What a person said of the DS at the parent: counts where the parent itself tells nothing. */
  readonly word: Sightings;
  readonly ttls: TtlHistory;
  /** Under a policy whose rollovers are manual: whether a person told this pass to move on. */
  readonly approved: boolean;
  /** Key files that stop every withdrawal and every new key, beyond those of `RollKey.files`: in words. */
  readonly trouble: readonly string[];
}
