/**
 * The shape of `dnssec.yaml`: every key that there is, what it may hold, and the words that editors show for it.
 * `docs/dnssec.schema.json` is made from it (`npm run schema`).
 */
import { DnssecError } from '../base/errors.ts';
import { parseDuration, type Seconds } from '../base/time.ts';
import { parseServerAddress, type ServerAddress } from '../dns/server-address.ts';
import { SIGNING_ALGORITHM_NAMES, signingAlgorithm } from '../keys/algorithms.ts';
import type { Servers } from './config.ts';
import {
  choice,
  described,
  flag,
  isMapping,
  type JsonSchema,
  readKeys,
  type SectionValue,
  type Shape,
  scalar,
  schemasOf,
  section,
  shapeOf,
  text,
  texts,
  type ValueOf,
  WRONG,
  whole,
  wrong,
} from './config-shape.ts';

/** Longest duration that a signature's times can express (RFC 4034 §3.1.5). */
const MAX_DURATION = 2 ** 31 - 1;

/** What `parseDuration` reads; no pattern can tell how much the parts come to together. */
const DURATION_TEXT =
  '^(?:[0-9]{1,12}|(?:[0-9]+(?:[mM][oO]|[smhdwySMHDWY]))+' +
  '|(?=.*[0-9])P(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+W)?(?:[0-9]+D)?(?:T(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+S)?)?)$';
const DURATION: readonly JsonSchema[] = [
  { type: 'string', pattern: DURATION_TEXT },
  { type: 'integer', minimum: 0, maximum: MAX_DURATION },
];

const duration: Shape<Seconds> = shapeOf({ anyOf: DURATION }, (value, path, mistakes) => {
  const seconds = durationOf(value);
  if (seconds === undefined) {
    return wrong(mistakes, path, 'must be a duration, such as 30d, 12h, 1w2d or seconds');
  }
  return seconds <= MAX_DURATION ? seconds : wrong(mistakes, path, 'is longer than 68 years');
});

/** Undefined: it never ends. */
const lifetime: Shape<Seconds | undefined> = shapeOf(
  { anyOf: [{ const: 'unlimited' }, ...DURATION] },
  (value, path, mistakes) => {
    if (value === 'unlimited') return undefined;
    const seconds = durationOf(value);
    if (seconds !== undefined && seconds <= MAX_DURATION) return seconds;
    return wrong(mistakes, path, 'must be a duration, such as 90d or 1y, or unlimited');
  },
);

function durationOf(value: unknown): Seconds | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseDuration(String(value)) : undefined;
}

const algorithm: Shape<number> = shapeOf(algorithmSchema(), (value, path, mistakes) => {
  if (typeof value !== 'string' && typeof value !== 'number') {
    return wrong(mistakes, path, 'must be the name or number of an algorithm');
  }
  try {
    return signingAlgorithm(String(value)).number;
  } catch (error) {
    if (!(error instanceof DnssecError)) throw error;
    const hint = error.hint === undefined ? '' : `. ${error.hint}`;
    return wrong(mistakes, path, `: ${error.message}${hint.replace(/\.$/, '')}`);
  }
});

/** The usual names for completion, then numbers, then every spelling: any case, other names, a number as text. */
function algorithmSchema(): JsonSchema {
  const numbers = [...new Set([...SIGNING_ALGORITHM_NAMES.values()])];
  const anyCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `[${letter}${letter.toLowerCase()}]`);
  // Three digits at most.
  const digits = numbers.map((number) => `0{0,${3 - String(number).length}}${number}`);
  const pattern = `^(?:${[...[...SIGNING_ALGORITHM_NAMES.keys()].map(anyCase), ...digits].join('|')})$`;
  const names = numbers.map((number) => signingAlgorithm(String(number)).mnemonic);
  return { anyOf: [{ enum: [...names, ...numbers] }, { type: 'string', pattern }] };
}

const key = (role: string) =>
  described(
    role,
    section({
      algorithm: described('DNSSEC algorithm, by name or number.', algorithm),
      bits: described(
        'Size of an RSA key, 2048 if it is not said; the other algorithms have one size.',
        whole(2048, 4096),
      ),
      lifetime: described('When the next key takes over: longer than a roll takes, or unlimited.', lifetime),
    }),
  );

const pairOrSingle = section({
  ksk: key('Key signing key: what the DS at the parent stands for.'),
  zsk: key('Zone signing key; of the same algorithm as the KSK.'),
  csk: key('One key for both roles, instead of ksk and zsk.'),
});

