/** From a zone that was read to a zone that is ready to be signed. */
import { DnssecError } from '../base/errors.ts';
import { type Octets, readU32 } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { friendlyName } from '../dns/name.ts';
import { isNewerSerial, nextSerial, type SerialPolicy } from '../dns/serial.ts';
import { TYPE } from '../dns/types.ts';
import { classifyNames } from '../zone/cuts.ts';
import { findRrset, type Zone } from '../zone/zone.ts';
import { layOut } from './layout.ts';
import { buildNsec3Chain, type Nsec3Chain } from './nsec3-chain.ts';
import type { ActiveKey, Denial, Validity } from './parameters.ts';
import { serialOffset } from './previous.ts';
import { SectionSigner } from './section.ts';
import type { SigningPlan } from './signing-plan.ts';

/** A zone to be signed, the previous one, and how. */
export interface SigningRequest {
  /** With all apex records in place (`placeApexRecords`), checked. */
  readonly zone: Zone;
  readonly denial: Denial;
  readonly validity: Validity;
  readonly keys: readonly ActiveKey[];
  readonly serial: SerialPolicy;
  readonly zonemd: boolean;
  /** The previous signed zone: what its serial must be newer than. */
  readonly previous: Zone | undefined;
  /** The serial to be newer than, where the previous zone itself could not be read. */
  readonly publishedSerial: number | undefined;
  /** Whether fresh signatures of the previous zone may stay. */
  readonly keepSignatures: boolean;
  readonly seed: number;
  /** Another random salt of the same length; undefined where the salt was chosen by a person. */
  readonly drawSalt: (() => Octets) | undefined;
}

/** Whether anything is due, and the plan for it. */
export type SigningDecision =
  | {
      readonly status: 'unchanged';
      readonly serial: number;
      /** Earliest expiration of all signatures. */
      readonly soonest: UnixSeconds;
    }
  | { readonly status: 'due'; readonly plan: SigningPlan; readonly serial: number; readonly serialNote?: string };

/**
 * Decides whether there is anything to do, and prepares it: the chain, the order, the serial.
 *
 * The serial moves whenever the content or any signature does, never otherwise, never backwards.
 *
 * @throws DnssecError SIGNING_IMPOSSIBLE
 */
export function planSigning(request: SigningRequest): SigningDecision {
  const { zone, previous } = request;
  if (request.denial.type !== 'none') requireSigners(zone, request.keys);
  const kinds = classifyNames(zone);
  const { chain, denial } = buildChain(request, kinds);
  const plan: SigningPlan = {
    zone,
    kinds,
    order: layOut(zone, chain),
    denial,
    chain,
    denialTtl: denialTtl(zone),
    previous: request.keepSignatures ? previous : undefined,
    keys: request.keys,
    validity: request.validity,
    seed: request.seed,
    zonemd: request.zonemd,
  };
  const unsigned = readSerial(zone);
  const published = previous === undefined ? request.publishedSerial : readSerial(previous);
  if (plan.previous !== undefined && published !== undefined && !isNewerSerial(unsigned, published)) {
    writeSerial(zone, published);
    const soonest = new SectionSigner(plan).findUnchanged();
    if (soonest !== undefined) return { status: 'unchanged', serial: published, soonest };
  }
  const wanted = nextSerial(request.serial, unsigned, published, request.validity.now);
  const serial = wanted ?? nextSerial('increment', unsigned, published, request.validity.now)!;
  writeSerial(zone, serial);
  if (wanted !== undefined) return { status: 'due', plan, serial };
  const serialNote = `the serial ${unsigned} in the zone file is not newer than the published ${published}; took ${serial}`;
  return { status: 'due', plan, serial, serialNote };
}

/**
 * Every algorithm of the DNSKEY RRset must sign everything (RFC 4035 §2.2), and the keys must sign themselves.
 * A key of another algorithm that is published only would make the zone bogus for strict validators.
 */
function requireSigners(zone: Zone, keys: readonly ActiveKey[]): void {
  const name = friendlyName(zone.origin);
  const rrset = findRrset(zone, 0, TYPE.DNSKEY);
  if (rrset < 0 || !keys.some((key) => key.signsKeys) || !keys.some((key) => key.signsData)) {
    const role = keys.some((key) => key.signsData) ? 'key signing key (KSK)' : 'zone signing key (ZSK)';
    throw new DnssecError('SIGNING_IMPOSSIBLE', `zone ${name} has no active ${role}`, {
      hint: `Make keys with "dnssec keygen ${name}", or look at their times with "dnssec keys ${name}".`,
    });
  }
  for (let r = zone.rrsetFirst[rrset]!; r < zone.rrsetFirst[rrset + 1]!; r++) {
    const algorithm = zone.octets[zone.rdata[r]! + 3]!;
    const own = keys.filter((key) => key.algorithm === algorithm);
    if (own.some((key) => key.signsKeys) && own.some((key) => key.signsData)) continue;
    throw new DnssecError(
      'SIGNING_IMPOSSIBLE',
      `zone ${name} would publish a key of algorithm ${algorithm}, but not every RRset would be signed with it`,
      {
        hint: `Activate a KSK and a ZSK (or a CSK) of algorithm ${algorithm}, or take its DNSKEY out (RFC 4035 §2.2).`,
      },
    );
  }
}

/** How often another salt is tried when two names have one hash: once is already once in 2^80 zones. */
const SALT_TRIES = 3;

function buildChain(request: SigningRequest, kinds: Octets): { chain: Nsec3Chain | undefined; denial: Denial } {
  let { denial } = request;
  if (denial.type !== 'nsec3') return { chain: undefined, denial };
  for (let tries = 0; tries < SALT_TRIES; tries++) {
    const chain = buildNsec3Chain(request.zone, kinds, denial);
    if (chain !== undefined) return { chain, denial };
    if (request.drawSalt === undefined || denial.salt.length === 0) break;
    denial = { ...denial, salt: request.drawSalt() };
    const record = request.zone.rrsetFirst[findRrset(request.zone, 0, TYPE.NSEC3PARAM)]!;
    request.zone.octets.set(denial.salt, request.zone.rdata[record]! + 5);
  }
  throw new DnssecError('SIGNING_IMPOSSIBLE', 'two names of the zone have the same NSEC3 hash', {
    hint: 'Sign with another salt: -3 random.',
  });
}

/** TTL of NSEC and NSEC3: the smaller of the SOA's TTL and its MINIMUM field (RFC 9077 §3.2). */
function denialTtl(zone: Zone): number {
  const soa = findRrset(zone, 0, TYPE.SOA);
  return Math.min(zone.rrsetTtl[soa]!, readU32(zone.octets, serialOffset(zone) + 16));
}

/** The SOA serial of a zone. */
export function readSerial(zone: Zone): number {
  return readU32(zone.octets, serialOffset(zone));
}

/** The SOA's EXPIRE field, in seconds (RFC 1035 §3.3.13). */
export function readExpire(zone: Zone): number {
  return readU32(zone.octets, serialOffset(zone) + 12);
}

/** Writes the serial into the SOA, and into the ZONEMD that has to repeat it (RFC 8976 §2.2.1). */
function writeSerial(zone: Zone, serial: number): void {
  const places = [serialOffset(zone)];
  const zonemd = findRrset(zone, 0, TYPE.ZONEMD);
  if (zonemd >= 0) places.push(zone.rdata[zone.rrsetFirst[zonemd]!]!);
  for (const at of places) for (let i = 0; i < 4; i++) zone.octets[at + i] = serial >>> (24 - 8 * i);
}
