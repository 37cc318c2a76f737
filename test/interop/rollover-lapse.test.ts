/** Rolls of one key after another, by the real program, over months that pass in moments. */
import { describe, expect, test } from 'vitest';
import { cacheFaults, expectAllGood, LAPSE_PEERS } from './lapse-peers.ts';
import { expectForetold, foretell } from './lapse-plan.ts';
import { DAY, HOUR, Lapse, START, ZONE_NAME } from './lapse-scene.ts';
import { describePeers } from './peers.ts';

const EC = 'algorithm: ECDSAP256SHA256';
const SCHEDULED = `keys: { ksk: { ${EC}, lifetime: unlimited }, zsk: { ${EC}, lifetime: 20d } }`;
const LASTING = `keys: { ksk: { ${EC}, lifetime: unlimited }, zsk: { ${EC}, lifetime: unlimited } }`;
const CSK = `keys: { csk: { ${EC}, lifetime: 60d } }`;

/** A zone that has had its DS for a day. */
async function settled(policy: string, options?: ConstructorParameters<typeof Lapse>[1]): Promise<Lapse> {
  const lapse = new Lapse(policy, options);
  await lapse.add();
  await lapse.settle();
  return lapse;
}

describePeers('rollovers over months', LAPSE_PEERS, () => {
  describe('on schedule', () => {
    test('the first DS waits for the whole signed zone, then three ZSKs follow each other', async () => {
      const lapse = new Lapse(SCHEDULED);
      await lapse.add();
      const [first] = lapse.keys('zsk');
      const foretold = await foretell(lapse, START + 75 * DAY);
      await lapse.pass(() => lapse.latest.cds.size > 0);
      // The largest TTL, and the time that the zone takes to its servers.
      expect(lapse.now - START).toBe(DAY + 300);
      await lapse.pass(() => !lapse.keys().some(({ id }) => id === first!.id));
      expect(lapse.keyFiles().filter((name) => name.startsWith(first!.name))).toEqual([]);
      await lapse.pass(START + 75 * DAY);
      const all = new Set(lapse.versions.flatMap(({ data }) => data.flatMap(({ signers }) => [...signers])));
      expect(all.size).toBe(4);
      await expectForetold(lapse, foretold);
      await expectAllGood(lapse);
    });

    test('a KSK and a ZSK that are due together, with a run once a day', async () => {
      const keys = `keys: { ksk: { ${EC}, lifetime: 40d }, zsk: { ${EC}, lifetime: 40d } }`;
      const lapse = new Lapse(`${keys}, denial: { type: nsec }`);
      await lapse.add();
      await lapse.pass(START + 50 * DAY, { rhythm: DAY });
      expect(lapse.isSettled()).toBe(true);
      expect(lapse.ds.map(({ keys }) => keys.size)).toEqual([0, 1, 1]);
      await expectAllGood(lapse);
    });

    test('a CSK', async () => {
      const lapse = await settled(`${CSK}, zonemd: true`);
      const first = lapse.current('csk');
      const foretold = await foretell(lapse, START + 80 * DAY);
      await lapse.pass(START + 80 * DAY);
      expect(lapse.current('csk').id).not.toBe(first.id);
      expect(lapse.keys().map(({ role }) => role)).toEqual(['csk']);
      await expectForetold(lapse, foretold);
      await expectAllGood(lapse);
    });
  });

  describe('by hand', () => {
    test('a KSK, with a run each hour, an opt-out zone, and nobody asked', async () => {
      const lapse = await settled(`${LASTING}, denial: { opt-out: true }`, { observe: 'off' });
      const old = lapse.current('ksk');
      await lapse.roll('--role', 'ksk');
      await lapse.settle({ rhythm: HOUR });
      expect(lapse.current('ksk').id).not.toBe(old.id);
      expect([...lapse.ds.at(-1)!.keys]).toEqual([`13/${lapse.current('ksk').keyTag}`]);
      expect(lapse.latest.text).toMatch(/\tNSEC3\t1 1 0 /);
      await expectAllGood(lapse);
    });

    test('at a time that is given', async () => {
      const lapse = await settled(LASTING);
      const at = lapse.now + 10 * DAY;
      await lapse.roll('--role', 'zsk', '--at', new Date(at * 1000).toISOString().slice(0, 19).concat('Z'));
      const foretold = await foretell(lapse, at + 30 * DAY);
      await lapse.pass(at + 30 * DAY);
      const takesOver = lapse.versions.find(({ data }) => data[0]!.signers.has(`13/${lapse.current('zsk').keyTag}`));
      expect(takesOver!.at).toBe(at);
      await expectForetold(lapse, foretold);
      await expectAllGood(lapse);
    });

    test.each(['ksk', 'zsk', 'csk'] as const)('an emergency of a %s, which never comes back', async (role) => {
      const lapse = await settled(role === 'csk' ? CSK : LASTING);
      const old = lapse.current(role);
      await lapse.roll('--role', role, '--emergency');
      await lapse.pass(lapse.now + 6 * HOUR);
      expect((await lapse.run('roll', ZONE_NAME, '--role', role, '--back')).stderr).toContain("can't come back");
      await lapse.settle();
      expect(lapse.current(role).id).not.toBe(old.id);
      await expectAllGood(lapse);
    });

    test.each(['ksk', 'zsk', 'csk'] as const)('a %s is rolled again before its roll is over', async (role) => {
      const lapse = await settled(role === 'csk' ? CSK : LASTING);
      const signs = new Set<string>();
      for (const wait of [0, HOUR, 26 * HOUR]) {
        await lapse.pass(lapse.now + wait);
        await lapse.roll('--role', role);
        signs.add(lapse.current(role).id);
      }
      expect(signs.size).toBe(3);
      await lapse.settle();
      expect(lapse.current(role).id).toBe([...signs].at(-1));
      await expectAllGood(lapse);
    });

    test.each([
      ['zsk', 0],
      ['zsk', 3 * HOUR],
      ['zsk', 28 * HOUR],
      ['ksk', HOUR],
      ['ksk', 5 * HOUR],
      ['ksk', 28 * HOUR],
      ['csk', 5 * HOUR],
      ['csk', 28 * HOUR],
    ] as const)('a roll of the %s is turned round after %i seconds', async (role, after) => {
      const lapse = await settled(role === 'csk' ? CSK : LASTING);
      const old = lapse.current(role);
      await lapse.roll('--role', role);
      await lapse.pass(lapse.now + after);
      await lapse.roll('--role', role, '--back');
      await lapse.settle();
      expect(lapse.current(role).id).toBe(old.id);
      expect([...lapse.latest.dnskeys]).toHaveLength(role === 'csk' ? 1 : 2);
      await expectAllGood(lapse);
    });
  });

  test.each(['zsk', 'ksk'] as const)('under a manual policy no move of the %s is made without a word', async (role) => {
    const lapse = await settled(LASTING);
    lapse.usePolicy(`${LASTING}, rollover: { mode: manual }`);
    await lapse.roll('--role', role);
    const { serial } = lapse.latest;
    await lapse.pass(lapse.now + 3 * DAY, { rhythm: DAY });
    expect(lapse.latest.serial).toBe(serial);
    for (let words = 0; !lapse.isSettled() || words === 0; words++) {
      expect(words).toBeLessThan(4);
      await lapse.roll('--approve');
      await lapse.pass(lapse.now + 4 * DAY, { rhythm: DAY });
    }
    expect(lapse.latest.dnskeys.size).toBe(2);
    await expectAllGood(lapse);
  });

  test('the judge convicts whoever does not wait', async () => {
    const lapse = await settled(LASTING);
    await lapse.roll('--role', 'zsk');
    await lapse.roll('--role', 'ksk');
    await lapse.settle();
    const { versions, ds } = lapse;
    // First DS · next ZSK · next KSK · the one signs, and the other gets its DS · old ZSK leaves · old KSK leaves.
    expect(versions).toHaveLength(7);
    const early = <T extends { readonly at: number }>(all: readonly T[], i: number): readonly T[] =>
      all.map((one, j) => (j === i ? { ...one, at: all[i - 1]!.at + 1 } : one));
    const convicted = [4, 5, 6].map((i) => cacheFaults({ versions: [...early(versions, i)], ds }).length > 0);
    expect(convicted).toEqual([true, true, true]);
    expect(cacheFaults({ versions, ds: [...early(ds, 2)] })).not.toEqual([]);
    expect(cacheFaults({ versions, ds })).toEqual([]);
  });
});
