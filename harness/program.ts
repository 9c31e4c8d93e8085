/** From a plan to the WGSL that runs: the prelude, the included chunks, the kernel's own file, and whose line is whose. */
import type { Caps, Constant, Kernel, Params, Pass, Plan, Uniform } from '../kernels/contract.ts';
import type { Host } from './host.ts';
import type { ChosenShape } from './tuning-table.ts';

/** A kernel with its address: the folder it was loaded from. */
export interface LoadedKernel {
  readonly id: string;
  readonly kernel: Kernel;
  /** URL of the folder, with a trailing slash. */
  readonly folder: URL;
}

/** Lines of one source file inside the specialised text. */
interface Segment {
  readonly file: string;
  /** Line of the specialised text, counted from 1, on which the file's first line stands. */
  readonly firstLine: number;
  readonly lines: number;
}

export interface SpecialisedPass {
  readonly pass: Pass;
  readonly code: string;
  readonly segments: readonly Segment[];
}

export interface Program {
  readonly plan: Plan;
  readonly passes: readonly SpecialisedPass[];
  /** Null where the kernel has one way only. */
  readonly shape: ChosenShape | null;
  /** SHA-256 over the specialised WGSL and the plan: equal hashes run the same work. */
  readonly hash: string;
}

function constantText(name: string, value: Constant): string {
  if (typeof value === 'boolean') return `const ${name}: bool = ${value};`;
  if (typeof value === 'number') return `const ${name}: u32 = ${wholeNumber(name, value)}u;`;
  return `const ${name}: f32 = ${floatText(value.f32)};`;
}

function wholeNumber(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new RangeError(
      `${name} = ${value} is no u32; write { f32: ${value} } if it is meant to be a float`,
    );
  }
  return value;
}

function floatText(value: number): string {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? `${text}f` : `${text}.0f`;
}

const workgroupIndex = `// The index of this workgroup among all; the last few may lie past the end.
fn workgroup_index(id: vec3<u32>, count: vec3<u32>) -> u32 { return id.x + id.y * count.x; }`;

/** The generated head of a pass: sorted, deterministic. */
export function prelude(pass: Pass): string {
  const enables = [...pass.enables].sort().map((name) => `enable ${name};`);
  const diagnostics = pass.enables.includes('subgroups') ? ['diagnostic(off, subgroup_uniformity);'] : [];
  const constants = Object.entries(pass.constants)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => constantText(name, value));
  const fields = Object.entries(pass.uniforms).map(
    ([name, value]) => `${name}: ${typeof value === 'number' ? 'u32' : 'f32'}`,
  );
  const uniforms = fields.length === 0 ? [] : [`struct Uniforms { ${fields.join(', ')} }`];
  return [...diagnostics, ...enables, ...constants, ...uniforms, workgroupIndex, ''].join('\n');
}

/** The bytes of the uniform block: four a field, in order, rounded up to 16 as uniform buffers are. */
export function uniformBytes(uniforms: Readonly<Record<string, Uniform>>): ArrayBuffer {
  const entries = Object.entries(uniforms);
  const buffer = new ArrayBuffer(Math.max(16, Math.ceil(entries.length / 4) * 16));
  const view = new DataView(buffer);
  entries.forEach(([name, value], index) => {
    if (typeof value === 'number') view.setUint32(index * 4, wholeNumber(name, value), true);
    else view.setFloat32(index * 4, value.f32, true);
  });
  return buffer;
}

const lineCount = (text: string): number => text.split('\n').length - 1;

/** Puts prelude, chunks and file together. `read` answers with the text of a path relative to the kernel's folder. */
export function specialise(pass: Pass, read: (path: string) => string): SpecialisedPass {
  let code = '';
  const segments: Segment[] = [];
  const append = (file: string, text: string): void => {
    const whole = text.endsWith('\n') ? text : `${text}\n`;
    segments.push({ file, firstLine: lineCount(code) + 1, lines: lineCount(whole) });
    code += whole;
  };
  append('(prelude)', prelude(pass));
  for (const path of [...pass.includes, pass.shader]) append(path.split('/').at(-1) ?? path, read(path));
  return { pass, code, segments };
}

/** `flash.wgsl:41:7` for a line of the specialised text. */
export function sourceLocation(segments: readonly Segment[], line: number, column: number): string {
  const segment = segments.findLast((candidate) => candidate.firstLine <= line) ?? segments[0];
  return `${segment.file}:${line - segment.firstLine + 1}:${column}`;
}

/** A program as a file can hold it: its plan, and the specialised WGSL of its passes with the SHA-256 of each. */
export interface ProgramText {
  readonly plan: Plan;
  readonly hash: string;
  readonly passes: readonly { readonly name: string; readonly code: string; readonly hash: string }[];
}

export async function programText({ plan, hash, passes }: Program, host: Host): Promise<ProgramText> {
  return {
    plan,
    hash,
    passes: await Promise.all(
      passes.map(async ({ pass, code }) => ({ name: pass.name, code, hash: await host.sha256Hex(code) })),
    ),
  };
}

/** Plans a case in the shape chosen, and loads what its passes need. */
export async function loadProgram(
  loaded: LoadedKernel,
  params: Params,
  caps: Caps,
  host: Host,
  shape: ChosenShape | null = null,
): Promise<Program> {
  const plan = loaded.kernel.plan(params, caps, shape?.values);
  const texts = new Map<string, string>();
  for (const path of new Set(plan.passes.flatMap((pass) => [...pass.includes, pass.shader]))) {
    texts.set(path, await host.loadText(new URL(path, loaded.folder)));
  }
  const passes = plan.passes.map((pass) => specialise(pass, (path) => texts.get(path) ?? ''));
  const hash = await host.sha256Hex(JSON.stringify([plan, passes.map(({ code }) => code)]));
  return { plan, passes, shape, hash };
}
