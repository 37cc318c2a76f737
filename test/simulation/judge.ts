/**
 * The judge: what every cache of the world may hold, and whether every resolver can validate with it.
 *
 * It knows nothing of key states, goals or gates, and imports nothing of the engine. It is told what each server gives
 * out from when on; a copy of it may lie in a cache until TTL seconds after the last server stopped giving it out. A
 * resolver may hold any living version of the DS RRset with any of the DNSKEY RRset and any of the rest of the zone; an
 * RRset and its signatures are cached together. Each combination has to validate, in up to three tempers:
 *
 * - `any`: some DS leads to some key that signed the DNSKEY RRset, and some key of that signed the data (RFC 4035 §5.3);
 * - `ds`: the same for each algorithm of the cached DS RRset (unbound's harden-algo-downgrade);
 * - `dnskey`: each algorithm of the cached DNSKEY RRset has signed that RRset and the data (RFC 4035 §2.2).
 *
 * An empty DS RRset makes the zone insecure, which is not bogus, but is counted once the zone was secured.
 */

/** How strict a resolver is. */
export type Temper = 'any' | 'ds' | 'dnskey';

/** A key, as resolvers see it. */
export interface JudgedKey {
  readonly name: string;
  readonly algorithm: number;
}

/** Something that must not happen. */
export interface Fault {
  readonly at: number;
  readonly kind: `bogus-${Temper}` | 'insecure';
  /** The combination. */
  readonly text: string;
}

/** The three kinds of RRset that a chain of trust is made of; `data` is everything that the DNSKEY RRset signs. */
type Part = 'ds' | 'dnskey' | 'data';

interface Version {
  readonly text: string;
  readonly ttl: number;
  /** Keys in the set: DS, DNSKEY; bits. */
  readonly keys: number;
  /** Keys whose signatures come with it: DNSKEY, data; bits. */
  readonly signers: number;
  /** Servers that give it out. */
  readonly servers: Set<number>;
  /** When the last copy goes, where no server gives it out. */
  until: number;
}

/** Bits of a number that bit operations leave positive. */
const SLOTS = 30;

/** Watches one zone. */
export class Judge {
  readonly faults: Fault[] = [];
  /** Whether each cache has had a DS RRset, and shall have one for ever. */
  #isSecured = false;
  #isForgiven = false;
  readonly #tempers: readonly Temper[];
  readonly #living: Readonly<Record<Part, Version[]>> = { ds: [], dnskey: [], data: [] };
  readonly #slots = new Map<string, number>();
  readonly #algorithms: number[] = new Array(SLOTS).fill(0);

  constructor(tempers: readonly Temper[]) {
    this.#tempers = tempers;
  }

  /** Whether all caches hold the same, for certain. */
  isSettled(at: number): boolean {
    this.expire(at);
    const { ds, dnskey, data } = this.#living;
    return ds.length === 1 && dnskey.length === 1 && data.length === 1;
  }

  /** From now on a server of the parent gives out these DS records; of none it says so, for `ttl` seconds. */
  serveDs(at: number, server: number, keys: readonly JudgedKey[], ttl: number): void {
    this.#serve('ds', at, server, keys, [], ttl);
  }

  /** From now on a name server gives out this DNSKEY RRset, signed by these keys. */
  serveDnskey(
    at: number,
    server: number,
    keys: readonly JudgedKey[],
    signers: readonly JudgedKey[],
    ttl: number,
  ): void {
    this.#serve('dnskey', at, server, keys, signers, ttl);
  }

  /** From now on a name server gives out everything else with signatures of these keys. */
  serveData(at: number, server: number, signers: readonly JudgedKey[], ttl: number): void {
    this.#serve('data', at, server, [], signers, ttl);
  }

  /** The zone may become insecure from now on: that is what somebody wants. */
  forgiveInsecurity(): void {
    this.#isForgiven = true;
    this.#isSecured = false;
  }

  /** The zone is to be secure again: from when each cache has had a DS RRset. */
  expectSecurity(): void {
    this.#isForgiven = false;
  }

