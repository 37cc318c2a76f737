/**
 * Domain names in wire form: length-prefixed labels, ending in the root's zero octet, never compressed.
 * Functions take a buffer and an offset, so that names stay where they lie.
 */
import { type Octets, OctetWriter } from '../base/octets.ts';

/** Octets of the longest name, root included (RFC 1035 §2.3.4). */
export const MAX_NAME = 255;
/** Octets of the longest label (RFC 1035 §2.3.4). */
export const MAX_LABEL = 63;
/** Longest sort key: every octet of the longest name may need two. */
export const MAX_SORT_KEY = 512;

/** ASCII lower case, octet by octet (RFC 4343 §3). Also leaves length octets (0..63) as they are. */
export const FOLD: Octets = Uint8Array.from({ length: 256 }, (_, i) => (i >= 0x41 && i <= 0x5a ? i + 0x20 : i));

/** The root's name in wire form. */
export const ROOT: Octets = Uint8Array.of(0);

/** What can be wrong with a name's text. */
export type NameError = 'empty label' | 'label too long' | 'name too long' | 'bad escape' | 'no origin' | 'empty name';

/** Octets of the name at `offset`, root included. The name must be well formed. */
export function nameLength(octets: Octets, offset: number): number {
  let at = offset;
  while (octets[at]! !== 0) at += octets[at]! + 1;
  return at + 1 - offset;
}

/**
 * Checks that a well-formed uncompressed name lies at `offset`, within `end`.
 *
 * @returns its length in octets, or -1
 */
export function checkName(octets: Octets, offset: number, end: number): number {
  let at = offset;
  while (at < end) {
    const length = octets[at]!;
    if (length === 0) return at + 1 - offset <= MAX_NAME ? at + 1 - offset : -1;
    if (length > MAX_LABEL) return -1;
    at += length + 1;
  }
  return -1;
}

/** Labels of the name, the root not counted; `*` counts. */
export function labelCount(octets: Octets, offset: number): number {
  let count = 0;
  for (let at = offset; octets[at]! !== 0; at += octets[at]! + 1) count++;
  return count;
}

/** Whether the name's first label is `*` alone (RFC 4592 §2.1.1). */
export function isWildcard(octets: Octets, offset: number): boolean {
  return octets[offset] === 1 && octets[offset + 1] === 0x2a;
}

/** Whether two names are equal but for ASCII case. */
export function equalNames(a: Octets, aOffset: number, b: Octets, bOffset: number): boolean {
  const length = nameLength(a, aOffset);
  for (let i = 0; i < length; i++) if (FOLD[a[aOffset + i]!] !== FOLD[b[bOffset + i]!]) return false;
  return true;
}

/** Whether the name is `ancestor` or lies below it. */
export function isWithin(octets: Octets, offset: number, ancestor: Octets, ancestorOffset = 0): boolean {
  const surplus = labelCount(octets, offset) - labelCount(ancestor, ancestorOffset);
  if (surplus < 0) return false;
  let at = offset;
  for (let i = 0; i < surplus; i++) at += octets[at]! + 1;
  return equalNames(octets, at, ancestor, ancestorOffset);
}

/** A copy of the name in canonical form: lower case (RFC 4034 §6.2). */
export function canonicalName(octets: Octets, offset = 0): Octets {
  const out = octets.slice(offset, offset + nameLength(octets, offset));
  for (let i = 0; i < out.length; i++) out[i] = FOLD[out[i]!]!;
  return out;
}

/**
 * Reads a name's text `source[start..end)` and appends its wire form.
 * A name without a trailing dot is completed with `origin`; `@` alone is the origin.
 *
 * @returns the octets appended (> 0), or what is wrong; nothing is appended then
 * @see RFC 1035 §5.1
 */
export function parseName(
  source: Octets,
  start: number,
  end: number,
  origin: Octets | undefined,
  out: OctetWriter,
): number | NameError {
  if (start === end) return 'empty name';
  const first = out.length;
  const b = out.reserve(MAX_NAME + 1 + end - start);
  if (end - start === 1) {
    if (source[start] === 0x2e) {
      b[out.length++] = 0;
      return 1;
    }
    if (source[start] === 0x40) {
      if (origin === undefined) return 'no origin';
      out.copy(origin);
      return origin.length;
    }
  }
  let label = first;
  let to = first + 1;
  let absolute = false;
  for (let i = start; i < end; ) {
    let octet = source[i++]!;
    if (octet === 0x2e) {
      const length = to - label - 1;
      if (length === 0) return 'empty label';
      if (length > MAX_LABEL) return 'label too long';
      b[label] = length;
      label = to++;
      absolute = i === end;
      continue;
    }
    if (octet === 0x5c) {
      if (i === end) return 'bad escape';
      octet = source[i++]!;
      if (octet >= 0x30 && octet <= 0x39) {
        if (i + 1 >= end) return 'bad escape';
        const d2 = source[i]! - 0x30;
        const d3 = source[i + 1]! - 0x30;
        octet = (octet - 0x30) * 100 + d2 * 10 + d3;
        if (d2 < 0 || d2 > 9 || d3 < 0 || d3 > 9 || octet > 255) return 'bad escape';
        i += 2;
      }
    }
    b[to++] = octet;
  }
  if (absolute) {
    b[label] = 0;
    if (to - first > MAX_NAME) return 'name too long';
    out.length = to;
    return to - first;
  }
  const length = to - label - 1;
  if (length > MAX_LABEL) return 'label too long';
  b[label] = length;
  if (origin === undefined) return 'no origin';
  if (to - first + origin.length > MAX_NAME) return 'name too long';
  for (let i = 0; i < origin.length; i++) b[to++] = origin[i]!;
  out.length = to;
  return to - first;
}

