import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { createScene, expectRefusal, makeSignable, suiteDirectory, ZONE } from './scene.ts';

const FILE = 'example.test.zone';
const SIGNED = `${FILE}.signed`;
const LINES = ZONE.trimEnd().split('\n').length;

/** A zone with one line more. */
const withLine = (line: string) => `${ZONE}${line}\n`;

/** Octets that look like noise and are the same at every run. */
function noise(length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 64 < length; i++) blocks.push(createHash('sha512').update(`noise ${i}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

interface BadZone {
  readonly title: string;
  readonly zone: string | Uint8Array;
  /** What the error says, the place included. */
  readonly says: readonly (string | RegExp)[];
}

/** Place of an error in the line behind the good zone. */
const NEXT = `${FILE}:${LINES + 1}`;

const BAD: readonly BadZone[] = [
  { title: 'is empty', zone: '', says: [FILE, /SOA/] },
  { title: 'holds comments only', zone: '; nothing\n\n;\n', says: [FILE, /SOA/] },
  { title: 'is cut within a parenthesis', zone: withLine('x MX ( 10'), says: [`${NEXT}:6:`, /parenthesis/] },
  {
    title: 'is cut within a quoted text',
    zone: withLine('x TXT "and then').slice(0, -1),
    says: [`${NEXT}:7:`, /quot/],
  },
  { title: 'is cut within an address', zone: withLine('x A 192.0.2').slice(0, -1), says: [`${NEXT}:5:`, '192.0.2'] },
  { title: 'is cut behind a type', zone: withLine('x AAAA'), says: [`${NEXT}:`] },
  {
    title: 'is cut within its SOA',
    zone: ZONE.slice(0, ZONE.indexOf('4h')),
    says: [`${FILE}:3:`, /SOA|retry|refresh/],
  },
  { title: 'is noise', zone: noise(300_000), says: [`${FILE}:1:`] },
  { title: 'is a compressed file', zone: gzipSync(noise(5000)), says: [`${FILE}:1:`] },
  { title: 'is zeros', zone: new Uint8Array(1_000_000), says: [`${FILE}:1:`] },
  { title: 'is UTF-16', zone: Buffer.from(`\ufeff${ZONE}`, 'utf16le'), says: [`${FILE}:1:`] },
  { title: 'holds a zero octet in a name', zone: withLine('a\0b A 192.0.2.1'), says: [`${NEXT}:`] },
  {
    title: 'has a record out of the zone',
    zone: withLine('www.example.org. A 192.0.2.1'),
    says: [`${NEXT}:`, 'www.example.org', 'example.test'],
  },
  {
    title: 'has a record whose name only ends like the zone',
    zone: withLine('badexample.test. A 192.0.2.1'),
    says: [`${NEXT}:`, 'badexample.test'],
  },
  { title: 'has no SOA', zone: ZONE.replace(/^@.*\n +NS /m, '@ NS '), says: [FILE, /SOA/] },
  { title: 'has two SOAs', zone: withLine('@ SOA ns1 hostmaster 2 4h 1h 4w 1h'), says: [FILE, /SOA/] },
  { title: 'has a SOA below the apex', zone: withLine('x SOA ns1 hostmaster 2 4h 1h 4w 1h'), says: [FILE, /SOA/] },
  { title: 'has no NS at the apex', zone: ZONE.replace(/^ +NS .*\n/m, ''), says: [FILE, /NS/, 'example.test'] },
  { title: 'has an address beside a CNAME', zone: withLine('www CNAME mail'), says: [/CNAME/, /www/, FILE] },
  { title: 'has two CNAMEs at a name', zone: withLine('c CNAME www\nc CNAME mail'), says: [/CNAME/, /\bc\b/, FILE] },
  { title: 'has two DNAMEs at a name', zone: withLine('d DNAME www\nd DNAME mail'), says: [/DNAME/, /\bd\b/, FILE] },
  { title: 'has a DS at the apex', zone: withLine(`@ DS 1 13 2 ${'00'.repeat(32)}`), says: [/DS/, FILE] },
  {
    title: 'has a DS without delegation',
    zone: withLine(`www DS 1 13 2 ${'00'.repeat(32)}`),
    says: [/DS/, /www/, FILE],
  },
  { title: 'has a type that nobody knows', zone: withLine('x AAAAA ::1'), says: [`${NEXT}:3:`, 'AAAAA'] },
  { title: 'has a directive that nobody knows', zone: withLine('$INKLUDE x'), says: [`${NEXT}:1:`, '$INKLUDE'] },
  { title: 'has a TTL beyond 31 bits', zone: withLine('x 4294967296 A 192.0.2.1'), says: [`${NEXT}:3:`, '4294967296'] },
  { title: 'is of another class', zone: withLine('x CH A 192.0.2.1'), says: [`${NEXT}:3:`, 'CH'] },
  {
    title: 'has a label of 64 octets',
    zone: withLine(`${'a'.repeat(64)} A 192.0.2.1`),
    says: [`${NEXT}:1:`, /label|63/],
  },
  {
    title: 'has a name of 256 octets',
    zone: withLine(`${`${'a'.repeat(60)}.`.repeat(4)}aaa A 192.0.2.1`),
    says: [`${NEXT}:1:`, /name|255/],
  },
  { title: 'has a text of 256 octets', zone: withLine(`x TXT "${'a'.repeat(256)}"`), says: [`${NEXT}:7:`, /255/] },
  {
    title: 'has a record of more than 65535 octets',
    zone: withLine(`x TXT ( ${'"a" '.repeat(40_000)})`),
    says: [`${NEXT}:`],
  },
  { title: 'has a token of 10 MB', zone: withLine(`x TXT ${'a'.repeat(10_000_000)}`), says: [`${NEXT}:1:`] },
  { title: 'is one token of 10 MB', zone: 'a'.repeat(10_000_000), says: [`${FILE}:1:1:`] },
  {
    title: 'opens ten million parentheses',
    zone: withLine('('.repeat(10_000_000)),
    says: [`${NEXT}:1:`, 'Close it with ")"'],
  },
  {
    title: 'generates without end',
    zone: withLine('$GENERATE 0-4294967295 h$ A 192.0.2.1'),
    says: [`${NEXT}:`, /\$GENERATE/],
  },
  {
    title: 'generates a field of a billion digits',
    zone: withLine(`$GENERATE 1-2 h$${'{0,999999999,d}'} A 192.0.2.1`),
    says: [`${NEXT}:`],
  },
];

describe('a zone that', () => {
  const scene = createScene(suiteDirectory());
  beforeAll(async () => {
    await makeSignable(scene);
    await scene.succeed(['sign', FILE]);
  });

  it.each(BAD)('$title is refused; the old signed file stays', async ({ zone, says }) => {
    scene.write(FILE, zone);
    const { stderr } = await expectRefusal(scene, ['sign', FILE], { code: 'ZONE_INVALID', says });
    // Whatever the zone holds: what is said of it fits on a few screens, and no terminal obeys it.
    expect(stderr.length).toBeLessThan(10_000);
    expect(stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]/);
  });
});

describe('a zone file that cannot be read', () => {
  const scene = createScene(suiteDirectory());
  beforeAll(async () => {
    await makeSignable(scene);
    await scene.succeed(['sign', FILE]);
  });
  const include = (...lines: readonly string[]) => `${ZONE}${lines.join('\n')}\n`;

  it('because it is not there: the places that were looked at are named', async () => {
    await expectRefusal(scene, ['sign', 'nowhere.zone'], {
      code: 'ZONE_NOT_FOUND',
      says: ['"nowhere.zone"', scene.path('nowhere.zone')],
    });
  });

  it('because it is a directory', async () => {
    mkdirSync(scene.path('zones.d'), { recursive: true });
    const { stderr } = await scene.run(['sign', 'zones.d']);
    expect(stderr).toMatch(/^error: .*zones\.d/);
    await expectRefusal(scene, ['verify', 'zones.d'], { code: 'FILE_UNREADABLE', says: ['zones.d', 'directory'] });
  });

  it('because it never ends: it is not read for ever', async () => {
    await expectRefusal(scene, ['sign', '-o', 'example.test', '-f', 'out', '/dev/zero'], {
      code: 'ZONE_INVALID',
      says: ['/dev/zero:1:'],
    });
  });

  it('because what it includes is missing: both places are named', async () => {
    scene.write(FILE, include('$INCLUDE absent.inc'));
    await expectRefusal(scene, ['sign', FILE], {
      code: 'ZONE_INVALID',
      says: [`${NEXT}:10:`, 'absent.inc', 'no such file'],
    });
  });

  it('because it includes itself', async () => {
    scene.write(FILE, include(`$INCLUDE ${FILE}`));
    await expectRefusal(scene, ['sign', FILE], { code: 'ZONE_INVALID', says: [`${NEXT}:10:`, /itself|cycle|already/] });
  });

  it('because it includes itself by way of others and of a symbolic link', async () => {
    mkdirSync(scene.path('parts'), { recursive: true });
    if (!existsSync(scene.path('parts/back'))) symlinkSync(`../${FILE}`, scene.path('parts/back'));
    scene.write('parts/a', '$INCLUDE b\n');
    scene.write('parts/b', '$INCLUDE back\n');
    scene.write(FILE, include('$INCLUDE parts/a'));
    await expectRefusal(scene, ['sign', FILE], {
      code: 'ZONE_INVALID',
      says: ['parts/b:1:10:', /itself|cycle|already/],
    });
  });

  it('because its inclusions are nested more than 16 deep', async () => {
    for (let i = 0; i < 20; i++) scene.write(`deep/${i}`, `$INCLUDE ${i + 1}\n`);
    scene.write('deep/20', 'deep A 192.0.2.1\n');
    scene.write(FILE, include('$INCLUDE deep/0'));
    await expectRefusal(scene, ['sign', FILE], { code: 'ZONE_INVALID', says: [/deep\/1[0-9]:1:10:/, '16'] });
  });

  it('because it includes itself many times over, without ever ending', async () => {
    // Each of the files includes the next one ten times: 10^14 inclusions if nobody counts.
    for (let i = 0; i < 14; i++) scene.write(`wide/${i}`, `$INCLUDE ${i + 1}\n`.repeat(10));
    scene.write('wide/14', `x TXT "${'a'.repeat(250)}"\n`.repeat(1000));
    scene.write(FILE, include('$INCLUDE wide/0'));
    const { stderr } = await expectRefusal(scene, ['sign', FILE], { code: 'ZONE_INVALID', says: [] });
    expect(stderr).toMatch(/wide\/\d+:\d+:10: .*more than once/);
  });

  it('because it includes a pipe that nobody writes to, or a device', async () => {
    spawnSync('mkfifo', [scene.path('pipe')]);
    for (const path of ['pipe', '/dev/zero', '.']) {
      scene.write(FILE, include(`$INCLUDE ${path}`));
      await expectRefusal(scene, ['sign', FILE], {
        code: 'ZONE_INVALID',
        says: [`${NEXT}:10:`, /not a plain file|directory/],
      });
    }
  });
});

describe('what is in the way of a good zone', () => {
  const scene = createScene(suiteDirectory());
  beforeAll(() => makeSignable(scene));

  it('an origin that is not the zone: what the file holds is named', async () => {
    await expectRefusal(scene, ['sign', '-o', 'example.org', FILE], {
      code: 'ZONE_INVALID',
      says: [/example\.org/, /example\.test/],
    });
  });

  it.each([
    ['is cut', (signed: string) => signed.slice(0, signed.lastIndexOf('RRSIG') + 8)],
    ['is cut within its first record', (signed: string) => signed.slice(0, signed.indexOf('SOA') + 5)],
    ['is empty', () => ''],
  ])('a previous signed file that %s: it is replaced with --full only, and by a newer serial', async (_, damage) => {
    await scene.succeed(['sign', '--full', FILE]);
    const signed = scene.read(SIGNED);
    scene.write(SIGNED, damage(signed));
    await expectRefusal(scene, ['sign', FILE], { code: 'ZONE_INVALID', says: [SIGNED, '--full'] });
    await scene.succeed(['sign', '--full', FILE]);
    if (/\sSOA\s.*\n/.test(damage(signed))) {
      expect(soaSerial(scene.read(SIGNED))).toBeGreaterThan(soaSerial(signed));
    }
    await scene.succeed(['verify', SIGNED]);
  });

  it.each([
    ['a file of another kind', noise(5000)],
    ['the signed file of another zone', ZONE.replaceAll('example.test', 'example.org')],
    ['a text', 'Dear diary\n'],
  ])('%s in the place of the signed file: it is never replaced', async (_, content) => {
    scene.write('other', content);
    await expectRefusal(scene, ['sign', '-f', 'other', FILE], { code: 'ZONE_INVALID', says: ['other'] });
    await expectRefusal(scene, ['sign', '--full', '-f', 'other', FILE], { code: 'ZONE_INVALID', says: ['other'] });
  });

  it('an output that is the zone file itself, by whatever path', async () => {
    symlinkSync(FILE, scene.path('link'));
    linkSync(scene.path(FILE), scene.path('hard'));
    for (const output of [FILE, `./${FILE}`, scene.path(FILE), 'link', 'hard']) {
      await expectRefusal(scene, ['sign', '--full', '-f', output, FILE], {
        code: 'USAGE',
        says: [`${output} is the unsigned zone file`],
      });
    }
  });

  it('an output that is a key file', async () => {
    for (const output of readdirSync(scene.directory).filter((name) => name.startsWith('K'))) {
      await expectRefusal(scene, ['sign', '--full', '-f', output, FILE], { code: 'USAGE', says: [output] });
    }
  });

  it('an output that is a pipe nobody writes to, a device or a directory', async () => {
    spawnSync('mkfifo', [scene.path('fifo')]);
    mkdirSync(scene.path('somewhere'));
    for (const output of ['fifo', '/dev/full', '/dev/null', 'somewhere']) {
      await expectRefusal(scene, ['sign', '-f', output, FILE], { code: 'FILE_UNWRITABLE', says: [output] });
    }
  });
});

const soaSerial = (text: string) => Number(/\sSOA\s+\S+\s+\S+\s+(\d+)/.exec(text)?.[1]);
