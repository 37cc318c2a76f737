// Short commands: what they cost beyond starting Node.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { generateZone } from '../generate-zone.mjs';
import { verdict } from '../judging.mjs';

/** Short runs scatter more, so there are more of them. */
const FACTOR = 5;

const MANAGED_ZONES = 10;

/** What is run, and how many times `node -e 0` it may take. */
const COMMANDS = [
  { name: 'dnssec --version', flags: ['--version'], target: 2 },
  { name: 'dnssec ds ZONE', flags: ['ds', 'zone-0.test'], target: 3 },
  { name: `dnssec status, ${MANAGED_ZONES} zones`, flags: ['status'], target: 4 },
];

const BASE = 'node -e 0';

/** @type {import('../types.ts').Row} */
export const START_UP = {
  id: 'start-up',
  title: () => 'starting up: short commands against Node itself',
  runsFactor: FACTOR,
  prepare: (bench) => {
    const directory = manageZones(bench);
    const node = bench.program[0] ?? process.execPath;
    return {
      contenders: [
        { name: BASE, ours: false, command: () => ({ argv: [node, '-e', '0'], directory }) },
        ...COMMANDS.filter(({ flags }) => isThere(bench, flags[0] ?? '')).map(({ name, flags }) => ({
          name,
          ours: true,
          command: () => ({ argv: [...bench.program, ...flags], directory }),
        })),
      ],
      judge: (results) => {
        const wallOf = (/** @type {string} */ wanted) => results.find(({ name }) => name === wanted)?.median?.wall;
        const base = wallOf(BASE);
        return COMMANDS.map(({ name, target }) => {
          const ours = wallOf(name);
          const ratio = ours === undefined || base === undefined ? undefined : ours / base;
          return verdict(`wall, ${name}`, BASE, ratio, 'at most', { target });
        });
      },
    };
  },
};

/**
 * Whether the program has a command; an open target for one to come is no failure.
 *
 * @param {import('../types.ts').Bench} bench
 * @param {string} command
 */
function isThere({ program: [node = '', main = ''] }, command) {
  const { stdout } = spawnSync(node, [main, '--help'], { encoding: 'utf8' });
  return stdout.split('\n').some((line) =>
    line
      .trim()
      .split(/[\s,]+/)
      .includes(command),
  );
}

/**
 * A directory with some zones under management, as `dnssec add` leaves it.
 *
 * @param {import('../types.ts').Bench} bench
 */
function manageZones(bench) {
  const directory = bench.directory('managed');
  mkdirSync(join(directory, 'zones'));
  for (let index = 0; index < MANAGED_ZONES; index++) {
    const origin = `zone-${index}.test`;
    const file = join('zones', `${origin}.zone`);
    generateZone({ names: 20, shape: 'host', origin, file: join(directory, file) });
    bench.run([...bench.program, 'add', '--quiet', file], directory);
  }
  return directory;
}
