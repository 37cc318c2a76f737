import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/base/errors.ts';
import { createScene, expectRefusal, makeSignable, type Scene, ZONE } from './scene.ts';

const FILE = 'example.test.zone';
const KEYS = 'keys';

/** A scene with the zone signed, and its keys in a directory of their own. */
async function signedScene(): Promise<{ scene: Scene; ksk: string; zsk: string; at: (file: string) => string }> {
  const scene = createScene();
  mkdirSync(scene.path(KEYS), { mode: 0o700 });
  const [ksk, zsk] = await makeSignable(scene);
  await scene.succeed(['sign', FILE]);
  // So that there is something to do: else a good run would leave everything as it is, as a refused one does.
  scene.write(FILE, `${ZONE}new A 192.0.2.99\n`);
  return { scene, ksk, zsk, at: (file) => scene.path(KEYS, file) };
}

interface BadKey {
  readonly title: string;
  readonly spoil: (at: (file: string) => string, ksk: string, zsk: string) => void;
  readonly code: ErrorCode;
  /** What the error says beside the name of the file. */
  readonly says: readonly (string | RegExp)[];
  /** The file that is named; the ZSK's private one where nothing is said. */
  readonly names?: (ksk: string, zsk: string) => string;
}

const swap = (a: string, b: string) => {
  renameSync(a, `${a}.swapped`);
  renameSync(b, a);
  renameSync(`${a}.swapped`, b);
};
const edit = (path: string, change: (text: string) => string) =>
  writeFileSync(path, change(readFileSync(path, 'latin1')), 'latin1');

const BAD: readonly BadKey[] = [
  ...[0o644, 0o640, 0o604, 0o666, 0o602].map((mode) => ({
    title: `has the mode 0${mode.toString(8)}`,
    spoil: (at: (file: string) => string, _: string, zsk: string) => chmodSync(at(`${zsk}.private`), mode),
    code: 'KEY_EXPOSED' as const,
    says: [`0${mode.toString(8)}`, 'chmod 600'],
  })),
  {
    title: 'is missing',
    spoil: (at, _, zsk) => rmSync(at(`${zsk}.private`)),
    code: 'KEY_MISSING',
    says: ['missing', 'backup', 'no key is made'],
  },
  {
    title: 'is missing with its public half, though it signed the present file',
    spoil: (at, ksk) => {
      rmSync(at(`${ksk}.private`));
      rmSync(at(`${ksk}.key`));
    },
    code: 'KEY_MISSING',
    says: ['signs the present', `${FILE}.signed`, 'backup', 'no key is made'],
    names: (ksk) => ksk,
  },
  {
    title: 'is missing with all others',
    spoil: (at, ksk, zsk) => {
      for (const base of [ksk, zsk]) for (const suffix of ['key', 'private']) rmSync(at(`${base}.${suffix}`));
    },
    code: 'KEY_MISSING',
    says: ['signs the present', 'backup', 'no key is made'],
    names: () => KEYS,
  },
  {
    title: 'is missing with the key directory',
    spoil: (at) => rmSync(at('.'), { recursive: true }),
    code: 'FILE_UNREADABLE',
    says: ['key directory', 'no such file or directory'],
    names: () => KEYS,
  },
  {
    title: 'is empty',
    spoil: (at, _, zsk) => truncateSync(at(`${zsk}.private`)),
    code: 'KEY_INVALID',
    says: ['empty'],
  },
  {
    title: 'is cut',
    spoil: (at, _, zsk) => edit(at(`${zsk}.private`), (text) => text.slice(0, text.indexOf('PrivateKey: ') + 30)),
    code: 'KEY_INVALID',
    says: [],
  },
  {
    title: 'is noise',
    spoil: (at, _, zsk) =>
      writeFileSync(
        at(`${zsk}.private`),
        Uint8Array.from({ length: 3000 }, (_, i) => (i * 7919) % 251),
      ),
    code: 'KEY_INVALID',
    says: ['binary'],
  },
  {
    title: 'is a gigabyte of nothing',
    spoil: (at, _, zsk) => truncateSync(at(`${zsk}.private`), 1 << 30),
    code: 'KEY_INVALID',
    says: ['too long'],
  },
  {
    title: 'is a directory',
    spoil: (at, _, zsk) => {
      rmSync(at(`${zsk}.private`));
      mkdirSync(at(`${zsk}.private`));
    },
    code: 'KEY_UNREADABLE',
    says: [],
  },
  {
    title: 'is a pipe that nobody writes to',
    spoil: (at, _, zsk) => {
      rmSync(at(`${zsk}.private`));
      spawnSync('mkfifo', ['-m', '600', at(`${zsk}.private`)]);
    },
    code: 'KEY_UNREADABLE',
    says: [],
  },
  {
    title: 'is a symbolic link to itself',
    spoil: (at, _, zsk) => {
      rmSync(at(`${zsk}.private`));
      symlinkSync(`${zsk}.private`, at(`${zsk}.private`));
    },
    code: 'KEY_UNREADABLE',
    says: ['symbolic links'],
  },
  {
    title: "is another key's",
    spoil: (at, ksk, zsk) => swap(at(`${zsk}.private`), at(`${ksk}.private`)),
    code: 'KEY_INVALID',
    says: [/match|belong|fit|other/],
    names: (_, zsk) => zsk,
  },
  {
    title: 'is of an algorithm that is not signed with',
    spoil: (at, _, zsk) => edit(at(`${zsk}.private`), (text) => text.replace(/^Algorithm: .*/m, 'Algorithm: 3 (DSA)')),
    code: 'KEY_UNSUPPORTED',
    says: ['DSA'],
  },
];

