/** The numbers of the apex SOA that the verifier needs. */
import { readU32 } from '../base/octets.ts';
import { TYPE } from '../dns/types.ts';
import { findRrset, type Zone } from '../zone/zone.ts';

/** Times in seconds, as the SOA gives them (RFC 1035 §3.3.13). */
export interface SoaNumbers {
  readonly ttl: number;
  readonly serial: number;
  readonly expire: number;
  readonly minimum: number;
}

/** Reads the apex SOA; undefined where there is none. */
export function readSoa(zone: Zone): SoaNumbers | undefined {
  const rrset = zone.nameCount === 0 ? -1 : findRrset(zone, 0, TYPE.SOA);
  if (rrset < 0) return undefined;
  const record = zone.rrsetFirst[rrset]!;
  // The five numbers end the RDATA: serial, refresh, retry, expire, minimum.
  const end = zone.rdata[record]! + zone.rdataLength[record]!;
  const number = (at: number) => readU32(zone.octets, at);
  return { ttl: zone.rrsetTtl[rrset]!, serial: number(end - 20), expire: number(end - 8), minimum: number(end - 4) };
}
