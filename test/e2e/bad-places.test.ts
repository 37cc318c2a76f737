import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeWhere } from '../interop/peers.ts';
import { NOBODY, publicProgram } from './nobody.ts';
import {
  createScene,
  expectRefusal,
  makeSignable,
  mayMount,
  mountTmpfs,
  type RunHow,
  type Scene,
  ZONE,
} from './scene.ts';

const FILE = 'example.test.zone';
const SIGNED = `${FILE}.signed`;
/** Another zone, which has neither keys nor a signed file yet. */
const NEW = 'new.test.zone';
const PAGE = 4096;

/** A zone with its keys, signed and then changed; and one that has never been signed. */
async function prepare(scene: Scene): Promise<void> {
  await makeSignable(scene);
  await scene.succeed(['sign', FILE]);
  scene.write(FILE, `${ZONE}new A 192.0.2.99\n`);
  scene.write(NEW, ZONE.replace('example.test.', 'new.test.'));
}

describeWhere('on a disk that is full', mayMount ? [] : ['mounting is not allowed'], () => {
  /** Leaves this many pages free. */
  function fill(scene: Scene, free: number): void {
    const filler = scene.path('disk/filler');
    fs.rmSync(filler, { force: true });
    const { bfree, bsize } = fs.statfsSync(scene.path('disk'));
    if (bsize !== PAGE) throw new Error(`pages of ${bsize} octets`);
    if (bfree > free) fs.writeFileSync(filler, new Uint8Array((bfree - free) * PAGE));
  }

  const full = (says: readonly string[], how: RunHow) => ({
    code: 'DISK_FULL' as const,
    says: [...says, 'no space left on the device', 'Free some space'],
    how,
  });

  /**
   * Runs a command with 0, 1, 2 … free pages until it succeeds: before that, each run is refused and leaves all as it
   * was. @returns how many were refused
   */
  async function squeeze(scene: Scene, args: readonly string[], how: RunHow, says: readonly string[]): Promise<number> {
    for (let free = 0; free < 40; free++) {
      fill(scene, free);
      const before = scene.snapshot();
      const { code, stderr, stdout } = await scene.run(args, how);
      if (code === 0) return free;
      expect(code, stderr).toBe(1);
      expect(stderr).toContain('no space left on the device');
      for (const part of says) expect(stderr).toContain(part);
      expect(stdout).toBe('');
      expect(scene.snapshot(), `${free} free pages\n${stderr}`).toEqual(before);
    }
    throw new Error('never enough space');
  }

  it('sign leaves the old signed file until there is room for the new one', async () => {
    const scene = createScene();
    mountTmpfs(scene, 'disk', 'size=1m');
    await prepare(createScene(scene.path('disk')));
    fill(scene, 0);
    const how = { in: 'disk' };
    await expectRefusal(scene, ['sign', FILE], full(['disk'], how));
    expect(await squeeze(scene, ['sign', FILE], how, ['disk'])).toBeGreaterThan(1);
    await scene.succeed(['verify', SIGNED], how);
    expect(scene.read(`disk/${SIGNED}`)).toContain('192.0.2.99');
  });

  it('keygen leaves no half of a pair', async () => {
    const scene = createScene();
    mountTmpfs(scene, 'disk', 'size=1m');
    fs.mkdirSync(scene.path('disk/keys'), { mode: 0o700 });
    const how = { in: 'disk' };
    const refused = await squeeze(scene, ['keygen', '--quiet', '-K', 'keys', 'example.test'], how, ['disk/keys']);
    expect(refused).toBeGreaterThan(3);
    expect(fs.readdirSync(scene.path('disk/keys'))).toHaveLength(4);
  });

  it('add makes no keys for a zone that it cannot write, or can be called again', async () => {
    const scene = createScene();
    mountTmpfs(scene, 'disk', 'size=1m');
    scene.write(`disk/${FILE}`, ZONE);
    const how = { in: 'disk' };
    const made = () => {
      const files = fs.existsSync(scene.path('disk/keys')) ? fs.readdirSync(scene.path('disk/keys')) : [];
      return files.filter((name) => !name.endsWith('.state')).sort();
    };
    let earlier: readonly string[] = [];
    for (let free = 0; ; free++) {
      expect(free).toBeLessThan(40);
      fill(scene, free);
      const { code, stderr } = await scene.run(['add', FILE], how);
      const keys = made();
      // What was made once stays, and is used: no second pair is ever made in its place.
      if (earlier.length > 0) expect(keys, stderr).toEqual(earlier);
      expect([0, 4]).toContain(keys.length);
      earlier = keys;
      if (code === 0) break;
      expect(code, stderr).toBe(1);
      expect(stderr).toContain('no space left on the device');
      expect(Object.keys(scene.snapshot()).filter((name) => /\.tmp-|\.lock$/.test(name))).toEqual([]);
    }
    await scene.succeed(['verify', SIGNED], how);
    expect(scene.read('disk/dnssec.yaml')).toContain(FILE);
  });

  it('no room for names either: a clear error', async () => {
    const scene = createScene();
    mountTmpfs(scene, 'disk', 'size=1m,nr_inodes=8');
    await prepare(createScene(scene.path('disk')));
    for (let i = 0, isFull = false; !isFull; i++) {
      try {
        fs.writeFileSync(scene.path(`disk/filler-${i}`), '');
      } catch {
        isFull = true;
      }
    }
    await expectRefusal(scene, ['sign', FILE], full(['disk'], { in: 'disk' }));
    await expectRefusal(scene, ['keygen', 'example.test'], full(['disk'], { in: 'disk' }));
  });

  it('standard output that is full: said, and not taken for success', async () => {
    const scene = createScene();
    await prepare(scene);
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', `exec "$@" > /dev/full`, 'sh', ...scene.command(['sign', '-f', '-', FILE])],
      {
        cwd: scene.directory,
        encoding: 'utf8',
      },
    );
    expect(stderr).toContain('cannot write standard output: no space left on the device');
    expect(status).toBe(1);
  });
});

