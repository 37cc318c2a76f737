/**
 * Zones with one defect each, made of correctly signed ones. For each: what we must find, and which peers refuse it.
 *
 * Where a peer is not named it accepts the zone: `test/interop/verify-agreement.test.ts` holds the table true.
 */
import { generateKeyPairSync } from 'node:crypto';
import { keyTag } from '../../src/keys/key-tag.ts';
import type { FindingKind } from '../../src/verify/findings.ts';
import { KEYS, type TestKey, wireRdata, ZoneLines } from './zone-lines.ts';

/** The peers: dnssec-verify (BIND), ldns-verify-zone, kzonecheck (Knot). */
export type Peer = 'bind' | 'ldns' | 'knot';

export interface Defect {
  readonly name: string;
  readonly base: 'nsec' | 'nsec3' | 'opt-out' | 'zonemd';
  /** Kinds of the errors that are found, all of them. */
  readonly expect: readonly FindingKind[];
  readonly refusedBy: readonly Peer[];
  readonly apply: (zone: ZoneLines) => void;
}

/** A zone with the defect in it. */
export function defectiveZone(defect: Defect): ZoneLines {
  const zone = ZoneLines.read(defect.base);
  defect.apply(zone);
  return zone;
}

const APEX = 'example.';
const WWW = 'www.example.';
const CHAIN = [
  'example.',
  'alias.example.',
  'dname.example.',
  'a.b.ent.example.',
  'deep.x.far.example.',
  'insecure.example.',
  'mail.example.',
  'ns1.example.',
  'ns2.example.',
  'secure.example.',
  '*.wild.example.',
  'www.example.',
];

/** Makes a P-256 key that is not in the fixtures. */
export function makeKey(flags: number, protocol = 3): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')]);
  const rdata = `${flags} ${protocol} 13 ${point.toString('base64')}`;
  return { rdata, tag: keyTag(wireRdata('DNSKEY', rdata)), key: privateKey };
}

/** Replaces the first character of a signature, or of any last field in base64 or hex. */
function flip(rdata: string): string {
  const words = rdata.split(' ');
  const at = words.length - (words.at(-2)!.length > 20 ? 2 : 1);
  words[at] = (words[at]!.startsWith('A') ? 'B' : 'A') + words[at]!.slice(1);
  return words.join(' ');
}

function withType(rdata: string, type: string, before: string): string {
  return rdata.replace(` ${before}`, ` ${type} ${before}`);
}

/** Adds a name with one signed RRset and no place in the chain. */
function addUnchained(zone: ZoneLines, owner: string): void {
  zone.add(owner, 'A', '192.0.2.99');
  zone.sign(owner, 'A');
}

/** Adds a DNSKEY and signs the RRset anew with the KSK. */
function addKey(zone: ZoneLines, rdata: string): void {
  zone.add(APEX, 'DNSKEY', rdata);
  zone.resign(APEX, 'DNSKEY');
}

function dropNsec3(zone: ZoneLines, name: string): void {
  zone.removeSigned(zone.hashed(name), 'NSEC3');
  zone.relinkNsec3();
}

/** A zone with an NSEC3 chain and an NSEC chain, each complete and right. */
export function withBothChains(): ZoneLines {
  const zone = ZoneLines.read('nsec3');
  const nsec = ZoneLines.read('nsec');
  for (const [i, owner] of CHAIN.entries()) {
    const types = nsec.one(owner, 'NSEC').rdata.split(' ').slice(1).join(' ');
    const rdata = `${CHAIN[(i + 1) % CHAIN.length]!} ${types}${owner === APEX ? ' NSEC3PARAM' : ''}`;
    zone.add(owner, 'NSEC', rdata);
    zone.sign(owner, 'NSEC');
    zone.change(zone.hashed(owner), 'NSEC3', (was) => {
      const missing = was.includes(' RRSIG') ? ' NSEC' : ' RRSIG NSEC';
      return was + missing;
    });
  }
  return zone;
}

