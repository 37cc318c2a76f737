/** Signs many zone files in one run: in batches that wait for the disk together, on as many threads as it is worth. */
import { commitFiles } from '../store/group-commit.ts';
import { BatchSigner } from './zone-batch.ts';
import { ZoneEscorts } from './zone-escorts.ts';
import type { ZoneOutcome } from './zone-outcome.ts';
import { LARGE_ZONE, type PlannedZone, sizeOf, type ZoneBatch, ZoneQueue } from './zone-queue.ts';
import { ZoneThread } from './zone-thread.ts';

/**
 * Signs zone files, each as `signZoneFile` does: under its lock, verified, put in its place whole or not at all. No
 * zone's trouble stops another.
 *
 * @param zones     none of them standard input or output
 * @param most      most threads to use
 * @param progress  told how many of the zones are done
 * @returns         what became of each zone, in their order, as soon as it is known
 */
export async function* signZoneFiles(
  zones: readonly PlannedZone[],
  most: number,
  progress: (done: number, total: number) => void,
): AsyncGenerator<ZoneOutcome, void, undefined> {
  const line = new OutcomeLine(zones.length, progress);
  const queue = new ZoneQueue(zones, (index, error) => line.add([{ index, seconds: {}, error }]));
  const escorts = new ZoneEscorts(zones);
  const threads = Array.from({ length: countThreads(zones, most) - 1 }, () => new ZoneThread());
  const there = threads.flatMap((thread) => signThere(thread, queue, escorts, line));
  const lanes = Promise.all([signHere(queue, escorts, line), ...there]);
  lanes.catch((error) => line.fail(error));
  try {
    yield* line.take();
  } finally {
    queue.end();
    await lanes.finally(() => Promise.all(threads.map((thread) => thread.close())));
  }
}

/** Signs in this thread, one batch while the files of the one before are on their way to the disk. */
async function signHere(queue: ZoneQueue, escorts: ZoneEscorts, line: OutcomeLine): Promise<void> {
  const signer = new BatchSigner();
  let before = Promise.resolve();
  for (let batch = await queue.take(true); batch !== undefined; batch = await queue.take(true)) {
    const { ready, failed } = await escorts.before(batch.tasks);
    const { outcomes } = await signer.sign(ready, commitFiles);
    await before;
    before = finish(batch, failed, escorts.after(outcomes), line);
  }
  await before;
}

/** Has a worker thread sign, with a batch ahead, so that it never waits for this thread. */
function signThere(thread: ZoneThread, queue: ZoneQueue, escorts: ZoneEscorts, line: OutcomeLine): Promise<void>[] {
  const lane = async () => {
    while (thread.isAlive) {
      await line.room();
      const batch = await queue.take(false);
      if (batch === undefined) return;
      const { ready, failed } = await escorts.before(batch.tasks);
      const outcomes = thread.sign(ready).catch((error) => ready.map(({ index }) => ({ index, seconds: {}, error })));
      await finish(batch, failed, escorts.after(outcomes), line);
    }
  };
  return [lane(), lane()];
}

/** Gives the locks of a batch back once its zones are done, whatever came of them. */
async function finish(
  batch: ZoneBatch,
  failed: readonly ZoneOutcome[],
  outcomes: Promise<readonly ZoneOutcome[]>,
  line: OutcomeLine,
): Promise<void> {
  const all = await outcomes;
  batch.release();
  line.add([...failed, ...all]);
}

/** Outcomes that wait for those before them, from which on threads that are ahead are not given more. */
const MOST_WAITING = 1024;

/** Puts outcomes into the order of the zones. */
class OutcomeLine {
  readonly #total: number;
  readonly #progress: (done: number, total: number) => void;
  readonly #waiting = new Map<number, ZoneOutcome>();
  #done = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;
  #makeRoom: (() => void)[] = [];

  constructor(total: number, progress: (done: number, total: number) => void) {
    this.#total = total;
    this.#progress = progress;
  }

  add(outcomes: readonly ZoneOutcome[]): void {
    for (const outcome of outcomes) this.#waiting.set(outcome.index, outcome);
    this.#done += outcomes.length;
    this.#progress(this.#done, this.#total);
    this.#wake?.();
  }

  /** Nothing more will come. */
  fail(error: unknown): void {
    this.#failure = { error };
    this.#wake?.();
  }

  async *take(): AsyncGenerator<ZoneOutcome, void, undefined> {
    for (let next = 0; next < this.#total; ) {
      const outcome = this.#waiting.get(next);
      if (outcome === undefined) {
        if (this.#failure !== undefined) throw this.#failure.error;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      this.#waiting.delete(next++);
      for (const go of this.#makeRoom.splice(0)) go();
      yield outcome;
    }
  }

  /** Waits while too many outcomes wait for one before them. */
  async room(): Promise<void> {
    while (this.#waiting.size >= MOST_WAITING && this.#failure === undefined) {
      await new Promise<void>((resolve) => this.#makeRoom.push(resolve));
    }
  }
}

/** Octets of zone files that are worth another thread; each file costs as much as so many octets in it. */
const WORTH_A_THREAD = 128 << 10;
const EACH_FILE = 1024;

function countThreads(zones: readonly PlannedZone[], most: number): number {
  let octets = 0;
  for (const { path } of zones) {
    if (octets >= most * WORTH_A_THREAD) return most;
    const size = sizeOf(path);
    if (size <= LARGE_ZONE) octets += size + EACH_FILE;
  }
  return Math.max(1, Math.min(most, Math.floor(octets / WORTH_A_THREAD)));
}
