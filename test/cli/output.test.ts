import { describe, expect, it } from 'vitest';
import { createOutput, type OutputFlags, styleFor } from '../../src/cli/output.ts';
import { recordingStream } from './recorder.ts';

const FLAGS: OutputFlags = { json: false, quiet: false, verbose: false, color: true };

function output(flags: Partial<OutputFlags> = {}, terminal = false) {
  const stdout = recordingStream();
  const stderr = Object.assign(recordingStream(), { isTTY: terminal, columns: 60 });
  let time = 0;
  const out = createOutput(stdout, stderr, {}, { ...FLAGS, color: false, ...flags }, () => time);
  return { out, stdout: stdout.text, stderr: stderr.text, tick: (ms: number) => (time += ms) };
}

describe('output', () => {
  it('puts results on standard output and words on standard error', () => {
    const { out, stdout, stderr } = output();
    out.line('result');
    out.json({ result: 1 });
    out.say('words');
    out.warn('careful');
    out.detail('detail');
    out.octets(Uint8Array.of(0x41, 0x0a));
    expect(stdout()).toBe('result\nA\n');
    expect(stderr()).toBe('words\nwarning: careful\n');
  });

  it('under --json prints one document on standard output and nothing else there', () => {
    const { out, stdout, stderr } = output({ json: true });
    out.line('result');
    out.say('words');
    out.json({ result: [1, 2] });
    expect(stdout()).toBe('{"result":[1,2]}\n');
    expect(stderr()).toBe('words\n');
    expect(() => out.json({})).toThrow(TypeError);
  });

  it('under --quiet leaves out words, but neither results nor warnings', () => {
    const { out, stdout, stderr } = output({ quiet: true }, true);
    out.line('result');
    out.say('words');
    out.warn('careful');
    out.remark({ severity: 'warning', message: 'look', file: 'f', line: 1 });
    out.progress('reading', 1, 2);
    expect(stdout()).toBe('result\n');
    expect(stderr()).toBe('warning: careful\nf:1: warning: look\n');
  });

  it('under --verbose prints details', () => {
    const { out, stderr } = output({ verbose: true });
    out.detail('detail');
    expect(stderr()).toBe('detail\n');
  });
});

describe('progress', () => {
  it('is drawn on terminals only', () => {
    const { out, stderr } = output();
    out.progress('reading', 1, 2);
    expect(stderr()).toBe('');
  });

  it('is drawn in place, not too often, and wiped before words', () => {
    const { out, stderr, tick } = output({}, true);
    tick(1000);
    out.progress('signing', 1234, 10000);
    out.progress('signing', 1235, 10000);
    tick(200);
    out.progress('reading', 50, 0);
    out.say('done');
    out.say('really');
    expect(stderr()).toBe('\r\x1b[Ksigning 12 % (1,234 of 10,000)\r\x1b[Kreading 50\r\x1b[Kdone\nreally\n');
  });

  it('is no wider than the terminal', () => {
    const { out, stderr, tick } = output({}, true);
    tick(1000);
    out.progress('x'.repeat(500), 1, 2);
    expect(stderr().length).toBeLessThan(65);
  });
});

describe('colours', () => {
  const terminal = { write: () => true, isTTY: true };
  const pipe = { write: () => true };
  const has = (...parts: Parameters<typeof styleFor>) => styleFor(...parts).red('x') !== 'x';
  it.each<[string, boolean, Parameters<typeof styleFor>]>([
    ['a terminal', true, [terminal, {}, true]],
    ['a pipe', false, [pipe, {}, true]],
    ['--no-color', false, [terminal, { FORCE_COLOR: '1' }, false]],
    ['NO_COLOR', false, [terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, true]],
    ['an empty NO_COLOR', true, [terminal, { NO_COLOR: '' }, true]],
    ['FORCE_COLOR', true, [pipe, { FORCE_COLOR: '1' }, true]],
    ['FORCE_COLOR=0', false, [terminal, { FORCE_COLOR: '0' }, true]],
    ['a dumb terminal', false, [terminal, { TERM: 'dumb' }, true]],
  ])('%s: %s', (_, expected, parts) => {
    expect(has(...parts)).toBe(expected);
  });
});
