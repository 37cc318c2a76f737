import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signZoneFile } from '../../src/automation/sign-zone-file.ts';
import type { SignFileRequest, SignFileResult } from '../../src/automation/signing-run.ts';
import { nameFromText } from '../../src/dns/name.ts';
import { requireSigningAlgorithm } from '../../src/keys/algorithms.ts';
import { createKeys } from '../../src/store/key-files.ts';
import { haveSourcesChanged, memoPath } from '../../src/store/signing-memo.ts';

const DAY = 86_400;
/** A minute ahead of the clock: the files made by a test are old enough to be trusted. */
const NOW = Math.floor(Date.now() / 1000) + 60;

let directory: string;
let stages: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dnssec-memory-'));
  writeFileSync(join(directory, 'zone'), '$TTL 60\n@ SOA ns h 1 2 3 400 5\n@ NS ns\nns A 192.0.2.1\n$INCLUDE more\n');
  writeFileSync(join(directory, 'more'), 'more TXT "included"\n');
  await makeKeys();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function makeKeys(zone = 'example.'): Promise<void> {
  const timing = { created: NOW - DAY, publish: NOW - DAY, activate: NOW - DAY };
  const algorithm = requireSigningAlgorithm(15);
  const request = { zone: nameFromText(zone), algorithm, timing };
  await createKeys(join(directory, 'keys'), [
    { ...request, role: 'ksk' },
    { ...request, role: 'zsk' },
  ]);
}

async function sign(
  change: Partial<SignFileRequest> = {},
  whileSigning = () => {},
): Promise<SignFileResult & { readonly read: boolean }> {
  stages = [];
  const now = change.now ?? NOW;
  const result = await signZoneFile(
    {
      directory,
      input: join(directory, 'zone'),
      output: join(directory, 'zone.signed'),
      origin: nameFromText('example.'),
      keyDirectory: join(directory, 'keys'),
      denial: { type: 'nsec3', salt: { kind: 'keep', length: 8, lifetime: 30 * DAY }, iterations: 0, optOut: false },
      inception: now - 3600,
      expiration: now + 30 * DAY,
      jitter: 0,
      refresh: 7 * DAY,
      serial: 'increment',
      zonemd: false,
      insecure: false,
      ignoreKskFlag: false,
      full: false,
      verify: true,
      dryRun: false,
      threads: 1,
      now,
      ...change,
    },
    {
      stage: (stage) => {
        stages.push(stage);
        if (stage === 'sign') whileSigning();
      },
      progress: () => {},
      emit: () => {},
    },
  );
  return { ...result, read: stages.includes('read') };
}

describe('a run after which nothing changed', () => {
  test('reads no zone file, and tells the same', async () => {
    const first = await sign();
    const second = await sign();
    expect(second).toMatchObject({ status: 'unchanged', read: false, serial: first.serial, keys: first.keys });
    expect(Buffer.from(second.salt!)).toEqual(Buffer.from(first.salt!));
  });

  test('reads again when its time has come, and not a second before', async () => {
    const first = await sign();
    const due = first.statistics!.soonest - 7 * DAY;
    expect(await sign({ now: due - 1 })).toMatchObject({ status: 'unchanged', read: false });
    expect(await sign({ now: due })).toMatchObject({ status: 'signed', read: true });
  });

  test('reads again when the clock went back', async () => {
    await sign();
    expect((await sign({ now: NOW - 1 })).read).toBe(true);
  });

  test('reads again when the memo is gone, damaged or of another kind', async () => {
    await sign();
    for (const text of ['', '{', 'null', '[]', '{"version":1}']) {
      writeFileSync(memoPath(join(directory, 'zone.signed')), text);
      expect(await sign()).toMatchObject({ status: 'unchanged', read: true });
    }
  });

  test('reads again when any part of the memo is of another kind', async () => {
    await sign();
    const path = memoPath(join(directory, 'zone.signed'));
    const memo = JSON.parse(readFileSync(path, 'utf8'));
    for (const broken of brokenCopies(memo)) {
      writeFileSync(path, JSON.stringify(broken));
      expect(await sign(), JSON.stringify(broken)).toMatchObject({ status: 'unchanged', read: true });
    }
  });
});

