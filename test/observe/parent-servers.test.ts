import { describe, expect, test } from 'vitest';
import { nameFromText } from '../../src/dns/name.ts';
import { TYPE } from '../../src/dns/types.ts';
import { withFlags } from '../../src/keys/key-tag.ts';
import { observeParent } from '../../src/observe/parent-servers.ts';
import { respond, type TestResponse, typeOf } from './responses.ts';
import { deadServer, type ScriptedServer, startScripted } from './scripted-server.ts';
import { dsOf, makeKey, observed, record, rrsig, soaOf, ZONE } from './signed-records.ts';

const OLD = makeKey(257);
const NEW = makeKey(257);
const KEYS = [OLD, NEW];
const QUICK = { waits: [120, 240], deadline: 1000 };
const DENIAL: TestResponse = { authority: [soaOf('com')] };

function serve(response: TestResponse): Promise<ScriptedServer> {
  return startScripted({ udp: (query, reply) => reply(respond(query, response)) });
}

function ds(...rdata: readonly Uint8Array[]): TestResponse {
  return { answers: rdata.map((one) => record(TYPE.DS, one)) };
}

async function look(...servers: readonly { readonly address: ScriptedServer['address'] }[]) {
  const addresses = servers.map(({ address }) => address);
  const found = await observeParent(ZONE, addresses, KEYS, QUICK);
  const number = (text: string) => addresses.findIndex(({ port }) => text.includes(`:${port}:`)) + 1;
  const plain = (text: string) => text.replace(/^127\.0\.0\.1:\d+/, `server ${number(text)}`);
  return {
    seen: KEYS.map(({ id }) => found.ds[id]!.seen),
    dissent: KEYS.map(({ id }) => found.ds[id]!.dissent.map(plain)),
    foreign: found.foreign,
    ttl: found.ttl,
  };
}

describe('servers of the parent', () => {
  test('are asked for the DS of the zone', async () => {
    const server = await serve(DENIAL);
    await look(server);
    expect(server.queries.map(({ octets }) => typeOf(octets))).toEqual([TYPE.DS]);
  });

  test.each([[1], [2], [4]])('show a key by a DS of digest type %i', async (digestType) => {
    expect(await look(await serve(ds(dsOf(OLD, digestType))))).toEqual({
      seen: ['present', 'absent'],
      dissent: [[], []],
      foreign: [],
      ttl: 3600,
    });
  });

  test('show no key where there are no DS records, which the parent says itself', async () => {
    expect(await look(await serve(DENIAL))).toEqual({
      seen: ['absent', 'absent'],
      dissent: [[], []],
      foreign: [],
      ttl: undefined,
    });
    expect((await look(await serve({ authority: [soaOf('.')] }))).seen).toEqual(['absent', 'absent']);
  });

  test('show a key by nothing that differs in one bit', async () => {
    const rdata = dsOf(OLD);
    for (let i = 0; i < rdata.length; i += 3) {
      const other = rdata.map((octet, at) => (at === i ? octet ^ 1 : octet));
      const { seen, foreign } = await look(await serve(ds(other)));
      expect([seen, foreign.length]).toEqual([['absent', 'absent'], 1]);
    }
    const revoked = observed(withFlags(OLD.dnskeyRdata, 0x0181));
    expect((await look(await serve(ds(dsOf(revoked))))).seen).toEqual(['absent', 'absent']);
  });

  test('show what belongs to no key, each once, and the largest TTL', async () => {
    const one = dsOf(makeKey(257));
    const text = `${(one[0]! << 8) | one[1]!} 13 2 ${Buffer.from(one.subarray(4)).toString('hex').toUpperCase()}`;
    const servers = [
      await serve({ answers: [record(TYPE.DS, dsOf(OLD), 300), record(TYPE.DS, one, 300)] }),
      await serve({ answers: [record(TYPE.DS, one, 86_400), record(TYPE.DS, dsOf(OLD), 86_400)] }),
      await serve({ answers: [record(TYPE.DS, dsOf(OLD), 5), record(TYPE.DS, Uint8Array.of(1, 2), 5)] }),
    ];
    const { seen, foreign, ttl } = await look(...servers);
    expect(seen).toEqual(['present', 'absent']);
    // Digests of 56 digits and more are printed in words.
    expect(foreign.map((line) => line.replaceAll(/(?<=[0-9A-F]{56}) /g, ''))).toEqual(
      [text, String.raw`\# 2 0102`].sort(),
    );
    expect(ttl).toBe(86_400);
  });

  test('disagree while a new DS spreads', async () => {
    const servers = [await serve(ds(dsOf(OLD))), await serve(ds(dsOf(NEW))), await serve(ds(dsOf(NEW)))];
    expect(await look(...servers)).toMatchObject({
      seen: ['mixed', 'mixed'],
      dissent: [['server 1: shows it'], ['server 1: does not show it']],
    });
  });

  test('must be there: no servers show nothing', async () => {
    expect(await look()).toMatchObject({
      seen: ['unknown', 'unknown'],
      dissent: [['no server to ask'], ['no server to ask']],
    });
  });

  test('may sign their DS records', async () => {
    const signed = [
      record(TYPE.DS, dsOf(OLD)),
      record(TYPE.RRSIG, rrsig(TYPE.DS, [dsOf(OLD)], NEW, { signer: nameFromText('Com') })),
    ];
    expect((await look(await serve({ answers: signed }))).seen).toEqual(['present', 'absent']);
  });
});

