import { describe, expect, test } from 'vitest';
import { verifyZone } from '../../src/verify/verify-zone.ts';
import { decide, linesOf, makeTestKey, NOW, NSEC3, type SignedText, signText, validityFrom } from './signing.ts';

const KEYS = [makeTestKey('ksk'), makeTestKey('zsk')];
const DAY = 86_400;

const ZONE = `$TTL 3600
@ 7200 IN SOA ns1 host 10 7200 3600 604800 1800
@ NS ns1
ns1 A 192.0.2.1
a.b.c TXT "below two empty non-terminals"
*.w TXT "wildcard"
insecure NS ns1.insecure
ns1.insecure A 192.0.2.2
insecure.deep.down NS ns1
secure NS ns1
secure DS 12345 13 2 ${'AB'.repeat(32)}
dname DNAME other.example.
below.dname TXT "occluded"
`;

async function findings(zone: Parameters<typeof verifyZone>[0], at = NOW) {
  const report = await verifyZone(zone, { at: [at], threads: 1 });
  return report.findings.filter((f) => f.severity === 'error').map((f) => `${f.owner} ${f.type} ${f.kind}`);
}

describe('what is signed', () => {
  test('every authoritative RRset, by the keys of its kind, and nothing else', async () => {
    const signed = await signText(ZONE, { keys: KEYS, denial: { type: 'nsec' } });
    const covered = linesOf(signed, 'RRSIG').map(([owner, , , , rdata]) => `${owner} ${rdata!.split(' ')[0]}`);
    const tagOf = (type: string) =>
      linesOf(signed, 'RRSIG')
        .filter(([, , , , rdata]) => rdata!.startsWith(`${type} `))
        .map(([, , , , rdata]) => Number(rdata!.split(' ')[6]));
    expect(covered).toContain('secure.example. DS');
    for (const bare of [
      'secure.example. NS',
      'insecure.example. NS',
      'ns1.insecure.example. A',
      'below.dname.example. TXT',
    ]) {
      expect(covered).not.toContain(bare);
    }
    expect(tagOf('DNSKEY')).toEqual([KEYS[0]!.keyTag]);
    expect(new Set(tagOf('SOA'))).toEqual(new Set([KEYS[1]!.keyTag]));
    expect(await findings(signed.zone)).toEqual([]);
  });

  test('occluded names and glue stay in the file', async () => {
    const signed = await signText(ZONE, { keys: KEYS });
    expect(signed.text).toContain('below.dname.example.\t3600\tIN\tTXT');
    expect(signed.text).toContain('ns1.insecure.example.\t3600\tIN\tA');
  });

  test('the SOA stands first', async () => {
    const signed = await signText(ZONE, { keys: KEYS });
    expect(signed.lines[0]).toMatch(/^example\.\t7200\tIN\tSOA\t/);
  });

  test('old signatures and chains of the zone file are set aside, so that signing twice is signing once', async () => {
    const once = await signText(ZONE, { keys: KEYS });
    const twice = await signText(once.text, { keys: KEYS });
    const data = (text: string) => text.split('\n').filter((line) => !/\t(?:RRSIG|SOA)\t/.test(line));
    expect(data(twice.text)).toEqual(data(once.text));
  });

  test('a DNSKEY that the zone file holds already is not doubled', async () => {
    const once = await signText(ZONE, { keys: KEYS });
    const dnskeys = linesOf(once, 'DNSKEY').map((fields) => fields.join(' '));
    const twice = await signText(`${ZONE}${dnskeys.join('\n')}\n`, { keys: KEYS });
    expect(linesOf(twice, 'DNSKEY')).toHaveLength(2);
  });
});

