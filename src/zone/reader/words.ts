/** The words in front of RDATA: type, class and TTL, read from octets. */
import { type Octets, octetsText } from '../../base/octets.ts';
import { FOLD } from '../../dns/name.ts';
import { classFromText, typeFromText, typeText } from '../../dns/types.ts';

/** RFC 2181 §8: the highest TTL. */
export const MAX_TTL = 0x7fff_ffff;

const SLOTS = 1024;
const LONGEST_WORD = 12;

interface Slot {
  readonly word: Octets;
  readonly type: number;
}

function hashWord(octets: Octets, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i++) hash = (hash * 37 + FOLD[octets[i]!]!) | 0;
  return (hash ^ (hash >>> 11)) & (SLOTS - 1);
}

/** Open addressing over the mnemonics: reading a type costs no string. */
const TYPES: (Slot | undefined)[] = (() => {
  const table = new Array<Slot | undefined>(SLOTS);
  for (let type = 1; type <= 0xffff; type = type === 0x1ff ? 0x7f00 : type === 0x81ff ? 0xff00 : type + 1) {
    const text = typeText(type);
    if (/^TYPE\d/.test(text)) continue;
    const word = Uint8Array.from(text, (c) => FOLD[c.charCodeAt(0)]!);
    let slot = hashWord(word, 0, word.length);
    while (table[slot] !== undefined) slot = (slot + 1) & (SLOTS - 1);
    table[slot] = { word, type };
  }
  return table;
})();

/** @returns the type that `octets[start..end)` names (a mnemonic or `TYPEn`, any case), or -1 */
export function readType(octets: Octets, start: number, end: number): number {
  const length = end - start;
  if (length > LONGEST_WORD) return -1;
  for (let at = hashWord(octets, start, end); ; at = (at + 1) & (SLOTS - 1)) {
    const slot = TYPES[at];
    if (slot === undefined) return typeFromText(octetsText(octets, start, end));
    const { word } = slot;
    if (word.length !== length) continue;
    let i = 0;
    while (i < length && FOLD[octets[start + i]!] === word[i]) i++;
    if (i === length) return slot.type;
  }
}

/** @returns the class that `octets[start..end)` names (a mnemonic or `CLASSn`, any case), or -1 */
export function readClass(octets: Octets, start: number, end: number): number {
  const length = end - start;
  if (length === 2 && (octets[start]! | 0x20) === 0x69 && (octets[start + 1]! | 0x20) === 0x6e) return 1;
  const first = octets[start]! | 0x20;
  if (length < 2 || length > LONGEST_WORD || (first !== 0x63 && first !== 0x68)) return -1;
  return classFromText(octetsText(octets, start, end));
}

/**
 * Reads a TTL: seconds, or numbers with units (`1h30m`, any case: w d h m s).
 *
 * @returns seconds, 0..2^32−1, or -1 if it is none
 */
export function readTtl(octets: Octets, start: number, end: number): number {
  let total = 0;
  for (let i = start; i < end; ) {
    let value = 0;
    const digits = i;
    while (i < end) {
      const digit = octets[i]! - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      if (value > 0xffff_ffff) return -1;
      i++;
    }
    if (i === digits) return -1;
    if (i === end) {
      if (total !== 0) return -1;
      return value;
    }
    const unit = unitOf(octets[i++]!);
    if (unit === 0) return -1;
    total += value * unit;
    if (total > 0xffff_ffff) return -1;
  }
  return start === end ? -1 : total;
}

function unitOf(octet: number): number {
  switch (octet | 0x20) {
    case 0x77:
      return 604_800;
    case 0x64:
      return 86_400;
    case 0x68:
      return 3600;
    case 0x6d:
      return 60;
    case 0x73:
      return 1;
    default:
      return 0;
  }
}
