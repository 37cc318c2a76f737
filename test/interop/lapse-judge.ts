/**
 * What caches may hold of a zone over time, judged by tags and algorithms alone: nothing of the program is used here,
 * and nothing of its rules.
 *
 * Name servers serve a version until the next one has reached the last of them; a cache keeps what it fetched for the
 * TTL. So at each instant there are DS sets, DNSKEY RRsets and other RRsets of several ages about, and a resolver may
 * meet with any of the one kind, any of the second and any of the third.
 */

/** An algorithm with a key tag: `13/4711`. */
export type KeyLabel = string;

/** One version of a signed zone file. */
export interface ZoneVersion {
  /** When it was put in its place. */
  readonly at: number;
  readonly serial: number;
  readonly text: string;
  readonly dnskeys: ReadonlySet<KeyLabel>;
  readonly dnskeyTtl: number;
  /** Who signed the DNSKEY RRset. */
  readonly keySigners: ReadonlySet<KeyLabel>;
  /** Who signed the other RRsets, and the largest TTL of those that are signed alike. */
  readonly data: readonly { readonly signers: ReadonlySet<KeyLabel>; readonly ttl: number }[];
  /** Tags of the CDS records, with their algorithms; `0/0` for the one that asks for no DS at all. */
  readonly cds: ReadonlySet<KeyLabel>;
  readonly isSigned: boolean;
  /** All records but the SOA and the signature over it, sorted. */
  readonly content: string;
}

/** What the parent holds, from a time on. */
export interface DsVersion {
  readonly at: number;
  readonly keys: ReadonlySet<KeyLabel>;
}

/** How long the old is served after the new has come. */
export interface Delays {
  readonly zonePropagation: number;
  readonly parentPropagation: number;
  readonly dsTtl: number;
}

/** How strict the resolver is: see `chainFault`. */
export type Temper = 'lenient' | 'ds-algorithms' | 'all-algorithms';

/** A line of a signed file, as we write them: five fields with tabs between. */
interface Line {
  readonly owner: string;
  readonly ttl: number;
  readonly type: string;
  readonly rdata: string;
}

/** Reads a version of a signed file. */
export function readVersion(text: string, at: number): ZoneVersion {
  const lines = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';'))
    .map(readLine);
  const dnskeys = lines.filter(({ type }) => type === 'DNSKEY');
  const soa = lines.find(({ type }) => type === 'SOA')!;
  const signers = signersByRrset(lines);
  const rrsets = new Map<string, number>();
  for (const { owner, type, ttl } of lines) if (signers.has(`${owner} ${type}`)) rrsets.set(`${owner} ${type}`, ttl);
  const data = new Map<string, { signers: ReadonlySet<KeyLabel>; ttl: number }>();
  for (const [rrset, ttl] of rrsets) {
    if (/ (?:DNSKEY|CDS|CDNSKEY)$/.test(rrset)) continue;
    const own = signers.get(rrset)!;
    const id = [...own].sort().join();
    data.set(id, { signers: own, ttl: Math.max(ttl, data.get(id)?.ttl ?? 0) });
  }
  const isSigned = signers.size > 0;
  if (!isSigned) data.set('', { signers: new Set(), ttl: Math.max(...lines.map(({ ttl }) => ttl)) });
  return {
    at,
    serial: Number(soa.rdata.split(' ')[2]),
    text,
    dnskeys: new Set(dnskeys.map(({ rdata }) => labelOfKey(rdata))),
    dnskeyTtl: dnskeys[0]?.ttl ?? 0,
    keySigners: signers.get(`${soa.owner} DNSKEY`) ?? new Set(),
    data: [...data.values()],
    cds: new Set(lines.filter(({ type }) => type === 'CDS').map(({ rdata }) => labelOfDs(rdata))),
    isSigned,
    content: lines
      .filter(({ type, rdata }) => type !== 'SOA' && !(type === 'RRSIG' && rdata.startsWith('SOA ')))
      .map(({ owner, ttl, type, rdata }) => `${owner} ${ttl} ${type} ${rdata}`)
      .sort()
      .join('\n'),
  };
}

function readLine(line: string): Line {
  const [owner, ttl, klass, type, rdata, ...more] = line.split('\t');
  if (klass !== 'IN' || rdata === undefined || more.length > 0) throw new Error(`not a record: ${line}`);
  return { owner: owner!, ttl: Number(ttl), type: type!, rdata };
}

function signersByRrset(lines: readonly Line[]): ReadonlyMap<string, ReadonlySet<KeyLabel>> {
  const signers = new Map<string, Set<KeyLabel>>();
  for (const { owner, type, rdata } of lines) {
    if (type !== 'RRSIG') continue;
    const [covered, algorithm, , , , , tag] = rdata.split(' ');
    const rrset = `${owner} ${covered}`;
    signers.set(rrset, (signers.get(rrset) ?? new Set()).add(`${algorithm}/${tag}`));
  }
  return signers;
}

