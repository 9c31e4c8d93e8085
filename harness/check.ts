/** Is it right? Outputs against float64, poison and guards included. */
import type { Kernel, Params, Random, Tensor, Tensors } from '../kernels/contract.ts';
import type { OutputReading } from './buffers.ts';
import { elementsOf } from './layout.ts';
import { seededRandom } from './random.ts';
import type { Check } from './record.ts';

/** The reference may cost this many FLOPs before rows are sampled: a fraction of a second of one core. */
const fullCheckFlops = 1.5e8;
const sampledHeads = 3;
const sampledRowsPerHead = 12;

/**
 * Which rows of the main output are compared: all of them while that is cheap, else, for a few heads, the first, the last,
 * those around tile boundaries and some at random. Ascending flat indices over the leading dimensions.
 */
export function rowsToCheck(kernel: Kernel, params: Params, seed: string): readonly number[] {
  const [main] = kernel.outputs(params);
  const columns = main.shape.at(-1) ?? 1;
  const total = elementsOf(main.shape) / columns;
  const { flops, exps } = kernel.cost(params);
  if (flops + 10 * exps <= fullCheckFlops) return Array.from({ length: total }, (_, row) => row);
  const length = main.shape.at(-2) ?? 1;
  const heads = total / length;
  const random = seededRandom(`${seed}/rows`);
  const chosenHeads = new Set([0, heads - 1, random.integer(heads)].slice(0, sampledHeads));
  const rows = new Set<number>();
  for (const head of chosenHeads) {
    const positions = [0, 1, 31, 32, 63, 64, length >> 1, length - 2, length - 1].filter(
      (i) => i >= 0 && i < length,
    );
    while (positions.length < sampledRowsPerHead) positions.push(random.integer(length));
    for (const i of positions) rows.add(head * length + i);
  }
  return [...rows].sort((a, b) => a - b);
}

/** What a comparison after the check may cost, in FLOPs of the kernel's own count. */
const recheckFlops = 2e6;
const recheckedRowsPerHead = 12;

/** Rows that nobody can know beforehand, in so many heads: what `rowsToCheck` leaves out has its turn here. Ascending. */
export function randomRows(kernel: Kernel, params: Params, heads: number, random: Random): readonly number[] {
  const [main] = kernel.outputs(params);
  const length = main.shape.at(-2) ?? 1;
  const total = elementsOf(main.shape.slice(0, -1));
  const { flops, exps } = kernel.cost(params);
  if (flops + 10 * exps <= recheckFlops) return Array.from({ length: total }, (_, row) => row);
  const rows = new Set<number>();
  for (let head = 0; head < heads; head++) {
    const first = random.integer(total / length) * length;
    for (let drawn = 0; drawn < recheckedRowsPerHead; drawn++) rows.add(first + random.integer(length));
  }
  return [...rows].sort((a, b) => a - b);
}

/** A seeded choice of at most `count` of the rows, ascending. */
export function someRows(rows: readonly number[], count: number, seed: string): readonly number[] {
  const random = seededRandom(seed);
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, rows.length)) chosen.add(rows[random.integer(rows.length)]);
  return [...chosen].sort((a, b) => a - b);
}

export interface Comparison {
  /** sum((a-b)^2) / sum(b^2); Infinity when an element is not finite. */
  readonly nmse: number;
  readonly maxAbs: number;
  /** The first element that is not finite although it should be, as a flat index into `actual`. */
  readonly firstNotFinite: number | null;
}

/** Elementwise: equal infinities agree (a row that sees no key has lse = -Infinity); otherwise a non-finite element is wrong. */
export function compare(actual: ArrayLike<number>, expected: ArrayLike<number>): Comparison {
  let squaredError = 0;
  let squaredExpected = 0;
  let maxAbs = 0;
  let firstNotFinite: number | null = null;
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i];
    const b = expected[i];
    if (a === b) {
      if (Number.isFinite(b)) squaredExpected += b * b;
      continue;
    }
    const error = Math.abs(a - b);
    if (!Number.isFinite(error)) {
      firstNotFinite ??= i;
      continue;
    }
    squaredError += error * error;
    squaredExpected += b * b;
    maxAbs = Math.max(maxAbs, error);
  }
  if (firstNotFinite !== null) return { nmse: Infinity, maxAbs: Infinity, firstNotFinite };
  const nmse = squaredError === 0 ? 0 : squaredError / Math.max(squaredExpected, Number.MIN_VALUE);
  return { nmse, maxAbs, firstNotFinite };
}

