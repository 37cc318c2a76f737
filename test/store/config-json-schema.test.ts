import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { DnssecError } from '../../src/base/errors.ts';
import { parseDuration } from '../../src/base/time.ts';
import { DEFAULT_POLICY } from '../../src/rollover/policy.ts';
import { configSchemaText } from '../../src/store/config-json-schema.ts';
import { parseConfig } from '../../src/store/config-parse.ts';
import { POLICY_SCHEMA } from '../../src/store/config-schema.ts';
import { policySettings } from '../../src/store/config-settings.ts';

const projectText = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Schema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
}

const schema = JSON.parse(projectText('docs/dnssec.schema.json')) as Schema;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);

/** Whether the schema accepts a document, and the program. */
function verdicts(text: string): { readonly schema: boolean; readonly program: boolean } {
  const program = (() => {
    try {
      parseConfig(text, '/srv/dnssec.yaml', 'dnssec.yaml');
      return true;
    } catch (error) {
      expect((error as DnssecError).code).toBe('CONFIG_INVALID');
      return false;
    }
  })();
  return { schema: validate(parse(text)), program };
}

const BOTH = { schema: true, program: true };
const NEITHER = { schema: false, program: false };

/** The settings that a schema describes, by their keys; a word that stands for a section counts as the section. */
function settingsOf(at: Schema, path: readonly string[] = []): readonly (readonly [path: string, schema: Schema])[] {
  const own: Schema = { ...at, ...at.anyOf?.find(({ properties }) => properties !== undefined) };
  const below = Object.entries(own.properties ?? {}).flatMap(([key, part]) => settingsOf(part, [...path, key]));
  const named =
    typeof own.additionalProperties === 'object' ? settingsOf(own.additionalProperties, [...path, '*']) : [];
  return below.length + named.length === 0 ? [[path.join('.'), at]] : [...below, ...named];
}

describe('docs/dnssec.schema.json', () => {
  it('is what the shapes come to: else run "npm run schema"', () => {
    expect(projectText('docs/dnssec.schema.json')).toBe(configSchemaText());
  });

  it('goes with the package', () => {
    expect((JSON.parse(projectText('package.json')) as { files: readonly string[] }).files).toContain('docs');
  });

  it('describes every key', () => {
    const bare = (at: Schema, path: readonly string[]): readonly string[] => [
      ...Object.entries(at.properties ?? {}).flatMap(([key, part]) => [
        ...((part.description ?? '') === '' ? [[...path, key].join('.')] : []),
        ...bare(part, [...path, key]),
      ]),
      ...(at.anyOf ?? []).flatMap((part) => bare(part, path)),
      ...(typeof at.additionalProperties === 'object' ? bare(at.additionalProperties, [...path, '*']) : []),
    ];
    expect(bare(schema, [])).toEqual([]);
  });

  it('has the default of every setting, but for those that have none', () => {
    const without = settingsOf(schema)
      .filter(([, setting]) => setting.default === undefined)
      .map(([path]) => path);
    expect(without).toEqual([
      'policies.*.keys.ksk.bits',
      'policies.*.keys.zsk.bits',
      'policies.*.keys.csk.bits',
      'registrars.*.type',
      'registrars.*.endpoint',
      'registrars.*.credentials',
      'zones.*.file',
      'zones.*.registrar',
      'alerts',
    ]);
    const { default: lifetime } = settingsOf(schema).find(([path]) => path === 'policies.*.keys.csk.lifetime')![1];
    expect(lifetime).toBe('365d');
  });

  it('knows every setting of a policy, and the program prints every one', () => {
    const known = settingsOf(POLICY_SCHEMA.schema as Schema).map(([path]) => path);
    const rsa = { algorithm: 8, bits: undefined, lifetime: undefined };
    const printed = [
      { ...DEFAULT_POLICY, keys: { kind: 'pair', ksk: rsa, zsk: rsa } as const },
      { ...DEFAULT_POLICY, keys: { kind: 'csk', csk: rsa } as const },
    ].flatMap((policy) => policySettings(policy).map(([path]) => path.join('.')));
    expect([...new Set(printed)].sort()).toEqual([...known].sort());
  });
});

