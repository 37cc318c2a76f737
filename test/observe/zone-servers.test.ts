import { describe, expect, test } from 'vitest';
import type { Octets } from '../../src/base/octets.ts';
import { nameFromText } from '../../src/dns/name.ts';
import { printServerAddress } from '../../src/dns/server-address.ts';
import { TYPE } from '../../src/dns/types.ts';
import { revokedKeyTag, withFlags } from '../../src/keys/key-tag.ts';
import type { ObservedKey } from '../../src/observe/observed-key.ts';
import { mapBounded } from '../../src/observe/server-list.ts';
import { observeServers } from '../../src/observe/zone-servers.ts';
import { respond, type TestResponse, typeOf } from './responses.ts';
import { deadServer, type ScriptedServer, startScripted } from './scripted-server.ts';
import {
  DAY,
  makeKey,
  makeTwins,
  NOW,
  observed,
  record,
  rrsig,
  serveZone,
  signedZone,
  soaOf,
  soaRdata,
  ZONE,
  zoneResponse,
} from './signed-records.ts';

const KSK = makeKey(257);
const ZSK = makeKey(256);
const NEW = makeKey(257);
const KEYS: readonly ObservedKey[] = [KSK, ZSK, NEW];
const QUICK = { waits: [120, 240], deadline: 1000 };
const GOOD = signedZone(KSK, ZSK);

type Server = ScriptedServer | { readonly address: ScriptedServer['address'] };

async function look(servers: readonly Server[], keys = KEYS) {
  const addresses = servers.map(({ address }) => address);
  const found = await observeServers(ZONE, addresses, keys, NOW, QUICK);
  const names = new Map(addresses.map((address, i) => [printServerAddress(address), `server ${i + 1}`]));
  /** Ports are of the day. */
  const plain = (text: string) => text.replace(/^127\.0\.0\.1:\d+/, (name) => names.get(name) ?? name);
  const of = (kind: 'dnskey' | 'krrsig' | 'zrrsig', key: ObservedKey) => found[kind][key.id]!.seen;
  return {
    found,
    /** What is seen of DNSKEY, KRRSIG and ZRRSIG of each key. */
    seen: keys.map((key) => `${of('dnskey', key)} ${of('krrsig', key)} ${of('zrrsig', key)}`),
    dissent: (kind: 'dnskey' | 'krrsig' | 'zrrsig', key: ObservedKey) => found[kind][key.id]!.dissent.map(plain),
    serials: found.serials.map(({ serial }) => serial),
  };
}

/** What one server that answers otherwise than a good one shows. */
async function lookAt(change: TestResponse) {
  return look([await serveZone(GOOD, change)]);
}

describe('servers that agree', () => {
  test('show the keys that are in the zone, and the signatures that they make', async () => {
    const { seen, found, serials } = await look([await serveZone(GOOD), await serveZone(GOOD)]);
    expect(seen).toEqual(['present present absent', 'present absent present', 'absent absent absent']);
    expect(Object.values(found.dnskey).flatMap(({ dissent }) => dissent)).toEqual([]);
    expect(serials).toEqual([12, 12]);
  });

  test('may spell names as they like, send records twice and in any order', async () => {
    const upper = (octets: Octets) =>
      Uint8Array.from(Buffer.from(octets).toString('latin1').toUpperCase(), (c) => c.charCodeAt(0));
    const server = await startScripted({
      udp: (query, reply) => {
        const { answers = [] } = zoneResponse(GOOD, typeOf(query)) as TestResponse;
        const twice = [...answers, ...answers].reverse().map((one) => ({ ...one, owner: upper(one.owner) }));
        reply(respond(query, { answers: twice }));
      },
    });
    const { seen } = await look([server]);
    expect(seen).toEqual(['present present absent', 'present absent present', 'absent absent absent']);
  });

  test('may write names inside of SOA and RRSIG as they like: those are folded for signatures', async () => {
    const loud = soaRdata(12).map((octet, i) => (i > 0 && i < 3 ? octet - 0x20 : octet));
    expect(loud).not.toEqual(soaRdata(12));
    const signature = rrsig(TYPE.SOA, [soaRdata(12)], ZSK);
    signature[19]! -= 0x20; // EXAMPLE's first letter
    const server = await startScripted({
      udp: (query, reply) => {
        const soa = { answers: [record(TYPE.SOA, loud), record(TYPE.RRSIG, signature)] };
        reply(respond(query, typeOf(query) === TYPE.SOA ? soa : zoneResponse(GOOD, TYPE.DNSKEY)));
      },
    });
    expect((await look([server])).seen[1]).toBe('present absent present');
  });

  test('that no longer have a signed zone show nothing', async () => {
    const { seen } = await look([await serveZone({ dnskeys: [] })]);
    expect(seen).toEqual(['absent absent absent', 'absent absent absent', 'absent absent absent']);
  });

  test('are asked once each, however often they are named', async () => {
    const server = await serveZone(GOOD);
    expect((await look([server, server])).serials).toEqual([12]);
    expect(server.queries.map(({ octets }) => typeOf(octets)).sort((a, b) => a - b)).toEqual([TYPE.SOA, TYPE.DNSKEY]);
  });

  test('must be there: no servers show nothing', async () => {
    const { seen, dissent } = await look([]);
    expect(new Set(seen)).toEqual(new Set(['unknown unknown unknown']));
    expect(dissent('dnskey', KSK)).toEqual(['no server to ask']);
  });
});

