/** A thread that signs sections of one zone. */
import { serve } from '../parallel/pool.ts';
import { SectionSigner } from './section.ts';
import type { Section, SignedSection, SigningPlan } from './signing-plan.ts';

serve<SigningPlan, Section, SignedSection>((plan) => {
  const signer = new SectionSigner(plan);
  return (section) => {
    const result = signer.sign(section);
    return { result, transfer: [result.text.buffer, result.digested.buffer] };
  };
});
