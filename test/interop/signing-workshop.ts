/** Signs zones with the built program and with dnssec-signzone, and holds the results side by side. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAM } from '../e2e/processes.ts';
import { peer } from './peers.ts';
import type { TestZone } from './signing-zones.ts';

/** The programs that every zone we sign is shown to. */
export const VERIFIERS = ['dnssec-verify', 'ldns-verify-zone', 'kzonecheck'] as const;

/** Everything a comparison needs. */
export const SIGNING_PEERS = [...VERIFIERS, 'dnssec-signzone', 'dnssec-keygen', 'named-compilezone'] as const;

/** What a program came to. */
export interface RunResult {
  readonly status: number | null;
  readonly output: string;
}

/** Signatures from an hour that has passed to one that none of us will see: the same for both signers. */
const TIMES = ['-s', '20260101000000', '-e', '20360101000000'];

/** Algorithms whose signatures are the same each time they are made. */
const DETERMINISTIC: ReadonlySet<string> = new Set(['8', '10', '15', '16']);

/** How a zone is signed: flags for either program. */
export interface Manner {
  readonly name: string;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

export const NSEC: Manner = { name: 'NSEC', ours: ['--nsec'], theirs: [] };
export const NSEC3 = manner('NSEC3', ['-3', 'AABBCCDD']);
export const OPT_OUT = manner('NSEC3 with opt-out', ['-3', 'AABBCCDD', '-A']);

/** A manner that both programs spell alike. */
export function manner(name: string, flags: readonly string[]): Manner {
  return { name, ours: flags, theirs: flags };
}

/** A temporary directory with keys and zones. */
export class Workshop {
  readonly directory = mkdtempSync(join(tmpdir(), 'dnssec-signing-'));
  readonly #keys = new Map<string, string>();
  #count = 0;

  /** Runs a program there. */
  run(program: string, args: readonly string[]): RunResult {
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: this.directory,
      encoding: 'latin1',
      maxBuffer: 1 << 28,
      timeout: 120_000,
    });
    return { status, output: `${stdout}${stderr}` };
  }

  /** Runs a program that must succeed. @returns what it printed */
  must(program: string, args: readonly string[]): string {
    const { status, output } = this.run(program, args);
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: status ${status}: ${output.slice(0, 4000)}`);
    return output;
  }

  /** A new path. */
  path(name: string): string {
    return join(this.directory, `${name}-${++this.#count}`);
  }

  write(name: string, text: string): string {
    const path = this.path(name);
    writeFileSync(path, text, 'latin1');
    return path;
  }

  /** An empty directory for keys, as private as it has to be. */
  keyDirectory(): string {
    const path = this.path('keys');
    mkdirSync(path, { mode: 0o700 });
    return path;
  }

  /** Makes a key with dnssec-keygen. @returns its base name */
  keygen(directory: string, origin: string, args: readonly string[]): string {
    return this.must(peer('dnssec-keygen'), ['-q', '-K', directory, ...args, origin]).trim();
  }

  /** A KSK and a ZSK of each algorithm, made once for each zone name. @returns their directory */
  keys(origin: string, algorithms: readonly string[]): string {
    const id = `${origin.toLowerCase()} ${algorithms.join(' ')}`;
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    const directory = this.keyDirectory();
    for (const algorithm of algorithms) {
      const size = algorithm === '8' || algorithm === '10' ? ['-b', '2048'] : [];
      this.keygen(directory, origin, ['-a', algorithm, ...size, '-f', 'KSK']);
      this.keygen(directory, origin, ['-a', algorithm, ...size]);
    }
    this.#keys.set(id, directory);
    return directory;
  }

  /** Signs with our program. @returns the signed file */
  signOurs(zone: TestZone, keys: string, flags: readonly string[]): string {
    const output = this.path('ours');
    const args = ['sign', '--quiet', '-K', keys, '-o', zone.origin, '-N', 'keep', ...TIMES, ...flags, '-f', output];
    this.must(process.execPath, [PROGRAM, ...args, this.write('zone', zone.text)]);
    return output;
  }

  /** Signs with dnssec-signzone. @returns the signed file */
  signTheirs(zone: TestZone, keys: string, flags: readonly string[]): string {
    const output = this.path('theirs');
    const args = ['-q', '-S', '-P', '-O', 'full', '-K', keys, '-o', zone.origin, ...TIMES, ...flags, '-f', output];
    this.must(peer('dnssec-signzone'), [...args, this.write('zone', zone.text)]);
    return output;
  }

  /**
   * The records of a zone file as named-compilezone prints them, one a line, owners in lower case, sorted.
   * Signatures of algorithms that sign differently each time lose their last field.
   */
  records(file: string, origin: string): readonly string[] {
    const lenient = ['-k', '-n', '-r', '-m', '-M', '-S', '-T', '-W'].flatMap((flag) => [flag, 'ignore']);
    const plain = `${file}.plain`;
    this.must(peer('named-compilezone'), ['-q', '-i', 'none', ...lenient, '-s', 'full', '-o', plain, origin, file]);
    const lines = readFileSync(plain, 'latin1').trimEnd().split('\n');
    return lines
      .filter((line) => !line.startsWith(';'))
      .map(plainRecord)
      .sort();
  }

  /** What each of the verifiers says of a file: the names of those that refuse it, with their words. */
  refusals(file: string, origin: string, extra: readonly string[] = ['-x']): ReadonlyMap<string, string> {
    const calls = [
      ['dnssec-verify', '-q', ...extra, '-o', origin, file],
      ['ldns-verify-zone', '-V1', file],
      ['kzonecheck', '-d', 'on', '-o', origin, file],
    ] as const;
    const refused = new Map<string, string>();
    for (const [program, ...args] of calls) {
      const { status, output } = this.run(peer(program), args);
      if (status !== 0) refused.set(program, `status ${status}: ${output.slice(0, 2000)}`);
    }
    return refused;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function plainRecord(line: string): string {
  const [owner, ttl, klass, type, ...rdata] = line.split(/\s+/);
  const head = [owner!.toLowerCase(), ttl, klass, type];
  if (type !== 'RRSIG') return [...head, ...rdata].join(' ');
  const fields = rdata.slice(0, 8);
  return [...head, ...fields, DETERMINISTIC.has(fields[1]!) ? rdata.slice(8).join('') : ''].join(' ');
}
