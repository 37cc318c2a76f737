/** What named, NSD and Knot show of zones that we signed, and of their parent. */
import { mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nameFromText } from '../../src/dns/name.ts';
import { parseServerAddress, type ServerAddress } from '../../src/dns/server-address.ts';
import type { ObservedKey } from '../../src/observe/observed-key.ts';
import { observeParent } from '../../src/observe/parent-servers.ts';
import { observeServers } from '../../src/observe/zone-servers.ts';
import type { Looks } from '../../src/rollover/sighting-merge.ts';
import { type Daemon, freePort, LOOPBACK, outputOf } from './daemons.ts';
import { digArguments, LOOPBACK6, SERVERS, type ServerKind, startServer } from './loopback-servers.ts';
import { CHILD, ELSEWHERE, ISLAND, LARGE, type ObservedZones, signObservedZones } from './observed-zones.ts';
import { describePeers, hasPeer } from './peers.ts';

let scratch: string;
let zones: ObservedZones;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'dnssec-observing-'));
  // A test that is skipped needs no zones.
  if (SERVERS.some(({ program }) => hasPeer(program))) zones = await signObservedZones(scratch);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const now = () => Math.floor(Date.now() / 1000);

function addressOf({ port }: Daemon, address = LOOPBACK): ServerAddress {
  return parseServerAddress(address === LOOPBACK6 ? `[${address}]:${port}` : `${address}:${port}`)!;
}

function lookAtZone(zone: string, servers: readonly ServerAddress[], keys: readonly ObservedKey[]) {
  return observeServers(nameFromText(zone), servers, keys, now());
}

function lookAtParent(zone: string, servers: readonly ServerAddress[], keys: readonly ObservedKey[]) {
  return observeParent(nameFromText(zone), servers, keys);
}

/** What is seen of each key, in the order of the keys. */
function seen(looks: Looks, keys: readonly ObservedKey[]): string[] {
  return keys.map(({ id }) => looks[id]!.seen);
}

function childKeys(): readonly ObservedKey[] {
  const { oldKsk, newKsk, zsk } = zones.keys;
  return [oldKsk, newKsk, zsk];
}

async function expectCurrent(servers: readonly ServerAddress[]): Promise<void> {
  const look = await lookAtZone(CHILD, servers, childKeys());
  expect(seen(look.dnskey, childKeys())).toEqual(['present', 'present', 'present']);
  expect(seen(look.krrsig, childKeys())).toEqual(['present', 'present', 'absent']);
  expect(seen(look.zrrsig, childKeys())).toEqual(['absent', 'absent', 'present']);
  expect(new Set(look.serials.map(({ serial }) => serial)).size).toBe(1);
  expect(
    [look.dnskey, look.krrsig, look.zrrsig].flatMap((looks) => Object.values(looks).flatMap((l) => l.dissent)),
  ).toEqual([]);
}

