/** The shape of `dnssec.yaml`: every key that there is, and what it may hold. */
import { z } from 'zod';
import { DnssecError } from '../base/errors.ts';
import { parseDuration, type Seconds } from '../base/time.ts';
import { signingAlgorithm } from '../keys/algorithms.ts';

/** Longest duration that a signature's times can express (RFC 4034 §3.1.5). */
const MAX_DURATION = 2 ** 31 - 1;

/** A mapping with exactly these keys. `name:` with nothing behind it is an empty one. */
function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess(
    (value) => value ?? {},
    z.strictObject(shape, {
      error: (issue) => (issue.code === 'invalid_type' ? 'must be a mapping (key: value)' : undefined),
    }),
  );
}

const duration = z.unknown().transform((value, context): Seconds => {
  const seconds = typeof value === 'string' || typeof value === 'number' ? parseDuration(String(value)) : undefined;
  if (seconds !== undefined && seconds <= MAX_DURATION) return seconds;
  const problem =
    seconds === undefined ? 'must be a duration, such as 30d, 12h, 1w2d or seconds' : 'is longer than 68 years';
  context.issues.push({ code: 'custom', message: problem, input: value });
  return z.NEVER;
});

const lifetime = z.union([z.literal('unlimited').transform(() => undefined), duration], {
  error: 'must be a duration, such as 90d or 1y, or unlimited',
});

const algorithm = z.unknown().transform((value, context): number => {
  try {
    return signingAlgorithm(String(value)).number;
  } catch (error) {
    if (!(error instanceof DnssecError)) throw error;
    const hint = error.hint === undefined ? '' : `. ${error.hint}`;
    context.issues.push({ code: 'custom', message: `: ${error.message}${hint.replace(/\.$/, '')}`, input: value });
    return z.NEVER;
  }
});

function choice<const Words extends readonly string[]>(...words: Words) {
  return z.enum(words as unknown as readonly [Words[number], ...Words[number][]], {
    error: `must be one of ${words.join(', ')}`,
  });
}

function whole(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

const flag = z.boolean({ error: 'must be true or false' });
const text = z.string({ error: 'must be text' }).refine((value) => value !== '', { error: 'must not be empty' });
const texts = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : (value ?? [])),
  z.array(text, { error: 'must be a list' }),
);

const key = section({
  algorithm: algorithm.optional(),
  bits: whole(2048, 4096).optional(),
  lifetime: lifetime.optional(),
});

/** What a policy says; whatever it leaves out is as in `default`. */
export const POLICY_SCHEMA = section({
  keys: section({ ksk: key.optional(), zsk: key.optional(), csk: key.optional() }).optional(),
  signatures: section({
    validity: duration.optional(),
    refresh: duration.optional(),
    jitter: duration.optional(),
  }).optional(),
  denial: section({
    type: choice('nsec3', 'nsec').optional(),
    'salt-length': whole(0, 255).optional(),
    'salt-lifetime': duration.optional(),
    // As many as BIND 9.18 validates; RFC 9276 §3.1 wants none.
    iterations: whole(0, 150).optional(),
    'opt-out': flag.optional(),
  }).optional(),
  serial: choice('increment', 'unixtime', 'date', 'keep').optional(),
  zonemd: flag.optional(),
  timing: section({
    'dnskey-ttl': duration.optional(),
    'publish-safety': duration.optional(),
    'retire-safety': duration.optional(),
    'max-zone-ttl': duration.optional(),
    'zone-propagation': duration.optional(),
    'ds-ttl': duration.optional(),
    'parent-propagation': duration.optional(),
    'registration-delay': duration.optional(),
    'purge-keys': duration.optional(),
  }).optional(),
});

/** Where signed zones, keys and state lie. */
export const DIRECTORIES_SCHEMA = section({ zones: text.optional(), keys: text.optional(), state: text.optional() });

/** A registrar; beside `type`, each type has keys of its own. */
export const REGISTRAR_SCHEMA = z.looseObject(
  {
    type: choice('ovh', 'cds', 'update', 'command', 'manual'),
    endpoint: text.optional(),
    credentials: text.optional(),
  },
  { error: 'must be a mapping with a type' },
);

const servers = z.union([choice('auto', 'off'), texts], { error: 'must be auto, off or a list of addresses' });
const observe = z.preprocess(
  (value) => (value === 'off' || value === 'auto' ? { servers: value, parent: value } : value),
  section({ servers: servers.optional(), parent: servers.optional() }),
);

/** A zone under management. */
export const ZONE_SCHEMA = section({
  file: text.optional(),
  policy: text.optional(),
  registrar: text.optional(),
  observe: observe.optional(),
  'after-sign': texts.optional(),
  notify: texts.optional(),
});

/** How the program looks at the world. */
export const RESOLVER_SCHEMA = section({ 'root-hints': text.optional(), 'trust-anchor': text.optional() });

/** Whom to tell; any mapping. */
export const ALERTS_SCHEMA = z.preprocess(
  (value) => value ?? {},
  z.record(z.string(), z.unknown(), { error: 'must be a mapping (key: value)' }),
);

/** What `POLICY_SCHEMA` makes of a policy. */
export type PolicyText = z.output<typeof POLICY_SCHEMA>;
/** What the section of one key says. */
export type KeyText = z.output<typeof key>;
/** What `ZONE_SCHEMA` makes of a zone. */
export type ZoneText = z.output<typeof ZONE_SCHEMA>;
/** What `REGISTRAR_SCHEMA` makes of a registrar. */
export type RegistrarText = z.output<typeof REGISTRAR_SCHEMA>;

/** The keys that may stand at a place inside a schema; none where anything may. */
export function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = schema;
  for (const step of [...path, undefined]) {
    while (at instanceof z.ZodOptional || at instanceof z.ZodPipe) at = at instanceof z.ZodPipe ? at.out : at.unwrap();
    if (!(at instanceof z.ZodObject)) return [];
    if (step === undefined) return Object.keys(at.shape);
    at = (at.shape as Record<PropertyKey, unknown>)[step];
  }
  return [];
}
