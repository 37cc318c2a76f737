/** What the keys of a zone that is taken over are for. */
import { hasSepFlag, isRevoked, type KeyRole, ownRole, type ZoneKey } from '../keys/key.ts';
import { keyIdentity } from '../keys/key-identity.ts';
import type { DsAtParent } from './adoption-states.ts';
import type { KeyId } from './roll-key.ts';

/** Whose records a place holds, by kind of record. */
export interface SeenRecords {
  /** Whose DNSKEY is in the apex RRset. */
  readonly dnskeys: readonly KeyId[];
  /** Who signed the DNSKEY RRset. */
  readonly krrsigs: readonly KeyId[];
  /** Who signed the SOA record, or any other but DNSKEY, CDS and CDNSKEY. */
  readonly zrrsigs: readonly KeyId[];
}

/** Whose records the present signed zone holds. */
export interface SeenKeys extends SeenRecords {
  /** Whose records some servers show and others do not; these are not among those above. */
  readonly partly?: SeenRecords;
}

/** Whether the key's `.state` file tells its role. */
export function hasOwnRole(key: ZoneKey): boolean {
  const { isKsk, isZsk } = key.state ?? {};
  return isKsk !== undefined && isZsk !== undefined;
}

/**
 * The role that the key's files give it. dnssec-settime writes states without roles: a key that has states of both
 * roles is then a CSK.
 */
export function stateRole(key: ZoneKey): KeyRole {
  if (hasOwnRole(key)) return ownRole(key);
  const { krrsig = 'hidden', zrrsig = 'hidden', ds = 'hidden' } = key.state?.states ?? {};
  return (krrsig !== 'hidden' || ds !== 'hidden') && zrrsig !== 'hidden' ? 'csk' : ownRole(key);
}

/**
 * The role of a key: what its `.state` file says, else what its flags say. But where only one kind of key of an
 * algorithm is seen to sign, and signs everything, it is a CSK; and so is a key without the flag of a KSK whose DS is
 * at the parent.
 *
 * @param keys  all keys of the zone
 */
export function adoptedRole(
  key: ZoneKey,
  keys: readonly ZoneKey[],
  seen: SeenKeys | undefined,
  ds: DsAtParent,
): KeyRole {
  const role = stateRole(key);
  if (hasOwnRole(key) || role === 'csk') return role;
  if (role === 'zsk' && ds === 'present') return 'csk';
  if (seen === undefined || isRevoked(key.flags)) return role;
  const partners = keys.filter(
    (other) =>
      other.algorithm === key.algorithm && !isRevoked(other.flags) && hasSepFlag(other.flags) !== hasSepFlag(key.flags),
  );
  const signers = role === 'ksk' ? seen.zrrsigs : seen.krrsigs;
  const signs = (other: ZoneKey) => signers.includes(keyIdentity(other.dnskeyRdata));
  return signs(key) && !partners.some(signs) ? 'csk' : role;
}
