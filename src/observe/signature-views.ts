/** Whose signatures a server shows over an RRset: told by cryptography, since keys may share a tag. */
import { equalOctets, type Octets, OctetWriter, readU16, readU32 } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { canonicalName, equalNames, nameLength } from '../dns/name.ts';
import { compareCanonicalRdata, writeCanonicalRdata } from '../dns/rdata/canonical.ts';
import { CLASS_IN, typeText } from '../dns/types.ts';
import { publicKeyOf } from '../keys/key.ts';
import { keyTag } from '../keys/key-tag.ts';
import { createVerifier } from '../keys/signature.ts';
import { ABSENT, PRESENT, unknown, type View } from './agreement.ts';
import type { ObservedKey } from './observed-key.ts';
import { RRSIG_FIXED, type ShownRecords } from './shown-records.ts';

/** An RRset at the apex of a zone, as a server shows it, with who may have signed it. */
export interface SignedRrset {
  readonly zone: Octets;
  readonly type: number;
  readonly shown: ShownRecords;
  /** RDATA of the DNSKEY records that the server shows, and of our own. */
  readonly dnskeys: readonly Octets[];
  readonly now: UnixSeconds;
}

/** What became of a signature: `unable` the key's algorithm can't be verified here, `tired` too many were tried. */
type Outcome = 'good' | 'bad' | 'unable' | 'tired';
type Check = (rrsig: Octets, dnskey: Octets) => Outcome;

/** Verifications for one RRset at one server: far more than a zone needs, and few enough where a server is hostile. */
const MAX_VERIFICATIONS = 64;

/**
 * Prepares to tell whether a key signs an RRset. Its signature is there if one verifies with the key and is valid now.
 * It is not there if no RRSIG has the key's tag and algorithm, or those that have verify with another key. All else is
 * unknown: a signature that verifies with no key, or out of its time, helps no resolver, and yet somebody made it.
 *
 * @returns a function to be called for each key
 * @see RFC 4035 §5.3.1, RFC 4035 §5.3.3
 */
export function signatureViews(rrset: SignedRrset): (key: ObservedKey) => View {
  const { shown, type } = rrset;
  if (shown.rdata.length === 0) return () => ABSENT;
  if (!shown.sendsSignatures) return () => unknown('sends no signatures: it takes no note of the DO bit');
  const check = createCheck(rrset);
  return (key) => {
    const others = rrset.dnskeys.filter((dnskey) => isRival(dnskey, key));
    const troubles = shown.signatures
      .filter((rrsig) => isNamedBy(rrsig, key, rrset.zone))
      .map((rrsig) => troubleWith(rrsig, key, others, check, rrset.now));
    if (troubles.includes('none')) return PRESENT;
    const trouble = troubles.find((one) => one !== 'of another key');
    if (trouble === undefined) return ABSENT;
    return unknown(`the signature over ${typeText(type)} by key ${key.keyTag} ${trouble}`);
  };
}

/** What keeps a signature with the key's tag and algorithm from being a valid one of the key. */
function troubleWith(rrsig: Octets, key: ObservedKey, others: readonly Octets[], check: Check, now: UnixSeconds) {
  const outcome = check(rrsig, key.dnskeyRdata);
  // Where the algorithm can't be verified, the tag has to do, unless another key has it too.
  if (outcome === 'good' || (outcome === 'unable' && others.length === 0)) return timeTrouble(rrsig, now);
  if (outcome === 'unable') return 'can be that of another key';
  const verdicts = others.map((dnskey) => check(rrsig, dnskey));
  if (outcome === 'bad' && verdicts.includes('good')) return 'of another key';
  return [outcome, ...verdicts].includes('tired') ? 'is one of too many to check' : 'does not verify';
}

/** Times are serial numbers of 32 bits (RFC 4034 §3.1.5). */
function timeTrouble(rrsig: Octets, now: UnixSeconds) {
  if (((readU32(rrsig, 8) - now) | 0) < 0) return 'has expired';
  return ((now - readU32(rrsig, 12)) | 0) < 0 ? 'is not valid yet' : 'none';
}

/** Another key that an RRSIG with this key's tag and algorithm may be of. */
function isRival(dnskey: Octets, key: ObservedKey): boolean {
  return (
    dnskey.length > 4 &&
    dnskey[3] === key.algorithm &&
    keyTag(dnskey) === key.keyTag &&
    !equalOctets(dnskey, key.dnskeyRdata)
  );
}

function isNamedBy(rrsig: Octets, key: ObservedKey, zone: Octets): boolean {
  return rrsig[2] === key.algorithm && readU16(rrsig, 16) === key.keyTag && equalNames(rrsig, RRSIG_FIXED, zone, 0);
}

function createCheck({ zone, type, shown }: SignedRrset): Check {
  const rdata = [...shown.rdata].sort((a, b) => compareCanonicalRdata(type, a, 0, a.length, b, 0, b.length));
  let left = MAX_VERIFICATIONS;
  return (rrsig, dnskey) => {
    if (left-- <= 0) return 'tired';
    const signature = rrsig.subarray(RRSIG_FIXED + nameLength(rrsig, RRSIG_FIXED));
    try {
      const verify = createVerifier(dnskey[3]!, publicKeyOf(dnskey));
      return verify(signedData(zone, type, rrsig, rdata), signature) ? 'good' : 'bad';
    } catch {
      return 'unable';
    }
  };
}

/**
 * signed_data = RRSIG_RDATA | RR(1) | RR(2) … with RR(i) = owner | type | class | original TTL | RDATA length | RDATA
 *
 * @param records  RDATA in canonical order
 * @see RFC 4034 §3.1.8.1
 */
function signedData(zone: Octets, type: number, rrsig: Octets, records: readonly Octets[]): Octets {
  const owner = canonicalName(zone);
  const out = new OctetWriter(2048);
  out.copy(rrsig, 0, RRSIG_FIXED);
  out.copy(owner);
  for (const rdata of records) {
    const canonical = new OctetWriter(rdata.length);
    writeCanonicalRdata(type, rdata, 0, rdata.length, canonical);
    out.copy(owner);
    out.u16(type);
    out.u16(CLASS_IN);
    out.copy(rrsig, 4, 8);
    out.u16(canonical.length);
    out.copy(canonical.view());
  }
  return out.view();
}
