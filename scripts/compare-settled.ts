/** Which cases of a comparison are settled without statistics, and how: by what they are, by their plans, by their numbers. */
import type { PairOutcome } from '../harness/pair-case.ts';
import type { PairPlan, SideName } from '../harness/pair-plan.ts';
import type { ComparisonCase } from './compare-plan.ts';

/** How a case ended that has no place in the statistics. */
export type Settled =
  | { readonly verdict: 'identical' | 'NEW' | 'REMOVED' }
  | { readonly verdict: 'WRONG'; readonly side: SideName; readonly message: string }
  | { readonly verdict: 'FAILED'; readonly side: SideName | 'both'; readonly message: string }
  | { readonly verdict: 'SKIPPED'; readonly message: string };

/** What is known of a case before anything is asked of a device. */
export function settledUnseen({
  head,
  sameSource,
}: Pick<ComparisonCase, 'head' | 'sameSource'>): Settled | null {
  if (head === null) return { verdict: 'REMOVED' };
  return sameSource ? { verdict: 'identical' } : null;
}

/** Null where head has to run: beside base, or alone. */
export function settledByPlan({ base, head }: PairPlan): Settled | null {
  if (head === null) return { verdict: 'REMOVED' };
  if (head.kind === 'failed') return { verdict: 'FAILED', side: 'head', message: head.message };
  if (head.kind === 'refused') {
    // Memory that is short now says nothing of the change.
    if (base?.kind !== 'program' || head.code === 'memory') {
      return { verdict: 'SKIPPED', message: head.message };
    }
    return {
      verdict: 'FAILED',
      side: 'head',
      message: `base runs this case and head refuses: ${head.message}`,
    };
  }
  return base?.kind === 'program' && base.hash === head.hash ? { verdict: 'identical' } : null;
}

/** Null for what is right. */
export function settledByOutcome(outcome: PairOutcome): Settled | null {
  switch (outcome.kind) {
    case 'wrong':
      return { verdict: 'WRONG', side: outcome.side, message: outcome.message };
    case 'failed':
      return { verdict: 'FAILED', side: outcome.side, message: outcome.message };
    case 'refused':
      return { verdict: 'SKIPPED', message: outcome.message };
    case 'untimed':
    case 'timed':
    case 'checked':
      return null;
  }
}

/** Head is right and there is no base to hold it against: because base has no such case, or because it cannot run it. */
export function headAlone({ note }: Pick<ComparisonCase, 'note'>, plan: PairPlan | null): Settled {
  if (note?.kind === 'failed') return { verdict: 'FAILED', side: 'base', message: note.message };
  if (plan?.base?.kind === 'failed') return { verdict: 'FAILED', side: 'base', message: plan.base.message };
  return { verdict: 'NEW' };
}
