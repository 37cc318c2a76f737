import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DnssecError } from '../../src/base/errors.ts';
import { algorithmOfKey, der, printPem, readPrivateKey } from '../../src/keys/pkcs8.ts';
import { isPkcs12, printPkcs12, readPkcs12 } from '../../src/keys/pkcs12.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const PKCS8 = new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' }));
const PKCS12 = printPkcs12(privateKey, 'Kexample.com.+015+00001', 'word', randomBytes);
const ENCRYPTED = Buffer.from(printPem(privateKey, 'word', randomBytes).replace(/-----.*-----/g, ''), 'base64');

/** The time limit of these tests is the proof that nothing hangs. */
describe('files with private keys', { timeout: 20_000 }, () => {
  test('PKCS#12 is told from other DER', () => {
    expect(isPkcs12(PKCS12)).toBe(true);
    for (const other of [PKCS8, ENCRYPTED, new Uint8Array(0), Uint8Array.of(0x30), Uint8Array.of(0x30, 0x80)]) {
      expect(isPkcs12(other)).toBe(false);
    }
  });

  test('an empty passphrase is a passphrase, none is none', () => {
    const empty = printPkcs12(privateKey, 'K', '', randomBytes);
    expect(readPkcs12(empty, 'f', '').equals(privateKey)).toBe(true);
    expect(() => readPkcs12(empty, 'f', undefined)).toThrow(/no passphrase was given/);
  });

  test('each key gets its own salt', () => {
    const texts = [1, 2].map(() => printPem(privateKey, 'word', randomBytes));
    expect(new Set(texts).size).toBe(2);
  });

  test('absurd numbers of rounds are refused, not computed', () => {
    const grown = der.decode(ENCRYPTED);
    const params = (grown.value as never[])[0] as { value: { value: { value: { value: unknown }[] }[] }[] };
    const derivation = params.value[1]!.value[0]!.value[1]! as unknown as { value: { value: unknown }[] };
    derivation.value[1]!.value = '\x7f\xff\xff\xff';
    const hostile = der.encode(grown);
    const pem = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${hostile.toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
    for (const file of [hostile, Buffer.from(pem)]) {
      expect(() => readPrivateKey(file, 'f', 'word')).toThrow(
        expect.objectContaining({ message: expect.stringMatching(/rounds/) }),
      );
    }
  });

  test('the integrity check of PKCS#12 is bounded too', () => {
    const root = der.decode(PKCS12);
    const mac = (root.value as { value: { value: string }[] }[])[2]!;
    mac.value[2]!.value = '\x7f\xff\xff\xff';
    expect(() => readPkcs12(der.encode(root), 'f', 'word')).toThrow(/not supported/);
    mac.value[2]!.value = '\x00';
    expect(() => readPkcs12(der.encode(root), 'f', 'word')).toThrow(/not supported/);
  });

  test('nested without end: refused', () => {
    const deep = Buffer.alloc(200_000, Buffer.of(0x30, 0x80));
    expect(() => readPrivateKey(deep, 'f', undefined)).toThrow(DnssecError);
    expect(isPkcs12(deep)).toBe(false);
  });

  test('any change of any octet is refused or makes the same key: nothing else is thrown', () => {
    for (const [octets, read] of [
      [PKCS8, readPrivateKey],
      [PKCS12, readPkcs12],
    ] as const) {
      fc.assert(
        fc.property(fc.nat(octets.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
          const copy = Uint8Array.from(octets);
          copy[at]! ^= change;
          try {
            read(copy, 'f', 'word');
          } catch (error) {
            expect(error).toBeInstanceOf(DnssecError);
            expect((error as DnssecError).code).toBe('KEY_INVALID');
          }
        }),
        { numRuns: 40 },
      );
    }
  });

  test('any octets are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        for (const read of [readPrivateKey, readPkcs12]) {
          expect(() => read(octets, 'f', 'word')).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }));
        }
      }),
    );
  });

  test('PEM text: no key, two keys, a certificate, garbage', () => {
    const pem = printPem(privateKey, undefined, randomBytes);
    const read = (text: string) => () => readPrivateKey(Buffer.from(text), 'f', undefined);
    expect(readPrivateKey(Buffer.from(`Bag Attributes\n${pem}`), 'f', undefined).equals(privateKey)).toBe(true);
    expect(read(pem + pem)).toThrow(/2 private keys/);
    expect(read('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n')).toThrow(/no private key/);
    expect(read('-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n')).toThrow(DnssecError);
    expect(read('-----BEGIN PRIVATE KEY-----\n')).toThrow(/no private key/);
    expect(read(pem.replaceAll('PRIVATE KEY', 'PUBLIC KEY'))).toThrow(/no private key/);
  });

  test('the algorithm follows from the curve, and a contradiction is told', () => {
    expect(algorithmOfKey(privateKey, undefined, 'f').mnemonic).toBe('ED25519');
    expect(algorithmOfKey(privateKey, 'ed25519', 'f').number).toBe(15);
    expect(() => algorithmOfKey(privateKey, '13', 'f')).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }));
    expect(() => algorithmOfKey(privateKey, '8', 'f')).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }));
    const { privateKey: brainpool } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    expect(() => algorithmOfKey(brainpool, undefined, 'f')).toThrow(/secp256k1/);
  });
});
