/** PKCS#8 and its kin: private keys in PEM and DER, plain and encrypted, as OpenSSL and everybody else exchange them. */
import { createCipheriv, createPrivateKey, type KeyObject, pbkdf2Sync } from 'node:crypto';
import forge from 'node-forge';
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { ALGORITHMS, type Algorithm, requireSigningAlgorithm, signingAlgorithm } from './algorithms.ts';

const { asn1 } = forge;

/** Rounds of PBKDF2 when a private key is encrypted (OWASP, Password Storage Cheat Sheet, for SHA-256). */
export const PBKDF2_ROUNDS = 600_000;

/** More rounds than this are refused: a hostile file could keep us busy for hours. */
const MOST_ROUNDS = 20_000_000;

/** No private key in any of these forms is larger, certificates included. */
export const MAX_KEY_CONTAINER = 1_048_576;

const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]{1,100000}?-----END \1-----/g;

/** Whether the octets are text with a PEM block in it. */
export function isPem(octets: Octets): boolean {
  return Buffer.from(octets.subarray(0, MAX_KEY_CONTAINER)).includes('-----BEGIN ');
}

/**
 * Reads a private key from PEM or DER: PKCS#8 (also encrypted), SEC1 (EC), PKCS#1 (RSA).
 * Beside the key a PEM file may hold certificates and parameters.
 *
 * @param file        its name, for messages
 * @param passphrase  for an encrypted key
 * @throws DnssecError KEY_INVALID, also for a wrong or missing passphrase
 */
export function readPrivateKey(octets: Octets, file: string, passphrase: string | undefined): KeyObject {
  if (isPem(octets)) return readPem(Buffer.from(octets).toString('latin1'), file, passphrase);
  const root = readDer(octets, file);
  const key = Buffer.from(octets);
  for (const type of ['pkcs8', 'sec1', 'pkcs1'] as const) {
    try {
      const secret = passphrase === undefined ? {} : { passphrase };
      return createPrivateKey({ key, format: 'der', type, ...secret });
    } catch (error) {
      const fault = passphraseFault(error, file, passphrase);
      if (fault !== undefined) throw fault;
    }
  }
  if (isEncryptedKey(root)) throw passphrase === undefined ? missingPassphrase(file) : wrongPassphrase(file);
  throw new DnssecError('KEY_INVALID', `${file}: no private key was found in it`, { hint: KINDS_HINT });
}

const KINDS_HINT = 'Keys are read from .key/.private pairs of BIND, PEM, DER (PKCS#8, SEC1, PKCS#1) and PKCS#12.';

