/** Passphrases: from a file, a descriptor or the environment; never from the arguments, which everybody can see. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { DnssecError, fileError } from '../base/errors.ts';

/** The variable that may hold a passphrase. */
export const PASSPHRASE_VARIABLE = 'DNSSEC_PASSPHRASE';

const MAX_OCTETS = 4096;

/** Where a passphrase may come from; the first that is given counts. */
export interface PassphraseSource {
  /** Path of a file whose first line it is. */
  readonly file: string | undefined;
  /** Number of an open descriptor, in decimal. */
  readonly descriptor: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * Reads the passphrase. An empty first line is an empty passphrase.
 *
 * @param warn  told of a file that others can read
 * @returns     undefined where none is given
 * @throws DnssecError FILE_UNREADABLE, USAGE
 */
export function readPassphrase(source: PassphraseSource, warn: (text: string) => void): string | undefined {
  if (source.file !== undefined) return readPassphraseFile(resolve(source.cwd, source.file), warn);
  if (source.descriptor !== undefined) {
    if (!/^\d{1,6}$/.test(source.descriptor)) {
      throw new DnssecError('USAGE', `"${source.descriptor}" is not the number of a descriptor`);
    }
    return readFirstLine(Number(source.descriptor), `descriptor ${source.descriptor}`);
  }
  return source.env[PASSPHRASE_VARIABLE];
}

function readPassphraseFile(path: string, warn: (text: string) => void): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (cause) {
    throw fileError('read the passphrase file', path, cause);
  }
  try {
    const stats = fstatSync(descriptor);
    if (stats.isFile() && (stats.mode & 0o077) !== 0) {
      warn(`others than its owner can read the passphrase file ${path}: run "chmod 600 ${path}"`);
    }
    return readFirstLine(descriptor, path);
  } finally {
    closeSync(descriptor);
  }
}

function readFirstLine(descriptor: number, name: string): string {
  const octets = Buffer.alloc(MAX_OCTETS);
  let length = 0;
  try {
    for (
      let count = -1;
      count !== 0 && length < MAX_OCTETS && !octets.subarray(0, length).includes(10);
      length += count
    ) {
      count = readSync(descriptor, octets, length, MAX_OCTETS - length, null);
    }
  } catch (cause) {
    throw fileError('read the passphrase from', name, cause);
  }
  const text = octets.toString('utf8', 0, length);
  if (length === MAX_OCTETS && !text.includes('\n')) {
    throw new DnssecError('FILE_UNREADABLE', `the first line of ${name} is too long for a passphrase`);
  }
  return text.split('\n', 1)[0]!.replace(/\r$/, '');
}
