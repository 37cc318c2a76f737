/** What the verifier has to say: findings of stable kinds, counted all, kept up to a limit. */
import type { UnixSeconds } from '../base/time.ts';
import { printTimestamp } from '../base/time.ts';
import { friendlyName } from '../dns/name.ts';
import { typeText } from '../dns/types.ts';
import type { Zone } from '../zone/zone.ts';

/** An error makes validating resolvers fail, now or at one of the instants asked for; a warning does not. */
export type Severity = 'error' | 'warning';

/** Every kind of finding and its severity. Scripts rely on the names; `docs/verifying.md` explains each. */
export const FINDING_KINDS = {
  'no-soa': 'error',
  'no-dnskey': 'error',
  'dnskey-invalid': 'error',
  'dnskey-too-many': 'error',
  'dnskey-unsigned': 'error',
  'dnskey-algorithm-unsigned': 'error',
  'revoked-key-unsigned': 'error',
  'key-tag-crowded': 'error',
  'ds-mismatch': 'error',
  'ds-algorithm-missing': 'error',

  unsigned: 'error',
  'algorithm-missing': 'error',
  'signature-malformed': 'error',
  'signature-signer': 'error',
  'signature-labels': 'error',
  'signature-original-ttl': 'error',
  'signature-times-inverted': 'error',
  'signature-not-yet-valid': 'error',
  'signature-expired': 'error',
  'signature-wrong': 'error',
  'signature-unexpected': 'error',
  'signature-orphaned': 'error',
  'signatures-too-many': 'error',

  'no-denial': 'error',
  'nsec-missing': 'error',
  'nsec-unexpected': 'error',
  'nsec-multiple': 'error',
  'nsec-next-name': 'error',
  'nsec-bitmap': 'error',

  'nsec3param-unsupported': 'error',
  'nsec3param-too-many': 'error',
  'nsec3-iterations-excessive': 'error',
  'nsec3-malformed': 'error',
  'nsec3-parameters': 'error',
  'nsec3-flags': 'error',
  'nsec3-multiple': 'error',
  'nsec3-missing': 'error',
  'nsec3-not-opted-out': 'error',
  'nsec3-stray': 'error',
  'nsec3-next-owner': 'error',
  'nsec3-bitmap': 'error',
  'nsec3-collision': 'error',

  'zonemd-mismatch': 'error',
  'zonemd-serial': 'error',
  'zonemd-duplicate': 'error',

  'dnskey-unsupported': 'warning',
  'dnskey-no-sep': 'warning',
  'dnskey-not-a-zone-key': 'warning',
  'dnskey-weak-algorithm': 'warning',
  'algorithm-idle': 'warning',
  'key-tag-shared': 'warning',
  'ds-idle': 'warning',
  'signature-key-unknown': 'warning',
  'signature-ttl': 'warning',
  'nsec-alone': 'warning',
  'denial-ttl': 'warning',
  'nsec3param-flags': 'warning',
  'nsec3-iterations': 'warning',
  'zonemd-unsupported': 'warning',
  'zonemd-partial': 'warning',
  'cds-mismatch': 'warning',
  'cds-inconsistent': 'warning',
  'expires-soon': 'warning',
  'expires-before-soa-expire': 'warning',
} as const satisfies Record<string, Severity>;
/** The stable name of a kind of finding. */
export type FindingKind = keyof typeof FINDING_KINDS;

/** One thing that is wrong, or unwise, at one place of the zone. */
export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** Owner name without the trailing dot. */
  readonly owner: string;
  /** Mnemonic of the RRset's type: for a signature, the covered type. */
  readonly type: string;
  /** What is wrong, as the rest of a sentence that starts with owner and type. */
  readonly reason: string;
  readonly keyTag?: number;
  /** Line of the record in the zone file, from 1, where it has one. */
  readonly line?: number;
}

/** Findings of one part of the work, in plain data that can cross threads. */
export interface FindingBatch {
  readonly findings: readonly Finding[];
  /** How many there were of each kind, kept or not. */
  readonly counts: Readonly<Partial<Record<FindingKind, number>>>;
}

/** Warnings of one kind that are kept; the rest are counted only, so that they never crowd out an error. */
const WARNINGS_OF_A_KIND = 5;

