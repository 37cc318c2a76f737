/** Looks names up in a sorted zone, wildcards included. */
import { compareOctets, type Octets, OctetWriter } from '../base/octets.ts';
import { appendSortKey, equalNames, FOLD, isWithin, labelCount, MAX_SORT_KEY } from '../dns/name.ts';
import type { Zone } from './zone.ts';

/** What the zone has at a name. */
export type NameMatch =
  /** The name itself, or the wildcard that stands for it. */
  | { readonly kind: 'found'; readonly name: number }
  /** The name is not there, but there are names below it. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'none' }
  | { readonly kind: 'outside' };

const WILDCARD_KEY: readonly number[] = [0x2a, 0];

/** Answers that are remembered: zones of delegations name the same servers over and over. A power of two. */
const REMEMBERED = 1 << 14;

/** Finds names of one zone, one after another. */
export class NameSearch {
  readonly #zone: Zone;
  readonly #suffix: number;
  readonly #key = new OctetWriter(MAX_SORT_KEY + 2);
  /** Last answers by the name's hash, and where in the zone's octets the name of each lies. */
  readonly #answers = new Array<NameMatch | undefined>(REMEMBERED);
  readonly #asked = new Uint32Array(REMEMBERED);

  constructor(zone: Zone) {
    this.#zone = zone;
    this.#suffix = labelCount(zone.origin, 0);
  }

  /**
   * Finds what the zone has at a name (RFC 4592 §3.3.1: the closest encloser decides whether a wildcard matches).
   *
   * @param octets  buffer with the name in wire form at `offset`
   */
  find(octets: Octets, offset: number): NameMatch {
    if (octets !== this.#zone.octets) return this.#find(octets, offset);
    const slot = hashName(octets, offset) & (REMEMBERED - 1);
    const known = this.#answers[slot];
    if (known !== undefined && equalNames(octets, this.#asked[slot]!, octets, offset)) return known;
    const answer = this.#find(octets, offset);
    this.#answers[slot] = answer;
    this.#asked[slot] = offset;
    return answer;
  }

  #find(octets: Octets, offset: number): NameMatch {
    if (!isWithin(octets, offset, this.#zone.origin)) return { kind: 'outside' };
    const key = this.#key;
    key.clear();
    appendSortKey(octets, offset, this.#suffix, key);
    const at = this.#firstNotBefore(key.length);
    if (this.#isAt(at, key.length)) return { kind: 'found', name: at };
    if (this.#isBelow(at, key.length)) return { kind: 'empty' };
    for (let length = parentLength(key.bytes, key.length); length >= 0; length = parentLength(key.bytes, length)) {
      key.length = length;
      for (const octet of WILDCARD_KEY) key.u8(octet);
      const wildcard = this.#firstNotBefore(key.length);
      if (this.#isAt(wildcard, key.length)) return { kind: 'found', name: wildcard };
      if (this.#isBelow(this.#firstNotBefore(length), length)) return { kind: 'none' };
      if (length === 0) break;
    }
    return { kind: 'none' };
  }

  /** The first name whose key is not before the first `length` octets of the wanted one. */
  #firstNotBefore(length: number): number {
    const { keys, nameKey, nameCount } = this.#zone;
    let low = 0;
    let high = nameCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = compareOctets(keys, nameKey[middle]!, nameKey[middle + 1]!, this.#key.bytes, 0, length);
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isAt(name: number, length: number): boolean {
    const { nameKey, nameCount } = this.#zone;
    return name < nameCount && nameKey[name + 1]! - nameKey[name]! === length && this.#isBelow(name, length);
  }

  /** Whether the name is the wanted one or lies below it. */
  #isBelow(name: number, length: number): boolean {
    const { keys, nameKey, nameCount } = this.#zone;
    if (name >= nameCount || nameKey[name + 1]! - nameKey[name]! < length) return false;
    const start = nameKey[name]!;
    return compareOctets(keys, start, start + length, this.#key.bytes, 0, length) === 0;
  }
}

/** Length of the key without its last label; -1 above the apex. */
function parentLength(key: Octets, length: number): number {
  if (length === 0) return -1;
  let at = length - 1;
  while (at > 0 && key[at - 1] !== 0) at--;
  return at;
}

/** FNV-1a over the folded name. */
function hashName(octets: Octets, offset: number): number {
  let hash = 0x811c_9dc5;
  for (let at = offset; octets[at] !== 0; ) {
    for (let left = octets[at]!; left >= 0; left--) hash = Math.imul(hash ^ FOLD[octets[at++]!]!, 0x0100_0193);
  }
  return hash ^ (hash >>> 15);
}
