/** The programs of the field, asked about every version of a zone at the times at which it was served. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type Delays, judgeCaches, type Temper, type ZoneVersion } from './lapse-judge.ts';
import { type Lapse, TIMING, ZONE_NAME } from './lapse-scene.ts';
import { peer } from './peers.ts';

/** Every program that is asked. */
export const LAPSE_PEERS = ['ldns-verify-zone', 'kzonecheck', 'named-checkzone', 'dnssec-settime', 'dnssec-verify'];

/** How many of them run at a time. */
const AT_ONCE = 3;

const DELAYS: Delays = TIMING;

/** Every resolver but those that want a signature of each algorithm in the DNSKEY RRset. */
export const LIBERAL: readonly Temper[] = ['lenient', 'ds-algorithms'];
export const ALL: readonly Temper[] = [...LIBERAL, 'all-algorithms'];

/** What caches may have made of the zone so far. */
export function cacheFaults(
  { versions, ds }: Pick<Lapse, 'versions' | 'ds'>,
  tempers: readonly Temper[] = ALL,
): string[] {
  return tempers.flatMap((temper) => judgeCaches(versions, ds, DELAYS, temper).map((fault) => `${temper}: ${fault}`));
}

/** Has everything judged that is left when the months are over. @returns the programs that were asked, once for each time */
export async function expectAllGood(lapse: Lapse, tempers: readonly Temper[] = ALL): Promise<readonly string[]> {
  expect(cacheFaults(lapse, tempers)).toEqual([]);
  expect(await lapse.run('log', ZONE_NAME, '--verify')).toMatchObject({ exit: 0, stderr: '' });
  const jobs = [...stateJobs(lapse), ...lapse.versions.flatMap((version, i) => versionJobs(lapse, version, i))];
  expect(await runAll(jobs)).toEqual([]);
  for (const [i, version] of lapse.versions.entries()) await expectOwnVerdict(lapse, version, i);
  return jobs.map(({ program }) => program);
}

/** BIND reads the key files as they are now. */
export async function expectStatesAccepted(lapse: Lapse): Promise<void> {
  expect(await runAll(stateJobs(lapse))).toEqual([]);
}

interface Job {
  readonly program: string;
  readonly args: readonly string[];
}

function stateJobs(lapse: Lapse): Job[] {
  return lapse
    .keyFiles('.state')
    .map((name) => ({
      program: 'dnssec-settime',
      args: ['-K', lapse.path('keys'), '-s', '-p', 'all', name.slice(0, -6)],
    }));
}

/** A version is good when it is put in its place, and is still when the next one is. */
function versionJobs(lapse: Lapse, version: ZoneVersion, index: number): Job[] {
  const path = pathOf(lapse, version, index);
  if (!version.isSigned) {
    return [
      { program: 'kzonecheck', args: ['-o', ZONE_NAME, path] },
      { program: 'named-checkzone', args: ['-q', ZONE_NAME, path] },
    ];
  }
  const end = servedUntil(lapse, index);
  const times = end > version.at ? [version.at, end] : [version.at];
  const real = Math.floor(Date.now() / 1000);
  const [inception, expiration] = validityOf(version);
  const isReal = inception < real && real < expiration - 60;
  return [
    ...times.map((time) => ({ program: 'ldns-verify-zone', args: ['-V1', '-t', digits(time), path] })),
    ...(isForKnot(version) ? times : []).map((time) => ({
      program: 'kzonecheck',
      args: ['-d', 'on', '-t', digits(time), '-o', ZONE_NAME, path],
    })),
    ...(isReal ? [{ program: 'dnssec-verify', args: ['-q', '-x', '-o', ZONE_NAME, path] }] : []),
  ];
}

/**
 * Knot 3.2 tells a CSK by there being no ZSK: it refuses the versions in which a CSK takes over from another, or from a
 * pair, since one of the two does not sign the zone, or is not thought to.
 */
function isForKnot({ dnskeys, keySigners, data }: ZoneVersion): boolean {
  return dnskeys.size === 1 || data.every(({ signers }) => ![...signers].some((label) => keySigners.has(label)));
}

function servedUntil({ versions, now }: Lapse, index: number): number {
  return (versions[index + 1]?.at ?? now) + (index + 1 < versions.length ? TIMING.zonePropagation : 0);
}

function validityOf({ text }: ZoneVersion): readonly [inception: number, expiration: number] {
  const spans = [...text.matchAll(/\tRRSIG\t\S+ \d+ \d+ \d+ (\d{14}) (\d{14})/g)];
  const time = (text: string) => Date.parse(text.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6Z')) / 1000;
  return [Math.max(...spans.map(([, , from]) => time(from!))), Math.min(...spans.map(([, end]) => time(end!)))];
}

/** The program's own verifier, with the DS that the parent holds then. */
async function expectOwnVerdict(lapse: Lapse, version: ZoneVersion, index: number): Promise<void> {
  if (!version.isSigned) return;
  const path = pathOf(lapse, version, index);
  const { exit, stdout, stderr } = await lapse.run('verify', path, '-o', ZONE_NAME, '--at', digits(version.at));
  expect({ exit, stderr }, stdout).toMatchObject({ exit: 0 });
}

function pathOf(lapse: Lapse, { text }: ZoneVersion, index: number): string {
  const path = lapse.path(`version-${index}`);
  writeFileSync(path, text, 'latin1');
  return path;
}

/** Fourteen digits, as DNSSEC writes times. */
export function digits(time: number): string {
  return new Date(time * 1000).toISOString().replace(/\D/g, '').slice(0, 14);
}

/** @returns what those said that refused */
async function runAll(jobs: readonly Job[]): Promise<readonly string[]> {
  const refused: string[] = [];
  const left = [...jobs];
  const work = async () => {
    for (let job = left.shift(); job !== undefined; job = left.shift()) {
      const said = await runJob(job);
      if (said !== undefined) refused.push(said);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return refused;
}

function runJob({ program, args }: Job): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(peer(program), args, { encoding: 'latin1', timeout: 20_000 }, (error, stdout, stderr) =>
      resolve(error === null ? undefined : `${program} ${args.join(' ')}: ${stdout}${stderr}`.slice(0, 1000)),
    );
  });
}
