/** Zone files for comparing signers: each tries one thing that signers may see differently. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';

/** A zone file to be signed. */
export interface TestZone {
  readonly name: string;
  readonly origin: string;
  readonly text: string;
  /** Programs that refuse the zone whoever signs it, and why. */
  readonly refusedBy?: Readonly<Partial<Record<'ldns-verify-zone' | 'kzonecheck', string>>>;
}

const APEX = `$TTL 3600
@ IN SOA ns1 hostmaster 2026010100 7200 3600 1209600 1800
@ IN NS ns1
ns1 IN A 192.0.2.1
`;

function zone(name: string, records: readonly string[], origin = 'example.'): TestZone {
  return { name, origin, text: `$ORIGIN ${origin}\n${APEX}${records.join('\n')}\n` };
}

const DIGEST = 'AB'.repeat(32);

const DELEGATIONS = zone('delegations, secure and insecure, with glue inside, beside and below', [
  'insecure NS ns.insecure',
  'insecure NS ns2.insecure',
  'ns.insecure A 192.0.2.2',
  'ns2.insecure AAAA 2001:db8::2',
  'secure NS ns.secure',
  `secure DS 12345 13 2 ${DIGEST}`,
  `secure DS 12346 8 2 ${DIGEST}`,
  'ns.secure A 192.0.2.3',
  'outside NS ns.other.test.',
  'sibling NS ns.insecure',
  // Glue at the delegation itself, and a delegation below a delegation: occluded.
  'self NS self',
  'self A 192.0.2.4',
  'deeper.secure NS ns.deeper.secure',
  `deeper.secure DS 1 13 2 ${DIGEST}`,
  'ns.deeper.secure A 192.0.2.5',
  'a.b.insecure TXT "occluded"',
  '*.insecure TXT "an occluded wildcard"',
  // Delegations in a row, and around a name with data.
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((i) => `d${i} NS ns.other.test.`),
  'd4x A 192.0.2.6',
]);

const NON_TERMINALS = zone('empty non-terminals over data, over delegations of both kinds, and over both', [
  'a.b.c.d TXT "three of them"',
  'x.y.c.d TXT "a branch"',
  'only.insecure1 NS ns.other.test.',
  'deep.er.insecure2 NS ns.other.test.',
  'deep.too.insecure2 NS ns.other.test.',
  'only.secure NS ns.other.test.',
  `only.secure DS 12345 13 2 ${DIGEST}`,
  'one.mixed NS ns.other.test.',
  'two.mixed NS ns.other.test.',
  `two.mixed DS 12345 13 2 ${DIGEST}`,
  'three.data NS ns.other.test.',
  'four.data A 192.0.2.2',
  'five.six.data NS ns.other.test.',
  'glue.far.ns.parent A 192.0.2.3',
  'ns.parent NS glue.far.ns.parent',
]);

const WILDCARDS = zone('wildcards, also inside of names, with names below them', [
  '* TXT "at the apex"',
  '*.a MX 10 mail',
  '*.a A 192.0.2.2',
  'b.*.a A 192.0.2.3',
  '*.*.c TXT "two"',
  'x.*.d CNAME *.a',
  '*.e CNAME ns1',
  '*.f DNAME other.test.',
  'real.a A 192.0.2.4',
  '*x.g A 192.0.2.5',
  '**.g A 192.0.2.6',
  String.raw`\042.h A 192.0.2.7`,
  'mail A 192.0.2.8',
]);

const DNAMES: TestZone = {
  ...zone('DNAME and what it occludes', [
    'old DNAME new',
    'old TXT "beside it"',
    'below.old A 192.0.2.2',
    'far.below.old MX 10 ns1',
    'sub.old NS ns.sub.old',
    'ns.sub.old A 192.0.2.3',
    `sub.old DS 1 13 2 ${DIGEST}`,
    'new A 192.0.2.4',
    'a.new A 192.0.2.5',
    'under.non.terminal DNAME other.test.',
    'x.under.non.terminal A 192.0.2.6',
    'older A 192.0.2.7',
    'cname CNAME a.old',
  ]),
  refusedBy: { kzonecheck: 'it wants no names below a DNAME' },
};