/** Says a finding as one sentence: `www.example.com A: the signature by key 4711 does not verify`. */
export function printFinding(finding: Finding): string {
  return `${finding.owner} ${finding.type}: ${finding.reason}`;
}

/** Prints a point in time for people: `2026-11-21 01:22:33 UTC`. */
export function printInstant(time: UnixSeconds): string {
  const t = printTimestamp(time);
  return `${t.slice(0, 4)}-${t.slice(4, 6)}-${t.slice(6, 8)} ${t.slice(8, 10)}:${t.slice(10, 12)}:${t.slice(12)} UTC`;
}

/**
 * Collects findings of one zone: the first `limit` errors and a few warnings of each kind are kept, all are counted.
 */
export class FindingLog {
  readonly #zone: Zone;
  readonly #limit: number;
  readonly #counts: Partial<Record<FindingKind, number>> = {};
  #findings: Finding[] = [];
  #errorsKept = 0;

  /** @param limit  errors kept, 0 or more */
  constructor(zone: Zone, limit: number) {
    this.#zone = zone;
    this.#limit = limit;
  }

  /**
   * Notes a finding at a name of the zone.
   *
   * @param type    the RRset's type number; for a signature, the covered type
   * @param reason  makes the text, and is called only if the finding is kept
   * @param record  the record it is about, for its line, or -1
   */
  report(kind: FindingKind, name: number, type: number, reason: () => string, record = -1, keyTag?: number): void {
    if (!this.#admits(kind)) return;
    const owner = this.#zone.nameCount > 0 ? friendlyName(this.#zone.octets, this.#zone.nameOwner[name]!) : '.';
    this.#keep(kind, owner, typeText(type), reason(), record, keyTag);
  }

  /** Notes a finding at a name that has no records of its own, given in wire form. */
  reportOwner(kind: FindingKind, owner: Uint8Array, type: number, reason: () => string, record = -1): void {
    if (this.#admits(kind)) this.#keep(kind, friendlyName(owner), typeText(type), reason(), record, undefined);
  }

  #admits(kind: FindingKind): boolean {
    const count = (this.#counts[kind] ?? 0) + 1;
    this.#counts[kind] = count;
    return this.#hasRoom(FINDING_KINDS[kind], count);
  }

  #hasRoom(severity: Severity, count: number): boolean {
    return severity === 'error' ? this.#errorsKept < this.#limit : count <= WARNINGS_OF_A_KIND;
  }

  #keep(kind: FindingKind, owner: string, type: string, reason: string, record: number, keyTag?: number): void {
    const severity: Severity = FINDING_KINDS[kind];
    if (severity === 'error') this.#errorsKept++;
    const line = record < 0 ? 0 : this.#zone.line[record]!;
    this.#findings.push({
      kind,
      severity,
      owner,
      type,
      reason,
      ...(keyTag === undefined ? {} : { keyTag }),
      ...(line > 0 ? { line } : {}),
    });
  }

  /** Takes in what another log collected. */
  absorb(batch: FindingBatch): void {
    const met: Partial<Record<FindingKind, number>> = {};
    for (const finding of batch.findings) {
      const { kind, severity } = finding;
      met[kind] = (met[kind] ?? 0) + 1;
      if (!this.#hasRoom(severity, (this.#counts[kind] ?? 0) + met[kind])) continue;
      if (severity === 'error') this.#errorsKept++;
      this.#findings.push(finding);
    }
    for (const [kind, count] of Object.entries(batch.counts) as [FindingKind, number][]) {
      this.#counts[kind] = (this.#counts[kind] ?? 0) + count;
    }
  }

  /** What was collected since the last call; the limit goes on counting. */
  take(): FindingBatch {
    const batch = { findings: this.#findings, counts: { ...this.#counts } };
    this.#findings = [];
    for (const kind of Object.keys(this.#counts) as FindingKind[]) delete this.#counts[kind];
    return batch;
  }
}

/** How many findings of a severity the counts hold. */
export function countFindings(counts: FindingBatch['counts'], severity: Severity): number {
  let total = 0;
  for (const [kind, count] of Object.entries(counts) as [FindingKind, number][]) {
    if (FINDING_KINDS[kind] === severity) total += count;
  }
  return total;
}
