/** What PowerDNS tells of a zone's keys: `pdnsutil show-zone ZONE` and `pdnsutil list-keys ZONE`. */
import type { Octets } from '../base/octets.ts';
import { equalNames, nameFromText } from '../dns/name.ts';
import { algorithmNumber } from './algorithms.ts';
import { splitLines } from './file-lines.ts';
import { requireZone } from './foreign-key.ts';
import type { KeyRole } from './key.ts';

/** One key of PowerDNS. */
export interface PowerDnsEntry {
  /** The number that the other commands of pdnsutil know it by. */
  readonly id: number;
  /** What it signs: CSK where no other key shares the work in its algorithm. */
  readonly role: KeyRole;
  readonly keyTag: number;
  readonly algorithm: number;
  /** Undefined where the listing does not tell the flags. */
  readonly flags: number | undefined;
  /** Signs. */
  readonly isActive: boolean;
  /** Its DNSKEY is in the zone. */
  readonly isPublished: boolean;
}

const SHOWN =
  /^ID = (\d{1,9}) \((KSK|ZSK|CSK)\), flags = (\d{1,5}), tag = (\d{1,5}), algo = (\d{1,3}), bits = \d+\s+(Active|Inactive)(?:\s+(Published|Unpublished))?\b/;

const SHOWN_DNSKEY = /^(?:KSK|ZSK|CSK) DNSKEY = (\S+) IN DNSKEY /;

/**
 * Reads the keys out of a listing; lines that speak of other things are passed over, as are the keys of other zones
 * that `list-keys` tells.
 *
 * @param file  what to call it in messages
 * @param zone  wire form
 * @throws DnssecError KEY_INVALID for what is no text; USAGE for a `show-zone` of another zone
 */
export function parsePowerDnsListing(text: string, file: string, zone: Octets): PowerDnsEntry[] {
  const entries: PowerDnsEntry[] = [];
  for (const { line } of splitLines(text, file)) {
    const owner = readName(SHOWN_DNSKEY.exec(line)?.[1]);
    if (owner !== undefined) requireZone(owner, zone, file);
    const entry = shownEntry(line) ?? listedEntry(line, zone);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

function shownEntry(line: string): PowerDnsEntry | undefined {
  const m = SHOWN.exec(line);
  if (m === null) return undefined;
  const [, id, role, flags, tag, algorithm, active, published] = m;
  return {
    id: Number(id),
    role: role!.toLowerCase() as KeyRole,
    keyTag: Number(tag),
    algorithm: Number(algorithm),
    flags: Number(flags),
    isActive: active === 'Active',
    // Before version 4.3 every key was published.
    isPublished: published !== 'Unpublished',
  };
}

/** `ZONE TYPE [Act] [Pub] SIZE ALGORITHM ID LOCATION TAG`, in columns. */
function listedEntry(line: string, zone: Octets): PowerDnsEntry | undefined {
  const words = line.trim().split(/\s+/);
  const [owner, role = '', ...rest] = words;
  const [, mnemonic = '', id = '', , tag = ''] = rest.slice(-5);
  const marks = rest.slice(0, -5);
  const isEntry =
    /^(?:KSK|ZSK|CSK)$/.test(role) &&
    rest.length >= 5 &&
    marks.every((mark) => mark === 'Act' || mark === 'Pub') &&
    /^\d{1,9}$/.test(id) &&
    /^\d{1,5}$/.test(tag);
  const name = isEntry ? readName(owner) : undefined;
  const algorithm = algorithmNumber(mnemonic);
  if (algorithm === undefined || name === undefined || !equalNames(name, 0, zone, 0)) return undefined;
  return {
    id: Number(id),
    role: role.toLowerCase() as KeyRole,
    keyTag: Number(tag),
    algorithm,
    flags: undefined,
    isActive: marks.includes('Act'),
    isPublished: marks.includes('Pub'),
  };
}

function readName(text: string | undefined): Octets | undefined {
  if (text === undefined) return undefined;
  try {
    return nameFromText(text);
  } catch {
    return undefined;
  }
}
