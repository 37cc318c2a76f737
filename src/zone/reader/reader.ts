/** Reads master files (RFC 1035 §5, RFC 2308 §4, RFC 3597 §5) into columns. */
import { type Diagnostic, DnssecError } from '../../base/errors.ts';
import { type Octets, OctetWriter } from '../../base/octets.ts';
import { CLASS_IN } from '../../dns/types.ts';
import { RecordColumns } from '../records.ts';
import { DiagnosticList, TooManyErrors } from './diagnostics.ts';
import { type GenerateTemplate, readDirective } from './directives.ts';
import { readRecord } from './entry.ts';
import { expandTemplate } from './generate.ts';
import { EntryScanner, MAX_ENTRY, SCAN } from './scanner.ts';
import type { ChunkSource, SourceOpener } from './source.ts';
import { placeOf, type ReaderState, type ReadLimits } from './state.ts';
import { InputWindow } from './window.ts';

/** Limits where nothing is said. */
export const DEFAULT_LIMITS: ReadLimits = {
  entry: MAX_ENTRY,
  depth: 16,
  includes: 10_000,
  repeatedOctets: 128 << 20,
  generatedRecords: 1 << 20,
  generatedOctets: 128 << 20,
  octets: 0xf000_0000,
};

/** How to read a zone. */
export interface ReadOptions {
  /** The zone's name, in wire form: what relative names are completed with at first, and the apex. */
  readonly origin?: Octets;
  /**
   * What relative names are completed with at first where `origin` is not given, as guessed from the file's name.
   * The apex is then the first SOA's owner.
   */
  readonly assumedOrigin?: Octets;
  /** The zone's class, where the first record shall not decide. */
  readonly class?: number;
  /** A TTL as if the file began with `$TTL`. */
  readonly defaultTtl?: number;
  /** Types to keep. Records of other types are passed over, their RDATA unread. */
  readonly keep?: (type: number) => boolean;
  readonly limits?: Partial<ReadLimits>;
  /** Told the octets read so far, of all files, about once per 256 KB. */
  readonly onProgress?: (octets: number) => void;
}

/** The content of a zone file, in file order. */
export interface ZoneFile {
  readonly records: RecordColumns;
  /** The apex in wire form. */
  readonly origin: Octets;
  readonly class: number;
  /** Index of the first SOA record in `records`, or -1. */
  readonly soa: number;
  readonly warnings: readonly Diagnostic[];
  /** Octets read, of all files. */
  readonly size: number;
}

/**
 * Reads a zone file and everything it includes.
 *
 * The file goes through a window of some hundred kilobytes: memory is taken for the records only.
 *
 * @param path  as `opener` understands it
 * @throws DnssecError ZONE_INVALID with up to 20 diagnostics; FILE_UNREADABLE
 */
export function readZone(opener: SourceOpener, path: string, options: ReadOptions = {}): ZoneFile {
  return new MasterFileReader(opener, options).readZone(path);
}

class MasterFileReader {
  readonly #opener: SourceOpener;
  readonly #options: ReadOptions;
  #state!: ReaderState;
  /** Files that are open now, outermost first. */
  readonly #open: ChunkSource[] = [];
  /** Identities of the files that were included so far. */
  readonly #included = new Set<string>();
  #size = 0;

  constructor(opener: SourceOpener, options: ReadOptions) {
    this.#opener = opener;
    this.#options = options;
  }

  readZone(path: string): ZoneFile {
    const source = this.#opener.open(path);
    try {
      this.#state = newState(source, this.#options);
      this.#readSource(source);
    } catch (cause) {
      if (cause instanceof TooManyErrors) throw this.#state.diagnostics.failure(source.name);
      if (cause instanceof RangeError && /alloc|length/i.test(cause.message)) throw tooLarge(source.name, cause);
      throw cause;
    } finally {
      source.close();
    }
    return this.#finish(source.name);
  }

  #finish(name: string): ZoneFile {
    const { records, diagnostics, soaOwner, soa, klass } = this.#state;
    if (diagnostics.errors.length > 0) throw diagnostics.failure(name);
    const origin = this.#options.origin ?? soaOwner;
    if (origin === undefined) {
      throw new DnssecError('ZONE_INVALID', `zone file ${name} has no SOA record`, {
        hint: 'A zone begins with its SOA record; is this a zone file?',
      });
    }
    const warnings = diagnostics.allWarnings();
    return { records, origin, class: klass ?? CLASS_IN, soa, warnings, size: this.#size };
  }

