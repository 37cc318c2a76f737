/** RDATA text cut into tokens, simply: what the zone reader does for the codecs. */
import { asciiOctets, type Octets } from '../../../src/base/octets.ts';
import type { Tokens } from '../../../src/dns/rdata/tokens.ts';

/** Cuts text (code units below 256) into tokens at blanks; `"…"` is one token, `\X` never ends one. */
export function cut(text: string): Tokens {
  const source: Octets = asciiOctets(text);
  const start: number[] = [];
  const end: number[] = [];
  const quoted: number[] = [];
  let i = 0;
  while (i < source.length) {
    if (source[i] === 0x20) {
      i++;
      continue;
    }
    const isQuoted = source[i] === 0x22;
    if (isQuoted) i++;
    start.push(i);
    while (i < source.length && (isQuoted ? source[i] !== 0x22 : source[i] !== 0x20 && source[i] !== 0x22)) {
      i += source[i] === 0x5c ? 2 : 1;
    }
    end.push(Math.min(i, source.length));
    quoted.push(isQuoted ? 1 : 0);
    if (isQuoted) i++;
  }
  return {
    source,
    start: Uint32Array.from(start),
    end: Uint32Array.from(end),
    quoted: Uint8Array.from(quoted),
    count: start.length,
  };
}
