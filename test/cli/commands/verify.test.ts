import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../../src/base/errors.ts';
import type { OptionValues } from '../../../src/cli/command.ts';
import { verifyCommand } from '../../../src/cli/commands/verify.ts';
import { DEFECTS, defectiveZone } from '../../invalid/defects.ts';
import { WHEN, ZoneLines } from '../../invalid/zone-lines.ts';
import { recordContext } from '../recorder.ts';

const FIXTURE = fileURLToPath(new URL('../../fixtures/signed/nsec3.zone', import.meta.url));
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'verify-command-'));
  writeFileSync(join(directory, 'good.zone'), readFileSync(FIXTURE));
  const defect = DEFECTS.find(({ name }) => name === 'a signature with one octet changed')!;
  writeFileSync(join(directory, 'bad.zone'), defectiveZone(defect).text);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function verify(file: string, options: OptionValues = {}, json = false) {
  const recorder = recordContext({ cwd: directory, now: WHEN, global: { json } });
  const exit = await verifyCommand.run!(recorder.context, [file], options);
  return { exit, stdout: recorder.stdout(), stderr: recorder.stderr() };
}

describe('dnssec verify', () => {
  test('says in one line that a zone is valid, and until when', async () => {
    const { exit, stdout, stderr } = await verify('good.zone');
    expect(exit).toBe(EXIT.done);
    expect(stdout).toMatch(
      /^zone example: \d+ records, \d+ signatures by 2 keys, NSEC3, valid until 2037-12-31 00:00:00 UTC\n$/,
    );
    expect(stderr).toBe('');
  });

  test('names owner, type and reason of each finding, and exits with 3', async () => {
    const { exit, stdout } = await verify('bad.zone');
    expect(exit).toBe(EXIT.findings);
    const [finding, last] = stdout.trim().split('\n');
    expect(finding).toMatch(/^error: www\.example TXT: the signature by key \d+ \(ECDSAP256SHA256\) does not verify$/);
    expect(last).toMatch(/^zone example is not valid: 1 error \(/);
  });

  test('prints one document under --json', async () => {
    const { exit, stdout } = await verify('bad.zone', {}, true);
    expect(exit).toBe(EXIT.findings);
    expect(JSON.parse(stdout)).toMatchObject({
      zone: 'example',
      valid: false,
      errors: 1,
      findings: [{ kind: 'signature-wrong', severity: 'error', owner: 'www.example', type: 'TXT' }],
      counts: { 'signature-wrong': 1 },
      statistics: { denial: 'nsec' },
    });
  });

  test('verifies at each instant asked for', async () => {
    expect((await verify('good.zone', { at: ['now', '2030-01-01'] })).exit).toBe(EXIT.done);
    expect((await verify('good.zone', { at: ['now', '20380101'] })).exit).toBe(EXIT.findings);
    expect((await verify('good.zone', { at: ['now+20y'] })).exit).toBe(EXIT.findings);
    await expect(verify('good.zone', { at: ['soon'] })).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('prints as many errors as --limit says, and how many more there were', async () => {
    const { stdout } = await verify('good.zone', { at: ['20380101'], limit: '2' });
    const lines = stdout.trim().split('\n');
    expect(lines.filter((line) => line.startsWith('error: '))).toHaveLength(2);
    expect(lines.at(-2)).toMatch(/^and \d+ more$/);
  });

  test('takes DS records from a file, those of the zone only', async () => {
    const ds = (text: string) => writeFileSync(join(directory, 'dsset'), text);
    const right = readFileSync(FIXTURE, 'latin1').match(/RRSIG DNSKEY \d+ \d+ \d+ \d+ \d+ (\d+)/)![1];
    ds(`other. IN DS ${right} 13 2 ${'00'.repeat(32)}\n`);
    await expect(verify('good.zone', { ds: 'dsset' })).rejects.toMatchObject({ code: 'USAGE' });
    ds(`example. IN DS ${right} 13 2 ${'00'.repeat(32)}\n`);
    const { exit, stdout } = await verify('good.zone', { ds: 'dsset' });
    expect(exit).toBe(EXIT.findings);
    expect(stdout).toContain('error: example DNSKEY: no key that signs the DNSKEY RRset is vouched for by a DS');
  });

  test('refuses what it can not read, or what is asked wrongly, before anything else', async () => {
    await expect(verify('missing.zone')).rejects.toMatchObject({ code: 'FILE_UNREADABLE', exitCode: EXIT.failed });
    writeFileSync(join(directory, 'no-zone'), 'hello, world\n');
    await expect(verify('no-zone', { origin: 'example.' })).rejects.toMatchObject({ code: 'ZONE_INVALID' });
    await expect(verify('good.zone', { threads: '0' })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(verify('good.zone', { limit: 'all' })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(verify('good.zone', { origin: 'a..b' })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(verify('good.zone', { origin: 'other.' })).rejects.toMatchObject({ code: 'ZONE_INVALID' });
  });

  test('refuses a zone whose content no server would load', async () => {
    const zone = ZoneLines.read('nsec3');
    zone.add('alias.example.', 'A', '192.0.2.1');
    writeFileSync(join(directory, 'clash.zone'), zone.text);
    await expect(verify('clash.zone')).rejects.toMatchObject({ code: 'ZONE_INVALID', exitCode: EXIT.findings });
  });
});
