/** Changes of algorithm, and of the kind of keys, by the real program over weeks that pass in moments. */
import { describe, expect, test } from 'vitest';
import { ALL, cacheFaults, expectAllGood, expectStatesAccepted, LAPSE_PEERS, LIBERAL } from './lapse-peers.ts';
import { expectForetold, foretell } from './lapse-plan.ts';
import { DAY, HOUR, Lapse, ZONE_NAME } from './lapse-scene.ts';
import { describePeers } from './peers.ts';

const pair = (algorithm: string) =>
  `keys: { ksk: { algorithm: ${algorithm}, lifetime: unlimited }, zsk: { algorithm: ${algorithm}, lifetime: unlimited } }`;
const csk = (algorithm: string) => `keys: { csk: { algorithm: ${algorithm}, lifetime: unlimited } }`;

const OLD = 'ECDSAP256SHA256';
const NEW = 'ED25519';

/** So lately that what is signed in the meantime is valid now: dnssec-verify knows no other time. */
function lately(): number {
  return Math.floor(Date.now() / 1000) - 10 * DAY;
}

async function settled(policy: string, start?: number): Promise<Lapse> {
  const lapse = new Lapse(policy, start === undefined ? {} : { start });
  await lapse.add();
  await lapse.settle();
  return lapse;
}

/** Algorithms of the keys in the zone. */
function algorithmsOf(labels: Iterable<string>): readonly string[] {
  return [...new Set([...labels].map((label) => label.split('/')[0]!))].sort();
}

describePeers('changes of keys over weeks', LAPSE_PEERS, () => {
  describe.each([
    ['conservative', ALL],
    ['liberal', LIBERAL],
  ] as const)('a %s roll to another algorithm', (manner, tempers) => {
    const rollover = `rollover: { algorithm: ${manner} }`;

    test.each([
      ['pair', pair],
      ['csk', csk],
    ] as const)('by an edit of the policy (%s)', async (_kind, keys) => {
      const lapse = await settled(`${keys(OLD)}, ${rollover}`, lately());
      lapse.usePolicy(`${keys(NEW)}, ${rollover}`);
      const foretold = await foretell(lapse, lapse.now + 30 * DAY);
      await lapse.pass(lapse.now + 30 * DAY);
      expect(lapse.isSettled()).toBe(true);
      expect(algorithmsOf(lapse.latest.dnskeys)).toEqual(['15']);
      expect(lapse.ds.map(({ keys }) => algorithmsOf(keys))).toEqual([[], ['13'], ['15']]);
      await expectForetold(lapse, foretold);
      const asked = await expectAllGood(lapse, tempers);
      expect(asked.filter((program) => program === 'dnssec-verify').length).toBeGreaterThanOrEqual(5);
    });

    test('by hand, the policy follows later', async () => {
      const lapse = await settled(`${pair(OLD)}, ${rollover}`);
      await lapse.roll('--algorithm', NEW);
      await lapse.settle();
      expect(algorithmsOf(lapse.latest.dnskeys)).toEqual(['15']);
      const { serial } = lapse.latest;
      lapse.usePolicy(`${pair(NEW)}, ${rollover}`);
      await lapse.pass(lapse.now + 2 * DAY, { rhythm: DAY });
      expect(lapse.latest.serial).toBe(serial);
      await expectAllGood(lapse, tempers);
    });
  });

  test('a conservative roll signs with both algorithms before it publishes both', async () => {
    const lapse = await settled(pair(OLD));
    lapse.usePolicy(pair(NEW));
    await lapse.pass(() => algorithmsOf(lapse.latest.dnskeys).includes('15'));
    const before = lapse.versions.find(({ data }) => data.every(({ signers }) => algorithmsOf(signers).length === 2))!;
    expect(algorithmsOf(before.dnskeys)).toEqual(['13']);
    expect(lapse.now - before.at).toBe(DAY + 300);
  });

  test('BIND reads the states at every step', async () => {
    const lapse = await settled(pair(OLD));
    lapse.usePolicy(csk(NEW));
    for (let serial = 0; !lapse.isSettled() || serial === 0; serial = lapse.latest.serial) {
      await lapse.pass(() => lapse.latest.serial > serial || (serial > 0 && lapse.isSettled()));
      await expectStatesAccepted(lapse);
    }
    expect(lapse.versions.length).toBeGreaterThanOrEqual(6);
  });

  test('a liberal roll would not satisfy who wants every algorithm of the DNSKEY RRset', async () => {
    const lapse = await settled(`${pair(OLD)}, rollover: { algorithm: liberal }`);
    await lapse.roll('--algorithm', NEW);
    await lapse.settle();
    expect(cacheFaults(lapse, ['all-algorithms'])).not.toEqual([]);
  });

  test.each([HOUR, 27 * HOUR, 30 * HOUR, 55 * HOUR])('a roll that is called off after %i seconds', async (after) => {
    const lapse = await settled(pair(OLD));
    lapse.usePolicy(pair(NEW));
    await lapse.pass(lapse.now + after);
    lapse.usePolicy(pair(OLD));
    await lapse.settle();
    expect(algorithmsOf(lapse.latest.dnskeys)).toEqual(['13']);
    expect(algorithmsOf(lapse.ds.at(-1)!.keys)).toEqual(['13']);
    await expectAllGood(lapse);
  });

  test.each([
    ['a pair to one key', pair(OLD), csk(OLD), ['csk']],
    ['one key to a pair', csk(OLD), pair(OLD), ['ksk', 'zsk']],
    ['a pair to one key of another algorithm', pair(OLD), csk(NEW), ['csk']],
  ] as const)('from %s', async (_name, from, to, roles) => {
    const lapse = await settled(from);
    lapse.usePolicy(to);
    const foretold = await foretell(lapse, lapse.now + 30 * DAY);
    await lapse.pass(lapse.now + 30 * DAY);
    const roleText = lapse
      .keys()
      .map(({ role }) => role)
      .sort();
    expect(roleText).toEqual(roles);
    expect(lapse.latest.dnskeys.size).toBe(roles.length);
    await expectForetold(lapse, foretold);
    await expectAllGood(lapse);
  });

  test('from a pair to one key and back', async () => {
    const lapse = await settled(pair(OLD));
    const before = lapse.keys().map(({ id }) => id);
    lapse.usePolicy(csk(OLD));
    await lapse.pass(lapse.now + 5 * HOUR);
    lapse.usePolicy(pair(OLD));
    await lapse.settle();
    expect(
      lapse
        .keys()
        .filter(({ goal }) => goal === 'omnipresent')
        .map(({ id }) => id),
    ).toEqual(before);
    expect((await lapse.run('status', ZONE_NAME)).exit).toBe(0);
    await expectAllGood(lapse);
  });
});
