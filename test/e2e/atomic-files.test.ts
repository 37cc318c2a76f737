import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createExclusive, writeFileAtomic } from '../../src/store/files.ts';
import { acquireLock } from '../../src/store/lock.ts';
import { removeStaleFiles } from '../../src/store/temporary-files.ts';
import { describeWhere } from '../interop/peers.ts';
import { ended, printed, scratchDirectory, startScript } from './processes.ts';

/** Mounts a small file system; it goes when the test ends. @returns its directory */
function mountTmpfs(options: string): string {
  const directory = scratchDirectory();
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory]);
  if (status !== 0) throw new Error(`mount: ${stderr}`);
  onTestFinished(() => void spawnSync('umount', ['-l', directory]));
  return directory;
}

const mayMount = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;
const octets = (length: number) => new Uint8Array(length).fill(0x61);

describeWhere('a file system of its own', mayMount ? [] : ['mounting is not allowed'], () => {
  it('that is full: a clear error, the old file as it was, nothing left behind', async () => {
    const directory = mountTmpfs('size=64k');
    const path = join(directory, 'zone.signed');
    writeFileSync(path, 'old');
    await expect(writeFileAtomic(path, octets(1_000_000))).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: `cannot write ${path}: no space left on the device`,
    });
    await expect(createExclusive(join(directory, 'key'), octets(1_000_000), 0o600)).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(directory)).toEqual(['zone.signed']);
  });

  it('that is full of small files: a clear error', async () => {
    const directory = mountTmpfs('size=64k,nr_inodes=3');
    writeFileSync(join(directory, 'a'), '');
    writeFileSync(join(directory, 'b'), '');
    await expect(writeFileAtomic(join(directory, 'c'), octets(1))).rejects.toMatchObject({ code: 'DISK_FULL' });
    await expect(acquireLock(join(directory, 'lock'))).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(readdirSync(directory)).toEqual(['a', 'b']);
  });

  it('that is read-only: a clear error, the old file as it was', async () => {
    const directory = mountTmpfs('size=64k');
    const path = join(directory, 'zone.signed');
    writeFileSync(path, 'old');
    expect(spawnSync('mount', ['-o', 'remount,ro', directory]).status).toBe(0);
    for (const attempt of [
      () => writeFileAtomic(path, octets(10)),
      () => createExclusive(join(directory, 'key'), octets(10), 0o600),
      () => acquireLock(join(directory, 'lock')),
    ]) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'FILE_UNWRITABLE',
        message: expect.stringContaining('the file system is read-only'),
      });
    }
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});

describe('a writer that is killed', () => {
  /** Replaces one file again and again with 2 MB of one letter each, and creates keys of one letter each. */
  const WRITER = `
    import { createExclusive, writeFileAtomic } from '$DIST/store/files.js';
    const directory = process.argv[1];
    console.log('ready');
    for (let i = 0; ; i++) {
      const letter = 0x61 + (i % 26);
      await writeFileAtomic(directory + '/target', Buffer.alloc(2_000_000, letter));
      await createExclusive(directory + '/key-' + process.pid + '-' + i, Buffer.alloc(100_000, letter), 0o600);
    }
  `;

  it('leaves the old file or the new one, keys that are whole, and temporary files that can be swept', async () => {
    const directory = scratchDirectory();
    mkdirSync(join(directory, 'd'));
    const place = join(directory, 'd');
    for (let round = 0; round < 8; round++) {
      const child = startScript(WRITER, [place]);
      const end = ended(child);
      await printed(child, 'ready');
      await new Promise((wake) => setTimeout(wake, Math.random() * 120));
      child.kill('SIGKILL');
      expect((await end).signal).toBe('SIGKILL');
      const target = join(place, 'target');
      if (existsSync(target)) {
        const text = readFileSync(target);
        expect(text.length).toBe(2_000_000);
        expect(text.equals(Buffer.alloc(2_000_000, text[0]!))).toBe(true);
      }
      for (const key of readdirSync(place).filter((name) => name.startsWith('key-'))) {
        const stats = statSync(join(place, key));
        expect([stats.size, stats.mode & 0o777]).toEqual([100_000, 0o600]);
      }
      removeStaleFiles(place);
      expect(readdirSync(place).filter((name) => name.startsWith('.'))).toEqual([]);
    }
  });
});
