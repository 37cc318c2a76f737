/**
 * Signs and prints a section of a zone: a range of the items that `layOut` ordered.
 *
 * Sections do not depend on each other, so any number of threads can work on one zone; their texts, one after
 * another, are the signed zone file.
 */
import { type Octets, OctetWriter, readU32 } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { canonicalName } from '../dns/name.ts';
import { hasFoldedNames, writeCanonicalRdata } from '../dns/rdata/rdata.ts';
import { TYPE, typeText } from '../dns/types.ts';
import { NAME_KIND } from '../zone/cuts.ts';
import { findRrset, type Zone } from '../zone/zone.ts';
import { writeNsec3Rdata, writeNsecRdata } from './denial-records.ts';
import { wasSignedBy } from './known-signer.ts';
import { HASHED_LABEL, writeHashedKey } from './layout.ts';
import { OwnerLines } from './owner-line.ts';
import type { ActiveKey } from './parameters.ts';
import { findKeptSignature, isSameRrset, type KeepRule, NameCursor } from './previous.ts';
import { RrsetSigner } from './rrset-signer.ts';
import type { Section, SignedSection, SigningPlan } from './signing-plan.ts';
import { ZonemdSection } from './zonemd-section.ts';

/** Signs sections of one plan. */
export class SectionSigner {
  readonly #plan: SigningPlan;
  readonly #zone: Zone;
  readonly #keyKeys: readonly ActiveKey[];
  readonly #dataKeys: readonly ActiveKey[];
  readonly #rules: ReadonlyMap<ActiveKey, KeepRule>;
  readonly #rrset: RrsetSigner;
  readonly #cursor: NameCursor | undefined;
  readonly #lines: OwnerLines;
  readonly #digest: ZonemdSection | undefined;
  readonly #hashedOwner: Octets;
  readonly #hashedKey = new OctetWriter(HASHED_LABEL + 1);
  readonly #rdata = new OctetWriter(512);

  // The item that is being signed.
  #spread = 0;
  #previousName = -1;
  /** Whether the present RRset lies in canonical form in the signer. */
  #built = false;

  // What the section comes to.
  #records = 0;
  #signedRrsets = 0;
  #made = 0;
  #kept = 0;
  #soonest = 0;
  #zonemdAt = -1;
  /** Looks for differences to the previous zone only: prints and signs nothing. */
  #probing = false;
  #differs = false;

