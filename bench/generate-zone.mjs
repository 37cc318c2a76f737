#!/usr/bin/env node
// Writes a synthetic zone, the same for the same arguments everywhere.
//
//   node bench/generate-zone.mjs NAMES host|tld ORIGIN FILE [SEED]
//
//   host  each name has an A and an AAAA, every tenth a TXT: all of it authoritative, all of it signed
//   tld   each name is delegated to two servers elsewhere, every tenth has a DS, every twentieth a third server below
//         itself, with glue: mostly insecure delegations, the case for opt-out
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Written out when the text in hand grows beyond this. */
const CHUNK = 1 << 18;

/** The apex and its servers: 8 RRsets of which DNSKEY and NSEC3PARAM come with signing, at 4 names. */
const APEX = `@ IN SOA ns1 hostmaster 2026010100 7200 3600 1209600 3600
@ IN NS ns1
@ IN NS ns2
@ IN MX 10 mail
ns1 IN A 192.0.2.1
ns2 IN A 192.0.2.2
mail IN A 192.0.2.3
`;

/**
 * Writes a zone file.
 *
 * @param {{ names: number, shape: import('./types.ts').Shape, origin: string, file: string, seed?: number }} wanted
 */
export function generateZone({ names, shape, origin, file, seed = 1 }) {
  const random = createRandom(seed);
  const addEntry = shape === 'host' ? hostEntry : delegationEntry;
  const output = openSync(file, 'w');
  try {
    let text = `$ORIGIN ${origin}${origin.endsWith('.') ? '' : '.'}\n$TTL 3600\n${APEX}`;
    for (let index = 0; index < names; index++) {
      text += addEntry(index, random);
      if (text.length < CHUNK) continue;
      writeSync(output, text);
      text = '';
    }
    writeSync(output, text);
  } finally {
    closeSync(output);
  }
}

/**
 * How many signatures a complete signing makes: one for each authoritative RRset and one for each NSEC3, with one key
 * for the DNSKEY RRset and one for all else. Insecure delegations are left out of the chain (opt-out).
 *
 * @param {import('./types.ts').Shape} shape
 * @param {number} names
 */
export function countSignatures(shape, names) {
  const apex = 8 + 4;
  const tenths = Math.ceil(names / 10);
  return shape === 'host' ? apex + 2 * names + tenths + names : apex + 2 * tenths;
}

/**
 * @param {number} index
 * @param {(below: number) => number} random
 */
function hostEntry(index, random) {
  const owner = ownerOf(index, random);
  const address = `10.${random(256)}.${random(256)}.${random(256)}`;
  const half = () => random(65536).toString(16);
  let text = `${owner} IN A ${address}\n${owner} IN AAAA 2001:db8::${half()}:${half()}\n`;
  if (index % 10 === 0) text += `${owner} 300 IN TXT "v=spf1 include:_spf.example.com -all" "x${index}"\n`;
  return text;
}

/**
 * @param {number} index
 * @param {(below: number) => number} random
 */
function delegationEntry(index, random) {
  const owner = ownerOf(index, random);
  const server = (/** @type {number} */ n) => `ns${n}.p${random(5000)}.example.`;
  let text = `${owner} IN NS ${server(1)}\n${owner} IN NS ${server(2)}\n`;
  if (index % 10 === 0) {
    const digest = createHash('sha256').update(owner).digest('hex');
    text += `${owner} IN DS ${random(65536)} 13 2 ${digest}\n`;
  }
  if (index % 20 === 0) text += `${owner} IN NS ns.${owner}\nns.${owner} IN A 192.0.2.7\n`;
  return text;
}

/**
 * A label of letters and digits: an `h`, six random digits, the index. Of fixed width but for the index, so that no two
 * are alike.
 *
 * @param {number} index
 * @param {(below: number) => number} random
 */
function ownerOf(index, random) {
  return `h${random(36 ** 6)
    .toString(36)
    .padStart(6, '0')}${index.toString(36)}`;
}

/**
 * Whole numbers that look random: an xorshift generator of 32 bits (Marsaglia, "Xorshift RNGs", 2003).
 *
 * @param {number} seed  1..2^32 - 1
 * @returns {(below: number) => number}  each call gives 0..below - 1
 */
function createRandom(seed) {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [names, shape, origin, file, seed] = process.argv.slice(2);
  if (!/^\d+$/.test(names ?? '') || (shape !== 'host' && shape !== 'tld') || !origin || !file) {
    console.error('usage: node bench/generate-zone.mjs NAMES host|tld ORIGIN FILE [SEED]');
    process.exitCode = 2;
  } else generateZone({ names: Number(names), shape, origin, file, seed: Number(seed ?? 1) });
}
