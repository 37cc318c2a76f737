/** From what a server answered to the records that it shows, or why the answer tells nothing. */
import { equalOctets, type Octets, readU16 } from '../base/octets.ts';
import { type MessageRecord, RCODE, rcodeText } from '../dns/message.ts';
import { canonicalName, equalNames, nameText } from '../dns/name.ts';
import { CLASS_IN, TYPE, typeText } from '../dns/types.ts';
import type { Failure } from './network-trouble.ts';
import type { Answer } from './server-query.ts';

/** Records of one name and type, at one server that is authoritative for them. */
export interface ShownRecords {
  readonly kind: 'shown';
  /** RDATA without repetitions; none: the server says that there are no such records. */
  readonly rdata: readonly Octets[];
  /** RDATA of the RRSIG records that cover them. */
  readonly signatures: readonly Octets[];
  /** The largest; undefined where there are no records. */
  readonly ttl: number | undefined;
  /** Whether the server sends signatures to those who want them, where it has some. */
  readonly sendsSignatures: boolean;
  /** The zone that the server says no for: the owner of the SOA record behind an answer without records. */
  readonly denier: Octets | undefined;
}

/** Octets of RRSIG RDATA before the signer's name (RFC 4034 §3.1). */
export const RRSIG_FIXED = 18;

/**
 * Reads an answer. It counts only if it is authoritative, and holds records of that name and type, or an SOA record
 * that says for which zone there are none (RFC 2308 §2.2).
 */
export function readShown(answer: Answer | Failure, name: Octets, type: number): ShownRecords | Failure {
  const unusable = (reason: string): Failure => ({ kind: 'failure', reason });
  if (answer.kind === 'failure') return answer;
  if (answer.rcode !== RCODE.noError) return unusable(rcodeText(answer.rcode));
  if (!answer.authoritative) return unusable('not authoritative');
  const own = answer.answers.filter((record) => record.class === CLASS_IN && equalNames(record.owner, 0, name, 0));
  const records = own.filter((record) => record.type === type);
  const denial = answer.authority.find((record) => record.class === CLASS_IN && record.type === TYPE.SOA);
  if (records.length === 0) {
    const [instead] = own;
    if (instead !== undefined) return unusable(`answers with ${typeText(instead.type)}, not with ${typeText(type)}`);
    if (answer.answers.length > 0) return unusable('answers with records of another name or class');
    if (denial === undefined) return unusable('an empty answer without the SOA of a zone');
  }
  const signatures = own.filter((record) => record.type === TYPE.RRSIG && covers(record.rdata, type));
  return {
    kind: 'shown',
    rdata: distinct(records),
    signatures: distinct(signatures),
    ttl: records.length === 0 ? undefined : Math.max(...records.map(({ ttl }) => ttl)),
    sendsSignatures: answer.dnssecOk || signatures.length > 0,
    denier: records.length === 0 ? denial?.owner : undefined,
  };
}

/** A name in messages: lower case, since servers may spell it as they like. */
export function plainName(name: Octets): string {
  return nameText(canonicalName(name));
}

function covers(rrsig: Octets, type: number): boolean {
  return rrsig.length > RRSIG_FIXED && readU16(rrsig, 0) === type;
}

/** A server must not send a record twice; one that does changes nothing (RFC 2181 §5). */
function distinct(records: readonly MessageRecord[]): readonly Octets[] {
  const byText = new Map<string, Octets>();
  for (const { rdata } of records) byText.set(Buffer.from(rdata).toString('latin1'), rdata);
  return [...byText.values()];
}

/** Whether exactly this RDATA is among the records. */
export function showsRdata(shown: ShownRecords, rdata: Octets): boolean {
  return shown.rdata.some((one) => equalOctets(one, rdata));
}
