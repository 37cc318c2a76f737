/** Public keys: the octets of a DNSKEY ↔ node's KeyObject. */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { type Algorithm, findAlgorithm } from './algorithms.ts';

/** Longest RSA exponent that is read, in bits: BIND's limit, which keeps verification from being made slow. */
const MAX_EXPONENT_BITS = 35;

/** An RSA public key's two numbers, big-endian without leading zeros. */
export interface RsaNumbers {
  readonly exponent: Octets;
  readonly modulus: Octets;
}

/** Bits of a big-endian number. */
export function bitLength(number: Octets): number {
  let first = 0;
  while (first < number.length && number[first] === 0) first++;
  return first === number.length ? 0 : (number.length - first) * 8 - (Math.clz32(number[first]!) - 24);
}

function withoutLeadingZeros(number: Octets): Octets {
  let first = 0;
  while (first < number.length - 1 && number[first] === 0) first++;
  return first === 0 ? number : number.subarray(first);
}

/**
 * Takes an RSA public key apart: exponent length in one octet, or 0 and two octets; exponent; modulus.
 *
 * @returns undefined where the octets are no RSA key
 * @see RFC 3110 §2
 */
export function decodeRsaKey(octets: Octets): RsaNumbers | undefined {
  if (octets.length < 3) return undefined;
  let at = 1;
  let length = octets[0]!;
  if (length === 0) {
    length = (octets[1]! << 8) | octets[2]!;
    at = 3;
  }
  if (length === 0 || at + length >= octets.length) return undefined;
  const exponent = withoutLeadingZeros(octets.subarray(at, at + length));
  const modulus = withoutLeadingZeros(octets.subarray(at + length));
  return { exponent, modulus };
}

/** Puts an RSA public key together (RFC 3110 §2). The numbers come without leading zeros. */
export function encodeRsaKey({ exponent, modulus }: RsaNumbers): Octets {
  const short = exponent.length <= 255;
  const head = short ? [exponent.length] : [0, exponent.length >>> 8, exponent.length & 255];
  return Uint8Array.from([...head, ...exponent, ...modulus]);
}

/**
 * Says what is wrong with a public key, before any cryptography.
 *
 * @returns the reason as a phrase, or undefined for a key that can be used
 */
export function publicKeyFault(algorithm: Algorithm, octets: Octets): string | undefined {
  if (algorithm.family !== 'rsa') {
    if (octets.length === algorithm.publicKeyLength) return undefined;
    return `the public key has ${octets.length} octets, but ${algorithm.mnemonic} keys have ${algorithm.publicKeyLength}`;
  }
  const numbers = decodeRsaKey(octets);
  if (numbers === undefined) return 'the public key is not an RSA key';
  const bits = bitLength(numbers.modulus);
  if (bits < algorithm.minBits || bits > algorithm.maxBits) {
    return `its modulus has ${bits} bits; ${algorithm.mnemonic} takes ${algorithm.minBits} to ${algorithm.maxBits}`;
  }
  if ((numbers.modulus.at(-1)! & 1) === 0) return 'its modulus is an even number';
  const exponentBits = bitLength(numbers.exponent);
  if (exponentBits < 2 || (numbers.exponent.at(-1)! & 1) === 0) return 'its public exponent is 1 or an even number';
  if (exponentBits > MAX_EXPONENT_BITS) {
    return `its public exponent has ${exponentBits} bits; at most ${MAX_EXPONENT_BITS} are accepted`;
  }
  return undefined;
}

/** Size of a public key in bits: the modulus for RSA, the curve's size otherwise. */
export function publicKeyBits(algorithm: Algorithm, octets: Octets): number {
  if (algorithm.family !== 'rsa') return algorithm.maxBits;
  const numbers = decodeRsaKey(octets);
  return numbers === undefined ? 0 : bitLength(numbers.modulus);
}

/** Base64url without padding, as JSON Web Keys write octets. */
export function base64Url(octets: Octets): string {
  return Buffer.from(octets).toString('base64url');
}

function octetsOf(text: string | undefined): Octets {
  return new Uint8Array(Buffer.from(text ?? '', 'base64url'));
}

/**
 * Makes a KeyObject of the public key in a DNSKEY.
 *
 * @param number  algorithm number
 * @param octets  the Public Key field
 * @throws DnssecError KEY_UNSUPPORTED for an algorithm that is not verified, KEY_INVALID for octets that are no key of it
 */
export function decodePublicKey(number: number, octets: Octets): KeyObject {
  const algorithm = findAlgorithm(number);
  if (algorithm === undefined) throw new DnssecError('KEY_UNSUPPORTED', `algorithm ${number} is not supported`);
  const fault = publicKeyFault(algorithm, octets);
  if (fault !== undefined) throw new DnssecError('KEY_INVALID', fault);
  try {
    return createPublicKey({ key: publicJwk(algorithm, octets), format: 'jwk' });
  } catch (cause) {
    throw new DnssecError('KEY_INVALID', `the public key is not a point of ${algorithm.mnemonic}'s curve`, { cause });
  }
}

/** The public key as a JSON Web Key (RFC 7518 §6, RFC 8037 §2). It must have passed `publicKeyFault`. */
export function publicJwk(algorithm: Algorithm, octets: Octets): JsonWebKey {
  switch (algorithm.family) {
    case 'rsa': {
      const { exponent, modulus } = decodeRsaKey(octets)!;
      return { kty: 'RSA', n: base64Url(modulus), e: base64Url(exponent) };
    }
    case 'ecdsa': {
      const half = octets.length / 2;
      return {
        kty: 'EC',
        crv: algorithm.curve,
        x: base64Url(octets.subarray(0, half)),
        y: base64Url(octets.subarray(half)),
      };
    }
    case 'eddsa':
      return { kty: 'OKP', crv: algorithm.curve, x: base64Url(octets) };
  }
}

/**
 * The Public Key field of a DNSKEY for a KeyObject, public or private.
 *
 * @throws DnssecError KEY_INVALID where the key is of another kind than the algorithm's
 * @see RFC 3110 §2, RFC 6605 §4, RFC 8080 §3
 */
export function encodePublicKey(algorithm: Algorithm, key: KeyObject): Octets {
  const jwk = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  const kind = jwk.crv ?? jwk.kty;
  if (kind !== (algorithm.family === 'rsa' ? 'RSA' : algorithm.curve)) {
    throw new DnssecError('KEY_INVALID', `a key of kind ${kind} can't be used with ${algorithm.mnemonic}`);
  }
  switch (algorithm.family) {
    case 'rsa':
      return encodeRsaKey({
        exponent: withoutLeadingZeros(octetsOf(jwk.e)),
        modulus: withoutLeadingZeros(octetsOf(jwk.n)),
      });
    case 'ecdsa':
      return Uint8Array.from([...octetsOf(jwk.x), ...octetsOf(jwk.y)]);
    case 'eddsa':
      return octetsOf(jwk.x);
  }
}

/** DNSKEY RDATA: flags, protocol 3, algorithm, public key (RFC 4034 §2.1). */
export function dnskeyRdata(flags: number, algorithm: number, publicKey: Octets): Octets {
  return Uint8Array.from([flags >>> 8, flags & 255, 3, algorithm, ...publicKey]);
}
