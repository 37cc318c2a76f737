/** The facts of a signed zone file that has to be read whole. */
import { dirname } from 'node:path';
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { Seconds } from '../base/time.ts';
import { friendlyName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import { buildZone } from '../zone/build.ts';
import { readZone } from '../zone/reader/reader.ts';
import { readSignedFacts, type SignedFacts } from '../zone/signed-facts.ts';
import { zoneFileOpener } from './zone-files.ts';

/** The types that facts are read from; the rest of the zone is passed over. */
const TELLING: ReadonlySet<number> = new Set([
  TYPE.SOA,
  TYPE.DNSKEY,
  TYPE.RRSIG,
  TYPE.NSEC,
  TYPE.NSEC3,
  TYPE.NSEC3PARAM,
]);

/** Facts of a signed zone that was read whole. */
export interface WholeFacts extends SignedFacts {
  /** Wire form. */
  readonly origin: Octets;
  /** Of all RRsets. */
  readonly largestTtl: Seconds;
}

/**
 * Reads the facts of a signed zone file.
 *
 * @param origin  the zone's name, in wire form; undefined: the owner of the first SOA record
 * @throws DnssecError FILE_UNREADABLE; ZONE_INVALID if it is not a zone, or another one's
 */
export function readWholeFacts(path: string, origin: Octets | undefined): WholeFacts {
  try {
    const file = readZone(zoneFileOpener(dirname(path)), path, {
      ...(origin === undefined ? {} : { origin }),
      keep: (type) => TELLING.has(type),
    });
    if (file.soa < 0) {
      const whose = origin === undefined ? '' : ` for ${friendlyName(origin)}`;
      throw new DnssecError('ZONE_INVALID', `${path} has no SOA record${whose}`);
    }
    const { zone } = buildZone(file.records, file.origin, file.class);
    // A signature has the TTL of what it covers (RFC 4034 §3): the largest of all is among those that were kept.
    const largestTtl = zone.rrsetTtl.subarray(0, zone.rrsetCount).reduce((a, b) => Math.max(a, b), 0);
    return { ...readSignedFacts(zone), origin: zone.origin, largestTtl };
  } catch (error) {
    throw error instanceof DnssecError && error.code === 'ZONE_INVALID' ? damaged(path, error) : error;
  }
}

function damaged(path: string, { message, diagnostics }: DnssecError): DnssecError {
  const [first] = diagnostics;
  const mistake = first === undefined ? message : `${path}:${first.line ?? 1}: ${first.message}`;
  return new DnssecError('ZONE_INVALID', mistake, {
    hint: 'Sign it anew with --full, or restore it from a backup.',
    diagnostics,
  });
}
