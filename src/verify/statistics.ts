/** What was verified, in numbers. */
import type { UnixSeconds } from '../base/time.ts';
import { friendlyName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import { findRrset, type Zone } from '../zone/zone.ts';
import { printInstant } from './findings.ts';
import { emptyNsec3, OPT_OUT, readNsec3 } from './nsec3-rdata.ts';
import type { RangeSetup } from './ranges.ts';
import type { SignatureTally } from './signatures.ts';

/** How the zone denies that a name or type exists. */
export type DenialKind = 'none' | 'nsec' | 'nsec3' | 'nsec3-opt-out' | 'nsec-and-nsec3';

/** Numbers of the zone that was verified. */
export interface VerifyStatistics {
  /** The zone's name, without the trailing dot. */
  readonly zone: string;
  readonly names: number;
  readonly rrsets: number;
  readonly records: number;
  /** Signatures looked at. */
  readonly signatures: number;
  /** Keys in the DNSKEY RRset, and how many of them made a good signature. */
  readonly keys: number;
  readonly signingKeys: number;
  /** Numbers of the algorithms that sign the zone, ascending. */
  readonly algorithms: readonly number[];
  readonly denial: DenialKind;
  readonly zonemd: boolean;
  /** The span of time in which every signature holds; undefined where there is no signature. */
  readonly validFrom?: UnixSeconds;
  readonly validUntil?: UnixSeconds;
}

/** Sums up what was verified. */
export function summarize(zone: Zone, setup: RangeSetup, tally: SignatureTally): VerifyStatistics {
  const { latestInception, earliestExpiration } = tally;
  return {
    zone: friendlyName(zone.origin),
    names: zone.nameCount,
    rrsets: zone.rrsetCount,
    records: zone.recordCount,
    signatures: tally.signatures,
    keys: setup.keys.length,
    signingKeys: tally.byKey.reduce((count, signatures) => count + (signatures > 0 ? 1 : 0), 0),
    algorithms: setup.algorithms,
    denial: denialKind(setup),
    zonemd: zone.nameCount > 0 && findRrset(zone, 0, TYPE.ZONEMD) >= 0,
    ...(Number.isFinite(latestInception) ? { validFrom: latestInception } : {}),
    ...(Number.isFinite(earliestExpiration) ? { validUntil: earliestExpiration } : {}),
  };
}

function denialKind({ zone, hasNsec, chains }: RangeSetup): DenialKind {
  if (chains.length === 0) return hasNsec ? 'nsec' : 'none';
  if (hasNsec) return 'nsec-and-nsec3';
  const nsec3 = emptyNsec3();
  for (const { records } of chains) {
    for (let entry = 0; entry < records.length; entry++) {
      readNsec3(zone, records[entry]!, nsec3);
      if ((nsec3.flags & OPT_OUT) !== 0) return 'nsec3-opt-out';
    }
  }
  return 'nsec3';
}

const DENIAL_TEXT: Readonly<Record<DenialKind, string>> = {
  none: 'no denial of existence',
  nsec: 'NSEC',
  nsec3: 'NSEC3',
  'nsec3-opt-out': 'NSEC3 with opt-out',
  'nsec-and-nsec3': 'NSEC and NSEC3',
};

/**
 * Says the statistics in one line: `zone example.com: 31 records, 20 signatures by 2 keys, NSEC3, valid until …`.
 *
 * @param faults  what is wrong, in few words; undefined for a valid zone
 */
export function printStatistics(statistics: VerifyStatistics, faults?: string): string {
  const { zone, records, signatures, signingKeys, denial, zonemd, validUntil } = statistics;
  const parts = [
    counted(records, 'record'),
    `${counted(signatures, 'signature')} by ${counted(signingKeys, 'key')}`,
    DENIAL_TEXT[denial],
    ...(zonemd ? ['ZONEMD'] : []),
  ].join(', ');
  if (faults !== undefined) return `zone ${zone} is not valid: ${faults} (${parts})`;
  return `zone ${zone}: ${parts}${validUntil === undefined ? '' : `, valid until ${printInstant(validUntil)}`}`;
}

/** `1 record`, `2 records`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
