import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { ended, PROGRAM, printed, runDnssec, scratchDirectory, startNode, startScript } from './processes.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

describe('the program', () => {
  it('prints its version and loads nothing else for it', async () => {
    const coverage = scratchDirectory();
    expect(await runDnssec(['--version'], { env: { NODE_V8_COVERAGE: coverage } })).toEqual({
      code: 0,
      signal: null,
      stdout: `${version}\n`,
      stderr: '',
    });
    const [report = ''] = readdirSync(coverage);
    const { result } = JSON.parse(readFileSync(join(coverage, report), 'utf8')) as { result: { url: string }[] };
    expect(result.map(({ url }) => url).filter((url) => url.startsWith('file:'))).toEqual([`file://${PROGRAM}`]);
  });

  it('lists its commands', async () => {
    const { code, stdout, stderr } = await runDnssec(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const { name, summary } of COMMANDS) expect(stdout).toMatch(new RegExp(`^ +${name}\\b.* ${summary}`, 'm'));
  });

  it.each(COMMANDS.map(({ name }) => name))('explains %s', async (name) => {
    const { code, stdout, stderr } = await runDnssec([name, '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Examples:');
  });

  it('refuses an unknown command with exit code 2', async () => {
    const { code, stdout, stderr } = await runDnssec(['frobnicate']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: unknown command 'frobnicate'\n/);
    expect(stderr).not.toContain('    at ');
  });

  it('tells errors as one JSON document under --json', async () => {
    const { code, stdout } = await runDnssec(['--json', 'frobnicate']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'USAGE', message: "unknown command 'frobnicate'" } });
  });

  it('prints no colours into a pipe, unless they are forced', async () => {
    expect((await runDnssec(['frobnicate'])).stderr).not.toContain('\x1b');
    expect((await runDnssec(['frobnicate'], { env: { FORCE_COLOR: '1' } })).stderr).toContain('\x1b[31m');
    expect((await runDnssec(['frobnicate', '--no-color'], { env: { FORCE_COLOR: '1' } })).stderr).not.toContain('\x1b');
  });

  it.each([['--help'], ['--version']])('says so when standard output is full: %s', async (flag) => {
    const full = openSync('/dev/full', 'w');
    const { code, stderr } = await runDnssec([flag], { stdio: ['ignore', full, 'pipe'] });
    closeSync(full);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error: cannot write standard output: no space left on the device\n' +
        'Free some space and run again; the old files are as they were.\n',
    );
  });

  it('ends quietly when nobody reads its output', async () => {
    const child = startNode([PROGRAM, '--help']);
    child.stdout?.destroy();
    expect(await ended(child)).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('the configuration', () => {
  it('with mistakes is refused whole, each with its place and exit code 2', async () => {
    const cwd = scratchDirectory();
    mkdirSync(join(cwd, 'keys'), { mode: 0o700 });
    writeFileSync(
      join(cwd, 'dnssec.yaml'),
      'zonse: {}\npolicies:\n  default:\n    signatures: { validity: 30 dyas }\n',
    );
    const { code, stdout, stderr } = await runDnssec(['keys', 'example.com'], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      [
        'error: the configuration dnssec.yaml has 2 mistakes',
        'dnssec.yaml:1:1: error: there is no key zonse',
        '    zonse: {}',
        '    ^~~~~',
        '    Did you mean zones?',
        'dnssec.yaml:4:29: error: policies.default.signatures.validity must be a duration, such as 30d, 12h, 1w2d or seconds',
        '        signatures: { validity: 30 dyas }',
        '                                ^~~~~~~',
        '',
      ].join('\n'),
    );
  });
});

describe('a signal', () => {
  const SCRIPT = `
    import { watchProcess } from '$DIST/cli/process.js';
    import { AtomicFile } from '$DIST/store/files.js';
    import { cleanUp } from '$DIST/store/ending.js';
    import { acquireLock } from '$DIST/store/lock.js';
    watchProcess(process, cleanUp, () => 1);
    const directory = process.argv[1];
    await acquireLock(directory + '/lock');
    const file = new AtomicFile(directory + '/target');
    file.write(Buffer.from('half'));
    console.log('ready');
    setInterval(() => {}, 1000);
  `;

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s ends the program by itself, and leaves nothing behind',
    async (signal) => {
      const directory = scratchDirectory();
      writeFileSync(join(directory, 'target'), 'old');
      const child = startScript(SCRIPT, [directory]);
      const end = ended(child);
      await printed(child, 'ready');
      expect(readdirSync(directory)).toHaveLength(3);
      child.kill(signal);
      expect(await end).toMatchObject({ signal, stderr: '' });
      expect(readdirSync(directory)).toEqual(['target']);
      expect(readFileSync(join(directory, 'target'), 'utf8')).toBe('old');
    },
  );
});
