import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyMemory, printZoneMemory } from '../../src/rollover/zone-memory.ts';
import { statePlace } from '../../src/store/state-place.ts';
import { hasZoneState, readZoneMemory, withZoneState, writeZoneMemory } from '../../src/store/zone-state.ts';
import { FULL_MEMORY, NOW } from '../rollover/memories.ts';

let base: string;
let directory: string;
beforeEach(() => {
  base = fs.mkdtempSync(join(tmpdir(), 'dnssec-state-'));
  directory = join(base, 'a', 'state');
});
afterEach(() => fs.rmSync(base, { recursive: true }));

const modeOf = (path: string) => (fs.statSync(path).mode & 0o7777).toString(8);

describe('the memory of a zone', () => {
  it('is written for the owner only, in a directory for the owner only, and read back', async () => {
    expect(readZoneMemory(directory, 'example.com')).toBeUndefined();
    expect(hasZoneState(directory, 'example.com')).toBe(false);
    await writeZoneMemory(directory, FULL_MEMORY);
    expect(readZoneMemory(directory, 'example.com')).toStrictEqual(FULL_MEMORY);
    expect(hasZoneState(directory, 'example.com')).toBe(true);
    expect(fs.readdirSync(directory)).toEqual(['example.com.json']);
    expect([modeOf(directory), modeOf(join(directory, 'example.com.json'))]).toEqual(['700', '600']);
  });

  it('replaces the one before it, whatever permissions that had', async () => {
    await writeZoneMemory(directory, FULL_MEMORY);
    fs.chmodSync(join(directory, 'example.com.json'), 0o666);
    const next = { ...FULL_MEMORY, lastPass: NOW + 60 };
    await writeZoneMemory(directory, next);
    expect(readZoneMemory(directory, 'example.com')).toStrictEqual(next);
    expect(modeOf(join(directory, 'example.com.json'))).toBe('600');
  });

  it('that could not be read back is not written', async () => {
    await writeZoneMemory(directory, FULL_MEMORY);
    for (const wrong of [{ lastPass: -1 }, { wakeAt: NOW + 0.5 }, { keys: [FULL_MEMORY.keys[1]!] }]) {
      await expect(writeZoneMemory(directory, { ...FULL_MEMORY, ...wrong })).rejects.toMatchObject({
        code: 'STATE_INVALID',
      });
    }
    expect(readZoneMemory(directory, 'example.com')).toStrictEqual(FULL_MEMORY);
    expect(fs.readdirSync(directory)).toEqual(['example.com.json']);
  });

  it.each<[string, (path: string) => void, string, string | RegExp]>([
    [
      'is another zone’s',
      (path) => fs.writeFileSync(path, printZoneMemory(FULL_MEMORY)),
      'STATE_INVALID',
      'another zone',
    ],
    [
      'is larger than 4 MiB',
      (path) => fs.writeFileSync(path, ' '.repeat(4 * 1024 * 1024 + 1)),
      'STATE_INVALID',
      'too large',
    ],
    ['is empty', (path) => fs.writeFileSync(path, ''), 'STATE_INVALID', 'is empty'],
    ['is binary', (path) => fs.writeFileSync(path, Buffer.from([0, 255, 254])), 'STATE_INVALID', 'is not JSON'],
    ['is a directory', (path) => fs.mkdirSync(path), 'FILE_UNREADABLE', 'not a regular file'],
    ['is a pipe', (path) => void spawnSync('mkfifo', [path]), 'FILE_UNREADABLE', 'not a regular file'],
    ['is a link to itself', (path) => fs.symlinkSync(path, path), 'FILE_UNREADABLE', 'symbolic links'],
  ])('that %s is refused', (_, make, code, message) => {
    fs.mkdirSync(directory, { recursive: true });
    const path = join(directory, 'example.net.json');
    make(path);
    const read = () => readZoneMemory(directory, 'example.net');
    expect(read).toThrow(expect.objectContaining({ code }));
    expect(read).toThrow(message);
    expect(read).toThrow(path);
  });

  it('is not looked for in what is no directory', async () => {
    fs.writeFileSync(join(base, 'a'), '');
    expect(() => readZoneMemory(directory, 'example.com')).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE' }),
    );
    await expect(writeZoneMemory(directory, FULL_MEMORY)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
});

describe('the names of the files of a zone', () => {
  it.each([
    ['example.com', 'example.com'],
    ['.', '@'],
    ['@.example', '%40.example'],
    ['128/25.2.0.192.in-addr.arpa', '128%2F25.2.0.192.in-addr.arpa'],
    ['_dmarc.example.com', '_dmarc.example.com'],
    ['a\\.b.example', 'a%2Eb.example'],
    ['\\.', '%2E'],
    ['\\.\\.', '%2E%2E'],
    ['\\.\\./\\.\\./etc/passwd', '%2E%2E%2F%2E%2E%2Fetc%2Fpasswd'],
    ['\\000\\255', '%00%FF'],
    ['~', '%7E'],
  ])('of %s begin with %s', (zone, stem) => {
    expect(statePlace('/state', zone)).toEqual({
      memory: `/state/${stem}.json`,
      log: `/state/${stem}.log`,
      lock: `/state/.${stem}.lock`,
    });
  });

  it('lie in the directory, whatever the zone is called, and can be made', async () => {
    const long = [1, 2, 3].map((n) => `${n}${'\\000'.repeat(62)}`).join('.');
    const longer = `${long.slice(0, -4)}\\001`;
    for (const zone of ['.', '\\.\\.', 'a/b', '%2e', long, longer]) {
      const { memory, log, lock } = statePlace(directory, zone);
      expect([memory, log, lock].map(dirname)).toEqual([directory, directory, directory]);
      await withZoneState(directory, zone, () => writeZoneMemory(directory, emptyMemory(zone, NOW)));
      expect(readZoneMemory(directory, zone)).toEqual(emptyMemory(zone, NOW));
    }
    expect(fs.readdirSync(directory)).toHaveLength(6);
    expect(fs.readdirSync(base)).toEqual(['a']);
  });

  it('of what is no name are refused', () => {
    for (const zone of ['', '..', '../x', 'a..b', 'x'.repeat(64)]) {
      expect(() => statePlace('/state', zone), zone).toThrow(RangeError);
    }
  });
});

describe('a pass over a zone', () => {
  it('keeps every other one waiting until it is over', async () => {
    const order: string[] = [];
    const pass = (name: string, milliseconds: number) =>
      withZoneState(directory, 'example.com', async () => {
        order.push(`${name} begins`);
        await new Promise((wake) => setTimeout(wake, milliseconds));
        order.push(`${name} ends`);
        return name;
      });
    expect(await Promise.all([pass('a', 200), pass('b', 10)])).toEqual(['a', 'b']);
    const first = order[0]!.slice(0, 1);
    const second = first === 'a' ? 'b' : 'a';
    expect(order).toEqual([`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`]);
    expect(fs.readdirSync(directory)).toEqual([]);
    expect(modeOf(directory)).toBe('700');
  });

  it('does not wait for that of another zone', async () => {
    const both = withZoneState(directory, 'a.test', () => withZoneState(directory, 'b.test', async () => 'both'));
    expect(await both).toBe('both');
  });

  it('gives the zone free when it fails', async () => {
    const failed = withZoneState(directory, 'a.test', () => Promise.reject(new Error('no')));
    await expect(failed).rejects.toThrow('no');
    expect(await withZoneState(directory, 'a.test', async () => fs.readdirSync(directory))).toEqual(['.a.test.lock']);
  });

  it('removes what a dead one left of its memory', async () => {
    fs.mkdirSync(directory, { recursive: true });
    const left = join(directory, `.a.test.json.tmp-${2 ** 22 + 1}-0123456789ab`);
    fs.writeFileSync(left, '{');
    await withZoneState(directory, 'b.test', async () => undefined);
    expect(fs.existsSync(left)).toBe(true);
    await withZoneState(directory, 'a.test', async () => undefined);
    expect(fs.readdirSync(directory)).toEqual([]);
  });
});
