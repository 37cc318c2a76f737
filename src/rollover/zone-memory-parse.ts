/** Reading what is remembered of a zone: checked whole, so that no later step meets anything odd. */
import { DnssecError } from '../base/errors.ts';
import { asciiOctets, equalOctets, type Octets } from '../base/octets.ts';
import { canonicalName, friendlyName, nameFromText } from '../dns/name.ts';
import { MAX_KEY_FILE } from '../keys/file-lines.ts';
import { parseKeyFileName } from '../keys/key-name.ts';
import { holdsPrivateKey } from '../keys/private-text.ts';
import { parseStateFile } from '../keys/state-file.ts';
import { EMPTY_LOG } from './audit-log.ts';
import {
  byHex,
  choice,
  hex,
  list,
  misfit,
  optional,
  orNull,
  type Shape,
  STATE_HINT,
  section,
  sparse,
  text,
  whole,
} from './document-shape.ts';
import { type KeyId, OWNED_RECORDS } from './roll-key.ts';
import { MEMORY_VERSION, type RememberedKey, type WriteIntent, type ZoneMemory } from './zone-memory.ts';

/** Brings a document of one version to the next. It is not checked yet: what is odd is left for the check. */
export type MemoryUpgrade = (document: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** What became of the formats: the first entry makes version 2 of version 1, and so on. */
export const MEMORY_UPGRADES: readonly MemoryUpgrade[] = [];

const MAX_NAME = 1100;
const MAX_DISSENT = 1000;
const MAX_PATH = 4096;

const seconds = whole(0, 0xffff_ffff);
const algorithm = whole(1, 255);
const ID_DIGITS = 16;
const id = hex(ID_DIGITS);
const digest = hex(64);
const state = choice('hidden', 'rumoured', 'omnipresent', 'unretentive');

const sightings = byHex(
  ID_DIGITS,
  section({
    seen: choice('present', 'absent', 'mixed', 'unknown'),
    since: seconds,
    dissent: list(text(MAX_DISSENT)),
  }),
);
const zoneSightings = section({ dnskey: sightings, krrsig: sightings, zrrsig: sightings });
/** @see RFC 2181 §8 */
const ttls = list(section({ ttl: whole(0, 0x7fff_ffff), until: seconds }));

const key: Shape<RememberedKey> = section({
  id,
  name: text(MAX_NAME),
  role: choice('ksk', 'zsk', 'csk'),
  algorithm,
  keyTag: whole(0, 0xffff),
  bits: whole(1, 0xffff),
  goal: choice('omnipresent', 'hidden'),
  states: section({ dnskey: state, krrsig: state, zrrsig: state, ds: state }),
  changes: sparse({ dnskey: seconds, krrsig: seconds, zrrsig: seconds, ds: seconds }),
  predecessor: optional(id),
  successor: optional(id),
  created: optional(seconds),
  active: optional(seconds),
  lifetime: optional(seconds),
  rollAt: optional(seconds),
  retired: optional(seconds),
  removed: optional(seconds),
  fate: choice('none', 'compromised', 'lost'),
});

/** `upgradeMemory` has looked at it. */
const version: Shape<typeof MEMORY_VERSION> = () => MEMORY_VERSION;

const memoryShape: Shape<ZoneMemory> = section({
  version,
  zone: text(MAX_NAME),
  lastPass: seconds,
  wakeAt: orNull(seconds),
  lookAt: orNull(seconds),
  algorithm: orNull(algorithm),
  keys: list(key),
  file: zoneSightings,
  servers: zoneSightings,
  parent: sightings,
  word: sightings,
  ttls: section({ dnskey: ttls, zone: ttls, ds: ttls }),
  written: byHex(ID_DIGITS, digest),
  intent: list(section({ file: text(MAX_NAME), text: text(MAX_KEY_FILE) })),
  log: section({ entries: whole(0, Number.MAX_SAFE_INTEGER), hash: digest }),
  rest: orNull(
    section({
      policy: digest,
      files: list(section({ path: text(MAX_PATH), stamp: text(MAX_NAME) })),
      keyFiles: list(text(MAX_NAME)),
    }),
  ),
});

/**
 * Reads what `printZoneMemory` printed, of this version or an older one, and checks every value and how they go
 * together.
 *
 * @param file  its name, for messages
 * @param zone  whose it must be, in lower case without the trailing dot; undefined: anybody's
 * @throws DnssecError STATE_INVALID with the place
 */
export function parseZoneMemory(source: string, file: string, zone?: string): ZoneMemory {
  const document = parseJson(source, file);
  try {
    const memory = memoryShape(upgradeMemory(document), '');
    checkMemory(memory, zone);
    return memory;
  } catch (error) {
    throw error instanceof DnssecError ? error.within(file) : error;
  }
}

/**
 * Brings a document to the present version, step by step.
 *
 * @param upgrades  what became of the formats, from version 1 on
 * @throws DnssecError STATE_INVALID if it names no version, or one that is not known yet
 */
export function upgradeMemory(
  document: unknown,
  upgrades: readonly MemoryUpgrade[] = MEMORY_UPGRADES,
): Readonly<Record<string, unknown>> {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw misfit('', 'must be a mapping');
  }
  const { version: found } = document as { readonly version?: unknown };
  const format = whole(1, Number.MAX_SAFE_INTEGER)(found, 'version');
  const newest = upgrades.length + 1;
  if (format > newest) {
    throw new DnssecError(
      'STATE_INVALID',
      `written by a newer version of this program (format ${format}); this one reads up to ${newest}`,
      { hint: 'Use that version; nothing was changed.' },
    );
  }
  let upgraded = document as Readonly<Record<string, unknown>>;
  for (const upgrade of upgrades.slice(format - 1)) upgraded = upgrade(upgraded);
  return { ...upgraded, version: newest };
}

