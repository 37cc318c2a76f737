import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DnssecError } from '../../src/base/errors.ts';
import { printZoneMemory } from '../../src/rollover/zone-memory.ts';
import { parseZoneMemory } from '../../src/rollover/zone-memory-parse.ts';
import { anyMemory, FULL_MEMORY } from '../rollover/memories.ts';

/** Reads a text that may be damaged: a memory that can be written again, or an error that names the file. */
function readDamaged(text: string): 'read' | 'refused' {
  try {
    const memory = parseZoneMemory(text, 'x.json');
    expect(parseZoneMemory(printZoneMemory(memory), 'x.json')).toStrictEqual(memory);
    return 'read';
  } catch (error) {
    if (!(error instanceof DnssecError)) throw error;
    expect(error.code).toBe('STATE_INVALID');
    expect(error.message).toMatch(/^x\.json[ :]/);
    return 'refused';
  }
}

const octets = Buffer.from(printZoneMemory(FULL_MEMORY));

describe('a memory', () => {
  it('is read back as it was printed', () => {
    fc.assert(
      fc.property(anyMemory, (memory) => {
        // Records of the generator have no prototype; their copies are as any.
        const copy = structuredClone(memory);
        expect(parseZoneMemory(printZoneMemory(memory), 'x.json', memory.zone)).toStrictEqual(copy);
      }),
      { numRuns: 300 },
    );
  });

  it('that was cut off anywhere is refused', () => {
    // The newline at the end says nothing.
    for (let length = 0; length < octets.length - 1; length++) {
      expect(readDamaged(octets.toString('utf8', 0, length)), `${length} octets`).toBe('refused');
    }
  });

  it('with octets that were changed is refused as such, or is one that can be written again', () => {
    const outcomes = { read: 0, refused: 0 };
    const change = fc.record({ at: fc.nat(octets.length - 1), octet: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const damaged = Buffer.from(octets);
        for (const { at, octet } of changes) damaged[at] = octet;
        outcomes[readDamaged(damaged.toString('utf8'))]++;
      }),
      { numRuns: 2000 },
    );
    expect(outcomes.refused).toBeGreaterThan(500);
    expect(outcomes.read).toBeGreaterThan(10);
  });

  it('with a value of it replaced by anything is refused as such, or is one that can be written again', () => {
    const places: (readonly PropertyKey[])[] = [];
    const walk = (value: unknown, path: readonly PropertyKey[]): void => {
      places.push(path);
      if (typeof value !== 'object' || value === null) return;
      for (const [key, part] of Object.entries(value)) walk(part, [...path, key]);
    };
    walk(JSON.parse(octets.toString()), []);
    fc.assert(
      fc.property(fc.constantFrom(...places.filter((path) => path.length > 0)), fc.jsonValue(), (path, value) => {
        const document = JSON.parse(octets.toString());
        const parent = path.slice(0, -1).reduce((at, key) => at[key], document);
        parent[path.at(-1)!] = value;
        readDamaged(JSON.stringify(document));
      }),
      { numRuns: 2000 },
    );
  });
});
