/**
 * The whole way to a validating resolver: our signed zones on named, NSD and Knot; unbound and delv ask them, and
 * trust nothing but the DS records that `dnssec ds` printed.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Daemon, LOOPBACK, outputOf } from './daemons.ts';
import { digArguments, SERVERS, type ServerKind, startResolver, startServer } from './loopback-servers.ts';
import { CHANGED_ZONE, GOOD_ZONES, type LoopbackZones, MISLED_ZONE, signLoopbackZones } from './loopback-zones.ts';
import { describePeers, hasPeer } from './peers.ts';

type Kind = 'answer' | 'no data' | 'no such name';

/** A question to a good zone, and what kind of answer it has. All are secure unless something else is said. */
interface Question {
  readonly name: string;
  readonly type: string;
  readonly kind: Kind;
  readonly insecure?: true;
  /**
   * Who calls the answer insecure in a zone with opt-out, where the proof that there is no such name leaves room for
   * an insecure delegation (RFC 5155 §9.2). delv says that of answers only.
   */
  readonly optOut?: 'insecure for unbound' | 'insecure for both';
}

const QUESTIONS: readonly Question[] = [
  { name: '', type: 'SOA', kind: 'answer' },
  { name: '', type: 'DNSKEY', kind: 'answer' },
  { name: 'www', type: 'A', kind: 'answer' },
  { name: 'escapes', type: 'TXT', kind: 'answer' },
  { name: String.raw`dotted\.label`, type: 'TXT', kind: 'answer' },
  { name: 'unknown', type: 'TYPE65280', kind: 'answer' },
  { name: 'a.old', type: 'A', kind: 'answer' },
  { name: 'Fixed.ANY', type: 'A', kind: 'answer' },
  { name: 'x.any', type: 'A', kind: 'answer', optOut: 'insecure for both' },
  { name: 'x.y.any', type: 'TXT', kind: 'answer', optOut: 'insecure for both' },
  { name: 'x.any', type: 'MX', kind: 'no data', optOut: 'insecure for unbound' },
  { name: 'ns1', type: 'TXT', kind: 'no data' },
  { name: '', type: 'NULL', kind: 'no data' },
  { name: 'empty', type: 'A', kind: 'no data' },
  { name: 'non-terminal.empty', type: 'A', kind: 'no data' },
  { name: 'nothing', type: 'A', kind: 'no such name', optOut: 'insecure for unbound' },
  { name: 'a.b.nothing', type: 'A', kind: 'no such name', optOut: 'insecure for unbound' },
  { name: 'x.fixed.any', type: 'A', kind: 'no such name', optOut: 'insecure for unbound' },
  { name: 'x.non-terminal.empty', type: 'A', kind: 'no such name', optOut: 'insecure for unbound' },
  { name: 'insecure', type: 'DS', kind: 'no data', optOut: 'insecure for unbound' },
  { name: 'www.insecure', type: 'A', kind: 'answer', insecure: true },
  { name: 'secure', type: 'DS', kind: 'answer' },
];

let scratch: string;
let signed: LoopbackZones;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'dnssec-loopback-'));
  // A test that is skipped needs no zones.
  if (SERVERS.some(({ program }) => hasPeer(program))) signed = await signLoopbackZones(scratch);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function isInsecure(question: Question, zone: string, validator: 'unbound' | 'delv'): boolean {
  if (question.insecure === true) return true;
  if (zone !== 'opt-out.example' || question.optOut === undefined) return false;
  return question.optOut === 'insecure for both' || validator === 'unbound';
}

/** `question → what the validator is to say`, for a zone. */
function expectedVerdicts(zone: string, validator: 'unbound' | 'delv'): Record<string, string> {
  return Object.fromEntries(
    QUESTIONS.map((question) => [
      `${question.name} ${question.type}`,
      `${isInsecure(question, zone, validator) ? 'insecure' : 'secure'} ${question.kind}`,
    ]),
  );
}

async function verdicts(zone: string, ask: (name: string, type: string) => Promise<string>) {
  const found: Record<string, string> = {};
  for (const { name, type } of QUESTIONS) found[`${name} ${type}`] = await ask(below(name, zone), type);
  return found;
}

function below(name: string, zone: string): string {
  return name === '' ? zone : `${name}.${zone}`;
}

