/** What in a policy contradicts itself across several settings. */
import { printDuration, type Seconds } from '../base/time.ts';
import { publicationInterval, shortestKskLifetime, shortestZskLifetime } from '../rollover/intervals.ts';
import type { Policy } from '../rollover/policy.ts';
import type { ConfigDocument } from './config-document.ts';
import type { PolicyText } from './config-schema.ts';

type Path = readonly string[];
type Role = 'ksk' | 'zsk' | 'csk';

/**
 * Reports signatures that would be renewed as soon as they are made, or nearly: `refresh` from 90 % of `validity` on.
 *
 * @param said  what this policy says itself: what it takes from `default` is judged there
 */
export function checkSignatures(document: ConfigDocument, path: Path, said: PolicyText, policy: Policy): void {
  if (said.signatures === undefined) return;
  const { validity, refresh, jitter } = policy.signatures;
  const place = [...path, 'signatures'];
  if (refresh + jitter >= validity) {
    document.error(
      place,
      'signatures would fall due as soon as they are made: validity must be longer than refresh and jitter together',
      `refresh is ${printDuration(refresh)} and jitter ${printDuration(jitter)}, validity ${printDuration(validity)}.`,
    );
  } else if (refresh * 10 >= validity * 9) {
    document.error(
      said.signatures.refresh === undefined ? place : [...place, 'refresh'],
      `signatures would be renewed nearly all the time: refresh must be less than 90 % of validity`,
      `refresh is ${printDuration(refresh)}, and 90 % of validity ${printDuration(validity * 0.9)}.`,
    );
  }
}

/** Reports keys that live shorter than a roll takes: the next roll would begin before this one is over. */
export function checkLifetimes(document: ConfigDocument, path: Path, said: PolicyText, policy: Policy): void {
  const { keys } = policy;
  if (keys.kind === 'none') return;
  const roles =
    keys.kind === 'pair'
      ? ([
          ['ksk', keys.ksk],
          ['zsk', keys.zsk],
        ] as const)
      : ([['csk', keys.csk]] as const);
  for (const [role, { lifetime }] of roles) {
    const place = lifetimePlace(path, said, role);
    if (place === undefined || lifetime === undefined) continue;
    const { least, parts } = rollOf(role, policy);
    if (lifetime > least) continue;
    document.error(
      place,
      `the lifetime of the ${role}, ${printDuration(lifetime)}, must be longer than the ${printDuration(least)} that ` +
        'a roll takes: else the next one would begin before it is over',
      `${parts}. Say a longer lifetime, or unlimited.`,
    );
  }
}

/** How long a roll takes, and the sum in words. A CSK changes DS and signatures at the same time: the longer counts. */
function rollOf(role: Role, policy: Policy): { readonly least: Seconds; readonly parts: string } {
  const { timing, signatures } = policy;
  const ksk = shortestKskLifetime(policy);
  const zsk = shortestZskLifetime(policy);
  const publication = publicationInterval(timing);
  const begin = `${printDuration(publication)} (dnskey-ttl, zone-propagation, publish-safety)`;
  if (role === 'ksk' || (role === 'csk' && ksk > zsk)) {
    const exchange = `(registration-delay, ds-ttl, parent-propagation, retire-safety)`;
    return { least: ksk, parts: `${begin} + ${printDuration(ksk - publication)} ${exchange}` };
  }
  const renewal = signatures.validity - signatures.refresh;
  const rest = zsk - publication - renewal;
  const words = `${printDuration(renewal)} (validity less refresh) + ${printDuration(rest)}`;
  return { least: zsk, parts: `${begin} + ${words} (max-zone-ttl, zone-propagation, retire-safety)` };
}

/** Where to say it: at the lifetime, else at what makes a roll longer; undefined if this policy says none of that. */
function lifetimePlace(path: Path, said: PolicyText, role: Role): Path | undefined {
  const { keys } = said;
  if (keys !== undefined && keys !== 'none' && keys[role] !== undefined && 'lifetime' in keys[role]) {
    return [...path, 'keys', role, 'lifetime'];
  }
  const parts = role === 'ksk' ? (['timing', 'keys'] as const) : (['timing', 'signatures', 'keys'] as const);
  const part = parts.find((name) => said[name] !== undefined);
  return part === undefined ? undefined : [...path, part];
}
