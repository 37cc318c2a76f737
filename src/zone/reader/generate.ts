/** `$GENERATE`: records from a template and a range of numbers, as BIND reads them. */
import type { Octets, OctetWriter } from '../../base/octets.ts';

const DOLLAR = 0x24;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Widest number that BIND writes; a wider one could not be part of a label either. */
const MAX_WIDTH = 127;
const MAX_NUMBER = 0x7fff_ffff;

/** The numbers that one $GENERATE runs through. */
export interface GenerateRange {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

/** @returns the range `start-stop` or `start-stop/step` (0..2^31−1, step ≥ 1), or undefined */
export function readRange(text: string): GenerateRange | undefined {
  const match = /^(\d{1,10})-(\d{1,10})(?:\/(\d{1,10}))?$/.exec(text);
  if (match === null) return undefined;
  const start = Number(match[1]);
  const stop = Number(match[2]);
  const step = match[3] === undefined ? 1 : Number(match[3]);
  if (start > stop || stop > MAX_NUMBER || step < 1 || step > MAX_NUMBER) return undefined;
  return { start, stop, step };
}

/** Records that the range makes. */
export function rangeCount({ start, stop, step }: GenerateRange): number {
  return Math.floor((stop - start) / step) + 1;
}

/**
 * Appends a template with the number set in: `$` is the number, `${offset,width,base}` the number plus `offset`
 * in at least `width` digits of base d, o, x, X, or as nibbles n, N (low one first, dots between, `width` counts
 * the dots too); `\$` and `$$` stand for the sign itself.
 *
 * @returns undefined, or what is wrong with the template
 */
export function expandTemplate(
  source: Octets,
  start: number,
  end: number,
  number: number,
  out: OctetWriter,
): string | undefined {
  for (let i = start; i < end; i++) {
    const octet = source[i]!;
    if (octet === BACKSLASH && i + 1 < end) {
      out.u8(octet);
      out.u8(source[++i]!);
    } else if (octet !== DOLLAR) {
      out.u8(octet);
    } else if (source[i + 1] === DOLLAR && i + 1 < end) {
      out.u8(BACKSLASH);
      out.u8(source[++i]!);
    } else if (source[i + 1] === OPEN_BRACE && i + 1 < end) {
      const close = source.indexOf(CLOSE_BRACE, i);
      if (close < 0 || close >= end || close - i > 64) return 'a brace is not closed';
      let modifier = '';
      for (i += 2; i < close; i++) modifier += String.fromCharCode(source[i]!);
      const wrong = writeModified(number, modifier, out);
      if (wrong !== undefined) return wrong;
    } else {
      out.decimal(number);
    }
  }
  return undefined;
}

function writeModified(number: number, modifier: string, out: OctetWriter): string | undefined {
  const match = /^([+-]?\d{1,10})(?:,(\d{1,10})(?:,([doxXnN]))?)?$/.exec(modifier);
  if (match === null) return `"{${modifier}}" is not {offset,width,base}, where base is d, o, x, X, n or N`;
  const value = number + Number(match[1]);
  const width = Number(match[2] ?? 0);
  const base = match[3] ?? 'd';
  if (width > MAX_WIDTH) return `a width is at most ${MAX_WIDTH}`;
  if (value > MAX_NUMBER || value < -MAX_NUMBER) return 'number and offset together are out of range';
  if (base === 'n' || base === 'N') {
    if (value < 0) return 'number and offset together are negative: they have no nibbles';
    out.ascii(nibbles(value, width, base === 'N'));
  } else {
    out.ascii(digits(value, width, base));
  }
  return undefined;
}

function digits(value: number, width: number, base: string): string {
  if (base === 'd')
    return (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(value < 0 ? width - 1 : width, '0');
  const text = (value >>> 0).toString(base === 'o' ? 8 : 16).padStart(width, '0');
  return base === 'X' ? text.toUpperCase() : text;
}

function nibbles(value: number, width: number, upperCase: boolean): string {
  let text = '';
  let rest = value;
  do {
    text += (rest & 15).toString(16);
    rest >>>= 4;
    if (rest !== 0 || text.length < width) text += '.';
  } while (rest !== 0 || text.length < width);
  return upperCase ? text.toUpperCase() : text;
}
