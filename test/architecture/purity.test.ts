import { describe, expect, it } from 'vitest';
import { codeOf, filesBelow, importsOf } from './sources.ts';

/** Folders that touch no file, socket, clock, timer, random source or process. */
const PURE = ['base', 'dns', 'zone', 'keys', 'fingerprints', 'sign', 'verify', 'rollover'];
/** Modules of Node that only compute. */
const COMPUTING = ['node:crypto', 'node:util', 'node:buffer'];

/** What a pure file must not name, and what that is. */
const IMPURE: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['clock', /\bDate\.now\b|\bnew Date\(\s*\)|(?<!new )\bDate\(\s*\)|\bperformance\b|\bhrtime\b/],
  ['random source', /\bMath\.random\b|\brandom(?:Bytes|FillSync|Fill|Int|UUID)\b|\bgetRandomValues\b/],
  ['random source', /\bgenerateKey(?:Pair)?(?:Sync)?\b/],
  ['timer', /\bset(?:Timeout|Interval|Immediate)\b|\bAtomics\.wait\b/],
  ['process', /\bprocess\b|\bglobalThis\b|\bimport\.meta\b/],
  ['output', /\bconsole\b/],
  ['socket', /\bfetch\(|\bWebSocket\b/],
];

/** The exceptions: which file may touch what, and why. */
const EXCEPTIONS: readonly { readonly file: RegExp; readonly may: readonly string[]; readonly why: string }[] = [
  { file: /^src\/keys\/making\.ts$/, may: ['random source'], why: 'making keys draws randomness' },
];

/** `-worker.ts` files are where a pure folder meets the threads; `parallel/` itself is no pure folder. */
const sources = filesBelow('src').filter(
  ({ path }) => PURE.includes(path.split('/')[1]!) && !path.endsWith('-worker.ts'),
);

describe('a pure folder', () => {
  it('imports nothing of Node but what computes', () => {
    const wrong = sources.flatMap(({ path, text }) =>
      importsOf(text)
        .filter(({ specifier }) => specifier.startsWith('node:') && !COMPUTING.includes(specifier))
        .map(({ specifier }) => `${path} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('names no clock, timer, random source, process, output or socket', () => {
    const wrong: string[] = [];
    const used = new Set<RegExp>();
    for (const { path, text } of sources) {
      const lines = codeOf(text, 'blank').split('\n');
      for (const [what, pattern] of IMPURE) {
        const line = lines.findIndex((code) => pattern.test(code));
        if (line < 0) continue;
        const exception = EXCEPTIONS.find(({ file, may }) => file.test(path) && may.includes(what));
        if (exception === undefined) wrong.push(`${path}:${line + 1} names a ${what}: ${lines[line]!.trim()}`);
        else used.add(exception.file);
      }
    }
    expect(wrong).toEqual([]);
    expect(EXCEPTIONS.filter(({ file }) => !used.has(file)).map(({ file, why }) => `${file}: ${why}`)).toEqual([]);
  });
});
