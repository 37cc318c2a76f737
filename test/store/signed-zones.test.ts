import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { octetsText } from '../../src/base/octets.ts';
import { parseTimestamp } from '../../src/base/time.ts';
import { nameFromText } from '../../src/dns/name.ts';
import type { Denial } from '../../src/sign/parameters.ts';
import { parseSignedHead } from '../../src/store/signed-head.ts';
import { printNote } from '../../src/store/signed-note.ts';
import { lookAtSignedZone } from '../../src/store/signed-zones.ts';
import { readSignedFacts } from '../../src/zone/signed-facts.ts';
import { linesOf, makeTestKey, NOW, NSEC3, readText, signText, validityFrom } from '../sign/signing.ts';

const example = nameFromText('example');
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'signed-zones-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function write(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content, 'latin1');
  return path;
}

const KEYS = [makeTestKey('ksk'), makeTestKey('zsk')];
const ZONE = `$TTL 3600
@ SOA ns1 host 10 7200 3600 604800 1800
@ NS ns1
@ TXT "a tab	in a text" "; no comment"
ns1 A 192.0.2.1
insecure NS ns1
*.w\\.x TXT "wildcard"
`;

async function sign(denial: Denial, zone = ZONE) {
  const validity = { ...validityFrom(NOW), jitter: 43_200 };
  const signed = await signText(zone, { keys: KEYS, denial, validity, zonemd: true });
  const note = octetsText(printNote({ signed: NOW, firstEnd: signed.statistics.soonest, saltDrawn: NOW - 5 }));
  return { signed, text: note + signed.text };
}

describe('the beginning of a signed file of ours', () => {
  test.each<[string, Denial]>([
    ['NSEC', { type: 'nsec' }],
    ['NSEC3', NSEC3],
    ['NSEC3 with opt-out, without salt', { ...NSEC3, salt: new Uint8Array(0), optOut: true }],
    ['NSEC3 with iterations', { ...NSEC3, iterations: 5 }],
  ])('tells what the whole file does: %s', async (_, denial) => {
    const { text } = await sign(denial);
    expect(parseSignedHead(text, true)).toEqual({ origin: example, facts: readSignedFacts(readText(text)) });
  });

  test('tells it without the rest, as long as that reaches beyond the apex', async () => {
    const { signed, text } = await sign({ type: 'nsec' });
    const lines = text.split('\n');
    const apex = linesOf(signed, 'SOA')[0]![0]!;
    const beyond = lines.findIndex((line, i) => i > 1 && !line.startsWith(`${apex}\t`));
    const upTo = (count: number) => `${lines.slice(0, count).join('\n')}\n${lines[count]!.slice(0, 3)}`;
    expect(parseSignedHead(upTo(beyond + 1), false)).toEqual(parseSignedHead(text, true));
    expect(parseSignedHead(upTo(beyond), false)).toBeUndefined();
  });

  test('leaves opt-out open where it holds no NSEC3 record', async () => {
    const { text } = await sign({ ...NSEC3, optOut: true });
    const lines = text.split('\n').filter((line) => !line.includes('\tNSEC3\t'));
    expect(parseSignedHead(lines.join('\n'), true)?.facts.denial).toMatchObject({ optOut: undefined });
  });

  test.each([
    ['without the note', (text: string) => text.replace(/^.*\n/, '')],
    ['with a note of an older kind', (text: string) => text.replace(/; first signature ends \d+/, '')],
    [
      'with another record before the SOA',
      (text: string) => text.replace('\n', '\nexample.\t5\tIN\tNS\tns1.example.\n'),
    ],
    ['without signatures over the SOA', (text: string) => text.replace(/^.*RRSIG\tSOA.*\n/gm, '')],
    ['with an NSEC3PARAM that is none', (text: string) => text.replace(/(NSEC3PARAM\t)1 0 0/, '$11 0 zero')],
    ['with a serial that is none', (text: string) => text.replace(/ 11 7200/, ' x 7200')],
    ['with an owner that is no name', (text: string) => text.replaceAll(/^example\./gm, 'example..')],
    ['that is the note alone', (text: string) => text.slice(0, text.indexOf('\n') + 1)],
  ])('says nothing %s', async (_, spoil) => {
    const { text } = await sign(NSEC3);
    expect(parseSignedHead(text, true)).toBeDefined();
    expect(spoil(text)).not.toBe(text);
    expect(parseSignedHead(spoil(text), true)).toBeUndefined();
  });
});

describe('a signed file', () => {
  const fixture = (name: string) => readFileSync(new URL(`../fixtures/rfc/${name}.zone`, import.meta.url), 'latin1');

  test('of another signer is read whole: RFC 5155 App. A', async () => {
    const path = write('5155', fixture('5155-app-a'));
    utimesSync(path, NOW, NOW);
    expect(await lookAtSignedZone(path, undefined)).toEqual({
      origin: example,
      note: {},
      changed: NOW,
      serial: 1,
      firstEnd: parseTimestamp('20150420235959'),
      begin: parseTimestamp('20051021000000'),
      denial: { type: 'nsec3', iterations: 12, salt: 'AABBCCDD', optOut: true },
      dnskeys: [expect.any(Uint8Array), expect.any(Uint8Array)],
      dnskeyTtl: 3600,
      keySigners: [{ algorithm: 7, keyTag: 12708 }],
      zoneSigners: [{ algorithm: 7, keyTag: 40430 }],
    });
  });

  test('of another signer with NSEC: RFC 4035 App. A', async () => {
    const path = write('4035', fixture('4035-app-a'));
    expect(await lookAtSignedZone(path, example)).toMatchObject({
      serial: 1081539377,
      firstEnd: parseTimestamp('20040509183619'),
      begin: parseTimestamp('20040409183619'),
      denial: { type: 'nsec' },
    });
  });

  test('of ours with an apex beyond the beginning is read whole', async () => {
    const texts = Array.from({ length: 400 }, (_, i) => `@ TXT "${String(i).padStart(250, '0')}"\n`).join('');
    const { text, signed } = await sign(NSEC3, ZONE + texts);
    expect(parseSignedHead(text.slice(0, 65_536), false)).toBeUndefined();
    const { firstEnd, denial } = (await lookAtSignedZone(write('large', text), example))!;
    expect({ firstEnd, denial }).toEqual({
      firstEnd: signed.statistics.soonest,
      denial: { type: 'nsec3', iterations: 0, salt: 'AABB', optOut: false },
    });
  });

  test('that is not there is none', async () => {
    expect(await lookAtSignedZone(join(directory, 'gone'), example)).toBeUndefined();
  });

  test('of another zone, or of none, is no signed file of this one', async () => {
    const { text } = await sign(NSEC3);
    const other = nameFromText('other');
    const refused = (path: string) => expect(lookAtSignedZone(path, other)).rejects;
    await refused(write('ours', text)).toMatchObject({
      code: 'ZONE_INVALID',
      message: `${join(directory, 'ours')} holds zone example, not other`,
    });
    await refused(write('theirs', fixture('5155-app-a'))).toMatchObject({ code: 'ZONE_INVALID' });
    await refused(write('empty', '')).toMatchObject({ code: 'ZONE_INVALID' });
    await refused(write('words', 'these are words\n')).toMatchObject({
      code: 'ZONE_INVALID',
      message: expect.stringContaining(`${join(directory, 'words')}:1: `),
      hint: 'Sign it anew with --full, or restore it from a backup.',
    });
  });

  test('that is a directory or a pipe is unreadable, and not waited for', async () => {
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    for (const path of [directory, join(directory, 'pipe')]) {
      await expect(lookAtSignedZone(path, example)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    }
  });
});
