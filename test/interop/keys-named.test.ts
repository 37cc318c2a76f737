import { type ChildProcess, spawn } from 'node:child_process';
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
import { requireSigningAlgorithm } from '../../src/keys/algorithms.ts';
import { selectKeys } from '../../src/keys/key-plan.ts';
import { createKeys } from '../../src/store/key-files.ts';
import { loadZoneKeys } from '../../src/store/key-store.ts';
import { freePort } from './daemons.ts';
import { describePeers, peer } from './peers.ts';

const ZONE = nameFromText('example.com');

/** Starts named with a zone under dnssec-policy; its keys lie in `keys`. */
async function startNamed(root: string, algorithm: number, role: 'pair' | 'csk'): Promise<ChildProcess> {
  const keys = role === 'pair' ? ['ksk', 'zsk'] : ['csk'];
  const port = await freePort();
  writeFileSync(
    join(root, 'example.com.zone'),
    '$TTL 300\n@ IN SOA ns hostmaster 1 7200 3600 1209600 300\n@ NS ns\nns A 192.0.2.1\n',
  );
  writeFileSync(
    join(root, 'named.conf'),
    `options { directory "${root}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; pid-file none;
  session-keyfile none; recursion no; dnssec-validation no; notify no; };
controls { };
dnssec-policy "p" { keys { ${keys.map((key) => `${key} lifetime unlimited algorithm ${algorithm};`).join(' ')} }; };
zone "example.com" { type primary; file "example.com.zone"; key-directory "keys"; dnssec-policy "p"; inline-signing yes; };
`,
  );
  const named = spawn(peer('named'), ['-g', '-c', join(root, 'named.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  named.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk;
  });
  onTestFinished(async ({ task }) => {
    const gone = new Promise((resolve) => named.once('exit', resolve));
    if (named.exitCode === null && named.kill()) await gone;
    if (task.result?.state === 'fail') console.warn(log);
  });
  return named;
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !condition() && Date.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describePeers('named with dnssec-policy', ['named'], () => {
  test.each([
    [8, 'pair'],
    [13, 'pair'],
    [13, 'csk'],
    [15, 'pair'],
  ] as const)('algorithm %d, %s: it takes our keys over and makes no others', async (algorithm, role) => {
    const root = mkdtempSync(join(tmpdir(), 'dnssec-named-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    chmodSync(root, 0o755);
    const directory = join(root, 'keys');
    mkdirSync(directory, { mode: 0o700 });
    const now = Math.floor(Date.now() / 1000);
    const roles = role === 'pair' ? (['ksk', 'zsk'] as const) : (['csk'] as const);
    const timing = { created: now, publish: now, activate: now };
    const parts = { zone: ZONE, algorithm: requireSigningAlgorithm(algorithm), timing };
    const made = await createKeys(
      directory,
      roles.map((one) => ({ ...parts, role: one })),
    );
    const names = made.map((key) => key.name).sort();

    await startNamed(root, algorithm, role);
    await until(() => names.every((name) => existsSync(join(directory, `${name}.state`))));
    await until(() => existsSync(join(root, 'example.com.zone.signed')));
    const files = readdirSync(directory);
    expect(
      files
        .filter((file) => file.endsWith('.key'))
        .map((file) => file.slice(0, -4))
        .sort(),
    ).toEqual(names);
    expect(
      files
        .filter((file) => file.endsWith('.state'))
        .map((file) => file.slice(0, -6))
        .sort(),
    ).toEqual(names);
    for (const name of names)
      expect(readFileSync(join(directory, `${name}.state`), 'latin1')).toContain('GoalState: omnipresent');

    // And back: what named made of the files is what we go on with.
    const { keys, problems } = await loadZoneKeys(directory, ZONE);
    expect(problems).toEqual([]);
    const plan = selectKeys(keys, now + 1);
    expect(plan.publish.map((key) => key.name).sort()).toEqual(names);
    expect(plan.keySigners.length).toBe(1);
    expect(plan.zoneSigners.length).toBe(1);
    expect(new Set(plan.roles.values())).toEqual(new Set(roles));
  });
});
