/** The keys of a zone that Knot DNS kept: its listing, and its PEM key store. */
import { DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { requireSigningAlgorithm } from './algorithms.ts';
import { assembleForeignKey, type ForeignKey, flagsOf, missingHalf } from './foreign-key.ts';
import { type KeyTiming, publicKeyOf } from './key.ts';
import { FLAG, keyTag } from './key-tag.ts';
import { dateText } from './key-words.ts';
import { type KnotKey, type KnotTimer, parseKnotListing } from './knot-listing.ts';
import { readPrivateKey } from './pkcs8.ts';
import { claimOfSpan, earliest, type KeyClaims, NEVER, type RecordClaim } from './record-claims.ts';

/** What Knot's keys are read from. */
export interface KnotSource {
  /** Wire form. */
  readonly zone: Octets;
  /** What `keymgr ZONE list` prints, and what to call it in messages. */
  readonly listing: string;
  readonly file: string;
  /** The octets of `ID.pem` in the key store. @returns undefined where there is no such file */
  readonly pem: (id: string) => Octets | undefined;
  /** RDATA of DNSKEY records of the zone: for keys whose private half is not in the store. */
  readonly dnskeys: readonly Octets[];
  readonly now: UnixSeconds;
}

/**
 * Reads Knot's keys.
 *
 * @throws DnssecError KEY_INVALID, KEY_UNSUPPORTED, USAGE; KEY_MISSING for a key of which nothing is there
 */
export function readKnotKeys(source: KnotSource): ForeignKey[] {
  const listed = parseKnotListing(source.listing, source.file, source.zone);
  return listed.map((knot) => readKnotKey(knot, listed, source));
}

function readKnotKey(knot: KnotKey, all: readonly KnotKey[], source: KnotSource): ForeignKey {
  const { now, zone } = source;
  const place = `${knot.id}.pem`;
  const pem = source.pem(knot.id);
  const algorithm = requireSigningAlgorithm(knot.algorithm);
  const role = knot.isKsk ? (knot.isZsk ? 'csk' : 'ksk') : 'zsk';
  const spans = knotSpans(knot, hasOtherZsk(knot, all, now));
  const timing = timingOfSpans(knot, spans);
  const half = pem === undefined ? publishedHalf(knot, source) : readPrivateKey(pem, place, undefined);
  const flags = flagsOf(role).filter((value) => role !== 'csk' || (value & FLAG.sep) !== 0);
  const parts = { zone, algorithm, role, flags, keyTag: knot.keyTag, half, ttl: undefined, timing } as const;
  const key = assembleForeignKey(parts, place);
  const where = knot.isPublicOnly ? 'Knot publishes it for another signer' : `${place} is not in the key store`;
  return {
    key,
    claims: claimsOfSpans(knot, spans, now),
    remarks: remarksOn(knot, now),
    problems: key.privateKey === undefined ? [missingHalf(key, where)] : [],
  };
}

function publishedHalf(knot: KnotKey, { dnskeys, file }: KnotSource): Octets {
  const rdata = dnskeys.find((record) => record[3] === knot.algorithm && keyTag(record) === knot.keyTag);
  if (rdata !== undefined) return publicKeyOf(rdata);
  const message = `${file}: of key ${knot.keyTag} (${knot.id}) there is neither ${knot.id}.pem nor a DNSKEY record`;
  throw new DnssecError('KEY_MISSING', message, {
    hint: `Name the directory "keys" below Knot's KASP database, or add what "keymgr ZONE dnskey ${knot.keyTag}" prints.`,
  });
}

/** When a record is in the zone, by Knot's timers: from, until. */
type Span = readonly [from: UnixSeconds | undefined, until: UnixSeconds | undefined];

interface KnotSpans {
  readonly dnskey: Span;
  readonly krrsig: Span;
  readonly zrrsig: Span;
}

/**
 * What Knot 3 does by its timers (keymgr(8), "Timers"): a DNSKEY is in the zone from publish until post-active or
 * remove, that of a KSK until retire. A KSK signs for as long as its DNSKEY is there and it is not retired. A ZSK signs from
 * pre-active or active (a CSK from ready) until retire, in an algorithm rollover beyond its DNSKEY until remove. A
 * revoked KSK is published and signs until remove.
 */
function knotSpans({ timers, isKsk, isZsk, isPublicOnly }: KnotKey, hasOther: boolean): KnotSpans {
  const { publish, ready, active, retire, remove, revoke } = timers;
  const gone = earliest(timers['post-active'], remove);
  const isRevoked = isKsk && revoke !== undefined && (retire === undefined || revoke <= retire);
  const end = isRevoked ? remove : earliest(gone, retire);
  const until = isZsk && !isRevoked ? gone : end;
  const from = earliest(timers['pre-active'], active, isKsk && !hasOther ? ready : undefined);
  const signedUntil =
    timers['post-active'] !== undefined
      ? remove
      : earliest(retire, remove, revoke, hasOther ? timers['retire-active'] : undefined);
  return {
    dnskey: [publish, until],
    krrsig: isKsk && !isPublicOnly ? [publish, end] : [undefined, undefined],
    zrrsig: isZsk && !isPublicOnly ? [from, signedUntil] : [undefined, undefined],
  };
}

/** Whether another key of the algorithm is active as a ZSK: a retiring one then stops to sign, and a CSK waits. */
function hasOtherZsk(knot: KnotKey, all: readonly KnotKey[], now: UnixSeconds): boolean {
  return all.some(
    (other) => other !== knot && other.isZsk && other.algorithm === knot.algorithm && stage(other, now) === 'active',
  );
}

/** The last of the timers that have been reached. */
function stage({ timers }: KnotKey, now: UnixSeconds): KnotTimer | undefined {
  const reached = (name: KnotTimer) => timers[name] !== undefined && timers[name] <= now;
  return LATEST_FIRST.find(reached);
}

const LATEST_FIRST: readonly KnotTimer[] = [
  'remove',
  'revoke',
  'post-active',
  'retire',
  'retire-active',
  'active',
  'ready',
  'publish',
  'pre-active',
];

function claimsOfSpans({ isKsk, isZsk, ...knot }: KnotKey, spans: KnotSpans, now: UnixSeconds): KeyClaims {
  const claim = ([from, until]: Span): RecordClaim => claimOfSpan(from, until, now);
  const last = stage({ isKsk, isZsk, ...knot }, now);
  return {
    dnskey: claim(spans.dnskey),
    krrsig: isKsk && !knot.isPublicOnly ? claim(spans.krrsig) : NEVER,
    zrrsig: isZsk && !knot.isPublicOnly ? claim(spans.zrrsig) : NEVER,
    isLeaving: last !== undefined && LATEST_FIRST.indexOf(last) <= LATEST_FIRST.indexOf('retire-active'),
  };
}

/** The same as times of BIND's files, for programs that read no states. */
function timingOfSpans({ timers, isKsk, isZsk }: KnotKey, { dnskey, krrsig, zrrsig }: KnotSpans): KeyTiming {
  const [activate, inactive] = isZsk ? zrrsig : krrsig;
  const times: { readonly [K in keyof KeyTiming]: UnixSeconds | undefined } = {
    publish: dnskey[0],
    activate,
    revoke: timers.revoke,
    inactive,
    delete: dnskey[1],
    syncPublish: isKsk ? (timers.ready ?? timers.active) : undefined,
    syncDelete: isKsk ? earliest(timers['retire-active'], timers.retire) : undefined,
  };
  return Object.fromEntries(Object.entries(times).filter(([, time]) => time !== undefined));
}

/** What Knot believed, in words. */
function remarksOn(knot: KnotKey, now: UnixSeconds): string[] {
  const { timers, isKsk } = knot;
  const since = (name: KnotTimer) => `since ${dateText(timers[name] ?? 0)}`;
  switch (stage(knot, now)) {
    case undefined:
      return ['Knot has not used it yet'];
    case 'pre-active':
      return [`Knot signs with it ${since('pre-active')}, before its DNSKEY is published (algorithm rollover)`];
    case 'publish':
      return [`Knot publishes it ${since('publish')}${isKsk ? '; its DS was not to be submitted yet' : ''}`];
    case 'ready':
      return [`Knot waits for its DS at the parent ${since('ready')}`];
    case 'active':
      return isKsk
        ? [`Knot takes it for active, and its DS to be at the parent, ${since('active')}`]
        : [`Knot takes it for active ${since('active')}`];
    case 'retire-active':
      return [`Knot still signs with it, but another key took over ${since('retire-active')}`];
    case 'retire':
      return [`Knot took it out of use ${since('retire')}`];
    case 'post-active':
      return [`Knot withdrew its DNSKEY ${since('post-active')}, and still signs with it (algorithm rollover)`];
    case 'revoke':
      return [`Knot revoked it ${since('revoke')}`];
    case 'remove':
      return [`Knot removed it ${since('remove')}`];
  }
}
