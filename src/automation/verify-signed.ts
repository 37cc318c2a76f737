/** The gate before a signed zone replaces the old one: what was written is read again, and verified whole. */
import { type Diagnostic, DnssecError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import type { UnixSeconds } from '../base/time.ts';
import { friendlyName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import { type Finding, printFinding } from '../verify/findings.ts';
import { startVerifyThreads, verifyZone } from '../verify/verify-zone.ts';
import { buildZone } from '../zone/build.ts';
import { readZone } from '../zone/reader/reader.ts';
import type { SignedOutput } from './signed-output.ts';

/** What the gate says. */
export interface GateResult {
  /** Why the zone must not replace the old one. */
  readonly error: DnssecError | undefined;
  readonly warnings: readonly Diagnostic[];
}

/** Octets of a signed file that is worth threads: they start while it is read back. */
const LARGE = 2 << 20;

/** Findings that are named in the error; the rest are counted. */
const NAMED = 20;

/**
 * Verifies a zone that was just written.
 *
 * @param instants  times at which it must be valid
 */
export async function verifySigned(
  output: SignedOutput,
  origin: Octets,
  instants: readonly UnixSeconds[],
  threads: number,
  progress: (done: number, total: number) => void,
): Promise<GateResult> {
  const workers = threads > 1 && output.length > LARGE ? startVerifyThreads(threads) : undefined;
  try {
    const { opener, path } = output.source();
    const file = readZone(opener, path, { origin });
    const { zone } = buildZone(file.records, file.origin, file.class);
    const { findings } = await verifyZone(zone, { at: instants, threads, workers, limit: NAMED, progress });
    return judge(findings, origin);
  } finally {
    await workers?.close();
  }
}

/**
 * Looks at a zone that was written without signatures: it reads back whole, and no DNSSEC record of ours is left in it.
 *
 * @param records  how many were written
 * @returns        no warnings
 * @throws DnssecError VERIFY_FAILED
 */
export function requireUnsigned(output: SignedOutput, origin: Octets, records: number): readonly Diagnostic[] {
  const { opener, path } = output.source();
  const file = readZone(opener, path, { origin });
  const { zone } = buildZone(file.records, file.origin, file.class);
  const left = [TYPE.RRSIG, TYPE.NSEC, TYPE.NSEC3, TYPE.NSEC3PARAM].some((type) =>
    zone.rrsetType.subarray(0, zone.rrsetCount).includes(type),
  );
  if (!left && zone.recordCount === records) return [];
  throw new DnssecError(
    'VERIFY_FAILED',
    `the newly written unsigned zone ${friendlyName(origin)} is not what was to be written; the old file was left as it is`,
    { hint: 'Please report this with the zone file if you can.' },
  );
}

function judge(findings: readonly Finding[], origin: Octets): GateResult {
  const errors = findings.filter((finding) => finding.severity === 'error');
  const warnings = findings
    .filter((finding) => finding.severity === 'warning')
    .map((finding) => ({ severity: 'warning' as const, message: printFinding(finding) }));
  if (errors.length === 0) return { error: undefined, warnings };
  const error = new DnssecError(
    'VERIFY_FAILED',
    `the newly signed zone ${friendlyName(origin)} does not verify; the old file was left as it is`,
    {
      hint: 'Please report this with the zone file if you can; "dnssec sign --full" may help until then.',
      diagnostics: errors.map((finding) => ({ severity: 'error', message: printFinding(finding) })),
    },
  );
  return { error, warnings };
}
