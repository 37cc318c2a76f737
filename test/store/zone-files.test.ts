import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DnssecError } from '../../src/base/errors.ts';
import { nameFromText } from '../../src/dns/name.ts';
import { zoneFileOpener } from '../../src/store/zone-files.ts';
import { readZone } from '../../src/zone/reader/reader.ts';

let directory: string;
const options = { origin: nameFromText('example') };
const SOA = '@ 60 SOA a b 1 2 3 4 5\n';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'zone-files-'));
  mkdirSync(join(directory, 'd/e'), { recursive: true });
  writeFileSync(join(directory, 'zone'), `${SOA}$INCLUDE d/x\n`);
  writeFileSync(join(directory, 'd/x'), '$INCLUDE e/y\n$INCLUDE ../z\n');
  writeFileSync(join(directory, 'd/e/y'), 'y 5 A 192.0.2.1\n');
  writeFileSync(join(directory, 'z'), 'z 5 A 192.0.2.1\n');
});
afterAll(() => rmSync(directory, { recursive: true }));

function expectError(path: string): DnssecError {
  try {
    readZone(zoneFileOpener(directory), path, options);
  } catch (error) {
    if (error instanceof DnssecError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('zone files on disk', () => {
  test('$INCLUDE is relative to the including file, whatever the working directory', () => {
    const { records } = readZone(zoneFileOpener(directory), 'zone', options);
    expect([0, 1, 2].map((i) => records.sourceOf(i))).toEqual(['zone', 'd/e/y', 'd/../z']);
    expect(readZone(zoneFileOpener('/'), join(directory, 'zone'), options).records.count).toBe(3);
  });

  test('a circle is found through links, too', () => {
    symlinkSync(join(directory, 'circle'), join(directory, 'd/link'));
    writeFileSync(join(directory, 'circle'), `${SOA}$INCLUDE d/link\n`);
    expect(expectError('circle').diagnostics).toMatchObject([{ file: 'circle', line: 2, column: 10 }]);
  });

  test('a file that is missing or a directory is an error that names it', () => {
    expect(expectError('gone')).toMatchObject({
      code: 'FILE_UNREADABLE',
      message: 'cannot read zone file gone: no such file or directory',
    });
    expect(expectError('d').message).toBe('cannot read zone file d: it is a directory, not a file');
    writeFileSync(join(directory, 'bad'), `${SOA}$INCLUDE gone\n$INCLUDE d\n`);
    expect(expectError('bad').diagnostics.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '2 $INCLUDE: cannot read zone file gone: no such file or directory',
      '3 $INCLUDE: cannot read zone file d: it is not a plain file',
    ]);
    expect(expectError('bad').diagnostics[0]?.hint).toBe(
      'The path starts in the directory of the file that holds the $INCLUDE.',
    );
  });

  test('a named pipe in $INCLUDE, which would never end, is refused', () => {
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    writeFileSync(join(directory, 'waits'), `${SOA}$INCLUDE pipe\n$INCLUDE /dev/zero\n`);
    expect(expectError('waits').diagnostics.map(({ line }) => line)).toEqual([2, 3]);
  });

  test('a device without end is an error, not a wait', () => {
    expect(expectError('/dev/zero').diagnostics[0]?.message).toBe('an entry is longer than 4194304 octets');
  });
});
