/** Zone files on disk, and standard input: what the zone reader reads from. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { DnssecError, fileError } from '../base/errors.ts';
import { holdsPrivateKey } from '../keys/private-text.ts';
import type { ChunkSource, SourceOpener } from '../zone/reader/source.ts';

/** The path that stands for standard input. */
export const STDIN = '-';

/**
 * Opens zone files. A path is taken relative to `directory`, one in an `$INCLUDE` relative to the directory of the
 * including file; files keep the name that they were asked for in messages. `-` is standard input.
 *
 * @param directory  where relative paths start
 */
export function zoneFileOpener(directory: string): SourceOpener {
  return {
    open(path, includedFrom) {
      if (path === STDIN && includedFrom === undefined) return openDescriptor(0, 'standard input', '-', () => {});
      const isNested = includedFrom !== undefined && includedFrom !== 'standard input' && !isAbsolute(path);
      const name = isNested ? joinPath(dirname(includedFrom), path) : path;
      const full = resolve(directory, name);
      let descriptor: number;
      try {
        // Opening a named pipe waits for its writer, maybe for ever: a zone file can't make us do that.
        if (includedFrom !== undefined && !statSync(full).isFile()) throw notPlain(name);
        descriptor = openSync(full, 'r');
      } catch (cause) {
        throw cause instanceof DnssecError ? cause : fileError('read zone file', name, cause);
      }
      return openDescriptor(descriptor, name, full, () => closeSync(descriptor));
    },
  };
}

/** Octets of a zone file, without what it includes; 0 where that is not known. */
export function zoneFileSize(directory: string, path: string): number {
  const stat = path === STDIN ? undefined : statSync(resolve(directory, path), { throwIfNoEntry: false });
  return stat?.isFile() === true ? stat.size : 0;
}

function notPlain(name: string): DnssecError {
  return new DnssecError('FILE_UNREADABLE', `cannot read zone file ${name}: it is not a plain file`);
}

/** Joins as people write paths: without a `./` in front. */
function joinPath(directory: string, path: string): string {
  return directory === '.' ? path : directory.endsWith('/') ? directory + path : `${directory}/${path}`;
}

function openDescriptor(descriptor: number, name: string, full: string, close: () => void): ChunkSource {
  let isRegular: boolean;
  let size: number;
  let identity: string;
  try {
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    isRegular = stat.isFile();
    size = stat.size;
    identity = stat.ino === 0 ? full : `${stat.dev}:${stat.ino}`;
  } catch (cause) {
    close();
    throw fileError('read zone file', name, cause);
  }
  let isChecked = false;
  return {
    name,
    identity,
    ...(isRegular ? { size } : {}),
    read(into, at) {
      const count = readChunk(descriptor, name, into, at);
      if (!isChecked && holdsPrivateKey(into, at, at + count)) throw privateKeyFile(name);
      isChecked = true;
      return count;
    },
    close,
  };
}

/** Errors quote lines of the file: of this one they must not. */
function privateKeyFile(name: string): DnssecError {
  return new DnssecError('ZONE_INVALID', `${name} is a private key file, not a zone file; nothing of it is shown`, {
    hint: 'Name the zone file; in an $INCLUDE, the .key file.',
  });
}

/** A pipe that has nothing yet answers EAGAIN where it was opened so: wait a moment, and longer each time. */
function readChunk(descriptor: number, name: string, into: Uint8Array, at: number): number {
  for (let wait = 1; ; wait = Math.min(50, wait * 2)) {
    try {
      return readSync(descriptor, into, at, into.length - at, null);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw fileError('read zone file', name, cause);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
    }
  }
}
