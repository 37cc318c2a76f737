/** BIND's `.key` files: comment lines with the timing metadata, then the DNSKEY record. */

import { Base64Decoder, encodeBase64 } from '../base/encodings.ts';
import { DnssecError } from '../base/errors.ts';
import { type Octets, OctetWriter } from '../base/octets.ts';
import { parseTimestamp } from '../base/time.ts';
import { nameFromText, nameText } from '../dns/name.ts';
import { keyFileError, splitLines } from './file-lines.ts';
import { hasSepFlag, isRevoked, type KeyTiming } from './key.ts';
import { FLAG, keyTag } from './key-tag.ts';
import { printTimeWithWords, TIMING_TAGS } from './key-times.ts';

/** What a `.key` file says. */
export interface KeyFile {
  /** Owner: wire form, with the case of the file. */
  readonly zone: Octets;
  /** Undefined where the record names none. */
  readonly ttl: number | undefined;
  readonly dnskeyRdata: Octets;
  readonly timing: KeyTiming;
}

const TIMING_BY_TAG = new Map(TIMING_TAGS.map(([field, tag]) => [tag.toLowerCase(), field]));

/**
 * Reads a `.key` file: exactly one DNSKEY record, in any layout that a zone file allows.
 *
 * @param file  its name, for messages
 * @throws DnssecError KEY_INVALID with the line
 */
export function parseKeyFile(text: string, file: string): KeyFile {
  const timing: { -readonly [K in keyof KeyTiming]: number } = {};
  const tokens: { text: string; line: number }[] = [];
  let depth = 0;
  let ended = false;
  for (const { line, number } of splitLines(text, file)) {
    for (const [word] of line.matchAll(/;.*|[()]|(?:\\.|[^\s()\\;])+|\\$/g)) {
      if (word.startsWith(';')) {
        if (tokens.length === 0) readTiming(word.slice(1), timing);
      } else if (word === '(') depth++;
      else if (word === ')') depth--;
      else {
        if (ended) throw keyFileError(file, number, 'more than one record');
        tokens.push({ text: word, line: number });
      }
      if (depth < 0) throw keyFileError(file, number, 'a closing parenthesis without an opening one');
    }
    ended = tokens.length > 0 && depth === 0;
  }
  if (depth > 0) throw new DnssecError('KEY_INVALID', `${file}: an opening parenthesis without a closing one`);
  if (tokens.length === 0) throw new DnssecError('KEY_INVALID', `${file}: there is no DNSKEY record in it`);
  return { ...readRecord(tokens, file), timing };
}

function readTiming(comment: string, timing: { -readonly [K in keyof KeyTiming]: number }): void {
  const m = /^\s*([A-Za-z]+)\s*:\s*(\d{14})\b/.exec(comment);
  if (m === null) return;
  const field = TIMING_BY_TAG.get(m[1]!.toLowerCase());
  const time = parseTimestamp(m[2]!);
  if (field !== undefined && time !== undefined) timing[field] = time;
}

function readRecord(
  tokens: readonly { readonly text: string; readonly line: number }[],
  file: string,
): Omit<KeyFile, 'timing'> {
  const line = tokens[0]!.line;
  const words = tokens.map((t) => t.text);
  const zone = readOwner(words.shift()!, file, line);
  let ttl: number | undefined;
  for (; words.length > 0; words.shift()) {
    const word = words[0]!.toUpperCase();
    if (word === 'IN' || word === 'CLASS1') continue;
    if (ttl !== undefined || !/^\d{1,10}$/.test(word)) break;
    ttl = Number(word);
    if (ttl > 0x7fff_ffff) throw keyFileError(file, line, 'the TTL is larger than 2147483647');
  }
  const type = words.shift()?.toUpperCase();
  if (type === 'KEY') throw keyFileError(file, line, 'a KEY record, which signs no zones', 'Name a DNSKEY file.');
  if (type !== 'DNSKEY' && type !== 'TYPE48') throw keyFileError(file, line, 'not a DNSKEY record in class IN');
  const [flags, protocol, algorithm] = words.splice(0, 3);
  const numbers = [flags, protocol, algorithm].map((w) => (/^\d{1,5}$/.test(w ?? '') ? Number(w) : -1));
  const [flagsValue, protocolValue, algorithmValue] = numbers as [number, number, number];
  if (flagsValue < 0 || flagsValue > 0xffff) throw keyFileError(file, line, 'the flags are not a number 0..65535');
  if (protocolValue !== 3) throw keyFileError(file, line, 'the protocol is not 3');
  if (algorithmValue < 0 || algorithmValue > 255)
    throw keyFileError(file, line, 'the algorithm is not a number 0..255');
  if ((flagsValue & FLAG.zone) === 0) throw keyFileError(file, line, 'the flags do not say that it is a zone key');
  const out = new OctetWriter(512);
  out.u16(flagsValue);
  out.u8(3);
  out.u8(algorithmValue);
  const encoded = new TextEncoder().encode(words.join(''));
  const decoder = new Base64Decoder(out);
  if (encoded.length === 0 || decoder.feed(encoded, 0, encoded.length) >= 0 || !decoder.finish()) {
    throw keyFileError(file, line, 'the public key is not base64');
  }
  return { zone, ttl, dnskeyRdata: out.take() };
}

function readOwner(text: string, file: string, line: number): Octets {
  try {
    return nameFromText(text);
  } catch (cause) {
    throw keyFileError(file, line, `the owner is not a domain name: ${(cause as RangeError).message}`);
  }
}

/** Base64 of the octets, in groups of 56 characters, as BIND prints a key on one line. */
export function groupedBase64(octets: Octets): string {
  const out = new OctetWriter();
  encodeBase64(octets, 0, octets.length, out);
  const text = String.fromCharCode(...out.view());
  return text.replace(/.{56}(?=.)/g, '$& ');
}

/** The DNSKEY record as BIND writes it into a `.key` file, without the newline. */
export function dnskeyRecordText(key: Omit<KeyFile, 'timing'>): string {
  const { dnskeyRdata: rdata } = key;
  const ttl = key.ttl === undefined ? '' : `${key.ttl} `;
  const fields = `${(rdata[0]! << 8) | rdata[1]!} ${rdata[2]} ${rdata[3]}`;
  return `${nameText(key.zone)} ${ttl}IN DNSKEY ${fields} ${groupedBase64(rdata.subarray(4))}`;
}

/** Prints a `.key` file, as BIND 9.18 does; times in words are in UTC. */
export function printKeyFile(key: KeyFile): string {
  const { dnskeyRdata: rdata, timing } = key;
  const flags = (rdata[0]! << 8) | rdata[1]!;
  const kind = `${isRevoked(flags) ? 'revoked ' : ''}${hasSepFlag(flags) ? 'key' : 'zone'}`;
  const lines = [`; This is a ${kind}-signing key, keyid ${keyTag(rdata)}, for ${nameText(key.zone)}`];
  for (const [field, tag] of TIMING_TAGS) {
    const time = timing[field];
    if (time !== undefined && field !== 'dsPublish') lines.push(`; ${tag}: ${printTimeWithWords(time)}`);
  }
  return `${[...lines, dnskeyRecordText(key)].join('\n')}\n`;
}
