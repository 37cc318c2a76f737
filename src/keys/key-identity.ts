/** What a key is known by over its whole life. */
import { createHash } from 'node:crypto';
import type { Octets } from '../base/octets.ts';

/** Hexadecimal digits of an identity: 64 bits, far more than the keys of one zone need. */
const DIGITS = 16;

/**
 * The identity of a key: the first 64 bits of SHA-256 over its algorithm and public key, as hexadecimal digits. Two
 * keys may share a tag, and revoking a key changes its flags and tag; neither changes this.
 *
 * @param dnskeyRdata  RDATA of its DNSKEY (RFC 4034 §2.1)
 */
export function keyIdentity(dnskeyRdata: Octets): string {
  return createHash('sha256').update(dnskeyRdata.subarray(3)).digest('hex').slice(0, DIGITS);
}
