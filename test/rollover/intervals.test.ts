import { describe, expect, it } from 'vitest';
import { publicationInterval, shortestKskLifetime, shortestZskLifetime } from '../../src/rollover/intervals.ts';
import { DEFAULT_POLICY, type Policy } from '../../src/rollover/policy.ts';

/** Powers of two, so that each sum tells what is in it. */
const POLICY: Pick<Policy, 'timing' | 'signatures'> = {
  signatures: { validity: 2 ** 20, refresh: 2 ** 19, jitter: 2 ** 18 },
  timing: {
    dnskeyTtl: 1,
    publishSafety: 2,
    retireSafety: 4,
    maxZoneTtl: 8,
    zonePropagation: 16,
    dsTtl: 32,
    parentPropagation: 64,
    registrationDelay: 128,
    purgeKeys: 256,
  },
};

describe('the parts of a rollover', () => {
  it('publication takes DNSKEY TTL, zone propagation and publish safety', () => {
    expect(publicationInterval(POLICY.timing)).toBe(1 + 16 + 2);
  });

  it('a KSK outlives publication and the exchange of the DS', () => {
    expect(shortestKskLifetime(POLICY)).toBe(1 + 16 + 2 + (128 + 32 + 64 + 4));
  });

  it('a ZSK outlives publication, the renewal of all signatures, and what caches keep', () => {
    expect(shortestZskLifetime(POLICY)).toBe(1 + 16 + 2 + (2 ** 20 - 2 ** 19) + (8 + 16 + 4));
  });

  it('the built-in policy has lifetimes that suit it', () => {
    const hours = (seconds: number) => seconds / 3600;
    expect(hours(publicationInterval(DEFAULT_POLICY.timing))).toBeCloseTo(2 + 5 / 60);
    expect(hours(shortestKskLifetime(DEFAULT_POLICY))).toBeCloseTo(2 + 5 / 60 + 24 + 24 + 1 + 1);
    expect(hours(shortestZskLifetime(DEFAULT_POLICY))).toBeCloseTo(2 + 5 / 60 + 22.5 * 24 + 24 + 5 / 60 + 1);
  });
});
