/** What state space models share: the length of a step, and inputs with the distributions that a trained model starts from. */
import type { InputSpec, Random } from '../contract.ts';
import { elementCount } from './plan.ts';

/** ln(1 + e^x) without overflow. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

export const inverseSoftplus = (y: number): number => Math.log(Math.expm1(y));

/** A step length as Mamba initialises them: log-uniform in 0.001..0.1. */
export const stepLength = (random: Random): number => 0.001 * 100 ** random.uniform();

/** An input whose values are drawn one after the other. */
export const filledTensor = (
  name: string,
  type: 'elem' | 'f32',
  shape: readonly number[],
  value: (random: Random, index: number) => number,
): InputSpec => ({
  name,
  type,
  shape,
  fill: (random) => Float32Array.from({ length: elementCount(shape) }, (_, index) => value(random, index)),
});

/** How the length of a step is given: softplus(raw + bias), either part of which a flag leaves out. */
interface StepFlags {
  readonly softplus: boolean;
  readonly bias: boolean;
}

/** What the bias of steps holds, or the raw steps themselves where there is no bias. */
export const rawStep =
  ({ softplus: soft }: StepFlags) =>
  (random: Random): number =>
    soft ? inverseSoftplus(stepLength(random)) : stepLength(random);

/** Raw steps such that softplus(raw + bias), as far as the flags keep it, is a small positive number. */
export const rawSteps =
  (flags: StepFlags) =>
  (random: Random): number => {
    if (!flags.bias) return rawStep(flags)(random);
    return flags.softplus ? random.normal() : 0.01 * random.uniform();
  };
