/** The formulas of one manifest: read against the names there are, told at their line, and what they come to for a case. */
import type { AxisSpec, AxisSpecs, AxisValue, Constant, Cost } from '../../kernels/contract.ts';
import { KernelError } from '../errors.ts';
import { axisSpec, baseAxes } from '../params.ts';
import type { Expression, FlagExpression, NumberExpression, Values, ValueType } from './expression.ts';
import { ExpressionError, readExpression } from './expression.ts';
import type { Manifest } from './manifest.ts';
import type { FieldPath, ManifestFile } from './manifest-text.ts';

type Types = Readonly<Record<string, ValueType>>;
type Formula = number | boolean | string | { readonly f32: number | string };

/** A constant or a uniform. */
export interface Field {
  readonly name: string;
  readonly path: FieldPath;
  readonly expression: Expression;
  readonly float: boolean;
}

const typeOfAxis = ({ kind }: AxisSpec): ValueType => {
  if (kind === 'choice') return 'word';
  return kind === 'flag' ? 'flag' : 'number';
};

export const typesOfAxes = (axes: AxisSpecs): Types =>
  Object.fromEntries(
    [...baseAxes, ...Object.keys(axes)].map((name) => [name, typeOfAxis(axisSpec(axes, name))]),
  );

/** What formulas may name, and how they are read. Throws UsageError with file, line and field. */
export class Scope {
  readonly types: Types;
  private readonly file: ManifestFile;

  constructor(file: ManifestFile, types: Types) {
    this.file = file;
    this.types = types;
  }

  /** With constants in it as well, which must not have a name that stands for something already. */
  with(constants: readonly Field[]): Scope {
    const added: Record<string, ValueType> = {};
    for (const { name, path, expression } of constants) {
      if (Object.hasOwn(this.types, name)) {
        throw this.file.problem(path, `'${name}' is an axis or another constant; name it otherwise`);
      }
      added[name] = expression.type;
    }
    return new Scope(this.file, { ...this.types, ...added });
  }

  private read(formula: number | boolean | string, path: FieldPath): Expression {
    try {
      return readExpression(String(formula), this.types);
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

  /** Fields in the order of the manifest. */
  fields(given: Readonly<Record<string, Formula>>, path: FieldPath): readonly Field[] {
    return Object.entries(given).map(([name, formula]) => this.field(name, formula, [...path, name]));
  }

  /** The same, each of which may name those above it. */
  constants(given: Readonly<Record<string, Formula>>, path: FieldPath): readonly Field[] {
    const fields: Field[] = [];
    for (const [name, formula] of Object.entries(given)) {
      fields.push(this.with(fields).field(name, formula, [...path, name]));
    }
    return fields;
  }

  private field(name: string, formula: Formula, path: FieldPath): Field {
    const float = typeof formula === 'object';
    const text = float ? formula.f32 : formula;
    const expression = this.read(text, path);
    if (expression.type === 'word' || (float && expression.type !== 'number')) {
      throw this.file.problem(path, `'${text}' is no number`);
    }
    return { name, path, expression, float };
  }

  cost(given: Manifest['cost'], path: FieldPath): (values: Values) => Partial<Cost> {
    const read = costFields.flatMap((name) => {
      const formula = given[name];
      return formula === undefined ? [] : [[name, this.number(formula, [...path, name])] as const];
    });
    return (values) => Object.fromEntries(read.map(([name, expression]) => [name, expression.of(values)]));
  }

  /** Throws KernelError: the formula is fine, and what it comes to for this case is not. */
  whole(value: number, least: 0 | 1, path: FieldPath): number {
    if (Number.isInteger(value) && value >= least && value <= 0xffffffff) return value;
    const wanted = least === 0 ? 'a whole number from 0' : 'a whole number above 0';
    throw new KernelError(
      this.file.problem(path, `comes to ${value} for this case, which is not ${wanted}`).message,
    );
  }

  /** What WGSL gets for a field. Throws KernelError. */
  valueOf({ expression, float, path }: Field, values: Values): Constant {
    if (expression.type === 'flag') return expression.of(values);
    const value = Number(expression.of(values));
    return float && Number.isFinite(value) ? { f32: value } : this.whole(value, 0, path);
  }
}

const costFields = ['flops', 'exps', 'bytesRead', 'bytesWritten'] as const satisfies readonly (keyof Cost)[];

/** The values of a case with those of constants, each computed from those before it. */
export function withConstants(values: Values, constants: readonly Field[]): Values {
  const all: Record<string, AxisValue> = { ...values };
  for (const { name, expression } of constants) all[name] = expression.of(all);
  return all;
}