  /** Forgets what no cache can hold any more: a copy lives for less than TTL seconds after it was last given out. */
  expire(at: number): void {
    for (const part of ['ds', 'dnskey', 'data'] as const) {
      const versions = this.#living[part];
      for (let i = versions.length - 1; i >= 0; i--) {
        const version = versions[i]!;
        if (version.servers.size === 0 && version.until <= at) versions.splice(i, 1);
      }
    }
    const { ds } = this.#living;
    if (!this.#isForgiven && ds.length > 0 && ds.every(({ keys }) => keys !== 0)) this.#isSecured = true;
  }

  #serve(
    part: Part,
    at: number,
    server: number,
    keys: readonly JudgedKey[],
    signers: readonly JudgedKey[],
    ttl: number,
  ): void {
    this.expire(at);
    const text = `${names(keys)}/${names(signers)}/${ttl}`;
    const versions = this.#living[part];
    const before = versions.find(({ servers }) => servers.has(server));
    if (before?.text === text) return;
    const known = versions.find((version) => version.text === text);
    const version = known ?? this.#newVersion(text, keys, signers, ttl);
    version.servers.add(server);
    if (before !== undefined) {
      before.servers.delete(server);
      before.until = at + before.ttl;
    }
    if (known !== undefined) return;
    versions.push(version);
    this.#judge(part, version, at);
  }

  #newVersion(text: string, keys: readonly JudgedKey[], signers: readonly JudgedKey[], ttl: number): Version {
    const own = this.#bits(keys, 0);
    return { text, ttl, keys: own, signers: this.#bits(signers, own), servers: new Set(), until: 0 };
  }

  /** Each combination that the new version is part of. */
  #judge(part: Part, version: Version, at: number): void {
    const of = (other: Part) => (other === part ? [version] : this.#living[other]);
    if (part === 'ds' && version.keys === 0 && this.#isSecured) {
      this.faults.push({ at, kind: 'insecure', text: 'a cache may hold that there is no DS' });
    }
    const broken = new Set<Temper>();
    for (const ds of of('ds')) {
      if (ds.keys === 0) continue;
      for (const dnskey of of('dnskey')) {
        for (const data of of('data')) {
          for (const temper of this.#tempers) {
            if (broken.has(temper) || this.#validates(temper, ds, dnskey, data)) continue;
            broken.add(temper);
            const text = `DS ${ds.text}  DNSKEY ${dnskey.text}  data ${data.text} (keys/signers/TTL)`;
            this.faults.push({ at, kind: `bogus-${temper}`, text });
          }
        }
      }
    }
  }

  #validates(temper: Temper, ds: Version, dnskey: Version, data: Version): boolean {
    const entry = ds.keys & dnskey.keys & dnskey.signers;
    const vouched = data.signers & dnskey.keys;
    switch (temper) {
      case 'any':
        return entry !== 0 && vouched !== 0;
      case 'ds':
        return this.#isOfEach(ds.keys, entry) && this.#isOfEach(ds.keys, vouched);
      case 'dnskey':
        return (
          entry !== 0 &&
          this.#isOfEach(dnskey.keys, dnskey.keys & dnskey.signers) &&
          this.#isOfEach(dnskey.keys, vouched)
        );
    }
  }

  /** Whether `found` has a key of each algorithm that `keys` has. */
  #isOfEach(keys: number, found: number): boolean {
    for (let slot = 0; slot < SLOTS; slot++) {
      if ((keys & (1 << slot)) !== 0 && (found & this.#mask(this.#algorithms[slot]!)) === 0) return false;
    }
    return true;
  }

  #mask(algorithm: number): number {
    let mask = 0;
    for (let slot = 0; slot < SLOTS; slot++) if (this.#algorithms[slot] === algorithm) mask |= 1 << slot;
    return mask;
  }

  /** @param held  bits that must not be given away, beside those of living versions */
  #bits(keys: readonly JudgedKey[], held: number): number {
    let bits = 0;
    for (const key of keys) bits |= 1 << (this.#slots.get(key.name) ?? this.#allot(key, held | bits));
    return bits;
  }

  #allot({ name, algorithm }: JudgedKey, held: number): number {
    let used = held;
    for (const versions of Object.values(this.#living))
      for (const { keys, signers } of versions) used |= keys | signers;
    for (const [other, slot] of this.#slots) if ((used & (1 << slot)) === 0) this.#slots.delete(other);
    for (let slot = 0; slot < SLOTS; slot++) {
      if ((used & (1 << slot)) !== 0) continue;
      this.#slots.set(name, slot);
      this.#algorithms[slot] = algorithm;
      return slot;
    }
    throw new RangeError(`more than ${SLOTS} keys are in caches at once`);
  }
}

function names(keys: readonly JudgedKey[]): string {
  return keys.length === 0 ? 'none' : keys.map(({ name }) => name).join('+');
}
