/** Looks names up in a sorted zone, wildcards included. */
import { compareOctets, type Octets, OctetWriter } from '../base/octets.ts';
import { appendSortKey, equalNames, FOLD, isWithin, labelCount, MAX_SORT_KEY } from '../dns/name.ts';
import { NAME_KIND } from './cuts.ts';
import type { Zone } from './zone.ts';

/** What the zone has at a name. */
export type NameMatch =
  /** The name itself, or the wildcard that stands for it. */
  | ({ readonly kind: 'found'; readonly name: number } & Encloser)
  /** The name is not there, but there are names below it. */
  | ({ readonly kind: 'empty' } & Encloser)
  | ({ readonly kind: 'none' } & Encloser)
  | { readonly kind: 'outside' };

/** The closest encloser: the name itself where it is there or has names below it, else its longest ancestor. */
interface Encloser {
  /** The first name of the zone that is the closest encloser, or lies below it. */
  readonly first: number;
  /** Whether that is the closest encloser, not a name below an empty non-terminal. */
  readonly isEncloser: boolean;
}

const WILDCARD_KEY: readonly number[] = [0x2a, 0];

/** Most answers that are remembered: zones of delegations name the same servers over and over. A power of two. */
const REMEMBERED = 1 << 14;

/** Slots for answers about a zone: twice as many as it has names, as a power of two. */
function slotsFor(names: number): number {
  let slots = 16;
  while (slots < REMEMBERED && slots < 2 * names) slots *= 2;
  return slots;
}

/** Finds names of one zone, one after another. */
export class NameSearch {
  readonly #zone: Zone;
  readonly #suffix: number;
  readonly #key = new OctetWriter(MAX_SORT_KEY + 2);
  /** Last answers by the name's hash, and where in the zone's octets the name of each lies. */
  readonly #answers: (NameMatch | undefined)[];
  readonly #asked: Uint32Array;

  constructor(zone: Zone) {
    this.#zone = zone;
    this.#suffix = labelCount(zone.origin, 0);
    const slots = slotsFor(zone.nameCount);
    this.#answers = new Array(slots);
    this.#asked = new Uint32Array(slots);
  }

  /**
   * Finds what the zone has at a name (RFC 4592 §3.3.1: the closest encloser decides whether a wildcard matches).
   *
   * @param octets  buffer with the name in wire form at `offset`
   */
  find(octets: Octets, offset: number): NameMatch {
    if (octets !== this.#zone.octets) return this.#find(octets, offset);
    const slot = hashName(octets, offset) & (this.#asked.length - 1);
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
    if (this.#isAt(at, key.length)) return { kind: 'found', name: at, first: at, isEncloser: true };
    if (this.#isBelow(at, key.length)) return { kind: 'empty', first: at, isEncloser: false };
    // Names that share an ancestor lie side by side: the closest one is shared with a neighbour.
    const length = Math.max(this.#sharedLength(at - 1), this.#sharedLength(at));
    const first = this.#firstNotBefore(length);
    const isEncloser = this.#isAt(first, length);
    key.length = length;
    for (const octet of WILDCARD_KEY) key.u8(octet);
    const wildcard = this.#firstNotBefore(key.length);
    if (this.#isAt(wildcard, key.length)) return { kind: 'found', name: wildcard, first, isEncloser };
    return { kind: 'none', first, isEncloser };
  }

  /**
   * Whether a name that is not in the zone lies below a delegation or an occluded name, so that another zone may hold it.
   *
   * @param match  what `find` said of the name
   * @param kinds  as `classifyNames` gives them
   */
  isBelowCut(match: NameMatch, kinds: Octets): boolean {
    if (match.kind === 'outside') return false;
    // A cut above the encloser occludes all names below it; one at the encloser is the encloser's own.
    const kind = kinds[match.first];
    return match.isEncloser ? kind !== NAME_KIND.authoritative : kind === NAME_KIND.occluded;
  }

  /** Octets of the whole labels that the name's key and the wanted one begin with. */
  #sharedLength(name: number): number {
    const { keys, nameKey, nameCount } = this.#zone;
    if (name < 0 || name >= nameCount) return 0;
    const start = nameKey[name]!;
    const wanted = this.#key;
    const end = Math.min(nameKey[name + 1]! - start, wanted.length);
    let shared = 0;
    for (let i = 0; i < end && keys[start + i] === wanted.bytes[i]; i++) if (wanted.bytes[i] === 0) shared = i + 1;
    return shared;
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

/** FNV-1a over the folded name. */
function hashName(octets: Octets, offset: number): number {
  let hash = 0x811c_9dc5;
  for (let at = offset; octets[at] !== 0; ) {
    for (let left = octets[at]!; left >= 0; left--) hash = Math.imul(hash ^ FOLD[octets[at++]!]!, 0x0100_0193);
  }
  return hash ^ (hash >>> 15);
}
