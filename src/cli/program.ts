/** The program: finds the command in the arguments, runs it, and turns whatever happens into output and an exit code. */
import { Command, CommanderError, Option } from 'commander';
import { DnssecError, EXIT, type ExitCode } from '../base/errors.ts';
import type { UnixSeconds } from '../base/time.ts';
import type { CommandContext, CommandDefinition, GlobalFlags, OptionDefinition, OptionValues } from './command.ts';
import type { CommandEntry } from './commands.ts';
import { asDnssecError, errorDocument, errorText } from './error-text.ts';
import { createOutput, type OutputFlags, type StreamOutput, type TextStream } from './output.ts';

/** What the program has of the process that it runs in. */
export interface ProgramSurroundings {
  readonly version: string;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => UnixSeconds;
}

const GLOBAL_OPTIONS: readonly OptionDefinition[] = [
  { flags: '--config <FILE>', summary: 'configuration file (default: ./dnssec.yaml, then /etc/dnssec/dnssec.yaml)' },
  { flags: '--dry-run', summary: 'show what would be done and change nothing' },
  { flags: '--json', summary: 'print one JSON document on standard output' },
  { flags: '--quiet', summary: 'print no words beside the result, warnings and errors' },
  { flags: '--verbose', summary: 'print details, and where errors came from' },
  { flags: '--no-color', summary: 'print no colours' },
];

/**
 * Runs one command line.
 *
 * @param argv  the arguments, without the program's own name
 * @returns     the exit code; nothing is thrown
 */
export async function runProgram(
  argv: readonly string[],
  commands: readonly CommandEntry[],
  surroundings: ProgramSurroundings,
): Promise<ExitCode> {
  const flags = outputFlags(argv);
  const out = createOutput(surroundings.stdout, surroundings.stderr, surroundings.env, flags);
  try {
    return await dispatch(argv, commands, surroundings, out);
  } catch (thrown) {
    return reportError(withHelp(thrown, argv), out, flags);
  } finally {
    out.clearProgress();
  }
}

/** A usage error that gives no advice of its own points to the command's help. */
function withHelp(thrown: unknown, argv: readonly string[]): unknown {
  if (!(thrown instanceof DnssecError) || thrown.code !== 'USAGE' || thrown.hint !== undefined) return thrown;
  const { message, diagnostics, cause } = thrown;
  const hint = `'dnssec ${calledCommand(argv) ?? ''} --help' explains it.`;
  return new DnssecError('USAGE', message, { hint, diagnostics, cause });
}

/** Prints an error: words on standard error and, under --json, the same as data. @returns its exit code */
export function reportError(thrown: unknown, out: StreamOutput, flags: OutputFlags): ExitCode {
  const error = asDnssecError(thrown);
  if (!out.jsonPrinted) out.json(errorDocument(error));
  out.error(errorText(error, out.style, out.width, flags.verbose));
  return error.exitCode;
}

/** The flags that matter before the command line is understood: how to print that it is not. */
export function outputFlags(argv: readonly string[]): OutputFlags {
  const end = argv.indexOf('--');
  const words = new Set(end < 0 ? argv : argv.slice(0, end));
  return {
    json: words.has('--json'),
    quiet: words.has('--quiet'),
    verbose: words.has('--verbose'),
    color: !words.has('--no-color'),
  };
}

async function dispatch(
  argv: readonly string[],
  commands: readonly CommandEntry[],
  surroundings: ProgramSurroundings,
  out: StreamOutput,
): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done;
  const program = newCommand('dnssec', surroundings, out)
    .description('Signs DNS zones and rolls their keys.')
    .version(surroundings.version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'show what a command does')
    .addHelpText('after', "\n'dnssec help COMMAND' shows a command's options and examples.");
  for (const option of GLOBAL_OPTIONS) addOption(program, option);

  const called = calledCommand(argv);
  let words = argv;
  for (const entry of commands) {
    const command = newCommand(entry.name, surroundings, out).summary(entry.summary);
    program.addCommand(command);
    if (entry.name !== called) continue;
    const loaded = await entry.load();
    words = loaded.rewriteArguments?.(argv) ?? argv;
    defineCommand(command, loaded, surroundings, out, async (definition, args, options) => {
      const global = globalFlags(program.opts());
      const context: CommandContext = {
        out,
        now: surroundings.now,
        cwd: surroundings.cwd,
        env: surroundings.env,
        global,
      };
      exit = (await definition.run?.(context, args, options)) ?? EXIT.done;
    });
  }
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode !== 0) throw usageError(thrown, program, called);
  }
  return exit;
}

type Runner = (
  definition: CommandDefinition,
  args: readonly (string | readonly string[] | undefined)[],
  options: OptionValues,
) => Promise<void>;

