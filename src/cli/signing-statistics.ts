/** What `sign -t` prints: counts, seconds per stage, rate, memory. */
import type { SignFileResult } from '../automation/signing-run.ts';
import type { StageSeconds } from '../automation/stage-times.ts';

/** The lines of `-t`. */
export function printStatistics(result: SignFileResult, seconds: StageSeconds): string[] {
  const { statistics } = result;
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
