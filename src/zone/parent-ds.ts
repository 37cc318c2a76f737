/** DS records of a zone as they were saved: by dig in its long and its short form, by dnssec-dsfromkey, or by hand. */
import { DnssecError } from '../base/errors.ts';
import { asciiOctets, type Octets } from '../base/octets.ts';
import { equalNames, friendlyName, nameText } from '../dns/name.ts';
import { CLASS_IN, TYPE } from '../dns/types.ts';
import { readZone } from './reader/reader.ts';
import { memoryOpener } from './reader/source.ts';

/** Tag, algorithm, digest type and digest without an owner, as `dig +short` prints them. */
const SHORT = /^\s*\d{1,5}\s+\d{1,3}\s+\d{1,3}\s+[\dA-Fa-f][\dA-Fa-f\s]*$/;

/** What dig says where it got no answer, or one that tells nothing: that would look as if there were no DS. */
const NO_ANSWER = /no servers could be reached|connection refused|timed out|communications error|network unreachable/i;
const STATUS = /^;;.*\bstatus: ([A-Z]+)/m;

/**
 * Reads the DS records of a zone. None at all is an answer, too: the parent shows none.
 *
 * @param text    records in presentation form, with comments
 * @param file    what to call it in messages
 * @param origin  wire form
 * @returns       RDATA
 * @throws DnssecError ZONE_INVALID for what are no records; USAGE for DS records of other zones alone, and for what dig
 *         prints where it got no answer
 */
export function readDsRecords(text: string, file: string, origin: Octets): Octets[] {
  requireAnswer(text, file);
  const owner = nameText(origin);
  const lines = text.split('\n').map((line) => line.replace(/;.*$/, ''));
  const whole = lines.map((line) => (SHORT.test(line) ? `${owner} IN DS ${line.trim()}` : line)).join('\n');
  const { records } = readZone(memoryOpener({ [file]: asciiOctets(`${whole}\n`) }), file, {
    origin,
    class: CLASS_IN,
    defaultTtl: 3600,
    keep: (type) => type === TYPE.DS,
  });
  const found: Octets[] = [];
  for (let record = 0; record < records.count; record++) {
    if (!equalNames(records.octets.bytes, records.owner.values[record]!, origin, 0)) continue;
    const at = records.rdata.values[record]!;
    found.push(records.octets.bytes.slice(at, at + records.rdataLength.values[record]!));
  }
  if (records.count === 0 || found.length > 0) return found;
  throw new DnssecError('USAGE', `${file} holds no DS record of ${friendlyName(origin)}, but some of other zones`, {
    hint: `Name one with lines such as "${owner} IN DS 12345 13 2 49FD46E6…".`,
  });
}

function requireAnswer(text: string, file: string): void {
  const status = STATUS.exec(text)?.[1];
  if (!NO_ANSWER.test(text) && (status === undefined || status === 'NOERROR')) return;
  const what = status === undefined || status === 'NOERROR' ? 'got no answer' : `got the answer ${status}`;
  throw new DnssecError('USAGE', `${file}: dig ${what}, which does not tell whether the parent has a DS`, {
    hint: 'Ask a name server of the parent: dig @SERVER ZONE DS +norecurse.',
  });
}