describe('a key', () => {
  test('is there in exactly its form: revoked, it is another record', async () => {
    const revoked = withFlags(KSK.dnskeyRdata, 0x0181);
    const server = await serveZone({ dnskeys: [revoked, ZSK.dnskeyRdata] });
    expect((await look([server])).seen[0]).toBe('absent absent absent');
    expect((await look([server], [observed(revoked)])).seen).toEqual(['present absent absent']);
    expect(observed(revoked).keyTag).toBe(revokedKeyTag(KSK.dnskeyRdata));
  });

  test('that shares tag and algorithm with another is told from it by its signatures', async () => {
    const [one, two] = makeTwins();
    expect([one.keyTag, one.id === two.id]).toEqual([two.keyTag, false]);
    const { seen } = await look([await serveZone(signedZone(one, ZSK))], [one, two]);
    expect(seen).toEqual(['present present absent', 'absent absent absent']);
    // Known only from the server's own RRset: another signer's key.
    expect((await look([await serveZone(signedZone(one, ZSK))], [two])).seen).toEqual(['absent absent absent']);
  });

  test('of an algorithm that is not verified here is told by its tag, where that is its own', async () => {
    const rdata = Uint8Array.from([1, 1, 3, 12, ...Buffer.alloc(64, 7)]);
    const key = { ...observed(rdata), sign: () => new Uint8Array(64) };
    const twin = rdata.map((octet, i) => (i === 4 ? octet - 1 : i === 6 ? octet + 1 : octet));
    expect((await look([await serveZone(signedZone(key, ZSK))], [key])).seen).toEqual(['present present absent']);
    const { seen, dissent } = await look([await serveZone(signedZone(key, ZSK))], [key, observed(twin)]);
    expect(seen).toEqual(['present unknown absent', 'absent unknown absent']);
    expect(dissent('krrsig', key)).toEqual([
      `server 1: the signature over DNSKEY by key ${key.keyTag} can be that of another key`,
    ]);
  });

  test('stays what it is among DNSKEY records that are broken or of another protocol', async () => {
    const strange = [Uint8Array.of(), Uint8Array.of(1), Uint8Array.of(1, 1, 2, 13, 5), KSK.dnskeyRdata.with(2, 255)];
    const dnskeys = [...GOOD.dnskeys, ...strange];
    const zone = { ...GOOD, dnskeys, krrsigs: [rrsig(TYPE.DNSKEY, dnskeys, KSK)] };
    expect((await look([await serveZone(zone)])).seen[0]).toBe('present present absent');
  });
});

