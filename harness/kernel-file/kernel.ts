/**
 * A manifest and its WGSL as a kernel. What the mechanism is (tensors, inputs, axes, reference, tolerance) comes from the project's own
 * kernel of it and never from the file, so that no file can declare itself right.
 */
import type {
  AxisSpec,
  Caps,
  Constant,
  Cost,
  Kernel,
  Params,
  Pass,
  Plan,
  Refusal,
  Uniform,
} from '../../kernels/contract.ts';
import { precisions } from '../../kernels/contract.ts';
import { KernelError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import { axisSpec, baseAxes } from '../params.ts';
import type { LoadedKernel } from '../program.ts';
import type { Expression, FlagExpression, NumberExpression, Values, ValueType } from './expression.ts';
import { ExpressionError, readExpression } from './expression.ts';
import type { Manifest, ManifestPass } from './manifest.ts';
import type { FieldPath, ManifestFile } from './manifest-text.ts';
import type { EntryPoint } from './wgsl-file.ts';
import { entryPointOf, passBindings } from './wgsl-file.ts';

type Formula = number | boolean | string | { readonly f32: number | string };

/** A value of the prelude or the uniform block, for a case. */
interface Field {
  readonly expression: Expression;
  readonly float: boolean;
}

const typeOfAxis = ({ kind }: AxisSpec): ValueType => {
  if (kind === 'choice') return 'word';
  return kind === 'flag' ? 'flag' : 'number';
};

/** Reads the formulas of one manifest, whose names are the axes and the constants read so far. */
class Formulas {
  readonly types: Record<string, ValueType> = {};
  readonly file: ManifestFile;

  constructor(file: ManifestFile, axes: Kernel['axes']) {
    this.file = file;
    for (const name of [...baseAxes, ...Object.keys(axes)])
      this.types[name] = typeOfAxis(axisSpec(axes, name));
  }

  private read(formula: number | boolean | string, path: FieldPath, types = this.types): Expression {
    try {
      return readExpression(String(formula), types);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      throw this.file.problem(path, error.message);
    }
  }

  number(formula: number | string, path: FieldPath): NumberExpression {
    const expression = this.read(formula, path);
    if (expression.type !== 'number') throw this.file.problem(path, `'${formula}' is no number`);
    return expression;
  }

  condition(formula: string, path: FieldPath): FlagExpression {
    const expression = this.read(formula, path);
    if (expression.type !== 'flag') throw this.file.problem(path, `'${formula}' is neither true nor false`);
    return expression;
  }

  field(formula: Formula, path: FieldPath, more: Readonly<Record<string, ValueType>> = {}): Field {
    const float = typeof formula === 'object';
    const expression = this.read(float ? formula.f32 : formula, path, { ...this.types, ...more });
    if (expression.type === 'word' || (float && expression.type !== 'number')) {
      throw this.file.problem(path, `'${float ? formula.f32 : formula}' is no number`);
    }
    return { expression, float };
  }
}

/** Fields in the order of the manifest; each may name those above it. */
function readFields(
  given: Readonly<Record<string, Formula>>,
  path: FieldPath,
  formulas: Formulas,
  more: Readonly<Record<string, ValueType>> = {},
): readonly (readonly [name: string, field: Field])[] {
  const types: Record<string, ValueType> = { ...more };
  return Object.entries(given).map(([name, formula]) => {
    const field = formulas.field(formula, [...path, name], types);
    types[name] = field.expression.type;
    return [name, field];
  });
}

const costFields = ['flops', 'exps', 'bytesRead', 'bytesWritten'] as const satisfies readonly (keyof Cost)[];
type PartialCost = (values: Values) => Partial<Cost>;

function readCost(given: Manifest['cost'], path: FieldPath, formulas: Formulas): PartialCost {
  const read = costFields.flatMap((name) => {
    const formula = given[name];
    return formula === undefined ? [] : [[name, formulas.number(formula, [...path, name])] as const];
  });
  return (values) => Object.fromEntries(read.map(([name, expression]) => [name, expression.of(values)]));
}

interface PlannedPass {
  readonly path: FieldPath;
  readonly name: string;
  readonly given: ManifestPass;
  readonly file: string;
  readonly entry: EntryPoint;
  readonly constants: ReturnType<typeof readFields>;
  readonly uniforms: ReturnType<typeof readFields>;
  readonly workgroups: readonly NumberExpression[];
  readonly cost: PartialCost | null;
}

/** Reads a manifest as a kernel that is held to `like`. Throws UsageError with file, line and field. */
export function kernelOfManifest(
  id: string,
  file: ManifestFile,
  like: LoadedKernel,
  defaultFile: string,
  texts: Readonly<Record<string, string>>,
): Kernel {
  const { manifest, problem } = file;
  const { kernel } = like;
  refuseLooserTolerance(file, kernel);
  const formulas = new Formulas(file, kernel.axes);
  refuseUnknownValues(file, kernel, formulas);
  for (const name of Object.keys(manifest.constants)) {
    if (Object.hasOwn(formulas.types, name)) {
      throw problem(['constants', name], `'${name}' is an axis of ${manifest.mechanism}; name it otherwise`);
    }
  }
  const constants = readFields(manifest.constants, ['constants'], formulas);
  for (const [name, { expression }] of constants) formulas.types[name] = expression.type;
  const requirements = manifest.requires.map((text, at) => ({
    text,
    expression: formulas.condition(text, ['requires', at]),
  }));
  const claimed = readCost(manifest.cost, ['cost'], formulas);
  const scratch = manifest.scratch.map(({ name, shape, type }, at) => ({
    name,
    type,
    path: ['scratch', at, 'shape'] as const,
    shape: shape.map((size, dimension) => formulas.number(size, ['scratch', at, 'shape', dimension])),
  }));
  const tensors = [...new Set([...tensorsOf(kernel), ...scratch.map(({ name }) => name)])];
  manifest.scratch.forEach(({ name }, at) => {
    if (tensorsOf(kernel).includes(name) || name === 'uniforms') {
      throw problem(['scratch', at, 'name'], `'${name}' is taken; name it otherwise`);
    }
  });
  const passes = manifest.passes.map((given, at): PlannedPass => {
    const path: FieldPath = ['passes', at];
    given.bindings.forEach((name, index) => {
      if (tensors.includes(name) || name === 'uniforms') return;
      const near = didYouMean(name, tensors);
      throw problem(
        [...path, 'bindings', index],
        `'${name}' is no tensor of ${manifest.mechanism}${near}; there are ${tensors.join(', ')}`,
      );
    });
    const shader = given.file ?? defaultFile;
    const own = Object.keys({ ...manifest.constants, ...given.constants });
    const entry = entryPointOf(texts[shader], shader, given, own, path, file);
    const types = Object.fromEntries(constants.map(([name, field]) => [name, field.expression.type]));
    const extra = readFields(given.constants, [...path, 'constants'], formulas, types);
    const withExtra = Object.fromEntries(extra.map(([name, field]) => [name, field.expression.type]));
    Object.keys(withExtra).forEach((name) => {
      if (Object.hasOwn(formulas.types, name)) {
        throw problem(
          [...path, 'constants', name],
          `'${name}' stands for something else already; name it otherwise`,
        );
      }
    });
    const workgroups = Array.isArray(given.workgroups) ? given.workgroups : [given.workgroups];
    return {
      path,
      given,
      name: given.name ?? (given.entryPoint === 'main' ? shader.replace(/\.wgsl$/, '') : given.entryPoint),
      file: shader,
      entry,
      constants: [...constants, ...extra],
      uniforms: readFields(given.uniforms, [...path, 'uniforms'], formulas, withExtra),
      workgroups: workgroups.map((formula, index) =>
        formulas.number(formula, [...path, 'workgroups', ...(workgroups.length > 1 ? [index] : [])]),
      ),
      cost: given.cost === undefined ? null : readCost(given.cost, [...path, 'cost'], formulas),
    };
  });
  passes.forEach(({ name, path }, at) => {
    if (passes.findIndex((one) => one.name === name) !== at) {
      throw problem([...path, 'name'], `there is a pass '${name}' already; give each a name of its own`);
    }
  });

  const valuesOf = (params: Params): Values => {
    const values: Record<string, number | string | boolean> = { ...params };
    for (const [name, { expression }] of constants) values[name] = expression.of(values);
    return values;
  };
  const plan = (params: Params): Plan => {
    const values = valuesOf(params);
    return {
      variant: passes.length === 1 ? 'one pass' : `${passes.length} passes`,
      scratch: scratch.map(({ name, type, shape, path }) => ({
        name,
        type,
        shape: shape.map((size, at) => wholeNumber(size.of(values), 1, [...path, at], file)),
      })),
      passes: passes.map((pass) => passAt(pass, params, values, file)),
    };
  };
  const claims = Object.keys(manifest.cost).length > 0;
  return {
    ...kernel,
    shapes: undefined,
    summary: manifest.summary,
    tolerance: tightened(manifest, kernel, id),
    refuse: (params, caps) =>
      unsupported(id, manifest, params) ??
      unmet(id, requirements, valuesOf(params)) ??
      lacking(id, manifest, caps) ??
      kernel.refuse(params, caps) ??
      pastLimits(plan(params), caps),
    plan,
    ...(claims
      ? { claimedCost: (params) => ({ ...kernel.cost(params), ...claimed(valuesOf(params)) }) }
      : {}),
  };
}

/** The names of inputs and outputs do not depend on the case. */
function tensorsOf(kernel: Kernel): readonly string[] {
  const params = exampleParams(kernel);
  return [...kernel.inputs(params), ...kernel.outputs(params)].map(({ name }) => name);
}

function exampleParams({ axes }: Kernel): Params {
  const own = Object.fromEntries(Object.entries(axes).map(([name, spec]) => [name, spec.default]));
  return {
    ...own,
    batch: 1,
    heads: 1,
    kvHeads: 1,
    n: 64,
    m: 64,
    d: 64,
    dv: 64,
    precision: 'f32',
    causal: false,
  };
}

function refuseLooserTolerance({ manifest, problem }: ManifestFile, kernel: Kernel): void {
  for (const name of precisions) {
    const asked = manifest.tolerance[name];
    const { nmse } = kernel.tolerance[name];
    if (asked !== undefined && asked > nmse) {
      throw problem(
        ['tolerance', name],
        `${asked} is looser than the ${nmse} of ${manifest.mechanism}; give a smaller one, or leave it out`,
      );
    }
  }
}

/** Every axis and value of `supports` must be one that there is. */
function refuseUnknownValues(
  { manifest, problem }: ManifestFile,
  { axes }: Kernel,
  { types }: Formulas,
): void {
  for (const [name, values] of Object.entries(manifest.supports)) {
    if (!Object.hasOwn(types, name)) {
      const known = Object.keys(types);
      throw problem(
        ['supports', name],
        `'${name}' is no axis of ${manifest.mechanism}${didYouMean(name, known) || `; there are ${known.join(', ')}`}`,
      );
    }
    const spec = axisSpec(axes, name);
    values.forEach((value, at) => {
      if (
        spec.kind === 'choice' ? spec.choices.includes(String(value)) : typeof value === jsType[types[name]]
      )
        return;
      const wanted = spec.kind === 'choice' ? `one of ${spec.choices.join(', ')}` : spokenKind[types[name]];
      throw problem(['supports', name, at], `axis '${name}' is ${wanted}, not ${JSON.stringify(value)}`);
    });
  }
}

const jsType: Readonly<Record<ValueType, string>> = { number: 'number', flag: 'boolean', word: 'string' };
const spokenKind: Readonly<Record<ValueType, string>> = {
  number: 'a number',
  flag: 'true or false',
  word: 'a word',
};

function tightened({ tolerance }: Manifest, kernel: Kernel, id: string): Kernel['tolerance'] {
  const at = (name: (typeof precisions)[number]): Kernel['tolerance']['f32'] => {
    const asked = tolerance[name];
    return asked === undefined
      ? kernel.tolerance[name]
      : { nmse: asked, because: `the manifest of ${id} asks for it` };
  };
  return { f32: at('f32'), f16: at('f16'), f16s: at('f16s') };
}

function unsupported(id: string, { supports }: Manifest, params: Params): Refusal | null {
  for (const [name, values] of Object.entries(supports)) {
    if (values.includes(params[name])) continue;
    const message = `${id} takes ${name} = ${values.join(' or ')}, not ${params[name]}`;
    return { code: 'unsupported', message };
  }
  return null;
}

function unmet(
  id: string,
  requirements: readonly { readonly text: string; readonly expression: FlagExpression }[],
  values: Values,
): Refusal | null {
  for (const { text, expression } of requirements) {
    if (expression.of(values)) continue;
    const here = [...expression.names].map((name) => `${name} = ${values[name]}`).join(', ');
    return { code: 'unsupported', message: `${id} requires ${text}; here ${here}` };
  }
  return null;
}

const featureOfExtension: Readonly<Record<string, string>> = { f16: 'shader-f16' };

function lacking(id: string, manifest: Manifest, { features }: Caps): Refusal | null {
  const extensions = manifest.passes.flatMap(({ enables }) => enables);
  const needed = [...manifest.features, ...extensions.map((name) => featureOfExtension[name] ?? name)];
  const missing = needed.find((name) => !features.has(name));
  return missing === undefined
    ? null
    : { code: 'feature', message: `${id} needs ${missing}, which the adapter does not have` };
}

function pastLimits({ passes }: Plan, { limits }: Caps): Refusal | null {
  for (const { name, grid = [], bindings } of passes) {
    const most = limits.maxComputeWorkgroupsPerDimension;
    if (grid.some((count) => count > most)) {
      const message = `pass '${name}' dispatches ${grid.join(' x ')} workgroups and the adapter takes ${most} along a dimension`;
      return { code: 'limit', message };
    }
    const buffers = limits.maxStorageBuffersPerShaderStage;
    if (bindings.length > buffers) {
      const message = `pass '${name}' binds ${bindings.length} tensors and the adapter takes ${buffers}`;
      return { code: 'limit', message };
    }
  }
  return null;
}

/** Throws KernelError: the formula is fine, and what it gives for this case is not. */
function wholeNumber(value: number, least: number, path: FieldPath, { problem }: ManifestFile): number {
  if (Number.isInteger(value) && value >= least && value <= 0xffffffff) return value;
  const wanted = least === 0 ? 'a whole number from 0' : 'a whole number above 0';
  throw new KernelError(problem(path, `comes to ${value} for this case, which is not ${wanted}`).message);
}

function fieldValue(
  { expression, float }: Field,
  values: Values,
  path: FieldPath,
  file: ManifestFile,
): Constant {
  if (expression.type === 'flag') return expression.of(values);
  const value = Number(expression.of(values));
  if (float && Number.isFinite(value)) return { f32: value };
  return wholeNumber(value, 0, path, file);
}

function uniformValue(field: Field, values: Values, path: FieldPath, file: ManifestFile): Uniform {
  const value = fieldValue(field, values, path, file);
  return typeof value === 'boolean' ? Number(value) : value;
}

const plainValue = (value: Constant): number | boolean => (typeof value === 'object' ? value.f32 : value);

function passAt(planned: PlannedPass, params: Params, caseValues: Values, file: ManifestFile): Pass {
  const { path, given, entry, workgroups } = planned;
  const values: Record<string, number | string | boolean> = { ...caseValues };
  const constants: Record<string, Constant> = {};
  const overrides: Record<string, number | boolean> = {};
  for (const [name, field] of planned.constants) {
    const place = Object.hasOwn(given.constants, name) ? [...path, 'constants', name] : ['constants', name];
    const value = fieldValue(field, values, place, file);
    values[name] = plainValue(value);
    if (entry.overrides.has(name)) overrides[name] = plainValue(value);
    else constants[name] = value;
  }
  const { tensors, numbers, uniformBlock } = passBindings(entry, given);
  const uniforms = uniformBlock
    ? Object.fromEntries(
        planned.uniforms.map(([name, field]) => [
          name,
          uniformValue(field, values, [...path, 'uniforms', name], file),
        ]),
      )
    : {};
  const counts = workgroups.map((formula, at) =>
    wholeNumber(formula.of(values), 1, [...path, 'workgroups', ...(workgroups.length > 1 ? [at] : [])], file),
  );
  const [x, y = 1, z = 1] = counts;
  const partial = planned.cost?.(values);
  return {
    name: planned.name,
    shader: planned.file,
    includes: file.manifest.storage ? [`../lib/storage-${params.precision}.wgsl`] : [],
    enables: [...new Set([...given.enables, ...(params.precision === 'f16' ? ['f16'] : [])])],
    constants,
    uniforms,
    bindings: tensors,
    ...(numbers.every((number, at) => number === at) ? {} : { bindingNumbers: numbers }),
    ...(Object.keys(overrides).length === 0 ? {} : { overrides }),
    ...(given.entryPoint === 'main' ? {} : { entryPoint: given.entryPoint }),
    workgroups: x * y * z,
    ...(counts.length > 1 ? { grid: [x, y, z] } : {}),
    ...(partial === undefined
      ? {}
      : { cost: { flops: 0, exps: 0, bytesRead: 0, bytesWritten: 0, ...partial } }),
  };
}
