import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeWhere } from '../interop/peers.ts';
import { type Ended, ended, PROGRAM, runDnssec, scratchDirectory, startNode, writeKillPreload } from './processes.ts';

const SAMPLE = fileURLToPath(new URL('../../zones/example.com.zone', import.meta.url));
const ZONE = 'example.com.zone';
const SIGNED = 'example.com.zone.signed';

/** A directory with the sample zone, its keys, and the zone signed. */
async function signedZone(directory = scratchDirectory()): Promise<string> {
  copyFileSync(SAMPLE, join(directory, ZONE));
  mkdirSync(join(directory, 'keys'), { mode: 0o700 });
  succeeded(await runDnssec(['keygen', '-K', 'keys', 'example.com'], { cwd: directory }));
  succeeded(await runDnssec(['sign', ZONE], { cwd: directory }));
  return directory;
}

function succeeded(end: Ended): void {
  expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
}

function files(directory: string): readonly string[] {
  return readdirSync(directory).sort();
}

/** Runs `dnssec sign --full` where it cannot succeed: the exit code and text are as told, and nothing has changed. */
async function signInVain(directory: string, code: number, text: RegExp, args: readonly string[] = []): Promise<void> {
  const before = files(directory);
  const old = readFileSync(join(directory, SIGNED));
  const end = await runDnssec(['sign', '--full', ZONE, ...args], { cwd: directory });
  expect(end.stderr).toMatch(text);
  expect(end.code).toBe(code);
  expect(end.stderr).not.toMatch(/^ {4}at /m);
  expect(end.stderr).not.toContain('PrivateKey');
  expect(files(directory)).toEqual(before);
  expect(readFileSync(join(directory, SIGNED)).equals(old)).toBe(true);
}

describe('sign leaves the old file as it was', () => {
  it.each<[string, number, RegExp, (directory: string) => void]>([
    [
      'for a zone with mistakes',
      3,
      /example\.com\.zone:\d+:\d+: error: .*\n {4}.*\n {4} *\^/,
      (directory) => {
        writeFileSync(join(directory, ZONE), `${readFileSync(SAMPLE, 'utf8')}\nbad IN A 192.0.2.256\n`);
      },
    ],
    [
      'for a zone cut off in the middle',
      3,
      /error:/,
      (directory) => {
        writeFileSync(join(directory, ZONE), readFileSync(SAMPLE).subarray(0, 330));
      },
    ],
    [
      'for a binary file',
      3,
      /error:/,
      (directory) => {
        writeFileSync(join(directory, ZONE), Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)));
      },
    ],
    ['for an empty file', 3, /error:/, (directory) => writeFileSync(join(directory, ZONE), '')],
    [
      'for a zone that includes itself',
      3,
      /example\.com\.zone:\d+:\d+: error:/,
      (directory) => {
        writeFileSync(join(directory, ZONE), `${readFileSync(SAMPLE, 'utf8')}\n$INCLUDE ${ZONE}\n`);
      },
    ],
    [
      'for a key that others may read',
      1,
      /chmod 600/,
      (directory) => {
        for (const file of files(join(directory, 'keys'))) {
          if (file.endsWith('.private')) chmodSync(join(directory, 'keys', file), 0o644);
        }
      },
    ],
    [
      'for a private key that is missing',
      1,
      /missing/,
      (directory) => {
        for (const file of files(join(directory, 'keys'))) {
          if (file.endsWith('.private')) rmSync(join(directory, 'keys', file));
        }
      },
    ],
    [
      'for keys that are missing',
      1,
      /error:/,
      (directory) => renameSync(join(directory, 'keys'), join(directory, 'elsewhere')),
    ],
    [
      'for a key that is cut off',
      1,
      /error:/,
      (directory) => {
        for (const file of files(join(directory, 'keys'))) {
          if (file.endsWith('.private')) {
            const path = join(directory, 'keys', file);
            writeFileSync(path, readFileSync(path).subarray(0, 60));
          }
        }
      },
    ],
  ])('%s', async (_, code, text, spoil) => {
    const directory = await signedZone();
    spoil(directory);
    await signInVain(directory, code, text);
  });

  it('while another run works on it, which ends with exit code 5', async () => {
    const directory = await signedZone();
    const lease = {
      pid: process.pid,
      started: '',
      pidNamespace: '',
      bootId: '',
      host: 'elsewhere',
      since: 0,
      nonce: 'a'.repeat(16),
    };
    writeFileSync(join(directory, `.${SIGNED}.lock`), JSON.stringify(lease));
    await signInVain(directory, 5, /holds the lock/);
  });
});

