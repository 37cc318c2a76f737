/** The registry of DNSSEC algorithms: what each is called, what is done with it, how large its parts are. */
import { DnssecError } from '../base/errors.ts';

/** What the program does with an algorithm: sign and verify, verify only, or refuse it by name. */
export type AlgorithmUse = 'sign' | 'verify' | 'refuse';

/** The family that decides how keys and signatures are laid out. */
export type AlgorithmFamily = 'rsa' | 'ecdsa' | 'eddsa';

/**
 * One algorithm that keys of this program may have.
 *
 * @see RFC 3110 §2, RFC 5702 §2, RFC 6605 §4, RFC 8080 §3
 */
export interface Algorithm {
  /** IANA, DNS Security Algorithm Numbers. */
  readonly number: number;
  readonly mnemonic: string;
  readonly use: 'sign' | 'verify';
  readonly family: AlgorithmFamily;
  /** Digest name for node:crypto; null where the algorithm hashes by itself. */
  readonly digest: 'sha1' | 'sha256' | 'sha384' | 'sha512' | null;
  /** Curve as a JWK names it; '' for RSA. */
  readonly curve: '' | 'P-256' | 'P-384' | 'Ed25519' | 'Ed448';
  /** Octets of a public key, of a private key, of a signature; 0 for RSA, where the modulus decides. */
  readonly publicKeyLength: number;
  readonly privateKeyLength: number;
  readonly signatureLength: number;
  /** Smallest and largest key that is read, in bits: RFC 5702 §2.1 and §2.2 for RSA, else the curve's one size. */
  readonly minBits: number;
  readonly maxBits: number;
}

function rsa(number: number, mnemonic: string, digest: 'sha1' | 'sha256' | 'sha512', minBits: number): Algorithm {
  return {
    number,
    mnemonic,
    use: digest === 'sha1' ? 'verify' : 'sign',
    family: 'rsa',
    digest,
    curve: '',
    publicKeyLength: 0,
    privateKeyLength: 0,
    signatureLength: 0,
    minBits,
    maxBits: 4096,
  };
}

function elliptic(
  number: number,
  mnemonic: string,
  digest: 'sha256' | 'sha384' | null,
  curve: Algorithm['curve'],
  length: number,
  bits: number,
): Algorithm {
  return {
    number,
    mnemonic,
    use: 'sign',
    family: digest === null ? 'eddsa' : 'ecdsa',
    digest,
    curve,
    publicKeyLength: digest === null ? length : length * 2,
    privateKeyLength: length,
    signatureLength: length * 2,
    minBits: bits,
    maxBits: bits,
  };
}

/** Every algorithm that the program verifies or signs with, by rising number. */
export const ALGORITHMS: readonly Algorithm[] = [
  rsa(5, 'RSASHA1', 'sha1', 512),
  rsa(7, 'NSEC3RSASHA1', 'sha1', 512),
  rsa(8, 'RSASHA256', 'sha256', 512),
  rsa(10, 'RSASHA512', 'sha512', 1024),
  elliptic(13, 'ECDSAP256SHA256', 'sha256', 'P-256', 32, 256),
  elliptic(14, 'ECDSAP384SHA384', 'sha384', 'P-384', 48, 384),
  elliptic(15, 'ED25519', null, 'Ed25519', 32, 256),
  elliptic(16, 'ED448', null, 'Ed448', 57, 456),
];

/** Algorithms that are known by name only, to be refused (RFC 8624 §3.1). */
const REFUSED: Readonly<Record<number, string>> = { 1: 'RSAMD5', 3: 'DSA', 6: 'NSEC3DSA', 12: 'ECCGOST' };

/** Other spellings that people and programs use. */
const ALIASES: Readonly<Record<string, number>> = {
  'DSA-NSEC3-SHA1': 6,
  'RSASHA1-NSEC3-SHA1': 7,
  'ECC-GOST': 12,
  ECDSA256: 13,
  ECDSA384: 14,
};

/** Every name, in upper case, of an algorithm that is signed with: mnemonics and other spellings, to its number. */
export const SIGNING_ALGORITHM_NAMES: ReadonlyMap<string, number> = new Map([
  ...ALGORITHMS.filter(({ use }) => use === 'sign').map(({ mnemonic, number }) => [mnemonic, number] as const),
  ...Object.entries(ALIASES).filter(([, number]) => algorithmUse(number) === 'sign'),
]);

/** The algorithm of that number, or undefined where the program can't verify it. */
export function findAlgorithm(number: number): Algorithm | undefined {
  return ALGORITHMS.find((a) => a.number === number);
}

/** What the program does with algorithm `number`; `refuse` also for those it has never heard of. */
export function algorithmUse(number: number): AlgorithmUse {
  return findAlgorithm(number)?.use ?? 'refuse';
}

/** The algorithm's mnemonic, also of a refused one; the bare number where there is none. */
export function algorithmText(number: number): string {
  return findAlgorithm(number)?.mnemonic ?? REFUSED[number] ?? String(number);
}

/**
 * Reads an algorithm's mnemonic (any case) or number, for signing.
 *
 * @throws DnssecError KEY_UNSUPPORTED for one that is not signed with, USAGE for a word that is none
 */
export function signingAlgorithm(text: string): Algorithm {
  const number = algorithmNumber(text);
  if (number === undefined) {
    throw new DnssecError('USAGE', `"${text}" is not a DNSSEC algorithm`, { hint: HINT });
  }
  return requireSigningAlgorithm(number);
}

/**
 * The algorithm of that number, if it is signed with.
 *
 * @throws DnssecError KEY_UNSUPPORTED
 */
export function requireSigningAlgorithm(number: number): Algorithm {
  const found = findAlgorithm(number);
  if (found?.use === 'sign') return found;
  const name = algorithmText(number);
  const label = name === String(number) ? name : `${number} (${name})`;
  const why = found === undefined ? 'is not supported' : 'is verified, but never signed with: SHA-1 is broken';
  throw new DnssecError('KEY_UNSUPPORTED', `algorithm ${label} ${why}`, { hint: HINT });
}

const HINT = `Algorithms to sign with: ${ALGORITHMS.filter((a) => a.use === 'sign')
  .map((a) => `${a.mnemonic} (${a.number})`)
  .join(', ')}.`;

/** @returns the number for a mnemonic (any case, also of refused algorithms) or a decimal number 0..255 */
export function algorithmNumber(text: string): number | undefined {
  if (/^\d{1,3}$/.test(text)) return Number(text) <= 255 ? Number(text) : undefined;
  const upper = text.toUpperCase();
  const known = ALGORITHMS.find((a) => a.mnemonic === upper);
  if (known !== undefined) return known.number;
  const refused = Object.entries(REFUSED).find(([, name]) => name === upper);
  if (refused !== undefined) return Number(refused[0]);
  return Object.hasOwn(ALIASES, upper) ? ALIASES[upper] : undefined;
}
