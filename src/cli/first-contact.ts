/** What `dnssec add` says: what was done, where it lies, the DS, the name server's lines, the next step. */
import { join } from 'node:path';
import type { AddedZone } from '../automation/add-zone.ts';
import type { UnixSeconds } from '../base/time.ts';
import { dsText } from '../keys/ds.ts';
import type { KeyRole, ZoneKey } from '../keys/key.ts';
import type { SigningStatistics } from '../sign/sign-zone.ts';
import { shownPath } from '../store/key-directory.ts';

/** A zone that was added, with everything that the text names. */
export interface FirstContact {
  readonly added: AddedZone;
  readonly cwd: string;
  /** Absolute paths. */
  readonly zoneFile: string;
  readonly signedFile: string;
  readonly keyDirectory: string;
  /** From when on the DS may be handed in; undefined: it may be there by now. */
  readonly dsFrom: UnixSeconds | undefined;
  /** The published keys with their roles. */
  readonly keys: readonly { readonly key: ZoneKey; readonly role: KeyRole }[];
}

/** The lines, for standard output. */
export function firstContactLines(contact: FirstContact): string[] {
  const { added, cwd, zoneFile, signedFile, keyDirectory, keys } = contact;
  const { name } = added;
  const shown = (path: string) => shownPath(cwd, path);
  const fact = (label: string, value: string) => `  ${label.padEnd(14)} ${value}`;
  const made = new Set(added.made);
  return [
    `${name} is signed${added.signed?.status === 'unchanged' ? ', and nothing was due' : ''}.`,
    '',
    fact('zone file', `${shown(zoneFile)}   (edit this one, as before)`),
    fact('signed file', `${shown(signedFile)}   (${summary(added)})`),
    ...keys.map(({ key, role }) =>
      fact(
        'key',
        `${shown(join(keyDirectory, key.name))}   (${role.toUpperCase()}, ${made.has(key.name) ? 'new' : 'was there'})`,
      ),
    ),
    ...(added.config === undefined ? [] : [fact('configuration', shown(added.config.file))]),
    '',
    'Let your name server serve the signed file, then reload it:',
    ...indent([
      '# BIND, named.conf',
      `zone "${name}" { type primary; file "${signedFile}"; };`,
      '',
      '# NSD, nsd.conf',
      'zone:',
      `    name: "${name}"`,
      `    zonefile: "${signedFile}"`,
      '',
      '# Knot, knot.conf',
      'zone:',
      `  - domain: "${name}"`,
      `    file: "${signedFile}"`,
    ]),
    '',
    'Let it be renewed, and its keys be rolled, by itself, for example hourly by cron; the server has to load what is new',
    '(with NSD: nsd-control reload; with Knot: knotc zone-reload):',
    ...indent([`17 * * * *  cd ${cwd} && dnssec sign --all --quiet && rndc reload`]),
    'Nothing is written where nothing is due. Back up the key directory now.',
    'Name the addresses of your servers in dnssec.yaml (observe: { servers: [ … ] }): then no key is rolled before all of',
    'them were seen to serve what it takes.',
    '',
    dsAdvice(contact),
    ...indent(dsLines(contact)),
    `  At OVH it is the key itself that is asked for: dnssec ds ${name} --format ovh`,
    `"dnssec why ${name}" says when it is time, "dnssec plan ${name}" what comes after it.`,
  ];
}

/** When the DS may be handed in: before that, caches may still hold the zone without signatures. */
function dsAdvice({ dsFrom }: FirstContact): string {
  if (dsFrom === undefined) return 'The DS record for the parent:';
  const date = `${new Date(dsFrom * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `From ${date} on, when no cache holds the unsigned zone any more, give the parent this DS record:`;
}

/** The DS records that the parent needs: those of the keys that sign the keys. */
export function dsLines({ added, keys }: FirstContact): string[] {
  return keys.filter(({ role }) => role !== 'zsk').map(({ key }) => dsText(added.origin, key.dnskeyRdata, 2));
}

function summary({ signed }: AddedZone): string {
  if (signed === undefined) return '';
  return `serial ${signed.serial}${signed.statistics === undefined ? '' : `, ${validity(signed.statistics)}`}`;
}

function validity({ made, kept, soonest }: SigningStatistics): string {
  return `${made + kept} signatures, valid until ${new Date(soonest * 1000).toISOString().slice(0, 10)}`;
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}
