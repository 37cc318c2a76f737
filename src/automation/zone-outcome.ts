/** What became of each zone of a run over several, also where a worker thread signed it. */
import { type Diagnostic, DnssecError, type ErrorCode } from '../base/errors.ts';
import type { SignFileResult } from './signing-run.ts';
import type { StageSeconds } from './stage-times.ts';

/** A zone that was signed, or needed nothing. */
export interface SignedZone {
  /** Place of the zone among all of the run. */
  readonly index: number;
  readonly seconds: StageSeconds;
  readonly result: SignFileResult;
}

/** A zone that could not be signed: it is no other's trouble. */
export interface FailedZone {
  readonly index: number;
  readonly seconds: StageSeconds;
  /** What was thrown. */
  readonly error: unknown;
}

/** What became of a zone. */
export type ZoneOutcome = SignedZone | FailedZone;

/** An error as it crosses from one thread to another: classes and getters do not. */
export interface ErrorMessage {
  /** Undefined for what is no error of ours. */
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly hint: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly stack: string | undefined;
  readonly cause: ErrorMessage | undefined;
}

/** Makes an error fit for a message. */
export function encodeError(thrown: unknown): ErrorMessage {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { code, hint, diagnostics } = error instanceof DnssecError ? error : NO_DETAILS;
  const cause = error.cause === undefined ? undefined : encodeError(error.cause);
  return { code, message: error.message, hint, diagnostics, stack: error.stack, cause };
}

const NO_DETAILS = { code: undefined, hint: undefined, diagnostics: [] } as const;

/** The error that a message tells of. */
export function decodeError({ code, message, hint, diagnostics, stack, cause }: ErrorMessage): Error {
  const details = { ...(cause === undefined ? {} : { cause: decodeError(cause) }) };
  const error =
    code === undefined
      ? new Error(message, details)
      : new DnssecError(code, message, { ...details, ...(hint === undefined ? {} : { hint }), diagnostics });
  if (stack !== undefined) error.stack = stack;
  return error;
}
