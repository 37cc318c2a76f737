/** Where a zone stands: from what lies on disk to a condition, what is wrong, and what is due next. */
import { type DnssecError, EXIT, type ExitCode } from '../base/errors.ts';
import { printDuration, roundDuration, type Seconds, type UnixSeconds } from '../base/time.ts';
import { type SignedFacts, signersOf } from '../zone/signed-facts.ts';
import { judgeKeys, type KeysOnDisk } from './key-status.ts';
import type { Policy } from './policy.ts';
import type { Roll } from './rolls.ts';
import type { ZoneSummary } from './zone-summary.ts';

/** Every condition, the worst first: what it is called, and the exit code that it comes to. */
export const CONDITIONS = {
  expired: { words: 'expired', exit: EXIT.findings },
  damaged: { words: 'signed file damaged', exit: EXIT.findings },
  early: { words: 'not valid yet', exit: EXIT.findings },
  unreadable: { words: 'signed file unreadable', exit: EXIT.failed },
  ending: { words: 'signatures end soon', exit: EXIT.failed },
  keys: { words: 'key problem', exit: EXIT.failed },
  sourceless: { words: 'zone file unreadable', exit: EXIT.failed },
  unsigned: { words: 'not signed yet', exit: EXIT.failed },
  stuck: { words: 'rollover stuck', exit: EXIT.failed },
  person: { words: 'waits for you', exit: EXIT.waiting },
  late: { words: 'others are late', exit: EXIT.waiting },
  changed: { words: 'zone file newer', exit: EXIT.done },
  insecure: { words: 'not signed, as asked', exit: EXIT.done },
  signed: { words: 'signed', exit: EXIT.done },
} as const satisfies Record<string, { words: string; exit: ExitCode }>;
/** The name of a condition: stable, for scripts. */
export type ZoneCondition = keyof typeof CONDITIONS;

const ORDER = Object.keys(CONDITIONS) as ZoneCondition[];

/** A signed zone file that could be looked at. */
export interface SignedOnDisk extends SignedFacts {
  /** When it was signed, by its first line, else when it was written. */
  readonly signed: UnixSeconds;
  readonly saltDrawn: UnixSeconds | undefined;
}

/** What lies on disk of a zone. */
export interface ZoneOnDisk {
  readonly name: string;
  /** What a command has to be given to mean the zone: its name, or its file. */
  readonly argument: string;
  /** When the zone file was written, or why it can't be read. */
  readonly zoneFile: UnixSeconds | DnssecError;
  /** Whether it, or a file that it includes, changed since it was last looked at; undefined: its time has to tell. */
  readonly isEdited: boolean | undefined;
  /** Undefined: there is none. */
  readonly signedFile: SignedOnDisk | DnssecError | undefined;
  readonly keys: KeysOnDisk;
  /** Where its rollovers stand, or why that can't be told; undefined: its keys are not rolled by this program. */
  readonly rollover: RolloverStatus | DnssecError | undefined;
}

/** Where the rollovers of a zone stand. */
export interface RolloverStatus {
  readonly summary: ZoneSummary;
  /** Those that are under way. */
  readonly rolls: readonly Roll[];
}

/** Something that a person should know of a zone. */
export interface ZoneRemark {
  readonly condition: ZoneCondition;
  readonly message: string;
  readonly hint?: string;
}

/** What happens next: signatures, the salt or the keys in use become due for a change, by the next `sign` then. */
export interface DueChange {
  readonly what: 'signatures' | 'salt' | 'keys';
  readonly at: UnixSeconds;
}

/** Where a zone stands. */
export interface ZoneStatus {
  /** The worst of the remarks; `signed` without any. */
  readonly condition: ZoneCondition;
  /** The worst first. */
  readonly remarks: readonly ZoneRemark[];
  /** The first one first; what lies in the past is due now. */
  readonly due: readonly DueChange[];
}

/** Signatures end soon when less than this part of the refresh time is left: then several daily runs have failed. */
const SOON_PART = 2;

/** Says where a zone stands. */
export function judgeZone(zone: ZoneOnDisk, policy: Policy, now: UnixSeconds): ZoneStatus {
  const { signedFile, argument } = zone;
  const signed = isSigned(signedFile) ? signedFile : undefined;
  const remarks = [
    ...judgeFiles(zone),
    ...(signed === undefined ? [] : judgeSignatures(signed, argument, policy, now)),
    ...judgeRollover(zone.rollover),
    ...keyRemarks(zone, signed, policy).map((remark) => ({
      condition: 'keys' as const,
      ...remark,
    })),
  ].sort((a, b) => ORDER.indexOf(a.condition) - ORDER.indexOf(b.condition));
  return { condition: remarks[0]?.condition ?? 'signed', remarks, due: listDue(signed, zone, policy) };
}

/** A zone that is to have no keys misses none. */
function keyRemarks({ keys, name }: ZoneOnDisk, signed: SignedOnDisk | undefined, policy: Policy) {
  const isIdle = keys.keys.length === 0 || (keys.plan?.keySigners.length === 0 && keys.problems.length === 0);
  if (policy.keys.kind === 'none' && isIdle && signed?.firstEnd === undefined) return [];
  return judgeKeys(keys, name, signed === undefined ? [] : signersOf(signed));
}

