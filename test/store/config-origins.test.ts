import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { DEFAULT_POLICY, type KeysPolicy } from '../../src/rollover/policy.ts';
import { type Config, loadConfig } from '../../src/store/config.ts';
import { type SettingInForce, settingsInForce } from '../../src/store/config-origins.ts';
import { parseConfig } from '../../src/store/config-parse.ts';
import { policySettings } from '../../src/store/config-settings.ts';
import { resolveZoneOrGone } from '../../src/store/zone-lookup.ts';

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(join(tmpdir(), 'dnssec-origins-'));
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

async function load(text: string): Promise<Config> {
  fs.writeFileSync(join(directory, 'dnssec.yaml'), text);
  return loadConfig({ cwd: directory, system: join(directory, 'system.yaml') });
}

/** What is in force for a zone, by key. */
async function inForce(text: string, zone?: string): Promise<ReadonlyMap<string, SettingInForce>> {
  const config = await load(text);
  const choice = zone === undefined ? undefined : resolveZoneOrGone(config, directory, zone);
  return new Map((await settingsInForce(config, choice)).map((setting) => [setting.key, setting]));
}

const origin = (settings: ReadonlyMap<string, SettingInForce>, key: string) => {
  const { from, name, line } = settings.get(key)!.origin;
  return [from, ...(name === undefined ? [] : [name]), ...(line === undefined ? [] : [line])].join(' ');
};

const TEXT = `directories: { keys: secret }
policies:
  default:
    keys:
      csk: { lifetime: 2y }
    timing: { ds-ttl: 2d }
  classic:
    keys:
      ksk: { algorithm: 8, bits: 4096 }
      zsk:
        algorithm: 8
    timing: &slow
      max-zone-ttl: 2d
  third: { timing: *slow, keys: }
registrars:
  ovh: { type: ovh, application-secret: hunter2, credentials: ovh.conf }
zones:
  Example.COM.:
    file: a.zone
    policy: classic
    registrar: ovh
    observe: off
    notify:
  b.example: { policy: third, observe: { parent: [ 192.0.2.1 ] } }
  c.example: { policy: insecure }
resolver: { trust-anchor: root.key }
`;