/** RFC 4034 App. B. */
function labelOfKey(rdata: string): KeyLabel {
  const [flags, protocol, algorithm, ...key] = rdata.split(' ');
  const octets = [Number(flags) >> 8, Number(flags) & 255, Number(protocol), Number(algorithm)];
  octets.push(...Buffer.from(key.join(''), 'base64'));
  let sum = 0;
  for (const [i, octet] of octets.entries()) sum += i % 2 === 0 ? octet << 8 : octet;
  return `${algorithm}/${(sum + (sum >> 16)) & 0xffff}`;
}

/** The label of a key by the RDATA of its DS or CDS record. */
export function labelOfDs(rdata: string): KeyLabel {
  const [tag, algorithm] = rdata.split(' ');
  return `${algorithm}/${tag}`;
}

/** Every way in which a resolver of this temper may have failed to validate the zone, in words. */
export function judgeCaches(
  versions: readonly ZoneVersion[],
  ds: readonly DsVersion[],
  delays: Delays,
  temper: Temper,
): readonly string[] {
  const faults = new Set<string>();
  const { zonePropagation, parentPropagation, dsTtl } = delays;
  const instants = [...versions, ...ds].map(({ at }) => at);
  for (const now of new Set(instants)) {
    const parents = heldAt(ds, now, parentPropagation, () => dsTtl);
    const keys = heldAt(versions, now, zonePropagation, ({ dnskeyTtl }) => dnskeyTtl);
    const rrsets = versions.flatMap(({ at, data }, i) =>
      data.map((rrset) => ({ ...rrset, at, next: versions[i + 1]?.at })),
    );
    const data = rrsets.filter(({ at, next, ttl }) => isHeld(at, next, now, zonePropagation + ttl));
    for (const parent of parents) {
      for (const key of keys) {
        for (const rrset of data) {
          const fault = chainFault(parent.keys, key, rrset.signers, temper);
          if (fault === undefined) continue;
          faults.add(
            `${time(now)}: ${fault} (DS of ${time(parent.at)}, DNSKEY of ${time(key.at)}, data of ${time(rrset.at)})`,
          );
        }
      }
    }
  }
  return [...faults];
}

/** What may be in some cache, or still on some server. Before the first DS came, there was none. */
function heldAt<T extends { readonly at: number }>(
  all: readonly T[],
  now: number,
  propagation: number,
  ttl: (one: T) => number,
): readonly T[] {
  return all.filter((one, i) => isHeld(one.at, all[i + 1]?.at, now, propagation + ttl(one)));
}

function isHeld(at: number, next: number | undefined, now: number, longer: number): boolean {
  return at <= now && (next === undefined || now < next + longer);
}

/**
 * Why no chain leads from a DS set over a DNSKEY RRset to the data. To the lenient any chain will do; some want one of
 * each algorithm in the DS set (unbound's harden-algo-downgrade), and some a signature of each in the DNSKEY RRset.
 */
function chainFault(
  ds: ReadonlySet<KeyLabel>,
  { dnskeys, keySigners }: ZoneVersion,
  signers: ReadonlySet<KeyLabel>,
  temper: Temper,
): string | undefined {
  if (ds.size === 0) return undefined;
  const algorithmOf = (label: KeyLabel) => label.split('/')[0]!;
  const good = (label: KeyLabel) => ds.has(label) && dnskeys.has(label) && keySigners.has(label);
  const anchors = [...ds].filter(good);
  const proven = [...signers].filter((label) => dnskeys.has(label));
  const lists = `DS ${list(ds)}, DNSKEY ${list(dnskeys)} signed by ${list(keySigners)}, data signed by ${list(signers)}`;
  if (anchors.length === 0) return `no DS leads to a key that signs the keys: ${lists}`;
  if (proven.length === 0) return `no key verifies the data: ${lists}`;
  if (temper === 'lenient') return undefined;
  const wanted = new Set((temper === 'ds-algorithms' ? [...ds] : [...ds, ...dnskeys]).map(algorithmOf));
  for (const algorithm of wanted) {
    const is = (label: KeyLabel) => algorithmOf(label) === algorithm;
    if ([...ds].some(is) && !anchors.some(is)) return `no chain of algorithm ${algorithm} to the keys: ${lists}`;
    if (!proven.some(is)) return `no signature of algorithm ${algorithm} on the data: ${lists}`;
  }
  return undefined;
}

function list(labels: ReadonlySet<KeyLabel>): string {
  return `{${[...labels].sort().join(' ')}}`;
}

function time(at: number): string {
  return new Date(at * 1000).toISOString().slice(0, 16);
}
