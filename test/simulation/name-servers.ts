/** The name servers of the zone: each takes every version of the signed file, some time after it was written. */
import type { Judge, JudgedKey } from './judge.ts';

/** A signed zone file, as far as keys are concerned. */
export interface ZoneVersion {
  readonly serial: number;
  readonly dnskey: readonly JudgedKey[];
  /** Whose signatures the DNSKEY RRset has. */
  readonly krrsig: readonly JudgedKey[];
  /** Whose signatures everything else has. */
  readonly zrrsig: readonly JudgedKey[];
  readonly dnskeyTtl: number;
  /** Of the RRset that lasts longest, and of answers that there is none. */
  readonly zoneTtl: number;
}

/** How the world goes on: true time, and what is to happen later. */
export interface Stage {
  readonly now: number;
  after(delay: number, act: () => void): void;
  note(text: string): void;
}

/** The name servers. The last one is never looked at: an instance of anycast that stands elsewhere. */
export class NameServers {
  readonly #stage: Stage;
  readonly #judge: Judge;
  readonly #held: ZoneVersion[];

  /**
   * @param count  servers that can be looked at
   */
  constructor(stage: Stage, judge: Judge, count: number, first: ZoneVersion) {
    this.#stage = stage;
    this.#judge = judge;
    this.#held = new Array(count + 1).fill(first);
    for (const server of this.#held.keys()) this.#serve(server, first);
  }

  /** What the servers that can be looked at give out. */
  get visible(): readonly ZoneVersion[] {
    return this.#held.slice(0, -1);
  }

  /**
   * A new version was written.
   *
   * @param delays  for each server, the hidden one last
   */
  publish(version: ZoneVersion, delays: readonly number[]): void {
    for (const server of this.#held.keys()) {
      this.#stage.after(delays[server]!, () => {
        // A version that was overtaken is not taken any more.
        if (version.serial <= this.#held[server]!.serial) return;
        this.#held[server] = version;
        this.#stage.note(`server ${server + 1} has serial ${version.serial}`);
        this.#serve(server, version);
      });
    }
  }

  #serve(server: number, { dnskey, krrsig, zrrsig, dnskeyTtl, zoneTtl }: ZoneVersion): void {
    const { now } = this.#stage;
    // That there is no DNSKEY RRset is remembered like any other answer that there is nothing (RFC 2308 §5).
    this.#judge.serveDnskey(now, server, dnskey, krrsig, dnskey.length === 0 ? zoneTtl : dnskeyTtl);
    this.#judge.serveData(now, server, zrrsig, zoneTtl);
  }
}
