import { describe, expect, test } from 'vitest';
import { nameFromText } from '../../src/dns/name.ts';
import { requireSigningAlgorithm } from '../../src/keys/algorithms.ts';
import type { KeyRole, KeyTiming, SigningKey, ZoneKey } from '../../src/keys/key.ts';
import { selectKeys } from '../../src/keys/key-plan.ts';
import { FLAG, keyTag, revokedKeyTag, withFlags } from '../../src/keys/key-tag.ts';
import { makeKey } from '../../src/keys/making.ts';
import type { KeyState } from '../../src/keys/state-file.ts';

const NOW = 1_800_000_000;
const ALWAYS: KeyTiming = { created: NOW - 100, publish: NOW - 100, activate: NOW - 100 };
const taken = new Set<number>();

async function key(role: KeyRole, timing: KeyTiming = ALWAYS, algorithm = 13): Promise<SigningKey> {
  const request = { zone: nameFromText('example.com'), algorithm: requireSigningAlgorithm(algorithm), role, timing };
  return makeKey(request, taken);
}

const tags = (keys: readonly ZoneKey[]) => keys.map((k) => k.keyTag).sort();
const withState = (k: SigningKey, states: KeyState['states'], roles: Partial<KeyState> = {}): SigningKey => ({
  ...k,
  state: { times: {}, changes: {}, unknown: [], states, ...roles },
});

