/** Where the files of a zone lie in the directory of states. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { nameFromText } from '../dns/name.ts';
import { zoneFileText } from '../keys/key-name.ts';

/** What a zone's files in the directory of states are called. */
export interface StatePlace {
  /** What is remembered of the zone. */
  readonly memory: string;
  /** The audit log. */
  readonly log: string;
  readonly lock: string;
}

/** Longest stem of a file name: the names of its lock, of the lock's lock and of temporary files are longer. */
const MAX_STEM = 200;
const KEPT = 120;

/** Where a zone's files lie. @param zone  lower case, no trailing dot @throws RangeError if it is no name */
export function statePlace(directory: string, zone: string): StatePlace {
  const stem = zoneStem(zone);
  return {
    memory: join(directory, `${stem}.json`),
    log: join(directory, `${stem}.log`),
    lock: join(directory, `.${stem}.lock`),
  };
}

/**
 * A zone's name as a part of file names: as in those of its keys, every octet but letters, digits, `-` and `_` as `%XX`,
 * but without the dot at the end. The root is `@`. A name that is too long for a file's is cut, with `~` and a digest
 * of all of it behind. Neither sign stands in any other name.
 */
function zoneStem(zone: string): string {
  const name = nameFromText(zone);
  const text = zoneFileText(name).slice(0, -1);
  if (text === '') return '@';
  if (text.length <= MAX_STEM) return text;
  return `${text.slice(0, KEPT)}~${createHash('sha256').update(text).digest('hex')}`;
}
