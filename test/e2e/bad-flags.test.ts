import { beforeAll, describe, expect, it } from 'vitest';
import { createScene, expectRefusal, makeSignable, suiteDirectory } from './scene.ts';

const FILE = 'example.test.zone';
const SIGNED = `${FILE}.signed`;

describe('a command line that makes no sense is refused, and nothing is done', () => {
  const scene = createScene(suiteDirectory());
  let key = '';
  beforeAll(async () => {
    [key] = await makeSignable(scene);
    await scene.succeed(['sign', FILE]);
  });

  it.each<[string, readonly string[], readonly (string | RegExp)[]]>([
    ['an end in the past', ['-e', 'now-1d'], ['expired already', '-e']],
    ['an end in the past, as a date', ['-e', '20200101000000'], ['expired already']],
    ['an end before the start', ['-s', 'now+2d', '-e', 'now+1d'], ['end before they begin']],
    ['an end that is no date', ['-e', '20261399000000'], ['20261399000000', 'is not a time']],
    ['an end that is no time', ['-e', 'tomorrow'], ['tomorrow', 'YYYYMMDDHHMMSS']],
    ['an empty end', ['-e', ''], ['-e', 'empty']],
    ['an end that RRSIG cannot hold', ['-e', '22000101000000'], ['2106']],
    ['an end that is further than numbers go', ['-e', 'now+99999999999999y'], ['is not a time']],
    ['a start before 1970', ['-s', '19691231235959'], ['1970']],
    ['a start that is no time', ['-s', '-'], ['is not a time']],
    ['a salt that is not hexadecimal', ['-3', 'xyz!'], ['xyz!', 'hexadecimal']],
    ['a salt with half an octet', ['-3', 'abc'], ['abc', 'even number']],
    ['a salt of 256 octets', ['-3', 'ab'.repeat(256)], ['510']],
    ['an empty salt', ['-3', ''], ['salt']],
    ['NSEC with a salt', ['--nsec', '-3', 'abcd'], ['--nsec', '-3']],
    ['NSEC with opt-out', ['--nsec', '-A'], ['--nsec', '-A']],
    ['iterations that are no number', ['-H', 'many'], ['many', '-H']],
    ['more iterations than resolvers follow', ['-H', '65535'], ['65535', '-H']],
    ['negative iterations', ['-H', '-1'], ['-H']],
    ['jitter that is no duration', ['-j', 'soon'], ['soon', '-j']],
    ['jitter longer than the validity', ['-j', '60d'], ['-j', '-e']],
    ['negative jitter', ['-j', '-5'], ['-j']],
    ['a refresh that is longer than the validity', ['-i', '31d'], ['-i', '-e']],
    ['no threads', ['-n', '0'], ['-n', '256']],
    ['too many threads', ['-n', '1000000'], ['-n', '256']],
    ['threads in hexadecimal', ['-n', '0x2'], ['0x2', '-n']],
    ['a serial policy that nobody knows', ['-N', 'random'], ['random', 'unixtime']],
    ['an origin that is no name', ['-o', 'a..b'], ['a..b']],
    ['an origin that is too long', ['-o', `${'a'.repeat(64)}.test`], ['label too long']],
    ['an empty output', ['-f', ''], ['-f']],
    ['an empty key directory', ['-K', ''], ['-K']],
    ['a flag that nobody knows', ['--sdlfkj'], ['--sdlfkj', 'dnssec sign --help']],
    ['a flag without its value', ['-e'], ['-e', 'dnssec sign --help']],
    ['every zone and this one', ['--all'], ['--all']],
    ['a configuration that is not there', ['--config', 'nowhere.yaml'], ['nowhere.yaml', 'no such file']],
  ])('sign with %s', async (_, flags, says) => {
    const code = flags[0] === '--config' ? 'FILE_UNREADABLE' : 'USAGE';
    await expectRefusal(scene, ['sign', FILE, ...flags], { code, says });
  });

  it.each<[string, readonly string[], readonly (string | RegExp)[]]>([
    ['sign without a zone', ['sign'], ['--all']],
    ['sign of several zones into one file', ['sign', FILE, SIGNED, '-f', 'out'], ['-f']],
    ['keygen without a zone', ['keygen'], ['zone']],
    ['keygen for two zones', ['keygen', 'a.test', 'b.test'], ['dnssec keygen --help']],
    ['keygen for what is no name', ['keygen', 'a..b'], ['a..b']],
    ['keygen for a path', ['keygen', '../../etc/passwd'], ['../../etc/passwd']],
    ['keygen for an empty name', ['keygen', ''], []],
    ['keygen with an algorithm that nobody knows', ['keygen', '-a', 'ROT13', 'example.test'], ['ROT13']],
    ['keygen with too few bits', ['keygen', '-a', 'RSASHA256', '-b', '1024', 'example.test'], ['1024', '2048']],
    ['keygen with too many bits', ['keygen', '-a', 'RSASHA256', '-b', '65536', 'example.test'], ['65536', '4096']],
    ['keygen with a role that nobody knows', ['keygen', '--role', 'boss', 'example.test'], ['boss', 'csk']],
    ['keygen with roles that differ', ['keygen', '-f', 'KSK', '--role', 'zsk', 'example.test'], ['-f', '--role']],
    ['keygen for a host', ['keygen', '-n', 'HOST', 'example.test'], ['HOST']],
    ['keygen with a time that is none', ['keygen', '-P', 'soon', 'example.test'], ['soon']],
    ['keygen with a TTL that is none', ['keygen', '-L', 'long', 'example.test'], ['long']],
    ['ds in a format that nobody knows', ['ds', '--format', 'xml', 'example.test'], ['xml', 'ovh']],
    ['sign of every zone into one file', ['sign', '--all', '-f', 'out'], ['-f']],
    ['verify of nothing', ['verify'], ['dnssec verify --help']],
    ['verify at no time', ['verify', '--at', 'teatime', SIGNED], ['teatime']],
    ['add of standard input', ['add', '-'], ['standard input']],
  ])('%s', async (_, args, says) => {
    await expectRefusal(scene, args, { code: 'USAGE', says });
  });

  it.each(['RSASHA1', 'NSEC3RSASHA1', 'RSAMD5', 'DSA', '12'])(
    'keygen with the algorithm %s, which is broken',
    async (name) => {
      await expectRefusal(scene, ['keygen', '-a', name, 'example.test'], { code: 'KEY_UNSUPPORTED', says: [name] });
    },
  );

  it('ds of a zone without keys', async () => {
    await expectRefusal(scene, ['ds', 'example.org'], { code: 'KEY_MISSING', says: ['example.org', 'dnssec keygen'] });
  });

  it('ds of a key that is not there', async () => {
    const args = ['ds', 'Kexample.test.+013+00001.key'];
    await expectRefusal(scene, args, { code: 'KEY_MISSING', says: ['Kexample.test.+013+00001'] });
  });

  it('keys export over a file that is there', async () => {
    await expectRefusal(scene, ['keys', 'export', key, '--format', 'pem', '-f', FILE], {
      code: 'KEY_EXISTS',
      says: [FILE],
    });
  });

  it('sign --all where there is nothing to sign: a timer in the wrong directory must not go unnoticed', async () => {
    const refusal = { code: 'ZONE_NOT_FOUND', says: ['dnssec.yaml', scene.directory, '--config'] } as const;
    await expectRefusal(scene, ['sign', '--all'], refusal);
    scene.write('dnssec.yaml', 'directories: { keys: . }\n');
    await expectRefusal(scene, ['sign', '--all'], refusal);
  });
});

