/** Extended regular expressions of POSIX, as far as to tell whether one is well formed. */
import type { Octets } from '../../base/octets.ts';

const CLASSES = [
  'alnum',
  'alpha',
  'blank',
  'cntrl',
  'digit',
  'graph',
  'lower',
  'print',
  'punct',
  'space',
  'upper',
  'xdigit',
];
/** Highest count in an interval expression that POSIX promises. */
const MAX_REPEATS = 255;

const code = (character: string) => character.charCodeAt(0);
const [OPEN, CLOSE, BAR, STAR, PLUS, QUESTION] = ['(', ')', '|', '*', '+', '?'].map(code);
const [BRACKET, END_BRACKET, BRACE, END_BRACE, COMMA] = ['[', ']', '{', '}', ','].map(code);
const [CARET, DOLLAR, BACKSLASH, MINUS] = ['^', '$', '\\', '-'].map(code);

/** What an element of a bracket expression stands for, when it is not one octet. */
const SET = -1;
const SEVERAL = -2;

/** The element read last: its octet, SET or SEVERAL; and where the next one begins. */
const range = { low: SET, next: 0 };

/** Reads one element of a bracket expression at `at` into `range`. */
function readElement(octets: Octets, at: number, end: number): boolean {
  const kind = octets[at + 1];
  const isNamed = octets[at] === BRACKET && (kind === code(':') || kind === code('.') || kind === code('='));
  if (!isNamed) {
    range.low = octets[at]!;
    range.next = at + 1;
    return true;
  }
  let name = '';
  let i = at + 2;
  while (i + 1 < end && !(octets[i] === kind && octets[i + 1] === END_BRACKET))
    name += String.fromCharCode(octets[i++]!);
  if (i + 1 >= end || name === '') return false;
  range.low = kind !== code('.') ? SET : name.length === 1 ? code(name) : SEVERAL;
  range.next = i + 2;
  return kind !== code(':') || CLASSES.includes(name);
}

/** Where the bracket expression that opens at `at` ends, or -1. */
function skipBrackets(octets: Octets, at: number, end: number): number {
  let i = at + 1;
  if (octets[i] === CARET && i < end) i++;
  let isFirst = true;
  let isBehindRange = false;
  while (i < end) {
    if (octets[i] === END_BRACKET && !isFirst) return i + 1;
    isFirst = false;
    if (isBehindRange && octets[i] === MINUS) return -1;
    if (!readElement(octets, i, end)) return -1;
    i = range.next;
    const low = range.low;
    isBehindRange = false;
    if (low !== SET && i + 1 < end && octets[i] === MINUS && octets[i + 1] !== END_BRACKET) {
      if (low < 0 || !readElement(octets, i + 1, end) || range.low < low) return -1;
      i = range.next;
      isBehindRange = true;
    }
  }
  return -1;
}

/** Where the interval `{m}`, `{m,}`, `{,n}` or `{m,n}` that opens at `at` ends, or -1. */
function skipInterval(octets: Octets, at: number, end: number): number {
  const bounds = [-1, -1];
  let which = 0;
  for (let i = at + 1; i < end; i++) {
    const digit = octets[i]! - 0x30;
    if (octets[i] === END_BRACE) {
      const [low, high] = bounds as [number, number];
      return low > MAX_REPEATS || high > MAX_REPEATS || (high >= 0 && low > high) ? -1 : i + 1;
    }
    if (octets[i] === COMMA && which === 0) which = 1;
    else if (digit >= 0 && digit <= 9 && bounds[which]! <= MAX_REPEATS) {
      bounds[which] = Math.max(0, bounds[which]!) * 10 + digit;
    } else return -1;
  }
  return -1;
}

/** Whether the brace at `at` opens an interval; any other is an octet like others. */
function startsInterval(octets: Octets, at: number, end: number): boolean {
  const next = at + 1 < end ? octets[at + 1]! : 0;
  return octets[at] === BRACE && (next === COMMA || (next >= 0x30 && next <= 0x39));
}

/**
 * Counts the groups of an extended regular expression.
 *
 * @returns 0 or more, or -1 when the octets are no well-formed expression, as nothing at all is none
 * @see RFC 3402 §3.2
 */
export function countGroups(octets: Octets, start: number, end: number): number {
  let groups = 0;
  let depth = 0;
  let hasContent = false;
  let isBehindBar = false;
  let mayRepeat = false;
  for (let i = start; i < end; ) {
    const octet = octets[i]!;
    let next = i + 1;
    if (octet === STAR || octet === PLUS || octet === QUESTION || startsInterval(octets, i, end)) {
      if (octet === BRACE) next = skipInterval(octets, i, end);
      if (!mayRepeat || next < 0) return -1;
      mayRepeat = false;
    } else if (octet === BAR) {
      if (!hasContent) return -1;
      hasContent = false;
      mayRepeat = false;
      isBehindBar = true;
    } else if (octet === OPEN) {
      depth++;
      groups++;
      hasContent = false;
      mayRepeat = false;
      isBehindBar = false;
    } else {
      if (octet === CLOSE && depth > 0) {
        if (isBehindBar && !hasContent) return -1;
        depth--;
        isBehindBar = false;
      } else if (octet === BACKSLASH) {
        const digit = next < end ? octets[next]! - 0x30 : -1;
        if (++next > end || (digit >= 1 && digit <= 9 && digit > groups)) return -1;
      }
      if (octet === BRACKET) next = skipBrackets(octets, i, end);
      if (next < 0) return -1;
      hasContent = true;
      mayRepeat = octet !== CARET && octet !== DOLLAR;
    }
    i = next;
  }
  return depth === 0 && hasContent ? groups : -1;
}
