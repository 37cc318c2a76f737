/** `docs/dnssec.schema.json`: the shape of the configuration for editors, as JSON Schema of draft 2020-12. */
import { DEFAULT_POLICY, type Policy } from '../rollover/policy.ts';
import { defaultConfig, ZONE_DEFAULTS } from './config.ts';
import { CONFIG_SECTIONS } from './config-schema.ts';
import { policySettings, type Setting, zoneSettings } from './config-settings.ts';
import { isMapping, type JsonSchema } from './config-shape.ts';

/** The schema as the text of its file. `npm run schema` writes it; a test fails where it is out of date. */
export function configSchemaText(): string {
  return `${JSON.stringify(configSchema(), null, 2)}\n`;
}

/** The schema of the whole configuration, with what holds where nothing is said. */
function configSchema(): JsonSchema {
  const sections = Object.entries(CONFIG_SECTIONS).map(([name, { named, description, shape }]) => {
    const schema = withDefaults(shape.schema, DEFAULTS[name]?.() ?? []);
    const section = named ? { type: ['object', 'null'], additionalProperties: schema } : schema;
    return [name, { description, ...section }];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'dnssec.yaml',
    description: 'The configuration of dnssec. Durations are 30d, 12h, 1w2d, seconds, or PT12H.',
    type: ['object', 'null'],
    properties: Object.fromEntries(sections),
    additionalProperties: false,
  };
}

/** What holds where nothing is said, by section. */
const DEFAULTS: Readonly<Record<string, () => readonly Setting[]>> = {
  directories: () => Object.entries(defaultConfig('').directories).map(([name, path]) => [[name], path]),
  policies: () => [...policySettings(DEFAULT_POLICY), ...policySettings(singleKey(DEFAULT_POLICY))],
  zones: () => [[['policy'], DEFAULT_POLICY.name], ...zoneSettings(ZONE_DEFAULTS)],
  resolver: () => {
    const { rootHints, trustAnchor } = defaultConfig('').resolver;
    return [
      [['root-hints'], rootHints],
      [['trust-anchor'], trustAnchor],
    ];
  },
};

/** A CSK takes what it leaves out from the KSK. */
function singleKey(policy: Policy): Policy {
  return policy.keys.kind === 'pair' ? { ...policy, keys: { kind: 'csk', csk: policy.keys.ksk } } : policy;
}

/** The schema, with the default of each setting where its value is described. */
function withDefaults(schema: JsonSchema, settings: readonly Setting[]): JsonSchema {
  return settings.reduce((filled, [path, value]) => withDefault(filled, path, value), schema);
}

function withDefault(schema: JsonSchema, path: readonly string[], value: unknown): JsonSchema {
  const [key, ...rest] = path;
  if (key === undefined) return { ...schema, default: value };
  const { anyOf, properties } = schema;
  // A word may stand for a whole section.
  if (Array.isArray(anyOf)) return { ...schema, anyOf: anyOf.map((part) => withDefault(part, path, value)) };
  if (!isMapping(properties) || !isMapping(properties[key])) return schema;
  return { ...schema, properties: { ...properties, [key]: withDefault(properties[key], rest, value) } };
}
