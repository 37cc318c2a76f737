/** From what a person types to a key: a file's path, or a base name in the key directory. */
import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DnssecError } from '../base/errors.ts';
import { type KeyFileName, parseKeyFileName } from '../keys/key-name.ts';

/** Where the files of a key lie. */
export interface KeyPlace {
  readonly directory: string;
  readonly name: KeyFileName;
}

/** The name of a key's files, of which any suffix, a trailing dot or none may be typed. */
export function keyNameIn(path: string): KeyFileName | undefined {
  return parseKeyFileName(`${basename(path).replace(/\.(?:key|private|state)?$/, '')}.key`);
}

/**
 * Finds a key by a path or a base name: first as a path, then, for a bare name, in the key directory.
 *
 * @returns undefined if the argument is not spelt like a key's name
 * @throws DnssecError KEY_MISSING with the places that were looked at
 */
export function findKey(cwd: string, argument: string, directory: string): KeyPlace | undefined {
  const name = keyNameIn(argument);
  if (name === undefined) return undefined;
  const places = [dirname(resolve(cwd, argument))];
  if (basename(argument) === argument && !places.includes(directory)) places.push(directory);
  for (const place of places) {
    if (['key', 'private'].some((suffix) => isFile(join(place, `${name.base}.${suffix}`)))) {
      return { directory: place, name };
    }
  }
  throw new DnssecError('KEY_MISSING', `there is no key ${name.base} in ${places.join(' or ')}`, {
    hint: 'Name the key directory with -K, or the file with its path.',
  });
}

/** Whether there is a plain file. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
