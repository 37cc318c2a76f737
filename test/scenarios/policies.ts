/** Policies for scenario tables. Their numbers are such that no two sums of them are the same: a wrong term shows. */
import type { Seconds } from '../../src/base/time.ts';
import { publicationInterval } from '../../src/rollover/intervals.ts';
import { DEFAULT_POLICY, type KeyPolicy, type Policy, type TimingPolicy } from '../../src/rollover/policy.ts';

export const TIMING: TimingPolicy = {
  dnskeyTtl: 3607,
  publishSafety: 1009,
  retireSafety: 2003,
  maxZoneTtl: 86_413,
  zonePropagation: 307,
  dsTtl: 90_001,
  parentPropagation: 5003,
  registrationDelay: 70_001,
  purgeKeys: 7_000_003,
};

/** A key that nobody rolls but a person, unless it is given a lifetime. */
export function keyPolicy(algorithm: number, lifetime?: Seconds, bits?: number): KeyPolicy {
  return { algorithm, lifetime, bits };
}

/** A policy of a KSK and a ZSK. */
export function pair(ksk = keyPolicy(13), zsk = keyPolicy(13)): Policy {
  return { ...DEFAULT_POLICY, timing: TIMING, keys: { kind: 'pair', ksk, zsk } };
}

/** A policy of one key for both. */
export function single(csk = keyPolicy(13)): Policy {
  return { ...DEFAULT_POLICY, timing: TIMING, keys: { kind: 'csk', csk } };
}

/** A policy under which the zone is, or becomes, insecure. */
export function none(): Policy {
  return { ...DEFAULT_POLICY, timing: TIMING, keys: { kind: 'none' } };
}

/** The same under which both roles roll their algorithm the liberal way. */
export function liberal(policy: Policy): Policy {
  return { ...policy, rollover: { ...policy.rollover, algorithm: 'liberal' } };
}

/** The same, where a person lets things move. */
export function manual(policy: Policy): Policy {
  return { ...policy, rollover: { ...policy.rollover, mode: 'manual' } };
}

/** What expressions over a policy may name. */
export function termsOf({ timing, keys }: Policy): Readonly<Record<string, Seconds | undefined>> {
  return {
    ...timing,
    ipub: publicationInterval(timing),
    kskLifetime: keys.kind === 'pair' ? keys.ksk.lifetime : undefined,
    zskLifetime: keys.kind === 'pair' ? keys.zsk.lifetime : undefined,
    cskLifetime: keys.kind === 'csk' ? keys.csk.lifetime : undefined,
  };
}

/**
 * The value of a sum of terms and numbers: `dnskeyTtl + zonePropagation - 1`.
 *
 * @throws TypeError where it names something that there is not
 */
export function evaluate(text: string, terms: Readonly<Record<string, number | undefined>>): number {
  const words = text.trim().split(/\s+/);
  let sum = 0;
  let sign = 1;
  for (const [index, word] of words.entries()) {
    if (index % 2 === 1) {
      if (word !== '+' && word !== '-') throw new TypeError(`"${text}": ${word} is neither + nor -`);
      sign = word === '+' ? 1 : -1;
      continue;
    }
    const value = /^\d+$/.test(word) ? Number(word) : terms[word];
    if (value === undefined) throw new TypeError(`"${text}": ${word} has no value`);
    sum += sign * value;
  }
  if (words.length % 2 === 0) throw new TypeError(`"${text}" ends too early`);
  return sum;
}
