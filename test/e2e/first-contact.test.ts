import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { describePeers, peer } from '../interop/peers.ts';
import { drawMoment, measureRun, runUntil, seededRandom, startBudget } from './killing.ts';
import { createScene, expectRefusal, type Scene, suiteDirectory, ZONE } from './scene.ts';

const SAMPLE = fs.readFileSync(fileURLToPath(new URL('../../zones/example.com.zone', import.meta.url)));
const FILE = 'zones/example.com.zone';
const SIGNED = `${FILE}.signed`;

/** A scene as a fresh checkout is: the sample zone, and nothing else. */
function freshScene(directory?: string): Scene {
  const scene = createScene(directory);
  scene.write(FILE, SAMPLE);
  return scene;
}

/** A snapshot without what a run may note for the next one: how the files are that it found nothing to do about. */
function withoutMemo(scene: Scene) {
  const { 'zones/.example.com.zone.signed.memo': _, [MEMORY]: memory, ...files } = scene.snapshot();
  const { rest, lastPass, ttls, ...remembered } = JSON.parse(scene.read(MEMORY));
  return { ...files, memory: memory?.replace(/ \d+ \S+$/, ''), remembered };
}

const MEMORY = 'state/example.com.json';

/** The names of the files that make a key what it is: all but its states. */
const keyFiles = (scene: Scene) =>
  fs
    .readdirSync(scene.path('keys'))
    .filter((name) => name.startsWith('K') && !name.endsWith('.state'))
    .sort();

