import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Octets, readU16 } from '../../src/base/octets.ts';
import { decodeMessage } from '../../src/dns/message.ts';
import { nameFromText } from '../../src/dns/name.ts';
import type { ServerAddress } from '../../src/dns/server-address.ts';
import { TYPE } from '../../src/dns/types.ts';
import { queryServer } from '../../src/observe/server-query.ts';
import { MessageStream } from '../../src/observe/tcp-exchange.ts';
import { question, questionOf, respond, type TestResponse } from './responses.ts';
import { deadServer, framed, type Script, startScripted } from './scripted-server.ts';

const ZONE = nameFromText('Example.com');
const TXT = { owner: nameFromText('example.com'), type: TYPE.TXT, rdata: Uint8Array.of(2, 0x68, 0x69) };
/** Short, so that silence is soon told. */
const QUICK = { waits: [120, 240], deadline: 600 };

const ask = (server: ServerAddress, options = QUICK) => queryServer(server, ZONE, TYPE.TXT, options);

async function askScripted(script: Script) {
  return ask((await startScripted(script)).address);
}

/** A server that answers over UDP only, each query the same. */
function answering(...responses: readonly TestResponse[]): Script {
  return {
    udp: (query, reply) => {
      for (const response of responses) reply(respond(query, response));
    },
  };
}

/** A server whose answers do not fit into a datagram. */
function overTcp(tcp: (query: Octets, socket: Socket) => void): Script {
  return { udp: (query, reply) => reply(respond(query, { truncated: true })), tcp };
}

const failed = (reason: string) => ({ kind: 'failure', reason });

describe('a query', () => {
  test('asks one question, without recursion, with EDNS, DO and 1232 octets', async () => {
    const server = await startScripted(answering({ answers: [TXT] }));
    await ask(server.address);
    const [query] = server.queries.map(({ octets }) => octets);
    expect(questionOf(query!)).toEqual(question('Example.com', TYPE.TXT));
    expect(readU16(query!, 2), 'flags').toBe(0);
    expect(decodeMessage(query!)).toMatchObject({ isResponse: false, edns: { dnssecOk: true }, answers: [] });
    expect(readU16(query!, query!.length - 8), 'octets').toBe(1232);
  });

  test('has an ID and a port of its own', async () => {
    const server = await startScripted(answering({}));
    await Promise.all(Array.from({ length: 20 }, () => ask(server.address)));
    const ids = server.queries.map(({ octets }) => readU16(octets, 0));
    expect(new Set(ids).size).toBeGreaterThan(15);
    expect(new Set(server.queries.map(({ port }) => port)).size).toBeGreaterThan(15);
  });
});