/** The value with one part of it, at any depth, replaced by something of another kind. */
function* brokenCopies(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) {
    yield typeof value === 'number' ? `${value}` : -1.5;
    return;
  }
  yield 7;
  for (const key of Object.keys(value)) {
    for (const part of brokenCopies((value as Record<string, unknown>)[key])) {
      yield Array.isArray(value) ? value.with(Number(key), part) : { ...value, [key]: part };
    }
  }
}

describe('a change is never missed', () => {
  const changes: readonly (readonly [string, () => void | Promise<void>])[] = [
    ['in the zone file', () => appendFileSync(join(directory, 'zone'), 'new A 192.0.2.2\n')],
    ['in an included file', () => appendFileSync(join(directory, 'more'), 'new A 192.0.2.2\n')],
    [
      'that leaves size and time of the zone file',
      () => {
        const path = join(directory, 'more');
        writeFileSync(path, readFileSync(path, 'utf8').replace('included', 'replaced'));
        utimesSync(path, 1, 1);
      },
    ],
    ['in the signed file', () => appendFileSync(join(directory, 'zone.signed'), '; touched\n')],
    ['to another signed file', () => rmSync(join(directory, 'zone.signed'))],
    [
      'in a key file',
      () => {
        const key = execFileSync('sh', ['-c', 'ls keys/*.key | head -1'], { cwd: directory, encoding: 'utf8' }).trim();
        appendFileSync(join(directory, key), '\n');
      },
    ],
    [
      'of a key file that went',
      () => {
        const key = execFileSync('sh', ['-c', 'ls keys/*.key | head -1'], { cwd: directory, encoding: 'utf8' }).trim();
        renameSync(join(directory, key), join(directory, 'elsewhere'));
      },
    ],
    ['by a new key', () => makeKeys()],
  ];
  test.each(changes)('%s', async (_, change) => {
    await sign();
    expect((await sign()).read).toBe(false);
    await change();
    expect((await sign()).read).toBe(true);
  });

  test('in what is asked for', async () => {
    await sign();
    const asked: readonly Partial<SignFileRequest>[] = [
      { jitter: 5 },
      { refresh: 8 * DAY },
      { zonemd: true },
      { denial: { type: 'nsec' } },
      { keyTtl: 30 },
      { expiration: NOW + 20 * DAY },
      { full: true },
      { ignoreKskFlag: true },
    ];
    for (const change of asked) expect((await sign(change)).read).toBe(true);
  });

  test('in a key file while the run goes on', async () => {
    // By the clock of the file system, with files as old as they have to be.
    await new Promise((wake) => setTimeout(wake, 3000));
    const clock = () => Math.floor(Date.now() / 1000);
    const [key = ''] = readdirSync(join(directory, 'keys')).filter((name) => name.endsWith('.key'));
    await sign({ now: clock() }, () => appendFileSync(join(directory, 'keys', key), '\n'));
    expect((await sign({ now: clock() })).read).toBe(true);
  });

  test('keys of another zone are none', async () => {
    await sign();
    await makeKeys('other.');
    expect((await sign()).read).toBe(false);
  });

  test('a zone file that is only just written leaves no memo: it could change within the same tick', async () => {
    await sign({ now: NOW - 60 });
    expect(existsSync(memoPath(join(directory, 'zone.signed')))).toBe(false);
  });
});

describe('whether a zone file changed since it was read', () => {
  const changed = () => haveSourcesChanged(join(directory, 'zone.signed'));

  test('is told by the memo, whatever the times are: a file that was only touched is the same after the next run', async () => {
    await sign();
    expect(changed()).toBe(false);
    utimesSync(join(directory, 'zone'), 5, 5);
    expect(changed()).toBe(true);
    expect(await sign()).toMatchObject({ status: 'unchanged', read: true });
    expect(changed()).toBe(false);
  });

  test('is told of included files, and of those that are gone', async () => {
    await sign();
    rmSync(join(directory, 'more'));
    expect(changed()).toBe(true);
  });

  test('is not asked of keys', async () => {
    await sign();
    const [key = ''] = readdirSync(join(directory, 'keys'));
    appendFileSync(join(directory, 'keys', key), '\n');
    await makeKeys();
    expect(changed()).toBe(false);
  });

  test('is open where there is no memo, or the signed file is another', async () => {
    expect(changed()).toBeUndefined();
    await sign();
    appendFileSync(join(directory, 'zone.signed'), '; touched\n');
    expect(changed()).toBeUndefined();
  });
});