describe('flags that are unusual and right', () => {
  it('an end that has passed for the old file, but not for the new one', async () => {
    const scene = createScene();
    await makeSignable(scene);
    await scene.succeed(['sign', '-s', 'now-1h', '-e', 'now+2h', '-i', '10m', FILE]);
    const { code, stdout } = await scene.run(['verify', '--at', 'now+3h', SIGNED]);
    expect(stdout).toContain('expired');
    expect(code).toBe(3);
    await scene.succeed(['sign', FILE]);
    await scene.succeed(['verify', '--at', 'now+3h', SIGNED]);
  });

  it('a start to come: the zone is verified as it will be then', async () => {
    const scene = createScene();
    await makeSignable(scene);
    await scene.succeed(['sign', '-s', 'now+1d', FILE]);
    expect((await scene.run(['verify', SIGNED])).code).toBe(3);
    await scene.succeed(['verify', '--at', 'now+25h', SIGNED]);
  });

  it('files whose names begin with a dash', async () => {
    const scene = createScene();
    await makeSignable(scene);
    scene.write('-e', scene.read(FILE));
    await scene.succeed(['sign', '-o', 'example.test', '--', '-e']);
    await scene.succeed(['verify', './-e.signed']);
  });

  it('a zone on standard input', async () => {
    const scene = createScene();
    await makeSignable(scene);
    const { stdout } = await scene.succeed(['sign', '-o', 'example.test', '-'], { input: scene.read(FILE) });
    scene.write('signed', stdout);
    await scene.succeed(['verify', 'signed']);
  });
});
