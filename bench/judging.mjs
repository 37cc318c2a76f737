// Holds what was measured against the targets.

/**
 * A bound: what is wanted, and what no release may fall behind.
 *
 * @typedef {{ target: number, floor?: number }} Limit
 */

/**
 * Our wall time against the fastest peer's, and our peak of memory against the leanest's.
 *
 * @param {{ wall: Limit, memory?: Limit }} limits
 * @returns {(results: readonly import('./types.ts').Result[]) => import('./types.ts').Verdict[]}
 */
export function againstPeers({ wall, memory = { target: 1 } }) {
  return (results) => [ratioToBest(results, 'wall', wall), ratioToBest(results, 'memory', memory)];
}

/**
 * Our things per second as a part of the reference's.
 *
 * @param {number} target  0..1
 * @returns {import('./types.ts').Plan['judge']}
 */
export function againstReference(target) {
  return (results, [reference]) => {
    const ours = results.find((result) => result.ours)?.perSecond;
    const value = ours === undefined || reference === undefined ? undefined : ours / reference.perSecond;
    return [verdict('per second', reference?.name ?? 'openssl speed', value, 'at least', { target })];
  };
}

/**
 * @param {readonly import('./types.ts').Result[]} results
 * @param {'wall' | 'memory'} measure
 * @param {Limit} limit
 */
function ratioToBest(results, measure, limit) {
  const ours = results.find((result) => result.ours && result.problem === undefined)?.median?.[measure];
  const peers = results
    .filter((result) => !result.ours && result.problem === undefined && result.median !== undefined)
    .map(({ name, median }) => ({ name, value: median?.[measure] ?? Number.NaN }))
    .sort((a, b) => a.value - b.value);
  const best = peers[0];
  const ratio = ours === undefined || best === undefined ? undefined : ours / best.value;
  return verdict(measure, best?.name ?? 'no peer', ratio, 'at most', limit);
}

/**
 * @param {string} measure
 * @param {string} against
 * @param {number | undefined} value
 * @param {'at most' | 'at least'} bound
 * @param {Limit} limit
 * @returns {import('./types.ts').Verdict}
 */
export function verdict(measure, against, value, bound, { target, floor }) {
  const keeps = (/** @type {number | undefined} */ limit) =>
    value !== undefined && limit !== undefined && (bound === 'at most' ? value <= limit : value >= limit);
  const state = keeps(target) ? 'ok' : keeps(floor) ? 'floor' : 'open';
  return { measure, against, value, bound, target, floor, state };
}
