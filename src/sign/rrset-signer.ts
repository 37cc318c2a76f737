/** Signs one RRset after another: the octets that are signed, the signature, its RRSIG as RDATA. */
import { type Octets, OctetWriter } from '../base/octets.ts';
import { FOLD } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import { createSigner } from '../keys/signature.ts';
import type { ActiveKey, Validity } from './parameters.ts';

/** Octets of RRSIG RDATA before the signer's name (RFC 4034 §3.1). */
export const RRSIG_FIXED = 18;

/**
 * Builds and signs the RRset that was begun with `begin` and filled with `addRecord`.
 * The signed octets are RRSIG RDATA without the signature, then each record in canonical form (RFC 4034 §3.1.8.1).
 */
export class RrsetSigner {
  readonly #signer: Octets;
  readonly #validity: Validity;
  readonly #seed: number;
  readonly #signWith: ReadonlyMap<ActiveKey, (octets: Octets) => Octets>;
  /** RRSIG RDATA without signature, then the canonical records. */
  readonly #data = new OctetWriter(4096);
  readonly #rrsig = new OctetWriter(1024);
  /** Owner (canonical), type and class, TTL: what each record of the RRset starts with. */
  readonly #head = new OctetWriter(300);

  /**
   * @param signer  the apex in canonical form
   * @param seed    any number: what the jitter of this run is drawn from
   */
  constructor(signer: Octets, keys: readonly ActiveKey[], validity: Validity, seed: number) {
    this.#signer = signer;
    this.#validity = validity;
    this.#seed = seed;
    this.#signWith = new Map(keys.map((key) => [key, createSigner(key.privateKey, key.algorithm)]));
  }

  /** Starts an RRset; `owner` is folded on the way. */
  begin(owner: Octets, offset: number, length: number, type: number, klass: number, ttl: number): void {
    const head = this.#head;
    head.clear();
    const b = head.reserve(length + 8);
    for (let i = 0; i < length; i++) b[i] = FOLD[owner[offset + i]!]!;
    head.length = length;
    head.u16(type);
    head.u16(klass);
    head.u32(ttl);
    this.#data.length = RRSIG_FIXED + this.#signer.length;
    this.#data.reserve(0);
  }

  /** Starts a record: its RDATA, in canonical form, is to be appended to what comes back; then call `endRecord`. */
  beginRecord(): OctetWriter {
    const data = this.#data;
    data.copy(this.#head.bytes, 0, this.#head.length);
    data.u16(0);
    this.#rdata = data.length;
    return data;
  }
  #rdata = 0;

  endRecord(): void {
    const data = this.#data;
    const length = data.length - this.#rdata;
    data.bytes[this.#rdata - 2] = length >>> 8;
    data.bytes[this.#rdata - 1] = length;
  }

  /** The records so far in canonical form, as ZONEMD digests them; valid until the next call. */
  records(): Octets {
    return this.#data.bytes.subarray(RRSIG_FIXED + this.#signer.length, this.#data.length);
  }

  /** Octets of the canonical form of an RRSIG over this RRset, header included, for ZONEMD. */
  appendSignatureRecord(ownerLength: number, ttl: number, rdata: Octets, out: OctetWriter): void {
    out.copy(this.#head.bytes, 0, ownerLength);
    out.u16(TYPE.RRSIG);
    out.copy(this.#head.bytes, ownerLength + 2, ownerLength + 4);
    out.u32(ttl);
    out.u16(rdata.length);
    out.copy(rdata);
  }

  /**
   * Signs the RRset.
   *
   * @param labels  of the owner, root and a leading `*` not counted
   * @param spread  any number that differs from RRset to RRset: chooses the jitter
   * @returns       RRSIG RDATA; valid until the next call
   */
  sign(key: ActiveKey, type: number, labels: number, ttl: number, spread: number): Octets {
    const { inception, expiration, jitter } = this.#validity;
    const early = jitter > 0 ? mix(this.#seed, spread, type) % Math.floor(jitter) : 0;
    const data = this.#data;
    const b = data.bytes;
    b[0] = type >>> 8;
    b[1] = type;
    b[2] = key.algorithm;
    b[3] = labels;
    putU32(b, 4, ttl);
    putU32(b, 8, expiration - early);
    putU32(b, 12, inception);
    b[16] = key.keyTag >>> 8;
    b[17] = key.keyTag;
    b.set(this.#signer, RRSIG_FIXED);
    const signature = this.#signWith.get(key)!(b.subarray(0, data.length));
    const rrsig = this.#rrsig;
    rrsig.clear();
    rrsig.copy(b, 0, RRSIG_FIXED + this.#signer.length);
    rrsig.copy(signature);
    return rrsig.view();
  }
}

function putU32(b: Octets, at: number, value: number): void {
  b[at] = value >>> 24;
  b[at + 1] = value >>> 16;
  b[at + 2] = value >>> 8;
  b[at + 3] = value;
}

/** A well-spread 32-bit number from three: not a secret, only even. */
function mix(seed: number, a: number, b: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(a + 0x7f4a7c15, 0xc2b2ae35) ^ Math.imul(b, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}
