/** One question over UDP: one datagram out, the one that answers it back. */
import { createSocket } from 'node:dgram';
import type { Octets } from '../base/octets.ts';
import { isIpv6, type ServerAddress } from '../dns/server-address.ts';
import { type Failure, failure, socketTrouble } from './network-trouble.ts';

/** A query to send, and how its reply is told from other datagrams. */
export interface Exchange {
  readonly query: Octets;
  /** Whether these octets answer the query. Never throws. */
  readonly isReply: (octets: Octets) => boolean;
  readonly signal: AbortSignal;
}

/**
 * Sends a query from a new socket, hence from a port that nobody can know beforehand, and waits for its reply. The
 * socket is connected: what other addresses and ports send does not arrive. Datagrams that do not answer the query are
 * counted and passed over (RFC 5452 §9.1).
 *
 * @param milliseconds  how long to wait
 */
export function exchangeUdp(
  server: ServerAddress,
  { query, isReply, signal }: Exchange,
  milliseconds: number,
): Promise<Octets | Failure> {
  return new Promise((resolve) => {
    const socket = createSocket(isIpv6(server.address) ? 'udp6' : 'udp4');
    let open = true;
    let strange = 0;
    const end = (result: Octets | Failure) => {
      if (!open) return;
      open = false;
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      socket.close();
      resolve(result);
    };
    const giveUp = () => end(failure(strange === 0 ? 'no answer' : `no answer, but ${strangeText(strange)}`));
    const fail = (error: unknown) => end(failure(socketTrouble(error)));
    const timer = setTimeout(giveUp, milliseconds);
    signal.addEventListener('abort', giveUp);
    socket.on('error', fail);
    socket.on('message', (datagram) => {
      if (!open) return;
      if (isReply(datagram)) end(Uint8Array.from(datagram));
      else strange++;
    });
    try {
      socket.connect(server.port, server.address, (error?: Error) => {
        if (!open) return;
        if (error === undefined || error === null) socket.send(query, (wrong) => wrong && fail(wrong));
        else fail(error);
      });
    } catch (error) {
      fail(error);
    }
    if (signal.aborted) giveUp();
  });
}

function strangeText(count: number): string {
  return count === 1 ? 'a datagram that does not fit the question' : `${count} datagrams that do not fit the question`;
}
