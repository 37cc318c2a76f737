/** Standard output and standard error as the commands see them. */
import type { Diagnostic, DnssecError } from '../base/errors.ts';
import type { Output } from './command.ts';
import { diagnosticText, errorText } from './error-text.ts';

/** What is needed of a stream: `process.stdout` is one, and so is a test's array of chunks. */
export interface TextStream {
  write(chunk: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Flags that decide what is printed, and how. */
export interface OutputFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** False under --no-color. */
  readonly color: boolean;
}

/** Colours, or the same text where there are none. */
export type Style = Output['style'];

/** How often progress is redrawn. */
const REDRAW_MS = 100;
const CLEAR_LINE = '\r\x1b[K';

const colour = (open: number, close: number) => (text: string) => `\x1b[${open}m${text}\x1b[${close}m`;
const same = (text: string) => text;
const COLOURED: Style = {
  bold: colour(1, 22),
  red: colour(31, 39),
  yellow: colour(33, 39),
  green: colour(32, 39),
  dim: colour(2, 22),
};
/** No colours. */
export const PLAIN: Style = { bold: same, red: same, yellow: same, green: same, dim: same };

/**
 * Whether a stream gets colours: --no-color and NO_COLOR say no, FORCE_COLOR says yes (0: no), else terminals do.
 */
export function styleFor(stream: TextStream, env: Readonly<Record<string, string | undefined>>, color: boolean): Style {
  if (!color || (env.NO_COLOR ?? '') !== '') return PLAIN;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced === '0' ? PLAIN : COLOURED;
  return stream.isTTY === true && env.TERM !== 'dumb' ? COLOURED : PLAIN;
}

/**
 * Makes an output.
 *
 * @param clock  milliseconds, for how often progress is redrawn
 */
export function createOutput(
  stdout: TextStream,
  stderr: TextStream,
  env: Readonly<Record<string, string | undefined>>,
  flags: OutputFlags,
  clock: () => number = () => performance.now(),
): StreamOutput {
  return new StreamOutput(stdout, stderr, flags, styleFor(stderr, env, flags.color), clock);
}

/** The output of a process. */
export class StreamOutput implements Output {
  readonly style: Style;
  /** Whether the JSON document is out. */
  jsonPrinted = false;
  readonly #stdout: TextStream;
  readonly #stderr: TextStream;
  readonly #flags: OutputFlags;
  readonly #clock: () => number;
  #drawn = false;
  #redrawAt = 0;

  constructor(stdout: TextStream, stderr: TextStream, flags: OutputFlags, style: Style, clock: () => number) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#flags = flags;
    this.#clock = clock;
    this.style = style;
  }

  line(text: string): void {
    if (this.#flags.json) return;
    if (this.#stdout.isTTY === true) this.clearProgress();
    this.#stdout.write(`${text}\n`);
  }

  json(value: unknown): void {
    if (!this.#flags.json) return;
    if (this.jsonPrinted) throw new TypeError('the JSON document is printed already');
    this.jsonPrinted = true;
    this.#stdout.write(`${JSON.stringify(value)}\n`);
  }

  say(text: string): void {
    if (!this.#flags.quiet) this.error(text);
  }

  warn(text: string): void {
    this.error(`${this.style.yellow('warning:')} ${text}`);
  }

  remark(diagnostic: Diagnostic): void {
    this.error(diagnosticText(diagnostic, this.style, this.width));
  }

  failure(error: DnssecError): void {
    this.error(errorText(error, this.style, this.width, this.#flags.verbose));
  }

  detail(text: string): void {
    if (this.#flags.verbose) this.error(this.style.dim(text));
  }

  progress(label: string, done: number, total: number): void {
    if (this.#stderr.isTTY !== true || this.#flags.quiet) return;
    const now = this.#clock();
    if (now < this.#redrawAt) return;
    this.#redrawAt = now + REDRAW_MS;
    const count = done.toLocaleString('en-GB');
    const text =
      total > 0
        ? `${label} ${Math.min(100, Math.floor((100 * done) / total))} % (${count} of ${total.toLocaleString('en-GB')})`
        : `${label} ${count}`;
    this.#stderr.write(CLEAR_LINE + text.slice(0, Math.max(10, this.width - 1)));
    this.#drawn = true;
  }

  octets(chunk: Uint8Array): void {
    this.#stdout.write(chunk);
  }

  /** Words on standard error, whatever the flags are. */
  error(text: string): void {
    this.clearProgress();
    this.#stderr.write(`${text}\n`);
  }

  /** Wipes the progress line, if one is drawn. */
  clearProgress(): void {
    if (this.#drawn) this.#stderr.write(CLEAR_LINE);
    this.#drawn = false;
  }

  /** Columns of the terminal; 100 where there is none. */
  get width(): number {
    return this.#stderr.columns ?? 100;
  }
}
