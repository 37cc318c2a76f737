// What the benchmark can be told.
import { parseArgs } from 'node:util';

export const HELP = `usage: npm run bench -- [options]

  --only ROW,ROW      only these rows (--list names them)
  --quick             zones of a tenth of the size, one run
  --runs N            measured runs of each program (3)
  --names N           no zone of more than N names
  --seconds N         of \`openssl speed\`; 0: not at all (3)
  --json FILE         where the numbers go (bench/last.json)
  --directory DIR     where zones are written: choose the disk (the system's directory for temporary files)
  --list              what rows there are
`;

/**
 * @typedef {object} BenchOptions
 * @property {readonly string[] | undefined} only
 * @property {number} runs
 * @property {number} seconds
 * @property {string | undefined} json
 * @property {string | undefined} directory
 * @property {import('./types.ts').Scale} scale
 * @property {boolean} list
 * @property {boolean} help
 */

/**
 * Reads the command line.
 *
 * @param {readonly string[]} argv  without node and the script
 * @returns {BenchOptions}
 * @throws {TypeError}  for an unknown option or a value that is no number
 */
export function parseArguments(argv) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      runs: { type: 'string' },
      names: { type: 'string' },
      seconds: { type: 'string' },
      json: { type: 'string' },
      directory: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const most = wholeNumber('names', values.names, Number.MAX_SAFE_INTEGER);
  return {
    only: values.only?.split(',').map((id) => id.trim()),
    runs: Math.max(1, wholeNumber('runs', values.runs, values.quick ? 1 : 3)),
    seconds: wholeNumber('seconds', values.seconds, values.quick ? 1 : 3),
    json: values.json,
    directory: values.directory,
    scale: { names: (full) => Math.min(most, values.quick ? Math.ceil(full / 10) : full) },
    list: values.list,
    help: values.help,
  };
}

/**
 * @param {string} option
 * @param {string | undefined} text
 * @param {number} otherwise
 */
function wholeNumber(option, text, otherwise) {
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`--${option} takes a whole number, not "${text}"`);
  return Number(text);
}
