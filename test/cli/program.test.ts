import { describe, expect, it } from 'vitest';
import { DnssecError, EXIT } from '../../src/base/errors.ts';
import type { CommandContext, CommandDefinition, OptionValues } from '../../src/cli/command.ts';
import type { CommandEntry } from '../../src/cli/commands.ts';
import { runProgram } from '../../src/cli/program.ts';
import { recordingStream } from './recorder.ts';

interface Call {
  readonly context: CommandContext;
  readonly args: readonly unknown[];
  readonly options: OptionValues;
}

/** Runs one command line against a small set of commands, and tells what came of it. */
async function run(...argv: string[]) {
  const calls: Call[] = [];
  const loaded: string[] = [];
  const sign: CommandDefinition = {
    name: 'sign',
    summary: 'sign zones',
    description: 'Signs what it is given.',
    arguments: [{ syntax: '[zones...]', summary: 'zones or zone files' }],
    options: [
      { flags: '-3, --salt <SALT>', summary: 'NSEC3 salt' },
      { flags: '-A', summary: 'opt-out' },
      { flags: '-t', summary: 'statistics' },
      { flags: '--nsec', summary: 'NSEC' },
      { flags: '-s, --start <TIME>', summary: 'inception', default: 'now-1h' },
      { flags: '-k, --key <FILE>', summary: 'key', repeatable: true },
    ],
    examples: [['dnssec sign example.com', 'signs it']],
    run: async (context, args, options) => {
      calls.push({ context, args, options });
      if (Array.isArray(args[0]) && args[0][0] === 'bad') {
        throw new DnssecError('ZONE_INVALID', 'the zone has 1 error', {
          diagnostics: [
            { severity: 'error', message: 'no such type', file: 'bad', line: 2, column: 3, width: 2, text: 'a BB c' },
          ],
          hint: 'Correct it.',
        });
      }
      if (Array.isArray(args[0]) && args[0][0] === 'defect') throw new RangeError('boom');
      context.out.json({ signed: args[0] });
      context.out.line('signed');
      return EXIT.findings;
    },
  };
  const keys: CommandDefinition = {
    name: 'keys',
    summary: 'list keys',
    arguments: [{ syntax: '[zone]', summary: 'the zone' }],
    run: async (context, args, options) => {
      calls.push({ context, args, options });
      return EXIT.done;
    },
    subcommands: [
      {
        name: 'import',
        summary: 'import keys',
        arguments: [{ syntax: '<file>', summary: 'a file' }],
        run: async (context, args, options) => {
          calls.push({ context, args: ['import', ...args], options });
          return EXIT.done;
        },
      },
    ],
  };
  const entries: readonly CommandEntry[] = [sign, keys].map((definition) => ({
    name: definition.name,
    summary: definition.summary,
    load: async () => {
      loaded.push(definition.name);
      return definition;
    },
  }));
  const stdout = recordingStream();
  const stderr = recordingStream();
  const surroundings = { version: '9.9.9', stdout, stderr, env: {}, cwd: '/', now: () => 0 };
  const code = await runProgram(argv, entries, surroundings);
  return { code, calls, loaded, stdout: stdout.text(), stderr: stderr.text() };
}

describe('the command line', () => {
  it('loads the module of the called command and no other', async () => {
    expect((await run('sign', 'x')).loaded).toEqual(['sign']);
    expect((await run('--help')).loaded).toEqual([]);
  });

  it('hands over arguments, options and the exit code', async () => {
    const { code, calls, stdout } = await run('sign', '-At', '-3', '-', '-s', '-1h', 'a', 'b', '-k', 'x', '-k', 'y');
    expect(code).toBe(EXIT.findings);
    expect(stdout).toBe('signed\n');
    expect(calls[0]?.args).toEqual([['a', 'b']]);
    expect(calls[0]?.options).toEqual({ salt: '-', A: true, t: true, start: '-1h', key: ['x', 'y'] });
  });

  it('takes the global flags before and after the command', async () => {
    for (const argv of [
      ['--json', '--config', 'c.yaml', '--dry-run', 'sign', 'a'],
      ['sign', 'a', '--json', '--config', 'c.yaml', '--dry-run'],
      ['--config=c.yaml', 'sign', '--json', '--nsec', '--dry-run', 'a'],
    ]) {
      const { calls, stdout } = await run(...argv);
      expect(calls[0]?.args).toEqual([['a']]);
      expect(calls[0]?.context.global).toEqual({
        json: true,
        quiet: false,
        verbose: false,
        dryRun: true,
        config: 'c.yaml',
      });
      expect(stdout).toBe('{"signed":["a"]}\n');
    }
  });

  it('takes what stands behind -- as arguments', async () => {
    const { calls } = await run('sign', '--', '--json', '-x');
    expect(calls[0]?.args).toEqual([['--json', '-x']]);
    expect(calls[0]?.context.global.json).toBe(false);
  });

  it('runs a command that has subcommands, and its subcommands', async () => {
    expect((await run('keys', 'example.com')).calls[0]?.args).toEqual(['example.com']);
    expect((await run('keys', 'import', 'file')).calls[0]?.args).toEqual(['import', 'file']);
  });
});

