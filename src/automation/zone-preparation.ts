/** Everything up to the decision: files, keys, apex, content checks, salt, and what is due. */
import { randomBytes, randomInt } from 'node:crypto';
import { type Diagnostic, DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { Seconds, UnixSeconds } from '../base/time.ts';
import { type KeyPlan, selectKeys } from '../keys/key-plan.ts';
import { MADE_BY_SIGNING, placeApexRecords } from '../sign/apex.ts';
import type { Denial } from '../sign/parameters.ts';
import { planSigning, type SigningDecision } from '../sign/plan.ts';
import { chooseSalt, publishedSalt, type Salt } from '../sign/salt.ts';
import type { KeyLister, KeyListing } from '../store/key-listing.ts';
import { type PreviousSigned, readPreviousSigned, salvageSerial, wasSignedFile } from '../store/signed-files.ts';
import { zoneFileOpener } from '../store/zone-files.ts';
import { buildZone } from '../zone/build.ts';
import { checkZone } from '../zone/checks.ts';
import { quoteLines, withQuotedLines } from '../zone/reader/line-quotes.ts';
import { readZone, type ZoneFile } from '../zone/reader/reader.ts';
import type { SourceOpener } from '../zone/reader/source.ts';
import type { Zone } from '../zone/zone.ts';
import { activeKeys, loadKeysInUse } from './signing-keys.ts';
import { type SourceStamps, stampingOpener } from './signing-memory.ts';
import type { SignFileRequest, SigningObserver } from './signing-run.ts';

/** A zone that is ready to be signed, or to be left as it is. */
export interface PreparedZone {
  readonly decision: SigningDecision;
  readonly origin: Octets;
  readonly salt: Salt | undefined;
  readonly keys: readonly string[];
  readonly previous: PreviousSigned | undefined;
  /** When the times of the keys next change what is to be done. */
  readonly keysChange: UnixSeconds | undefined;
  readonly sources: SourceStamps;
  /** What lay in the key directory. */
  readonly listing: KeyListing;
  /** Of all RRsets of the zone. */
  readonly largestTtl: Seconds;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Reads a zone file and the previous signed one, and decides what is to be done.
 *
 * @throws DnssecError as `signZoneFile` does
 */
export async function prepareZone(
  request: SignFileRequest,
  observer: SigningObserver,
  keyLister: KeyLister,
): Promise<PreparedZone> {
  observer.stage('read');
  const opener = zoneFileOpener(request.directory);
  const sources: SourceStamps = new Map();
  const { file, wasSigned } = readUnsigned(stampingOpener(opener, request, sources), request);
  const { origin } = file;
  const previous = readPrevious(request, opener, origin);
  observer.stage('prepare');
  const published = previous?.zone;
  const listing = keyLister.list();
  const { keys, warnings: keyWarnings } = await loadKeysInUse(request, origin, published, listing);
  const plan = selectKeys(keys, request.now);
  const salt = isToBeUnsigned(request, plan) ? undefined : drawSalt(request, previous);
  const denial = isToBeUnsigned(request, plan) ? UNSIGNED : resolveDenial(request, salt);
  const active = activeKeys(plan, keys, request.ignoreKskFlag);
  const { keyTtl, zonemd } = request;
  const setAside = placeApexRecords(file.records, origin, { ...active.apex, keyTtl, denial, zonemd, wasSigned });
  const { zone, warnings } = buildChecked(file, opener);
  const decision = planSigning({
    zone,
    denial,
    validity: request,
    keys: active.keys,
    serial: request.serial,
    zonemd: request.zonemd,
    previous: published,
    publishedSerial:
      published === undefined && request.output !== '-' ? salvageSerial(request.output, origin) : undefined,
    keepSignatures: !request.full,
    seed: randomInt(2 ** 32 - 1),
    drawSalt: salt?.random === true ? () => randomBytes(salt.salt.length) : undefined,
  });
  return {
    decision,
    origin,
    salt,
    keys: active.names,
    previous,
    keysChange: plan.nextChange,
    sources,
    listing,
    largestTtl: zone.rrsetTtl.subarray(0, zone.rrsetCount).reduce((a, b) => Math.max(a, b), 0),
    warnings: [...file.warnings, ...keyWarnings, ...active.warnings, ...warnings, ...setAsideNote(setAside)],
  };
}

/** A zone file without what signing makes. */
export interface UnsignedFile {
  readonly file: ZoneFile;
  /** Whether there was any of it. */
  readonly wasSigned: boolean;
}

/** Reads the zone file of a run. @throws DnssecError ZONE_INVALID, FILE_UNREADABLE */
export function readUnsigned(opener: SourceOpener, { input, origin, assumedOrigin }: SignFileRequest): UnsignedFile {
  let wasSigned = false;
  const file = readZone(opener, input, {
    ...(origin === undefined ? {} : { origin }),
    ...(assumedOrigin === undefined ? {} : { assumedOrigin }),
    keep: (type) => {
      if (MADE_BY_SIGNING.has(type)) wasSigned = true;
      return !MADE_BY_SIGNING.has(type);
    },
  });
  return { file, wasSigned };
}

/**
 * Reads the previous signed file of a run.
 *
 * @returns undefined if there is none, or one that is damaged and may be done without
 * @throws DnssecError ZONE_INVALID, FILE_UNREADABLE
 */
export function readPrevious(
  request: SignFileRequest,
  opener: SourceOpener,
  origin: Octets,
): PreviousSigned | undefined {
  if (request.output === '-') return undefined;
  try {
    return readPreviousSigned(opener, request.output, origin);
  } catch (error) {
    const isDamaged = error instanceof DnssecError && error.code === 'ZONE_INVALID';
    if (isDamaged && request.full && wasSignedFile(request.output, origin)) return undefined;
    throw error;
  }
}

function drawSalt(request: SignFileRequest, previous: PreviousSigned | undefined): Salt | undefined {
  if (request.denial.type === 'nsec') return undefined;
  const published = previous === undefined ? undefined : publishedSalt(previous.zone);
  return chooseSalt(request.denial.salt, published, previous?.note.saltDrawn, request.now, randomBytes);
}

const UNSIGNED: Denial = { type: 'none' };

/** The policy wants no keys, and the last of them has left the zone. */
function isToBeUnsigned({ insecure }: SignFileRequest, { publish, keySigners, zoneSigners }: KeyPlan): boolean {
  return insecure && publish.length + keySigners.length + zoneSigners.length === 0;
}

function resolveDenial({ denial }: SignFileRequest, salt: Salt | undefined): Denial {
  if (denial.type === 'nsec' || salt === undefined) return { type: 'nsec' };
  return { type: 'nsec3', salt: salt.salt, iterations: denial.iterations, optOut: denial.optOut };
}

/** Builds the zone and checks its content. @throws DnssecError ZONE_INVALID */
export function buildChecked(
  file: ZoneFile,
  opener: SourceOpener,
): { readonly zone: Zone; readonly warnings: readonly Diagnostic[] } {
  return withQuotedLines(opener, () => {
    const { zone, warnings } = buildZone(file.records, file.origin, file.class);
    return { zone, warnings: quoteLines(opener, [...warnings, ...checkZone(zone)]) };
  });
}

/** A zone file that is signed by keys which are not here: whoever relies on them should know. */
function setAsideNote(tags: readonly number[]): readonly Diagnostic[] {
  if (tags.length === 0) return [];
  const keys = `${tags.length === 1 ? 'key' : 'keys'} ${tags.join(', ')}`;
  return [warning(`the zone file was signed by ${keys}, not in the key directory: taken out, with all signatures`)];
}

function warning(message: string): Diagnostic {
  return { severity: 'warning', message };
}
