/** The NSEC3 salt: kept for its lifetime, since a new salt is a new chain (RFC 5155 §8.1, RFC 9276 §2.4). */
import type { Octets } from '../base/octets.ts';
import type { Seconds, UnixSeconds } from '../base/time.ts';
import { TYPE } from '../dns/types.ts';
import { findRrset, type Zone } from '../zone/zone.ts';

/** How the salt is to be chosen: a given one, a new random one now, or the present one until its lifetime is over. */
export type SaltWish =
  | { readonly kind: 'given'; readonly salt: Octets }
  | { readonly kind: 'random'; readonly length: number }
  | { readonly kind: 'keep'; readonly length: number; readonly lifetime: Seconds };

/** A salt in use. */
export interface Salt {
  readonly salt: Octets;
  /** When it was drawn. */
  readonly drawn: UnixSeconds;
  /** Whether it may be drawn again if two names collide. */
  readonly random: boolean;
}

/** The salt of a signed zone, from its NSEC3PARAM; undefined without one. */
export function publishedSalt(zone: Zone): Octets | undefined {
  const rrset = findRrset(zone, 0, TYPE.NSEC3PARAM);
  if (rrset < 0) return undefined;
  const at = zone.rdata[zone.rrsetFirst[rrset]!]!;
  return zone.octets.slice(at + 5, at + 5 + zone.octets[at + 4]!);
}

/**
 * Chooses the salt.
 *
 * @param published  salt of the previous signed zone
 * @param drawn      when that was drawn, if it is known; else it counts from now
 * @param draw       a random salt of so many octets
 */
export function chooseSalt(
  wish: SaltWish,
  published: Octets | undefined,
  drawn: UnixSeconds | undefined,
  now: UnixSeconds,
  draw: (length: number) => Octets,
): Salt {
  if (wish.kind === 'given') return { salt: wish.salt, drawn: now, random: false };
  if (wish.kind === 'keep' && published !== undefined && published.length === wish.length) {
    const since = drawn ?? now;
    if (wish.length === 0 || (since <= now && now - since < wish.lifetime)) {
      return { salt: published, drawn: since, random: true };
    }
  }
  return { salt: draw(wish.length), drawn: now, random: true };
}
