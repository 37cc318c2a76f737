/**
 * Public keys alone, as DNSKEY records: what `ods-enforcer key export` of OpenDNSSEC, `keymgr ZONE dnskey` of Knot and
 * `pdnsutil export-zone-dnskey` of PowerDNS print.
 */
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { requireSigningAlgorithm } from './algorithms.ts';
import { splitLines } from './file-lines.ts';
import { assembleForeignKey, type ForeignKey, missingHalf, requireZone } from './foreign-key.ts';
import { hasSepFlag, publicKeyOf } from './key.ts';
import { parseKeyFile } from './key-file.ts';
import { IN_SINCE_UNKNOWN, type KeyClaims, NEVER } from './record-claims.ts';

/** No zone has more keys. */
const MAX_RECORDS = 100;

/** A DNSKEY record of an export. */
export interface ExportedDnskey {
  readonly rdata: Octets;
  readonly ttl: number | undefined;
}

/**
 * Reads DNSKEY records, each on a line of its own; comments and empty lines are passed over.
 *
 * @param file  what to call it in messages
 * @param zone  wire form; all records must be of this zone
 * @throws DnssecError KEY_INVALID with the line; USAGE for records of another zone
 */
export function parseDnskeyExport(text: string, file: string, zone: Octets): ExportedDnskey[] {
  const lines = splitLines(text, file).filter(({ line }) => !/^\s*(?:;|$)/.test(line));
  if (lines.length > MAX_RECORDS) {
    throw new DnssecError('KEY_INVALID', `${file}: more than ${MAX_RECORDS} records`);
  }
  return lines.map(({ line, number }) => {
    // Line feeds in front, so that an error names the line.
    const record = parseKeyFile('\n'.repeat(number - 1) + line, file);
    requireZone(record.zone, zone, `${file}: line ${number}`);
    return { rdata: record.dnskeyRdata, ttl: record.ttl };
  });
}

/**
 * The keys of such an export: public halves, which can be published and not signed with. The SEP flag tells the role.
 *
 * @param holder  who has the private halves, for words: `OpenDNSSEC has it in its HSM`
 * @throws DnssecError KEY_INVALID, KEY_UNSUPPORTED, USAGE
 */
export function readExportedKeys(text: string, file: string, zone: Octets, holder: string): ForeignKey[] {
  return parseDnskeyExport(text, file, zone).map(({ rdata, ttl }) => {
    const flags = (rdata[0]! << 8) | rdata[1]!;
    const parts = {
      zone,
      algorithm: requireSigningAlgorithm(rdata[3]!),
      role: hasSepFlag(flags) ? 'ksk' : 'zsk',
      flags: [flags],
      keyTag: undefined,
      half: publicKeyOf(rdata),
      ttl,
      timing: {},
    } as const;
    // The flag is only a sign of the role: what is seen of the zone may tell more, and would not be heard beside a state.
    const key = { ...assembleForeignKey(parts, file), state: undefined };
    return { key, claims: PUBLISHED, remarks: [], problems: [missingHalf(key, holder)] };
  });
}

/** Exported, hence published; whether it signs is not for the export to tell. */
const PUBLISHED: KeyClaims = { dnskey: IN_SINCE_UNKNOWN, krrsig: NEVER, zrrsig: NEVER, isLeaving: false };
