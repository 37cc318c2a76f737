/**
 * Worker threads for work that fills all cores: numbered jobs out, results back in order.
 *
 * A worker module calls `serve` once. Shared buffers travel inside the setup without a copy; results may
 * transfer their buffers.
 */
import { availableParallelism } from 'node:os';
import { parentPort, type Transferable, Worker } from 'node:worker_threads';
import { DnssecError, ERROR_CODES, type ErrorCode } from '../base/errors.ts';

interface Request {
  readonly id: number;
  readonly job: unknown;
}

type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { code: ErrorCode; message: string; hint?: string; stack?: string } };

/** Threads to use where nothing is said: one per core that this process may run on. */
export function defaultThreads(): number {
  return Math.max(1, availableParallelism());
}

/** Worker threads that are started and wait for jobs. */
export interface Pool<Job, Result> {
  /**
   * Runs the jobs and hands out the results in the order of the jobs, with at most a few finished results waiting.
   *
   * @throws DnssecError what a worker threw, or WORKER_FAILED
   */
  map(jobs: Iterable<Job>): AsyncGenerator<Result, void, undefined>;
  /** Ends the threads. Safe to call at any time, more than once. */
  close(): Promise<void>;
}

/** Threads that are starting, or wait for what they shall work on: starting takes as long as reading a small zone. */
export interface WorkerThreads {
  readonly count: number;
  /**
   * Gives the threads what they work on.
   *
   * @param setup  for the module's `prepare` in each thread: structured-cloneable, shared buffers stay shared
   */
  prepare<Setup, Job, Result>(setup: Setup): Pool<Job, Result>;
  /** Ends the threads. Safe to call at any time, more than once. */
  close(): Promise<void>;
}

/** Threads that run. */
const running = new Set<Worker>();

/**
 * Starts a worker thread.
 *
 * @param module  module of this program, below `src/` and without ending: `sign/sign-worker`
 */
export function startWorker(module: string): Worker {
  const url = new URL(`../${module}.js`, import.meta.url.replace(/\/src\/(parallel\/pool)\.ts$/, '/dist/$1.js'));
  const worker = new Worker(url, { resourceLimits: LIMITS });
  running.add(worker);
  worker.once('exit', () => running.delete(worker));
  return worker;
}

/** Stops all threads where they are: for the end by a signal. None goes on once this returns, or very soon after. */
export function stopThreads(): void {
  for (const worker of running) void worker.terminate();
}

/**
 * Starts worker threads.
 *
 * @param module   module of this program that calls `serve`, below `src/` and without ending: `sign/sign-worker`
 * @param count    1 or more
 */
export function startThreads(module: string, count: number): WorkerThreads {
  const workers = Array.from({ length: count }, () => startWorker(module));
  // A thread that fails before there is work is told of when the work comes.
  let failure: unknown;
  for (const worker of workers) worker.on('error', (cause) => (failure ??= cause));
  let pool: WorkerPool<unknown, unknown> | undefined;
  return {
    count,
    prepare<Setup, Job, Result>(setup: Setup) {
      pool = new WorkerPool(workers, failure);
      for (const worker of workers) worker.postMessage(setup);
      return pool as Pool<unknown, unknown> as Pool<Job, Result>;
    },
    async close() {
      if (pool !== undefined) await pool.close();
      else await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** What threads make is short-lived and small: with more room they would only collect garbage later, in more memory. */
const LIMITS = { maxYoungGenerationSizeMb: 4 };

/** How many jobs each worker is given ahead, so that it never waits for the main thread. */
const AHEAD = 3;

class WorkerPool<Job, Result> implements Pool<Job, Result> {
  readonly #workers: readonly Worker[];
  readonly #load: number[];
  readonly #done = new Map<number, Reply>();
  #wake: (() => void) | undefined;
  #failure: DnssecError | undefined;
  #closed = false;

  constructor(workers: readonly Worker[], failure: unknown) {
    if (failure !== undefined) this.#fail(failure);
    this.#workers = workers;
    this.#load = workers.map(() => 0);
    for (const [index, worker] of workers.entries()) {
      worker.on('message', (reply: Reply) => {
        this.#load[index]!--;
        this.#done.set(reply.id, reply);
        this.#wake?.();
      });
      worker.on('error', (cause) => this.#fail(cause));
      worker.on('exit', (code) => {
        if (!this.#closed) this.#fail(new Error(`a worker thread ended with code ${code}`));
      });
    }
  }

  #fail(cause: unknown): void {
    this.#failure ??= new DnssecError(
      'WORKER_FAILED',
      `a worker thread failed: ${(cause as Error)?.message ?? cause}`,
      {
        cause,
      },
    );
    this.#wake?.();
  }

  async *map(jobs: Iterable<Job>): AsyncGenerator<Result, void, undefined> {
    const iterator = jobs[Symbol.iterator]();
    let sent = 0;
    let taken = 0;
    let more = true;
    const window = this.#workers.length * (AHEAD + 2);
    const feed = () => {
      while (more && sent - taken < window) {
        let index = 0;
        for (let i = 1; i < this.#load.length; i++) if (this.#load[i]! < this.#load[index]!) index = i;
        if (this.#load[index]! >= AHEAD) return;
        const next = iterator.next();
        if (next.done === true) {
          more = false;
          return;
        }
        this.#load[index]!++;
        this.#workers[index]!.postMessage({ id: sent++, job: next.value } satisfies Request);
      }
    };
    for (feed(); more || taken < sent; feed()) {
      if (this.#failure !== undefined) throw this.#failure;
      const reply = this.#done.get(taken);
      if (reply === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
        continue;
      }
      this.#done.delete(taken++);
      if ('error' in reply) {
        const { code, message, hint } = reply.error;
        throw new DnssecError(code, message, { ...(hint === undefined ? {} : { hint }), cause: reply.error });
      }
      feed();
      yield reply.result as Result;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/**
 * The worker's side: prepares once, then answers each job.
 *
 * @param prepare  takes what `WorkerThreads.prepare` was given, returns the function that does one job
 */
export function serve<Setup, Job, Result>(
  prepare: (setup: Setup) => (job: Job) => { result: Result; transfer?: readonly ArrayBufferLike[] },
): void {
  const port = parentPort;
  if (port === null) throw new TypeError('this module runs as a worker thread only');
  let perform: ((job: Job) => { result: Result; transfer?: readonly ArrayBufferLike[] }) | undefined;
  port.on('message', (message: unknown) => {
    if (perform === undefined) {
      perform = prepare(message as Setup);
      return;
    }
    const { id, job } = message as Request;
    try {
      const { result, transfer = [] } = perform(job as Job);
      port.postMessage({ id, result } satisfies Reply, transfer as Transferable[]);
    } catch (cause) {
      const error = cause as DnssecError;
      const known = cause instanceof DnssecError && error.code in ERROR_CODES;
      port.postMessage({
        id,
        error: {
          code: known ? error.code : 'INTERNAL',
          message: error.message,
          ...(error.hint === undefined ? {} : { hint: error.hint }),
          ...(error.stack === undefined ? {} : { stack: error.stack }),
        },
      } satisfies Reply);
    }
  });
}
