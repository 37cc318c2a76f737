/**
 * A zone whose months pass in moments: the program is run in this process with a clock that the test sets, on real files;
 * a parent takes over the DS that it is asked for when its time has come, and a person says so when `why` asks.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runProgram } from '../../src/cli/program.ts';
import { recordingStream } from '../cli/recorder.ts';
import { type DsVersion, type KeyLabel, labelOfDs, readVersion, type ZoneVersion } from './lapse-judge.ts';

export const HOUR = 3600;
export const DAY = 24 * HOUR;

/** When most tests begin: files that are written now look old by then, as they should. */
export const START = 1_800_000_000;

/** The delays of every policy here; the parent's are played as long as they may be. */
export const TIMING = {
  dnskeyTtl: HOUR,
  zonePropagation: 5 * 60,
  maxZoneTtl: DAY,
  dsTtl: DAY,
  parentPropagation: HOUR,
  registrationDelay: DAY,
} as const;

/** A zone with a delegation, a wildcard, an empty non-terminal, and TTLs up to `maxZoneTtl`. */
const ZONE = `$TTL 1h
@       SOA   ns1 hostmaster 1 4h 1h 3d 1h
        NS    ns1
        MX    10 www
ns1 1d  A     192.0.2.53
www     AAAA  2001:db8::80
*.w 1d  TXT   "anything"
a.b.c   A     192.0.2.1
sub     NS    ns.elsewhere.example.
`;

export const ZONE_NAME = 'lapse.test';

/** What a run of the program came to. */
export interface Run {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the memory of a zone holds, as far as tests look at it. */
export interface Memory {
  readonly wakeAt: number | null;
  readonly lookAt: number | null;
  readonly keys: readonly RememberedKey[];
}

/** A key as the memory has it. */
export interface RememberedKey {
  readonly id: string;
  readonly name: string;
  readonly role: 'ksk' | 'zsk' | 'csk';
  readonly algorithm: number;
  readonly keyTag: number;
  readonly goal: 'omnipresent' | 'hidden';
  readonly states: Readonly<Record<'dnskey' | 'krrsig' | 'zrrsig' | 'ds', string>>;
  readonly removed?: number | null;
}

/** How a lapse is set up. */
export interface LapseOptions {
  /** Of `observe`, in dnssec.yaml. */
  readonly observe?: string;
  readonly start?: number;
  /** How long the parent takes to do what it is asked. */
  readonly parentDelay?: number;
}

/** How time passes. */
export interface Passing {
  /** Seconds between two runs; without it, a run comes when the program or the parent has something to do. */
  readonly rhythm?: number;
}

/** One zone under management, its parent, and a person. */
export class Lapse {
  readonly directory = mkdtempSync(join(tmpdir(), 'dnssec-lapse-'));
  readonly versions: ZoneVersion[] = [];
  readonly ds: DsVersion[];
  now: number;
  readonly #observe: string;
  readonly #parentDelay: number;
  /** A version whose CDS the parent is told not to follow. */
  #ignored: ZoneVersion | undefined;
  #asked: { readonly at: number; readonly keys: ReadonlySet<KeyLabel> } | undefined;
  #lastLook = '';

  constructor(policy: string, options: LapseOptions = {}) {
    this.now = options.start ?? START;
    this.#observe = options.observe ?? '{ servers: off, parent: off }';
    this.#parentDelay = options.parentDelay ?? TIMING.registrationDelay;
    this.ds = [{ at: this.now, keys: new Set() }];
    mkdirSync(this.path('zones'));
    writeFileSync(this.path('zones', `${ZONE_NAME}.zone`), ZONE);
    this.usePolicy(policy);
    onTestFinished(() => rmSync(this.directory, { recursive: true, force: true }));
  }

  path(...parts: readonly string[]): string {
    return join(this.directory, ...parts);
  }

  get zoneFile(): string {
    return this.path('zones', `${ZONE_NAME}.zone`);
  }

  get signedFile(): string {
    return `${this.zoneFile}.signed`;
  }

