/**
 * What a kernel is: data. A kernel says which tensors it reads and writes, how to dispatch its WGSL for a case on an
 * adapter (`plan`), what the right answer is in float64 (`reference`), what it costs, and how close is close enough.
 * Only the harness touches a GPUDevice. This file imports nothing.
 */

/** f32; f16 = f16 storage and arithmetic, f32 accumulation (needs shader-f16); f16s = f16 storage packed in u32, f32 arithmetic. */
export const precisions = ['f32', 'f16', 'f16s'] as const;
export type Precision = (typeof precisions)[number];

export type AxisValue = number | string | boolean;

/** The axes every kernel has, in the order in which ids, tables and files list them. */
export interface BaseParams {
  readonly batch: number;
  readonly heads: number;
  /** Heads of k and v; query head h reads kv head floor(h / (heads / kvHeads)). */
  readonly kvHeads: number;
  /** Query length. */
  readonly n: number;
  /** Key length. */
  readonly m: number;
  /** Head dimension of q and k. */
  readonly d: number;
  /** Head dimension of v and y. */
  readonly dv: number;
  readonly precision: Precision;
  readonly causal: boolean;
}

export interface IntegerAxis {
  readonly kind: 'integer';
  readonly default: number;
  readonly min: number;
  readonly max?: number;
  readonly summary: string;
}
export interface NumberAxis {
  readonly kind: 'number';
  readonly default: number;
  readonly summary: string;
}
export interface ChoiceAxis<Choice extends string = string> {
  readonly kind: 'choice';
  readonly default: Choice;
  readonly choices: readonly Choice[];
  readonly summary: string;
}
export interface FlagAxis {
  readonly kind: 'flag';
  readonly default: boolean;
  readonly summary: string;
}
export type AxisSpec = IntegerAxis | NumberAxis | ChoiceAxis | FlagAxis;
export type AxisSpecs = Readonly<Record<string, AxisSpec>>;

type AxisValueOf<Spec extends AxisSpec> = Spec extends IntegerAxis | NumberAxis
  ? number
  : Spec extends ChoiceAxis<infer Choice>
    ? Choice
    : boolean;

/** The values of one case: the base axes and the kernel's own, flat. */
export type Params<Own extends AxisSpecs = AxisSpecs> = BaseParams & {
  readonly [Name in keyof Own]: AxisValueOf<Own[Name]>;
};

/** One product of the adapter's matrix units: result (rows x columns) += left (rows x depth) * right (depth x columns). */
export interface SubgroupMatrix {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/** What the adapter can do, as far as a plan may depend on it. */
export interface Caps {
  readonly features: ReadonlySet<string>;
  readonly limits: {
    readonly maxBufferSize: number;
    readonly maxStorageBufferBindingSize: number;
    readonly maxStorageBuffersPerShaderStage: number;
    readonly maxComputeWorkgroupStorageSize: number;
    readonly maxComputeInvocationsPerWorkgroup: number;
    readonly maxComputeWorkgroupSizeX: number;
    readonly maxComputeWorkgroupsPerDimension: number;
  };
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
  /** Shapes of the adapter's matrix units; empty without `chromium-experimental-subgroup-matrix`. */
  readonly subgroupMatrices: readonly SubgroupMatrix[];
  /** A CPU that plays a GPU (SwiftShader, lavapipe). */
  readonly software: boolean;
}

/** Why a case is not run. `limit` and `memory` are results: the mechanism needs more than the adapter has. */
export interface Refusal {
  readonly code: 'feature' | 'limit' | 'unsupported' | 'memory';
  readonly message: string;
}

/** Seeded numbers for inputs. */
export interface Random {
  /** In [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** In 0..below-1. */
  integer(below: number): number;
}

/**
 * How an element is stored. `elem` follows the case's precision, and its rows (the last dimension) are padded with zeros to
 * a multiple of four elements on the device, so that a row is always whole `quad`s. The others are stored as they are.
 */
export type ElementType = 'elem' | 'f32' | 'u32' | 'i32';

export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
}
export interface InputSpec extends TensorSpec {
  /** Row-major values of the whole shape; the harness rounds `elem` to the case's precision before the reference sees it. */
  readonly fill: (random: Random) => ArrayLike<number>;
}
export interface OutputSpec extends TensorSpec {
  /**
   * `selected`: the leading dimensions equal the main output's, and the reference answers for the asked rows only.
   * `all`: the reference always answers whole (a final state).
   */
  readonly rows: 'selected' | 'all';
}

/** Host-side values of a tensor: row-major, without padding. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}
export type Tensors = Readonly<Record<string, Tensor>>;

/** A constant of the prelude: a bare number is a u32. */
export type Constant = boolean | number | { readonly f32: number };
/** A field of the uniform block, four bytes each, in the order given: a bare number is a u32. */
export type Uniform = number | { readonly f32: number };