const CASES = zone(
  'mixed case in owners and in data',
  [
    'WWW A 192.0.2.2',
    'www AAAA 2001:db8::2',
    'Www TXT "Case Of Text Stays"',
    'MAIL MX 10 Mail.EXAMPLE.',
    'mail MX 20 mAIL2.Example.',
    'Srv SRV 1 2 3 TARGET.Example.',
    'Soa.Of CNAME Ns1.EXAMPLE.',
    'SUB NS Ns1.Sub',
    `sub DS 12345 13 2 ${DIGEST}`,
    'NS1.SUB A 192.0.2.3',
    'Naptr NAPTR 1 1 "u" "E2U+sip" "" _SIP._udp.Example.',
    'Rp RP Admin.Example. Text.Example.',
    'Kx KX 1 Kx.Example.',
    'Afs AFSDB 1 AFS.Example.',
    'Https HTTPS 1 Target.Example. alpn=h2',
    'Minfo MINFO R.Example. E.Example.',
    'Dn DNAME Other.TEST.',
    'Z.a A 192.0.2.4',
    'zABC.a A 192.0.2.5',
    'yljkjljk.a A 192.0.2.6',
  ],
  'ExAmple.',
);

const ESCAPES = zone('names with octets of every kind, in every order', [
  String.raw`a\.b A 192.0.2.2`,
  'a.b A 192.0.2.3',
  String.raw`\000 A 192.0.2.4`,
  String.raw`\001.z A 192.0.2.5`,
  String.raw`\200.z A 192.0.2.6`,
  '*.z A 192.0.2.7',
  'z A 192.0.2.8',
  String.raw`\255 A 192.0.2.9`,
  String.raw`sp\032ace A 192.0.2.10`,
  String.raw`tab\009 A 192.0.2.11`,
  String.raw`\$x A 192.0.2.13`,
  String.raw`\(paren\) A 192.0.2.14`,
  String.raw`quo\"te A 192.0.2.15`,
  String.raw`semi\;colon A 192.0.2.16`,
  String.raw`back\\slash A 192.0.2.17`,
  String.raw`\065upper MX 1 \065upper`,
  String.raw`x\000y.\000 A 192.0.2.18`,
  String.raw`x\001y.\000 A 192.0.2.19`,
  String.raw`x.\000.z A 192.0.2.20`,
  '- A 192.0.2.21',
  '0 A 192.0.2.22',
  '_ A 192.0.2.23',
]);

/** As long as names may be: 255 octets. dnssec-signzone puts a wildcard label before each and gives up on these. */
export const LONGEST = zone('the longest names', [
  `${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(53)} A 192.0.2.3`,
  `${'1.'.repeat(122)}x A 192.0.2.4`,
]);

const LONG = zone('long names and labels', [
  `${'a'.repeat(63)} A 192.0.2.2`,
  `${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(51)} A 192.0.2.3`,
  `${'1.'.repeat(121)}x A 192.0.2.4`,
  `${'2.'.repeat(100)}x NS ns1`,
]);

