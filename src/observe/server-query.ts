/** Asks one name server one question, and never throws: what a server does wrong is a failure, in words. */
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Octets } from '../base/octets.ts';
import {
  decodeHead,
  decodeMessage,
  encodeQuery,
  type Message,
  type MessageRecord,
  type Question,
  RCODE,
} from '../dns/message.ts';
import { equalNames } from '../dns/name.ts';
import type { ServerAddress } from '../dns/server-address.ts';
import { CLASS_IN } from '../dns/types.ts';
import { type Failure, failure } from './network-trouble.ts';
import { exchangeTcp } from './tcp-exchange.ts';
import { type Exchange, exchangeUdp } from './udp-exchange.ts';

/** What a server answered. */
export interface Answer {
  readonly kind: 'answer';
  readonly rcode: number;
  readonly authoritative: boolean;
  /** Whether the server took note that signatures are wanted: without EDNS it sends none, even where it has them. */
  readonly dnssecOk: boolean;
  readonly answers: readonly MessageRecord[];
  readonly authority: readonly MessageRecord[];
}

/** How long a question may take. */
export interface QueryOptions {
  /** How long each try over UDP waits, in milliseconds; as many tries as there are numbers. */
  readonly waits?: readonly number[];
  /** How long all of it may take, TCP included, in milliseconds. */
  readonly deadline?: number;
  /** Ends the wait before. */
  readonly signal?: AbortSignal | undefined;
}

const WAITS = [1500, 3000] as const;
const DEADLINE = 10_000;
/** From one try to the next at least, in milliseconds: servers that are being restarted refuse for a moment. */
const TRY_DISTANCE = 250;
/** Octets of an answer over UDP that no path cuts into fragments (RFC 6891 §6.2.5 leaves the number open). */
const UDP_OCTETS = 1232;
/** What servers say that do not know EDNS, or not this version (RFC 6891 §6.1.3, §7). */
const NO_EDNS: readonly number[] = [RCODE.formErr, RCODE.notImp, RCODE.badVers];

/**
 * Asks a server for the records of one name and type, with signatures: over UDP with EDNS; over TCP where the answer
 * was truncated; without EDNS where the server does not know it.
 *
 * @param name  wire form, uncompressed
 */
export async function queryServer(
  server: ServerAddress,
  name: Octets,
  type: number,
  options: QueryOptions = {},
): Promise<Answer | Failure> {
  const { waits = WAITS, deadline = DEADLINE, signal } = options;
  if (isStopped(signal)) return failure(STOPPED);
  const controller = new AbortController();
  const end = () => controller.abort();
  const timer = setTimeout(end, deadline);
  signal?.addEventListener('abort', end);
  try {
    const answer = await ask(server, { name, type, class: CLASS_IN }, waits, controller.signal);
    return answer.kind === 'failure' && isStopped(signal) ? failure(STOPPED) : answer;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}
const STOPPED = 'not asked to the end';

function isStopped(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

async function ask(
  server: ServerAddress,
  question: Question,
  waits: readonly number[],
  signal: AbortSignal,
): Promise<Answer | Failure> {
  let edns = true;
  let trouble = failure('no answer');
  for (let tries = 0; tries < waits.length && !signal.aborted; ) {
    const exchange = newExchange(question, edns, signal);
    const start = performance.now();
    const reply = await exchangeUdp(server, exchange, waits[tries]!);
    if (!(reply instanceof Uint8Array)) {
      trouble = reply;
      const rest = TRY_DISTANCE - (performance.now() - start);
      if (++tries < waits.length && rest > 0) await pause(rest, undefined, { signal }).catch(() => undefined);
      continue;
    }
    const answer = isTruncated(reply) ? await askOverTcp(server, exchange) : readAnswer(reply);
    if (!edns || answer.kind === 'failure' || !NO_EDNS.includes(answer.rcode)) return answer;
    edns = false;
  }
  return trouble;
}

/** A query with an ID of its own, and what answers it: the same ID and question (RFC 5452 §9.1). */
function newExchange(question: Question, edns: boolean, signal: AbortSignal): Exchange {
  const id = randomInt(0x1_0000);
  const query = encodeQuery(id, question.name, question.type, edns ? UDP_OCTETS : undefined);
  const isReply = (octets: Octets) => {
    const head = decodeHead(octets);
    if (typeof head === 'string' || !head.isResponse || head.opcode !== 0 || head.id !== id) return false;
    // A server that could not read the query can't repeat the question.
    if (head.question === undefined) return head.rcode === RCODE.formErr || head.rcode === RCODE.notImp;
    return isSameQuestion(head.question, question);
  };
  return { query, isReply, signal };
}

function isSameQuestion(a: Question, b: Question): boolean {
  return a.type === b.type && a.class === b.class && equalNames(a.name, 0, b.name, 0);
}

function isTruncated(octets: Octets): boolean {
  const head = decodeHead(octets);
  return typeof head !== 'string' && head.truncated;
}

async function askOverTcp(server: ServerAddress, exchange: Exchange): Promise<Answer | Failure> {
  const reply = await exchangeTcp(server, exchange);
  if (!(reply instanceof Uint8Array)) return failure(`truncated, and over TCP: ${reply.reason}`);
  return isTruncated(reply) ? failure('truncated, also over TCP') : readAnswer(reply);
}

function readAnswer(octets: Octets): Answer | Failure {
  const message: Message | string = decodeMessage(octets);
  if (typeof message === 'string') return failure(`an answer that can't be read: ${message}`);
  const { rcode, authoritative, edns, answers, authority } = message;
  return { kind: 'answer', rcode, authoritative, dnssecOk: edns?.dnssecOk === true, answers, authority };
}