/** What V8 calls a text that ends too early; it may also tell the text's end as the place. */
const CUT_OFF = /^Unexpected end of|^Unterminated string/;

/** V8's own words are not passed on: they quote the text, whatever it holds. */
function parseJson(source: string, file: string): unknown {
  try {
    return JSON.parse(source);
  } catch (cause) {
    const words = (cause as SyntaxError).message;
    const position = /at position (\d+)/.exec(words)?.[1];
    const at = position === undefined ? undefined : Number(position);
    const isCut = CUT_OFF.test(words) || (at !== undefined && at >= source.trimEnd().length);
    const message = source.trim() === '' ? 'is empty' : isCut ? 'is cut off: it ends in the middle' : 'is not JSON';
    const diagnostics =
      isCut || at === undefined
        ? []
        : [{ severity: 'error' as const, message: 'not JSON from here on', file, ...placeOf(source, at) }];
    throw new DnssecError('STATE_INVALID', `${file} ${message}`, { hint: STATE_HINT, diagnostics });
  }
}

/** Line and column of a place in a text, from 1; columns are octets. */
function placeOf(source: string, at: number): { readonly line: number; readonly column: number } {
  const before = source.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: Buffer.byteLength(before.slice(lineStart)) + 1 };
}

function checkMemory(memory: ZoneMemory, expected: string | undefined): void {
  const zone = checkZone(memory.zone);
  if (expected !== undefined && memory.zone !== expected) {
    throw misfit('zone', `is ${JSON.stringify(memory.zone)}: this is the memory of another zone than ${expected}`);
  }
  checkKeys(memory.keys, zone);
  for (const [i, intent] of memory.intent.entries()) checkIntent(intent, zone, `intent[${i}]`);
  const { entries, hash } = memory.log;
  if ((entries === 0) !== (hash === EMPTY_LOG.hash)) {
    throw misfit('log.hash', `must be zeros where the log has no entries, and nowhere else`);
  }
}

/** @returns the zone's name in wire form */
function checkZone(zone: string): Octets {
  let name: Octets | undefined;
  try {
    name = canonicalName(nameFromText(zone));
  } catch {
    // Told below.
  }
  if (name !== undefined && friendlyName(name) === zone) return name;
  throw misfit('zone', "must be a zone's name, in lower case and without a dot at its end");
}

function checkKeys(keys: readonly RememberedKey[], zone: Octets): void {
  const places = new Map<KeyId, number>();
  for (const [i, { id: own, name, role, algorithm: number, states }] of keys.entries()) {
    const path = `keys[${i}]`;
    const first = places.get(own);
    if (first !== undefined) throw misfit(`${path}.id`, `is that of keys[${first}], too`);
    places.set(own, i);
    if (keyFileOf(`${name}.key`, zone)?.algorithm !== number) {
      throw misfit(`${path}.name`, 'must be the base name of key files of this zone and algorithm');
    }
    for (const record of ['dnskey', 'krrsig', 'zrrsig', 'ds'] as const) {
      if (OWNED_RECORDS[role].includes(record) || states[record] === 'hidden') continue;
      throw misfit(`${path}.states.${record}`, `must be hidden: a ${role.toUpperCase()} has no such record`);
    }
  }
  checkLinks(keys, places, 'predecessor');
  checkLinks(keys, places, 'successor');
}

/** Each link leads to another key that there is, and no way along the links leads back. */
function checkLinks(
  keys: readonly RememberedKey[],
  places: ReadonlyMap<KeyId, number>,
  link: 'predecessor' | 'successor',
): void {
  /** By place: the walk that came through, from 1. */
  const walks = new Uint32Array(keys.length);
  for (const [start] of keys.entries()) {
    let at = start;
    for (let next: KeyId | undefined; walks[at] === 0; at = places.get(next)!) {
      walks[at] = start + 1;
      next = keys[at]![link];
      if (next === undefined) break;
      if (!places.has(next)) throw misfit(`keys[${at}].${link}`, 'names a key that is not there');
      if (walks[places.get(next)!] === start + 1) {
        const itself = next === keys[at]!.id;
        throw misfit(`keys[${at}].${link}`, itself ? 'names the key itself' : 'leads in a circle back to it');
      }
    }
  }
}

function checkIntent({ file, text: content }: WriteIntent, zone: Octets, path: string): void {
  if (keyFileOf(file, zone)?.suffix !== 'state') {
    throw misfit(`${path}.file`, 'must be the name of a .state file of this zone, without directories');
  }
  let isState = !holdsPrivateKey(asciiOctets(content));
  try {
    parseStateFile(content, file);
  } catch {
    isState = false;
  }
  if (!isState) throw misfit(`${path}.text`, 'must be the text of a .state file');
}

/** What a file's name says; undefined if it is none of this zone's keys, or names a directory. */
function keyFileOf(file: string, zone: Octets): ReturnType<typeof parseKeyFileName> {
  const name = /[/\\\0]/.test(file) ? undefined : parseKeyFileName(file);
  return name !== undefined && equalOctets(name.zone, zone) ? name : undefined;
}
