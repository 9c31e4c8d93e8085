/** What the WGSL of a pass declares itself, held against its manifest. */
import { didYouMean } from '../nearest.ts';
import type { WgslBinding } from '../wgsl-tokens.ts';
import { known, parseModule } from '../wgsl-tokens.ts';
import { namesUsed } from '../wgsl-workgroup.ts';
import type { Field } from './formulas.ts';
import type { ManifestPass } from './manifest.ts';
import type { FieldPath, ManifestFile } from './manifest-text.ts';

export interface EntryPoint {
  /** Names of its `override` declarations. */
  readonly overrides: ReadonlySet<string>;
  /** `@binding` numbers that the entry point uses; null where the text does not tell. */
  readonly used: ReadonlySet<number> | null;
}

/** The names bound by a pass: those of its manifest, the uniform block last where it does not say. */
const boundNames = ({ bindings, uniforms }: ManifestPass): readonly string[] =>
  Object.keys(uniforms).length === 0 || bindings.includes('uniforms') ? bindings : [...bindings, 'uniforms'];

/** Throws UsageError for an entry point, a binding or a constant that does not fit the file. */
export function entryPointOf(
  { text, name: file }: { readonly text: string; readonly name: string },
  pass: ManifestPass,
  constants: readonly Field[],
  path: FieldPath,
  { problem }: ManifestFile,
): EntryPoint {
  const module = known(() => parseModule(text));
  // What cannot be read here is left to the compiler, which tells the line.
  if (module === null) return { overrides: new Set(), used: null };
  const { entryPoint } = pass;
  if (!module.functions.has(entryPoint)) {
    const others = [...module.functions].flatMap(([name, { workgroupSize }]) =>
      workgroupSize ? [name] : [],
    );
    const list = others.length > 0 ? `; there is ${others.join(', ')}` : '';
    const near = didYouMean(entryPoint, others) || list;
    throw problem([...path, 'entryPoint'], `${file} has no entry point '${entryPoint}'${near}`);
  }
  const taken = constants.find(({ name }) => module.constants.has(name));
  if (taken !== undefined) {
    throw problem(
      taken.path,
      `${file} declares const ${taken.name} itself; leave it out there, or make it an override that is set from here`,
    );
  }
  const names = boundNames(pass);
  const words = namesUsed(module, entryPoint);
  const used = [...module.bindings].filter(([name]) => words.has(name));
  for (const [name, { group, binding }] of used) {
    if (group !== 0) {
      throw problem(
        [...path, 'bindings'],
        `${file} has ${name} in @group(${group}); everything is bound in @group(0)`,
      );
    }
    if (binding >= names.length) {
      throw problem(
        [...path, 'bindings'],
        `${file} uses @binding(${binding}) as ${name}, and the manifest names ${names.length}: ${names.join(', ')}`,
      );
    }
  }
  const declared = new Set([...module.bindings.values()].map(({ binding }: WgslBinding) => binding));
  names.forEach((name, at) => {
    if (declared.has(at)) return;
    const field = at < pass.bindings.length ? ['bindings', at] : ['uniforms'];
    throw problem(
      [...path, ...field],
      `${file} declares nothing at @binding(${at}), where '${name}' would be bound`,
    );
  });
  return {
    overrides: new Set(module.overrides.keys()),
    used: new Set(used.map(([, { binding }]) => binding)),
  };
}

export interface PassBindings {
  readonly tensors: readonly string[];
  /** Of the tensors, then of the uniform block. */
  readonly numbers: readonly number[];
  readonly uniformBlock: boolean;
}

/** What is bound: a pipeline's layout has no place for what its entry point does not use. */
export function passBindings({ used }: EntryPoint, pass: ManifestPass): PassBindings {
  const bound = boundNames(pass)
    .map((name, number) => ({ name, number }))
    .filter(({ number }) => used === null || used.has(number));
  const tensors = bound.filter(({ name }) => name !== 'uniforms');
  const blocks = bound.filter(({ name }) => name === 'uniforms');
  return {
    tensors: tensors.map(({ name }) => name),
    numbers: [...tensors, ...blocks].map(({ number }) => number),
    uniformBlock: blocks.length > 0,
  };
}