describeWhere('on a read-only file system', mayMount ? [] : ['mounting is not allowed'], () => {
  it('sign, keygen and add say so and change nothing', async () => {
    const scene = createScene();
    mountTmpfs(scene, 'disk', 'size=1m');
    await prepare(createScene(scene.path('disk')));
    fs.mkdirSync(scene.path('elsewhere'));
    expect(spawnSync('mount', ['-o', 'remount,ro', scene.path('disk')]).status).toBe(0);
    const refusal = (...says: readonly string[]) => ({
      code: 'FILE_UNWRITABLE' as const,
      says: ['disk', 'the file system is read-only', ...says],
      how: { in: 'disk' },
    });
    await expectRefusal(scene, ['sign', FILE], refusal(SIGNED));
    await expectRefusal(scene, ['keygen', 'example.test'], refusal());
    await expectRefusal(scene, ['keygen', '-K', 'new', 'example.test'], refusal('new'));
    await expectRefusal(scene, ['add', NEW], refusal());
    // What needs no writing works all the same.
    const { stdout } = await scene.succeed(['sign', '-f', '-', FILE], { in: 'disk' });
    expect(stdout).toContain('192.0.2.99');
    await scene.succeed(['sign', '--dry-run', FILE], { in: 'disk' });
    await scene.succeed(['verify', SIGNED], { in: 'disk' });
    await scene.succeed(['keys'], { in: 'disk' });
    await scene.succeed(['sign', '-f', '../elsewhere/out', FILE], { in: 'disk' });
  });
});

