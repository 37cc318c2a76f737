/** Key files in a directory: found, read with their permissions checked, and put together into keys. */
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DnssecError, type ErrorCode, fileError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { MAX_KEY_FILE } from '../keys/file-lines.ts';
import type { KeyProblem, ZoneKey } from '../keys/key.ts';
import { buildZoneKey, type KeyTexts } from '../keys/zone-key.ts';
import { type KeyFiles, type KeyListing, listKeysSoon, readKeyListing } from './key-listing.ts';

/** The keys of a zone, and what is to be said about their files. */
export interface ZoneKeySet {
  /** Sorted by base name. */
  readonly keys: readonly ZoneKey[];
  /** Errors stand for keys that are not in `keys`, or are there without their private half. */
  readonly problems: readonly KeyProblem[];
}

/**
 * Lists the key files in a directory, grouped by key and sorted by base name.
 *
 * @param zone  wire form; only this zone's keys
 * @throws DnssecError FILE_UNREADABLE
 */
export async function listKeyFiles(directory: string, zone?: Octets): Promise<KeyFiles[]> {
  return (await listKeysSoon(directory)).keys(zone);
}

/** Which halves of the keys are read. `public` looks at no private file and so reports none. */
export type KeyHalves = 'both' | 'public';

/**
 * Loads all keys of a zone. A key that can't be used does not stop the others: it becomes a problem.
 *
 * @param zone     wire form
 * @param listing  what lies in the directory, where that is known already
 * @throws DnssecError FILE_UNREADABLE where the directory itself can't be read
 */
export async function loadZoneKeys(
  directory: string,
  zone: Octets,
  halves: KeyHalves = 'both',
  listing: KeyListing = readKeyListing(directory),
): Promise<ZoneKeySet> {
  const keys: ZoneKey[] = [];
  const problems: KeyProblem[] = [];
  for (const files of listing.keys(zone)) {
    const key = await loadKey(directory, files, problems, halves);
    if (key !== undefined) keys.push(key);
  }
  if (halves === 'public') return { keys, problems };
  if (keys.length > 0) problems.push(...directoryProblems(directory));
  return { keys, problems };
}

/** The same, also where there is no directory yet; who asks for the keys of other zones meanwhile shares the listing. */
export async function loadKeysIfAny(directory: string, zone: Octets): Promise<ZoneKeySet> {
  if (!existsSync(directory)) return { keys: [], problems: [] };
  return loadZoneKeys(directory, zone, 'both', await listKeysSoon(directory));
}

/**
 * The first error among the problems as an exception, with all of them listed.
 *
 * @throws DnssecError where there is one
 */
export function requireSoundKeys(problems: readonly KeyProblem[]): void {
  const errors = problems.filter((p) => p.severity === 'error');
  const first = errors[0];
  if (first === undefined) return;
  const others = errors.slice(1).map(({ message, hint }) => ({
    severity: 'error' as const,
    message,
    ...(hint === undefined ? {} : { hint }),
  }));
  const hint = first.hint === undefined ? {} : { hint: first.hint };
  throw new DnssecError(first.code, first.message, { ...hint, diagnostics: others });
}

/** Loads one key; on an error adds a problem and returns undefined. */
export async function loadKey(
  directory: string,
  { name, files }: KeyFiles,
  problems: KeyProblem[],
  halves: KeyHalves = 'both',
): Promise<ZoneKey | undefined> {
  if (files.key === undefined && (files.private === undefined || halves === 'public')) return undefined;
  const report = (error: unknown, severity: KeyProblem['severity'] = 'error') => {
    if (!(error instanceof DnssecError)) throw error;
    const { code, message, hint = HINTS[code] } = error;
    problems.push({ severity, code, subject: name.base, message, ...(hint === undefined ? {} : { hint }) });
  };
  const build = (texts: KeyTexts) => {
    try {
      return buildZoneKey(name, texts);
    } catch (error) {
      throw error instanceof DnssecError ? error.within(`in ${directory}`) : error;
    }
  };
  try {
    const texts: { -readonly [K in keyof KeyTexts]: KeyTexts[K] } = {
      key: undefined,
      private: undefined,
      state: undefined,
    };
    if (files.key !== undefined) texts.key = await readKeyText(join(directory, files.key), false);
    if (files.state !== undefined) texts.state = await readKeyText(join(directory, files.state), false);
    if (files.private !== undefined && halves === 'both')
      texts.private = await readKeyText(join(directory, files.private), true);
    const key = build(texts);
    if (files.private === undefined && halves === 'both') report(missingPrivate(directory, name.base));
    if (files.key === undefined) report(missingKey(directory, name.base), 'warning');
    return key;
  } catch (error) {
    report(error);
    return undefined;
  }
}

/** What to do where the error itself does not say it. */
const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  KEY_INVALID: 'Restore it from a backup. No new key is made in its place.',
  KEY_UNREADABLE: 'Restore it from a backup. No new key is made in its place.',
  KEY_UNSUPPORTED: 'Take its files out of the key directory, if the zone can do without this key.',
};

function missingPrivate(directory: string, base: string): DnssecError {
  const message = `${join(directory, `${base}.private`)} is missing: this key can't sign`;
  return new DnssecError('KEY_MISSING', message, {
    hint: 'Restore it from a backup. No new key is made in its place.',
  });
}

function missingKey(directory: string, base: string): DnssecError {
  const message = `${join(directory, `${base}.key`)} is missing: the key is used as ${base}.private tells it`;
  return new DnssecError('KEY_MISSING', message, { hint: 'Restore it with "dnssec keys repair".' });
}

/**
 * Reads a file of a key. A private one that others may read is refused, unread.
 *
 * @throws DnssecError KEY_UNREADABLE, KEY_EXPOSED, KEY_INVALID
 */
export async function readKeyText(path: string, isPrivate: boolean): Promise<string> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { mode, size } = describe(descriptor, path);
    if (isPrivate && (mode & 0o077) !== 0) throw exposed(path, mode);
    if (size > MAX_KEY_FILE) throw new DnssecError('KEY_INVALID', `${path}: too long for a key file (${size} octets)`);
    return readFileSync(descriptor, 'latin1');
  } catch (cause) {
    if (cause instanceof DnssecError) throw cause;
    const { message, hint } = fileError('read key file', path, cause);
    throw new DnssecError('KEY_UNREADABLE', message, { cause, ...(hint === undefined ? {} : { hint }) });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function describe(descriptor: number, path: string): { mode: number; size: number } {
  const { mode, size } = fstatSync(descriptor);
  if ((mode & constants.S_IFMT) !== constants.S_IFREG) {
    throw new DnssecError('KEY_UNREADABLE', `cannot read key file ${path}: it is not a file`);
  }
  return { mode, size };
}

function exposed(path: string, mode: number): DnssecError {
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  return new DnssecError('KEY_EXPOSED', `${path} has mode ${octal}: the private key is open to others than its owner`, {
    hint: `Run "chmod 600 ${path}"; if others may have read it, roll the key.`,
  });
}

function directoryProblems(directory: string): KeyProblem[] {
  const { mode } = statSync(directory);
  if ((mode & 0o007) === 0) return [];
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  const message = `the key directory ${directory} has mode ${octal}: others than its owner and group may look into it`;
  return [
    {
      severity: 'warning',
      code: 'KEY_EXPOSED',
      subject: directory,
      message,
      hint: `Run "chmod 700 ${directory}", or move the keys into a directory of their own.`,
    },
  ];
}
