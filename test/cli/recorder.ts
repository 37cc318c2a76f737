/** A context for running commands in tests: fixed time, recorded output. */
import type { CommandContext, GlobalFlags } from '../../src/cli/command.ts';
import { createOutput, type StreamOutput } from '../../src/cli/output.ts';

/** What a command printed. */
export interface Recorder {
  readonly context: CommandContext;
  /** Standard output so far, one code unit to an octet. */
  readonly stdout: () => string;
  /** Standard error so far. */
  readonly stderr: () => string;
  readonly out: StreamOutput;
}

/** A stream that keeps what is written to it. */
export function recordingStream(): { write(chunk: string | Uint8Array): void; text(): string } {
  const chunks: string[] = [];
  return {
    write: (chunk) => void chunks.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1')),
    text: () => chunks.join(''),
  };
}

/** Makes a context; `parts` replaces what a test cares about. */
export function recordContext(
  parts: { cwd?: string; now?: number; env?: CommandContext['env']; global?: Partial<GlobalFlags> } = {},
): Recorder {
  const stdout = recordingStream();
  const stderr = recordingStream();
  const global: GlobalFlags = {
    json: false,
    quiet: false,
    verbose: false,
    dryRun: false,
    config: undefined,
    ...parts.global,
  };
  const env = parts.env ?? {};
  const out = createOutput(stdout, stderr, env, { ...global, color: true });
  const now = parts.now ?? 1_800_000_000;
  const context: CommandContext = { out, now: () => now, cwd: parts.cwd ?? '/nonexistent', env, global };
  return { context, out, stdout: stdout.text, stderr: stderr.text };
}
