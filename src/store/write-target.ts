/** What a write to a path lands on: a file, nothing yet, a device, or what cannot be replaced. */
import * as fs from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DnssecError, fileError } from '../base/errors.ts';

/** What lies at a path, links followed; undefined if nothing does. @throws DnssecError FILE_UNWRITABLE */
export function statIfThere(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileError('write', path, cause, true);
  }
}

/**
 * Where a write to `path` lands: symbolic links followed, also one whose end does not exist yet.
 *
 * @returns an absolute path
 * @throws DnssecError FILE_UNWRITABLE
 */
export function followLinks(path: string): string {
  const full = resolve(path);
  try {
    const real = fs.realpathSync.native(full);
    if (/^\/(?:dev|proc)\//.test(full) && real !== full) throw notReplaceable(path);
    return real;
  } catch (cause) {
    if (cause instanceof DnssecError) throw cause;
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw fileError('write', path, cause, true);
  }
  const link = fs.lstatSync(full, { throwIfNoEntry: false });
  return link?.isSymbolicLink() === true ? resolve(dirname(full), fs.readlinkSync(full)) : full;
}

/** Opens what is no regular file for writing, where that makes sense. @throws DnssecError FILE_UNWRITABLE */
export function openDevice(path: string, stats: fs.Stats): number {
  if (stats.isDirectory()) throw fileError('write', path, { code: 'EISDIR' }, true);
  if (!stats.isCharacterDevice()) throw notReplaceable(path);
  try {
    return fs.openSync(path, 'w');
  } catch (cause) {
    throw fileError('write', path, cause, true);
  }
}

function notReplaceable(path: string): DnssecError {
  return new DnssecError(
    'FILE_UNWRITABLE',
    `cannot write ${path}: it is not a regular file, so it cannot be replaced`,
    {
      hint: 'Name a regular file, or `-` for standard output.',
    },
  );
}