describe('wrong usage', () => {
  it.each([
    [['sgin'], "unknown command 'sgin'", 'Did you mean sign?'],
    [['sign', '--nsce'], "unknown option '--nsce'", 'Did you mean --nsec?'],
    [['sign', '--jsno'], "unknown option '--jsno'", 'Did you mean --json?'],
    [['sign', '-3'], "option '-3, --salt <SALT>' argument missing", 'dnssec sign --help'],
    [['keys', 'a', 'b'], "too many arguments for 'keys'", 'dnssec keys --help'],
    [['keys', 'import'], "missing required argument 'file'", 'dnssec keys --help'],
    [[], 'say what to do', 'sign, keys'],
    [['--config'], "option '--config <FILE>' argument missing", 'dnssec --help'],
  ])('%j exits 2, says what is wrong and what is near', async (argv, message, hint) => {
    const { code, stdout, stderr, calls } = await run(...argv);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(stdout).toBe('');
    expect(calls).toEqual([]);
  });

  it('is told as data under --json', async () => {
    const { code, stdout } = await run('sign', '--nsce', '--json');
    expect(code).toBe(EXIT.usage);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'USAGE', message: "unknown option '--nsce'" } });
  });
});

describe('help', () => {
  it('lists the commands', async () => {
    for (const argv of [['--help'], ['-h'], ['help']]) {
      const { code, stdout, stderr } = await run(...argv);
      expect(code).toBe(EXIT.done);
      expect(stdout).toMatch(/sign .*sign zones\n.*keys .*list keys/s);
      expect(stderr).toBe('');
    }
  });

  it('shows a command with its options, examples and the global flags', async () => {
    for (const argv of [
      ['sign', '--help'],
      ['help', 'sign'],
    ]) {
      const { code, stdout } = await run(...argv);
      expect(code).toBe(EXIT.done);
      for (const part of ['Signs what it is given.', '-3, --salt <SALT>', 'dnssec sign example.com', '--dry-run']) {
        expect(stdout).toContain(part);
      }
    }
  });

  it('prints the version', async () => {
    for (const argv of [['--version'], ['-V'], ['sign', '-V']]) {
      expect(await run(...argv)).toMatchObject({ code: EXIT.done, stdout: '9.9.9\n' });
    }
  });
});

describe('errors of a command', () => {
  it('are a sentence, the places with a caret, and what to do', async () => {
    const { code, stderr } = await run('sign', 'bad');
    expect(code).toBe(EXIT.findings);
    expect(stderr).toBe(
      'error: the zone has 1 error\nbad:2:3: error: no such type\n    a BB c\n      ^~\nCorrect it.\n',
    );
  });

  it('are one document under --json', async () => {
    const { stdout } = await run('sign', 'bad', '--json');
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'ZONE_INVALID',
        message: 'the zone has 1 error',
        hint: 'Correct it.',
        diagnostics: [
          { severity: 'error', message: 'no such type', file: 'bad', line: 2, column: 3, width: 2, text: 'a BB c' },
        ],
      },
    });
  });

  it('that are defects ask for a report, with the stack only under --verbose', async () => {
    const plain = await run('sign', 'defect');
    expect(plain.code).toBe(EXIT.failed);
    expect(plain.stderr).toContain('boom');
    expect(plain.stderr).toContain('report');
    expect(plain.stderr).not.toContain('program.test.ts');
    expect((await run('sign', 'defect', '--verbose')).stderr).toContain('program.test.ts');
  });
});
