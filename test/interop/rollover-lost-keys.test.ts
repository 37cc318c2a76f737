/** A key that is lost for good is given up: `dnssec roll ZONE --replace KEY` goes on without it. */
import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { atRest, DAMAGES, EXPOSED, expectNamed, keyLine, keyPath, LOSSES, ROLES } from './lapse-damage.ts';
import { cacheFaults, expectAllGood, LAPSE_PEERS } from './lapse-peers.ts';
import { DAY, HOUR, type Lapse, TIMING, ZONE_NAME } from './lapse-scene.ts';
import { describePeers } from './peers.ts';

describePeers('lost keys', LAPSE_PEERS, () => {
  describe('a ZSK that is given up', () => {
    test.each(LOSSES)('is replaced at once: %s', async (damage) => {
      const lapse = await atRest('zsk');
      const lost = lapse.current('zsk');
      const label = `13/${lost.keyTag}`;
      const record = dnskeyOf(lapse, lost.keyTag);
      DAMAGES[damage](lapse, lost.name);
      lapse.now += HOUR;
      const at = lapse.now;
      const dry = readdirSync(lapse.path('keys'));
      expect((await lapse.run('roll', ZONE_NAME, '--replace', lost.name, '--dry-run')).exit).toBe(0);
      expect(readdirSync(lapse.path('keys'))).toEqual(dry);
      await lapse.roll('--replace', String(lost.keyTag));
      const next = lapse.current('zsk');
      expect(lapse.latest.data.map(({ signers }) => [...signers])).toEqual([[`13/${next.keyTag}`]]);
      expect(lapse.latest.dnskeys.has(label)).toBe(true);
      expect(dnskeyOf(lapse, lost.keyTag)).toBe(record);
      expect(statSync(keyPath(lapse, `${lost.name}.key`)).mode & 0o777).toBe(0o644);
      expect(keyLine(readFileSync(keyPath(lapse, `${lost.name}.key`), 'latin1'))).toContain(record);
      expect(lapse.keyFiles('.private').some((file) => file.startsWith(lost.name))).toBe(false);
      await lapse.settle();
      const left = lapse.versions.find((version) => version.at > at && !version.dnskeys.has(label))!;
      expect(left.at - at).toBeGreaterThanOrEqual(TIMING.maxZoneTtl + TIMING.zonePropagation);
      // Whoever has fetched the keys just before can't know the new one: what can't be helped ends with the DNSKEY TTL.
      const helped = cacheFaults(lapse).filter((fault) => !fault.includes(`DNSKEY of ${iso(before(lapse, at))}`));
      expect(helped).toEqual([]);
      expect((await lapse.run('status')).exit).toBe(0);
    });
  });

  test('a ZSK that signs no more stays in the zone without its files, while caches may hold its signatures', async () => {
    const lapse = await atRest('zsk');
    const old = lapse.current('zsk');
    const label = `13/${old.keyTag}`;
    await lapse.roll('--role', 'zsk');
    await lapse.pass(lapse.now + 5 * HOUR);
    expect(lapse.latest.data.some(({ signers }) => signers.has(label))).toBe(false);
    DAMAGES['both files are gone'](lapse, old.name);
    appendFileSync(lapse.zoneFile, 'new A 192.0.2.99\n');
    const refused = await lapse.run('sign', '--all', '--quiet');
    expect([refused.exit, refused.stderr]).toEqual([1, expect.stringContaining(`${old.name} is to be in zone`)]);
    expect(readFileSync(lapse.signedFile, 'latin1')).toBe(lapse.latest.text);
    await lapse.roll('--replace', old.name);
    expect(lapse.latest.dnskeys.has(label)).toBe(true);
    expect(lapse.latest.text).toContain('new.lapse.test.');
    await lapse.settle();
    expect(lapse.latest.dnskeys.has(label)).toBe(false);
    await expectAllGood(lapse);
  });

  describe('a key with a DS that is given up freezes its zone until the DS has gone', () => {
    test.each((['ksk', 'csk'] as const).flatMap((role) => LOSSES.map((damage) => [role, damage] as const)))(
      '%s: %s',
      async (role, damage) => {
        const lapse = await atRest(role);
        const lost = lapse.current(role);
        DAMAGES[damage](lapse, lost.name);
        const frozen = readFileSync(lapse.signedFile, 'latin1');
        const given = await lapse.run('roll', ZONE_NAME, '--replace', lost.name);
        expect([given.exit, given.stderr]).toEqual([4, expect.stringContaining('it must stay as it is for now')]);
        lapse.now += DAY;
        expect((await lapse.run('sign', '--all')).stderr).toContain('must stay as it is');
        await expectNamed(lapse, lost.name, [`dnssec roll ${ZONE_NAME} --ds-gone ${lost.keyTag}`]);
        lapse.takeDsAway();
        lapse.now += HOUR;
        expect((await lapse.run('roll', ZONE_NAME, '--ds-gone', String(lost.keyTag), '--quiet')).exit).toBe(4);
        lapse.now += TIMING.dsTtl;
        expect((await lapse.run('sign', '--all', '--quiet')).exit).toBe(1);
        expect(readFileSync(lapse.signedFile, 'latin1')).toBe(frozen);
        lapse.now += 3 * HOUR;
        await lapse.settle();
        expect(lapse.current(role).id).not.toBe(lost.id);
        expect([...lapse.ds.at(-1)!.keys]).toEqual([`13/${lapse.current(role).keyTag}`]);
        await expectAllGood(lapse);
      },
    );
  });

  test.each(ROLES)('a %s whose private file is only open to others is not given up', async (role) => {
    const lapse = await atRest(role);
    const { name } = lapse.current(role);
    DAMAGES[EXPOSED](lapse, name);
    const before = lapse.keyFiles();
    const { exit, stderr } = await lapse.run('roll', ZONE_NAME, '--replace', name);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('has mode 0644')]);
    expect(stderr).toContain(`"dnssec roll ${ZONE_NAME} --role ${role} --emergency"`);
    expect(lapse.keyFiles()).toEqual(before);
  });
});

/** The RDATA of a key in the present zone. */
function dnskeyOf({ latest }: Lapse, tag: number): string {
  const lines = latest.text.split('\n').filter((line) => line.includes('\tDNSKEY\t'));
  const zone = (line: string) => [...latest.dnskeys][lines.indexOf(line)] === `13/${tag}`;
  return lines.find(zone)!.split('\t')[4]!;
}

/** When the version before a time was put in its place. */
function before({ versions }: Lapse, at: number): number {
  return versions.filter((version) => version.at < at).at(-1)!.at;
}

function iso(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 16);
}
