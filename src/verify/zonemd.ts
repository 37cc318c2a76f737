/** ZONEMD: the digest over the whole zone. */
import { createHash, type Hash } from 'node:crypto';
import { type Octets, OctetWriter, readU16, readU32 } from '../base/octets.ts';
import { FOLD, nameLength } from '../dns/name.ts';
import { hasFoldedNames, writeCanonicalRdata } from '../dns/rdata/rdata.ts';
import { TYPE } from '../dns/types.ts';
import { coveredType, findRrset, type Zone } from '../zone/zone.ts';
import type { FindingLog } from './findings.ts';
import { readSoa } from './soa.ts';

/** Hash algorithms of the simple scheme, by number (RFC 8976 §2.2.3). */
const HASHES: Readonly<Record<number, { readonly name: string; readonly text: string; readonly length: number }>> = {
  1: { name: 'sha384', text: 'SHA-384', length: 48 },
  2: { name: 'sha512', text: 'SHA-512', length: 64 },
};
const SIMPLE = 1;

/** Octets that are gathered before they are hashed. */
const CHUNK = 1 << 16;

interface Wanted {
  readonly record: number;
  readonly algorithm: number;
  readonly digest: Octets;
  readonly hash: Hash;
}

/** Why a ZONEMD record does not vouch for the zone. */
interface Fault {
  readonly record: number;
  readonly kind: 'zonemd-mismatch' | 'zonemd-serial' | 'zonemd-duplicate';
  readonly reason: string;
}

/**
 * Checks the apex ZONEMD RRset, if there is one. The zone is as it was published if one of the records says so; a
 * record that says otherwise beside it is worth a warning. Records of unknown schemes or hash algorithms say nothing.
 *
 * @returns a generator that does the work in slices, to be run between other work
 * @see RFC 8976 §2.2, §3.3, §4
 */
export function* checkZonemd(zone: Zone, log: FindingLog): Generator<void, void, undefined> {
  const rrset = findRrset(zone, 0, TYPE.ZONEMD);
  if (rrset < 0) return;
  const faults: Fault[] = [];
  const wanted = readZonemd(zone, rrset, faults, log);
  if (wanted.length > 0) {
    yield* digestZone(
      zone,
      wanted.map(({ hash }) => hash),
    );
  }
  const verified = wanted.filter(({ record, algorithm, digest, hash }) => {
    if (hash.digest().equals(digest)) return true;
    faults.push({ record, kind: 'zonemd-mismatch', reason: `its ${HASHES[algorithm]!.text} digest is not the zone's` });
    return false;
  });
  for (const { record, kind, reason } of faults) {
    log.report(verified.length > 0 ? 'zonemd-partial' : kind, 0, TYPE.ZONEMD, () => reason, record);
  }
}

function readZonemd(zone: Zone, rrset: number, faults: Fault[], log: FindingLog): Wanted[] {
  const { octets, rdata, rdataLength, rrsetFirst } = zone;
  const wanted: Wanted[] = [];
  const met = new Map<number, number>();
  const end = rrsetFirst[rrset + 1]!;
  for (let record = rrsetFirst[rrset]!; record < end; record++) {
    const method = readU16(octets, rdata[record]! + 4);
    met.set(method, (met.get(method) ?? 0) + 1);
  }
  const serial = readSoa(zone)?.serial;
  for (let record = rrsetFirst[rrset]!; record < end; record++) {
    const at = rdata[record]!;
    const scheme = octets[at + 4]!;
    const algorithm = octets[at + 5]!;
    const hash = scheme === SIMPLE ? HASHES[algorithm] : undefined;
    const digest = octets.slice(at + 6, at + rdataLength[record]!);
    const declared = readU32(octets, at);
    const fault = (kind: Fault['kind'], reason: string) => faults.push({ record, kind, reason });
    if (met.get((scheme << 8) | algorithm)! > 1) {
      fault('zonemd-duplicate', `it has several records of scheme ${scheme} and hash algorithm ${algorithm}`);
    } else if (declared !== serial) {
      fault('zonemd-serial', `it is of serial ${declared}, but the SOA has ${serial ?? 'none'}`);
    } else if (hash === undefined) {
      const reason = () => `scheme ${scheme} with hash algorithm ${algorithm} can't be verified`;
      log.report('zonemd-unsupported', 0, TYPE.ZONEMD, reason, record);
    } else if (digest.length !== hash.length) {
      fault('zonemd-mismatch', `its ${hash.text} digest has ${digest.length} octets instead of ${hash.length}`);
    } else {
      wanted.push({ record, algorithm, digest, hash: createHash(hash.name) });
    }
  }
  return wanted;
}

/**
 * Feeds all records in canonical form and order to the hashes: but not the apex ZONEMD RRset and its signatures.
 *
 * @see RFC 8976 §3.3.1, §3.4.1
 */
function* digestZone(zone: Zone, hashes: readonly Hash[]): Generator<void, void, undefined> {
  const out = new OctetWriter(2 * CHUNK);
  for (let name = 0; name < zone.nameCount; name++) {
    for (let rrset = zone.nameFirst[name]!; rrset < zone.nameFirst[name + 1]!; rrset++) {
      const type = zone.rrsetType[rrset]!;
      const shown = type === TYPE.RRSIG ? coveredType(zone, zone.rrsetFirst[rrset]!) : type;
      if (name === 0 && shown === TYPE.ZONEMD) continue;
      for (let record = zone.rrsetFirst[rrset]!; record < zone.rrsetFirst[rrset + 1]!; record++) {
        writeCanonicalRecord(zone, name, rrset, record, out);
        if (out.length < CHUNK) continue;
        for (const hash of hashes) hash.update(out.view());
        out.clear();
        yield;
      }
    }
  }
  for (const hash of hashes) hash.update(out.view());
}

/** Appends owner | type | class | TTL | RDATA length | RDATA, all in canonical form (RFC 4034 §6.2). */
function writeCanonicalRecord(zone: Zone, name: number, rrset: number, record: number, out: OctetWriter): void {
  const { octets } = zone;
  const owner = zone.nameOwner[name]!;
  const ownerLength = nameLength(octets, owner);
  const type = zone.rrsetType[rrset]!;
  const from = zone.rdata[record]!;
  const length = zone.rdataLength[record]!;
  const b = out.reserve(ownerLength);
  for (let i = 0; i < ownerLength; i++) b[out.length + i] = FOLD[octets[owner + i]!]!;
  out.length += ownerLength;
  out.u16(type);
  out.u16(zone.class);
  out.u32(zone.rrsetTtl[rrset]!);
  out.u16(length);
  if (hasFoldedNames(type)) writeCanonicalRdata(type, octets, from, from + length, out);
  else out.copy(octets, from, from + length);
}
