/** A corpus of small zone files, one rule each: our verdict and our records are those of BIND's own reader. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { type Diagnostic, DnssecError } from '../../src/base/errors.ts';
import { nameFromText } from '../../src/dns/name.ts';
import { typeText } from '../../src/dns/types.ts';
import { OwnerLines } from '../../src/sign/owner-line.ts';
import { zoneFileOpener } from '../../src/store/zone-files.ts';
import { buildZone } from '../../src/zone/build.ts';
import { checkZone } from '../../src/zone/checks.ts';
import { readZone } from '../../src/zone/reader/reader.ts';
import type { Zone } from '../../src/zone/zone.ts';
import { describePeers, peer } from './peers.ts';

const CORPUS = fileURLToPath(new URL('../fixtures/zones/', import.meta.url));
const PAGE = new URL('../../docs/zone-file-format.md', import.meta.url);

/**
 * Integrity within the zone only: the default would ask the resolver of the machine for names outside. Host names that
 * are spelled oddly, or like addresses, are warnings, as for named-checkzone and named: named-compilezone refuses them.
 */
const FLAGS = ['-i', 'local', '-k', 'warn', '-n', 'warn'];

const files = readdirSync(CORPUS)
  .filter((name) => name.endsWith('.zone'))
  .map((name) => name.slice(0, -5));
const withPrefix = (prefix: string) => files.filter((name) => name.startsWith(prefix));

/** Told about a file: what is odd about a good one, and what is wrong with a bad one. */
const remarks = new Map<string, readonly Diagnostic[]>();

/** Reads, builds and checks a file as `sign` does. @returns the zone, or the error that refuses it */
function readOurs(name: string): Zone | DnssecError {
  try {
    const file = readZone(zoneFileOpener(CORPUS), `${name}.zone`, { origin: nameFromText('example') });
    const { zone, warnings } = buildZone(file.records, file.origin, file.class);
    remarks.set(name, [...file.warnings, ...warnings, ...checkZone(zone)]);
    return zone;
  } catch (error) {
    if (!(error instanceof DnssecError) || error.code !== 'ZONE_INVALID') throw error;
    const { message, diagnostics } = error;
    remarks.set(name, diagnostics.length > 0 ? diagnostics : [{ severity: 'error', message }]);
    return error;
  }
}

/** Longest part of a token that is written down. */
const TOKEN = 40;

/** What is told about a file, as `[FILE:]LINE[:COLUMN "TOKEN"] MESSAGE`, under its name. */
function remarkLines(name: string): string {
  const lines = (remarks.get(name) ?? []).map(({ severity, file, line, column, width, text, message }) => {
    const parts: string[] = severity === 'error' ? [] : [severity];
    if (line !== undefined) {
      parts.push([file === `${name}.zone` ? [] : file, line, column ?? []].flat().join(':'));
    }
    if (column !== undefined && width !== undefined && text !== undefined) {
      const token = text.slice(column - 1, column - 1 + width);
      if (token !== '') parts.push(JSON.stringify(token.length > TOKEN ? `${token.slice(0, TOKEN)}…` : token));
    }
    return `  ${[...parts, message].join(' ')}\n`;
  });
  return lines.length === 0 ? '' : `${name}\n${lines.join('')}`;
}

/** The zone's text as `sign` prints records. */
function print(zone: Zone): Uint8Array {
  const lines = new OwnerLines(zone.class);
  for (let name = 0; name < zone.nameCount; name++) {
    lines.begin(zone.octets, zone.nameOwner[name]!);
    for (let rrset = zone.nameFirst[name]!; rrset < zone.nameFirst[name + 1]!; rrset++) {
      const type = zone.rrsetType[rrset]!;
      for (let record = zone.rrsetFirst[rrset]!; record < zone.rrsetFirst[rrset + 1]!; record++) {
        const start = zone.rdata[record]!;
        const end = start + zone.rdataLength[record]!;
        lines.print(type, typeText(type), zone.rrsetTtl[rrset]!, zone.octets, start, end);
      }
    }
  }
  return lines.text.view();
}

/** What BIND makes of a file. @returns its normal form of the zone, or undefined if it refuses the file */
function compile(path: string): string | undefined {
  // named is told the class of a zone; ours is that of the first record.
  const klass = /-class-(ch|hs)\.zone$/.exec(path)?.[1] ?? 'in';
  const args = [...FLAGS, '-q', '-c', klass, '-o', '-', 'example', path];
  const { status, stdout, error } = spawnSync(peer('named-compilezone'), args, {
    cwd: CORPUS,
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw error;
  return status === 0 ? stdout : undefined;
}

/** Rows of the page's table of differences: fixture, what we do, what BIND does. */
function differences(): readonly (readonly [name: string, here: string, bind: string])[] {
  const section = readFileSync(PAGE, 'utf8')
    .split(/^## /m)
    .find((part) => part.startsWith('Where this differs from BIND'));
  const rows = [...(section ?? '').matchAll(/^\| `([a-z0-9-]+)` \| (\w+)[^|]*\| (\w+)[^|]*\|/gm)];
  return rows.map(([, name, here, bind]) => [`differs-${name}`, here!, bind!]);
}

describe('the corpus', () => {
  test('has at least 120 files, good and bad, and every difference is on the page', () => {
    expect(withPrefix('good-').length).toBeGreaterThan(80);
    expect(withPrefix('bad-').length).toBeGreaterThan(80);
    expect(withPrefix('differs-').sort()).toEqual(
      differences()
        .map(([name]) => name)
        .sort(),
    );
  });

  test('what is told about each file, and where, is in remarks.txt', async () => {
    for (const name of files) readOurs(name);
    await expect(files.sort().map(remarkLines).join('')).toMatchFileSnapshot(join(CORPUS, 'remarks.txt'));
  });
});

describePeers('zone files and BIND', ['named-compilezone'], () => {
  const directory = mkdtempSync(join(tmpdir(), 'zone-corpus-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  /** Our records, as BIND reads our text of them. */
  function compileOurs(name: string, zone: Zone): string | undefined {
    const path = join(directory, `${name}.zone`);
    writeFileSync(path, print(zone));
    return compile(path);
  }

  test.each(withPrefix('good-'))('%s is read, and our print of it is the same zone', (name) => {
    const zone = readOurs(name);
    if (zone instanceof DnssecError) throw zone;
    const theirs = compile(`${name}.zone`);
    expect(theirs).toBeDefined();
    expect(compileOurs(name, zone)).toBe(theirs);
  });

  test.each(withPrefix('bad-'))('%s is refused by both', (name) => {
    expect(readOurs(name)).toBeInstanceOf(DnssecError);
    expect(compile(`${name}.zone`)).toBeUndefined();
  });

  test.each(differences())('%s: %s here, %s by BIND, as the page says', (name, here, bind) => {
    const ours = readOurs(name);
    const theirs = compile(`${name}.zone`);
    expect(ours instanceof DnssecError ? 'refused' : 'accepted').toBe(here);
    expect(theirs === undefined ? 'refused' : 'accepted').toBe(bind);
    if (!(ours instanceof DnssecError) && theirs !== undefined) expect(compileOurs(name, ours)).not.toBe(theirs);
  });
});
