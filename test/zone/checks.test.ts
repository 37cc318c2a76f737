import { describe, expect, test } from 'vitest';
import { DnssecError } from '../../src/base/errors.ts';
import { asciiOctets } from '../../src/base/octets.ts';
import { nameFromText } from '../../src/dns/name.ts';
import { buildZone } from '../../src/zone/build.ts';
import { checkZone } from '../../src/zone/checks.ts';
import { readZone } from '../../src/zone/reader/reader.ts';
import { memoryOpener } from '../../src/zone/reader/source.ts';

const HEAD = '$TTL 3600\n@ SOA ns1 h 1 7200 3600 604800 3600\n@ NS ns1\nns1 A 192.0.2.1\n';
const DS = `DS 1 13 2 ${'AB'.repeat(32)}`;

function check(text: string): { errors: string[]; warnings: string[] } {
  const file = readZone(memoryOpener({ zone: asciiOctets(text) }), 'zone', { origin: nameFromText('example') });
  const { zone } = buildZone(file.records, file.origin, file.class);
  try {
    return { errors: [], warnings: checkZone(zone).map((d) => d.message) };
  } catch (error) {
    if (!(error instanceof DnssecError)) throw error;
    expect(error.code).toBe('ZONE_INVALID');
    return { errors: error.diagnostics.map((d) => `${d.line}: ${d.message}`), warnings: [] };
  }
}

describe('content of a zone', () => {
  test.each([
    ['a CNAME beside other data', 'a CNAME b\na TXT "x"\n', '5: a.example. has a CNAME record and TXT data'],
    ['two CNAMEs', 'a CNAME b\na CNAME c\n', '6: a.example. has more than one CNAME record'],
    ['two DNAMEs', 'a DNAME b.test.\na DNAME c.test.\n', '6: a.example. has more than one DNAME record'],
    ['two SOAs', '@ SOA ns1 h 2 7200 3600 604800 3600\n', '5: example. has more than one SOA record'],
    [
      'an SOA below the apex',
      'a SOA ns1 h 2 1 1 1 1\n',
      '5: a.example. has an SOA record, but is not the apex example',
    ],
    ['a DS at the apex', `@ ${DS}\n`, '5: the apex has a DS record'],
    [
      'a DS without a delegation',
      `a ${DS}\na A 192.0.2.1\n`,
      '5: a.example. has a DS record, but no NS record: it is no delegation',
    ],
    [
      'a delegated wildcard',
      '*.a NS ns1\n',
      "5: *.a.example. has an NS record: a wildcard can't be delegated (RFC 4592 §4.2)",
    ],
    ['an apex below a DNAME', '@ DNAME other.\n', '3: example. NS: ns1.example. lies below a DNAME'],
  ])('%s is an error with its line', (_, text, error) => {
    expect(check(HEAD + text).errors).toEqual([error]);
  });

  test('no NS at the apex, no SOA, a name server without an address or with an alias are errors', () => {
    const soa = '@ 60 SOA ns1 h 1 2 3 4 5\n';
    expect(check(soa).errors).toEqual(['1: zone example has no NS records at its apex']);
    expect(check('@ 60 NS ns.other.\n').errors).toEqual(['1: zone example has no SOA record at its apex']);
    expect(check(`${soa}@ 60 NS ns1\n`).errors).toEqual(['2: example. NS: ns1.example. has no address record']);
    expect(check(`${soa}@ 60 NS a\na 60 CNAME b\nb 60 A 192.0.2.1\n`).errors[0]).toMatch(/^2: .* is an alias/);
  });

  test.each([
    ['beside a CNAME: RRSIG, NSEC and KEY', 'a CNAME b\na NSEC b A\na KEY 256 3 13 AAAA\n'],
    ['a DS below a delegation: it is dead data', `a NS ns1\nb.a ${DS}\n`],
    ['a name server that a wildcard covers', 'a NS x.w\n*.w A 192.0.2.7\n'],
    ['a name server below another delegation', 'a NS x.b\nb NS y.b\ny.b A 192.0.2.8\n'],
    ['the null MX and targets outside', '@ MX 0 .\n@ MX 10 mail.other.\n'],
  ])('%s is fine', (_, text) => {
    expect(check(HEAD + text)).toEqual({ errors: [], warnings: [] });
  });

  test.each([
    ['missing glue', 'a NS ns.a\n', 'a.example. NS: ns.a.example. has no glue: nobody can find it'],
    ['an MX without address', '@ MX 1 m\n', 'example. MX: m.example. has no address record'],
    [
      'an MX that is an alias',
      '@ MX 1 m\nm CNAME ns1\n',
      'example. MX: m.example. is an alias (CNAME), which is not allowed (RFC 2181 §10.3)',
    ],
    [
      'an SRV to an empty non-terminal',
      '_a._tcp SRV 0 0 1 b\nc.b A 192.0.2.1\n',
      '_a._tcp.example. SRV: b.example. has no address record',
    ],
  ])('%s is a warning', (_, text, warning) => {
    expect(check(HEAD + text)).toEqual({ errors: [], warnings: [warning] });
  });

  test('at most 20 errors and 20 warnings are told', () => {
    const many = Array.from({ length: 50 }, (_, i) => `m${i} MX 1 none${i}\n`).join('');
    expect(check(HEAD + many).warnings).toHaveLength(21);
    const bad = Array.from({ length: 50 }, (_, i) => `m${i} CNAME a\nm${i} TXT x\n`).join('');
    expect(check(HEAD + bad).errors).toHaveLength(20);
  });
});
