/** Inputs and outputs of the selective scan, with the distributions a trained Mamba starts from. */
import type { InputSpec, OutputSpec, Random } from '../contract.ts';
import { attentionOutput, normalFill, queryTensor } from '../lib/heads.ts';
import { elementCount } from '../lib/plan.ts';
import type { ScanParams } from './reference.ts';

const filled = (
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

/** A step length as Mamba initialises them: log-uniform in 0.001..0.1. */
const step = (random: Random): number => 0.001 * 100 ** random.uniform();

const inverseSoftplus = (y: number): number => Math.log(Math.expm1(y));

/**
 * u, delta, z: [batch, heads, n, d]; channel c = head * d + j. A: [heads * d, state], negative. B, C: [batch, n, state], shared by
 * all channels. D, delta_bias: [heads * d]. Weights are f32, activations follow the precision.
 */
export function scanInputs(p: ScanParams): readonly InputSpec[] {
  const channels = p.heads * p.d;
  const tokens = [p.batch, p.n, p.state];
  const rawStep = (random: Random): number => (p.softplus ? inverseSoftplus(step(random)) : step(random));
  const delta = (random: Random): number => {
    if (!p.deltaBias) return rawStep(random);
    return p.softplus ? random.normal() : 0.01 * random.uniform();
  };
  const normal = normalFill(elementCount(tokens));
  return [
    queryTensor(p, 'u'),
    filled('delta', 'elem', [p.batch, p.heads, p.n, p.d], delta),
    // S4D-real, -(1..state), each value shaken so that no two channels are alike.
    filled(
      'A',
      'f32',
      [channels, p.state],
      (random, index) => -((index % p.state) + 1) * (0.5 + random.uniform()),
    ),
    { name: 'B', type: 'elem', shape: tokens, fill: normal },
    { name: 'C', type: 'elem', shape: tokens, fill: normal },
    ...(p.skip ? [filled('D', 'f32', [channels], (random) => 0.5 + random.uniform())] : []),
    ...(p.gate ? [queryTensor(p, 'z')] : []),
    ...(p.deltaBias ? [filled('delta_bias', 'f32', [channels], rawStep)] : []),
  ];
}

/** y [batch, heads, n, d] and, when asked, the state after the last token [batch, heads * d, state]. */
export function scanOutputs(p: ScanParams & { readonly lastState: boolean }): readonly OutputSpec[] {
  return [attentionOutput(p), ...(p.lastState ? [lastStateTensor(p)] : [])];
}

export const lastStateTensor = (p: ScanParams): OutputSpec => ({
  name: 'last_state',
  shape: [p.batch, p.heads * p.d, p.state],
  type: 'f32',
  rows: 'all',
});
