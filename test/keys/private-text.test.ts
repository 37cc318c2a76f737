import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asciiOctets } from '../../src/base/octets.ts';
import { holdsPrivateKey } from '../../src/keys/private-text.ts';

const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('private key text', () => {
  it.each([
    'Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\nPrivateKey: AAAA\n',
    '; a comment\r\nPrivateExponent: AAAA\r\n',
    'PrivateKey:AAAA',
    pem,
    `Bag Attributes\n${pem.replace('PRIVATE', 'ENCRYPTED PRIVATE')}`,
  ])('is known: %j', (text) => {
    expect(holdsPrivateKey(asciiOctets(text))).toBe(true);
  });

  it('is looked for in the part that is given', () => {
    const octets = asciiOctets('xxPrivateKey: A');
    expect(holdsPrivateKey(octets)).toBe(false);
    expect(holdsPrivateKey(octets, 2)).toBe(true);
    expect(holdsPrivateKey(octets, 2, 6)).toBe(false);
  });

  it('is not seen where there is none', () => {
    const sample = readFileSync(new URL('../../zones/example.com.zone', import.meta.url));
    for (const octets of [sample, asciiOctets('example.com. IN DNSKEY 257 3 13 AAAA\n'), new Uint8Array(0)]) {
      expect(holdsPrivateKey(octets)).toBe(false);
    }
  });
});
