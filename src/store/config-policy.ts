/** A policy from what the configuration says of it, and the standard for all that it leaves out. */
import { algorithmText, findAlgorithm } from '../keys/algorithms.ts';
import { DEFAULT_POLICY, type KeyPolicy, type KeysPolicy, type Policy } from '../rollover/policy.ts';
import type { ConfigDocument } from './config-document.ts';
import { checkLifetimes, checkSignatures } from './config-policy-checks.ts';
import type { KeysText, KeyText, PolicyText } from './config-schema.ts';

type Path = readonly string[];

/**
 * Builds a policy and reports what in it contradicts itself.
 *
 * @param path      of the policy in the document
 * @param standard  the policy that fills what `said` leaves out
 * @param doubtful  parts that are wrong, here or in `standard`: what depends on them is not judged
 */
export function buildPolicy(
  document: ConfigDocument,
  path: Path,
  name: string,
  said: PolicyText,
  standard: Policy,
  doubtful: ReadonlySet<PropertyKey>,
): Policy {
  const { signatures = {}, denial = {}, rollover = {}, timing = {} } = said;
  const policy: Policy = {
    name,
    keys: said.keys === undefined ? standard.keys : buildKeys(document, [...path, 'keys'], said.keys, standard.keys),
    signatures: {
      validity: signatures.validity ?? standard.signatures.validity,
      refresh: signatures.refresh ?? standard.signatures.refresh,
      jitter: signatures.jitter ?? standard.signatures.jitter,
    },
    denial: {
      type: denial.type ?? standard.denial.type,
      saltLength: denial['salt-length'] ?? standard.denial.saltLength,
      saltLifetime: denial['salt-lifetime'] ?? standard.denial.saltLifetime,
      iterations: denial.iterations ?? standard.denial.iterations,
      optOut: denial['opt-out'] ?? standard.denial.optOut,
    },
    serial: said.serial ?? standard.serial,
    zonemd: said.zonemd ?? standard.zonemd,
    rollover: {
      mode: rollover.mode ?? standard.rollover.mode,
      algorithm: rollover.algorithm ?? standard.rollover.algorithm,
    },
    timing: {
      dnskeyTtl: timing['dnskey-ttl'] ?? standard.timing.dnskeyTtl,
      publishSafety: timing['publish-safety'] ?? standard.timing.publishSafety,
      retireSafety: timing['retire-safety'] ?? standard.timing.retireSafety,
      maxZoneTtl: timing['max-zone-ttl'] ?? standard.timing.maxZoneTtl,
      zonePropagation: timing['zone-propagation'] ?? standard.timing.zonePropagation,
      dsTtl: timing['ds-ttl'] ?? standard.timing.dsTtl,
      parentPropagation: timing['parent-propagation'] ?? standard.timing.parentPropagation,
      registrationDelay: timing['registration-delay'] ?? standard.timing.registrationDelay,
      purgeKeys: timing['purge-keys'] ?? standard.timing.purgeKeys,
    },
  };
  if (!doubtful.has('signatures')) checkSignatures(document, path, said, policy);
  if (!['keys', 'signatures', 'timing'].some((part) => doubtful.has(part))) {
    checkLifetimes(document, path, said, policy);
  }
  return policy;
}

function buildKeys(document: ConfigDocument, path: Path, said: KeysText | 'none', standard: KeysPolicy): KeysPolicy {
  if (said === 'none') return { kind: 'none' };
  if (said.csk !== undefined) {
    if (said.ksk !== undefined || said.zsk !== undefined) {
      document.error([...path, 'csk'], 'a csk stands instead of ksk and zsk, not beside them');
    }
    const base = inherited(standard, 'ksk');
    return { kind: 'csk', csk: buildKey(document, [...path, 'csk'], said.csk, base) };
  }
  if (said.ksk === undefined && said.zsk === undefined) return standard;
  const ksk = inherited(standard, 'ksk');
  const zsk = inherited(standard, 'zsk');
  const keys = {
    kind: 'pair',
    ksk: buildKey(document, [...path, 'ksk'], said.ksk ?? {}, ksk),
    zsk: buildKey(document, [...path, 'zsk'], said.zsk ?? {}, zsk),
  } as const;
  if (keys.ksk.algorithm !== keys.zsk.algorithm) {
    // Each algorithm among a zone's keys has to sign all of the zone (RFC 6840 §5.11).
    const names = `${algorithmText(keys.ksk.algorithm)} and ${algorithmText(keys.zsk.algorithm)}`;
    document.error(path, `ksk and zsk must have the same algorithm, not ${names}`, 'Name it for both.');
  }
  return keys;
}

/** The key that a role's section completes: a pair may follow a CSK, and either of them no keys at all. */
function inherited(standard: KeysPolicy, role: 'ksk' | 'zsk'): KeyPolicy {
  if (standard.kind === 'none') return inherited(DEFAULT_POLICY.keys, role);
  return standard.kind === 'csk' ? standard.csk : standard[role];
}

function buildKey(document: ConfigDocument, path: Path, said: KeyText, standard: KeyPolicy): KeyPolicy {
  const algorithm = said.algorithm ?? standard.algorithm;
  // A size belongs to its algorithm: it is not inherited without it.
  const bits = said.bits ?? (algorithm === standard.algorithm ? standard.bits : undefined);
  if (said.bits !== undefined && findAlgorithm(algorithm)?.family !== 'rsa') {
    document.error([...path, 'bits'], `${algorithmText(algorithm)} has one size only: leave bits out`);
  }
  return { algorithm, bits, lifetime: 'lifetime' in said ? said.lifetime : standard.lifetime };
}
