/** What a configuration that is right comes to, and what in it is probably not meant. */
import type { Diagnostic } from '../base/errors.ts';
import { DEFAULT_POLICY } from '../rollover/policy.ts';
import type { Config } from './config.ts';
import { openConfigDocument, zoneSpellings } from './config-origins.ts';
import { configuredZones, isZoneFile } from './zone-lookup.ts';

/** A configuration in short. */
export interface ConfigReview {
  /** Number of zones. */
  readonly zones: number;
  /** The policies that are defined or used. */
  readonly policies: readonly PolicyUse[];
  /** Policies that no zone uses, and zones whose file is not there; in the order of the file. */
  readonly warnings: readonly Diagnostic[];
}

/** How a policy is used. */
export interface PolicyUse {
  readonly name: string;
  /** Number of zones that have it. */
  readonly zones: number;
  /** Whether the configuration says anything of it. */
  readonly defined: boolean;
}

/**
 * Looks a configuration over.
 *
 * @param shown  its path as messages give it
 * @throws DnssecError FILE_UNREADABLE
 */
export async function reviewConfig(config: Config, shown: string): Promise<ConfigReview> {
  const document = await openConfigDocument(config, shown);
  const uses = new Map<string, number>();
  for (const { policy } of config.zones.values()) uses.set(policy.name, (uses.get(policy.name) ?? 0) + 1);
  const policies = [...config.policies.keys()]
    .map((name) => ({
      name,
      zones: uses.get(name) ?? 0,
      defined: document?.valueAt(['policies', name]) !== undefined,
    }))
    .filter(({ name, zones, defined }) => name === DEFAULT_POLICY.name || zones > 0 || defined);
  if (document === undefined) return { zones: config.zones.size, policies, warnings: [] };

  const unused = policies
    // The others are filled from it, and so are zones that the configuration does not name.
    .filter(({ name, zones }) => name !== DEFAULT_POLICY.name && zones === 0)
    .map(({ name }) =>
      document.warning(['policies', name], `no zone has the policy ${name}`, 'Name it in a zone, or take it out.'),
    );
  const spellings = zoneSpellings(document);
  const missing = configuredZones(config)
    .filter(({ file }) => !isZoneFile(file))
    .map(({ name = '', file, zone }) => {
      const path = ['zones', spellings.get(name) ?? name];
      return zone?.file === undefined
        ? document.warning(path, `zone ${name} has no file in ${config.directories.zones}`, 'Say which is its file.')
        : document.warning([...path, 'file'], `zone ${name} has no file: ${file} is not there`, MISSING_HINT);
    });
  const warnings = [...unused, ...missing].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return { zones: config.zones.size, policies, warnings };
}

const MISSING_HINT = 'Correct its path; relative ones count from the directory of the configuration.';
