/**
 * The beginning of a signed zone file of ours: enough for its facts, since its first line notes which signature ends
 * first, and the apex stands at the top, each record a line of five fields with tabs between.
 */
import type { Octets } from '../base/octets.ts';
import { parseTimestamp, type Seconds } from '../base/time.ts';
import { nameFromText } from '../dns/name.ts';
import type { PublishedDenial, SignedFacts, SignerName } from '../zone/signed-facts.ts';
import { parseNote } from './signed-note.ts';

/** What the beginning of a signed file tells. */
export interface SignedHead {
  /** Owner of the SOA record, in wire form. */
  readonly origin: Octets;
  readonly facts: SignedFacts;
}

/**
 * Reads the beginning of a signed file.
 *
 * @param text     its octets, one code unit to each
 * @param isWhole  whether that is all of the file
 * @returns        undefined where it is not ours, or does not reach beyond the apex: read the file then
 */
export function parseSignedHead(text: string, isWhole: boolean): SignedHead | undefined {
  const { firstEnd } = parseNote(text);
  if (firstEnd === undefined) return undefined;
  const lines = wholeLines(text);
  const soa = lines.next().value;
  if (soa?.[3] !== 'SOA') return undefined;
  const apex = new ApexFacts(soa[4]!);
  const owner = soa[0]!;
  let isBeyond = isWhole;
  for (const fields of lines) {
    if (fields[0] === owner) apex.add(fields[3]!, fields[4]!.split(' '), Number(fields[1]));
    else {
      isBeyond = true;
      if (!apex.wantsEntry) break;
      if (fields[3] === 'NSEC3') apex.addEntry(fields[4]!.split(' '));
    }
  }
  const { serial, begin, denial } = apex;
  const origin = parseOwner(owner);
  if (!isBeyond || origin === undefined || serial === undefined || begin === undefined || denial === undefined) {
    return undefined;
  }
  return { origin, facts: { serial, firstEnd, begin, denial, ...apex.keyFacts() } };
}

function parseOwner(text: string): Octets | undefined {
  try {
    return nameFromText(text);
  } catch {
    return undefined;
  }
}

/** The record lines behind the first line, in fields; ends with the first line that is none of ours. */
function* wholeLines(text: string): Generator<readonly string[], undefined, undefined> {
  for (let from = text.indexOf('\n') + 1; ; ) {
    const end = text.indexOf('\n', from);
    const fields = end < 0 ? [] : text.slice(from, end).split('\t');
    if (fields.length !== 5) return undefined;
    yield fields;
    from = end + 1;
  }
}

/** Collects the facts of an apex, record by record. */
class ApexFacts {
  readonly serial: number | undefined;
  begin: number | undefined;
  denial: PublishedDenial;
  readonly #dnskeys: Octets[] = [];
  #dnskeyTtl: Seconds | undefined;
  readonly #signers = { SOA: new Map<string, SignerName>(), DNSKEY: new Map<string, SignerName>() };

  constructor(soa: string) {
    const serial = soa.split(' ')[2];
    this.serial = serial !== undefined && /^\d{1,10}$/.test(serial) ? Number(serial) : undefined;
  }

  keyFacts(): Pick<SignedFacts, 'dnskeys' | 'dnskeyTtl' | 'keySigners' | 'zoneSigners'> {
    return {
      dnskeys: this.#dnskeys,
      dnskeyTtl: this.#dnskeyTtl,
      keySigners: [...this.#signers.DNSKEY.values()],
      zoneSigners: [...this.#signers.SOA.values()],
    };
  }

  /** Whether an NSEC3 record would tell more: it has the Opt-Out flag (RFC 5155 §3.1.2.1). */
  get wantsEntry(): boolean {
    return this.denial?.type === 'nsec3' && this.denial.optOut === undefined;
  }

  /** @param rdata  its fields, as text */
  add(type: string, rdata: readonly string[], ttl: Seconds): void {
    if (type === 'DNSKEY') {
      const [flags, protocol, algorithm, ...key] = rdata;
      const fields = [Number(flags) >>> 8, Number(flags) & 255, Number(protocol), Number(algorithm)];
      this.#dnskeys.push(Uint8Array.from([...fields, ...Buffer.from(key.join(''), 'base64')]));
      this.#dnskeyTtl = ttl;
    } else if (type === 'NSEC') this.denial ??= { type: 'nsec' };
    else if (type === 'NSEC3PARAM') {
      const found = /^1 \d+ (\d{1,5}) (-|[\dA-F]+)$/i.exec(rdata.join(' '));
      if (found === null) return;
      const salt = found[2] === '-' ? '' : found[2]!.toUpperCase();
      this.denial = { type: 'nsec3', iterations: Number(found[1]), salt, optOut: undefined };
    } else if (type === 'RRSIG' && (rdata[0] === 'SOA' || rdata[0] === 'DNSKEY')) {
      const [covered, algorithm, , , , inception, keyTag] = rdata;
      this.#signers[rdata[0]].set(`${algorithm}/${keyTag}`, { algorithm: Number(algorithm), keyTag: Number(keyTag) });
      const begin = parseTimestamp(inception ?? '');
      if (covered === 'SOA' && begin !== undefined) this.begin = Math.max(this.begin ?? 0, begin);
    }
  }

  /** @param rdata  of an NSEC3 record */
  addEntry([, flags]: readonly string[]): void {
    if (this.denial?.type === 'nsec3') this.denial = { ...this.denial, optOut: (Number(flags) & 1) === 1 };
  }
}
