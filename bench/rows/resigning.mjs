// Signing again when a little has changed or is due: each signer from its own signed zone.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { againstPeers } from '../judging.mjs';
import { formatNames } from '../report.mjs';
import { changeHosts, thinRrsigs } from '../signed-text.mjs';
import { contenderOf, kzonesign, ourSigner, signzone } from '../signers.mjs';

const NAMES = 100_000;
const LIMITS = { wall: { target: 0.15 } };
const DAY = 86_400;

/** ldns-signzone keeps no signature: it has no part in this. */
const NOTES = ['ldns-signzone makes every signature anew, so it is left out.'];

/**
 * @typedef {import('../signers.mjs').Job} Job
 * @typedef {import('../types.ts').Contender} Contender
 */

/** @type {import('../types.ts').Row} */
const changed = {
  id: 'resign-changed',
  title: (scale) => `signing again, host ${formatNames(scale.names(NAMES))}, 1 % of the names changed`,
  prepare: (bench) => {
    const job = hostJob(bench);
    return { contenders: [ourChanged(job), ...peersOf(job, peerChanged)], judge: againstPeers(LIMITS), notes: NOTES };
  },
};

/** @type {import('../types.ts').Row} */
const due = {
  id: 'resign-due',
  title: (scale) => `signing again, host ${formatNames(scale.names(NAMES))}, 1 % of the signatures due`,
  prepare: (bench) => {
    const job = hostJob(bench);
    const peers = peersOf(job, (make) => (make === kzonesign ? knotDue(job) : signzoneDue(job)));
    return { contenders: [ourDue(job), ...peers], judge: againstPeers(LIMITS), notes: NOTES };
  },
};

/** @type {readonly import('../types.ts').Row[]} */
export const RESIGNING = [changed, due];

/**
 * @param {import('../types.ts').Bench} bench
 * @returns {Job}
 */
function hostJob(bench) {
  return { bench, zone: bench.zone('host', bench.scale.names(NAMES)), keys: bench.keys('ECDSAP256SHA256') };
}

/**
 * The installed peers that keep signatures, each as a contender.
 *
 * @param {Job} job
 * @param {(make: typeof signzone | typeof kzonesign, job: Job) => Contender} prepare
 */
function peersOf(job, prepare) {
  return [signzone, kzonesign]
    .filter(({ programs }) => programs.every(job.bench.has))
    .map((make) => prepare(make, job));
}

/**
 * We sign the edited zone file over the signed zone of before.
 *
 * @param {Job} job
 */
function ourChanged(job) {
  const { bench, zone } = job;
  const path = join(bench.directory('changed'), 'changed.zone');
  const before = ourSigner(job);
  bench.run(before.argv(bench.cores));
  changeHosts(zone.path, path);
  const after = ourSigner({ ...job, zone: { ...zone, path } });
  cpSync(before.directory, after.directory, { recursive: true, preserveTimestamps: true });
  return contenderOf(after, zone);
}

/**
 * A peer keeps signatures when they lie in its input: its own signed zone, edited.
 *
 * @param {typeof signzone | typeof kzonesign} make
 * @param {Job} job
 */
function peerChanged(make, job) {
  const { bench, zone } = job;
  const path = join(bench.directory('changed'), 'changed.zone');
  const before = make(job);
  bench.run(before.argv(bench.cores));
  changeHosts(before.output, path);
  return contenderOf(make({ ...job, zone: { ...zone, path }, options: serialOption(make) }), zone);
}

/** Ends that are spread evenly over 20 days, of which the first fifth of a day is due. */
const SPREAD = { ends: ['-e', `now+${30 * DAY}`, '-j', `${20 * DAY}`], refresh: ['-i', `${10 * DAY + DAY / 5}`] };

/** @param {Job} job */
function ourDue(job) {
  const { bench, zone } = job;
  const before = ourSigner({ ...job, options: SPREAD.ends });
  bench.run(before.argv(bench.cores));
  const after = ourSigner({ ...job, options: SPREAD.refresh });
  cpSync(before.directory, after.directory, { recursive: true, preserveTimestamps: true });
  return contenderOf(after, zone);
}

/** @param {Job} job */
function signzoneDue(job) {
  const { bench, zone } = job;
  const before = signzone({ ...job, options: SPREAD.ends });
  bench.run(before.argv(bench.cores));
  const again = { ...job, zone: { ...zone, path: before.output } };
  return contenderOf(signzone({ ...again, options: [...SPREAD.refresh, ...serialOption(signzone)] }), zone);
}

/**
 * Knot has no jitter, so the zone is signed twice: 24 days ago, and of that every hundredth signature is kept while the
 * rest is made anew 10 days ago. The kept ones have 6 days left, and 7 is where it renews.
 *
 * @param {Job} job
 */
function knotDue(job) {
  const { bench, zone } = job;
  const directory = bench.directory('due');
  const now = Math.floor(Date.now() / 1000);
  const signAt = (/** @type {string} */ input, /** @type {number} */ time) => {
    const { argv, output } = kzonesign({ ...job, zone: { ...zone, path: input } });
    bench.run([...argv(bench.cores).slice(0, -1), '-t', String(time), zone.origin]);
    return output;
  };
  const thinned = join(directory, 'thinned.zone');
  thinRrsigs(signAt(zone.path, now - 24 * DAY), thinned);
  const path = signAt(thinned, now - 10 * DAY);
  return contenderOf(kzonesign({ ...job, zone: { ...zone, path } }), zone);
}

/** @param {typeof signzone | typeof kzonesign} make */
function serialOption(make) {
  return make === signzone ? ['-N', 'INCREMENT'] : [];
}
