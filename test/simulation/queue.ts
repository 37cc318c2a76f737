/** What is going to happen, in the order of its time; at one time in the order in which it was entered. */

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

/** Events to come: a binary heap. */
export class EventQueue {
  readonly #heap: Entry[] = [];
  #entered = 0;

  /** The time of the first event; undefined: none is left. */
  get next(): number | undefined {
    return this.#heap[0]?.at;
  }

  add(at: number, act: () => void): void {
    const heap = this.#heap;
    let index = heap.push({ at, order: this.#entered++, act }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(heap[index]!, heap[parent]!)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  /** Takes the first event out. */
  take(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    let index = 0;
    for (;;) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < heap.length && isBefore(heap[child]!, heap[least]!)) least = child;
      }
      if (least === index) return first;
      this.#swap(index, least);
      index = least;
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