describe('denial of existence', () => {
  test('NSEC3 has entries for names and empty non-terminals, not for occluded ones (RFC 5155 §7.1)', async () => {
    const signed = await signText(ZONE, { keys: KEYS });
    // apex, ns1, c, b.c, a.b.c, w, *.w, insecure, down, deep.down, insecure.deep.down, secure, dname
    expect(linesOf(signed, 'NSEC3')).toHaveLength(13);
    expect(await findings(signed.zone)).toEqual([]);
  });

  test('opt-out leaves out insecure delegations and what leads only to them', async () => {
    const signed = await signText(ZONE, { keys: KEYS, denial: { ...NSEC3, optOut: true } });
    expect(linesOf(signed, 'NSEC3')).toHaveLength(9);
    expect(await findings(signed.zone)).toEqual([]);
  });

  test('the TTL of the chain is the smaller of SOA TTL and minimum (RFC 9077 §3.2)', async () => {
    const signed = await signText(ZONE, { keys: KEYS });
    expect(new Set(linesOf(signed, 'NSEC3').map(([, ttl]) => ttl))).toEqual(new Set(['1800']));
    const low = await signText(ZONE.replace('7200 IN SOA', '600 IN SOA'), { keys: KEYS, denial: { type: 'nsec' } });
    expect(new Set(linesOf(low, 'NSEC').map(([, ttl]) => ttl))).toEqual(new Set(['600']));
  });

  test('NSEC3PARAM does not say opt-out (RFC 5155 §4.1.2)', async () => {
    const signed = await signText(ZONE, { keys: KEYS, denial: { ...NSEC3, optOut: true } });
    expect(linesOf(signed, 'NSEC3PARAM')[0]![4]).toBe('1 0 0 AABB');
  });
});

describe('renewing', () => {
  test('nothing is due: the same zone, fresh signatures', async () => {
    const first = await signText(ZONE, { keys: KEYS });
    expect(decide(ZONE, { keys: KEYS, previous: first.zone, validity: validityFrom(NOW + 3 * DAY) })).toEqual({
      status: 'unchanged',
      serial: first.serial,
      soonest: NOW + 30 * DAY,
    });
  });

  test('one second before the refresh time nothing is due, at it everything is', async () => {
    const first = await signText(ZONE, { keys: KEYS });
    const due = NOW + 22.5 * DAY;
    const signing = (now: number) => ({ keys: KEYS, previous: first.zone, validity: validityFrom(now) });
    expect(decide(ZONE, signing(due - 1)).status).toBe('unchanged');
    const again = await signText(ZONE, signing(due));
    expect(again.statistics.kept).toBe(0);
    expect(again.serial).toBe(first.serial + 1);
  });

  test('a changed RRset is signed anew, with the SOA and what denies it; the rest stays', async () => {
    const first = await signText(ZONE, { keys: KEYS });
    const edited = ZONE.replace('ns1 A 192.0.2.1', 'ns1 A 192.0.2.99');
    const second = await signText(edited, { keys: KEYS, previous: first.zone });
    expect(second.statistics.made).toBe(2);
    expect(second.statistics.kept).toBe(first.statistics.made - 2);
    expect(await findings(second.zone)).toEqual([]);
  });

  test.each([
    ['a name more', `${ZONE}new A 192.0.2.7\n`],
    ['a name less', ZONE.replace('*.w TXT "wildcard"\n', '')],
    ['a record more', `${ZONE}ns1 A 192.0.2.8\n`],
    ['another TTL', ZONE.replace('ns1 A', 'ns1 60 A')],
    ['glue only', ZONE.replace('ns1.insecure A 192.0.2.2', 'ns1.insecure A 192.0.2.3')],
    ['an SOA timer', ZONE.replace('604800', '604801')],
    ['a raised serial', ZONE.replace('host 10 ', 'host 20 ')],
  ])('%s is a change, and the serial moves', async (_, edited) => {
    const first = await signText(ZONE, { keys: KEYS });
    const second = await signText(edited, { keys: KEYS, previous: first.zone });
    expect(second.serial).toBeGreaterThan(first.serial);
    expect(await findings(second.zone)).toEqual([]);
  });

  test('a key that has left takes its signatures along', async () => {
    const first = await signText(ZONE, { keys: KEYS });
    const rolled = [KEYS[0]!, makeTestKey('zsk')];
    const second = await signText(ZONE, { keys: rolled, previous: first.zone });
    const tags = new Set(linesOf(second, 'RRSIG').map(([, , , , rdata]) => Number(rdata!.split(' ')[6])));
    expect(tags).toEqual(new Set(rolled.map((key) => key.keyTag)));
    expect(await findings(second.zone)).toEqual([]);
  });

  test('signatures of another key with the tag of a present one do not stay', async () => {
    const first = await signText(ZONE, { keys: KEYS });
    const other = makeTestKey('zsk');
    // The same tag by decree: what is kept must not rest on the tag alone.
    const disguised = { ...first.zone, octets: first.zone.octets.slice() };
    const tag = KEYS[1]!.keyTag;
    for (let r = 0; r < disguised.recordCount; r++) {
      const at = disguised.rdata[r]!;
      if (disguised.octets[at + 16] === tag >>> 8 && disguised.octets[at + 17] === (tag & 255)) {
        disguised.octets[at + 16] = other.keyTag >>> 8;
        disguised.octets[at + 17] = other.keyTag & 255;
      }
    }
    const second = await signText(ZONE, { keys: [KEYS[0]!, other], previous: disguised });
    expect(await findings(second.zone)).toEqual([]);
  });

  test('a signature that lasts longer than is wanted now is not kept', async () => {
    const first = await signText(ZONE, { keys: KEYS });
    const validity = { ...validityFrom(NOW), expiration: NOW + 10 * DAY, refresh: 2 * DAY };
    const second = await signText(ZONE, { keys: KEYS, previous: first.zone, validity });
    expect(second.statistics.kept).toBe(0);
  });
});

