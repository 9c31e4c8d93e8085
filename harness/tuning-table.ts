/**
 * Tuning tables: which shape is fastest for which cases on a class of adapters. `kernels/<id>/tuning/<class>.json`, written by
 * `attnbench tune`, made to be read and edited by a person.
 */
import { z } from 'zod';
import type { Caps, Params, Shape } from '../kernels/contract.ts';

export const tuningSchemaName = 'attnbench-tuning/1';

const bound = z.number().int().positive();
const rangeSchema = z
  .strictObject({ least: bound.optional(), most: bound.optional() })
  .refine(({ least = 1, most = Infinity }) => least <= most, 'least is above most');

/** A value of an axis, or a range of it with both ends in it; an end that is left out is open. */
const conditionSchema = z.union([z.string(), z.boolean(), z.number(), rangeSchema]);

/** Axis to condition, all of which must hold. `rows` is batch x heads x n. An axis that is left out may have any value. */
const whenSchema = z.record(z.string(), conditionSchema);

const shapeSchema = z.record(z.string(), z.union([z.number(), z.string()]));

const entrySchema = z.strictObject({
  when: whenSchema,
  shape: shapeSchema,
  /** Time over the default shape's: the median of pairs and its 95 % interval. */
  ratio: z.strictObject({ median: z.number(), low: z.number(), high: z.number(), pairs: z.number() }),
  measured: z.strictObject({
    case: z.string(),
    command: z.string(),
    date: z.string(),
    adapter: z.string(),
    version: z.string(),
    commit: z.string().nullable(),
  }),
});

/** What the adapter could do when the table was measured: whether a shape is offered depends on it. */
const capsSchema = z.strictObject({
  software: z.boolean(),
  subgroupMinSize: z.number(),
  subgroupMaxSize: z.number(),
  features: z.array(z.string()),
  limits: z.strictObject({
    maxBufferSize: z.number(),
    maxStorageBufferBindingSize: z.number(),
    maxStorageBuffersPerShaderStage: z.number(),
    maxComputeWorkgroupStorageSize: z.number(),
    maxComputeInvocationsPerWorkgroup: z.number(),
    maxComputeWorkgroupSizeX: z.number(),
    maxComputeWorkgroupsPerDimension: z.number(),
  }),
  subgroupMatrices: z.array(
    z.strictObject({
      componentType: z.string(),
      resultComponentType: z.string(),
      rows: z.number(),
      columns: z.number(),
      depth: z.number(),
    }),
  ),
});

export const tuningTableSchema = z.strictObject({
  schema: z.literal(tuningSchemaName),
  kernel: z.string(),
  adapterClass: z.string(),
  caps: capsSchema,
  entries: z.array(entrySchema),
});

export type TuningTable = z.infer<typeof tuningTableSchema>;
export type TuningEntry = z.infer<typeof entrySchema>;
export type TuningCondition = z.infer<typeof conditionSchema>;
export type When = z.infer<typeof whenSchema>;

export type ReadTable =
  | { readonly kind: 'table'; readonly table: TuningTable }
  | { readonly kind: 'refused'; readonly message: string };

/** Reads the text of a table. `name` is how messages call the file. */
export function readTuningTable(text: string, name: string): ReadTable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'refused', message: `${name} is not JSON; restore it or delete it` };
  }
  const read = tuningTableSchema.safeParse(value);
  if (read.success) return { kind: 'table', table: read.data };
  const [issue] = read.error.issues;
  return {
    kind: 'refused',
    message: `${name}, field ${issue.path.join('.')}: ${issue.message}; restore it or delete it`,
  };
}

export const capsOfTable = ({ caps }: TuningTable): Caps => ({ ...caps, features: new Set(caps.features) });

export const capsForTable = ({ features, limits, subgroupMatrices, ...rest }: Caps): TuningTable['caps'] => ({
  ...rest,
  limits: { ...limits },
  features: [...features].sort(),
  subgroupMatrices: subgroupMatrices.map((matrix) => ({ ...matrix })),
});

/** What a condition is held against. */
export function tunedAxis(params: Params, axis: string): number | string | boolean | undefined {
  return axis === 'rows' ? params.batch * params.heads * params.n : params[axis];
}

