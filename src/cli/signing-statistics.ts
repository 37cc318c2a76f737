/** What `sign -t` prints: counts, seconds per stage, rate, memory. */
import type { SignFileResult, SigningStage } from '../automation/signing-run.ts';

/** Measures how long each stage takes. */
export class StageTimes {
  readonly #seconds = new Map<SigningStage, number>();
  #stage: SigningStage | undefined;
  #since = performance.now();

  /** Ends the present stage and begins another. */
  enter(stage: SigningStage): void {
    this.end();
    this.#stage = stage;
  }

  end(): void {
    const now = performance.now();
    if (this.#stage !== undefined) {
      this.#seconds.set(this.#stage, (this.#seconds.get(this.#stage) ?? 0) + (now - this.#since) / 1000);
    }
    this.#stage = undefined;
    this.#since = now;
  }

  /** Seconds of each stage, to the millisecond. */
  seconds(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#seconds].map(([stage, s]) => [stage, Math.round(s * 1000) / 1000]));
  }
}

/** The lines of `-t`. */
export function printStatistics(result: SignFileResult, times: StageTimes): string[] {
  const { statistics } = result;
  const seconds = times.seconds();
  const stages = Object.entries(seconds).map(([stage, s]) => `${stage} ${s.toFixed(3)}`);
  const memory = `Peak memory in MB:            ${Math.round(process.resourceUsage().maxRSS / 1024)}`;
  if (statistics === undefined) return [`Seconds:                      ${stages.join(', ')}`, memory];
  const rate = statistics.made / Math.max(0.001, seconds.sign ?? 0);
  return [
    `Records:                      ${statistics.records}`,
    `Signed RRsets:                ${statistics.signedRrsets}`,
    `Signatures made:              ${statistics.made}`,
    `Signatures kept:              ${statistics.kept}`,
    `Signatures dropped:           ${result.dropped}`,
    `Threads:                      ${statistics.threads}`,
    `Seconds:                      ${stages.join(', ')}`,
    `Signatures made per second:   ${rate.toFixed(0)}`,
    memory,
  ];
}
