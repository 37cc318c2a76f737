/** Keys that PowerDNS kept: `pdnsutil export-zone-key ZONE ID`, with what its listings tell of them. */
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { requireSigningAlgorithm } from './algorithms.ts';
import { assembleForeignKey, type ForeignKey, flagsOf } from './foreign-key.ts';
import type { KeyRole, ZoneKey } from './key.ts';
import { FLAG, keyTag } from './key-tag.ts';
import type { PowerDnsEntry } from './powerdns-listing.ts';
import { parsePrivateKeyFile } from './private-key-file.ts';
import { dnskeyRdata, encodePublicKey } from './public-key.ts';
import { IN_SINCE_UNKNOWN, type KeyClaims, type RecordClaim } from './record-claims.ts';

/** What a key of PowerDNS is read from. */
export interface PowerDnsSource {
  /** Wire form. */
  readonly zone: Octets;
  /** What `export-zone-key` prints: secret; and what to call it in messages. */
  readonly text: string;
  readonly file: string;
  /** What the key is for, as the user says; undefined where the listing tells it. */
  readonly role: KeyRole | undefined;
  /** What `show-zone` or `list-keys` tells; undefined where neither was handed in. */
  readonly listing: readonly PowerDnsEntry[] | undefined;
}

/**
 * Reads a key of PowerDNS. The export has neither name nor flags nor times: the listing is searched by algorithm and
 * tag; without one the role decides the flags.
 *
 * @throws DnssecError KEY_INVALID, also for a key that the listing has not; KEY_UNSUPPORTED for one in a token; USAGE
 *         where nothing tells the role, or the user says another than the listing
 */
export function readPowerDnsKey({ zone, text, file, role, listing }: PowerDnsSource): ForeignKey {
  const { algorithm: number, privateKey } = parsePrivateKeyFile(text, file);
  const algorithm = requireSigningAlgorithm(number);
  const publicKey = encodePublicKey(algorithm, privateKey);
  const entry = listing === undefined ? undefined : requireEntry(listing, number, publicKey, file);
  const known = knownRole(entry, role, file);
  const flags = entry?.flags === undefined ? flagsOf(known) : [entry.flags];
  const parts = { zone, algorithm, role: known, keyTag: entry?.keyTag, half: privateKey, ttl: undefined, timing: {} };
  const key = assembleForeignKey({ ...parts, flags }, file);
  const claims = entry === undefined ? undefined : claimsOfEntry(entry);
  return { key, claims, remarks: remarksOn(key, entry), problems: [] };
}

const EITHER: readonly number[] = [FLAG.zone | FLAG.sep, FLAG.zone];

function requireEntry(
  listing: readonly PowerDnsEntry[],
  algorithm: number,
  publicKey: Octets,
  file: string,
): PowerDnsEntry {
  const tagWith = (flags: number) => keyTag(dnskeyRdata(flags, algorithm, publicKey));
  const found = listing.filter(
    (entry) =>
      entry.algorithm === algorithm &&
      (entry.flags === undefined ? EITHER : [entry.flags]).some((flags) => tagWith(flags) === entry.keyTag),
  );
  if (found.length === 1) return found[0]!;
  const hint = 'Hand in what "pdnsutil show-zone ZONE" prints for the zone whose key it is.';
  const what = found.length === 0 ? 'does not hold this key' : 'holds more than one key with its tag';
  throw new DnssecError('KEY_INVALID', `${file}: the listing ${what}`, { hint });
}

function knownRole(entry: PowerDnsEntry | undefined, role: KeyRole | undefined, file: string): KeyRole {
  if (entry === undefined) {
    if (role !== undefined) return role;
    throw new DnssecError('USAGE', `${file}: say what the key is for: ksk, zsk or csk`, {
      hint: 'Or hand in what "pdnsutil show-zone ZONE" prints: it tells the roles of all keys.',
    });
  }
  if (role !== undefined && role !== entry.role) {
    const told = `PowerDNS uses key ${entry.id} as a ${entry.role.toUpperCase()}`;
    throw new DnssecError('USAGE', `${file}: ${told}, not as a ${role.toUpperCase()}`);
  }
  return entry.role;
}

/** PowerDNS keeps no times: what is in the zone is so since nobody knows when, and what is not may have been until now. */
function claimsOfEntry({ isActive, isPublished }: PowerDnsEntry): KeyClaims {
  const claim = (isIn: boolean): RecordClaim => (isIn ? IN_SINCE_UNKNOWN : { is: 'out', since: undefined });
  return { dnskey: claim(isPublished), krrsig: claim(isActive), zrrsig: claim(isActive), isLeaving: false };
}

function remarksOn(key: ZoneKey, entry: PowerDnsEntry | undefined): string[] {
  if (entry === undefined) return ['PowerDNS was not asked whether it is active'];
  const remarks = [
    `key ${entry.id} of PowerDNS: ${entry.isActive ? 'active' : 'inactive'}, ${entry.isPublished ? 'published' : 'unpublished'}`,
  ];
  if (entry.role !== 'zsk' && (key.flags & FLAG.sep) === 0) {
    remarks.push(
      'it has not the flag of a KSK (SEP), though its DS has to be at the parent: some registries refuse that',
    );
  }
  return remarks;
}
