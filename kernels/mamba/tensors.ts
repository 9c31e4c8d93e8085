/** Inputs and outputs of the selective scan, with the distributions a trained Mamba starts from. */
import type { InputSpec, OutputSpec } from '../contract.ts';
import { attentionOutput, normalFill, queryTensor } from '../lib/heads.ts';
import { elementCount } from '../lib/plan.ts';
import { filledTensor, rawStep, rawSteps } from '../lib/scan.ts';
import type { ScanParams } from './reference.ts';

/**
 * u, delta, z: [batch, heads, n, d]; channel c = head * d + j. A: [heads * d, state], negative. B, C: [batch, n, state], shared by
 * all channels. D, delta_bias: [heads * d]. Weights are f32, activations follow the precision.
 */
export function scanInputs(p: ScanParams): readonly InputSpec[] {
  const channels = p.heads * p.d;
  const tokens = [p.batch, p.n, p.state];
  const flags = { softplus: p.softplus, bias: p.deltaBias };
  const normal = normalFill(elementCount(tokens));
  return [
    queryTensor(p, 'u'),
    filledTensor('delta', 'elem', [p.batch, p.heads, p.n, p.d], rawSteps(flags)),
    // S4D-real, -(1..state), each value shaken so that no two channels are alike.
    filledTensor(
      'A',
      'f32',
      [channels, p.state],
      (random, index) => -((index % p.state) + 1) * (0.5 + random.uniform()),
    ),
    { name: 'B', type: 'elem', shape: tokens, fill: normal },
    { name: 'C', type: 'elem', shape: tokens, fill: normal },
    ...(p.skip ? [filledTensor('D', 'f32', [channels], (random) => 0.5 + random.uniform())] : []),
    ...(p.gate ? [queryTensor(p, 'z')] : []),
    ...(p.deltaBias ? [filledTensor('delta_bias', 'f32', [channels], rawStep(flags))] : []),
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
