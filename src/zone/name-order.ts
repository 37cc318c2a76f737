/** Sorts owner names canonically by their sort keys: whole zones of them, without an object for each. */
import type { Octets } from '../base/octets.ts';

/** Below this, a range is sorted by insertion. */
const SMALL = 12;
/** Up to this many ascending runs are merged instead of sorted anew. */
const MAX_RUNS = 32;

/** Compares the keys `keys[start[a]..start[a+1])` and b's as octet strings. */
export function compareKeys(keys: Octets, start: Uint32Array, a: number, b: number): number {
  let i = start[a]!;
  let j = start[b]!;
  const aLength = start[a + 1]! - i;
  const bLength = start[b + 1]! - j;
  const end = i + Math.min(aLength, bLength);
  while (i < end && keys[i] === keys[j]) {
    i++;
    j++;
  }
  return i < end ? keys[i]! - keys[j]! : aLength - bLength;
}

/**
 * Orders `count` sort keys (`appendSortKey`), equal ones by their number.
 *
 * Keys that ascend already, or in a few runs, cost one comparison each (per merge). Else a multikey quicksort that
 * caches four octets of each key: O(total key length + n log n), also for names chosen to be slow, since a range
 * whose pivots stay bad is sorted by heap.
 *
 * @param start  offsets of the keys in `keys`, `count + 1` of them
 * @returns      the numbers of the keys in order; undefined when they ascend as they are
 * @see RFC 4034 §6.1
 */
export function orderKeys(keys: Octets, start: Uint32Array, count: number): Uint32Array | undefined {
  const runs = [0];
  for (let i = 1; i < count && runs.length <= MAX_RUNS; i++) {
    if (compareKeys(keys, start, i - 1, i) > 0) runs.push(i);
  }
  if (runs.length === 1) return undefined;
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  if (runs.length <= MAX_RUNS) return mergeRuns(keys, start, order, [...runs, count]);
  new KeySorter(keys, start, order).sort();
  return order;
}

/** Merges neighbouring ascending runs, pair by pair, until one is left. `bounds`: where each begins, and the end. */
function mergeRuns(keys: Octets, start: Uint32Array, order: Uint32Array, bounds: number[]): Uint32Array {
  let from: Uint32Array = order;
  let to: Uint32Array = new Uint32Array(order.length);
  let limits = bounds;
  while (limits.length > 2) {
    const merged = [0];
    for (let run = 0; run + 1 < limits.length; run += 2) {
      const middle = limits[run + 1]!;
      const end = limits[run + 2] ?? middle;
      let a = limits[run]!;
      let b = middle;
      for (let at = a; at < end; at++) {
        const takeFirst = b >= end || (a < middle && compareKeys(keys, start, from[a]!, from[b]!) <= 0);
        to[at] = takeFirst ? from[a++]! : from[b++]!;
      }
      merged.push(end);
    }
    [from, to] = [to, from];
    limits = merged;
  }
  return from;
}

/** Multikey quicksort with cached octets and a stack of its own (Bentley and Sedgewick 1997; Ng and Kakehi 2007). */
class KeySorter {
  readonly #keys: Octets;
  readonly #start: Uint32Array;
  readonly #order: Uint32Array;
  /** Four octets of each key, from the depth of its range on, as a signed number that compares as they do. */
  readonly #cache: Int32Array;
  /** Ranges to be sorted: from, to, depth, and how many bad pivots they may still see. */
  readonly #stack: number[] = [];

  constructor(keys: Octets, start: Uint32Array, order: Uint32Array) {
    this.#keys = keys;
    this.#start = start;
    this.#order = order;
    this.#cache = new Int32Array(order.length);
  }

  sort(): void {
    const count = this.#order.length;
    const stack = this.#stack;
    this.#load(0, count, 0);
    this.#enter(0, count, 0, pivotBudget(count));
    while (stack.length > 0) {
      const budget = stack.pop()!;
      const depth = stack.pop()!;
      const to = stack.pop()!;
      const from = stack.pop()!;
      if (budget <= 0) this.#heapSort(from, to, depth);
      else this.#partition(from, to, depth, budget);
    }
  }

