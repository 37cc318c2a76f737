import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../fuzz/zone-reader.mjs', import.meta.url));

// A seed that once found something goes here, with a test beside the code that it broke. `npm run fuzz` runs more.
test.each([1, 2])('mutated zone files end in a zone or an error of ours, whole or in pieces (seed %i)', (seed) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, '--count', '4000', '--seed', String(seed)], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(Number(/(\d+) of them zones/.exec(stdout)?.[1])).toBeGreaterThan(300);
});
