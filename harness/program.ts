/** From a plan to the WGSL that runs: the prelude, the included chunks, the kernel's own file, and whose line is whose. */
import type { Caps, Constant, Kernel, Params, Pass, Plan, Uniform } from '../kernels/contract.ts';
import type { Host } from './host.ts';
import type { KernelSource } from './kernel-file/source.ts';
import type { ChosenShape } from './tuning-table.ts';
import { known, parseModule } from './wgsl-tokens.ts';

/** A kernel with its address: the folder it was loaded from. */
export interface LoadedKernel {
  readonly id: string;
  readonly kernel: Kernel;
  /** URL of the folder, with a trailing slash. For a kernel that was brought along: the folder of the one it is held to. */
  readonly folder: URL;
  /** The files of a kernel that was brought along. */
  readonly source?: KernelSource;
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

function directives(pass: Pass): readonly string[] {
  const enables = [...pass.enables].sort().map((name) => `enable ${name};`);
  const diagnostics = pass.enables.includes('subgroups') ? ['diagnostic(off, subgroup_uniformity);'] : [];
  return [...diagnostics, ...enables];
}

interface Declaration {
  readonly name: string;
  readonly text: string;
}

function declarations(pass: Pass): readonly Declaration[] {
  const constants = Object.entries(pass.constants)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, text: constantText(name, value) }));
  const fields = Object.entries(pass.uniforms).map(
    ([name, value]) => `${name}: ${typeof value === 'number' ? 'u32' : 'f32'}`,
  );
  const uniforms =
    fields.length === 0 ? [] : [{ name: 'Uniforms', text: `struct Uniforms { ${fields.join(', ')} }` }];
  return [...constants, ...uniforms, { name: 'workgroup_index', text: workgroupIndex }];
}

/** The generated head of a pass: sorted, deterministic. */
export function prelude(pass: Pass): string {
  return [...directives(pass), ...declarations(pass).map(({ text }) => text), ''].join('\n');
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
  return joined(pass, [
    ['(prelude)', prelude(pass)],
    ...[...pass.includes, pass.shader].map((path) => [fileName(path), read(path)] as const),
  ]);
}

/**
 * The same for a file that was brought along: it comes first, so that it may have directives of its own, and what it declares itself
 * is not declared again.
 */
export function specialiseFile(pass: Pass, read: (path: string) => string): SpecialisedPass {
  const own = read(pass.shader);
  const module = known(() => parseModule(own));
  const isOwn = (name: string): boolean =>
    module !== null && (module.structs.has(name) || module.functions.has(name));
  const generated = declarations(pass).flatMap(({ name, text }) => (isOwn(name) ? [] : [text]));
  const head = directives(pass);
  return joined(pass, [
    ...(head.length === 0 ? [] : [['(directives)', head.join('\n')] as const]),
    [fileName(pass.shader), own],
    ...pass.includes.map((path) => [fileName(path), read(path)] as const),
    ['(constants)', generated.join('\n')],
  ]);
}

const fileName = (path: string): string => path.split('/').at(-1) ?? path;

function joined(pass: Pass, parts: readonly (readonly [file: string, text: string])[]): SpecialisedPass {
  let code = '';
  const segments: Segment[] = [];
  for (const [file, text] of parts) {
    const whole = text.endsWith('\n') ? text : `${text}\n`;
    segments.push({ file, firstLine: lineCount(code) + 1, lines: lineCount(whole) });
    code += whole;
  }
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
    texts.set(path, await textOf(loaded, path, host));
  }
  const put = loaded.source === undefined ? specialise : specialiseFile;
  const passes = plan.passes.map((pass) => put(pass, (path) => texts.get(path) ?? ''));
  const hash = await host.sha256Hex(JSON.stringify([plan, passes.map(({ code }) => code)]));
  return { plan, passes, shape, hash };
}

function textOf({ folder, source }: LoadedKernel, path: string, host: Host): Promise<string> {
  return source !== undefined && Object.hasOwn(source.texts, path)
    ? Promise.resolve(source.texts[path])
    : host.loadText(new URL(path, folder));
}
