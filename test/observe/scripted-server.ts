/** Name servers on loopback that do what a test tells them. */
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Octets, readU16 } from '../../src/base/octets.ts';
import type { ServerAddress } from '../../src/dns/server-address.ts';

const LOOPBACK = '127.0.0.1';

/** What the server does with each query. */
export interface Script {
  /** Answers a datagram, with as many as it likes. Left out: silence. */
  readonly udp?: (query: Octets, reply: (octets: Octets) => void, count: number) => void;
  /** Answers a query over TCP by writing what it likes. Left out: connections are refused. */
  readonly tcp?: (query: Octets, socket: Socket) => void;
}

/** A server that runs until the test is over. */
export interface ScriptedServer {
  readonly address: ServerAddress;
  /** Datagrams that came, with where from. */
  readonly queries: readonly { readonly octets: Octets; readonly port: number }[];
}

/** Starts a server on a free port, the same for UDP and TCP. */
export async function startScripted(script: Script): Promise<ScriptedServer> {
  for (;;) {
    const server = await tryStart(script);
    if (server !== undefined) return server;
  }
}

/** A port on which nobody listens. */
export async function deadServer(): Promise<ServerAddress> {
  const socket = await bindUdp();
  const { port } = socket.address();
  socket.close();
  return { address: LOOPBACK, port };
}

/** A message behind its length, as TCP has it. */
export function framed(message: Octets): Buffer {
  return Buffer.from([message.length >>> 8, message.length & 255, ...message]);
}

async function bindUdp(): Promise<UdpSocket> {
  const socket = createSocket('udp4');
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  return socket;
}

async function tryStart(script: Script): Promise<ScriptedServer | undefined> {
  const queries: { readonly octets: Octets; readonly port: number }[] = [];
  const udp = await bindUdp();
  const { port } = udp.address();
  udp.on('message', (datagram: Buffer, from: RemoteInfo) => {
    const octets = Uint8Array.from(datagram);
    queries.push({ octets, port: from.port });
    script.udp?.(octets, (reply) => udp.send(reply, from.port, from.address, () => {}), queries.length);
  });
  if (script.tcp !== undefined && !(await listenTcp(port, script.tcp))) {
    udp.close();
    return undefined;
  }
  onTestFinished(() => {
    udp.close();
  });
  return { address: { address: LOOPBACK, port }, queries };
}

function listenTcp(port: number, answer: (query: Octets, socket: Socket) => void): Promise<boolean> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + readU16(received, 0)) return;
      answer(Uint8Array.from(received.subarray(2)), socket);
      received = Buffer.alloc(0);
    });
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return new Promise((resolve) => {
    server.on('error', () => resolve(false));
    server.listen(port, LOOPBACK, () => resolve(true));
  });
}
