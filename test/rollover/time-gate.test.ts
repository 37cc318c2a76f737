import { describe, expect, test } from 'vitest';
import type { Seconds } from '../../src/base/time.ts';
import { publicationInterval } from '../../src/rollover/intervals.ts';
import { largestTtl, opensAt } from '../../src/rollover/time-gate.ts';
import type { TtlHistory } from '../../src/rollover/world.ts';
import { evaluate, pair, TIMING, termsOf } from '../scenarios/policies.ts';
import { keysOf, moveOf, NO_TTLS, NOW } from './sample-keys.ts';

const seconds = (text: string): Seconds => evaluate(text, termsOf(pair()));

/** How long after NOW the gate opens. */
function wait(
  move: string,
  times: { readonly decided?: number; readonly source?: number; readonly servers?: number } = {},
  ttls: Partial<TtlHistory> = {},
  links = '',
): Seconds {
  const { decided = 0, source = 0, servers } = times;
  const changes = { dnskey: NOW + decided, krrsig: NOW + decided, zrrsig: NOW + decided, ds: NOW + decided };
  const keys = keysOf(`csk1 RRRR ${links}`, { csk1: { changes } });
  const shown = servers === undefined ? undefined : NOW + servers;
  const evidence = { isGiven: true, source: NOW + source, servers: shown } as const;
  return opensAt(moveOf(keys, move), evidence, { ...NO_TTLS, ...ttls }, TIMING) - NOW;
}

describe('the intervals', () => {
  test.each([
    ['csk1 dnskey O', 'dnskeyTtl + zonePropagation + publishSafety'],
    ['csk1 krrsig O', 'dnskeyTtl + zonePropagation + publishSafety'],
    ['csk1 zrrsig O', 'maxZoneTtl + zonePropagation'],
    ['csk1 ds O', 'dsTtl + parentPropagation + retireSafety'],
    ['csk1 dnskey .', 'dnskeyTtl + zonePropagation'],
    ['csk1 krrsig .', 'dnskeyTtl + zonePropagation'],
    ['csk1 zrrsig .', 'maxZoneTtl + zonePropagation'],
    ['csk1 ds .', 'dsTtl + parentPropagation + retireSafety'],
  ])('%s: %s', (move, interval) => {
    expect(wait(move)).toBe(seconds(interval));
  });

  test.each(['O', '.'])(
    'signatures that take the place of others, or give it to others: retire safety more, to %s',
    (to) => {
      const interval = seconds('maxZoneTtl + zonePropagation + retireSafety');
      expect(wait(`csk1 zrrsig ${to}`, {}, {}, 'csk1>csk2 csk2 RRRR')).toBe(interval);
      expect(wait(`csk1 zrrsig ${to}`, {}, {}, 'csk0>csk1 csk0 RRRR')).toBe(interval);
    },
  );

  test('Ipub', () => {
    expect(publicationInterval(TIMING)).toBe(seconds('dnskeyTtl + zonePropagation + publishSafety'));
  });

  test('of the scenario tables are such that no two sums of their terms are the same', () => {
    const terms: readonly number[] = Object.values(TIMING);
    let sums = [0];
    for (const term of terms) sums = sums.flatMap((sum) => [sum, sum + term]);
    expect(new Set(sums).size).toBe(2 ** terms.length);
  });
});

describe.each([
  ['csk1 dnskey O', 'dnskeyTtl + publishSafety'],
  ['csk1 krrsig .', 'dnskeyTtl'],
  ['csk1 zrrsig O', 'maxZoneTtl'],
])('what lies in the zone (%s) counts from the last of', (move, rest) => {
  const propagated = seconds(`${rest} + zonePropagation`);

  test('its decision', () => {
    expect(wait(move, { decided: 50, source: 20 })).toBe(50 + propagated);
  });

  test('the signed file', () => {
    expect(wait(move, { decided: 20, source: 50 })).toBe(50 + propagated);
  });

  test('what the servers show; what they show sooner shortens nothing', () => {
    expect(wait(move, { servers: TIMING.zonePropagation - 1 })).toBe(propagated);
    expect(wait(move, { servers: TIMING.zonePropagation + 50 })).toBe(50 + propagated);
    expect(wait(move, { decided: 10, source: 30, servers: 30 + TIMING.zonePropagation + 1 })).toBe(31 + propagated);
  });
});

describe('a DS counts from', () => {
  const interval = seconds('dsTtl + parentPropagation + retireSafety');

  test('when it was seen at the parent', () => {
    expect(wait('csk1 ds .', { decided: 20, source: 50 })).toBe(50 + interval);
    expect(wait('csk1 ds O', { decided: 50, source: 50 })).toBe(50 + interval);
  });

  test('its decision + registration delay, where the parent showed it before: an earlier request may be under way', () => {
    expect(wait('csk1 ds O', { decided: 50, source: 49 })).toBe(50 + TIMING.registrationDelay + interval);
    expect(wait('csk1 ds .', { decided: 50, source: 0 })).toBe(50 + TIMING.registrationDelay + interval);
  });

  test('its sighting, where it is not known when its key changed', () => {
    const keys = keysOf('csk1 RRRR', { csk1: { changes: {} } });
    const evidence = { isGiven: true, source: NOW, servers: undefined } as const;
    expect(opensAt(moveOf(keys, 'csk1 ds O'), evidence, NO_TTLS, TIMING)).toBe(NOW + interval);
  });
});

describe('a larger TTL that was in force', () => {
  test.each([
    ['csk1 dnskey O', 'dnskey', 'zonePropagation + publishSafety'],
    ['csk1 krrsig .', 'dnskey', 'zonePropagation'],
    ['csk1 zrrsig O', 'zone', 'zonePropagation'],
    ['csk1 ds O', 'ds', 'parentPropagation + retireSafety'],
  ] as const)('counts for its own kind of record: %s', (move, kind, rest) => {
    const history = [{ ttl: 500_009, until: NOW }];
    expect(wait(move, {}, { [kind]: history })).toBe(500_009 + seconds(rest));
    const others = { dnskey: history, zone: history, ds: history, [kind]: [] };
    expect(wait(move, {}, others)).toBe(wait(move));
  });

  test('counts while its last copies live on when the record is written, or seen at the parent', () => {
    const ttl = 500_009;
    const history = (end: number) => [{ ttl, until: NOW + end - ttl }];
    const written = { decided: 20, source: 50, servers: 5000 };
    expect(wait('csk1 dnskey .', written, { dnskey: history(50) })).toBe(5000 + ttl);
    expect(wait('csk1 dnskey .', written, { dnskey: history(49) })).toBe(5000 + TIMING.dnskeyTtl);
    expect(wait('csk1 zrrsig .', written, { zone: history(50) })).toBe(5000 + ttl);
    expect(wait('csk1 zrrsig .', written, { zone: history(49) })).toBe(5000 + TIMING.maxZoneTtl);
    const rest = seconds('parentPropagation + retireSafety');
    expect(wait('csk1 ds O', written, { ds: history(50) })).toBe(50 + ttl + rest);
    expect(wait('csk1 ds O', written, { ds: history(49) })).toBe(50 + TIMING.dsTtl + rest);
  });

  test('is the largest of all, and never less than the policy says', () => {
    const history = [100, 300, 200].map((ttl) => ({ ttl, until: NOW }));
    expect(largestTtl(history, 250, NOW)).toBe(300);
    expect(largestTtl(history, 400, NOW)).toBe(400);
    expect(largestTtl([], 400, NOW)).toBe(400);
  });
});
