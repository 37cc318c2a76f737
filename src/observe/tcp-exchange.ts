/** One question over TCP: messages behind their lengths, in whatever pieces they come. */
import { connect } from 'node:net';
import { type Octets, readU16 } from '../base/octets.ts';
import type { ServerAddress } from '../dns/server-address.ts';
import { type Failure, failure, socketTrouble } from './network-trouble.ts';
import type { Exchange } from './udp-exchange.ts';

/** More messages than this that are not the answer, and the server is talking of something else. */
const MAX_STRANGE = 16;

/**
 * Sends a query over a new connection and waits for its reply, until the signal ends the wait. Memory is bounded by
 * the longest message, 65,535 octets, however many the server sends.
 *
 * @see RFC 7766 §8
 */
export function exchangeTcp(server: ServerAddress, { query, isReply, signal }: Exchange): Promise<Octets | Failure> {
  return new Promise((resolve) => {
    const socket = connect({ host: server.address, port: server.port });
    const messages = new MessageStream();
    let open = true;
    let strange = 0;
    const end = (result: Octets | Failure) => {
      if (!open) return;
      open = false;
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(result);
    };
    const giveUp = () => end(failure(messages.isWithin() ? 'the answer did not come to its end' : 'no answer'));
    signal.addEventListener('abort', giveUp);
    socket.on('error', (error) => end(failure(socketTrouble(error))));
    socket.on('close', () => end(failure('the connection was closed before the answer')));
    socket.on('connect', () => socket.write(prefixed(query)));
    socket.on('data', (chunk) => {
      for (const message of messages.push(chunk)) {
        if (!open) return;
        if (isReply(message)) end(message);
        else if (++strange === MAX_STRANGE) end(failure('messages that do not fit the question'));
      }
    });
    if (signal.aborted) giveUp();
  });
}

function prefixed(message: Octets): Octets {
  return Uint8Array.from([message.length >>> 8, message.length & 255, ...message]);
}

/** Cuts a stream into messages: two octets of length, then as many octets (RFC 1035 §4.2.2). */
export class MessageStream {
  readonly #head = new Uint8Array(2);
  #headLength = 0;
  #body: Octets = new Uint8Array(0);
  #bodyLength = 0;

  /** Takes what has come. @returns the messages that are whole now, oldest first, one at a time */
  *push(chunk: Octets): Generator<Octets> {
    for (let at = 0; at < chunk.length; ) {
      if (this.#headLength < 2) {
        this.#head[this.#headLength++] = chunk[at++]!;
        if (this.#headLength < 2) continue;
        this.#body = new Uint8Array(readU16(this.#head, 0));
        this.#bodyLength = 0;
      } else {
        const part = chunk.subarray(at, at + this.#body.length - this.#bodyLength);
        this.#body.set(part, this.#bodyLength);
        this.#bodyLength += part.length;
        at += part.length;
      }
      if (this.#bodyLength < this.#body.length) continue;
      this.#headLength = 0;
      yield this.#body;
    }
  }

  /** Whether a message has begun and not ended. */
  isWithin(): boolean {
    return this.#headLength > 0;
  }
}
