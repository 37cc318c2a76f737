import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runProgram } from '../../src/cli/program.ts';
import { nameFromText } from '../../src/dns/name.ts';
import { type KeyState, printStateFile } from '../../src/keys/state-file.ts';
import { readCalendar } from '../rollover/calendar-reader.ts';
import { readSvg } from '../rollover/svg-reader.ts';
import { recordingStream } from './recorder.ts';

const NOW = 1_800_000_000;
let cwd: string;

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'dnssec-plan-'));
  mkdirSync(join(cwd, 'keys'), { mode: 0o700 });
  writeFileSync(join(cwd, 'dnssec.yaml'), 'zones:\n  b.test: {}\n  a.test: {}\n');
  for (const zone of ['a.test', 'b.test']) {
    const { stdout } = await dnssec(['keygen', '-K', 'keys', zone]);
    const [ksk, zsk] = stdout.trim().split('\n');
    settle(zone, ksk!, 'krrsig');
    settle(zone, zsk!, 'zrrsig');
  }
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** Writes states of a key that took up its work just now, and is known everywhere. */
function settle(zone: string, name: string, signs: 'krrsig' | 'zrrsig'): void {
  const isKsk = signs === 'krrsig';
  const records = isKsk ? (['dnskey', 'krrsig', 'ds'] as const) : (['dnskey', 'zrrsig'] as const);
  const state: KeyState = {
    ...{ algorithm: 13, length: 256, isKsk, isZsk: !isKsk, unknown: [] },
    times: { generated: NOW - 86_400, published: NOW - 86_400, active: NOW },
    changes: Object.fromEntries(records.map((record) => [record, NOW])),
    states: { ...Object.fromEntries(records.map((record) => [record, 'omnipresent'])), goal: 'omnipresent' },
  };
  writeFileSync(join(cwd, 'keys', `${name}.state`), printStateFile(state, nameFromText(zone), Number(name.slice(-5))));
}

/** Runs a command line as the program does. */
async function dnssec(argv: readonly string[], now = NOW) {
  const [stdout, stderr] = [recordingStream(), recordingStream()];
  const exit = await runProgram(argv, COMMANDS, { version: '0', stdout, stderr, env: {}, cwd, now: () => now });
  return { exit, stdout: Buffer.from(stdout.text(), 'latin1').toString(), stderr: stderr.text() };
}

/** Takes the private half of a zone's KSK or ZSK away. */
function lose(zone: string): void {
  const [name] = readdirSync(join(cwd, 'keys')).filter(
    (file) => file.startsWith(`K${zone}.`) && file.endsWith('.private'),
  );
  rmSync(join(cwd, 'keys', name!));
}

interface PlanDocument {
  readonly zones: readonly {
    readonly zone: string;
    readonly from: string;
    readonly until: string;
    readonly summary: string;
    readonly blocked: readonly { readonly gate: string; readonly words: string }[];
    readonly entries: readonly Readonly<Record<string, unknown>>[];
  }[];
}

