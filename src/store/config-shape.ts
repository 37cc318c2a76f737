/** Shapes: what may stand at a place of the configuration, what it comes to, and the same as JSON Schema for editors. */

/** The way to a value: keys from the top. */
export type ConfigPath = readonly PropertyKey[];

/** Who is told of mistakes. */
export interface Mistakes {
  error(path: ConfigPath, message: string): void;
  unknownKeys(path: ConfigPath, keys: readonly string[], known: readonly string[]): void;
}

/** What a shape gives for a value that does not fit; the mistakes in it have been told then. */
export const WRONG = Symbol('wrong');

/** A JSON Schema of draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Reads the value at a place. Values are plain data, as `JSON.parse` gives it. */
export type ReadShape<Value> = (value: unknown, path: ConfigPath, mistakes: Mistakes) => Value | typeof WRONG;

/** How the value at a place is read. */
export interface Shape<Value> extends ReadShape<Value> {
  /** Accepts whatever is read; and refuses whatever is not, as far as a schema can say it. */
  readonly schema: JsonSchema;
}

/** The shape of a mapping in which each part has a shape of its own. */
export interface SectionShape<Parts extends Shapes> extends Shape<SectionValue<Parts>> {
  readonly parts: Parts;
}

/** What a shape makes of values that fit. */
export type ValueOf<S> = S extends Shape<infer Value> ? Value : never;

/** A mapping in which each key may be left out. */
export type SectionValue<Shapes> = { readonly [Key in keyof Shapes]?: ValueOf<Shapes[Key]> };

/** Shapes by the keys that they are for. */
export type Shapes = Readonly<Record<string, Shape<unknown>>>;

/** Puts together how a value is read and the schema that says the same. */
export function shapeOf<Value>(schema: JsonSchema, read: ReadShape<Value>): Shape<Value> {
  return Object.assign(read, { schema });
}

/** The same shape, with words for editors on what the value is for. */
export function described<S extends Shape<unknown>>(description: string, shape: S): S {
  const read: ReadShape<unknown> = (value, path, mistakes) => shape(value, path, mistakes);
  return Object.assign(read, shape, { schema: { description, ...shape.schema } });
}

/** A shape for single values: `read` gives the value, or undefined for one that is wrong. */
export function scalar<Value>(
  schema: JsonSchema,
  read: (value: unknown) => Value | undefined,
  message: string,
): Shape<Value> {
  return shapeOf(schema, (value, path, mistakes) => {
    const found = read(value);
    return found === undefined ? wrong(mistakes, path, message) : found;
  });
}

/** Tells a mistake. */
export function wrong(mistakes: Mistakes, path: ConfigPath, message: string): typeof WRONG {
  mistakes.error(path, message);
  return WRONG;
}

/** One of these words. */
export function choice<const Words extends readonly string[]>(...words: Words): Shape<Words[number]> {
  return scalar({ enum: words }, (value) => words.find((word) => word === value), `must be one of ${words.join(', ')}`);
}

/** A whole number. */
export function whole(least: number, most: number): Shape<number> {
  const fits = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  return scalar(
    { type: 'integer', minimum: least, maximum: most },
    (value) => (fits(value) ? value : undefined),
    `must be a whole number from ${least} to ${most}`,
  );
}

/** True or false. */
export const flag: Shape<boolean> = scalar(
  { type: 'boolean' },
  (value) => (typeof value === 'boolean' ? value : undefined),
  'must be true or false',
);

/** Text that is not empty. */
export const text: Shape<string> = shapeOf({ type: 'string', minLength: 1 }, (value, path, mistakes) => {
  if (typeof value !== 'string') return wrong(mistakes, path, 'must be text');
  return value === '' ? wrong(mistakes, path, 'must not be empty') : value;
});

const TEXTS_SCHEMA: JsonSchema = { type: ['array', 'string', 'null'], minLength: 1, items: text.schema };

/** A list of texts, where one alone may stand for a list of one, and nothing for an empty one. */
export const texts: Shape<readonly string[]> = shapeOf(TEXTS_SCHEMA, (value, path, mistakes) => {
  const list = typeof value === 'string' ? [value] : (value ?? []);
  if (!Array.isArray(list)) return wrong(mistakes, path, 'must be a list');
  const read = list.map((part, i) => text(part, [...path, i], mistakes));
  return read.some((part) => part === WRONG) ? WRONG : (read as string[]);
});

/** A mapping with these keys and no others. `name:` with nothing behind it is an empty one. */
export function section<Parts extends Shapes>(parts: Parts): SectionShape<Parts> {
  const read: ReadShape<SectionValue<Parts>> = (value, path, mistakes) => {
    const mapping = value ?? {};
    if (!isMapping(mapping)) return wrong(mistakes, path, 'must be a mapping (key: value)');
    const unknown = Object.keys(mapping).filter((key) => !Object.hasOwn(parts, key));
    if (unknown.length > 0) mistakes.unknownKeys(path, unknown, Object.keys(parts));
    const found = readKeys(parts, mapping, path, mistakes);
    return unknown.length > 0 || found === WRONG ? WRONG : (found as SectionValue<Parts>);
  };
  const schema = { type: ['object', 'null'], properties: schemasOf(parts), additionalProperties: false };
  return Object.assign(read, { schema, parts });
}

/** The schemas of shapes, by the same keys. */
export function schemasOf(shapes: Shapes): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(Object.entries(shapes).map(([key, { schema }]) => [key, schema]));
}

/** Reads those keys of a mapping that there are shapes for. */
export function readKeys(
  shapes: Shapes,
  mapping: Readonly<Record<string, unknown>>,
  path: ConfigPath,
  mistakes: Mistakes,
): Readonly<Record<string, unknown>> | typeof WRONG {
  const read: Record<string, unknown> = {};
  for (const [key, shape] of Object.entries(shapes)) {
    if (Object.hasOwn(mapping, key)) read[key] = shape(mapping[key], [...path, key], mistakes);
  }
  return Object.values(read).includes(WRONG) ? WRONG : read;
}

/** Whether a value is a mapping. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
