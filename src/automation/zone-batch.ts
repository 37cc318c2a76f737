/** Signs some zones one after another, and puts their files in place together: the disk is waited for once. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AtomicFile } from '../store/files.ts';
import type { FileFaults } from '../store/group-commit.ts';
import { KeyDirectory, type KeyLister, type KeyListing } from '../store/key-listing.ts';
import { signLocked } from './sign-zone-file.ts';
import type { SignFileRequest, SigningObserver } from './signing-run.ts';
import { StageTimes } from './stage-times.ts';
import type { ZoneOutcome } from './zone-outcome.ts';

/** A zone of a run over several: its place among all, and what is to be done. */
export interface ZoneTask {
  readonly index: number;
  readonly request: SignFileRequest;
}

/** Puts finished files in their places, each as far as it goes. */
export type CommitAll = (files: readonly AtomicFile[]) => Promise<FileFaults>;

/** Signs batch after batch. */
export class BatchSigner {
  readonly #keyDirectories = new Map<string, KeyDirectory>();

  /**
   * Signs zones whose locks are held.
   *
   * @param commitAll  puts the files of the batch in their places
   * @returns when all are signed; `outcomes` come when their files are in place, so that the next batch can be signed
   *          while the disk is at work
   */
  async sign(
    tasks: readonly ZoneTask[],
    commitAll: CommitAll,
  ): Promise<{ readonly outcomes: Promise<readonly ZoneOutcome[]> }> {
    const group = new CommitGroup();
    const lists = new Map<string, KeyLister>();
    const outcomes: Promise<ZoneOutcome>[] = [];
    for (const { index, request } of tasks) {
      const keys = lists.get(request.keyDirectory) ?? this.#lister(request.keyDirectory);
      lists.set(request.keyDirectory, keys);
      const outcome = signOne(index, request, keys, group);
      outcomes.push(outcome);
      await Promise.race([outcome, group.arrival()]);
      // Messages, signals and files that reached the disk have their turn.
      await nextTurn();
    }
    return { outcomes: group.commit(commitAll).then(() => Promise.all(outcomes)) };
  }

  /** One listing for a whole batch: all of its locks are held by now, so that it is as good as one for each zone. */
  #lister(path: string): KeyLister {
    const directory = this.#keyDirectories.get(path) ?? new KeyDirectory(path);
    this.#keyDirectories.set(path, directory);
    let listing: KeyListing | undefined;
    return {
      list: () => {
        listing ??= directory.list();
        return listing;
      },
    };
  }
}

async function signOne(
  index: number,
  request: SignFileRequest,
  keys: KeyLister,
  group: CommitGroup,
): Promise<ZoneOutcome> {
  const times = new StageTimes();
  const observer: SigningObserver = {
    stage: (stage) => times.enter(stage),
    progress: () => {},
    emit: () => {
      throw new TypeError('zones for standard output are signed alone');
    },
  };
  const commit = (file: AtomicFile) => {
    // Waiting for the other zones of the batch is no part of writing this one.
    times.end();
    return group.add(file, () => times.enter('write'));
  };
  try {
    const result = await signLocked(request, observer, { keys, commit });
    times.end();
    return { index, seconds: times.seconds(), result };
  } catch (error) {
    times.end();
    return { index, seconds: times.seconds(), error };
  }
}

interface Waiting {
  readonly file: AtomicFile;
  readonly begin: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Files that wait to be put in their places together. */
class CommitGroup {
  readonly #waiting: Waiting[] = [];
  #wake: (() => void) | undefined;

  /** Waits until the file is in its place. @param begin  called when the wait for the disk begins */
  add(file: AtomicFile, begin: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ file, begin, resolve, reject });
      this.#wake?.();
    });
  }

  /** Waits until another file is added. */
  arrival(): Promise<void> {
    return new Promise((wake) => {
      this.#wake = wake;
    });
  }

  async commit(commitAll: CommitAll): Promise<void> {
    if (this.#waiting.length === 0) return;
    for (const { begin } of this.#waiting) begin();
    try {
      const faults = await commitAll(this.#waiting.map(({ file }) => file));
      for (const [index, { resolve, reject }] of this.#waiting.entries()) {
        if (faults[index] === undefined) resolve();
        else reject(faults[index]);
      }
    } catch (error) {
      for (const { reject } of this.#waiting) reject(error);
    }
  }
}
