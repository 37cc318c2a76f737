/**
 * Signs one zone file: reads it and the previous signed one, decides, signs, verifies, replaces.
 *
 * The old signed file stays as it is until the new one has been written, read back and verified.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { type Diagnostic, DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { printDuration, type Seconds, type UnixSeconds } from '../base/time.ts';
import { friendlyName } from '../dns/name.ts';
import type { SerialPolicy } from '../dns/serial.ts';
import { TYPE } from '../dns/types.ts';
import { selectKeys } from '../keys/key-plan.ts';
import { MADE_BY_SIGNING, placeApexRecords } from '../sign/apex.ts';
import type { Denial } from '../sign/parameters.ts';
import { planSigning, readExpire, readSerial, type SigningDecision } from '../sign/plan.ts';
import { chooseSalt, publishedSalt, type Salt, type SaltWish } from '../sign/salt.ts';
import { type SigningStatistics, signZone } from '../sign/sign-zone.ts';
import { lockPath, withLock } from '../store/lock.ts';
import {
  type PreviousSigned,
  printNote,
  readPreviousSigned,
  requireOwnPath,
  salvageSerial,
  wasSignedFile,
} from '../store/signed-files.ts';
import { removeStaleFiles } from '../store/temporary-files.ts';
import { zoneFileOpener } from '../store/zone-files.ts';
import { buildZone } from '../zone/build.ts';
import { checkZone } from '../zone/checks.ts';
import { quoteLines, withQuotedLines } from '../zone/reader/line-quotes.ts';
import { readZone, type ZoneFile } from '../zone/reader/reader.ts';
import type { SourceOpener } from '../zone/reader/source.ts';
import type { Zone } from '../zone/zone.ts';
import { openOutput, type SignedOutput } from './signed-output.ts';
import { activeKeys, loadKeysInUse } from './signing-keys.ts';
import { verifySigned } from './verify-signed.ts';

/** One zone file to be signed: where everything lies, and every choice that is made. */
export interface SignFileRequest {
  /** Where relative paths start. */
  readonly directory: string;
  readonly input: string;
  /** Path of the signed file, or `-` for standard output. */
  readonly output: string;
  readonly origin?: Octets;
  /** The apex as the file's name suggests it, where neither `origin` nor the file says it. */
  readonly assumedOrigin?: Octets;
  readonly keyDirectory: string;
  readonly denial:
    | { readonly type: 'nsec' }
    | { readonly type: 'nsec3'; readonly salt: SaltWish; readonly iterations: number; readonly optOut: boolean };
  readonly now: UnixSeconds;
  readonly inception: UnixSeconds;
  readonly expiration: UnixSeconds;
  readonly jitter: Seconds;
  readonly refresh: Seconds;
  readonly serial: SerialPolicy;
  readonly zonemd: boolean;
  /** TTL of DNSKEY, CDS and CDNSKEY; undefined: see `placeApexRecords`. */
  readonly keyTtl?: Seconds;
  /** Every active key signs everything (dnssec-signzone's -z). */
  readonly ignoreKskFlag: boolean;
  /** Makes every signature anew, and does without the previous file if it can't be read. */
  readonly full: boolean;
  readonly verify: boolean;
  readonly dryRun: boolean;
  readonly threads: number;
}

/** What happens on the way: for progress, words and statistics. */
export interface SigningObserver {
  /** A stage begins: its name in the words of `-t`. */
  readonly stage: (name: SigningStage) => void;
  readonly progress: (done: number, total: number) => void;
  /** Text of a signed zone that goes to standard output. */
  readonly emit: (text: Octets) => void;
}
/** The stages of a run, in order. */
export type SigningStage = 'read' | 'prepare' | 'sign' | 'verify' | 'write';

