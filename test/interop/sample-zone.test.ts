import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runDnssec, scratchDirectory } from '../e2e/processes.ts';
import { describePeers, peer } from './peers.ts';

const SAMPLE = fileURLToPath(new URL('../../zones/example.com.zone', import.meta.url));

/** Runs a peer and expects that it accepts. */
function accepts(program: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(peer(program), args, { encoding: 'utf8' });
  expect(status, `${program}: ${stdout}${stderr}`).toBe(0);
}

describePeers('the sample zone', ['named-checkzone', 'nsd-checkzone', 'kzonecheck', 'ldns-read-zone'], () => {
  it('is accepted unsigned by BIND, NSD, Knot and ldns', () => {
    accepts('named-checkzone', '-i', 'local', 'example.com', SAMPLE);
    accepts('nsd-checkzone', 'example.com', SAMPLE);
    accepts('kzonecheck', '-o', 'example.com', SAMPLE);
    accepts('ldns-read-zone', SAMPLE);
  });

  it('shows what a zone may hold', () => {
    const text = readFileSync(SAMPLE, 'utf8');
    for (const part of [
      /^\*\.any +A/m,
      /^leaf\.non-terminal\.empty +A/m,
      /^insecure +NS/m,
      /^secure +NS .*\n +DS/m,
      /TXT +"a \\"quoted\\" word".*\\195\\169/,
      ...['SRV', 'CAA', 'HTTPS', 'TLSA', 'SSHFP', 'DNAME', 'CNAME', 'TYPE65280'].map(
        (type) => new RegExp(`\\b${type} `),
      ),
    ]) {
      expect(text).toMatch(part);
    }
  });
});

describePeers('the first contact', ['dnssec-verify', 'ldns-verify-zone', 'kzonecheck'], () => {
  it('ends with a signed zone that BIND, ldns and Knot accept, and is safe to repeat', async () => {
    const cwd = scratchDirectory();
    mkdirSync(join(cwd, 'zones'));
    copyFileSync(SAMPLE, join(cwd, 'zones/example.com.zone'));
    const signed = join(cwd, 'zones/example.com.zone.signed');
    const first = await runDnssec(['add', 'zones/example.com.zone'], { cwd });
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const ds = /example\.com\. IN DS (\d+) 13 2 [0-9A-F]{64}/.exec(first.stdout);
    expect(readFileSync(signed, 'utf8')).toContain('NSEC3PARAM');
    accepts('dnssec-verify', '-q', '-o', 'example.com', signed);
    accepts('ldns-verify-zone', signed);
    accepts('kzonecheck', '-o', 'example.com', signed);
    expect((await runDnssec(['ds', 'example.com'], { cwd })).stdout.split(/\s+/)).toContain(ds?.[1]);
    expect(statSync(join(cwd, 'keys')).mode & 0o777).toBe(0o700);

    const before = readFileSync(signed);
    expect(await runDnssec(['add', 'zones/example.com.zone'], { cwd })).toMatchObject({ code: 0 });
    expect(await runDnssec(['sign', '--all'], { cwd })).toMatchObject({ code: 0 });
    expect(readFileSync(signed).equals(before)).toBe(true);
    expect(readFileSync(join(cwd, 'dnssec.yaml'), 'utf8')).toBe(
      'zones:\n  example.com:\n    file: zones/example.com.zone\n',
    );
  });
});
