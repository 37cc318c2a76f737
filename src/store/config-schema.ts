/** The shape of `dnssec.yaml`: every key that there is, and what it may hold. */
import { DnssecError } from '../base/errors.ts';
import { parseDuration, type Seconds } from '../base/time.ts';
import { parseServerAddress, type ServerAddress } from '../dns/server-address.ts';
import { signingAlgorithm } from '../keys/algorithms.ts';
import type { Servers } from './config.ts';
import {
  choice,
  flag,
  isMapping,
  readKeys,
  type SectionValue,
  type Shape,
  scalar,
  section,
  text,
  texts,
  type ValueOf,
  WRONG,
  whole,
  wrong,
} from './config-shape.ts';

/** Longest duration that a signature's times can express (RFC 4034 §3.1.5). */
const MAX_DURATION = 2 ** 31 - 1;

const duration: Shape<Seconds> = (value, path, mistakes) => {
  const seconds = durationOf(value);
  if (seconds === undefined) {
    return wrong(mistakes, path, 'must be a duration, such as 30d, 12h, 1w2d or seconds');
  }
  return seconds <= MAX_DURATION ? seconds : wrong(mistakes, path, 'is longer than 68 years');
};

/** Undefined: it never ends. */
const lifetime: Shape<Seconds | undefined> = (value, path, mistakes) => {
  if (value === 'unlimited') return undefined;
  const seconds = durationOf(value);
  if (seconds !== undefined && seconds <= MAX_DURATION) return seconds;
  return wrong(mistakes, path, 'must be a duration, such as 90d or 1y, or unlimited');
};

function durationOf(value: unknown): Seconds | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseDuration(String(value)) : undefined;
}

const algorithm: Shape<number> = (value, path, mistakes) => {
  try {
    return signingAlgorithm(String(value)).number;
  } catch (error) {
    if (!(error instanceof DnssecError)) throw error;
    const hint = error.hint === undefined ? '' : `. ${error.hint}`;
    return wrong(mistakes, path, `: ${error.message}${hint.replace(/\.$/, '')}`);
  }
};

const key = section({ algorithm, bits: whole(2048, 4096), lifetime });

/** What a policy says; whatever it leaves out is as in `default`. */
export const POLICY_SCHEMA = section({
  keys: section({ ksk: key, zsk: key, csk: key }),
  signatures: section({ validity: duration, refresh: duration, jitter: duration }),
  denial: section({
    type: choice('nsec3', 'nsec'),
    'salt-length': whole(0, 255),
    'salt-lifetime': duration,
    // As many as BIND 9.18 validates; RFC 9276 §3.1 wants none.
    iterations: whole(0, 150),
    'opt-out': flag,
  }),
  serial: choice('increment', 'unixtime', 'date', 'keep'),
  zonemd: flag,
  timing: section({
    'dnskey-ttl': duration,
    'publish-safety': duration,
    'retire-safety': duration,
    'max-zone-ttl': duration,
    'zone-propagation': duration,
    'ds-ttl': duration,
    'parent-propagation': duration,
    'registration-delay': duration,
    'purge-keys': duration,
  }),
});

/** Where signed zones, keys and state lie. */
export const DIRECTORIES_SCHEMA = section({ zones: text, keys: text, state: text });

const REGISTRAR_KEYS = {
  type: choice('ovh', 'cds', 'update', 'command', 'manual'),
  endpoint: text,
  credentials: text,
};

/** What is known of a registrar: its type, and whatever keys that type has. */
export type RegistrarText = SectionValue<typeof REGISTRAR_KEYS> & {
  readonly type: ValueOf<typeof REGISTRAR_KEYS.type>;
  readonly [key: string]: unknown;
};

/** A registrar; beside `type`, each type has keys of its own. */
export const REGISTRAR_SCHEMA: Shape<RegistrarText> = (value, path, mistakes) => {
  if (!isMapping(value)) return wrong(mistakes, path, 'must be a mapping with a type');
  const read = readKeys(REGISTRAR_KEYS, { type: undefined, ...value }, path, mistakes);
  return read === WRONG ? WRONG : ({ ...value, ...read } as RegistrarText);
};

const serverAddress = scalar(
  (value) => (typeof value === 'string' ? parseServerAddress(value) : undefined),
  'must be an IP address, alone or with a port: 192.0.2.1, 2001:db8::1, 192.0.2.1:5353 or "[2001:db8::1]:5353"',
);

/** No servers would be of one mind about everything, so an empty list is none. */
const servers: Shape<Servers> = (value, path, mistakes) => {
  if (value === 'auto' || value === 'off') return value;
  if (typeof value === 'string') {
    const read = serverAddress(value, path, mistakes);
    return read === WRONG ? WRONG : [read];
  }
  if (!Array.isArray(value)) return wrong(mistakes, path, 'must be auto, off or a list of addresses');
  if (value.length === 0) return wrong(mistakes, path, 'must name a server; to ask none, say off');
  const read = value.map((one, i) => serverAddress(one, [...path, i], mistakes));
  return read.some((one) => one === WRONG) ? WRONG : (read as ServerAddress[]);
};

const observed = section({ servers, parent: servers });
const observe: typeof observed = (value, path, mistakes) =>
  observed(value === 'off' || value === 'auto' ? { servers: value, parent: value } : value, path, mistakes);

/** A zone under management. */
export const ZONE_SCHEMA = section({
  file: text,
  policy: text,
  registrar: text,
  observe,
  'after-sign': texts,
  notify: texts,
});

/** How the program looks at the world. */
export const RESOLVER_SCHEMA = section({ 'root-hints': text, 'trust-anchor': text });

/** Whom to tell; any mapping. */
export const ALERTS_SCHEMA: Shape<Readonly<Record<string, unknown>>> = (value, path, mistakes) => {
  const mapping = value ?? {};
  return isMapping(mapping) ? mapping : wrong(mistakes, path, 'must be a mapping (key: value)');
};

/** What `POLICY_SCHEMA` makes of a policy. */
export type PolicyText = ValueOf<typeof POLICY_SCHEMA>;
/** What the section of one key says. */
export type KeyText = ValueOf<typeof key>;
/** What `ZONE_SCHEMA` makes of a zone. */
export type ZoneText = ValueOf<typeof ZONE_SCHEMA>;
