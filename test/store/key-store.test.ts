import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nameFromText } from '../../src/dns/name.ts';
import { requireSigningAlgorithm } from '../../src/keys/algorithms.ts';
import type { KeyRole, SigningKey } from '../../src/keys/key.ts';
import { tagsOf } from '../../src/keys/making.ts';
import { createKeys, repairKeys, takenTags, writeKeyFiles } from '../../src/store/key-files.ts';
import { exportKey, importKey } from '../../src/store/key-import.ts';
import { listKeyFiles, loadZoneKeys, requireSoundKeys } from '../../src/store/key-store.ts';

const ZONE = nameFromText('example.com');
const NOW = 1_800_000_000;
const TIMING = { created: NOW, publish: NOW, activate: NOW };
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dnssec-store-'));
  chmodSync(directory, 0o700);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const path = (key: { readonly name: string }, suffix: string) => join(directory, `${key.name}.${suffix}`);
const request = (role: KeyRole, zone = ZONE, algorithm = 13) => ({
  zone,
  role,
  algorithm: requireSigningAlgorithm(algorithm),
  timing: TIMING,
});
const makePair = () => createKeys(directory, [request('ksk'), request('zsk')]) as Promise<[SigningKey, SigningKey]>;
const load = () => loadZoneKeys(directory, ZONE);

describe('creating keys', () => {
  test('makes four files: private ones for the owner alone, no temporary ones, no lock', async () => {
    const pair = await makePair();
    expect(readdirSync(directory).sort()).toEqual(
      pair.flatMap(({ name }) => [`${name}.key`, `${name}.private`]).sort(),
    );
    for (const key of pair) {
      expect(statSync(path(key, 'private')).mode & 0o777).toBe(0o600);
      expect(statSync(path(key, 'key')).mode & 0o777).toBe(0o644);
    }
  });

  test('makes the directory if it is not there, for the owner alone', async () => {
    const deep = join(directory, 'a', 'keys');
    await createKeys(deep, [request('zsk')]);
    expect(statSync(deep).mode & 0o777).toBe(0o700);
  });

  test('of a CSK writes a state file as well', async () => {
    const [key] = await createKeys(directory, [request('csk')]);
    expect(readFileSync(path(key!, 'state'), 'latin1')).toContain('KSK: yes\nZSK: yes\n');
    const { keys } = await load();
    expect(keys[0]?.state).toMatchObject({ isKsk: true, isZsk: true });
  });

  test('what was made loads as it was made', async () => {
    const pair = await makePair();
    const { keys, problems } = await load();
    expect(problems).toEqual([]);
    for (const made of pair) {
      const { privateKey, ...rest } = keys.find((key) => key.name === made.name)!;
      expect(rest).toEqual({ ...made, privateKey: undefined, ...rest });
      expect(privateKey?.equals(made.privateKey)).toBe(true);
    }
  });

  test('never writes over a file, and takes back what it wrote before it met one', async () => {
    const [first, second] = await makePair();
    const texts = (name: string) => ({ name, private: 'new', key: 'new' });
    const before = readFileSync(path(second, 'private'), 'latin1');
    rmSync(path(first, 'private'));
    await expect(writeKeyFiles(directory, [texts('Knew.+013+00001'), texts(second.name)])).rejects.toMatchObject({
      code: 'KEY_EXISTS',
    });
    expect(readFileSync(path(second, 'private'), 'latin1') === before).toBe(true);
    expect(existsSync(join(directory, 'Knew.+013+00001.private'))).toBe(false);
    await expect(writeKeyFiles(directory, [texts(first.name)])).rejects.toMatchObject({ code: 'KEY_EXISTS' });
    expect(existsSync(path(first, 'private'))).toBe(false);
  });

  test('the tags of all keys of the zone are taken, of deleted and unreadable ones too', async () => {
    const [ksk, zsk] = await makePair();
    await createKeys(directory, [request('ksk', nameFromText('other.example'))]);
    writeFileSync(path(zsk, 'key'), 'broken');
    const taken = await takenTags(directory, nameFromText('EXAMPLE.com'));
    expect(taken).toEqual(new Set([...tagsOf(ksk.dnskeyRdata), zsk.keyTag]));
  });

  test('ten at once in one directory make twenty keys, none lost', async () => {
    await Promise.all(Array.from({ length: 10 }, makePair));
    const { keys, problems } = await load();
    expect(problems).toEqual([]);
    expect(keys.length).toBe(20);
    expect(new Set(keys.flatMap((key) => tagsOf(key.dnskeyRdata))).size).toBe(40);
  });
});

