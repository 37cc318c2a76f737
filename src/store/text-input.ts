/** Small texts that a person names: saved answers and listings of other programs, in files or on standard input. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { DnssecError, fileError } from '../base/errors.ts';
import { holdsPrivateKey } from '../keys/private-text.ts';

/** A text, and what to call it in messages. */
export interface TextInput {
  readonly text: string;
  readonly name: string;
}

/** The path that stands for standard input. */
const STDIN = '-';
/** Far above any list of a zone's keys. */
const MAX_OCTETS = 1_048_576;

/**
 * Reads a text whole.
 *
 * @param cwd   where a relative path starts
 * @param path  `-` for standard input
 * @throws DnssecError FILE_UNREADABLE; USAGE for a private key file
 */
export function readTextInput(cwd: string, path: string): TextInput {
  const name = path === STDIN ? 'standard input' : path;
  let descriptor = 0;
  try {
    if (path !== STDIN) descriptor = openSync(resolve(cwd, path), 'r');
    if (fstatSync(descriptor).isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' });
    const octets = readAll(descriptor, name);
    // Errors quote lines of the text: of this one they must not.
    if (holdsPrivateKey(octets)) {
      throw new DnssecError('USAGE', `${name} is a private key file; nothing of it is shown`, {
        hint: 'Name the file with what the other program or dig printed.',
      });
    }
    return { text: octets.toString('latin1'), name };
  } catch (cause) {
    throw cause instanceof DnssecError ? cause : fileError('read', name, cause);
  } finally {
    if (descriptor !== 0) closeSync(descriptor);
  }
}

function readAll(descriptor: number, name: string): Buffer {
  const octets = Buffer.alloc(MAX_OCTETS + 1);
  let length = 0;
  for (;;) {
    const count = readSome(descriptor, octets, length);
    if (count === 0) return octets.subarray(0, length);
    length += count;
    if (length > MAX_OCTETS) {
      throw new DnssecError('FILE_UNREADABLE', `${name} is too long: more than ${MAX_OCTETS} octets`);
    }
  }
}

/** A pipe that has nothing yet answers EAGAIN where it was opened so: wait a moment. */
function readSome(descriptor: number, octets: Buffer, at: number): number {
  for (;;) {
    try {
      return readSync(descriptor, octets, at, octets.length - at, null);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw cause;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
