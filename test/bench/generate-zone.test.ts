import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countSignatures, generateZone } from '../../bench/generate-zone.mjs';
import { changeHosts, countRrsigs } from '../../bench/signed-text.mjs';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dnssec-test-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const generate = (shape: 'host' | 'tld', names: number, seed = 1, origin = 'test'): string => {
  const file = join(directory, 'zone');
  generateZone({ names, shape, origin, file, seed });
  return readFileSync(file, 'latin1');
};
const typesIn = (text: string): Record<string, number> => {
  const count: Record<string, number> = {};
  for (const [, type] of text.matchAll(/ IN ([A-Z]+) /g)) count[type as string] = (count[type as string] ?? 0) + 1;
  return count;
};

describe('a generated zone', () => {
  it('is the same for the same seed, another for another', () => {
    expect(generate('host', 50, 7)).toBe(generate('host', 50, 7));
    expect(generate('host', 50, 7)).not.toBe(generate('host', 50, 8));
  });

  it('of hosts has an A and an AAAA for each name, and a TXT for every tenth', () => {
    expect(typesIn(generate('host', 100))).toEqual({ SOA: 1, NS: 2, MX: 1, A: 103, AAAA: 100, TXT: 10 });
  });

  it('of delegations has two servers for each name, a DS for every tenth, glue for every twentieth', () => {
    expect(typesIn(generate('tld', 100))).toEqual({ SOA: 1, NS: 207, MX: 1, A: 8, DS: 10 });
  });

  it('has no owner twice', () => {
    const owners = [...generate('host', 5000).matchAll(/^(\S+) IN AAAA/gm)].map(([, owner]) => owner);
    expect(new Set(owners).size).toBe(5000);
  });

  it('says its origin as a full name, with or without the last dot in the argument', () => {
    expect(generate('host', 1, 1, 'a.test.')).toBe(generate('host', 1, 1, 'a.test'));
    expect(generate('host', 1, 1, 'a.test')).toMatch(/^\$ORIGIN a\.test\.$/m);
  });

  it('takes as many signatures as it has authoritative RRsets and NSEC3 records', () => {
    // SOA, NS, MX, DNSKEY, NSEC3PARAM, three addresses; NSEC3 for the apex, ns1, ns2, mail
    expect(countSignatures('host', 20)).toBe(8 + 20 + 20 + 2 + 4 + 20);
    expect(countSignatures('tld', 20)).toBe(8 + 2 + 4 + 2);
  });
});

describe('a signed zone as text', () => {
  it('is searched for RRSIGs in the layouts of all signers, bit maps left aside', () => {
    const text = `a.test.\t3600\tIN A\t10.0.0.1
\t\t\t3600\tRRSIG\tA 13 2 3600 (
\t\t\t\t20261221013817 20261121000817 38115 test. AAAA )
\t\t\t3600\tRRSIG\tNSEC3PARAM 13 1 0 20261221013817 20261121000817 38115 test. AAAA
abc.test. 3600 NSEC3 1 0 0 AABB (
\t\t\t\tDEF
\t\t\t\tA RRSIG )
abc.test. 3600 NSEC3 1 0 0 AABB DEF A RRSIG DNSKEY
abc.test. 3600 IN RRSIG TYPE65280 13 2 3600 20261221013817 20261121000817 38115 test. AAAA
`;
    expect(countRrsigsOf(text)).toBe(3);
  });

  it('is edited in the address of every hundredth host and nowhere else', () => {
    const before = generate('host', 250);
    const [from, to] = [join(directory, 'zone'), join(directory, 'changed')];
    expect(changeHosts(from, to)).toBe(3);
    const after = readFileSync(to, 'latin1').split('\n');
    const changed = before.split('\n').filter((line, index) => line !== after[index]);
    expect(changed).toHaveLength(3);
    expect(changed.every((line) => / IN A 10\./.test(line))).toBe(true);
  });
});

function countRrsigsOf(text: string): number {
  const file = join(directory, 'signed');
  writeFileSync(file, text);
  return countRrsigs(file);
}