describe('a server of no use', () => {
  const CHILD = 'answers for the zone itself, not for its parent';
  test.each<[string, TestResponse]>([
    ['NXDOMAIN', { rcode: 3, ...DENIAL }],
    ['REFUSED', { rcode: 5 }],
    ['not authoritative', { authoritative: false, authority: [record(TYPE.NS, nameFromText('ns.example.com'))] }],
    ['not authoritative', { authoritative: false, ...ds(dsOf(OLD)) }],
    [CHILD, { authority: [soaOf('Example.COM')] }],
    [CHILD, { answers: [record(TYPE.DS, dsOf(OLD)), record(TYPE.RRSIG, rrsig(TYPE.DS, [dsOf(OLD)], NEW))] }],
    ['answers for net., not for the parent', { authority: [soaOf('net')] }],
    ['answers for www.example.com., not for the parent', { authority: [soaOf('www.example.com')] }],
    ['an empty answer without the SOA of a zone', {}],
    ['answers with TXT, not with DS', { answers: [record(TYPE.TXT, Uint8Array.of(0))] }],
    ['answers with CNAME, not with DS', { answers: [record(TYPE.CNAME, ZONE)] }],
    ['answers with records of another name or class', { answers: [{ ...record(TYPE.DS, dsOf(OLD)), class: 3 }] }],
    [
      'answers with records of another name or class',
      { answers: [{ ...record(TYPE.DS, dsOf(OLD)), owner: nameFromText('example.net') }] },
    ],
  ])('tells nothing: %s', async (words, response) => {
    const server = await serve(response);
    expect(await look(server)).toEqual({
      seen: ['unknown', 'unknown'],
      dissent: [[`server 1: ${words}`], [`server 1: ${words}`]],
      foreign: [],
      ttl: undefined,
    });
    const good = await look(await serve(ds(dsOf(OLD))), server);
    expect(good).toMatchObject({
      seen: ['unknown', 'unknown'],
      dissent: [[`server 2: ${words}`], [`server 2: ${words}`]],
    });
  });

  test('is named where nobody answers', async () => {
    const { seen, dissent } = await look({ address: await deadServer() }, await serve(ds(dsOf(OLD))));
    expect([seen, dissent[0]]).toEqual([['unknown', 'unknown'], ['server 1: connection refused']]);
  });
});