describe('a signature', () => {
  const by = (key: ObservedKey, words: string) => [`server 1: the signature over DNSKEY by key ${key.keyTag} ${words}`];

  test.each([
    ['has expired', { expiration: NOW - 1 }],
    ['is not valid yet', { inception: NOW + 1 }],
    ['does not verify', { broken: true }],
  ])('that %s counts neither as there nor as gone', async (words, signing) => {
    const { seen, dissent } = await look([await serveZone(signedZone(KSK, ZSK, 12, signing))]);
    expect(seen).toEqual(['present unknown absent', 'present absent unknown', 'absent absent absent']);
    expect(dissent('krrsig', KSK)).toEqual(by(KSK, words));
    expect(dissent('zrrsig', ZSK)).toEqual([`server 1: the signature over SOA by key ${ZSK.keyTag} ${words}`]);
  });

  test('counts in its first and its last second', async () => {
    const { seen } = await look([await serveZone(signedZone(KSK, ZSK, 12, { inception: NOW, expiration: NOW }))]);
    expect(seen[0]).toBe('present present absent');
  });

  test('that is good stands beside one that is not', async () => {
    const krrsigs = [{ broken: true }, { expiration: NOW - DAY }, {}].map((signing) =>
      rrsig(TYPE.DNSKEY, GOOD.dnskeys, KSK, signing),
    );
    expect((await look([await serveZone({ ...GOOD, krrsigs })])).seen[0]).toBe('present present absent');
  });

  test('over other records than are shown does not verify', async () => {
    const { dissent } = await look([await serveZone({ ...GOOD, dnskeys: [KSK.dnskeyRdata] })]);
    expect(dissent('krrsig', KSK)).toEqual(by(KSK, 'does not verify'));
  });

  test('in the name of another zone is none of ours', async () => {
    const krrsigs = [rrsig(TYPE.DNSKEY, GOOD.dnskeys, KSK, { signer: nameFromText('com') })];
    expect((await look([await serveZone({ ...GOOD, krrsigs })])).seen[0]).toBe('present absent absent');
  });

  test('of a key whose DNSKEY is gone is seen all the same', async () => {
    const dnskeys = [ZSK.dnskeyRdata];
    const server = await serveZone({ dnskeys, krrsigs: [rrsig(TYPE.DNSKEY, dnskeys, KSK)] });
    expect((await look([server])).seen[0]).toBe('absent present absent');
  });

  test('among thousands costs no more than some', async () => {
    const bad = rrsig(TYPE.DNSKEY, GOOD.dnskeys, KSK, { broken: true });
    const krrsigs = Array.from({ length: 400 }, (_, i) => {
      const one = bad.slice();
      new DataView(one.buffer).setUint16(one.length - 2, i);
      return one;
    });
    const start = performance.now();
    const { dissent } = await look([await serveZone({ ...GOOD, krrsigs })]);
    expect(dissent('krrsig', KSK)).toEqual(by(KSK, 'does not verify'));
    expect(performance.now() - start).toBeLessThan(1000);
    const { dissent: onlyLast } = await look([
      await serveZone({ ...GOOD, krrsigs: [...krrsigs, rrsig(TYPE.DNSKEY, GOOD.dnskeys, KSK)] }),
    ]);
    expect(onlyLast('krrsig', KSK)).toEqual(by(KSK, 'does not verify'));
  });

  test('is unknown where a server takes no note of the DO bit', async () => {
    const bare = { dnskeys: GOOD.dnskeys };
    for (const edns of ['none', 'plain'] as const) {
      const { seen, dissent } = await look([await serveZone(bare, { edns })]);
      expect(seen[0]).toBe('present unknown unknown');
      expect(dissent('krrsig', KSK)).toEqual(['server 1: sends no signatures: it takes no note of the DO bit']);
    }
    expect((await look([await serveZone(bare)])).seen[0]).toBe('present absent absent');
  });
});

describe('servers that disagree', () => {
  const NEXT = { ...signedZone(NEW, ZSK, 13), dnskeys: [NEW.dnskeyRdata, ZSK.dnskeyRdata] };

  test('make a mixed sight, and the fewer of them are named, with their serial', async () => {
    const servers = [await serveZone(NEXT), await serveZone(GOOD), await serveZone(NEXT)];
    const { seen, dissent, serials } = await look(servers);
    expect(seen).toEqual(['mixed mixed absent', 'present absent present', 'mixed mixed absent']);
    expect(serials).toEqual([13, 12, 13]);
    expect(dissent('dnskey', NEW)).toEqual(['server 2: does not show it (serial 12, others 13)']);
    expect(dissent('dnskey', KSK)).toEqual(['server 2: shows it (serial 12, others 13)']);
    expect(dissent('dnskey', ZSK)).toEqual(['server 2: serial 12, others 13']);
  });

  test('two against two: those that do not show it are named', async () => {
    const servers = [await serveZone(GOOD), await serveZone(NEXT)];
    const { dissent } = await look(servers);
    expect(dissent('dnskey', NEW)).toEqual(['server 1: does not show it (serial 12, others 13)']);
    expect(dissent('dnskey', KSK)).toEqual(['server 1: serial 12, others 13', 'server 2: does not show it']);
  });

  test('in their serials only are named, also where those went round', async () => {
    const serials = [0xffff_fff0, 5, 0xffff_fff1];
    const { seen, dissent } = await look(await Promise.all(serials.map((one) => serveZone(signedZone(KSK, ZSK, one)))));
    expect(seen[0]).toBe('present present absent');
    expect(dissent('krrsig', KSK)).toEqual([
      'server 1: serial 4294967280, the newest is 5',
      'server 3: serial 4294967281, the newest is 5',
    ]);
  });

  test('are mixed even where another one is silent, and unknown if all others agree', async () => {
    const dead = { address: await deadServer() };
    const mixed = await look([await serveZone(GOOD), dead, await serveZone(NEXT)]);
    expect(mixed.seen).toEqual(['mixed mixed unknown', 'unknown unknown unknown', 'mixed mixed unknown']);
    expect(mixed.dissent('dnskey', NEW)).toEqual([
      'server 1: does not show it (serial 12, others 13)',
      'server 2: connection refused',
    ]);
    const silent = await look([await serveZone(GOOD), dead]);
    expect(silent.seen[0]).toBe('unknown unknown unknown');
    expect(silent.dissent('dnskey', KSK)).toEqual(['server 2: connection refused']);
    expect(silent.serials).toEqual([12, undefined]);
  });
});

