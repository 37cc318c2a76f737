/** What a zone is asked before it is taken under management: whether its file is sound, and which keys there are. */
import { DnssecError } from '../base/errors.ts';
import { type Octets, readU32 } from '../base/octets.ts';
import type { Seconds } from '../base/time.ts';
import { TYPE } from '../dns/types.ts';
import type { Policy } from '../rollover/policy.ts';
import { type Config, ZONE_DEFAULTS } from '../store/config.ts';
import { loadZoneKeys, type ZoneKeySet } from '../store/key-store.ts';
import { zoneFileOpener } from '../store/zone-files.ts';
import { buildZone } from '../zone/build.ts';
import { checkZone } from '../zone/checks.ts';
import { withQuotedLines } from '../zone/reader/line-quotes.ts';
import { readZone } from '../zone/reader/reader.ts';
import { findRrset, type Zone } from '../zone/zone.ts';
import type { SignFileRequest } from './signing-run.ts';
import type { ManagedChoice } from './zone-rollovers.ts';

/** The zone as the configuration has it, or will have it. @param file  absolute path of the zone file */
export function managedAs(config: Config, name: string, file: string, policy: Policy): ManagedChoice {
  return { file, name, policy, zone: config.zones.get(name) ?? { ...ZONE_DEFAULTS, name, file, policy } };
}

/** A zone whose file is sound. */
export interface CheckedZone {
  /** Wire form. */
  readonly origin: Octets;
  /** Of all RRsets. */
  readonly largestTtl: Seconds;
  readonly serial: number;
}

/**
 * Reads and checks a zone file, so that nothing is made for one that can't be signed.
 *
 * @param file          what to call it in messages
 * @param mayBeSigned   a zone that is managed already may have been so with a signed file for its source
 * @throws DnssecError ZONE_INVALID, FILE_UNREADABLE; SIGNING_IMPOSSIBLE for a signed one
 */
export function checkZoneFile(
  request: Pick<SignFileRequest, 'directory' | 'input' | 'origin' | 'assumedOrigin'>,
  file: string,
  mayBeSigned = false,
): CheckedZone {
  const opener = zoneFileOpener(request.directory);
  const read = readZone(opener, request.input, {
    ...(request.origin === undefined ? {} : { origin: request.origin }),
    ...(request.assumedOrigin === undefined ? {} : { assumedOrigin: request.assumedOrigin }),
  });
  const zone = withQuotedLines(opener, () => {
    const built = buildZone(read.records, read.origin, read.class);
    checkZone(built.zone);
    return built.zone;
  });
  if (!mayBeSigned && findRrset(zone, 0, TYPE.RRSIG) >= 0) {
    throw new DnssecError('SIGNING_IMPOSSIBLE', `${file} is a signed zone file already`, {
      hint: 'Add the unsigned file. If there is none, take the RRSIG, NSEC, NSEC3 and DNSKEY records out first.',
    });
  }
  return {
    origin: read.origin,
    serial: readSerial(zone),
    largestTtl: zone.rrsetTtl.subarray(0, zone.rrsetCount).reduce((a, b) => Math.max(a, b), 0),
  };
}

/** The SOA's numbers are its last 20 octets (RFC 1035 §3.3.13). */
function readSerial(zone: Zone): number {
  const soa = zone.rrsetFirst[findRrset(zone, 0, TYPE.SOA)]!;
  return readU32(zone.octets, zone.rdata[soa]! + zone.rdataLength[soa]! - 20);
}

/** The keys of a zone, also where there is no key directory yet. @throws DnssecError FILE_UNREADABLE */
export async function keysAtHand(directory: string, origin: Octets): Promise<ZoneKeySet> {
  try {
    return await loadZoneKeys(directory, origin);
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException };
    if (error instanceof DnssecError && cause?.code === 'ENOENT') return { keys: [], problems: [] };
    throw error;
  }
}
