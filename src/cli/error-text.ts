/** Errors as people read them: a sentence, the places with their lines and carets, and what to do. */
import { type Diagnostic, DnssecError } from '../base/errors.ts';
import type { Style } from './output.ts';

/**
 * An error of ours for anything that was thrown. What is not ours is a defect of the program, and says so.
 */
export function asDnssecError(thrown: unknown): DnssecError {
  if (thrown instanceof DnssecError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new DnssecError('INTERNAL', `this is a defect in dnssec, not in your data: ${reason}`, {
    hint: 'Please report it with the command line and this text; --verbose shows where it happened.',
    cause: thrown,
  });
}

/**
 * The text of an error, without a newline at its end.
 *
 * @param width    columns that a quoted source line may fill
 * @param verbose  with the stack and the causes
 */
export function errorText(error: DnssecError, style: Style, width: number, verbose: boolean): string {
  const lines = [`${style.bold(style.red('error:'))} ${visibleText(error.message)}`];
  for (const diagnostic of error.diagnostics) lines.push(diagnosticText(diagnostic, style, width));
  if (error.hint !== undefined) lines.push(visibleText(error.hint));
  if (verbose) lines.push(style.dim(visibleText(stackText(error))));
  return lines.join('\n');
}

/** The same as data: `{"error":{…}}` under --json. */
export function errorDocument(error: DnssecError): { readonly error: unknown } {
  const { code, message, hint, diagnostics } = error;
  return { error: { code, message, ...(hint === undefined ? {} : { hint }), diagnostics } };
}

function stackText(error: Error): string {
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${stack}\ncaused by: ${stackText(error.cause)}` : stack;
}

/**
 * One remark: `file:line:column: error: message`, the source line, a caret under the token, and the hint.
 */
export function diagnosticText(diagnostic: Diagnostic, style: Style, width: number): string {
  const { file, line, column, severity, message, text, hint } = diagnostic;
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const colour = severity === 'error' ? style.red : style.yellow;
  const head = `${place === '' ? '' : `${style.bold(visibleText(place))}: `}${colour(`${severity}:`)}`;
  const lines = [`${head} ${visibleText(message)}`];
  if (text !== undefined && column !== undefined) {
    const quoted = quoteLine(text, column - 1, Math.max(1, diagnostic.width ?? 1), Math.max(20, width - 4));
    lines.push(`    ${quoted.text}`, `    ${' '.repeat(quoted.start)}${colour('^'.padEnd(quoted.width, '~'))}`);
  }
  if (hint !== undefined) lines.push(`    ${visibleText(hint)}`);
  return lines.join('\n');
}

/** A quoted line in printable ASCII, with the token's place in it. */
interface QuotedLine {
  readonly text: string;
  readonly start: number;
  readonly width: number;
}

const CUT = '...';

/**
 * Prints a source line: tabs to every eighth column, octets that are not printable ASCII as \DDD. A line that is too
 * long is cut around the token.
 *
 * @param line   octets as code units
 * @param start  the token's first octet, from 0; the line's length for the place behind it
 * @param width  the token's octets
 */
export function quoteLine(line: string, start: number, width: number, columns: number): QuotedLine {
  // Octets far from the token are cut in any case: a line of megabytes costs no more than a short one.
  const from = Math.max(0, start - columns * 2);
  const upTo = Math.min(line.length, start + columns * 2);
  let text = '';
  let tokenStart = -1;
  let tokenEnd = -1;
  for (let i = from; i < upTo; i++) {
    if (i === start) tokenStart = text.length;
    if (i === start + width) tokenEnd = text.length;
    text += line[i] === '\t' ? ' '.repeat(8 - (text.length % 8)) : visibleOctet(line[i]!);
  }
  if (tokenStart < 0) tokenStart = text.length;
  if (tokenEnd < 0) tokenEnd = Math.max(tokenStart + 1, text.length);
  if (text.length <= columns && from === 0 && upTo === line.length) {
    return { text, start: tokenStart, width: tokenEnd - tokenStart };
  }
  return cutAround(text, tokenStart, tokenEnd, columns, from > 0, upTo < line.length);
}

function cutAround(
  text: string,
  tokenStart: number,
  tokenEnd: number,
  columns: number,
  moreBefore: boolean,
  moreBehind: boolean,
): QuotedLine {
  const room = columns - 2 * CUT.length;
  const width = Math.max(1, Math.min(tokenEnd - tokenStart, room));
  const first = Math.max(0, Math.min(tokenStart - Math.floor((room - width) / 2), text.length - room));
  const before = moreBefore || first > 0 ? CUT : '';
  const behind = moreBehind || first + room < text.length ? CUT : '';
  return { text: before + text.slice(first, first + room) + behind, start: before.length + tokenStart - first, width };
}

/** Text that a terminal shows and does not obey: control characters as \DDD, but for newlines and tabs. */
export function visibleText(text: string): string {
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, decimalEscape);
}

/** One octet of a line, as a character: \DDD unless it is printable ASCII. */
function visibleOctet(character: string): string {
  return (character >= ' ' && character <= '~') || character > '\xff' ? character : decimalEscape(character);
}

function decimalEscape(character: string): string {
  return `\\${String(character.charCodeAt(0)).padStart(3, '0')}`;
}
