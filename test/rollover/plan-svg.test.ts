import { describe, expect, test } from 'vitest';
import { layOutPage } from '../../src/rollover/plan-page.ts';
import { drawPlan } from '../../src/rollover/plan-svg.ts';
import { DAY, kskRoll, NEVER, NOW, prospectOf, type SceneParts, settledKey } from './outlook-scene.ts';
import { type ReadElement, readSvg } from './svg-reader.ts';

const YEARLY = {
  keys: { ...NEVER, ksk: { ...NEVER.ksk, lifetime: 365 * DAY }, zsk: { ...NEVER.zsk, lifetime: 90 * DAY } },
};
const yearly: SceneParts = {
  policy: YEARLY,
  keys: [settledKey('k1', 'ksk', 111, { lifetime: 365 * DAY }), settledKey('z1', 'zsk', 4711, { lifetime: 90 * DAY })],
};
const draw = (parts: SceneParts) => readSvg(drawPlan(prospectOf(parts)));
const texts = (elements: readonly ReadElement[]) => elements.filter(({ name }) => name === 'text');
const words = (elements: readonly ReadElement[]) => texts(elements).map(({ text }) => text);
const tips = (elements: readonly ReadElement[]) =>
  elements.filter(({ name }) => name === 'title').map(({ text }) => text);

