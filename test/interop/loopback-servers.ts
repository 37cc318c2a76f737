/** Configurations of named, NSD, Knot and unbound for a few zones on loopback, without root's rights. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Daemon, type DaemonRecipe, LOOPBACK, outputOf, startDaemon } from './daemons.ts';

/** Loopback of IPv6. */
export const LOOPBACK6 = '::1';

/** A zone to be served. */
export interface ServedZone {
  readonly name: string;
  readonly file: string;
}

/** An authoritative server: the program's name, and its configuration with the arguments that make it read it. */
export interface ServerKind {
  readonly program: string;
  readonly configure: (
    directory: string,
    port: number,
    zones: readonly ServedZone[],
    address: string,
  ) => readonly string[];
}

const NAMED: ServerKind = {
  program: 'named',
  configure: (directory, port, zones, address) => {
    const file = join(directory, 'named.conf');
    const options = [
      `directory "${directory}"`,
      `listen-on port ${port} { ${address === LOOPBACK6 ? 'none' : address}; }`,
      `listen-on-v6 port ${port} { ${address === LOOPBACK6 ? address : 'none'}; }`,
      'pid-file none',
      'session-keyfile none',
      'reuseport no',
      'recursion no',
      'notify no',
      'dnssec-validation no',
    ];
    const lines = [
      `options { ${options.join('; ')}; };`,
      'controls { };',
      ...zones.map((zone) => `zone "${zone.name}" { type primary; file "${zone.file}"; };`),
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return ['-g', address === LOOPBACK6 ? '-6' : '-4', '-n', '1', '-c', file];
  },
};

const NSD: ServerKind = {
  program: 'nsd',
  configure: (directory, port, zones, address) => {
    const file = join(directory, 'nsd.conf');
    const lines = [
      'server:',
      `  ip-address: ${address}@${port}`,
      '  server-count: 1',
      '  username: ""',
      '  database: ""',
      `  zonesdir: "${directory}"`,
      `  xfrdir: "${directory}"`,
      `  xfrdfile: "${join(directory, 'xfrd.state')}"`,
      `  zonelistfile: "${join(directory, 'zone.list')}"`,
      `  pidfile: "${join(directory, 'nsd.pid')}"`,
      'remote-control:',
      '  control-enable: no',
      ...zones.flatMap((zone) => ['zone:', `  name: "${zone.name}"`, `  zonefile: "${zone.file}"`]),
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return ['-d', '-c', file];
  },
};

const KNOT: ServerKind = {
  program: 'knotd',
  configure: (directory, port, zones, address) => {
    const file = join(directory, 'knot.conf');
    const lines = [
      'server:',
      `  listen: ${address}@${port}`,
      `  rundir: "${directory}"`,
      '  udp-workers: 1',
      '  tcp-workers: 1',
      '  background-workers: 1',
      'database:',
      `  storage: "${directory}"`,
      'template:',
      '  - id: default',
      '    zonefile-load: whole',
      '    zonefile-sync: -1',
      '    journal-content: none',
      'zone:',
      ...zones.flatMap((zone) => [`  - domain: "${zone.name}"`, `    file: "${zone.file}"`]),
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return ['-c', file];
  },
};

/** The authoritative servers of the field. */
export const SERVERS: readonly ServerKind[] = [NAMED, NSD, KNOT];

/** Starts an authoritative server in a directory of its own, and waits until it serves each zone. */
export function startServer(
  kind: ServerKind,
  scratch: string,
  zones: readonly ServedZone[],
  address = LOOPBACK,
): Promise<Daemon> {
  const directory = join(scratch, kind.program);
  mkdirSync(directory, { recursive: true });
  return startDaemon({
    program: kind.program,
    directory,
    configure: (port) => kind.configure(directory, port, zones, address),
    isReady: async (port) => {
      const questions = zones.flatMap(({ name }) => [name, 'SOA']);
      const output = await outputOf('dig', [...digArguments(port, address), '+norecurse', ...questions]);
      return (output.match(/status: NOERROR.*\n.*flags: qr aa.*ANSWER: 1,/g) ?? []).length === zones.length;
    },
  });
}

/**
 * Starts a validating resolver that asks one server for everything.
 *
 * @param zones    zones that it is to ask the server for, each of them by name
 * @param anchors  DS records of the zones that it is to trust
 */
export function startResolver(
  scratch: string,
  server: Daemon,
  zones: readonly ServedZone[],
  anchors: readonly string[],
): Promise<Daemon> {
  const directory = join(scratch, `unbound-${server.port}`);
  mkdirSync(directory);
  return startDaemon({
    program: 'unbound',
    directory,
    configure: (port) => configureUnbound(directory, port, server.port, zones, anchors),
    isReady: async (port) =>
      (await outputOf('dig', [...digArguments(port), 'CH', 'TXT', 'version.server'])).includes('status: NOERROR'),
  });
}

function configureUnbound(
  directory: string,
  port: number,
  upstream: number,
  zones: readonly ServedZone[],
  anchors: readonly string[],
): ReturnType<DaemonRecipe['configure']> {
  const file = join(directory, 'unbound.conf');
  const lines = [
    'server:',
    `  interface: ${LOOPBACK}@${port}`,
    '  username: ""',
    '  chroot: ""',
    `  directory: "${directory}"`,
    '  pidfile: ""',
    '  use-syslog: no',
    '  do-ip6: no',
    '  so-reuseport: no',
    '  do-not-query-localhost: no',
    '  module-config: "validator iterator"',
    '  target-fetch-policy: "0 0 0 0 0"',
    '  val-log-level: 2',
    ...anchors.map((anchor) => `  trust-anchor: "${anchor}"`),
    'remote-control:',
    '  control-enable: no',
    ...zones.flatMap(({ name }) => ['stub-zone:', `  name: "${name}"`, `  stub-addr: ${LOOPBACK}@${upstream}`]),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return ['-d', '-c', file];
}

/** Asks a server on loopback once, and does not wait long: what is lost there is not there. */
export function digArguments(port: number, address = LOOPBACK): readonly string[] {
  return ['-r', `@${address}`, '-p', String(port), '+tries=1', '+time=5', '+nosearch'];
}
