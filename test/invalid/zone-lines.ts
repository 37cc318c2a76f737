/** A signed zone as lines that a test can change, with a little signer of its own to make new signatures fit. */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { OctetWriter } from '../../src/base/octets.ts';
import { parseTimestamp } from '../../src/base/time.ts';
import { canonicalName, labelCount, nameFromText } from '../../src/dns/name.ts';
import { hashNsec3Name } from '../../src/dns/nsec3-hash.ts';
import { compareCanonicalRdata, parseRdata, type Tokens, writeCanonicalRdata } from '../../src/dns/rdata/rdata.ts';
import { typeFromText } from '../../src/dns/types.ts';

/** One record, in text. Owner absolute, no TTL units, one space between the words of the RDATA. */
export interface Line {
  owner: string;
  ttl: number;
  type: string;
  rdata: string;
}

/** A key of the little signer. */
export interface TestKey {
  /** RDATA of its DNSKEY, as text. */
  readonly rdata: string;
  readonly tag: number;
  readonly key: KeyObject;
}

const FOLDER = new URL('../fixtures/signed/', import.meta.url);

function readKeys(): { readonly ksk: TestKey; readonly zsk: TestKey } {
  const file = JSON.parse(readFileSync(new URL('keys.json', FOLDER), 'utf8'));
  const load = ({ rdata, tag, jwk }: { rdata: string; tag: number; jwk: object }): TestKey => ({
    rdata,
    tag,
    key: createPrivateKey({ key: jwk as never, format: 'jwk' }),
  });
  return { ksk: load(file.ksk), zsk: load(file.zsk) };
}

/** The keys that the fixtures were signed with. */
export const KEYS = readKeys();

/** An instant inside the validity of all fixtures: 2026-06-01. */
export const WHEN = parseTimestamp('20260601000000')!;

/** What a new signature says where a test wants it to be other than right. */
export interface SignatureParts {
  readonly key?: TestKey;
  readonly algorithm?: number;
  readonly labels?: number;
  readonly originalTtl?: number;
  readonly expiration?: string;
  readonly inception?: string;
  readonly tag?: number;
  readonly signer?: string;
  /** TTL of the RRSIG record. */
  readonly ttl?: number;
}

/** Wire RDATA of a line's text. */
export function wireRdata(type: string, rdata: string): Uint8Array {
  const source = new TextEncoder().encode(rdata);
  const starts: number[] = [];
  const ends: number[] = [];
  const quoted: number[] = [];
  for (const match of rdata.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g)) {
    const isQuoted = match[1] !== undefined;
    starts.push(match.index + (isQuoted ? 1 : 0));
    ends.push(match.index + match[0].length - (isQuoted ? 1 : 0));
    quoted.push(isQuoted ? 1 : 0);
  }
  const tokens: Tokens = {
    source,
    start: Uint32Array.from(starts),
    end: Uint32Array.from(ends),
    quoted: Uint8Array.from(quoted),
    count: starts.length,
  };
  const out = new OctetWriter();
  parseRdata(typeFromText(type), 1, tokens, 0, undefined, out);
  return out.take();
}

/** A fixture that can be changed line by line. */
export class ZoneLines {
  lines: Line[];
  readonly apex = 'example.';

  private constructor(lines: Line[]) {
    this.lines = lines;
  }

  static read(fixture: 'nsec' | 'nsec3' | 'opt-out' | 'zonemd'): ZoneLines {
    const text = readFileSync(new URL(`${fixture}.zone`, FOLDER), 'utf8');
    const lines = text.split('\n').filter((line) => line !== '');
    return new ZoneLines(
      lines.map((line) => {
        const [owner, ttl, , type, ...rdata] = line.trim().split(' ');
        return { owner: owner!, ttl: Number(ttl), type: type!, rdata: rdata.join(' ') };
      }),
    );
  }

  get text(): string {
    return this.lines.map(({ owner, ttl, type, rdata }) => `${owner}\t${ttl}\tIN\t${type}\t${rdata}\n`).join('');
  }

  /** The records of an RRset; `RRSIG MX` stands for the signatures over MX. */
  find(owner: string, type: string): Line[] {
    const [kind, covered] = type.split(' ');
    return this.lines.filter(
      (line) =>
        line.owner.toLowerCase() === owner.toLowerCase() &&
        line.type === kind &&
        (covered === undefined || line.rdata.startsWith(`${covered} `)),
    );
  }

  /** The only record of an RRset. */
  one(owner: string, type: string): Line {
    const found = this.find(owner, type);
    if (found.length !== 1) throw new Error(`${found.length} records ${owner} ${type}`);
    return found[0]!;
  }

  remove(owner: string, type: string): void {
    const gone = new Set(this.find(owner, type));
    if (gone.size === 0) throw new Error(`no record ${owner} ${type}`);
    this.lines = this.lines.filter((line) => !gone.has(line));
  }

  /** Removes an RRset together with its signatures. */
  removeSigned(owner: string, type: string): void {
    this.remove(owner, type);
    this.remove(owner, `RRSIG ${type}`);
  }

  add(owner: string, type: string, rdata: string, ttl = 3600): Line {
    const line = { owner, ttl, type, rdata };
    this.lines.push(line);
    return line;
  }

