/**
 * Content of a zone: what must hold before it can be signed or served. Errors are what named refuses to load as well,
 * and what can't be signed; warnings are what named warns of.
 */
import { type Diagnostic, DnssecError } from '../base/errors.ts';
import { friendlyName, isWildcard, nameText } from '../dns/name.ts';
import { TYPE, typeText } from '../dns/types.ts';
import { classifyNames, NAME_KIND } from './cuts.ts';
import { checkTargets } from './target-checks.ts';
import { findRrset, recordFile, type Zone } from './zone.ts';

/** Most errors and most warnings that are told. */
const MOST = 20;

/** Takes remarks, and counts those beyond the limit. */
export class CheckLog {
  readonly #zone: Zone;
  readonly errors: Diagnostic[] = [];
  readonly #warnings: Diagnostic[] = [];
  #silent = 0;

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  /** Notes an error at a record. */
  error(record: number, message: string, hint?: string): void {
    if (this.errors.length < MOST) this.errors.push(this.#diagnostic('error', record, message, hint));
  }

  /** Notes a warning at a record; the message is made only if it is told, as a zone may be worth a million of them. */
  warn(record: number, message: () => string, hint?: string): void {
    if (this.#warnings.length < MOST) this.#warnings.push(this.#diagnostic('warning', record, message(), hint));
    else this.#silent++;
  }

  #diagnostic(severity: Diagnostic['severity'], record: number, message: string, hint?: string): Diagnostic {
    const line = this.#zone.line[record]!;
    const place = line === 0 ? {} : { file: recordFile(this.#zone, record), line };
    return { severity, message, ...place, ...(hint === undefined ? {} : { hint }) };
  }

  /** The warnings, and how many more there were. */
  warnings(): readonly Diagnostic[] {
    if (this.#silent === 0) return this.#warnings;
    return [...this.#warnings, { severity: 'warning', message: `and ${this.#silent} warnings more about the content` }];
  }
}

/**
 * Checks the content of a zone.
 *
 * @param errorsOnly  leave out what only gives warnings: it takes a look at every delegation's name servers
 * @returns warnings
 * @throws DnssecError ZONE_INVALID with up to 20 diagnostics
 */
export function checkZone(zone: Zone, errorsOnly = false): readonly Diagnostic[] {
  const log = new CheckLog(zone);
  const apex = friendlyName(zone.origin);
  if (findRrset(zone, 0, TYPE.SOA) < 0) log.error(0, `zone ${apex} has no SOA record at its apex`);
  if (findRrset(zone, 0, TYPE.NS) < 0) log.error(0, `zone ${apex} has no NS records at its apex`);
  const kinds = classifyNames(zone);
  for (let name = 0; name < zone.nameCount; name++) checkName(zone, name, kinds[name]!, log);
  checkTargets(zone, kinds, log, errorsOnly ? 1 : zone.nameCount);
  if (log.errors.length === 0) return log.warnings();
  const count = log.errors.length === MOST ? `${MOST} mistakes or more` : plural(log.errors.length);
  throw new DnssecError('ZONE_INVALID', `zone ${apex} has ${count} in its content`, {
    diagnostics: log.errors,
    hint: 'Correct the zone file; nothing was written.',
  });
}

function plural(count: number): string {
  return count === 1 ? 'a mistake' : `${count} mistakes`;
}

/** Types that may stand beside a CNAME (RFC 2181 §10.1, RFC 4035 §2.5); KEY stands there by named's leave. */
const BESIDE_CNAME: ReadonlySet<number> = new Set([TYPE.CNAME, TYPE.RRSIG, TYPE.NSEC, TYPE.KEY]);

function checkName(zone: Zone, name: number, kind: number, log: CheckLog): void {
  const { nameFirst, rrsetType, rrsetFirst } = zone;
  const end = nameFirst[name + 1]!;
  let cname = -1;
  let other = -1;
  for (let rrset = nameFirst[name]!; rrset < end; rrset++) {
    const type = rrsetType[rrset]!;
    const record = rrsetFirst[rrset]!;
    if (type === TYPE.CNAME) cname = rrset;
    if (!BESIDE_CNAME.has(type)) other = rrset;
    const isSingle = type === TYPE.CNAME || type === TYPE.DNAME || type === TYPE.SOA;
    if (isSingle && rrsetFirst[rrset + 1]! - record > 1) {
      log.error(record + 1, `${owner(zone, name)} has more than one ${typeText(type)} record`);
    }
    if (name > 0 && type === TYPE.SOA) {
      log.error(record, `${owner(zone, name)} has an SOA record, but is not the apex ${friendlyName(zone.origin)}`);
    }
    if (name === 0 && type === TYPE.DS) {
      log.error(record, `the apex has a DS record`, 'A DS record belongs into the parent zone.');
    }
    if (name > 0 && type === TYPE.DS && kind === NAME_KIND.authoritative) {
      log.error(record, `${owner(zone, name)} has a DS record, but no NS record: it is no delegation`);
    }
    if (type === TYPE.NS && isWildcard(zone.octets, zone.nameOwner[name]!)) {
      log.error(record, `${owner(zone, name)} has an NS record: a wildcard can't be delegated (RFC 4592 §4.2)`);
    }
  }
  if (cname >= 0 && other >= 0) {
    const message = `${owner(zone, name)} has a CNAME record and ${typeText(rrsetType[other]!)} data`;
    log.error(rrsetFirst[cname]!, message, 'A CNAME must stand alone (RFC 2181 §10.1).');
  }
}

function owner(zone: Zone, name: number): string {
  return nameText(zone.octets, zone.nameOwner[name]!);
}