describe('the picture of a plan', () => {
  test('has a bar for each record of each key, and says what each is', () => {
    const keys = [settledKey('k1', 'ksk', 111, { rollAt: NOW }), settledKey('z1', 'zsk', 4711)];
    expect(tips(draw({ keys, days: 10 })).slice(1)).toEqual([
      'KSK 111, DNSKEY: in every cache, until 2026-11-27 04:05 UTC',
      'KSK 111, DNSKEY: taken away, still in some caches, from 2026-11-27 04:05 UTC until 2026-11-27 05:10 UTC',
      'KSK 111, signs the keys: in every cache, until 2026-11-27 04:05 UTC',
      'KSK 111, signs the keys: taken away, still in some caches, from 2026-11-27 04:05 UTC until 2026-11-27 05:10 UTC',
      'KSK 111, DS at the parent: in every cache, until 2026-11-25 02:05 UTC',
      'KSK 111, DS at the parent: taken away, still in some caches, from 2026-11-25 02:05 UTC until 2026-11-27 04:05 UTC',
      'the next KSK, DNSKEY: put out, not in every cache yet, from 2026-11-25 00:00 UTC until 2026-11-25 02:05 UTC',
      'the next KSK, DNSKEY: in every cache, from 2026-11-25 02:05 UTC until 2026-12-05 00:00 UTC',
      'the next KSK, signs the keys: put out, not in every cache yet, from 2026-11-25 00:00 UTC until 2026-11-25 02:05 UTC',
      'the next KSK, signs the keys: in every cache, from 2026-11-25 02:05 UTC until 2026-12-05 00:00 UTC',
      'the next KSK, DS at the parent: put out, not in every cache yet, from 2026-11-25 02:05 UTC until 2026-11-27 04:05 UTC',
      'the next KSK, DS at the parent: in every cache, from 2026-11-27 04:05 UTC until 2026-12-05 00:00 UTC',
      'ZSK 4711, DNSKEY: in every cache, until 2026-12-05 00:00 UTC',
      'ZSK 4711, signs the zone: in every cache, until 2026-12-05 00:00 UTC',
    ]);
  });

  test('tells the states apart without colours', () => {
    const elements = draw({ keys: kskRoll(NOW - DAY), registrar: 'ovh' });
    const fills = new Set(
      elements
        .filter(({ attributes }) => attributes['stroke-width'] === '0.6')
        .map(({ attributes }) => attributes.fill),
    );
    expect(fills).toEqual(new Set([undefined, 'url(#plan-coming)', '#1d4f7c', 'url(#plan-going)']));
    const patterns = elements.filter(({ name }) => name === 'pattern').map(({ attributes }) => attributes.id);
    expect(patterns).toEqual(['plan-coming', 'plan-going']);
    expect(words(elements)).toEqual(
      expect.arrayContaining([
        'put out, not in every cache yet',
        'in every cache',
        'taken away, still in some caches',
        'nowhere',
      ]),
    );
  });

  test('names keys with role, tag and algorithm, shows now, and lists what is to be done by hand', () => {
    const shown = words(draw({ ...yearly, days: 365 }));
    expect(shown).toEqual(
      expect.arrayContaining(['KSK 111', 'ZSK 4711', 'Next KSK', 'Next ZSK 4', 'ECDSAP256SHA256', 'now', '1']),
    );
    expect(shown.at(-1)).toBe(
      '(1) 2027-10-06 00:00 UTC: enter the DS of the next KSK at the registrar, and remove that of KSK 111; "dnssec ds example.com" prints it',
    );
    expect(words(draw({}))).toContain('There is nothing to do by hand.');
  });

  test('is described for those who do not see it', () => {
    const elements = draw({ ...yearly, days: 365 });
    const [root, title, description] = elements;
    expect(root!.attributes).toMatchObject({ role: 'img', 'aria-labelledby': 'plan-title plan-desc' });
    expect([title!.attributes.id, title!.text]).toEqual([
      'plan-title',
      'Keys of example.com, 2026-11-10 to 2027-11-25',
    ]);
    expect([description!.attributes.id, description!.text]).toEqual([
      'plan-desc',
      expect.stringMatching(/^One bar .+ To be done by hand: 2027-10-06 00:00 UTC: enter the DS of the next KSK/),
    ]);
  });

  test.each([1, 14, 60, 365, 2 * 365, 3 * 365])(
    'fits an A4 page, with labels that do not overlap, over %i days',
    (days) => {
      const elements = draw({ ...yearly, days });
      expect(elements[0]!.attributes).toMatchObject({ width: '297mm', height: '210mm' });
      const box = ({ attributes, text }: ReadElement) => {
        const size = Number(attributes['font-size']);
        // Wider than sans-serif letters are.
        const width = text.length * size * 0.6;
        const x = Number(attributes.x);
        const left =
          attributes['text-anchor'] === 'end' ? x - width : attributes['text-anchor'] === 'middle' ? x - width / 2 : x;
        return {
          text,
          left,
          right: left + width,
          top: Number(attributes.y) - size * 0.8,
          bottom: Number(attributes.y),
        };
      };
      const boxes = texts(elements).map(box);
      const clashes = boxes.flatMap((a, i) =>
        boxes
          .slice(i + 1)
          .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
          .map((b) => `${a.text} / ${b.text}`),
      );
      expect(clashes).toEqual([]);
      expect(boxes.filter(({ left, right, bottom }) => left < 0 || right > 1188 || bottom > 840)).toEqual([]);
    },
  );

  test('grows longer than a page where ten years have more keys than a page has room for', () => {
    const page = layOutPage(prospectOf({ ...yearly, days: 3650 }));
    expect(page.height).toBeGreaterThan(840);
    expect(page.rows.every(({ y, height }) => y + height <= page.rowsBottom && height >= 10)).toBe(true);
  });

  test('keeps states of hours visible on a page of years, within the page', () => {
    const { rows, plotLeft, plotRight } = layOutPage(prospectOf({ ...yearly, days: 3 * 365 }));
    const bars = rows.flatMap((row) => row.bars);
    expect(Math.min(...bars.map(({ width }) => width))).toBeGreaterThanOrEqual(4);
    expect(bars.every(({ x, width }) => x >= plotLeft && x + width <= plotRight + 0.01)).toBe(true);
    for (const row of rows) {
      for (const [i, bar] of row.bars.slice(1).entries())
        expect(bar.x).toBeCloseTo(row.bars[i]!.x + row.bars[i]!.width);
    }
  });

  test('holds no script, no reference to anything outside, and hostile names as text', () => {
    const zone = '</text><script>alert(1)</script>&amp;"\'\u0000\ud800';
    const elements = draw({ zone, keys: kskRoll(NOW - DAY) });
    expect(new Set(elements.map(({ name }) => name))).toEqual(
      new Set(['svg', 'title', 'desc', 'defs', 'pattern', 'rect', 'circle', 'text', 'line']),
    );
    const outside = elements.flatMap(({ attributes }) =>
      Object.entries(attributes).filter(
        ([key, value]) => /href|^on/i.test(key) || (key !== 'xmlns' && /:\/\/|data:/.test(value)),
      ),
    );
    expect(outside).toEqual([]);
    expect(words(elements)[0]).toBe('Keys of </text><script>alert(1)</script>&amp;"\'\ufffd\ufffd');
  });

  test('of a zone without keys says so', () => {
    expect(words(draw({ keys: [], policy: { keys: { kind: 'none' } } }))).toContain('no key plays a part in this time');
  });
});
