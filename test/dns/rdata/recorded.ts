/** What BIND 9.18 answered for some thousand RDATA texts, and where we differ on purpose. */
import { readFileSync } from 'node:fs';
import { OctetWriter, octetsText } from '../../../src/base/octets.ts';
import { nameFromText } from '../../../src/dns/name.ts';
import { checkRdata, parseRdata, printRdata, RdataSyntaxError } from '../../../src/dns/rdata/rdata.ts';
import { classFromText, typeFromText } from '../../../src/dns/types.ts';
import { cut } from './entry.ts';

/** A text, and what became of it: the wire form in hexadecimal and the text as printed again; or a refusal. */
export interface Reading {
  readonly wire: string;
  readonly printed: string;
}
export const REFUSED = 'refused';

export interface Recorded {
  /** Class, type and RDATA, as given to `named-rrchecker -o example.` */
  readonly line: string;
  readonly type: string;
  readonly answer: Reading | typeof REFUSED;
}

/** Relative names in the recorded texts are completed with this. */
export const ORIGIN = nameFromText('example.');

/** The answers of BIND 9.18.49: text, tab, wire form or `-`, tab, printed text. */
export const RECORDED: readonly Recorded[] = readFileSync(
  new URL('../../fixtures/rdata-bind-9.18.tsv', import.meta.url),
  'latin1',
)
  .split('\n')
  .filter((row) => row !== '')
  .map((row) => {
    const [line, wire, printed] = row.split('\t') as [string, string, string];
    return { line, type: line.split(' ')[1]!, answer: wire === '-' ? REFUSED : { wire, printed } };
  });

/** Reads, checks and prints one line with our codecs. */
export function ourAnswer(line: string): Reading | typeof REFUSED {
  const [klassText, typeWord] = line.split(' ') as [string, string];
  const klass = classFromText(klassText);
  const type = typeFromText(typeWord);
  const out = new OctetWriter();
  try {
    parseRdata(type, klass, cut(line.slice(klassText.length + typeWord.length + 2)), 0, ORIGIN, out);
  } catch (error) {
    if (error instanceof RdataSyntaxError) return REFUSED;
    throw error;
  }
  const trouble = checkRdata(type, klass, out.bytes, 0, out.length);
  if (trouble !== undefined) throw new Error(`${line}: what was read is not well formed: ${trouble}`);
  const text = new OctetWriter();
  printRdata(type, klass, out.bytes, 0, out.length, text);
  return { wire: Buffer.from(out.view()).toString('hex'), printed: octetsText(text.view()) };
}

export interface Difference {
  readonly why: string;
  readonly lines: readonly string[];
  /** What holds of our answer instead. */
  readonly ours: typeof REFUSED | 'read' | 'printed otherwise';
}

/** Where we answer otherwise than BIND 9.18, each with its reason; docs/rdata.md tells users of them. */
export const DIFFERENCES: readonly Difference[] = [
  {
    why: 'times of signatures are seconds from 1970 to 2106; BIND takes any year and drops what does not fit 32 bits',
    ours: REFUSED,
    lines: [
      'IN RRSIG A 8 2 3600 21060207062815 21060207062816 1 . AA==',
      'IN RRSIG A 8 2 3600 19700101000000 19691231235959 1 . AA==',
      'IN RRSIG 1 8 2 3600 22200101000000 19000101000000 1 . AAAA',
    ],
  },
  {
    why: 'a time is printed as the year it stands for, not as the one within 68 years of today',
    ours: 'printed otherwise',
    lines: ['IN RRSIG A RSASHA256 2 3600 4294967295 20200101000000 1 . AAAA'],
  },
  {
    why: 'SIG, like RRSIG, may have its times in seconds',
    ours: 'read',
    lines: ['IN SIG A 8 2 3600 0 20200101000000 1 . AA==', 'IN SIG A 8 2 3600 20200101000000 1577836800 1 . AA=='],
  },
  {
    why: 'an empty fingerprint has no spelling that could be read again',
    ours: REFUSED,
    lines: ['IN SSHFP \\# 2 0103', 'IN SSHFP 11 0'],
  },
  {
    why: 'names of flags are joined by single bars; BIND takes the beginning of a name, also an empty one, for NOCONF',
    ours: REFUSED,
    lines: ['IN DNSKEY ZONE| 3 8 AA==', 'IN DNSKEY |ZONE 3 8 AA=='],
  },
  {
    why: 'a number with letters in it is none; BIND reads 251A as hexadecimal',
    ours: REFUSED,
    lines: ['IN DNSKEY 251A 3 8 AA=='],
  },
  {
    why: 'a public key of algorithm 253 begins with a name (RFC 4034 App. A.1.1); BIND asks that of the wire form only',
    ours: REFUSED,
    lines: ['IN KEY 0 3 253 AQ==', 'IN DNSKEY 256 3 253 A2Zvbw==', 'IN CDNSKEY 257 3 253 AQ=='],
  },
  {
    why: "IANA's mnemonics of algorithms are known as well as BIND's",
    ours: 'read',
    lines: ['IN DNSKEY 256 3 DSA-NSEC3-SHA1 AA=='],
  },
  {
    why: 'keys of parameters are lower-case (RFC 9460 §2.1); BIND takes the value of PORT=ab for two octets',
    ours: REFUSED,
    lines: ['IN HTTPS 1 . PORT=ab'],
  },
  {
    why: 'nothing may follow the last group of an address; BIND looks at the first groups only',
    ours: REFUSED,
    lines: ['IN EUI48 00-00-5e-00-53-2g', 'IN EUI48 00-00-5e-00-53-2a-', 'IN EUI64 00-00-5e-ef-10-00-00-2a-00'],
  },
  {
    why: 'groups of hexadecimal digits are printed with leading zeros, which Knot demands and BIND leaves out',
    ours: 'printed otherwise',
    lines: [
      'IN NID 10 0014:4fff:ff20:ee64',
      'IN NID 10 14:4FFF:ff20:0',
      'IN NID 10 0:0:0:0',
      'IN NID \\# 10 000A00144fffff20ee64',
      'IN L64 10 2001:0DB8:1140:1000',
    ],
  },
  {
    why: 'one blank between fields; BIND prints two',
    ours: 'printed otherwise',
    lines: ['IN A6 128 foo.', 'IN A6 \\# 4 80016100'],
  },
];
