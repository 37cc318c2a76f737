/** A thread of the verifier: checks ranges of names. */
import { serve } from '../parallel/pool.ts';
import { createRangeChecker, type NameRange, type RangeResult, type RangeSetup } from './ranges.ts';

serve<RangeSetup, NameRange, RangeResult>((setup) => {
  const check = createRangeChecker(setup);
  return (range) => ({ result: check(range) });
});
