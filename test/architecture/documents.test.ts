import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/base/errors.ts';
import { codeOf, filesBelow, projectFile } from './sources.ts';

describe('docs/errors.md', () => {
  const sections = [...projectFile('docs/errors.md').matchAll(/^### ([A-Z_]+) \(exit code (\d)\)$/gm)];

  it('explains every error code, with its exit code', () => {
    expect(Object.fromEntries(sections.map(([, code, exit]) => [code, Number(exit)]))).toEqual(ERROR_CODES);
  });

  it('explains no error that is never made', () => {
    const sources = filesBelow('src').map(({ text }) => text);
    const unused = Object.keys(ERROR_CODES).filter((code) => !sources.some((text) => text.includes(`'${code}'`)));
    expect(unused).toEqual([]);
  });
});

describe('doc comments', () => {
  it('stand before every exported item', () => {
    const wrong: string[] = [];
    for (const { path, text } of filesBelow('src')) {
      const lines = text.split('\n');
      for (const [index, line] of lines.entries()) {
        if (
          !/^export (?:default |async |abstract |declare )*(?:function|const|let|class|interface|type|enum)\b/.test(
            line,
          )
        )
          continue;
        const above = lines[index - 1] ?? '';
        const overload = /^export (?:async )?function .*;$/.test(above);
        if (!above.endsWith('*/') && !overload) wrong.push(`${path}:${index + 1}: ${line}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('files', () => {
  /** Longer than 300 lines, each with the reason. */
  const LONG: Readonly<Record<string, string>> = {};

  it('of src/ have at most 300 lines', () => {
    const long = filesBelow('src').filter(({ text }) => text.split('\n').length - 1 > 300);
    expect(long.map(({ path }) => path)).toEqual(Object.keys(LONG));
  });

  it('of src/ have kebab-case names that say what they hold', () => {
    const names = filesBelow('src').map(({ path }) => path);
    expect(
      names.filter((path) => !/^src\/(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(path)),
    ).toEqual([]);
    expect(names.filter((path) => /\b(?:utils?|helpers?|common|misc|managers?)\b/.test(path))).toEqual([]);
  });

  it('name no path of a machine that they were written on', () => {
    const folders = ['work', 'home/[a-z]+', 'root', 'Users'].join('|');
    const wrong = filesBelow('', ['.ts', '.md', '.mjs', '.json', '.yaml', '.zone', 'run']).flatMap(({ path, text }) =>
      [...text.matchAll(new RegExp(`(?<![\\w.$}])/(?:${folders})/[\\w.-]+`, 'g'))].map(
        (match) => `${path}: ${match[0]}`,
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('leave nothing open, and no test out', () => {
    const open = filesBelow('src').flatMap(({ path, text }) =>
      [...text.matchAll(/\b(?:TODO|FIXME|XXX|HACK)\b.*/g)].map((match) => `${path}: ${match[0]}`),
    );
    // The one place that skips, visibly, is where a program of the field is missing.
    const tests = filesBelow('test').filter(({ path }) => path !== 'test/interop/peers.ts');
    const skipped = tests.flatMap(({ path, text }) =>
      [...codeOf(text).matchAll(/\b(?:it|test|describe)\.(?:only|todo|skip)\(.*/g)].map(
        (match) => `${path}: ${match[0]}`,
      ),
    );
    expect([...open, ...skipped]).toEqual([]);
  });
});

describe('package.json', () => {
  const manifest = JSON.parse(projectFile('package.json')) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };

  it('names each package in one exact version', () => {
    const wrong = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(wrong).toEqual([]);
  });

  it('has a lock file that agrees, with checksums and without addresses', () => {
    const lock = JSON.parse(projectFile('package-lock.json')) as {
      packages: Record<string, { version?: string; resolved?: string; integrity?: string; link?: boolean }>;
    };
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
    const installed = Object.entries(lock.packages).filter(([path]) => path !== '');
    expect(installed.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
    expect(installed.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path)).toEqual([]);
  });
});
