/** The example zones of RFC 4035 and RFC 5155, signed anew with other keys: the chain must be the one they print. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Denial } from '../../src/sign/parameters.ts';
import { verifyZone } from '../../src/verify/verify-zone.ts';
import { linesOf, makeTestKey, NOW, type SignedText, signText } from '../sign/signing.ts';

const KEYS = [makeTestKey('ksk', 15), makeTestKey('zsk', 15)];

/** The records of a fixture: one a line, with owner, TTL, class and type. */
function readRecords(name: string): readonly string[] {
  const text = readFileSync(new URL(`../fixtures/rfc/${name}.zone`, import.meta.url), 'latin1');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith(';'));
}

function typeOf(record: string): string {
  return record.split(' ')[3]!;
}

/** The zone as it was before it was signed. Its keys go too: of their algorithms (5 and 7) no signature is made. */
function unsigned(records: readonly string[]): string {
  const made = ['RRSIG', 'NSEC', 'NSEC3', 'NSEC3PARAM', 'DNSKEY'];
  return `${records.filter((record) => !made.includes(typeOf(record))).join('\n')}\n`;
}

/** Records of one type in one spelling, sorted. */
function printed(records: readonly string[], type: string): readonly string[] {
  return records
    .filter((record) => typeOf(record) === type)
    .map((record) => record.toLowerCase())
    .sort();
}

function made(signed: SignedText, type: string): readonly string[] {
  return printed(
    linesOf(signed, type).map((fields) => fields.join(' ')),
    type,
  );
}

/** Owner and covered type of each signature. */
function covered(records: readonly string[]): readonly string[] {
  return printed(records, 'RRSIG').map((record) => {
    const [owner, ttl, , , type, , labels, originalTtl] = record.split(' ');
    return [owner, ttl, type, labels, originalTtl].join(' ');
  });
}

async function resign(name: string, denial: Denial): Promise<{ records: readonly string[]; signed: SignedText }> {
  const records = readRecords(name);
  return { records, signed: await signText(unsigned(records), { keys: KEYS, denial }) };
}

describe('RFC 4035 App. A, signed by us', () => {
  test('has the NSEC chain that is printed there, record for record', async () => {
    const { records, signed } = await resign('4035-app-a', { type: 'nsec' });
    expect(made(signed, 'NSEC')).toEqual(printed(records, 'NSEC'));
    expect(made(signed, 'NSEC')).toHaveLength(10);
  });

  test('has signatures over the same RRsets, with the same labels and TTLs', async () => {
    const { records, signed } = await resign('4035-app-a', { type: 'nsec' });
    // There the DNSKEY RRset is signed by both keys, here by the KSK alone.
    expect([...new Set(covered(records))]).toEqual(covered(signed.lines.map((line) => line.replaceAll('\t', ' '))));
  });
});

describe('RFC 5155 App. A, signed by us', () => {
  const denial = { type: 'nsec3', salt: Uint8Array.of(0xaa, 0xbb, 0xcc, 0xdd), iterations: 12, optOut: true } as const;

  test('has the NSEC3 chain that is printed there, record for record', async () => {
    const { records, signed } = await resign('5155-app-a', denial);
    expect(made(signed, 'NSEC3')).toEqual(printed(records, 'NSEC3'));
    expect(made(signed, 'NSEC3')).toHaveLength(12);
  });

  test('has its NSEC3PARAM: flags 0, also with opt-out (RFC 5155 §4.1.2)', async () => {
    const { records, signed } = await resign('5155-app-a', denial);
    const parameters = (lines: readonly string[]) => lines.map((line) => line.split(' ').slice(4).join(' '));
    expect(parameters(made(signed, 'NSEC3PARAM'))).toEqual(parameters(printed(records, 'NSEC3PARAM')));
  });

  test('without opt-out has one entry more, for the insecure delegation', async () => {
    const { signed } = await resign('5155-app-a', { ...denial, optOut: false });
    const names = made(signed, 'NSEC3').map((record) => record.split(' ')[0]);
    const withOptOut = made((await resign('5155-app-a', denial)).signed, 'NSEC3').map((record) => record.split(' ')[0]);
    // H(c.example) as RFC 5155 App. B.3 has it in its proof.
    expect(names.filter((name) => !withOptOut.includes(name))).toEqual(['4g6p9u5gvfshp30pqecj98b3maqbn1ck.example.']);
  });

  test('is valid', async () => {
    const { signed } = await resign('5155-app-a', denial);
    const { findings } = await verifyZone(signed.zone, { at: [NOW], threads: 1 });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});
