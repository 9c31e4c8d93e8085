/** The manifest of a kernel that a user brings: its schema, published as docs/kernel-manifest.schema.json. */
import { z } from 'zod';
import { precisions } from '../../kernels/contract.ts';
import { didYouMean } from '../nearest.ts';

export const manifestSchemaName = 'attnbench-kernel/1';

/** An object that knows its keys, and tells a misspelt one with the nearest. */
const object = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const [key] = issue.keys;
      const known = Object.keys(shape);
      return `there is no key '${key}' here${didYouMean(String(key), known) || `; there are ${known.join(', ')}`}`;
    },
  });

const formula = z
  .union([z.number(), z.string()], { error: 'is a number or a formula in quotes, such as "ceil(n / 64)"' })
  .describe('A number, or a formula over axes and constants: "ceil(n / 64) * heads * batch"');
const f32 = object({ f32: formula });
const constants = z
  .record(
    z.string().regex(/^[A-Za-z_]\w*$/, 'is no name that WGSL could take'),
    z.union([z.number(), z.boolean(), z.string(), f32], {
      error: 'is a whole number, true, false, a formula in quotes, or { "f32": ... } for a float',
    }),
  )
  .describe('const NAME for the WGSL, or the value of an override that it declares; a bare number is a u32');
const uniforms = z
  .record(
    z.string().regex(/^[A-Za-z_]\w*$/, 'is no name that WGSL could take'),
    z.union([z.number(), z.string(), f32], {
      error: 'is a whole number, a formula in quotes, or { "f32": ... } for a float',
    }),
  )
  .describe('Fields of the uniform block in order, four bytes each; a bare number is a u32');

const cost = object({
  flops: formula.optional(),
  exps: formula.optional(),
  bytesRead: formula.optional(),
  bytesWritten: formula.optional(),
});

const pass = object({
  name: z.string().min(1, 'is empty').optional().describe('Default: the entry point, or the file for main'),
  file: z.string().optional().describe('WGSL file in the same folder; default: the file given to --kernel'),
  entryPoint: z.string().default('main'),
  bindings: z
    .array(z.string())
    .min(1, 'names no tensor')
    .describe(
      'Tensor names: the i-th is @group(0) @binding(i); "uniforms" is the uniform block, last where it is left out',
    ),
  constants: constants.default({}),
  uniforms: uniforms.default({}),
  enables: z
    .array(z.string())
    .default([])
    .describe('WGSL extensions; f16 comes by itself with precision f16'),
  workgroups: z
    .union([formula, z.tuple([formula, formula, formula])], {
      error: 'is a formula for the number of workgroups, or three of them for x, y and z',
    })
    .describe('How many in all, to be read with workgroup_index(id, count); or [x, y, z] as dispatched'),
  cost: cost.optional().describe('What this pass computes and moves, for profiles'),
});

export const manifestSchema = object({
  $schema: z.string().optional(),
  schema: z.literal(manifestSchemaName, { error: `is '${manifestSchemaName}'` }).optional(),
  id: z
    .string()
    .regex(/^[A-Za-z0-9][\w-]*$/, 'is letters, digits, - and _')
    .optional()
    .describe('What case ids and charts call it; default: the name of the file'),
  mechanism: z.string().describe('What it computes, as attnbench list names it: sdpa, longformer, s6'),
  summary: z.string().default('brought along'),
  supports: z
    .record(
      z.string(),
      z.array(z.union([z.number(), z.string(), z.boolean()])).min(1, 'leaves no value that is supported'),
    )
    .default({})
    .describe('By axis: the only values it takes; other cases are skipped'),
  requires: z
    .array(z.string())
    .default([])
    .describe('Conditions on a case: "d <= 128"; other cases are skipped'),
  features: z.array(z.string()).default([]).describe('WebGPU features that it needs: shader-f16, subgroups'),
  tolerance: object(Object.fromEntries(precisions.map((name) => [name, z.number().positive().optional()])))
    .default({})
    .describe("Largest accepted sum of squared errors over the sum of squares, below the mechanism's own"),
  storage: z
    .boolean()
    .default(false)
    .describe('Give the WGSL quad, pack and unpack for the precision of the case'),
  constants: constants.default({}),
  scratch: z
    .array(
      object({
        name: z.string().min(1, 'is empty'),
        shape: z.array(formula).min(1, 'has no dimension'),
        type: z.enum(['elem', 'f32', 'u32', 'i32'], { error: 'is elem, f32, u32 or i32' }),
      }),
    )
    .default([])
    .describe('Tensors that passes hand on to each other'),
  passes: z.array(pass).min(1, 'has no pass'),
  cost: cost.default({}).describe("What records say it costs; default: the mechanism's own count"),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestPass = Manifest['passes'][number];