  /** Replaces the RDATA of a single record and signs it anew. */
  change(owner: string, type: string, change: (rdata: string) => string): void {
    const line = this.one(owner, type);
    const changed = change(line.rdata);
    if (changed === line.rdata) throw new Error(`${owner} ${type} stays as it is`);
    line.rdata = changed;
    this.resign(owner, type);
  }

  /** Signs an RRset anew, with the ZSK, or the KSK for DNSKEY. */
  resign(owner: string, type: string, parts: SignatureParts = {}): void {
    if (this.find(owner, `RRSIG ${type}`).length > 0) this.remove(owner, `RRSIG ${type}`);
    this.sign(owner, type, parts);
  }

  /** Adds one more signature. */
  sign(owner: string, type: string, parts: SignatureParts = {}): Line {
    const rrset = this.find(owner, type);
    if (rrset.length === 0) throw new Error(`no record ${owner} ${type}`);
    const key = parts.key ?? (type === 'DNSKEY' ? KEYS.ksk : KEYS.zsk);
    const wire = nameFromText(owner);
    const labels = labelCount(wire, 0) - (owner.startsWith('*.') ? 1 : 0);
    const head = [
      type,
      parts.algorithm ?? 13,
      parts.labels ?? labels,
      parts.originalTtl ?? rrset[0]!.ttl,
      parts.expiration ?? '20371231000000',
      parts.inception ?? '20200101000000',
      parts.tag ?? key.tag,
      parts.signer ?? 'example.',
    ].join(' ');
    const data = signedData(head, wire, type, rrset, parts.labels ?? labels);
    const signature =
      key.key.asymmetricKeyType === 'ed25519'
        ? sign(null, data, key.key)
        : sign('sha256', data, { key: key.key, dsaEncoding: 'ieee-p1363' });
    return this.add(owner, 'RRSIG', `${head} ${signature.toString('base64')}`, parts.ttl ?? rrset[0]!.ttl);
  }

  /** Adds a signature by an Ed25519 key. */
  signEd25519(owner: string, type: string, key: TestKey): Line {
    return this.sign(owner, type, { key, algorithm: 15 });
  }

  /** Relinks NSEC records (in the order of `owners`, all that are to be in the chain) and signs those that changed. */
  relink(owners: readonly string[]): void {
    for (const [i, owner] of owners.entries()) {
      const line = this.one(owner, 'NSEC');
      const next = owners[(i + 1) % owners.length]!;
      const [was, ...types] = line.rdata.split(' ');
      if (was === next) continue;
      line.rdata = [next, ...types].join(' ');
      this.resign(owner, 'NSEC');
    }
  }

  /** Relinks the NSEC3 records that there are into a ring, and signs those that changed. */
  relinkNsec3(): void {
    const all = this.lines.filter(({ type }) => type === 'NSEC3').sort((a, b) => (a.owner < b.owner ? -1 : 1));
    for (const [i, line] of all.entries()) {
      const parts = line.rdata.split(' ');
      const next = all[(i + 1) % all.length]!.owner.split('.')[0]!;
      if (parts[4] === next) continue;
      parts[4] = next;
      line.rdata = parts.join(' ');
      this.resign(line.owner, 'NSEC3');
    }
  }

  /** Owner of the NSEC3 record for a name. */
  hashed(name: string, salt = 'A1B2C3D4'): string {
    const hash = new Uint8Array(20);
    const wire = nameFromText(name);
    hashNsec3Name(wire, 0, wire.length, Buffer.from(salt, 'hex'), 0, hash, 0);
    return `${base32(hash)}.example.`;
  }
}

function base32(octets: Uint8Array): string {
  const bits = [...octets].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => Number.parseInt(five, 2).toString(32).toUpperCase()).join('');
}

/** RFC 4034 §3.1.8.1, written down once more, independently of what is tested. */
function signedData(head: string, owner: Uint8Array, type: string, rrset: readonly Line[], labels: number): Uint8Array {
  const out = new OctetWriter(4096);
  const rrsig = wireRdata('RRSIG', `${head} AAAA`);
  out.copy(canonicalRrsig(rrsig.subarray(0, rrsig.length - 3)));
  const number = typeFromText(type);
  const name = canonicalName(owner);
  const rdatas = rrset
    .map(({ rdata }) => wireRdata(type, rdata))
    .sort((a, b) => compareCanonicalRdata(number, a, 0, a.length, b, 0, b.length));
  for (const rdata of rdatas) {
    out.copy(signedOwner(name, labels));
    out.u16(number);
    out.u16(1);
    out.copy(rrsig, 4, 8);
    out.u16(rdata.length);
    writeCanonicalRdata(number, rdata, 0, rdata.length, out);
  }
  return out.take();
}

function canonicalRrsig(rrsig: Uint8Array): Uint8Array {
  return Uint8Array.from([...rrsig.subarray(0, 18), ...canonicalName(rrsig, 18)]);
}

/** The owner, or the wildcard that it was expanded from where the signature has fewer labels. */
function signedOwner(name: Uint8Array, labels: number): Uint8Array {
  const count = labelCount(name, 0);
  if (labels >= count || (labels === count - 1 && name[0] === 1 && name[1] === 0x2a)) return name;
  let at = 0;
  for (let i = 0; i < count - labels; i++) at += name[at]! + 1;
  return Uint8Array.from([1, 0x2a, ...name.subarray(at)]);
}
