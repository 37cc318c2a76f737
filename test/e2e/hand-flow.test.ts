import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { describePeers, peer } from '../interop/peers.ts';
import { createScene, suiteDirectory } from './scene.ts';

const ZONE = 'kaoskinder.de';
const FILE = 'db.kaoskinder.de.zone';
const SIGNED = `${FILE}.signed`;
const DAY = 86_400;

/** The flow that people know by heart from dnssec-keygen and dnssec-signzone, command by command. */
describePeers(
  'the zone signed by hand',
  ['dnssec-verify', 'ldns-verify-zone', 'kzonecheck', 'dnssec-dsfromkey'],
  () => {
    const scene = createScene(suiteDirectory());
    const sign = ['sign', '-A', '-3', 'random', '-N', 'increment', '-o', ZONE, '-t', FILE];
    let bases: readonly string[] = [];

    /** What a signed file says, as lines `owner TTL IN type rdata`. */
    const lines = () => scene.read(SIGNED).split('\n');
    const first = (type: string) =>
      lines()
        .find((line) => new RegExp(`\\sIN\\s+${type}\\s`).test(line))
        ?.split(/\s+/)
        .slice(4) ?? [];
    const serial = () => Number(first('SOA')[2]);
    const salt = () => first('NSEC3PARAM')[3] ?? '';

    function expectAccepted(): void {
      for (const [program, ...args] of [
        ['dnssec-verify', '-q', '-o', ZONE, SIGNED],
        ['ldns-verify-zone', SIGNED],
        ['kzonecheck', '-o', ZONE, SIGNED],
      ] as const) {
        const { status, stdout, stderr } = spawnSync(peer(program), args, { cwd: scene.directory, encoding: 'utf8' });
        expect(status, `${program}: ${stdout}${stderr}`).toBe(0);
      }
    }

    beforeAll(async () => {
      const { stdout } = await scene.succeed(['keygen', '-a', 'RSASHA512', '-b', '4096', ZONE]);
      bases = stdout.trim().split('\n');
      scene.write(
        FILE,
        `$TTL 1h
@  IN SOA ns1.${ZONE}. hostmaster.${ZONE}. 2016010101 4h 1h 1w 1h
   IN NS  ns1
   IN NS  ns2.example.net.
   IN MX  10 mail
ns1  A 192.0.2.53
mail A 192.0.2.25
www  CNAME mail
sub  NS ns.example.net.
$INCLUDE ${bases[0]}.key
$INCLUDE ${bases[1]}.key
`,
      );
    }, 120_000);

    it('dnssec keygen -a RSASHA512 -b 4096 kaoskinder.de writes the four files, KSK first', () => {
      expect(bases).toHaveLength(2);
      for (const base of bases) expect(base).toMatch(/^Kkaoskinder\.de\.\+010\+\d{5}$/);
      const files = bases.flatMap((base) => [`${base}.key`, `${base}.private`]);
      expect(readdirSync(scene.directory).filter((name) => name.startsWith('K'))).toEqual(files.sort());
      for (const base of bases) {
        expect(statSync(scene.path(`${base}.private`)).mode & 0o777).toBe(0o600);
        // 4096 bits: 512 octets of modulus, 3 of exponent and its length.
        const words = /DNSKEY (\d+) 3 10 (.*)\n$/.exec(scene.read(`${base}.key`));
        expect(Buffer.from(words?.[2] ?? '', 'base64')).toHaveLength(516);
        expect(words?.[1]).toBe(base === bases[0] ? '257' : '256');
      }
    });

    it('dnssec sign -A -3 random -N increment -o kaoskinder.de -t signs it, and the peers accept it', async () => {
      const now = Math.floor(Date.now() / 1000);
      const { stdout } = await scene.succeed(sign);
      expect(stdout).toMatch(/Signatures made:\s+\d+/);
      expectAccepted();
      expect(salt()).toMatch(/^[0-9A-F]{16}$/i);
      expect(serial()).toBe(2_016_010_102);
      // The keys are there once, though the zone file includes them too.
      expect(lines().filter((line) => /\sDNSKEY\s/.test(line) && !/\sRRSIG\s/.test(line))).toHaveLength(2);
      // Opt-out is on: the insecure delegation has no entry.
      expect(first('NSEC3').slice(0, 2)).toEqual(['1', '1']);
      const ends = lines()
        .map((line) => /\sRRSIG\s+\S+\s+\d+\s+\d+\s+\d+\s+(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\s/.exec(line))
        .filter((match) => match !== null)
        .map(([, year, ...rest]) => Date.UTC(Number(year), Number(rest[0]) - 1, ...rest.slice(1).map(Number)) / 1000);
      expect(ends.length).toBeGreaterThan(10);
      for (const end of ends) expect(Math.abs(end - now - 30 * DAY)).toBeLessThan(60);
    });

    it('a second run has another salt and a higher serial, and is accepted too', async () => {
      const before = { salt: salt(), serial: serial() };
      await scene.succeed(sign);
      expectAccepted();
      expect(salt()).toMatch(/^[0-9A-F]{16}$/i);
      expect(salt()).not.toBe(before.salt);
      expect(serial()).toBeGreaterThan(before.serial);
      expect(scene.read(FILE)).toContain('2016010101');
    });

    it('dnssec ds --format ovh prints key tag, flags, algorithm and public key of the KSK', async () => {
      const { stdout } = await scene.succeed(['ds', '--format', 'ovh', ZONE]);
      const key = /DNSKEY (257) 3 (10) (.*)\n$/.exec(scene.read(`${bases[0]}.key`));
      const values = Object.fromEntries(stdout.split('\n').map((line) => line.split(/:\s+/, 2)));
      expect(values).toMatchObject({
        'Key tag': String(Number(bases[0]?.slice(-5))),
        Flags: expect.stringMatching(/^257\b/),
        Algorithm: expect.stringMatching(/^10\b/),
        'Public key': key?.[3]?.replaceAll(' ', ''),
      });
    });

    it('dnssec ds prints what dnssec-dsfromkey prints', async () => {
      const { stdout } = await scene.succeed(['ds', ZONE]);
      const args = ['-2', `${bases[0]}.key`];
      const theirs = spawnSync(peer('dnssec-dsfromkey'), args, { cwd: scene.directory, encoding: 'utf8' }).stdout;
      expect(stdout.trim().split(/\s+/)).toEqual(theirs.trim().split(/\s+/));
    });

    it('the old two-step form, with -n ZONE and -f KSK, makes the same two kinds of key', async () => {
      const other = createScene();
      const [zsk, ksk] = await Promise.all([
        other.succeed(['keygen', '--role', 'zsk', '-a', 'RSASHA512', '-b', '2048', '-n', 'ZONE', ZONE]),
        other.succeed(['keygen', '-f', 'KSK', '-a', 'RSASHA512', '-b', '2048', '-n', 'ZONE', ZONE]),
      ]);
      expect(other.read(`${zsk.stdout.trim()}.key`)).toContain('DNSKEY 256 3 10 ');
      expect(other.read(`${ksk.stdout.trim()}.key`)).toContain('DNSKEY 257 3 10 ');
      expect(readFileSync(other.path(`${ksk.stdout.trim()}.private`), 'utf8')).toContain('Algorithm: 10 (RSASHA512)');
    });
  },
);
