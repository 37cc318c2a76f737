/** Looks at the name servers of a zone's parent: for which of our keys they show a DS record. */
import type { Octets } from '../base/octets.ts';
import { OctetWriter, octetsText } from '../base/octets.ts';
import { equalNames, isWithin } from '../dns/name.ts';
import { checkRdata, printRdata } from '../dns/rdata/rdata.ts';
import { printUnknown } from '../dns/rdata/unknown.ts';
import { printServerAddress, type ServerAddress } from '../dns/server-address.ts';
import { CLASS_IN, TYPE } from '../dns/types.ts';
import { isDsOf } from '../keys/ds.ts';
import type { Looks } from '../rollover/sighting-merge.ts';
import { ABSENT, PRESENT, unknown } from './agreement.ts';
import { type Failure, failure } from './network-trouble.ts';
import { lookFor, type ObservedKey, type ServerKeys } from './observed-key.ts';
import { distinctServers, mapBounded, SERVERS_AT_ONCE } from './server-list.ts';
import { type QueryOptions, queryServer } from './server-query.ts';
import { plainName, RRSIG_FIXED, readShown, type ShownRecords } from './shown-records.ts';

/** What one look at all servers of the parent showed. */
export interface ParentLook {
  readonly ds: Looks;
  /** DS records at some server that belong to none of the keys, in presentation form, sorted: `12345 13 2 00FF…`. */
  readonly foreign: readonly string[];
  /** The largest TTL of the DS records, in seconds; undefined where no server shows any. */
  readonly ttl: number | undefined;
}

/** What one server said. */
interface ServerDs {
  readonly server: string;
  readonly shown: ShownRecords | Failure;
}

/**
 * Asks each server of the parent for the DS records of a zone. A key's DS is there where a record has its tag, its
 * algorithm and its digest, of whatever type: SHA-1, SHA-256 or SHA-384. That there is none counts only from a server
 * that answers for the parent, and so does everything else that it says.
 *
 * Never throws: what a server does wrong becomes `unknown`, with a sentence in `dissent`.
 *
 * @param zone  wire form, any case; the root has no parent
 * @see mergeSightings, RFC 4035 §3.1.4.1
 */
export async function observeParent(
  zone: Octets,
  servers: readonly ServerAddress[],
  keys: readonly ObservedKey[],
  options: QueryOptions = {},
): Promise<ParentLook> {
  const answers = await mapBounded(distinctServers(servers), SERVERS_AT_ONCE, (server) => ask(server, zone, options));
  const shown = answers.flatMap((answer) => (answer.shown.kind === 'shown' ? [answer.shown] : []));
  const rdata = shown.flatMap((one) => one.rdata);
  const strange = rdata.filter((ds) => !keys.some(({ dnskeyRdata }) => isDsOf(ds, zone, dnskeyRdata)));
  const ttls = shown.map(({ ttl }) => ttl).filter((ttl) => ttl !== undefined);
  return {
    ds: lookFor(
      keys,
      answers.map((answer) => ({ server: answer.server, viewOf: dsViews(zone, answer.shown) })),
    ),
    foreign: [...new Set(strange.map(dsRdataText))].sort(),
    ttl: ttls.length === 0 ? undefined : Math.max(...ttls),
  };
}

async function ask(server: ServerAddress, zone: Octets, options: QueryOptions): Promise<ServerDs> {
  const shown = readShown(await queryServer(server, zone, TYPE.DS, options), zone, TYPE.DS);
  return {
    server: printServerAddress(server),
    shown: shown.kind === 'failure' ? shown : parentsRecords(shown, zone),
  };
}

/** A server of the zone itself knows nothing of DS records, and says so with authority. */
function parentsRecords(shown: ShownRecords, zone: Octets): ShownRecords | Failure {
  const { denier, signatures } = shown;
  const speakers = [
    ...(denier === undefined ? [] : [denier]),
    ...signatures.map((rrsig) => rrsig.subarray(RRSIG_FIXED)),
  ];
  for (const speaker of speakers) {
    if (equalNames(speaker, 0, zone, 0)) return failure('answers for the zone itself, not for its parent');
    if (!isWithin(zone, 0, speaker)) return failure(`answers for ${plainName(speaker)}, not for the parent`);
  }
  return shown;
}

function dsViews(zone: Octets, shown: ShownRecords | Failure): ServerKeys['viewOf'] {
  if (shown.kind === 'failure') return () => unknown(shown.reason);
  return ({ dnskeyRdata }) => (shown.rdata.some((ds) => isDsOf(ds, zone, dnskeyRdata)) ? PRESENT : ABSENT);
}

/** In the form of its type, or of unknown types (RFC 3597 §5) where the server's octets are no DS. */
function dsRdataText(rdata: Octets): string {
  const out = new OctetWriter();
  if (checkRdata(TYPE.DS, CLASS_IN, rdata, 0, rdata.length) === undefined) {
    printRdata(TYPE.DS, CLASS_IN, rdata, 0, rdata.length, out);
  } else printUnknown(rdata, 0, rdata.length, out);
  return octetsText(out.view());
}
