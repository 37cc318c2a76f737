/** A signing run: what it is told, what it tells on the way, and what it came to. */
import type { Diagnostic } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { Seconds, UnixSeconds } from '../base/time.ts';
import type { SerialPolicy } from '../dns/serial.ts';
import type { SaltWish } from '../sign/salt.ts';
import type { SigningStatistics } from '../sign/sign-zone.ts';
import type { AtomicFile } from '../store/files.ts';
import type { KeyLister } from '../store/key-listing.ts';

/** One zone file to be signed: where everything lies, and every choice that is made. */
export interface SignFileRequest {
  /** Where relative paths start. */
  readonly directory: string;
  readonly input: string;
  /** Path of the signed file, or `-` for standard output. */
  readonly output: string;
  readonly origin?: Octets;
  /** The apex as the file's name suggests it, where neither `origin` nor the file says it. */
  readonly assumedOrigin?: Octets;
  readonly keyDirectory: string;
  readonly denial:
    | { readonly type: 'nsec' }
    | { readonly type: 'nsec3'; readonly salt: SaltWish; readonly iterations: number; readonly optOut: boolean };
  readonly now: UnixSeconds;
  readonly inception: UnixSeconds;
  readonly expiration: UnixSeconds;
  readonly jitter: Seconds;
  readonly refresh: Seconds;
  readonly serial: SerialPolicy;
  readonly zonemd: boolean;
  /** Whether the zone may be without keys: once none is left, it is written unsigned. */
  readonly insecure: boolean;
  /** TTL of DNSKEY, CDS and CDNSKEY; undefined: see `placeApexRecords`. */
  readonly keyTtl?: Seconds;
  /** Every active key signs everything (dnssec-signzone's -z). */
  readonly ignoreKskFlag: boolean;
  /** Makes every signature anew, and does without the previous file if it can't be read. */
  readonly full: boolean;
  readonly verify: boolean;
  readonly dryRun: boolean;
  readonly threads: number;
}

/** What runs over several zones share between them, and do for them together. */
export interface SigningScope {
  readonly keys: KeyLister;
  /** Puts a finished file in its place: at once, or with those of other zones. @throws DnssecError FILE_UNWRITABLE, DISK_FULL */
  readonly commit: (file: AtomicFile) => Promise<void>;
}

/** What happens on the way: for progress, words and statistics. */
export interface SigningObserver {
  /** A stage begins: its name in the words of `-t`. */
  readonly stage: (name: SigningStage) => void;
  readonly progress: (done: number, total: number) => void;
  /** Text of a signed zone that goes to standard output. */
  readonly emit: (text: Octets) => void;
}

/** What is done around the signing of a zone, under its lock. What is thrown here is that zone's failure. */
export interface SigningEscort {
  /** Goes before; nothing of the zone has been read yet. */
  readonly before: () => Promise<void>;
  /** Comes after, once the signed file is in its place, or nothing was due. */
  readonly after: (result: SignFileResult) => Promise<void>;
}

/** Nothing is done around it. */
export const NO_ESCORT: SigningEscort = { before: async () => {}, after: async () => {} };

/** The stages of a run, in order. */
export type SigningStage = 'read' | 'prepare' | 'sign' | 'verify' | 'write';

/** What a run came to. */
export interface SignFileResult {
  readonly status: 'signed' | 'unchanged';
  readonly zone: string;
  readonly output: string;
  readonly serial: number;
  readonly previousSerial: number | undefined;
  readonly statistics: SigningStatistics | undefined;
  /** Signatures of the previous file that were not kept. */
  readonly dropped: number;
  readonly salt: Octets | undefined;
  readonly keys: readonly string[];
  /** The largest TTL of the zone's RRsets; undefined where the zone was not read. */
  readonly largestTtl: Seconds | undefined;
  readonly size: number;
  readonly warnings: readonly Diagnostic[];
}
