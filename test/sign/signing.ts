/** Signs zone text in memory, for tests. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { asciiOctets, type Octets, octetsText } from '../../src/base/octets.ts';
import { nameFromText } from '../../src/dns/name.ts';
import { findAlgorithm } from '../../src/keys/algorithms.ts';
import { keyTag } from '../../src/keys/key-tag.ts';
import { dnskeyRdata, encodePublicKey } from '../../src/keys/public-key.ts';
import { MADE_BY_SIGNING, placeApexRecords } from '../../src/sign/apex.ts';
import type { ActiveKey, Denial, Validity } from '../../src/sign/parameters.ts';
import { planSigning, type SigningDecision, type SigningRequest } from '../../src/sign/plan.ts';
import { type SigningStatistics, signZone, type TextSink } from '../../src/sign/sign-zone.ts';
import { buildZone } from '../../src/zone/build.ts';
import { readZone } from '../../src/zone/reader/reader.ts';
import { memoryOpener } from '../../src/zone/reader/source.ts';
import type { Zone } from '../../src/zone/zone.ts';

export const NOW = 1_790_000_000;

/** A key with its DNSKEY. */
export interface TestKey extends ActiveKey {
  readonly rdata: Octets;
}

export function makeTestKey(role: 'ksk' | 'zsk' | 'csk', algorithm = 13): TestKey {
  const { privateKey, publicKey } = pair(algorithm);
  const found = findAlgorithm(algorithm);
  if (found === undefined) throw new TypeError(`no algorithm ${algorithm}`);
  const rdata = dnskeyRdata(role === 'zsk' ? 256 : 257, algorithm, encodePublicKey(found, publicKey));
  const signs = { signsKeys: role !== 'zsk', signsData: role !== 'ksk' };
  return { algorithm, keyTag: keyTag(rdata), dnskey: rdata, privateKey, rdata, ...signs };
}

function pair(algorithm: number): { privateKey: KeyObject; publicKey: KeyObject } {
  if (algorithm === 13) return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  if (algorithm === 15) return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

export interface TestSigning {
  readonly keys: readonly TestKey[];
  /** Those of the keys that have no DNSKEY in the zone yet. */
  readonly unpublished?: readonly TestKey[];
  readonly denial?: Denial;
  readonly validity?: Partial<Validity>;
  readonly previous?: Zone;
  readonly zonemd?: boolean;
  readonly wasSigned?: boolean;
  readonly request?: Partial<SigningRequest>;
}

export const NSEC3 = { type: 'nsec3', salt: Uint8Array.of(0xaa, 0xbb), iterations: 0, optOut: false } as const;

export function validityFrom(now: number): Validity {
  return { now, inception: now - 3600, expiration: now + 30 * 86_400, jitter: 0, refresh: 7.5 * 86_400 };
}

export function readText(text: string, origin = 'example.'): Zone {
  const file = readZone(memoryOpener({ zone: asciiOctets(text) }), 'zone', { origin: nameFromText(origin) });
  return buildZone(file.records, file.origin, file.class).zone;
}

export function decide(text: string, signing: TestSigning, origin = 'example.'): SigningDecision {
  return decideWith(text, signing, origin).decision;
}

function decideWith(
  text: string,
  signing: TestSigning,
  origin: string,
): { readonly decision: SigningDecision; readonly setAside: readonly number[] } {
  const denial = signing.denial ?? NSEC3;
  const file = readZone(memoryOpener({ zone: asciiOctets(text) }), 'zone', {
    origin: nameFromText(origin),
    keep: (type) => !MADE_BY_SIGNING.has(type),
  });
  const published = signing.keys.filter((key) => signing.unpublished?.includes(key) !== true);
  const dnskeys = published.map((key) => key.rdata);
  const zonemd = signing.zonemd ?? false;
  const setAside = placeApexRecords(file.records, file.origin, {
    dnskeys,
    known: dnskeys,
    cds: [],
    cdnskeys: [],
    keyTtl: undefined,
    denial,
    zonemd,
    wasSigned: signing.wasSigned ?? false,
  });
  const decision = planSigning({
    zone: buildZone(file.records, file.origin, file.class).zone,
    denial,
    validity: { ...validityFrom(NOW), ...signing.validity },
    keys: signing.keys,
    serial: 'increment',
    zonemd,
    previous: signing.previous,
    publishedSerial: undefined,
    keepSignatures: true,
    seed: 7,
    drawSalt: undefined,
    ...signing.request,
  });
  return { decision, setAside };
}

export class MemorySink implements TextSink {
  #octets = new Uint8Array(0);

  get length(): number {
    return this.#octets.length;
  }

  write(chunk: Octets): void {
    const joined = new Uint8Array(this.#octets.length + chunk.length);
    joined.set(this.#octets);
    joined.set(chunk, this.#octets.length);
    this.#octets = joined;
  }

  writeAt(position: number, chunk: Octets): void {
    this.#octets.set(chunk, position);
  }

  text(): string {
    return octetsText(this.#octets);
  }
}

export interface SignedText {
  readonly text: string;
  readonly lines: readonly string[];
  readonly zone: Zone;
  readonly serial: number;
  readonly statistics: SigningStatistics;
  readonly setAside: readonly number[];
}

/** Signs zone text and reads the result back; fails where nothing is due. */
export async function signText(text: string, signing: TestSigning, origin = 'example.'): Promise<SignedText> {
  const { decision, setAside } = decideWith(text, signing, origin);
  if (decision.status !== 'due') throw new Error('nothing is due');
  const sink = new MemorySink();
  const statistics = await signZone(decision.plan, 1, sink);
  const signed = sink.text();
  return {
    text: signed,
    lines: signed.trimEnd().split('\n'),
    zone: readText(signed, origin),
    serial: decision.serial,
    statistics,
    setAside,
  };
}

/** Lines of one type, by owner: fields split at tabs. */
export function linesOf(signed: SignedText, type: string): string[][] {
  return signed.lines.map((line) => line.split('\t')).filter((fields) => fields[3] === type);
}
