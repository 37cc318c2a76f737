import type { Diagnostic } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { printDuration, type Seconds, type UnixSeconds } from '../base/time.ts';
import { friendlyName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import { readExpire, readSerial } from '../sign/plan.ts';
import { type SigningStatistics, signZone, startSigningThreads } from '../sign/sign-zone.ts';
import type { AtomicFile } from '../store/files.ts';
import { KeyDirectory, type KeyListing } from '../store/key-listing.ts';
import { acquireLock, type Lock, lockPath, sweepLeftovers } from '../store/lock.ts';
import { requireOwnPath } from '../store/signed-files.ts';
import { printNote } from '../store/signed-note.ts';
import { memoPath } from '../store/signing-memo.ts';
import type { StaleFiles } from '../store/temporary-files.ts';
import { zoneFileSize } from '../store/zone-files.ts';
import type { Zone } from '../zone/zone.ts';
import { openOutput, type SignedOutput } from './signed-output.ts';
import { recallRun, rememberRun, type SourceStamps } from './signing-memory.ts';
import {
  NO_ESCORT,
  type SignFileRequest,
  type SignFileResult,
  type SigningObserver,
  type SigningScope,
} from './signing-run.ts';
import { requireUnsigned, verifySigned } from './verify-signed.ts';
import { type PreparedZone, prepareZone } from './zone-preparation.ts';

/**
 * Signs a zone file.
 *
 * @param escort  what is done around it
 * @throws DnssecError ZONE_INVALID, VERIFY_FAILED, KEY_…, SIGNING_IMPOSSIBLE, LOCKED, FILE_…, DISK_FULL;
 *         USAGE for an output that is the input or a key file; the old signed file is as it was then
 */
export async function signZoneFile(
  request: SignFileRequest,
  observer: SigningObserver,
  escort = NO_ESCORT,
): Promise<SignFileResult> {
  const scope = { keys: new KeyDirectory(request.keyDirectory), commit: (file: AtomicFile) => file.commit() };
  const lock = await lockOutput(request);
  try {
    await escort.before();
    const result = await signLocked(request, observer, scope);
    await escort.after(result);
    return result;
  } finally {
    lock?.release();
  }
}

/**
 * Takes the lock of the signed file, and removes what a run that died left beside it.
 *
 * @param stale  what such runs left, for a run over several zones
 * @returns      undefined where nothing will be written
 * @throws DnssecError LOCKED, FILE_…; USAGE for an output that is the input or a key file
 */
export async function lockOutput(request: SignFileRequest, stale?: StaleFiles): Promise<Lock | undefined> {
  if (request.output === '-') return undefined;
  requireOwnPath(request.output, request.input);
  if (request.dryRun) return undefined;
  const lock = await acquireLock(lockPath(request.output), stale === undefined ? {} : { stale });
  try {
    for (const path of [request.output, memoPath(request.output)]) sweepLeftovers(path, lock, stale);
    return lock;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Signs a zone file whose lock is held.
 *
 * @throws DnssecError as `signZoneFile` does
 */
export async function signLocked(
  request: SignFileRequest,
  observer: SigningObserver,
  scope: SigningScope,
): Promise<SignFileResult> {
  return recallRun(request, scope.keys) ?? attempt(request, observer, scope);
}

/** Signs; where kept signatures turn out to be bad, signs once more without any. */
async function attempt(
  request: SignFileRequest,
  observer: SigningObserver,
  scope: SigningScope,
): Promise<SignFileResult> {
  try {
    return await signOnce(request, observer, scope);
  } catch (error) {
    if (!(error instanceof KeptSignatureError)) throw error;
    const result = await signOnce({ ...request, full: true }, observer, scope);
    const message = 'signatures of the previous file did not verify; all were made anew';
    return { ...result, warnings: [...result.warnings, { severity: 'warning', message }] };
  }
}

/** The signed zone did not verify, but some of its signatures were old: a full signing may mend it. */
class KeptSignatureError extends Error {}

async function signOnce(
  request: SignFileRequest,
  observer: SigningObserver,
  scope: SigningScope,
): Promise<SignFileResult> {
  const { result, output, origin, sources, due, listing } = await writeSigned(request, observer, scope);
  if (output === undefined || result.statistics === undefined) {
    rememberRun(request, result, origin, sources, due, listing);
    return result;
  }
  try {
    const found = await check(request, output, origin, result.statistics, observer);
    observer.stage('write');
    await output.finish(observer.emit);
    rememberRun(request, result, origin, sources, due, listing);
    return { ...result, warnings: [...result.warnings, ...found] };
  } finally {
    output.abort();
  }
}

/** A zone that was signed and written, but is not yet in its place; without `output` nothing was due. */
interface WrittenZone {
  readonly result: SignFileResult;
  readonly output: SignedOutput | undefined;
  readonly origin: Octets;
  readonly sources: SourceStamps;
  readonly listing: KeyListing;
  /** When something is due again. */
  readonly due: UnixSeconds;
}

/** Prepares, decides, signs. A function of its own, so that all of the zone's memory is free before it is verified. */
async function writeSigned(
  request: SignFileRequest,
  observer: SigningObserver,
  scope: SigningScope,
): Promise<WrittenZone> {
  const warm = isWorthThreads(request) ? startSigningThreads(request.threads) : undefined;
  let output: SignedOutput | undefined;
  try {
    const prepared = await prepareZone(request, observer, scope.keys);
    const { decision, origin, salt, keys, previous, warnings, sources, listing } = prepared;
    const before = previous?.zone;
    const result = {
      zone: friendlyName(origin),
      output: request.output,
      serial: decision.serial,
      previousSerial: before === undefined ? undefined : readSerial(before),
      salt: salt?.salt,
      keys,
      largestTtl: prepared.largestTtl,
    };
    if (decision.status === 'unchanged') {
      const nothing = { status: 'unchanged', statistics: undefined, dropped: 0, size: 0, warnings } as const;
      const due = nextDue(request, prepared, decision.soonest);
      return { result: { ...result, ...nothing }, output: undefined, origin, sources, due, listing };
    }
    observer.stage('sign');
    output = openOutput(request, scope.commit);
    const isSigned = decision.plan.denial.type !== 'none';
    const note = { signed: request.now, ...(salt === undefined ? {} : { saltDrawn: salt.drawn }) };
    output.write(printNote(isSigned ? { ...note, firstEnd: request.expiration } : note));
    const statistics = await signZone(decision.plan, request.threads, output, observer.progress, warm);
    // Which signature ends first is known last.
    if (isSigned) output.writeAt(0, printNote({ ...note, firstEnd: statistics.soonest }));
    const dropped = before === undefined ? 0 : countSignatures(before) - statistics.kept;
    const notes = [decision.serialNote, expireNote(decision.plan.zone, request.refresh)].filter((n) => n !== undefined);
    const all = [...warnings, ...notes.map(warning)];
    const signed = { status: 'signed', statistics, dropped, size: output.length, warnings: all } as const;
    const due = nextDue(request, prepared, statistics.soonest);
    return { result: { ...result, ...signed }, output, origin, sources, due, listing };
  } catch (error) {
    output?.abort();
    throw error;
  } finally {
    await warm?.close();
  }
}

/** The first time at which a signature, the salt or a key asks for another run. */
function nextDue(request: SignFileRequest, { salt, keysChange }: PreparedZone, soonest: UnixSeconds): UnixSeconds {
  const wish = request.denial.type === 'nsec3' ? request.denial.salt : undefined;
  const saltDue = wish?.kind === 'keep' && salt !== undefined ? salt.drawn + wish.lifetime : Number.MAX_SAFE_INTEGER;
  const renewal = soonest === 0 ? Number.MAX_SAFE_INTEGER : soonest - request.refresh;
  return Math.min(renewal, saltDue, keysChange ?? Number.MAX_SAFE_INTEGER);
}

/** Octets of a zone file from which on threads are started while it is read. */
const LARGE = 256 << 10;

/** Whether a full signing of a large zone is to be expected. */
function isWorthThreads({ threads, full, directory, input, output }: SignFileRequest): boolean {
  const isAnew = full || output === '-' || zoneFileSize(directory, output) === 0;
  return threads > 1 && isAnew && zoneFileSize(directory, input) > LARGE;
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
  if (statistics.soonest === 0) return requireUnsigned(output, origin, statistics.records);
  const at = Math.max(request.now, request.inception);
  const instants = [...new Set([at, Math.max(at, statistics.soonest - request.refresh)])];
  const { error, warnings } = await verifySigned(output, origin, instants, request.threads, observer.progress);
  if (error === undefined) return warnings;
  throw statistics.kept > 0 ? new KeptSignatureError('kept') : error;
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