const program = publicProgram();
describeWhere(
  'as a user who may not',
  program === undefined ? ['not root, or node is out of reach of others'] : [],
  () => {
    const how = { as: NOBODY, ...(program === undefined ? {} : { program }) };

    /** A scene that belongs to the other user. */
    async function ownScene(): Promise<Scene> {
      const scene = createScene();
      fs.chmodSync(scene.directory, 0o755);
      await prepare(scene);
      for (const name of ['.', ...fs.readdirSync(scene.directory)]) fs.chownSync(scene.path(name), NOBODY, NOBODY);
      return scene;
    }
    const denied = ['permission denied', 'chmod or chown'];

    it('the program works for that user at all', async () => {
      const scene = await ownScene();
      await scene.succeed(['sign', FILE], how);
      expect(scene.read(SIGNED)).toContain('192.0.2.99');
    });

    it('read the zone file', async () => {
      const scene = await ownScene();
      fs.chmodSync(scene.path(FILE), 0o000);
      await expectRefusal(scene, ['sign', FILE], { code: 'FILE_UNREADABLE', says: [FILE, ...denied], how });
      await expectRefusal(scene, ['add', FILE], { code: 'FILE_UNREADABLE', says: [FILE, ...denied], how });
      fs.chmodSync(scene.path(SIGNED), 0o000);
      await expectRefusal(scene, ['verify', SIGNED], { code: 'FILE_UNREADABLE', says: [SIGNED, ...denied], how });
    });

    it('look into the directory of the zone file', async () => {
      const scene = await ownScene();
      scene.write('closed/example.test.zone', ZONE);
      fs.chmodSync(scene.path('closed'), 0o700);
      await expectRefusal(scene, ['sign', `closed/${FILE}`], {
        code: 'FILE_UNREADABLE',
        says: ['closed', ...denied],
        how,
      });
    });

    it('read a file that the zone includes', async () => {
      const scene = await ownScene();
      scene.write(FILE, `${ZONE}$INCLUDE part\n`);
      scene.write('part', 'x A 192.0.2.1\n', 0o600);
      await expectRefusal(scene, ['sign', FILE], {
        code: 'ZONE_INVALID',
        says: [`${FILE}:10:10:`, 'part', 'permission denied'],
        how,
      });
    });

    it('read the previous signed file', async () => {
      const scene = await ownScene();
      fs.chmodSync(scene.path(SIGNED), 0o000);
      await expectRefusal(scene, ['sign', FILE], { code: 'FILE_UNREADABLE', says: [SIGNED, ...denied], how });
      await expectRefusal(scene, ['sign', '--full', FILE], { code: 'FILE_UNREADABLE', says: [SIGNED, ...denied], how });
    });

    it('read a key file or the key directory', async () => {
      const scene = await ownScene();
      const [secret = ''] = fs.readdirSync(scene.directory).filter((name) => name.endsWith('.private'));
      fs.chownSync(scene.path(secret), 0, 0);
      await expectRefusal(scene, ['sign', FILE], { code: 'KEY_UNREADABLE', says: [secret, ...denied], how });
      fs.mkdirSync(scene.path('keys'), { mode: 0o700 });
      await expectRefusal(scene, ['sign', FILE], { code: 'FILE_UNREADABLE', says: ['key directory', ...denied], how });
      await expectRefusal(scene, ['keygen', 'example.test'], {
        code: 'FILE_UNWRITABLE',
        says: ['keys', ...denied],
        how,
      });
      await expectRefusal(scene, ['keys'], { code: 'FILE_UNREADABLE', says: ['key directory', ...denied], how });
    });

    it('read the configuration', async () => {
      const scene = await ownScene();
      scene.write('dnssec.yaml', 'zones: {}\n', 0o600);
      await expectRefusal(scene, ['sign', FILE], { code: 'FILE_UNREADABLE', says: ['dnssec.yaml', ...denied], how });
    });

    it('write into the directory', async () => {
      const scene = await ownScene();
      fs.chownSync(scene.directory, 0, 0);
      fs.chmodSync(scene.directory, 0o555);
      await expectRefusal(scene, ['sign', FILE], { code: 'FILE_UNWRITABLE', says: [SIGNED, ...denied], how });
      await expectRefusal(scene, ['sign', '-f', 'out', FILE], {
        code: 'FILE_UNWRITABLE',
        says: ['out', ...denied],
        how,
      });
      await expectRefusal(scene, ['keygen', 'example.test'], { code: 'FILE_UNWRITABLE', says: denied, how });
      await expectRefusal(scene, ['keygen', '-K', 'new', 'example.test'], {
        code: 'FILE_UNWRITABLE',
        says: ['new', ...denied],
        how,
      });
      await expectRefusal(scene, ['add', NEW], { code: 'FILE_UNWRITABLE', says: denied, how });
      const { stdout } = await scene.succeed(['sign', '-f', '-', FILE], how);
      expect(stdout).toContain('192.0.2.99');
    });

    it('keep the group through which the name server reads the signed file', async () => {
      const scene = await ownScene();
      fs.chownSync(scene.path(SIGNED), 0, 0);
      fs.chmodSync(scene.path(SIGNED), 0o640);
      await expectRefusal(scene, ['sign', '--full', FILE], { code: 'FILE_UNREADABLE', says: [SIGNED, ...denied], how });
      fs.chmodSync(scene.path(SIGNED), 0o644);
      await scene.succeed(['sign', '--full', FILE], how);
      expect(fs.statSync(scene.path(SIGNED)).mode & 0o777).toBe(0o644);
    });
  },
);

describe('with a limit on the size of files', () => {
  it('sign leaves the old signed file, and no part of the new one', async () => {
    const scene = createScene();
    await prepare(scene);
    await expectRefusal(scene, ['sign', FILE], {
      code: 'FILE_UNWRITABLE',
      says: [SIGNED, 'larger than files may be', 'ulimit -f'],
      how: { fileSizeLimit: 1 },
    });
  });
});
