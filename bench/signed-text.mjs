// Reads and edits zone files as text, line by line, whoever has written them.
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const CHUNK = 1 << 20;

/**
 * Counts the RRSIG records of a zone file, in the layouts of all the signers: a type in a bit map is not followed by an
 * algorithm number.
 *
 * @param {string} file
 */
export function countRrsigs(file) {
  let count = 0;
  forEachBlock(file, (lines) => {
    count += lines.match(/\sRRSIG\s+[A-Z0-9-]+\s+\d+\s+\d/g)?.length ?? 0;
  });
  return count;
}

/**
 * Copies a zone file with the addresses of every hundredth host changed: the first octet of those A records that begin
 * with 10 becomes 11.
 *
 * @param {string} from
 * @param {string} to
 * @returns {number}  how many were changed
 */
export function changeHosts(from, to) {
  let seen = 0;
  let changed = 0;
  rewrite(from, to, (lines) =>
    lines.replace(/(\sA\s+)10\./g, (whole, before) => {
      if (seen++ % 100 !== 0) return whole;
      changed++;
      return `${before}11.`;
    }),
  );
  return changed;
}

/**
 * Copies a zone file that has each record on one line, and keeps only every hundredth RRSIG.
 *
 * @param {string} from
 * @param {string} to
 */
export function thinRrsigs(from, to) {
  let seen = 0;
  rewrite(from, to, (lines) => lines.replace(/^\S+\s+\d+\s+RRSIG\s.*\n/gm, (line) => (seen++ % 100 === 0 ? line : '')));
}

/**
 * @param {string} from
 * @param {string} to
 * @param {(lines: string) => string} edit
 */
function rewrite(from, to, edit) {
  const output = openSync(to, 'w');
  try {
    forEachBlock(from, (lines) => void writeSync(output, edit(lines), null, 'latin1'));
  } finally {
    closeSync(output);
  }
}

/**
 * Hands on a file in blocks of whole lines.
 *
 * @param {string} file
 * @param {(lines: string) => void} take
 */
function forEachBlock(file, take) {
  const input = openSync(file, 'r');
  const buffer = Buffer.allocUnsafe(CHUNK);
  let rest = '';
  try {
    for (let length = readSync(input, buffer); length > 0; length = readSync(input, buffer)) {
      const text = rest + buffer.toString('latin1', 0, length);
      const end = text.lastIndexOf('\n') + 1;
      take(text.slice(0, end));
      rest = text.slice(end);
    }
    if (rest !== '') take(rest);
  } finally {
    closeSync(input);
  }
}
