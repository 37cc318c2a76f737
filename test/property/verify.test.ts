import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DnssecError } from '../../src/base/errors.ts';
import { FOLD } from '../../src/dns/name.ts';
import { verifyZone } from '../../src/verify/verify-zone.ts';
import type { Zone } from '../../src/zone/zone.ts';
import { verifyText, zoneFromText } from '../invalid/verify-text.ts';
import { WHEN, ZoneLines } from '../invalid/zone-lines.ts';

const FIXTURES = ['nsec', 'nsec3', 'opt-out', 'zonemd'] as const;
const zones = new Map(FIXTURES.map((name) => [name, zoneFromText(ZoneLines.read(name).text)]));
/** RDATA that no signature covers: delegations and glue. The digest of the last fixture covers them too. */
const UNSIGNED_OWNERS = /^(ns\.)?(in)?secure\.|^deep\./;
/** Unsigned in all fixtures. */
function isUnsigned(owner: string, type: string): boolean {
  return UNSIGNED_OWNERS.test(owner) && (type === 'NS' || type === 'A');
}

function report(zone: Zone) {
  return verifyZone(zone, { at: [WHEN], threads: 1 });
}

/** Records of a zone that are signed, as [first octet, length] of their RDATA. */
function signedRdata(name: (typeof FIXTURES)[number]): (readonly [number, number])[] {
  const zone = zones.get(name)!;
  const unsigned = new Set(
    ZoneLines.read(name)
      .lines.filter(({ owner, type }) => isUnsigned(owner, type))
      .map(({ owner, type }) => `${owner} ${type}`),
  );
  const spans: (readonly [number, number])[] = [];
  for (let owner = 0; owner < zone.nameCount; owner++) {
    const text = ownerText(zone, owner);
    for (let rrset = zone.nameFirst[owner]!; rrset < zone.nameFirst[owner + 1]!; rrset++) {
      const type = zone.rrsetType[rrset] === 2 ? 'NS' : zone.rrsetType[rrset] === 1 ? 'A' : '';
      if (name !== 'zonemd' && unsigned.has(`${text} ${type}`)) continue;
      for (let record = zone.rrsetFirst[rrset]!; record < zone.rrsetFirst[rrset + 1]!; record++) {
        spans.push([zone.rdata[record]!, zone.rdataLength[record]!]);
      }
    }
  }
  return spans;
}

function ownerText(zone: Zone, name: number): string {
  let text = '';
  for (let at = zone.nameOwner[name]!; zone.octets[at]! !== 0; at += zone.octets[at]! + 1) {
    text += `${String.fromCharCode(...zone.octets.subarray(at + 1, at + 1 + zone.octets[at]!))}.`;
  }
  return text;
}

describe('one bit of signed data that is other than it was', () => {
  test.each(FIXTURES)('is found: %s', async (name) => {
    const spans = signedRdata(name);
    const zone = zones.get(name)!;
    const place = fc.record({ span: fc.constantFrom(...spans), at: fc.nat(4096), bit: fc.nat(7) });
    await fc.assert(
      fc.asyncProperty(place, async ({ span: [first, length], at, bit }) => {
        const octets = zone.octets.slice();
        const index = first + (at % length);
        octets[index]! ^= 1 << bit;
        // Case does not matter in names; elsewhere this flip is left out of the game as well.
        fc.pre(FOLD[octets[index]!] !== FOLD[zone.octets[index]!]);
        expect((await report({ ...zone, octets })).errors).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a record that is missing', () => {
  test('is found, whichever it is, where ZONEMD covers the zone', async () => {
    const lines = ZoneLines.read('zonemd').lines;
    for (const gone of lines) {
      const zone = ZoneLines.read('zonemd');
      zone.lines = zone.lines.filter(
        ({ owner, type, rdata }) => `${owner} ${type} ${rdata}` !== `${gone.owner} ${gone.type} ${gone.rdata}`,
      );
      const verdict = await verdictOf(zone.text);
      expect([gone, verdict]).toEqual([gone, 'refused']);
    }
  });
});

/** Refused by the reader or by the verifier, or valid; any other end fails the test. */
async function verdictOf(text: string | Uint8Array): Promise<'refused' | 'valid'> {
  try {
    return (await verifyText(text, WHEN)).errors > 0 ? 'refused' : 'valid';
  } catch (thrown) {
    if (!(thrown instanceof DnssecError)) throw thrown;
    return 'refused';
  }
}

describe('text that is not what it was', () => {
  const text = Buffer.from(ZoneLines.read('nsec3').text, 'latin1');
  const edit = fc.record({
    at: fc.nat(text.length - 1),
    remove: fc.nat(20),
    insert: fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.constantFrom('\n', ' ', '"', '(', '\\', ';', '0', '\\# 0')),
  });

  test('ends in findings, an error of ours, or the same zone; never in a crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        let octets: Uint8Array = text;
        for (const { at, remove, insert } of edits) {
          const middle = typeof insert === 'string' ? Buffer.from(insert) : insert;
          octets = Buffer.concat([octets.subarray(0, at), middle, octets.subarray(at + remove)]);
        }
        expect(['refused', 'valid']).toContain(await verdictOf(octets));
      }),
      { numRuns: 300 },
    );
  });
});
