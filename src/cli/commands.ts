/** The commands by name. A command's module is loaded when it is called, and no other. */
import type { CommandDefinition } from './command.ts';

/** What is known of a command before its module is loaded. */
export interface CommandEntry {
  readonly name: string;
  /** One line for `dnssec --help`. */
  readonly summary: string;
  readonly load: () => Promise<CommandDefinition>;
}

/**
 * Every command, in the order of `dnssec --help`. To add one: write its definition in `commands/NAME.ts` and enter
 * it here; a test holds the two summaries together.
 */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'add',
    summary: 'take a zone under management',
    load: async () => (await import('./commands/add.ts')).addCommand,
  },
  {
    name: 'adopt',
    summary: 'take a zone over with the keys that it has',
    load: async () => (await import('./commands/adopt.ts')).adoptCommand,
  },
  {
    name: 'keygen',
    summary: 'create keys for a zone',
    load: async () => (await import('./commands/keygen.ts')).keygenCommand,
  },
  {
    name: 'sign',
    summary: 'sign zone files',
    load: async () => (await import('./commands/sign.ts')).signCommand,
  },
  {
    name: 'roll',
    summary: 'roll keys by hand, or say what the parent shows',
    load: async () => (await import('./commands/roll.ts')).rollCommand,
  },
  {
    name: 'status',
    summary: 'show where the zones stand',
    load: async () => (await import('./commands/status.ts')).statusCommand,
  },
  {
    name: 'plan',
    summary: 'show what will happen to the keys, and when',
    load: async () => (await import('./commands/plan.ts')).planCommand,
  },
  {
    name: 'why',
    summary: 'say what a zone waits for',
    load: async () => (await import('./commands/why.ts')).whyCommand,
  },
  {
    name: 'log',
    summary: "show a zone's audit log, or check it",
    load: async () => (await import('./commands/log.ts')).logCommand,
  },
  {
    name: 'verify',
    summary: 'verify a signed zone file completely',
    load: async () => (await import('./commands/verify.ts')).verifyCommand,
  },
  {
    name: 'ds',
    summary: 'print what the parent zone needs',
    load: async () => (await import('./commands/ds.ts')).dsCommand,
  },
  {
    name: 'keys',
    summary: 'list, import and export keys',
    load: async () => (await import('./commands/keys.ts')).keysCommand,
  },
  {
    name: 'config',
    summary: 'check the configuration, and show what is in force',
    load: async () => (await import('./commands/config.ts')).configCommand,
  },
];
