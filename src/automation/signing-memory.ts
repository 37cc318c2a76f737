/** What one signing run leaves for the next: so that where nothing has changed and nothing is due, nothing is read. */
import { resolve } from 'node:path';
import { decodeBase16, encodeBase16 } from '../base/encodings.ts';
import { asciiOctets, type Octets, OctetWriter, octetsText } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { nameFromText } from '../dns/name.ts';
import { stampForReading } from '../store/file-stamp.ts';
import type { KeyLister, KeyListing } from '../store/key-listing.ts';
import { readCurrentMemo, writeMemo } from '../store/signing-memo.ts';
import type { SourceOpener } from '../zone/reader/source.ts';
import type { SignFileRequest, SignFileResult } from './signing-run.ts';

/** Stamps of the files that a zone is read from, by absolute path; undefined for one that can't be trusted to stay. */
export type SourceStamps = Map<string, string | undefined>;

/** An opener that notes the stamp of each file when it is opened. */
export function stampingOpener(opener: SourceOpener, request: SignFileRequest, stamps: SourceStamps): SourceOpener {
  return {
    open(path, includedFrom) {
      const source = opener.open(path, includedFrom);
      const full = resolve(request.directory, source.name);
      if (path === '-') stamps.set('-', undefined);
      else if (!stamps.has(full)) stamps.set(full, stampForReading(full, request.now));
      return source;
    },
  };
}

/** Whether a run like this can be told from the last one's memory at all. */
function mayRemember({ full, dryRun, input, output, denial }: SignFileRequest): boolean {
  if (full || dryRun || input === '-' || output === '-') return false;
  return denial.type === 'nsec' || denial.salt.kind !== 'random';
}

/** Every choice that the outcome depends on; times as distances from now. */
function choicesOf(request: SignFileRequest): string {
  const { now, inception, expiration, jitter, refresh, serial, zonemd, keyTtl, ignoreKskFlag, keyDirectory } = request;
  const { origin, assumedOrigin, denial, insecure } = request;
  const named = [origin, assumedOrigin].map((name) => (name === undefined ? null : [...name]));
  const salt = denial.type === 'nsec3' && denial.salt.kind === 'given' ? hex(denial.salt.salt) : null;
  return JSON.stringify({
    times: [inception - now, expiration - now, jitter, refresh],
    denial: denial.type === 'nsec' ? denial : { ...denial, salt: { ...denial.salt, salt } },
    ...{ serial, zonemd, insecure, keyTtl, ignoreKskFlag, keyDirectory, named },
  });
}

/** The result of this run, if the last one tells that there is nothing to do. */
export function recallRun(request: SignFileRequest, keyLister: KeyLister): SignFileResult | undefined {
  if (!mayRemember(request)) return undefined;
  const signed = resolve(request.directory, request.output);
  const zoneOf = (memo: { readonly result: { readonly zone: string } }) => nameFromText(memo.result.zone);
  const memo = readCurrentMemo(signed, choicesOf(request), request.now, zoneOf, keyLister);
  if (memo === undefined) return undefined;
  const { zone, serial, keys, salt } = memo.result;
  return {
    status: 'unchanged',
    zone,
    output: request.output,
    serial,
    previousSerial: serial,
    statistics: undefined,
    dropped: 0,
    salt: salt === null ? undefined : octetsOf(salt),
    keys,
    largestTtl: undefined,
    size: 0,
    warnings: [],
  };
}

/**
 * Remembers a run that has ended.
 *
 * @param due      when the next one has something to do
 * @param listing  what lay in the key directory when the keys were loaded
 */
export function rememberRun(
  request: SignFileRequest,
  result: SignFileResult,
  origin: Octets,
  sources: SourceStamps,
  due: UnixSeconds,
  listing: KeyListing,
): void {
  if (!mayRemember({ ...request, full: false })) return;
  const { zone, serial, keys, salt } = result;
  writeMemo({
    signed: resolve(request.directory, request.output),
    choices: choicesOf(request),
    zone: origin,
    sources,
    keyDirectory: request.keyDirectory,
    listing,
    now: request.now,
    due,
    result: { zone, serial, keys, salt: salt === undefined ? null : hex(salt) },
  });
}

function hex(octets: Octets): string {
  const out = new OctetWriter();
  encodeBase16(octets, 0, octets.length, out);
  return octetsText(out.view());
}

function octetsOf(digits: string): Octets {
  const out = new OctetWriter();
  const source = asciiOctets(digits);
  decodeBase16(source, 0, source.length, out);
  return out.take();
}
