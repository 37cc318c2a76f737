/** Domain names as fields. */
import { checkName, type NameError, nameLength, parseName, printName } from '../name.ts';
import type { Field } from './field.ts';
import { expectWord, RdataSyntaxError, tokenText } from './tokens.ts';

const REASONS: Readonly<Record<NameError, readonly [string, string?]>> = {
  'empty label': ['has an empty label', 'Two dots in a row, or one at the beginning, make no name.'],
  'label too long': ['has a label of more than 63 octets'],
  'name too long': ['is longer than 255 octets, its origin included'],
  'bad escape': [
    'has a wrong escape',
    'An escape is \\DDD with DDD from 000 to 255, or \\ before any other character.',
  ],
  'no origin': ['is relative, and there is no origin', 'End the name with a dot, or set $ORIGIN.'],
  'empty name': ['is empty'],
};

/**
 * A domain name, completed with the origin, its case kept.
 *
 * @param mayBeQuoted  whether it may stand in quotation marks
 */
export function domainName(name: string, mayBeQuoted = false): Field {
  return {
    name,
    parse(tokens, at, origin, out) {
      if (!mayBeQuoted || at >= tokens.count) expectWord(tokens, at, name);
      const result = parseName(tokens.source, tokens.start[at]!, tokens.end[at]!, origin, out);
      if (typeof result === 'string') {
        const [reason, hint] = REASONS[result];
        throw new RdataSyntaxError(at, `${name} ${tokenText(tokens, at)} ${reason}`, hint);
      }
      return at + 1;
    },
    print(octets, at, _end, out) {
      printName(octets, at, out);
      return at + nameLength(octets, at);
    },
    check(octets, at, end) {
      const length = checkName(octets, at, end);
      return length < 0 ? -1 : at + length;
    },
  };
}
