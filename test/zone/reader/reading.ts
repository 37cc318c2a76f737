/** Reads zone text from memory, and shows records as lines. */
import { type Diagnostic, DnssecError } from '../../../src/base/errors.ts';
import { asciiOctets, type Octets, OctetWriter, octetsText } from '../../../src/base/octets.ts';
import { nameFromText, printName } from '../../../src/dns/name.ts';
import { printRdata } from '../../../src/dns/rdata/rdata.ts';
import { classText, typeText } from '../../../src/dns/types.ts';
import { type ReadOptions, readZone, type ZoneFile } from '../../../src/zone/reader/reader.ts';
import { memoryOpener } from '../../../src/zone/reader/source.ts';

/** An SOA in one line, with a TTL of its own. */
export const SOA = '@ 60 IN SOA ns h 1 2 3 4 5\n';

/** The records of a file as `owner ttl class type rdata`, in file order. */
export function recordLines({ records, class: klass }: ZoneFile): string[] {
  const { bytes } = records.octets;
  const lines: string[] = [];
  for (let i = 0; i < records.count; i++) {
    const out = new OctetWriter();
    printName(bytes, records.owner.values[i]!, out);
    const type = records.type.values[i]!;
    out.ascii(` ${records.ttl.values[i]} ${classText(klass)} ${typeText(type)} `);
    const start = records.rdata.values[i]!;
    printRdata(type, klass, bytes, start, start + records.rdataLength.values[i]!, out);
    lines.push(octetsText(out.view()));
  }
  return lines;
}

/** Reads text (code units are octets) as the file `zone`, beside other files. */
export function readText(
  text: string,
  options: ReadOptions & { readonly files?: Readonly<Record<string, string>> } = {},
): ZoneFile {
  const files: Record<string, Octets> = { zone: asciiOctets(text) };
  for (const [name, content] of Object.entries(options.files ?? {})) files[name] = asciiOctets(content);
  return readZone(memoryOpener(files), 'zone', { origin: nameFromText('example'), ...options });
}

/** The records behind an SOA at `example.`: what a rule does to one or two lines. */
export function readLines(text: string, options: Parameters<typeof readText>[1] = {}): string[] {
  return recordLines(readText(SOA + text, options)).slice(1);
}

/** The errors that reading the text ends in; fails if it does not. */
export function readErrors(text: string, options: Parameters<typeof readText>[1] = {}): readonly Diagnostic[] {
  try {
    readText(text, options);
  } catch (error) {
    if (!(error instanceof DnssecError)) throw error;
    return error.diagnostics.filter(({ severity }) => severity === 'error');
  }
  throw new Error('the zone was read');
}

/** `line:column+width message` of each error in the lines behind an SOA; the SOA is line 1. */
export function errorPlaces(text: string, options: Parameters<typeof readText>[1] = {}): string[] {
  return readErrors(SOA + text, options).map(
    ({ line, column, width, message }) => `${line}:${column}+${width} ${message}`,
  );
}
