import { describe, expect, it } from 'vitest';
import { headAlone, settledByPlan } from './compare-settled.ts';
import { program } from './testing/fake-pairs.ts';

const refused = (code: string) => ({ kind: 'refused', code, message: 'no' }) as const;
const failed = { kind: 'failed', message: 'it throws' } as const;

describe('a plan settles', () => {
  it.each([
    ['the same program', { base: program('a'), head: program('a') }, 'identical'],
    ['another program: not at all', { base: program('a'), head: program('b') }, undefined],
    ['what only head has: not at all', { base: null, head: program('b') }, undefined],
    ['what only base has', { base: program('a'), head: null }, 'REMOVED'],
    ['a head that throws', { base: program('a'), head: failed }, 'FAILED'],
    ['a head that refuses what base runs', { base: program('a'), head: refused('limit') }, 'FAILED'],
    ['a head for which memory is short', { base: program('a'), head: refused('memory') }, 'SKIPPED'],
    ['what both refuse', { base: refused('limit'), head: refused('limit') }, 'SKIPPED'],
  ] as const)('%s', (_, plan, verdict) => expect(settledByPlan(plan)?.verdict).toBe(verdict));
});

it('a head that is right alone is new, unless base should have been there', () => {
  const head = program('b');
  expect(headAlone({ note: null }, { base: null, head })).toEqual({ verdict: 'NEW' });
  expect(headAlone({ note: null }, { base: refused('limit'), head })).toEqual({ verdict: 'NEW' });
  const base = { verdict: 'FAILED', side: 'base' };
  expect(headAlone({ note: null }, { base: failed, head })).toMatchObject({ ...base, message: 'it throws' });
  const note = { kind: 'failed', message: 'it cannot be loaded' } as const;
  expect(headAlone({ note }, { base: null, head })).toMatchObject({
    ...base,
    message: 'it cannot be loaded',
  });
});
