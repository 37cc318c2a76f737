/** What happened in a world: as lines to read, and as a hash by which two runs are compared. */

/** One line of a history. */
export interface HistoryLine {
  /** True time, in seconds from the beginning. */
  readonly at: number;
  readonly text: string;
}

/** Lines that a world keeps at most, when nobody asked for all. */
const KEPT = 4000;

/** The history of one world. */
export class History {
  #lines: HistoryLine[] = [];
  readonly #keepsAll: boolean;
  #low = 0x811c9dc5;
  #high = 0x9747b28c;
  #restAt = 0;

  constructor(keepsAll: boolean) {
    this.#keepsAll = keepsAll;
  }

  get lines(): readonly HistoryLine[] {
    return this.#lines;
  }

  /** Stands for everything that happened so far. */
  get hash(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }

  note(at: number, text: string): void {
    this.#lines.push({ at, text });
    this.#mix(at);
    for (let i = 0; i < text.length; i++) this.#mix(text.charCodeAt(i));
    if (!this.#keepsAll && this.#lines.length > 2 * KEPT) this.#lines = this.#lines.slice(-KEPT);
  }

  /** All keys are where they want to be, and all caches agree: what comes later does not depend on what came before. */
  rest(at: number): void {
    this.#restAt = at;
  }

  /** The lines since the world was last at rest: the shortest story that explains what is the matter now. */
  tail(): readonly HistoryLine[] {
    return this.#lines.filter(({ at }) => at >= this.#restAt);
  }

  #mix(value: number): void {
    this.#low = Math.imul(this.#low ^ value, 0x01000193);
    this.#high = Math.imul(this.#high ^ (value + (this.#low >>> 7)), 0x85ebca6b);
  }
}

/** Prints a line of history. */
export function printLine({ at, text }: HistoryLine): string {
  const day = Math.floor(at / 86_400);
  const rest = at % 86_400;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `day ${String(day).padStart(4)} ${two(rest / 3600)}:${two((rest / 60) % 60)}:${two(rest % 60)}  ${text}`;
}
