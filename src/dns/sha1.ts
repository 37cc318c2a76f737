/**
 * SHA-1 for short inputs without an object per hash: an NSEC3 chain hashes every name of a zone, and most of the
 * cost of a hash object for some thirty octets is making it. Nothing secret is hashed here, and nothing is signed
 * with it: RFC 5155 §11 knows no other hash.
 */
import type { Octets } from '../base/octets.ts';

const WORDS = new Int32Array(80);
const STATE = new Int32Array(5);

/** The message being hashed: owners of the largest possible name and salt, with padding (255 + 255 + 64). */
export const SHA1_BLOCK: Octets = new Uint8Array(640);

/**
 * Hashes `SHA1_BLOCK[0..length)`; the rest of the buffer is overwritten with padding.
 *
 * @param length     0..575 octets
 * @param out        receives 20 octets at `outOffset`
 */
export function sha1Block(length: number, out: Octets, outOffset: number): void {
  const block = SHA1_BLOCK;
  const total = (length + 9 + 63) & ~63;
  block[length] = 0x80;
  block.fill(0, length + 1, total);
  block[total - 2] = (length * 8) >>> 8;
  block[total - 1] = length * 8;
  STATE[0] = 0x67452301;
  STATE[1] = 0xefcdab89 | 0;
  STATE[2] = 0x98badcfe | 0;
  STATE[3] = 0x10325476;
  STATE[4] = 0xc3d2e1f0 | 0;
  for (let at = 0; at < total; at += 64) compress(at);
  for (let i = 0; i < 5; i++) {
    const v = STATE[i]!;
    out[outOffset + 4 * i] = v >>> 24;
    out[outOffset + 4 * i + 1] = v >>> 16;
    out[outOffset + 4 * i + 2] = v >>> 8;
    out[outOffset + 4 * i + 3] = v;
  }
}

/** One round of the compression function over 64 octets (FIPS 180-4 §6.1.2). */
function compress(at: number): void {
  const w = WORDS;
  const block = SHA1_BLOCK;
  for (let i = 0, p = at; i < 16; i++, p += 4) {
    w[i] = (block[p]! << 24) | (block[p + 1]! << 16) | (block[p + 2]! << 8) | block[p + 3]!;
  }
  for (let i = 16; i < 80; i++) {
    const x = w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!;
    w[i] = (x << 1) | (x >>> 31);
  }
  let a = STATE[0]!;
  let b = STATE[1]!;
  let c = STATE[2]!;
  let d = STATE[3]!;
  let e = STATE[4]!;
  let i = 0;
  for (; i < 20; i++) {
    const t = (((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + e + 0x5a827999 + w[i]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = t;
  }
  for (; i < 40; i++) {
    const t = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + w[i]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = t;
  }
  for (; i < 60; i++) {
    const t = (((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e - 0x70e44324 + w[i]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = t;
  }
  for (; i < 80; i++) {
    const t = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e - 0x359d3e2a + w[i]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = t;
  }
  STATE[0] = (STATE[0]! + a) | 0;
  STATE[1] = (STATE[1]! + b) | 0;
  STATE[2] = (STATE[2]! + c) | 0;
  STATE[3] = (STATE[3]! + d) | 0;
  STATE[4] = (STATE[4]! + e) | 0;
}
