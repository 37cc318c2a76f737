/** The parent's servers, and the registrar that takes requests for them. */
import type { Judge, JudgedKey } from './judge.ts';
import type { Stage } from './name-servers.ts';

/** The servers of the parent zone. The last one is never looked at. */
export class ParentServers {
  readonly #stage: Stage;
  readonly #judge: Judge;
  readonly #held: (readonly JudgedKey[])[];
  readonly #serials: number[];
  readonly #negativeTtl: number;
  #ttl: number;
  #serial = 0;

  /**
   * @param count  servers that can be looked at
   */
  constructor(stage: Stage, judge: Judge, count: number, ttl: number, negativeTtl: number) {
    this.#stage = stage;
    this.#judge = judge;
    this.#ttl = ttl;
    this.#negativeTtl = negativeTtl;
    this.#held = new Array(count + 1).fill([]);
    this.#serials = new Array(count + 1).fill(0);
    for (const server of this.#held.keys()) this.#serve(server);
  }

  /** The DS RRsets of the servers that can be looked at. */
  get visible(): readonly (readonly JudgedKey[])[] {
    return this.#held.slice(0, -1);
  }

  get ttl(): number {
    return this.#ttl;
  }

  /** Another TTL, at all servers at once. */
  changeTtl(ttl: number): void {
    this.#ttl = ttl;
    for (const server of this.#held.keys()) this.#serve(server);
  }

  /**
   * The parent zone holds another DS RRset.
   *
   * @param delays  until each server has it, the hidden one last
   */
  publish(keys: readonly JudgedKey[], delays: readonly number[]): void {
    const serial = ++this.#serial;
    for (const server of this.#held.keys()) {
      this.#stage.after(delays[server]!, () => {
        if (serial <= this.#serials[server]!) return;
        this.#serials[server] = serial;
        this.#held[server] = keys;
        this.#stage.note(`parent's server ${server + 1} has DS ${keys.map(({ name }) => name).join('+') || 'none'}`);
        this.#serve(server);
      });
    }
  }

  #serve(server: number): void {
    const keys = this.#held[server]!;
    this.#judge.serveDs(this.#stage.now, server, keys, keys.length === 0 ? this.#negativeTtl : this.#ttl);
  }
}

/** What may become of a request. */
export interface Fate {
  readonly delay: number;
  readonly isLost: boolean;
}

/** Works on requests one after the other; each asks for a whole DS RRset. */
export class Registrar {
  readonly #stage: Stage;
  readonly #publish: (keys: readonly JudgedKey[]) => void;
  #busyUntil = 0;
  #outstanding = 0;

  constructor(stage: Stage, publish: (keys: readonly JudgedKey[]) => void) {
    this.#stage = stage;
    this.#publish = publish;
  }

  /** Requests that were taken, and are neither done nor lost. */
  get outstanding(): number {
    return this.#outstanding;
  }

  submit(keys: readonly JudgedKey[], { delay, isLost }: Fate): void {
    const { now } = this.#stage;
    this.#busyUntil = Math.max(this.#busyUntil, now + delay);
    this.#outstanding++;
    this.#stage.after(this.#busyUntil - now, () => {
      this.#outstanding--;
      const text = keys.map(({ name }) => name).join('+') || 'none';
      this.#stage.note(`registrar ${isLost ? 'loses' : 'carries out'} the request for DS ${text}`);
      if (!isLost) this.#publish(keys);
    });
  }
}