  /** Writes dnssec.yaml. @param policy  what `keys: …` and more it has, in YAML's flow style; a name of one it knows */
  usePolicy(policy: string): void {
    const isNamed = /^\w+$/.test(policy);
    const name = isNamed ? policy : 'own';
    const signatures = 'signatures: { validity: 14d, refresh: 5d, jitter: 12h }, timing: { purge-keys: 10d }';
    const policies = isNamed ? '' : `policies:\n  own: { ${signatures}, ${policy} }\n`;
    const zone = `{ file: zones/${ZONE_NAME}.zone, policy: ${name}, observe: ${this.#observe} }`;
    writeFileSync(this.path('dnssec.yaml'), `${policies}zones:\n  ${ZONE_NAME}: ${zone}\n`);
  }

  /** Runs the program. */
  async run(...argv: readonly string[]): Promise<Run> {
    const [stdout, stderr] = [recordingStream(), recordingStream()];
    const { directory: cwd } = this;
    const io = { version: '0', stdout, stderr, env: {}, cwd, now: () => this.now };
    const exit = await runProgram(argv, COMMANDS, io);
    return { exit, stdout: Buffer.from(stdout.text(), 'latin1').toString(), stderr: stderr.text() };
  }

  /** Runs what must succeed, and keeps the signed file if there is a new one. */
  async must(...argv: readonly string[]): Promise<Run> {
    const run = await this.run(...argv);
    if (run.exit !== 0) throw new Error(`dnssec ${argv.join(' ')}: exit ${run.exit}: ${run.stdout}${run.stderr}`);
    this.keepVersion();
    return run;
  }

  async json<T>(...argv: readonly string[]): Promise<T> {
    return JSON.parse((await this.run('--json', ...argv)).stdout) as T;
  }

  async add(): Promise<void> {
    await this.must('add', this.zoneFile, '--quiet');
    await this.#lookAround();
  }

  /** What a person asks for; the months go on from there. */
  async roll(...argv: readonly string[]): Promise<void> {
    await this.must('roll', ZONE_NAME, '--quiet', ...argv);
    await this.#lookAround();
  }

  memory(): Memory {
    return JSON.parse(readFileSync(this.path('state', `${ZONE_NAME}.json`), 'utf8')) as Memory;
  }

  keys(role?: RememberedKey['role']): readonly RememberedKey[] {
    return this.memory().keys.filter((key) => role === undefined || key.role === role);
  }

  /** The key that does the work of a role, or will. */
  current(role: RememberedKey['role']): RememberedKey {
    const found = this.keys(role).filter(({ goal }) => goal === 'omnipresent');
    expect(found, `current ${role}`).toHaveLength(1);
    return found[0]!;
  }

  /** Whether every key is where it wants to be, and none is on its way. */
  isSettled(): boolean {
    return this.keys().every(({ states, goal }) =>
      Object.values(states).every((state) => state === 'hidden' || (goal === 'omnipresent' && state === 'omnipresent')),
    );
  }

  get latest(): ZoneVersion {
    return this.versions.at(-1)!;
  }

  keyFiles(suffix = ''): readonly string[] {
    return readdirSync(this.path('keys')).filter((name) => name.startsWith('K') && name.endsWith(suffix));
  }

