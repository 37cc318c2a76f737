// The directory that a run of the benchmark works in, with the zones and keys that its rows share.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countSignatures, generateZone } from './generate-zone.mjs';

/** The origin of the generated zones (RFC 2606 keeps it free). */
const ORIGIN = 'test';

/** Beyond the horizon of every row, so that signing in the past finds active keys. */
const KEYS_SINCE = '-60d';

/**
 * Makes a place to work in.
 *
 * @param {{ scale: import('./types.ts').Scale, above?: string | undefined }} options  `above`: the directory to make it
 *   in, for a disk of one's choice
 * @returns {{ bench: import('./types.ts').Bench, remove: () => void }}
 */
export function createWorkplace({ scale, above = tmpdir() }) {
  const place = mkdtempSync(join(above, 'dnssec-bench-'));
  // So that what programs put among temporary files goes with the rest, also after an interrupted run.
  process.env.TMPDIR = place;
  const cores = availableParallelism();
  /** @type {Map<string, import('./types.ts').ZoneFile>} */
  const zones = new Map();
  /** @type {Map<string, import('./types.ts').KeySet>} */
  const keySets = new Map();

  const directory = (/** @type {string} */ name) => {
    mkdirSync(join(place, name), { recursive: true, mode: 0o700 });
    return mkdtempSync(join(place, name, 'x'));
  };
  return {
    remove: () => rmSync(place, { recursive: true, force: true, maxRetries: 5 }),
    bench: {
      scale,
      cores,
      threads: [...new Set([1, cores, 2 * cores])],
      program: [process.execPath, fileURLToPath(new URL('../dist/main.js', import.meta.url))],
      has: isInstalled,
      directory,
      run,
      zone: (shape, names) =>
        remember(zones, `${shape}-${names}`, () => {
          const path = join(directory('zones'), `${shape}-${names}.zone`);
          generateZone({ names, shape, origin: ORIGIN, file: path });
          return { path, origin: ORIGIN, shape, names, signatures: countSignatures(shape, names) };
        }),
      keys: (algorithm, bits) =>
        remember(keySets, algorithm, () => makeKeys(directory('keys'), ORIGIN, algorithm, bits)),
    },
  };
}

/**
 * Makes a KSK and a ZSK with dnssec-keygen.
 *
 * @param {string} directory
 * @param {string} origin
 * @param {string} algorithm  as dnssec-keygen names it
 * @param {number} [bits]
 * @returns {import('./types.ts').KeySet}
 */
export function makeKeys(directory, origin, algorithm, bits) {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const size = bits === undefined ? [] : ['-b', String(bits)];
  for (const role of [['-f', 'KSK'], []])
    run([
      'dnssec-keygen',
      '-q',
      '-K',
      directory,
      '-a',
      algorithm,
      ...size,
      '-P',
      KEYS_SINCE,
      '-A',
      KEYS_SINCE,
      ...role,
      origin,
    ]);
  const files = readdirSync(directory).map((file) => join(directory, file));
  for (const file of files) chmodSync(file, file.endsWith('.private') ? 0o600 : 0o644);
  const names = files.filter((file) => file.endsWith('.key')).map((file) => basename(file, '.key'));
  return { directory, files, names };
}

/** @type {import('./types.ts').Bench['run']} */
function run(argv, directory) {
  const { status, error, stderr } = spawnSync(argv[0] ?? '', argv.slice(1), {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (error !== undefined) throw new Error(`${argv[0]}: ${error.message}`);
  if (status !== 0) throw new Error(`${argv.slice(0, 3).join(' ')} ended with ${status}: ${stderr.trim().slice(-300)}`);
}

/** @param {string} program */
function isInstalled(program) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { stdio: 'ignore' }).status === 0;
}

/**
 * @template Value
 * @param {Map<string, Value>} known
 * @param {string} key
 * @param {() => Value} make
 */
function remember(known, key, make) {
  const old = known.get(key);
  if (old !== undefined) return old;
  const value = make();
  known.set(key, value);
  return value;
}
