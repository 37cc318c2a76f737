/** The configuration: found, read, checked whole, and completed with what holds where nothing is said. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DnssecError, fileError } from '../base/errors.ts';
import type { ServerAddress } from '../dns/server-address.ts';
import { holdsPrivateKey } from '../keys/private-text.ts';
import { DEFAULT_POLICY, type Policy } from '../rollover/policy.ts';

/** Where the files lie; absolute paths. */
export interface Directories {
  readonly zones: string;
  readonly keys: string;
  readonly state: string;
}

/** A zone as the configuration names it. */
export interface ZoneConfig {
  /** In lower case, without the trailing dot. */
  readonly name: string;
  /** Absolute path of the zone file; undefined if it is to be looked for in the directory of zones. */
  readonly file: string | undefined;
  readonly policy: Policy;
  readonly registrar: string | undefined;
  /** Whom to ask what the world sees: `auto`, `off`, or addresses. */
  readonly observe: { readonly servers: Servers; readonly parent: Servers };
  readonly afterSign: readonly string[];
  readonly notify: readonly string[];
}

/** Which servers to ask; a list names at least one. */
export type Servers = 'auto' | 'off' | readonly ServerAddress[];

/** A registrar's section: its type, and whatever keys that type has. */
export interface RegistrarConfig {
  readonly type: 'ovh' | 'cds' | 'update' | 'command' | 'manual';
  readonly [key: string]: unknown;
}

/** The whole configuration. */
export interface Config {
  /** The file that it was read from; undefined if there is none. */
  readonly file: string | undefined;
  /** Directory that relative paths count from. */
  readonly base: string;
  readonly directories: Directories;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly registrars: ReadonlyMap<string, RegistrarConfig>;
  /** By name, in lower case and without the trailing dot. */
  readonly zones: ReadonlyMap<string, ZoneConfig>;
  readonly resolver: { readonly rootHints: string; readonly trustAnchor: string };
  readonly alerts: Readonly<Record<string, unknown>>;
}

/** Where to look for the configuration. */
export interface ConfigSearch {
  readonly cwd: string;
  /** As --config gives it; then no other place counts. */
  readonly explicit?: string | undefined;
  /** The last place looked at. */
  readonly system?: string;
}

/** What the configuration file is called. */
export const CONFIG_NAME = 'dnssec.yaml';
const SYSTEM_FILE = '/etc/dnssec/dnssec.yaml';
/** Far above what thousands of zones need. */
const MAX_OCTETS = 16 * 1024 * 1024;

/**
 * Loads the configuration: --config, else ./dnssec.yaml, else /etc/dnssec/dnssec.yaml, else what holds by default.
 *
 * @throws DnssecError CONFIG_INVALID with every mistake at its place, FILE_UNREADABLE
 */
export async function loadConfig(search: ConfigSearch): Promise<Config> {
  const { cwd, explicit, system = SYSTEM_FILE } = search;
  const places = explicit === undefined ? [join(cwd, CONFIG_NAME), system] : [resolve(cwd, explicit)];
  for (const file of places) {
    const text = await readConfigText(file, explicit !== undefined);
    if (text === undefined) continue;
    const { parseConfig } = await import('./config-parse.ts');
    return parseConfig(text, file, explicit ?? (file === system ? system : CONFIG_NAME));
  }
  return defaultConfig(resolve(cwd));
}

/** What holds without a configuration file. @param base  directory that relative paths count from */
export function defaultConfig(base: string): Config {
  return {
    file: undefined,
    base,
    directories: { zones: join(base, 'zones'), keys: join(base, 'keys'), state: join(base, 'state') },
    policies: new Map([DEFAULT_POLICY, insecurePolicy(DEFAULT_POLICY)].map((policy) => [policy.name, policy])),
    registrars: new Map(),
    zones: new Map(),
    resolver: { rootHints: 'builtin', trustAnchor: 'builtin' },
    alerts: {},
  };
}

/** What zones may say for their policy without its being defined. */
export const INSECURE = 'insecure';

/** The policy `insecure`: as `default`, and no keys. */
export function insecurePolicy(standard: Policy): Policy {
  return { ...standard, name: INSECURE, keys: { kind: 'none' } };
}

/** What holds for a zone that says nothing. */
export const ZONE_DEFAULTS: Pick<ZoneConfig, 'registrar' | 'observe' | 'afterSign' | 'notify'> = {
  registrar: undefined,
  observe: { servers: 'auto', parent: 'auto' },
  afterSign: [],
  notify: [],
};

/** The policy of a zone: its own, else `default`. @param zone  in lower case, without the trailing dot */
export function policyFor(config: Config, zone: string | undefined): Policy {
  const named = zone === undefined ? undefined : config.zones.get(zone)?.policy;
  return named ?? config.policies.get(DEFAULT_POLICY.name) ?? DEFAULT_POLICY;
}

/** @returns undefined if there is no such file and it need not be there */
export async function readConfigText(file: string, required: boolean): Promise<string | undefined> {
  try {
    const octets = readFileSync(file);
    if (octets.length > MAX_OCTETS) {
      throw new DnssecError('CONFIG_INVALID', `${file}: ${octets.length} octets are too many for a configuration`);
    }
    if (holdsPrivateKey(octets)) {
      throw new DnssecError('CONFIG_INVALID', `${file} is a private key file, not a configuration`);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch (cause) {
    if (cause instanceof DnssecError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (!required && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      throw new DnssecError('CONFIG_INVALID', `${file}: the text is not UTF-8`, { cause });
    }
    throw fileError('read configuration', file, cause);
  }
}
