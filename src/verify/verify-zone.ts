/** Verifies a signed zone completely: keys, signatures, denial of existence, digest. */
import type { Octets } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { TYPE } from '../dns/types.ts';
import { startThreads, type WorkerThreads } from '../parallel/pool.ts';
import { findRrset, type Zone } from '../zone/zone.ts';
import { type ApexKeys, judgeApexKeys } from './apex-keys.ts';
import { checkCds, checkDs } from './ds.ts';
import { checkExpiry } from './expiry.ts';
import { countFindings, type Finding, type FindingBatch, FindingLog } from './findings.ts';
import { classifySignedNames } from './name-kinds.ts';
import { checkMeetings, checkRing, gatherNsec3Chains } from './nsec3-chains.ts';
import { createRangeChecker, type NameRange, type RangeResult, type RangeSetup } from './ranges.ts';
import { addTally, emptyTally, type SignatureTally } from './signatures.ts';
import { readSoa } from './soa.ts';
import { summarize, type VerifyStatistics } from './statistics.ts';
import { checkZonemd } from './zonemd.ts';

/** Findings kept where nothing is said. */
export const DEFAULT_LIMIT = 100;

/** How to verify. */
export interface VerifyOptions {
  /** Instants at which every signature must hold: now, and for a signer the next planned signing. At least one. */
  readonly at: readonly UnixSeconds[];
  /** RDATA of the parent's DS records; left out or empty, the DNSKEY RRset vouches for itself. */
  readonly trusted?: readonly Octets[];
  /** Worker threads for a large zone, 1 or more; a small zone is done without. */
  readonly threads: number;
  /** Threads of `verify/verify-worker` that were started beforehand; they are used instead, and closed. */
  readonly workers?: WorkerThreads | undefined;
  /** Errors kept; all are counted. */
  readonly limit?: number;
  /** Called now and then with the names done and the names there are. */
  readonly progress?: (done: number, total: number) => void;
}

/** What was found, and the numbers. */
export interface VerifyReport {
  /** Kept findings: of the keys, then name by name in canonical order, then of the chains and the zone as a whole. */
  readonly findings: readonly Finding[];
  /** How many there were of each kind, kept or not. */
  readonly counts: FindingBatch['counts'];
  readonly errors: number;
  readonly warnings: number;
  readonly statistics: VerifyStatistics;
}

/** RRsets per job: some 20 ms of P-256. */
const RRSETS_OF_A_JOB = 1024;
/** RRsets that one thread verifies in the time that it takes to start workers. */
const RRSETS_WITHOUT_WORKERS = 4096;

/**
 * Verifies a signed zone. Shares with the signer the zone, names, RDATA and keys, and nothing else.
 *
 * @param zone  as `buildZone` makes it: in canonical order
 * @returns     what was found; a zone with `errors` 0 is one that resolvers can validate, at each instant asked for
 * @throws DnssecError WORKER_FAILED
 */
export async function verifyZone(zone: Zone, options: VerifyOptions): Promise<VerifyReport> {
  const limit = options.limit ?? DEFAULT_LIMIT;
  const log = new FindingLog(zone, limit);
  const soa = readSoa(zone);
  if (soa === undefined) log.report('no-soa', 0, TYPE.SOA, () => 'the apex has no SOA record');
  const apex = judgeApexKeys(zone, log);
  if (options.trusted !== undefined && options.trusted.length > 0) checkDs(zone, apex, options.trusted, log);
  checkCds(zone, apex.keys, log);
  const { chains, announced } = gatherNsec3Chains(zone, log);
  const tally = emptyTally(apex.keys.length);
  const setup: RangeSetup = {
    zone,
    kinds: classifySignedNames(zone),
    keys: apex.keys,
    algorithms: apex.algorithms,
    at: options.at,
    hasNsec: findRrset(zone, 0, TYPE.NSEC) >= 0,
    chains,
    denialTtl: soa === undefined ? -1 : Math.min(soa.ttl, soa.minimum),
    limit,
  };
  const whole = checkWhole(setup, log, announced);
  if (apex.keys.length > 0) await checkNames(setup, apex, options, log, tally, whole);
  for (let step = whole.next(); step.done !== true; ) step = whole.next();
  if (apex.keys.length > 0) for (const chain of chains) checkMeetings(chain, log);
  checkExpiry(tally, soa, options.at[0] ?? 0, log);

  const batch = log.take();
  return {
    ...batch,
    errors: countFindings(batch.counts, 'error'),
    warnings: countFindings(batch.counts, 'warning'),
    statistics: summarize(zone, setup, tally),
  };
}

/** What is checked of the zone as a whole, in slices, while the workers go name by name. */
function* checkWhole(setup: RangeSetup, log: FindingLog, announced: boolean): Generator<void, void, undefined> {
  const { zone, keys, hasNsec, chains } = setup;
  if (keys.length > 0 && !hasNsec && !announced) {
    const reason = () => 'the zone has neither an NSEC nor an NSEC3 chain (no NSEC or NSEC3PARAM at the apex)';
    log.report('no-denial', 0, TYPE.NSEC, reason);
  }
  for (const chain of chains) {
    checkRing(zone, chain, log);
    yield;
  }
  yield* checkZonemd(zone, log);
}

async function checkNames(
  setup: RangeSetup,
  { algorithms }: ApexKeys,
  { threads, workers, progress }: VerifyOptions,
  log: FindingLog,
  tally: SignatureTally,
  whole: Generator<void, void, undefined>,
): Promise<void> {
  const { zone } = setup;
  const take = ({ batch, tally: part }: RangeResult, { end }: NameRange) => {
    log.absorb(batch);
    addTally(tally, part);
    progress?.(end, zone.nameCount);
  };
  const ranges = [...cutRanges(zone)];
  if (zone.rrsetCount < RRSETS_WITHOUT_WORKERS || algorithms.length === 0) {
    const check = createRangeChecker(setup);
    for (const range of ranges) take(check(range), range);
    await workers?.close();
    return;
  }
  const started = workers ?? startVerifyThreads(threads);
  const pool = started.prepare<RangeSetup, NameRange, RangeResult>(setup);
  try {
    let done = 0;
    for await (const result of pool.map(ranges)) {
      take(result, ranges[done++]!);
      whole.next();
    }
  } finally {
    await started.close();
  }
}

/** Starts the threads of a verification that is to come: worth it for a file of more than about a megabyte. */
export function startVerifyThreads(threads: number): WorkerThreads {
  return startThreads('verify/verify-worker', threads);
}

function* cutRanges({ nameCount, nameFirst }: Zone): Generator<NameRange, void, undefined> {
  let first = 0;
  for (let name = 1; name <= nameCount; name++) {
    if (name < nameCount && nameFirst[name]! - nameFirst[first]! < RRSETS_OF_A_JOB) continue;
    yield { first, end: name };
    first = name;
  }
}
