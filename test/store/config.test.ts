import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DnssecError } from '../../src/base/errors.ts';
import { DEFAULT_POLICY } from '../../src/rollover/policy.ts';
import { type Config, defaultConfig, loadConfig, policyFor } from '../../src/store/config.ts';
import { parseConfig } from '../../src/store/config-parse.ts';
import { recordZone } from '../../src/store/config-record.ts';
import { configuredZones, resolveZone } from '../../src/store/zone-lookup.ts';

const DAY = 86_400;

const WHOLE = `
directories: { zones: zones, keys: keys, state: state }
policies:
  default:                              # what holds where nothing is said
    keys:
      ksk: { algorithm: ECDSAP256SHA256, lifetime: 1y }
      zsk: { algorithm: ECDSAP256SHA256, lifetime: 90d }
    signatures: { validity: 30d, refresh: 7d12h, jitter: 12h }
    denial: { type: nsec3, salt-length: 8, salt-lifetime: 30d, iterations: 0, opt-out: false }
    serial: increment
    zonemd: false
    timing: { dnskey-ttl: 1h, publish-safety: 1h, retire-safety: 1h, max-zone-ttl: 1d, zone-propagation: 5m,
              ds-ttl: 1d, parent-propagation: 1h, registration-delay: 24h, purge-keys: 90d }
  classic:
    keys: { ksk: { algorithm: RSASHA512, bits: 4096, lifetime: 2y }, zsk: { algorithm: RSASHA512, bits: 2048 } }
  single:
    keys: { csk: { lifetime: unlimited } }
    denial: { type: nsec }
registrars:
  ovh: { type: ovh, endpoint: ovh-eu, credentials: ovh.conf }
zones:
  Example.COM.:
    file: zones/example.com.zone
    policy: classic
    registrar: ovh
    observe: { servers: auto, parent: [ 192.0.2.1, "[2001:db8::1]:5353" ] }
    after-sign: [ "nsd-control reload example.com" ]
    notify: [ 192.0.2.53 ]
  example.net:
  example.org: { observe: off, policy: single }
resolver: { root-hints: builtin, trust-anchor: builtin }
alerts: { mail: { to: someone@example.com } }
`;

const ADDRESS =
  'must be an IP address, alone or with a port: 192.0.2.1, 2001:db8::1, 192.0.2.1:5353 or "[2001:db8::1]:5353"';

/** The mistakes in a configuration: place, message and hint. */
function mistakes(text: string): string[] {
  try {
    parseConfig(text, '/etc/dnssec/dnssec.yaml', 'dnssec.yaml');
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', exitCode: 2 });
    return (error as DnssecError).diagnostics.map(
      ({ line, column, message, hint }) => `${line}:${column} ${message}${hint === undefined ? '' : ` | ${hint}`}`,
    );
  }
  return [];
}

