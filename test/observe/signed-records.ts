/** Keys, signatures and servers that show them, for tests of what is seen. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import type { Octets } from '../../src/base/octets.ts';
import { OctetWriter } from '../../src/base/octets.ts';
import { canonicalName, labelCount, nameFromText } from '../../src/dns/name.ts';
import { TYPE } from '../../src/dns/types.ts';
import { findAlgorithm } from '../../src/keys/algorithms.ts';
import { keyIdentity } from '../../src/keys/key-identity.ts';
import { keyTag } from '../../src/keys/key-tag.ts';
import { dnskeyRdata, encodePublicKey } from '../../src/keys/public-key.ts';
import { createSigner, type Signer } from '../../src/keys/signature.ts';
import type { ObservedKey } from '../../src/observe/observed-key.ts';
import { respond, type TestRecord, type TestResponse, typeOf } from './responses.ts';
import { type ScriptedServer, startScripted } from './scripted-server.ts';

export const NOW = 1_790_000_000;
export const DAY = 86_400;
export const ZONE = nameFromText('example.com');

/** A key that is looked for, and can sign. */
export interface TestKey extends ObservedKey {
  readonly sign: Signer;
}

/** A key of Ed25519 (15), or of ECDSA P-256 (13). */
export function makeKey(flags = 257, algorithm: 13 | 15 = 13): TestKey {
  const { privateKey, publicKey } =
    algorithm === 15 ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rdata = dnskeyRdata(flags, algorithm, encodePublicKey(findAlgorithm(algorithm)!, publicKey));
  return { ...observed(rdata), sign: createSigner(privateKey, algorithm) };
}

/** What is looked for of a key. */
export function observed(rdata: Octets): ObservedKey {
  return { id: keyIdentity(rdata), algorithm: rdata[3]!, keyTag: keyTag(rdata), dnskeyRdata: rdata };
}

/** Two keys of one tag: among a few hundred there are some. */
export function makeTwins(): readonly [TestKey, TestKey] {
  const byTag = new Map<number, TestKey>();
  for (;;) {
    const key = makeKey(257, 15);
    const twin = byTag.get(key.keyTag);
    if (twin !== undefined) return [twin, key];
    byTag.set(key.keyTag, key);
  }
}

/** How a signature is made. */
export interface TestSigning {
  readonly inception?: number;
  readonly expiration?: number;
  readonly signer?: Octets;
  readonly broken?: boolean;
}

/** RDATA of an RRSIG over records at the apex, put together by the letter of RFC 4034 §3.1.8.1. */
export function rrsig(type: number, rdata: readonly Octets[], key: TestKey, signing: TestSigning = {}): Octets {
  const { inception = NOW - DAY, expiration = NOW + DAY, signer = ZONE, broken = false } = signing;
  const head = new OctetWriter();
  head.u16(type);
  head.u8(key.algorithm);
  head.u8(labelCount(ZONE, 0));
  for (const number of [3600, expiration, inception]) head.u32(number);
  head.u16(key.keyTag);
  head.copy(signer);
  const sorted = [...rdata].sort(Buffer.compare);
  const records = sorted.map((one) =>
    Buffer.concat([ZONE, Uint8Array.of(type >>> 8, type & 255, 0, 1, 0, 0, 14, 16, one.length >>> 8, one.length), one]),
  );
  const signature = key.sign(Buffer.concat([head.view(), ...records]));
  if (broken) signature[5]! ^= 1;
  return Uint8Array.from([...head.view(), ...signature]);
}

/** RDATA of the zone's SOA. */
export function soaRdata(serial: number, name = 'ns.example.com'): Octets {
  const out = new OctetWriter();
  out.copy(canonicalName(nameFromText(name)));
  out.copy(nameFromText('host.example.com'));
  for (const number of [serial, 7200, 3600, 604_800, 300]) out.u32(number);
  return out.take();
}

/** RDATA of a DS of a key, by the letter of RFC 4034 §5.1.4. */
export function dsOf({ keyTag: tag, algorithm, dnskeyRdata: rdata }: ObservedKey, digestType = 2): Octets {
  const hash = ({ 1: 'sha1', 2: 'sha256', 4: 'sha384' } as Record<number, string>)[digestType]!;
  const digest = createHash(hash).update(ZONE).update(rdata).digest();
  return Uint8Array.from([tag >>> 8, tag & 255, algorithm, digestType, ...digest]);
}

/** A record at the apex of the zone. */
export function record(type: number, rdata: Octets, ttl = 3600): TestRecord {
  return { owner: ZONE, type, rdata, ttl };
}

/** An SOA record of a zone, as it stands behind answers without records. */
export function soaOf(name: string): TestRecord {
  return { owner: nameFromText(name), type: TYPE.SOA, rdata: soaRdata(1), ttl: 300 };
}

/** What a server of the zone holds. */
export interface ServedZone {
  readonly serial?: number;
  readonly dnskeys: readonly Octets[];
  readonly krrsigs?: readonly Octets[];
  readonly zrrsigs?: readonly Octets[];
}

/** A zone signed as it should be: the KSK signs the DNSKEY RRset, the ZSK the rest. */
export function signedZone(ksk: TestKey, zsk: TestKey, serial = 12, signing: TestSigning = {}): ServedZone {
  const dnskeys = [ksk.dnskeyRdata, zsk.dnskeyRdata];
  return {
    serial,
    dnskeys,
    krrsigs: [rrsig(TYPE.DNSKEY, dnskeys, ksk, signing)],
    zrrsigs: [rrsig(TYPE.SOA, [soaRdata(serial)], zsk, signing)],
  };
}

/** What a good server answers to a question about the apex. */
export function zoneResponse({ serial = 12, dnskeys, krrsigs = [], zrrsigs = [] }: ServedZone, type: number) {
  const isSoa = type === TYPE.SOA;
  const records = isSoa ? [record(TYPE.SOA, soaRdata(serial))] : dnskeys.map((rdata) => record(TYPE.DNSKEY, rdata));
  const signatures = (isSoa ? zrrsigs : krrsigs).map((rdata) => record(TYPE.RRSIG, rdata));
  return records.length === 0 ? { authority: [soaOf('example.com')] } : { answers: [...records, ...signatures] };
}

/** A server of the zone. @param change  what it does otherwise than a good one */
export function serveZone(zone: ServedZone, change: TestResponse = {}): Promise<ScriptedServer> {
  return startScripted({
    udp: (query, reply) => reply(respond(query, { ...zoneResponse(zone, typeOf(query)), ...change })),
  });
}
