/** The octets that a signature is made over: RRSIG RDATA without the signature, then the RRset in canonical form. */
import { type Octets, OctetWriter } from '../base/octets.ts';
import { FOLD, nameLength } from '../dns/name.ts';
import { hasFoldedNames, writeCanonicalRdata } from '../dns/rdata/canonical.ts';
import type { Zone } from '../zone/zone.ts';

/** Octets of RRSIG RDATA before the signer's name. */
export const RRSIG_FIXED = 18;

/** Room before the RRset for the longest RRSIG RDATA head: 18 octets and a name. */
const HEAD = RRSIG_FIXED + 255;

/**
 * Puts signed data together: `load` an RRset once, then take `over` for each of its signatures.
 *
 * signed_data = RRSIG_RDATA | RR(1) | RR(2) … with RR(i) = owner | type | class | original TTL | RDATA length | RDATA
 *
 * @see RFC 4034 §3.1.8.1, RFC 4035 §5.3.2
 */
export class SignedData {
  readonly #zone: Zone;
  readonly #signer: Octets;
  readonly #out = new OctetWriter(8192);

  /** @param zone  its origin, in canonical form, is the signer */
  constructor(zone: Zone) {
    this.#zone = zone;
    this.#signer = zone.origin.map((octet) => FOLD[octet]!);
  }

  /** Writes the RRset in canonical form, with its own TTL as the original TTL. */
  load(name: number, rrset: number): void {
    const { octets, nameOwner, rrsetType, rrsetTtl, rrsetFirst, rdata, rdataLength } = this.#zone;
    const out = this.#out;
    const type = rrsetType[rrset]!;
    const ttl = rrsetTtl[rrset]!;
    const owner = nameOwner[name]!;
    const ownerLength = nameLength(octets, owner);
    const folded = hasFoldedNames(type);
    out.length = HEAD;
    for (let record = rrsetFirst[rrset]!; record < rrsetFirst[rrset + 1]!; record++) {
      const from = rdata[record]!;
      const length = rdataLength[record]!;
      const b = out.reserve(ownerLength + 10 + length);
      let to = out.length;
      for (let i = 0; i < ownerLength; i++) b[to++] = FOLD[octets[owner + i]!]!;
      b[to++] = type >>> 8;
      b[to++] = type;
      b[to++] = this.#zone.class >>> 8;
      b[to++] = this.#zone.class;
      b[to++] = ttl >>> 24;
      b[to++] = ttl >>> 16;
      b[to++] = ttl >>> 8;
      b[to++] = ttl;
      b[to++] = length >>> 8;
      b[to++] = length;
      out.length = to;
      if (folded) writeCanonicalRdata(type, octets, from, from + length, out);
      else out.copy(octets, from, from + length);
    }
  }

  /**
   * The octets that the RRSIG `record` signs, for the RRset that was loaded.
   *
   * @returns a view that is valid until the next call
   */
  over(record: number): Octets {
    const { octets, rdata } = this.#zone;
    const b = this.#out.bytes;
    const start = HEAD - RRSIG_FIXED - this.#signer.length;
    const from = rdata[record]!;
    for (let i = 0; i < RRSIG_FIXED; i++) b[start + i] = octets[from + i]!;
    b.set(this.#signer, start + RRSIG_FIXED);
    return b.subarray(start, this.#out.length);
  }
}
