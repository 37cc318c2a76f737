import { spawnSync } from 'node:child_process';
import { chmodSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describePeers, peer } from '../interop/peers.ts';
import type { Ended } from './processes.ts';
import { createScene, type Scene, ZONE } from './scene.ts';

const FILE = 'zones/example.test.zone';
const SIGNED = `${FILE}.signed`;
const FUTURE = new Date(Date.now() + 3_600_000);

/** A scene with zones under management. */
async function managed(...names: readonly string[]): Promise<Scene> {
  const scene = createScene();
  for (const name of names) {
    scene.write(`zones/${name}.zone`, ZONE.replace('example.test', name));
    await scene.succeed(['add', '--quiet', `zones/${name}.zone`]);
  }
  return scene;
}

interface Document {
  readonly zones: readonly {
    readonly zone: string;
    readonly state: string;
    readonly serial: number | null;
    readonly firstSignatureEnds: string | null;
    readonly remarks: readonly { readonly message: string }[];
    readonly keys: { readonly keys: readonly { readonly name: string }[] };
  }[];
}

/** Puts something else in the place of the signed file. */
function instead(scene: Scene, make: () => void): void {
  rmSync(scene.path(SIGNED));
  make();
}

const documentOf = ({ stdout }: Ended) => JSON.parse(stdout) as Document;

/** The earliest Signature Expiration in a signed file, as its text has it. */
function firstEnd(text: string): string {
  const ends = [...text.matchAll(/\tRRSIG\t\S+ \d+ \d+ \d+ (\d{14}) /g)].map(([, end]) => end!);
  return ends.sort()[0]!;
}

/** Both keys of a new zone are on their way in. */
const ROLLS = '2 under way';

