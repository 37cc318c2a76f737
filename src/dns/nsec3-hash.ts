/** Hashed owner names of NSEC3 (RFC 5155 §5). */
import type { Octets } from '../base/octets.ts';
import { FOLD } from './name.ts';
import { SHA1_BLOCK, sha1Block } from './sha1.ts';

/** Octets of an NSEC3 hash: SHA-1, the only hash algorithm there is (RFC 5155 §11). */
export const NSEC3_HASH_LENGTH = 20;

/**
 * Hashes an owner name for an NSEC3 chain: IH(0) = H(name ‖ salt), IH(k) = H(IH(k−1) ‖ salt).
 *
 * @param octets      buffer holding the name in uncompressed wire form; folded to lower case while hashing
 * @param offset      where the name starts
 * @param length      its length, 1..255 octets
 * @param salt        0..255 octets
 * @param iterations  additional iterations, 0..65535
 * @param out         receives 20 octets at `outOffset`
 * @see RFC 5155 §5, RFC 9276 §3.1
 */
export function hashNsec3Name(
  octets: Octets,
  offset: number,
  length: number,
  salt: Octets,
  iterations: number,
  out: Octets,
  outOffset: number,
): void {
  const block = SHA1_BLOCK;
  for (let i = 0; i < length; i++) block[i] = FOLD[octets[offset + i]!]!;
  for (let i = 0; i < salt.length; i++) block[length + i] = salt[i]!;
  sha1Block(length + salt.length, out, outOffset);
  for (let k = 0; k < iterations; k++) {
    for (let i = 0; i < NSEC3_HASH_LENGTH; i++) block[i] = out[outOffset + i]!;
    for (let i = 0; i < salt.length; i++) block[NSEC3_HASH_LENGTH + i] = salt[i]!;
    sha1Block(NSEC3_HASH_LENGTH + salt.length, out, outOffset);
  }
}