describe('dnssec add, on a fresh checkout,', () => {
  const scene = freshScene(suiteDirectory());
  let text = '';
  beforeAll(async () => {
    text = (await scene.succeed(['add', FILE])).stdout;
  });

  /** The lines of the text that stand below this one, as far as they are indented, without the indent. */
  function below(heading: string): string {
    const lines = text.split('\n');
    const start = lines.findIndex((line) => line.includes(heading)) + 1;
    expect(start, `no "${heading}" in:\n${text}`).toBeGreaterThan(0);
    const end = lines.findIndex((line, i) => i >= start && (line.trim() === '' || !line.startsWith('  ')));
    return lines
      .slice(start, end < 0 ? undefined : end)
      .map((line) => line.slice(2))
      .join('\n');
  }

  it('makes a key directory and private keys that are their owner’s alone', () => {
    expect(fs.statSync(scene.path('keys')).mode & 0o7777).toBe(0o700);
    const files = keyFiles(scene);
    expect(files).toHaveLength(4);
    for (const file of files) {
      expect(file).toMatch(/^Kexample\.com\.\+013\+\d{5}\.(?:key|private)$/);
      expect(fs.statSync(scene.path('keys', file)).mode & 0o777).toBe(file.endsWith('.private') ? 0o600 : 0o644);
    }
  });

  it('writes the signed zone beside the zone file, dnssec.yaml, and nothing else', () => {
    expect(fs.readdirSync(scene.directory).sort()).toEqual(['dnssec.yaml', 'keys', 'state', 'zones']);
    expect(fs.readdirSync(scene.path('state')).sort()).toEqual(['example.com.json', 'example.com.log']);
    expect(fs.readdirSync(scene.path('zones')).sort()).toEqual(['example.com.zone', 'example.com.zone.signed']);
    expect(scene.read(FILE)).toBe(SAMPLE.toString('latin1'));
    expect(scene.read('dnssec.yaml')).toBe('zones:\n  example.com:\n    file: zones/example.com.zone\n');
  });

  it('remembers the states of the keys, for itself and for BIND', () => {
    expect(fs.statSync(scene.path('state')).mode & 0o7777).toBe(0o700);
    for (const name of fs.readdirSync(scene.path('state'))) {
      expect(fs.statSync(scene.path('state', name)).mode & 0o777).toBe(0o600);
    }
    const states = fs.readdirSync(scene.path('keys')).filter((name) => name.endsWith('.state'));
    expect(states.map((name) => name.replace(/state$/, 'key')).sort()).toEqual(
      keyFiles(scene).filter((name) => name.endsWith('.key')),
    );
    for (const name of states) expect(scene.read(`keys/${name}`)).toContain('\nDNSKEYState: rumoured\n');
  });

  it('says where all of it lies', () => {
    expect(text).toContain(FILE);
    expect(text).toContain(SIGNED);
    expect(text).toContain('dnssec.yaml');
    for (const file of keyFiles(scene)) expect(text).toContain(file.replace(/\.(?:key|private)$/, ''));
    expect(text).toContain('KSK');
    expect(text).toContain('ZSK');
  });

  it('names the DS record of the key signing key', async () => {
    const { stdout } = await scene.succeed(['ds', 'example.com']);
    expect(stdout).toMatch(/^example\.com\. IN DS \d+ 13 2 [0-9A-F]{64}\n$/);
    expect(text).toContain(stdout.trim());
  });

  it('changes nothing when it is called again, and says that nothing was due', async () => {
    const before = withoutMemo(scene);
    const again = await scene.succeed(['add', FILE]);
    expect(withoutMemo(scene)).toEqual(before);
    expect(again.stdout).toContain('nothing was due');
    expect(again.stdout).not.toContain('new)');
    await scene.succeed(['sign', '--all']);
    await scene.succeed(['sign', 'example.com']);
    expect(withoutMemo(scene)).toEqual(before);
  });

  it('with --dry-run changes nothing', async () => {
    const fresh = freshScene();
    const before = fresh.snapshot();
    const { stdout } = await fresh.succeed(['add', '--dry-run', FILE]);
    expect(stdout).toContain('would');
    expect(fresh.snapshot()).toEqual(before);
  });

  it('with --json prints one document with the paths and the DS', async () => {
    const fresh = freshScene();
    const document = JSON.parse((await fresh.succeed(['add', '--json', FILE])).stdout);
    expect(document).toMatchObject({
      zone: 'example.com',
      signedFile: fresh.path(SIGNED),
      keyDirectory: fresh.path('keys'),
      config: fresh.path('dnssec.yaml'),
      ds: [expect.stringMatching(/ IN DS \d+ 13 2 /)],
    });
    expect(document.keys.made).toHaveLength(2);
  });

  it('adopts the keys that lie in the key directory', async () => {
    const fresh = freshScene();
    const algorithm = 'algorithm: ED25519';
    fresh.write('dnssec.yaml', `policies: { default: { keys: { ksk: { ${algorithm} }, zsk: { ${algorithm} } } } }\n`);
    fs.mkdirSync(fresh.path('keys'), { mode: 0o700 });
    const made = await fresh.succeed(['keygen', '-K', 'keys', 'example.com']);
    const files = keyFiles(fresh);
    const { stdout } = await fresh.succeed(['add', FILE]);
    expect(keyFiles(fresh)).toEqual(files);
    for (const base of made.stdout.trim().split('\n')) expect(stdout).toContain(base);
    expect(stdout).toContain('was there');
  });

  it('rolls no keys that it finds: it says which policy keeps them, and takes them over under that', async () => {
    const fresh = freshScene();
    fs.mkdirSync(fresh.path('keys'), { mode: 0o700 });
    await fresh.succeed(['keygen', '-K', 'keys', '-a', 'ED25519', 'example.com']);
    const before = fresh.snapshot();
    const { code, stderr } = await fresh.run(['add', FILE]);
    expect([code, fresh.snapshot()]).toEqual([2, before]);
    expect(stderr).toContain('the keys of example.com that are there would be rolled at once');
    const lines = stderr.slice(stderr.indexOf('dnssec.yaml first:')).split('\n').slice(2);
    fresh.write('dnssec.yaml', `${lines.map((line) => line.replace(/^ {4}/, '')).join('\n')}\n`);
    const files = keyFiles(fresh).filter((name) => !name.endsWith('.state'));
    await fresh.succeed(['add', FILE]);
    expect(keyFiles(fresh).filter((name) => !name.endsWith('.state'))).toEqual(files);
  });

  it('keeps what dnssec.yaml says already', async () => {
    const fresh = freshScene();
    const yaml = '# mine\nzones:\n  example.net: # not there yet\n    file: zones/example.net.zone\n';
    fresh.write('dnssec.yaml', yaml);
    await fresh.succeed(['add', FILE]);
    expect(fresh.read('dnssec.yaml')).toBe(`${yaml}  example.com:\n    file: zones/example.com.zone\n`);
  });

  it('refuses a zone that is signed already, before it makes keys', async () => {
    await expectRefusal(scene, ['add', SIGNED], { code: 'SIGNING_IMPOSSIBLE', says: ['signed', 'unsigned'] });
  });

  it('refuses a broken zone, before it makes keys', async () => {
    const fresh = createScene();
    fresh.write('broken.zone', `${ZONE}x A 192.0.2.999\n`);
    await expectRefusal(fresh, ['add', 'broken.zone'], { code: 'ZONE_INVALID', says: ['broken.zone:10:5:'] });
    fresh.write('broken.zone', `${ZONE}www CNAME mail\n`);
    await expectRefusal(fresh, ['add', 'broken.zone'], { code: 'ZONE_INVALID', says: ['CNAME'] });
  });

  it('refuses to take other keys for those that are broken or missing', async () => {
    const fresh = freshScene();
    await fresh.succeed(['add', FILE]);
    for (const file of keyFiles(fresh)) fs.rmSync(fresh.path('keys', file));
    await expectRefusal(fresh, ['add', FILE], { code: 'KEY_MISSING', says: ['signs the present', 'backup'] });
    fresh.write('keys/Kexample.com.+013+00001.private', 'broken\n', 0o600);
    await expectRefusal(fresh, ['add', FILE], { code: 'KEY_INVALID', says: ['Kexample.com.+013+00001.private'] });
    fs.rmSync(fresh.path(SIGNED));
    await expectRefusal(fresh, ['add', FILE], { code: 'KEY_INVALID', says: ['Kexample.com.+013+00001.private'] });
  });

  it('called several times at once makes one pair of keys and no more', async () => {
    const fresh = freshScene();
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => fresh.run(['add', FILE])));
    expect(keyFiles(fresh)).toHaveLength(4);
    expect(outcomes.map(({ code }) => code)).toContain(0);
    for (const { code, stderr } of outcomes) expect([0, 5], stderr).toContain(code);
    await fresh.succeed(['add', FILE]);
    await fresh.succeed(['verify', SIGNED]);
    expect(keyFiles(fresh)).toHaveLength(4);
  });

  it('killed at random moments can be called again, and makes one pair of keys and no more', {
    timeout: 120_000,
  }, async () => {
    const { duration, changing } = await measureRun(['add', FILE], freshScene().directory);
    const random = seededRandom(6);
    const inTime = startBudget(20_000);
    for (let round = 0; round < 12 && inTime(); round++) {
      const fresh = freshScene();
      await runUntil(['add', FILE], fresh.directory, 'SIGKILL', drawMoment(random, duration, changing));
      await fresh.succeed(['add', FILE]);
      await fresh.succeed(['verify', SIGNED]);
      expect(keyFiles(fresh).filter((file) => file.endsWith('.private')).length).toBeLessThanOrEqual(2);
      expect(Object.keys(fresh.snapshot()).filter((name) => /\.tmp-|\.lock$/.test(name))).toEqual([]);
      expect(fresh.read('dnssec.yaml')).toContain(FILE);
    }
  });

  describePeers('has lines for the name servers', ['named-checkconf', 'nsd-checkconf', 'knotc'], () => {
    /** Writes the lines with what else the server wants, and has it check them. */
    function expectValid(name: string, configuration: string, program: string, ...args: readonly string[]): void {
      const path = scene.write(name, configuration);
      const { status, stdout, stderr } = spawnSync(peer(program), [...args, path], { encoding: 'utf8' });
      fs.rmSync(path);
      expect(status, `${configuration}\n${stdout}${stderr}`).toBe(0);
      expect(stdout + stderr).not.toMatch(/error|warning|unknown/i);
    }

    it('that named-checkconf accepts, and loads the zone with', () => {
      const lines = below('named.conf');
      expect(lines).toContain(scene.path(SIGNED));
      expectValid('named.conf', `options { directory "${scene.directory}"; };\n${lines}\n`, 'named-checkconf', '-z');
    });

    it('that nsd-checkconf accepts', () => {
      const lines = below('nsd.conf');
      expect(lines).toContain(scene.path(SIGNED));
      expectValid('nsd.conf', `server:\n    zonesdir: ""\n${lines}\n`, 'nsd-checkconf');
    });

    it('that knotc accepts', () => {
      const lines = below('knot.conf');
      expect(lines).toContain(scene.path(SIGNED));
      const database = `database:\n    storage: "${scene.directory}"\n`;
      const path = scene.write('knot.conf', `${database}${lines}\n`);
      const checked = spawnSync(peer('knotc'), ['-c', path, 'conf-check'], { encoding: 'utf8' });
      expect(checked.status, `${lines}\n${checked.stdout}${checked.stderr}`).toBe(0);
      const zone = spawnSync(peer('knotc'), ['-c', path, 'zone-check', 'example.com'], { encoding: 'utf8' });
      fs.rmSync(path);
      expect(zone.status, `${zone.stdout}${zone.stderr}`).toBe(0);
    });
  });
});
