import { describe, expect, it } from 'vitest';
import { filesBelow, importsOf, projectFile, resolveImport } from './sources.ts';

/** Imports point only down this list, or stay in the folder. Folders of one line know nothing of each other. */
const LAYERS: readonly (readonly string[])[] = [
  ['main.ts'],
  ['cli', 'web'],
  ['automation'],
  ['registrar', 'observe', 'store'],
  ['rollover'],
  ['verify'],
  ['sign'],
  ['fingerprints'],
  ['keys'],
  ['parallel'],
  ['zone'],
  ['dns'],
  ['base'],
];
/** Beyond the order: the verifier must not share a mistake with the signer. */
const APART: readonly (readonly [string, string])[] = [['verify', 'sign']];

const sources = filesBelow('src');
const folderOf = (path: string) => path.split('/')[1]!;
const rankOf = (path: string) => LAYERS.findIndex((layer) => layer.includes(folderOf(path)));

describe('the layers of src/', () => {
  it('hold every file', () => {
    expect(sources.map(({ path }) => path).filter((path) => rankOf(path) < 0)).toEqual([]);
  });

  it('import only downwards', () => {
    const wrong: string[] = [];
    for (const { path, text } of sources) {
      for (const { specifier } of importsOf(text)) {
        if (!specifier.startsWith('.')) continue;
        const target = resolveImport(path, specifier);
        const apart = APART.some(([from, to]) => folderOf(path) === from && folderOf(target) === to);
        if (folderOf(path) !== folderOf(target) && (apart || rankOf(target) <= rankOf(path))) {
          wrong.push(`${path} imports ${target}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('import files that exist, by their own ending', () => {
    const known = new Set(sources.map(({ path }) => path));
    const wrong = sources.flatMap(({ path, text }) =>
      importsOf(text)
        .filter(({ specifier }) => specifier.startsWith('.') && !known.has(resolveImport(path, specifier)))
        .map(({ specifier }) => `${path} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('import packages that package.json lists as dependencies, and no others', () => {
    const { dependencies } = JSON.parse(projectFile('package.json')) as { dependencies: Record<string, string> };
    const wrong = sources.flatMap(({ path, text }) =>
      importsOf(text)
        .map(({ specifier }) => specifier)
        .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
        .filter((specifier) => !Object.hasOwn(dependencies, specifier))
        .map((specifier) => `${path} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('have no circle of imports', () => {
    const edges = new Map(
      sources.map(({ path, text }) => [
        path,
        importsOf(text)
          .filter(({ specifier, typeOnly, dynamic }) => specifier.startsWith('.') && !typeOnly && !dynamic)
          .map(({ specifier }) => resolveImport(path, specifier)),
      ]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, trail: readonly string[]) => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' > '));
      if (done.has(path)) return;
      done.add(path);
      for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    };
    for (const path of edges.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });
});
