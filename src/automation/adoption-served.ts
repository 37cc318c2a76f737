/** What of a zone that is taken over is served now: its signed file, another program's, or what its servers show. */
import { readFileSync, statSync } from 'node:fs';
import { DnssecError, fileError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { Seconds, UnixSeconds } from '../base/time.ts';
import { isNewerSerial } from '../dns/serial.ts';
import type { ServerAddress } from '../dns/server-address.ts';
import type { ZoneKey } from '../keys/key.ts';
import type { ObservedKey } from '../observe/observed-key.ts';
import type { ZoneServersLook } from '../observe/zone-servers.ts';
import type { SeenKeys, SeenRecords } from '../rollover/adoption-roles.ts';
import { type Looks, mergeZoneSightings } from '../rollover/sighting-merge.ts';
import type { World } from '../rollover/world.ts';
import { parseNote, readFirstOctets } from '../store/signed-note.ts';
import { readWholeFacts } from '../store/signed-whole.ts';
import { lookAtSignedZone, type SignedZoneFile } from '../store/signed-zones.ts';
import { signersOf } from '../zone/signed-facts.ts';
import { seenIn } from './rollover-keys.ts';

/** Where to look. Paths are absolute. */
export interface ServedPlaces {
  /** The zone as it is served now, in a file; undefined: none was named. */
  readonly signed: string | undefined;
  /** Our own signed file, which may not be there. */
  readonly output: string;
  /** Name servers of the zone; undefined: they are not asked. */
  readonly servers: readonly ServerAddress[] | undefined;
}

/** The served zone, as far as files tell of it. */
export interface ServedFiles {
  /** What our own signed file holds, or will hold; undefined: there is none. */
  readonly own: SignedZoneFile | undefined;
  /** The file that tells what is served; undefined: none does. */
  readonly told: SignedZoneFile | undefined;
  readonly largestTtl: Seconds | undefined;
  /** The octets that become our signed file, so that serial and signatures go on from there. */
  readonly coming: Octets | undefined;
}

/**
 * Looks at the signed files of a zone.
 *
 * @throws DnssecError FILE_UNREADABLE; ZONE_INVALID for a file that is no zone, or in BIND's raw format
 */
export async function readServedFiles(places: ServedPlaces, origin: Octets, now: UnixSeconds): Promise<ServedFiles> {
  const { signed, output } = places;
  requireText(output);
  const own = await lookAtSignedZone(output, origin);
  if (signed === undefined) return { own, told: own, largestTtl: undefined, coming: undefined };
  requireText(signed);
  const { largestTtl, ...facts } = readFacts(signed, origin);
  const told: SignedZoneFile = { ...facts, note: {}, changed: now };
  if (own !== undefined || told.zoneSigners.length === 0) return { own, told, largestTtl, coming: undefined };
  const coming = readFileSync(signed);
  // What it includes would not be found from another place.
  if (/^\s*\$INCLUDE/im.test(coming.toString('latin1'))) return { own, told, largestTtl, coming: undefined };
  const note = parseNote(coming.toString('latin1', 0, 512));
  return { own: { ...told, note }, told, largestTtl, coming };
}

const TEXT_HINT =
  'Write it as text first: "named-compilezone -j -f raw -F text -o NEWFILE ZONE FILE"; -j adds what stands in the journal.';

/** BIND's formats raw and map begin with their number, in 32 bits. */
function requireText(path: string): void {
  const start = isPlainFile(path) ? readFirstOctets(path, 4) : undefined;
  if (start !== '\0\0\0\x02' && start !== '\0\0\0\x03') return;
  throw new DnssecError('ZONE_INVALID', `${path} is a zone in a binary format of BIND, not in text`, {
    hint: `${TEXT_HINT} Then name the new file with --signed; this one has to go if it lies where our signed file belongs.`,
  });
}

function isPlainFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch (cause) {
    throw fileError('read the signed file', path, cause);
  }
}

