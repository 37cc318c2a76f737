/** The part of a master file that is in memory: read ahead in chunks, moved up when an entry crosses their end. */
import type { Octets } from '../../base/octets.ts';
import type { ChunkSource } from './source.ts';

const LINE_FEED = 0x0a;

/** Octets read at a time. Larger chunks gain nothing and leave the processor's cache. */
const CHUNK = 1 << 18;

/**
 * A window on a file. Octets `position..end` of `octets` are read and not yet used; a line feed always stands at
 * `octets[end]`, so that scanning stops there without looking at `end`.
 */
export class InputWindow {
  octets: Octets;
  position = 0;
  end = 0;
  /** The file is at its end: nothing follows `octets[end]`. */
  ended = false;
  /** Line number of `position`, from 1. */
  line = 1;
  /** Octets of the file that have been read. */
  total = 0;
  readonly source: ChunkSource;

  constructor(source: ChunkSource) {
    this.source = source;
    const size = Math.min(CHUNK, (source.size ?? CHUNK) + 1);
    this.octets = new Uint8Array(Math.max(64, size) + 1);
    this.octets[0] = LINE_FEED;
  }

  /**
   * Reads on, keeping what is not used yet and moving it to the front; the window grows where that fills it.
   *
   * @param limit  octets that may lie unused before
   * @returns      false when they do: the entry is too long
   */
  refill(limit: number): boolean {
    const unused = this.end - this.position;
    if (unused > limit) return false;
    if (unused * 2 > this.octets.length) {
      const grown = new Uint8Array(this.octets.length * 2);
      grown.set(this.octets.subarray(this.position, this.end));
      this.octets = grown;
    } else if (this.position > 0) {
      this.octets.copyWithin(0, this.position, this.end);
    }
    this.position = 0;
    this.end = unused;
    const room = this.octets.subarray(0, this.octets.length - 1);
    while (this.end < room.length && !this.ended) {
      const count = this.source.read(room, this.end);
      if (count === 0) this.ended = true;
      this.end += count;
      this.total += count;
    }
    this.octets[this.end] = LINE_FEED;
    if (this.total === this.end && startsWithMark(this.octets)) this.position = 3;
    return true;
  }
}

/** Whether the file begins with the byte order mark that some editors put before UTF-8 text. */
function startsWithMark(octets: Octets): boolean {
  return octets[0] === 0xef && octets[1] === 0xbb && octets[2] === 0xbf;
}
