/** PKCS#12 files: one private key under a passphrase, as OpenSSL, browsers and key stores exchange them (RFC 7292). */
import { createHash, createHmac, createPrivateKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import forge from 'node-forge';
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import {
  der,
  encryptPrivateKey,
  integerOf,
  missingPassphrase,
  type RandomOctets,
  readDer,
  wrongPassphrase,
} from './pkcs8.ts';

const { asn1 } = forge;

const OID = {
  data: '1.2.840.113549.1.7.1',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  friendlyName: '1.2.840.113549.1.9.20',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const;

/** Rounds for the integrity check: what OpenSSL takes. The key itself is under PBKDF2 with many more. */
const MAC_ROUNDS = 2048;
const MOST_MAC_ROUNDS = 2_000_000;

/** Digests of the integrity check, by object identifier, with the block size of the hash. */
const MAC_DIGESTS: ReadonlyMap<string, readonly [hash: string, block: number]> = new Map([
  ['1.3.14.3.2.26', ['sha1', 64]],
  ['2.16.840.1.101.3.4.2.4', ['sha224', 64]],
  [OID.sha256, ['sha256', 64]],
  ['2.16.840.1.101.3.4.2.2', ['sha384', 128]],
  ['2.16.840.1.101.3.4.2.3', ['sha512', 128]],
]);

/** Whether DER octets are a PKCS#12 file: a sequence that starts with the version 3 (RFC 7292 §4). */
export function isPkcs12(octets: Octets): boolean {
  try {
    const { version, content } = parts(der.decode(octets), PFX);
    return version?.value === '\x03' && content?.type === asn1.Type.SEQUENCE;
  } catch {
    return false;
  }
}

/** The children of a node by name; undefined where the node has fewer. */
function parts<K extends string>(
  node: forge.asn1.Asn1 | undefined,
  names: readonly K[],
): Readonly<Record<K, forge.asn1.Asn1 | undefined>> {
  const children = Array.isArray(node?.value) ? node.value : [];
  return Object.fromEntries(names.map((name, i) => [name, children[i]])) as Record<K, forge.asn1.Asn1 | undefined>;
}

const PFX = ['version', 'content', 'mac'] as const;

function children(node: forge.asn1.Asn1 | undefined): readonly forge.asn1.Asn1[] {
  return Array.isArray(node?.value) ? node.value : [];
}

/** The octets of a string, also of one that forge has looked into, or that came in pieces. */
function octetsOf(node: forge.asn1.Asn1 | undefined): Buffer {
  if (node === undefined) return Buffer.alloc(0);
  if (typeof node.value === 'string') return Buffer.from(node.value, 'binary');
  return Buffer.concat(node.value.map(octetsOf));
}

function oidOf(node: forge.asn1.Asn1 | undefined): string {
  return typeof node?.value === 'string' && node.type === asn1.Type.OID ? asn1.derToOid(node.value) : '';
}

/**
 * Reads the private key of a PKCS#12 file; certificates in it are passed over.
 *
 * @param file        its name, for messages
 * @param passphrase  may be empty; undefined: none was given
 * @throws DnssecError KEY_INVALID, also for a wrong or missing passphrase, for several keys and for a file under a
 *         public key instead of a passphrase
 */
export function readPkcs12(octets: Octets, file: string, passphrase: string | undefined): KeyObject {
  if (passphrase === undefined) throw missingPassphrase(file);
  const { content, mac } = parts(readDer(octets, file), PFX);
  const safe = dataOf(content);
  if (safe === undefined || mac === undefined) {
    throw new DnssecError('KEY_INVALID', `${file}: it is no PKCS#12 file under a passphrase`);
  }
  if (!isMacRight(mac, safe, passphrase, file)) throw wrongPassphrase(file);
  const keys = children(der.decode(safe)).flatMap((info) => keysIn(info, file));
  const [first] = keys;
  if (keys.length !== 1 || first === undefined) {
    const what = keys.length === 0 ? 'no private key' : `${keys.length} private keys`;
    throw new DnssecError('KEY_INVALID', `${file}: there is ${what} in it`);
  }
  try {
    return createPrivateKey({ key: first, format: 'der', type: 'pkcs8', passphrase });
  } catch {
    throw new DnssecError('KEY_INVALID', `${file}: the private key in it can't be read`);
  }
}

/** The content of a ContentInfo of type data. */
function dataOf(info: forge.asn1.Asn1 | undefined): Buffer | undefined {
  const { type, content } = parts(info, ['type', 'content']);
  return oidOf(type) === OID.data ? octetsOf(children(content)[0]) : undefined;
}

/** The PKCS#8 structures, plain or encrypted, in one part of the safe. Encrypted parts hold certificates. */
function keysIn(info: forge.asn1.Asn1, file: string): Buffer[] {
  const contents = dataOf(info);
  if (contents === undefined) return [];
  return children(readDer(contents, file)).flatMap((bag) => {
    const { type, content } = parts(bag, ['type', 'content']);
    const key = children(content)[0];
    const isKey = oidOf(type) === OID.shroudedKeyBag || oidOf(type) === OID.keyBag;
    return isKey && key !== undefined ? [der.encode(key)] : [];
  });
}

function isMacRight(mac: forge.asn1.Asn1, content: Octets, passphrase: string, file: string): boolean {
  const { digestInfo, salt, rounds } = parts(mac, ['digestInfo', 'salt', 'rounds']);
  const { algorithm, digest } = parts(digestInfo, ['algorithm', 'digest']);
  const found = MAC_DIGESTS.get(oidOf(children(algorithm)[0]));
  const count = rounds === undefined ? 1 : integerOf(rounds);
  if (found === undefined || !(count >= 1 && count <= MOST_MAC_ROUNDS)) {
    throw new DnssecError('KEY_INVALID', `${file}: its integrity check is of a kind that is not supported`);
  }
  const [hash, block] = found;
  const key = macKey(passphrase, octetsOf(salt), count, hash, block);
  const right = createHmac(hash, key).update(content).digest();
  const given = octetsOf(digest);
  return given.length === right.length && timingSafeEqual(given, right);
}

/**
 * The key of the integrity check, as long as the hash: H^rounds(D ‖ S ‖ P), D the octet 3, S the salt, P the passphrase
 * as UTF-16 with a final zero, each repeated to whole blocks of the hash.
 *
 * @see RFC 7292 App. B
 */
function macKey(passphrase: string, salt: Octets, rounds: number, hash: string, block: number): Buffer {
  const repeat = (octets: Octets) =>
    Buffer.alloc(Math.ceil(octets.length / block) * block, octets.length === 0 ? undefined : Buffer.from(octets));
  const password = Buffer.from(`${passphrase}\0`, 'utf16le').swap16();
  let key: Buffer = Buffer.concat([Buffer.alloc(block, 3), repeat(salt), repeat(password)]);
  for (let i = 0; i < rounds; i++) key = createHash(hash).update(key).digest();
  return key;
}

/**
 * Makes a PKCS#12 file with one private key: PBES2 with AES-256, HMAC-SHA256 for integrity.
 *
 * @param name        friendly name of the key
 * @param passphrase  not empty
 * @see RFC 7292 §4, RFC 7292 App. B
 */
export function printPkcs12(privateKey: KeyObject, name: string, passphrase: string, random: RandomOctets): Octets {
  const bag = der.sequence(
    der.oid(OID.shroudedKeyBag),
    der.tagged(0, encryptPrivateKey(privateKey, passphrase, random)),
    der.set(der.sequence(der.oid(OID.friendlyName), der.set(der.bmpString(name)))),
  );
  const content = der.encode(der.sequence(dataContent(der.encode(der.sequence(bag)))));
  const salt = random(16);
  const mac = createHmac('sha256', macKey(passphrase, salt, MAC_ROUNDS, 'sha256', 64))
    .update(content)
    .digest();
  const digestInfo = der.sequence(der.sequence(der.oid(OID.sha256), der.nothing()), der.octets(mac));
  return der.encode(
    der.sequence(
      der.integer(3),
      dataContent(content),
      der.sequence(digestInfo, der.octets(salt), der.integer(MAC_ROUNDS)),
    ),
  );
}

function dataContent(content: Octets): forge.asn1.Asn1 {
  return der.sequence(der.oid(OID.data), der.tagged(0, der.octets(content)));
}