/** Gives a command its arguments, options, help and subcommands. */
function defineCommand(
  command: Command,
  definition: CommandDefinition,
  surroundings: ProgramSurroundings,
  out: StreamOutput,
  run: Runner,
): void {
  command.summary(definition.summary);
  command.description(
    [sentence(definition.summary), ...(definition.description === undefined ? [] : [definition.description])].join(
      '\n\n',
    ),
  );
  for (const { syntax, summary } of definition.arguments ?? []) command.argument(syntax, summary);
  for (const option of definition.options ?? []) addOption(command, option);
  if (definition.examples !== undefined) command.addHelpText('after', examplesText(definition.examples));
  for (const child of definition.subcommands ?? []) {
    const subcommand = newCommand(child.name, surroundings, out);
    command.addCommand(subcommand);
    defineCommand(subcommand, child, surroundings, out, run);
  }
  if (definition.run !== undefined) {
    command.action(async () => {
      // A flag that a command and its subcommand both have is given to the upper one, wherever it stands.
      const options: OptionValues = {
        ...(command.parent?.parent == null ? {} : command.parent.opts()),
        ...command.opts(),
      };
      refuseEmptyValues(command);
      await run(definition, command.processedArgs as (string | readonly string[] | undefined)[], options);
    });
  }
}

/** No flag means anything with an empty value: it is what a script's unset variable leaves. @throws DnssecError USAGE */
function refuseEmptyValues(command: Command): void {
  for (const at of [command, ...ancestorsOf(command)]) {
    for (const option of at.options) {
      if (at.getOptionValue(option.attributeName()) !== '') continue;
      throw new DnssecError('USAGE', `option '${option.flags}' has an empty value`, {
        hint: 'Is a variable not set? Leave the flag out for what holds by default.',
      });
    }
  }
}

function ancestorsOf(command: Command): readonly Command[] {
  return command.parent === null ? [] : [command.parent, ...ancestorsOf(command.parent)];
}

function newCommand(name: string, surroundings: ProgramSurroundings, out: StreamOutput): Command {
  return new Command(name)
    .exitOverride()
    .showSuggestionAfterError(true)
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      // Usage errors come back as exceptions and are printed once, as every error is.
      writeErr: () => {},
      getOutHasColors: () => false,
      getOutHelpWidth: () => surroundings.stdout.columns ?? 100,
      getErrHelpWidth: () => out.width,
    });
}

function addOption(command: Command, { flags, summary, default: preset, repeatable }: OptionDefinition): void {
  const option = new Option(flags, summary);
  if (preset !== undefined) option.default(preset);
  if (repeatable === true) {
    option.argParser<readonly string[]>((value, before) => [...(Array.isArray(before) ? before : []), value]);
  }
  command.addOption(option);
}

function globalFlags(options: OptionValues): GlobalFlags {
  return {
    json: options.json === true,
    quiet: options.quiet === true,
    verbose: options.verbose === true,
    dryRun: options.dryRun === true,
    config: typeof options.config === 'string' ? options.config : undefined,
  };
}

/** The command's name: the first argument that is neither a flag nor a flag's value; behind `help`, the next. */
function calledCommand(argv: readonly string[]): string | undefined {
  const words: string[] = [];
  for (let i = 0; i < argv.length && argv[i] !== '--'; i++) {
    if (argv[i] === '--config') i++;
    else if (!argv[i]!.startsWith('-')) words.push(argv[i]!);
  }
  return words[0] === 'help' ? (words[1] ?? 'help') : words[0];
}

/** @param group  what was named, and needs one of its subcommands */
function missingCommand(group: Command): DnssecError {
  const names = group.commands.map((command) => command.name()).filter((name) => name !== 'help');
  return new DnssecError('USAGE', `${group.name()}: say what to do`, {
    hint: `Commands: ${names.join(', ')}. '${helpCommand(group)}' explains them.`,
  });
}

function helpCommand(command: Command): string {
  return command.parent === null ? `${command.name()} --help` : `dnssec ${command.name()} --help`;
}

/** commander's message, in two parts: `error: unknown option '--jsn'` and `(Did you mean --json?)`. */
function usageError(error: CommanderError, program: Command, called: string | undefined): DnssecError {
  const command = program.commands.find((candidate) => candidate.name() === called) ?? program;
  if (error.code === 'commander.help') return missingCommand(command);
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const meant = suggestion === undefined ? '' : `${suggestion.replace(/^\((.*)\)$/, '$1')} `;
  return new DnssecError('USAGE', message.replace(/\.$/, ''), {
    hint: `${meant}'${helpCommand(command)}' shows what there is.`,
  });
}

const sentence = (summary: string) => `${summary.charAt(0).toUpperCase()}${summary.slice(1).replace(/\.$/, '')}.`;

function examplesText(examples: readonly (readonly [command: string, does: string])[]): string {
  return `\nExamples:\n${examples.map(([command, does]) => `  ${command}\n      ${does}`).join('\n')}`;
}
