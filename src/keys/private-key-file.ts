/** BIND's `.private` files: the private half of a key as numbers in base64, and its timing metadata. */
import { createECDH, createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { parseTimestamp, printTimestamp } from '../base/time.ts';
import { type Algorithm, algorithmText, findAlgorithm } from './algorithms.ts';
import { keyFileError, splitLines } from './file-lines.ts';
import type { KeyTiming } from './key.ts';
import { TIMING_TAGS } from './key-times.ts';

/** What a `.private` file says. */
export interface PrivateKeyFile {
  /** Minor number of format 1.x: 3 with timing metadata, 2 without. */
  readonly minor: number;
  readonly algorithm: number;
  readonly privateKey: KeyObject;
  /** Tags of the keys before and after it in a rollover (dnssec-keygen -S). */
  readonly predecessor?: number;
  readonly successor?: number;
  readonly timing: KeyTiming;
  /** Lines with tags that this program does not know, kept as they are. May be secret: never shown. */
  readonly unknown: readonly string[];
}

/** The private fields of an RSA key file with their names in a JSON Web Key (RFC 3447 §3.2, RFC 7518 §6.3). */
const RSA_FIELDS = [
  ['Modulus', 'n'],
  ['PublicExponent', 'e'],
  ['PrivateExponent', 'd'],
  ['Prime1', 'p'],
  ['Prime2', 'q'],
  ['Exponent1', 'dp'],
  ['Exponent2', 'dq'],
  ['Coefficient', 'qi'],
] as const;

const RSA_TAGS: ReadonlyMap<string, string> = new Map(RSA_FIELDS.map(([tag]) => [tag.toLowerCase(), tag]));
const TIMING_BY_TAG = new Map(TIMING_TAGS.map(([field, tag]) => [tag.toLowerCase(), field]));

interface Fields {
  minor: number;
  algorithm: number;
  readonly values: Map<string, string>;
  predecessor?: number;
  successor?: number;
  readonly timing: { -readonly [K in keyof KeyTiming]: number };
  readonly unknown: string[];
}

/**
 * Reads a `.private` file of format 1.2 or 1.3 (a later minor number is read as far as it is known).
 * What can't be read is told by line number and tag only.
 *
 * @param file  its name, for messages
 * @throws DnssecError KEY_INVALID with the line; KEY_UNSUPPORTED for an algorithm that is not signed with and for a key
 *         that lies in a hardware token
 */
export function parsePrivateKeyFile(text: string, file: string): PrivateKeyFile {
  const fields = readFields(text, file);
  const algorithm = findAlgorithm(fields.algorithm);
  if (algorithm === undefined || algorithm.use !== 'sign') {
    throw new DnssecError(
      'KEY_UNSUPPORTED',
      `${file}: algorithm ${algorithmText(fields.algorithm)} is not signed with`,
    );
  }
  if (fields.values.has('engine') || fields.values.has('label')) {
    throw new DnssecError('KEY_UNSUPPORTED', `${file}: the private key lies in a hardware token, not in this file`);
  }
  const { minor, predecessor, successor, timing, unknown } = fields;
  return {
    minor,
    algorithm: algorithm.number,
    privateKey: buildPrivateKey(algorithm, fields.values, file),
    ...(predecessor === undefined ? {} : { predecessor }),
    ...(successor === undefined ? {} : { successor }),
    timing,
    unknown,
  };
}

function readFields(text: string, file: string): Fields {
  const fields: Fields = { minor: -1, algorithm: -1, values: new Map(), timing: {}, unknown: [] };
  for (const { line, number } of splitLines(text, file)) {
    if (line.trim() === '') continue;
    const m = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*:\s*(.*?)\s*$/.exec(line);
    if (m === null) throw keyFileError(file, number, 'not of the form "Tag: value"');
    const tag = m[1]!;
    const value = m[2]!;
    if (fields.minor < 0) {
      const version = tag === 'Private-key-format' ? /^v1\.(\d{1,3})$/.exec(value) : null;
      if (version === null) {
        throw keyFileError(
          file,
          number,
          'not a private key file of format v1.2 or v1.3',
          'Name a .private file of BIND.',
        );
      }
      fields.minor = Number(version[1]);
    } else if (fields.algorithm < 0) {
      const algorithm = tag === 'Algorithm' ? /^(\d{1,3})(?:\s*\(.*\))?$/.exec(value) : null;
      if (algorithm === null) throw keyFileError(file, number, 'the second line does not name the algorithm');
      fields.algorithm = Number(algorithm[1]);
    } else {
      const fault = setField(fields, tag, value, line);
      if (fault !== undefined) throw keyFileError(file, number, `${tag}: ${fault}`);
    }
  }
  if (fields.minor < 0) throw new DnssecError('KEY_INVALID', `${file}: the file is empty`);
  if (fields.algorithm < 0) throw new DnssecError('KEY_INVALID', `${file}: the file ends after its first line`);
  return fields;
}

function setField(fields: Fields, tag: string, value: string, line: string): string | undefined {
  const lower = tag.toLowerCase();
  const timing = TIMING_BY_TAG.get(lower);
  if (timing !== undefined) {
    const time = parseTimestamp(value.split(/\s/)[0]!);
    if (time === undefined) return 'not a time of the form YYYYMMDDHHMMSS';
    fields.timing[timing] = time;
  } else if (lower === 'predecessor' || lower === 'successor') {
    if (!/^\d{1,5}$/.test(value) || Number(value) > 0xffff) return 'not a key tag';
    fields[lower] = Number(value);
  } else if (RSA_TAGS.has(lower) || lower === 'privatekey' || lower === 'engine' || lower === 'label') {
    if (fields.values.has(lower)) return 'given twice';
    fields.values.set(lower, value);
  } else {
    fields.unknown.push(line);
  }
  return undefined;
}

function requireOctets(values: ReadonlyMap<string, string>, tag: string, file: string): Octets {
  const text = values.get(tag.toLowerCase());
  if (text === undefined) throw new DnssecError('KEY_INVALID', `${file}: the line "${tag}" is missing`);
  const compact = text.replace(/\s+/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact) || compact === '') {
    throw new DnssecError('KEY_INVALID', `${file}: the value of "${tag}" is not base64`);
  }
  return new Uint8Array(Buffer.from(compact, 'base64'));
}