describe('dnssec plan', () => {
  test('plans all zones for a year, and one that is named', async () => {
    const all = await dnssec(['plan']);
    expect([all.exit, all.stderr]).toEqual([0, '']);
    expect(all.stdout).toMatch(/^2 zones: what happens to the keys until 2028-01-15; times are UTC\n/);
    const one = await dnssec(['plan', 'a.test', '--until', '100d']);
    expect(one.exit).toBe(0);
    expect(one.stdout).toMatch(/^a\.test: what happens to the keys until 2027-04-25; /);
    expect(one.stdout).toMatch(
      /\n {2}2027-04-15 05:55 {2}in 89d {2}next ZSK +is made to follow ZSK \d+ and is published/,
    );
  });

  test('prints a document with stable keys', async () => {
    const { exit, stdout } = await dnssec(['plan', '--json', 'a.test', '--until', '100d']);
    const { zones } = JSON.parse(stdout) as PlanDocument;
    expect(exit).toBe(0);
    expect(zones).toHaveLength(1);
    expect(zones[0]).toMatchObject({
      zone: 'a.test',
      from: '2027-01-15T08:00:00.000Z',
      until: '2027-04-25T08:00:00.000Z',
    });
    expect(zones[0]!.entries[0]).toEqual({
      at: '2027-04-15T05:55:00.000Z',
      kind: 'published',
      key: 'new-1',
      role: 'zsk',
      keyTag: null,
      by: 'program',
      you: false,
      words: expect.stringMatching(/^the next ZSK is made to follow ZSK \d+ and is published in the zone$/),
    });
    expect(zones[0]!.entries.map(({ kind }) => kind)).toEqual(['published', 'signing', 'leaving', 'gone']);
  });

  test('prints a calendar of all zones, in UTF-8', async () => {
    const { exit, stdout } = await dnssec(['plan', '--ics', '--until', '2y']);
    const { events } = readCalendar(stdout);
    expect(exit).toBe(0);
    expect(new Set(events.map(({ summary }) => summary.slice(0, 6)))).toEqual(new Set(['a.test', 'b.test']));
    const done = ['enter the DS of the next KS', 'when all servers of the par', 'when no server of the paren'];
    const tasks = [...done, done[0]].flatMap((task) => ['a.test', 'b.test'].map((zone) => `${zone}: you: ${task}`));
    const alarmed = events.filter(({ alarms }) => alarms.length > 0).map(({ summary }) => summary.slice(0, 40));
    expect(alarmed.sort()).toEqual(tasks.sort());
  });

  test('draws one zone', async () => {
    const { exit, stdout } = await dnssec(['plan', 'a.test', '--svg']);
    expect([exit, readSvg(stdout)[1]!.text]).toEqual([0, 'Keys of a.test, 2026-12-31 to 2028-01-15']);
  });

  test.each([
    [['plan', '--svg'], '--svg draws one zone'],
    [['plan', 'a.test', '--svg', '--ics'], '--ics and --svg exclude each other'],
    [['plan', 'a.test', '--until', 'soon'], '"soon" is not a time'],
    [['plan', 'a.test', '--until', '0d'], '--until 0d is not in the future'],
    [['plan', 'a.test', '--until', '20200101'], '--until 20200101 is not in the future'],
    [['plan', 'a.test', '--until', '21y'], '--until 21y is too far ahead'],
    [['plan', 'c.test'], 'there is no zone or zone file "c.test"'],
    [['plan', '-'], 'standard input has no keys'],
  ])('refuses %j', async (argv, message) => {
    const { exit, stdout, stderr } = await dnssec(argv);
    expect([exit, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  test('takes a date for --until', async () => {
    const { stdout } = await dnssec(['plan', 'a.test', '--until', '20270301']);
    expect(stdout).toMatch(/until 2027-03-01;/);
  });

  test('tells what key files hold up, before all else', async () => {
    lose('a.test');
    const { exit, stdout } = await dnssec(['plan', 'a.test']);
    expect(exit).toBe(0);
    expect(stdout.split('\n')[2]).toMatch(
      /^Held up: {2}No key of a\.test is made or withdrawn until the key files are in/,
    );
  });

  test('says where no zones are configured', async () => {
    writeFileSync(join(cwd, 'dnssec.yaml'), '');
    const { exit, stdout, stderr } = await dnssec(['plan']);
    expect([exit, stdout]).toEqual([0, '']);
    expect(stderr).toContain('no zones are configured');
  });

  test('does not go without a key directory that can be read', async () => {
    rmSync(join(cwd, 'keys'), { recursive: true });
    writeFileSync(join(cwd, 'keys'), 'not a directory');
    const all = await dnssec(['plan']);
    expect(all.exit).toBe(1);
    expect(all.stderr.match(/error: /g)).toHaveLength(2);
    expect((await dnssec(['plan', 'a.test'])).exit).toBe(1);
  });
});

describe('dnssec why', () => {
  test('says of a zone at rest what is next, and ends with 0', async () => {
    const { exit, stdout } = await dnssec(['why', 'a.test']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^No roll is under way\. Next: ZSK \d+ is replaced from 2027-04-15 on \(in 89d\)\.\n$/);
  });

  test('ends with 1 where key files are missing', async () => {
    lose('a.test');
    const { exit, stdout } = await dnssec(['why', 'a.test']);
    expect(exit).toBe(1);
    expect(stdout).toMatch(/^No key of a\.test is made or withdrawn .+\.private is missing\.\n {2}Restore the files/);
  });

  test('ends with 4 while the parent is waited for', async () => {
    const ksk = readdirSync(join(cwd, 'keys')).filter((file) => file.startsWith('Ka.test.') && file.endsWith('.key'));
    for (const file of ksk) {
      const tag = Number(/\+(\d+)\.key$/.exec(file)![1]);
      const text = `Algorithm: 13\nLength: 256\nKSK: yes\nZSK: yes\nDNSKEYChange: 20261201000000\nDNSKEYState: omnipresent\nKRRSIGState: omnipresent\nZRRSIGState: omnipresent\nDSState: rumoured\nDSChange: 20270115070000\nGoalState: omnipresent\n`;
      writeFileSync(
        join(cwd, 'keys', file.replace('.key', '.state')),
        `; This is the state of key ${tag}, for a.test.\n${text}`,
      );
    }
    writeFileSync(
      join(cwd, 'dnssec.yaml'),
      'policies:\n  one: { keys: { csk: { algorithm: ECDSAP256SHA256 } } }\nzones:\n  a.test: { policy: one }\n',
    );
    chmodSync(join(cwd, 'keys'), 0o700);
    const { exit, stdout } = await dnssec(['why', '--json', 'a.test']);
    expect(exit).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      zone: 'a.test',
      concern: 'person',
      text: expect.stringContaining('waits until every server of the parent shows the DS of CSK'),
      hint: expect.stringContaining('at the registrar, if that is not done'),
      next: expect.stringMatching(/^2027-01-1\dT/),
      rolls: expect.arrayContaining([expect.objectContaining({ waiting: "waiting for the parent's DS" })]),
    });
  });
});
