/** Cuts a master file into entries, and entries into tokens, without copying an octet (RFC 1035 §5.1). */
import type { Tokens } from '../../dns/rdata/tokens.ts';
import type { InputWindow } from './window.ts';

/** What an octet outside of quotes does. 0: it is part of a token. */
const BLANK = 1;
const LINE_END = 2;
const CARRIAGE_RETURN = 3;
const COMMENT = 4;
const OPEN = 5;
const CLOSE = 6;
const QUOTE = 7;
const NUL = 8;
const ESCAPE = 9;

const LF = 0x0a;
const CR = 0x0d;
const QUOTE_OCTET = 0x22;
const OPEN_OCTET = 0x28;
const BACKSLASH = 0x5c;

const KIND = new Uint8Array(256);
for (const [octets, kind] of [
  [' \t', BLANK],
  ['\n', LINE_END],
  ['\r', CARRIAGE_RETURN],
  [';', COMMENT],
  ['(', OPEN],
  [')', CLOSE],
  ['"', QUOTE],
  ['\0', NUL],
  ['\\', ESCAPE],
] as const) {
  for (const octet of octets) KIND[octet.charCodeAt(0)] = kind;
}

/** Longest entry, in octets: the longest RDATA takes 256 KB when each octet of it is written as `\DDD`. */
export const MAX_ENTRY = 4 << 20;

/** How a scan ended. */
export const SCAN = { entry: 0, end: 1, trouble: 2 } as const;
/** One of the results of a scan. */
export type ScanResult = (typeof SCAN)[keyof typeof SCAN];

/** A mistake in how an entry is written, found before its tokens mean anything. */
export interface ScanTrouble {
  readonly message: string;
  /** Where in the window's octets. */
  readonly at: number;
  readonly hint: string;
}

/** Reads entries one after the other. The tokens of the last one are in `tokens`, valid until the next scan. */
export class EntryScanner {
  readonly tokens: { -readonly [K in keyof Tokens]: Tokens[K] };
  readonly window: InputWindow;
  /** The entry begins with a blank: it goes on with the last owner name. */
  blankOwner = false;
  /** The entry lies in `window.octets[first..next)`, and begins on line `line`. */
  first = 0;
  line = 1;
  trouble: ScanTrouble | undefined;
  readonly #limit: number;
  readonly #onRefill: (total: number) => void;

  /**
   * @param limit     octets that an entry may have
   * @param onRefill  told how many octets of the file have been read, each time that more were
   */
  constructor(window: InputWindow, limit: number, onRefill: (total: number) => void) {
    this.window = window;
    this.#limit = limit;
    this.#onRefill = onRefill;
    const size = 64;
    this.tokens = {
      source: window.octets,
      start: new Uint32Array(size),
      end: new Uint32Array(size),
      quoted: new Uint8Array(size),
      count: 0,
    };
  }

