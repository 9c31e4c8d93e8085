/** A comparison as `attnbench compare` left it: DIR/comparison.json. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Comparison } from '../gate/comparison.ts';
import { comparisonSchema, comparisonSchemaName } from '../gate/comparison.ts';

const [family, currentVersion] = comparisonSchemaName.split('/');

/** The file of a comparison that the path means, a folder's or the path itself; null where there is none. */
export function comparisonAt(path: string): string | null {
  if (!existsSync(path)) return null;
  if (statSync(path).isFile()) return path;
  const file = join(path, 'comparison.json');
  return existsSync(file) ? file : null;
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is not JSON' : `cannot be read (${String(error)})`;
    throw new UsageError(`${file} ${why}; name a comparison.json that attnbench compare has written`);
  }
}

function schemaOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'schema' in value ? String(value.schema) : '';
}

/** Throws UsageError naming the file, the field and what to do. */
export function readComparison(file: string): Comparison {
  const value = parsed(file);
  const schema = schemaOf(value);
  const [name, version] = schema.split('/');
  if (name !== family) {
    throw new UsageError(
      `${file} is no comparison: it must begin with {"schema":"${comparisonSchemaName}",...}`,
    );
  }
  if (Number(version) > Number(currentVersion)) {
    throw new UsageError(
      `${file} was written as ${schema} and this attnbench reads up to ${comparisonSchemaName}: update attnbench to read it`,
    );
  }
  const result = comparisonSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UsageError(
    `${file}, field ${issue.path.join('.')}: ${issue.message}; restore the file or compare again`,
  );
}
