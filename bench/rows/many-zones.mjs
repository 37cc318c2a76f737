// Many small zones in one command, each synced to disk, against a loop that starts dnssec-signzone for each.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { countSignatures, generateZone } from '../generate-zone.mjs';
import { verdict } from '../judging.mjs';
import { countRrsigs } from '../signed-text.mjs';
import { SALT } from '../signers.mjs';
import { makeKeys } from '../workplace.mjs';

const ZONES = 1000;

const NAMES = 20;

/** The wanted ratio is one of zones per second. */
const TARGET = 10;

const LOOP =
  'for zone in "$@"; do dnssec-signzone -q -n "$THREADS" -P -S -x -3 "$SALT" -d "$KEYS/$zone" -K "$KEYS/$zone" ' +
  '-o "$zone" -f "$zone.peer" "$zone.zone" || exit; done';

/** @type {import('../types.ts').Row} */
export const MANY_ZONES = {
  id: 'many-zones',
  title: (scale) => {
    const zones = scale.names(ZONES).toLocaleString('en-US');
    return `${zones} small zones in one command, synced to disk, against a loop over dnssec-signzone, not synced`;
  },
  prepare: (bench) => {
    const { directory, keys, origins } = makeZones(bench);
    const wanted = countSignatures('host', NAMES);
    const command = (/** @type {readonly string[]} */ argv, /** @type {string} */ suffix) => ({
      argv,
      directory,
      before: () => {
        for (const origin of origins) rmSync(join(directory, origin + suffix), { force: true });
      },
      after: () => {
        const signed = origins.filter((origin) => {
          const file = join(directory, origin + suffix);
          return existsSync(file) && countRrsigs(file) === wanted;
        });
        const missing = origins.length - signed.length;
        return { count: signed.length, ...(missing === 0 ? {} : { problem: `${missing} zones are not signed` }) };
      },
    });
    return {
      contenders: [
        {
          name: 'dnssec sign ZONE …',
          ours: true,
          command: () => {
            const flags = ['sign', '--quiet', '-P', '-3', SALT, '-K', keys];
            return command([...bench.program, ...flags, ...origins.map((origin) => `${origin}.zone`)], '.zone.signed');
          },
        },
        ...(bench.has('dnssec-signzone')
          ? [
              {
                name: 'loop over dnssec-signzone',
                ours: false,
                threads: bench.threads,
                command: (/** @type {number} */ threads) => {
                  const variables = [`SALT=${SALT}`, `THREADS=${threads}`, `KEYS=${join(directory, 'by-zone')}`];
                  return command(['env', ...variables, 'sh', '-c', LOOP, 'sh', ...origins], '.peer');
                },
              },
            ]
          : []),
      ],
      counted: 'zones',
      judge: ([ours, loop]) => {
        const ratio =
          ours?.perSecond === undefined || loop?.perSecond === undefined ? undefined : ours.perSecond / loop.perSecond;
        return [verdict('zones per second', loop?.name ?? 'no peer', ratio, 'at least', { target: TARGET })];
      },
      notes: ['The loop has a key directory for each zone, as dnssec-signzone looks through the whole of one.'],
    };
  },
};

/**
 * Zones of a few hosts, with the keys of all in one directory for us, and by zone for the loop.
 *
 * @param {import('../types.ts').Bench} bench
 */
function makeZones(bench) {
  const directory = bench.directory('many');
  const keys = join(directory, 'keys');
  const origins = Array.from({ length: bench.scale.names(ZONES) }, (_, index) => `zone-${index}.test`);
  mkdirSync(keys, { mode: 0o700 });
  for (const [index, origin] of origins.entries()) {
    generateZone({ names: NAMES, shape: 'host', origin, file: join(directory, `${origin}.zone`), seed: index + 1 });
    const made = makeKeys(join(directory, 'by-zone', origin), origin, 'ECDSAP256SHA256');
    bench.run(['cp', '-p', ...made.files, keys]);
  }
  return { directory, keys, origins };
}
