import { describe, expect, it } from 'vitest';
import { createScene, expectRefusal, ZONE } from './scene.ts';

const RIGHT = `# yaml-language-server: $schema=docs/dnssec.schema.json
policies:
  mine:
    keys: { ksk: { lifetime: 2y } }
    rollover: { mode: manual }
  spare: { keys: none }
zones:
  example.test:
    policy: mine
`;

const WRONG = `policies:
  mine:
    keys: { ksk: { lifetime: 1d } }
    signatures: { refresh: 28d }
    zonemd: yes
zones:
  example.test: { policy: mien }
`;

describe('dnssec config', () => {
  it('check accepts what is right, warns of what is not meant, and changes nothing', async () => {
    const scene = createScene();
    scene.write('zones/example.test.zone', ZONE);
    scene.write('dnssec.yaml', RIGHT);
    const before = scene.snapshot();
    const { code, stdout, stderr } = await scene.run(['config', 'check']);
    expect(code).toBe(0);
    expect(stdout).toBe(
      'file: dnssec.yaml, without mistakes\nzones: 1\npolicies: default (built in, 0 zones), mine (1 zone), spare (0 zones)\n',
    );
    expect(stderr).toMatch(/^dnssec\.yaml:6:3: warning: no zone has the policy spare\n/);
    expect(scene.snapshot()).toEqual(before);
  });

  it.each<[string, readonly string[], string]>([
    ['here', ['config', 'check'], 'dnssec.yaml'],
    ['under another name', ['config', 'check', '--config', 'etc/new.yaml'], 'etc/new.yaml'],
    ['also when it is shown', ['config', 'show', 'example.test', '--config', 'etc/new.yaml'], 'etc/new.yaml'],
  ])('refuses a configuration with mistakes %s: all at once, with line and column', async (_, args, file) => {
    const scene = createScene();
    scene.write(file, WRONG);
    await expectRefusal(scene, args, {
      code: 'CONFIG_INVALID',
      says: [
        `the configuration ${file} has 4 mistakes`,
        `${file}:3:30: error: the lifetime of the ksk, 1d, must be longer than the 2d4h5m that a roll takes`,
        `${file}:4:28: error: signatures would be renewed nearly all the time`,
        `${file}:5:13: error: policies.mine.zonemd must be true or false`,
        `${file}:7:27: error: there is no policy "mien"`,
        '    keys: { ksk: { lifetime: 1d } }',
        'Did you mean mine?',
      ],
    });
  });

  it('show tells where each value comes from', async () => {
    const scene = createScene();
    scene.write('zones/example.test.zone', ZONE);
    scene.write('dnssec.yaml', RIGHT);
    const { stdout } = await scene.succeed(['config', 'show', 'example.test']);
    expect(stdout).toMatch(/^policy: mine +# zone \(dnssec\.yaml:9\)$/m);
    expect(stdout).toMatch(/^keys\.ksk\.lifetime: 730d +# policy mine \(dnssec\.yaml:4\)$/m);
    expect(stdout).toMatch(/^rollover\.algorithm: conservative +# built in$/m);
    await expectRefusal(scene, ['config', 'show', 'exmaple.test'], {
      code: 'ZONE_NOT_FOUND',
      says: ['exmaple.test', 'Did you mean example.test?'],
    });
  });

  it('asks for one of its commands, and suggests the nearest', async () => {
    const scene = createScene();
    await expectRefusal(scene, ['config'], { code: 'USAGE', says: ['check, show'] });
    await expectRefusal(scene, ['config', 'chekc'], { code: 'USAGE', says: ['check'] });
  });
});

describe('dnssec add', () => {
  it('keeps the first line that names the schema for editors', async () => {
    const scene = createScene();
    const first = '# yaml-language-server: $schema=docs/dnssec.schema.json\n';
    scene.write('zones/example.test.zone', ZONE);
    scene.write('dnssec.yaml', first);
    await scene.succeed(['add', 'zones/example.test.zone']);
    expect(scene.read('dnssec.yaml')).toBe(`${first}zones:\n  example.test:\n    file: zones/example.test.zone\n`);
  });
});
