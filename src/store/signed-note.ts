/** What the program notes in the first line of a signed file, and reading the beginning of one. */
import { closeSync, openSync, readSync } from 'node:fs';
import { fileError } from '../base/errors.ts';
import { asciiOctets, type Octets, octetsText } from '../base/octets.ts';
import { parseTimestamp, printTimestamp, type UnixSeconds } from '../base/time.ts';

/** What the first line of a signed file says beyond its records. */
export interface SignedFileNote {
  readonly signed?: UnixSeconds;
  /** Earliest expiration of all signatures in the file. */
  readonly firstEnd?: UnixSeconds;
  readonly saltDrawn?: UnixSeconds;
}

/** What the first line of a signed file begins with. */
export const NOTE = '; Signed by dnssec';

/** The first line of a signed zone file; as long for one time as for another. */
export function printNote({ signed, firstEnd, saltDrawn }: SignedFileNote): Octets {
  const at = (words: string, time: UnixSeconds | undefined) =>
    time === undefined ? '' : `${words} ${printTimestamp(time)}`;
  const facts = at('', signed) + at('; first signature ends', firstEnd) + at('; NSEC3 salt drawn', saltDrawn);
  return asciiOctets(`${NOTE}${facts}. Edit the unsigned zone file, not this one.\n`);
}

/** Reads the note of a signed file; a file of another program has none. */
export function parseNote(text: string): SignedFileNote {
  const line = NOTED.exec(text);
  const time = (digits: string | undefined) => (digits === undefined ? undefined : parseTimestamp(digits));
  const [signed, firstEnd, saltDrawn] = [time(line?.[1]), time(line?.[2]), time(line?.[3])];
  return {
    ...(signed === undefined ? {} : { signed }),
    ...(firstEnd === undefined ? {} : { firstEnd }),
    ...(saltDrawn === undefined ? {} : { saltDrawn }),
  };
}

const NOTED = /^; Signed by dnssec(?: (\d{14}))?(?:; first signature ends (\d{14}))?(?:; NSEC3 salt drawn (\d{14}))?/;

/**
 * The first octets of a file, one code unit to each.
 *
 * @returns undefined if there is no such file
 * @throws DnssecError FILE_UNREADABLE
 */
export function readFirstOctets(path: string, most = 512): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const octets = new Uint8Array(most);
    return octetsText(octets, 0, readSync(descriptor, octets, 0, octets.length, 0));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileError('read the signed file', path, cause);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
