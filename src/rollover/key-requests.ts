/** From a policy, and what the user says beside it, to the keys that are to be made. */
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { type Algorithm, requireSigningAlgorithm } from '../keys/algorithms.ts';
import type { KeyRole, KeyTiming } from '../keys/key.ts';
import type { KeyRequest } from '../keys/making.ts';
import type { KeyPolicy, KeysPolicy } from './policy.ts';

/** What the user says beside the policy; what is absent is the policy's. */
export interface KeyWishes {
  readonly roles?: readonly KeyRole[] | undefined;
  readonly algorithm?: Algorithm | undefined;
  readonly bits?: number | undefined;
  readonly ttl?: number | undefined;
  readonly timing: KeyTiming;
}

/**
 * The keys to make for a zone.
 *
 * @param zone  wire form
 * @throws DnssecError USAGE where the policy wants no keys; KEY_UNSUPPORTED where the policy names an algorithm that is not signed with
 */
export function requestKeys(zone: Octets, policy: KeysPolicy, wishes: KeyWishes): KeyRequest[] {
  if (policy.kind === 'none') {
    throw new DnssecError('USAGE', 'the policy of this zone wants no keys', {
      hint: 'Give the zone another policy in dnssec.yaml, or take "keys: none" out of it.',
    });
  }
  const roles: readonly KeyRole[] = wishes.roles ?? (policy.kind === 'pair' ? ['ksk', 'zsk'] : ['csk']);
  return roles.map((role) => {
    const own = rolePolicy(policy, role);
    const algorithm = wishes.algorithm ?? requireSigningAlgorithm(own.algorithm);
    // A size goes with its algorithm: the policy's says nothing about another one.
    const bits = wishes.bits ?? (algorithm.number === own.algorithm ? own.bits : undefined);
    return { zone, algorithm, bits, role, ttl: wishes.ttl, timing: wishes.timing };
  });
}

function rolePolicy(policy: Exclude<KeysPolicy, { kind: 'none' }>, role: KeyRole): KeyPolicy {
  if (policy.kind === 'csk') return policy.csk;
  return role === 'zsk' ? policy.zsk : policy.ksk;
}
