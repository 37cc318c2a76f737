import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EXIT } from '../../../src/base/errors.ts';
import { configCommand } from '../../../src/cli/commands/config.ts';
import { recordContext } from '../recorder.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'config-command-'));
  mkdirSync(join(directory, 'zones'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const put = (name: string, text: string) => writeFileSync(join(directory, name), text);

async function run(name: string, args: readonly string[] = [], { json = false, config = 'dnssec.yaml' } = {}) {
  const recorder = recordContext({ cwd: directory, global: { json, config } });
  const command = configCommand.subcommands!.find((candidate) => candidate.name === name)!;
  const exit = await command.run!(recorder.context, args, {});
  return { exit, stdout: recorder.stdout(), stderr: recorder.stderr() };
}

describe('dnssec config check', () => {
  test('says what the configuration comes to, in a line for each fact', async () => {
    put('zones/a.zone', '');
    put('zones/b.example.zone', '');
    put(
      'dnssec.yaml',
      'policies: { mine: { zonemd: true } }\nzones: { a.example: { file: zones/a.zone, policy: mine }, b.example: }\n',
    );
    expect(await run('check')).toEqual({
      exit: EXIT.done,
      stdout: 'file: dnssec.yaml, without mistakes\nzones: 2\npolicies: default (built in, 1 zone), mine (1 zone)\n',
      stderr: '',
    });
  });

  test('names the policy insecure where it is used', async () => {
    put('a.zone', '');
    put('dnssec.yaml', 'zones: { a.example: { file: a.zone, policy: insecure } }\n');
    const { stdout } = await run('check');
    expect(stdout).toContain('policies: default (built in, 0 zones), insecure (built in, 1 zone)\n');
  });

  test('warns of policies that nobody uses and of zones without a file, each at its place, in the order of the file', async () => {
    mkdirSync(join(directory, 'is.zone'));
    put(
      'dnssec.yaml',
      [
        'zones:',
        '  A.example.:',
        '    file: gone.zone',
        '  b.example:',
        '  c.example: { file: is.zone }',
        'policies:',
        '  spare: { zonemd: true }',
        '  insecure: { zonemd: true }',
        '  default: {}',
        '',
      ].join('\n'),
    );
    const { exit, stderr } = await run('check');
    expect(exit).toBe(EXIT.done);
    expect(stderr.split('\n').filter((line) => /^\S/.test(line))).toEqual([
      `dnssec.yaml:3:5: warning: zone a.example has no file: ${join(directory, 'gone.zone')} is not there`,
      `dnssec.yaml:4:3: warning: zone b.example has no file in ${join(directory, 'zones')}`,
      `dnssec.yaml:5:16: warning: zone c.example has no file: ${join(directory, 'is.zone')} is not there`,
      'dnssec.yaml:7:3: warning: no zone has the policy spare',
      'dnssec.yaml:8:3: warning: no zone has the policy insecure',
    ]);
    const { stdout } = await run('check', [], { json: true });
    expect(JSON.parse(stdout)).toMatchObject({
      file: join(directory, 'dnssec.yaml'),
      zones: 3,
      policies: [
        { name: 'default', zones: 3, defined: true },
        { name: 'insecure', zones: 0, defined: true },
        { name: 'spare', zones: 0, defined: true },
      ],
      warnings: [{ severity: 'warning', line: 3, column: 5 }, { line: 4 }, { line: 5 }, { line: 7 }, { line: 8 }],
    });
  });

  test('tells all mistakes at once', async () => {
    put('dnssec.yaml', 'zones: { a: { fiel: b } }\npolicies: { p: { zonemd: 1, keys: { ksk: { lifetime: 1h } } } }\n');
    await expect(run('check')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      diagnostics: [
        { line: 1, column: 15 },
        { line: 2, column: 26 },
        { line: 2, column: 54 },
      ],
    });
  });
});

describe('dnssec config show', () => {
  const TEXT = [
    'policies:',
    '  default:',
    '    timing: { ds-ttl: 2d }',
    '  mine:',
    '    keys:',
    '      csk: { lifetime: unlimited }',
    'zones:',
    '  a.example:',
    '    policy: mine',
    '    after-sign: [ "reload \\"a\\"\\e[2J", two ]',
    '',
  ].join('\n');

  test('prints each setting of a zone with its value and where it is said', async () => {
    put('dnssec.yaml', TEXT);
    const { exit, stdout } = await run('show', ['A.EXAMPLE.']);
    expect(exit).toBe(EXIT.done);
    const lines = stdout.split('\n').map((line) => line.split(/ +# /));
    expect(lines.slice(0, 8)).toEqual([
      [`file: ${join(directory, 'zones/a.example.zone')}`, 'built in'],
      ['policy: mine', 'zone (dnssec.yaml:9)'],
      ['observe.servers: auto', 'built in'],
      ['observe.parent: auto', 'built in'],
      ['after-sign: ["reload \\"a\\"\\u001b[2J", "two"]', 'zone (dnssec.yaml:10)'],
      ['notify: []', 'built in'],
      ['keys.csk.algorithm: ECDSAP256SHA256', 'built in'],
      ['keys.csk.lifetime: unlimited', 'policy mine (dnssec.yaml:6)'],
    ]);
    expect(lines).toContainEqual(['timing.ds-ttl: 2d', 'policy default (dnssec.yaml:3)']);
    expect(lines).toContainEqual([`directories.keys: ${join(directory, 'keys')}`, 'built in']);
  });

  test('without a zone, what holds for zones that say nothing', async () => {
    put('dnssec.yaml', TEXT);
    const { stdout } = await run('show');
    expect(stdout).toMatch(/^policy: default +# built in\nkeys\.ksk\.algorithm: ECDSAP256SHA256 +# built in\n/);
    expect(stdout).toMatch(/^timing\.ds-ttl: 2d +# policy default \(dnssec\.yaml:3\)$/m);
    expect(stdout).not.toContain('observe');
  });

  test('as data, with the file that is named', async () => {
    put('other.yaml', TEXT);
    const { stdout } = await run('show', ['a.example'], { json: true, config: 'other.yaml' });
    const document = JSON.parse(stdout) as { settings: readonly unknown[] };
    expect(document).toMatchObject({ zone: 'a.example', file: join(directory, 'other.yaml') });
    expect(document.settings).toContainEqual({
      key: 'keys.csk.lifetime',
      value: 'unlimited',
      origin: { from: 'policy', name: 'mine', line: 6 },
    });
    expect(document.settings).toContainEqual({
      key: 'denial.salt-length',
      value: 8,
      origin: { from: 'built in', name: null, line: null },
    });
  });

  test('of a zone file that the configuration does not name: what it would be signed with', async () => {
    put('dnssec.yaml', TEXT);
    put('zones/new.example.zone', '');
    const { stdout } = await run('show', ['new.example']);
    expect(stdout).toMatch(/^policy: default +# built in$/m);
    expect(stdout).toMatch(/^timing\.ds-ttl: 2d +# policy default/m);
  });

  test('refuses a zone that there is none of, with the nearest name', async () => {
    put('dnssec.yaml', TEXT);
    await expect(run('show', ['b.example'])).rejects.toMatchObject({
      code: 'ZONE_NOT_FOUND',
      hint: expect.stringContaining('Did you mean a.example?'),
    });
    await expect(run('show', ['-'])).rejects.toMatchObject({ code: 'USAGE' });
  });
});
