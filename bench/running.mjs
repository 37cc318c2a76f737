// Runs the contenders of a row: a rehearsal each, then round by round, so that a change of the machine's mood meets all.
import { spawnSync } from 'node:child_process';
import { measure } from './measuring.mjs';
import { opensslSpeed } from './reference.mjs';

/**
 * @typedef {object} Options
 * @property {number} runs  measured runs of each contender
 * @property {number} seconds  of `openssl speed`; 0: never
 * @property {(words: string) => void} tell  what is being done now
 */

/**
 * Measures a row and judges it. What goes wrong with one contender is noted in its result.
 *
 * @param {import('./types.ts').Row} row
 * @param {import('./types.ts').Bench} bench
 * @param {Options} options
 * @returns {Promise<import('./types.ts').RowReport>}
 */
export async function runRow(row, bench, { runs, seconds, tell }) {
  const title = row.title(bench.scale);
  tell(`${row.id}: ${title}`);
  const empty = { id: row.id, title, counted: undefined, results: [], references: [], verdicts: [], notes: [] };
  try {
    const { contenders, reference, counted, judge, profile, notes = [] } = await row.prepare(bench);
    const entries = [];
    for (const contender of contenders) entries.push(await rehearse(contender, tell));
    const speeds = [];
    const rounds = runs * (row.runsFactor ?? 1);
    for (let round = 0; round < rounds; round++) {
      if (reference !== undefined && seconds > 0) speeds.push(opensslSpeed(reference, bench.cores, seconds));
      for (const entry of entries) {
        if (entry.problem !== undefined || round >= (entry.contender.runs ?? rounds)) continue;
        tell(`${row.id}: ${entry.contender.name}, run ${round + 1}`);
        await runOnce(entry);
      }
    }
    const results = entries.map(resultOf);
    const references = summarise(speeds.filter((speed) => speed !== undefined));
    const stages = profile === undefined ? {} : { stages: readStages(profile) };
    return { ...empty, counted, results, references, verdicts: judge(results, references), notes, ...stages };
  } catch (error) {
    return { ...empty, problem: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * A contender on its way.
 *
 * @typedef {object} Entry
 * @property {import('./types.ts').Contender} contender
 * @property {number | undefined} threads
 * @property {import('./types.ts').Cost[]} costs
 * @property {number} together  octets that several processes took together in the rehearsal
 * @property {number | undefined} count
 * @property {string | undefined} problem
 */

/**
 * A run with each number of threads that may be tried, to find the best, to warm the caches, and to see whether there
 * is more than one process (the kernel tells the peak of the largest one only).
 *
 * @param {import('./types.ts').Contender} contender
 * @param {Options['tell']} tell
 * @returns {Promise<Entry>}
 */
async function rehearse(contender, tell) {
  /** @type {Entry} */
  const entry = {
    contender,
    threads: contender.threads?.[0],
    costs: [],
    together: 0,
    count: undefined,
    problem: undefined,
  };
  if (contender.rehearsal === false) return entry;
  let best = Number.POSITIVE_INFINITY;
  for (const threads of contender.threads ?? [undefined]) {
    tell(`rehearsal: ${contender.name}${threads === undefined ? '' : ` with ${threads} threads`}`);
    const outcome = await perform({ ...entry, threads }, { watch: true });
    if (outcome.problem !== undefined) return { ...entry, threads, problem: outcome.problem, count: outcome.count };
    if (outcome.wall >= best) continue;
    best = outcome.wall;
    entry.threads = threads;
    entry.together = outcome.processes > 1 ? outcome.memory : 0;
  }
  return entry;
}

/** @param {Entry} entry */
async function runOnce(entry) {
  const { wall, cpu, memory, others, count, problem } = await perform(entry);
  entry.problem = problem;
  entry.count = count;
  if (problem === undefined) entry.costs.push({ wall, cpu, memory: Math.max(memory, entry.together), others });
}

/**
 * One run with what comes before and after. Disks are brought to rest first: what the last program left unwritten would
 * be written on this one's time.
 *
 * @param {Pick<Entry, 'contender' | 'threads'>} entry
 * @param {{ watch?: boolean }} [options]
 * @returns {Promise<import('./types.ts').Outcome & import('./types.ts').Finding>}
 */
async function perform({ contender, threads }, options) {
  const command = contender.command(threads ?? 1);
  command.before?.();
  spawnSync('sync');
  const outcome = await measure(command, options);
  if (outcome.exitCode !== 0) return { ...outcome, problem: `exit code ${outcome.exitCode}: ${outcome.complaint}` };
  return { ...outcome, ...command.after?.() };
}

/**
 * @param {Entry} entry
 * @returns {import('./types.ts').Result}
 */
function resultOf({ contender, threads, costs, count, problem }) {
  const middle =
    costs.length === 0
      ? undefined
      : {
          wall: median(costs.map(({ wall }) => wall)),
          cpu: median(costs.map(({ cpu }) => cpu)),
          memory: median(costs.map(({ memory }) => memory)),
          others: median(costs.map(({ others }) => others)),
        };
  return {
    name: contender.name,
    ours: contender.ours,
    threads,
    runs: costs,
    median: middle,
    count,
    perSecond: count === undefined || middle === undefined ? undefined : count / middle.wall,
    problem,
  };
}

/**
 * Where our time goes, as the program itself tells.
 *
 * @param {readonly string[]} argv
 * @returns {Record<string, number>}  seconds by stage; empty where it did not tell
 */
function readStages(argv) {
  const { stdout } = spawnSync(argv[0] ?? '', [...argv.slice(1), '--json'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  try {
    return JSON.parse(stdout).zones[0].statistics.seconds;
  } catch {
    return {};
  }
}

/**
 * @param {readonly import('./types.ts').Reference[]} speeds  of one reference
 * @returns {import('./types.ts').Reference[]}
 */
function summarise(speeds) {
  const [first] = speeds;
  return first === undefined ? [] : [{ ...first, perSecond: median(speeds.map(({ perSecond }) => perSecond)) }];
}

/**
 * The middle value, or the mean of the two in the middle.
 *
 * @param {readonly number[]} values  not empty
 * @returns {number}
 */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? Number.NaN) + (sorted[Math.ceil(half)] ?? Number.NaN)) / 2;
}
