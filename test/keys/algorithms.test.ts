import { describe, expect, test } from 'vitest';
import {
  ALGORITHMS,
  algorithmNumber,
  algorithmText,
  algorithmUse,
  requireSigningAlgorithm,
  signingAlgorithm,
} from '../../src/keys/algorithms.ts';

describe('algorithms', () => {
  test.each([
    [8, 'RSASHA256'],
    [10, 'RSASHA512'],
    [13, 'ECDSAP256SHA256'],
    [14, 'ECDSAP384SHA384'],
    [15, 'ED25519'],
    [16, 'ED448'],
  ])('%d is %s, by number and by mnemonic in any case, and is signed with', (number, mnemonic) => {
    expect(signingAlgorithm(String(number)).mnemonic).toBe(mnemonic);
    expect(signingAlgorithm(mnemonic).number).toBe(number);
    expect(signingAlgorithm(mnemonic.toLowerCase()).number).toBe(number);
    expect(algorithmUse(number)).toBe('sign');
    expect(algorithmText(number)).toBe(mnemonic);
  });

  test.each([5, 7])('%d is verified only', (number) => {
    expect(algorithmUse(number)).toBe('verify');
    expect(() => requireSigningAlgorithm(number)).toThrow(expect.objectContaining({ code: 'KEY_UNSUPPORTED' }));
  });

  test.each([
    [1, 'RSAMD5'],
    [3, 'DSA'],
    [6, 'NSEC3DSA'],
    [12, 'ECCGOST'],
  ])('%d is refused by its name %s', (number, mnemonic) => {
    expect(algorithmUse(number)).toBe('refuse');
    for (const text of [String(number), mnemonic]) {
      expect(() => signingAlgorithm(text)).toThrow(
        expect.objectContaining({ code: 'KEY_UNSUPPORTED', message: expect.stringContaining(mnemonic) }),
      );
    }
  });

  test.each(['', 'RSA', '256', '-8', '8.0', '0x8', 'constructor', '__proto__'])('"%s" is no algorithm', (text) => {
    expect(algorithmNumber(text)).toBeUndefined();
    expect(() => signingAlgorithm(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  test('signatures have the lengths of RFC 6605 and RFC 8080', () => {
    expect(ALGORITHMS.map((a) => a.signatureLength)).toEqual([0, 0, 0, 0, 64, 96, 64, 114]);
    expect(ALGORITHMS.map((a) => a.publicKeyLength)).toEqual([0, 0, 0, 0, 64, 96, 32, 57]);
  });
});
