/** named with a dnssec-policy over a key directory: started, asked for the states of its keys, told to roll, stopped. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { parseStateFile } from '../../src/keys/state-file.ts';
import { type Daemon, freePort, LOOPBACK, outputOf, startDaemon } from './daemons.ts';

export const ZONE = 'example.com';

/** A small zone whose TTLs are as short as the short policy says. */
export const ZONE_TEXT = `$TTL 2
@ IN SOA ns hostmaster 100 7200 3600 604800 2
@ NS ns
ns A 192.0.2.1
www A 192.0.2.2
`;

/** Every delay that a roll waits for is a second or two; but signatures are replaced only as they come to be due. */
export const SHORT = `dnskey-ttl 2; publish-safety 1; retire-safety 1; zone-propagation-delay 1; max-zone-ttl 2;
  parent-ds-ttl 2; parent-propagation-delay 1;`;

/** What our program is told of the same policy. */
export const SHORT_YAML = `policies:
  default:
    keys:
      ksk: { algorithm: ECDSAP256SHA256, lifetime: unlimited }
      zsk: { algorithm: ECDSAP256SHA256, lifetime: unlimited }
    timing: { dnskey-ttl: 2, publish-safety: 1, retire-safety: 1, zone-propagation: 1, max-zone-ttl: 2,
              ds-ttl: 2, parent-propagation: 1, registration-delay: 0 }
`;

/** Where a key stands, by tag: states by the tags of `.state` files, of the records that its role owns. */
export type KeyStates = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** named, as it runs. */
export interface Bind {
  readonly daemon: Daemon;
  /** Its directory, with the zone file and `keys`. */
  readonly root: string;
  readonly keys: string;
  /** What rndc printed. */
  rndc(...args: readonly string[]): Promise<string>;
  /** What `rndc dnssec -status` tells. */
  status(): Promise<KeyStates>;
  /** The served zone, as dig prints it. */
  transfer(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts named over the keys in `root/keys`.
 *
 * @param timing  lines of its dnssec-policy; none: BIND's defaults, under which nothing moves while a test runs
 */
export async function startBind(root: string, timing: string): Promise<Bind> {
  const keys = join(root, 'keys');
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  chmodSync(root, 0o755);
  writeFileSync(join(root, `${ZONE}.zone`), ZONE_TEXT);
  const control = await freePort();
  const keyFile = join(root, 'rndc.key');
  const secret = randomBytes(32).toString('base64');
  writeFileSync(keyFile, `key "rndc-key" { algorithm hmac-sha256; secret "${secret}"; };\n`, { mode: 0o600 });
  const rndc = (...args: readonly string[]) =>
    outputOf('rndc', ['-s', LOOPBACK, '-p', String(control), '-k', keyFile, ...args]);
  const daemon = await startDaemon({
    program: 'named',
    directory: root,
    configure: (port) => {
      writeFileSync(join(root, 'named.conf'), configuration(root, port, control, timing));
      return ['-g', '-c', join(root, 'named.conf')];
    },
    isReady: async () => / signed:|key:/.test(await rndc('dnssec', '-status', ZONE)),
  });
  onTestFinished(async ({ task }) => {
    await daemon.stop();
    if (task.result?.state === 'fail') console.warn(daemon.log());
  });
  return {
    daemon,
    root,
    keys,
    rndc,
    status: async () => parseStatus(await rndc('dnssec', '-status', ZONE)),
    transfer: () => outputOf('dig', [`@${LOOPBACK}`, '-p', String(daemon.port), ZONE, 'AXFR', '+onesoa']),
    stop: daemon.stop,
  };
}

function configuration(root: string, port: number, control: number, timing: string): string {
  return `include "${join(root, 'rndc.key')}";
options { directory "${root}"; listen-on port ${port} { ${LOOPBACK}; }; listen-on-v6 { none; }; pid-file none;
  session-keyfile none; recursion no; dnssec-validation no; notify no; allow-transfer { ${LOOPBACK}; }; };
controls { inet ${LOOPBACK} port ${control} allow { ${LOOPBACK}; } keys { "rndc-key"; }; };
dnssec-policy "p" {
  keys { ksk lifetime unlimited algorithm 13; zsk lifetime unlimited algorithm 13; };
  ${timing}
};
zone "${ZONE}" { type primary; file "${ZONE}.zone"; key-directory "keys"; dnssec-policy "p"; inline-signing yes; };
`;
}

const STATUS_TAGS: Readonly<Record<string, string>> = {
  goal: 'GoalState',
  dnskey: 'DNSKEYState',
  ds: 'DSState',
  'zone rrsig': 'ZRRSIGState',
  'key rrsig': 'KRRSIGState',
};

/** Reads lines such as `key: 12345 (ECDSAP256SHA256), ZSK` and `  - zone rrsig:     omnipresent`. */
function parseStatus(text: string): KeyStates {
  const found: Record<string, Record<string, string>> = {};
  let tag = '';
  for (const line of text.split('\n')) {
    const key = /^key: (\d+) /.exec(line)?.[1];
    if (key !== undefined) {
      tag = key;
      found[tag] = {};
    }
    const [, record, state] = /^\s+- ([a-z ]+):\s+(\w+)$/.exec(line) ?? [];
    if (record !== undefined) found[tag]![STATUS_TAGS[record]!] = state!;
  }
  return found;
}

const FILE_TAGS = {
  goal: 'GoalState',
  dnskey: 'DNSKEYState',
  ds: 'DSState',
  zrrsig: 'ZRRSIGState',
  krrsig: 'KRRSIGState',
};

/** The same from the `.state` files of a directory. */
export function statesIn(directory: string): KeyStates {
  const files = readdirSync(directory).filter((file) => file.endsWith('.state'));
  return Object.fromEntries(
    files.map((file) => {
      const { states } = parseStateFile(readFileSync(join(directory, file), 'latin1'), file);
      const told = Object.entries(states).map(([record, state]) => [
        FILE_TAGS[record as keyof typeof FILE_TAGS],
        state,
      ]);
      return [String(Number(/\+(\d+)\.state$/.exec(file)![1])), Object.fromEntries(told)];
    }),
  );
}

/** Waits until something holds. @throws where it does not in time */
export async function until(what: string, condition: () => Promise<boolean>, seconds = 60): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  expect.fail(`not within ${seconds} seconds: ${what}`);
}