describe('which keys are used', () => {
  test('no keys make an empty plan', () => {
    const plan = selectKeys([], NOW);
    expect([plan.publish, plan.keySigners, plan.zoneSigners, plan.sync, plan.offline, plan.problems]).toEqual(
      new Array(6).fill([]),
    );
    expect(plan.nextChange).toBeUndefined();
  });

  test('each time works from its second on', async () => {
    const zsk = await key('zsk', { publish: 100, activate: 200, inactive: 300, delete: 400 });
    const other = await key('ksk', {});
    const at = (time: number) => {
      const plan = selectKeys([zsk, other], time);
      return [plan.publish.includes(zsk), plan.zoneSigners.includes(zsk), plan.nextChange];
    };
    expect([99, 100, 199, 200, 299, 300, 399, 400].map(at)).toEqual([
      [false, false, 100],
      [true, false, 200],
      [true, false, 200],
      [true, true, 300],
      [true, true, 300],
      [true, false, 400],
      [true, false, 400],
      [false, false, undefined],
    ]);
  });

  test('a key without any times is published and active', async () => {
    const pair = [await key('ksk', {}), await key('zsk', {})];
    const plan = selectKeys(pair, NOW);
    expect(tags(plan.publish)).toEqual(tags(pair));
    expect(plan.keySigners).toEqual([pair[0]]);
    expect(plan.zoneSigners).toEqual([pair[1]]);
  });

  test('states trump times, as for named', async () => {
    const [ksk, zsk] = [await key('ksk'), await key('zsk')];
    const hidden = withState(await key('zsk'), { dnskey: 'hidden', zrrsig: 'hidden' });
    const leaving = withState(await key('zsk', { publish: NOW + 9, activate: NOW + 9 }), {
      dnskey: 'omnipresent',
      zrrsig: 'unretentive',
    });
    const coming = withState(await key('ksk', { publish: NOW + 9, activate: NOW + 9 }), {
      dnskey: 'rumoured',
      krrsig: 'rumoured',
      ds: 'rumoured',
    });
    const plan = selectKeys([ksk, zsk, hidden, leaving, coming], NOW);
    expect(tags(plan.publish)).toEqual(tags([ksk, zsk, leaving, coming]));
    expect(tags(plan.keySigners)).toEqual(tags([ksk, coming]));
    expect(tags(plan.zoneSigners)).toEqual(tags([zsk]));
    expect(tags(plan.sync)).toEqual(tags([coming]));
  });

  test('a state file can make a CSK of a key, also beside others', async () => {
    const ksk = await key('ksk');
    const csk = withState(await key('ksk'), {}, { isKsk: true, isZsk: true });
    const zsk = await key('zsk');
    const plan = selectKeys([ksk, csk, zsk], NOW);
    expect(tags(plan.keySigners)).toEqual(tags([ksk, csk]));
    expect(tags(plan.zoneSigners)).toEqual(tags([csk, zsk]));
    expect(plan.roles.get(csk.name)).toBe('csk');
    expect(plan.problems).toEqual([]);
  });

  test('each algorithm finds its own signers: a pair of one, a lone key of another', async () => {
    const [ksk, zsk, lone] = [await key('ksk'), await key('zsk'), await key('ksk', ALWAYS, 15)];
    const plan = selectKeys([ksk, zsk, lone], NOW);
    expect(tags(plan.keySigners)).toEqual(tags([ksk, lone]));
    expect(tags(plan.zoneSigners)).toEqual(tags([zsk, lone]));
    expect(plan.roles.get(lone.name)).toBe('csk');
  });

  test('an algorithm that is published and has no active key is an error', async () => {
    const pair = [await key('ksk'), await key('zsk')];
    const plan = selectKeys([...pair, await key('ksk', { publish: NOW - 1 }, 15)], NOW);
    expect(plan.problems).toMatchObject([{ severity: 'error', code: 'SIGNING_IMPOSSIBLE' }]);
    expect(plan.problems[0]?.message).toContain('ED25519');
  });

  test('a KSK that signs the zone because the ZSK is not active is told', async () => {
    const plan = selectKeys([await key('ksk'), await key('zsk', { publish: NOW - 9, activate: NOW + 9 })], NOW);
    expect(plan.problems).toMatchObject([
      { severity: 'warning', message: expect.stringMatching(/no ZSK .* is active/) },
    ]);
  });

  test('a key to be revoked gets the bit and the tag, and signs the DNSKEY RRset alone', async () => {
    const [ksk, zsk] = [await key('ksk'), await key('zsk')];
    const old = await key('ksk', { ...ALWAYS, revoke: NOW - 1, inactive: NOW - 50 });
    const plan = selectKeys([ksk, zsk, old], NOW);
    const revoked = plan.publish.find((k) => k.name === old.name)!;
    expect(revoked.flags).toBe(FLAG.zone | FLAG.sep | FLAG.revoke);
    expect(revoked.keyTag).toBe(revokedKeyTag(old.dnskeyRdata));
    expect(revoked.keyTag).toBe(keyTag(revoked.dnskeyRdata));
    expect(tags(plan.keySigners)).toEqual(tags([ksk, revoked]));
    expect(tags(plan.zoneSigners)).toEqual(tags([zsk]));
    expect(plan.sync).toEqual([]);
    expect(old.flags).toBe(257);
  });

  test('of a key and its revoked form only the latter counts', async () => {
    const [ksk, zsk, old] = [await key('ksk'), await key('zsk'), await key('ksk')];
    const rdata = withFlags(old.dnskeyRdata, old.flags | FLAG.revoke);
    const revoked = {
      ...old,
      name: 'Krevoked',
      flags: old.flags | FLAG.revoke,
      dnskeyRdata: rdata,
      keyTag: keyTag(rdata),
    };
    const plan = selectKeys([ksk, zsk, old, revoked], NOW);
    expect(tags(plan.publish)).toEqual(tags([ksk, zsk, revoked]));
  });

  test('an active key without its private half is offline, and nobody takes its place', async () => {
    const zsk = await key('zsk');
    const ksk: ZoneKey = { ...(await key('ksk')), privateKey: undefined };
    const plan = selectKeys([ksk, zsk], NOW);
    expect(plan.offline).toEqual([ksk]);
    expect(plan.keySigners).toEqual([]);
    expect(plan.zoneSigners).toEqual([zsk]);
  });

  test('two published keys with one tag are told', async () => {
    const [ksk, zsk] = [await key('ksk'), await key('zsk')];
    const twin = { ...(await key('zsk')), keyTag: zsk.keyTag };
    expect(selectKeys([ksk, zsk, twin], NOW).problems).toMatchObject([{ severity: 'warning', code: 'KEY_INVALID' }]);
  });

  test('the order of the keys handed in makes no difference', async () => {
    const keys = [await key('ksk'), await key('zsk'), await key('ksk', ALWAYS, 15), await key('zsk', ALWAYS, 15)];
    const forwards = selectKeys(keys, NOW);
    const backwards = selectKeys([...keys].reverse(), NOW);
    expect(backwards.publish).toEqual(forwards.publish);
    expect(backwards.keySigners).toEqual(forwards.keySigners);
    expect(backwards.zoneSigners).toEqual(forwards.zoneSigners);
  });
});

