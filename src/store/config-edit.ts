/** Entering a zone into the configuration, with every comment and every blank kept. */
import { isDeepStrictEqual } from 'node:util';
import { Document, isMap, isPair, isScalar, parseDocument, type YAMLMap } from 'yaml';
import { YAML } from './config-document.ts';
import { canonicalZoneName } from './zone-name.ts';

/** What is entered for a zone. */
export interface NewZone {
  /** Path of the zone file, as the configuration is to hold it. */
  readonly file: string;
  /** Name of its policy; left out if it is the default. */
  readonly policy?: string;
}

/** The configuration's text with the zone in it. */
export interface EditedConfig {
  readonly text: string;
  /** False if the zone was there already; its entry is left as it is. */
  readonly changed: boolean;
}

/**
 * Adds a zone to the text of a configuration. The lines of the new zone are put behind those of the last one; only
 * where that does not come to the right result (`zones: {}`, a text in flow style) is the whole document printed anew.
 *
 * @param text  a configuration that `parseConfig` accepts; may be empty
 * @param name  of the zone, in lower case, without the trailing dot
 */
export function addZoneToConfig(text: string, name: string, zone: NewZone): EditedConfig {
  const document = parseDocument(text, YAML);
  const before = (document.toJS() ?? {}) as { readonly zones?: Readonly<Record<string, unknown>> | null };
  if (Object.keys(before.zones ?? {}).some((known) => sameZone(known, name))) return { text, changed: false };
  const entry = { file: zone.file, ...(zone.policy === undefined ? {} : { policy: zone.policy }) };
  const wanted = { ...before, zones: { ...before.zones, [name]: entry } };

  const edited = insertLines(text, document, name, entry);
  if (edited !== undefined && holds(edited, wanted)) return { text: edited, changed: true };

  if (!isMap(document.contents)) document.contents = document.createNode({}) as unknown as typeof document.contents;
  if (isMap(document.contents)) document.contents.flow = false;
  document.setIn(['zones'], document.createNode(wanted.zones));
  return { text: document.toString({ lineWidth: 0 }), changed: true };
}

function sameZone(written: string, name: string): boolean {
  try {
    return canonicalZoneName(written) === name;
  } catch {
    return false;
  }
}

function holds(text: string, wanted: unknown): boolean {
  const document = parseDocument(text, YAML);
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), wanted);
}

function insertLines(text: string, document: Document, name: string, entry: object): string | undefined {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  if (document.contents !== null && !isMap(document.contents)) return undefined;
  const pair = document.contents?.items.find((item) => isScalar(item.key) && item.key.value === 'zones');
  const zones = isPair(pair) ? pair.value : undefined;
  const last = isMap(zones) && zones.flow !== true ? endOf(zones) : undefined;
  const at = pair === undefined ? text.length : (last ?? (isScalar(pair.key) ? pair.key.range?.[1] : undefined));
  if (at === undefined) return undefined;

  const indent = isMap(zones) ? columnOf(text, zones) : 2;
  const body = new Document({ [name]: entry }).toString({ lineWidth: 0 }).trimEnd();
  const lines = body.split('\n').map((line) => ' '.repeat(indent) + line);
  if (pair === undefined) lines.unshift('zones:');
  const end = text.indexOf('\n', at);
  const head = end < 0 ? text : text.slice(0, end + 1);
  const joint = head === '' || head.endsWith('\n') ? '' : newline;
  return `${head}${joint}${lines.join(newline)}${newline}${text.slice(head.length)}`;
}

/** Offset of the last octet that belongs to the last zone: behind it there are blanks and comments at most. */
function endOf(zones: YAMLMap): number | undefined {
  const pair = zones.items.at(-1);
  const end = (pair?.value as { range?: readonly number[] | null } | null)?.range?.[1];
  return end ?? (isScalar(pair?.key) ? pair.key.range?.[1] : undefined);
}

function columnOf(text: string, zones: YAMLMap): number {
  const start = zones.range?.[0] ?? 0;
  return start - (text.lastIndexOf('\n', start - 1) + 1);
}