function readPem(text: string, file: string, passphrase: string | undefined): KeyObject {
  const blocks = [...text.matchAll(PEM_BLOCK)].filter(([, label]) => /(?:^| )PRIVATE KEY$/.test(label!));
  if (blocks.length !== 1) {
    const what = blocks.length === 0 ? 'no private key' : `${blocks.length} private keys`;
    throw new DnssecError('KEY_INVALID', `${file}: there is ${what} in it`, {
      hint: blocks.length === 0 ? 'A certificate or a public key can not sign.' : 'Put each into a file of its own.',
    });
  }
  const [block, label] = blocks[0]!;
  const isEncrypted = label!.startsWith('ENCRYPTED') || /^Proc-Type: 4,ENCRYPTED/m.test(block);
  if (isEncrypted && passphrase === undefined) throw missingPassphrase(file);
  const body = block.replace(/-----[^\n]*-----/g, '').replace(/^[A-Za-z-]+:.*$/gm, '');
  // The old PEM encryption (Proc-Type) is one round of MD5 over what is no DER.
  if (!/^Proc-Type:/m.test(block)) readDer(Buffer.from(body, 'base64'), file);
  try {
    return createPrivateKey({ key: block, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    const fault = passphraseFault(error, file, passphrase);
    if (fault !== undefined) throw fault;
    if (isEncrypted) throw wrongPassphrase(file);
    throw new DnssecError('KEY_INVALID', `${file}: the private key in it can't be read`);
  }
}

/** The error for an encrypted key without a passphrase. */
export function missingPassphrase(file: string): DnssecError {
  return new DnssecError('KEY_INVALID', `${file}: the private key in it is encrypted, and no passphrase was given`, {
    hint: 'Give it with --passphrase-file FILE or in DNSSEC_PASSPHRASE.',
  });
}

/** The error for a passphrase that does not open the file. */
export function wrongPassphrase(file: string): DnssecError {
  return new DnssecError('KEY_INVALID', `${file}: the passphrase is wrong, or the file is damaged`);
}

function passphraseFault(error: unknown, file: string, passphrase: string | undefined): DnssecError | undefined {
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  if (code === 'ERR_MISSING_PASSPHRASE' || /interrupted or cancelled/.test(message)) return missingPassphrase(file);
  if (passphrase !== undefined && /bad decrypt/i.test(code + message)) return wrongPassphrase(file);
  return undefined;
}

/** EncryptedPrivateKeyInfo starts with the algorithm, PrivateKeyInfo with a version (RFC 5958 §2 and §3). */
function isEncryptedKey(root: forge.asn1.Asn1): boolean {
  const { value } = root;
  return Array.isArray(value) && value.length === 2 && value[0]?.type === asn1.Type.SEQUENCE;
}

/**
 * Reads DER, and refuses what asks for an absurd number of rounds of key derivation.
 *
 * @throws DnssecError KEY_INVALID
 */
export function readDer(octets: Octets, file: string): forge.asn1.Asn1 {
  let root: forge.asn1.Asn1;
  try {
    root = der.decode(octets);
  } catch {
    throw new DnssecError('KEY_INVALID', `${file}: no private key was found in it`, { hint: KINDS_HINT });
  }
  if (mostRounds(root) > MOST_ROUNDS) {
    throw new DnssecError('KEY_INVALID', `${file}: it asks for more than ${MOST_ROUNDS} rounds of key derivation`);
  }
  return root;
}

/**
 * The most rounds that a structure asks for: the INTEGER behind the salt in the parameters of PBES1, PBKDF2 and
 * scrypt (there the cost N). Octet strings are not looked into: salts and ciphertext are random.
 */
function mostRounds(node: forge.asn1.Asn1, depth = 0): number {
  if (!Array.isArray(node.value)) return 0;
  if (depth > 32) return Number.POSITIVE_INFINITY;
  const [salt, rounds] = node.value;
  const isDerivation = salt?.type === asn1.Type.OCTETSTRING && rounds?.type === asn1.Type.INTEGER;
  const own = isDerivation ? integerOf(rounds) : 0;
  return Math.max(own, ...node.value.map((child) => mostRounds(child, depth + 1)));
}

/** The value of an INTEGER; infinite where it is no whole number that fits. */
export function integerOf(node: forge.asn1.Asn1): number {
  if (typeof node.value !== 'string' || node.value.length === 0 || node.value.length > 6)
    return Number.POSITIVE_INFINITY;
  return Number.parseInt(Buffer.from(node.value, 'binary').toString('hex'), 16);
}

/**
 * The algorithm that a private key is used with: its curve decides; RSA needs to be told.
 *
 * @param wanted  what the user said, a mnemonic or number
 * @throws DnssecError USAGE where an RSA key has no algorithm, KEY_INVALID where the two do not fit or no algorithm does
 */
export function algorithmOfKey(privateKey: KeyObject, wanted: string | undefined, file: string): Algorithm {
  const asked = wanted === undefined ? undefined : signingAlgorithm(wanted);
  const type = privateKey.asymmetricKeyType ?? 'unknown';
  if (type === 'rsa') {
    if (asked?.family === 'rsa') return asked;
    if (asked === undefined) {
      throw new DnssecError('USAGE', `${file}: an RSA key serves RSASHA256 and RSASHA512 alike`, {
        hint: 'Say which with -a: the one in the DNSKEY record, if the key is in use already.',
      });
    }
  }
  const curve = { prime256v1: 'P-256', secp384r1: 'P-384' }[privateKey.asymmetricKeyDetails?.namedCurve ?? ''] ?? type;
  const found = ALGORITHMS.find((a) => a.curve.toLowerCase() === curve.toLowerCase() && a.curve !== '');
  if (found === undefined || (asked !== undefined && asked !== found)) {
    const name = asked === undefined ? 'any DNSSEC algorithm' : asked.mnemonic;
    throw new DnssecError(
      'KEY_INVALID',
      `${file}: a key of kind ${privateKey.asymmetricKeyDetails?.namedCurve ?? type} can't be used with ${name}`,
    );
  }
  return requireSigningAlgorithm(found.number);
}

/** Random octets, from outside: this folder draws none itself. */
export type RandomOctets = (count: number) => Octets;

const OID = {
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacSha256: '1.2.840.113549.2.9',
  aes256Cbc: '2.16.840.1.101.3.4.1.42',
} as const;

const LENIENT = { strict: false, parseAllBytes: false } as unknown as boolean;

/** Builds ASN.1 nodes, each in one word. */
export const der = {
  sequence: (...parts: forge.asn1.Asn1[]) => asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, parts),
  set: (...parts: forge.asn1.Asn1[]) => asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SET, true, parts),
  oid: (id: string) => asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OID, false, asn1.oidToDer(id).getBytes()),
  integer: (value: number) =>
    asn1.create(asn1.Class.UNIVERSAL, asn1.Type.INTEGER, false, asn1.integerToDer(value).getBytes()),
  nothing: () => asn1.create(asn1.Class.UNIVERSAL, asn1.Type.NULL, false, ''),
  octets: (value: Octets) =>
    asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OCTETSTRING, false, Buffer.from(value).toString('binary')),
  bmpString: (text: string) => asn1.create(asn1.Class.UNIVERSAL, asn1.Type.BMPSTRING, false, text),
  tagged: (tag: number, child: forge.asn1.Asn1) => asn1.create(asn1.Class.CONTEXT_SPECIFIC, tag, true, [child]),
  encode: (node: forge.asn1.Asn1): Buffer => Buffer.from(asn1.toDer(node).getBytes(), 'binary'),
  /** @throws Error of forge for octets that are no DER; what follows the first value is passed over */
  decode: (octets: Octets): forge.asn1.Asn1 =>
    asn1.fromDer(forge.util.createBuffer(Buffer.from(octets).toString('binary')), LENIENT),
} as const;