/** What a validating resolver says: bogus is what it refuses, but hands out where nobody asks it to validate. */
async function askResolver(resolver: Daemon, name: string, type: string): Promise<string> {
  const output = await dig(resolver, name, type);
  const [, status, flags, answers] = /status: (\w+),.*\n;; flags: ([a-z ]*);.* ANSWER: (\d+),/.exec(output) ?? [];
  if (status === 'SERVFAIL' && /status: NOERROR,/.test(await dig(resolver, name, type, '+cdflag'))) return 'bogus';
  const security = flags?.split(' ').includes('ad') ? 'secure' : 'insecure';
  if (status === 'NXDOMAIN') return `${security} no such name`;
  if (status === 'NOERROR') return `${security} ${answers === '0' ? 'no data' : 'answer'}`;
  return output;
}

function dig(server: Daemon, name: string, type: string, ...args: readonly string[]): Promise<string> {
  return outputOf('dig', [...digArguments(server.port), '+dnssec', ...args, '-q', name, '-t', type]);
}

/** Writes a DS record as delv wants it. */
function writeAnchor(ds: string): string {
  const [zone, , , tag, algorithm, digestType, ...digest] = ds.split(/\s+/);
  const file = join(scratch, `${zone}anchor`);
  writeFileSync(file, `trust-anchors { ${zone} static-ds ${tag} ${algorithm} ${digestType} "${digest.join('')}"; };\n`);
  return file;
}

/** What delv makes of the server's answers, beginning with the zone that it trusts. */
async function askDelv(server: Daemon, zone: string, name: string, type: string): Promise<string> {
  const anchor = ['-a', writeAnchor(signed.anchors.get(zone)!), `+root=${zone}`];
  const output = await outputOf('delv', [`@${LOOPBACK}`, '-p', String(server.port), ...anchor, '-q', name, '-t', type]);
  const denial = /^;; resolution failed: ncache (nxdomain|nxrrset)$/m.exec(output)?.[1];
  const kind = { nxdomain: 'no such name', nxrrset: 'no data', '': 'answer' }[denial ?? ''];
  if (/^; (negative response, )?fully validated$/m.test(output)) return `secure ${kind}`;
  if (/^; (negative response, )?unsigned answer$/m.test(output)) return `insecure ${kind}`;
  return /^;; resolution failed: (RRSIG failed to verify|broken trust chain|no valid RRSIG)$/m.test(output)
    ? 'bogus'
    : output;
}

function describeServer(kind: ServerKind): void {
  describePeers(`our zones, served by ${kind.program}`, [kind.program, 'unbound', 'delv', 'dig', 'timeout'], () => {
    let server: Daemon;
    let resolver: Daemon;

    beforeAll(async () => {
      server = await startServer(kind, scratch, signed.zones);
      resolver = await startResolver(scratch, server, signed.zones, [...signed.anchors.values()]);
    }, 120_000);
    afterAll(async () => {
      await resolver?.stop();
      await server?.stop();
    });

    const ask = (name: string, type: string) => askResolver(resolver, name, type);

    test.each(GOOD_ZONES)('%s is valid for unbound', async (zone) => {
      expect(await verdicts(zone, ask), resolver.log()).toEqual(expectedVerdicts(zone, 'unbound'));
    });

    test.each(GOOD_ZONES)('%s is valid for delv', async (zone) => {
      expect(await verdicts(zone, (name, type) => askDelv(server, zone, name, type))).toEqual(
        expectedVerdicts(zone, 'delv'),
      );
    });

    test.each([
      ['the child of a secure delegation is secure', 'example.com', 'www.secure.example.com', 'A', 'secure answer'],
      ['so is what is not there', 'example.com', 'nothing.secure.example.com', 'A', 'secure no such name'],
      ['an unsigned child under a DS is bogus', 'nsec.example', 'www.secure.nsec.example', 'A', 'bogus'],
      ['a changed address is bogus', CHANGED_ZONE, `fixed.any.${CHANGED_ZONE}`, 'A', 'bogus'],
      ['a changed wildcard is bogus', CHANGED_ZONE, `x.any.${CHANGED_ZONE}`, 'A', 'bogus'],
      ['a changed signature is bogus', CHANGED_ZONE, `a.new.${CHANGED_ZONE}`, 'A', 'bogus'],
      ['a changed denial is bogus', CHANGED_ZONE, `ns1.${CHANGED_ZONE}`, 'TXT', 'bogus'],
      ['what was not changed is secure', CHANGED_ZONE, `www.${CHANGED_ZONE}`, 'A', 'secure answer'],
      ['a zone of another key than the DS says is bogus', MISLED_ZONE, `www.${MISLED_ZONE}`, 'A', 'bogus'],
    ])('%s', async (_, zone, name, type, verdict) => {
      expect(await ask(name, type), `unbound: ${resolver.log()}`).toBe(verdict);
      expect(await askDelv(server, zone, name, type), 'delv').toBe(verdict);
    });
  });
}

for (const kind of SERVERS) describeServer(kind);
