/** Collects what is wrong with a master file, each with the place where it stands. */
import { type Diagnostic, DnssecError } from '../../base/errors.ts';
import { octetsText } from '../../base/octets.ts';
import type { InputWindow } from './window.ts';

/** Mistakes that are reported before reading stops; and warnings, before they are only counted. */
export const MAX_ERRORS = 20;
const MAX_WARNINGS = 100;

/** Longest line that is quoted. */
export const QUOTED_LINE = 65_536;

/** A place in a window: `octets[at..at+width)`, in an entry that begins on line `line` at `first`. */
export interface Place {
  readonly window: InputWindow;
  readonly first: number;
  readonly line: number;
  readonly at: number;
  readonly width: number;
}

/** Thrown inside the reader when enough mistakes have been seen; `readZone` turns it into a DnssecError. */
export class TooManyErrors extends Error {}

/** Remarks gathered while a zone is read, up to a limit. */
export class DiagnosticList {
  readonly errors: Diagnostic[] = [];
  readonly warnings: Diagnostic[] = [];
  #warningCount = 0;

  /** @throws TooManyErrors */
  error(message: string, place: Place | { readonly file: string }, hint?: string): void {
    this.errors.push({ severity: 'error', message, ...locate(place), ...(hint === undefined ? {} : { hint }) });
    if (this.errors.length >= MAX_ERRORS) throw new TooManyErrors();
  }

  warn(message: string, place: Place, hint?: string): void {
    if (++this.#warningCount > MAX_WARNINGS) return;
    this.warnings.push({ severity: 'warning', message, ...locate(place), ...(hint === undefined ? {} : { hint }) });
  }

  /** The warnings; where there were more than are kept, the last one says how many. */
  allWarnings(): readonly Diagnostic[] {
    const more = this.#warningCount - this.warnings.length;
    return more === 0
      ? this.warnings
      : [...this.warnings, { severity: 'warning', message: `and ${more} warnings more of these kinds` }];
  }

  /** The error that ends the reading of `file`. */
  failure(file: string): DnssecError {
    const count = this.errors.length;
    const many = count >= MAX_ERRORS ? `${count} mistakes or more` : count === 1 ? 'a mistake' : `${count} mistakes`;
    return new DnssecError('ZONE_INVALID', `zone file ${file} has ${many}`, {
      diagnostics: [...this.errors, ...this.allWarnings()],
      hint: 'Correct the lines named above; nothing was written.',
    });
  }
}

function locate(place: Place | { readonly file: string }): Partial<Diagnostic> {
  if (!('window' in place)) return place;
  const { window, at } = place;
  const octets = window.octets;
  let line = place.line;
  let start = place.first;
  for (let i = start; i < at; i++) {
    if (octets[i] !== 0x0a) continue;
    line++;
    start = i + 1;
  }
  let end = at;
  while (end < window.end && octets[end] !== 0x0a && octets[end] !== 0x0d) end++;
  const width = Math.max(1, Math.min(place.width, end - at));
  return {
    file: window.source.name,
    line,
    column: at - start + 1,
    width,
    ...(end - start > QUOTED_LINE ? {} : { text: octetsText(octets, start, end) }),
  };
}
