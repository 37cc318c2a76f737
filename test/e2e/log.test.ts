import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/rollover/audit-event.ts';
import { EMPTY_LOG } from '../../src/rollover/audit-log.ts';
import { emptyMemory } from '../../src/rollover/zone-memory.ts';
import { appendToAuditLog } from '../../src/store/audit-file.ts';
import { writeZoneMemory } from '../../src/store/zone-state.ts';
import { KEYS, NEW_ZSK } from '../rollover/memories.ts';
import { NOBODY, publicProgram } from './nobody.ts';
import { createScene, expectRefusal, type Scene, ZONE } from './scene.ts';

const NAME = 'example.test';
const LOG = `state/${NAME}.log`;
const AT = Date.UTC(2026, 10, 25, 8, 10) / 1000;
const [, , zsk] = KEYS;

const EVENTS: readonly AuditEvent[] = [
  { kind: 'adopted', keys: KEYS },
  { kind: 'key-made', key: zsk },
  {
    kind: 'decision',
    key: zsk,
    decision: { kind: 'move', key: NEW_ZSK, record: 'dnskey', from: 'hidden', to: 'rumoured' },
  },
  { kind: 'signed', serial: 7, file: `${NAME}.zone.signed` },
  { kind: 'word', said: 'ring the bell: \x07\x1b[2J' },
];

const program = publicProgram();
let scene: Scene;
beforeEach(() => {
  scene = createScene();
  scene.write(`zones/${NAME}.zone`, ZONE);
});

/** Writes a log, and the memory that knows it. */
async function logged(): Promise<void> {
  const log = await appendToAuditLog(scene.path('state'), NAME, EMPTY_LOG, EVENTS, AT);
  await writeZoneMemory(scene.path('state'), { ...emptyMemory(NAME, AT), log });
}

