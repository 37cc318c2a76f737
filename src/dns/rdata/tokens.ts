/** The text of one entry, cut into tokens, and the error that points at one of them. */
import type { Octets } from '../../base/octets.ts';

/**
 * Tokens of one entry, as the zone reader cuts them; owned and reused by the reader.
 * `source[start[i]..end[i])` is token i without its quotes; escapes (`\DDD`, `\X`) are still in it; `quoted[i]` is 1
 * for a "quoted string". A quotation mark inside a word ends the word and begins a token of its own: `alpn="h2"` is
 * `alpn=` and `h2`, with `start[i + 1] === end[i] + 1`.
 */
export interface Tokens {
  source: Octets;
  start: Uint32Array;
  end: Uint32Array;
  quoted: Uint8Array;
  count: number;
}

/** RDATA text that can't be read: what is wrong, and at which token (`count`: something is missing at the end). */
export class RdataSyntaxError extends Error {
  override readonly name = 'RdataSyntaxError';
  readonly token: number;
  readonly hint?: string;

  constructor(token: number, message: string, hint?: string) {
    super(message);
    this.token = token;
    if (hint !== undefined) this.hint = hint;
  }
}

/** Longest part of a token that a message repeats, in octets. */
const EXCERPT = 40;

/** Token `at` as a message quotes it: printable ASCII only, cut when long. */
export function tokenText(tokens: Tokens, at: number): string {
  const start = tokens.start[at]!;
  const end = Math.min(tokens.end[at]!, start + EXCERPT);
  let text = '';
  for (let i = start; i < end; i++) {
    const octet = tokens.source[i]!;
    text += octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : '?';
  }
  return end < tokens.end[at]! ? `"${text}…"` : `"${text}"`;
}

/**
 * Makes sure that token `at` is there and is a plain word.
 *
 * @param what  the field's name, for the message
 * @throws RdataSyntaxError
 */
export function expectWord(tokens: Tokens, at: number, what: string): void {
  if (at >= tokens.count) throw new RdataSyntaxError(tokens.count, `${what} is missing`);
  if (tokens.quoted[at] !== 0) {
    throw new RdataSyntaxError(at, `${what} may not be a quoted string`, 'Leave out the quotation marks.');
  }
}

/** The error for token `at` not being a field of this kind. */
export function badToken(tokens: Tokens, at: number, what: string, expected: string, hint?: string): RdataSyntaxError {
  return new RdataSyntaxError(at, `${what} ${tokenText(tokens, at)} is not ${expected}`, hint);
}
