/** Zone names as the configuration and the command line spell them. */
import { canonicalName, friendlyName, nameFromText } from '../dns/name.ts';

/**
 * A zone's name as everything is searched by: lower case, without the trailing dot.
 *
 * @throws RangeError with the reason, if it is no name
 */
export function canonicalZoneName(text: string): string {
  return friendlyName(canonicalName(nameFromText(text)));
}