describe('a configuration', () => {
  it('for the whole product is read', () => {
    const config = parseConfig(WHOLE, '/srv/dns/dnssec.yaml', 'dnssec.yaml');
    expect(config.directories).toEqual({ zones: '/srv/dns/zones', keys: '/srv/dns/keys', state: '/srv/dns/state' });
    expect(config.policies.get('default')).toEqual(DEFAULT_POLICY);
    expect([...config.zones.keys()]).toEqual(['example.com', 'example.net', 'example.org']);
    expect(config.zones.get('example.com')).toMatchObject({
      file: '/srv/dns/zones/example.com.zone',
      registrar: 'ovh',
      observe: {
        servers: 'auto',
        parent: [
          { address: '192.0.2.1', port: 53 },
          { address: '2001:db8::1', port: 5353 },
        ],
      },
      afterSign: ['nsd-control reload example.com'],
      notify: ['192.0.2.53'],
    });
    expect(config.zones.get('example.net')).toMatchObject({ file: undefined, policy: DEFAULT_POLICY });
    expect(config.zones.get('example.org')?.observe).toEqual({ servers: 'off', parent: 'off' });
    expect(config.registrars.get('ovh')).toEqual({ type: 'ovh', endpoint: 'ovh-eu', credentials: 'ovh.conf' });
    expect(config.alerts).toEqual({ mail: { to: 'someone@example.com' } });
  });

  it('as docs/configuration.md shows it is right, and its default policy the built-in one', () => {
    const page = fs.readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const config = parseConfig(example, '/srv/dns/dnssec.yaml', 'dnssec.yaml');
    expect(config.policies.get('default')).toEqual(DEFAULT_POLICY);
    expect([...config.zones.keys()]).toEqual(['example.com']);
  });

  it('names only what differs: a policy is filled from default, and default from what is built in', () => {
    const config = parseConfig(WHOLE, '/srv/dns/dnssec.yaml', 'dnssec.yaml');
    expect(policyFor(config, 'example.com').keys).toEqual({
      kind: 'pair',
      ksk: { algorithm: 10, bits: 4096, lifetime: 730 * DAY },
      zsk: { algorithm: 10, bits: 2048, lifetime: 90 * DAY },
    });
    expect(policyFor(config, 'example.com').signatures).toEqual(DEFAULT_POLICY.signatures);
    expect(policyFor(config, 'example.org')).toMatchObject({
      keys: { kind: 'csk', csk: { algorithm: 13, bits: undefined, lifetime: undefined } },
      denial: { ...DEFAULT_POLICY.denial, type: 'nsec' },
    });
    expect(policyFor(config, 'not.there')).toEqual(DEFAULT_POLICY);
    const longer = parseConfig('policies: { a: {}, default: { signatures: { validity: 40d } } }', '/c', 'c');
    expect(longer.policies.get('a')?.signatures).toEqual({ ...DEFAULT_POLICY.signatures, validity: 40 * DAY });
  });

  it('says how keys are rolled, each part inherited on its own', () => {
    const config = parseConfig(
      'policies: { a: { rollover: { algorithm: liberal } }, b: {}, default: { rollover: { mode: manual } } }',
      '/c',
      'c',
    );
    expect(config.policies.get('a')?.rollover).toEqual({ mode: 'manual', algorithm: 'liberal' });
    expect(config.policies.get('b')?.rollover).toEqual({ mode: 'manual', algorithm: 'conservative' });
  });

  it('may want no keys at all, and policies below it some again', () => {
    const config = parseConfig(
      'policies: { default: { keys: none, zonemd: true }, a: {}, b: { keys: { csk: { lifetime: 2y } } }, c: { keys: { } } }',
      '/c',
      'c',
    );
    expect(config.policies.get('default')).toEqual({ ...DEFAULT_POLICY, keys: { kind: 'none' }, zonemd: true });
    expect(config.policies.get('a')?.keys).toEqual({ kind: 'none' });
    expect(config.policies.get('b')?.keys).toEqual({
      kind: 'csk',
      csk: { algorithm: 13, bits: undefined, lifetime: 730 * DAY },
    });
    expect(config.policies.get('c')?.keys).toEqual({ kind: 'none' });
  });

  it('knows the policy insecure without a definition: default, and no keys', () => {
    const config = parseConfig(
      'policies: { default: { zonemd: true } }\nzones: { a: { policy: insecure } }',
      '/c',
      'c',
    );
    expect(policyFor(config, 'a')).toEqual({
      ...DEFAULT_POLICY,
      name: 'insecure',
      keys: { kind: 'none' },
      zonemd: true,
    });
  });

  it.each<[string, object]>([
    ['{ denial: { type: nsec } }', { kind: 'none' }],
    ['{ keys: none }', { kind: 'none' }],
    ['{ keys: { csk: {} } }', { kind: 'csk', csk: DEFAULT_POLICY.keys.kind === 'pair' && DEFAULT_POLICY.keys.ksk }],
  ])('insecure: %s is what that says, and no keys unless it names them', (said, keys) => {
    const config = parseConfig(`policies: { insecure: ${said} }\nzones: { a: { policy: insecure } }`, '/c', 'c');
    expect(policyFor(config, 'a').keys).toEqual(keys);
  });

  it('may be empty, in whole or in parts', () => {
    for (const text of [
      '',
      '# nothing\n',
      '{}',
      'zones:\npolicies:\nregistrars:\nalerts:\ndirectories:\nresolver:\n',
    ]) {
      expect(parseConfig(text, '/srv/dnssec.yaml', 'x')).toEqual({
        ...defaultConfig('/srv'),
        file: '/srv/dnssec.yaml',
      });
    }
  });
});

