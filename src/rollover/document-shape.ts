/** Shapes: what may stand at a place of a document that this program wrote, and what it comes to. */
import { DnssecError } from '../base/errors.ts';

/**
 * Reads the value at a place. Values are plain data, as `JSON.parse` gives it; `path` says the place: `keys[1].states.ds`,
 * '' for the whole document.
 *
 * @throws DnssecError STATE_INVALID with the place
 */
export type Shape<Value> = (value: unknown, path: string) => Value;

/** What a shape makes of values that fit. */
export type ValueOf<S> = S extends Shape<infer Value> ? Value : never;

type Shapes = Readonly<Record<string, Shape<unknown>>>;
type Mapping = Readonly<Record<string, unknown>>;

/** What to do about a document that cannot be used. */
export const STATE_HINT =
  'Nothing was changed. Restore the file from a backup; docs/state.md says what is lost without it.';

/** Longest piece of a document that an error shows. */
const SHOWN = 40;

/** The error for a value that does not fit its place. @param must  what is wrong: `must be …`, `is …` */
export function misfit(path: string, must: string): DnssecError {
  return new DnssecError('STATE_INVALID', `${path === '' ? 'the document' : path} ${must}`, { hint: STATE_HINT });
}

/** The same for a value that may be wrong by not being there. */
function unfit(value: unknown, path: string, must: string): DnssecError {
  return misfit(path, value === undefined ? 'is missing' : must);
}

/** A whole number. */
export function whole(least: number, most: number): Shape<number> {
  return (value, path) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw unfit(value, path, `must be a whole number from ${least} to ${most}`);
  };
}

/** One of these words. */
export function choice<const Words extends readonly string[]>(...words: Words): Shape<Words[number]> {
  return (value, path) => {
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    throw unfit(value, path, `must be one of ${words.join(', ')}`);
  };
}

/** Text. @param most  code units */
export function text(most: number): Shape<string> {
  return (value, path) => {
    if (typeof value !== 'string') throw unfit(value, path, 'must be text');
    if (value.length > most) throw misfit(path, `must be no longer than ${most} characters`);
    return value;
  };
}

/** So many hexadecimal digits in lower case. */
export function hex(digits: number): Shape<string> {
  const isHex = hexTest(digits);
  return (value, path) => {
    if (typeof value === 'string' && isHex(value)) return value;
    throw unfit(value, path, mustBeHex(digits));
  };
}

function hexTest(digits: number): (text: string) => boolean {
  const pattern = new RegExp(`^[0-9a-f]{${digits}}$`);
  return (value) => pattern.test(value);
}

function mustBeHex(digits: number): string {
  return `must be ${digits} hexadecimal digits in lower case`;
}

/** A value, or null; one that is left out is null too. */
export function orNull<Value>(shape: Shape<Value>): Shape<Value | null> {
  return (value, path) => (value === null || value === undefined ? null : shape(value, path));
}

/** A value, or undefined, which is written as null or left out. */
export function optional<Value>(shape: Shape<Value>): Shape<Value | undefined> {
  return (value, path) => (value === null || value === undefined ? undefined : shape(value, path));
}

/** A list. */
export function list<Value>(shape: Shape<Value>): Shape<readonly Value[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw unfit(value, path, 'must be a list');
    return value.map((part, i) => shape(part, `${path}[${i}]`));
  };
}

/** A mapping whose keys are so many hexadecimal digits in lower case, with values of one shape. */
export function byHex<Value>(digits: number, shape: Shape<Value>): Shape<Readonly<Record<string, Value>>> {
  const isHex = hexTest(digits);
  return (value, path) => {
    const found = asMapping(value, path);
    const read: Record<string, Value> = {};
    for (const name in found) {
      if (!isHex(name)) throw misfit(`a key of ${path}`, mustBeHex(digits));
      read[name] = shape(found[name], below(path, name));
    }
    return read;
  };
}

/** A mapping with exactly these keys. */
export function section<S extends Shapes>(shapes: S): Shape<{ readonly [Key in keyof S]: ValueOf<S[Key]> }> {
  return (value, path) => {
    const found = asSection(shapes, value, path);
    const read: Record<string, unknown> = {};
    for (const name in shapes) read[name] = shapes[name]!(found[name], below(path, name));
    return read as { readonly [Key in keyof S]: ValueOf<S[Key]> };
  };
}

/** A mapping with some of these keys, and no others. */
export function sparse<S extends Shapes>(shapes: S): Shape<{ readonly [Key in keyof S]?: ValueOf<S[Key]> }> {
  return (value, path) => {
    const found = asSection(shapes, value, path);
    const read: Record<string, unknown> = {};
    for (const name in shapes) {
      if (found[name] !== undefined) read[name] = shapes[name]!(found[name], below(path, name));
    }
    return read as { readonly [Key in keyof S]?: ValueOf<S[Key]> };
  };
}

function asSection(shapes: Shapes, value: unknown, path: string): Mapping {
  const found = asMapping(value, path);
  for (const name in found) {
    if (!Object.hasOwn(shapes, name)) throw misfit(path, `has a key that means nothing here: ${shown(name)}`);
  }
  return found;
}

function asMapping(value: unknown, path: string): Mapping {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unfit(value, path, 'must be a mapping');
  }
  return value as Mapping;
}

function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function shown(word: string): string {
  return JSON.stringify(word.length > SHOWN ? `${word.slice(0, SHOWN)}…` : word);
}
