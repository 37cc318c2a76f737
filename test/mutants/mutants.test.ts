import { expect, test } from 'vitest';
import { projectFile } from '../architecture/sources.ts';
import { MUTANTS } from './mutants.mjs';

test('each mutant changes text that stands exactly once in its file', () => {
  const wrong = MUTANTS.flatMap(({ name, file, find, replace }) => {
    const times = projectFile(file).split(find).length - 1;
    return times === 1 && find !== replace ? [] : [`${file}: ${name}: stands ${times} times: ${find}`];
  });
  expect(wrong).toEqual([]);
});

test('no two mutants are the same, or have the same name', () => {
  const texts = MUTANTS.map(({ file, find, replace }) => projectFile(file).replace(find, () => replace));
  expect(new Set(texts).size).toBe(MUTANTS.length);
  expect(new Set(MUTANTS.map(({ file, name }) => `${file}: ${name}`)).size).toBe(MUTANTS.length);
});
