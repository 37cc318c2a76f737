// biome-ignore-all lint/suspicious/noTemplateCurlyInString: $GENERATE has them
/**
 * Reads mutated and made-up zone files: whatever they hold, the reader ends soon, with a zone or with a DnssecError.
 *
 *     npm run fuzz -- --count 1000000 [--seed 1] [--only N]
 *
 * Input N of a seed is always the same: `--only N` repeats one. Needs a build (`npm run fuzz` makes one).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DnssecError } from '../../dist/base/errors.js';
import { nameFromText } from '../../dist/dns/name.js';
import { typeText } from '../../dist/dns/types.js';
import { OwnerLines } from '../../dist/sign/owner-line.js';
import { buildZone } from '../../dist/zone/build.js';
import { checkZone } from '../../dist/zone/checks.js';
import { classifyNames } from '../../dist/zone/cuts.js';
import { quoteLines } from '../../dist/zone/reader/line-quotes.js';
import { readZone } from '../../dist/zone/reader/reader.js';
import { memoryOpener } from '../../dist/zone/reader/source.js';

const CORPUS = new URL('../fixtures/zones/', import.meta.url);
/** Longer files are left out: they would only make it slow. */
const LONGEST_SEED = 2000;
/** No input of this size may take longer, on a machine that is busy with other things. */
const MOST_SECONDS = 5;
const ORIGIN = nameFromText('example');
const LIMITS = { generatedRecords: 300, generatedOctets: 100_000, repeatedOctets: 20_000, includes: 50 };

const WORDS = [
  ...' \t \n \r \r\n ; ( ) " \\ \\" \\\\ \\0 \\032 \\255 \\256 @ . .. * $ ${ } ${1,2,n} \\# \0 \x7f \xff \xef\xbb\xbf - / , = :'.split(
    ' ',
  ),
  ...'$ORIGIN $TTL $INCLUDE $GENERATE $DATE IN CH ANY 0 1 60 1h30m 2147483648 4294967296 1-3 0-9/2 0-999999999'.split(
    ' ',
  ),
  ...'A NS SOA CNAME DNAME MX TXT AAAA SRV NAPTR DS DNSKEY RRSIG NSEC NSEC3 NSEC3PARAM TLSA SSHFP CAA LOC APL'.split(
    ' ',
  ),
  ...'SVCB HTTPS CERT HIP IPSECKEY KEY SIG NXT WKS ISDN X25 GPOS URI EUI48 CSYNC ZONEMD OPENPGPKEY AMTRELAY'.split(' '),
  ...'TYPE0 TYPE1 TYPE255 TYPE65280 TYPE65536 TKEY OPT 192.0.2.1 2001:db8:: AAAA== ABCD 20300101000000 alpn=h2'.split(
    ' ',
  ),
  'include/plain',
  'include/circle',
  'example.',
  '\\# 4 0A000001',
  'a'.repeat(64),
  '$GENERATE 1-3 a${0,2,d} A 192.0.2.$\n',
  '$INCLUDE include/sibling sub\n',
  '@ SOA a b 1 2 3 4 5\n',
];

/** Small, fast and the same everywhere: mulberry32. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let v = Math.imul(state ^ (state >>> 15), state | 1);
    v ^= v + Math.imul(v ^ (v >>> 7), v | 61);
    return ((v ^ (v >>> 14)) >>> 0) % below;
  };
}

function makeInput(random, seeds) {
  if (random(20) === 0) return Buffer.from(Array.from({ length: random(200) }, () => random(256)));
  if (random(10) === 0)
    return Buffer.from(Array.from({ length: random(60) }, () => `${word(random)} `).join(''), 'latin1');
  if (random(3) === 0) return makeFromLines(random, seeds);
  const seed = seeds[random(seeds.length)];
  // Half of the time the SOA and NS lines stay as they are, so that what comes of the rest matters.
  const kept = random(2) === 0 ? 0 : headLength(seed);
  let octets = seed.subarray(kept);
  for (let left = 1 + random(kept > 0 ? 3 : 6); left > 0; left--) octets = mutate(octets, random, seeds);
  return Buffer.concat([seed.subarray(0, kept), octets]);
}

/** A zone of whole lines from here and there: mostly a good one, with parts that never met. */
function makeFromLines(random, seeds) {
  const parts = [Buffer.from('$TTL 3600\n@ SOA ns1 h 1 7200 3600 1209600 3600\n@ NS ns1\nns1 A 192.0.2.1\n')];
  for (let left = 1 + random(6); left > 0; left--) {
    const seed = seeds[random(seeds.length)];
    const lines = seed
      .subarray(headLength(seed))
      .toString('latin1')
      .split(/(?<=\n)/);
    parts.push(Buffer.from(lines[random(lines.length)], 'latin1'));
  }
  const octets = Buffer.concat(parts);
  return random(4) === 0 ? mutate(octets, random, seeds) : octets;
}

/** Octets of the lines up to the address of the name server. */
function headLength(seed) {
  const at = seed.indexOf('192.0.2.1\n');
  return at < 0 ? 0 : at + '192.0.2.1\n'.length;
}

const word = (random) => WORDS[random(WORDS.length)];