describe('the schema accepts what the program accepts', () => {
  it('the example of docs/configuration.md', () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(projectText('docs/configuration.md'))?.[1] ?? '';
    expect(example).toContain('policies:');
    expect(verdicts(example)).toEqual(BOTH);
  });

  it.each([
    '',
    '{}',
    'zones:\npolicies:\nregistrars:\nalerts:\ndirectories:\nresolver:\n',
    'zones: { a.example: , b.example: { file: b }, 192-26.2.0.192.in-addr.arpa: {}, ".": {} }',
    'zones: { a: { observe: off } }',
    'zones: { a: { observe: auto } }',
    'zones: { a: { observe: { servers: 192.0.2.1, parent: [ 192.0.2.1, "2001:db8::1" ] } } }',
    'zones: { a: { after-sign: reload, notify: [] } }',
    'zones: { a: { after-sign: [ reload, again ], notify: } }',
    'zones: { a: { policy: insecure } }',
    'policies: { insecure: { keys: none } }',
    'policies: { p: { keys: } }',
    'policies: { p: { keys: { ksk: , zsk: { bits: 2048, algorithm: 8 } } }, default: { keys: { ksk: { algorithm: rsasha256 }, zsk: { algorithm: 8 } } } }',
    'policies: { p: { keys: { csk: { algorithm: "015", lifetime: unlimited } } } }',
    'policies: { p: { keys: { csk: { algorithm: ecdsa384, lifetime: 31536000 } } } }',
    'policies: { p: { signatures: { validity: P40D, refresh: 1w2d, jitter: 0 } } }',
    'policies: { p: { timing: { purge-keys: 1MO2Y, ds-ttl: PT12H30M, dnskey-ttl: "3600", retire-safety: P1DT1S } } }',
    'policies: { p: { rollover: { mode: manual, algorithm: liberal }, serial: keep, zonemd: true } }',
    'policies: { p: { denial: { type: nsec, salt-length: 0, iterations: 150, opt-out: true } } }',
    'registrars: { x: { type: update, server: 192.0.2.1, anything: { else: true } } }',
    'zones: { a: { registrar: cds } }',
    'alerts: { mail: { to: someone@example.com } }',
    'resolver: { root-hints: named.root, trust-anchor: builtin }',
  ])('%s', (text) => {
    expect(verdicts(text)).toEqual(BOTH);
  });

  it('every duration', () => {
    const number = fc.integer({ min: 0, max: 99 }).map(String);
    const unit = fc.constantFrom('s', 'm', 'h', 'd', 'w', 'mo', 'y', 'S', 'M', 'H', 'D', 'W', 'Y', 'MO', 'mO', 'x', '');
    const part = fc.tuple(number, unit).map((pieces) => pieces.join(''));
    const letters = fc.string({ unit: fc.constantFrom(...'PT0129YMWDHS'), maxLength: 12 });
    const word = fc.oneof(
      fc.array(part, { maxLength: 4 }).map((parts) => parts.join('')),
      letters,
    );
    const read = (said: string | number) =>
      verdicts(JSON.stringify({ policies: { p: { timing: { 'purge-keys': said } } } }));
    fc.assert(
      fc.property(fc.oneof(word, fc.integer({ min: -5, max: 2 ** 32 })), (said) => {
        const { schema: accepted, program } = read(said);
        // How much a duration's parts come to together is the one thing that a pattern cannot tell.
        if (accepted && !program) expect(parseDuration(String(said)) ?? Infinity).toBeGreaterThanOrEqual(2 ** 31);
        expect(accepted || !program).toBe(true);
        if (typeof said === 'number' || /^\d{1,9}$/.test(said)) expect(accepted).toBe(program);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the schema refuses what the program refuses', () => {
  it.each([
    '- a',
    'text',
    'zonse: {}',
    'policies: 3',
    'policies: []',
    'policies: { p: [] }',
    'policies: { p: { srial: keep } }',
    'policies: { p: { serial: incremnt } }',
    'policies: { p: { zonemd: yes } }',
    'policies: { p: { zonemd: 1 } }',
    'policies: { p: { signatures: 30d } }',
    'policies: { p: { signatures: { validity: 30 days } } }',
    'policies: { p: { signatures: { validity: -1 } } }',
    'policies: { p: { signatures: { validity: 1.5 } } }',
    'policies: { p: { signatures: { validity: 2147483648 } } }',
    'policies: { p: { signatures: { validity: } } }',
    'policies: { p: { signatures: { validity: P } } }',
    'policies: { p: { signatures: { validity: unlimited } } }',
    'policies: { p: { denial: { iterations: 151 } } }',
    'policies: { p: { denial: { salt-length: 1.5 } } }',
    'policies: { p: { denial: { salt-length: "8" } } }',
    'policies: { p: { denial: { type: nsec5 } } }',
    'policies: { p: { denial: { saltlength: 8 } } }',
    'policies: { p: { keys: nothing } }',
    'policies: { p: { keys: [] } }',
    'policies: { p: { keys: { csk: {}, zsk: {} } } }',
    'policies: { p: { keys: { csk: , ksk: } } }',
    'policies: { p: { keys: { none: {} } } }',
    'policies: { p: { keys: { ksk: { lifetime: soon } } } }',
    'policies: { p: { keys: { csk: { algorithm: RSASHA1 } } } }',
    'policies: { p: { keys: { csk: { algorithm: 5 } } } }',
    'policies: { p: { keys: { csk: { algorithm: "0013" } } } }',
    'policies: { p: { keys: { csk: { algorithm: [ 13 ] } } } }',
    'policies: { p: { keys: { csk: { algorithm: true } } } }',
    'policies: { p: { keys: { csk: { bits: 1024, algorithm: 8 } } } }',
    'policies: { p: { rollover: manual } }',
    'policies: { p: { rollover: { mode: auto } } }',
    'policies: { p: { rollover: { algorithm: 13 } } }',
    'policies: { p: { timing: { ttl: 1h } } }',
    'zones: [ a.example ]',
    'zones: { a: zones/a.zone }',
    'zones: { a: { file: [] } }',
    'zones: { a: { file: } }',
    'zones: { a: { file: "" } }',
    'zones: { a: { notify: { to: b } } }',
    'zones: { a: { notify: [ "" ] } }',
    'zones: { a: { after-sign: "" } }',
    'zones: { a: { after-sign: [ 5 ] } }',
    'zones: { a: { observe: on } }',
    'zones: { a: { observe: [ 192.0.2.1 ] } }',
    'zones: { a: { observe: { server: auto } } }',
    'zones: { a: { observe: { parent: false } } }',
    'registrars: { x: }',
    'registrars: { x: {} }',
    'registrars: { x: { type: ovhh } }',
    'registrars: { x: { type: ovh, endpoint: 5 } }',
    'resolver: { root-hint: x }',
    'resolver: { trust-anchor: [] }',
    'directories: { kys: x }',
    'directories: zones',
    'alerts: mail',
  ])('%s', (text) => {
    expect(verdicts(text)).toEqual(NEITHER);
  });

  it.each([
    ['what is named has to be there', 'zones: { a: { policy: nope } }'],
    ['what is named has to be there', 'zones: { a: { registrar: ovh } }'],
    ['a zone has one section, however its name is written', 'zones: { a.example: {}, A.example.: {} }'],
    ['algorithms of a pair are the same', 'policies: { p: { keys: { ksk: { algorithm: RSASHA256 } } } }'],
    ['only RSA keys have sizes', 'policies: { p: { keys: { csk: { bits: 2048 } } } }'],
    ['signatures last', 'policies: { p: { signatures: { refresh: 30d } } }'],
    ['signatures last', 'policies: { p: { signatures: { refresh: 28d } } }'],
    ['a roll ends before the next begins', 'policies: { p: { keys: { ksk: { lifetime: 1d } } } }'],
    ['a roll ends before the next begins', 'policies: { p: { timing: { max-zone-ttl: 100d } } }'],
    // Not across keys, but beyond patterns.
    ['the parts of a duration have a sum', 'policies: { p: { signatures: { validity: 100y } } }'],
    ['names of zones have labels of 1 to 63 octets', 'zones: { a..b: {} }'],
  ])('but for rules across several keys: %s (%s)', (_, text) => {
    expect(verdicts(text)).toEqual({ schema: true, program: false });
  });
});
