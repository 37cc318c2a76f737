/** Zones in the midst of a rollover, as good servers, servers that are behind, and their parent have them. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseKeyFile } from '../../src/keys/key-file.ts';
import { keyIdentity } from '../../src/keys/key-identity.ts';
import { keyTag } from '../../src/keys/key-tag.ts';
import type { ObservedKey } from '../../src/observe/observed-key.ts';
import { runDnssec } from '../e2e/processes.ts';
import type { ServedZone } from './loopback-servers.ts';

/** The zone that rolls its KSK. */
export const CHILD = 'child.example';
/** A zone whose DNSKEY RRset fits into no datagram, and whose parent nobody has. */
export const LARGE = 'large.test';
/** A signed zone below the parent's, without DS. */
export const ISLAND = 'island.example';
/** A delegation to servers that are not ours. */
export const ELSEWHERE = 'elsewhere.example';

/** What the servers serve, and what is looked for. */
export interface ObservedZones {
  readonly current: readonly ServedZone[];
  readonly behind: readonly ServedZone[];
  readonly keys: {
    readonly oldKsk: ObservedKey;
    readonly newKsk: ObservedKey;
    readonly zsk: ObservedKey;
    readonly large: readonly ObservedKey[];
    readonly island: readonly ObservedKey[];
  };
  /** The DS record at the parent that is behind; it belongs to no key. */
  readonly foreign: string;
}

const ZONE = '$TTL 1h\n@ SOA ns host 1 4h 1h 1w 5m\n NS ns\nns A 192.0.2.54\nwww A 192.0.2.81\n';
const FOREIGN = `12345 13 2 ${'0123456789ABCDEF'.repeat(4)}`;

/** Signs the zones in a directory, with the built program. */
export async function signObservedZones(directory: string): Promise<ObservedZones> {
  const keyDirectory = join(directory, 'keys');
  for (const name of ['zones', 'keys']) mkdirSync(join(directory, name));
  const path = (name: string) => join(directory, 'zones', `${name}.zone`);

  async function dnssec(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runDnssec(args, { cwd: directory });
    if (code !== 0) throw new Error(`dnssec ${args.join(' ')}: ${code}\n${stdout}${stderr}`);
    return stdout.trim();
  }
  function write(name: string, text: string): ServedZone {
    writeFileSync(path(name), text);
    return { name, file: path(name) };
  }
  async function sign(name: string): Promise<ServedZone> {
    await dnssec('sign', '-o', name, path(name));
    return { name, file: `${path(name)}.signed` };
  }
  function keysOf(name: string): readonly ObservedKey[] {
    const files = readdirSync(keyDirectory).filter((file) => file.startsWith(`K${name}.`) && file.endsWith('.key'));
    return files.map((file) => {
      const { dnskeyRdata: rdata } = parseKeyFile(readFileSync(join(keyDirectory, file), 'utf8'), file);
      return { id: keyIdentity(rdata), algorithm: rdata[3]!, keyTag: keyTag(rdata), dnskeyRdata: rdata };
    });
  }

  write(CHILD, ZONE);
  await dnssec('keygen', CHILD);
  const ds = await dnssec('ds', CHILD);
  const old = keysOf(CHILD);
  const before = await sign(CHILD);
  const behindChild = { name: CHILD, file: path('behind.child') };
  copyFileSync(before.file, behindChild.file);
  await dnssec('keygen', '-f', 'KSK', CHILD);
  const child = await sign(CHILD);

  write(LARGE, ZONE);
  for (let i = 0; i < 2; i++) await dnssec('keygen', '-a', 'RSASHA256', '-b', '2048', LARGE);
  write(ISLAND, ZONE);
  await dnssec('keygen', ISLAND);

  const parent = (dsRecord: string, file: string) => ({
    ...write(
      file,
      `${ZONE}child NS ns.child\nns.child A 192.0.2.54\n${dsRecord}\nisland NS ns\nelsewhere NS ns.test.\n`,
    ),
    name: 'example',
  });
  const isSep = ({ dnskeyRdata }: ObservedKey) => (dnskeyRdata[1]! & 1) === 1;
  return {
    current: [child, await sign(LARGE), await sign(ISLAND), parent(ds, 'parent')],
    behind: [behindChild, parent(`child 2h DS ${FOREIGN}`, 'behind.parent')],
    keys: {
      oldKsk: old.find(isSep)!,
      zsk: old.find((key) => !isSep(key))!,
      newKsk: keysOf(CHILD).find(({ id }) => !old.some((key) => key.id === id))!,
      large: keysOf(LARGE),
      island: keysOf(ISLAND),
    },
    foreign: FOREIGN.replace(/.{8}$/, ' $&'),
  };
}