const keys = shapeOf<'none' | ValueOf<typeof pairOrSingle>>(
  {
    anyOf: [
      { const: 'none' },
      { ...pairOrSingle.schema, dependentSchemas: { csk: { properties: { ksk: false, zsk: false } } } },
    ],
  },
  (value, path, mistakes) => {
    if (value === 'none') return value;
    if (value !== null && !isMapping(value)) return wrong(mistakes, path, 'must have ksk and zsk, or csk, or be none');
    return pairOrSingle(value, path, mistakes);
  },
);

/** What a policy says; whatever it leaves out is as in `default`. */
export const POLICY_SCHEMA = section({
  keys: described('The keys of a zone: ksk and zsk, or csk, or none for a zone that is, or becomes, insecure.', keys),
  signatures: described(
    'How long signatures are valid, and when they are renewed.',
    section({
      validity: described('From an hour ago to this long from now; longer than refresh and jitter together.', duration),
      refresh: described('Signatures with less life than this are renewed; below 90 % of validity.', duration),
      jitter: described('The ends of signatures are spread over this time.', duration),
    }),
  ),
  denial: described(
    'How names and types that are not there are denied.',
    section({
      type: described('NSEC3 or NSEC.', choice('nsec3', 'nsec')),
      'salt-length': described('Octets of the salt; 0 is none.', whole(0, 255)),
      'salt-lifetime': described('When a new salt is drawn, and with it the chain made anew.', duration),
      // As many as BIND 9.18 validates; RFC 9276 §3.1 wants none.
      iterations: described('Additional iterations: leave it at 0 (RFC 9276 §3.1).', whole(0, 150)),
      'opt-out': described('No NSEC3 for insecure delegations (RFC 5155 §6).', flag),
    }),
  ),
  serial: described(
    'How the serial of the signed zone is found; it never falls.',
    choice('increment', 'unixtime', 'date', 'keep'),
  ),
  zonemd: described('A digest of the whole zone (RFC 8976).', flag),
  rollover: described(
    'How keys are rolled.',
    section({
      mode: described(
        'manual: nothing is brought in or taken out before a person says so.',
        choice('automatic', 'manual'),
      ),
      algorithm: described(
        'Signatures of a new algorithm come before its keys (conservative, RFC 6781 §4.1.4) or with them (liberal).',
        choice('conservative', 'liberal'),
      ),
    }),
  ),
  timing: described(
    'Delays that a rollover reckons with.',
    section({
      'dnskey-ttl': described('TTL of the DNSKEY RRset.', duration),
      'publish-safety': described('Waited in addition before a published key is used.', duration),
      'retire-safety': described('Waited in addition before what is no longer used is withdrawn.', duration),
      'max-zone-ttl': described('The largest TTL in the zone.', duration),
      'zone-propagation': described('Until every server of the zone has a new version of it.', duration),
      'ds-ttl': described('TTL of the DS RRset at the parent.', duration),
      'parent-propagation': described('Until every server of the parent has a new version of it.', duration),
      'registration-delay': described('From asking for a change of the DS to its being at the parent.', duration),
      'purge-keys': described('How long the files of keys that are no longer used are kept.', duration),
    }),
  ),
});

/** Where signed zones, keys and state lie. */
export const DIRECTORIES_SCHEMA = section({
  zones: described('Unsigned zone files, and beside each its signed one.', text),
  keys: described('Key files.', text),
  state: described('What the program remembers of each zone.', text),
});

const REGISTRAR_KEYS = {
  type: described('What kind of registrar it is.', choice('ovh', 'cds', 'update', 'command', 'manual')),
  endpoint: described('Where its interface is: a name that the type knows, or a URL.', text),
  credentials: described('The file with the credentials.', text),
};

/** What is known of a registrar: its type, and whatever keys that type has. */
export type RegistrarText = SectionValue<typeof REGISTRAR_KEYS> & {
  readonly type: ValueOf<typeof REGISTRAR_KEYS.type>;
  readonly [key: string]: unknown;
};

/** A registrar; beside `type`, each type has keys of its own. */
export const REGISTRAR_SCHEMA: Shape<RegistrarText> = shapeOf(
  { type: 'object', properties: schemasOf(REGISTRAR_KEYS), required: ['type'] },
  (value, path, mistakes) => {
    if (!isMapping(value)) return wrong(mistakes, path, 'must be a mapping with a type');
    const read = readKeys(REGISTRAR_KEYS, { type: undefined, ...value }, path, mistakes);
    return read === WRONG ? WRONG : ({ ...value, ...read } as RegistrarText);
  },
);