describe('loading keys', () => {
  test('knows the zone whatever the case, and no other zone', async () => {
    await createKeys(directory, [
      request('ksk', nameFromText('ExAmple.COM')),
      request('ksk', nameFromText('example.org')),
    ]);
    const { keys } = await load();
    expect(keys.length).toBe(1);
    expect((await listKeyFiles(directory)).length).toBe(2);
  });

  test('passes over what is no key file', async () => {
    for (const name of [
      'README.md',
      'Kexample.com.+013+12345.txt',
      '.Kexample.com.+013+00001.key.tmp-1-abcdef012345',
    ]) {
      writeFileSync(join(directory, name), 'x');
    }
    expect(await load()).toEqual({ keys: [], problems: [] });
  });

  test.each([0o640, 0o604, 0o660, 0o602])('a private file of mode %o is an error, and is not read', async (mode) => {
    const [ksk] = await makePair();
    chmodSync(path(ksk, 'private'), mode);
    const { keys, problems } = await load();
    expect(keys.some((key) => key.name === ksk.name)).toBe(false);
    expect(problems).toMatchObject([
      { severity: 'error', code: 'KEY_EXPOSED', hint: expect.stringContaining('chmod 600') },
    ]);
    expect(() => requireSoundKeys(problems)).toThrow(expect.objectContaining({ code: 'KEY_EXPOSED' }));
  });

  test.each([0o755, 0o701, 0o704])('a key directory of mode %o is a warning', async (mode) => {
    await makePair();
    chmodSync(directory, mode);
    const { keys, problems } = await load();
    expect(keys.length).toBe(2);
    expect(problems).toMatchObject([
      { severity: 'warning', code: 'KEY_EXPOSED', hint: expect.stringContaining('chmod 700') },
    ]);
    expect(() => requireSoundKeys(problems)).not.toThrow();
  });

  test('a missing private file is an error that says so; the public half is there', async () => {
    const [ksk] = await makePair();
    rmSync(path(ksk, 'private'));
    const { keys, problems } = await load();
    expect(keys.find((key) => key.name === ksk.name)?.privateKey).toBeUndefined();
    expect(problems).toMatchObject([{ severity: 'error', code: 'KEY_MISSING' }]);
  });

  test('a missing .key file is rebuilt in memory, and by repair on the disk', async () => {
    const [ksk] = await makePair();
    const before = readFileSync(path(ksk, 'key'), 'latin1');
    rmSync(path(ksk, 'key'));
    const { keys, problems } = await load();
    expect(keys.find((key) => key.name === ksk.name)?.dnskeyRdata).toEqual(ksk.dnskeyRdata);
    expect(problems).toMatchObject([{ severity: 'warning', code: 'KEY_MISSING' }]);
    expect((await repairKeys(directory, ZONE, true)).restored).toEqual([ksk.name]);
    expect(existsSync(path(ksk, 'key'))).toBe(false);
    expect(await repairKeys(directory, ZONE, false)).toEqual({ restored: [ksk.name], problems: [] });
    expect(readFileSync(path(ksk, 'key'), 'latin1')).toBe(before);
    expect((await repairKeys(directory, undefined, false)).restored).toEqual([]);
  });

  test('a private file of another key is told, not used', async () => {
    const [ksk, zsk] = await makePair();
    writeFileSync(path(ksk, 'private'), readFileSync(path(zsk, 'private')));
    const { keys, problems } = await load();
    expect(keys.map((key) => key.name)).toEqual([zsk.name]);
    expect(problems).toMatchObject([{ code: 'KEY_INVALID', message: expect.stringContaining('does not belong') }]);
    rmSync(path(ksk, 'key'));
    expect((await load()).problems).toMatchObject([{ code: 'KEY_INVALID' }]);
    expect((await repairKeys(directory, ZONE, false)).problems).toMatchObject([{ code: 'KEY_INVALID' }]);
  });

  test('an RSA private key with a wrong number is told, since its signatures would be bad', async () => {
    const [key] = await createKeys(directory, [request('ksk', ZONE, 8)]);
    const text = readFileSync(path(key!, 'private'), 'latin1');
    const [other] = await createKeys(directory, [request('ksk', nameFromText('other.example'), 8)]);
    const line = (tag: string, of: string) => new RegExp(`^${tag}: .*$`, 'm').exec(of)![0];
    const foreign = readFileSync(path(other!, 'private'), 'latin1');
    for (const tag of ['PrivateExponent', 'Prime1', 'Exponent1']) {
      writeFileSync(path(key!, 'private'), text.replace(line(tag, text), line(tag, foreign)));
      const { problems } = await load();
      // OpenSSL mends a wrong CRT number by itself; a wrong key it can't.
      if (problems.length === 0) continue;
      expect(problems).toMatchObject([{ severity: 'error', code: 'KEY_INVALID' }]);
    }
    writeFileSync(path(key!, 'private'), text.replace(line('Modulus', text), line('Modulus', foreign)));
    expect((await load()).problems).toMatchObject([{ severity: 'error', code: 'KEY_INVALID' }]);
  });

  test('a file under another name is told: zone, algorithm and tag must agree with it', async () => {
    const [ksk, zsk] = await makePair();
    const tag = String((ksk.keyTag + 1) % 65_536).padStart(5, '0');
    for (const [from, to] of [
      [ksk.name, `Kexample.com.+013+${tag}`],
      [zsk.name, `Kexample.com.+014+${String(zsk.keyTag).padStart(5, '0')}`],
    ] as const) {
      for (const suffix of ['key', 'private'])
        renameSync(join(directory, `${from}.${suffix}`), join(directory, `${to}.${suffix}`));
    }
    const { keys, problems } = await load();
    expect(keys).toEqual([]);
    expect(problems.map((problem) => problem.code)).toEqual(['KEY_INVALID', 'KEY_INVALID']);
  });

  test.each([
    ['empty', ''],
    ['binary', '\0\0\0'],
    ['far too long', 'x'.repeat(100_000)],
  ])('a file that is %s spoils its own key and no other', async (_, content) => {
    const [ksk, zsk] = await makePair();
    for (const suffix of ['key', 'private'] as const) {
      const before = readFileSync(path(ksk, suffix));
      writeFileSync(path(ksk, suffix), content);
      const { keys, problems } = await load();
      expect(keys.map((key) => key.name)).toEqual([zsk.name]);
      expect(problems).toMatchObject([{ severity: 'error', code: 'KEY_INVALID', subject: ksk.name }]);
      writeFileSync(path(ksk, suffix), before);
    }
  });

  test('a directory in the place of a file is told, and does not hang', async () => {
    const [ksk] = await makePair();
    rmSync(path(ksk, 'key'));
    mkdirSync(path(ksk, 'key'));
    expect((await load()).problems).toMatchObject([{ code: 'KEY_UNREADABLE' }]);
  });

  test('a directory that is not there is an error of its own', async () => {
    await expect(loadZoneKeys(join(directory, 'none'), ZONE)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test('public halves are read without a look at private files', async () => {
    const [ksk] = await makePair();
    chmodSync(path(ksk, 'private'), 0o644);
    const { keys, problems } = await loadZoneKeys(directory, ZONE, 'public');
    expect(problems).toEqual([]);
    expect(keys.map((key) => key.privateKey)).toEqual([undefined, undefined]);
  });
});

describe('importing and exporting', () => {
  const wishes = {
    zone: undefined,
    role: undefined,
    algorithm: undefined,
    ttl: undefined,
    timing: TIMING,
    passphrase: () => undefined,
  };
  let elsewhere: string;
  beforeEach(() => {
    elsewhere = join(directory, 'elsewhere');
    mkdirSync(elsewhere, { mode: 0o700 });
  });

  test('a pair is copied once; a second time it is there already', async () => {
    const [ksk] = await makePair();
    expect((await importKey(path(ksk, 'key'), elsewhere, wishes, false)).written).toEqual(['key', 'private']);
    expect((await importKey(path(ksk, 'private'), elsewhere, wishes, false)).written).toEqual([]);
    expect(readdirSync(elsewhere).length).toBe(2);
  });

  test('a lost half is added', async () => {
    const [ksk] = await makePair();
    await importKey(path(ksk, 'key'), elsewhere, wishes, false);
    rmSync(join(elsewhere, `${ksk.name}.private`));
    expect((await importKey(path(ksk, 'key'), elsewhere, wishes, false)).written).toEqual(['private']);
    expect((await loadZoneKeys(elsewhere, ZONE)).problems).toEqual([]);
  });

  test('another key under the same name is left as it is', async () => {
    const [ksk, zsk] = await makePair();
    const other = readFileSync(path(zsk, 'key'), 'latin1');
    writeFileSync(join(elsewhere, `${ksk.name}.key`), other);
    await expect(importKey(path(ksk, 'key'), elsewhere, wishes, false)).rejects.toMatchObject({ code: 'KEY_EXISTS' });
    expect(readFileSync(join(elsewhere, `${ksk.name}.key`), 'latin1')).toBe(other);
    expect(readdirSync(elsewhere).length).toBe(1);
  });

  test('half a pair, a pair of another zone and an exposed one are refused', async () => {
    const [ksk, zsk] = await makePair();
    const zone = nameFromText('example.org');
    await expect(importKey(path(ksk, 'key'), elsewhere, { ...wishes, zone }, false)).rejects.toMatchObject({
      code: 'USAGE',
    });
    chmodSync(path(ksk, 'private'), 0o644);
    await expect(importKey(path(ksk, 'key'), elsewhere, wishes, false)).rejects.toMatchObject({ code: 'KEY_EXPOSED' });
    rmSync(path(zsk, 'private'));
    await expect(importKey(path(zsk, 'key'), elsewhere, wishes, false)).rejects.toMatchObject({ code: 'KEY_MISSING' });
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('a key alone needs a zone and a role, and an RSA key its algorithm', async () => {
    const [key] = await createKeys(directory, [request('ksk', ZONE, 8)]);
    const pem = join(directory, 'key.pem');
    const [files] = await listKeyFiles(directory, ZONE);
    await exportKey(key!, { directory, files: files!.files }, 'pem', pem, undefined);
    expect(statSync(pem).mode & 0o777).toBe(0o600);
    const role = 'ksk' as const;
    for (const missing of [{ zone: ZONE }, { role }, { zone: ZONE, role }]) {
      await expect(importKey(pem, elsewhere, { ...wishes, ...missing }, false)).rejects.toMatchObject({
        code: 'USAGE',
      });
    }
    const whole = { ...wishes, zone: ZONE, role };
    await expect(importKey(pem, elsewhere, { ...whole, algorithm: '13' }, false)).rejects.toMatchObject({
      code: 'KEY_INVALID',
    });
    const { key: back } = await importKey(pem, elsewhere, { ...whole, algorithm: '8' }, false);
    expect(back.dnskeyRdata).toEqual(key!.dnskeyRdata);
    expect(back.name).toBe(key!.name);
  });

  test('an export never writes over a file', async () => {
    const [ksk] = await makePair();
    const source = { directory, files: (await listKeyFiles(directory, ZONE))[0]!.files };
    const target = join(directory, 'taken');
    writeFileSync(target, 'mine');
    for (const [format, passphrase] of [
      ['pem', undefined],
      ['pkcs12', 'word'],
    ] as const) {
      await expect(exportKey(ksk, source, format, target, passphrase)).rejects.toMatchObject({ code: 'KEY_EXISTS' });
    }
    await expect(exportKey(ksk, source, 'pkcs12', join(directory, 'free'), undefined)).rejects.toMatchObject({
      code: 'USAGE',
    });
    await expect(exportKey(ksk, source, 'pkcs12', join(directory, 'free'), '')).rejects.toMatchObject({
      code: 'USAGE',
    });
    expect(readFileSync(target, 'latin1')).toBe('mine');
    expect(existsSync(join(directory, 'free'))).toBe(false);
  });
});
