/** Text of a manifest to its values, and back from a field to the line it stands on. */
import type { ObjectNode, ValueNode } from '@humanwhocodes/momoa';
import { evaluate, parse } from '@humanwhocodes/momoa';
import type { z } from 'zod';
import { UsageError } from '../errors.ts';
import type { Manifest } from './manifest.ts';
import { manifestSchema } from './manifest.ts';

export type FieldPath = readonly PropertyKey[];

/** A manifest, and how to say that one of its fields is wrong. */
export interface ManifestFile {
  readonly manifest: Manifest;
  /** `my-flash.json:7: passes[0].bindings[2]: <sentence>` */
  problem(path: FieldPath, sentence: string): UsageError;
}

/** The JSON of a manifest, the file it stands in, and how many lines stand above it there. */
export interface ManifestText {
  readonly file: string;
  readonly text: string;
  readonly linesAbove: number;
}

const opening = /^\s*\/\*\s*attnbench\b[^\S\n]*/;

/** The manifest in a comment at the top of a WGSL file, or null where there is none. */
export function manifestComment(file: string, wgsl: string): ManifestText | null {
  const match = opening.exec(wgsl);
  if (match === null) return null;
  const end = wgsl.indexOf('*/', match[0].length);
  if (end < 0) throw new UsageError(`${file}: the comment with the manifest has no end; close it with */`);
  const linesAbove = match[0].split('\n').length - 1;
  return { file, text: wgsl.slice(match[0].length, end), linesAbove };
}

/** passes[0].bindings[2] */
export const fieldName = (path: FieldPath): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

/** The member or element of a node; null where it has none. */
function childOf(
  node: ValueNode,
  key: PropertyKey,
): { readonly line: number; readonly value: ValueNode } | null {
  if (node.type === 'Object') {
    const member = memberOf(node, key);
    return member === undefined ? null : { line: member.loc.start.line, value: member.value };
  }
  if (node.type !== 'Array') return null;
  const element = node.elements[Number(key)];
  return element === undefined ? null : { line: element.value.loc.start.line, value: element.value };
}

const memberOf = ({ members }: ObjectNode, key: PropertyKey): ObjectNode['members'][number] | undefined =>
  members.find(({ name }) => (name.type === 'String' ? name.value : name.name) === key);

/** Line of the deepest part of the path that is there. */
function lineOf(root: ValueNode, path: FieldPath): number {
  let line = root.loc.start.line;
  let node = root;
  for (const key of path) {
    const child = childOf(node, key);
    if (child === null) break;
    ({ line, value: node } = child);
  }
  return line;
}

function parseJson({ file, text, linesAbove }: ManifestText): ValueNode {
  try {
    return parse(text, { mode: 'jsonc', allowTrailingCommas: true }).body;
  } catch (error) {
    const at = error instanceof Error && 'line' in error ? `:${Number(error.line) + linesAbove}` : '';
    const said = error instanceof Error ? error.message.replace(/ \(\d+:\d+\)$/, '') : String(error);
    throw new UsageError(`${file}${at}: the manifest is no JSON: ${said}`, { cause: error });
  }
}

/** Throws UsageError with file, line and field. */
export function readManifest(source: ManifestText): ManifestFile {
  const root = parseJson(source);
  const problem = (path: FieldPath, sentence: string): UsageError => {
    const name = fieldName(path);
    const place = `${source.file}:${lineOf(root, path) + source.linesAbove}`;
    return new UsageError(`${place}: ${name === '' ? '' : `${name}: `}${sentence}`);
  };
  const read = manifestSchema.safeParse(evaluate(root));
  if (!read.success) {
    // A misspelt key explains the one that is missing.
    const [first] = read.error.issues;
    const issue = read.error.issues.find(({ code }) => code === 'unrecognized_keys') ?? first;
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path;
    throw problem(path, sentenceOf(issue));
  }
  return { manifest: read.data, problem };
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_key') return issue.issues[0].message;
  if (issue.code !== 'invalid_type') return issue.message;
  return issue.message
    .replace(/^Invalid input: expected (.*), received undefined$/, 'is missing')
    .replace(/^Invalid input: expected (.*), received (.*)$/, 'is of type $1, not $2');
}
