/** Signed zone files: the previous one as a zone, and what may take its place. */
import { type Stats, statSync } from 'node:fs';
import { basename } from 'node:path';
import { DnssecError, fileError } from '../base/errors.ts';
import { asciiOctets, type Octets, readU32 } from '../base/octets.ts';
import { equalNames, friendlyName } from '../dns/name.ts';
import { parseKeyFileName } from '../keys/key-name.ts';
import { buildZone } from '../zone/build.ts';
import { readZone } from '../zone/reader/reader.ts';
import { memoryOpener, type SourceOpener } from '../zone/reader/source.ts';
import type { Zone } from '../zone/zone.ts';
import { NOTE, parseNote, readFirstOctets, type SignedFileNote } from './signed-note.ts';

/** The previous signed zone. */
export interface PreviousSigned {
  readonly zone: Zone;
  readonly note: SignedFileNote;
}

/**
 * Reads the previous signed file.
 *
 * @returns undefined if there is none
 * @throws DnssecError FILE_UNREADABLE; ZONE_INVALID if it is not a zone, or another one's
 */
export function readPreviousSigned(opener: SourceOpener, path: string, origin: Octets): PreviousSigned | undefined {
  const note = readFirstOctets(path);
  if (note === undefined) return undefined;
  try {
    const file = readZone(opener, path, { origin });
    if (file.soa < 0) throw new DnssecError('ZONE_INVALID', `${path} has no SOA record for ${friendlyName(origin)}`);
    return { zone: buildZone(file.records, file.origin, file.class).zone, note: parseNote(note) };
  } catch (cause) {
    if (!(cause instanceof DnssecError)) throw cause;
    throw new DnssecError(cause.code, `the previous signed file can't be read: ${cause.message}`, {
      hint: 'Use --full to sign anew without it, or restore it from a backup; it was not changed.',
      diagnostics: cause.diagnostics,
      cause,
    });
  }
}

/**
 * Makes sure that a signed file may take this path: neither the zone file itself, nor a key file, nor what is no plain
 * file (opening a pipe would wait for its writer, maybe for ever) is ever replaced.
 *
 * @param path   of the signed file
 * @param input  path of the zone file; `-` for standard input
 * @throws DnssecError USAGE, FILE_UNREADABLE, FILE_UNWRITABLE
 */
export function requireOwnPath(path: string, input: string): void {
  const hint = 'Name another file with -f, or - for standard output.';
  if (parseKeyFileName(basename(path)) !== undefined) {
    throw new DnssecError('USAGE', `${path} is a key file, not a place for a signed zone`, { hint });
  }
  const source = input === '-' ? undefined : describeFile('read zone file', input, false);
  const old = describeFile('write', path, true);
  if (old === undefined) return;
  if (!old.isFile()) {
    const what = old.isDirectory() ? 'it is a directory' : 'it is not a plain file';
    throw new DnssecError('FILE_UNWRITABLE', `cannot write ${path}: ${what}`, { hint });
  }
  if (source?.ino === old.ino && source.dev === old.dev) {
    throw new DnssecError('USAGE', `${path} is the unsigned zone file itself`, { hint });
  }
}

function describeFile(action: string, path: string, writing: boolean): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw fileError(action, path, cause, writing);
  }
}

/**
 * Whether a file that is no sound zone was once the zone's signed file, as far as can be told, and so may be replaced:
 * it is empty, or its beginning is that of one.
 */
export function wasSignedFile(path: string, origin: Octets): boolean {
  const start = readFirstOctets(path, SALVAGED);
  if (start === undefined || start === '') return true;
  if (salvageSerial(path, origin) !== undefined) return true;
  return start.startsWith(NOTE) && !/\sSOA\s.*\n/i.test(start);
}

/** How much of an unreadable signed file is searched for its serial: the SOA stands first. */
const SALVAGED = 65_536;

/**
 * The serial of a signed file that may be damaged: the next one must be newer all the same.
 *
 * @returns undefined if its beginning holds no SOA of the zone
 */
export function salvageSerial(path: string, origin: Octets): number | undefined {
  const start = readFirstOctets(path, SALVAGED);
  if (start === undefined) return undefined;
  for (const line of start.split('\n').slice(0, -1)) {
    if (!/\sSOA\s/i.test(line)) continue;
    try {
      // Signed files hold absolute names: without an origin, a relative one is a mistake.
      const { records, soa, origin: owner } = readZone(memoryOpener({ soa: asciiOctets(`${line}\n`) }), 'soa');
      if (soa >= 0 && equalNames(owner, 0, origin, 0))
        return readU32(records.octets.bytes, records.rdata.values[soa]! + records.rdataLength.values[soa]! - 20);
    } catch (cause) {
      if (!(cause instanceof DnssecError)) throw cause;
    }
  }
  return undefined;
}