describe('a server that is of no use', () => {
  const FOREIGN = record(TYPE.TXT, Uint8Array.of(1, 0x61));
  test.each<[string, TestResponse]>([
    ['REFUSED', { rcode: 5, answers: [] }],
    ['SERVFAIL', { rcode: 2, answers: [] }],
    ['NXDOMAIN', { rcode: 3, answers: [], authority: [soaOf('com')] }],
    ['not authoritative', { authoritative: false }],
    ['answers with TXT, not with DNSKEY', { answers: [FOREIGN] }],
    ['answers with CNAME, not with DNSKEY', { answers: [record(TYPE.CNAME, ZONE)] }],
    ['an empty answer without the SOA of a zone', { answers: [] }],
    ['answers for com., not for the zone', { answers: [], authority: [soaOf('COM')] }],
    ['answers for www.example.com., not for the zone', { answers: [], authority: [soaOf('www.example.com')] }],
  ])('tells nothing: %s', async (words, change) => {
    const { seen, dissent, serials } = await lookAt(change);
    expect(new Set(seen)).toEqual(new Set(['unknown unknown unknown']));
    expect(dissent('dnskey', KSK)).toEqual([`server 1: ${words}`]);
    expect(dissent('zrrsig', ZSK)).toEqual([`server 1: ${words.replace('DNSKEY', 'SOA')}`]);
    expect(serials).toEqual([undefined]);
  });

  test('in one of its answers still tells by the other', async () => {
    const server = await startScripted({
      udp: (query, reply) => {
        if (typeOf(query) === TYPE.DNSKEY) reply(respond(query, { rcode: 2 }));
        else reply(respond(query, zoneResponse(GOOD, TYPE.SOA)));
      },
    });
    const { seen, serials } = await look([server]);
    expect(seen[1]).toBe('unknown unknown present');
    expect(serials).toEqual([12]);
  });

  test.each<[string, readonly Octets[]]>([
    ['shows 2 SOA records', [soaRdata(12), soaRdata(13)]],
    ['its SOA is broken', [soaRdata(12).subarray(0, -18)]],
    ['its SOA is broken', [new Uint8Array(0)]],
  ])('with its SOA: %s', async (words, soas) => {
    const server = await startScripted({
      udp: (query, reply) => {
        const soa = { answers: soas.map((rdata) => record(TYPE.SOA, rdata)) };
        reply(respond(query, typeOf(query) === TYPE.SOA ? soa : zoneResponse(GOOD, TYPE.DNSKEY)));
      },
    });
    const { dissent, serials } = await look([server]);
    expect(dissent('zrrsig', ZSK)).toEqual([`server 1: ${words}`]);
    expect(serials).toEqual([undefined]);
  });

  test('prints no octets that a terminal would obey', async () => {
    const owner = Uint8Array.from([3, 0x1b, 0x5b, 0x4a, 0]);
    const { dissent } = await lookAt({ answers: [], authority: [{ ...soaOf('com'), owner }] });
    expect(dissent('dnskey', KSK)).toEqual([String.raw`server 1: answers for \027[j., not for the zone`]);
  });
});

test('no more servers are asked at once than the limit, and results keep their order', async () => {
  let running = 0;
  let most = 0;
  const results = await mapBounded(
    Array.from({ length: 30 }, (_, i) => i),
    8,
    async (i) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, (i * 7) % 5));
      running--;
      return i * 2;
    },
  );
  expect([most, results]).toEqual([8, Array.from({ length: 30 }, (_, i) => i * 2)]);
  expect(await mapBounded([], 8, async () => 1)).toEqual([]);
});