function describeServer(kind: ServerKind): void {
  describePeers(`what ${kind.program} shows`, [kind.program, 'dig', 'timeout'], () => {
    let current: Daemon;
    let behind: Daemon;
    const good = () => addressOf(current);
    const late = () => addressOf(behind);

    beforeAll(async () => {
      current = await startServer(kind, join(scratch, 'current'), zones.current);
      behind = await startServer(kind, join(scratch, 'behind'), zones.behind);
    }, 120_000);
    afterAll(async () => {
      await current?.stop();
      await behind?.stop();
    });

    test('are the keys of the zone and their signatures', () => expectCurrent([good()]));

    test('where another server has an old version is mixed, and says who is behind', async () => {
      const { newKsk, oldKsk } = zones.keys;
      const look = await lookAtZone(CHILD, [good(), late()], childKeys());
      expect(seen(look.dnskey, childKeys())).toEqual(['present', 'mixed', 'present']);
      expect(seen(look.krrsig, childKeys())).toEqual(['present', 'mixed', 'absent']);
      expect(seen(look.zrrsig, childKeys())).toEqual(['absent', 'absent', 'present']);
      const [newer, older] = look.serials.map(({ serial }) => serial!) as [number, number];
      expect(newer).toBeGreaterThan(older);
      const serials = `serial ${older}, others ${newer}`;
      expect(look.dnskey[newKsk.id]!.dissent).toEqual([`${LOOPBACK}:${behind.port}: does not show it (${serials})`]);
      expect(look.dnskey[oldKsk.id]!.dissent).toEqual([`${LOOPBACK}:${behind.port}: ${serials}`]);
    });

    test('where another server is dead is unknown', async () => {
      const port = await freePort();
      const look = await lookAtZone(CHILD, [good(), { address: LOOPBACK, port }], childKeys());
      expect(seen(look.dnskey, childKeys())).toEqual(['unknown', 'unknown', 'unknown']);
      expect(look.dnskey[zones.keys.zsk.id]!.dissent).toEqual([`${LOOPBACK}:${port}: connection refused`]);
    });

    test('of a zone that it does not have is nothing', async () => {
      const { large, zsk } = zones.keys;
      const refused = await lookAtZone(LARGE, [late()], large);
      expect(refused.zrrsig[large[0]!.id]).toEqual({
        seen: 'unknown',
        dissent: [`${LOOPBACK}:${behind.port}: REFUSED`],
      });
      const referred = await lookAtZone(ELSEWHERE, [good()], [zsk]);
      expect(referred.dnskey[zsk.id]).toEqual({
        seen: 'unknown',
        dissent: [`${LOOPBACK}:${current.port}: not authoritative`],
      });
      const host = await lookAtZone(`www.${CHILD}`, [good()], [zsk]);
      expect(host.dnskey[zsk.id]).toEqual({
        seen: 'unknown',
        dissent: [`${LOOPBACK}:${current.port}: answers for ${CHILD}., not for the zone`],
      });
    });

    test('in an answer that needs TCP', async () => {
      const { large } = zones.keys;
      const args = [...digArguments(current.port), '+dnssec', '+bufsize=1232', '+ignore', LARGE, 'DNSKEY'];
      expect(await outputOf('dig', args)).toMatch(/flags: qr aa tc/);
      const look = await lookAtZone(LARGE, [good()], large);
      expect(seen(look.dnskey, large)).toEqual(['present', 'present', 'present', 'present']);
      expect(seen(look.krrsig, large).sort()).toEqual(['absent', 'absent', 'present', 'present']);
      expect(seen(look.zrrsig, large)).toContain('present');
    });

    test('as parent is the DS of the old key', async () => {
      const look = await lookAtParent(CHILD, [good()], childKeys());
      expect(seen(look.ds, childKeys())).toEqual(['present', 'absent', 'absent']);
      expect([look.foreign, look.ttl]).toEqual([[], 3600]);
    });

    test('as parents that disagree is mixed, with what belongs to no key', async () => {
      const look = await lookAtParent(CHILD, [good(), late()], childKeys());
      expect(seen(look.ds, childKeys())).toEqual(['mixed', 'absent', 'absent']);
      expect([look.foreign, look.ttl]).toEqual([[zones.foreign], 7200]);
    });

    test('as parent of a zone without DS is that there is none', async () => {
      const { island } = zones.keys;
      const look = await lookAtParent(ISLAND, [good()], island);
      expect(new Set(seen(look.ds, island))).toEqual(new Set(['absent']));
      expect([look.foreign, look.ttl]).toEqual([[], undefined]);
    });

    test('as a server of the zone alone tells nothing of the DS', async () => {
      const { large } = zones.keys;
      const look = await lookAtParent(LARGE, [good()], large);
      expect(look.ds[large[0]!.id]).toEqual({
        seen: 'unknown',
        dissent: [`${LOOPBACK}:${current.port}: answers for the zone itself, not for its parent`],
      });
      const none = await lookAtParent(`nothing.${CHILD}`, [good()], large);
      expect(none.ds[large[0]!.id]!.dissent).toEqual([`${LOOPBACK}:${current.port}: NXDOMAIN`]);
    });
  });
}

for (const kind of SERVERS) describeServer(kind);

describePeers('servers of several kinds', [...SERVERS.map(({ program }) => program), 'dig', 'timeout'], () => {
  const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === LOOPBACK6));
  const daemons: { readonly daemon: Daemon; readonly address: string }[] = [];

  beforeAll(async () => {
    if (!hasIpv6) console.warn('SKIPPED: servers of several kinds: this machine has no ::1, so all are asked by IPv4');
    for (const [i, kind] of SERVERS.entries()) {
      const address = hasIpv6 && i > 0 ? LOOPBACK6 : LOOPBACK;
      daemons.push({ daemon: await startServer(kind, join(scratch, 'several'), zones.current, address), address });
    }
  }, 120_000);
  afterAll(async () => {
    for (const { daemon } of daemons) await daemon.stop();
  });

  test('agree, by IPv4 and IPv6', async () => {
    const servers = daemons.map(({ daemon, address }) => addressOf(daemon, address));
    await expectCurrent(servers);
    const { ds } = await lookAtParent(CHILD, servers, childKeys());
    expect(seen(ds, childKeys())).toEqual(['present', 'absent', 'absent']);
  });
});