describe('an answer', () => {
  test('has its code, its AA bit, whether it took note of DO, and its records', async () => {
    const owner = nameFromText('EXAMPLE.com');
    expect(await askScripted(answering({ rcode: 3, answers: [{ ...TXT, owner, ttl: 7 }], authority: [TXT] }))).toEqual({
      kind: 'answer',
      rcode: 3,
      authoritative: true,
      dnssecOk: true,
      answers: [{ owner, type: TYPE.TXT, class: 1, ttl: 7, rdata: TXT.rdata }],
      authority: [{ ...TXT, class: 1, ttl: 3600 }],
    });
    expect(await askScripted(answering({ authoritative: false, edns: 'plain' }))).toMatchObject({
      authoritative: false,
      dnssecOk: false,
    });
  });

  test('may spell the name as it likes', async () => {
    expect(await askScripted(answering({ question: question('eXaMpLe.CoM', TYPE.TXT) }))).toMatchObject({ rcode: 0 });
  });

  test.each<[string, TestResponse]>([
    ['another ID', { id: 0 }],
    ['another name', { question: question('example.net', TYPE.TXT) }],
    ['another type', { question: question('example.com', TYPE.A) }],
    ['another class', { question: question('example.com', TYPE.TXT, 3) }],
    ['no question', { question: 'none' }],
    ['a query', { isResponse: false }],
    ['another kind of message', { opcode: 4 }],
  ])('is waited for behind %s', async (_, strange) => {
    const hostile = (query: Octets) => ({ ...strange, ...('id' in strange ? { id: readU16(query, 0) ^ 1 } : {}) });
    const both: Script = {
      udp: (query, reply) => {
        reply(respond(query, hostile(query)));
        reply(respond(query, { answers: [TXT] }));
      },
    };
    expect(await askScripted(both)).toMatchObject({ answers: [{ type: TYPE.TXT }] });
    const alone: Script = { udp: (query, reply) => reply(respond(query, hostile(query))) };
    expect(await askScripted(alone)).toEqual(failed('no answer, but a datagram that does not fit the question'));
  });

  test('is waited for behind datagrams that are no messages', async () => {
    const script: Script = {
      udp: (query, reply) => {
        for (const octets of [new Uint8Array(0), Uint8Array.of(1), query.subarray(0, 12), new Uint8Array(500)]) {
          reply(octets);
        }
      },
    };
    expect(await askScripted(script)).toEqual(failed('no answer, but 4 datagrams that do not fit the question'));
  });

  test('from another port does not count', async () => {
    const other = createSocket('udp4').bind(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const server = await startScripted({});
    const asked = ask(server.address);
    await expect.poll(() => server.queries.length).toBe(1);
    const [{ octets, port }] = server.queries as [(typeof server.queries)[number]];
    other.send(respond(octets, { answers: [TXT] }), port, '127.0.0.1');
    expect(await asked).toEqual(failed('no answer'));
  });
});

describe('a server that does not answer', () => {
  test('is asked twice, with a new ID and port', async () => {
    const server = await startScripted({
      udp: (query, reply, count) => count === 2 && reply(respond(query, { answers: [TXT] })),
    });
    expect(await ask(server.address)).toMatchObject({ kind: 'answer' });
    const [first, second] = server.queries as [(typeof server.queries)[number], (typeof server.queries)[number]];
    expect(second.port).not.toBe(first.port);
  });

  test('is given up after the second', async () => {
    const server = await startScripted({});
    expect(await ask(server.address)).toEqual(failed('no answer'));
    expect(server.queries.length).toBe(2);
  });

  test('is asked again a moment after it refused, and then given up', async () => {
    const start = performance.now();
    expect(await ask(await deadServer())).toEqual(failed('connection refused'));
    expect(performance.now() - start).toBeGreaterThan(200);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('keeps nobody longer than the deadline', async () => {
    const { address } = await startScripted({});
    const start = performance.now();
    expect(await ask(address, { waits: [10_000, 10_000], deadline: 200 })).toEqual(failed('no answer'));
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('is left alone when the asker is told to stop', async () => {
    const server = await startScripted({});
    const controller = new AbortController();
    const start = performance.now();
    const asked = queryServer(server.address, ZONE, TYPE.TXT, { signal: controller.signal });
    await expect.poll(() => server.queries.length).toBe(1);
    controller.abort();
    expect(await asked).toEqual(failed('not asked to the end'));
    expect(performance.now() - start).toBeLessThan(1000);
    expect(await queryServer(server.address, ZONE, TYPE.TXT, { signal: controller.signal })).toEqual(
      failed('not asked to the end'),
    );
    expect(server.queries.length).toBe(1);
  });
});

describe('a server without EDNS', () => {
  test.each<[string, TestResponse]>([
    ['FORMERR', { rcode: 1, edns: 'none' }],
    ['FORMERR and no question', { rcode: 1, edns: 'none', question: 'none' }],
    ['NOTIMP', { rcode: 4, edns: 'none' }],
    ['BADVERS', { rcode: 16 }],
  ])('is asked without: %s', async (_, refusal) => {
    const server = await startScripted({
      udp: (query, reply) => reply(respond(query, readU16(query, 10) > 0 ? refusal : { answers: [TXT], edns: 'none' })),
    });
    expect(await ask(server.address)).toMatchObject({ rcode: 0, dnssecOk: false, answers: [{ type: TYPE.TXT }] });
    expect(server.queries.length).toBe(2);
  });

  test('is asked no more if it still does not understand', async () => {
    const server = await startScripted(answering({ rcode: 1, edns: 'none' }));
    expect(await ask(server.address)).toMatchObject({ kind: 'answer', rcode: 1 });
    expect(server.queries.length).toBe(2);
  });
});

describe('a truncated answer', () => {
  const whole = (query: Octets) => respond(query, { answers: Array.from({ length: 2000 }, () => TXT) });

  test('is fetched over TCP', async () => {
    const answer = await askScripted(overTcp((query, socket) => socket.write(framed(whole(query)))));
    expect(answer).toMatchObject({ kind: 'answer', dnssecOk: true });
    expect(answer.kind === 'answer' && answer.answers.length).toBe(2000);
  });

  test('may be cut off anywhere', async () => {
    const script: Script = {
      udp: (query, reply) => reply(respond(query, { truncated: true, answers: [TXT] }).subarray(0, -16)),
      tcp: (query, socket) => socket.write(framed(respond(query, { answers: [TXT] }))),
    };
    expect(await askScripted(script)).toMatchObject({ answers: [{ type: TYPE.TXT }] });
  });

  test('may come in pieces, its length too, and behind other messages', async () => {
    const script = overTcp((query, socket) => {
      socket.setNoDelay(true);
      const pieces = [
        ...framed(new Uint8Array(0)),
        ...framed(respond(query, { id: readU16(query, 0) ^ 1, answers: [TXT] })),
        ...framed(respond(query, { answers: [TXT, TXT] })),
      ];
      const write = (at: number) => {
        if (at >= pieces.length) return;
        socket.write(Uint8Array.from(pieces.slice(at, at + 7)));
        setImmediate(write, at + 7);
      };
      write(0);
    });
    expect(await askScripted(script)).toMatchObject({ answers: [{}, {}] });
  });

  const inVain = (why: string) => failed(`truncated, and over TCP: ${why}`);
  test.each<[string, Script, ReturnType<typeof failed>]>([
    [
      'where nobody listens',
      { udp: (query, reply) => reply(respond(query, { truncated: true })) },
      inVain('connection refused'),
    ],
    [
      'on a connection that is closed',
      overTcp((_, s) => s.end()),
      inVain('the connection was closed before the answer'),
    ],
    [
      'on a connection that is closed in its midst',
      overTcp((query, s) => s.end(framed(respond(query)).subarray(0, 20))),
      inVain('the connection was closed before the answer'),
    ],
    ['that is silent', overTcp(() => {}), inVain('no answer')],
    [
      'of a length that never comes',
      overTcp((_, s) => s.write(Uint8Array.of(255, 255, 0))),
      inVain('the answer did not come to its end'),
    ],
    [
      'that comes octet by octet',
      overTcp((query, s) => {
        const octets = framed(respond(query, { answers: Array.from({ length: 100 }, () => TXT) }));
        let at = 0;
        const timer = setInterval(() => s.write(octets.subarray(at, ++at)), 20);
        s.on('close', () => clearInterval(timer));
      }),
      inVain('the answer did not come to its end'),
    ],
    [
      'among messages without end',
      overTcp((query, s) => {
        const flood = () => s.write(framed(respond(query, { id: readU16(query, 0) ^ 1 })));
        const timer = setInterval(flood, 1);
        s.on('close', () => clearInterval(timer));
      }),
      inVain('messages that do not fit the question'),
    ],
    [
      'that is truncated too',
      overTcp((query, s) => s.write(framed(respond(query, { truncated: true })))),
      failed('truncated, also over TCP'),
    ],
    [
      'that is garbage',
      overTcp((query, s) => s.write(framed(respond(query, { answers: [TXT] }).subarray(0, -16)))),
      failed("an answer that can't be read: it ends within a record"),
    ],
  ])('is a failure %s', async (_, script, expected) => {
    expect(await askScripted(script)).toEqual(expected);
  });
});

describe('a hostile answer', () => {
  test('whose names lead in circles is a failure', async () => {
    const loop: Script = {
      udp: (query, reply) => {
        const octets = respond(query, { answers: [{ ...TXT, owner: Uint8Array.of(0xc0, query.length - 11) }] });
        const at = questionOf(query).length + 12;
        octets[at + 1] = at;
        reply(octets);
      },
    };
    expect(await askScripted(loop)).toEqual(failed("an answer that can't be read: a name in it is broken"));
  });

  test('of any octets behind the right question is an answer or a failure', async () => {
    let tail: Octets = new Uint8Array(0);
    let counts: readonly number[] = [];
    const server = await startScripted({
      udp: (query, reply) => {
        const head = respond(query, { edns: 'none' });
        counts.forEach((count, i) => {
          head[7 + 2 * i] = count;
        });
        reply(Uint8Array.from([...head, ...tail]));
      },
    });
    const small = fc.array(fc.nat({ max: 3 }), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), small, async (octets, numbers) => {
        tail = octets;
        counts = numbers;
        expect(['answer', 'failure']).toContain((await ask(server.address)).kind);
      }),
      { numRuns: 300 },
    );
  });
});

test('a stream is cut into the same messages wherever its pieces end', () => {
  const message = fc.uint8Array({ maxLength: 40 });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.nat({ max: 30 })), (messages, sizes) => {
      const octets = Buffer.concat(messages.map(framed));
      const stream = new MessageStream();
      const found: Octets[] = [];
      let at = 0;
      for (const size of [...sizes, octets.length]) {
        found.push(...stream.push(octets.subarray(at, at + size)));
        at = Math.min(octets.length, at + size);
      }
      expect(found).toEqual(messages);
      expect(stream.isWithin()).toBe(false);
    }),
  );
});
