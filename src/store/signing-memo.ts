/**
 * What a signing run saw and when it is due again, in a hidden file beside the signed zone: so that a run with nothing
 * to do reads neither zone file. It may be deleted at any time; nothing but time is lost.
 *
 * A file counts as unchanged while its inode, size and both of its times are what they were. A file that changed only
 * just before it was read could change again within the same tick of its clock: such a run leaves no memo.
 */
import { readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Octets } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { nameFromText } from '../dns/name.ts';
import { stampForReading, stampOf } from './file-stamp.ts';
import { replaceFile } from './files.ts';
import type { KeyLister, KeyListing } from './key-listing.ts';

/** Raised whenever signing itself comes to other results for the same input. */
const MEMO_VERSION = 1;

/** Path and stamp of a file or directory. */
type Stamped = readonly [path: string, stamp: string];

/** What is remembered of the result, to tell it again. */
export interface RememberedResult {
  readonly zone: string;
  readonly serial: number;
  readonly keys: readonly string[];
  /** Hexadecimal digits; null for NSEC. */
  readonly salt: string | null;
}

/** A memo, as it is written. */
export interface SigningMemo {
  readonly version: number;
  /** Every choice that the result depends on, as text. */
  readonly choices: string;
  readonly written: UnixSeconds;
  /** Nothing is due before this time. */
  readonly due: UnixSeconds;
  /** Zone files, key files and the signed file. */
  readonly files: readonly Stamped[];
  /** The key directory: a key more or less changes it. No stamp where it had changed just before. */
  readonly keyDirectory: Stamped;
  readonly keyFiles: readonly string[];
  readonly result: RememberedResult;
}

/** Where the memo of a signed file lies. */
export function memoPath(signed: string): string {
  return join(dirname(signed), `.${basename(signed)}.memo`);
}

/**
 * The memo of a signed file, if everything is still as it says and nothing is due.
 *
 * @param zoneOf  the memo's zone, in wire form: its key files count where the key directory has changed
 */
export function readCurrentMemo(
  signed: string,
  choices: string,
  now: UnixSeconds,
  zoneOf: (memo: SigningMemo) => Octets,
  keys: KeyLister,
): SigningMemo | undefined {
  const memo = parseMemo(signed);
  if (memo?.version !== MEMO_VERSION || memo.choices !== choices) return undefined;
  if (now < memo.written || now >= memo.due) return undefined;
  for (const [path, stamp] of memo.files) if (stampOf(path)?.text !== stamp) return undefined;
  const [directory, stamp] = memo.keyDirectory;
  if (stampOf(directory)?.text === stamp) return memo;
  // Keys of other zones came or went, or one of this zone: its own files decide.
  const names = keyFileNames(keys.list(), zoneOf(memo));
  return names.join() === memo.keyFiles.join() ? memo : undefined;
}

/**
 * Whether a zone file, or one that it includes, is another than the one that the present signed file stands for.
 *
 * @returns undefined where no memo tells
 */
export function haveSourcesChanged(signed: string): boolean | undefined {
  const memo = parseMemo(signed);
  const own = memo?.files.find(([path]) => path === signed);
  if (memo === undefined || own === undefined) return undefined;
  const keyFiles = new Set(memo.keyFiles.map((name) => join(memo.keyDirectory[0], name)));
  const sources = memo.files.filter(([path]) => path !== signed && !keyFiles.has(path));
  try {
    if (stampOf(signed)?.text !== own[1]) return undefined;
    return sources.some(([path, stamp]) => stampOf(path)?.text !== stamp);
  } catch {
    return undefined;
  }
}

/** @returns undefined for what is no memo: whatever else the file holds costs time, and nothing more */
function parseMemo(signed: string): SigningMemo | undefined {
  try {
    const memo: unknown = JSON.parse(readFileSync(memoPath(signed), 'utf8'));
    if (!isMemo(memo)) return undefined;
    nameFromText(memo.result.zone);
    return memo;
  } catch {
    return undefined;
  }
}

function isMemo(value: unknown): value is SigningMemo {
  const { written, due, files, keyDirectory, keyFiles, result } = (value ?? {}) as Partial<Record<string, unknown>>;
  const { zone, serial, keys, salt } = (result ?? {}) as Partial<Record<string, unknown>>;
  return (
    [written, due, serial].every(Number.isSafeInteger) &&
    [keyFiles, keys, keyDirectory].every(isTexts) &&
    Array.isArray(files) &&
    [...files, keyDirectory].every((pair) => isTexts(pair) && pair.length === 2) &&
    typeof zone === 'string' &&
    (salt === null || (typeof salt === 'string' && /^(?:[0-9A-F]{2}){0,255}$/i.test(salt)))
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string');
}

function keyFileNames(listing: KeyListing, zone: Octets): readonly string[] {
  return listing
    .keys(zone)
    .flatMap(({ files }) => Object.values(files))
    .sort();
}

/** What a memo is made of, beside what the disk says. */
export interface MemoContent {
  readonly signed: string;
  readonly choices: string;
  readonly zone: Octets;
  /** Stamps of the zone files, taken as each was opened. */
  readonly sources: ReadonlyMap<string, string | undefined>;
  readonly keyDirectory: string;
  /** What lay in the key directory when the keys were loaded. */
  readonly listing: KeyListing;
  readonly now: UnixSeconds;
  readonly due: UnixSeconds;
  readonly result: RememberedResult;
}

/** Writes the memo, or removes an old one where none can be trusted. What goes wrong here is no failure of signing. */
export function writeMemo(content: MemoContent): void {
  const path = memoPath(content.signed);
  try {
    const memo = buildMemo(content);
    if (memo === undefined) rmSync(path, { force: true });
    else replaceFile(path, Buffer.from(JSON.stringify(memo)));
  } catch {
    rmSync(path, { force: true });
  }
}

function buildMemo(content: MemoContent): SigningMemo | undefined {
  const { signed, choices, zone, sources, keyDirectory, listing, now, due, result } = content;
  const files: Stamped[] = [];
  for (const [source, stamp] of sources) {
    if (stamp === undefined) return undefined;
    files.push([source, stamp]);
  }
  // The keys were read some time ago: one that changed since then would be taken for the one that was read.
  const keyFiles = keyFileNames(listing, zone);
  for (const name of keyFiles) {
    const path = join(keyDirectory, name);
    const stamp = stampForReading(path, now);
    if (stamp === undefined) return undefined;
    files.push([path, stamp]);
  }
  const written = stampOf(signed);
  if (written === undefined) return undefined;
  files.push([signed, written.text]);
  return {
    version: MEMO_VERSION,
    choices,
    written: now,
    due,
    files,
    keyDirectory: [keyDirectory, listing.stamp ?? ''],
    keyFiles,
    result,
  };
}
