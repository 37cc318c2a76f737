/** From what a person types to a zone file: a path, a configured zone, or a name in the directory of zones. */
import { realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DnssecError } from '../base/errors.ts';
import { nearestWord } from '../base/spelling.ts';
import type { Policy } from '../rollover/policy.ts';
import { type Config, policyFor, type ZoneConfig } from './config.ts';
import { canonicalZoneName } from './zone-name.ts';

/** A zone file, and what is known of its zone beforehand. */
export interface ZoneChoice {
  /** Path of the zone file: as typed where a file was named, absolute else; `-` for standard input. */
  readonly file: string;
  /** Lower case, no trailing dot; undefined if a file was named that the configuration does not know. */
  readonly name: string | undefined;
  /** The zone's section of the configuration. */
  readonly zone: ZoneConfig | undefined;
  readonly policy: Policy;
}

/** How people name the file of a zone, in the order in which it is looked for. */
const SPELLINGS: readonly ((name: string) => string)[] = [
  (name) => `${name}.zone`,
  (name) => `db.${name}`,
  (name) => `${name}.db`,
  (name) => `db.${name}.zone`,
  (name) => name,
];

/**
 * Finds the zone that an argument means: a file, else a configured zone, else a file in the directory of zones that
 * is called after the zone.
 *
 * @throws DnssecError ZONE_NOT_FOUND with the places that were looked at
 */
export function resolveZone(config: Config, cwd: string, argument: string): ZoneChoice {
  if (argument === '-') return { file: '-', name: undefined, zone: undefined, policy: policyFor(config, undefined) };
  const path = resolve(cwd, argument);
  if (isZoneFile(path)) {
    const zone = zoneOfFile(config, path);
    return { file: argument, name: zone?.name, zone, policy: policyFor(config, zone?.name) };
  }
  const name = nameOf(argument);
  if (name === undefined) throw notFound(config, argument, [path]);
  const zone = config.zones.get(name);
  const places = zone?.file === undefined ? usualFiles(config, name) : [zone.file];
  const file = places.find(isZoneFile);
  if (file === undefined) throw notFound(config, argument, zone?.file === undefined ? [path, ...places] : places);
  return { file, name, zone, policy: policyFor(config, name) };
}

/**
 * The zone that an argument means, also where its file is gone: a zone of the configuration is one all the same.
 *
 * @throws DnssecError ZONE_NOT_FOUND with the places that were looked at
 */
export function resolveZoneOrGone(config: Config, cwd: string, argument: string): ZoneChoice {
  try {
    const choice = resolveZone(config, cwd, argument);
    return { ...choice, file: resolve(cwd, choice.file) };
  } catch (error) {
    const wanted = nameOf(argument);
    const configured = configuredZones(config).find(({ name }) => name === wanted);
    if (wanted === undefined || configured === undefined) throw error;
    return configured;
  }
}

/**
 * All configured zones, in the order of the configuration. One whose file is not there is among them, with the path
 * where it should be: it must not keep the others from being signed.
 */
export function configuredZones(config: Config): ZoneChoice[] {
  return [...config.zones.values()].map((zone) => {
    const places = zone.file === undefined ? usualFiles(config, zone.name) : [zone.file];
    const file = places.find(isZoneFile) ?? places[0] ?? join(config.directories.zones, `${zone.name}.zone`);
    return { file, name: zone.name, zone, policy: zone.policy };
  });
}

/** Path of the signed file that belongs to a zone file, where no other is named. */
export function signedPath(zoneFile: string): string {
  return `${zoneFile}.signed`;
}

/** A slash in a name (RFC 2317 §4) would be a directory's: such a zone's file has to be named. */
function usualFiles(config: Config, name: string): string[] {
  if (name.includes('/')) return [];
  return SPELLINGS.map((spell) => join(config.directories.zones, spell(name)));
}

function nameOf(argument: string): string | undefined {
  try {
    return canonicalZoneName(argument);
  } catch {
    return undefined;
  }
}

/** Zones by the paths of their files, as they are configured and with links followed: a run may ask for thousands. */
const filesOfConfigs = new WeakMap<Config, ReadonlyMap<string, ZoneConfig>>();

function zoneOfFile(config: Config, path: string): ZoneConfig | undefined {
  let files = filesOfConfigs.get(config);
  if (files === undefined) {
    const paths = new Map<string, ZoneConfig>();
    for (const zone of [...config.zones.values()].reverse()) {
      if (zone.file !== undefined) for (const name of [realPath(zone.file), zone.file]) paths.set(name, zone);
    }
    files = paths;
    filesOfConfigs.set(config, files);
  }
  return files.size === 0 ? undefined : (files.get(path) ?? files.get(realPath(path)));
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Whether a zone file is there: a file or a pipe, not a directory that is called as the zone is. */
export function isZoneFile(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // What is there and cannot be looked at is told when it is read.
    return code === 'EACCES' || code === 'EPERM' || code === 'EIO';
  }
}

function notFound(config: Config, argument: string, places: readonly string[]): DnssecError {
  const near = nearestWord(argument, config.zones.keys());
  const meant = near === undefined ? 'Name a zone file, or a zone of the configuration.' : `Did you mean ${near}?`;
  return new DnssecError('ZONE_NOT_FOUND', `there is no zone or zone file "${argument}"`, {
    hint: `${meant} Looked for ${places.join(', ')}.`,
  });
}
