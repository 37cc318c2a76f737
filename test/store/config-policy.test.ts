import { describe, expect, it } from 'vitest';
import type { DnssecError } from '../../src/base/errors.ts';
import { shortestKskLifetime, shortestZskLifetime } from '../../src/rollover/intervals.ts';
import { DEFAULT_POLICY } from '../../src/rollover/policy.ts';
import { parseConfig } from '../../src/store/config-parse.ts';

/** Place, message and hint of each mistake in the policies. */
function mistakes(policies: string): readonly string[] {
  try {
    parseConfig(`policies: { ${policies} }`, '/c', 'c');
    return [];
  } catch (error) {
    return (error as DnssecError).diagnostics.map(
      ({ line, column, message, hint }) => `${line}:${column} ${message} | ${hint}`,
    );
  }
}

const KSK = shortestKskLifetime(DEFAULT_POLICY);
const ZSK = shortestZskLifetime(DEFAULT_POLICY);

describe('a lifetime must be longer than a roll takes', () => {
  it.each([
    ['ksk', KSK],
    ['zsk', ZSK],
    // A CSK has a DS to change and all signatures, at the same time.
    ['csk', Math.max(KSK, ZSK)],
  ])('of a %s, to the second', (role, least) => {
    expect(mistakes(`p: { keys: { ${role}: { lifetime: ${least + 1} } } }`)).toEqual([]);
    expect(mistakes(`p: { keys: { ${role}: { lifetime: ${least} } } }`)).toHaveLength(1);
    expect(mistakes(`p: { keys: { ${role}: { lifetime: 0 } } }`)).toHaveLength(1);
    expect(mistakes(`p: { keys: { ${role}: { lifetime: unlimited } } }`)).toEqual([]);
  });

  it('told with the sum', () => {
    expect(mistakes('p: { keys: { ksk: { lifetime: 1d }, zsk: { lifetime: 3w } } }')).toEqual([
      '1:43 the lifetime of the ksk, 1d, must be longer than the 2d4h5m that a roll takes: else the next one would ' +
        'begin before it is over | 2h5m (dnskey-ttl, zone-propagation, publish-safety) + 2d2h (registration-delay, ' +
        'ds-ttl, parent-propagation, retire-safety). Say a longer lifetime, or unlimited.',
      '1:66 the lifetime of the zsk, 21d, must be longer than the 23d15h10m that a roll takes: else the next one ' +
        'would begin before it is over | 2h5m (dnskey-ttl, zone-propagation, publish-safety) + 22d12h (validity less ' +
        'refresh) + 1d1h5m (max-zone-ttl, zone-propagation, retire-safety). Say a longer lifetime, or unlimited.',
    ]);
    // Where the parent takes longer than the signatures, a CSK waits for the parent.
    expect(mistakes('p: { keys: { csk: { lifetime: 30d } }, timing: { registration-delay: 40d } }')).toEqual([
      expect.stringMatching(/^1:43 the lifetime of the csk, 30d, .*the 41d4h5m that.*registration-delay/),
    ]);
  });

  it.each<[string, string, RegExp]>([
    ['timing', 'p: { timing: { max-zone-ttl: 100d } }', /^1:26 the lifetime of the zsk, 90d/],
    ['timing, for the KSK', 'p: { timing: { ds-ttl: 366d } }', /^1:26 the lifetime of the ksk, 365d/],
    ['signatures', 'p: { signatures: { validity: 100d } }', /^1:30 the lifetime of the zsk, 90d/],
    [
      'keys that take their lifetime from default',
      'default: { keys: none, timing: { ds-ttl: 366d } }, p: { keys: { ksk: {} } }',
      /the lifetime of the ksk, 365d/,
    ],
  ])('told at the %s that make a roll longer', (_, policies, mistake) => {
    expect(mistakes(policies)).toEqual([expect.stringMatching(mistake)]);
  });

  it('told once, where it is said, and not again for each policy below', () => {
    expect(mistakes('a: {}, b: { zonemd: true }, default: { timing: { max-zone-ttl: 100d } }')).toEqual([
      expect.stringMatching(/^1:60 the lifetime of the zsk/),
    ]);
  });

  it('and nothing is asked of policies without keys', () => {
    expect(mistakes('p: { keys: none, timing: { max-zone-ttl: 1000d, ds-ttl: 1000d } }')).toEqual([]);
    expect(mistakes('insecure: { timing: { max-zone-ttl: 1000d } }')).toEqual([]);
  });
});

describe('signatures must not be renewed all the time: refresh', () => {
  const signatures = (text: string) => mistakes(`p: { signatures: { ${text} } }`);

  it('is less than 90 % of validity, to the second', () => {
    expect(signatures('validity: 1000000, jitter: 0, refresh: 899999')).toEqual([]);
    expect(signatures('validity: 1000000, jitter: 0, refresh: 900000')).toEqual([
      '1:71 signatures would be renewed nearly all the time: refresh must be less than 90 % of validity | refresh is ' +
        '10d10h, and 90 % of validity 10d10h.',
    ]);
    // Seen where the validity alone is said.
    expect(signatures('validity: 8d4h')).toEqual([expect.stringMatching(/^1:30 signatures would be renewed/)]);
  });

  it('with jitter is shorter than validity, and that is told alone', () => {
    expect(signatures('validity: 30d, refresh: 29d, jitter: 1d')).toEqual([
      expect.stringMatching(/^1:30 signatures would fall due as soon as they are made/),
    ]);
  });

  it('told once, where it is said', () => {
    expect(mistakes('a: {}, default: { signatures: { refresh: 29d } }')).toHaveLength(1);
  });
});
