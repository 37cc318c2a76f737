// The signers, each told to do the same: these keys, this salt, no iterations, the KSK for the DNSKEY RRset alone.
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { countRrsigs } from './signed-text.mjs';

/** Eight octets, the length that this project uses. */
export const SALT = 'AABBCCDDEEFF0011';

/** Signatures are valid for so many days, with all signers. */
export const VALIDITY_DAYS = 30;

/**
 * What is to be signed, and how.
 *
 * @typedef {object} Job
 * @property {import('./types.ts').Bench} bench
 * @property {import('./types.ts').ZoneFile} zone
 * @property {import('./types.ts').KeySet} keys
 * @property {boolean} [isVerified]  whether the signer verifies what it has signed
 * @property {readonly string[]} [options]  more of the flags that dnssec-signzone and `dnssec sign` share
 */

/**
 * A signer at one job, in a directory of its own.
 *
 * @typedef {object} Signer
 * @property {string} name
 * @property {boolean} ours
 * @property {string} directory  holds nothing but `output`, `state` and what the program puts there
 * @property {string} output  the signed zone
 * @property {readonly number[]} [threads]  what to try
 * @property {(threads: number) => readonly string[]} argv
 */

/**
 * All signers that are installed, ours first.
 *
 * @param {Job} job
 * @returns {Signer[]}
 */
export function signersFor(job) {
  const peers = [signzone, kzonesign, ldnsSignzone].filter(({ programs }) => programs.every(job.bench.has));
  return [ourSigner(job), ...peers.map((make) => make(job))];
}

/**
 * `dnssec sign`.
 *
 * @param {Job} job
 * @returns {Signer}
 */
export function ourSigner({ bench, zone, keys, isVerified = false, options = [] }) {
  const directory = bench.directory('dnssec');
  const output = join(directory, 'zone.signed');
  const flags = [...(isVerified ? [] : ['-P']), ...(zone.shape === 'tld' ? ['-A'] : []), ...options];
  return {
    name: 'dnssec',
    ours: true,
    directory,
    output,
    argv: () => [
      ...[...bench.program, 'sign', '--quiet', '-n', String(bench.cores), '-3', SALT, ...flags],
      ...['-o', zone.origin, '-K', keys.directory, '-f', output, zone.path],
    ],
  };
}

/**
 * BIND's dnssec-signzone, with smart signing, as it has to find the keys as we do.
 *
 * @param {Job} job
 * @returns {Signer}
 */
export function signzone({ bench, zone, keys, isVerified = false, options = [] }) {
  const directory = bench.directory('signzone');
  const output = join(directory, 'zone.signed');
  const flags = [...(isVerified ? [] : ['-P']), ...(zone.shape === 'tld' ? ['-A'] : []), ...options];
  return {
    name: 'dnssec-signzone',
    ours: false,
    directory,
    output,
    threads: bench.threads,
    argv: (threads) => [
      ...['dnssec-signzone', '-q', '-n', String(threads), '-S', '-x', '-3', SALT, '-H', '0', ...flags],
      ...['-o', zone.origin, '-K', keys.directory, '-d', directory, '-f', output, zone.path],
    ],
  };
}
signzone.programs = ['dnssec-signzone'];

/**
 * Knot's kzonesign. It never verifies; keys and salt are put into its database beforehand.
 *
 * @param {Job} job
 * @returns {Signer}
 */
export function kzonesign({ bench, zone, keys }) {
  const directory = bench.directory('kzonesign');
  const output = join(directory, 'signed', basename(zone.path));
  mkdirSync(dirname(output));
  mkdirSync(join(directory, 'state'));
  const configuration = (/** @type {number} */ threads) => join(directory, `knot-${threads}.conf`);
  for (const threads of bench.threads)
    writeFileSync(configuration(threads), knotConfiguration(zone, directory, threads));
  for (const key of keys.names)
    bench.run(['keymgr', '-c', configuration(1), zone.origin, 'import-bind', join(keys.directory, `${key}.key`)]);
  bench.run(['keymgr', '-c', configuration(1), zone.origin, 'nsec3-salt', SALT]);
  return {
    name: 'kzonesign',
    ours: false,
    directory,
    output,
    threads: bench.threads,
    argv: (threads) => ['kzonesign', '-c', configuration(threads), '-o', dirname(output), zone.origin],
  };
}
kzonesign.programs = ['kzonesign', 'keymgr'];

