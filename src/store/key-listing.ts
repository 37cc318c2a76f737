/** The names of the key files in a directory: listed once, looked up zone by zone. */
import { readdirSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { type KeyFileName, type KeyFileSuffix, parseKeyFileName, zoneFileText } from '../keys/key-name.ts';
import { stampForReading } from './file-stamp.ts';

/** The files of one key. */
export interface KeyFiles {
  readonly name: KeyFileName;
  /** File name of each suffix that is there. */
  readonly files: Readonly<Partial<Record<KeyFileSuffix, string>>>;
}

/** Which key files a directory held at one moment. */
export interface KeyListing {
  /** The directory's stamp, taken before it was listed; undefined where it can't be trusted. */
  readonly stamp: string | undefined;
  /**
   * The key files, grouped by key and sorted by base name.
   *
   * @param zone  wire form; only this zone's keys
   */
  keys(zone?: Octets): KeyFiles[];
}

/**
 * Lists the key files in a directory.
 *
 * @throws DnssecError FILE_UNREADABLE
 */
export function readKeyListing(directory: string, now: UnixSeconds = systemTime()): KeyListing {
  const stamp = stampForReading(directory, now);
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (cause) {
    throw fileError('read the key directory', directory, cause);
  }
  const byZone = groupByZone(names);
  return {
    stamp,
    keys: (zone) =>
      groupByKey(zone === undefined ? [...byZone.values()].flat() : (byZone.get(zoneFileText(zone)) ?? [])),
  };
}

const pending = new Map<string, Promise<KeyListing>>();

/**
 * The same, one listing for all who ask for it in the same turn: it begins after each of these calls.
 *
 * @throws DnssecError FILE_UNREADABLE
 */
export function listKeysSoon(directory: string): Promise<KeyListing> {
  let listing = pending.get(directory);
  if (listing === undefined) {
    listing = nextTurn().then(() => {
      pending.delete(directory);
      return readKeyListing(directory);
    });
    pending.set(directory, listing);
  }
  return listing;
}

/** What stands between a zone's text and the key tag. */
const ALGORITHM = '+013';

/** What a zone's text in a file name looks like when it is certainly the one that `zoneFileText` makes. */
const PLAIN = /^(?:[a-z0-9_-]{1,63}\.)+$/;

/**
 * File names by the zone's text as `zoneFileText` prints it. Of the thousands of files that a directory may hold only
 * those with an unusual spelling are taken apart: the others when their zone is asked for.
 */
function groupByZone(names: readonly string[]): Map<string, string[]> {
  const byZone = new Map<string, string[]>();
  for (const file of names) {
    if (!file.startsWith('K')) continue;
    const end = file.indexOf('+');
    if (end < 0) continue;
    const text = file.slice(1, end);
    const hasOtherPlus = file.lastIndexOf('+') !== end + ALGORITHM.length;
    const zone = !hasOtherPlus && (byZone.has(text) || PLAIN.test(text)) ? text : spelledUsually(file);
    if (zone === undefined) continue;
    const known = byZone.get(zone);
    if (known === undefined) byZone.set(zone, [file]);
    else known.push(file);
  }
  return byZone;
}

function spelledUsually(file: string): string | undefined {
  const name = parseKeyFileName(file);
  return name === undefined ? undefined : zoneFileText(name.zone);
}

function groupByKey(files: readonly string[]): KeyFiles[] {
  const found = new Map<string, { name: KeyFileName; files: Partial<Record<KeyFileSuffix, string>> }>();
  for (const file of [...files].sort()) {
    const name = parseKeyFileName(file);
    if (name === undefined) continue;
    const entry = found.get(name.base) ?? { name, files: {} };
    entry.files[name.suffix] = file;
    found.set(name.base, entry);
  }
  return [...found.values()];
}

/** What knows the key files of a directory. */
export interface KeyLister {
  /** A listing that is as good as one of now. @throws DnssecError FILE_UNREADABLE */
  list(): KeyListing;
}

/** A key directory that is looked at again and again: listed anew whenever it may have changed. */
export class KeyDirectory implements KeyLister {
  readonly path: string;
  readonly #clock: () => UnixSeconds;
  #listing: KeyListing | undefined;

  constructor(path: string, clock: () => UnixSeconds = systemTime) {
    this.path = path;
    this.#clock = clock;
  }

  list(): KeyListing {
    const now = this.#clock();
    const stamp = this.#listing?.stamp;
    if (stamp === undefined || stamp !== stampForReading(this.path, now))
      this.#listing = readKeyListing(this.path, now);
    return this.#listing!;
  }
}

function systemTime(): UnixSeconds {
  return Math.floor(Date.now() / 1000);
}
