import { describe, expect, test } from 'vitest';
import type { KeyRole } from '../../src/keys/key.ts';
import { turnKeys } from '../../src/rollover/lifecycle.ts';
import { DEFAULT_POLICY, type Policy } from '../../src/rollover/policy.ts';
import { fitPolicy } from '../../src/rollover/policy-fit.ts';
import { ALL_HIDDEN, OWNED_RECORDS, type RollKey } from '../../src/rollover/roll-key.ts';
import { parseConfig } from '../../src/store/config-parse.ts';
import { DAY, NOW } from './adoption.ts';

/** A key that has been in use for ten days. */
function key(role: KeyRole, keyTag: number, more: Partial<RollKey> = {}): RollKey {
  const states = Object.fromEntries(OWNED_RECORDS[role].map((record) => [record, 'omnipresent']));
  return {
    id: `${keyTag}`.padStart(16, '0'),
    name: `Kexample.com.+013+${keyTag}`,
    role,
    algorithm: 13,
    keyTag,
    bits: 256,
    goal: 'omnipresent',
    states: { ...ALL_HIDDEN, ...states },
    changes: Object.fromEntries(OWNED_RECORDS[role].map((record) => [record, NOW - 9 * DAY])),
    predecessor: undefined,
    successor: undefined,
    created: NOW - 10 * DAY,
    active: NOW - 10 * DAY,
    lifetime: undefined,
    rollAt: undefined,
    retired: undefined,
    removed: undefined,
    files: 'whole',
    fate: 'none',
    ...more,
  };
}

const KSK = key('ksk', 111);
const ZSK = key('zsk', 222);
const RSA = { algorithm: 8, bits: 2048 };
const compare = (keys: readonly RollKey[], policy: Policy = DEFAULT_POLICY) =>
  fitPolicy('example.com', policy, keys, NOW);

/** The policy that the lines make. */
const policyOf = (lines: readonly string[]): Policy =>
  parseConfig(lines.join('\n'), '/c/dnssec.yaml', 'c').zones.get('example.com')!.policy;

describe('a policy fits', () => {
  test('keys of its kind and algorithm that are young enough', () => {
    expect(compare([KSK, ZSK])).toEqual({ reasons: [], lines: [] });
  });

  test('beside keys that are going or stand by', () => {
    const going = key('zsk', 333, { goal: 'hidden', retired: NOW - DAY });
    const spare = key('zsk', 444, { goal: 'hidden', states: ALL_HIDDEN, changes: {}, active: undefined });
    expect(compare([KSK, ZSK, going, spare]).reasons).toEqual([]);
  });
});

describe('a policy does not fit', () => {
  const old = NOW - 200 * DAY;
  test.each<[string, readonly RollKey[], Policy, readonly (string | RegExp)[]]>([
    [
      'keys of another algorithm',
      [key('ksk', 1, RSA), key('zsk', 2, RSA)],
      DEFAULT_POLICY,
      [
        /^KSK 1 is of RSASHA256; the policy "default" wants a KSK of ECDSAP256SHA256 and a ZSK/,
        /^ZSK 2/,
        /^no KSK/,
        /^no ZSK/,
      ],
    ],
    ['keys of another kind', [key('csk', 1)], DEFAULT_POLICY, [/^CSK 1 is of/, /^no KSK/, /^no ZSK/]],
    [
      'a key whose lifetime is over',
      [KSK, key('zsk', 2, { active: old })],
      DEFAULT_POLICY,
      ['ZSK 2 is in use since 2026-06-29 08:00 UTC; the policy "default" gives it 90d'],
    ],
    [
      'a key that a person wanted to be replaced',
      [KSK, key('zsk', 2, { rollAt: NOW - DAY })],
      DEFAULT_POLICY,
      [/^ZSK 2 was to be replaced .* by a person's word$/],
    ],
    ['keys where it wants none', [KSK, ZSK], { ...DEFAULT_POLICY, keys: { kind: 'none' } }, [/would become insecure/]],
    [
      'more than one key of a role',
      [KSK, ZSK, key('zsk', 2, { active: old })],
      DEFAULT_POLICY,
      ['ZSK 2 is one of several; the policy "default" wants one, and it would go'],
    ],
    ['no keys', [], DEFAULT_POLICY, [/^no KSK/, /^no ZSK/]],
    [
      'a key on its way out, and no other',
      [KSK, key('zsk', 2, { goal: 'hidden', retired: NOW - DAY })],
      DEFAULT_POLICY,
      ['no ZSK of ECDSAP256SHA256 is in use: one would come in'],
    ],
  ])('%s', (_, keys, policy, reasons) => {
    const found = compare(keys, policy).reasons;
    expect(found).toHaveLength(reasons.length);
    for (const [index, reason] of reasons.entries()) expect(found[index]).toMatch(reason);
    // The engine says so too.
    const { decisions, actions } = turnKeys(policy, keys, NOW);
    expect(decisions.length + actions.length).toBeGreaterThan(0);
  });
});

describe('the lines that are offered', () => {
  const year = 365 * DAY;
  test.each<[string, readonly RollKey[], RegExp]>([
    [
      'an algorithm and a size',
      [key('ksk', 1, RSA), key('zsk', 2, RSA)],
      /ksk: \{ algorithm: RSASHA256, bits: 2048, lifetime: 365d \}/,
    ],
    ['a CSK', [key('csk', 1)], /csk: \{ algorithm: ECDSAP256SHA256, lifetime: unlimited \}/],
    [
      'a lifetime of its own',
      [KSK, key('zsk', 2, { active: NOW - 200 * DAY, lifetime: year })],
      /zsk: .* lifetime: 365d/,
    ],
    [
      'no lifetime where its own is over',
      [KSK, key('zsk', 2, { active: NOW - 400 * DAY, lifetime: year })],
      /zsk: .* unlimited/,
    ],
    [
      'no lifetime shorter than a roll',
      [KSK, key('zsk', 2, { active: NOW - 95 * DAY, lifetime: 20 * DAY })],
      /zsk: .* unlimited/,
    ],
    ['keys, where there were to be none', [KSK, ZSK], /ksk: .*365d|ksk: .*unlimited/],
  ])('name %s, and leave the keys as they are', (_, keys, line) => {
    const policy: Policy = _.startsWith('keys') ? { ...DEFAULT_POLICY, keys: { kind: 'none' } } : DEFAULT_POLICY;
    const { lines } = compare(keys, policy);
    expect(lines.join('\n')).toMatch(line);
    const offered = policyOf(lines);
    expect(offered.name).toBe('as-adopted');
    expect(compare(keys, offered).reasons).toEqual([]);
    const { decisions, actions } = turnKeys(offered, keys, NOW);
    expect([decisions, actions]).toEqual([[], []]);
  });

  test('say that the rest of a policy of another name has to be copied', () => {
    const lines = compare([key('csk', 1)], { ...DEFAULT_POLICY, name: 'classic' }).lines;
    expect(lines[1]).toBe('  as-adopted:   # add what else "classic" says');
  });

  test.each<[string, readonly RollKey[]]>([
    ['two algorithms', [key('ksk', 1, RSA), ZSK]],
    ['several keys of a role', [KSK, ZSK, key('zsk', 3)]],
    ['a CSK beside a pair', [KSK, ZSK, key('csk', 3)]],
    ['a KSK alone', [KSK]],
    ['no keys', []],
  ])('are none for %s', (_, keys) => {
    expect(compare(keys)).toMatchObject({ lines: [] });
    expect(compare(keys).reasons).not.toEqual([]);
  });
});