describe('keys', () => {
  test('a zone whose published algorithms do not all sign it is refused (RFC 4035 §2.2)', () => {
    const foreign = makeTestKey('zsk', 15);
    const published = { ...foreign, signsData: false };
    expect(() => decide(ZONE, { keys: [...KEYS, published] })).toThrow(/algorithm 15/);
  });

  test('two algorithms sign everything twice', async () => {
    const keys = [...KEYS, makeTestKey('csk', 15)];
    const signed = await signText(ZONE, { keys });
    expect(await findings(signed.zone)).toEqual([]);
    expect(signed.statistics.made).toBe(2 * signed.statistics.signedRrsets);
  });

  test('no active key is an error that says how to make one', () => {
    expect(() => decide(ZONE, { keys: [] })).toThrow(/no active/);
  });
});

/** The Signature Expiration of each RRSIG. */
function endsOf(signed: SignedText): number[] {
  return linesOf(signed, 'RRSIG').map((fields) => {
    const t = fields[4]!.split(' ')[4]!;
    const [year, month, day] = [+t.slice(0, 4), +t.slice(4, 6), +t.slice(6, 8)];
    return Date.UTC(year, month - 1, day, +t.slice(8, 10), +t.slice(10, 12), +t.slice(12)) / 1000;
  });
}

describe('jitter', () => {
  test('ends are spread over the jitter and never later than the expiration', async () => {
    const jitter = DAY / 2;
    const signed = await signText(ZONE, { keys: KEYS, validity: { ...validityFrom(NOW), jitter } });
    const ends = endsOf(signed);
    const latest = NOW + 30 * DAY;
    for (const end of ends) {
      expect(end).toBeLessThanOrEqual(latest);
      expect(end).toBeGreaterThan(latest - jitter);
    }
    expect(new Set(ends).size).toBeGreaterThan(ends.length / 2);
  });

  test('the earliest end is told, whichever RRset it is that has it', async () => {
    const owners = new Set<string>();
    // A zone of two names, so that each of its RRsets has the earliest end with one seed or another.
    const zone = '@ 60 SOA a b 1 2 3 4 5\n@ 60 NS a.other.\n';
    for (let seed = 0; seed < 60; seed++) {
      const validity = { ...validityFrom(NOW), jitter: DAY / 2 };
      const signed = await signText(zone, { keys: KEYS, zonemd: true, validity, request: { seed } });
      const ends = endsOf(signed);
      expect(signed.statistics.soonest).toBe(Math.min(...ends));
      owners.add(linesOf(signed, 'RRSIG')[ends.indexOf(signed.statistics.soonest)]![4]!.split(' ')[0]!);
    }
    expect([...owners].sort()).toEqual(['DNSKEY', 'NS', 'NSEC3', 'NSEC3PARAM', 'SOA', 'ZONEMD']);
  });
});