  /** Finds the next entry that is not blank, and moves the window behind it. */
  next(): ScanResult {
    for (;;) {
      const result = this.#scan();
      if (result !== MORE) return result;
      const window = this.window;
      if (!window.refill(this.#limit)) {
        window.ended = true;
        return this.#leaveTooLong(window.end, 0);
      }
      this.#onRefill(window.total);
    }
  }

  /** Where the outermost open parenthesis stands, or where the entry begins. */
  #paren = 0;

  #scan(): ScanResult | typeof MORE {
    const window = this.window;
    const octets = window.octets;
    const end = window.end;
    const tokens = this.tokens;
    tokens.source = octets;
    let first = window.position;
    let line = window.line;
    let lines = 0;
    let depth = 0;
    let count = 0;
    let i = first;
    this.#paren = first;
    for (;;) {
      switch (KIND[octets[i]!]) {
        case BLANK:
          i++;
          continue;
        case COMMENT:
          i = octets.indexOf(LF, i);
          continue;
        case LINE_END:
          if (i === end) {
            if (!window.ended) return MORE;
            if (depth > 0) return this.#leave(i, lines, 'a parenthesis is not closed', this.#paren, PARENTHESIS_HINT);
          } else {
            i++;
            lines++;
            if (depth > 0) continue;
          }
          break;
        case CARRIAGE_RETURN:
          if (++i === end && !window.ended) return MORE;
          if (depth > 0) continue;
          if (octets[i] === LF && i < end) {
            i++;
            lines++;
          }
          break;
        case OPEN:
          if (depth++ === 0) this.#paren = i;
          i++;
          continue;
        case CLOSE:
          if (depth-- === 0) return this.#skip(i, lines, 'a parenthesis is closed that was not opened', i, CLOSE_HINT);
          i++;
          continue;
        case NUL:
          return this.#skip(i, lines, 'a NUL octet outside of quotes', i, NUL_HINT);
        case QUOTE: {
          const start = ++i;
          for (; octets[i] !== QUOTE_OCTET; i++) {
            if (octets[i] === BACKSLASH && i + 1 < end) {
              if (octets[++i] === LF) lines++;
            } else if (octets[i] === LF) {
              if (i === end && !window.ended) return MORE;
              return this.#skip(i, lines, 'a quoted string is not closed on its line', start - 1, QUOTE_HINT);
            }
          }
          if (count === tokens.start.length) this.#grow();
          tokens.start[count] = start;
          tokens.end[count] = i++;
          tokens.quoted[count++] = 1;
          continue;
        }
        default: {
          const start = i;
          for (;;) {
            const kind = KIND[octets[i]!];
            if (kind === 0) i++;
            else if (kind === ESCAPE) {
              i++;
              if (octets[i] !== LF && octets[i] !== CR) i++;
            } else break;
          }
          if (count === tokens.start.length) this.#grow();
          tokens.start[count] = start;
          tokens.end[count] = i;
          tokens.quoted[count++] = 0;
          continue;
        }
      }
      // The entry, or a blank line, ends here: `i` stands behind it.
      if (count > 0) {
        if (i - first > this.#limit) return this.#leaveTooLong(i, lines);
        tokens.count = count;
        this.first = first;
        this.line = line;
        this.blankOwner = KIND[octets[first]!] === BLANK;
        window.position = i;
        window.line = line + lines;
        return SCAN.entry;
      }
      window.position = first = i;
      window.line = line += lines;
      lines = 0;
      if (i === end && window.ended) return SCAN.end;
    }
  }

  /** Gives up on the entry, which is read to its end already. */
  #leave(next: number, lines: number, message: string, at: number, hint: string): ScanResult {
    const window = this.window;
    this.first = window.position;
    this.line = window.line;
    window.position = next;
    window.line += lines;
    this.trouble = { message, at, hint };
    return SCAN.trouble;
  }

  #leaveTooLong(next: number, lines: number): ScanResult {
    const at = this.#paren;
    const hint = this.window.octets[at] === OPEN_OCTET ? PARENTHESIS_HINT : LENGTH_HINT;
    return this.#leave(next, lines, `an entry is longer than ${this.#limit} octets`, at, hint);
  }

  /** Gives up on the entry and goes on with the line after the mistake. */
  #skip(from: number, lines: number, message: string, at: number, hint: string): ScanResult | typeof MORE {
    const { octets, end, ended } = this.window;
    const next = octets.indexOf(LF, from);
    if (next >= end) return ended ? this.#leave(end, lines, message, at, hint) : MORE;
    return this.#leave(next + 1, lines + 1, message, at, hint);
  }

  #grow(): void {
    const { tokens } = this;
    const size = tokens.start.length * 2;
    for (const column of ['start', 'end'] as const) {
      const grown = new Uint32Array(size);
      grown.set(tokens[column]);
      tokens[column] = grown;
    }
    const quoted = new Uint8Array(size);
    quoted.set(tokens.quoted);
    tokens.quoted = quoted;
  }
}

const MORE = 3;

const PARENTHESIS_HINT = 'Close it with ")" at the end of the record.';
const LENGTH_HINT = 'No record is that long: is this a zone file, and are its line ends whole?';
const CLOSE_HINT = 'Remove it, or write "(" where the record begins to span lines.';
const NUL_HINT = 'Write it as \\000, or save the file as plain text (UTF-16 is not read).';
const QUOTE_HINT = 'Close it with a double quote; write a double quote inside as \\".';
