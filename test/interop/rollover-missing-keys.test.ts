/**
 * A key file that is absent, unreadable or another key's stops every withdrawal and every minting in its zone; `status`
 * says so, and `dnssec keys restore` heals it.
 */
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  ALL_DAMAGES,
  atRest,
  copyKeys,
  DAMAGES,
  EXPOSED,
  expectNamed,
  expectStandstill,
  keyLine,
  keyPath,
  letExpire,
  ROLES,
  waysOut,
} from './lapse-damage.ts';
import { cacheFaults, expectAllGood, LAPSE_PEERS } from './lapse-peers.ts';
import { DAY, HOUR, ZONE_NAME } from './lapse-scene.ts';
import { describePeers } from './peers.ts';

describePeers('missing keys', LAPSE_PEERS, () => {
  describe('of a zone at rest stop every roll, until they are restored', () => {
    test.each(ROLES.flatMap((role) => ALL_DAMAGES.map((damage) => [role, damage] as const)))(
      '%s: %s',
      async (role, damage) => {
        const lapse = await atRest(role);
        const { name, id } = lapse.current(role);
        await letExpire(lapse, lapse.now + 2 * DAY);
        DAMAGES[damage](lapse, name);
        const refused = await lapse.run('sign', '--all', '--quiet');
        expect(refused.exit).toBe(1);
        expect(refused.stderr).toContain(name);
        await expectNamed(lapse, `${name}.private`, waysOut(lapse, damage, name));
        await expectStandstill(lapse, 3);
        if (damage === EXPOSED) chmodSync(keyPath(lapse, `${name}.private`), 0o600);
        else await lapse.must('keys', 'restore', ZONE_NAME, lapse.path('backup', `${name}.private`), '--quiet');
        await lapse.settle();
        expect(lapse.current(role).id).not.toBe(id);
        expect(cacheFaults(lapse)).toEqual([]);
      },
    );

    test('from a PEM file, where nothing else is left', async () => {
      const lapse = await atRest('csk');
      const { name } = lapse.current('csk');
      const pem = lapse.path('backup', 'csk.pem');
      await lapse.must('keys', 'export', name, '--format', 'pem', '-f', pem);
      const before = ['key', 'private'].map((suffix) => readFileSync(keyPath(lapse, `${name}.${suffix}`), 'latin1'));
      DAMAGES['all three files are gone'](lapse, name);
      await lapse.must('keys', 'restore', ZONE_NAME, pem, '--quiet');
      await lapse.must('sign', '--all', '--quiet');
      const after = ['key', 'private'].map((suffix) => readFileSync(keyPath(lapse, `${name}.${suffix}`), 'latin1'));
      expect(after.map(keyLine)).toEqual(before.map(keyLine));
      expect((await lapse.run('status')).exit).toBe(0);
    });

    test("another zone's key, or another key of the zone, restores nothing", async () => {
      const lapse = await atRest('zsk');
      const { name } = lapse.current('zsk');
      DAMAGES['the private file is gone'](lapse, name);
      const [ksk] = lapse.keys('ksk');
      const { exit, stderr } = await lapse.run(
        'keys',
        'restore',
        ZONE_NAME,
        lapse.path('backup', `${ksk!.name}.private`),
      );
      expect([exit, stderr]).toEqual([1, expect.stringContaining(`It misses ${name}.`)]);
      expect(lapse.keyFiles('.private')).toHaveLength(1);
    });
  });

  describe('in the middle of a roll', () => {
    test.each(
      ROLES.flatMap((role) =>
        (['old', 'next'] as const).flatMap((which) =>
          (['the private file is gone', 'both files are gone'] as const).map(
            (damage) => [role, which, damage] as const,
          ),
        ),
      ),
    )('%s, the %s one: %s', async (role, which, damage) => {
      const lapse = await atRest(role);
      const old = lapse.current(role);
      await lapse.roll('--role', role);
      await lapse.pass(lapse.now + HOUR);
      copyKeys(lapse);
      const next = lapse.current(role);
      const { name } = which === 'old' ? old : next;
      DAMAGES[damage](lapse, name);
      const { exit } = await lapse.run('sign', '--all', '--quiet');
      // The next ZSK does not sign yet: its private half is not missed so far.
      const isUnused = role === 'zsk' && which === 'next' && damage === 'the private file is gone';
      expect(exit).toBe(isUnused ? 0 : 1);
      await expectNamed(lapse, `${name}.private`, waysOut(lapse, damage, name));
      await expectStandstill(lapse, 2);
      await lapse.must('keys', 'restore', ZONE_NAME, lapse.path('backup', `${name}.private`), '--quiet');
      await lapse.settle();
      expect(lapse.current(role).id).toBe(next.id);
      await expectAllGood(lapse);
    });
  });

  describe('states', () => {
    test.each(ROLES)('that are gone are written again, and the rolls of a %s go on', async (role) => {
      const lapse = await atRest(role);
      const { name, id } = lapse.current(role);
      const path = keyPath(lapse, `${name}.state`);
      const before = readFileSync(path, 'latin1');
      rmSync(path);
      await lapse.must('sign', '--all', '--quiet');
      expect(readFileSync(path, 'latin1')).toBe(before);
      await lapse.roll('--role', role);
      rmSync(path);
      await lapse.settle();
      expect(lapse.current(role).id).not.toBe(id);
      await expectAllGood(lapse);
    });

    test.each(ROLES)('that others changed stop every roll of a %s, until they are put back', async (role) => {
      const lapse = await atRest(role);
      const { name, id } = lapse.current(role);
      await letExpire(lapse, lapse.now + 2 * DAY);
      const path = keyPath(lapse, `${name}.state`);
      const before = readFileSync(path, 'latin1');
      writeFileSync(path, before.replace('GoalState: omnipresent', 'GoalState: hidden'));
      await expectNamed(lapse, `${name}.state`, [`dnssec adopt ${ZONE_NAME}`]);
      await expectStandstill(lapse, 3);
      writeFileSync(path, before);
      await lapse.settle();
      expect(lapse.current(role).id).not.toBe(id);
      await expectAllGood(lapse);
    });

    test.each([
      ['zsk', 'DNSKEY'],
      ['zsk', 'ZRRSIG'],
      ['ksk', 'KRRSIG'],
      ['ksk', 'DS'],
    ] as const)('of a %s that others changed withdraw no %s', async (role, record) => {
      const lapse = await atRest(role);
      const { name } = lapse.current(role);
      const path = keyPath(lapse, `${name}.state`);
      const [state, signed] = [readFileSync(path, 'latin1'), readFileSync(lapse.signedFile, 'latin1')];
      writeFileSync(path, state.replace(`${record}State: omnipresent`, `${record}State: unretentive`));
      const { exit, stderr } = await lapse.run('sign', '--all', '--quiet');
      expect([exit, stderr]).toEqual([3, expect.stringContaining(`${name}.state: ${record}State is unretentive`)]);
      expect(readFileSync(lapse.signedFile, 'latin1')).toBe(signed);
      writeFileSync(path, state);
      await lapse.must('sign', '--all', '--quiet');
    });
  });
});