/** The chosen rows of a tensor, one after the other. */
function pickRows(tensor: Tensor, rows: readonly number[], columns: number): Float64Array {
  const picked = new Float64Array(rows.length * columns);
  rows.forEach((row, at) =>
    picked.set(tensor.data.subarray(row * columns, (row + 1) * columns), at * columns),
  );
  return picked;
}

export type Verdict =
  | { readonly kind: 'right'; readonly check: Check }
  | { readonly kind: 'wrong'; readonly check: Check; readonly message: string };

/** Exact softmax attention costs this many FLOPs at most, however cheap the mechanism itself is. */
const qualityFlops = 3e7;
const fewestQualityRows = 8;

/** Relative RMS distance to exact softmax attention over some of the rows; null where that means nothing. */
export function distanceToSoftmax(
  kernel: Kernel,
  params: Params,
  inputs: Tensors,
  outputs: Tensors,
  rows: readonly number[],
): number | null {
  if (kernel.softmaxReference === undefined) return null;
  const [main] = kernel.outputs(params);
  const flopsPerRow = 2 * params.m * (params.d + params.dv);
  const few = someRows(rows, Math.max(fewestQualityRows, Math.floor(qualityFlops / flopsPerRow)), 'quality');
  const exact = kernel.softmaxReference(params, inputs, few);
  const actual = pickRows(outputs[main.name], few, main.shape.at(-1) ?? 1);
  return finiteOrNull(Math.sqrt(compare(actual, exact).nmse));
}

/** What is wrong with a call whatever its outputs should be, in words. */
export function faultsOf(
  { brokenGuards, unwritten }: Pick<OutputReading, 'brokenGuards' | 'unwritten'>,
  changedInputs: readonly string[],
): readonly string[] {
  return [
    ...unwritten.map((element) => `${element} was never written`),
    ...brokenGuards.map((name) => `${name} was written past its end`),
    ...changedInputs.map((name) => `the input ${name} was written to`),
  ];
}

/** Compares what the device wrote with the kernel's own definition in float64. `faults`: what is wrong already. */
export function judge(
  kernel: Kernel,
  params: Params,
  inputs: Tensors,
  outputs: Tensors,
  faults: readonly string[],
  rows: readonly number[],
): Verdict {
  const expected = kernel.reference(params, inputs, rows);
  const specs = kernel.outputs(params);
  const [main] = specs;
  const mainColumns = main.shape.at(-1) ?? 1;
  const total = elementsOf(main.shape) / mainColumns;
  const tolerance = kernel.tolerance[params.precision];
  let worst = 0;
  let mainMaxAbs = 0;
  const problems: string[] = [];
  for (const spec of specs) {
    const wanted = expected[spec.name];
    const tensor = outputs[spec.name];
    const columns = elementsOf(spec.shape) / total;
    const actual = spec.rows === 'all' ? tensor.data : pickRows(tensor, rows, columns);
    const { nmse, maxAbs, firstNotFinite } = compare(actual, wanted);
    if (spec === main) mainMaxAbs = maxAbs;
    worst = Math.max(worst, nmse);
    if (firstNotFinite !== null) {
      problems.push(
        `${spec.name}[${firstNotFinite}] is ${actual[firstNotFinite]}, not ${wanted[firstNotFinite]}`,
      );
    } else if (nmse > tolerance.nmse) {
      problems.push(
        `${spec.name} is off by nmse ${nmse.toExponential(1)}, more than ${tolerance.nmse.toExponential(1)}`,
      );
    }
    const unwritten = tensor.data.findIndex((value) => Number.isNaN(value));
    if (unwritten >= 0) problems.push(`${spec.name}[${unwritten}] was never written or is NaN`);
  }
  problems.push(...faults);

  const check: Check = {
    nmse: finiteOrNull(worst),
    maxAbs: finiteOrNull(mainMaxAbs),
    tolerance: tolerance.nmse,
    rowsChecked: rows.length,
    rowsTotal: total,
    exactness: kernel.exactness,
    distanceToSoftmax: null,
  };
  return problems.length === 0
    ? { kind: 'right', check }
    : { kind: 'wrong', check, message: problems.join('; ') };
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
