/** Addresses of name servers as people write them: an IP address, alone or with a port. */
import { asciiOctets, type Octets, OctetWriter, octetsText } from '../base/octets.ts';
import { printIpv4, printIpv6, readIpv4, readIpv6 } from './rdata/address.ts';

/** Where a name server answers. */
export interface ServerAddress {
  /** An IPv4 or IPv6 address in its usual spelling (RFC 5952 §4), without brackets. */
  readonly address: string;
  /** 1..65535 */
  readonly port: number;
}

/** The port of name servers (RFC 1035 §4.2). */
export const DNS_PORT = 53;
const MAX_PORT = 65_535;

/**
 * Reads `192.0.2.1`, `2001:db8::1`, `192.0.2.1:5353` or `[2001:db8::1]:5353`.
 *
 * @returns undefined for any other text, also for host names and for addresses with a scope (`fe80::1%eth0`)
 */
export function parseServerAddress(text: string): ServerAddress | undefined {
  const alone = canonicalAddress(text);
  if (alone !== undefined) return { address: alone, port: DNS_PORT };
  const [, inBrackets, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*)):([1-9]\d{0,4})$/.exec(text) ?? [];
  const address = canonicalAddress(inBrackets ?? plain ?? '');
  const port = Number(digits);
  if (address === undefined || isIpv6(address) !== (inBrackets !== undefined) || port > MAX_PORT) return undefined;
  return { address, port };
}

/** The address as messages name it: the port only where it is not 53. */
export function printServerAddress({ address, port }: ServerAddress): string {
  if (port === DNS_PORT) return address;
  return isIpv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Whether it is an IPv6 address, of those that `parseServerAddress` gives. */
export function isIpv6(address: string): boolean {
  return address.includes(':');
}

function canonicalAddress(text: string): string | undefined {
  // Octets are cut off code units: a sign of another script must not become a digit.
  if (!/^[0-9A-Fa-f:.]{2,45}$/.test(text)) return undefined;
  const source = asciiOctets(text);
  const address = new Uint8Array(16);
  if (readIpv4(source, 0, source.length, address, 0)) return printed(printIpv4, address);
  return readIpv6(source, 0, source.length, address.fill(0), 0) ? printed(printIpv6, address) : undefined;
}

function printed(print: (octets: Octets, at: number, out: OctetWriter) => void, address: Octets): string {
  const out = new OctetWriter();
  print(address, 0, out);
  return octetsText(out.view());
}