  /** Lets time pass. @param until  a time, or what is to have come about, at the latest within `limit` */
  async pass(until: number | (() => boolean), how: Passing = {}, limit = 40 * DAY): Promise<void> {
    const end = typeof until === 'number' ? until : this.now + limit;
    const isOver = () => (typeof until === 'number' ? this.now >= until : until());
    for (;;) {
      await this.must('sign', '--all', '--quiet');
      await this.#lookAround();
      if (isOver()) return;
      if (this.now >= end) throw new Error(`not within ${limit} seconds: ${String(until)}; ${await this.#story()}`);
      this.now = Math.min(end, this.#next(how));
    }
  }

  /** Until every roll is done. */
  async settle(how: Passing = {}, limit = 40 * DAY): Promise<void> {
    await this.pass(() => this.isSettled() && this.#asked === undefined, how, limit);
  }

  /** A person has the parent take all DS away, whatever the zone asks for so far. */
  takeDsAway(): void {
    this.ds.push({ at: this.now, keys: new Set() });
    this.#ignored = this.latest;
  }

  async #story(): Promise<string> {
    return `${(await this.run('why', ZONE_NAME)).stdout}\n${(await this.run('log', ZONE_NAME)).stdout}`;
  }

  #next({ rhythm }: Passing): number {
    if (rhythm !== undefined) return this.now + rhythm;
    const { wakeAt, lookAt } = this.memory();
    const ends = /first signature ends (\d{14})/.exec(this.latest.text)?.[1];
    // The ends of signatures are spread over half a day: they are renewed together when the last of them is due.
    const renewal =
      ends === undefined ? undefined : Math.max(secondsOf(ends) - 5 * DAY, this.latest.at + DAY) + DAY / 2;
    const times = [wakeAt, lookAt, this.#asked?.at, renewal];
    return Math.min(...times.filter((time) => typeof time === 'number').filter((time) => time > this.now));
  }

  /** Keeps the signed file, if it is a new version. */
  keepVersion(): void {
    const before = this.versions.at(-1);
    const text = readFileSync(this.signedFile, 'latin1');
    if (text === before?.text) return;
    const version = readVersion(text, this.now);
    if (before !== undefined) {
      expect(version.serial, 'serial').toBe(before.serial + 1);
      expect(version.content === before.content, `serial ${version.serial} rose for nothing`).toBe(false);
    }
    this.versions.push(version);
  }

  /** What happens outside: the parent does what it was asked for, and people look at it. */
  async #lookAround(): Promise<void> {
    await this.#workAtParent();
    const look = `${this.latest.at} ${this.ds.length} ${readFileSync(this.path('state', `${ZONE_NAME}.json`), 'utf8')}`;
    if (look === this.#lastLook) return;
    for (let words = 0; (await this.#sayWhatIsSeen()) && words < 4; words++) await this.#workAtParent();
    this.#lastLook = look;
  }

  /** The parent reads CDS (RFC 7344 §4, RFC 8078 §4) and takes its time; a person who typed would enter the same. */
  async #workAtParent(): Promise<void> {
    const { cds } = this.latest;
    const wanted = cds.has('0/0') ? new Set<KeyLabel>() : cds;
    const present = this.ds.at(-1)!.keys;
    if (cds.size === 0 || isSame(wanted, present) || this.latest === this.#ignored) this.#asked = undefined;
    else if (this.#asked === undefined || !isSame(wanted, this.#asked.keys)) {
      this.#asked = { at: this.now + this.#parentDelay, keys: wanted };
    }
    if (this.#asked === undefined || this.#asked.at > this.now) return;
    const typed = (await this.must('ds', ZONE_NAME)).stdout.split('\n').filter((line) => line !== '');
    expect(new Set(typed.map((line) => labelOfDs(line.split(' DS ')[1]!)))).toEqual(this.#asked.keys);
    this.ds.push({ at: this.now, keys: this.#asked.keys });
    this.#asked = undefined;
  }

  /** Does what `why` asks a person for, if it can be done by now. @returns whether something was said */
  async #sayWhatIsSeen(): Promise<boolean> {
    const why = await this.run('why', ZONE_NAME);
    const status = await this.run('status');
    const asked = [...why.stdout.matchAll(/"dnssec roll \S+ (--ds-seen|--ds-gone) (\d+)"/g)];
    const waits = asked.length > 0 || why.stdout.includes('--approve');
    expect([why.exit, status.exit], `${why.stdout}${status.stdout}`).toEqual(waits ? [4, 4] : [0, 0]);
    for (const [, flag, tag] of asked) {
      const isThere = [...this.ds.at(-1)!.keys].some((label) => label.endsWith(`/${tag}`));
      if (isThere !== (flag === '--ds-seen')) continue;
      await this.must('roll', ZONE_NAME, '--quiet', flag!, tag!);
      return true;
    }
    return false;
  }
}

function isSame(a: ReadonlySet<KeyLabel>, b: ReadonlySet<KeyLabel>): boolean {
  return a.size === b.size && [...a].every((label) => b.has(label));
}

/** Seconds since 1970 of a time in DNSSEC's digits. */
function secondsOf(digits: string): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits)!.map(Number);
  return Date.UTC(y!, mo! - 1, d, h, mi, s) / 1000;
}
