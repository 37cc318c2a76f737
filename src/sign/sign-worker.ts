/** A thread that signs sections of one zone. */
import { serve } from '../parallel/pool.ts';
import { type Section, SectionSigner, type SignedSection, type SigningPlan } from './section.ts';

serve<SigningPlan, Section, SignedSection>((plan) => {
  const signer = new SectionSigner(plan);
  return (section) => {
    const result = signer.sign(section);
    return { result, transfer: [result.text.buffer, result.digested.buffer] };
  };
});
