/** Signs a zone that `planSigning` prepared: sections to all threads, their texts to a sink in order. */
import { createHash } from 'node:crypto';
import type { Octets } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { TYPE } from '../dns/types.ts';
import { findAlgorithm } from '../keys/algorithms.ts';
import { type Pool, startThreads, type WorkerThreads } from '../parallel/pool.ts';
import { findRrset } from '../zone/zone.ts';
import { ZONEMD_DIGEST } from './apex.ts';
import { SectionSigner } from './section.ts';
import type { Section, SignedSection, SigningPlan } from './signing-plan.ts';

/** Where the signed zone's text goes. */
export interface TextSink {
  /** Octets written so far. */
  readonly length: number;
  write(chunk: Octets): void;
  /** Overwrites what was written before. */
  writeAt(position: number, chunk: Octets): void;
}

/** Counts of a signing run. */
export interface SigningStatistics {
  readonly records: number;
  readonly signedRrsets: number;
  readonly made: number;
  readonly kept: number;
  /** Earliest expiration of all signatures. */
  readonly soonest: UnixSeconds;
  readonly threads: number;
}

/** Fewest P-256 signatures for which another thread is worth its start. */
const WORTH_A_THREAD = 1000;

/**
 * Signs and prints the zone.
 *
 * @param threads   most threads to use; small zones are signed in this one
 * @param warm      threads that `startSigningThreads` started beforehand; they are closed in any case
 * @param progress  told how many of the plan's items are done
 */
export async function signZone(
  plan: SigningPlan,
  threads: number,
  sink: TextSink,
  progress: (done: number, total: number) => void = () => {},
  warm?: WorkerThreads,
): Promise<SigningStatistics> {
  const useful = Math.min(threads, Math.floor(estimateWork(plan) / WORTH_A_THREAD));
  const sections = cutSections(plan, Math.max(1, useful));
  const total = { records: 0, signedRrsets: 0, made: 0, kept: 0, soonest: 0 };
  const zonemd = plan.zonemd ? new ZonemdFinish(plan, sink) : undefined;
  const started = useful > 1 ? (warm ?? startSigningThreads(useful)) : undefined;
  const pool = started?.prepare<SigningPlan, Section, SignedSection>(plan);
  try {
    let done = 0;
    for await (const part of signSections(plan, sections, pool)) {
      total.records += part.records;
      total.signedRrsets += part.signedRrsets;
      total.made += part.made;
      total.kept += part.kept;
      total.soonest = earlier(total.soonest, part.soonest);
      if (zonemd === undefined) sink.write(part.text);
      else zonemd.add(part);
      progress(sections[done++]!.to, plan.order.length);
    }
  } finally {
    await started?.close();
    await warm?.close();
  }
  if (zonemd !== undefined) {
    const { records, made, soonest } = zonemd.finish();
    total.records += records;
    total.signedRrsets++;
    total.made += made;
    total.soonest = earlier(total.soonest, soonest);
  }
  return { ...total, threads: Math.max(1, useful) };
}

/** The earlier of two times, of which 0 is none. */
function earlier(a: UnixSeconds, b: UnixSeconds): UnixSeconds {
  return a === 0 || (b !== 0 && b < a) ? b : a;
}

/** Starts the threads of a signing that is to come. */
export function startSigningThreads(threads: number): WorkerThreads {
  return startThreads('sign/sign-worker', threads);
}

async function* signSections(
  plan: SigningPlan,
  sections: readonly Section[],
  pool: Pool<Section, SignedSection> | undefined,
): AsyncGenerator<SignedSection, void, undefined> {
  if (pool !== undefined) {
    yield* pool.map(sections);
    return;
  }
  const signer = new SectionSigner(plan);
  for (const section of sections) yield signer.sign(section);
}

/** Work in units of one P-256 signature: an RSA signature costs ten to a hundred times as much. */
function estimateWork(plan: SigningPlan): number {
  const cost = plan.keys.map((key) => (findAlgorithm(key.algorithm)?.family === 'rsa' ? 12 : 1) as number);
  const each = Math.max(1, ...cost);
  return (plan.zone.rrsetCount + (plan.chain?.count ?? 0)) * (plan.previous === undefined ? each : 0.2);
}

/** Cuts the items into sections of about equal work: enough for even load, large enough to be worth a message. */
function cutSections(plan: SigningPlan, threads: number): Section[] {
  const { order, zone } = plan;
  const rrsets = zone.rrsetCount + (plan.chain?.count ?? 0);
  const size = threads === 1 ? 512 : Math.min(512, Math.max(16, Math.ceil(rrsets / (threads * 16))));
  const sections: Section[] = [];
  let from = 0;
  let work = 0;
  for (let i = 0; i < order.length; i++) {
    const item = order[i]!;
    work += item < zone.nameCount ? zone.nameFirst[item + 1]! - zone.nameFirst[item]! : 1;
    if (work >= size) {
      sections.push({ from, to: i + 1 });
      from = i + 1;
      work = 0;
    }
  }
  if (from < order.length) sections.push({ from, to: order.length });
  return sections;
}

/**
 * ZONEMD is known last and stands first: its lines are reserved, and overwritten when everything has been digested.
 * They do not change in length: digest, signature and times have fixed widths.
 *
 * @see RFC 8976 §3.3
 */
class ZonemdFinish {
  readonly #plan: SigningPlan;
  readonly #sink: TextSink;
  readonly #signer: SectionSigner;
  readonly #hash = createHash('sha384');
  #position = 0;

  constructor(plan: SigningPlan, sink: TextSink) {
    this.#plan = plan;
    this.#sink = sink;
    this.#signer = new SectionSigner({ ...plan, zonemd: false, previous: undefined });
  }

  add(part: SignedSection): void {
    this.#hash.update(part.digested);
    if (part.zonemdAt < 0) {
      this.#sink.write(part.text);
      return;
    }
    this.#sink.write(part.text.subarray(0, part.zonemdAt));
    this.#position = this.#sink.length;
    this.#sink.write(this.#signer.signZonemd().text);
    this.#sink.write(part.text.subarray(part.zonemdAt));
  }

  /** @returns records and signatures that came to the zone by this, and when the first of them ends */
  finish(): { records: number; made: number; soonest: UnixSeconds } {
    const { zone } = this.#plan;
    const record = zone.rrsetFirst[findRrset(zone, 0, TYPE.ZONEMD)]!;
    zone.octets.set(this.#hash.digest(), zone.rdata[record]! + ZONEMD_DIGEST.offset);
    const { text, records, made, soonest } = this.#signer.signZonemd();
    this.#sink.writeAt(this.#position, text);
    return { records, made, soonest };
  }
}
