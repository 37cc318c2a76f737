/** Zone names as the configuration and the command line spell them. */
import type { Octets } from '../base/octets.ts';
import { canonicalName, friendlyName, nameFromText } from '../dns/name.ts';

/**
 * A zone's name as everything is searched by: lower case, without the trailing dot.
 *
 * @throws RangeError with the reason, if it is no name
 */
export function canonicalZoneName(text: string): string {
  return friendlyName(canonicalName(nameFromText(text)));
}

/** The zone that a file's name suggests: `db.example.com.zone` and `example.com.db` are example.com. */
export function nameOfFile(path: string): Octets | undefined {
  const base = path.replace(/^.*\//, '');
  const name = base.replace(/^db\./, '').replace(/\.(?:zone|db|hosts|txt|unsigned)$/, '');
  try {
    return name === '' || name === '-' ? undefined : nameFromText(name);
  } catch {
    return undefined;
  }
}