describe('what is in force is told with the line that says it', () => {
  it('of the zone, whatever way its name is written', async () => {
    const settings = await inForce(TEXT, 'example.com');
    expect(settings.get('file')?.value).toBe(join(directory, 'a.zone'));
    expect(['file', 'policy', 'registrar', 'after-sign', 'notify'].map((key) => origin(settings, key))).toEqual([
      'zone 19',
      'zone 20',
      'zone 21',
      'built in',
      'zone 23',
    ]);
    expect(['observe.servers', 'observe.parent'].map((key) => origin(settings, key))).toEqual(['zone 22', 'zone 22']);
    const other = await inForce(TEXT, 'b.example');
    expect(['observe.servers', 'observe.parent', 'file'].map((key) => origin(other, key))).toEqual([
      'built in',
      'zone 24',
      'built in',
    ]);
  });

  it('of the policy, else of default, else built in', async () => {
    const settings = await inForce(TEXT, 'example.com');
    expect(['timing.max-zone-ttl', 'timing.ds-ttl', 'timing.dnskey-ttl'].map((key) => origin(settings, key))).toEqual([
      'policy classic 13',
      'policy default 6',
      'built in',
    ]);
  });

  it('of keys: a pair takes what it leaves out from a CSK, but no size from another algorithm', async () => {
    const settings = await inForce(TEXT, 'example.com');
    const keys = [...settings.values()].filter(({ key }) => key.startsWith('keys.'));
    expect(keys.map(({ key, value }) => `${key} ${value} ${origin(settings, key)}`)).toEqual([
      'keys.ksk.algorithm RSASHA256 policy classic 9',
      'keys.ksk.bits 4096 policy classic 9',
      'keys.ksk.lifetime 730d policy default 5',
      'keys.zsk.algorithm RSASHA256 policy classic 11',
      'keys.zsk.bits 2048 built in',
      'keys.zsk.lifetime 730d policy default 5',
    ]);
  });

  it('of what comes through an alias: where the alias stands', async () => {
    expect(origin(await inForce(TEXT, 'b.example'), 'timing.max-zone-ttl')).toBe('policy third 14');
  });

  it('of no keys: where it says none', async () => {
    const none = async (policies: string, policy: string) =>
      origin(await inForce(`policies:\n${policies}\nzones: { a: { policy: ${policy} } }\n`, 'a'), 'keys');
    expect(origin(await inForce(TEXT, 'c.example'), 'keys')).toBe('built in');
    expect(await none('  insecure: { zonemd: true }', 'insecure')).toBe('built in');
    expect(await none('  insecure: { keys: {} }', 'insecure')).toBe('built in');
    expect(await none('  insecure: { keys: none }', 'insecure')).toBe('policy insecure 2');
    expect(await none('  default: { keys: none }\n  p: { keys: {} }', 'p')).toBe('policy default 2');
    expect(await none('  default: { keys: none }\n  p: { keys: none }', 'p')).toBe('policy p 3');
  });

  it('of what is the same for all zones', async () => {
    for (const zone of [undefined, 'example.com']) {
      const settings = await inForce(TEXT, zone);
      expect(settings.get('directories.keys')?.value).toBe(join(directory, 'secret'));
      expect(
        ['directories.zones', 'directories.keys', 'resolver.root-hints', 'resolver.trust-anchor'].map((key) =>
          origin(settings, key),
        ),
      ).toEqual(['built in', 'directories 1', 'built in', 'resolver 26']);
    }
  });

  it('and no secrets', async () => {
    const settings = await inForce(TEXT, 'example.com');
    expect(settings.get('registrars.ovh.type')).toMatchObject({ value: 'ovh', origin: { line: 16 } });
    expect(JSON.stringify([...settings.values()])).not.toContain('hunter2');
  });

  it('without a configuration, everything is built in', async () => {
    const config = await loadConfig({ cwd: directory, system: join(directory, 'system.yaml') });
    const settings = await settingsInForce(config, undefined);
    expect(settings.map(({ origin: { from } }) => from)).toEqual(settings.map(() => 'built in'));
    expect(settings.map(({ key }) => key)).toContain('timing.purge-keys');
  });

  it('a file that became something else meanwhile is refused', async () => {
    const config = await load(TEXT);
    fs.writeFileSync(join(directory, 'dnssec.yaml'), '{{');
    await expect(settingsInForce(config, undefined)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

describe('whatever policies say', () => {
  const maybe = <T>(value: T) => fc.option(fc.constant(value), { nil: undefined });
  const lifetime = fc.option(fc.constantFrom('200d', '365d', 'unlimited'), { nil: undefined });
  const keyOf = (algorithm: string | undefined) =>
    fc.record({
      algorithm: fc.constant(algorithm),
      bits:
        algorithm === 'RSASHA256' ? fc.option(fc.constantFrom(3072, 4096), { nil: undefined }) : fc.constant(undefined),
      lifetime,
    });
  const keys = fc
    .constantFrom('RSASHA256', 'ED25519', undefined)
    .chain((algorithm) =>
      fc.oneof(
        fc.constantFrom('none', undefined, {}),
        fc.record({ csk: keyOf(algorithm) }),
        fc.record({ ksk: keyOf(algorithm), zsk: keyOf(algorithm) }),
        fc.record({ zsk: keyOf(algorithm) }),
      ),
    );
  const policy = fc.record({
    keys,
    signatures: fc.record({ validity: maybe('40d'), jitter: maybe('6h') }),
    denial: fc.record({ type: fc.constantFrom('nsec', 'nsec3', undefined), 'salt-length': maybe(4) }),
    zonemd: fc.constantFrom(true, false, undefined),
    rollover: fc.record({ mode: maybe('manual'), algorithm: maybe('liberal') }),
    timing: fc.record({ 'ds-ttl': maybe('2d'), 'purge-keys': maybe('30d') }),
  });
  const named = fc.constantFrom('default', 'p', 'insecure');
  const policies = fc.record({ default: policy, p: policy, insecure: policy }, { requiredKeys: [] });
  /** What holds where neither a policy nor default says anything. */
  const builtIn = new Map<string, unknown>(
    [
      ...policySettings(DEFAULT_POLICY),
      ...policySettings({
        ...DEFAULT_POLICY,
        keys: { kind: 'csk', csk: (DEFAULT_POLICY.keys as Extract<KeysPolicy, { kind: 'pair' }>).ksk },
      }),
    ].map(([path, value]) => [path.join('.'), value]),
  );

  it('the line named says the value, none nearer says it, and what is built in is said nowhere', async () => {
    let settled = 0;
    await fc.assert(
      fc.asyncProperty(policies, named, async (said, name) => {
        const text = stringify({
          policies: said,
          zones: { a: { policy: 'p' in said || name !== 'p' ? name : 'default' } },
        });
        try {
          parseConfig(text, '/c', 'c');
        } catch {
          return;
        }
        settled++;
        const lines = text.split('\n');
        const settings = await inForce(text, 'a');
        const inPolicy = settings.get('policy')!.value as string;
        for (const [key, { value, origin: from }] of settings) {
          if (!builtIn.has(key) && !/^keys/.test(key)) continue;
          const path = key.split('.');
          const found = path.reduce<unknown>(
            (at, part) => (at as Record<string, unknown> | undefined)?.[part],
            (said as Record<string, unknown>)[inPolicy],
          );
          // `keys: {}` says nothing.
          const own = typeof found === 'object' ? undefined : found;
          if (from.from === 'policy') {
            expect(lines[from.line! - 1]!.trim(), `${key}\n${text}`).toBe(`${path.at(-1)}: ${value}`);
            if (from.name !== inPolicy) expect([from.name, own], `${key}\n${text}`).toEqual(['default', undefined]);
          } else {
            expect(from, `${key}\n${text}`).toEqual({ from: 'built in' });
            // Both keys of a pair follow a CSK of default.
            const single = typeof said.default?.keys === 'object' && 'csk' in said.default.keys && inPolicy === 'p';
            const usualKey = single ? key.replace('zsk', 'csk') : key;
            const usual = key === 'keys' ? 'none' : key.endsWith('.bits') ? 2048 : builtIn.get(usualKey);
            expect(value, `${key}\n${text}`).toEqual(usual);
            expect(own, `${key}\n${text}`).toBeUndefined();
          }
        }
      }),
      { numRuns: 1000 },
    );
    expect(settled).toBeGreaterThan(300);
  });
});
