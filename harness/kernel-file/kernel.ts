/**
 * A manifest and its WGSL as a kernel. What the mechanism is (tensors, inputs, axes, reference, tolerance) comes from the project's own
 * kernel of it and never from the file, so that no file can declare itself right.
 */
import type { AxisValue, Constant, Kernel, Params, Pass, Plan } from '../../kernels/contract.ts';
import { precisions } from '../../kernels/contract.ts';
import { didYouMean } from '../nearest.ts';
import { axisSpec, resolveParams } from '../params.ts';
import type { NumberExpression, Values, ValueType } from './expression.ts';
import type { Field } from './formulas.ts';
import { Scope, typesOfAxes, withConstants } from './formulas.ts';
import type { Manifest, ManifestPass } from './manifest.ts';
import type { FieldPath, ManifestFile } from './manifest-text.ts';
import { lacking, pastLimits, unmet, unsupported } from './refusals.ts';
import type { EntryPoint } from './wgsl-file.ts';
import { entryPointOf, passBindings } from './wgsl-file.ts';

/** The parts of a kernel file, each read once. */
export interface KernelFileParts {
  readonly id: string;
  readonly file: ManifestFile;
  /** Our own kernel of the mechanism. */
  readonly like: Kernel;
  /** The WGSL file of a pass that names none. */
  readonly shader: string;
  readonly texts: Readonly<Record<string, string>>;
}

/** Throws UsageError with file, line and field. */
export function kernelOfManifest({ id, file, like, shader, texts }: KernelFileParts): Kernel {
  const { manifest } = file;
  refuseLooserTolerance(file, like);
  refuseUnknownValues(file, like);
  const axes = new Scope(file, typesOfAxes(like.axes));
  const constants = axes.constants(manifest.constants, ['constants']);
  const scope = axes.with(constants);
  const requirements = manifest.requires.map((text, at) => ({
    text,
    expression: scope.condition(text, ['requires', at]),
  }));
  const claimed = scope.cost(manifest.cost, ['cost']);
  const scratch = readScratch(file, like, scope);
  const tensors = [...tensorsOf(like), ...scratch.map(({ name }) => name)];
  const passes = manifest.passes.map((_, at) =>
    readPass({ file, at, shader, texts, scope, constants, tensors }),
  );
  refuseSameNames(passes, file);

  const valuesOf = (params: Params): Values => withConstants(params, constants);
  const plan = (params: Params): Plan => ({
    variant: passes.length === 1 ? 'one pass' : `${passes.length} passes`,
    scratch: scratch.map(({ sizes, ...spec }) => ({ ...spec, shape: sizes(valuesOf(params)) })),
    passes: passes.map((pass) => passAt(pass, manifest, params, valuesOf(params))),
  });
  return {
    ...like,
    shapes: undefined,
    summary: manifest.summary,
    tolerance: tightened(manifest, like, id),
    refuse: (params, caps) =>
      unsupported(id, manifest, params) ??
      unmet(id, requirements, valuesOf(params)) ??
      lacking(id, manifest, caps) ??
      like.refuse(params, caps) ??
      pastLimits(plan(params), caps),
    plan,
    claimedCost: (params) => ({ ...like.cost(params), ...claimed(valuesOf(params)) }),
  };
}

/** The names of inputs and outputs, which do not depend on the case. */
function tensorsOf(kernel: Kernel): readonly string[] {
  const params = resolveParams(kernel.axes, { n: 64 });
  return [...kernel.inputs(params), ...kernel.outputs(params)].map(({ name }) => name);
}

function readScratch({ manifest, problem }: ManifestFile, like: Kernel, scope: Scope) {
  const taken = [...tensorsOf(like), 'uniforms'];
  return manifest.scratch.map(({ name, type, shape }, at) => {
    if (taken.includes(name)) throw problem(['scratch', at, 'name'], `'${name}' is taken; name it otherwise`);
    taken.push(name);
    const pathOf = (dimension: number): FieldPath => ['scratch', at, 'shape', dimension];
    const formulas = shape.map((size, dimension) => scope.number(size, pathOf(dimension)));
    return {
      name,
      type,
      sizes: (values: Values) =>
        formulas.map((size, dimension) => scope.whole(size.of(values), 1, pathOf(dimension))),
    };
  });
}

interface ReadPass {
  readonly name: string;
  readonly path: FieldPath;
  readonly given: ManifestPass;
  readonly shader: string;
  readonly entry: EntryPoint;
  readonly scope: Scope;
  readonly constants: readonly Field[];
  readonly uniforms: readonly Field[];
  readonly workgroups: readonly { readonly formula: NumberExpression; readonly path: FieldPath }[];
  readonly cost: ReturnType<Scope['cost']> | null;
}

function readPass(about: {
  readonly file: ManifestFile;
  readonly at: number;
  readonly shader: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly scope: Scope;
  readonly constants: readonly Field[];
  readonly tensors: readonly string[];
}): ReadPass {
  const { file, at } = about;
  const given = file.manifest.passes[at];
  const path: FieldPath = ['passes', at];
  refuseUnknownTensors(given, about.tensors, path, file);
  const own = about.scope.constants(given.constants, [...path, 'constants']);
  const scope = about.scope.with(own);
  const constants = [...about.constants, ...own];
  const shader = given.file ?? about.shader;
  const counts = Array.isArray(given.workgroups) ? given.workgroups : [given.workgroups];
  return {
    name: given.name ?? (given.entryPoint === 'main' ? shader.replace(/\.wgsl$/, '') : given.entryPoint),
    path,
    given,
    shader,
    entry: entryPointOf({ text: about.texts[shader], name: shader }, given, constants, path, file),
    scope,
    constants,
    uniforms: scope.fields(given.uniforms, [...path, 'uniforms']),
    workgroups: counts.map((formula, index) => {
      const place = [...path, 'workgroups', ...(counts.length > 1 ? [index] : [])];
      return { formula: scope.number(formula, place), path: place };
    }),
    cost: given.cost === undefined ? null : scope.cost(given.cost, [...path, 'cost']),
  };
}

