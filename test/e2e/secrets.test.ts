import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runDnssec, scratchDirectory } from './processes.ts';
import { expectNoSecrets, secretsBelow } from './secrets.ts';

const SAMPLE = fileURLToPath(new URL('../../zones/example.com.zone', import.meta.url));
it('no output and no error of any command holds private key text', async () => {
  const cwd = scratchDirectory();
  const keys = join(cwd, 'keys');
  mkdirSync(keys, { mode: 0o700 });
  copyFileSync(SAMPLE, join(cwd, 'example.com.zone'));
  const outputs: string[] = [];
  const run = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await runDnssec([...args, '--verbose'], { cwd });
    outputs.push(stdout, stderr);
    return code;
  };
  for (const algorithm of ['ECDSAP256SHA256', 'RSASHA256', 'ED25519']) {
    expect(await run('keygen', '-K', 'keys', '-a', algorithm, 'example.com')).toBe(0);
    expect(await run('keygen', '-K', 'keys', '-a', algorithm, 'example.com', '--json')).toBe(0);
  }
  const secrets = secretsBelow(keys);
  expect(secrets.length).toBeGreaterThan(20);
  expect(secrets.filter(({ octets }) => octets.length < 32)).toEqual([]);

  for (const flags of [[], ['--json']]) {
    expect(await run('keys', 'example.com', ...flags)).toBe(0);
    expect(await run('ds', 'example.com', ...flags)).toBe(0);
    expect(await run('sign', '--full', '-t', 'example.com.zone', ...flags)).toBe(0);
    expect(await run('verify', 'example.com.zone.signed', ...flags)).toBe(0);
  }
  // Every kind of damage to a private key file, and everything that meets it.
  const [file = ''] = readdirSync(keys).filter((name) => name.endsWith('.private'));
  const path = join(keys, file);
  const text = readFileSync(path, 'utf8');
  // A slip of the hand: the private half included instead of the public one.
  writeFileSync(join(cwd, 'include.zone'), `$ORIGIN example.com.\n$INCLUDE keys/${file}\n`);
  for (const damaged of [
    text.replace(/: (?=[A-Za-z0-9+/]{20})/g, ': !'),
    text.replace(/: (?=[A-Za-z0-9+/]{20})/g, ':'),
    text.replace(/^(.*: [A-Za-z0-9+/]{40}).*$/gm, '$1'),
    text.replace('v1.3', 'v9.9'),
    text.replace(/Algorithm: \d+/, 'Algorithm: 200'),
    `garbage\n${text}`,
  ]) {
    writeFileSync(path, damaged);
    for (const flags of [[], ['--json']]) {
      await run('sign', '--full', 'example.com.zone', ...flags);
      await run('keys', 'example.com', ...flags);
    }
    await run('ds', join('keys', file));
    await run('verify', join('keys', file));
    await run('sign', '-o', 'example.com', join('keys', file));
    await run('verify', 'example.com.zone.signed', '--ds', join('keys', file));
    await run('sign', 'include.zone', '-o', 'example.com');
    await run('keys', '--config', join('keys', file));
    await run('keys', 'import', join('keys', file), '--zone', 'example.com');
  }
  writeFileSync(path, text);
  chmodSync(path, 0o644);
  expect(await run('sign', '--full', 'example.com.zone')).toBe(1);

  const printed = outputs.join('\n');
  expect(printed.length).toBeGreaterThan(5000);
  expectNoSecrets(printed, secrets);
  expect(() => expectNoSecrets(`${printed}${secrets[0]?.octets.toString('hex')}`, secrets)).toThrow();
});
