/** Names that NS, MX and SRV records point to: whether the zone itself shows that they lead nowhere. */
import type { Octets } from '../base/octets.ts';
import { isWithin, nameText } from '../dns/name.ts';
import { TYPE, typeText } from '../dns/types.ts';
import type { CheckLog } from './checks.ts';
import { NAME_KIND } from './cuts.ts';
import { NameSearch } from './name-search.ts';
import { findRrset, type Zone } from './zone.ts';

/** Octets of RDATA before the name. */
const NAME_OFFSET: ReadonlyMap<number, number> = new Map<number, number>([
  [TYPE.NS, 0],
  [TYPE.MX, 2],
  [TYPE.SRV, 6],
]);

/**
 * Checks the targets that lie in the zone. A name server of the zone itself that has no address is an error, as for
 * named; all else is a warning.
 *
 * @param kinds  as `classifyNames` gives them
 * @param end    names before this one are looked at; the first alone can be the cause of errors
 */
export function checkTargets(zone: Zone, kinds: Octets, log: CheckLog, end: number): void {
  const search = new NameSearch(zone);
  for (let name = 0; name < end; name++) {
    if (kinds[name] === NAME_KIND.occluded) continue;
    for (let rrset = zone.nameFirst[name]!; rrset < zone.nameFirst[name + 1]!; rrset++) {
      const type = zone.rrsetType[rrset]!;
      const skip = NAME_OFFSET.get(type);
      if (skip === undefined) continue;
      for (let record = zone.rrsetFirst[rrset]!; record < zone.rrsetFirst[rrset + 1]!; record++) {
        const target = zone.rdata[record]! + skip;
        const trouble = findTrouble(zone, kinds, search, name, type, target);
        if (trouble === undefined) continue;
        const text = () =>
          `${nameText(zone.octets, zone.nameOwner[name]!)} ${typeText(type)}: ${nameText(zone.octets, target)} ${trouble}`;
        if (name === 0 && type === TYPE.NS) log.error(record, text());
        else log.warn(record, text);
      }
    }
  }
}

function findTrouble(
  zone: Zone,
  kinds: Octets,
  search: NameSearch,
  name: number,
  type: number,
  target: number,
): string | undefined {
  if (zone.octets[target] === 0) return undefined;
  const match = search.find(zone.octets, target);
  if (match.kind === 'outside') return undefined;
  const isGlue =
    kinds[name] === NAME_KIND.delegation && isWithin(zone.octets, target, zone.octets, zone.nameOwner[name]!);
  const none = isGlue ? 'has no glue: nobody can find it' : 'has no address record';
  if (match.kind !== 'found') return search.isBelowCut(match, kinds) && !isGlue && name > 0 ? undefined : none;
  if (findRrset(zone, match.name, TYPE.CNAME) >= 0) return 'is an alias (CNAME), which is not allowed (RFC 2181 §10.3)';
  const hasAddress = findRrset(zone, match.name, TYPE.A) >= 0 || findRrset(zone, match.name, TYPE.AAAA) >= 0;
  const kind = kinds[match.name];
  if (hasAddress) {
    const isServer = name === 0 && type === TYPE.NS;
    return isServer && kind === NAME_KIND.occluded ? belowDname(zone, search, target) : undefined;
  }
  const isElsewhere = kind !== NAME_KIND.authoritative && !isGlue && name > 0;
  return isElsewhere ? undefined : none;
}

/** A name server below a DNAME can't be found: the name leads elsewhere. */
function belowDname(zone: Zone, search: NameSearch, target: number): string | undefined {
  for (let at = target + zone.octets[target]! + 1; zone.octets[at] !== 0; at += zone.octets[at]! + 1) {
    const match = search.find(zone.octets, at);
    if (match.kind === 'found' && findRrset(zone, match.name, TYPE.DNAME) >= 0) return 'lies below a DNAME';
    if (match.kind === 'outside') break;
  }
  return undefined;
}