function refuseUnknownTensors(
  { bindings }: ManifestPass,
  tensors: readonly string[],
  path: FieldPath,
  { manifest, problem }: ManifestFile,
): void {
  bindings.forEach((name, index) => {
    if (tensors.includes(name) || name === 'uniforms') return;
    throw problem(
      [...path, 'bindings', index],
      `'${name}' is no tensor of ${manifest.mechanism}; there are ${tensors.join(', ')}`,
    );
  });
}

function refuseSameNames(passes: readonly ReadPass[], { problem }: ManifestFile): void {
  passes.forEach(({ name, path }, at) => {
    if (passes.findIndex((one) => one.name === name) === at) return;
    throw problem([...path, 'name'], `there is a pass '${name}' already; give each a name of its own`);
  });
}

function refuseLooserTolerance({ manifest, problem }: ManifestFile, like: Kernel): void {
  for (const name of precisions) {
    const asked = manifest.tolerance[name];
    const { nmse } = like.tolerance[name];
    if (asked === undefined || asked <= nmse) continue;
    throw problem(
      ['tolerance', name],
      `${asked} is looser than the ${nmse} of ${manifest.mechanism}; give a smaller one, or leave it out`,
    );
  }
}

const jsType: Readonly<Record<ValueType, string>> = { number: 'number', flag: 'boolean', word: 'string' };

/** Every axis and value of `supports` must be one that there is. */
function refuseUnknownValues({ manifest, problem }: ManifestFile, { axes }: Kernel): void {
  const types = typesOfAxes(axes);
  for (const [name, values] of Object.entries(manifest.supports)) {
    if (!Object.hasOwn(types, name)) {
      const known = Object.keys(types);
      const near = didYouMean(name, known) || `; there are ${known.join(', ')}`;
      throw problem(['supports', name], `'${name}' is no axis of ${manifest.mechanism}${near}`);
    }
    const spec = axisSpec(axes, name);
    const fits = (value: AxisValue): boolean =>
      spec.kind === 'choice' ? spec.choices.includes(String(value)) : typeof value === jsType[types[name]];
    const at = values.findIndex((value) => !fits(value));
    if (at < 0) continue;
    const plain = types[name] === 'flag' ? 'true or false' : 'a number';
    const wanted = spec.kind === 'choice' ? `one of ${spec.choices.join(', ')}` : plain;
    throw problem(['supports', name, at], `axis '${name}' is ${wanted}, not ${JSON.stringify(values[at])}`);
  }
}

function tightened({ tolerance }: Manifest, like: Kernel, id: string): Kernel['tolerance'] {
  const at = (name: (typeof precisions)[number]): Kernel['tolerance']['f32'] => {
    const nmse = tolerance[name];
    return nmse === undefined ? like.tolerance[name] : { nmse, because: `the manifest of ${id} asks for it` };
  };
  return { f32: at('f32'), f16: at('f16'), f16s: at('f16s') };
}

const plainValue = (value: Constant): number | boolean => (typeof value === 'object' ? value.f32 : value);

/** Throws KernelError where a formula comes to nothing that can be used. */
function passAt(pass: ReadPass, manifest: Manifest, params: Params, caseValues: Values): Pass {
  const { scope, given, entry } = pass;
  const values = withConstants(caseValues, pass.constants);
  const constants: Record<string, Constant> = {};
  const overrides: Record<string, number | boolean> = {};
  for (const field of pass.constants) {
    const value = scope.valueOf(field, values);
    if (entry.overrides.has(field.name)) overrides[field.name] = plainValue(value);
    else constants[field.name] = value;
  }
  const { tensors, numbers, uniformBlock } = passBindings(entry, given);
  const uniforms = pass.uniforms.map((field) => {
    const value = scope.valueOf(field, values);
    return [field.name, typeof value === 'boolean' ? Number(value) : value] as const;
  });
  const counts = pass.workgroups.map(({ formula, path }) => scope.whole(formula.of(values), 1, path));
  const [x, y = 1, z = 1] = counts;
  return {
    name: pass.name,
    shader: pass.shader,
    includes: manifest.storage ? [`../lib/storage-${params.precision}.wgsl`] : [],
    enables: [...new Set([...given.enables, ...(params.precision === 'f16' ? ['f16'] : [])])],
    constants,
    uniforms: uniformBlock ? Object.fromEntries(uniforms) : {},
    bindings: tensors,
    ...(numbers.every((number, at) => number === at) ? {} : { bindingNumbers: numbers }),
    ...(Object.keys(overrides).length === 0 ? {} : { overrides }),
    ...(given.entryPoint === 'main' ? {} : { entryPoint: given.entryPoint }),
    workgroups: x * y * z,
    ...(counts.length > 1 ? { grid: [x, y, z] } : {}),
    ...(pass.cost === null
      ? {}
      : { cost: { flops: 0, exps: 0, bytesRead: 0, bytesWritten: 0, ...pass.cost(values) } }),
  };
}
