/** Zones whose key files are damaged, and what may not come of it. */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { ZoneVersion } from './lapse-judge.ts';
import { DAY, Lapse, type RememberedKey, ZONE_NAME } from './lapse-scene.ts';

export type Role = RememberedKey['role'];

const KEY = '{ algorithm: ECDSAP256SHA256, lifetime: unlimited }';
const PAIR = `keys: { ksk: ${KEY}, zsk: ${KEY} }`;
const CSK = `keys: { csk: ${KEY} }`;

/** Another key's file. */
const FOREIGN = `Private-key-format: v1.3
Algorithm: 13 (ECDSAP256SHA256)
PrivateKey: GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=
`;

/** What befalls the files of a key. */
export const DAMAGES = {
  'the private file is gone': (lapse, name) => rmSync(keyPath(lapse, `${name}.private`)),
  'both files are gone': (lapse, name) => {
    for (const suffix of ['private', 'key']) rmSync(keyPath(lapse, `${name}.${suffix}`));
  },
  'all three files are gone': (lapse, name) => {
    for (const suffix of ['private', 'key', 'state']) rmSync(keyPath(lapse, `${name}.${suffix}`));
  },
  "the private file is another key's": (lapse, name) => writeFileSync(keyPath(lapse, `${name}.private`), FOREIGN),
  'the private file is empty': (lapse, name) => writeFileSync(keyPath(lapse, `${name}.private`), ''),
  'the private file is open to others': (lapse, name) => chmodSync(keyPath(lapse, `${name}.private`), 0o644),
} as const satisfies Record<string, (lapse: Lapse, name: string) => void>;

export type Damage = keyof typeof DAMAGES;

/** The one that is mended without a backup. */
export const EXPOSED = 'the private file is open to others';
export const ALL_DAMAGES = Object.keys(DAMAGES) as readonly Damage[];
export const LOSSES = ALL_DAMAGES.filter((damage) => damage !== EXPOSED);
export const ROLES: readonly Role[] = ['zsk', 'ksk', 'csk'];

export function keyPath(lapse: Lapse, file: string): string {
  return lapse.path('keys', file);
}

/** A zone at rest, with a copy of its keys in `backup`. */
export async function atRest(role: Role): Promise<Lapse> {
  const lapse = new Lapse(role === 'csk' ? CSK : PAIR);
  await lapse.add();
  await lapse.settle();
  copyKeys(lapse);
  return lapse;
}

/** Has every key replaced at a time, as if its lifetime ended then. */
export async function letExpire(lapse: Lapse, at: number): Promise<void> {
  const time = `${new Date(at * 1000).toISOString().slice(0, 19)}Z`;
  for (const { role } of lapse.keys()) await lapse.roll('--role', role, '--at', time);
  copyKeys(lapse);
}

export function copyKeys(lapse: Lapse): void {
  mkdirSync(lapse.path('backup'), { recursive: true, mode: 0o700 });
  for (const name of lapse.keyFiles()) copyFileSync(keyPath(lapse, name), lapse.path('backup', name));
}

/** The base names of all keys that have any file. */
function names(lapse: Lapse): ReadonlySet<string> {
  return new Set(lapse.keyFiles().map((file) => file.replace(/\.(?:key|private|state)(?:\.damaged-\d+)?$/, '')));
}

/** What is published, and who signs. */
function shown({ dnskeys, keySigners, data }: ZoneVersion): unknown {
  return { dnskeys, keySigners, data: data.map(({ signers }) => signers) };
}

/** Fails unless nothing is made or withdrawn for days, with a run a day; and a run that fails writes nothing. */
export async function expectStandstill(lapse: Lapse, days: number): Promise<void> {
  const before = [shown(lapse.latest), names(lapse)];
  for (let day = 0; day <= days; day++) {
    const signed = readFileSync(lapse.signedFile, 'latin1');
    const { exit } = await lapse.run('sign', '--all', '--quiet');
    if (exit !== 0) expect(readFileSync(lapse.signedFile, 'latin1')).toBe(signed);
    lapse.keepVersion();
    lapse.now += DAY;
  }
  expect([shown(lapse.latest), names(lapse)]).toEqual(before);
}

/** `why` and `status` fail, and name the file and every way out. */
export async function expectNamed(lapse: Lapse, file: string, ways: readonly string[]): Promise<void> {
  for (const command of ['status', 'why']) {
    const { exit, stdout } = await lapse.run(command, ZONE_NAME);
    expect(exit, stdout).toBe(1);
    for (const words of [file, ...ways]) expect(stdout).toContain(words);
  }
}

/** The commands that a person is to be told. */
export function waysOut(lapse: Lapse, damage: Damage, name: string): readonly string[] {
  if (damage === EXPOSED) return [`chmod 600 ${keyPath(lapse, `${name}.private`)}`];
  return [`dnssec keys restore ${ZONE_NAME} FILE`, `dnssec roll ${ZONE_NAME} --replace KEYTAG`];
}

/** The line of a key file that holds the key. */
export function keyLine(text: string): string {
  return /^PrivateKey: .+$|^\S+ (?:\d+ )?IN DNSKEY .+$/m.exec(text)![0];
}
