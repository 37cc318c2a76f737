/** Where a signed zone is written until it is known to be good: beside its target, or in memory. */
import type { Octets } from '../base/octets.ts';
import type { TextSink } from '../sign/sign-zone.ts';
import { AtomicFile } from '../store/files.ts';
import { zoneFileOpener } from '../store/zone-files.ts';
import { memoryOpener, type SourceOpener } from '../zone/reader/source.ts';
import type { SigningScope } from './signing-run.ts';

/** A signed zone in the making. */
export interface SignedOutput extends TextSink {
  /** How what was written can be read back. */
  source(): { readonly opener: SourceOpener; readonly path: string };
  /** Puts the zone in its place. @throws DnssecError FILE_UNWRITABLE, DISK_FULL */
  finish(emit: (text: Octets) => void): Promise<void>;
  /** Gives it up; nothing happens after `finish`. */
  abort(): void;
}

/**
 * Opens the output of a signing run: a file in the making, or memory for standard output and for dry runs.
 *
 * @param commit  how a file is put in its place
 */
export function openOutput(
  request: { readonly output: string; readonly dryRun: boolean },
  commit: SigningScope['commit'],
): SignedOutput {
  if (request.output !== '-' && !request.dryRun) return new FileOutput(request.output, commit);
  return new MemoryOutput(!request.dryRun);
}

class FileOutput implements SignedOutput {
  readonly #file: AtomicFile;

  readonly #commit: SigningScope['commit'];

  constructor(path: string, commit: SigningScope['commit']) {
    this.#file = new AtomicFile(path);
    this.#commit = commit;
  }

  get length(): number {
    return this.#file.length;
  }

  write(chunk: Octets): void {
    this.#file.write(chunk);
  }

  writeAt(position: number, chunk: Octets): void {
    this.#file.writeAt(position, chunk);
  }

  source(): { opener: SourceOpener; path: string } {
    return { opener: zoneFileOpener('/'), path: this.#file.path };
  }

  finish(): Promise<void> {
    return this.#commit(this.#file);
  }

  abort(): void {
    this.#file.abort();
  }
}

class MemoryOutput implements SignedOutput {
  readonly #chunks: Octets[] = [];
  readonly #emits: boolean;
  length = 0;

  constructor(emits: boolean) {
    this.#emits = emits;
  }

  write(chunk: Octets): void {
    this.#chunks.push(chunk.slice());
    this.length += chunk.length;
  }

  writeAt(position: number, chunk: Octets): void {
    let start = 0;
    for (const part of this.#chunks) {
      const from = Math.max(position, start);
      const to = Math.min(position + chunk.length, start + part.length);
      if (from < to) part.set(chunk.subarray(from - position, to - position), from - start);
      start += part.length;
    }
  }

  source(): { opener: SourceOpener; path: string } {
    return { opener: memoryOpener({ 'signed zone': Buffer.concat(this.#chunks) }), path: 'signed zone' };
  }

  async finish(emit: (text: Octets) => void): Promise<void> {
    if (this.#emits) for (const chunk of this.#chunks) emit(chunk);
  }

  abort(): void {}
}
