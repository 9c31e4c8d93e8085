/** The selective scan in float64, token by token, as the definition reads. */
import type { BaseParams, Tensors } from '../contract.ts';
import { rowAddress } from '../lib/heads.ts';
import { softplus } from '../lib/scan.ts';

/** What the definition depends on besides the shapes. */
export interface ScanParams extends BaseParams {
  readonly state: number;
  readonly softplus: boolean;
  readonly deltaBias: boolean;
  readonly skip: boolean;
  readonly gate: boolean;
}

const silu = (x: number): number => x / (1 + Math.exp(-x));

/**
 * Scans one channel from position 0 to `length` - 1. `h` [state] goes in as the start state and comes out as the last one;
 * `emit` gets y of each position.
 */
export function scanChannel(
  p: ScanParams,
  inputs: Tensors,
  batch: number,
  channel: number,
  length: number,
  h: Float64Array,
  emit: (t: number, y: number) => void,
  from = 0,
): void {
  const { n, d, heads, state } = p;
  const head = Math.floor(channel / d);
  const column = channel % d;
  const { u, delta, A, B, C, D, z, delta_bias: bias } = inputs;
  for (let t = from; t < length; t++) {
    const at = ((batch * heads + head) * n + t) * d + column;
    const raw = delta.data[at] + (p.deltaBias ? bias.data[channel] : 0);
    const dt = p.softplus ? softplus(raw) : raw;
    const x = u.data[at];
    let y = p.skip ? D.data[channel] * x : 0;
    const token = (batch * n + t) * state;
    for (let s = 0; s < state; s++) {
      h[s] = Math.exp(dt * A.data[channel * state + s]) * h[s] + dt * B.data[token + s] * x;
      y += C.data[token + s] * h[s];
    }
    emit(t, p.gate ? y * silu(z.data[at]) : y);
  }
}

/** y of the asked rows, [rows, d]. A row needs everything before it in its head, so each head is scanned once, as far as asked. */
export function scanRows(p: ScanParams, inputs: Tensors, rows: readonly number[]): Float64Array {
  const { n, d, heads } = p;
  const y = new Float64Array(rows.length * d);
  const byHead = new Map<number, Map<number, number>>();
  rows.forEach((row, at) => {
    const { batch, head, i } = rowAddress(p, row);
    const positions = byHead.get(batch * heads + head) ?? new Map<number, number>();
    positions.set(i, at);
    byHead.set(batch * heads + head, positions);
  });
  for (const [flatHead, positions] of byHead) {
    const length = Math.min(n, Math.max(...positions.keys()) + 1);
    const head = flatHead % heads;
    for (let j = 0; j < d; j++) {
      scanChannel(
        p,
        inputs,
        (flatHead - head) / heads,
        head * d + j,
        length,
        new Float64Array(p.state),
        (t, value) => {
          const at = positions.get(t);
          if (at !== undefined) y[at * d + j] = value;
        },
      );
    }
  }
  return y;
}

/** The state after the last token, [batch, heads * d, state]. */
export function lastState(p: ScanParams, inputs: Tensors): Float64Array {
  const channels = p.heads * p.d;
  const all = new Float64Array(p.batch * channels * p.state);
  for (let flat = 0; flat < p.batch * channels; flat++) {
    const h = all.subarray(flat * p.state, (flat + 1) * p.state);
    const channel = flat % channels;
    scanChannel(p, inputs, (flat - channel) / channels, channel, p.n, h, () => {});
  }
  return all;
}
