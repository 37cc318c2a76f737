import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DIFFERENCES, ourAnswer, RECORDED, REFUSED, type Reading } from '../dns/rdata/recorded.ts';
import { describePeers, peer } from './peers.ts';

/** Runs a program on some input. @returns its standard output, undefined when it fails */
function run(program: string, args: readonly string[], input: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = execFile(
      peer(program),
      args,
      { encoding: 'latin1', timeout: 30_000, maxBuffer: 1 << 26 },
      (error, out) => resolve(error === null ? out : undefined),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(input, 'latin1');
  });
}

/** What BIND makes of a class, a type and an RDATA text. */
async function bindAnswer(line: string): Promise<Reading | typeof REFUSED> {
  const unknown = await run('named-rrchecker', ['-o', 'example.', '-u'], `${line}\n`);
  if (unknown === undefined) return REFUSED;
  const presentation = await run('named-rrchecker', ['-o', 'example.', '-p'], `${line}\n`);
  const [, , rdata] = unknown.trimEnd().split('\t');
  return {
    wire: rdata!.replace(/^\\# \d+ ?/, '').toLowerCase(),
    printed: presentation!.replace(/\n$/, '').split('\t').slice(2).join('\t'),
  };
}

/** Does `work` for each item, a few at a time. */
async function forAll<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++]!);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

const chosen = new Set(DIFFERENCES.flatMap(({ lines }) => lines));

describePeers('RDATA and named-rrchecker', ['named-rrchecker'], () => {
  test('we read, refuse, encode and print as BIND does, but where we chose not to', async () => {
    const wrong: unknown[] = [];
    await forAll(RECORDED, async ({ line }) => {
      if (chosen.has(line)) return;
      const [bind, ours] = [await bindAnswer(line), ourAnswer(line)];
      if (JSON.stringify(bind) !== JSON.stringify(ours)) wrong.push({ line, bind, ours });
    });
    expect(wrong).toEqual([]);
  }, 240_000);

  test('each difference we list is one', async () => {
    for (const line of chosen) expect(await bindAnswer(line), line).not.toEqual(ourAnswer(line));
  });
});

/** Records that named-compilezone does not take or print one by one, whatever their RDATA. */
const NOT_IN_A_ZONE = /^IN (?:SOA|NULL|NXT|SIG|KEY|MD|MF) /;

describePeers('RDATA in a zone and named-compilezone', ['named-compilezone'], () => {
  const place = mkdtempSync(join(tmpdir(), 'dnssec-rdata-'));
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  test('a zone of everything we print is read and printed as it is', async () => {
    const records = new Map<string, string>();
    for (const { line } of RECORDED) {
      const our = ourAnswer(line);
      if (our === REFUSED || !line.startsWith('IN ') || NOT_IN_A_ZONE.test(line) || chosen.has(line)) continue;
      records.set(`r${records.size}.example.`, `${line.split(' ')[1]} ${our.printed}`);
    }
    expect(records.size).toBeGreaterThan(400);
    const apex =
      'example. SOA ns.example. hostmaster.example. 1 2 3 4 5\nexample. NS ns.example.\nns.example. A 192.0.2.1\n';
    const zone = [...records].map(([owner, record]) => `${owner} ${record}\n`).join('');
    const file = join(place, 'zone');
    writeFileSync(file, `$TTL 60\n${apex}${zone}`, 'latin1');
    const lax = ['-k', '-m', '-M', '-n', '-r', '-S', '-T', '-W'].flatMap((flag) => [flag, 'ignore']);
    const out = await run('named-compilezone', [...lax, '-i', 'none', '-q', '-o', '-', 'example.', file], '');
    if (out === undefined) throw new Error('named-compilezone refuses the zone');
    for (const line of out.split('\n')) {
      const [, owner, type, rdata] = /^(\S+)\s+\d+ IN (\S+)[ \t]*(.*)$/.exec(line) ?? [];
      const record = owner === undefined ? undefined : records.get(owner);
      if (record === undefined) continue;
      records.delete(owner!);
      expect(rdata, line).toBe(record.slice(record.indexOf(' ') + 1));
      expect(type === record.slice(0, record.indexOf(' ')) || record.startsWith('TYPE'), line).toBe(true);
    }
    expect([...records]).toEqual([]);
  });
});

/** The types that NSD 4.6 and Knot 3.2 know, and that may stand alone at a name. */
const COMMON = (
  'A CNAME PTR HINFO MX TXT RP AFSDB RT AAAA LOC SRV NAPTR KX CERT DNAME APL SSHFP IPSECKEY DHCID TLSA SMIMEA CDS ' +
  'CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS SPF NID L32 L64 LP EUI48 EUI64 URI CAA NSEC3PARAM DNSKEY TYPE65280'
).split(' ');

describePeers('RDATA in a zone, NSD and Knot', ['nsd-checkzone', 'kzonecheck'], () => {
  const place = mkdtempSync(join(tmpdir(), 'dnssec-rdata-'));
  const file = join(place, 'zone');
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  const write = (records: readonly string[]) => {
    const apex =
      'example. SOA ns.example. hostmaster.example. 1 2 3 4 5\nexample. NS ns.example.\nns.example. A 192.0.2.1\n';
    const zone = records.map((record, index) => `r${index}.example. ${record}\n`).join('');
    writeFileSync(file, `$TTL 60\n${apex}${zone}`, 'latin1');
  };
  const isLoaded = async () => ({
    nsd: (await run('nsd-checkzone', ['example.', file], '')) !== undefined,
    knot: (await run('kzonecheck', ['-o', 'example.', file], '')) !== undefined,
  });

  test('both read what we print of each common type', async () => {
    const records = COMMON.map((type) => {
      const our = RECORDED.filter((row) => row.line.startsWith(`IN ${type} `))
        .map(({ line }) => ourAnswer(line))
        .find((answer) => answer !== REFUSED);
      if (our === undefined) throw new Error(`${type} is not in the fixture`);
      return `${type} ${our.printed}`;
    });
    write(records);
    expect(await isLoaded()).toEqual({ nsd: true, knot: true });
  });

  test('both refuse the same zone with a bad record', async () => {
    write(['A 192.0.2']);
    expect(await isLoaded()).toEqual({ nsd: false, knot: false });
  });
});
