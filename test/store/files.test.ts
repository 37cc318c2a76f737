import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AtomicFile, createExclusive, ensureDirectory, linkExclusive, writeFileAtomic } from '../../src/store/files.ts';
import { removeStaleFiles, removeUnfinishedFiles, temporaryPath } from '../../src/store/temporary-files.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = fs.mkdtempSync(join(tmpdir(), 'dnssec-files-'));
  path = join(directory, 'example.com.zone.signed');
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

const octets = (text: string) => Buffer.from(text);
const content = () => fs.readFileSync(path, 'utf8');
const mode = (file = path) => (fs.statSync(file).mode & 0o777).toString(8);
const isRoot = process.getuid?.() === 0;

describe('an atomic file', () => {
  it('is there after commit and not before', async () => {
    const file = new AtomicFile(path);
    file.write(octets('one '));
    file.write(octets('two'));
    expect(file.length).toBe(7);
    expect(fs.existsSync(path)).toBe(false);
    await file.commit();
    expect(content()).toBe('one two');
    expect(fs.readdirSync(directory)).toEqual(['example.com.zone.signed']);
  });

  it('can be patched, and written on after a patch', async () => {
    const file = new AtomicFile(path);
    file.write(octets('serial 0000 '));
    file.writeAt(7, octets('1234'));
    file.write(octets('end'));
    expect(() => file.writeAt(14, octets('xx'))).toThrow(TypeError);
    await file.commit();
    expect(content()).toBe('serial 1234 end');
  });

  it('given up leaves the old file and no other', () => {
    fs.writeFileSync(path, 'old');
    const file = new AtomicFile(path);
    file.write(octets('new'));
    file.abort();
    file.abort();
    expect(content()).toBe('old');
    expect(fs.readdirSync(directory)).toHaveLength(1);
    expect(() => file.write(octets('more'))).toThrow(TypeError);
  });

  it('keeps the permissions of the file that it replaces', async () => {
    fs.writeFileSync(path, 'old');
    fs.chmodSync(path, 0o640);
    await writeFileAtomic(path, octets('new'), { mode: 0o600 });
    expect([content(), mode()]).toEqual(['new', '640']);
    await writeFileAtomic(path, octets('newer'), { mode: 0o600, force: true });
    expect([content(), mode()]).toEqual(['newer', '600']);
  });

  it.runIf(isRoot)('keeps the owner and group of the file that it replaces', async () => {
    fs.writeFileSync(path, 'old');
    fs.chownSync(path, 1234, 2345);
    await writeFileAtomic(path, octets('new'));
    expect(fs.statSync(path)).toMatchObject({ uid: 1234, gid: 2345 });
  });

  it('that is new has the mode asked for', async () => {
    await writeFileAtomic(path, octets('new'), { mode: 0o600 });
    expect(mode()).toBe('600');
  });

  it('replaces what a symbolic link names, and keeps the link', async () => {
    for (const target of ['there', 'not-there']) {
      if (target === 'there') fs.writeFileSync(join(directory, target), 'old');
      const link = join(directory, `${target}.link`);
      fs.symlinkSync(target, link);
      await writeFileAtomic(link, octets('new'));
      expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
      expect(fs.readFileSync(join(directory, target), 'utf8')).toBe('new');
    }
  });

  it('writes to a device and leaves it a device', async () => {
    await writeFileAtomic('/dev/null', octets('gone'));
    expect(fs.statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('refuses directories and what only looks like a file', () => {
    expect(() => new AtomicFile(directory)).toThrow(/is a directory/);
    expect(() => new AtomicFile('/dev/stdout')).toThrow(/cannot be replaced|is a directory/);
    expect(() => new AtomicFile(join(directory, 'no', 'file'))).toThrow(/no such file or directory/);
  });

  it('on a full device is an error of its own', () => {
    const file = new AtomicFile('/dev/full');
    expect(() => file.write(octets('x'))).toThrow(expect.objectContaining({ code: 'DISK_FULL' }));
  });

  it('has a temporary name that no file system finds too long', async () => {
    const long = join(directory, 'é'.repeat(127));
    await writeFileAtomic(long, octets('new'));
    expect(fs.readFileSync(long, 'utf8')).toBe('new');
  });
});

describe('exclusive creation', () => {
  it('writes the whole file with the mode asked for', async () => {
    expect(await createExclusive(path, octets('key'), 0o600)).toBe(true);
    expect([content(), mode()]).toEqual(['key', '600']);
    expect(fs.readdirSync(directory)).toHaveLength(1);
  });

  it('leaves alone what is there', async () => {
    fs.writeFileSync(path, 'old');
    expect(await createExclusive(path, octets('new'), 0o600)).toBe(false);
    expect(content()).toBe('old');
    expect(fs.readdirSync(directory)).toHaveLength(1);
  });

  it('lets one of many win', async () => {
    const won = await Promise.all(
      Array.from({ length: 20 }, (_, i) => createExclusive(path, octets(String(i)), 0o600)),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(content()).toBe(String(won.indexOf(true)));
  });

  it('does not place a file over one that is there', () => {
    fs.writeFileSync(path, 'old');
    const temporary = join(directory, 't');
    fs.writeFileSync(temporary, 'new');
    expect(linkExclusive(temporary, path)).toBe(false);
  });
});

describe('directories', () => {
  it('are made with their parents, once', async () => {
    const deep = join(directory, 'a', 'b');
    expect(await ensureDirectory(deep, 0o700)).toBe(true);
    expect(mode(deep)).toBe('700');
    expect(await ensureDirectory(deep)).toBe(false);
  });

  it('that are files are refused', async () => {
    fs.writeFileSync(path, '');
    await expect(ensureDirectory(path)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
});

describe('temporary files', () => {
  const DEAD_PID = 2 ** 22 + 1;
  it('of dead processes are swept, for one target or a whole directory', () => {
    const mine = temporaryPath(path);
    const stale = mine.replace(`-${process.pid}-`, `-${DEAD_PID}-`);
    const other = stale.replace('example.com', 'example.net');
    for (const file of [mine, stale, other, path]) fs.writeFileSync(file, '');
    expect(removeStaleFiles(path)).toBe(1);
    expect(fs.readdirSync(directory)).toHaveLength(3);
    expect(removeStaleFiles(directory)).toBe(1);
    expect(fs.existsSync(mine)).toBe(true);
    expect(fs.existsSync(path)).toBe(true);
  });

  it('of this process go when it ends by a signal', () => {
    const file = new AtomicFile(path);
    file.write(octets('half'));
    removeUnfinishedFiles();
    expect(fs.readdirSync(directory)).toEqual([]);
  });
});