/**
 * NLnet Labs' ldns-signzone: one thread, and no verifying.
 *
 * @param {Job} job
 * @returns {Signer}
 */
function ldnsSignzone({ bench, zone, keys }) {
  const directory = bench.directory('ldns');
  const output = join(directory, 'zone.signed');
  const flags = ['-n', ...(zone.shape === 'tld' ? ['-p'] : []), '-s', SALT, '-t', '0'];
  return {
    name: 'ldns-signzone',
    ours: false,
    directory,
    output,
    argv: () => [
      ...['ldns-signzone', ...flags, '-o', zone.origin, '-f', output, zone.path],
      ...keys.names.map((key) => join(keys.directory, key)),
    ],
  };
}
ldnsSignzone.programs = ['ldns-signzone'];

/**
 * The signer as a contender. What its directory holds now is what each run begins with; what a run puts out is counted
 * and goes.
 *
 * @param {Signer} signer
 * @param {import('./types.ts').ZoneFile} zone
 * @param {Partial<import('./types.ts').Contender>} [more]
 * @returns {import('./types.ts').Contender}
 */
export function contenderOf(signer, zone, more = {}) {
  const restore = keepState(signer);
  return {
    name: signer.name,
    ours: signer.ours,
    ...(signer.threads === undefined ? {} : { threads: signer.threads }),
    command: (threads) => ({
      argv: signer.argv(threads),
      before: restore,
      after: () => {
        const finding = checkSignatures(signer.output, zone);
        rmSync(signer.output, { force: true });
        return finding;
      },
    }),
    ...more,
  };
}

/**
 * Remembers the signer's directory as it is now.
 *
 * @param {Signer} signer
 * @returns {() => void}  brings it back to that
 */
function keepState({ directory }) {
  const kept = `${directory}.kept`;
  rmSync(kept, { recursive: true, force: true });
  cpSync(directory, kept, { recursive: true, preserveTimestamps: true });
  return () => {
    rmSync(directory, { recursive: true, force: true });
    cpSync(kept, directory, { recursive: true, preserveTimestamps: true });
  };
}

/**
 * @param {string} output
 * @param {import('./types.ts').ZoneFile} zone
 * @returns {import('./types.ts').Finding}
 */
export function checkSignatures(output, zone) {
  if (!existsSync(output)) return { problem: 'wrote no signed zone' };
  const count = countRrsigs(output);
  return count === zone.signatures
    ? { count }
    : { count, problem: `${count} signatures, where the zone takes ${zone.signatures}` };
}

/**
 * @param {import('./types.ts').ZoneFile} zone
 * @param {string} directory
 * @param {number} threads
 */
function knotConfiguration(zone, directory, threads) {
  return `server:
    rundir: "${directory}"
database:
    storage: "${directory}/state"
policy:
  - id: bench
    manual: on
    nsec3: on
    nsec3-iterations: 0
    nsec3-opt-out: ${zone.shape === 'tld' ? 'on' : 'off'}
    nsec3-salt-length: 8
    nsec3-salt-lifetime: 0
    rrsig-lifetime: ${VALIDITY_DAYS}d
    rrsig-refresh: 7d
    cds-cdnskey-publish: none
    signing-threads: ${threads}
zone:
  - domain: "${zone.origin}"
    storage: "${dirname(zone.path)}"
    file: "${basename(zone.path)}"
    dnssec-signing: on
    dnssec-policy: bench
    zonefile-load: whole
`;
}
