/** The checks that go name by name: signatures and denial for a range of names, in any thread. */
import type { Octets } from '../base/octets.ts';
import { TYPE } from '../dns/types.ts';
import { coveredType, type Zone } from '../zone/zone.ts';
import { BitmapChecker } from './bitmaps.ts';
import { type FindingBatch, FindingLog } from './findings.ts';
import { NAME_KIND } from './name-kinds.ts';
import { checkNsec } from './nsec.ts';
import { Nsec3Checker } from './nsec3.ts';
import type { Nsec3Chain } from './nsec3-chains.ts';
import { emptyTally, SignatureChecker, type SignatureRules, type SignatureTally } from './signatures.ts';

/** All that a thread must know to check names. Plain data over shared memory. */
export interface RangeSetup extends SignatureRules {
  readonly zone: Zone;
  /** As `classifySignedNames` gives them. */
  readonly kinds: Octets;
  /** Whether the zone has an NSEC chain: its apex has an NSEC record. */
  readonly hasNsec: boolean;
  readonly chains: readonly Nsec3Chain[];
  /** The TTL that NSEC and NSEC3 should have: min(SOA TTL, SOA minimum); −1 where there is no SOA. */
  readonly denialTtl: number;
  /** Errors that are kept. */
  readonly limit: number;
}

/** Names `first` ≤ name < `end`. */
export interface NameRange {
  readonly first: number;
  readonly end: number;
}

/** What a range of names amounts to. */
export interface RangeResult {
  readonly batch: FindingBatch;
  readonly tally: SignatureTally;
}

/** Makes the function that checks one range; it keeps its buffers from one range to the next. */
export function createRangeChecker(setup: RangeSetup): (range: NameRange) => RangeResult {
  const checker = new RangeChecker(setup);
  return (range) => checker.check(range);
}

class RangeChecker {
  readonly #setup: RangeSetup;
  readonly #log: FindingLog;
  readonly #signatures: SignatureChecker;
  readonly #bitmap: BitmapChecker;
  readonly #nsec3: readonly Nsec3Checker[];

  constructor(setup: RangeSetup) {
    const { zone, kinds, chains, limit } = setup;
    this.#setup = setup;
    this.#log = new FindingLog(zone, limit);
    this.#signatures = new SignatureChecker(zone, setup, this.#log);
    this.#bitmap = new BitmapChecker(zone);
    this.#nsec3 = chains.map((chain) => new Nsec3Checker(zone, kinds, chain, this.#bitmap, this.#log));
  }

  check({ first, end }: NameRange): RangeResult {
    for (let name = first; name < end; name++) this.#checkName(name);
    const tally = { ...this.#signatures.tally, byKey: this.#signatures.tally.byKey.slice() };
    Object.assign(this.#signatures.tally, { ...emptyTally(0), byKey: this.#signatures.tally.byKey.fill(0) });
    return { batch: this.#log.take(), tally };
  }

  /** Walks RRsets and RRSIGs of a name side by side: both are in the order of types. */
  #checkName(name: number): void {
    const { zone, kinds } = this.#setup;
    const { rrsetType, rrsetFirst } = zone;
    const kind = kinds[name]!;
    const end = zone.nameFirst[name + 1]!;
    let signature = zone.nameFirst[name]!;
    while (signature < end && rrsetType[signature]! < TYPE.RRSIG) signature++;
    let signaturesEnd = signature;
    while (signaturesEnd < end && rrsetType[signaturesEnd] === TYPE.RRSIG) signaturesEnd++;
    let nsec = -1;
    for (let rrset = zone.nameFirst[name]!; rrset < end; rrset++) {
      const type = rrsetType[rrset]!;
      if (type === TYPE.RRSIG) continue;
      if (type === TYPE.NSEC) nsec = rrset;
      let signatures = -1;
      for (; signature < signaturesEnd; signature++) {
        const covered = coveredType(zone, rrsetFirst[signature]!);
        if (covered > type) break;
        if (covered === type) signatures = signature;
        else this.#reportOrphan(name, signature, covered);
      }
      this.#checkRrset(name, kind, rrset, type, signatures);
    }
    for (; signature < signaturesEnd; signature++) {
      this.#reportOrphan(name, signature, coveredType(zone, rrsetFirst[signature]!));
    }
    this.#checkDenial(name, kind, nsec);
  }

  #checkRrset(name: number, kind: number, rrset: number, type: number, signatures: number): void {
    if (isSigned(kind, type)) {
      this.#signatures.checkRrset(name, rrset, signatures);
    } else if (signatures >= 0) {
      const reason = () => `it is signed, but ${unsignedReason(kind)}`;
      this.#log.report('signature-unexpected', name, type, reason, this.#setup.zone.rrsetFirst[signatures]);
    }
    if (type === TYPE.NSEC || type === TYPE.NSEC3) this.#checkTtl(name, rrset, type);
  }

  #checkTtl(name: number, rrset: number, type: number): void {
    const { zone, denialTtl } = this.#setup;
    const ttl = zone.rrsetTtl[rrset]!;
    if (ttl === denialTtl || denialTtl < 0) return;
    const reason = () => `its TTL is ${ttl}; by the SOA it should be ${denialTtl} (RFC 9077 §3)`;
    this.#log.report('denial-ttl', name, type, reason, zone.rrsetFirst[rrset]);
  }

