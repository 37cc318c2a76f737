/** Type bit maps as they should be, beside those that the zone has. */
import { OctetWriter } from '../base/octets.ts';
import { checkTypeBitmap, encodeTypeBitmap, forEachType } from '../dns/bitmap.ts';
import { TYPE, typeText } from '../dns/types.ts';
import type { Zone } from '../zone/zone.ts';
import { NAME_KIND } from './name-kinds.ts';

/** Types named in a message before it says "and so on". */
const TYPES_SHOWN = 8;

/**
 * Works out the bit map of a name and compares. Keeps its buffers from one name to the next.
 *
 * Listed are the types of the name's authoritative RRsets, and RRSIG where any of them is signed: at a delegation NS,
 * DS and NSEC only, since what else lies there is the child's. NSEC3 is never listed.
 *
 * @see RFC 4034 §4.1.2, RFC 4035 §2.3, RFC 5155 §7.1
 */
export class BitmapChecker {
  readonly #zone: Zone;
  readonly #types = new Uint16Array(0x10000);
  readonly #expected = new OctetWriter(64);

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  /** Works out the bit map of a name that is authoritative or a delegation; `empty` for an empty non-terminal. */
  expect(name: number, kind: number): void {
    const { nameFirst, rrsetType } = this.#zone;
    const types = this.#types;
    const delegation = kind === NAME_KIND.delegation;
    let count = 0;
    let signed = false;
    for (let rrset = nameFirst[name]!; rrset < nameFirst[name + 1]!; rrset++) {
      const type = rrsetType[rrset]!;
      if (type === TYPE.RRSIG || type === TYPE.NSEC3) continue;
      if (delegation && type !== TYPE.NS && type !== TYPE.DS && type !== TYPE.NSEC) continue;
      signed ||= !delegation || type !== TYPE.NS;
      types[count++] = type;
    }
    if (signed) {
      let at = count++;
      for (; at > 0 && types[at - 1]! > TYPE.RRSIG; at--) types[at] = types[at - 1]!;
      types[at] = TYPE.RRSIG;
    }
    this.#expected.clear();
    encodeTypeBitmap(types, count, this.#expected);
  }

  /** Expects the bit map of an empty non-terminal: nothing. */
  expectNothing(): void {
    this.#expected.clear();
  }

  /** Whether `start..end` of the zone's octets is, octet by octet, the bit map that is expected. */
  matches(start: number, end: number): boolean {
    const { length, bytes } = this.#expected;
    if (end - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.#zone.octets[start + i] !== bytes[i]) return false;
    return true;
  }

  /** Says how the bit map at `start..end` differs from the expected one, as the rest of a sentence. */
  difference(start: number, end: number): string {
    const { octets } = this.#zone;
    if (start > end || !checkTypeBitmap(octets, start, end)) return 'its bit map is malformed';
    const expected = this.#expected.view();
    const surplus: number[] = [];
    const found = new Set<number>();
    const wanted = new Set<number>();
    forEachType(expected, 0, expected.length, (type) => wanted.add(type));
    forEachType(octets, start, end, (type) => {
      found.add(type);
      if (!wanted.has(type)) surplus.push(type);
    });
    const missing = [...wanted].filter((type) => !found.has(type));
    const parts = [
      ...(missing.length > 0 ? [`does not list ${listTypes(missing)}`] : []),
      ...(surplus.length > 0 ? [`lists ${listTypes(surplus)} without reason`] : []),
    ];
    return parts.length === 0 ? 'its bit map is not encoded canonically' : `its bit map ${parts.join(' and ')}`;
  }
}

function listTypes(types: readonly number[]): string {
  const shown = types.slice(0, TYPES_SHOWN).map(typeText).join(', ');
  return types.length > TYPES_SHOWN ? `${shown} and ${types.length - TYPES_SHOWN} more` : shown;
}
