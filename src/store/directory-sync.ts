/** Making the names in a directory durable, once for all who ask for it at about the same time. */
import * as fs from 'node:fs';
import { promisify } from 'node:util';
import { fileError } from '../base/errors.ts';

const fsync = promisify(fs.fsync);

/** Who is synchronised now, and who comes after: names that were made since the call began may not be in it. */
interface Turns {
  readonly now: Promise<void>;
  next: Promise<void> | undefined;
}

const turns = new Map<string, Turns>();

/**
 * Makes the names in a directory durable: those that are there when it is called. Calls that come while the disk is at
 * work share the next one.
 *
 * @throws DnssecError FILE_UNWRITABLE
 */
export function syncDirectory(path: string): Promise<void> {
  const running = turns.get(path);
  if (running === undefined) return begin(path);
  running.next ??= running.now.catch(() => {}).then(() => begin(path));
  return running.next;
}

function begin(path: string): Promise<void> {
  const turn: Turns = { now: synchronise(path), next: undefined };
  turns.set(path, turn);
  const end = () => {
    if (turns.get(path) === turn && turn.next === undefined) turns.delete(path);
  };
  turn.now.then(end, end);
  return turn.now;
}

async function synchronise(path: string): Promise<void> {
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync(path, 'r');
    await fsync(descriptor);
  } catch (cause) {
    // Some file systems have no such operation, and need none.
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EINVAL' && code !== 'ENOTSUP' && code !== 'EACCES') throw fileError('synchronise', path, cause, true);
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}
