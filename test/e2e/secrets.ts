/** Private key material, in every spelling in which it could slip into an output. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** Lines of a `.private` file that hold secrets; modulus and public exponent are no secret. */
const SECRET_LINES = /^(PrivateKey|PrivateExponent|Prime1|Prime2|Exponent1|Exponent2|Coefficient): (\S+)$/gm;

/** Characters of a secret in a row that count as a leak. */
const RUN = 16;

/** Larger files are not read: they hold no key. */
const MOST_OCTETS = 1 << 20;

/** A number of a private key, under the names of its file and line. */
export interface Secret {
  readonly from: string;
  readonly octets: Buffer;
}

/** The secrets in all `.private` files below a directory. */
export function secretsBelow(directory: string): Secret[] {
  const found: Secret[] = [];
  for (const name of fs.readdirSync(directory, { recursive: true, encoding: 'latin1' })) {
    // Locks and temporary files come and go meanwhile.
    const stats = fs.lstatSync(join(directory, name), { throwIfNoEntry: false });
    if (!name.endsWith('.private') || stats?.isFile() !== true || stats.size > MOST_OCTETS) continue;
    found.push(...secretsIn(fs.readFileSync(join(directory, name), 'latin1'), name));
  }
  return found;
}

/** The secrets in the text of a `.private` file. */
export function secretsIn(text: string, from: string): Secret[] {
  return [...text.matchAll(SECRET_LINES)].map(([, tag, value]) => ({
    from: `${from}, ${tag}`,
    octets: Buffer.from(value!, 'base64'),
  }));
}

/** Fails where a part of a secret stands in a text, as base64 at any alignment, hexadecimal, decimal or raw octets. */
export function expectNoSecrets(text: string, secrets: readonly Secret[]): void {
  if (text === '') return;
  const compact = text.replace(/[\s:]+/g, '');
  const lower = compact.toLowerCase();
  for (const { from, octets } of secrets) {
    const leaks =
      spellings(octets).some((spelling) => pieces(spelling).some((piece) => compact.includes(piece))) ||
      pieces(octets.toString('hex')).some((piece) => lower.includes(piece));
    expect(leaks, `a part of ${from} stands in the output`).toBe(false);
  }
}

function spellings(octets: Buffer): string[] {
  const base64 = [0, 1, 2].map((shift) => octets.subarray(shift).toString('base64').replace(/=+$/, '').slice(0, -1));
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [...base64, ...url, BigInt(`0x${octets.toString('hex')}`).toString(), octets.toString('latin1')];
}

/** Cuts without overlap: whatever run of twice the length leaks, it holds one of them. */
function pieces(spelling: string): string[] {
  return spelling.match(new RegExp(`[^]{${RUN}}`, 'g')) ?? [];
}
