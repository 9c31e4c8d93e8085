/** State space duality in float64, as the plain recurrence over the tokens. */
import type { BaseParams, Tensors } from '../contract.ts';
import { rowAddress } from '../lib/heads.ts';
import { softplus } from '../lib/scan.ts';

/** What the definition depends on besides the shapes. */
export interface SsdParams extends BaseParams {
  readonly state: number;
  readonly groups: number;
  readonly softplus: boolean;
  readonly dtBias: boolean;
  readonly skip: boolean;
  readonly lastState: boolean;
}

/**
 * Runs one head from position 0 to `length` - 1. `h` [d, state] goes in as the start state and comes out as the last one; `emit`
 * gets the row y [d] of each position, which the next position overwrites.
 */
export function runHead(
  p: SsdParams,
  inputs: Tensors,
  flatHead: number,
  length: number,
  h: Float64Array,
  emit: (t: number, y: Float64Array) => void,
): void {
  const { n, d, heads, groups, state } = p;
  const { x, dt: rawSteps, A, B, C, D, dt_bias: bias } = inputs;
  const head = flatHead % heads;
  const group = ((flatHead - head) / heads) * groups + Math.floor(head / (heads / groups));
  const y = new Float64Array(d);
  for (let t = 0; t < length; t++) {
    const raw = rawSteps.data[flatHead * n + t] + (p.dtBias ? bias.data[head] : 0);
    const dt = p.softplus ? softplus(raw) : raw;
    const decay = Math.exp(dt * A.data[head]);
    const token = (group * n + t) * state;
    for (let j = 0; j < d; j++) {
      const input = x.data[(flatHead * n + t) * d + j];
      let sum = p.skip ? D.data[head] * input : 0;
      for (let s = 0; s < state; s++) {
        const next = decay * h[j * state + s] + dt * input * B.data[token + s];
        h[j * state + s] = next;
        sum += C.data[token + s] * next;
      }
      y[j] = sum;
    }
    emit(t, y);
  }
}

/** y of the asked rows, [rows, d]. Each head is run once, as far as its rows ask. */
export function ssdRows(p: SsdParams, inputs: Tensors, rows: readonly number[]): Float64Array {
  const y = new Float64Array(rows.length * p.d);
  const byHead = new Map<number, Map<number, number>>();
  rows.forEach((row, at) => {
    const { batch, head, i } = rowAddress(p, row);
    const positions = byHead.get(batch * p.heads + head) ?? new Map<number, number>();
    positions.set(i, at);
    byHead.set(batch * p.heads + head, positions);
  });
  for (const [flatHead, positions] of byHead) {
    const length = Math.max(...positions.keys()) + 1;
    runHead(p, inputs, flatHead, length, new Float64Array(p.d * p.state), (t, row) => {
      const at = positions.get(t);
      if (at !== undefined) y.set(row, at * p.d);
    });
  }
  return y;
}

/** The state after the last token, [batch, heads, d, state]. */
export function finalState(p: SsdParams, inputs: Tensors): Float64Array {
  const size = p.d * p.state;
  const all = new Float64Array(p.batch * p.heads * size);
  for (let flatHead = 0; flatHead < p.batch * p.heads; flatHead++) {
    runHead(p, inputs, flatHead, p.n, all.subarray(flatHead * size, (flatHead + 1) * size), () => {});
  }
  return all;
}
