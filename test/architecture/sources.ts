/** The project's files, for tests that read them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SKIPPED = new Set(['node_modules', 'dist', 'dist.next', 'dist.old', '.git', 'coverage', 'state']);

/** A text file of the project. */
export interface SourceFile {
  /** From the project's top, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** An import, also one by `import()` or `export … from`. */
export interface ImportStatement {
  readonly specifier: string;
  /** Gone after compiling: `import type`. */
  readonly typeOnly: boolean;
  /** By `import()`: at run time, when it is needed. */
  readonly dynamic: boolean;
}

/** All text files below a folder (`''` is the whole project), sorted by path. */
export function filesBelow(folder: string, endings: readonly string[] = ['.ts']): readonly SourceFile[] {
  const found: SourceFile[] = [];
  const visit = (path: string) => {
    for (const entry of readdirSync(ROOT + path, { withFileTypes: true })) {
      const at = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) visit(at);
      else if (entry.isFile() && endings.some((ending) => at.endsWith(ending))) {
        found.push({ path: at, text: readFileSync(ROOT + at, 'utf8') });
      }
    }
  };
  visit(folder);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** One file of the project. */
export function projectFile(path: string): string {
  return readFileSync(ROOT + path, 'utf8');
}

/**
 * The code with comments, and strings if asked, blanked out: same length, same lines.
 * Good enough for this project's code: it knows strings, templates without nesting, and regular expressions that
 * hold no quotes.
 */
export function codeOf(text: string, strings: 'keep' | 'blank' = 'keep'): string {
  const token =
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|(?<=[(,=:[!&|?{};]\s*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g;
  return text.replace(token, (found) => {
    const comment = found.startsWith('//') || found.startsWith('/*');
    if (!comment && (strings === 'keep' || found.startsWith('`'))) return found;
    return found.replace(/[^\n]/g, ' ');
  });
}

/** What a file imports. */
export function importsOf(text: string): readonly ImportStatement[] {
  const code = codeOf(text);
  const fixed = code.matchAll(
    /^\s*(?:import\b(\s+type\b)?(?:[\w\s{},*$]+\bfrom\b)?|export\b(\s+type\b)?\s*(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*from\b)\s*'([^']+)';/gm,
  );
  const dynamic = code.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g);
  return [
    ...[...fixed].map((match) => ({
      specifier: match[3]!,
      typeOnly: (match[1] ?? match[2]) !== undefined,
      dynamic: false,
    })),
    ...[...dynamic].map((match) => ({ specifier: match[1]!, typeOnly: false, dynamic: true })),
  ];
}

/** The file that a relative import names, from the project's top. */
export function resolveImport(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
