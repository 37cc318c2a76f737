/**
 * Errors: one class, a stable code for each kind, and the exit code that belongs to it.
 *
 * Thrown: the work could not be done. Answers (findings, differences) are returned, never thrown.
 */

/** Exit codes of the program, as users script against them. */
export const EXIT = { done: 0, failed: 1, usage: 2, findings: 3, waiting: 4, locked: 5 } as const;
/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Every error code, with its exit code. `docs/errors.md` explains each; a test holds the two together. */
export const ERROR_CODES = {
  USAGE: EXIT.usage,
  CONFIG_INVALID: EXIT.usage,
  ZONE_NOT_FOUND: EXIT.usage,
  FILE_UNREADABLE: EXIT.failed,
  FILE_UNWRITABLE: EXIT.failed,
  DISK_FULL: EXIT.failed,
  ZONE_INVALID: EXIT.findings,
  VERIFY_FAILED: EXIT.findings,
  STATE_INVALID: EXIT.findings,
  KEY_UNREADABLE: EXIT.failed,
  KEY_INVALID: EXIT.failed,
  KEY_EXPOSED: EXIT.failed,
  KEY_MISSING: EXIT.failed,
  KEY_EXISTS: EXIT.failed,
  KEY_UNSUPPORTED: EXIT.usage,
  SIGNING_IMPOSSIBLE: EXIT.failed,
  WORKER_FAILED: EXIT.failed,
  LOCKED: EXIT.locked,
  INTERNAL: EXIT.failed,
} as const satisfies Record<string, ExitCode>;
/** The name of a kind of error: stable, for scripts. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** What an error carries beside its code and its sentence. */
export interface ErrorDetails {
  /** What the person can do about it, as a full sentence. */
  readonly hint?: string;
  /** Findings, file by file, printed one to a line after the message. */
  readonly diagnostics?: readonly Diagnostic[];
  readonly cause?: unknown;
}

/**
 * One remark about one place in a text file.
 * `line` and `column` count from 1; `column` and `width` are octets; `text` is the line itself, for the caret.
 */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly width?: number;
  readonly text?: string;
  readonly hint?: string;
}

/** Every error that a person is told: `message` is a plain sentence that says what is wrong, and where. */
export class DnssecError extends Error {
  override readonly name = 'DnssecError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly diagnostics: readonly Diagnostic[];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.diagnostics = details.diagnostics ?? [];
  }

  get exitCode(): ExitCode {
    return ERROR_CODES[this.code];
  }

  /** The same error with its context in front: `zone example.com: signing MX at www.example.com: …`. */
  within(context: string): DnssecError {
    return new DnssecError(this.code, `${context}: ${this.message}`, {
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      diagnostics: this.diagnostics,
      cause: this.cause ?? this,
    });
  }
}

/**
 * Turns a failed file operation into an error of ours: what was tried, on which path, and why it failed.
 *
 * @param action  what was tried, as in "read zone file"
 */
export function fileError(action: string, path: string, cause: unknown, writing = false): DnssecError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  const why = FILE_TROUBLE[code];
  const kind: ErrorCode =
    code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : writing ? 'FILE_UNWRITABLE' : 'FILE_UNREADABLE';
  return new DnssecError(kind, `cannot ${action} ${path}: ${why?.[0] ?? (code || String(cause))}`, {
    cause,
    ...(why?.[1] === undefined ? {} : { hint: why[1] }),
  });
}

const FILE_TROUBLE: Readonly<Record<string, readonly [string, string?]>> = {
  ENOENT: ['no such file or directory', 'Check the spelling of the path.'],
  EACCES: ['permission denied', 'Run as a user that may, or correct the permissions with chmod or chown.'],
  EPERM: ['operation not permitted', 'Run as a user that may, or correct the permissions with chmod or chown.'],
  EROFS: ['the file system is read-only', 'Remount it for writing, or choose another place with -f or -K.'],
  ENOSPC: ['no space left on the device', 'Free some space and run again; the old files are as they were.'],
  EDQUOT: ['the disk quota is used up', 'Free some space and run again; the old files are as they were.'],
  EISDIR: ['it is a directory, not a file', 'Name a file.'],
  ENOTDIR: ['a part of the path is not a directory', 'Check the spelling of the path.'],
  ELOOP: ['too many symbolic links', 'Correct the links.'],
  EFBIG: ['it would be larger than files may be', 'Raise the limit with ulimit -f, or choose another file system.'],
  EMFILE: ['too many open files', 'Raise the limit with ulimit -n.'],
  EIO: ['the disk reports an input/output error', 'Check the disk before anything else.'],
};
