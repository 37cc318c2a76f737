/** What the reader remembers from entry to entry. */
import type { Octets } from '../../base/octets.ts';
import type { RecordColumns } from '../records.ts';
import type { DiagnosticList, Place } from './diagnostics.ts';
import type { EntryScanner } from './scanner.ts';

/** Bounds on what one zone may take. */
export interface ReadLimits {
  /** Octets of one entry (a record with all its lines). */
  readonly entry: number;
  /** Files open at a time: the zone file and what it includes, in each other. */
  readonly depth: number;
  /** Files included altogether. */
  readonly includes: number;
  /** Octets of files that are read a second time or more often: small files could make a zone of any size. */
  readonly repeatedOctets: number;
  /** Records that all `$GENERATE` of the zone make. */
  readonly generatedRecords: number;
  /** Octets of text that all `$GENERATE` of the zone make. */
  readonly generatedOctets: number;
  /** Octets of owner names and RDATA. */
  readonly octets: number;
}

/** The reader's memory: the records so far, and what the ones to come are read with. */
export interface ReaderState {
  readonly records: RecordColumns;
  readonly diagnostics: DiagnosticList;
  readonly limits: ReadLimits;
  readonly keep: ((type: number) => boolean) | undefined;

  /** What relative names are completed with. */
  origin: Octets | undefined;
  /** The zone's class, once a record or the caller has said it. */
  klass: number | undefined;
  /** TTL of `$TTL`, or -1. */
  defaultTtl: number;
  /** TTL of the last record that had one, or -1 (RFC 1035 §5.1). */
  lastTtl: number;
  hasWarnedOfTtl: boolean;

  /** The last owner name in the arena, or -1, and its length. */
  owner: number;
  ownerLength: number;
  /** Wire form of the first SOA's owner. */
  soaOwner: Octets | undefined;
  /** Index of the first SOA record, or -1. */
  soa: number;

  includes: number;
  repeatedOctets: number;
  generatedRecords: number;
  generatedOctets: number;
  /** The line that all records come from, while a `$GENERATE` is read; else 0. */
  generateLine: number;
}

/** The place of token `index`; past the last one: the end of the entry. */
export function placeOf(scanner: EntryScanner, index: number): Place {
  const { tokens, window, first, line } = scanner;
  if (index < tokens.count) {
    const quotes = tokens.quoted[index]!;
    const at = tokens.start[index]! - quotes;
    return { window, first, line, at, width: tokens.end[index]! + quotes - at };
  }
  const last = tokens.count - 1;
  const at = last < 0 ? first : tokens.end[last]! + tokens.quoted[last]!;
  return { window, first, line, at, width: 1 };
}
