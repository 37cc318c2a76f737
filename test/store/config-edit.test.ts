import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { addZoneToConfig } from '../../src/store/config-edit.ts';

const add = (text: string, name = 'new.example', policy?: string) =>
  addZoneToConfig(text, name, { file: `zones/${name}.zone`, ...(policy === undefined ? {} : { policy }) }).text;

describe('a zone entered into the configuration', () => {
  it('starts a new file', () => {
    expect(add('')).toBe('zones:\n  new.example:\n    file: zones/new.example.zone\n');
  });

  it('stands behind the last zone, in its indentation, with everything else as it was', () => {
    const before = [
      '# Zones of the club',
      'policies:',
      "  default:   {signatures: {validity: '30d'}}      # a month",
      'zones:',
      '    a.example:       # the first',
      '        file:   a.zone',
      '    b.example: {file: "b.zone"}   # the last',
      '    # c.example: not yet',
      '',
      'alerts:   {}',
      '',
    ];
    const after = [...before];
    after.splice(7, 0, '    new.example:', '      file: zones/new.example.zone', '      policy: default');
    expect(add(before.join('\n'), 'new.example', 'default')).toBe(after.join('\n'));
    expect(add(before.join('\r\n'), 'new.example', 'default')).toBe(after.join('\r\n'));
  });

  it.each([
    ['zones:', 'zones:\n  new.example:\n    file: zones/new.example.zone\n'],
    ['zones: # none yet\n', 'zones: # none yet\n  new.example:\n    file: zones/new.example.zone\n'],
    ['zones:\n  a.example:', 'zones:\n  a.example:\n  new.example:\n    file: zones/new.example.zone\n'],
    ['# only words', '# only words\nzones:\n  new.example:\n    file: zones/new.example.zone\n'],
    ['zones: {}\n', 'zones:\n  new.example:\n    file: zones/new.example.zone\n'],
    ['{}', 'zones:\n  new.example:\n    file: zones/new.example.zone\n'],
    ['zones: # none\n  {} # here\nalerts: {}\n', undefined],
    ['zones: { a.example: { file: a } }\n# end\n', undefined],
    ['{ zones: { a.example: { file: a } }, alerts: {} }', undefined],
    ['---\nalerts: {}\n...\n', undefined],
  ])('after %j', (before, after) => {
    const text = add(before);
    if (after !== undefined) expect(text).toBe(after);
    const old = parse(before) as { zones?: object } | null;
    expect(parse(text)).toEqual({
      ...old,
      zones: { ...old?.zones, 'new.example': { file: 'zones/new.example.zone' } },
    });
  });

  it.each(['', 'zones: {}\n', '{ zones: { a.example: { file: a } } }', '\nzones:\n  a.example: { file: a }\n'])(
    'behind a first line for editors, which stays the first (%j)',
    (rest) => {
      const first = '# yaml-language-server: $schema=docs/dnssec.schema.json\n';
      const text = add(first + rest);
      expect(text.startsWith(first)).toBe(true);
      expect((parse(text) as { zones: object }).zones).toHaveProperty(['new.example', 'file']);
    },
  );

  it('that is there already, in whatever spelling, changes nothing', () => {
    const text = 'zones: { NEW.example.: }';
    expect(addZoneToConfig(text, 'new.example', { file: 'x' })).toEqual({ text, changed: false });
  });

  it('may have any name', () => {
    const names = fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name !== '__proto__');
    fc.assert(
      fc.property(names, fc.constantFrom('', 'zones:\n  a.example:\n    file: a\nalerts: {}\n'), (name, before) => {
        const text = addZoneToConfig(before, name, { file: name }).text;
        expect((parse(text) as { zones: Record<string, unknown> }).zones[name]).toEqual({ file: name });
      }),
      { numRuns: 300 },
    );
  });
});
