/** What a pass asks of a workgroup, read from its specialised WGSL: how many invocations, how many bytes of its memory. */
import { evaluateNumber } from './wgsl-evaluate.ts';
import type { WgslModule } from './wgsl-tokens.ts';
import { Cursor, known, parseModule, UnknownWgsl } from './wgsl-tokens.ts';

export interface WorkgroupFacts {
  /** Null where the text does not say it in a way that is understood here. */
  readonly size: [number, number, number] | null;
  /** Bytes of the variables that the entry point uses, each rounded up to 16, as WebGPU counts them. */
  readonly bytes: number | null;
}

interface Extent {
  readonly align: number;
  readonly size: number;
}

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;
const scalarBytes: Readonly<Record<string, number>> = { bool: 4, i32: 4, u32: 4, f32: 4, f16: 2 };
const suffixBytes: Readonly<Record<string, number>> = { i: 4, u: 4, f: 4, h: 2 };

function vector(count: number, scalar: number): Extent {
  return { align: (count === 2 ? 2 : 4) * scalar, size: count * scalar };
}

function arrayOf(element: Extent, count: number): Extent {
  return { align: element.align, size: count * roundUp(element.size, element.align) };
}

/** Size and alignment of the type that comes next. Throws UnknownWgsl. */
function extentOf(module: WgslModule, cursor: Cursor): Extent {
  const name = cursor.next();
  const scalar = scalarBytes[name];
  if (scalar !== undefined) return { align: scalar, size: scalar };
  const shape = /^(?:vec|mat([234])x)([234])([iufh]?)$/.exec(name);
  if (shape !== null) {
    const [, columns, rows, suffix] = shape;
    const bytes = suffix === '' ? template(cursor, () => extentOf(module, cursor).size) : suffixBytes[suffix];
    const column = vector(Number(rows), bytes);
    return columns === undefined ? column : arrayOf(column, Number(columns));
  }
  if (name === 'atomic') return template(cursor, () => extentOf(module, cursor));
  if (name === 'array') {
    return template(cursor, () => {
      const element = extentOf(module, cursor);
      cursor.expect(',');
      return arrayOf(element, evaluateNumber(module, cursor, true));
    });
  }
  const alias = module.aliases.get(name);
  if (alias !== undefined) return extentOf(module, new Cursor(alias));
  const members = module.structs.get(name);
  if (members !== undefined) return structExtent(module, new Cursor(members));
  throw new UnknownWgsl(`the type '${name}'`);
}

/** `<`, what `read` takes, and the end of the list. */
function template<Result>(cursor: Cursor, read: () => Result): Result {
  cursor.expect('<');
  const result = read();
  cursor.take(',');
  cursor.expect('>');
  return result;
}

function structExtent(module: WgslModule, cursor: Cursor): Extent {
  let [align, end] = [1, 0];
  while (!cursor.ended) {
    // An attribute in front of a member may move it; the name would be no name then.
    if (!/^\w/.test(cursor.next())) throw new UnknownWgsl('an attribute of a struct member');
    cursor.expect(':');
    const member = extentOf(module, cursor);
    align = Math.max(align, member.align);
    end = roundUp(end, member.align) + member.size;
    if (!cursor.ended) cursor.expect(',');
  }
  return { align, size: roundUp(end, align) };
}

/** Every name that a function uses, itself or through those it calls. */
export function namesUsed(module: WgslModule, entryPoint: string): ReadonlySet<string> {
  const used = new Set<string>();
  const visit = (name: string): void => {
    for (const word of module.functions.get(name)?.body ?? []) {
      if (used.has(word)) continue;
      used.add(word);
      visit(word);
    }
  };
  visit(entryPoint);
  return used;
}

function sizeOf(module: WgslModule, entryPoint: string): [number, number, number] {
  const declared = module.functions.get(entryPoint)?.workgroupSize;
  if (!declared) throw new UnknownWgsl(`${entryPoint} declares no workgroup size`);
  const cursor = new Cursor(declared);
  const size: [number, number, number] = [1, 1, 1];
  for (let dimension = 0; dimension < 3 && !cursor.ended; dimension++) {
    size[dimension] = evaluateNumber(module, cursor, false);
    if (!cursor.ended) cursor.expect(',');
  }
  if (!size.every((count) => Number.isInteger(count) && count > 0)) throw new UnknownWgsl('no whole number');
  return size;
}

function bytesOf(module: WgslModule, entryPoint: string): number {
  const used = namesUsed(module, entryPoint);
  let bytes = 0;
  for (const [name, type] of module.workgroupVariables) {
    if (used.has(name)) bytes += roundUp(extentOf(module, new Cursor(type)).size, 16);
  }
  if (!Number.isSafeInteger(bytes)) throw new UnknownWgsl('no whole number of bytes');
  return bytes;
}

/** The module as its pipeline is made: each override a constant of the value given, or of its default. */
function withOverrides(module: WgslModule, values: Readonly<Record<string, number | boolean>>): WgslModule {
  const constants = new Map(module.constants);
  for (const [name, { type, value }] of module.overrides) {
    const given = Object.hasOwn(values, name) ? [String(values[name])] : value;
    if (given.length > 0) constants.set(name, { type, value: given });
  }
  return { ...module, constants };
}

/** Null for what cannot be known: nothing that is measured depends on it. */
export function workgroupFacts(
  code: string,
  entryPoint = 'main',
  overrides: Readonly<Record<string, number | boolean>> = {},
): WorkgroupFacts {
  const parsed = known(() => parseModule(code));
  if (parsed === null) return { size: null, bytes: null };
  const module = withOverrides(parsed, overrides);
  return { size: known(() => sizeOf(module, entryPoint)), bytes: known(() => bytesOf(module, entryPoint)) };
}
