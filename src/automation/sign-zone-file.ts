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
import { TYPE } from '../dns/types.ts';
import { selectKeys } from '../keys/key-plan.ts';
import { MADE_BY_SIGNING, placeApexRecords } from '../sign/apex.ts';
import type { Denial } from '../sign/parameters.ts';
import { planSigning, readExpire, readSerial, type SigningDecision } from '../sign/plan.ts';
import { chooseSalt, publishedSalt, type Salt } from '../sign/salt.ts';
import { type SigningStatistics, signZone, startSigningThreads } from '../sign/sign-zone.ts';
import { lockPath, withLock } from '../store/lock.ts';
import {
  type PreviousSigned,
  printNote,
  readPreviousSigned,
  requireOwnPath,
  salvageSerial,
  wasSignedFile,
} from '../store/signed-files.ts';
import { memoPath } from '../store/signing-memo.ts';
import { removeStaleFiles } from '../store/temporary-files.ts';
import { zoneFileOpener, zoneFileSize } from '../store/zone-files.ts';
import { buildZone } from '../zone/build.ts';
import { checkZone } from '../zone/checks.ts';
import { quoteLines, withQuotedLines } from '../zone/reader/line-quotes.ts';
import { readZone, type ZoneFile } from '../zone/reader/reader.ts';
import type { SourceOpener } from '../zone/reader/source.ts';
import type { Zone } from '../zone/zone.ts';
import { openOutput, type SignedOutput } from './signed-output.ts';
import { activeKeys, loadKeysInUse } from './signing-keys.ts';
import { recallRun, rememberRun, type SourceStamps, stampingOpener } from './signing-memory.ts';
import type { SignFileRequest, SignFileResult, SigningObserver } from './signing-run.ts';
import { verifySigned } from './verify-signed.ts';

/**
 * Signs a zone file.
 *
 * @throws DnssecError ZONE_INVALID, VERIFY_FAILED, KEY_…, SIGNING_IMPOSSIBLE, LOCKED, FILE_…, DISK_FULL;
 *         USAGE for an output that is the input or a key file; the old signed file is as it was then
 */
export async function signZoneFile(request: SignFileRequest, observer: SigningObserver): Promise<SignFileResult> {
  if (request.output !== '-') requireOwnPath(request.output, request.input);
  if (request.output === '-' || request.dryRun) return attempt(request, observer);
  return withLock(lockPath(request.output), {}, async () => {
    removeStaleFiles(request.output);
    removeStaleFiles(memoPath(request.output));
    return (await recallRun(request)) ?? attempt(request, observer);
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
  /** When the times of the keys next change what is to be done. */
  readonly keysChange: UnixSeconds | undefined;
  readonly sources: SourceStamps;
  readonly warnings: readonly Diagnostic[];
}

async function signOnce(request: SignFileRequest, observer: SigningObserver): Promise<SignFileResult> {
  const { result, output, origin, sources, due } = await writeSigned(request, observer);
  if (output === undefined || result.statistics === undefined) {
    await rememberRun(request, result, origin, sources, due);
    return result;
  }
  try {
    const found = await check(request, output, origin, result.statistics, observer);
    observer.stage('write');
    await output.finish(observer.emit);
    await rememberRun(request, result, origin, sources, due);
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
  /** When something is due again. */
  readonly due: UnixSeconds;
}

/** Prepares, decides, signs. A function of its own, so that all of the zone's memory is free before it is verified. */
async function writeSigned(request: SignFileRequest, observer: SigningObserver): Promise<WrittenZone> {
  const warm = isWorthThreads(request) ? startSigningThreads(request.threads) : undefined;
  let output: SignedOutput | undefined;
  try {
    const prepared = await prepare(request, observer);
    const { decision, origin, salt, keys, previous, warnings, sources } = prepared;
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
      const nothing = { status: 'unchanged', statistics: undefined, dropped: 0, size: 0, warnings } as const;
      const due = nextDue(request, prepared, decision.soonest);
      return { result: { ...result, ...nothing }, output: undefined, origin, sources, due };
    }
    observer.stage('sign');
    output = openOutput(request);
    const note = { signed: request.now, ...(salt === undefined ? {} : { saltDrawn: salt.drawn }) };
    output.write(printNote({ ...note, firstEnd: request.expiration }));
    const statistics = await signZone(decision.plan, request.threads, output, observer.progress, warm);
    // Which signature ends first is known last.
    output.writeAt(0, printNote({ ...note, firstEnd: statistics.soonest }));
    const dropped = before === undefined ? 0 : countSignatures(before) - statistics.kept;
    const notes = [decision.serialNote, expireNote(decision.plan.zone, request.refresh)].filter((n) => n !== undefined);
    const all = [...warnings, ...notes.map(warning)];
    const signed = { status: 'signed', statistics, dropped, size: output.length, warnings: all } as const;
    const due = nextDue(request, prepared, statistics.soonest);
    return { result: { ...result, ...signed }, output, origin, sources, due };
  } catch (error) {
    output?.abort();
    throw error;
  } finally {
    await warm?.close();
  }
}

/** The first time at which a signature, the salt or a key asks for another run. */
function nextDue(request: SignFileRequest, { salt, keysChange }: Prepared, soonest: UnixSeconds): UnixSeconds {
  const wish = request.denial.type === 'nsec3' ? request.denial.salt : undefined;
  const saltDue = wish?.kind === 'keep' && salt !== undefined ? salt.drawn + wish.lifetime : Number.MAX_SAFE_INTEGER;
  return Math.min(soonest - request.refresh, saltDue, keysChange ?? Number.MAX_SAFE_INTEGER);
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
  const sources: SourceStamps = new Map();
  let wasSigned = false;
  const file = readZone(stampingOpener(opener, request, sources), request.input, {
    ...(request.origin === undefined ? {} : { origin: request.origin }),
    ...(request.assumedOrigin === undefined ? {} : { assumedOrigin: request.assumedOrigin }),
    keep: (type) => {
      if (MADE_BY_SIGNING.has(type)) wasSigned = true;
      return !MADE_BY_SIGNING.has(type);
    },
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
    warnings: [...file.warnings, ...keyWarnings, ...active.warnings, ...warnings, ...setAsideNote(setAside)],
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

/** A zone file that is signed by keys which are not here: whoever relies on them should know. */
function setAsideNote(tags: readonly number[]): readonly Diagnostic[] {
  if (tags.length === 0) return [];
  const keys = `${tags.length === 1 ? 'key' : 'keys'} ${tags.join(', ')}`;
  return [warning(`the zone file was signed by ${keys}, not in the key directory: taken out, with all signatures`)];
}

function warning(message: string): Diagnostic {
  return { severity: 'warning', message };
}
