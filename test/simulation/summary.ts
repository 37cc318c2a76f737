/** What came of many worlds. */
import { ROLL_KINDS, type RollCount, type RollKind } from './progress.ts';
import type { WorldReport } from './report.ts';
import type { Complaint } from './world.ts';

/** Sums over worlds. */
export interface Summary {
  worlds: number;
  faulty: number;
  steps: number;
  passes: number;
  nonDeterministic: number;
  readonly faultySeeds: number[];
  readonly rolls: Record<RollKind, RollCount>;
  readonly complaints: Record<Complaint['kind'], number>;
  seconds: number;
}

/** Nothing yet. */
export function emptySummary(): Summary {
  const none = () => ({ begun: 0, finished: 0, abandoned: 0 });
  return {
    ...{ worlds: 0, faulty: 0, steps: 0, passes: 0, nonDeterministic: 0, faultySeeds: [], seconds: 0 },
    rolls: Object.fromEntries(ROLL_KINDS.map((kind) => [kind, none()])) as Summary['rolls'],
    complaints: {
      ...{ 'bogus-any': 0, 'bogus-ds': 0, 'bogus-dnskey': 0, insecure: 0 },
      ...{ stuck: 0, restless: 0, unannounced: 0, sleepless: 0, careless: 0 },
    },
  };
}

/** Adds a world. */
export function addReport(summary: Summary, report: WorldReport, isDeterministic: boolean): void {
  summary.worlds++;
  summary.steps += report.steps;
  summary.passes += report.passes;
  if (!isDeterministic) summary.nonDeterministic++;
  for (const kind of ROLL_KINDS) {
    summary.rolls[kind].begun += report.rolls[kind].begun;
    summary.rolls[kind].finished += report.rolls[kind].finished;
    summary.rolls[kind].abandoned += report.rolls[kind].abandoned;
  }
  for (const { kind } of report.complaints) summary.complaints[kind]++;
  if (report.complaints.length === 0 && isDeterministic) return;
  summary.faulty++;
  summary.faultySeeds.push(report.seed);
}

/** Whether nothing was wrong. */
export function isClean({ faulty }: Summary): boolean {
  return faulty === 0;
}

function printCount({ begun, finished, abandoned }: RollCount): string {
  return `${begun} begun, ${finished} finished, ${abandoned} given up for others`;
}

/** The sums as a table. */
export function printSummary(summary: Summary, years: number): string {
  const { worlds, steps, passes, nonDeterministic, rolls, complaints, faultySeeds, seconds } = summary;
  const rows: (readonly [string, string | number])[] = [
    ['worlds', worlds],
    ['simulated years', years],
    ['passes', passes],
    ['steps', steps],
    ...ROLL_KINDS.map((kind) => [`rolls: ${kind}`, printCount(rolls[kind])] as const),
    ['bogus, by any chain', complaints['bogus-any']],
    ['bogus, by each algorithm of DS', complaints['bogus-ds']],
    ['bogus, by each algorithm of DNSKEY', complaints['bogus-dnskey']],
    ['insecure', complaints.insecure],
    ['stuck', complaints.stuck],
    ['not at rest after a step', complaints.restless],
    ['decided before its wake-up', complaints.unannounced],
    ['wake-up in the past', complaints.sleepless],
    ['moved or made without leave', complaints.careless],
    ['not deterministic', nonDeterministic],
    ['seconds', seconds.toFixed(1)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
  if (faultySeeds.length === 0) return table;
  const seeds = [...faultySeeds].sort((a, b) => a - b).slice(0, 20);
  return `${table}\n\nfaults in worlds ${seeds.join(', ')}${faultySeeds.length > 20 ? ', …' : ''}: npm run simulate -- --world SEED`;
}
