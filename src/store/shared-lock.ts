/**
 * A lock that is shared by pieces of work of this process which don't disturb each other, and keeps other processes out:
 * the first takes it, the last gives it back.
 */
import { acquireLock, type Lock, type LockOptions } from './lock.ts';

/** How long work may join, in milliseconds: other processes wait for the lock too, and not for ever. */
const OPEN_MS = 1500;

interface Tenure {
  readonly entry: Promise<void>;
  readonly ended: Promise<void>;
  readonly end: () => void;
  /** Until when work may join, by the clock of `performance`. */
  closes: number;
  lock: Lock | undefined;
  users: number;
}

const tenures = new Map<string, Tenure>();

/**
 * Runs `work` under a lock that this process holds, maybe for other work too.
 *
 * @param begin  runs first whenever the lock has been taken
 * @throws DnssecError LOCKED, FILE_UNWRITABLE, DISK_FULL, and what `begin` and `work` throw
 */
export async function withSharedLock<T>(
  path: string,
  options: LockOptions,
  begin: () => void,
  work: () => Promise<T>,
): Promise<T> {
  let tenure = tenures.get(path);
  while (tenure !== undefined && performance.now() >= tenure.closes) {
    await tenure.ended;
    tenure = tenures.get(path);
  }
  tenure ??= startTenure(path, options, begin);
  tenure.users++;
  try {
    await tenure.entry;
    return await work();
  } finally {
    if (--tenure.users === 0) finish(path, tenure);
  }
}

function startTenure(path: string, options: LockOptions, begin: () => void): Tenure {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const take = async () => {
    tenure.lock = await acquireLock(path, options);
    tenure.closes = performance.now() + OPEN_MS;
    begin();
  };
  const tenure: Tenure = {
    entry: Promise.resolve().then(take),
    ended,
    end,
    closes: Number.POSITIVE_INFINITY,
    lock: undefined,
    users: 0,
  };
  tenures.set(path, tenure);
  return tenure;
}

function finish(path: string, tenure: Tenure): void {
  tenures.delete(path);
  tenure.lock?.release();
  tenure.end();
}
