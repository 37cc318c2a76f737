/** How long each stage of a run takes. */
import type { SigningStage } from './signing-run.ts';

/** A stopwatch with a hand for each stage. */
export class StageTimes {
  readonly #seconds = new Map<SigningStage, number>();
  #stage: SigningStage | undefined;
  #since = performance.now();

  /** Ends the present stage and begins another. */
  enter(stage: SigningStage): void {
    this.end();
    this.#stage = stage;
  }

  /** Ends the present stage: what follows belongs to none. */
  end(): void {
    const now = performance.now();
    if (this.#stage !== undefined) {
      this.#seconds.set(this.#stage, (this.#seconds.get(this.#stage) ?? 0) + (now - this.#since) / 1000);
    }
    this.#stage = undefined;
    this.#since = now;
  }

  /** Seconds of each stage, to the millisecond. */
  seconds(): StageSeconds {
    return Object.fromEntries([...this.#seconds].map(([stage, s]) => [stage, Math.round(s * 1000) / 1000]));
  }
}

/** Seconds by stage, in the order of the stages. */
export type StageSeconds = Readonly<Partial<Record<SigningStage, number>>>;
