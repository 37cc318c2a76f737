import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { createScene, type Scene } from '../e2e/scene.ts';
import { type Bind, SHORT, SHORT_YAML, startBind, statesIn, until, ZONE, ZONE_TEXT } from './bind-policy.ts';
import { LOOPBACK } from './daemons.ts';
import { describePeers, peer } from './peers.ts';

const FILE = `${ZONE}.zone`;
const SIGNED = `${FILE}.signed`;

function run(program: string, args: readonly string[]): string {
  return execFileSync(peer(program), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

const tagOf = (name: string) => String(Number(/\+(\d+)$/.exec(name)![1]));

/** Keys that BIND has had in use for a day. @returns the tags of KSK and ZSK */
function makeOldKeys(directory: string): { readonly ksk: string; readonly zsk: string } {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const make = (flags: readonly string[], states: readonly string[]) => {
    const times = ['-P', 'now-1d', '-A', 'now-1d'];
    const name = run('dnssec-keygen', ['-q', '-K', directory, '-a', '13', '-L', '2', ...times, ...flags, ZONE]);
    const set = ['-g', 'omnipresent', '-k', 'omnipresent', 'now-1d', ...states];
    run('dnssec-settime', ['-K', directory, '-s', ...set, name]);
    return tagOf(name);
  };
  const since = ['omnipresent', 'now-1d'];
  return {
    ksk: make(['-f', 'KSK'], ['-r', ...since, '-d', ...since, '-P', 'ds', 'now-1d']),
    zsk: make([], ['-z', ...since]),
  };
}

/** The DS records of keys by their tags, as the parent would show them. */
function dsOf(directory: string, ...tags: readonly string[]): string {
  const files = readdirSync(directory).filter((file) => file.endsWith('.key'));
  const own = files.filter((file) => tags.includes(tagOf(file.slice(0, -'.key'.length))));
  return own.map((file) => `${run('dnssec-dsfromkey', ['-2', join(directory, file)])}\n`).join('');
}

/** Verifies a signed zone. @throws with what dnssec-verify says */
function verify(path: string): void {
  try {
    run('dnssec-verify', ['-q', '-o', ZONE, path]);
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    expect.fail(`${path}: ${stdout}${stderr}`);
  }
}

/** Starts BIND with old keys, lets it begin a roll, and stops it once the roll has come so far. */
async function leaveInRoll(
  scene: Scene,
  role: 'ksk' | 'zsk',
  isFar: (old: Readonly<Record<string, string>>, next: Readonly<Record<string, string>>) => boolean,
): Promise<{ readonly bind: Bind; readonly old: string; readonly next: string; readonly other: string }> {
  const tags = makeOldKeys(scene.path('bind', 'keys'));
  const bind = await startBind(scene.path('bind'), SHORT);
  const old = tags[role];
  const other = tags[role === 'ksk' ? 'zsk' : 'ksk'];
  expect(Object.keys(await bind.status()).sort()).toEqual([old, other].sort());
  expect(await bind.rndc('dnssec', '-rollover', '-key', old, ZONE)).toContain('Rollover scheduled');
  let next = '';
  await until('the roll is under way', async () => {
    const status = await bind.status();
    next = Object.keys(status).find((tag) => tag !== old && tag !== other) ?? '';
    return next !== '' && isFar(status[old]!, status[next]!);
  });
  writeFileSync(scene.path('served.txt'), await bind.transfer());
  verify(scene.path('served.txt'));
  await bind.stop();
  return { bind, old, next, other };
}

/** Takes the directory that BIND left over; the states are those that BIND had. */
async function adopt(scene: Scene, bind: Bind, ds: string): Promise<void> {
  scene.write('dnssec.yaml', SHORT_YAML);
  scene.write(FILE, ZONE_TEXT);
  scene.write('ds.txt', ds);
  const left = statesIn(bind.keys);
  const sources = ['--from', 'bind/keys', '--ds', 'ds.txt', '--signed', 'served.txt'];
  const { code, stdout, stderr } = await scene.run(['adopt', ZONE, '--file', FILE, ...sources]);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('The policy "default" fits');
  expect(statesIn(scene.path('keys'))).toEqual(left);
}

/** Signs and verifies. @returns what `dnssec why` says it waits for */
async function signOnce(scene: Scene): Promise<string> {
  await scene.succeed(['sign', '--quiet', ZONE]);
  verify(scene.path(SIGNED));
  const { stdout } = await scene.run(['why', '--json', ZONE]);
  return (JSON.parse(stdout) as { concern: string }).concern;
}

/** Signs. @returns whether nothing goes on any more, and nothing of the key is left in any cache */
async function isGone(scene: Scene, tag: string): Promise<boolean> {
  const concern = await signOnce(scene);
  const states = Object.values(statesIn(scene.path('keys'))[tag]!);
  return concern === 'none' && states.every((state) => state === 'hidden');
}

/** Tags of the keys in the signed file, and of those that sign it. */
function keysOf(text: string): { readonly published: number; readonly signers: readonly string[] } {
  const signers = [...text.matchAll(/\tRRSIG\t\S+ \d+ \d+ \d+ \d{14} \d{14} (\d+) /g)].map(([, tag]) => tag!);
  return { published: [...text.matchAll(/\tDNSKEY\t/g)].length, signers: [...new Set(signers)].sort() };
}

/** Gives a copy of the keys back to BIND: it has to say what we say, and to leave everything as it is. */
async function handBack(scene: Scene, name: string): Promise<void> {
  const root = scene.path(name);
  cpSync(scene.path('keys'), join(root, 'keys'), { recursive: true });
  const before = statesIn(scene.path('keys'));
  const files = readdirSync(join(root, 'keys')).filter((file) => file.endsWith('.key'));
  const bind = await startBind(root, '');
  await until('the zone is signed', async () => (await bind.transfer()).includes('\tRRSIG\tSOA '));
  expect(await bind.status(), name).toEqual(before);
  const served = scene.write(`${name}.txt`, await bind.transfer());
  verify(served);
  const anchors = standingKsks(join(root, 'keys')).map((key) => `"${ZONE}" static-key ${key};`);
  const anchorFile = scene.write(`${name}.anchors`, `trust-anchors { ${anchors.join(' ')} };\n`);
  const ask = [`@${LOOPBACK}`, '-p', String(bind.daemon.port), '-a', anchorFile, `+root=${ZONE}`, `www.${ZONE}`, 'A'];
  expect(run('delv', ask)).toContain('; fully validated');
  await bind.stop();
  expect(
    readdirSync(join(root, 'keys'))
      .filter((file) => file.endsWith('.key'))
      .sort(),
  ).toEqual(files.sort());
  expect(statesIn(join(root, 'keys')), name).toEqual(before);
}

/** KSKs whose DNSKEY every cache knows: flags, protocol, algorithm, and the key in quotes. */
function standingKsks(directory: string): string[] {
  const standing = Object.entries(statesIn(directory)).filter(
    ([, states]) => states.KRRSIGState === 'omnipresent' && states.DNSKEYState === 'omnipresent',
  );
  const files = readdirSync(directory).filter((file) => file.endsWith('.key'));
  return standing.map(([tag]) => {
    const file = files.find((one) => tagOf(basename(one, '.key')) === tag)!;
    const [, fields, key] = /DNSKEY (\d+ 3 \d+) (.+)$/m.exec(readFileSync(join(directory, file), 'latin1'))!;
    return `${fields} "${key!.replaceAll(' ', '')}"`;
  });
}

const NEEDED = ['named', 'rndc', 'dig', 'delv', 'dnssec-keygen', 'dnssec-settime', 'dnssec-verify', 'dnssec-dsfromkey'];

describePeers('a directory that named left in the middle of a roll', NEEDED, () => {
  test('of a ZSK: is adopted, rolled to the end, and taken back in mid-roll and at rest', {
    timeout: 180_000,
  }, async () => {
    const scene = createScene();
    const isFar = (old: Readonly<Record<string, string>>, next: Readonly<Record<string, string>>) =>
      old.ZRRSIGState === 'unretentive' && next.DNSKEYState === 'omnipresent';
    const { bind, old, next, other } = await leaveInRoll(scene, 'zsk', isFar);

    await adopt(scene, bind, dsOf(bind.keys, other));
    expect(await signOnce(scene)).not.toBe('none');
    expect(keysOf(scene.read(SIGNED))).toEqual({ published: 3, signers: [next, other].sort() });
    expect(statesIn(scene.path('keys'))[old]).toMatchObject({ ZRRSIGState: 'unretentive', GoalState: 'hidden' });
    await handBack(scene, 'back-in-roll');

    await until('the old key is gone', () => isGone(scene, old));
    expect(keysOf(scene.read(SIGNED))).toEqual({ published: 2, signers: [next, other].sort() });
    await handBack(scene, 'back-at-rest');
  });

  test('of a KSK: is adopted, rolled to the end as the parent moves, and taken back', {
    timeout: 180_000,
  }, async () => {
    const scene = createScene();
    const isFar = (old: Readonly<Record<string, string>>, next: Readonly<Record<string, string>>) =>
      old.DSState === 'unretentive' && next.DSState === 'rumoured';
    const { bind, old, next, other } = await leaveInRoll(scene, 'ksk', isFar);

    await adopt(scene, bind, dsOf(bind.keys, old));
    expect(await signOnce(scene)).toBe('person');
    expect(keysOf(scene.read(SIGNED))).toEqual({ published: 3, signers: [old, next, other].sort() });
    await handBack(scene, 'back-in-roll');

    await scene.succeed(['roll', ZONE, '--ds-seen', next]);
    await until('the new DS is everywhere', async () => {
      await signOnce(scene);
      return statesIn(scene.path('keys'))[next]?.DSState === 'omnipresent';
    });
    await scene.succeed(['roll', ZONE, '--ds-gone', old]);
    await until('the old key is gone', () => isGone(scene, old));
    expect(keysOf(scene.read(SIGNED))).toEqual({ published: 2, signers: [next, other].sort() });
    await handBack(scene, 'back-at-rest');
  });
});
