/** Signed zone files as `status` looks at them: the facts, from the first lines where these say enough. */
import { type Stats, statSync } from 'node:fs';
import { DnssecError, fileError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { equalNames, friendlyName } from '../dns/name.ts';
import type { SignedFacts } from '../zone/signed-facts.ts';
import { parseSignedHead } from './signed-head.ts';
import { parseNote, readFirstOctets, type SignedFileNote } from './signed-note.ts';

/** A signed zone file, as far as it was looked at. */
export interface SignedZoneFile extends SignedFacts {
  readonly note: SignedFileNote;
  /** When the file was written. */
  readonly changed: UnixSeconds;
  /** Wire form. */
  readonly origin: Octets;
}

/** How much of a signed file is read before it is read whole: more than any usual apex. */
const HEAD = 65_536;

/**
 * Looks at a signed zone file. One of ours is not read beyond its apex; another's is read whole, since the signature
 * that ends first may be anywhere.
 *
 * @param origin  the zone's name, in wire form; undefined: as the file has it
 * @returns       undefined if there is no such file
 * @throws DnssecError FILE_UNREADABLE; ZONE_INVALID if it is not a zone, or another one's
 */
export async function lookAtSignedZone(path: string, origin: Octets | undefined): Promise<SignedZoneFile | undefined> {
  const stat = describeFile(path);
  if (stat === undefined) return undefined;
  const text = readFirstOctets(path, HEAD);
  if (text === undefined) return undefined;
  const note = parseNote(text);
  const changed = Math.floor(stat.mtimeMs / 1000);
  const head = parseSignedHead(text, text.length === stat.size);
  if (head !== undefined) {
    if (origin !== undefined && !equalNames(head.origin, 0, origin, 0)) throw anotherZone(path, head.origin, origin);
    return { ...head.facts, note, changed, origin: head.origin };
  }
  const { readWholeFacts } = await import('./signed-whole.ts');
  const { largestTtl: _, ...facts } = readWholeFacts(path, origin);
  return { ...facts, note, changed };
}

/** @returns undefined if there is nothing */
function describeFile(path: string): Stats | undefined {
  let stat: Stats | undefined;
  try {
    stat = statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw fileError('read the signed file', path, cause);
  }
  // A pipe would wait for its writer, maybe for ever.
  if (stat === undefined || stat.isFile()) return stat;
  throw new DnssecError('FILE_UNREADABLE', `cannot read the signed file ${path}: it is not a plain file`);
}

function anotherZone(path: string, found: Octets, origin: Octets): DnssecError {
  return new DnssecError('ZONE_INVALID', `${path} holds zone ${friendlyName(found)}, not ${friendlyName(origin)}`);
}