function holds(condition: TuningCondition, value: number | string | boolean | undefined): boolean {
  if (typeof condition !== 'object') return condition === value;
  const { least = -Infinity, most = Infinity } = condition;
  return typeof value === 'number' && value >= least && value <= most;
}

/** Is the entry for this case? */
export function matches(when: When, params: Params): boolean {
  return Object.entries(when).every(([axis, condition]) => holds(condition, tunedAxis(params, axis)));
}

const asRange = (condition: TuningCondition): { least: number; most: number } | null => {
  if (typeof condition === 'number') return { least: condition, most: condition };
  return typeof condition === 'object' ? { least: 1, most: Infinity, ...condition } : null;
};

function meet(a: TuningCondition, b: TuningCondition): boolean {
  const [rangeA, rangeB] = [asRange(a), asRange(b)];
  if (rangeA === null || rangeB === null) return a === b;
  return rangeA.least <= rangeB.most && rangeB.least <= rangeA.most;
}

/** May a case match both? */
export function overlap(a: When, b: When): boolean {
  return Object.keys(a).every((axis) => !Object.hasOwn(b, axis) || meet(a[axis], b[axis]));
}

/** Same names, same values, in whatever order. */
export function sameShape(a: Shape, b: Shape): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** `rows=16 keys=32` */
export const shapeText = (shape: Shape): string =>
  Object.entries(shape)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

/** The shape a case runs with, as its record tells it. */
export interface ChosenShape {
  readonly values: Record<string, number | string>;
  /** `default`, or the entry: `tuning/lavapipe-8.json#2`, counted from 1. */
  readonly from: string;
  /** Why not the entry that is there for it. */
  readonly note?: string;
}

export const defaultShape = (offered: readonly Shape[]): ChosenShape => ({
  values: { ...offered[0] },
  from: 'default',
});

/** The shape of the first entry that matches, else the default, which is the first on offer. `name` is how records call the table. */
export function chooseShape(
  offered: readonly Shape[],
  params: Params,
  table: TuningTable | null,
  name: string,
): ChosenShape {
  const index = table?.entries.findIndex(({ when }) => matches(when, params)) ?? -1;
  if (table === null || index < 0) return defaultShape(offered);
  const { shape } = table.entries[index];
  const from = `${name}#${index + 1}`;
  return offered.some((one) => sameShape(one, shape))
    ? { values: shape, from }
    : {
        ...defaultShape(offered),
        note: `${from} names ${shapeText(shape)}, which the kernel does not offer for this case`,
      };
}

/**
 * The table with what one case of a search came to: it replaces every older entry that speaks for some of the same cases, also
 * where the default turned out best and there is no entry.
 */
export function updateTable(
  table: TuningTable,
  when: When,
  entry: TuningEntry | null,
): { readonly table: TuningTable; readonly added: number; readonly dropped: number } {
  const kept = table.entries.filter((one) => !overlap(when, one.when));
  const added = entry === null ? [] : [entry];
  return {
    table: { ...table, entries: [...kept, ...added] },
    added: added.length,
    dropped: table.entries.length - kept.length,
  };
}

/** JSON with a line for each thing a person looks for. */
export function tableText({ schema, kernel, adapterClass, caps, entries }: TuningTable): string {
  const field = (name: string, value: unknown): string => `"${name}": ${inline(value)}`;
  const lines = (indent: string, object: object): string =>
    Object.entries(object)
      .map(([name, value]) => `${indent}${field(name, value)}`)
      .join(',\n');
  const blocks = entries.map((entry) => `    {\n${lines('      ', entry)}\n    }`);
  return `{
${lines('  ', { schema, kernel, adapterClass })},
  "caps": {
${lines('    ', caps)}
  },
  "entries": [${blocks.length === 0 ? '' : `\n${blocks.join(',\n')}\n  `}]
}
`;
}

/** On one line, with the blanks that make it readable. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, one]) => one !== undefined);
  return fields.length === 0
    ? '{}'
    : `{ ${fields.map(([name, one]) => `${JSON.stringify(name)}: ${inline(one)}`).join(', ')} }`;
}
