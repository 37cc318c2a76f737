/** The listings of Knot's `keymgr ZONE list`: plain, extended (`-e`) and JSON (`-j`), with times in seconds or ISO 8601. */
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { parseTime, type UnixSeconds } from '../base/time.ts';
import { nameFromText } from '../dns/name.ts';
import { algorithmNumber } from './algorithms.ts';
import { keyFileError } from './file-lines.ts';
import { requireZone } from './foreign-key.ts';
import { LATEST_KEY_TIME } from './key-times.ts';

/** Knot's timers, in the order of a key's life (keymgr(8), "Timers"). */
export const KNOT_TIMERS = [
  'pre-active',
  'publish',
  'ready',
  'active',
  'retire-active',
  'retire',
  'post-active',
  'revoke',
  'remove',
] as const;

/** One of Knot's timers. */
export type KnotTimer = (typeof KNOT_TIMERS)[number];

/** One key of a listing. */
export interface KnotKey {
  /** Key ID: the name of its PEM file without the suffix. */
  readonly id: string;
  readonly isKsk: boolean;
  readonly isZsk: boolean;
  readonly keyTag: number;
  readonly algorithm: number;
  readonly isPublicOnly: boolean;
  /** Timers that are set. */
  readonly timers: Readonly<Partial<Record<KnotTimer, UnixSeconds>>>;
}

/** No listing of one zone's keys is longer. */
const MAX_LISTING = 1_048_576;

const HINT =
  'It is what "keymgr ZONE list" prints; "keymgr -j ZONE list" is best. Times in the form "human" count from an unknown moment, and are not read.';

/**
 * Reads a listing.
 *
 * @param file  what to call it in messages
 * @param zone  wire form; the JSON form names the zone, and must name this one
 * @throws DnssecError KEY_INVALID with the line; USAGE for the listing of another zone
 */
