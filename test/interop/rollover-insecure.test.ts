/** Zones that are to be signed no more, and those that change their mind, by the real program over weeks. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { expectAllGood, LAPSE_PEERS } from './lapse-peers.ts';
import { expectForetold, foretell } from './lapse-plan.ts';
import { DAY, HOUR, Lapse, ZONE_NAME } from './lapse-scene.ts';
import { describePeers } from './peers.ts';

const pair =
  'keys: { ksk: { algorithm: ECDSAP256SHA256, lifetime: unlimited }, zsk: { algorithm: ECDSAP256SHA256, lifetime: unlimited } }';
const csk = 'keys: { csk: { algorithm: ECDSAP256SHA256, lifetime: unlimited } }';

async function settled(policy: string): Promise<Lapse> {
  const lapse = new Lapse(policy);
  await lapse.add();
  await lapse.settle();
  return lapse;
}

const DNSSEC = /\t(?:RRSIG|NSEC|NSEC3|NSEC3PARAM|DNSKEY|CDS|CDNSKEY)\t/;

describePeers('insecure zones over weeks', LAPSE_PEERS, () => {
  describe.each([
    ['pair', pair],
    ['csk', csk],
  ] as const)('of a %s', (_kind, keys) => {
    test('the parent is asked for no DS, then everything goes', async () => {
      const lapse = await settled(keys);
      lapse.usePolicy('insecure');
      const foretold = await foretell(lapse, lapse.now + 100 * DAY);
      await lapse.must('sign', '--all', '--quiet');
      expect([...lapse.latest.cds]).toEqual(['0/0']);
      expect(lapse.latest.text).toMatch(/\tCDS\t0 0 0 00\n/);
      expect(lapse.latest.text).toMatch(/\tCDNSKEY\t0 3 0 AA==\n/);
      const asked = lapse.now;
      await lapse.pass(() => !lapse.latest.isSigned);
      // The parent's time, what its servers and caches need, and the hour that one waits to be safe.
      expect(lapse.now - asked).toBeGreaterThanOrEqual(DAY + DAY + 2 * HOUR);
      expect(lapse.latest.text).not.toMatch(DNSSEC);
      await lapse.pass(lapse.now + 95 * DAY);
      expect(lapse.keyFiles()).toEqual([]);
      expect(lapse.ds.at(-1)!.keys.size).toBe(0);
      await expectForetold(lapse, foretold);
      await expectAllGood(lapse);
    });

    test('a zone that was insecure for long comes back with new keys', async () => {
      const lapse = await settled(keys);
      const [first] = lapse.keys();
      lapse.usePolicy('insecure');
      await lapse.pass(lapse.now + 30 * DAY);
      const { serial } = lapse.latest;
      lapse.usePolicy(keys);
      await lapse.settle();
      expect(lapse.latest.serial).toBeGreaterThan(serial);
      expect(lapse.ds.at(-1)!.keys.size).toBe(1);
      expect(lapse.keys().some(({ id }) => id === first!.id)).toBe(false);
      await expectAllGood(lapse);
    });

    test.each([
      ['while the parent has its DS', HOUR],
      ['just after the DS has gone', 25 * HOUR],
      ['when nobody holds the DS any more', 52 * HOUR],
      ['when the keys leave', 56 * HOUR],
    ])('it comes back %s', async (_when, after) => {
      const lapse = await settled(keys);
      lapse.usePolicy('insecure');
      await lapse.pass(lapse.now + after);
      lapse.usePolicy(keys);
      await lapse.settle();
      expect(lapse.latest.isSigned).toBe(true);
      expect(lapse.ds.at(-1)!.keys.size).toBe(1);
      expect((await lapse.run('status', ZONE_NAME)).exit).toBe(0);
      await expectAllGood(lapse);
    });
  });

  test('nothing but the serial tells an unsigned zone from its zone file', async () => {
    const lapse = await settled(pair);
    lapse.usePolicy('insecure');
    await lapse.pass(lapse.now + 30 * DAY);
    const { text, serial } = lapse.latest;
    expect(serial).toBe(lapse.versions.at(-2)!.serial + 1);
    expect(text.trimEnd().split('\n').slice(1)).toHaveLength(
      readFileSync(lapse.zoneFile, 'latin1').trimEnd().split('\n').length - 1,
    );
    expect((await lapse.run('status')).exit).toBe(0);
    expect((await lapse.run('why', ZONE_NAME)).exit).toBe(0);
  });
});
