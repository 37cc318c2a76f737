import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ended, runDnssec, scratchDirectory, startScript } from './processes.ts';

const READ_STDIN = `
import { zoneFileOpener } from '$DIST/store/zone-files.js';
import { readZone } from '$DIST/zone/reader/reader.js';
console.log('reading');
const file = readZone(zoneFileOpener('.'), '-');
console.log(file.records.count, file.size, file.records.sourceOf(0));
`;

test('a zone on standard input is read whole, however slowly it comes', async () => {
  const child = startScript(READ_STDIN, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const result = ended(child);
  const parts = ['example. 60 IN SOA a. ', 'b. 1 2 3 4 5', '\nexam', 'ple. 60 NS c.\n'];
  for (const part of parts) {
    child.stdin?.write(part);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  child.stdin?.end();
  expect((await result).stdout).toBe(`reading\n2 ${parts.join('').length} standard input\n`);
});

test('a mistake in the content is shown with its line, like one in the text', async () => {
  const directory = scratchDirectory();
  const zone = '$TTL 60\n@ SOA a b 1 2 3 4 5\n@ NS ns.test.\nwww CNAME a ; x\n';
  writeFileSync(join(directory, 'example.zone'), `${zone}www A 192.0.2.1\n`);
  const { code, stderr } = await runDnssec(['sign', 'example.zone', '-o', 'example'], { cwd: directory });
  expect(code).not.toBe(0);
  expect(stderr).toContain('example.zone:4:1: error: www.example. has a CNAME record and A data');
  expect(stderr).toContain('\n    www CNAME a ; x\n    ^~~~~~~~~~~\n');
});
