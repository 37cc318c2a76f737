/** Names against an NSEC3 chain: each that counts has its record, with a true bit map, or is opted out rightly. */
import { nameLength } from '../dns/name.ts';
import { hashNsec3Name, NSEC3_HASH_LENGTH } from '../dns/nsec3-hash.ts';
import { TYPE } from '../dns/types.ts';
import { findRrset, type Zone } from '../zone/zone.ts';
import type { BitmapChecker } from './bitmaps.ts';
import type { FindingLog } from './findings.ts';
import { NAME_KIND, nextChainName, previousChainName } from './name-kinds.ts';
import { findHash, type Nsec3Chain } from './nsec3-chains.ts';
import { emptyNsec3, OPT_OUT, printHash, readNsec3 } from './nsec3-rdata.ts';

/** Checks names against one chain; keeps its buffers from one name to the next. */
export class Nsec3Checker {
  readonly #zone: Zone;
  readonly #kinds: Uint8Array;
  readonly #chain: Nsec3Chain;
  readonly #bitmap: BitmapChecker;
  readonly #log: FindingLog;
  readonly #hash = new Uint8Array(NSEC3_HASH_LENGTH);
  readonly #nsec3 = emptyNsec3();
  /** Names from `idleFrom` up to `idleEnd` that are known to have no record and to need none. */
  #idleFrom = 0;
  #idleEnd = 0;

  constructor(zone: Zone, kinds: Uint8Array, chain: Nsec3Chain, bitmap: BitmapChecker, log: FindingLog) {
    this.#zone = zone;
    this.#kinds = kinds;
    this.#chain = chain;
    this.#bitmap = bitmap;
    this.#log = log;
  }

  /**
   * Checks the record of a name that is authoritative or a delegation, whose bit map the bit map checker expects.
   *
   * @see RFC 5155 §7.1
   */
  checkName(name: number): void {
    const owner = this.#zone.nameOwner[name]!;
    const entry = this.#find(owner);
    if (entry >= 0) {
      this.#meet(entry, owner);
      return;
    }
    if (!this.#mayBeOptedOut(name)) {
      this.#log.report('nsec3-missing', name, TYPE.NSEC3, () => `it has no NSEC3 record (${this.#hashText()})`);
    } else if (!this.#isOptOut(-1 - entry)) {
      this.#log.report('nsec3-not-opted-out', name, TYPE.NSEC3, () => this.#notOptedOut(-1 - entry));
    }
  }

  /**
   * Checks the empty non-terminals that come with a name: its ancestors below the zone's apex that have no records
   * and are not above the name before it as well.
   *
   * @see RFC 5155 §7.1 step 4
   */
  checkEmptyNonTerminals(name: number): void {
    const { keys, nameKey, octets, nameOwner } = this.#zone;
    const end = nameKey[name + 1]!;
    let labels = 0;
    for (let i = nameKey[name]!; i < end; i++) if (keys[i] === 0) labels++;
    if (labels < 2) return;
    const shared = this.#sharedLabels(previousChainName(this.#kinds, name), name);
    let at = nameOwner[name]!;
    // From the name upwards: the parent first.
    for (let depth = labels - 1; depth > shared; depth--) {
      at += octets[at]! + 1;
      this.#checkEmptyNonTerminal(name, depth, at);
    }
  }

  #checkEmptyNonTerminal(name: number, depth: number, owner: number): void {
    const { octets } = this.#zone;
    const entry = this.#find(owner);
    if (entry >= 0) {
      this.#bitmap.expectNothing();
      this.#meet(entry, owner);
      return;
    }
    const text = this.#hashText();
    const optOut = this.#isOptOut(-1 - entry);
    if (this.#isNeeded(name, depth)) {
      const reason = () => `the empty non-terminal has no NSEC3 record (${text})`;
      this.#log.reportOwner('nsec3-missing', octets.subarray(owner), TYPE.NSEC3, reason);
    } else if (!optOut) {
      const reason = () => this.#notOptedOut(-1 - entry);
      this.#log.reportOwner('nsec3-not-opted-out', octets.subarray(owner), TYPE.NSEC3, reason);
    }
  }

  /**
   * Whether below the empty non-terminal, `depth` labels under the apex, anything has a record in the chain. Names that
   * were found to have none are not looked at again for the next one: the walk is linear, whatever the depth.
   */
  #isNeeded(name: number, depth: number): boolean {
    if (name < this.#idleFrom || name >= this.#idleEnd) {
      this.#idleFrom = name;
      this.#idleEnd = name;
    }
    for (let below = this.#idleEnd; below < this.#kinds.length; this.#idleEnd = below) {
      if (this.#sharedLabels(name, below) < depth) return false;
      if (!this.#mayBeOptedOut(below) || this.#find(this.#zone.nameOwner[below]!) >= 0) return true;
      const next = nextChainName(this.#kinds, below);
      below = next === 0 ? this.#kinds.length : next;
    }
    return false;
  }

  /** Labels below the apex that two names share, by their sort keys; −1 stands for no name. */
  #sharedLabels(a: number, b: number): number {
    if (a < 0) return 0;
    const { keys, nameKey } = this.#zone;
    const length = Math.min(nameKey[a + 1]! - nameKey[a]!, nameKey[b + 1]! - nameKey[b]!);
    let labels = 0;
    for (let i = 0; i < length; i++) {
      const octet = keys[nameKey[a]! + i]!;
      if (octet !== keys[nameKey[b]! + i]) break;
      if (octet === 0) labels++;
    }
    return labels;
  }

  #find(owner: number): number {
    const { octets } = this.#zone;
    const { salt, iterations } = this.#chain;
    hashNsec3Name(octets, owner, nameLength(octets, owner), salt, iterations, this.#hash, 0);
    return findHash(this.#chain, this.#hash);
  }

  /** Notes that a name has its record, and compares the bit map. */
  #meet(entry: number, owner: number): void {
    const { records, names, seen } = this.#chain;
    Atomics.add(seen, entry, 1);
    const nsec3 = this.#nsec3;
    readNsec3(this.#zone, records[entry]!, nsec3);
    if (this.#bitmap.matches(nsec3.bitmap, nsec3.end)) return;
    const difference = () =>
      `${this.#bitmap.difference(nsec3.bitmap, nsec3.end)} (NSEC3 record ${this.#ownerText(names[entry]!)})`;
    this.#log.reportOwner('nsec3-bitmap', this.#zone.octets.subarray(owner), TYPE.NSEC3, difference, records[entry]!);
  }

  #ownerText(name: number): string {
    const at = this.#zone.nameOwner[name]!;
    return String.fromCharCode(...this.#zone.octets.subarray(at + 1, at + 33)).toUpperCase();
  }

  /** Only an insecure delegation may be without a record (RFC 5155 §6). */
  #mayBeOptedOut(name: number): boolean {
    return this.#kinds[name] === NAME_KIND.delegation && findRrset(this.#zone, name, TYPE.DS) < 0;
  }

  #isOptOut(entry: number): boolean {
    readNsec3(this.#zone, this.#chain.records[entry]!, this.#nsec3);
    return (this.#nsec3.flags & OPT_OUT) !== 0;
  }

  #notOptedOut(entry: number): string {
    const covering = printHash(this.#chain.hashes, entry * NSEC3_HASH_LENGTH);
    return `it has no NSEC3 record, and the one that covers it (${covering}) is without opt-out`;
  }

  #hashText(): string {
    return printHash(this.#hash, 0);
  }
}