/** How an octet of a label is printed: 0 as it is, 1 behind a backslash, 2 as \DDD (as BIND does). */
const PRINTED: Octets = Uint8Array.from({ length: 256 }, (_, i) =>
  i <= 0x20 || i >= 0x7f ? 2 : '"$().;@\\'.includes(String.fromCharCode(i)) ? 1 : 0,
);

/** Appends the name's text, absolute, with the trailing dot; special octets escaped (RFC 4343 §2.1). */
export function printName(octets: Octets, offset: number, out: OctetWriter): void {
  const b = out.reserve(MAX_NAME * 4);
  let to = out.length;
  let at = offset;
  if (octets[at] === 0) b[to++] = 0x2e;
  while (octets[at]! !== 0) {
    const end = at + 1 + octets[at]!;
    for (at++; at < end; at++) {
      const octet = octets[at]!;
      const how = PRINTED[octet]!;
      if (how === 0) b[to++] = octet;
      else if (how === 1) {
        b[to++] = 0x5c;
        b[to++] = octet;
      } else {
        b[to++] = 0x5c;
        b[to++] = 0x30 + Math.floor(octet / 100);
        b[to++] = 0x30 + (Math.floor(octet / 10) % 10);
        b[to++] = 0x30 + (octet % 10);
      }
    }
    b[to++] = 0x2e;
  }
  out.length = to;
}

/**
 * Appends the sort key of a name relative to an ancestor `suffixLabels` labels long: its labels from the right,
 * folded, each ended by 00; octets 00 and 01 inside a label become 01 01 and 01 02. Comparing keys as octet
 * strings is canonical name order, and a key that starts with another is a name below it (RFC 4034 §6.1).
 * The ancestor's own key is empty.
 *
 * @returns the key's length in octets
 */
export function appendSortKey(octets: Octets, offset: number, suffixLabels: number, out: OctetWriter): number {
  let count = 0;
  for (let at = offset; octets[at]! !== 0; at += octets[at]! + 1) STARTS[count++] = at;
  const b = out.reserve(MAX_SORT_KEY);
  const first = out.length;
  let to = first;
  for (let i = count - suffixLabels - 1; i >= 0; i--) {
    let at = STARTS[i]!;
    const end = at + 1 + octets[at]!;
    for (at++; at < end; at++) {
      const octet = FOLD[octets[at]!]!;
      if (octet > 1) b[to++] = octet;
      else {
        b[to++] = 1;
        b[to++] = octet + 1;
      }
    }
    b[to++] = 0;
  }
  out.length = to;
  return to - first;
}
const STARTS = new Uint32Array(128);

/** Orders two names canonically (RFC 4034 §6.1): negative, 0 or positive. */
export function compareNames(a: Octets, aOffset: number, b: Octets, bOffset: number): number {
  const x = new OctetWriter(MAX_SORT_KEY);
  const y = new OctetWriter(MAX_SORT_KEY);
  appendSortKey(a, aOffset, 0, x);
  appendSortKey(b, bOffset, 0, y);
  const count = Math.min(x.length, y.length);
  for (let i = 0; i < count; i++) if (x.bytes[i] !== y.bytes[i]) return x.bytes[i]! - y.bytes[i]!;
  return x.length - y.length;
}

/**
 * A name from text a person typed (an argument, the configuration): absolute with or without the trailing dot.
 *
 * @throws RangeError with the reason
 */
export function nameFromText(text: string): Octets {
  const out = new OctetWriter();
  const source = new TextEncoder().encode(text);
  const result = parseName(source, 0, source.length, ROOT, out);
  if (typeof result === 'string') throw new RangeError(result);
  return out.take();
}

/** The name's text, absolute, with the trailing dot. */
export function nameText(octets: Octets, offset = 0): string {
  const out = new OctetWriter();
  printName(octets, offset, out);
  return String.fromCharCode(...out.view());
}

/** The name as people write it: without the trailing dot, the root as `.`. */
export function friendlyName(octets: Octets, offset = 0): string {
  const text = nameText(octets, offset);
  return text === '.' ? text : text.slice(0, -1);
}
