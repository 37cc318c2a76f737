/** What a pass sees: the signed file always; servers and parent where the configuration names them and it matters. */
import type { Octets } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import type { ServerAddress } from '../dns/server-address.ts';
import type { ObservedKey } from '../observe/observed-key.ts';
import { type KeyId, OWNED_RECORDS, type RollKey } from '../rollover/roll-key.ts';
import { type Look, mergeSighting, mergeSightings, mergeZoneSightings } from '../rollover/sighting-merge.ts';
import { rememberTtl } from '../rollover/ttl-history.ts';
import type { Sightings, TtlHistory, World, ZoneSightings } from '../rollover/world.ts';
import type { ZoneMemory } from '../rollover/zone-memory.ts';
import type { Servers } from '../store/config.ts';
import type { SignedZoneFile } from '../store/signed-zones.ts';
import { type GatheredKeys, seenIn } from './rollover-keys.ts';
import type { RolloverRequest } from './rollover-pass.ts';

const NOTHING: ZoneSightings = { dnskey: {}, krrsig: {}, zrrsig: {} };

/** Looks at the world. What can't be asked is `unknown`, and says why; nothing is thrown for it. */
export async function seeWorld(
  request: RolloverRequest,
  origin: Octets,
  gathered: GatheredKeys,
  memory: ZoneMemory | undefined,
): Promise<World> {
  const { observe, now } = request;
  const file = seeFile(gathered, memory, now);
  const asked = { servers: addresses(observe.servers), parent: addresses(observe.parent) };
  const isMoving = request.asks && gathered.keys.some(isInTransit);
  let { servers, parent } = { servers: memory?.servers ?? NOTHING, parent: memory?.parent ?? {} };
  let dsTtl: number | undefined;
  if (isMoving && asked.servers !== undefined) {
    const { observeServers } = await import('../observe/zone-servers.ts');
    const looks = await observeServers(origin, asked.servers, publicKeys(gathered), now);
    servers = mergeZoneSightings(servers, looks, now);
  }
  if (isMoving && asked.parent !== undefined) {
    const { observeParent } = await import('../observe/parent-servers.ts');
    const look = await observeParent(origin, asked.parent, publicKeys(gathered));
    parent = mergeSightings(parent, look.ds, now);
    dsTtl = look.ttl;
  }
  return {
    file,
    servers: asked.servers === undefined ? 'off' : servers,
    parent: asked.parent === undefined ? 'off' : parent,
    word: memory?.word ?? {},
    ttls: seeTtls(gathered.signed, memory?.ttls, request, dsTtl),
    approved: false,
    trouble: gathered.trouble,
  };
}

/** The servers that can be asked; undefined: none are named. */
export function addresses(servers: Servers): readonly ServerAddress[] | undefined {
  return servers === 'auto' || servers === 'off' ? undefined : servers;
}

function isInTransit({ role, states }: RollKey): boolean {
  return OWNED_RECORDS[role].some((record) => states[record] === 'rumoured' || states[record] === 'unretentive');
}

function publicKeys({ files }: GatheredKeys): readonly ObservedKey[] {
  return [...files].map(([id, { algorithm, keyTag, dnskeyRdata }]) => ({ id, algorithm, keyTag, dnskeyRdata }));
}

/** What our own signed file shows. What it showed when it was first looked at, it has shown since it was signed. */
function seeFile(
  { keys, files, signed }: GatheredKeys,
  memory: ZoneMemory | undefined,
  now: UnixSeconds,
): ZoneSightings {
  const seen = signed === undefined ? undefined : seenIn(signed, [...files.values()]);
  const isGone = signed === undefined && memory !== undefined && wasThere(memory.file);
  const lookFor = (id: KeyId, shown: readonly KeyId[] | undefined): Look => {
    if (isGone) return { seen: 'unknown', dissent: ['the signed file is gone'] };
    return { seen: shown?.includes(id) === true ? 'present' : 'absent', dissent: [] };
  };
  const first = signed === undefined ? now : Math.min(now, signed.note.signed ?? signed.changed);
  const look = (record: keyof ZoneSightings, shown: readonly KeyId[] | undefined): Sightings =>
    Object.fromEntries(
      keys.map(({ id }) => {
        const before = memory?.file[record][id];
        return [id, mergeSighting(before, lookFor(id, shown), memory === undefined ? first : now)];
      }),
    );
  return {
    dnskey: look('dnskey', seen?.dnskeys),
    krrsig: look('krrsig', seen?.krrsigs),
    zrrsig: look('zrrsig', seen?.zrrsigs),
  };
}

/** Whether a signed file was there: name servers may serve it still, though it is gone. */
function wasThere({ dnskey, zrrsig }: ZoneSightings): boolean {
  return [dnskey, zrrsig].some((sightings) => Object.values(sightings).some(({ seen }) => seen !== 'absent'));
}

function seeTtls(
  signed: SignedZoneFile | undefined,
  before: TtlHistory | undefined,
  { largestTtl, now }: RolloverRequest,
  dsTtl: number | undefined,
): TtlHistory {
  return {
    dnskey: rememberTtl(before?.dnskey ?? [], signed?.dnskeyTtl, now),
    zone: rememberTtl(before?.zone ?? [], largestTtl, now),
    ds: rememberTtl(before?.ds ?? [], dsTtl, now),
  };
}
