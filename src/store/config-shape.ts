/** Shapes: what may stand at a place of the configuration, and what it comes to. */

/** The way to a value: keys from the top. */
export type ConfigPath = readonly PropertyKey[];

/** Who is told of mistakes. */
export interface Mistakes {
  error(path: ConfigPath, message: string): void;
  unknownKeys(path: ConfigPath, keys: readonly string[], known: readonly string[]): void;
}

/** What a shape gives for a value that does not fit; the mistakes in it have been told then. */
export const WRONG = Symbol('wrong');

/** Reads the value at a place. Values are plain data, as `JSON.parse` gives it. */
export type Shape<Value> = (value: unknown, path: ConfigPath, mistakes: Mistakes) => Value | typeof WRONG;

/** What a shape makes of values that fit. */
export type ValueOf<S> = S extends Shape<infer Value> ? Value : never;

/** A mapping in which each key may be left out. */
export type SectionValue<Shapes> = { readonly [Key in keyof Shapes]?: ValueOf<Shapes[Key]> };

type Shapes = Readonly<Record<string, Shape<unknown>>>;

/** A shape for single values: `read` gives the value, or undefined for one that is wrong. */
export function scalar<Value>(read: (value: unknown) => Value | undefined, message: string): Shape<Value> {
  return (value, path, mistakes) => {
    const found = read(value);
    return found === undefined ? wrong(mistakes, path, message) : found;
  };
}

/** Tells a mistake. */
export function wrong(mistakes: Mistakes, path: ConfigPath, message: string): typeof WRONG {
  mistakes.error(path, message);
  return WRONG;
}

/** One of these words. */
export function choice<const Words extends readonly string[]>(...words: Words): Shape<Words[number]> {
  return scalar((value) => words.find((word) => word === value), `must be one of ${words.join(', ')}`);
}

/** A whole number. */
export function whole(least: number, most: number): Shape<number> {
  const fits = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  return scalar((value) => (fits(value) ? value : undefined), `must be a whole number from ${least} to ${most}`);
}

/** True or false. */
export const flag: Shape<boolean> = scalar(
  (value) => (typeof value === 'boolean' ? value : undefined),
  'must be true or false',
);

/** Text that is not empty. */
export const text: Shape<string> = (value, path, mistakes) => {
  if (typeof value !== 'string') return wrong(mistakes, path, 'must be text');
  return value === '' ? wrong(mistakes, path, 'must not be empty') : value;
};

/** A list of texts, where one alone may stand for a list of one, and nothing for an empty one. */
export const texts: Shape<readonly string[]> = (value, path, mistakes) => {
  const list = typeof value === 'string' ? [value] : (value ?? []);
  if (!Array.isArray(list)) return wrong(mistakes, path, 'must be a list');
  const read = list.map((part, i) => text(part, [...path, i], mistakes));
  return read.some((part) => part === WRONG) ? WRONG : (read as string[]);
};

/** A mapping with these keys and no others. `name:` with nothing behind it is an empty one. */
export function section<S extends Shapes>(shapes: S): Shape<SectionValue<S>> {
  return (value, path, mistakes) => {
    const mapping = value ?? {};
    if (!isMapping(mapping)) return wrong(mistakes, path, 'must be a mapping (key: value)');
    const unknown = Object.keys(mapping).filter((key) => !Object.hasOwn(shapes, key));
    if (unknown.length > 0) mistakes.unknownKeys(path, unknown, Object.keys(shapes));
    const read = readKeys(shapes, mapping, path, mistakes);
    return unknown.length > 0 || read === WRONG ? WRONG : (read as SectionValue<S>);
  };
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
