/** Permissions of a file that takes another's place. */
import * as fs from 'node:fs';
import { DnssecError } from '../base/errors.ts';

/**
 * Gives the new file the owner, group and permission bits of the old one. Another owner is lost without harm when we
 * may not give files away; a group is not, unless everybody may read the file: its members could be the name server.
 *
 * @param descriptor  the new file, open for writing
 * @param target      the old file's path, for the message
 * @throws DnssecError FILE_UNWRITABLE if somebody would lose the right to read the file
 */
export function keepPermissions(descriptor: number, target: string, old: fs.Stats): void {
  const now = fs.fstatSync(descriptor);
  if (now.uid !== old.uid || now.gid !== old.gid) {
    try {
      fs.fchownSync(descriptor, old.uid, old.gid);
    } catch {
      keepGroup(descriptor, target, old, now);
    }
  }
  fs.fchmodSync(descriptor, old.mode & 0o777);
}

function keepGroup(descriptor: number, target: string, old: fs.Stats, now: fs.Stats): void {
  const readers = old.mode & 0o044;
  if (old.gid !== now.gid) {
    try {
      fs.fchownSync(descriptor, now.uid, old.gid);
    } catch (cause) {
      if ((readers & 0o004) !== 0) return;
      throw unkeepable(target, 'group', old.gid, cause);
    }
  }
  if (old.uid !== now.uid && readers === 0) throw unkeepable(target, 'owner', old.uid, undefined);
}

function unkeepable(target: string, what: 'owner' | 'group', id: number, cause: unknown): DnssecError {
  return new DnssecError('FILE_UNWRITABLE', `cannot replace ${target}: its ${what} (${id}) could not be kept`, {
    hint: `Whoever reads the file through its ${what} would lose it. Run as its owner, or correct it with chown and chmod.`,
    cause,
  });
}
