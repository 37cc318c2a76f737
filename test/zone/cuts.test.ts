import { expect, test } from 'vitest';
import { nameFromText, nameText } from '../../src/dns/name.ts';
import { buildZone } from '../../src/zone/build.ts';
import { classifyNames } from '../../src/zone/cuts.ts';
import { readText, SOA } from './reader/reading.ts';

function kinds(text: string): Record<string, number> {
  const file = readText(SOA + text);
  const { zone } = buildZone(file.records, nameFromText('example'), 1);
  const found = classifyNames(zone);
  return Object.fromEntries(Array.from(found, (kind, i) => [nameText(zone.octets, zone.nameOwner[i]!), kind]));
}

test('a name with NS is a delegation, but for the apex; what lies below it is occluded, also further delegations', () => {
  expect(
    kinds('@ 5 NS ns.a\na 5 NS ns.a\nns.a 5 A 192.0.2.1\nb.a 5 NS x.\nab 5 A 192.0.2.1\nx.ab 5 A 192.0.2.1\n'),
  ).toEqual({
    'example.': 0,
    'a.example.': 1,
    'b.a.example.': 2,
    'ns.a.example.': 2,
    'ab.example.': 0,
    'x.ab.example.': 0,
  });
});

test('names below a DNAME are occluded, its owner is not (RFC 6672 §2.4)', () => {
  expect(kinds('d 5 DNAME x.\na.d 5 A 192.0.2.1\nda 5 A 192.0.2.1\n')).toEqual({
    'example.': 0,
    'd.example.': 0,
    'a.d.example.': 2,
    'da.example.': 0,
  });
  expect(kinds('@ 5 DNAME x.\na 5 A 192.0.2.1\nb 5 NS x.\n')).toEqual({
    'example.': 0,
    'a.example.': 2,
    'b.example.': 2,
  });
});

test('a label that begins like that of the cut, or holds a zero octet, is not below it', () => {
  expect(
    kinds('a 5 NS x.\na\\000 5 A 192.0.2.1\na\\000a 5 A 192.0.2.1\naa 5 A 192.0.2.1\nA\\001.a 5 A 192.0.2.1\n'),
  ).toEqual({
    'example.': 0,
    'a.example.': 1,
    'A\\001.a.example.': 2,
    'a\\000.example.': 0,
    'a\\000a.example.': 0,
    'aa.example.': 0,
  });
});
