// What the machine's OpenSSL can do at most: the rate that no signer on it can pass.
import { spawnSync } from 'node:child_process';

/** The algorithm's name in the table that `openssl speed` prints. */
const LINE = { ecdsap256: /ecdsa \(nistp256\)/, ed25519: /EdDSA \(Ed25519\)/, rsa2048: /rsa\s+2048 bits/ };

/**
 * Signatures per second of OpenSSL's own benchmark, one process per core.
 *
 * @param {string} algorithm  `ecdsap256`, `ed25519` or `rsa2048`
 * @param {number} cores
 * @param {number} seconds  how long it signs, and then verifies
 * @returns {import('./types.ts').Reference | undefined}  undefined where OpenSSL is missing or says something else
 */
export function opensslSpeed(algorithm, cores, seconds) {
  const argv = ['speed', '-multi', String(cores), '-seconds', String(seconds), algorithm];
  const { stdout } = spawnSync('openssl', argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const pattern = Object.entries(LINE).find(([name]) => name === algorithm)?.[1];
  const line = (stdout ?? '').split('\n').findLast((text) => pattern?.test(text));
  const signed = /\s([\d.]+)\s+[\d.]+\s*$/.exec(line ?? '')?.[1];
  return signed === undefined ? undefined : { name: `openssl ${argv.join(' ')}`, perSecond: Number(signed) };
}
