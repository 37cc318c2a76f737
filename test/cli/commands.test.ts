import { describe, expect, it } from 'vitest';
import type { CommandDefinition } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands.ts';

/** Flags that belong to the program, not to one command. */
const GLOBAL = /--(?:json|quiet|verbose|no-color|color|config|dry-run|help|version)\b|-[hV]\b/;

function checkDefinition(definition: CommandDefinition, path: string): void {
  expect(definition.summary, `${path}: the summary`).toMatch(/^[a-z].*[^.]$/);
  expect(definition.examples?.length ?? 0, `${path}: examples`).toBeGreaterThan(0);
  for (const [command] of definition.examples ?? []) expect(command).toMatch(/\bdnssec /);
  for (const { flags, summary } of definition.options ?? []) {
    expect(flags, path).not.toMatch(GLOBAL);
    expect(summary, `${path} ${flags}`).not.toBe('');
  }
  for (const { syntax, summary } of definition.arguments ?? []) expect(summary, `${path} ${syntax}`).not.toBe('');
  expect(definition.run !== undefined || (definition.subcommands ?? []).length > 0, path).toBe(true);
  for (const child of definition.subcommands ?? []) checkDefinition(child, `${path} ${child.name}`);
}

describe('the commands', () => {
  it('have different names', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it.each(COMMANDS.map((entry) => [entry.name, entry] as const))(
    '%s is what its entry says, and explains itself',
    async (name, entry) => {
      const definition = await entry.load();
      expect(definition.name).toBe(name);
      expect(definition.summary).toBe(entry.summary);
      checkDefinition(definition, name);
    },
  );
});