const TYPES = zone('types of all kinds, known and unknown', [
  '@ CAA 0 issue "ca.example"',
  '@ TXT "one" "two" ""',
  String.raw`t TXT "\"quoted\" \\ \000\255;" unquoted\ text`,
  '_sip._tcp SRV 0 5 5060 ns1',
  '_443._tcp TLSA 3 1 1 8D02536C887482BC34FF54E41D2BA659BF85B341A0A20AFADB5813DCFBCF286D',
  'h SSHFP 4 2 5A1F0B9D3C7E2648A0B1C2D3E4F5061728394A5B6C7D8E9F0011223344556677',
  'h HINFO "KLH-10" "ITS"',
  'h LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m',
  'h RP admin.example. txt.example.',
  'u URI 10 1 "https://example/path"',
  's SVCB 1 target.example. alpn="h3,h2" port=8443 ipv4hint=192.0.2.1',
  's HTTPS 0 ns1',
  'x TYPE65280 \\# 4 0A000001',
  'x TYPE65281 \\# 0',
  'x TYPE1000 \\# 2 FFFF',
  'x TYPE300 \\# 1 00',
  'n NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .',
  'c CERT 1 12345 8 AAEC',
  'c OPENPGPKEY AAEC',
  'c SMIMEA 3 1 1 8D02536C887482BC34FF54E41D2BA659BF85B341A0A20AFADB5813DCFBCF286D',
  'e EUI48 00-00-5e-00-53-2a',
  'e EUI64 00-00-5e-ef-10-00-00-2a',
  'l L32 10 10.1.2.0',
  'l LP 10 l64.example.',
  'k KX 10 ns1',
  'k IPSECKEY 10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
  'k DHCID AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=',
  'p APL 1:192.0.2.0/24 !2:2001:db8::/32',
  'p AFSDB 1 ns1',
  'p RT 10 ns1',
  '@ CSYNC 66 3 A NS AAAA',
  // Below the apex it is data as any other, and is digested itself (RFC 8976 §3.3.1.1).
  `below ZONEMD 1 1 1 ${'AB'.repeat(48)}`,
]);

const RARE_TYPES: TestZone = {
  ...zone('types that few programs can read', [
    'l NID 10 0014:4fff:ff20:ee64',
    'l L64 10 2001:0DB8:1140:1000',
    'p X25 "311061700956"',
    'p ISDN "150862028003217" "004"',
    'p NSAP 0x47000580005a0000000001e133ffffff00016200',
    'p GPOS -32.6882 116.8652 10.0',
    'd DLV 12345 13 2 ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB',
    'Px PX 1 Map822.Example. Mapx400.Example.',
  ]),
  refusedBy: { kzonecheck: 'it does not read these types' },
};

const AT_SIGN: TestZone = {
  ...zone('a label of one @', [String.raw`\@ A 192.0.2.2`, 'a.b A 192.0.2.3', '0 A 192.0.2.4']),
  refusedBy: { 'ldns-verify-zone': 'it takes the name for the origin' },
};

const TTLS = zone('TTLs of every size', [
  '$TTL 60',
  'short A 192.0.2.2',
  'zero 0 A 192.0.2.3',
  'long 8640000 A 192.0.2.4',
  'units 1d2h3m4s A 192.0.2.5',
  'deleg 7 NS ns1',
  `deleg 9 DS 1 13 2 ${DIGEST}`,
  'same 300 A 192.0.2.6',
  'same 300 A 192.0.2.7',
  'same 300 A 192.0.2.6',
]);

const LARGE = zone('an RRset of 300 records and one of 4,000 octets', [
  ...Array.from({ length: 300 }, (_, i) => `many A 10.0.${i % 7}.${i % 256}`),
  `wide TXT ${'"0123456789abcdef0123456789abcdef" '.repeat(120)}`,
]);

const TINY: TestZone = {
  name: 'nothing but an apex, and no name server inside',
  origin: 'example.',
  text: '@ 300 IN SOA ns.other.test. host.other.test. 1 2 3 4 5\n@ 300 IN NS ns.other.test.\n',
};

const ROOT: TestZone = {
  name: 'the root zone',
  origin: '.',
  text: `. 86400 IN SOA a.root. host.root. 2026010100 1800 900 604800 86400
. 518400 IN NS a.root.
a.root. 518400 IN A 192.0.2.1
test. 172800 IN NS ns.test.
ns.test. 172800 IN A 192.0.2.2
arpa. 172800 IN NS a.root.
arpa. 86400 IN DS 12345 13 2 ${DIGEST}
XN--P1AI. 172800 IN NS a.root.
`,
};