/** Puts the lines of the log together anew. */
function rearrange(arrange: (lines: readonly string[]) => readonly string[]): void {
  const lines = readFileSync(scene.path(LOG), 'utf8').split('\n').slice(0, -1);
  writeFileSync(
    scene.path(LOG),
    arrange(lines)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

describe('dnssec log', () => {
  it('prints the entries with their times in words, the newest last, and changes nothing', async () => {
    await logged();
    const before = scene.snapshot();
    const { code, stdout, stderr } = await scene.run(['log', NAME]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toEqual([
      '2026-11-25 08:10 UTC  taken over with KSK 11111 (ECDSAP256SHA256), ZSK 22222 (ECDSAP256SHA256), ' +
        'ZSK 33333 (ECDSAP256SHA256)',
      '2026-11-25 08:10 UTC  ZSK 33333 (ECDSAP256SHA256): made',
      '2026-11-25 08:10 UTC  ZSK 33333 (ECDSAP256SHA256): its DNSKEY is published',
      '2026-11-25 08:10 UTC  signed: example.test.zone.signed, serial 7',
      '2026-11-25 08:10 UTC  a person said: ring the bell: \\007\\027[2J',
      '',
    ]);
    expect(scene.snapshot()).toEqual(before);
  });

  it('prints so many entries as are asked for, or the same as data', async () => {
    await logged();
    expect((await scene.succeed(['log', NAME, '-n', '2'])).stdout.trim().split('\n')).toHaveLength(2);
    expect((await scene.succeed(['log', NAME, '-n', '99'])).stdout.trim().split('\n')).toHaveLength(5);
    const document = JSON.parse((await scene.succeed(['log', NAME, '--json', '-n', '2'])).stdout);
    expect(document).toMatchObject({
      zone: NAME,
      file: LOG,
      entries: [
        { seq: 4, at: '2026-11-25T08:10:00Z', kind: 'signed', serial: 7 },
        { seq: 5, said: 'ring the bell: \x07\x1b[2J' },
      ],
    });
    for (const count of ['0', '-1', 'x', '1.5']) {
      await expectRefusal(scene, ['log', NAME, `--count=${count}`], {
        code: 'USAGE',
        says: ['-n takes a whole number'],
      });
    }
  });

  it('says that there is no log where there is none, and what is no zone', async () => {
    for (const args of [
      ['log', NAME],
      ['log', NAME, '--verify'],
      ['log', `zones/${NAME}.zone`],
    ]) {
      const { code, stdout, stderr } = await scene.run(args);
      expect([code, stdout, stderr]).toEqual([0, '', `nothing has been logged of ${NAME} (${LOG})\n`]);
    }
    expect(JSON.parse((await scene.succeed(['log', NAME, '--json'])).stdout)).toMatchObject({ entries: [] });
    await expectRefusal(scene, ['log', 'gone.test'], { code: 'ZONE_NOT_FOUND', says: ['gone.test'] });
    await expectRefusal(scene, ['log', '../../etc/passwd.'], { code: 'ZONE_NOT_FOUND', says: ['passwd'] });
    await expectRefusal(scene, ['log', '-'], { code: 'USAGE', says: ['standard input'] });
  });

  it('finds the log of a zone by its file, in any case, and of one that is not configured any more', async () => {
    await logged();
    for (const argument of ['EXAMPLE.test.', `zones/${NAME}.zone`]) {
      expect((await scene.succeed(['log', argument])).stdout).toContain('serial 7');
    }
    rmSync(scene.path('zones'), { recursive: true });
    expect((await scene.succeed(['log', NAME])).stdout).toContain('serial 7');
  });

  it('looks in the directory that the configuration names', async () => {
    await logged();
    scene.write('dnssec.yaml', `directories: { state: elsewhere }\nzones: { ${NAME}: {} }\n`);
    expect(await scene.run(['log', NAME])).toMatchObject({ code: 0, stdout: '' });
    mkdirSync(scene.path('elsewhere'));
    scene.write(`elsewhere/${NAME}.log`, readFileSync(scene.path(LOG)));
    expect((await scene.succeed(['log', NAME])).stdout).toContain('serial 7');
  });

  it('prints what it can of a log that is damaged, and says so', async () => {
    await logged();
    rearrange((lines) => lines.with(1, 'x'));
    const { code, stdout, stderr } = await scene.run(['log', NAME]);
    expect([code, stdout.trim().split('\n').length]).toEqual([0, 4]);
    expect(stderr).toMatch(/^warning: lines of state\/example\.test\.log that are no entries: 1; .*--verify/);
  });
});

describe('dnssec log --verify', () => {
  it('says that nothing was changed where nothing was', async () => {
    await logged();
    const { code, stdout, stderr } = await scene.run(['log', NAME, '--verify']);
    expect([code, stdout, stderr]).toEqual([0, `${NAME}: entries: 5, none was changed\n`, '']);
    const document = JSON.parse((await scene.succeed(['log', NAME, '--verify', '--json'])).stdout);
    expect(document).toEqual({ zone: NAME, file: LOG, entries: 5, valid: true, findings: [] });
  });

  it('says that the end is not known without a memory', async () => {
    await logged();
    rmSync(scene.path(`state/${NAME}.json`));
    const { stdout } = await scene.succeed(['log', NAME, '--verify']);
    expect(stdout).toContain('none was changed; without a memory of the zone nobody knows');
  });

  it('warns of entries of a pass that did not come to its end', async () => {
    await logged();
    await appendToAuditLog(scene.path('state'), NAME, EMPTY_LOG, EVENTS.slice(0, 1), AT);
    const { code, stdout } = await scene.run(['log', NAME, '--verify']);
    expect([code, stdout.split('\n')[0]]).toEqual([
      0,
      `${LOG}:6: warning: the memory does not know entry 6: a pass did not come to its end`,
    ]);
  });

  it.each<[string, (lines: readonly string[]) => readonly string[], readonly string[]]>([
    [
      'one octet changed',
      (l) => l.with(2, l[2]!.replace('published', 'publishep')),
      ['3: error: entry 3 was changed: its hash is another'],
    ],
    ['a line taken out', (l) => l.toSpliced(2, 1), ['3: error: entry 4 stands where entry 3 belongs']],
    ['its end cut off', (l) => l.slice(0, 3), ['3: error: the log ends with entry 3, and there were 5']],
    ['all of it taken out', () => [], ['1: error: the log ends with entry 0, and there were 5']],
    [
      'two lines swapped',
      (l) => l.toSpliced(1, 2, l[2]!, l[1]!),
      [
        '2: error: entry 3 stands where entry 2 belongs',
        '3: error: entry 2 stands behind entry 3',
        '4: error: entry 4 stands where entry 3 belongs',
      ],
    ],
  ])('finds a log with %s, with its place, and ends with 3', async (_, arrange, findings) => {
    await logged();
    rearrange(arrange);
    const { code, stdout, stderr } = await scene.run(['log', NAME, '--verify']);
    expect([code, stderr]).toEqual([3, '']);
    expect(stdout.trimEnd().split('\n')).toEqual([
      ...findings.map((finding) => `${LOG}:${finding}`),
      `${NAME}: the log is not as it was written`,
    ]);
    const json = await scene.run(['log', NAME, '--verify', '--json']);
    expect(json.code).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: false });
    expect(JSON.parse(json.stdout).findings).toHaveLength(findings.length);
  });

  it('finds any octet that is another, and any cut', async () => {
    await logged();
    const octets = readFileSync(scene.path(LOG));
    for (let at = 5; at < octets.length - 1; at += Math.floor(octets.length / 8)) {
      const damaged = Buffer.from(octets);
      damaged[at] = damaged[at]! ^ 1;
      writeFileSync(scene.path(LOG), damaged);
      expect((await scene.run(['log', NAME, '--verify'])).code, `octet ${at}`).toBe(3);
      writeFileSync(scene.path(LOG), octets.subarray(0, at));
      expect((await scene.run(['log', NAME, '--verify'])).code, `${at} octets`).toBe(3);
    }
  });

  it('prints so many findings as anybody reads', async () => {
    await logged();
    scene.write(LOG, 'x\n'.repeat(500));
    const { stdout } = await scene.run(['log', NAME, '--verify']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(52);
    expect(stdout).toContain('\nand 451 more\n');
  });

  it.each<[string, string, string]>([
    ['is cut off', '{"version": 1,', 'is cut off'],
    ['is of a newer version', '{"version": 2}', 'written by a newer version of this program (format 2)'],
    ['is another zone’s', '', 'another zone'],
  ])('refuses a memory that %s, and changes nothing', async (_, text, says) => {
    await logged();
    const memory = `state/${NAME}.json`;
    scene.write(memory, text === '' ? scene.read(memory).replace(NAME, 'example.net') : text);
    await expectRefusal(scene, ['log', NAME, '--verify'], { code: 'STATE_INVALID', says: [says, memory] });
    expect((await scene.succeed(['log', NAME])).stdout).toContain('serial 7');
  });

  it.runIf(program !== undefined)('says that it may not read a log', async () => {
    await logged();
    chmodSync(scene.directory, 0o755);
    scene.write('dnssec.yaml', `zones: { ${NAME}: {} }\n`);
    const how = { as: NOBODY, program: program! };
    await expectRefusal(scene, ['log', NAME], { code: 'FILE_UNREADABLE', says: ['permission denied', LOG], how });
  });
});
