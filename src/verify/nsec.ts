/** The NSEC chain: one record at each name that counts, pointing to the next, with a true bit map. */
import { checkName, equalNames, friendlyName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import type { Zone } from '../zone/zone.ts';
import type { BitmapChecker } from './bitmaps.ts';
import type { FindingLog } from './findings.ts';
import { nextChainName } from './name-kinds.ts';

/**
 * Checks the NSEC record of one name of the chain. That every name passes makes the chain closed and complete: each
 * points to the next in canonical order, and the last to the apex.
 *
 * @param name    a name that is authoritative or a delegation
 * @param rrset   its NSEC RRset, or -1
 * @param kinds   as `classifySignedNames` gives them
 * @param bitmap  loaded with what the name should list
 * @see RFC 4034 §4.1, RFC 4035 §2.3
 */
export function checkNsec(
  zone: Zone,
  kinds: Uint8Array,
  name: number,
  rrset: number,
  bitmap: BitmapChecker,
  log: FindingLog,
): void {
  if (rrset < 0) {
    log.report('nsec-missing', name, TYPE.NSEC, () => 'the name has no NSEC record');
    return;
  }
  const { octets, rrsetFirst, nameOwner } = zone;
  const record = rrsetFirst[rrset]!;
  if (rrsetFirst[rrset + 1]! - record > 1) {
    const reason = () => `the name has ${rrsetFirst[rrset + 1]! - record} NSEC records, and may have one`;
    log.report('nsec-multiple', name, TYPE.NSEC, reason, record);
    return;
  }
  const at = zone.rdata[record]!;
  const end = at + zone.rdataLength[record]!;
  const length = checkName(octets, at, end);
  const next = nameOwner[nextChainName(kinds, name)]!;
  if (length < 0 || !equalNames(octets, at, octets, next)) {
    const reason = () => {
      const found = length < 0 ? 'nowhere' : `to ${friendlyName(octets, at)}`;
      return `its NSEC record points ${found}, but the next name is ${friendlyName(octets, next)}`;
    };
    log.report('nsec-next-name', name, TYPE.NSEC, reason, record);
    return;
  }
  if (!bitmap.matches(at + length, end)) {
    log.report('nsec-bitmap', name, TYPE.NSEC, () => bitmap.difference(at + length, end), record);
  }
}
