/** The life of the process around a command: signals, closed pipes, defects, and an end with everything written. */
import { constants } from 'node:os';
import { type ExitCode, fileError } from '../base/errors.ts';

/** Signals that end the program, after its temporary files and locks are gone. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What `watchProcess` hands back. */
export interface ProcessLife {
  /** Waits until all output is written, and ends the process. */
  end(code: ExitCode): Promise<never>;
}

/**
 * Watches over the process:
 * - SIGINT, SIGTERM, SIGHUP: cleans up and ends by that signal, so that a shell sees 130, 143, 129;
 * - a closed pipe on standard output: what is printed after it is dropped, and the work goes on to its end;
 * - an exception that nobody caught: `report`, clean up, exit code 1.
 *
 * @param cleanUp  removes temporary files and gives locks back; synchronous, throws nothing
 * @param report   prints what was thrown, returns the exit code
 */
export function watchProcess(
  process: NodeJS.Process,
  cleanUp: () => void,
  report: (thrown: unknown) => ExitCode,
): ProcessLife {
  let outputFailure: unknown;
  const watchStream = (stream: NodeJS.WriteStream) => {
    stream.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EPIPE') outputFailure ??= cause;
    });
  };
  watchStream(process.stdout);
  watchStream(process.stderr);

  const fail = (thrown: unknown) => {
    cleanUp();
    process.exit(report(thrown));
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  for (const signal of ENDING) {
    process.once(signal, () => {
      cleanUp();
      // Its own default action, so that the parent sees which signal it was. As the first process of a container
      // there is none, hence the exit behind it.
      process.kill(process.pid, signal);
      process.exit(128 + constants.signals[signal]);
    });
  }

  return {
    async end(code) {
      await drained(process.stdout);
      await drained(process.stderr);
      if (outputFailure !== undefined) process.exit(report(fileError('write', 'standard output', outputFailure, true)));
      return process.exit(code);
    },
  };
}

/** Resolves when everything written to the stream so far has gone out, or never will. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.errored !== null) resolve();
    else stream.write('', () => resolve());
  });
}