export interface Pass {
  /** Key of this pass in `passNs`; unique within the plan. */
  readonly name: string;
  /** WGSL file beside kernel.ts; its entry point is `main`. */
  readonly shader: string;
  /** WGSL chunks put before the file, as paths relative to the kernel's folder. */
  readonly includes: readonly string[];
  /** WGSL extensions to enable: `f16`, `subgroups`. */
  readonly enables: readonly string[];
  /** What changes the code's shape. Becomes `const NAME: type = value;` */
  readonly constants: Readonly<Record<string, Constant>>;
  /** What only changes trip counts and offsets. Becomes `struct Uniforms { name: type, ... }`, bound after the last binding. */
  readonly uniforms: Readonly<Record<string, Uniform>>;
  /** Tensor names (inputs, outputs, scratch): the i-th is `@group(0) @binding(i)`. */
  readonly bindings: readonly string[];
  /**
   * The useful work of this pass alone: what it computes, and what it must read and write once, scratch included. Profiles
   * hold its time against it.
   */
  readonly cost?: Cost;
  /** How many workgroups in all. The harness folds them over x and y; WGSL gets its index from `workgroup_index(...)`. */
  readonly workgroups: number;
  /** Workgroups along x, y and z, for WGSL that is written for them: dispatched as they are instead of folded. */
  readonly grid?: readonly [number, number, number];
  /** Default: `main`. */
  readonly entryPoint?: string;
  /** Values of the WGSL's own `override` declarations. */
  readonly overrides?: Readonly<Record<string, number | boolean>>;
  /** `@binding` numbers of the bindings, then of the uniform block, where they are not 0, 1, 2 and so on. */
  readonly bindingNumbers?: readonly number[];
}

/** One way to cut the work of a case: tile sizes and the like, which change speed and never the result. */
export type Shape = Readonly<Record<string, number | string>>;

export interface Plan {
  /** Which implementation this is, as records name it: `tile`, `broadcast`. */
  readonly variant: string;
  readonly scratch: readonly TensorSpec[];
  readonly passes: readonly Pass[];
}

/** What the mechanism needs, counted for visible pairs only. One multiply-add is two FLOPs. Bytes: each input read once, each output written once. */
export interface Cost {
  readonly flops: number;
  readonly exps: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** Largest accepted sum((a-b)^2) / sum(b^2) against float64, and where that error comes from. */
export interface Tolerance {
  readonly nmse: number;
  readonly because: string;
}

/** How the mechanism relates to softmax attention. */
export type Exactness = 'exact' | 'exact for its mask' | 'approximate' | 'different function';

/** A golden test vector, already read and shape-checked. */
export interface Vector {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: Tensors;
  readonly expected: Tensors;
}
/** The vector in the kernel's own axes and layouts. `expected` names this kernel's outputs. */
export interface VectorCase {
  readonly kind: 'case';
  readonly params: Params;
  readonly inputs: Tensors;
  readonly expected: Tensors;
}
export interface VectorRefusal {
  readonly kind: 'unsupported';
  readonly message: string;
}

export interface Kernel<Own extends AxisSpecs = AxisSpecs> {
  readonly mechanism: string;
  readonly summary: string;
  readonly exactness: Exactness;
  /** Axes of this kernel alone, beside the base axes. */
  readonly axes: Own;
  readonly tolerance: Readonly<Record<Precision, Tolerance>>;
  /** Shapes beyond the standard odd ones that `verify` must cover: base and own axes, the rest at their defaults. */
  readonly contractCases: readonly Readonly<Record<string, AxisValue>>[];
  /** Null when the case can run as far as the mechanism is concerned; limits on buffer sizes are the harness's business. */
  refuse(params: Params<Own>, caps: Caps): Refusal | null;
  inputs(params: Params<Own>): readonly InputSpec[];
  /** The first is the main output. */
  outputs(params: Params<Own>): readonly OutputSpec[];
  /** The shapes that a search may try for a case on an adapter, the one to use without a search first. Absent: there is one way only. */
  shapes?(params: Params<Own>, caps: Caps): readonly Shape[];
  /** `shape` is one of `shapes`, its first when not given. */
  plan(params: Params<Own>, caps: Caps, shape?: Shape): Plan;
  cost(params: Params<Own>): Cost;
  /** What records say it costs, where that differs from what the mechanism needs. Checks go by `cost`. */
  claimedCost?(params: Params<Own>): Cost;
  /**
   * The kernel's own definition in float64. `rows` are flat indices over the main output's leading dimensions (all but the
   * last), ascending. Returns, for each output it knows, the values of those rows in the order asked (or all: see OutputSpec).
   */
  reference(
    params: Params<Own>,
    inputs: Tensors,
    rows: readonly number[],
  ): Readonly<Record<string, Float64Array>>;
  /** Exact softmax attention of the same rows, where a distance to it means something. A quality figure, never the gate. */
  softmaxReference?(params: Params<Own>, inputs: Tensors, rows: readonly number[]): Float64Array;
  /** Reads a golden vector of this mechanism. */
  fromVector(vector: Vector): VectorCase | VectorRefusal;
}

/** Gives a kernel's own axes their types. Everything is checked by the contract tests, nothing is registered anywhere. */
export function defineKernel<const Own extends AxisSpecs>(kernel: Kernel<Own>): Kernel<Own> {
  return kernel;
}