const BAD_PUBLIC: readonly BadKey[] = [
  {
    title: 'is empty',
    spoil: (at, _, zsk) => truncateSync(at(`${zsk}.key`)),
    code: 'KEY_INVALID',
    says: [],
  },
  {
    title: 'is cut',
    spoil: (at, _, zsk) => edit(at(`${zsk}.key`), (text) => text.slice(0, -20)),
    code: 'KEY_INVALID',
    says: [],
  },
  {
    title: 'is of another zone',
    spoil: (at, _, zsk) => edit(at(`${zsk}.key`), (text) => text.replace(/^example\.test\./m, 'example.org.')),
    code: 'KEY_INVALID',
    says: ['example.org'],
  },
  {
    title: "is another key's",
    spoil: (at, ksk, zsk) => swap(at(`${zsk}.key`), at(`${ksk}.key`)),
    code: 'KEY_INVALID',
    says: [/tag/],
  },
  {
    title: 'holds two keys',
    spoil: (at, _, zsk) => edit(at(`${zsk}.key`), (text) => text + text),
    code: 'KEY_INVALID',
    says: ['more than one'],
  },
];

describe('signing with a private key that', () => {
  it.each(BAD)('$title is refused, and no other key takes its place', async ({ spoil, code, says, names }) => {
    const { scene, ksk, zsk, at } = await signedScene();
    spoil(at, ksk, zsk);
    const named = names?.(ksk, zsk) ?? `${zsk}.private`;
    await expectRefusal(scene, ['sign', '-K', KEYS, FILE], { code, says: [named, ...says] });
  });
});

describe('signing with a key whose public half', () => {
  it.each(BAD_PUBLIC)('$title is refused', async ({ spoil, code, says }) => {
    const { scene, ksk, zsk, at } = await signedScene();
    spoil(at, ksk, zsk);
    await expectRefusal(scene, ['sign', FILE], { code, says: [`${zsk}.key`, ...says] });
  });

  it('is missing goes on with the private half, and says so', async () => {
    const { scene, zsk, at } = await signedScene();
    rmSync(at(`${zsk}.key`));
    const { stderr } = await scene.succeed(['sign', FILE]);
    expect(stderr).toContain(`${zsk}.key is missing`);
    await scene.succeed(['verify', `${FILE}.signed`]);
  });
});

describe('what is around the keys', () => {
  it('no keys at all: says how they are made', async () => {
    const scene = createScene();
    scene.write(FILE, ZONE);
    await expectRefusal(scene, ['sign', FILE], { code: 'SIGNING_IMPOSSIBLE', says: ['example.test', 'dnssec keygen'] });
    mkdirSync(scene.path(KEYS));
    await expectRefusal(scene, ['sign', FILE], { code: 'SIGNING_IMPOSSIBLE', says: ['example.test', 'dnssec keygen'] });
  });

  it('a key directory that is a file', async () => {
    const { scene } = await signedScene();
    await expectRefusal(scene, ['sign', '-K', FILE, FILE], { code: 'FILE_UNREADABLE', says: ['not a directory'] });
    await expectRefusal(scene, ['keygen', '-K', FILE, 'example.test'], { code: 'FILE_UNWRITABLE', says: [FILE] });
    await expectRefusal(scene, ['keys', '-K', FILE], { code: 'FILE_UNREADABLE', says: ['not a directory'] });
  });

  it('keys that are all for later: nothing is signed without keys', async () => {
    const scene = createScene();
    scene.write(FILE, ZONE);
    await scene.succeed(['keygen', '-P', 'now+1d', '-A', 'now+2d', 'example.test']);
    await expectRefusal(scene, ['sign', FILE], { code: 'SIGNING_IMPOSSIBLE', says: ['dnssec keys example.test'] });
  });

  it('a key directory that others may look into: a warning, and the zone is signed', async () => {
    const { scene, at } = await signedScene();
    chmodSync(at('.'), 0o755);
    const { stderr } = await scene.succeed(['sign', FILE]);
    expect(stderr).toContain('warning');
    expect(stderr).toContain('chmod 700');
  });

  it("another zone's broken keys, and other files: no matter", async () => {
    const { scene, at } = await signedScene();
    for (const name of ['Kexample.org.+013+00001.private', 'Kexample.test.+013+00001.private.bak', 'K.private', 'Kx']) {
      writeFileSync(at(name), 'broken\n', { mode: 0o644 });
    }
    const { stderr } = await scene.succeed(['sign', FILE]);
    expect(stderr).not.toContain('warning');
  });

  it.each(['.private', '.key'])(
    'a broken %s file of the zone: keys are still made, beside it and with other tags',
    async (suffix) => {
      const { scene, zsk, at } = await signedScene();
      writeFileSync(at(zsk + suffix), 'broken\n');
      const before = scene.snapshot();
      const { stdout } = await scene.succeed(['keygen', 'example.test']);
      expect(stdout).not.toContain(zsk);
      expect(scene.snapshot()).toMatchObject(before);
      const { code } = await scene.run(['keys', 'example.test']);
      expect(code).toBe(1);
    },
  );
});