/**
 * Encrypts a private key: PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC.
 *
 * @returns EncryptedPrivateKeyInfo
 * @see RFC 8018 §6.2, RFC 5958 §3
 */
export function encryptPrivateKey(privateKey: KeyObject, passphrase: string, random: RandomOctets): forge.asn1.Asn1 {
  const salt = random(16);
  const iv = random(16);
  const secret = pbkdf2Sync(passphrase, salt, PBKDF2_ROUNDS, 32, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', secret, iv);
  const plain = privateKey.export({ type: 'pkcs8', format: 'der' });
  const derivation = der.sequence(
    der.octets(salt),
    der.integer(PBKDF2_ROUNDS),
    der.sequence(der.oid(OID.hmacSha256), der.nothing()),
  );
  return der.sequence(
    der.sequence(
      der.oid(OID.pbes2),
      der.sequence(der.sequence(der.oid(OID.pbkdf2), derivation), der.sequence(der.oid(OID.aes256Cbc), der.octets(iv))),
    ),
    der.octets(Buffer.concat([cipher.update(plain), cipher.final()])),
  );
}

/** A private key in PEM: PKCS#8, encrypted where there is a passphrase. Secret where there is none. */
export function printPem(privateKey: KeyObject, passphrase: string | undefined, random: RandomOctets): string {
  if (passphrase === undefined) return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const base64 = der.encode(encryptPrivateKey(privateKey, passphrase, random)).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${lines.join('\n')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
}
