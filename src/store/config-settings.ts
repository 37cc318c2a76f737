/** What is in force, setting by setting, as the configuration spells it. */
import { printDuration, type Seconds } from '../base/time.ts';
import { printServerAddress } from '../dns/server-address.ts';
import { algorithmText, requireSigningAlgorithm } from '../keys/algorithms.ts';
import { requestedBits } from '../keys/making.ts';
import type { KeyPolicy, Policy } from '../rollover/policy.ts';
import type { Servers, ZoneConfig } from './config.ts';

/** What a setting is set to; durations as text. */
export type SettingValue = string | number | boolean | readonly string[];

/** A setting: the keys that lead to it, and its value. */
export type Setting = readonly [path: readonly string[], value: SettingValue];

/** Every setting of a policy, in the order of `docs/configuration.md`. */
export function policySettings(policy: Policy): Setting[] {
  const { signatures, denial, rollover, timing } = policy;
  return [
    ...keySettings(policy),
    ...below('signatures', [
      ['validity', printDuration(signatures.validity)],
      ['refresh', printDuration(signatures.refresh)],
      ['jitter', printDuration(signatures.jitter)],
    ]),
    ...below('denial', [
      ['type', denial.type],
      ['salt-length', denial.saltLength],
      ['salt-lifetime', printDuration(denial.saltLifetime)],
      ['iterations', denial.iterations],
      ['opt-out', denial.optOut],
    ]),
    [['serial'], policy.serial],
    [['zonemd'], policy.zonemd],
    ...below('rollover', [
      ['mode', rollover.mode],
      ['algorithm', rollover.algorithm],
    ]),
    ...below('timing', [
      ['dnskey-ttl', printDuration(timing.dnskeyTtl)],
      ['publish-safety', printDuration(timing.publishSafety)],
      ['retire-safety', printDuration(timing.retireSafety)],
      ['max-zone-ttl', printDuration(timing.maxZoneTtl)],
      ['zone-propagation', printDuration(timing.zonePropagation)],
      ['ds-ttl', printDuration(timing.dsTtl)],
      ['parent-propagation', printDuration(timing.parentPropagation)],
      ['registration-delay', printDuration(timing.registrationDelay)],
      ['purge-keys', printDuration(timing.purgeKeys)],
    ]),
  ];
}

function keySettings({ keys }: Policy): Setting[] {
  if (keys.kind === 'none') return [[['keys'], 'none']];
  if (keys.kind === 'csk') return keyOf('csk', keys.csk);
  return [...keyOf('ksk', keys.ksk), ...keyOf('zsk', keys.zsk)];
}

/** The size is a setting of RSA keys only: all others have one. */
function keyOf(role: string, { algorithm, bits, lifetime }: KeyPolicy): Setting[] {
  const { family } = requireSigningAlgorithm(algorithm);
  const size = requestedBits(requireSigningAlgorithm(algorithm), bits);
  return [
    [['keys', role, 'algorithm'], algorithmText(algorithm)],
    ...(family === 'rsa' ? ([[['keys', role, 'bits'], size]] as const) : []),
    [['keys', role, 'lifetime'], lifetimeText(lifetime)],
  ];
}

function lifetimeText(lifetime: Seconds | undefined): string {
  return lifetime === undefined ? 'unlimited' : printDuration(lifetime);
}

/** Every setting of a zone, but for its file and its policy. */
export function zoneSettings(zone: Pick<ZoneConfig, 'registrar' | 'observe' | 'afterSign' | 'notify'>): Setting[] {
  return [
    ...(zone.registrar === undefined ? [] : ([[['registrar'], zone.registrar]] as const)),
    [['observe', 'servers'], serversText(zone.observe.servers)],
    [['observe', 'parent'], serversText(zone.observe.parent)],
    [['after-sign'], zone.afterSign],
    [['notify'], zone.notify],
  ];
}

function serversText(servers: Servers): SettingValue {
  return servers === 'auto' || servers === 'off' ? servers : servers.map(printServerAddress);
}

function below(section: string, settings: readonly (readonly [key: string, value: SettingValue])[]): Setting[] {
  return settings.map(([key, value]) => [[section, key], value]);
}
