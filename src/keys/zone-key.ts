/** Puts the texts of a key's files together into one key, and checks that they belong together. */
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { equalNames, friendlyName } from '../dns/name.ts';
import { type Algorithm, algorithmText, findAlgorithm } from './algorithms.ts';
import type { ZoneKey } from './key.ts';
import { publicKeyOf } from './key.ts';
import { type KeyFile, parseKeyFile } from './key-file.ts';
import type { KeyFileName } from './key-name.ts';
import { FLAG, keyTag } from './key-tag.ts';
import { type PrivateKeyFile, parsePrivateKeyFile } from './private-key-file.ts';
import { dnskeyRdata, encodePublicKey, publicKeyBits, publicKeyFault } from './public-key.ts';
import { createSigner, createVerifier } from './signature.ts';
import { parseStateFile } from './state-file.ts';

/** The texts of one key's files; undefined for a file that is not there. */
export interface KeyTexts {
  readonly key: string | undefined;
  readonly private: string | undefined;
  readonly state: string | undefined;
}

/**
 * Builds a key from its files. The halves must belong together: the public one is calculated from the private one and
 * compared; with RSA, whose file holds both, a signature made with the one must verify with the other. Timing comes from `.private`, as BIND has it, else from the comments of `.key`.
 * Where `.key` is missing, it is rebuilt from `.private`; the tag in the file name tells the flags.
 *
 * @param name  the files' name, taken apart
 * @throws DnssecError KEY_INVALID, KEY_UNSUPPORTED, KEY_MISSING where there is neither `.key` nor `.private`
 */
export function buildZoneKey(name: KeyFileName, texts: KeyTexts): ZoneKey {
  const { base } = name;
  const secret = texts.private === undefined ? undefined : parsePrivateKeyFile(texts.private, `${base}.private`);
  if (secret !== undefined && secret.algorithm !== name.algorithm) {
    throw new DnssecError('KEY_INVALID', `${base}.private: it holds a key of algorithm ${secret.algorithm}`, {
      hint: RENAMED,
    });
  }
  if (texts.key === undefined && secret === undefined) throw new DnssecError('KEY_MISSING', `${base}.key is missing`);
  const file = texts.key === undefined ? rebuildKeyFile(name, secret!) : parseKeyFile(texts.key, `${base}.key`);
  const algorithm = checkKeyFile(name, file);
  if (secret !== undefined) checkPair(base, algorithm, file.dnskeyRdata, secret);
  const rdata = file.dnskeyRdata;
  const state = texts.state === undefined ? undefined : parseStateFile(texts.state, `${base}.state`);
  const hasTiming = secret !== undefined && Object.keys(secret.timing).length > 0;
  return {
    name: base,
    zone: file.zone,
    algorithm: algorithm.number,
    flags: (rdata[0]! << 8) | rdata[1]!,
    keyTag: name.keyTag,
    dnskeyRdata: rdata,
    bits: publicKeyBits(algorithm, publicKeyOf(rdata)),
    ttl: file.ttl,
    timing: hasTiming ? secret.timing : file.timing,
    predecessor: secret?.predecessor ?? state?.predecessor,
    successor: secret?.successor ?? state?.successor,
    state,
    privateKey: secret?.privateKey,
  };
}

const RENAMED = 'The file seems to have been renamed or overwritten: restore it from a backup.';

function checkKeyFile(name: KeyFileName, file: KeyFile): Algorithm {
  const rdata = file.dnskeyRdata;
  if (!equalNames(file.zone, 0, name.zone, 0)) {
    throw new DnssecError('KEY_INVALID', `${name.base}.key: it holds a key of ${friendlyName(file.zone)}`, {
      hint: RENAMED,
    });
  }
  if (rdata[3] !== name.algorithm) {
    throw new DnssecError('KEY_INVALID', `${name.base}.key: it holds a key of algorithm ${rdata[3]}`, {
      hint: RENAMED,
    });
  }
  const algorithm = findAlgorithm(name.algorithm);
  if (algorithm === undefined || algorithm.use !== 'sign') {
    const text = algorithmText(name.algorithm);
    throw new DnssecError('KEY_UNSUPPORTED', `${name.base}.key: algorithm ${text} is not signed with`);
  }
  const fault = publicKeyFault(algorithm, publicKeyOf(rdata));
  if (fault !== undefined) throw new DnssecError('KEY_INVALID', `${name.base}.key: ${fault}`);
  const tag = keyTag(rdata);
  if (tag !== name.keyTag) {
    throw new DnssecError('KEY_INVALID', `${name.base}.key: the key in it has tag ${tag}`, { hint: RENAMED });
  }
  return algorithm;
}

function checkPair(base: string, algorithm: Algorithm, rdata: Octets, secret: PrivateKeyFile): void {
  const publicKey = publicKeyOf(rdata);
  const derived = encodePublicKey(algorithm, secret.privateKey);
  const same = derived.length === publicKey.length && derived.every((octet, i) => octet === publicKey[i]);
  // A point of a curve was calculated from the private number just now; RSA's numbers were all read from the file.
  const isProven = algorithm.family !== 'rsa';
  if (!same || !(isProven || isWorkingPair(algorithm, publicKey, secret))) {
    throw new DnssecError('KEY_INVALID', `${base}.private: it does not belong to ${base}.key`, { hint: RENAMED });
  }
}

function isWorkingPair(algorithm: Algorithm, publicKey: Octets, secret: PrivateKeyFile): boolean {
  const probe = Uint8Array.of(1, 2, 3);
  try {
    const signature = createSigner(secret.privateKey, algorithm.number)(probe);
    return createVerifier(algorithm.number, publicKey)(probe, signature);
  } catch {
    return false;
  }
}

const FLAG_CHOICES = [
  FLAG.zone | FLAG.sep,
  FLAG.zone,
  FLAG.zone | FLAG.sep | FLAG.revoke,
  FLAG.zone | FLAG.revoke,
] as const;

/**
 * The `.key` file that belongs to a `.private` file: the flags are those that give the tag in the file name.
 *
 * @throws DnssecError KEY_INVALID where no flags do
 */
export function rebuildKeyFile(name: KeyFileName, secret: PrivateKeyFile): KeyFile {
  const publicKey = encodePublicKey(findAlgorithm(secret.algorithm)!, secret.privateKey);
  for (const flags of FLAG_CHOICES) {
    const rdata = dnskeyRdata(flags, secret.algorithm, publicKey);
    if (keyTag(rdata) === name.keyTag) {
      return { zone: name.zone, ttl: undefined, dnskeyRdata: rdata, timing: secret.timing };
    }
  }
  const message = `${name.base}.key is missing, and the key in ${name.base}.private has another tag`;
  throw new DnssecError('KEY_INVALID', message, { hint: RENAMED });
}
