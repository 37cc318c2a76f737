/** Signers and verifiers: octets in, signature out, in the form that RRSIG records carry. */
import { type KeyObject, sign, verify } from 'node:crypto';
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { type Algorithm, findAlgorithm, requireSigningAlgorithm } from './algorithms.ts';
import { decodePublicKey, decodeRsaKey } from './public-key.ts';

/** Signs octets; what comes back is the Signature field of an RRSIG. */
export type Signer = (octets: Octets) => Octets;

/** Says whether a signature is good for the octets. Never throws: a signature of the wrong shape is not good. */
export type Verifier = (octets: Octets, signature: Octets) => boolean;

/**
 * Makes a signer. ECDSA goes through DER, which OpenSSL speaks natively, and is turned into r‖s here: that is faster
 * than asking node:crypto for r‖s, on Node 24 by half.
 *
 * @param privateKey  a private KeyObject of the algorithm's kind; may have crossed to a worker thread
 * @param number      algorithm number
 * @throws DnssecError KEY_UNSUPPORTED where the algorithm is not signed with
 * @see RFC 5702 §3, RFC 6605 §4, RFC 8080 §4
 */
export function createSigner(privateKey: KeyObject, number: number): Signer {
  const algorithm = requireSigningAlgorithm(number);
  const digest = algorithm.digest;
  if (algorithm.family !== 'ecdsa') return (octets) => sign(digest, octets, privateKey);
  const width = algorithm.privateKeyLength;
  return (octets) => joinSignature(sign(digest, octets, privateKey), width);
}

/**
 * Makes a verifier.
 *
 * @param number     algorithm number
 * @param publicKey  the Public Key field of the DNSKEY
 * @throws DnssecError KEY_UNSUPPORTED for an algorithm that is not verified, KEY_INVALID for octets that are no key of it
 */
export function createVerifier(number: number, publicKey: Octets): Verifier {
  const key = decodePublicKey(number, publicKey);
  const algorithm = findAlgorithm(number) as Algorithm;
  const digest = algorithm.digest;
  if (algorithm.family === 'ecdsa') {
    const width = algorithm.privateKeyLength;
    const der = new Uint8Array(2 * width + 8);
    const views = Array.from({ length: der.length + 1 }, (_, i) => der.subarray(0, i));
    return (octets, signature) => {
      if (signature.length !== 2 * width) return false;
      return verify(digest, octets, key, views[splitSignature(signature, width, der)]!);
    };
  }
  const length = algorithm.family === 'eddsa' ? algorithm.signatureLength : decodeRsaKey(publicKey)!.modulus.length;
  return (octets, signature) => signature.length === length && verify(digest, octets, key, signature);
}

/**
 * ECDSA-Sig-Value in DER → r‖s, each number `width` octets.
 *
 * @throws DnssecError INTERNAL where the octets are no such value
 * @see RFC 6605 §4
 */
export function joinSignature(der: Octets, width: number): Octets {
  const out = new Uint8Array(width * 2);
  let at = 2;
  for (let part = 1; part <= 2; part++) {
    if (der[at] !== 0x02) throw new DnssecError('INTERNAL', 'the signature is not a DER sequence of two integers');
    let length = der[at + 1]!;
    at += 2;
    while (length > width && der[at] === 0) {
      at++;
      length--;
    }
    let to = part * width - length;
    for (const end = at + length; at < end; ) out[to++] = der[at++]!;
  }
  return out;
}

/**
 * r‖s → ECDSA-Sig-Value in DER: the shortest form of each number, a zero octet before a set top bit.
 *
 * @param width  octets of each number, at most 60, so that every length fits one octet
 * @param der    room for 2·width + 8 octets
 * @returns    octets written
 */
export function splitSignature(signature: Octets, width: number, der: Octets): number {
  let at = 2;
  for (let part = 0; part < 2; part++) {
    let from = part * width;
    const end = from + width;
    while (from < end - 1 && signature[from] === 0) from++;
    const pad = signature[from]! >>> 7;
    der[at++] = 0x02;
    der[at++] = end - from + pad;
    if (pad === 1) der[at++] = 0;
    while (from < end) der[at++] = signature[from++]!;
  }
  der[0] = 0x30;
  der[1] = at - 2;
  return at;
}
