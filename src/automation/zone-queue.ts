/** Deals out the zones of a run in batches, each zone under its lock. */
import { type Lock, lockPath } from '../store/lock.ts';
import { StaleFiles } from '../store/temporary-files.ts';
import { zoneFileSize } from '../store/zone-files.ts';
import { lockOutput } from './sign-zone-file.ts';
import type { SignFileRequest, SigningEscort } from './signing-run.ts';
import type { ZoneTask } from './zone-batch.ts';

/** A zone that is yet to be signed. */
export interface PlannedZone {
  /** Absolute path of the zone file. */
  readonly path: string;
  /** What is to be done, as of now. @throws DnssecError USAGE */
  readonly request: () => SignFileRequest;
  /** What is done around its signing. */
  readonly escort?: (request: SignFileRequest) => SigningEscort;
}

/** Zones whose locks are held, until they are released. */
export interface ZoneBatch {
  readonly tasks: readonly ZoneTask[];
  release(): void;
}

/** Octets of a zone file from which on it is signed alone, by all threads. */
export const LARGE_ZONE = 256 << 10;

/** The most of a batch: how long the first of its zones waits for its place, and what is in memory at a time. */
const MOST = { zones: 64, octets: 1 << 20 };

/** The least, while there are zones: fewer are not worth an fsync of their directory. */
const LEAST = 8;

/** Into how many batches what is left is cut at least: so that all threads are done at about the same time. */
const PARTS = 4;

/** The zones of a run that are still to be dealt out. */
export class ZoneQueue {
  readonly #zones: readonly PlannedZone[];
  readonly #fail: (index: number, error: unknown) => void;
  readonly #stale = new StaleFiles();
  /** When zones in hand will be given back, by the path of their lock. */
  readonly #busy = new Map<string, Promise<void>>();
  #next = 0;
  /** The next zone, and the size of its file. */
  #head: { readonly task: ZoneTask; readonly size: number } | undefined;
  /** Large zones whose turn has come. */
  readonly #large: ZoneTask[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  /** @param fail  told of zones that can't even be begun */
  constructor(zones: readonly PlannedZone[], fail: (index: number, error: unknown) => void) {
    this.#zones = zones;
    this.#fail = fail;
  }

  /**
   * Takes the next zones and their locks. Takers have their turns one after another.
   *
   * @param mayBeLarge  whether the taker signs large zones: they come one by one
   * @returns           undefined when nothing is left for the taker
   */
  take(mayBeLarge: boolean): Promise<ZoneBatch | undefined> {
    const turn = this.#turn.then(() => this.#take(mayBeLarge));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Deals out no more. */
  end(): void {
    this.#next = this.#zones.length;
    this.#head = undefined;
    this.#large.length = 0;
  }

  async #take(mayBeLarge: boolean): Promise<ZoneBatch | undefined> {
    const batch = new LockedBatch(this.#busy);
    const left = this.#zones.length - this.#next;
    const most = Math.max(LEAST, Math.min(MOST.zones, Math.ceil(left / PARTS)));
    let octets = 0;
    while (batch.tasks.length < most && octets < MOST.octets) {
      const large = mayBeLarge ? this.#large[0] : undefined;
      if (large !== undefined) {
        if (batch.tasks.length > 0) break;
        const state = await this.#lock(large, batch);
        if (state !== 'busy') this.#large.shift();
        if (state === 'locked') break;
        continue;
      }
      this.#head ??= this.#plan();
      if (this.#head === undefined) break;
      const { task, size } = this.#head;
      if (size > LARGE_ZONE) this.#large.push(task);
      else if ((await this.#lock({ ...task, request: { ...task.request, threads: 1 } }, batch)) === 'busy') {
        if (batch.tasks.length > 0) break;
        continue;
      } else octets += size;
      this.#head = undefined;
    }
    return batch.tasks.length === 0 ? undefined : batch;
  }

  #plan(): { readonly task: ZoneTask; readonly size: number } | undefined {
    while (this.#next < this.#zones.length) {
      const index = this.#next++;
      try {
        const { path, request } = this.#zones[index]!;
        return { task: { index, request: request() }, size: sizeOf(path) };
      } catch (error) {
        this.#fail(index, error);
      }
    }
    return undefined;
  }

  /** Adds a zone to the batch, under its lock. @returns busy if it was named before and is in hand; it is free then, unless it is in this batch */
  async #lock(task: ZoneTask, batch: LockedBatch): Promise<'locked' | 'failed' | 'busy'> {
    try {
      const path = lockPath(task.request.output);
      const busy = this.#busy.get(path);
      if (busy !== undefined) {
        if (batch.tasks.length === 0) await busy;
        return 'busy';
      }
      batch.add(task, path, await lockOutput(task.request, this.#stale));
      return 'locked';
    } catch (error) {
      this.#fail(task.index, error);
      return 'failed';
    }
  }
}

/** Octets of a zone file; 0 where that can't be told: whoever reads it will say why. */
export function sizeOf(path: string): number {
  try {
    return zoneFileSize('/', path);
  } catch {
    return 0;
  }
}

class LockedBatch implements ZoneBatch {
  readonly tasks: ZoneTask[] = [];
  readonly #locks: (Lock | undefined)[] = [];
  readonly #paths: string[] = [];
  readonly #busy: Map<string, Promise<void>>;
  readonly #released: Promise<void>;
  #end: () => void = () => {};

  constructor(busy: Map<string, Promise<void>>) {
    this.#busy = busy;
    this.#released = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  add(task: ZoneTask, path: string, lock: Lock | undefined): void {
    this.tasks.push(task);
    this.#locks.push(lock);
    this.#paths.push(path);
    this.#busy.set(path, this.#released);
  }

  release(): void {
    for (const lock of this.#locks) lock?.release();
    for (const path of this.#paths) this.#busy.delete(path);
    this.#end();
  }
}
