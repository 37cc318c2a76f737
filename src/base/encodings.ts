/** Base16, base32hex and base64 between octet buffers, as zone files use them (RFC 4648 §4, §7, §8). */
import type { Octets, OctetWriter } from './octets.ts';

const BAD = 0xff;

function reverseTable(alphabet: string, foldCase: boolean): Octets {
  const table = new Uint8Array(256).fill(BAD);
  for (let i = 0; i < alphabet.length; i++) {
    table[alphabet.charCodeAt(i)] = i;
    if (foldCase) table[alphabet.toLowerCase().charCodeAt(i)] = i;
  }
  return table;
}

function forwardTable(alphabet: string): Octets {
  return Uint8Array.from(alphabet, (c) => c.charCodeAt(0));
}

const HEX = forwardTable('0123456789ABCDEF');
const HEX_LOWER = forwardTable('0123456789abcdef');
const HEX_VALUE = reverseTable('0123456789ABCDEF', true);
const B32 = forwardTable('0123456789ABCDEFGHIJKLMNOPQRSTUV');
const B32_VALUE = reverseTable('0123456789ABCDEFGHIJKLMNOPQRSTUV', true);
const B64 = forwardTable('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const B64_VALUE = reverseTable('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', false);
const PAD = 0x3d;

/** Value of one hexadecimal digit octet, or -1. */
export function hexDigit(octet: number): number {
  const v = HEX_VALUE[octet]!;
  return v === BAD ? -1 : v;
}

/** Appends `source[start..end)` in base16. */
export function encodeBase16(source: Octets, start: number, end: number, out: OctetWriter, lowerCase = false): void {
  const digits = lowerCase ? HEX_LOWER : HEX;
  const b = out.reserve((end - start) * 2);
  let to = out.length;
  for (let i = start; i < end; i++) {
    const v = source[i]!;
    b[to++] = digits[v >>> 4]!;
    b[to++] = digits[v & 15]!;
  }
  out.length = to;
}

/**
 * Reads base16 digits, appending the octets they stand for.
 *
 * @returns -1, or the index in `source` of the first digit that is wrong (`end` where the count is odd)
 */
export function decodeBase16(source: Octets, start: number, end: number, out: OctetWriter): number {
  const b = out.reserve((end - start) >>> 1);
  let to = out.length;
  let i = start;
  for (; i + 1 < end; i += 2) {
    const hi = HEX_VALUE[source[i]!]!;
    const lo = HEX_VALUE[source[i + 1]!]!;
    if ((hi | lo) === BAD || hi === BAD) return hi === BAD ? i : i + 1;
    b[to++] = (hi << 4) | lo;
  }
  if (i < end) return HEX_VALUE[source[i]!] === BAD ? i : end;
  out.length = to;
  return -1;
}

/** Appends `source[start..end)` in base32hex without padding (RFC 5155 §3.3). */
export function encodeBase32Hex(source: Octets, start: number, end: number, out: OctetWriter): void {
  const b = out.reserve(Math.ceil(((end - start) * 8) / 5));
  let to = out.length;
  let acc = 0;
  let bits = 0;
  for (let i = start; i < end; i++) {
    acc = ((acc << 8) | source[i]!) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      b[to++] = B32[(acc >>> bits) & 31]!;
    }
  }
  if (bits > 0) b[to++] = B32[(acc << (5 - bits)) & 31]!;
  out.length = to;
}

/**
 * Reads base32hex without padding, either case.
 *
 * @returns -1, or the index of the first wrong digit (`end` for an impossible length or non-zero spare bits)
 */
export function decodeBase32Hex(source: Octets, start: number, end: number, out: OctetWriter): number {
  const b = out.reserve(((end - start) * 5) >>> 3);
  let to = out.length;
  let acc = 0;
  let bits = 0;
  for (let i = start; i < end; i++) {
    const v = B32_VALUE[source[i]!]!;
    if (v === BAD) return i;
    acc = ((acc << 5) | v) & 0x1fff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      b[to++] = acc >>> bits;
    }
  }
  if (bits >= 5 || (acc & ((1 << bits) - 1)) !== 0) return end;
  out.length = to;
  return -1;
}

