/**
 * A worker thread that signs batches of zones: it reads, signs, verifies, writes, and brings files to the disk. The main
 * thread holds the locks and puts the files in their places: when that ends, nothing takes a place any more.
 */
import type { Worker } from 'node:worker_threads';
import { DnssecError } from '../base/errors.ts';
import { startWorker, stopThreads } from '../parallel/pool.ts';
import { atEndFirst } from '../store/ending.ts';
import { type FileFaults, publishFiles } from '../store/group-commit.ts';
import { memoPath } from '../store/signing-memo.ts';
import { expectFilesOfThread } from '../store/temporary-files.ts';
import { decodeFile, decodeOutcome, type FileMessage, type FromThread, type ToThread } from './thread-messages.ts';
import type { ZoneTask } from './zone-batch.ts';
import { encodeError, type ZoneOutcome } from './zone-outcome.ts';

atEndFirst(stopThreads);

interface Pending {
  readonly resolve: (outcomes: readonly ZoneOutcome[]) => void;
  readonly reject: (error: DnssecError) => void;
}

/** The main thread's end. */
export class ZoneThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #batches = 0;
  #failure: DnssecError | undefined;

  constructor() {
    this.#worker = startWorker('automation/zone-worker');
    this.#worker.on('message', (message: FromThread) => {
      if (message.kind === 'place') void this.#place(message.batch, message.files);
      else this.#take(message.batch)?.resolve(message.outcomes.map(decodeOutcome));
    });
    this.#worker.on('error', (cause) => this.#fail(cause));
    this.#worker.on('exit', (code) => this.#fail(new Error(`it ended with code ${code}`)));
  }

  /** Whether it can take more. */
  get isAlive(): boolean {
    return this.#failure === undefined;
  }

  /**
   * Signs zones whose locks are held. The next batch may be handed in before this one is done.
   *
   * @throws DnssecError WORKER_FAILED; some of the files may be in their places then, each of them whole
   */
  async sign(tasks: readonly ZoneTask[]): Promise<readonly ZoneOutcome[]> {
    if (this.#failure !== undefined) throw this.#failure;
    const targets = tasks.flatMap(({ request: { output } }) => [output, memoPath(output)]);
    const files = expectFilesOfThread(targets);
    try {
      return await new Promise((resolve, reject) => {
        const batch = this.#batches++;
        this.#pending.set(batch, { resolve, reject });
        this.#post({ kind: 'sign', batch, tasks });
      });
    } catch (error) {
      files.remove();
      throw error;
    } finally {
      files.end();
    }
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    this.#failure ??= new DnssecError('WORKER_FAILED', 'the thread has been closed');
    await this.#worker.terminate();
  }

  async #place(batch: number, files: readonly FileMessage[]): Promise<void> {
    let faults: FileFaults;
    try {
      faults = await publishFiles(files.map(decodeFile));
    } catch (error) {
      faults = files.map(() => error as DnssecError);
    }
    this.#post({ kind: 'placed', batch, faults: faults.map((fault) => fault && encodeError(fault)) });
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #take(batch: number): Pending | undefined {
    const pending = this.#pending.get(batch);
    this.#pending.delete(batch);
    return pending;
  }

  #fail(cause: unknown): void {
    const reason = (cause as Error)?.message ?? cause;
    this.#failure ??= new DnssecError('WORKER_FAILED', `a worker thread failed: ${reason}`, { cause });
    for (const batch of [...this.#pending.keys()]) this.#take(batch)?.reject(this.#failure);
  }
}