describe('making keys', () => {
  test.each([
    [8, 2048],
    [10, 3072],
    [13, 256],
    [14, 384],
    [15, 256],
    [16, 456],
  ])('algorithm %d: a key of %d bits, with exponent 65537 if it is RSA', async (algorithm, bits) => {
    const request = {
      zone: nameFromText('example.com'),
      algorithm: requireSigningAlgorithm(algorithm),
      bits,
      role: 'zsk' as const,
      timing: ALWAYS,
    };
    const made = await makeKey(request, taken);
    expect(made.bits).toBe(bits);
    expect(made.flags).toBe(256);
    if (algorithm < 13) expect([...made.dnskeyRdata.subarray(4, 8)]).toEqual([3, 1, 0, 1]);
  });

  test.each([0, 512, 1024, 2047, 4097, 2048.5, Number.NaN])('RSA keys of %d bits are not made', async (bits) => {
    const request = {
      zone: nameFromText('a'),
      algorithm: requireSigningAlgorithm(8),
      bits,
      role: 'zsk' as const,
      timing: {},
    };
    await expect(makeKey(request, new Set())).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('a key whose tag, or revoked tag, is taken is thrown away', async () => {
    const request = {
      zone: nameFromText('a'),
      algorithm: requireSigningAlgorithm(15),
      role: 'ksk' as const,
      timing: {},
    };
    // All tags but a few: what is made must have one of those, before and after revocation.
    const free = (tag: number) => tag % 4 !== 0;
    for (let i = 0; i < 8; i++) {
      const almostAll = new Set(Array.from({ length: 65_536 }, (_, tag) => tag).filter((tag) => !free(tag)));
      const made = await makeKey(request, almostAll);
      expect([made.keyTag, revokedKeyTag(made.dnskeyRdata)].every(free)).toBe(true);
      expect(almostAll.has(made.keyTag) && almostAll.has(revokedKeyTag(made.dnskeyRdata))).toBe(true);
    }
    const all = new Set(Array.from({ length: 65_536 }, (_, tag) => tag));
    await expect(makeKey(request, all)).rejects.toMatchObject({ code: 'SIGNING_IMPOSSIBLE' });
  });
});

describe('keys that states rule', () => {
  const ruled = { dnskey: 'hidden', zrrsig: 'rumoured' } as const;
  const published = { dnskey: 'omnipresent', krrsig: 'omnipresent' } as const;

  test('a ZSK whose signatures come before its DNSKEY signs the zone, and not the DNSKEY RRset', async () => {
    const ksk = withState(await key('ksk'), { ...published, ds: 'omnipresent' });
    const zsk = withState(await key('zsk'), { dnskey: 'omnipresent', zrrsig: 'omnipresent' });
    const next = withState(await key('zsk', ALWAYS, 15), ruled);
    const coming = withState(await key('ksk', ALWAYS, 15), { dnskey: 'hidden', krrsig: 'hidden', ds: 'hidden' });
    const plan = selectKeys([ksk, zsk, next, coming], NOW);
    expect(tags(plan.publish)).toEqual(tags([ksk, zsk]));
    expect(plan.keySigners).toEqual([ksk]);
    expect(tags(plan.zoneSigners)).toEqual(tags([zsk, next]));
    expect(plan.problems).toEqual([]);
  });

  test.each([
    ['the only DS is on its way out', ['unretentive'], true],
    ['one takes the place of another', ['unretentive', 'rumoured'], false],
    ['a DS stays', ['unretentive', 'omnipresent'], false],
    ['there is none', ['hidden'], false],
    ['all have gone', ['hidden', 'hidden'], false],
  ] as const)('where %s, the parent is asked to remove it: %s → %s', async (_, states, expected) => {
    const keys = await Promise.all(states.map(async (ds) => withState(await key('ksk'), { ...published, ds })));
    expect(selectKeys(keys, NOW).removesDs).toBe(expected);
  });
});