describe('ZONEMD', () => {
  test('the digest is right with NSEC and with NSEC3 (RFC 8976 §3)', async () => {
    for (const denial of [{ type: 'nsec' } as const, NSEC3]) {
      const signed = await signText(ZONE, { keys: KEYS, denial, zonemd: true });
      expect(linesOf(signed, 'ZONEMD')).toHaveLength(1);
      expect(await findings(signed.zone)).toEqual([]);
    }
  });

  test('an unchanged zone with a digest stays unchanged', async () => {
    const signed = await signText(ZONE, { keys: KEYS, zonemd: true });
    expect(decide(ZONE, { keys: KEYS, zonemd: true, previous: signed.zone }).status).toBe('unchanged');
    expect(decide(ZONE, { keys: KEYS, zonemd: false, previous: signed.zone }).status).toBe('due');
  });
});

describe('a zone file that is signed already', () => {
  const FOREIGN = makeTestKey('csk', 15);
  const dnskey = (signed: Awaited<ReturnType<typeof signText>>) => linesOf(signed, 'DNSKEY').map((fields) => fields[4]);

  test('loses the keys of that signing, which are not at hand, with its signatures', async () => {
    const foreign = await signText(ZONE, { keys: [FOREIGN] });
    const mine = await signText(foreign.text, { keys: KEYS, wasSigned: true });
    expect(dnskey(mine)).toHaveLength(2);
    expect(mine.setAside).toEqual([FOREIGN.keyTag]);
    expect(await findings(mine.zone)).toEqual([]);
  });

  test("an unsigned one keeps another signer's key, which must be of an algorithm that signs", async () => {
    const other = makeTestKey('zsk');
    const line = (await signText(ZONE, { keys: [...KEYS, other] })).lines.filter((l) => l.includes('\tDNSKEY\t256'));
    const mine = await signText(`${ZONE}${line.join('\n')}\n`, { keys: KEYS });
    expect(dnskey(mine)).toHaveLength(3);
    expect(mine.setAside).toEqual([]);
  });
});

describe('a new algorithm (RFC 6781 §4.1.4)', () => {
  const ed25519 = makeTestKey('zsk', 15);

  test('signs everything before its DNSKEY is there; its signatures are kept like any others', async () => {
    const signing = { keys: [...KEYS, ed25519], unpublished: [ed25519] };
    const first = await signText(ZONE, signing);
    const bySoa = linesOf(first, 'RRSIG').filter(([, , , , rdata]) => rdata!.startsWith('SOA '));
    expect(bySoa.map(([, , , , rdata]) => rdata!.split(' ')[1]).sort()).toEqual(['13', '15']);
    expect(await findings(first.zone)).toEqual([]);
    expect(decide(ZONE, { ...signing, previous: first.zone }).status).toBe('unchanged');
  });

  test('another key that has come by the same tag keeps none of its signatures', async () => {
    const first = await signText(ZONE, { keys: [...KEYS, ed25519], unpublished: [ed25519] });
    const twin = { ...makeTestKey('zsk', 15), keyTag: ed25519.keyTag };
    const second = await signText(ZONE, { keys: [...KEYS, twin], unpublished: [twin], previous: first.zone });
    expect(second.statistics.kept).toBeGreaterThan(0);
    expect(second.statistics.made).toBeGreaterThanOrEqual(second.statistics.kept);
  });
});

describe('a zone that has gone insecure', () => {
  const unsigned = { keys: [], denial: { type: 'none' } } as const;

  test('is written without any DNSSEC record, with a serial that rises', async () => {
    const signed = await signText(ZONE, { keys: KEYS });
    const bare = await signText(ZONE, { ...unsigned, previous: signed.zone });
    expect(bare.serial).toBe(signed.serial + 1);
    for (const type of ['RRSIG', 'NSEC', 'NSEC3', 'NSEC3PARAM', 'DNSKEY']) expect(linesOf(bare, type)).toEqual([]);
    expect(linesOf(bare, 'TXT')).toHaveLength(3);
  });

  test('is left alone while nothing changes', async () => {
    const bare = await signText(ZONE, unsigned);
    expect(decide(ZONE, { ...unsigned, previous: bare.zone })).toMatchObject({
      status: 'unchanged',
      serial: bare.serial,
    });
  });
});
