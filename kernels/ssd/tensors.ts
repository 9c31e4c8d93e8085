/** Inputs and outputs of state space duality, with the distributions a trained Mamba-2 starts from. */
import type { InputSpec, OutputSpec } from '../contract.ts';
import { attentionOutput, normalFill, queryTensor } from '../lib/heads.ts';
import { elementCount } from '../lib/plan.ts';
import { filledTensor, rawStep, rawSteps } from '../lib/scan.ts';
import type { SsdParams } from './reference.ts';

/**
 * x: [batch, heads, n, d]. dt: [batch, heads, n]. A: [heads], negative. B, C: [batch, groups, n, state]; head h reads group
 * floor(h / (heads / groups)). D, dt_bias: [heads]. Weights are f32, activations follow the precision.
 */
export function ssdInputs(p: SsdParams): readonly InputSpec[] {
  const tokens = [p.batch, p.groups, p.n, p.state];
  const normal = normalFill(elementCount(tokens));
  const steps = { softplus: p.softplus, bias: p.dtBias };
  return [
    queryTensor(p, 'x'),
    filledTensor('dt', 'elem', [p.batch, p.heads, p.n], rawSteps(steps)),
    filledTensor('A', 'f32', [p.heads], (random) => -(1 + 15 * random.uniform())),
    { name: 'B', type: 'elem', shape: tokens, fill: normal },
    { name: 'C', type: 'elem', shape: tokens, fill: normal },
    ...(p.skip ? [filledTensor('D', 'f32', [p.heads], (random) => 0.5 + random.uniform())] : []),
    ...(p.dtBias ? [filledTensor('dt_bias', 'f32', [p.heads], rawStep(steps))] : []),
  ];
}

/** y [batch, heads, n, d] and, when asked, the state after the last token [batch, heads, d, state]. */
export const ssdOutputs = (p: SsdParams): readonly OutputSpec[] => [
  attentionOutput(p),
  ...(p.lastState ? [finalStateTensor(p)] : []),
];

const finalStateTensor = (p: SsdParams): OutputSpec => ({
  name: 'final_state',
  shape: [p.batch, p.heads, p.d, p.state],
  type: 'f32',
  rows: 'all',
});
