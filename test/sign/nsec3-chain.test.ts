import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nameFromText } from '../../src/dns/name.ts';
import { buildNsec3Chain } from '../../src/sign/nsec3-chain.ts';
import { buildZone } from '../../src/zone/build.ts';
import { classifyNames } from '../../src/zone/cuts.ts';
import { readZone } from '../../src/zone/reader/reader.ts';
import { memoryOpener } from '../../src/zone/reader/source.ts';

function zoneOf(labels: readonly string[]) {
  const text = ['$ORIGIN example.', '$TTL 60', '@ SOA a b 1 1 1 1 1', ...labels.map((label) => `${label} A 192.0.2.1`)];
  const opener = memoryOpener({ zone: new TextEncoder().encode(`${text.join('\n')}\n`) });
  const { records, origin, class: klass } = readZone(opener, 'zone', { origin: nameFromText('example') });
  return buildZone(records, origin, klass).zone;
}

const SALT = Uint8Array.of(0xaa, 0xbb);
const hash = (name: string) => createHash('sha1').update(nameFromText(name)).update(SALT).digest('hex');

describe('the NSEC3 chain', () => {
  // Few hashes are sorted by comparing, many by counting.
  test.each([1, 2, 40, 6000])('of %i names and the apex has their hashes in ascending order', (count) => {
    const labels = Array.from({ length: count }, (_, i) => `h${i}`);
    const zone = zoneOf(labels);
    const chain = buildNsec3Chain(zone, classifyNames(zone), { salt: SALT, iterations: 0, optOut: false })!;
    const found = Array.from({ length: chain.count }, (_, i) =>
      Buffer.from(chain.hashes.subarray(20 * i, 20 * i + 20)).toString('hex'),
    );
    expect(found).toEqual(['example', ...labels.map((label) => `${label}.example`)].map(hash).sort());
  });
});
