import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nameFromText } from '../../src/dns/name.ts';
import type { ZoneKey } from '../../src/keys/key.ts';
import { printKeyFile } from '../../src/keys/key-file.ts';
import { printPrivateKeyFile } from '../../src/keys/private-key-file.ts';
import { printStateFile } from '../../src/keys/state-file.ts';
import { adoptKeys } from '../../src/rollover/key-adoption.ts';
import { DEFAULT_POLICY } from '../../src/rollover/policy.ts';
import { OWNED_RECORDS, type RollKey } from '../../src/rollover/roll-key.ts';
import { stateOf, timingOf } from '../../src/rollover/state-text.ts';
import { loadZoneKeys } from '../../src/store/key-store.ts';
import { freePort } from './daemons.ts';
import { describePeers, peer } from './peers.ts';

const ZONE = nameFromText('example.com');
const now = () => Math.floor(Date.now() / 1000);

/** Runs named over the directory until it has done something, or for a while. */
async function runNamed(root: string, keys: string, isDone: () => boolean): Promise<string> {
  const port = await freePort();
  writeFileSync(
    join(root, 'named.conf'),
    `options { directory "${root}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; pid-file none;
  session-keyfile none; recursion no; dnssec-validation no; notify no; };
controls { };
dnssec-policy "p" { keys { ${keys} }; };
zone "example.com" { type primary; file "example.com.zone"; key-directory "keys"; dnssec-policy "p"; inline-signing yes; };
`,
  );
  const named = spawn(peer('named'), ['-g', '-c', join(root, 'named.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  named.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk;
  });
  const gone = new Promise((resolve) => named.once('exit', resolve));
  onTestFinished(async () => {
    if (named.exitCode === null && named.kill()) await gone;
  });
  for (const deadline = Date.now() + 20_000; !(isDone() && log.includes('running')) && Date.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  named.kill();
  await gone;
  return log;
}

async function load(directory: string): Promise<{ files: readonly ZoneKey[]; keys: readonly RollKey[] }> {
  const { keys: files, problems } = await loadZoneKeys(directory, ZONE);
  expect(problems).toEqual([]);
  const input = { seen: undefined, ds: () => 'unknown' as const, largestTtl: 300, policy: DEFAULT_POLICY };
  return { files, keys: adoptKeys({ ...input, keys: files, now: now() }).keys };
}

describePeers('states between named and us', ['named'], () => {
  test.each([
    ['a KSK and a ZSK', 'ksk lifetime P1Y algorithm 13; zsk lifetime P90D algorithm 13;', ['ksk', 'zsk']],
    ['a CSK', 'csk lifetime unlimited algorithm 13;', ['csk']],
  ] as const)('%s go from named to us and back, and named goes on with what we wrote', async (_, policy, roles) => {
    const root = mkdtempSync(join(tmpdir(), 'dnssec-states-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    chmodSync(root, 0o755);
    const directory = join(root, 'keys');
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(
      join(root, 'example.com.zone'),
      '$TTL 300\n@ SOA ns host 1 7200 3600 1209600 300\n@ NS ns\nns A 192.0.2.1\n',
    );
    await runNamed(root, policy, () => existsSync(join(root, 'example.com.zone.signed')));
    const before = readdirSync(directory).sort();

    // What named wrote is what we would write.
    const { files, keys } = await load(directory);
    expect(keys.map(({ role }) => role).sort()).toEqual(roles);
    for (const [index, key] of keys.entries()) {
      const file = files[index]!;
      expect(stateOf(key, file.state, () => undefined)).toEqual(file.state);
    }

    // Some days later by our word: everything is everywhere, and the DS was submitted.
    const then = now() - 60;
    for (const [index, key] of keys.entries()) {
      const file = files[index]!;
      const moved = { ...key.states };
      for (const record of OWNED_RECORDS[key.role]) moved[record] = record === 'ds' ? 'rumoured' : 'omnipresent';
      const changes = Object.fromEntries(OWNED_RECORDS[key.role].map((record) => [record, then]));
      const later: RollKey = { ...key, states: moved, changes };
      const timing = timingOf(later, file.timing);
      const state = stateOf(later, file.state, () => undefined);
      const path = join(directory, key.name);
      const secret = { minor: 3, algorithm: key.algorithm, privateKey: file.privateKey!, timing, unknown: [] };
      writeFileSync(`${path}.key`, printKeyFile({ ...file, timing }));
      writeFileSync(`${path}.private`, printPrivateKeyFile(secret));
      writeFileSync(`${path}.state`, printStateFile(state, file.zone, key.keyTag));
    }
    const written = (await load(directory)).keys;
    const signed = join(root, 'example.com.zone.signed');
    rmSync(signed);
    const log = await runNamed(root, policy, () => existsSync(signed));

    expect(readdirSync(directory).sort(), log).toEqual(before);
    const after = (await load(directory)).keys;
    for (const [index, key] of after.entries()) {
      expect([key.states, key.goal, key.changes]).toEqual([
        written[index]!.states,
        'omnipresent',
        written[index]!.changes,
      ]);
    }
    const sepState = readFileSync(join(directory, `${after.find(({ role }) => role !== 'zsk')!.name}.state`), 'latin1');
    expect(sepState).toContain('DSState: rumoured');
  });
});
