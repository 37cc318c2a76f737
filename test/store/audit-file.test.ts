import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/rollover/audit-event.ts';
import { appendEntries, EMPTY_LOG, type LogEnd, verifyLog } from '../../src/rollover/audit-log.ts';
import { appendToAuditLog, readAuditLog } from '../../src/store/audit-file.ts';
import { NOW } from '../rollover/memories.ts';

const ZONE = 'example.com';
let directory: string;
let path: string;
beforeEach(() => {
  directory = join(fs.mkdtempSync(join(tmpdir(), 'dnssec-audit-')), 'state');
  path = join(directory, 'example.com.log');
});
afterEach(() => fs.rmSync(join(directory, '..'), { recursive: true }));

const said = (words: string): AuditEvent => ({ kind: 'word', said: words });
const append = (known: LogEnd, ...words: readonly string[]) =>
  appendToAuditLog(directory, ZONE, known, words.map(said), NOW);
const words = () =>
  readAuditLog(directory, ZONE)!
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).said);
const findings = (known: LogEnd) =>
  verifyLog(fs.readFileSync(path, 'utf8'), known).map(({ severity, kind, line }) => `${severity} ${kind} ${line}`);

describe('the audit log of a zone', () => {
  it('is made with its first entries, for the owner only, and appended to', async () => {
    expect(readAuditLog(directory, ZONE)).toBeUndefined();
    const first = await append(EMPTY_LOG, 'a', 'b');
    const second = await append(first, 'c');
    expect(second.entries).toBe(3);
    expect(words()).toEqual(['a', 'b', 'c']);
    expect(findings(second)).toEqual([]);
    expect(fs.readdirSync(directory)).toEqual(['example.com.log']);
    expect(fs.statSync(path).mode & 0o777).toBe(0o600);
    expect(fs.statSync(directory).mode & 0o777).toBe(0o700);
  });

  it('is left alone where there is nothing to tell', async () => {
    const end = await append(EMPTY_LOG);
    expect(end).toEqual(EMPTY_LOG);
    expect(fs.existsSync(path)).toBe(false);
  });

  it('keeps its octets: what is there is never written anew', async () => {
    const first = await append(EMPTY_LOG, 'a');
    const before = fs.readFileSync(path);
    const { ino } = fs.statSync(path);
    await append(first, 'b');
    expect(fs.readFileSync(path).subarray(0, before.length)).toEqual(before);
    expect(fs.statSync(path).ino).toBe(ino);
  });

  it('goes on after a crash at any octet of an append, and is whole then', async () => {
    const known = await append(EMPTY_LOG, 'a', 'b');
    const before = fs.readFileSync(path);
    await append(known, 'c', 'dé');
    const after = fs.readFileSync(path);
    const outcomes = new Set<string>();
    for (let length = before.length; length <= after.length; length++) {
      fs.writeFileSync(path, after.subarray(0, length));
      const warnings = findings(known);
      expect(warnings.filter((finding) => !finding.startsWith('warning'))).toEqual([]);
      const end = await append(known, 'e');
      expect(findings(end), `${length} octets`).toEqual([]);
      expect(end.entries).toBe(words().length);
      outcomes.add(words().join(' '));
    }
    expect([...outcomes]).toEqual(['a b e', 'a b c e', 'a b c dé e']);
  });

  it('goes on after a crash that left zeros', async () => {
    const known = await append(EMPTY_LOG, 'a');
    fs.appendFileSync(path, Buffer.alloc(5000));
    expect(findings(known)).toEqual(['warning torn 2']);
    const end = await append(known, 'b');
    expect([words(), findings(end)]).toEqual([['a', 'b'], []]);
  });

  it('goes on where no memory knows of it', async () => {
    await append(EMPTY_LOG, 'a', 'b');
    const end = await append(EMPTY_LOG, 'c');
    expect([end.entries, words(), findings(end)]).toEqual([3, ['a', 'b', 'c'], []]);
  });

  it('goes on from a memory that was restored from long ago', async () => {
    const old = await append(EMPTY_LOG, 'a');
    await append(old, ...Array.from({ length: 2000 }, (_, i) => `${i} ${'x'.repeat(100)}`));
    expect(fs.statSync(path).size).toBeGreaterThan(600_000);
    const end = await append(old, 'z');
    expect([end.entries, findings(end)]).toEqual([2002, []]);
  });

  it('goes on behind an entry that is longer than what is looked at first', async () => {
    const first = await append(EMPTY_LOG, 'a', 'é'.repeat(300_000));
    const second = await append(first, 'b');
    const third = await append(first, 'c');
    expect([third.entries, findings(third)]).toEqual([4, []]);
    expect(second.entries).toBe(3);
  });

  it('that lost its end, all of it, or its truth is gone on with, and stays convicted', async () => {
    const known = await append(EMPTY_LOG, 'a', 'b', 'c');
    const whole = fs.readFileSync(path, 'utf8');
    const lines = whole.split('\n');

    fs.writeFileSync(path, `${lines[0]}\n`);
    expect(findings(await append(known, 'd'))).toEqual(['error order 2']);

    fs.writeFileSync(path, whole.slice(0, -30));
    expect(findings(await append(known, 'd'))).toEqual(['error order 3']);

    fs.rmSync(path);
    expect(findings(await append(known, 'd'))).toEqual(['error order 1']);

    const forged = appendEntries(EMPTY_LOG, ['a', 'b', 'x'].map(said), NOW);
    fs.writeFileSync(path, forged.text);
    expect(findings(await append(known, 'd'))).toEqual(['error chain 4']);

    fs.writeFileSync(path, whole.replace('"said":"c"', '"said":"C"'));
    expect(findings(await append(known, 'd'))).toEqual(['error changed 3']);
  });

  it('that is no file is refused', async () => {
    fs.mkdirSync(path, { recursive: true });
    await expect(append(EMPTY_LOG, 'a')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(() => readAuditLog(directory, ZONE)).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }));
  });
});