/** Orders zones by how bad they are, then by name. */
export function compareStatus(a: ZoneStatus & { name: string }, b: ZoneStatus & { name: string }): number {
  return ORDER.indexOf(a.condition) - ORDER.indexOf(b.condition) || (a.name < b.name ? -1 : Number(a.name > b.name));
}

/** The exit code for several zones: that of the worst. */
export function statusExit(zones: readonly ZoneStatus[]): ExitCode {
  const worst = Math.min(ORDER.length - 1, ...zones.map(({ condition }) => ORDER.indexOf(condition)));
  return CONDITIONS[ORDER[worst]!].exit;
}

function isSigned(file: ZoneOnDisk['signedFile']): file is SignedOnDisk {
  return file !== undefined && !(file instanceof Error);
}

function judgeFiles({ argument, zoneFile, isEdited, signedFile }: ZoneOnDisk): ZoneRemark[] {
  const remarks: ZoneRemark[] = [];
  const sign = `Sign it with "dnssec sign ${argument}".`;
  if (zoneFile instanceof Error) remarks.push(fault('sourceless', zoneFile));
  if (signedFile === undefined) remarks.push({ condition: 'unsigned', message: 'there is no signed file', hint: sign });
  else if (signedFile instanceof Error) {
    remarks.push(fault(signedFile.code === 'ZONE_INVALID' ? 'damaged' : 'unreadable', signedFile));
  } else if (typeof zoneFile === 'number' && (isEdited ?? zoneFile > signedFile.signed)) {
    remarks.push({ condition: 'changed', message: 'the zone file was written after the signed one', hint: sign });
  }
  return remarks;
}

/** What a person has to know of the rollovers; the rest goes its way. */
function judgeRollover(rollover: ZoneOnDisk['rollover']): ZoneRemark[] {
  if (rollover === undefined) return [];
  if (rollover instanceof Error) return [fault('keys', rollover)];
  const { concern, text, hint } = rollover.summary;
  const condition = REMARKABLE[concern];
  return condition === undefined ? [] : [{ condition, message: text, ...(hint === undefined ? {} : { hint }) }];
}

const REMARKABLE: Readonly<Partial<Record<ZoneSummary['concern'], ZoneCondition>>> = {
  files: 'keys',
  stuck: 'stuck',
  person: 'person',
  late: 'late',
};

function fault(condition: ZoneCondition, { message, hint }: DnssecError): ZoneRemark {
  return { condition, message, ...(hint === undefined ? {} : { hint }) };
}

/** A signature is good from its inception until its expiration, both included (RFC 4035 §5.3.1). */
function judgeSignatures(
  { firstEnd, begin }: SignedOnDisk,
  argument: string,
  { signatures: { refresh }, keys }: Policy,
  now: UnixSeconds,
): ZoneRemark[] {
  const hint = `Renew them with "dnssec sign ${argument}", and see to it that this runs daily.`;
  if (firstEnd === undefined && keys.kind === 'none') {
    return [{ condition: 'insecure', message: 'the zone is not signed, as its policy asks' }];
  }
  if (firstEnd === undefined) {
    return [
      { condition: 'damaged', message: 'the signed file holds no signatures', hint: 'Sign it anew with --full.' },
    ];
  }
  const left = firstEnd - now;
  if (left < 0) return [{ condition: 'expired', message: `signatures ended ${words(-left)} ago`, hint }];
  const remarks: ZoneRemark[] = [];
  if (begin !== undefined && begin > now) {
    const message = `signatures begin in ${words(begin - now)} only`;
    remarks.push({ condition: 'early', message, hint: 'Look at the clock; then sign it anew with --full.' });
  }
  if (left < refresh / SOON_PART) {
    const message = `signatures end in ${words(left)}; they should have been renewed by now`;
    remarks.push({ condition: 'ending', message, hint });
  }
  return remarks;
}

function words(duration: Seconds): string {
  return printDuration(roundDuration(duration));
}

function listDue(signed: SignedOnDisk | undefined, { keys, rollover }: ZoneOnDisk, policy: Policy): DueChange[] {
  const due: DueChange[] = [];
  const add = (what: DueChange['what'], at: UnixSeconds | undefined) => {
    if (at !== undefined) due.push({ what, at });
  };
  if (signed?.firstEnd !== undefined) add('signatures', signed.firstEnd - policy.signatures.refresh);
  const isSalted = policy.denial.type === 'nsec3' && policy.denial.saltLength > 0 && signed?.denial?.type === 'nsec3';
  if (isSalted && signed.saltDrawn !== undefined) add('salt', signed.saltDrawn + policy.denial.saltLifetime);
  const isRolled = rollover !== undefined && !(rollover instanceof Error);
  add('keys', isRolled ? rollover.summary.next : keys.plan?.nextChange);
  return due.sort((a, b) => a.at - b.at);
}
