/** Keys that another program kept: put together into keys of ours, with what that program said of them. */
import type { KeyObject } from 'node:crypto';
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { equalNames, friendlyName } from '../dns/name.ts';
import { type Algorithm, algorithmText } from './algorithms.ts';
import type { KeyProblem, KeyRole, KeyTiming, ZoneKey } from './key.ts';
import { keyBaseName } from './key-name.ts';
import { FLAG, keyTag } from './key-tag.ts';
import { dnskeyRdata, encodePublicKey, publicKeyBits, publicKeyFault } from './public-key.ts';
import type { KeyClaims } from './record-claims.ts';

/** A key that another program kept. */
export interface ForeignKey {
  /** Under the name that its files get here. Its `.state` says what the key is for, and no states. */
  readonly key: ZoneKey;
  /** What the program says of its records; undefined: the times of `key` are all there is. */
  readonly claims: KeyClaims | undefined;
  /** What the program believed, as sentences: they decide nothing. */
  readonly remarks: readonly string[];
  readonly problems: readonly KeyProblem[];
}

/** What a key is put together from. */
export interface ForeignParts {
  /** Wire form. */
  readonly zone: Octets;
  readonly algorithm: Algorithm;
  readonly role: KeyRole;
  /** Flags that the DNSKEY may have, the likeliest first: the first that gives `keyTag`, or simply the first, is it. */
  readonly flags: readonly number[];
  /** The tag that the program tells; undefined: it tells none. */
  readonly keyTag: number | undefined;
  /** The private half, or the Public Key field of the DNSKEY where there is none. */
  readonly half: KeyObject | Octets;
  readonly ttl: number | undefined;
  readonly timing: KeyTiming;
}

/** The flags that a key of a role may have, the usual ones first. A CSK has those of a KSK with all but PowerDNS. */
export function flagsOf(role: KeyRole): readonly number[] {
  const ksk = FLAG.zone | FLAG.sep;
  const plain = role === 'zsk' ? [FLAG.zone] : role === 'ksk' ? [ksk] : [ksk, FLAG.zone];
  return [...plain, ...plain.map((flags) => flags | FLAG.revoke)];
}

/**
 * Puts a key together.
 *
 * @param place  what holds the key, for messages
 * @throws DnssecError KEY_INVALID where the half is no key of the algorithm, or its tag is not the one that was told
 */
export function assembleForeignKey(parts: ForeignParts, place: string): ZoneKey {
  const { zone, algorithm, role, half, ttl, timing } = parts;
  const privateKey = half instanceof Uint8Array ? undefined : half;
  const publicKey = half instanceof Uint8Array ? half : publicKeyOfHalf(algorithm, half, place);
  const fault = publicKeyFault(algorithm, publicKey);
  if (fault !== undefined) throw new DnssecError('KEY_INVALID', `${place}: ${fault}`);
  const choices = parts.flags.map((flags) => dnskeyRdata(flags, algorithm.number, publicKey));
  const rdata = choices.find((choice) => parts.keyTag === undefined || keyTag(choice) === parts.keyTag);
  if (rdata === undefined) {
    const message = `${place}: the key in it has tag ${keyTag(choices[0]!)}, and not ${parts.keyTag}`;
    throw new DnssecError('KEY_INVALID', message, {
      hint: 'The listing and the keys must come from the same key store, and be of one moment.',
    });
  }
  const tag = keyTag(rdata);
  const bits = publicKeyBits(algorithm, publicKey);
  return {
    name: keyBaseName(zone, algorithm.number, tag),
    zone,
    algorithm: algorithm.number,
    flags: (rdata[0]! << 8) | rdata[1]!,
    keyTag: tag,
    dnskeyRdata: rdata,
    bits,
    ttl,
    timing,
    predecessor: undefined,
    successor: undefined,
    state: {
      algorithm: algorithm.number,
      length: bits,
      isKsk: role !== 'zsk',
      isZsk: role !== 'ksk',
      times: {},
      changes: {},
      states: {},
      unknown: [],
    },
    privateKey,
  };
}

function publicKeyOfHalf(algorithm: Algorithm, half: KeyObject, place: string): Octets {
  try {
    return encodePublicKey(algorithm, half);
  } catch (error) {
    throw error instanceof DnssecError ? error.within(place) : error;
  }
}

/** What is to be said of a key whose private half lies elsewhere. */
export function missingHalf(key: ZoneKey, where: string): KeyProblem {
  return {
    severity: 'error',
    code: 'KEY_MISSING',
    subject: key.name,
    message: `key ${key.keyTag} (${algorithmText(key.algorithm)}) has no private half here: ${where}`,
    hint: 'It can be published, but not signed with. A key that a hardware module (HSM, PKCS#11) does not give away stays with its program: roll to a new key there, or here with its DNSKEY published beside the new one, before you leave it.',
  };
}

/**
 * Refuses a key of another zone.
 *
 * @throws DnssecError USAGE
 */
export function requireZone(found: Octets, zone: Octets, place: string): void {
  if (equalNames(found, 0, zone, 0)) return;
  throw new DnssecError('USAGE', `${place} speaks of ${friendlyName(found)}, not of ${friendlyName(zone)}`);
}
