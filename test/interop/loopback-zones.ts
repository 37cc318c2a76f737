/** The sample zone, signed by the built program in each way there is, with children of its delegations. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runDnssec } from '../e2e/processes.ts';
import type { ServedZone } from './loopback-servers.ts';

const SAMPLE = readFileSync(fileURLToPath(new URL('../../zones/example.com.zone', import.meta.url)), 'latin1');

/** What a child zone holds. */
const CHILD = `$TTL 5m
@   SOA ns host 1 4h 1h 1w 5m
    NS  ns
ns  A   192.0.2.54
www A   192.0.2.81
`;

/** Zones to be served, and what to trust. */
export interface LoopbackZones {
  readonly zones: readonly ServedZone[];
  /** DS records as `dnssec ds` prints them, by zone. */
  readonly anchors: ReadonlyMap<string, string>;
}

/** Zones whose every answer is to be valid: what a resolver makes of denials is not the same with opt-out. */
export const GOOD_ZONES = ['example.com', 'nsec.example', 'opt-out.example'] as const;
/** A zone some of whose octets were changed after it was signed. */
export const CHANGED_ZONE = 'changed.example';
/** A zone whose DS is that of another key. */
export const MISLED_ZONE = 'misled.example';

/** Signs the zones of this file in a directory. */
export async function signLoopbackZones(directory: string): Promise<LoopbackZones> {
  const zones: ServedZone[] = [];
  const anchors = new Map<string, string>();
  mkdirSync(join(directory, 'zones'));

  async function dnssec(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runDnssec(args, { cwd: directory });
    if (code !== 0) throw new Error(`dnssec ${args.join(' ')}: ${code}\n${stdout}${stderr}`);
    return stdout;
  }
  function write(name: string, text: string): string {
    const file = join(directory, 'zones', `${name}.zone`);
    writeFileSync(file, text, 'latin1');
    return file;
  }
  async function sign(name: string, text: string, ...args: readonly string[]): Promise<string> {
    const file = write(name, text);
    await dnssec('keygen', name);
    await dnssec('sign', '-o', name, ...args, file);
    return printDs(name, `${file}.signed`);
  }
  async function printDs(name: string, file: string): Promise<string> {
    const ds = (await dnssec('ds', name)).trim();
    zones.push({ name, file });
    anchors.set(name, ds);
    return ds;
  }

  const childDs = await sign('secure.example.com', CHILD);
  anchors.delete('secure.example.com'); // reached through its parent only
  const parent = write('example.com', withDs(SAMPLE, childDs));
  await dnssec('add', parent);
  await printDs('example.com', `${parent}.signed`);
  await sign('nsec.example', sampleOf('nsec.example'), '--nsec');
  await sign('opt-out.example', sampleOf('opt-out.example'), '-A');
  for (const name of GOOD_ZONES) {
    zones.push({ name: `insecure.${name}`, file: write(`insecure.${name}`, CHILD) });
  }
  // The sample zone says that this one is signed.
  zones.push({ name: 'secure.nsec.example', file: write('secure.nsec.example', CHILD) });

  await sign(CHANGED_ZONE, sampleOf(CHANGED_ZONE), '--nsec');
  changeOctets(zones.at(-1)!.file);
  anchors.set(MISLED_ZONE, changeDigest(await sign(MISLED_ZONE, CHILD)));
  return { zones, anchors };
}

/** The sample zone under another name. */
function sampleOf(name: string): string {
  return SAMPLE.replaceAll('example.com', name);
}

/** The sample zone with the DS of a child that is there. */
function withDs(text: string, ds: string): string {
  return replaceOnce(text, / DS +12345 .*/, ` DS ${ds.split(' DS ')[1]}`);
}

function changeDigest(ds: string): string {
  return replaceOnce(ds, /.$/, (digit) => (digit === '0' ? '1' : '0'));
}

/** Changes an address, a wildcard's address, a signature, and a denial. */
function changeOctets(file: string): void {
  let text = readFileSync(file, 'latin1');
  text = replaceOnce(text, /(?<=^fixed\.any\..*\tA\t192\.0\.2\.)98$/m, '97');
  text = replaceOnce(text, /(?<=^\*\.any\..*\tA\t192\.0\.2\.)99$/m, '97');
  text = replaceOnce(text, /(?<=^a\.new\..*\tRRSIG\tA .* )[^ ](?=[^ ]*$)/m, (digit) => (digit === 'A' ? 'B' : 'A'));
  text = replaceOnce(text, /(?<=^ns1\..*\tNSEC\told)(?=\.)/m, 'er');
  writeFileSync(file, text, 'latin1');
}

function replaceOnce(text: string, pattern: RegExp, by: string | ((found: string) => string)): string {
  const changed = text.replace(pattern, typeof by === 'string' ? () => by : by);
  if (changed === text) throw new Error(`nothing matches ${pattern.source}`);
  return changed;
}
