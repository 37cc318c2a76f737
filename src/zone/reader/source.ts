/** Where master files come from: the reader asks for octets and never touches a file itself. */
import { DnssecError } from '../../base/errors.ts';
import type { Octets } from '../../base/octets.ts';

/** One opened master file, read once from its beginning to its end. */
export interface ChunkSource {
  /** The file as messages name it; for a file that was included, with the path that leads there. */
  readonly name: string;
  /** Tells apart files whatever path leads to them: a file that includes itself is found by it. */
  readonly identity: string;
  /** Octets of the whole file where that is known, else undefined (a pipe). */
  readonly size?: number;
  /**
   * Reads the next octets into `into[at..]`, at least one of them while there are any.
   *
   * @returns  octets read; 0 at the end of the file
   * @throws   DnssecError FILE_UNREADABLE
   */
  read(into: Octets, at: number): number;
  /** Lets the file go. Called exactly once. */
  close(): void;
}

/** Opens master files. */
export interface SourceOpener {
  /**
   * @param path          as the person or the `$INCLUDE` wrote it
   * @param includedFrom  name of the file that includes it; a relative `path` starts from that file's directory
   * @throws              DnssecError FILE_UNREADABLE
   */
  open(path: string, includedFrom?: string): ChunkSource;
}

/**
 * Master files from memory, by name: for text that was just made, and for tests. A path is a key of `files`,
 * with or without the directory of the including file in front.
 *
 * `open` throws DnssecError FILE_UNREADABLE when a file is not there.
 */
export function memoryOpener(files: Readonly<Record<string, Octets>>): SourceOpener {
  return {
    open(path, includedFrom) {
      const directory = includedFrom?.replace(/[^/]*$/, '') ?? '';
      const name = Object.hasOwn(files, directory + path) ? directory + path : path;
      const octets = Object.hasOwn(files, name) ? files[name]! : undefined;
      if (octets === undefined) throw new DnssecError('FILE_UNREADABLE', `there is no file ${name} in memory`);
      let position = 0;
      return {
        name,
        identity: name,
        size: octets.length,
        read(into, at) {
          const count = Math.min(octets.length - position, into.length - at);
          into.set(octets.subarray(position, position + count), at);
          position += count;
          return count;
        },
        close() {},
      };
    },
  };
}
