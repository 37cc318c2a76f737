import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DnssecError } from '../../src/base/errors.ts';
import { currentProcess, isCertainlyGone, type LeaseHolder } from '../../src/store/lease-holder.ts';
import { acquireLock, lockPath, releaseLocks, withLock } from '../../src/store/lock.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = fs.mkdtempSync(join(tmpdir(), 'dnssec-lock-'));
  path = join(directory, 'example.com.lock');
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

/** Leaves a lease as a process of these properties would have. */
function leaveLease(parts: Partial<LeaseHolder>, nonce = '0123456789abcdef', at = path): void {
  fs.writeFileSync(at, JSON.stringify({ ...currentProcess(), ...parts, nonce }));
}
const DEAD: Partial<LeaseHolder> = { pid: 2 ** 22 + 1, started: '12345' };

describe('a lock', () => {
  it('is held by one at a time, and free again after release', async () => {
    const lock = await acquireLock(path);
    expect(lock.isHeld()).toBe(true);
    await expect(acquireLock(path)).rejects.toMatchObject({ code: 'LOCKED', exitCode: 5 });
    lock.release();
    expect(lock.isHeld()).toBe(false);
    expect(fs.readdirSync(directory)).toEqual([]);
    (await acquireLock(path)).release();
  });

  it('that is held is refused with who holds it and since when', async () => {
    leaveLease({ since: 1_767_225_600 });
    const refusal = await acquireLock(path).catch((error: DnssecError) => error);
    expect(refusal).toBeInstanceOf(DnssecError);
    expect((refusal as DnssecError).message).toBe(
      `process ${process.pid} holds the lock ${path} since 2026-01-01 00:00:00 UTC`,
    );
  });

  it('is waited for, up to the time given', async () => {
    const lock = await acquireLock(path);
    setTimeout(() => lock.release(), 150);
    const second = await acquireLock(path, { wait: 20 });
    await expect(acquireLock(path, { wait: 0.2 })).rejects.toMatchObject({ code: 'LOCKED' });
    second.release();
  });

  it('is given back when the work fails', async () => {
    await expect(withLock(path, {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(fs.existsSync(path)).toBe(false);
  });

  it('is given back when the process ends', async () => {
    await acquireLock(path);
    releaseLocks();
    expect(fs.existsSync(path)).toBe(false);
  });

  it('lies beside what it guards', () => {
    expect(lockPath('/zones/example.com.zone')).toBe('/zones/.example.com.zone.lock');
    fs.symlinkSync('target', join(directory, 'link'));
    expect(lockPath(join(directory, 'link'))).toBe(join(directory, '.target.lock'));
  });

  it('does not release the lease of another', async () => {
    const lock = await acquireLock(path);
    leaveLease({});
    expect(lock.isHeld()).toBe(false);
    lock.release();
    expect(fs.existsSync(path)).toBe(true);
  });

  it('in a directory that is not there is a clear error', async () => {
    await expect(acquireLock(join(directory, 'no', 'lock'))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
});

describe('a lock that was left behind', () => {
  it('is taken over from a process that has died', async () => {
    leaveLease(DEAD);
    const lock = await acquireLock(path);
    expect(lock.isHeld()).toBe(true);
    expect(fs.readdirSync(directory)).toEqual(['example.com.lock']);
    lock.release();
  });

  it('is taken over from a process whose number is in use again', async () => {
    leaveLease({ started: '1' });
    (await acquireLock(path)).release();
  });

  it('is taken over even if a taker died while taking over, and nothing of it remains', async () => {
    leaveLease(DEAD, '00000000000000aa');
    leaveLease(DEAD, '00000000000000bb', `${path}.takeover-00000000000000aa`);
    leaveLease(DEAD, '00000000000000cc', `${path}.takeover-00000000000000bb`);
    leaveLease(DEAD, '00000000000000dd', `${path}.takeover-00000000000000ee`);
    const halves = ['example.com.lock', 'example.com.lock.takeover-00000000000000aa'];
    for (const name of halves) fs.writeFileSync(join(directory, `.${name}.tmp-${DEAD.pid}-0123456789ab`), '');
    const lock = await acquireLock(path);
    expect(fs.readdirSync(directory)).toEqual(['example.com.lock']);
    lock.release();
  });

  it('takes its temporary files with it', async () => {
    fs.writeFileSync(join(directory, `.example.com.lock.tmp-${DEAD.pid}-0123456789ab`), '');
    (await acquireLock(path)).release();
    expect(fs.readdirSync(directory)).toEqual([]);
  });

  it('is taken over however many takers died', async () => {
    const nonce = (i: number) => i.toString(16).padStart(16, '0');
    leaveLease(DEAD, nonce(0));
    for (let i = 1; i < 100; i++) leaveLease(DEAD, nonce(i), `${path}.takeover-${nonce(i - 1)}`);
    const lock = await acquireLock(path);
    expect(fs.readdirSync(directory)).toEqual(['example.com.lock']);
    lock.release();
  });

  it('is not taken while another takes it over', async () => {
    leaveLease(DEAD, '00000000000000aa');
    leaveLease({}, '00000000000000bb', `${path}.takeover-00000000000000aa`);
    await expect(acquireLock(path)).rejects.toMatchObject({ code: 'LOCKED' });
  });

  it.each(['', '{', 'null', '[]', '{"pid":"x"}'])(
    'with the content %j counts as held until it is old',
    async (text) => {
      fs.writeFileSync(path, text);
      await expect(acquireLock(path)).rejects.toMatchObject({ code: 'LOCKED' });
      fs.utimesSync(path, 1, 1);
      (await acquireLock(path)).release();
    },
  );
});

describe('the holder of a lease is certainly gone', () => {
  const ours = currentProcess();
  const now = Date.now();
  it.each<[string, Partial<LeaseHolder>, number, boolean]>([
    ['this process', {}, 0, false],
    ['a dead process', DEAD, now, true],
    ['another start of the same number', { started: '1' }, now, true],
    ['another container, just renewed', { pidNamespace: 'pid:[1]', ...DEAD }, now - 60_000, false],
    ['another container, long not renewed', { pidNamespace: 'pid:[1]', ...DEAD }, now - 600_000, true],
    ['another boot of this host', { bootId: 'other' }, 1000, true],
    ['another machine, just renewed', { bootId: 'other', host: 'elsewhere' }, now - 60_000, false],
    ['another machine, long not renewed', { bootId: 'other', host: 'elsewhere' }, now - 600_000, true],
    ['nobody, just written', { pid: 0, host: '', bootId: '', pidNamespace: '', started: '' }, now, false],
    ['nobody, long ago', { pid: 0, host: '', bootId: '', pidNamespace: '', started: '' }, 0, true],
  ])('%s', (_, parts, renewed, gone) => {
    expect(isCertainlyGone({ ...ours, ...parts }, renewed)).toBe(gone);
  });
});