  /** Fills the cache of a range with its keys' octets `depth..depth+4`, zero behind their end. */
  #load(from: number, to: number, depth: number): void {
    const keys = this.#keys;
    const start = this.#start;
    const order = this.#order;
    for (let i = from; i < to; i++) {
      const number = order[i]!;
      const at = start[number]! + depth;
      const left = start[number + 1]! - at;
      let value = 0;
      if (left > 0) value = keys[at]! << 24;
      if (left > 1) value |= keys[at + 1]! << 16;
      if (left > 2) value |= keys[at + 2]! << 8;
      if (left > 3) value |= keys[at + 3]!;
      this.#cache[i] = value ^ 0x8000_0000;
    }
  }

  #swap(a: number, b: number): void {
    const order = this.#order;
    const cache = this.#cache;
    const number = order[a]!;
    order[a] = order[b]!;
    order[b] = number;
    const value = cache[a]!;
    cache[a] = cache[b]!;
    cache[b] = value;
  }

  #partition(from: number, to: number, depth: number, budget: number): void {
    const cache = this.#cache;
    const pivot = this.#choosePivot(from, to);
    let less = from;
    let greater = to;
    for (let i = from; i < greater; ) {
      const value = cache[i]!;
      if (value < pivot) this.#swap(i++, less++);
      else if (value > pivot) this.#swap(i, --greater);
      else i++;
    }
    const size = to - from;
    const isBad = less - from > size - (size >>> 3) || to - greater > size - (size >>> 3);
    const left = isBad ? budget - 1 : budget;
    this.#enter(from, less, depth, left);
    this.#enter(greater, to, depth, left);
    if (this.#goDeeper(less, greater, depth)) this.#enter(less, greater, depth + 4, budget);
  }

  /** Sorts a small range, puts a larger one on the stack: at most one for each SMALL keys lies there. */
  #enter(from: number, to: number, depth: number, budget: number): void {
    if (to - from <= SMALL) this.#insertionSort(from, to, depth);
    else this.#stack.push(from, to, depth, budget);
  }

  /**
   * Prepares a range of equal cached octets for the next four.
   *
   * Keys hold no two zero octets in a row, so that two of them mean the end: such keys are equal.
   */
  #goDeeper(from: number, to: number, depth: number): boolean {
    if (to - from < 2) return false;
    if ((this.#cache[from]! & 0xffff) === 0) {
      this.#order.subarray(from, to).sort();
      return false;
    }
    this.#load(from, to, depth + 4);
    return true;
  }

  #choosePivot(from: number, to: number): number {
    const step = (to - from) >>> 3;
    const middle = from + ((to - from) >>> 1);
    const last = to - 1;
    return this.#median(
      this.#median(this.#cache[from]!, this.#cache[from + step]!, this.#cache[from + 2 * step]!),
      this.#median(this.#cache[middle - step]!, this.#cache[middle]!, this.#cache[middle + step]!),
      this.#median(this.#cache[last - 2 * step]!, this.#cache[last - step]!, this.#cache[last]!),
    );
  }

  #median(a: number, b: number, c: number): number {
    return a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b;
  }

  #insertionSort(from: number, to: number, depth: number): void {
    for (let i = from + 1; i < to; i++) {
      for (let j = i; j > from && this.#compare(j - 1, j, depth) > 0; j--) this.#swap(j - 1, j);
    }
  }

  /** Compares two entries of a range whose keys agree before `depth`. */
  #compare(a: number, b: number, depth: number): number {
    const x = this.#cache[a]!;
    const y = this.#cache[b]!;
    if (x !== y) return x < y ? -1 : 1;
    const m = this.#order[a]!;
    const n = this.#order[b]!;
    const keys = this.#keys;
    const mEnd = this.#start[m + 1]!;
    const nEnd = this.#start[n + 1]!;
    let i = this.#start[m]! + depth + 4;
    let j = this.#start[n]! + depth + 4;
    while (i < mEnd && j < nEnd && keys[i] === keys[j]) {
      i++;
      j++;
    }
    if (i < mEnd && j < nEnd) return keys[i]! - keys[j]!;
    if (i < mEnd) return 1;
    return j < nEnd ? -1 : m - n;
  }

  /** Sorts a range by its cached octets in n log n whatever they are, and leaves equal ones on the stack. */
  #heapSort(from: number, to: number, depth: number): void {
    const size = to - from;
    for (let i = (size >>> 1) - 1; i >= 0; i--) this.#sink(from, i, size);
    for (let left = size - 1; left > 0; left--) {
      this.#swap(from, from + left);
      this.#sink(from, 0, left);
    }
    const cache = this.#cache;
    for (let i = from; i < to; ) {
      const value = cache[i]!;
      const first = i;
      while (i < to && cache[i] === value) i++;
      if (this.#goDeeper(first, i, depth)) this.#enter(first, i, depth + 4, pivotBudget(i - first));
    }
  }

  #sink(from: number, root: number, size: number): void {
    const cache = this.#cache;
    for (let parent = root; ; ) {
      let child = 2 * parent + 1;
      if (child >= size) return;
      if (child + 1 < size && cache[from + child + 1]! > cache[from + child]!) child++;
      if (cache[from + parent]! >= cache[from + child]!) return;
      this.#swap(from + parent, from + child);
      parent = child;
    }
  }
}

/** Bad pivots that a range of `count` keys may see before it is sorted by heap. */
function pivotBudget(count: number): number {
  return 2 * Math.ceil(Math.log2(count + 1));
}
