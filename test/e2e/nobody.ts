/** Running the program as a user without rights: root may read and write everything, whatever the permissions say. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** User and group that own nothing. */
export const NOBODY = 65_534;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Copies the built program, with what it depends on, to where every user can read it: the checkout may lie in a
 * directory of root's own. The copy goes when the suite has ended.
 *
 * @returns its path; undefined if this process may not change its user, or others cannot run this `node`
 */
export function publicProgram(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const copy = mkdtempSync(join(tmpdir(), 'dnssec-program-'));
  afterAll(() => rmSync(copy, { recursive: true, force: true }));
  chmodSync(copy, 0o755);
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>;
  };
  mkdirSync(join(copy, 'node_modules'));
  for (const part of ['package.json', 'dist', ...Object.keys(dependencies).map((name) => join('node_modules', name))]) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true, dereference: true });
  }
  const program = join(copy, 'dist/main.js');
  const { status } = spawnSync(process.execPath, [program, '--help'], { cwd: '/', uid: NOBODY, gid: NOBODY });
  return status === 0 ? program : undefined;
}