describe('dnssec status', () => {
  it('shows sound zones in a table, changes nothing, and ends with 0', async () => {
    const scene = await managed('b.test', 'a.test');
    const before = scene.snapshot();
    const { code, stdout, stderr } = await scene.run(['status']);
    const [headings, ...rows] = stdout.trimEnd().split('\n');
    expect([code, stderr]).toEqual([0, '']);
    expect(headings).toMatch(/^zone +state +serial +signatures end +renewal +keys +key rolls$/);
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      ['a.test', 'signed', '2', expect.stringMatching(/^in 29d/), expect.stringMatching(/^in 2[12]d/), '2', ROLLS],
      ['b.test', 'signed', '2', expect.stringMatching(/^in 29d/), expect.stringMatching(/^in 2[12]d/), '2', ROLLS],
    ]);
    expect(scene.snapshot()).toEqual(before);
  });

  it('tells when the first signature of the file ends, whichever it is', async () => {
    const scene = await managed('example.test');
    const [zone] = documentOf(await scene.succeed(['status', '--json'])).zones;
    const stamp = zone?.firstSignatureEnds?.replace(/[-:T]|\.000Z/g, '');
    expect([zone?.serial, stamp]).toEqual([2, firstEnd(scene.read(SIGNED))]);
  });

  it('shows one zone in full: files, signatures, chain, keys, and what is due', async () => {
    const scene = await managed('example.test');
    const { code, stdout } = await scene.run(['status', 'example.test']);
    expect(code).toBe(0);
    for (const part of [
      /^example\.test: signed\n/,
      `zone file     ${FILE}, written `,
      `signed file   ${SIGNED}, signed `,
      /signatures +the first ends /,
      /denial +NSEC3, salt [\dA-F]{16} of .*, additional iterations: 0\n/,
      /\n {4}KSK +\d+ +ECDSAP256SHA256 +256 bits +DNSKEY rumoured, KRRSIG rumoured, DS hidden; goal omnipresent\n/,
      /\n {4}ZSK +\d+ /,
      'the first signatures are renewed',
      'a new salt is drawn',
    ]) {
      if (typeof part === 'string') expect(stdout).toContain(part);
      else expect(stdout).toMatch(part);
    }
  });

  it('puts what is worst first, with the exit code of the worst', async () => {
    const scene = await managed('a.test', 'b.test', 'c.test', 'd.test');
    scene.write('zones/b.test.zone.signed', 'no zone\n');
    rmSync(scene.path('zones/c.test.zone.signed'));
    rmSync(scene.path('zones/d.test.zone'));
    const outcome = await scene.run(['status', '--json']);
    expect(outcome.code).toBe(3);
    expect(documentOf(outcome).zones.map(({ zone, state }) => [zone, state])).toEqual([
      ['b.test', 'damaged'],
      ['d.test', 'sourceless'],
      ['c.test', 'unsigned'],
      ['a.test', 'signed'],
    ]);
    expect((await scene.run(['status', 'c.test'])).code).toBe(1);
    expect((await scene.run(['status', 'd.test'])).code).toBe(1);
    expect((await scene.run(['status', 'a.test'])).code).toBe(0);
  });

  const secretOf = (scene: Scene) =>
    Object.keys(scene.snapshot()).filter((path) => path.startsWith('keys/') && path.endsWith('.private'))[0]!;
  it.each<[string, (scene: Scene) => void, number, string, string | RegExp]>([
    ['a private key that others can read', (s) => chmodSync(s.path(secretOf(s)), 0o644), 1, 'keys', 'mode 0644'],
    ['a private key that is gone', (s) => rmSync(s.path(secretOf(s))), 1, 'keys', 'is missing'],
    ['all keys gone', (s) => renameSync(s.path('keys'), s.path('away')), 1, 'keys', 'key directory'],
    [
      'a signed file of another zone',
      (s) => s.write(SIGNED, 'other.test. 5 IN SOA a. b. 1 2 3 4 5\n'),
      3,
      'damaged',
      SIGNED,
    ],
    ['a signed file without signatures', (s) => s.write(SIGNED, ZONE), 3, 'damaged', 'no signatures'],
    ['a directory for a signed file', (s) => instead(s, () => s.write(`${SIGNED}/x`, '')), 1, 'unreadable', SIGNED],
    [
      'a link to nowhere for a signed file',
      (s) => instead(s, () => symlinkSync('nowhere', s.path(SIGNED))),
      1,
      'unsigned',
      'no signed file',
    ],
    [
      'a pipe for a signed file',
      (s) => instead(s, () => spawnSync('mkfifo', [s.path(SIGNED)])),
      1,
      'unreadable',
      SIGNED,
    ],
    ['a zone file that was written since', (s) => utimesSync(s.path(FILE), FUTURE, FUTURE), 0, 'changed', 'after'],
  ])('tells of %s', async (_, spoil, code, state, says) => {
    const scene = await managed('example.test');
    spoil(scene);
    const outcome = await scene.run(['status', '--json']);
    const [zone] = documentOf(outcome).zones;
    expect([outcome.code, zone?.state], outcome.stdout).toEqual([code, state]);
    expect(zone?.remarks.map(({ message }) => message).join('\n')).toMatch(says);
  });

  it('looks at a zone file that the configuration does not know', async () => {
    const scene = createScene();
    scene.write('db.example.test', ZONE);
    await scene.succeed(['keygen', '-K', '.', 'example.test']);
    await scene.succeed(['sign', 'db.example.test']);
    const outcome = await scene.run(['status', '--json', 'db.example.test']);
    const [zone] = documentOf(outcome).zones;
    expect([outcome.code, zone?.zone, zone?.state, zone?.keys.keys.length]).toEqual([0, 'example.test', 'signed', 2]);
  });

  it('says that nothing is configured where nothing is, and what a zone that there is none of is not', async () => {
    const scene = createScene();
    expect(await scene.run(['status'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('dnssec add'),
    });
    expect(JSON.parse((await scene.run(['status', '--json'])).stdout)).toEqual({ zones: [] });
    expect(await scene.run(['status', 'gone.test'])).toMatchObject({ code: 2 });
    expect(await scene.run(['status', '-'])).toMatchObject({ code: 2 });
  });
});

describePeers('dnssec status, as time goes on', ['faketime'], () => {
  it('says when signatures should have been renewed, when they end soon, and that they have ended', async () => {
    const scene = await managed('example.test');
    const at = (distance: string) => {
      const command = [...scene.command(['status', '--json'])];
      const args = ['-f', distance, ...command];
      const { status, stdout } = spawnSync(peer('faketime'), args, { cwd: scene.directory, encoding: 'utf8' });
      const zone = (JSON.parse(stdout) as Document).zones[0]!;
      return [status, zone.state];
    };
    expect(at('+1h')).toEqual([0, 'signed']);
    // The DS is to be handed in by then.
    expect(at('+2d')).toEqual([4, 'person']);
    expect(at('+24d')).toEqual([4, 'person']);
    expect(at('+27d')).toEqual([1, 'ending']);
    expect(at('+31d')).toEqual([3, 'expired']);
    expect(at('-1d')).toEqual([3, 'early']);
  });
});