function readFacts(path: string, origin: Octets): ReturnType<typeof readWholeFacts> {
  if (!isPlainFile(path)) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw fileError('read the signed file', path, { code: 'ENOENT' });
    throw new DnssecError('FILE_UNREADABLE', `cannot read the signed file ${path}: it is not a plain file`);
  }
  try {
    return readWholeFacts(path, origin);
  } catch (error) {
    if (!(error instanceof DnssecError) || error.code !== 'ZONE_INVALID') throw error;
    const { message, diagnostics } = error;
    const hint = '--signed takes the zone as it is served: what "dig @SERVER ZONE AXFR" prints, say.';
    throw new DnssecError('ZONE_INVALID', message, { hint, diagnostics });
  }
}

/** What is served of the keys. */
export interface ServedView {
  /** In words: where it was seen. */
  readonly words: string;
  readonly seen: SeenKeys | undefined;
  /** The newest serial that servers show; undefined: they were not asked, or do not tell. */
  readonly serial: number | undefined;
  /** What the servers show; undefined: they were not asked. */
  readonly look: ZoneServersLook | undefined;
  /** What is to be told, as sentences. */
  readonly warnings: readonly string[];
}

/** Finds out what is served: from the file that tells it, else from the servers. Throws nothing for servers' sake. */
export async function viewServed(
  places: ServedPlaces,
  { told }: ServedFiles,
  origin: Octets,
  keys: readonly ZoneKey[],
  observed: readonly ObservedKey[],
  now: UnixSeconds,
): Promise<ServedView> {
  const nothing = { serial: undefined, look: undefined };
  if (told !== undefined) {
    const words = `the served zone, as in ${places.signed ?? places.output}`;
    return { ...nothing, words, seen: seenIn(told, keys), warnings: strangeKeys(told, observed) };
  }
  const { servers } = places;
  if (servers === undefined) {
    const warning =
      'nobody told what is served: the keys are judged by their own files alone. Say it with --signed FILE';
    return { ...nothing, words: 'not known what is served', seen: undefined, warnings: [warning] };
  }
  const { observeServers } = await import('../observe/zone-servers.ts');
  const look = await observeServers(origin, servers, observed, now);
  const all = [look.dnskey, look.krrsig, look.zrrsig];
  const isUnknown = all.some((looks) => Object.values(looks).some(({ seen }) => seen === 'unknown'));
  const dissent = [...new Set(all.flatMap((looks) => Object.values(looks).flatMap((one) => one.dissent)))];
  const serials = look.serials.map(({ serial }) => serial).filter((serial) => serial !== undefined);
  return {
    words: isUnknown ? 'not known what is served' : 'the served zone, as its servers show it',
    seen: isUnknown ? undefined : { ...seenAs(look, 'present'), partly: seenAs(look, 'mixed') },
    serial: serials.reduce<number | undefined>((a, b) => (a === undefined || isNewerSerial(b, a) ? b : a), undefined),
    look,
    warnings: dissent.length === 0 ? [] : [`the name servers do not agree, or do not answer: ${dissent.join('; ')}`],
  };
}

function seenAs(look: ZoneServersLook, how: 'present' | 'mixed'): SeenRecords {
  const ids = (looks: Looks) => Object.keys(looks).filter((id) => looks[id]!.seen === how);
  return { dnskeys: ids(look.dnskey), krrsigs: ids(look.krrsig), zrrsigs: ids(look.zrrsig) };
}

function strangeKeys({ dnskeys, ...facts }: SignedZoneFile, keys: readonly ObservedKey[]): readonly string[] {
  const strange = dnskeys.filter((rdata) => !keys.some(({ dnskeyRdata }) => Buffer.compare(rdata, dnskeyRdata) === 0));
  return [
    ...(strange.length === 0
      ? []
      : [
          `the served zone has ${strange.length === 1 ? 'a DNSKEY that is' : `${strange.length} DNSKEYs that are`} none ` +
            'of these keys: without their record in the zone file they leave the zone when it is signed here',
        ]),
    ...(signersOf(facts).length === 0 ? ['what is said to be the served zone has no signatures'] : []),
  ];
}

/** The world with what the name servers were seen to show. */
export function withServers(world: World, { look }: ServedView, now: UnixSeconds): World {
  if (look === undefined) return world;
  return {
    ...world,
    servers: mergeZoneSightings(world.servers === 'off' ? undefined : world.servers, look, now),
  };
}
