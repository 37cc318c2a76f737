// Whether time and memory grow with the zone and no faster.

import { verdict } from '../judging.mjs';
import { formatNames } from '../report.mjs';
import { contenderOf, ourSigner } from '../signers.mjs';

const BASE = 100_000;
const FACTORS = [1, 10, 30];

/** Within a tenth of proportional. */
const TARGET = 1.1;

/**
 * @param {import('../types.ts').Shape} shape
 * @returns {import('../types.ts').Row}
 */
function growth(shape) {
  return {
    id: `growth-${shape}`,
    title: (scale) => {
      const sizes = FACTORS.map((factor) => formatNames(factor * scale.names(BASE)));
      return `growth, full signing, ${shape} ${sizes.join(', ')}, ECDSAP256SHA256, not verified`;
    },
    prepare: (bench) => ({
      contenders: FACTORS.map((factor) => {
        const zone = bench.zone(shape, factor * bench.scale.names(BASE));
        const signer = ourSigner({ bench, zone, keys: bench.keys('ECDSAP256SHA256') });
        const once = factor === 1 ? {} : { runs: 1, rehearsal: false };
        return contenderOf(signer, zone, { name: `dnssec, ${formatNames(zone.names)}`, ...once });
      }),
      counted: 'signatures',
      judge: ([base, ...larger]) =>
        larger.flatMap((result, index) =>
          /** @type {const} */ (['wall', 'memory']).map((measure) => {
            const factor = FACTORS[index + 1] ?? Number.NaN;
            const from = base?.median?.[measure];
            const to = result.median?.[measure];
            const value = from === undefined || to === undefined ? undefined : to / (factor * from);
            return verdict(`${measure} × ${factor}`, 'proportional growth', value, 'at most', { target: TARGET });
          }),
        ),
    }),
  };
}

/** @type {readonly import('../types.ts').Row[]} */
export const GROWTH = [growth('host'), growth('tld')];
