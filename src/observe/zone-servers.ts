/** Looks at the name servers of a zone: which of our keys they show, and whose signatures. */
import { type Octets, readU32 } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { equalNames } from '../dns/name.ts';
import { checkRdata } from '../dns/rdata/rdata.ts';
import { isNewerSerial } from '../dns/serial.ts';
import { printServerAddress, type ServerAddress } from '../dns/server-address.ts';
import { CLASS_IN, TYPE } from '../dns/types.ts';
import type { ZoneLooks } from '../rollover/sighting-merge.ts';
import { ABSENT, PRESENT, unknown } from './agreement.ts';
import { type Failure, failure } from './network-trouble.ts';
import { lookFor, type ObservedKey, type ServerKeys } from './observed-key.ts';
import { distinctServers, mapBounded, SERVERS_AT_ONCE } from './server-list.ts';
import { type QueryOptions, queryServer } from './server-query.ts';
import { plainName, readShown, type ShownRecords, showsRdata } from './shown-records.ts';
import { signatureViews } from './signature-views.ts';

/** The serial of the zone at one server. */
export interface ServerSerial {
  /** As messages name it. */
  readonly server: string;
  /** Undefined: it did not tell. */
  readonly serial: number | undefined;
}

/** What one look at all servers of a zone showed. */
export interface ZoneServersLook extends ZoneLooks {
  /** In the order of the servers. */
  readonly serials: readonly ServerSerial[];
}

/** What one server said. */
interface ServerAnswers {
  readonly server: string;
  readonly dnskey: ShownRecords | Failure;
  readonly soa: ShownRecords | Failure;
  readonly serial: number | undefined;
}

/** Octets of an SOA's RDATA behind its two names (RFC 1035 §3.3.13). */
const SOA_NUMBERS = 20;

/**
 * Asks each server for the DNSKEY and the SOA records of a zone, with signatures. A key's DNSKEY is there where a record
 * has exactly its RDATA. Its signatures over DNSKEY and SOA must verify and be valid now; that over SOA stands for all
 * signatures of the zone, since each new version of the zone has a new one.
 *
 * Never throws: what a server does wrong becomes `unknown`, with a sentence in `dissent`.
 *
 * @param zone  wire form, any case
 * @see mergeZoneSightings
 */
export async function observeServers(
  zone: Octets,
  servers: readonly ServerAddress[],
  keys: readonly ObservedKey[],
  now: UnixSeconds,
  options: QueryOptions = {},
): Promise<ZoneServersLook> {
  const answers = await mapBounded(distinctServers(servers), SERVERS_AT_ONCE, (server) => ask(server, zone, options));
  const looked = (viewsOf: (one: ServerAnswers) => ServerKeys['viewOf']) => {
    const shown = answers.map((one) => ({
      server: one.server,
      viewOf: viewsOf(one),
      remark: serialRemark(one, answers),
    }));
    return lookFor(keys, shown);
  };
  return {
    dnskey: looked(({ dnskey }) => recordViews(dnskey)),
    krrsig: looked(({ dnskey }) => signedViews(zone, TYPE.DNSKEY, dnskey, dnskey, keys, now)),
    zrrsig: looked(({ dnskey, soa }) => signedViews(zone, TYPE.SOA, soa, dnskey, keys, now)),
    serials: answers.map(({ server, serial }) => ({ server, serial })),
  };
}

async function ask(server: ServerAddress, zone: Octets, options: QueryOptions): Promise<ServerAnswers> {
  const [dnskey, soa] = await Promise.all(
    [TYPE.DNSKEY, TYPE.SOA].map(async (type) => {
      const shown = readShown(await queryServer(server, zone, type, options), zone, type);
      return shown.kind === 'failure' ? shown : apexRecords(shown, zone, type);
    }),
  );
  return { server: printServerAddress(server), dnskey: dnskey!, soa: soa!, serial: serialOf(soa!) };
}

/** What tells that the server does not have the zone, or not as a zone. */
function apexRecords(shown: ShownRecords, zone: Octets, type: number): ShownRecords | Failure {
  if (shown.denier !== undefined && !equalNames(shown.denier, 0, zone, 0)) {
    return failure(`answers for ${plainName(shown.denier)}, not for the zone`);
  }
  if (type !== TYPE.SOA) return shown;
  const [soa] = shown.rdata;
  if (soa === undefined) return failure('the zone has no SOA there');
  if (shown.rdata.length > 1) return failure(`shows ${shown.rdata.length} SOA records`);
  const isWhole = checkRdata(TYPE.SOA, CLASS_IN, soa, 0, soa.length) === undefined;
  return isWhole ? shown : failure('its SOA is broken');
}

function serialOf(soa: ShownRecords | Failure): number | undefined {
  if (soa.kind === 'failure') return undefined;
  const [rdata] = soa.rdata;
  return rdata === undefined ? undefined : readU32(rdata, rdata.length - SOA_NUMBERS);
}

function recordViews(dnskey: ShownRecords | Failure): ServerKeys['viewOf'] {
  if (dnskey.kind === 'failure') return () => unknown(dnskey.reason);
  return (key) => (showsRdata(dnskey, key.dnskeyRdata) ? PRESENT : ABSENT);
}

function signedViews(
  zone: Octets,
  type: number,
  shown: ShownRecords | Failure,
  dnskey: ShownRecords | Failure,
  keys: readonly ObservedKey[],
  now: UnixSeconds,
): ServerKeys['viewOf'] {
  if (shown.kind === 'failure') return () => unknown(shown.reason);
  const served = dnskey.kind === 'failure' ? [] : dnskey.rdata;
  const dnskeys = [...served, ...keys.map(({ dnskeyRdata }) => dnskeyRdata)];
  return signatureViews({ zone, type, shown, dnskeys, now });
}

/** Says that a server has an older version of the zone than another one. */
function serialRemark(one: ServerAnswers, all: readonly ServerAnswers[]): string | undefined {
  const serials = all.map(({ serial }) => serial).filter((serial) => serial !== undefined);
  const newest = serials.reduce((a, b) => (isNewerSerial(b, a) ? b : a), serials[0] ?? 0);
  if (one.serial === undefined || one.serial === newest) return undefined;
  const others = new Set(all.filter((other) => other !== one && other.serial !== undefined).map((o) => o.serial));
  return `serial ${one.serial}, ${others.size === 1 ? 'others' : 'the newest is'} ${newest}`;
}
