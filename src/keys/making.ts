/** Making keys. The one place of this folder that draws randomness. */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { Algorithm } from './algorithms.ts';
import type { KeyRole, KeyTiming, SigningKey } from './key.ts';
import { keyBaseName } from './key-name.ts';
import { FLAG, keyTag, revokedKeyTag } from './key-tag.ts';
import { dnskeyRdata, encodePublicKey, publicKeyBits, publicKeyFault } from './public-key.ts';
import type { KeyState, StateTime } from './state-file.ts';

/** RSA sizes that are made, in bits. BIND also makes smaller ones, which can be factored. */
export const RSA_BITS = { least: 2048, most: 4096, usual: 2048 } as const;

const RSA_EXPONENT = 65_537;

/** How often a key with a taken tag is thrown away. Of 65536 tags a zone holds a few: more than a few tries never are. */
const TRIES = 64;

/** What a new key is to be. */
export interface KeyRequest {
  /** Wire form, with the case that the files shall have. */
  readonly zone: Octets;
  readonly algorithm: Algorithm;
  /** RSA modulus; other algorithms have one size and take no notice. */
  readonly bits?: number | undefined;
  /** KSK and CSK have the SEP flag, ZSK has not. */
  readonly role: KeyRole;
  readonly ttl?: number | undefined;
  readonly timing: KeyTiming;
}

/**
 * The key size for a request.
 *
 * @throws DnssecError USAGE for an RSA size outside 2048..4096
 */
export function requestedBits(algorithm: Algorithm, bits: number | undefined): number {
  if (algorithm.family !== 'rsa') return algorithm.maxBits;
  const size = bits ?? RSA_BITS.usual;
  if (!Number.isInteger(size) || size < RSA_BITS.least || size > RSA_BITS.most) {
    throw new DnssecError('USAGE', `RSA keys of ${size} bits are not made`, {
      hint: `Choose a size from ${RSA_BITS.least} to ${RSA_BITS.most} bits.`,
    });
  }
  return size;
}

/** The tags that a key takes: its own, and the one it would have once revoked. */
export function tagsOf(dnskeyRdata: Octets): readonly [number, number] {
  return [keyTag(dnskeyRdata), revokedKeyTag(dnskeyRdata)];
}

/**
 * Makes a key whose tag is not taken, nor is the tag that it would have once revoked.
 *
 * @param taken  the tags of all keys of the zone, also of deleted ones (`tagsOf`); the new key's are added
 * @throws DnssecError USAGE for a bad size
 */
export async function makeKey(request: KeyRequest, taken: Set<number>): Promise<SigningKey> {
  const { algorithm } = request;
  const bits = requestedBits(algorithm, request.bits);
  for (let i = 0; i < TRIES; i++) {
    const key = assembleKey(await makePrivateKey(algorithm, bits), request);
    const tags = tagsOf(key.dnskeyRdata);
    if (tags.some((tag) => taken.has(tag))) continue;
    for (const tag of tags) taken.add(tag);
    return key;
  }
  throw new DnssecError('SIGNING_IMPOSSIBLE', `no free key tag was found in ${TRIES} tries`, {
    hint: 'The key directory holds very many keys of this zone: move those that are no longer needed elsewhere.',
  });
}

/**
 * Makes a zone's key of a private key.
 *
 * @param request  its size is of no account
 * @throws DnssecError KEY_INVALID where the private key is of another kind than the algorithm, or of a bad size
 */
export function assembleKey(privateKey: KeyObject, request: Omit<KeyRequest, 'bits'>): SigningKey {
  const { algorithm, zone, role, timing, ttl } = request;
  const publicKey = encodePublicKey(algorithm, privateKey);
  const fault = publicKeyFault(algorithm, publicKey);
  if (fault !== undefined) throw new DnssecError('KEY_INVALID', fault);
  const flags = FLAG.zone | (role === 'zsk' ? 0 : FLAG.sep);
  const rdata = dnskeyRdata(flags, algorithm.number, publicKey);
  const tag = keyTag(rdata);
  return {
    name: keyBaseName(zone, algorithm.number, tag),
    zone,
    algorithm: algorithm.number,
    flags,
    keyTag: tag,
    dnskeyRdata: rdata,
    bits: publicKeyBits(algorithm, publicKey),
    ttl,
    timing,
    predecessor: undefined,
    successor: undefined,
    state: role === 'csk' ? cskState(algorithm.number, publicKeyBits(algorithm, publicKey), timing) : undefined,
    privateKey,
  };
}

/** A CSK has the flags of a KSK: only a state file tells the two apart, to named as well, which else makes a ZSK. */
function cskState(algorithm: number, length: number, timing: KeyTiming): KeyState {
  const times = STATE_OF_TIMING.flatMap(([from, to]) => (timing[from] === undefined ? [] : [[to, timing[from]]]));
  return {
    algorithm,
    length,
    lifetime: 0,
    isKsk: true,
    isZsk: true,
    times: Object.fromEntries(times),
    changes: {},
    states: {},
    unknown: [],
  };
}

/** Which time of a state file says what a timing line of the other files says. */
const STATE_OF_TIMING: readonly (readonly [keyof KeyTiming, StateTime])[] = [
  ['created', 'generated'],
  ['publish', 'published'],
  ['activate', 'active'],
  ['inactive', 'retired'],
  ['revoke', 'revoked'],
  ['delete', 'removed'],
  ['dsPublish', 'dsPublish'],
  ['syncPublish', 'publishCds'],
  ['syncDelete', 'deleteCds'],
];

const generate = promisify(generateKeyPair) as unknown as (
  type: string,
  options: object,
) => Promise<{ privateKey: KeyObject }>;

async function makePrivateKey(algorithm: Algorithm, bits: number): Promise<KeyObject> {
  switch (algorithm.family) {
    case 'rsa':
      return (await generate('rsa', { modulusLength: bits, publicExponent: RSA_EXPONENT })).privateKey;
    case 'ecdsa':
      return (await generate('ec', { namedCurve: algorithm.curve })).privateKey;
    case 'eddsa':
      return (await generate(algorithm.curve.toLowerCase(), {})).privateKey;
  }
}
