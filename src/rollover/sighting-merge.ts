/** Sightings over time: from what each look showed to since when it has been so. */
import type { UnixSeconds } from '../base/time.ts';
import type { KeyId } from './roll-key.ts';
import type { Sighting, Sightings, ZoneSightings } from './world.ts';

/** What one look showed. */
export type Look = Pick<Sighting, 'seen' | 'dissent'>;

/** What one look showed of one kind of record, by key. */
export type Looks = Readonly<Record<KeyId, Look>>;

/** What one look showed of the records that lie in the zone itself. */
export interface ZoneLooks {
  readonly dnskey: Looks;
  readonly krrsig: Looks;
  readonly zrrsig: Looks;
}

/**
 * Adds a look to what was seen before. `since` stays while each look shows the same, and starts anew with each that
 * shows something else; that holds for `unknown` too: while nobody could be asked, the record may have been gone, so
 * that what was seen before such a gap counts for nothing after it. Waiting too long harms nobody; waiting too short
 * makes a zone bogus.
 *
 * @param before  undefined: nothing was looked for before
 * @param at      when the look was taken; where it is before `before.since`, the clock was set back: it starts anew
 */
export function mergeSighting(before: Sighting | undefined, look: Look, at: UnixSeconds): Sighting {
  const lasts = before !== undefined && before.seen === look.seen && before.since <= at;
  return { seen: look.seen, since: lasts ? before.since : at, dissent: look.dissent };
}

/** The same for each key that was looked for; keys that were not are gone from the result. */
export function mergeSightings(before: Sightings | undefined, looks: Looks, at: UnixSeconds): Sightings {
  const seen = (id: KeyId) => (before !== undefined && Object.hasOwn(before, id) ? before[id] : undefined);
  return Object.fromEntries(Object.entries(looks).map(([id, look]) => [id, mergeSighting(seen(id), look, at)]));
}

/** The same for the records of a zone. */
export function mergeZoneSightings(
  before: ZoneSightings | undefined,
  looks: ZoneLooks,
  at: UnixSeconds,
): ZoneSightings {
  return {
    dnskey: mergeSightings(before?.dnskey, looks.dnskey, at),
    krrsig: mergeSightings(before?.krrsig, looks.krrsig, at),
    zrrsig: mergeSightings(before?.zrrsig, looks.zrrsig, at),
  };
}