function buildPrivateKey(algorithm: Algorithm, values: ReadonlyMap<string, string>, file: string): KeyObject {
  const jwk: Record<string, string> = {};
  if (algorithm.family === 'rsa') {
    for (const [tag, name] of RSA_FIELDS)
      jwk[name] = Buffer.from(requireOctets(values, tag, file)).toString('base64url');
    jwk.kty = 'RSA';
    return makePrivateKey(() => createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' }), file);
  }
  const secret = fixedWidth(requireOctets(values, 'PrivateKey', file), algorithm, file);
  return makePrivateKey(() => privateKeyFromOctets(algorithm, secret), file);
}

/** Some writers drop an ECDSA number's leading zeros: they are put back. */
function fixedWidth(octets: Octets, algorithm: Algorithm, file: string): Octets {
  const width = algorithm.privateKeyLength;
  if (octets.length === width) return octets;
  if (octets.length > width || algorithm.family === 'eddsa') {
    throw new DnssecError('KEY_INVALID', `${file}: the private key has ${octets.length} octets instead of ${width}`);
  }
  const padded = new Uint8Array(width);
  padded.set(octets, width - octets.length);
  return padded;
}

function makePrivateKey(make: () => KeyObject, file: string): KeyObject {
  try {
    return make();
  } catch {
    // The cause is left out on purpose: it may hold what it was given.
    throw new DnssecError('KEY_INVALID', `${file}: the numbers in it are no private key`);
  }
}

/** PKCS#8 headers in front of an Edwards curve's private octets (RFC 8410 §7). */
const PKCS8_HEADER = {
  Ed25519: '302e020100300506032b657004220420',
  Ed448: '3047020100300506032b6571043b0439',
} as const;

/**
 * Makes a KeyObject from the private octets of an elliptic key.
 *
 * @param secret  `algorithm.privateKeyLength` octets: the ECDSA number, or the EdDSA seed
 * @throws Error of node:crypto where they are no key
 */
export function privateKeyFromOctets(algorithm: Algorithm, secret: Octets): KeyObject {
  if (algorithm.curve === 'Ed25519' || algorithm.curve === 'Ed448') {
    const der = Buffer.concat([Buffer.from(PKCS8_HEADER[algorithm.curve], 'hex'), secret]);
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  }
  const curve = createECDH(algorithm.curve === 'P-256' ? 'prime256v1' : 'secp384r1');
  curve.setPrivateKey(secret);
  const point = curve.getPublicKey();
  const half = (point.length - 1) / 2;
  const jwk: JsonWebKey = {
    kty: 'EC',
    crv: algorithm.curve,
    d: Buffer.from(secret).toString('base64url'),
    x: point.subarray(1, 1 + half).toString('base64url'),
    y: point.subarray(1 + half).toString('base64url'),
  };
  return createPrivateKey({ key: jwk, format: 'jwk' });
}

/** Prints a `.private` file, as BIND 9.18 does. The text is secret. */
export function printPrivateKeyFile(key: PrivateKeyFile): string {
  const algorithm = findAlgorithm(key.algorithm)!;
  const lines = [`Private-key-format: v1.${key.minor}`, `Algorithm: ${algorithm.number} (${algorithm.mnemonic})`];
  const jwk = key.privateKey.export({ format: 'jwk' });
  const base64 = (url: string | undefined) => Buffer.from(url ?? '', 'base64url').toString('base64');
  if (algorithm.family === 'rsa') for (const [tag, name] of RSA_FIELDS) lines.push(`${tag}: ${base64(jwk[name])}`);
  else lines.push(`PrivateKey: ${base64(jwk.d)}`);
  if (key.minor >= 3) {
    if (key.predecessor !== undefined) lines.push(`Predecessor: ${key.predecessor}`);
    if (key.successor !== undefined) lines.push(`Successor: ${key.successor}`);
    for (const [field, tag] of TIMING_TAGS) {
      const time = key.timing[field];
      if (time !== undefined) lines.push(`${tag}: ${printTimestamp(time)}`);
    }
  }
  return `${[...lines, ...key.unknown].join('\n')}\n`;
}

/** The public half of a private key. */
export function publicHalf(privateKey: KeyObject): KeyObject {
  return createPublicKey(privateKey);
}