  #reportOrphan(name: number, rrset: number, covered: number): void {
    const { rrsetFirst } = this.#setup.zone;
    const reason = () =>
      covered === TYPE.RRSIG ? 'signatures are never signed' : 'it has a signature, but there is no such RRset';
    this.#log.report('signature-orphaned', name, covered, reason, rrsetFirst[rrset]);
  }

  #checkDenial(name: number, kind: number, nsec: number): void {
    const { zone, kinds, hasNsec } = this.#setup;
    if (nsec >= 0 && (kind > NAME_KIND.delegation || !hasNsec)) {
      const reason = () =>
        kind === NAME_KIND.occluded
          ? `it has an NSEC record, but ${unsignedReason(kind)}`
          : 'the apex has no NSEC record';
      this.#log.report('nsec-unexpected', name, TYPE.NSEC, reason, zone.rrsetFirst[nsec]);
    }
    if (kind > NAME_KIND.delegation) return;
    if (nsec >= 0 && this.#isAlone(name)) {
      const reason = () => 'the name has nothing else, and so should have no NSEC record (RFC 4035 §2.3)';
      this.#log.report('nsec-alone', name, TYPE.NSEC, reason, zone.rrsetFirst[nsec]);
    }
    if (hasNsec || this.#nsec3.length > 0) this.#bitmap.expect(name, kind);
    if (hasNsec) checkNsec(zone, kinds, name, nsec, this.#bitmap, this.#log);
    for (const nsec3 of this.#nsec3) nsec3.checkName(name);
    for (const nsec3 of this.#nsec3) nsec3.checkEmptyNonTerminals(name);
  }

  /** Whether a name with an NSEC record has nothing else but signatures. */
  #isAlone(name: number): boolean {
    const { nameFirst, rrsetType } = this.#setup.zone;
    for (let rrset = nameFirst[name]!; rrset < nameFirst[name + 1]!; rrset++) {
      if (rrsetType[rrset] !== TYPE.NSEC && rrsetType[rrset] !== TYPE.RRSIG) return false;
    }
    return true;
  }
}

/** Whether the zone signs an RRset of that type at a name of that kind (RFC 4035 §2.2). */
function isSigned(kind: number, type: number): boolean {
  if (kind === NAME_KIND.authoritative) return true;
  if (kind === NAME_KIND.delegation) return type === TYPE.DS || type === TYPE.NSEC || type === TYPE.NSEC3;
  return kind === NAME_KIND.nsec3Only;
}

function unsignedReason(kind: number): string {
  return kind === NAME_KIND.delegation
    ? 'at a delegation the zone signs DS and NSEC only'
    : 'the name lies below a delegation or a DNAME';
}
