/** Key tags: the 16 bits that a signature names its key by. */
import type { Octets } from '../base/octets.ts';

/** Flag bits of a DNSKEY (RFC 4034 §2.1.1, RFC 5011 §7). */
export const FLAG = { zone: 0x0100, revoke: 0x0080, sep: 0x0001 } as const;

const RSAMD5 = 1;

/**
 * The key tag of a DNSKEY: the sum of its RDATA as 16-bit words, carries added back once. For algorithm 1 it is the
 * last but one 16 bits of the modulus.
 *
 * @param rdata  a DNSKEY's RDATA at `start`, `length` octets, at least 4
 * @returns      0..65535
 * @see RFC 4034 App. B
 */
export function keyTag(rdata: Octets, start = 0, length = rdata.length - start): number {
  const end = start + length;
  if (rdata[start + 3] === RSAMD5) return length < 7 ? 0 : (rdata[end - 3]! << 8) | rdata[end - 2]!;
  let sum = 0;
  let i = start;
  for (; i + 1 < end; i += 2) sum += (rdata[i]! << 8) | rdata[i + 1]!;
  if (i < end) sum += rdata[i]! << 8;
  return (sum + (sum >>> 16)) & 0xffff;
}

/**
 * The same DNSKEY with other flags.
 *
 * @returns a copy of the RDATA
 */
export function withFlags(rdata: Octets, flags: number): Octets {
  const copy = rdata.slice();
  copy[0] = flags >>> 8;
  copy[1] = flags;
  return copy;
}

/** The tag that the key has, or will have, with its REVOKE bit set (RFC 5011 §2.1). */
export function revokedKeyTag(rdata: Octets): number {
  return keyTag(withFlags(rdata, (rdata[0]! << 8) | rdata[1]! | FLAG.revoke));
}