const KEY_DEFECTS: readonly Defect[] = [
  {
    name: 'no DNSKEY RRset',
    base: 'nsec',
    expect: ['no-dnskey'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.removeSigned(APEX, 'DNSKEY'),
  },
  {
    name: 'DNSKEY RRset without a signature',
    base: 'nsec',
    expect: ['dnskey-unsigned'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.remove(APEX, 'RRSIG DNSKEY'),
  },
  {
    name: 'DNSKEY RRset signed by the ZSK alone',
    base: 'nsec',
    expect: ['dnskey-unsigned'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => zone.resign(APEX, 'DNSKEY', { key: KEYS.zsk }),
  },
  {
    name: 'DNSKEY RRset with a signature that does not verify',
    base: 'nsec',
    expect: ['dnskey-unsigned', 'signature-wrong'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => {
      const line = zone.one(APEX, 'RRSIG DNSKEY');
      line.rdata = flip(line.rdata);
    },
  },
  {
    name: 'a key is added to the DNSKEY RRset after it was signed',
    base: 'nsec3',
    expect: ['dnskey-unsigned', 'signature-wrong'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.add(APEX, 'DNSKEY', makeKey(256).rdata),
  },
  {
    name: 'a revoked KSK that does not sign the DNSKEY RRset',
    base: 'nsec',
    expect: ['revoked-key-unsigned'],
    refusedBy: ['bind'],
    apply: (zone) => addKey(zone, makeKey(257 | 0x80).rdata),
  },
  {
    name: 'a DNSKEY whose protocol is not 3',
    base: 'nsec',
    expect: ['dnskey-invalid'],
    refusedBy: ['knot'],
    apply: (zone) => addKey(zone, makeKey(256, 2).rdata),
  },
  {
    name: 'a DNSKEY that is no point of the curve',
    base: 'nsec',
    expect: ['dnskey-invalid'],
    refusedBy: [],
    apply: (zone) => addKey(zone, `256 3 13 ${Buffer.alloc(64, 1).toString('base64')}`),
  },
  {
    name: 'a second KSK whose algorithm signs nothing but the DNSKEY RRset',
    base: 'nsec',
    expect: ['algorithm-missing'],
    refusedBy: ['bind'],
    apply: (zone) => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const rdata = `257 3 15 ${Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('base64')}`;
      addKey(zone, rdata);
      const tag = keyTag(wireRdata('DNSKEY', rdata));
      zone.signEd25519(APEX, 'DNSKEY', { rdata, tag, key: privateKey });
    },
  },
  {
    name: 'a second algorithm that signs everything but one RRset',
    base: 'nsec',
    expect: ['algorithm-missing'],
    refusedBy: ['bind'],
    apply: (zone) => {
      signWithSecondAlgorithm(zone, 257);
      const gone = zone.find(WWW, 'RRSIG TXT').find(({ rdata }) => rdata.startsWith('TXT 15 '));
      zone.lines = zone.lines.filter((line) => line !== gone);
    },
  },
  {
    name: 'a second algorithm that signs all, but has no KSK',
    base: 'nsec',
    expect: ['dnskey-algorithm-unsigned'],
    refusedBy: ['bind'],
    apply: (zone) => signWithSecondAlgorithm(zone, 256),
  },
  {
    name: 'more keys than anybody has',
    base: 'nsec',
    expect: ['dnskey-too-many'],
    refusedBy: [],
    apply: (zone) => {
      for (let i = 1; i <= 255; i++) {
        zone.add(APEX, 'DNSKEY', `257 3 15 ${Buffer.alloc(32, Uint8Array.of(i, 255 - i, 7)).toString('base64')}`);
      }
      zone.resign(APEX, 'DNSKEY');
    },
  },
  {
    name: 'five keys with one tag',
    base: 'nsec',
    expect: ['key-tag-crowded'],
    refusedBy: [],
    apply: (zone) => {
      // The tag is a sum over 16-bit words: it stays when they change places.
      const words = Array.from({ length: 16 }, (_, i) => [i + 1, 2 * i + 1]);
      for (let turn = 0; turn < 5; turn++) {
        const key = Uint8Array.from([...words.slice(turn), ...words.slice(0, turn)].flat());
        zone.add(APEX, 'DNSKEY', `256 3 15 ${Buffer.from(key).toString('base64')}`);
      }
      zone.resign(APEX, 'DNSKEY');
    },
  },
];

/** Adds an Ed25519 key and signs every RRset that is signed with it too. */
function signWithSecondAlgorithm(zone: ZoneLines, flags: number): void {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const rdata = `${flags} 3 15 ${Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('base64')}`;
  const key = { rdata, tag: keyTag(wireRdata('DNSKEY', rdata)), key: privateKey };
  addKey(zone, rdata);
  for (const { owner, rdata: rrsig } of zone.lines.filter(({ type }) => type === 'RRSIG')) {
    const covered = rrsig.split(' ')[0]!;
    if (covered !== 'DNSKEY' || flags === 257) zone.signEd25519(owner, covered, key);
  }
}

const SIGNATURE_DEFECTS: readonly Defect[] = [
  {
    name: 'an RRset without a signature',
    base: 'nsec',
    expect: ['unsigned'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.remove(WWW, 'RRSIG A'),
  },
  {
    name: 'an SOA without a signature',
    base: 'nsec',
    expect: ['unsigned'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.remove(APEX, 'RRSIG SOA'),
  },
  {
    name: 'a wildcard without a signature',
    base: 'nsec3',
    expect: ['unsigned'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.remove('*.wild.example.', 'RRSIG TXT'),
  },
  {
    name: 'a DS without a signature',
    base: 'nsec3',
    expect: ['unsigned'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.remove('secure.example.', 'RRSIG DS'),
  },
  {
    name: 'an NSEC without a signature',
    base: 'nsec',
    expect: ['unsigned'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.remove(WWW, 'RRSIG NSEC'),
  },
  {
    name: 'an NSEC3 without a signature',
    base: 'nsec3',
    expect: ['unsigned'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.remove(zone.hashed(WWW), 'RRSIG NSEC3'),
  },
  {
    name: 'a signature with one octet changed',
    base: 'nsec',
    expect: ['signature-wrong'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => {
      const line = zone.one(WWW, 'RRSIG TXT');
      line.rdata = flip(line.rdata);
    },
  },
  {
    name: 'an NSEC3 signature with one octet changed',
    base: 'nsec3',
    expect: ['signature-wrong'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => {
      const line = zone.one(zone.hashed(WWW), 'RRSIG NSEC3');
      line.rdata = flip(line.rdata);
    },
  },
  {
    name: 'an address that was changed after signing',
    base: 'nsec',
    expect: ['signature-wrong'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => {
      zone.one('mail.example.', 'A').rdata = '192.0.2.33';
    },
  },
  {
    name: 'a record missing from an RRset that was signed with it',
    base: 'nsec',
    expect: ['signature-wrong'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => {
      zone.lines = zone.lines.filter((line) => line !== zone.find(WWW, 'A')[1]);
    },
  },
  {
    name: 'a record added to an RRset after signing',
    base: 'nsec3',
    expect: ['signature-wrong'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.add(WWW, 'A', '192.0.2.44'),
  },
  {
    name: 'a wrong signature beside a good one',
    base: 'nsec',
    expect: ['signature-wrong'],
    refusedBy: ['knot'],
    apply: (zone) => {
      const line = zone.sign(WWW, 'TXT');
      line.rdata = flip(line.rdata);
    },
  },
  {
    name: 'an expired signature',
    base: 'nsec',
    expect: ['signature-expired'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.resign(WWW, 'TXT', { expiration: '20200201000000' }),
  },
  {
    name: 'an expired signature beside a good one',
    base: 'nsec',
    expect: ['signature-expired'],
    refusedBy: ['knot'],
    apply: (zone) => zone.sign(WWW, 'TXT', { expiration: '20200201000000' }),
  },
  {
    name: 'a signature that is not valid yet',
    base: 'nsec3',
    expect: ['signature-not-yet-valid'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.resign(WWW, 'TXT', { inception: '20370101000000' }),
  },
  {
    name: 'a signature that expires before it begins',
    base: 'nsec',
    expect: ['signature-times-inverted'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.resign(WWW, 'TXT', { inception: '20220101000000', expiration: '20210101000000' }),
  },
  {
    name: 'a signature in the name of another zone',
    base: 'nsec',
    expect: ['signature-signer'],
    refusedBy: ['bind'],
    apply: (zone) => zone.resign(WWW, 'TXT', { signer: 'www.example.' }),
  },
  {
    name: 'a signature by a key that the zone does not have',
    base: 'nsec',
    expect: ['algorithm-missing'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.resign(WWW, 'TXT', { key: makeKey(256) }),
  },
  {
    name: 'a signature that names another algorithm than its key has',
    base: 'nsec',
    expect: ['algorithm-missing'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.resign(WWW, 'TXT', { algorithm: 14 }),
  },
  {
    name: 'a signature for a wildcard at a name that is none',
    base: 'nsec',
    expect: ['signature-labels'],
    refusedBy: ['knot'],
    apply: (zone) => zone.resign(WWW, 'TXT', { labels: 1 }),
  },
  {
    name: 'a signature of more labels than the owner has',
    base: 'nsec',
    expect: ['signature-labels'],
    refusedBy: ['bind'],
    apply: (zone) => zone.resign(WWW, 'TXT', { labels: 3 }),
  },
  {
    name: 'a TTL above the original TTL',
    base: 'nsec',
    expect: ['signature-original-ttl'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => {
      zone.resign(WWW, 'TXT', { originalTtl: 300 });
    },
  },
  {
    name: 'a TTL below the original TTL',
    base: 'nsec',
    expect: ['signature-original-ttl'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => {
      zone.resign(WWW, 'TXT', { originalTtl: 7200 });
    },
  },
  {
    name: 'a signature by a key that is no zone key',
    base: 'nsec',
    expect: ['algorithm-missing'],
    refusedBy: ['knot'],
    apply: (zone) => {
      const key = makeKey(0);
      addKey(zone, key.rdata);
      zone.resign(WWW, 'TXT', { key });
    },
  },
  {
    name: 'data signed by a revoked key alone',
    base: 'nsec',
    expect: ['algorithm-missing'],
    refusedBy: [],
    apply: (zone) => {
      const key = makeKey(257 | 0x80);
      addKey(zone, key.rdata);
      zone.sign(APEX, 'DNSKEY', { key });
      zone.resign(WWW, 'TXT', { key });
    },
  },
  {
    name: 'signed NS records at a delegation',
    base: 'nsec',
    expect: ['signature-unexpected'],
    refusedBy: ['knot'],
    apply: (zone) => zone.sign('secure.example.', 'NS'),
  },
  {
    name: 'signed glue',
    base: 'nsec',
    expect: ['signature-unexpected'],
    refusedBy: ['ldns', 'knot'],
    apply: (zone) => zone.sign('ns.secure.example.', 'A'),
  },
  {
    name: 'a signed address at a delegation',
    base: 'nsec',
    expect: ['signature-unexpected'],
    refusedBy: ['knot'],
    apply: (zone) => zone.sign('insecure.example.', 'A'),
  },
  {
    name: 'a signed name below a DNAME',
    base: 'nsec',
    expect: ['signature-unexpected'],
    refusedBy: ['ldns', 'knot'],
    apply: (zone) => addUnchained(zone, 'below.dname.example.'),
  },
  {
    name: 'a signature over an RRset that is not there',
    base: 'nsec',
    expect: ['signature-orphaned'],
    refusedBy: [],
    apply: (zone) => {
      zone.add(WWW, 'RRSIG', zone.one(WWW, 'RRSIG TXT').rdata.replace('TXT', 'AAAA'));
    },
  },
  {
    name: 'a signature over signatures',
    base: 'nsec',
    expect: ['signature-orphaned'],
    refusedBy: ['knot'],
    apply: (zone) => {
      zone.add(WWW, 'RRSIG', zone.one(WWW, 'RRSIG TXT').rdata.replace('TXT', 'RRSIG'));
    },
  },
  {
    name: 'more signatures of one RRset than anybody wants to verify',
    base: 'nsec',
    expect: ['signatures-too-many'],
    refusedBy: [],
    apply: (zone) => {
      for (let i = 0; i < 64; i++) {
        const minute = String(i % 60).padStart(2, '0');
        zone.sign(WWW, 'TXT', { inception: `2020010112${minute}${i < 60 ? '00' : '30'}` });
      }
    },
  },
];

const NSEC_DEFECTS: readonly Defect[] = [
  {
    name: 'a name without an NSEC record',
    base: 'nsec',
    expect: ['nsec-missing'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.removeSigned('mail.example.', 'NSEC'),
  },
  {
    name: 'a name that the NSEC chain passes over',
    base: 'nsec',
    expect: ['nsec-missing', 'nsec-next-name'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => {
      zone.removeSigned('mail.example.', 'NSEC');
      zone.relink(CHAIN.filter((owner) => owner !== 'mail.example.'));
    },
  },
  {
    name: 'a delegation that the NSEC chain passes over',
    base: 'nsec',
    expect: ['nsec-missing', 'nsec-next-name'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => {
      zone.removeSigned('insecure.example.', 'NSEC');
      zone.relink(CHAIN.filter((owner) => owner !== 'insecure.example.'));
    },
  },
  {
    name: 'an NSEC chain that does not lead back to the apex',
    base: 'nsec',
    expect: ['nsec-next-name'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.change(WWW, 'NSEC', (rdata) => rdata.replace('example.', 'zzz.example.')),
  },
  {
    name: 'an NSEC chain that leads through glue',
    base: 'nsec',
    expect: ['nsec-next-name', 'nsec-unexpected', 'signature-unexpected'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => {
      zone.add('ns.secure.example.', 'NSEC', '*.wild.example. A RRSIG NSEC');
      zone.sign('ns.secure.example.', 'NSEC');
      zone.change('secure.example.', 'NSEC', (rdata) => rdata.replace('*.wild', 'ns.secure'));
    },
  },
  {
    name: 'an NSEC bit map that lacks a type',
    base: 'nsec',
    expect: ['nsec-bitmap'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => zone.change(WWW, 'NSEC', (rdata) => rdata.replace(' TXT', '')),
  },
  {
    name: 'an NSEC bit map that lists a type without reason',
    base: 'nsec',
    expect: ['nsec-bitmap'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => zone.change(WWW, 'NSEC', (rdata) => withType(rdata, 'MX', 'TXT')),
  },
  {
    name: 'an NSEC bit map that lacks RRSIG',
    base: 'nsec',
    expect: ['nsec-bitmap'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => zone.change(WWW, 'NSEC', (rdata) => rdata.replace(' RRSIG', '')),
  },
  {
    name: 'an NSEC bit map at a delegation that lists an address',
    base: 'nsec',
    expect: ['nsec-bitmap'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => zone.change('insecure.example.', 'NSEC', (rdata) => withType(rdata, 'A', 'NS')),
  },
  {
    name: 'two NSEC records at one name',
    base: 'nsec',
    expect: ['nsec-multiple'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => {
      zone.add(WWW, 'NSEC', 'example. A RRSIG NSEC');
      zone.resign(WWW, 'NSEC');
    },
  },
  {
    name: 'a new name that is signed, but not in the chain',
    base: 'nsec',
    expect: ['nsec-missing', 'nsec-next-name'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => addUnchained(zone, 'new.example.'),
  },
  {
    name: 'no chain at all',
    base: 'nsec',
    expect: ['no-denial'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => {
      zone.lines = zone.lines.filter(({ type, rdata }) => type !== 'NSEC' && !rdata.startsWith('NSEC '));
    },
  },
  {
    name: 'an apex without NSEC, in a zone with NSEC',
    base: 'nsec',
    expect: ['no-denial', 'nsec-unexpected'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => zone.removeSigned(APEX, 'NSEC'),
  },
];

const NSEC3_DEFECTS: readonly Defect[] = [
  {
    name: 'a name without an NSEC3 record',
    base: 'nsec3',
    expect: ['nsec3-missing'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => dropNsec3(zone, WWW),
  },
  {
    name: 'a wildcard without an NSEC3 record',
    base: 'opt-out',
    expect: ['nsec3-missing'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => dropNsec3(zone, '*.wild.example.'),
  },
  {
    name: 'an empty non-terminal without an NSEC3 record',
    base: 'nsec3',
    expect: ['nsec3-missing'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => dropNsec3(zone, 'b.ent.example.'),
  },
  {
    name: 'an empty non-terminal without an NSEC3 record, under opt-out',
    base: 'opt-out',
    expect: ['nsec3-missing'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => dropNsec3(zone, 'ent.example.'),
  },
  {
    name: 'a secure delegation without an NSEC3 record, under opt-out',
    base: 'opt-out',
    expect: ['nsec3-missing'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => dropNsec3(zone, 'secure.example.'),
  },
  {
    name: 'an insecure delegation without an NSEC3 record, and no opt-out',
    base: 'nsec3',
    expect: ['nsec3-not-opted-out'],
    refusedBy: ['ldns', 'knot'],
    apply: (zone) => dropNsec3(zone, 'insecure.example.'),
  },
  {
    name: 'an empty non-terminal above an insecure delegation without an NSEC3 record, and no opt-out',
    base: 'nsec3',
    expect: ['nsec3-missing'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => dropNsec3(zone, 'x.far.example.'),
  },
  {
    name: 'an insecure delegation whose covering NSEC3 record is the only one without opt-out',
    base: 'opt-out',
    expect: ['nsec3-not-opted-out'],
    refusedBy: ['knot'],
    apply: (zone) => {
      const hash = zone.hashed('insecure.example.');
      const owners = zone.lines.filter(({ type }) => type === 'NSEC3').map(({ owner }) => owner);
      const covering =
        owners
          .filter((owner) => owner < hash)
          .sort()
          .at(-1) ?? owners.sort().at(-1)!;
      zone.change(covering, 'NSEC3', (rdata) => rdata.replace('1 1 0', '1 0 0'));
    },
  },
  {
    name: 'an NSEC3 record that points to a wrong hash',
    base: 'nsec3',
    expect: ['nsec3-next-owner'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) =>
      zone.change(zone.hashed(WWW), 'NSEC3', (rdata) => {
        const words = rdata.split(' ');
        words[4] = words[4]!.slice(0, -1) + (words[4]!.endsWith('0') ? '1' : '0');
        return words.join(' ');
      }),
  },
  {
    name: 'an NSEC3 bit map that lacks a type',
    base: 'nsec3',
    expect: ['nsec3-bitmap'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => zone.change(zone.hashed(WWW), 'NSEC3', (rdata) => rdata.replace(' TXT', '')),
  },
  {
    name: 'an NSEC3 bit map that lists a type without reason',
    base: 'opt-out',
    expect: ['nsec3-bitmap'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => zone.change(zone.hashed(WWW), 'NSEC3', (rdata) => withType(rdata, 'MX', 'TXT')),
  },
  {
    name: 'an NSEC3 bit map at an insecure delegation that lists RRSIG',
    base: 'nsec3',
    expect: ['nsec3-bitmap'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => zone.change(zone.hashed('insecure.example.'), 'NSEC3', (rdata) => `${rdata} RRSIG`),
  },
  {
    name: 'an NSEC3 bit map at an empty non-terminal that is not empty',
    base: 'nsec3',
    expect: ['nsec3-bitmap'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => zone.change(zone.hashed('ent.example.'), 'NSEC3', (rdata) => `${rdata} A RRSIG`),
  },
  {
    name: 'an NSEC3 record for no name',
    base: 'nsec3',
    expect: ['nsec3-stray'],
    refusedBy: ['bind', 'ldns'],
    apply: (zone) => {
      const owner = zone.hashed('nobody.example.');
      zone.add(owner, 'NSEC3', '1 0 0 A1B2C3D4 00000000000000000000000000000000 A RRSIG');
      zone.sign(owner, 'NSEC3');
      zone.relinkNsec3();
    },
  },
  {
    name: 'an NSEC3 record with another salt',
    base: 'nsec3',
    expect: ['nsec3-parameters', 'nsec3-missing', 'nsec3-next-owner'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => zone.change(zone.hashed(WWW), 'NSEC3', (rdata) => rdata.replace('A1B2C3D4', 'A1B2C3D5')),
  },
  {
    name: 'an NSEC3 chain that no NSEC3PARAM announces',
    base: 'nsec3',
    expect: ['no-denial', 'nsec3-parameters'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => {
      zone.removeSigned(APEX, 'NSEC3PARAM');
      zone.change(zone.hashed(APEX), 'NSEC3', (rdata) => rdata.replace(' NSEC3PARAM', ''));
    },
  },
  {
    name: 'an NSEC3PARAM with another salt than the chain',
    base: 'nsec3',
    expect: ['nsec3-missing', 'nsec3-parameters'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => zone.change(APEX, 'NSEC3PARAM', (rdata) => rdata.replace('A1B2C3D4', 'FFFF')),
  },
  {
    name: 'an NSEC3PARAM whose flags are not 0',
    base: 'nsec3',
    expect: ['no-denial'],
    refusedBy: [],
    apply: (zone) => zone.change(APEX, 'NSEC3PARAM', (rdata) => rdata.replace('1 0 0', '1 1 0')),
  },
  {
    name: 'a second NSEC3PARAM without its chain',
    base: 'nsec3',
    expect: ['nsec3-missing'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => {
      zone.add(APEX, 'NSEC3PARAM', '1 0 0 FFFF');
      zone.resign(APEX, 'NSEC3PARAM');
    },
  },
  {
    name: 'an NSEC3PARAM with a hash algorithm that nobody knows',
    base: 'nsec3',
    expect: ['nsec3param-unsupported'],
    refusedBy: ['knot'],
    apply: (zone) => zone.change(APEX, 'NSEC3PARAM', (rdata) => rdata.replace('1 0 0', '2 0 0')),
  },
  {
    name: 'more than 150 additional iterations',
    base: 'nsec3',
    expect: ['nsec3-iterations-excessive'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => {
      zone.change(APEX, 'NSEC3PARAM', (rdata) => rdata.replace('1 0 0', '1 0 151'));
      for (const { owner } of zone.lines.filter(({ type }) => type === 'NSEC3')) {
        zone.change(owner, 'NSEC3', (rdata) => rdata.replace('1 0 0', '1 0 151'));
      }
    },
  },
  {
    name: 'an NSEC3 record with unknown flags',
    base: 'nsec3',
    expect: ['nsec3-flags'],
    refusedBy: [],
    apply: (zone) => zone.change(zone.hashed(WWW), 'NSEC3', (rdata) => rdata.replace('1 0 0', '1 2 0')),
  },
  {
    name: 'two NSEC3 records of one chain at one owner',
    base: 'nsec3',
    expect: ['nsec3-bitmap', 'nsec3-multiple'],
    refusedBy: ['bind', 'ldns', 'knot'],
    apply: (zone) => {
      const owner = zone.hashed(WWW);
      zone.add(owner, 'NSEC3', zone.one(owner, 'NSEC3').rdata.replace(' TXT', ''));
      zone.resign(owner, 'NSEC3');
    },
  },
  {
    name: 'an NSEC3 record whose owner is no hash',
    base: 'nsec3',
    expect: ['nsec3-stray'],
    refusedBy: ['ldns', 'knot'],
    apply: (zone) => {
      zone.add('nohash.example.', 'NSEC3', zone.one(zone.hashed(WWW), 'NSEC3').rdata);
      zone.sign('nohash.example.', 'NSEC3');
    },
  },
  {
    name: 'five NSEC3PARAM records, four of them without their chains',
    base: 'nsec3',
    expect: ['nsec3-missing', 'nsec3param-too-many'],
    refusedBy: ['bind', 'knot'],
    apply: (zone) => {
      for (const salt of ['AA', 'BB', 'CC', 'DD']) zone.add(APEX, 'NSEC3PARAM', `1 0 0 ${salt}`);
      zone.resign(APEX, 'NSEC3PARAM');
    },
  },
];

const ZONEMD_DEFECTS: readonly Defect[] = [
  {
    name: 'a ZONEMD digest of another zone',
    base: 'zonemd',
    expect: ['zonemd-mismatch'],
    refusedBy: ['ldns'],
    apply: (zone) => {
      for (const line of zone.find(APEX, 'ZONEMD'))
        line.rdata = line.rdata.replace(/ \w\w(\w+)/g, (all, rest) => (rest.length > 40 ? ` 00${rest}` : all));
      zone.resign(APEX, 'ZONEMD');
    },
  },
  {
    name: 'glue that was changed after the ZONEMD digest was made',
    base: 'zonemd',
    expect: ['zonemd-mismatch'],
    refusedBy: ['ldns'],
    apply: (zone) => {
      zone.one('ns.secure.example.', 'A').rdata = '192.0.2.77';
    },
  },
  {
    name: 'a ZONEMD of another serial',
    base: 'zonemd',
    expect: ['zonemd-serial'],
    refusedBy: ['ldns'],
    apply: (zone) => {
      for (const line of zone.find(APEX, 'ZONEMD')) line.rdata = line.rdata.replace('2026010101', '2026010100');
      zone.resign(APEX, 'ZONEMD');
    },
  },
  {
    name: 'two ZONEMD records of one scheme and hash algorithm',
    base: 'zonemd',
    expect: ['zonemd-duplicate'],
    refusedBy: ['ldns'],
    apply: (zone) => {
      const line = zone.find(APEX, 'ZONEMD').find(({ rdata }) => rdata.includes(' 1 1 '))!;
      zone.lines = zone.lines.filter(({ type, rdata }) => type !== 'ZONEMD' || !rdata.includes(' 1 2 '));
      zone.add(APEX, 'ZONEMD', line.rdata.replace(/ 1 1 ../, ' 1 1 11'));
      zone.resign(APEX, 'ZONEMD');
    },
  },
];

/** Every defect. */
export const DEFECTS: readonly Defect[] = [
  ...KEY_DEFECTS,
  ...SIGNATURE_DEFECTS,
  ...NSEC_DEFECTS,
  ...NSEC3_DEFECTS,
  ...ZONEMD_DEFECTS,
];

/** Zones that are odd, but that resolvers can use: warnings, and no error. */
export const ODDITIES: readonly Defect[] = [
  {
    name: 'a DNSKEY of an algorithm that nobody knows',
    base: 'nsec',
    expect: ['dnskey-unsupported'],
    refusedBy: ['knot'],
    apply: (zone) => addKey(zone, '256 3 200 AQIDBAUGBwgJCgsMDQ4PEA=='),
  },
  {
    name: 'a signature by an unknown key beside a good one',
    base: 'nsec',
    expect: ['signature-key-unknown'],
    refusedBy: [],
    apply: (zone) => zone.sign(WWW, 'TXT', { key: makeKey(256) }),
  },
  {
    name: 'an NSEC record at an empty non-terminal',
    base: 'nsec',
    expect: ['nsec-alone'],
    refusedBy: [],
    apply: (zone) => {
      zone.add('ent.example.', 'NSEC', 'a.b.ent.example. RRSIG NSEC');
      zone.sign('ent.example.', 'NSEC');
      zone.relink([...CHAIN.slice(0, 3), 'ent.example.', ...CHAIN.slice(3)]);
    },
  },
  {
    name: 'one ZONEMD digest of two that is wrong',
    base: 'zonemd',
    expect: ['zonemd-partial'],
    refusedBy: [],
    apply: (zone) => {
      const line = zone.find(APEX, 'ZONEMD').find(({ rdata }) => rdata.includes(' 1 2 '))!;
      line.rdata = line.rdata.replace(/ 1 2 ../, ' 1 2 00');
      zone.resign(APEX, 'ZONEMD');
    },
  },
];