const mayMount = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;
describeWhere(
  'on a file system of its own, sign leaves the old file as it was',
  mayMount ? [] : ['mounting is not allowed'],
  () => {
    /** The signed sample zone on a file system of this size, in kB. */
    async function mountedZone(size: number): Promise<string> {
      const directory = scratchDirectory();
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}k`, 'tmpfs', directory]);
      if (mounted.status !== 0) throw new Error(`mount: ${mounted.stderr}`);
      onTestFinished(() => void spawnSync('umount', ['-l', directory]));
      return signedZone(directory);
    }

    it('when the disk is full', async () => {
      const directory = await mountedZone(100);
      writeFileSync(join(directory, 'filler'), '');
      for (let free = true; free; ) {
        try {
          writeFileSync(join(directory, 'filler'), Buffer.alloc(4096), { flag: 'a' });
        } catch {
          free = false;
        }
      }
      await signInVain(directory, 1, /no space left on the device/);
      const keys = files(join(directory, 'keys'));
      const end = await runDnssec(['keygen', '-K', 'keys', 'example.com'], { cwd: directory });
      expect(end.stderr).toMatch(/no space left on the device/);
      expect(end.code).toBe(1);
      expect(files(join(directory, 'keys'))).toEqual(keys);
    });

    it('when it is read-only', async () => {
      const directory = await mountedZone(1000);
      expect(spawnSync('mount', ['-o', 'remount,ro', directory]).status).toBe(0);
      await signInVain(directory, 1, /the file system is read-only/);
      expect((await runDnssec(['keygen', '-K', 'keys', 'example.com'], { cwd: directory })).code).toBe(1);
    });
  },
);

describe('a run of sign that is killed', () => {
  it('before any one of its changes leaves the old zone or the new one, whole, and the next run clears up', async () => {
    const directory = await signedZone();
    const preload = writeKillPreload(scratchDirectory());
    const seen = { temporary: 0, locks: 0, replaced: 0 };
    let at = 0;
    for (let isDone = false; !isDone; at++) {
      const old = readFileSync(join(directory, SIGNED));
      const argv = ['--import', preload, PROGRAM, 'sign', '--full', ZONE];
      const end = await ended(startNode(argv, { cwd: directory, env: { KILL_AT: String(at) } }));
      isDone = end.signal === null;
      if (isDone) succeeded(end);
      seen.temporary += files(directory).filter((file) => file.includes('.tmp-')).length;
      seen.locks += files(directory).filter((file) => file.endsWith('.lock')).length;
      if (!readFileSync(join(directory, SIGNED)).equals(old)) {
        seen.replaced++;
        succeeded(await runDnssec(['verify', SIGNED], { cwd: directory }));
      }
      succeeded(await runDnssec(['sign', ZONE], { cwd: directory }));
      expect(files(directory)).toEqual([ZONE, SIGNED, 'keys']);
    }
    // The test has seen what it is there to see: half-written files, locks of the dead, and files that were replaced.
    expect(at).toBeGreaterThan(15);
    expect(Math.min(seen.temporary, seen.locks, seen.replaced)).toBeGreaterThan(0);
  });

  it('at random moments leaves the old zone or the new one, whole', async () => {
    const directory = await signedZone();
    const hosts = Array.from({ length: 4000 }, (_, i) => `host-${i} AAAA 2001:db8::${i.toString(16)}\n`);
    writeFileSync(join(directory, ZONE), hosts.join(''), { flag: 'a' });
    const start = performance.now();
    succeeded(await runDnssec(['sign', '--full', ZONE], { cwd: directory }));
    const duration = performance.now() - start;
    let killed = 0;
    for (let round = 0; round < 8; round++) {
      const old = readFileSync(join(directory, SIGNED));
      const child = startNode([PROGRAM, 'sign', '--full', ZONE], { cwd: directory });
      const end = ended(child);
      await new Promise((wake) => setTimeout(wake, Math.random() * duration));
      child.kill('SIGKILL');
      if ((await end).signal === 'SIGKILL') killed++;
      if (!readFileSync(join(directory, SIGNED)).equals(old)) {
        succeeded(await runDnssec(['verify', SIGNED], { cwd: directory }));
      }
    }
    expect(killed).toBeGreaterThan(0);
    succeeded(await runDnssec(['sign', ZONE], { cwd: directory }));
    succeeded(await runDnssec(['verify', SIGNED], { cwd: directory }));
    expect(files(directory)).toEqual([ZONE, SIGNED, 'keys']);
  });
});
