/** The shapes that the parts of the benchmark hand to each other. */

/** What one finished process, with all its children, has cost. */
export interface Cost {
  /** Seconds from start to end. */
  readonly wall: number;
  /** Seconds of processor time, of all threads and children, user and system. */
  readonly cpu: number;
  /** Peak of resident memory in octets: all threads, and all processes that live at one time. */
  readonly memory: number;
  /** What other programs took of all processors in that time, 0..1; 0 where the system does not tell. */
  readonly others: number;
}

/** The end of one process. */
export interface Outcome extends Cost {
  readonly exitCode: number;
  /** The last lines that it wrote to standard error. */
  readonly complaint: string;
  /** How many processes lived at one time; 0 where nobody looked. */
  readonly processes: number;
}

/** A command line to be measured. */
export interface Command {
  readonly argv: readonly string[];
  /** Working directory; the process's own where absent. */
  readonly directory?: string;
  /** Kept out of the measurement: restores what the command changes. */
  readonly before?: () => void;
  /** Kept out of the measurement: looks at what came out. */
  readonly after?: () => Finding;
}

/** What a command brought about. */
export interface Finding {
  /** Things done, for a rate: signatures made or checked, zones signed. */
  readonly count?: number;
  /** Why the result does not count; absent where it is right. */
  readonly problem?: string;
}

/** One program that does the work of a row. */
export interface Contender {
  readonly name: string;
  /** Whether it is the program of this project. */
  readonly ours: boolean;
  /** Numbers of threads to try; the fastest is then measured. */
  readonly threads?: readonly number[];
  readonly command: (threads: number) => Command;
  /** At most so many measured runs. */
  readonly runs?: number;
  /** False: no run beforehand (for runs of minutes). */
  readonly rehearsal?: boolean;
}

/** A rate of the machine that results are held against. */
export interface Reference {
  readonly name: string;
  readonly perSecond: number;
}

/** The measured runs of a contender. */
export interface Result {
  readonly name: string;
  readonly ours: boolean;
  readonly threads: number | undefined;
  readonly runs: readonly Cost[];
  readonly median: Cost | undefined;
  readonly count: number | undefined;
  readonly perSecond: number | undefined;
  readonly problem: string | undefined;
}

/** A measure held against the bound that it has to keep. */
export interface Verdict {
  readonly measure: string;
  /** Which peer it is a ratio to. */
  readonly against: string;
  /** Undefined where it could not be measured. */
  readonly value: number | undefined;
  readonly bound: 'at most' | 'at least';
  readonly target: number;
  /** What no release may fall behind, where that is less than the target. */
  readonly floor?: number | undefined;
  readonly state: 'ok' | 'floor' | 'open';
}

/** A line of the table of targets: some work, who does it, and what is asked of us. */
export interface Row {
  readonly id: string;
  readonly title: (scale: Scale) => string;
  /** How many times as many runs as the other rows (1). */
  readonly runsFactor?: number;
  readonly prepare: (bench: Bench) => Promise<Plan> | Plan;
}

/** What a row measures. */
export interface Plan {
  readonly contenders: readonly Contender[];
  /** The algorithm of `openssl speed` that the row is held against. */
  readonly reference?: string;
  /** One of our commands, to be run once more for its times by stage: `--json` is put behind it. */
  readonly profile?: readonly string[];
  /** What `count` counts, for the heading of the rate. */
  readonly counted?: string;
  readonly judge: (results: readonly Result[], references: readonly Reference[]) => Verdict[];
  /** Sentences to print below the table. */
  readonly notes?: readonly string[];
}

/** A row, measured. */
export interface RowReport {
  readonly id: string;
  readonly title: string;
  readonly counted: string | undefined;
  readonly results: readonly Result[];
  readonly references: readonly Reference[];
  readonly verdicts: readonly Verdict[];
  readonly notes: readonly string[];
  /** Seconds that our program spent in each stage, by its own clock. */
  readonly stages?: Readonly<Record<string, number>>;
  /** Why nothing was measured. */
  readonly problem?: string;
}

/** The whole run, as it is written as JSON. */
export interface Report {
  readonly date: string;
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly memory: number;
    readonly system: string;
    readonly load: number;
  };
  readonly programs: Readonly<Record<string, string>>;
  readonly options: { readonly runs: number; readonly seconds: number; readonly names: number };
  readonly rows: readonly RowReport[];
}

/** How large the zones are. */
export interface Scale {
  /** The number of names to use where the full work has `full`. */
  readonly names: (full: number) => number;
}

/** The zone file that a row works on. */
export interface ZoneFile {
  readonly path: string;
  readonly origin: string;
  readonly shape: Shape;
  readonly names: number;
  /** RRSIGs of a complete signing with NSEC3 (opt-out for `tld`). */
  readonly signatures: number;
}

/** What kind of zone: hosts, or the delegations of a top-level domain. */
export type Shape = 'host' | 'tld';

/** Key files of a zone, as BIND writes them. */
export interface KeySet {
  readonly directory: string;
  /** Paths of all of them. */
  readonly files: readonly string[];
  /** Base names: `Ktest.+013+12345`. */
  readonly names: readonly string[];
}

/** What the rows are given to work with. */
export interface Bench {
  readonly scale: Scale;
  readonly cores: number;
  /** Numbers of threads that are tried with programs that take one. */
  readonly threads: readonly number[];
  /** The node that runs this, and the program of this project. */
  readonly program: readonly string[];
  readonly has: (program: string) => boolean;
  /** A new empty directory. */
  readonly directory: (name: string) => string;
  /** The generated zone; made when it is first asked for. */
  readonly zone: (shape: Shape, names: number) => ZoneFile;
  /** A KSK and a ZSK for the generated zones; made when they are first asked for. */
  readonly keys: (algorithm: string, bits?: number) => KeySet;
  /** Runs a command outside of any measurement; fails where it fails. */
  readonly run: (argv: readonly string[], directory?: string) => void;
}