  /**
   * Reads all entries of a source. Recursion is bounded by the limit on open files.
   *
   * @returns  the source's octets, without those of files that it includes
   */
  #readSource(source: ChunkSource): number {
    const state = this.#state;
    this.#open.push(source);
    let own = 0;
    const scanner = new EntryScanner(new InputWindow(source), state.limits.entry, (total) => {
      this.#size += total - own;
      own = total;
      this.#options.onProgress?.(this.#size);
    });
    state.records.enterSource(source.name);
    for (;;) {
      const result = scanner.next();
      if (result === SCAN.end) break;
      if (result === SCAN.trouble) {
        const { message, at, hint } = scanner.trouble!;
        state.diagnostics.error(
          message,
          { window: scanner.window, first: scanner.first, line: scanner.line, at, width: 1 },
          hint,
        );
        continue;
      }
      this.#readEntry(scanner);
    }
    this.#open.pop();
    return own;
  }

  #readEntry(scanner: EntryScanner): void {
    const state = this.#state;
    const { tokens } = scanner;
    if (scanner.blankOwner || tokens.source[tokens.start[0]!] !== 0x24) {
      const errors = state.diagnostics.errors.length;
      readRecord(state, scanner);
      if (state.records.octets.length > state.limits.octets) throw tooLarge(scanner.window.source.name);
      // Without an origin every record of the file would be a mistake: the first one says it all.
      if (state.origin === undefined && state.diagnostics.errors.length > errors) throw new TooManyErrors();
      return;
    }
    const request = readDirective(state, scanner);
    if (request?.kind === 'include') this.#include(scanner, request.path, request.origin);
    else if (request?.kind === 'generate') this.#generate(scanner, request.generate);
  }

  /** The file that is included has its own origin and begins with this one's owner name; both come back after it. */
  #include(scanner: EntryScanner, path: string, origin: Octets | undefined): void {
    const state = this.#state;
    const including = scanner.window.source.name;
    const fail = (message: string, hint?: string) => state.diagnostics.error(message, placeOf(scanner, 1), hint);
    if (this.#open.length >= state.limits.depth) {
      fail(`$INCLUDE: files include each other ${state.limits.depth} deep`);
      return;
    }
    if (++state.includes > state.limits.includes) {
      fail(`$INCLUDE: more than ${state.limits.includes} files`);
      throw new TooManyErrors();
    }
    let source: ChunkSource;
    try {
      source = this.#opener.open(path, including);
    } catch (cause) {
      if (!(cause instanceof DnssecError)) throw cause;
      fail(`$INCLUDE: ${cause.message}`, path.startsWith('/') ? cause.hint : INCLUDE_HINT);
      return;
    }
    try {
      const cycle = this.#open.find((file) => file.identity === source.identity);
      if (cycle !== undefined) {
        fail(`$INCLUDE: ${source.name} includes itself`, 'Take out one of the $INCLUDE that make the circle.');
        return;
      }
      const { origin: outerOrigin, owner, ownerLength } = state;
      state.origin = origin;
      const octets = this.#readSource(source);
      if (this.#included.has(source.identity)) state.repeatedOctets += octets;
      this.#included.add(source.identity);
      if (state.repeatedOctets > state.limits.repeatedOctets) {
        fail(`$INCLUDE: files that are included more than once make over ${state.limits.repeatedOctets} octets`);
        throw new TooManyErrors();
      }
      Object.assign(state, { origin: outerOrigin, owner, ownerLength });
      state.records.enterSource(including);
    } finally {
      source.close();
    }
  }

  /** Reads what the template makes as if it stood in the file; the owner name before it holds on after it. */
  #generate(scanner: EntryScanner, generate: GenerateTemplate): void {
    const state = this.#state;
    const { owner, ownerLength } = state;
    const { errors } = state.diagnostics;
    const before = errors.length;
    const source = generatedSource(scanner.window.source.name, generate);
    const inner = new EntryScanner(new InputWindow(source), state.limits.entry, () => {});
    state.generateLine = scanner.line;
    for (let result = inner.next(); result === SCAN.entry && errors.length === before; result = inner.next()) {
      inner.line = scanner.line;
      readRecord(state, inner);
    }
    if (inner.trouble !== undefined) {
      state.diagnostics.error(`$GENERATE: ${inner.trouble.message}`, placeOf(scanner, 0), inner.trouble.hint);
    }
    Object.assign(state, { owner, ownerLength, generateLine: 0 });
  }
}

/** The text that a `$GENERATE` stands for, made as it is read. */
function generatedSource(name: string, { range, template }: GenerateTemplate): ChunkSource {
  const text = new OctetWriter(1024);
  let taken = 0;
  let number = range.start;
  return {
    name,
    identity: '',
    read(into, at) {
      if (taken === text.length) {
        text.clear();
        taken = 0;
        for (; number <= range.stop && text.length < 32_768; number += range.step) {
          expandTemplate(template, 0, template.length, number, text);
          text.u8(0x0a);
        }
      }
      const count = Math.min(text.length - taken, into.length - at);
      into.set(text.bytes.subarray(taken, taken + count), at);
      taken += count;
      return count;
    },
    close() {},
  };
}

function newState(source: ChunkSource, options: ReadOptions): ReaderState {
  return {
    records: new RecordColumns(Math.min(source.size ?? 1 << 20, 1 << 30)),
    diagnostics: new DiagnosticList(),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    keep: options.keep,
    origin: options.origin ?? options.assumedOrigin,
    klass: options.class,
    defaultTtl: options.defaultTtl ?? -1,
    lastTtl: -1,
    hasWarnedOfTtl: false,
    owner: -1,
    ownerLength: 0,
    soaOwner: undefined,
    soa: -1,
    includes: 0,
    repeatedOctets: 0,
    generatedRecords: 0,
    generatedOctets: 0,
    generateLine: 0,
  };
}

function tooLarge(name: string, cause?: unknown): DnssecError {
  return new DnssecError('ZONE_INVALID', `zone file ${name} is too large to be held in memory`, {
    hint: 'Zones of up to some tens of millions of records can be read.',
    cause,
  });
}

const INCLUDE_HINT = 'The path starts in the directory of the file that holds the $INCLUDE.';
