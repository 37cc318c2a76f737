/** Which directory holds the keys. */
import { statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Config } from './config.ts';

/**
 * The key directory: the one that was named, else that of the configuration file, else `keys` where there is one,
 * else the current directory, as dnssec-keygen has it.
 *
 * @param named  as -K gives it
 * @returns      an absolute path; the directory need not exist
 */
export function findKeyDirectory(config: Config, cwd: string, named: string | undefined): string {
  if (named !== undefined) return resolve(cwd, named);
  if (config.file !== undefined) return config.directories.keys;
  const usual = join(cwd, 'keys');
  return statSync(usual, { throwIfNoEntry: false })?.isDirectory() === true ? usual : resolve(cwd);
}

/** A path as people say it: relative where it lies below the current directory. */
export function shownPath(cwd: string, path: string): string {
  const near = relative(cwd, path);
  return near === '' ? '.' : near.startsWith('..') ? path : near;
}
