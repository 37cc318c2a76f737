/** What a command is: its definition (names, flags, help) and the context that it runs in. */
import type { Diagnostic, DnssecError, ExitCode } from '../base/errors.ts';
import type { UnixSeconds } from '../base/time.ts';

/** A flag of a command. Its value is found under its long name in camelCase, or under its letter if it has none. */
export interface OptionDefinition {
  /** As commander writes it: `-a, --algorithm <ALG>`. */
  readonly flags: string;
  readonly summary: string;
  readonly default?: string | boolean;
  /** May be given more than once; the value is then a list. */
  readonly repeatable?: boolean;
}

/** An argument of a command, by its place. */
export interface ArgumentDefinition {
  /** As commander writes it: `<zone>`, `[files...]`. */
  readonly syntax: string;
  readonly summary: string;
}

/** The flags as given: text, true for a flag without a value, a list for a repeatable one. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** A command: what it is called, what it takes, and what it runs. */
export interface CommandDefinition {
  readonly name: string;
  readonly summary: string;
  /** Paragraphs for `--help`, beyond the summary. */
  readonly description?: string;
  readonly arguments?: readonly ArgumentDefinition[];
  readonly options?: readonly OptionDefinition[];
  /** Command lines shown in `--help`, with what each does. */
  readonly examples?: readonly (readonly [command: string, does: string])[];
  readonly subcommands?: readonly CommandDefinition[];
  /** Changes the arguments before they are understood, for spellings that are no plain flags with one value each. */
  readonly rewriteArguments?: (argv: readonly string[]) => readonly string[];
  /** Absent on a command that only groups subcommands. `args` holds strings, or lists for variadic ones. */
  readonly run?: (
    context: CommandContext,
    args: readonly (string | readonly string[] | undefined)[],
    options: OptionValues,
  ) => Promise<ExitCode>;
}

/** Everything that a command may touch of the process: tests hand in their own. */
export interface CommandContext {
  readonly out: Output;
  readonly now: () => UnixSeconds;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly global: GlobalFlags;
}

/** The flags that every command has. */
export interface GlobalFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly dryRun: boolean;
  readonly config: string | undefined;
}

/** Where words go. With `--json`, standard output holds exactly one JSON document. */
export interface Output {
  /** A line of the result, on standard output; dropped under --json. */
  line(text: string): void;
  /** The result as data, printed under --json only; call it once. */
  json(value: unknown): void;
  /** Words for the person, on standard error; dropped under --quiet. */
  say(text: string): void;
  /** A warning, on standard error, behind `warning:`; never dropped. */
  warn(text: string): void;
  /** A remark about a place in a file, on standard error, with the line and a caret; never dropped. */
  remark(diagnostic: Diagnostic): void;
  /** An error after which the command goes on with the next zone, as the program prints errors. */
  failure(error: DnssecError): void;
  /** Detail, on standard error, under --verbose only. */
  detail(text: string): void;
  /** Progress of long work, redrawn in place when standard error is a terminal, else nothing. `total` 0: unknown. */
  progress(label: string, done: number, total: number): void;
  /** Raw octets to standard output (`sign -f -`). */
  octets(chunk: Uint8Array): void;
  /** Colours, or the same text where there are none. For standard error unless said. */
  readonly style: {
    bold(text: string): string;
    red(text: string): string;
    yellow(text: string): string;
    green(text: string): string;
    dim(text: string): string;
  };
}
