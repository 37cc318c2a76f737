import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FindingLog } from '../../src/verify/findings.ts';
import {
  checkMeetings,
  checkRing,
  findHash,
  gatherNsec3Chains,
  type Nsec3Chain,
} from '../../src/verify/nsec3-chains.ts';
import { zoneFromText } from '../invalid/verify-text.ts';
import { ZoneLines } from '../invalid/zone-lines.ts';

const zone = zoneFromText(ZoneLines.read('nsec3').text);

function gather(): { readonly chain: Nsec3Chain; readonly log: FindingLog } {
  const log = new FindingLog(zone, 100);
  const { chains, announced } = gatherNsec3Chains(zone, log);
  expect(announced).toBe(true);
  expect(chains).toHaveLength(1);
  return { chain: chains[0]!, log };
}

/** The entry that has the hash, or −1 − the entry before it in the ring, by looking at all of them. */
function findPlainly(chain: Nsec3Chain, hash: Uint8Array): number {
  let covering = chain.count - 1;
  for (let entry = 0; entry < chain.count; entry++) {
    const order = Buffer.compare(chain.hashes.subarray(entry * 20, entry * 20 + 20), hash);
    if (order === 0) return entry;
    if (order < 0) covering = entry;
  }
  return Buffer.compare(chain.hashes.subarray(0, 20), hash) > 0 ? -1 - (chain.count - 1) : -1 - covering;
}

describe('the chain of a zone', () => {
  test('holds each of its NSEC3 records once, hashes ascending', () => {
    const { chain, log } = gather();
    expect(chain.count).toBe(ZoneLines.read('nsec3').lines.filter(({ type }) => type === 'NSEC3').length);
    for (let entry = 1; entry < chain.count; entry++) {
      const [before, after] = [entry - 1, entry].map((e) => chain.hashes.subarray(e * 20, e * 20 + 20));
      expect(Buffer.compare(before!, after!)).toBeLessThan(0);
    }
    checkRing(zone, chain, log);
    expect(log.take().findings).toEqual([]);
  });

  test('finds every hash that it has, and what covers any other', () => {
    const { chain } = gather();
    const near = fc.record({ entry: fc.nat(chain.count - 1), last: fc.nat(255) }).map(({ entry, last }) => {
      const hash = new Uint8Array(chain.hashes.subarray(entry * 20, entry * 20 + 20));
      hash[19] = last;
      return hash;
    });
    const anyHash = fc.uint8Array({ minLength: 20, maxLength: 20 });
    const edges = fc.constantFrom(new Uint8Array(20), new Uint8Array(20).fill(255));
    fc.assert(
      fc.property(fc.oneof(near, anyHash, edges), (hash) => {
        expect(findHash(chain, hash)).toBe(findPlainly(chain, hash));
      }),
      { numRuns: 500 },
    );
    for (let entry = 0; entry < chain.count; entry++) {
      expect(findHash(chain, chain.hashes.subarray(entry * 20, entry * 20 + 20))).toBe(entry);
    }
  });

  test('has an entry that two names met: their hashes collide', () => {
    const { chain, log } = gather();
    chain.seen.fill(1);
    chain.seen[3] = 2;
    checkMeetings(chain, log);
    expect(log.take().findings.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['nsec3-collision', '2 names of the zone have this hash: another salt is needed'],
    ]);
  });
});
