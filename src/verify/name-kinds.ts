/** What each name of a signed zone is: who may sign there, and whether it has a place in the chains. */
import type { Octets } from '../base/octets.ts';
import { sharedOctets } from '../base/octets.ts';
import { TYPE } from '../dns/types.ts';
import { NAME_KIND as CUT_KIND, classifyNames } from '../zone/cuts.ts';
import { coveredType, type Zone } from '../zone/zone.ts';

/** Kinds of names: those of `classifyNames`, and one more. */
export const NAME_KIND = {
  ...CUT_KIND,
  /** Holds NSEC3 records and their signatures, nothing else: no name of the zone itself (RFC 5155 §7.1). */
  nsec3Only: 3,
} as const;

/**
 * Classifies every name: as `classifyNames`, but owners of NSEC3 records alone are told apart, also where a DNAME at
 * the apex stands over them.
 *
 * @returns a kind per name, in shared memory
 */
export function classifySignedNames(zone: Zone): Octets {
  const cuts = classifyNames(zone);
  const kinds = sharedOctets(zone.nameCount);
  for (let name = 0; name < zone.nameCount; name++) {
    kinds[name] = holdsNsec3Only(zone, name) && isChildOfApex(zone, name) ? NAME_KIND.nsec3Only : cuts[name]!;
  }
  return kinds;
}

function holdsNsec3Only(zone: Zone, name: number): boolean {
  let found = false;
  for (let rrset = zone.nameFirst[name]!; rrset < zone.nameFirst[name + 1]!; rrset++) {
    const type = zone.rrsetType[rrset]!;
    if (type === TYPE.NSEC3) found = true;
    else if (type !== TYPE.RRSIG || coveredType(zone, zone.rrsetFirst[rrset]!) !== TYPE.NSEC3) return false;
  }
  return found;
}

/** Whether the name has exactly one label more than the apex. */
export function isChildOfApex(zone: Zone, name: number): boolean {
  const at = zone.nameOwner[name]!;
  let length = 0;
  for (let i = at; zone.octets[i]! !== 0; i += zone.octets[i]! + 1) length += zone.octets[i]! + 1;
  return length + 1 === zone.octets[at]! + 1 + zone.origin.length;
}

/** The next name that has a place in the chains after `name`, or the apex after the last one. */
export function nextChainName(kinds: Octets, name: number): number {
  for (let next = name + 1; next < kinds.length; next++) if (kinds[next]! <= NAME_KIND.delegation) return next;
  return 0;
}

/** The last name before `name` that has a place in the chains, or -1. */
export function previousChainName(kinds: Octets, name: number): number {
  for (let previous = name - 1; previous >= 0; previous--) {
    if (kinds[previous]! <= NAME_KIND.delegation) return previous;
  }
  return -1;
}