export function parseKnotListing(text: string, file: string, zone: Octets): KnotKey[] {
  if (text.length > MAX_LISTING) throw new DnssecError('KEY_INVALID', `${file}: too long for a listing of keys`);
  const keys = /^\s*\[/.test(text) ? parseJson(text, file, zone) : parseLines(text, file);
  const seen = new Set<string>();
  for (const { id } of keys) {
    if (seen.has(id)) throw new DnssecError('KEY_INVALID', `${file}: key ${id} is listed twice`);
    seen.add(id);
  }
  return keys;
}

function parseLines(text: string, file: string): KnotKey[] {
  const keys: KnotKey[] = [];
  // keymgr colours what it prints to a terminal.
  for (const [index, raw] of text
    .replace(/\x1b\[[0-9;]*m/g, '')
    .split('\n')
    .entries()) {
    const words = raw.trim().split(/\s+/);
    if (words[0] === '') continue;
    const fault = (message: string) => keyFileError(file, index + 1, message, HINT);
    const id = readId(words[0], fault);
    const isExtended = words[1]?.includes('=') ?? false;
    keys.push(isExtended ? extendedKey(id, words.slice(1), fault) : plainKey(id, words.slice(1), fault));
  }
  return keys;
}

type Fault = (message: string) => DnssecError;

function readId(value: unknown, fault: Fault): string {
  if (typeof value === 'string' && /^[0-9a-f]{40}$/.test(value)) return value;
  throw fault('no key ID of 40 hexadecimal digits');
}

/** `ID TAG ROLE ALGORITHM[/SIZE] [public-only] timer=time …`: timers that are not set are left out. */
function plainKey(id: string, words: readonly string[], fault: Fault): KnotKey {
  const [tag = '', role = '', algorithm = '', ...rest] = words;
  if (!/^(?:KSK|ZSK|CSK)$/.test(role)) throw fault('not KSK, ZSK or CSK after the key tag');
  const isPublicOnly = rest[0] === 'public-only';
  return {
    id,
    isKsk: role !== 'ZSK',
    isZsk: role !== 'KSK',
    keyTag: readNumber(tag, 0xffff, 'key tag', fault),
    algorithm: readAlgorithm(algorithm.split('/')[0]!, fault),
    isPublicOnly,
    timers: readTimers(pairs(isPublicOnly ? rest.slice(1) : rest, fault), fault),
  };
}

/** `ID ksk=yes zsk=no tag=12345 algorithm=13 … public-only=no timer=time …`: 0 stands for a timer that is not set. */
function extendedKey(id: string, words: readonly string[], fault: Fault): KnotKey {
  const values = pairs(words, fault);
  const flag = (name: string): boolean => {
    const value = values.get(name);
    if (value !== 'yes' && value !== 'no') throw fault(`"${name}" is neither yes nor no`);
    return value === 'yes';
  };
  return requireRole(
    {
      id,
      isKsk: flag('ksk'),
      isZsk: flag('zsk'),
      keyTag: readNumber(values.get('tag') ?? '', 0xffff, 'key tag', fault),
      algorithm: readAlgorithm(values.get('algorithm') ?? '', fault),
      isPublicOnly: values.has('public-only') && flag('public-only'),
      timers: readTimers(values, fault),
    },
    fault,
  );
}

function parseJson(text: string, file: string, zone: Octets): KnotKey[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw new DnssecError('KEY_INVALID', `${file}: it begins like JSON, and is none`, { hint: HINT });
  }
  return (list as unknown[]).map((item, index) => {
    const fault: Fault = (message) =>
      new DnssecError('KEY_INVALID', `${file}: key ${index + 1} of the list: ${message}`, { hint: HINT });
    if (typeof item !== 'object' || item === null) throw fault('not an object');
    const fields = new Map(Object.entries(item));
    const name = fields.get('zone');
    if (typeof name === 'string') requireZone(readName(name, fault), zone, `${file}: key ${index + 1} of the list`);
    return jsonKey(fields, fault);
  });
}

function jsonKey(fields: ReadonlyMap<string, unknown>, fault: Fault): KnotKey {
  const flag = (name: string): boolean => {
    const value = fields.get(name);
    if (typeof value !== 'boolean') throw fault(`"${name}" is neither true nor false`);
    return value;
  };
  return requireRole(
    {
      id: readId(fields.get('id'), fault),
      isKsk: flag('ksk'),
      isZsk: flag('zsk'),
      keyTag: readNumber(String(fields.get('tag')), 0xffff, 'key tag', fault),
      algorithm: readAlgorithm(String(fields.get('algorithm')), fault),
      isPublicOnly: fields.has('public-only') && flag('public-only'),
      timers: readTimers(fields, fault),
    },
    fault,
  );
}

function requireRole(key: KnotKey, fault: Fault): KnotKey {
  if (!key.isKsk && !key.isZsk) throw fault('it is neither a KSK nor a ZSK');
  return key;
}

function readName(text: string, fault: Fault): Octets {
  try {
    return nameFromText(text);
  } catch {
    throw fault('the zone is not a domain name');
  }
}

function pairs(words: readonly string[], fault: Fault): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1) throw fault('a word that is not of the form name=value');
    values.set(word.slice(0, at), word.slice(at + 1));
  }
  return values;
}

function readNumber(text: string, most: number, what: string, fault: Fault): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= most) return Number(text);
  throw fault(`the ${what} is not a number from 0 to ${most}`);
}

function readAlgorithm(text: string, fault: Fault): number {
  const number = algorithmNumber(text);
  if (number === undefined) throw fault('the algorithm is not known');
  return number;
}

function readTimers(values: ReadonlyMap<string, unknown>, fault: Fault): KnotKey['timers'] {
  const timers: { -readonly [K in KnotTimer]?: UnixSeconds } = {};
  for (const name of KNOT_TIMERS) {
    const value = values.get(name);
    if (value === undefined) continue;
    const time = readTimer(String(value));
    if (time === undefined || time > LATEST_KEY_TIME) throw fault(`"${name}" is not a time in seconds or in ISO 8601`);
    if (time > 0) timers[name] = time;
  }
  return timers;
}

function readTimer(text: string): UnixSeconds | undefined {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? isoTime(text) : undefined;
}

function isoTime(text: string): UnixSeconds | undefined {
  try {
    return parseTime(text, 0);
  } catch {
    return undefined;
  }
}