function mutate(octets, random, seeds) {
  const at = random(octets.length + 1);
  const to = Math.min(octets.length, at + random(1 << random(8)));
  const splice = (middle, end = to) => Buffer.concat([octets.subarray(0, at), middle, octets.subarray(end)]);
  switch (random(7)) {
    case 0:
      return splice(Buffer.of(random(256)), Math.min(octets.length, at + 1));
    case 1:
      return splice(Buffer.from(word(random), 'latin1'), at);
    case 2:
      return splice(Buffer.from(word(random), 'latin1'));
    case 3:
      return splice(Buffer.alloc(0));
    case 4:
      return splice(octets.subarray(at, to), at);
    case 5: {
      const other = seeds[random(seeds.length)];
      const start = random(other.length + 1);
      return splice(other.subarray(start, start + random(200)), at);
    }
    default:
      return octets.subarray(0, at);
  }
}

/** Hands out a file in pieces of `size` octets, and says that there is but one, so that the window is small. */
function inPieces(opener, size) {
  return {
    open(path, includedFrom) {
      const source = opener.open(path, includedFrom);
      const piece = new Uint8Array(size);
      return {
        ...source,
        size: 1,
        read(into, at) {
          const wanted = piece.subarray(0, Math.min(size, into.length - at));
          const count = source.read(wanted, 0);
          into.set(wanted.subarray(0, count), at);
          return count;
        },
      };
    },
  };
}

/** Reads, builds, checks and prints. @returns the text of the zone, or the error as text */
function perform(opener, path) {
  try {
    const file = readZone(opener, path, { origin: ORIGIN, limits: LIMITS });
    checkPlaces(file.warnings);
    const { zone, warnings } = buildZone(file.records, file.origin, file.class);
    checkPlaces(quoteLines(opener, warnings));
    classifyNames(zone);
    const text = print(zone);
    try {
      checkPlaces(quoteLines(opener, checkZone(zone)));
    } catch (error) {
      if (!(error instanceof DnssecError)) throw error;
      checkPlaces(quoteLines(opener, error.diagnostics));
    }
    return { text };
  } catch (error) {
    if (!(error instanceof DnssecError) || error.code !== 'ZONE_INVALID') throw error;
    checkPlaces(quoteLines(opener, error.diagnostics));
    return { error: `${error.message}\n${error.diagnostics.map((d) => JSON.stringify(d)).join('\n')}` };
  }
}

function checkPlaces(diagnostics) {
  for (const { line, column, width, text, message } of diagnostics) {
    const isPlace =
      (line === undefined || line >= 1) &&
      (column === undefined || (column >= 1 && width >= 1 && (text === undefined || column - 1 <= text.length)));
    if (!isPlace || message === '')
      throw new Error(`no place: ${JSON.stringify({ line, column, width, text, message })}`);
  }
}

function print(zone) {
  const lines = new OwnerLines(zone.class);
  for (let name = 0; name < zone.nameCount; name++) {
    lines.begin(zone.octets, zone.nameOwner[name]);
    for (let rrset = zone.nameFirst[name]; rrset < zone.nameFirst[name + 1]; rrset++) {
      const type = zone.rrsetType[rrset];
      for (let record = zone.rrsetFirst[rrset]; record < zone.rrsetFirst[rrset + 1]; record++) {
        const start = zone.rdata[record];
        lines.print(type, typeText(type), zone.rrsetTtl[rrset], zone.octets, start, start + zone.rdataLength[record]);
      }
    }
  }
  return Buffer.from(lines.text.take());
}

/** One input. @throws Error when it shows a defect */
function tryInput(octets, random, files) {
  const opener = memoryOpener({ ...files, zone: octets });
  const started = performance.now();
  const whole = perform(opener, 'zone');
  if (performance.now() - started > MOST_SECONDS * 1000) throw new Error('it takes too long');
  if (random(4) === 0) {
    const pieces = perform(inPieces(opener, 1 + random(20)), 'zone');
    if (pieces.error !== whole.error || !(whole.text ?? Buffer.alloc(0)).equals(pieces.text ?? Buffer.alloc(0))) {
      throw new Error(
        `in pieces it is another zone:\n${whole.error ?? whole.text}\n---\n${pieces.error ?? pieces.text}`,
      );
    }
  }
  if (whole.text === undefined) return false;
  const again = perform(memoryOpener({ zone: whole.text }), 'zone');
  if (again.text === undefined || !again.text.equals(whole.text)) {
    throw new Error(`printed and read again it is another zone:\n${whole.text}\n---\n${again.error ?? again.text}`);
  }
  return true;
}

function main() {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
    },
  });
  const files = {};
  for (const name of readdirSync(new URL('include/', CORPUS))) {
    files[`include/${name}`] = readFileSync(new URL(`include/${name}`, CORPUS));
  }
  const seeds = readdirSync(CORPUS)
    .filter((name) => name.endsWith('.zone'))
    .sort()
    .map((name) => readFileSync(new URL(name, CORPUS)))
    .filter(({ length }) => length > 0 && length <= LONGEST_SEED);
  const first = values.only === undefined ? 0 : Number(values.only);
  const end = values.only === undefined ? Number(values.count) : first + 1;
  let zones = 0;
  const started = performance.now();
  for (let i = first; i < end; i++) {
    const random = randomFrom(Number(values.seed) * 0x9e3779b1 + i);
    const octets = makeInput(random, seeds);
    try {
      if (tryInput(octets, random, files)) zones++;
    } catch (error) {
      process.stderr.write(
        `input ${i} of seed ${values.seed}: ${error.stack}\n\n${JSON.stringify(octets.toString('latin1'))}\n`,
      );
      process.exitCode = 1;
      return;
    }
  }
  const seconds = (performance.now() - started) / 1000;
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(
    `${end - first} inputs, ${zones} of them zones, in ${seconds.toFixed(1)} s, ${memory} MB at most\n`,
  );
}

main();
