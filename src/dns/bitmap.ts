/**
 * Type bit maps of NSEC, NSEC3 and CSYNC: for each window of 256 types that has any, the window's number, a length
 * 1..32, and as many octets of bits, the first type at the highest bit (RFC 4034 §4.1.2).
 */
import type { Octets, OctetWriter } from '../base/octets.ts';

/**
 * Appends the bit map of some types.
 *
 * @param types  ascending, 0..65535; repetitions are harmless
 * @param count  how many of them to take
 */
export function encodeTypeBitmap(types: Uint16Array | readonly number[], count: number, out: OctetWriter): void {
  let i = 0;
  while (i < count) {
    const window = types[i]! >>> 8;
    const b = out.reserve(34);
    const at = out.length;
    let octets = 0;
    for (; i < count && types[i]! >>> 8 === window; i++) {
      const low = types[i]! & 0xff;
      const index = low >>> 3;
      while (octets <= index) b[at + 2 + octets++] = 0;
      b[at + 2 + index]! |= 0x80 >>> (low & 7);
    }
    b[at] = window;
    b[at + 1] = octets;
    out.length = at + 2 + octets;
  }
}

/** Whether a well-formed bit map fills `start..end`: windows ascend, lengths are 1..32, no trailing zero octets. */
export function checkTypeBitmap(octets: Octets, start: number, end: number): boolean {
  let at = start;
  let last = -1;
  while (at < end) {
    if (end - at < 3) return false;
    const window = octets[at]!;
    const length = octets[at + 1]!;
    at += 2 + length;
    if (window <= last || length === 0 || length > 32 || at > end || octets[at - 1] === 0) return false;
    last = window;
  }
  return true;
}

/** Whether the bit map at `start..end` (well formed) lists `type`. */
export function hasType(octets: Octets, start: number, end: number, type: number): boolean {
  const window = type >>> 8;
  for (let at = start; at < end; at += 2 + octets[at + 1]!) {
    if (octets[at]! < window) continue;
    const index = (type & 0xff) >>> 3;
    return octets[at] === window && index < octets[at + 1]! && (octets[at + 2 + index]! & (0x80 >>> (type & 7))) !== 0;
  }
  return false;
}

/** Calls `fn` with each type that the bit map at `start..end` (well formed) lists, ascending. */
export function forEachType(octets: Octets, start: number, end: number, fn: (type: number) => void): void {
  for (let at = start; at < end; at += 2 + octets[at + 1]!) {
    const window = octets[at]! << 8;
    const length = octets[at + 1]!;
    for (let i = 0; i < length; i++) {
      let bits = octets[at + 2 + i]!;
      while (bits !== 0) {
        const bit = Math.clz32(bits) - 24;
        fn(window | (i << 3) | bit);
        bits &= ~(0x80 >>> bit);
      }
    }
  }
}
