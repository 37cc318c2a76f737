import { describe, expect, it } from 'vitest';
import { filesBelow, projectFile } from './sources.ts';

const CITING = ['.ts', '.md', '.mjs', '.zone'];
const files = filesBelow('', CITING).filter(({ path }) => path !== 'docs/rfcs.md');
const listed = new Map(
  [...projectFile('docs/rfcs.md').matchAll(/^\| RFC (\d+) \| (.+?) \|/gm)].map((match) => [match[1]!, match[2]!]),
);

/** Everything that looks as if it meant an RFC, with its place. */
function* citations(pattern: RegExp): Generator<readonly [place: string, match: RegExpExecArray]> {
  for (const { path, text } of files) {
    const lines = text.split('\n');
    for (const [index, line] of lines.entries()) {
      for (const match of line.matchAll(pattern)) yield [`${path}:${index + 1}: ${line.trim()}`, match];
    }
  }
}

describe('citations of RFCs', () => {
  it('have one form: `RFC 5155 §7.1`, `RFC 5155 App. A`', () => {
    // In code an identifier may hold the letters (`rfc5155Zone`), and so may a file's name.
    const loose = /\bRFC[-\s]?\d+|(?<![\w./-])rfc[- ]?\d{3,5}\b(?![\w/.-]*\.\w)/g;
    const sections = /\bRFC \d+(?:,| in)? (?:[Ss]ections?|[Ss]ec\.|§ |[Cc]hapter|[Aa]ppendix|app\.)/g;
    const wrong = [
      ...[...citations(loose)].filter(([, [text]]) => !/^RFC \d{3,5}$/.test(text)).map(([place]) => place),
      ...[...citations(sections)].map(([place]) => place),
    ];
    expect(wrong).toEqual([]);
  });

  it('name RFCs that docs/rfcs.md lists', () => {
    expect(listed.size).toBeGreaterThan(20);
    const wrong = [...citations(/\bRFC (\d+)/g)].filter(([, match]) => !listed.has(match[1]!)).map(([place]) => place);
    expect(wrong).toEqual([]);
  });

  it('are listed in docs/rfcs.md once, by rising number', () => {
    const numbers = [...projectFile('docs/rfcs.md').matchAll(/^\| RFC (\d+) \|/gm)].map((match) => Number(match[1]));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  });
});