/** What a run came to. */
export interface SignFileResult {
  readonly status: 'signed' | 'unchanged';
  readonly zone: string;
  readonly output: string;
  readonly serial: number;
  readonly previousSerial: number | undefined;
  readonly statistics: SigningStatistics | undefined;
  /** Signatures of the previous file that were not kept. */
  readonly dropped: number;
  readonly salt: Octets | undefined;
  readonly keys: readonly string[];
  readonly size: number;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Signs a zone file.
 *
 * @throws DnssecError ZONE_INVALID, VERIFY_FAILED, KEY_…, SIGNING_IMPOSSIBLE, LOCKED, FILE_…, DISK_FULL;
 *         USAGE for an output that is the input or a key file; the old signed file is as it was then
 */
export async function signZoneFile(request: SignFileRequest, observer: SigningObserver): Promise<SignFileResult> {
  if (request.output !== '-') requireOwnPath(request.output, request.input);
  if (request.output === '-' || request.dryRun) return attempt(request, observer);
  return withLock(lockPath(request.output), {}, () => {
    removeStaleFiles(request.output);
    return attempt(request, observer);
  });
}

/** Signs; where kept signatures turn out to be bad, signs once more without any. */
async function attempt(request: SignFileRequest, observer: SigningObserver): Promise<SignFileResult> {
  try {
    return await signOnce(request, observer);
  } catch (error) {
    if (!(error instanceof KeptSignatureError)) throw error;
    const result = await signOnce({ ...request, full: true }, observer);
    const message = 'signatures of the previous file did not verify; all were made anew';
    return { ...result, warnings: [...result.warnings, { severity: 'warning', message }] };
  }
}

/** The signed zone did not verify, but some of its signatures were old: a full signing may mend it. */
class KeptSignatureError extends Error {}

interface Prepared {
  readonly decision: SigningDecision;
  readonly origin: Octets;
  readonly salt: Salt | undefined;
  readonly keys: readonly string[];
  readonly previous: PreviousSigned | undefined;
  readonly warnings: readonly Diagnostic[];
}

async function signOnce(request: SignFileRequest, observer: SigningObserver): Promise<SignFileResult> {
  const { decision, origin, salt, keys, previous, warnings } = await prepare(request, observer);
  const before = previous?.zone;
  const result = {
    zone: friendlyName(origin),
    output: request.output,
    serial: decision.serial,
    previousSerial: before === undefined ? undefined : readSerial(before),
    salt: salt?.salt,
    keys,
  };
  if (decision.status === 'unchanged') {
    return { ...result, status: 'unchanged', statistics: undefined, dropped: 0, size: 0, warnings };
  }
  observer.stage('sign');
  const output = openOutput(request);
  try {
    output.write(printNote({ signed: request.now, ...(salt === undefined ? {} : { saltDrawn: salt.drawn }) }));
    const statistics = await signZone(decision.plan, request.threads, output, observer.progress);
    const found = await check(request, output, origin, statistics, observer);
    observer.stage('write');
    await output.finish(observer.emit);
    const dropped = before === undefined ? 0 : countSignatures(before) - statistics.kept;
    const notes = [decision.serialNote, expireNote(decision.plan.zone, request.refresh)].filter((n) => n !== undefined);
    const all = [...warnings, ...notes.map(warning), ...found];
    return { ...result, status: 'signed', statistics, dropped, size: output.length, warnings: all };
  } finally {
    output.abort();
  }
}

/** Reads the new file back and verifies it. @returns warnings */
async function check(
  request: SignFileRequest,
  output: SignedOutput,
  origin: Octets,
  statistics: SigningStatistics,
  observer: SigningObserver,
): Promise<readonly Diagnostic[]> {
  if (!request.verify) return [];
  observer.stage('verify');
  const at = Math.max(request.now, request.inception);
  const instants = [...new Set([at, Math.max(at, statistics.soonest - request.refresh)])];
  const { error, warnings } = await verifySigned(output, origin, instants, request.threads, observer.progress);
  if (error === undefined) return warnings;
  throw statistics.kept > 0 ? new KeptSignatureError('kept') : error;
}

/** Everything up to the decision: files, keys, apex, content checks, salt. */
async function prepare(request: SignFileRequest, observer: SigningObserver): Promise<Prepared> {
  observer.stage('read');
  const opener = zoneFileOpener(request.directory);
  const file = readZone(opener, request.input, {
    ...(request.origin === undefined ? {} : { origin: request.origin }),
    ...(request.assumedOrigin === undefined ? {} : { assumedOrigin: request.assumedOrigin }),
    keep: (type) => !MADE_BY_SIGNING.has(type),
  });
  const { origin } = file;
  const previous = readPrevious(request, opener, origin);
  observer.stage('prepare');
  const published = previous?.zone;
  const { keys, warnings: keyWarnings } = await loadKeysInUse(request, origin, published);
  const plan = selectKeys(keys, request.now);
  const salt = drawSalt(request, previous);
  const denial = resolveDenial(request, salt);
  const active = activeKeys(plan, keys, request.ignoreKskFlag);
  placeApexRecords(file.records, origin, { ...active.apex, keyTtl: request.keyTtl, denial, zonemd: request.zonemd });
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
    warnings: [...file.warnings, ...keyWarnings, ...active.warnings, ...warnings],
  };
}

function readPrevious(request: SignFileRequest, opener: SourceOpener, origin: Octets): PreviousSigned | undefined {
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

function resolveDenial({ denial }: SignFileRequest, salt: Salt | undefined): Denial {
  if (denial.type === 'nsec' || salt === undefined) return { type: 'nsec' };
  return { type: 'nsec3', salt: salt.salt, iterations: denial.iterations, optOut: denial.optOut };
}

/** Builds the zone and checks its content. @throws DnssecError ZONE_INVALID */
function buildChecked(file: ZoneFile, opener: SourceOpener): { zone: Zone; warnings: readonly Diagnostic[] } {
  return withQuotedLines(opener, () => {
    const { zone, warnings } = buildZone(file.records, file.origin, file.class);
    return { zone, warnings: quoteLines(opener, [...warnings, ...checkZone(zone)]) };
  });
}

/** Signatures that a zone holds. */
function countSignatures(zone: Zone): number {
  let count = 0;
  for (let i = 0; i < zone.rrsetCount; i++) {
    if (zone.rrsetType[i] === TYPE.RRSIG) count += zone.rrsetFirst[i + 1]! - zone.rrsetFirst[i]!;
  }
  return count;
}

/** Secondaries that lose their primary go on serving the zone for the SOA's expire time. */
function expireNote(zone: Zone, refresh: Seconds): string | undefined {
  const expire = readExpire(zone);
  if (expire <= refresh) return undefined;
  return (
    `secondaries may serve the zone for ${printDuration(expire)} (SOA expire), but signatures are renewed when ` +
    `${printDuration(refresh)} are left: lower the one or raise the other (-i)`
  );
}

function warning(message: string): Diagnostic {
  return { severity: 'warning', message };
}