/** Octets of an address and of a port, as far as a pattern can tell one. */
const ADDRESS_SCHEMA: JsonSchema = { type: 'string', pattern: '^[0-9A-Fa-f:.\\[\\]]+$' };

const serverAddress = scalar(
  ADDRESS_SCHEMA,
  (value) => (typeof value === 'string' ? parseServerAddress(value) : undefined),
  'must be an IP address, alone or with a port: 192.0.2.1, 2001:db8::1, 192.0.2.1:5353 or "[2001:db8::1]:5353"',
);

/** No servers would be of one mind about everything, so an empty list is none. */
const servers: Shape<Servers> = shapeOf(
  { anyOf: [{ enum: ['auto', 'off'] }, ADDRESS_SCHEMA, { type: 'array', items: ADDRESS_SCHEMA, minItems: 1 }] },
  (value, path, mistakes) => {
    if (value === 'auto' || value === 'off') return value;
    if (typeof value === 'string') {
      const read = serverAddress(value, path, mistakes);
      return read === WRONG ? WRONG : [read];
    }
    if (!Array.isArray(value)) return wrong(mistakes, path, 'must be auto, off or a list of addresses');
    if (value.length === 0) return wrong(mistakes, path, 'must name a server; to ask none, say off');
    const read = value.map((one, i) => serverAddress(one, [...path, i], mistakes));
    return read.some((one) => one === WRONG) ? WRONG : (read as ServerAddress[]);
  },
);

const observed = section({
  servers: described('The servers of the zone: auto, off or addresses.', servers),
  parent: described('The servers of the parent: auto, off or addresses.', servers),
});
const observe: Shape<ValueOf<typeof observed>> = shapeOf(
  { anyOf: [{ enum: ['auto', 'off'] }, observed.schema] },
  (value, path, mistakes) =>
    observed(value === 'off' || value === 'auto' ? { servers: value, parent: value } : value, path, mistakes),
);

/** A zone under management. */
export const ZONE_SCHEMA = section({
  file: described('The zone file; looked for in the directory of zones if it is not said.', text),
  policy: described('Name of its policy; "insecure" is one that wants no keys.', text),
  registrar: described('Name of the registrar that its DS goes to.', text),
  observe: described('Whom to ask what the world sees.', observe),
  'after-sign': described('Commands to run when the zone has been signed.', texts),
  notify: described('Servers to notify when the zone has been signed.', texts),
});

/** How the program looks at the world. */
export const RESOLVER_SCHEMA = section({
  'root-hints': described('File with the addresses of the root servers, or builtin.', text),
  'trust-anchor': described('File with the trust anchor of the root, or builtin.', text),
});

/** Whom to tell; any mapping. */
export const ALERTS_SCHEMA: Shape<Readonly<Record<string, unknown>>> = shapeOf(
  { type: ['object', 'null'] },
  (value, path, mistakes) => {
    const mapping = value ?? {};
    return isMapping(mapping) ? mapping : wrong(mistakes, path, 'must be a mapping (key: value)');
  },
);

/** A section of the whole file. */
interface ConfigSection {
  /** Whether the shape is that of its entries, which have names that the user gives. */
  readonly named: boolean;
  readonly description: string;
  readonly shape: Shape<unknown>;
}

/** The sections of the whole file. */
export const CONFIG_SECTIONS: Readonly<Record<string, ConfigSection>> = {
  directories: { named: false, description: 'Where zones, keys and state lie.', shape: DIRECTORIES_SCHEMA },
  policies: {
    named: true,
    description: 'By name. A policy is filled from the one named default, and that from what is built in.',
    shape: POLICY_SCHEMA,
  },
  registrars: { named: true, description: 'By name: who brings the DS to the parent.', shape: REGISTRAR_SCHEMA },
  zones: { named: true, description: 'By name: the zones under management.', shape: ZONE_SCHEMA },
  resolver: { named: false, description: 'How the program looks at the world.', shape: RESOLVER_SCHEMA },
  alerts: { named: false, description: 'Whom to tell.', shape: ALERTS_SCHEMA },
};

/** What `POLICY_SCHEMA` makes of a policy. */
export type PolicyText = ValueOf<typeof POLICY_SCHEMA>;
/** The keys of a policy, where it wants any. */
export type KeysText = ValueOf<typeof pairOrSingle>;
/** What the section of one key says. */
export type KeyText = NonNullable<KeysText['ksk']>;