const REVERSE = zone(
  'a reverse zone with classless delegations',
  [
    '$GENERATE 1-20 $ PTR host-$.example.',
    '0/25 NS ns.other.test.',
    '$GENERATE 30-40 $ CNAME $.0/25',
    `128-25 NS ns.other.test.`,
    `128-25 DS 1 13 2 ${DIGEST}`,
  ],
  '2.0.192.in-addr.arpa.',
);

const SAMPLE: TestZone = {
  name: 'the sample zone',
  origin: 'example.com.',
  text: readFileSync(fileURLToPath(new URL('../../zones/example.com.zone', import.meta.url)), 'latin1'),
};

const APEX_DNAME: TestZone = {
  name: 'a DNAME at the apex',
  origin: 'example.',
  text: `$TTL 3600
@ IN SOA ns.other.test. host.other.test. 1 2 3 4 5
@ IN NS ns.other.test.
@ IN DNAME other.test.
`,
};

export const ZONES: readonly TestZone[] = [
  SAMPLE,
  DELEGATIONS,
  NON_TERMINALS,
  WILDCARDS,
  DNAMES,
  CASES,
  ESCAPES,
  LONG,
  TYPES,
  RARE_TYPES,
  AT_SIGN,
  TTLS,
  LARGE,
  TINY,
  ROOT,
  REVERSE,
  APEX_DNAME,
];

/**
 * Labels that meet often, so that names lie below each other, and that sort in uncommon ways. Each has one spelling:
 * what case a next owner is printed in, where the file has several, is up to the signer.
 */
const LABEL = fc.constantFrom('a', 'B', 'c', 'C-', 'w', '*', '0', '-', String.raw`x\.y`, String.raw`\000`, 'zz', 'Zz-');

/** What a name holds. */
const CONTENT = fc.oneof(
  { weight: 4, arbitrary: fc.constant(['A 192.0.2.1']) },
  { weight: 2, arbitrary: fc.constant(['MX 10 Mail.Example.', 'MX 5 a', 'AAAA 2001:db8::1']) },
  { weight: 2, arbitrary: fc.constant(['NS ns.other.test.']) },
  { weight: 2, arbitrary: fc.constant(['NS ns1', `DS 1 13 2 ${DIGEST}`]) },
  { weight: 1, arbitrary: fc.constant(['NS ns1', 'A 192.0.2.7']) },
  { weight: 1, arbitrary: fc.constant(['CNAME ns1']) },
  { weight: 1, arbitrary: fc.constant(['DNAME other.test.', 'TXT "beside DNAME"']) },
  { weight: 1, arbitrary: fc.constant(['TYPE65280 \\# 1 00', 'CAA 0 issue ";"']) },
  {
    weight: 1,
    arbitrary: fc.array(fc.nat(255), { minLength: 1, maxLength: 4 }).map((ns) => ns.map((n) => `A 10.0.0.${n}`)),
  },
);

/** Zones of up to 40 names below each other, of any content. A wildcard is never delegated: BIND refuses that. */
export const anyZone: fc.Arbitrary<TestZone> = fc
  .array(fc.tuple(fc.array(LABEL, { minLength: 1, maxLength: 5 }), CONTENT, fc.integer({ min: 0, max: 100_000 })), {
    minLength: 1,
    maxLength: 40,
  })
  .map((entries) => {
    const seen = new Set<string>(['ns1']);
    const records: string[] = [];
    for (const [labels, content, ttl] of entries) {
      const owner = labels.join('.');
      const isTaken = seen.has(owner.toLowerCase());
      const isWildDelegation = labels[0] === '*' && content[0]!.startsWith('NS');
      if (isTaken || isWildDelegation) continue;
      seen.add(owner.toLowerCase());
      for (const rdata of content) records.push(`${owner} ${ttl} ${rdata}`);
    }
    return zone('any', records);
  });
