/** Golden test vectors (`attn-golden/1`): read, checked field by field, compared. */
import { z } from 'zod';
import type { Kernel, Precision, Tensor, Vector, VectorCase } from '../kernels/contract.ts';
import { UsageError } from './errors.ts';
import { elementsOf } from './layout.ts';

const nonFinite = { NaN: Number.NaN, Infinity: Infinity, '-Infinity': -Infinity };
const element = z.union([
  z.number(),
  z.boolean().transform(Number),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform((name) => nonFinite[name]),
]);
const tensorSchema = z
  .object({
    shape: z.array(z.number().int().nonnegative()),
    dtype: z.enum(['f64', 'i32', 'bool']),
    data: z.array(element),
  })
  .refine(({ shape, data }) => elementsOf(shape) === data.length, {
    error: 'the shape and the count of data differ',
  })
  .transform(({ shape, data }): Tensor => ({ shape, data: Float64Array.from(data) }));
const vectorSchema = z.object({
  schema: z.literal('attn-golden/1'),
  name: z.string(),
  mechanism: z.string(),
  params: z.record(z.string(), z.unknown()),
  inputs: z.record(z.string(), tensorSchema),
  expected: z.record(z.string(), tensorSchema),
  f32_error: z.record(z.string(), z.object({ max_abs: z.number(), max_rel: z.number() })).optional(),
  notes: z.unknown().optional(),
});

export interface GoldenVector extends Vector {
  readonly mechanism: string;
  /** What plain float32 arithmetic gives, by output: the floor of what can be asked. */
  readonly f32Error: Readonly<Record<string, number>>;
}

/** Reads one vector file. Throws UsageError naming the file and the field. */
export function parseVector(text: string, file: string): GoldenVector {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    // The engine quotes the text, line feeds and all; a sentence is one line.
    throw new UsageError(`${file} is not JSON: ${why.replace(/\s+/g, ' ')}`);
  }
  const parsed = vectorSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(`${file}: field '${issue.path.join('.')}': ${issue.message}`);
  }
  const { name, mechanism, params, inputs, expected, f32_error: f32Error } = parsed.data;
  const floor = Object.entries(f32Error ?? {}).map(([output, { max_rel }]) => [output, max_rel]);
  return { name, mechanism, params, inputs, expected, f32Error: Object.fromEntries(floor) };
}

/** Recurrences lose more to rounding than sums do. */
const recurrentMechanisms = new Set([
  's6',
  'ssd',
  'mamba_block',
  'linear_recurrence',
  'retention',
  'rwkv6',
  'rwkv7',
]);

/** Largest accepted max|a-b| / (|b| + rms(b)). */
function vectorTolerance(vector: GoldenVector, output: string, precision: Precision): number {
  if (precision !== 'f32') return 3e-3;
  const least = recurrentMechanisms.has(vector.mechanism) ? 1e-5 : 2e-6;
  return Math.max(least, 20 * (vector.f32Error[output] ?? 0));
}

/** max|a-b| / (|b| + rms(b)); equal infinities agree, other non-finite values do not. */
export function vectorError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let squares = 0;
  let finite = 0;
  for (let i = 0; i < expected.length; i++) {
    if (!Number.isFinite(expected[i])) continue;
    squares += expected[i] ** 2;
    finite++;
  }
  const rms = Math.sqrt(squares / Math.max(1, finite));
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    if (actual[i] === expected[i]) continue;
    const error = Math.abs(actual[i] - expected[i]) / (Math.abs(expected[i]) + rms);
    worst = Number.isFinite(error) ? Math.max(worst, error) : Infinity;
  }
  return worst;
}

export type VectorOutcome =
  | { readonly kind: 'passed' | 'failed'; readonly outputs: readonly VectorOutputError[] }
  | { readonly kind: 'unsupported'; readonly message: string };
export interface VectorOutputError {
  readonly output: string;
  readonly error: number;
  readonly tolerance: number;
}

/**
 * Errors of each output that both sides have. The main output is always among them. Throws UsageError when the vector lacks it,
 * or has an output of another size than the kernel's.
 */
export function compareVector(
  kernel: Kernel,
  vector: GoldenVector,
  vectorCase: VectorCase,
  answers: Readonly<Record<string, ArrayLike<number>>>,
): VectorOutcome {
  const { params, expected } = vectorCase;
  const specs = kernel.outputs(params);
  const outputs = specs
    .filter(({ name }, index) => index === 0 || (name in expected && name in answers))
    .map(({ name: output, shape }) => {
      const wanted = expected[output]?.data ?? [];
      if (wanted.length !== elementsOf(shape)) {
        throw new UsageError(
          `vector '${vector.name}': expected '${output}' should have shape [${shape.join(', ')}]`,
        );
      }
      return {
        output,
        error: vectorError(answers[output] ?? [], wanted),
        tolerance: vectorTolerance(vector, output, params.precision),
      };
    });
  const passed = outputs.every(({ error, tolerance }) => error <= tolerance);
  return { kind: passed ? 'passed' : 'failed', outputs };
}
