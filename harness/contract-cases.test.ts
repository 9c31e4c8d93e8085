import { expect, it } from 'vitest';
import type { Kernel } from '../kernels/contract.ts';
import { otherShapes, shapedContractCases } from './contract-cases.ts';
import { resolveParams } from './params.ts';
import { leastCaps } from './testing/caps.ts';
import { shapedKernel } from './testing/kernels/shaped.ts';

const caps = leastCaps();
const others = [
  { rounds: 1000, adds: 1 },
  { rounds: 10, adds: 1 },
];

it('every shape but the default is checked at the longest case, causal and not, in every precision the adapter has', () => {
  const cases = shapedContractCases(shapedKernel(), caps);
  expect(cases.map(({ shape }) => shape).slice(0, 2)).toEqual(others);
  expect(new Set(cases.map(({ params }) => params.n))).toEqual(new Set([1000]));
  // Without shader-f16 two precisions.
  expect(cases).toHaveLength(2 * 2 * others.length);
  expect(shapedContractCases(shapedKernel(), leastCaps({ features: new Set(['shader-f16']) }))).toHaveLength(
    12,
  );
});

it('variants of a kernel are checked apart', () => {
  const kernel: Kernel = {
    ...shapedKernel(),
    axes: { variant: { kind: 'choice', default: 'a', choices: ['a', 'b'], summary: '' } },
    contractCases: [{ n: 1000, variant: 'b' }],
  };
  expect(shapedContractCases(kernel, caps)).toHaveLength((2 * 2 + 2) * others.length);
});

it('a case that is refused or has one shape is offered no other', () => {
  const params = resolveParams({}, { n: 5 });
  expect(otherShapes(shapedKernel(), params, caps).map(({ shape }) => shape)).toEqual(others);
  const refusal = { code: 'unsupported', message: '' } as const;
  expect(otherShapes({ ...shapedKernel(), refuse: () => refusal }, params, caps)).toEqual([]);
  expect(otherShapes({ ...shapedKernel(), shapes: undefined }, params, caps)).toEqual([]);
});