/** Appends `source[start..end)` in base64 with padding. */
export function encodeBase64(source: Octets, start: number, end: number, out: OctetWriter): void {
  const b = out.reserve(Math.ceil((end - start) / 3) * 4);
  let to = out.length;
  let i = start;
  for (; i + 2 < end; i += 3) {
    const v = (source[i]! << 16) | (source[i + 1]! << 8) | source[i + 2]!;
    b[to++] = B64[v >>> 18]!;
    b[to++] = B64[(v >>> 12) & 63]!;
    b[to++] = B64[(v >>> 6) & 63]!;
    b[to++] = B64[v & 63]!;
  }
  if (i < end) {
    const two = i + 1 < end;
    const v = (source[i]! << 16) | (two ? source[i + 1]! << 8 : 0);
    b[to++] = B64[v >>> 18]!;
    b[to++] = B64[(v >>> 12) & 63]!;
    b[to++] = two ? B64[(v >>> 6) & 63]! : PAD;
    b[to++] = PAD;
  }
  out.length = to;
}

/**
 * Reads base64 that may come in several pieces: `begin`, `feed` each piece, then `finish`.
 * One decoder can be used over and over.
 */
export class Base64Decoder {
  #acc = 0;
  #count = 0;
  #pads = 0;
  #out: OctetWriter;

  constructor(out: OctetWriter) {
    this.#out = out;
  }

  /** Forgets what was fed before; octets go to `out` from here on. */
  begin(out: OctetWriter): void {
    this.#out = out;
    this.#acc = 0;
    this.#count = 0;
    this.#pads = 0;
  }

  /** @returns -1, or the index of the first octet that can't stand there */
  feed(source: Octets, start: number, end: number): number {
    const b = this.#out.reserve((((end - start) * 3) >>> 2) + 3);
    let to = this.#out.length;
    let acc = this.#acc;
    let count = this.#count;
    let i = start;
    if ((count & 3) === 0 && this.#pads === 0) {
      // Whole groups of four; whatever is odd about a group is left to the loop below.
      for (; i + 4 <= end; i += 4) {
        const v0 = B64_VALUE[source[i]!]!;
        const v1 = B64_VALUE[source[i + 1]!]!;
        const v2 = B64_VALUE[source[i + 2]!]!;
        const v3 = B64_VALUE[source[i + 3]!]!;
        if ((v0 | v1 | v2 | v3) > 63) break;
        b[to++] = (v0 << 2) | (v1 >>> 4);
        b[to++] = (v1 << 4) | (v2 >>> 2);
        b[to++] = (v2 << 6) | v3;
        count += 4;
      }
    }
    for (; i < end; i++) {
      const octet = source[i]!;
      if (octet === PAD) {
        const at = (count + this.#pads) & 3;
        if (at < 2 || (count & 3) === 0 || this.#pads === 2) return i;
        this.#pads++;
        continue;
      }
      const v = B64_VALUE[octet]!;
      if (v === BAD || this.#pads > 0) return i;
      acc = (acc << 6) | v;
      count++;
      if ((count & 3) === 0) {
        b[to++] = acc >>> 16;
        b[to++] = acc >>> 8;
        b[to++] = acc;
        acc = 0;
      }
    }
    this.#acc = acc;
    this.#count = count;
    this.#out.length = to;
    return -1;
  }

  /** @returns whether what was fed is whole: padded to a multiple of four, spare bits zero */
  finish(): boolean {
    const rest = this.#count & 3;
    if (rest === 0) return this.#pads === 0;
    if (rest === 1 || rest + this.#pads !== 4) return false;
    if (rest === 2) {
      if ((this.#acc & 15) !== 0) return false;
      this.#out.u8(this.#acc >>> 4);
    } else {
      if ((this.#acc & 3) !== 0) return false;
      this.#out.u16(this.#acc >>> 2);
    }
    return true;
  }
}
