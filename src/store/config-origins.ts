/** What is in force for a zone, and where in the configuration each value is said. */
import { DnssecError } from '../base/errors.ts';
import { DEFAULT_POLICY, type Policy } from '../rollover/policy.ts';
import { type Config, INSECURE, policyFor, readConfigText, ZONE_DEFAULTS } from './config.ts';
import { ConfigDocument } from './config-document.ts';
import { policySettings, type SettingValue, zoneSettings } from './config-settings.ts';
import type { ConfigPath } from './config-shape.ts';
import type { ZoneChoice } from './zone-lookup.ts';
import { canonicalZoneName } from './zone-name.ts';

/** Where a value is said. */
export interface Origin {
  readonly from: 'built in' | 'policy' | 'zone' | 'registrar' | 'directories' | 'resolver';
  /** Of the policy or registrar. */
  readonly name?: string;
  /** In the configuration file, from 1. */
  readonly line?: number;
}

/** A setting in force. */
export interface SettingInForce {
  /** Dotted: `keys.ksk.lifetime`. */
  readonly key: string;
  /** Paths are absolute, durations text. */
  readonly value: SettingValue;
  readonly origin: Origin;
}

const BUILT_IN: Origin = { from: 'built in' };

/**
 * Everything that is in force for a zone, or, without one, for zones that say nothing. Of a registrar only its type is
 * told, and of alerts nothing: they may hold secrets.
 *
 * @throws DnssecError FILE_UNREADABLE
 */
export async function settingsInForce(config: Config, choice: ZoneChoice | undefined): Promise<SettingInForce[]> {
  const document = await openConfigDocument(config, config.file ?? '');
  const policy = choice?.policy ?? policyFor(config, undefined);
  const zone = choice?.zone;
  const written = document === undefined || zone === undefined ? undefined : zoneSpellings(document).get(zone.name);
  const ofZone = (path: readonly string[]) => zoneOrigin(document, written, path);
  const settings: SettingInForce[] = [{ key: 'policy', value: policy.name, origin: ofZone(['policy']) }];
  if (choice !== undefined) {
    settings.unshift({ key: 'file', value: choice.file, origin: ofZone(['file']) });
    for (const [path, value] of zoneSettings(zone ?? ZONE_DEFAULTS)) {
      settings.push({ key: path.join('.'), value, origin: ofZone(path) });
    }
  }
  for (const [path, value] of policySettings(policy)) {
    settings.push({ key: path.join('.'), value, origin: policyOrigin(document, config, policy, path) });
  }
  return [...settings, ...registrarSettings(document, config, zone?.registrar), ...commonSettings(document, config)];
}

/**
 * The text of the configuration as a document, for the places of its values.
 *
 * @param shown  the path as messages give it
 * @returns      undefined if there is no configuration file
 */
export async function openConfigDocument(config: Config, shown: string): Promise<ConfigDocument | undefined> {
  if (config.file === undefined) return undefined;
  const document = new ConfigDocument((await readConfigText(config.file, true)) ?? '', shown);
  if (document.values !== undefined) return document;
  throw new DnssecError('FILE_UNREADABLE', `${shown} was changed while it was read`, { hint: 'Run again.' });
}

/** The names of zones, as everything is searched by, to how the user spelt them. */
export function zoneSpellings(document: ConfigDocument): ReadonlyMap<string, string> {
  return new Map(Object.keys(document.section('zones')).map((written) => [canonicalZoneName(written), written]));
}

function zoneOrigin(document: ConfigDocument | undefined, written: string | undefined, path: ConfigPath): Origin {
  if (document === undefined || written === undefined) return BUILT_IN;
  const place = ['zones', written, ...path];
  const above = place.slice(0, -1);
  // `observe: off` stands for both of its parts.
  const word = path.length > 1 && typeof document.valueAt(above) === 'string';
  return lineOrigin(document, word ? above : place, { from: 'zone' });
}

function registrarSettings(
  document: ConfigDocument | undefined,
  config: Config,
  name: string | undefined,
): SettingInForce[] {
  const type = name === undefined ? undefined : config.registrars.get(name)?.type;
  if (name === undefined || type === undefined) return [];
  const origin = lineOrigin(document, ['registrars', name, 'type'], { from: 'registrar', name });
  return [{ key: `registrars.${name}.type`, value: type, origin }];
}

/** What is the same for all zones. */
function commonSettings(document: ConfigDocument | undefined, config: Config): SettingInForce[] {
  const { directories, resolver } = config;
  const settings = [
    ['directories', 'zones', directories.zones],
    ['directories', 'keys', directories.keys],
    ['directories', 'state', directories.state],
    ['resolver', 'root-hints', resolver.rootHints],
    ['resolver', 'trust-anchor', resolver.trustAnchor],
  ] as const;
  return settings.map(([from, key, value]) => ({
    key: `${from}.${key}`,
    value,
    origin: lineOrigin(document, [from, key], { from }),
  }));
}

function lineOrigin(document: ConfigDocument | undefined, path: ConfigPath, origin: Origin): Origin {
  const line = document?.lineOf(path);
  return line === undefined ? BUILT_IN : { ...origin, line };
}

function policyOrigin(
  document: ConfigDocument | undefined,
  config: Config,
  policy: Policy,
  path: readonly string[],
): Origin {
  for (const [name, at] of policyPlaces(config, policy, path)) {
    const place = ['policies', name, ...at];
    // Where no keys are wanted, `keys: {}` is not what says so.
    if (path.length === 1 && path[0] === 'keys' && document?.valueAt(place) !== 'none') continue;
    const origin = lineOrigin(document, place, { from: 'policy', name });
    if (origin !== BUILT_IN) return origin;
  }
  return BUILT_IN;
}

/** Where a setting of a policy may be said, the nearest first: as `buildPolicy` fills it. */
function policyPlaces(
  config: Config,
  policy: Policy,
  path: readonly string[],
): readonly (readonly [policy: string, path: readonly string[]])[] {
  const [section, role = '', key = ''] = path;
  const own = [policy.name, path] as const;
  // The usual size of an algorithm, that no policy says.
  if (key === 'bits' && sizeOf(policy, role) === undefined) return [];
  if (policy.name === DEFAULT_POLICY.name) return [own];
  if (section !== 'keys') return [own, [DEFAULT_POLICY.name, path]];
  const standard = policyFor(config, undefined).keys;
  if (policy.name === INSECURE) return [own];
  if (standard.kind === 'none' && policy.keys.kind !== 'none') return [own];
  const from = standard.kind === 'csk' ? 'csk' : role === 'csk' ? 'ksk' : role;
  return [own, [DEFAULT_POLICY.name, policy.keys.kind === 'none' ? path : ['keys', from, key]]];
}

function sizeOf({ keys }: Policy, role: string): number | undefined {
  if (keys.kind === 'none') return undefined;
  return keys.kind === 'csk' ? keys.csk.bits : keys[role === 'ksk' ? 'ksk' : 'zsk'].bits;
}
