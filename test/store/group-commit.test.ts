import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asciiOctets } from '../../src/base/octets.ts';
import { AtomicFile } from '../../src/store/files.ts';
import { commitFiles, flushFiles, publishFiles } from '../../src/store/group-commit.ts';

let directory: string;

beforeEach(() => {
  directory = fs.mkdtempSync(join(tmpdir(), 'dnssec-group-'));
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

const write = (name: string) => {
  const file = new AtomicFile(join(directory, name));
  file.write(asciiOctets(`new ${name}`));
  return file;
};
const content = (name: string) => fs.readFileSync(join(directory, name), 'utf8');

describe('files that are committed together', () => {
  it('take their places, in whatever directories', async () => {
    fs.mkdirSync(join(directory, 'deep'));
    fs.writeFileSync(join(directory, 'a'), 'old');
    expect(await commitFiles(['a', 'b', 'deep/c'].map(write))).toEqual([undefined, undefined, undefined]);
    expect(['a', 'b', 'deep/c'].map(content)).toEqual(['new a', 'new b', 'new deep/c']);
    expect(fs.readdirSync(directory).sort()).toEqual(['a', 'b', 'deep']);
  });

  it('fail each for itself: the others take their places, and nothing is left of the one', async () => {
    const files = ['a', 'b', 'c'].map(write);
    fs.mkdirSync(join(directory, 'b'));
    const faults = await commitFiles(files);
    expect(faults.map((fault) => fault?.code)).toEqual([undefined, 'FILE_UNWRITABLE', undefined]);
    expect(faults[1]!.message).toContain(join(directory, 'b'));
    expect(fs.readdirSync(directory).sort()).toEqual(['a', 'b', 'c']);
    expect(fs.readdirSync(join(directory, 'b'))).toEqual([]);
  });

  it('are all on the disk before the first takes its place', async () => {
    fs.writeFileSync(join(directory, 'a'), 'old');
    const flushed = await flushFiles(['a', 'b'].map(write));
    expect(content('a')).toBe('old');
    expect(fs.existsSync(join(directory, 'b'))).toBe(false);
    expect(await publishFiles(flushed)).toEqual([undefined, undefined]);
    expect(content('a')).toBe('new a');
  });

  it.skipIf(process.platform !== 'linux')('that fail on their way to the disk keep their faults', async () => {
    fs.writeFileSync(join(directory, 'b'), 'old');
    const [good, bad] = ['a', 'b'].map(write) as [AtomicFile, AtomicFile];
    fs.closeSync(descriptorOf(bad));
    const faults = await commitFiles([good, bad]);
    expect(faults.map((fault) => fault?.code)).toEqual([undefined, 'FILE_UNWRITABLE']);
    expect(content('b')).toBe('old');
    expect(fs.readdirSync(directory).sort()).toEqual(['a', 'b']);
  });
});

/** The descriptor of a file in the making: the one that leads to its temporary file. */
function descriptorOf(file: AtomicFile): number {
  const found = fs.readdirSync('/proc/self/fd').find((fd) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${fd}`) === fs.realpathSync(file.path);
    } catch {
      return false;
    }
  });
  return Number(found);
}