describe('a mistake in the configuration is told with its place', () => {
  it.each<[string, string]>([
    ['zonse: {}', '1:1 there is no key zonse | Did you mean zones?'],
    ['a: 1\n', '1:1 there is no key a | Known here: directories, policies, registrars, zones, resolver, alerts.'],
    ['zones:\n  example.com:\n    plicy: x', '3:5 there is no key zones.example.com.plicy | Did you mean policy?'],
    [
      'policies:\n  p:\n    denial: { type: nsec3, saltlength: 8 }',
      '3:28 there is no key policies.p.denial.saltlength | Did you mean salt-length?',
    ],
    ['policies: { p: { serial: incremnt } }', '1:26 policies.p.serial must be one of increment, unixtime, date, keep'],
    ['policies: { p: { zonemd: yes } }', '1:26 policies.p.zonemd must be true or false'],
    [
      'policies: { p: { signatures: { validity: 30 days } } }',
      '1:42 policies.p.signatures.validity must be a duration, such as 30d, 12h, 1w2d or seconds',
    ],
    [
      'policies: { p: { signatures: { validity: 100y } } }',
      '1:42 policies.p.signatures.validity is longer than 68 years',
    ],
    [
      'policies: { p: { denial: { iterations: 151 } } }',
      '1:40 policies.p.denial.iterations must be a whole number from 0 to 150',
    ],
    [
      'policies: { p: { denial: { salt-length: 1.5 } } }',
      '1:41 policies.p.denial.salt-length must be a whole number from 0 to 255',
    ],
    [
      'policies: { p: { keys: { ksk: { lifetime: soon } } } }',
      '1:43 policies.p.keys.ksk.lifetime must be a duration, such as 90d or 1y, or unlimited',
    ],
    ['policies: { p: { keys: { csk: {}, zsk: {} } } }', '1:31 a csk stands instead of ksk and zsk, not beside them'],
    [
      'policies: { p: { keys: { ksk: { algorithm: RSASHA256 } } } }',
      '1:24 ksk and zsk must have the same algorithm, not RSASHA256 and ECDSAP256SHA256 | Name it for both.',
    ],
    ['policies: { p: { keys: { csk: { bits: 2048 } } } }', '1:39 ECDSAP256SHA256 has one size only: leave bits out'],
    [
      'policies: { p: { signatures: { refresh: 30d } } }',
      '1:30 signatures would fall due as soon as they are made: validity must be longer than refresh and jitter together' +
        ' | refresh is 30d and jitter 12h, validity 30d.',
    ],
    ['policies: { p: { keys: nothing } }', '1:24 policies.p.keys must have ksk and zsk, or csk, or be none'],
    [
      'policies: { p: { keys: { none: true } } }',
      '1:26 there is no key policies.p.keys.none | Known here: ksk, zsk, csk.',
    ],
    [
      'policies: { p: { keys: { ksk: { algorithm: [13] } } } }',
      '1:44 policies.p.keys.ksk.algorithm must be the name or number of an algorithm',
    ],
    ['policies: { p: { rollover: { mode: auto } } }', '1:36 policies.p.rollover.mode must be one of automatic, manual'],
    [
      'policies: { p: { rollover: { algorithm: careful } } }',
      '1:41 policies.p.rollover.algorithm must be one of conservative, liberal',
    ],
    ['policies: { p: { rollover: manual } }', '1:28 policies.p.rollover must be a mapping (key: value)'],
    ['zones: { a: { policy: insecur } }', '1:23 there is no policy "insecur" | Did you mean insecure?'],
    ['policies: 3', '1:11 policies must be a mapping (key: value)'],
    ['policies: { p: [] }', '1:16 policies.p must be a mapping (key: value)'],
    ['zones: { example.com: { policy: defualt } }', '1:33 there is no policy "defualt" | Did you mean default?'],
    ['zones: { example.com: { registrar: ovh } }', '1:36 there is no registrar "ovh" | Describe it under registrars.'],
    ['zones: { example.com: {}, EXAMPLE.com.: {} }', '1:27 zone example.com is configured twice'],
    ['zones: { a..b: {} }', '1:10 "a..b" is not a zone name: empty label'],
    ['zones: { a: { file: [] } }', '1:21 zones.a.file must be text'],
    ['zones: { a: { file: } }', '1:15 zones.a.file must be text'],
    ['registrars: { x: { type: ovhh } }', '1:26 registrars.x.type must be one of ovh, cds, update, command, manual'],
    ['- a', '1:1 the configuration must be a mapping (key: value)'],
    ['zones: {}\nzones: {}', '2:1 Map keys must be unique'],
    ['zones: [', '1:9 Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ])('%j', (text, mistake) => {
    expect(mistakes(text)).toEqual([mistake]);
  });

  it.each([
    ['[ ns1.example ]', 36, '.0', ADDRESS],
    ['[ 192.0.2.1, off ]', 47, '.1', ADDRESS],
    ['[ "192.0.2.1:0" ]', 36, '.0', ADDRESS],
    ['[ [ ::1 ] ]', 36, '.0', ADDRESS],
    ['[ 53 ]', 36, '.0', ADDRESS],
    ['no', 34, '', ADDRESS],
    ['[]', 34, '', 'must name a server; to ask none, say off'],
    ['{}', 34, '', 'must be auto, off or a list of addresses'],
    ['', 26, '', 'must be auto, off or a list of addresses'],
  ])('in servers to ask: %s', (parent, column, part, words) => {
    const text = `zones: { a: { observe: { parent: ${parent} } } }`;
    expect(mistakes(text)).toEqual([`1:${column} zones.a.observe.parent${part} ${words}`]);
  });

  it('names an algorithm that is refused, and those that are not', () => {
    expect(mistakes('policies: { p: { keys: { ksk: { algorithm: RSAMD5 } } } }')).toEqual([
      expect.stringMatching(/^1:44 policies\.p\.keys\.ksk\.algorithm: .*RSAMD5.*ECDSAP256SHA256/),
    ]);
  });

  it('and all of them at once, in the order of the file', () => {
    expect(
      mistakes('resolver: { x: 1 }\nzones: { a: { policy: b } }\npolicies: { p: { zonemd: 1, serial: 2 } }\nq: 1').map(
        (mistake) => mistake.split(' ')[0],
      ),
    ).toEqual(['1:13', '2:23', '3:26', '3:37', '4:1']);
  });

  it('also those that come to light in the right parts of a section that is wrong elsewhere', () => {
    expect(
      mistakes(
        'policies: { p: { zonemd: 1, signatures: { refresh: 30d } }, q: { sreial: 1, keys: { csk: {}, ksk: {} } } }\n' +
          'zones: { a: { fiel: x, policy: nope, registrar: none }, b..c: { policy: nope } }',
      ).map((mistake) => mistake.split(' ')[0]),
    ).toEqual(['1:26', '1:41', '1:66', '1:90', '2:15', '2:32', '2:49', '2:57', '2:73']);
  });

  it('but nothing that is only so because something else could not be read', () => {
    expect(
      mistakes('policies: { p: { keys: { ksk: { lifetime: 10 days } }, timing: { max-zone-ttl: 100d } } }'),
    ).toEqual(['1:43 policies.p.keys.ksk.lifetime must be a duration, such as 90d or 1y, or unlimited']);
    expect(mistakes('policies: { default: { timing: 1h }, p: { keys: { ksk: { lifetime: 2d } } } }')).toHaveLength(1);
    expect(mistakes('policies: { default: { signatures: 1h }, p: { signatures: { refresh: 29d } } }')).toHaveLength(1);
  });

  it('in octets, also behind other scripts', () => {
    const text = 'directories: { zones: "zönes", kys: x }';
    try {
      parseConfig(text, '/c', 'c');
      expect.unreachable();
    } catch (error) {
      const [diagnostic] = (error as DnssecError).diagnostics;
      expect(diagnostic).toMatchObject({ column: 33, width: 3, text: Buffer.from(text).toString('latin1') });
    }
  });

  it('without blowing up on aliases', () => {
    const bomb = Array.from({ length: 12 }, (_, i) => `x${i}: &x${i} [${`*x${i - 1},`.repeat(9)}]`);
    bomb[0] = 'x0: &x0 [a]';
    const start = performance.now();
    expect(mistakes(bomb.join('\n'))).not.toEqual([]);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('whatever the text is', () => {
    for (const text of [
      '\0',
      '%YAML 9.9\n---\n',
      '!!js/function x',
      '&a *a',
      'zones: &a { x: *a }',
      '? {a: b} : c',
      '__proto__: 1',
      'zones: { __proto__: {} }',
      '--- a\n--- b',
    ]) {
      expect(Array.isArray(mistakes(text))).toBe(true);
    }
  });
});

describe('the configuration file', () => {
  let directory: string;
  beforeEach(() => {
    directory = fs.mkdtempSync(join(tmpdir(), 'dnssec-config-'));
    fs.mkdirSync(join(directory, 'zones'));
  });
  afterEach(() => fs.rmSync(directory, { recursive: true }));
  const load = (explicit?: string) => loadConfig({ cwd: directory, explicit, system: join(directory, 'system.yaml') });
  const put = (name: string, text: string) => fs.writeFileSync(join(directory, name), text);

  it('is the one named, else ./dnssec.yaml, else that of the system, else none', async () => {
    expect((await load()).file).toBeUndefined();
    put('system.yaml', 'zones: { system.example: }');
    expect([...(await load()).zones.keys()]).toEqual(['system.example']);
    put('dnssec.yaml', 'zones: { here.example: }');
    expect([...(await load()).zones.keys()]).toEqual(['here.example']);
    put('other.yaml', 'zones: { other.example: }');
    expect([...(await load('other.yaml')).zones.keys()]).toEqual(['other.example']);
    await expect(load('missing.yaml')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('that is not UTF-8 is refused', async () => {
    fs.writeFileSync(join(directory, 'dnssec.yaml'), Buffer.from([0x61, 0xff, 0xfe]));
    await expect(load()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('is what relative directories count from', async () => {
    fs.mkdirSync(join(directory, 'etc'));
    put('etc/d.yaml', 'directories: { keys: secret }\nzones: { a.example: { file: a.zone } }');
    const config = await load('etc/d.yaml');
    expect(config.directories.keys).toBe(join(directory, 'etc/secret'));
    expect(config.zones.get('a.example')?.file).toBe(join(directory, 'etc/a.zone'));
  });

  it('takes a zone in, and is made if it is not there', async () => {
    const first = await recordZone(await load(), 'example.com', { file: join(directory, 'zones/example.com.zone') });
    expect(first).toEqual({ file: join(directory, 'dnssec.yaml'), changed: true });
    expect(fs.readFileSync(first.file, 'utf8')).toBe('zones:\n  example.com:\n    file: zones/example.com.zone\n');
    // What a run that was killed while it wrote has left goes with the next one.
    put(`.dnssec.yaml.tmp-${2 ** 22 + 1}-0123456789ab`, 'zon');
    const again = await recordZone(await load(), 'example.com', { file: '/elsewhere' });
    expect(again.changed).toBe(false);
    await recordZone(await load(), 'example.net', { file: '/elsewhere/example.net', policy: 'default' });
    const config = await load();
    expect(config.zones.get('example.net')?.file).toBe('/elsewhere/example.net');
    expect(fs.readdirSync(directory).sort()).toEqual(['dnssec.yaml', 'zones']);
  });

  describe('finds a zone', () => {
    const find = (config: Config, argument: string) => resolveZone(config, directory, argument);

    it('by file, with the name and policy that the configuration has for that file', async () => {
      put('zones/a.zone', '');
      put('plain', '');
      put('dnssec.yaml', 'policies: { p: {} }\nzones: { a.example: { file: zones/a.zone, policy: p } }');
      const config = await load();
      expect(find(config, 'zones/a.zone')).toMatchObject({ file: 'zones/a.zone', name: 'a.example' });
      expect(find(config, 'zones/../zones/a.zone').policy.name).toBe('p');
      expect(find(config, 'plain')).toMatchObject({ file: 'plain', name: undefined, zone: undefined });
      fs.symlinkSync('zones/a.zone', join(directory, 'link'));
      expect(find(config, 'link').name).toBe('a.example');
    });

    it('by name in the configuration, in any case and with a trailing dot', async () => {
      put('zones/a.zone', '');
      put('dnssec.yaml', 'zones: { a.example: { file: zones/a.zone } }');
      const config = await load();
      for (const argument of ['a.example', 'A.Example.']) {
        expect(find(config, argument)).toMatchObject({ file: join(directory, 'zones/a.zone'), name: 'a.example' });
      }
    });

    it('by name in the usual spellings, in their order', async () => {
      const config = await load();
      for (const file of ['x.example', 'db.x.example.zone', 'x.example.db', 'db.x.example', 'x.example.zone']) {
        put(`zones/${file}`, '');
        expect(find(config, 'x.example').file).toBe(join(directory, 'zones', file));
      }
    });

    it('but no directory that is called like it', async () => {
      fs.mkdirSync(join(directory, 'x.example'));
      put('zones/x.example.zone', '');
      expect(find(await load(), 'x.example').file).toBe(join(directory, 'zones/x.example.zone'));
    });

    it('among all of them, also where the file is missing', async () => {
      put('zones/db.here.example', '');
      put('dnssec.yaml', 'zones: { gone.example: { file: gone.zone }, here.example: , lost.example: }');
      expect(configuredZones(await load()).map(({ name, file }) => [name, file])).toEqual([
        ['gone.example', join(directory, 'gone.zone')],
        ['here.example', join(directory, 'zones/db.here.example')],
        ['lost.example', join(directory, 'zones/lost.example.zone')],
      ]);
    });

    it('or says where it looked, and what is called nearly so', async () => {
      put('dnssec.yaml', 'zones: { example.com: { file: gone.zone } }');
      const config = await load();
      expect(() => find(config, 'exmaple.com')).toThrow(
        expect.objectContaining({
          code: 'ZONE_NOT_FOUND',
          hint: expect.stringMatching(/Did you mean example\.com\?.*zones\/exmaple\.com\.zone/),
        }),
      );
      expect(() => find(config, 'example.com')).toThrow(
        expect.objectContaining({ hint: expect.stringContaining('gone.zone') }),
      );
      for (const bad of ['a..b', '../../etc/passwd.d', 'x'.repeat(300)]) {
        expect(() => find(config, bad)).toThrow(expect.objectContaining({ code: 'ZONE_NOT_FOUND' }));
      }
    });
  });
});