  constructor(plan: SigningPlan) {
    this.#plan = plan;
    this.#zone = plan.zone;
    this.#keyKeys = plan.keys.filter((key) => key.signsKeys);
    this.#dataKeys = plan.keys.filter((key) => key.signsData);
    const signer = canonicalName(plan.zone.origin);
    const { now, refresh, expiration } = plan.validity;
    this.#rules = new Map(
      earlierSigners(plan).map((key) => [
        key,
        { algorithm: key.algorithm, keyTag: key.keyTag, signer, now, freshUntil: now + refresh, latest: expiration },
      ]),
    );
    this.#rrset = new RrsetSigner(signer, plan.keys, plan.validity, plan.seed);
    this.#cursor = plan.previous === undefined ? undefined : new NameCursor(plan.previous);
    this.#lines = new OwnerLines(plan.zone.class);
    this.#digest = plan.zonemd ? new ZonemdSection() : undefined;
    this.#hashedOwner = new Uint8Array(1 + HASHED_LABEL + plan.zone.origin.length);
    this.#hashedOwner[0] = HASHED_LABEL;
    this.#hashedOwner.set(plan.zone.origin, 1 + HASHED_LABEL);
  }

  /** Signs and prints the items `from..to)` of the plan's order. */
  sign({ from, to }: Section): SignedSection {
    this.#start();
    for (let i = from; i < to; i++) this.#signItem(this.#plan.order[i]!);
    return this.#finish();
  }

  /** Signs and prints the apex's ZONEMD alone: with zeros to learn its length, or once its digest is known. */
  signZonemd(): SignedSection {
    this.#start();
    this.#lines.begin(this.#zone.octets, this.#zone.nameOwner[0]!);
    this.#spread = 0;
    this.#previousName = -1;
    this.#signRrset(findRrset(this.#zone, 0, TYPE.ZONEMD), this.#dataKeys);
    return this.#finish();
  }

  /**
   * Compares the previous zone with what signing would come to: the same records, every signature fresh.
   *
   * @returns the earliest expiration of its signatures, or undefined where anything differs
   */
  findUnchanged(): UnixSeconds | undefined {
    const { previous, order } = this.#plan;
    if (previous === undefined || previous.nameCount !== order.length) return undefined;
    this.#start();
    this.#probing = true;
    for (let i = 0; i < order.length && !this.#differs; i++) {
      this.#signItem(order[i]!);
      if (this.#previousName !== i) this.#differs = true;
    }
    this.#probing = false;
    return !this.#differs && this.#records === previous.recordCount ? this.#soonest : undefined;
  }

  #start(): void {
    this.#lines.text.clear();
    this.#digest?.clear();
    this.#cursor?.reset();
    this.#records = this.#signedRrsets = this.#made = this.#kept = this.#soonest = 0;
    this.#zonemdAt = -1;
    this.#differs = false;
  }

  #finish(): SignedSection {
    return {
      text: this.#lines.text.take(),
      digested: this.#digest?.take() ?? new Uint8Array(0),
      zonemdAt: this.#zonemdAt,
      records: this.#records,
      signedRrsets: this.#signedRrsets,
      made: this.#made,
      kept: this.#kept,
      soonest: this.#soonest,
    };
  }

  #signItem(item: number): void {
    if (item < this.#zone.nameCount) this.#signName(item);
    else this.#signChainEntry(item - this.#zone.nameCount);
    this.#digest?.endName();
  }

  #signName(name: number): void {
    const { nameOwner, nameFirst, rrsetType, keys, nameKey } = this.#zone;
    this.#lines.begin(this.#zone.octets, nameOwner[name]!);
    this.#spread = name;
    this.#previousName = this.#cursor?.seek(keys, nameKey[name]!, nameKey[name + 1]!) ?? -1;
    const kind = this.#plan.kinds[name]!;
    const soa = name === 0 ? findRrset(this.#zone, 0, TYPE.SOA) : -1;
    if (soa >= 0) this.#signRrset(soa, this.#dataKeys);
    for (let rrset = nameFirst[name]!; rrset < nameFirst[name + 1]!; rrset++) {
      if (rrset === soa) continue;
      const type = rrsetType[rrset]!;
      if (type === TYPE.ZONEMD && name === 0 && this.#plan.zonemd && !this.#probing)
        this.#zonemdAt = this.#lines.text.length;
      else if (kind === NAME_KIND.authoritative || (kind === NAME_KIND.delegation && type === TYPE.DS)) {
        this.#signRrset(rrset, isKeyType(type) ? this.#keyKeys : this.#dataKeys);
      } else this.#signRrset(rrset, NO_KEYS);
    }
    if (this.#plan.denial.type === 'nsec' && kind !== NAME_KIND.occluded) this.#signNsec(name);
  }

  /** Prints the zone's RRset and its signatures by `keys`. */
  #signRrset(rrset: number, keys: readonly ActiveKey[]): void {
    const { rrsetType, rrsetTtl, rrsetFirst, rdata, rdataLength, octets } = this.#zone;
    const type = rrsetType[rrset]!;
    const ttl = rrsetTtl[rrset]!;
    const word = typeText(type);
    const first = rrsetFirst[rrset]!;
    const end = rrsetFirst[rrset + 1]!;
    for (let r = first; r < end; r++) this.#print(type, word, ttl, octets, rdata[r]!, rdata[r]! + rdataLength[r]!);
    this.#built = false;
    if (this.#digest !== undefined && !this.#probing) this.#digest.addRecords(type, this.#build(rrset));
    if (keys.length > 0) this.#addSignatures(type, ttl, keys, this.#hasSameRrset(rrset, type), rrset);
    else if (this.#probing && !this.#hasSameRrset(rrset, type)) this.#differs = true;
  }

  /** Puts the RRset into canonical form: the zone's RRset, or (rrset < 0) the single record in `#rdata`. */
  #build(rrset: number, denialType = 0): Octets {
    const { rrsetType, rrsetTtl, rrsetFirst, rdata, rdataLength, octets } = this.#zone;
    const type = rrset < 0 ? denialType : rrsetType[rrset]!;
    const ttl = rrset < 0 ? this.#plan.denialTtl : rrsetTtl[rrset]!;
    const { octets: owner, offset, length } = this.#lines;
    this.#rrset.begin(owner, offset, length, type, this.#zone.class, ttl);
    if (rrset < 0) {
      this.#rrset.beginRecord().copy(this.#rdata.bytes, 0, this.#rdata.length);
      this.#rrset.endRecord();
    } else {
      const folded = hasFoldedNames(type);
      for (let r = rrsetFirst[rrset]!; r < rrsetFirst[rrset + 1]!; r++) {
        const into = this.#rrset.beginRecord();
        const at = rdata[r]!;
        if (folded) writeCanonicalRdata(type, octets, at, at + rdataLength[r]!, into);
        else into.copy(octets, at, at + rdataLength[r]!);
        this.#rrset.endRecord();
      }
    }
    this.#built = true;
    return this.#rrset.records();
  }

  /** Whether the previous zone has the same RRset at this name. */
  #hasSameRrset(rrset: number, type: number): boolean {
    if (this.#previousName < 0) return false;
    const old = findRrset(this.#plan.previous!, this.#previousName, type);
    if (old < 0) return false;
    // A digest is the same where everything else is; only looking for differences comes here with one.
    return (type === TYPE.ZONEMD && this.#probing) || isSameRrset(this.#zone, rrset, this.#plan.previous!, old);
  }

  /** Keeps or makes one signature for each key. */
  #addSignatures(type: number, ttl: number, keys: readonly ActiveKey[], same: boolean, rrset: number): void {
    this.#signedRrsets++;
    for (const key of keys) {
      let rdata = same ? this.#keepSignature(type, ttl, key) : undefined;
      if (rdata === undefined && this.#probing) {
        this.#differs = true;
        return;
      }
      if (rdata === undefined) {
        if (!this.#built) this.#build(rrset, type);
        rdata = this.#rrset.sign(key, type, this.#lines.labels, ttl, this.#spread);
        this.#made++;
      } else this.#kept++;
      const expiration = readU32(rdata, 8);
      if (this.#soonest === 0 || expiration < this.#soonest) this.#soonest = expiration;
      this.#print(TYPE.RRSIG, 'RRSIG', ttl, rdata, 0, rdata.length);
      if (this.#digest !== undefined && !this.#probing) {
        this.#rrset.appendSignatureRecord(this.#lines.length, ttl, rdata, this.#digest.beginSignature());
      }
    }
  }

  #keepSignature(type: number, ttl: number, key: ActiveKey): Octets | undefined {
    const { previous } = this.#plan;
    const rule = this.#rules.get(key);
    if (rule === undefined) return undefined;
    const record = findKeptSignature(previous!, this.#previousName, type, ttl, this.#lines.labels, rule);
    if (record < 0) return undefined;
    const at = previous!.rdata[record]!;
    return previous!.octets.subarray(at, at + previous!.rdataLength[record]!);
  }

  #print(type: number, word: string, ttl: number, octets: Octets, start: number, end: number): void {
    this.#records++;
    if (!this.#probing) this.#lines.print(type, word, ttl, octets, start, end);
  }

  /** Prints and signs a record that the zone itself does not hold: its RDATA is in `#rdata`. */
  #signDenial(type: number, word: string): void {
    const { denialTtl } = this.#plan;
    this.#print(type, word, denialTtl, this.#rdata.bytes, 0, this.#rdata.length);
    this.#built = false;
    if (this.#digest !== undefined && !this.#probing) this.#digest.addRecords(type, this.#build(-1, type));
    this.#addSignatures(type, denialTtl, this.#dataKeys, this.#hasSameDenial(type), -1);
  }

  #hasSameDenial(type: number): boolean {
    const { previous, denialTtl } = this.#plan;
    if (this.#previousName < 0) return false;
    const old = findRrset(previous!, this.#previousName, type);
    if (old < 0 || previous!.rrsetTtl[old] !== denialTtl) return false;
    const record = previous!.rrsetFirst[old]!;
    const { bytes, length } = this.#rdata;
    if (previous!.rrsetFirst[old + 1]! - record !== 1 || previous!.rdataLength[record] !== length) return false;
    const at = previous!.rdata[record]!;
    for (let i = 0; i < length; i++) if (previous!.octets[at + i] !== bytes[i]) return false;
    return true;
  }

  #signNsec(name: number): void {
    writeNsecRdata(this.#plan, name, this.#rdata);
    this.#signDenial(TYPE.NSEC, 'NSEC');
  }

  #signChainEntry(entry: number): void {
    const { chain, denial } = this.#plan;
    if (chain === undefined || denial.type !== 'nsec3') throw new TypeError('an item without a chain');
    writeHashedKey(chain, entry, this.#hashedKey);
    this.#previousName = this.#cursor?.seek(this.#hashedKey.bytes, 0, HASHED_LABEL + 1) ?? -1;
    for (let i = 0; i < HASHED_LABEL; i++) {
      const octet = this.#hashedKey.bytes[i]!;
      this.#hashedOwner[1 + i] = octet >= 0x61 ? octet - 0x20 : octet;
    }
    this.#lines.begin(this.#hashedOwner, 0);
    this.#spread = this.#zone.nameCount + entry;
    writeNsec3Rdata(this.#plan, chain, denial, entry, this.#rdata);
    this.#signDenial(TYPE.NSEC3, 'NSEC3');
  }
}

/** Keys whose signatures in the previous zone may stay. */
function earlierSigners({ previous, keys }: SigningPlan): readonly ActiveKey[] {
  return previous === undefined ? [] : keys.filter((key) => wasSignedBy(previous, key));
}

const NO_KEYS: readonly ActiveKey[] = [];

/** Types that the key signing keys sign (RFC 4035 §2.1, RFC 7344 §4.1). */
function isKeyType(type: number): boolean {
  return type === TYPE.DNSKEY || type === TYPE.CDS || type === TYPE.CDNSKEY;
}
