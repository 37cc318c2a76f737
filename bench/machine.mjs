// What a run was made on and with.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** How each program tells its version. */
const VERSIONS = {
  'dnssec-signzone': ['dnssec-signzone', '-V'],
  'dnssec-verify': ['dnssec-verify', '-V'],
  'named-checkzone': ['named-checkzone', '-v'],
  kzonesign: ['kzonesign', '-V'],
  'ldns-signzone': ['ldns-signzone', '-v'],
  openssl: ['openssl', 'version'],
};

/** @returns {import('./types.ts').Report['machine']} */
export function describeMachine() {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    system: `${type()} ${release()}`,
    load: loadavg()[0] ?? 0,
  };
}

/**
 * The versions of all programs that take part, `not installed` where one is missing.
 *
 * @returns {Record<string, string>}
 */
export function describePrograms() {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  /** @type {Record<string, string>} */
  const found = {
    dnssec: manifest.version,
    node: `${process.versions.node} (OpenSSL ${process.versions.openssl})`,
  };
  for (const [name, [program, ...flags]] of Object.entries(VERSIONS)) {
    const { error, stdout, stderr } = spawnSync(program ?? '', flags, { encoding: 'utf8' });
    found[name] = error === undefined ? versionIn(`${stdout}\n${stderr}`) : 'not installed';
  }
  return found;
}

/** @param {string} text */
function versionIn(text) {
  return /\d+\.\d+(?:\.\d+)?[\w.~+-]*/.exec(text)?.[0] ?? 'unknown';
}
