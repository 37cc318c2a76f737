/** Keys that signed, and are no longer at hand. */
import type { SignerName } from '../zone/signed-facts.ts';
import { isRevoked, type ZoneKey } from './key.ts';
import { revokedKeyTag } from './key-tag.ts';

/** The signers that are none of the keys, neither as these are nor as they will be once revoked. */
export function absentSigners(signers: readonly SignerName[], keys: readonly ZoneKey[]): readonly SignerName[] {
  const identity = (algorithm: number, tag: number) => `${algorithm}/${tag}`;
  const known = new Set(
    keys.flatMap((key) => [
      identity(key.algorithm, key.keyTag),
      identity(key.algorithm, isRevoked(key.flags) ? key.keyTag : revokedKeyTag(key.dnskeyRdata)),
    ]),
  );
  return signers.filter(({ algorithm, keyTag }) => !known.has(identity(algorithm, keyTag)));
}
