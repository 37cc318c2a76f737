/** Adds the line of the file to remarks that were made from records, when the text was gone already. */
import { type Diagnostic, DnssecError } from '../../base/errors.ts';
import { octetsText } from '../../base/octets.ts';
import { QUOTED_LINE } from './diagnostics.ts';
import type { SourceOpener } from './source.ts';
import { InputWindow } from './window.ts';

const LINE_FEED = 0x0a;

/**
 * Does work on records that were read from files; what it throws about them is thrown with the lines quoted.
 *
 * @param opener  that which the records were read with
 */
export function withQuotedLines<Result>(opener: SourceOpener, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof DnssecError)) throw cause;
    const { code, message, hint } = cause;
    const diagnostics = quoteLines(opener, cause.diagnostics);
    throw new DnssecError(code, message, { diagnostics, cause, ...(hint === undefined ? {} : { hint }) });
  }
}

/**
 * Reads the lines that the remarks name, and sets column, width and text of those that have none: what stands on the
 * line, without blanks and comments around it. A file that can't be read again leaves them as they are.
 */
export function quoteLines(opener: SourceOpener, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const wanted = new Map<string, Map<number, string>>();
  for (const { file, line, column } of diagnostics) {
    if (file === undefined || line === undefined || column !== undefined) continue;
    const lines = wanted.get(file) ?? new Map<number, string>();
    wanted.set(file, lines.set(line, ''));
  }
  for (const [file, lines] of wanted) readLines(opener, file, lines);
  return diagnostics.map((diagnostic) => {
    const text = wanted.get(diagnostic.file ?? '')?.get(diagnostic.line ?? 0) ?? '';
    const record = /^\s*(?<body>[^\s;](?:[^;"\\]|\\.|"(?:[^"\\]|\\.)*")*)/s.exec(text)?.groups?.body?.trimEnd();
    if (diagnostic.column !== undefined || record === undefined) return diagnostic;
    return { ...diagnostic, column: text.indexOf(record) + 1, width: record.length, text };
  });
}

/** Sets the text of the lines whose numbers are the keys. */
function readLines(opener: SourceOpener, file: string, lines: Map<number, string>): void {
  let last = 0;
  for (const line of lines.keys()) last = Math.max(last, line);
  try {
    const source = opener.open(file);
    try {
      const window = new InputWindow(source);
      while (window.line <= last && nextLine(window, QUOTED_LINE)) {
        const next = window.octets.indexOf(LINE_FEED, window.position);
        if (lines.has(window.line)) {
          lines.set(window.line, octetsText(window.octets, window.position, next).replace(/\r$/, ''));
        }
        window.position = Math.min(next + 1, window.end);
        window.line++;
      }
    } finally {
      source.close();
    }
  } catch (cause) {
    if (!(cause instanceof DnssecError || cause instanceof RangeError)) throw cause;
  }
}

/** Makes sure that a whole line lies in the window. @returns whether one does */
function nextLine(window: InputWindow, limit: number): boolean {
  while (window.octets.indexOf(LINE_FEED, window.position) >= window.end) {
    if (window.ended) {
      // The last line may come without a line end: the mark behind the window's end serves as one.
      return window.position < window.end;
    }
    if (!window.refill(limit)) return false;
  }
  return true;
}
