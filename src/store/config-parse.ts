/** From the text of `dnssec.yaml` to the configuration, with every mistake told at once. */
import { dirname, resolve } from 'node:path';
import { DnssecError } from '../base/errors.ts';
import { nearestWord } from '../base/spelling.ts';
import { DEFAULT_POLICY, type Policy } from '../rollover/policy.ts';
import {
  type Config,
  defaultConfig,
  INSECURE,
  insecurePolicy,
  type RegistrarConfig,
  ZONE_DEFAULTS,
  type ZoneConfig,
} from './config.ts';
import { ConfigDocument } from './config-document.ts';
import { buildPolicy } from './config-policy.ts';
import {
  ALERTS_SCHEMA,
  CONFIG_SECTIONS,
  DIRECTORIES_SCHEMA,
  POLICY_SCHEMA,
  REGISTRAR_SCHEMA,
  RESOLVER_SCHEMA,
  ZONE_SCHEMA,
} from './config-schema.ts';
import { canonicalZoneName } from './zone-name.ts';

const SECTIONS = Object.keys(CONFIG_SECTIONS);
/** Registrars that need no section of their own. */
const PLAIN_REGISTRARS = ['manual', 'cds'];

/**
 * Reads a configuration.
 *
 * @param file   absolute path, for what is relative to it
 * @param shown  the path as messages give it
 * @throws DnssecError CONFIG_INVALID
 */
export function parseConfig(text: string, file: string, shown: string): Config {
  const document = new ConfigDocument(text, shown);
  const base = dirname(file);
  const sections = document.values ?? {};
  const unknown = Object.keys(sections).filter((key) => !SECTIONS.includes(key));
  document.unknownKeys([], unknown, SECTIONS);

  const standard = defaultConfig(base);
  const directories = document.check(['directories'], sections.directories ?? {}, DIRECTORIES_SCHEMA);
  const policies = readPolicies(document);
  const registrars = readRegistrars(document);
  const zones = readZones(document, base, policies);
  const resolver = document.check(['resolver'], sections.resolver ?? {}, RESOLVER_SCHEMA);
  const alerts = document.check(['alerts'], sections.alerts ?? {}, ALERTS_SCHEMA);

  const count = document.diagnostics.length;
  if (count > 0) {
    const mistakes = count === 1 ? 'a mistake' : `${count} mistakes`;
    throw new DnssecError('CONFIG_INVALID', `the configuration ${shown} has ${mistakes}`, {
      diagnostics: document.diagnostics,
    });
  }
  return {
    file,
    base,
    directories: {
      zones: resolve(base, directories?.zones ?? standard.directories.zones),
      keys: resolve(base, directories?.keys ?? standard.directories.keys),
      state: resolve(base, directories?.state ?? standard.directories.state),
    },
    policies,
    registrars,
    zones,
    resolver: {
      rootHints: resolver?.['root-hints'] ?? 'builtin',
      trustAnchor: resolver?.['trust-anchor'] ?? 'builtin',
    },
    alerts: alerts ?? {},
  };
}

/** `default` first, since it is what the others leave out. */
function readPolicies(document: ConfigDocument): ReadonlyMap<string, Policy> {
  const section = document.section('policies');
  const names = Object.keys(section).filter((name) => name !== DEFAULT_POLICY.name);
  const read = (name: string, standard: Policy, unsure: ReadonlySet<PropertyKey>) => {
    const { said, wrong } = document.checkParts(['policies', name], section[name], POLICY_SCHEMA);
    const doubtful = new Set([...unsure, ...wrong]);
    return { policy: buildPolicy(document, ['policies', name], name, said, standard, doubtful), doubtful };
  };
  const { policy: standard, doubtful } = Object.hasOwn(section, DEFAULT_POLICY.name)
    ? read(DEFAULT_POLICY.name, DEFAULT_POLICY, new Set())
    : { policy: DEFAULT_POLICY, doubtful: new Set<PropertyKey>() };
  const insecure = insecurePolicy(standard);
  const policies = new Map([standard, insecure].map((policy) => [policy.name, policy]));
  for (const name of names) {
    policies.set(name, read(name, name === INSECURE ? insecure : standard, doubtful).policy);
  }
  return policies;
}

function readRegistrars(document: ConfigDocument): ReadonlyMap<string, RegistrarConfig> {
  const registrars = new Map<string, RegistrarConfig>();
  for (const [name, value] of Object.entries(document.section('registrars'))) {
    const registrar = document.check(['registrars', name], value, REGISTRAR_SCHEMA);
    if (registrar !== undefined) registrars.set(name, registrar);
  }
  return registrars;
}

function readZones(
  document: ConfigDocument,
  base: string,
  policies: ReadonlyMap<string, Policy>,
): ReadonlyMap<string, ZoneConfig> {
  const zones = new Map<string, ZoneConfig>();
  const registrars = [...Object.keys(document.section('registrars')), ...PLAIN_REGISTRARS];
  for (const [written, value] of Object.entries(document.section('zones'))) {
    const path = ['zones', written];
    const name = zoneName(document, path, written);
    const { said: zone } = document.checkParts(path, value, ZONE_SCHEMA);
    const policy = policies.get(zone.policy ?? DEFAULT_POLICY.name);
    if (policy === undefined)
      reportMissing(document, [...path, 'policy'], 'policy', zone.policy ?? '', policies.keys());
    if (zone.registrar !== undefined && !registrars.includes(zone.registrar)) {
      reportMissing(document, [...path, 'registrar'], 'registrar', zone.registrar, registrars);
    }
    if (name === undefined) continue;
    if (zones.has(name)) document.keyError(path, `zone ${name} is configured twice`);
    zones.set(name, {
      name,
      file: zone.file === undefined ? undefined : resolve(base, zone.file),
      policy: policy ?? DEFAULT_POLICY,
      registrar: zone.registrar ?? ZONE_DEFAULTS.registrar,
      observe: { ...ZONE_DEFAULTS.observe, ...zone.observe },
      afterSign: zone['after-sign'] ?? ZONE_DEFAULTS.afterSign,
      notify: zone.notify ?? ZONE_DEFAULTS.notify,
    });
  }
  return zones;
}

function reportMissing(
  document: ConfigDocument,
  path: readonly string[],
  what: 'policy' | 'registrar',
  name: string,
  known: Iterable<string>,
): void {
  const near = nearestWord(name, known);
  const section = what === 'policy' ? 'policies' : 'registrars';
  const hint = near === undefined ? `Describe it under ${section}.` : `Did you mean ${near}?`;
  document.error(path, `there is no ${what} "${name}"`, hint);
}

function zoneName(document: ConfigDocument, path: readonly string[], written: string): string | undefined {
  try {
    return canonicalZoneName(written);
  } catch (error) {
    document.keyError(path, `"${written}" is not a zone name: ${(error as Error).message}`);
    return undefined;
  }
}
