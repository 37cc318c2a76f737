/** What the main thread and a thread that signs zones say to each other. */
import { DnssecError } from '../base/errors.ts';
import type { FinishedFile } from '../store/files.ts';
import type { FlushedFile } from '../store/group-commit.ts';
import type { SignFileResult } from './signing-run.ts';
import type { StageSeconds } from './stage-times.ts';
import type { ZoneTask } from './zone-batch.ts';
import { decodeError, type ErrorMessage, encodeError, type ZoneOutcome } from './zone-outcome.ts';

/** To the thread: zones to be signed, whose locks are held; or what became of a batch's files. */
export type ToThread =
  | { readonly kind: 'sign'; readonly batch: number; readonly tasks: readonly ZoneTask[] }
  | { readonly kind: 'placed'; readonly batch: number; readonly faults: readonly (ErrorMessage | undefined)[] };

/** From the thread: files of a batch that are on the disk, to be put in their places; or the batch's outcomes. */
export type FromThread =
  | { readonly kind: 'place'; readonly batch: number; readonly files: readonly FileMessage[] }
  | { readonly kind: 'signed'; readonly batch: number; readonly outcomes: readonly OutcomeMessage[] };

/** A file that is on the disk, or what went wrong on its way. */
export interface FileMessage {
  readonly file: FinishedFile | undefined;
  readonly fault: ErrorMessage | undefined;
}

/** A zone's result or error. */
export interface OutcomeMessage {
  readonly index: number;
  readonly seconds: StageSeconds;
  readonly result?: SignFileResult;
  readonly error?: ErrorMessage;
}

/** Makes a flushed file fit for a message. */
export function encodeFile(file: FlushedFile): FileMessage {
  return file instanceof DnssecError ? { file: undefined, fault: encodeError(file) } : { file, fault: undefined };
}

/** The flushed file that a message tells of. */
export function decodeFile({ file, fault }: FileMessage): FlushedFile {
  return fault === undefined ? file : (decodeError(fault) as DnssecError);
}

/** Makes an outcome fit for a message. */
export function encodeOutcome(outcome: ZoneOutcome): OutcomeMessage {
  const { index, seconds } = outcome;
  if ('error' in outcome) return { index, seconds, error: encodeError(outcome.error) };
  const { result } = outcome;
  // A view of the zone's memory would take all of it along.
  return { index, seconds, result: { ...result, salt: result.salt?.slice() } };
}

/** The outcome that a message tells of. */
export function decodeOutcome({ index, seconds, result, error }: OutcomeMessage): ZoneOutcome {
  return result === undefined ? { index, seconds, error: error && decodeError(error) } : { index, seconds, result };
}
