/** Lines of key files, and errors that name one without showing it: it may hold private key text. */
import { DnssecError } from '../base/errors.ts';

/** No key file is larger: a 4096-bit RSA pair takes 4 kB. */
export const MAX_KEY_FILE = 65_536;

/** One line of a key file. */
export interface FileLine {
  readonly line: string;
  /** From 1. */
  readonly number: number;
}

/**
 * Splits a key file's text at line feeds, with or without carriage returns.
 *
 * @param file  its name, for messages
 * @throws DnssecError KEY_INVALID for a text that is too long to be a key, or binary
 */
export function splitLines(text: string, file: string): FileLine[] {
  if (text.length > MAX_KEY_FILE) {
    throw new DnssecError('KEY_INVALID', `${file}: too long for a key file (more than ${MAX_KEY_FILE} octets)`);
  }
  if (text.includes('\0')) throw new DnssecError('KEY_INVALID', `${file}: binary data, not a key file`);
  return text.split('\n').map((line, i) => ({ line: line.replace(/\r$/, ''), number: i + 1 }));
}

/** An error at a line of a key file. The line itself is not shown. */
export function keyFileError(file: string, line: number, message: string, hint?: string): DnssecError {
  return new DnssecError('KEY_INVALID', `${file}: line ${line}: ${message}`, hint === undefined ? {} : { hint });
}
