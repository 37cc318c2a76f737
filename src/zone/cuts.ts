/** Zone cuts: which names the zone speaks for, and which lie below a delegation or a DNAME. */
import { sharedOctets } from '../base/octets.ts';
import { TYPE } from '../dns/types.ts';
import { findRrset, type Zone } from './zone.ts';

/** What a name is in the zone. */
export const NAME_KIND = {
  /** The zone speaks for it: it is signed. */
  authoritative: 0,
  /** It has NS records and is not the apex: only DS and NSEC are signed. */
  delegation: 1,
  /** It lies below a delegation or a DNAME: nothing is signed. */
  occluded: 2,
} as const;
/** One of the kinds of names. */
export type NameKind = (typeof NAME_KIND)[keyof typeof NAME_KIND];

/**
 * Tells for each name of the zone which kind it is. Names below a delegation are glue or dead (RFC 4035 §2.2), names
 * below a DNAME can't be looked up (RFC 6672 §2.4). The owner of a DNAME is itself authoritative.
 *
 * @returns one `NAME_KIND` for each name, in shared memory
 */
export function classifyNames(zone: Zone): Uint8Array {
  const kinds = sharedOctets(zone.nameCount);
  const { keys, nameKey } = zone;
  // Below the last cut lie all names whose key begins with its key: they follow it in canonical order.
  let cut = -1;
  let cutLength = 0;
  for (let name = 0; name < zone.nameCount; name++) {
    if (cut >= 0) {
      const at = nameKey[name]!;
      let i = nameKey[name + 1]! - at > cutLength ? 0 : -1;
      while (i >= 0 && i < cutLength) i = keys[at + i] === keys[cut + i] ? i + 1 : -1;
      if (i === cutLength) {
        kinds[name] = NAME_KIND.occluded;
        continue;
      }
      cut = -1;
    }
    const isDelegation = name > 0 && findRrset(zone, name, TYPE.NS) >= 0;
    if (isDelegation) kinds[name] = NAME_KIND.delegation;
    if (isDelegation || findRrset(zone, name, TYPE.DNAME) >= 0) {
      cut = nameKey[name]!;
      cutLength = nameKey[name + 1]! - cut;
    }
  }
  return kinds;
}
