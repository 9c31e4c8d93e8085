/** Writes the JSON Schemas of docs/ from the schemas that the code validates with. */
import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { format } from 'prettier';
import { comparisonSchema, comparisonSchemaName } from '../harness/gate/comparison.ts';
import { manifestSchema, manifestSchemaName } from '../harness/kernel-file/manifest.ts';
import { caseRecordSchema, runHeaderSchema, schemaName } from '../harness/record.ts';

function published(schema: z.ZodType, title: string): Promise<string> {
  const json = z.toJSONSchema(schema.meta({ title }), { io: 'input' });
  return format(JSON.stringify(json), { parser: 'json', printWidth: 110 });
}

/** The published JSON Schema of one line of records.jsonl. */
export const recordJsonSchema = (): Promise<string> =>
  published(
    z.union([runHeaderSchema, caseRecordSchema]),
    `One line of records.jsonl (${schemaName}): the run header first, then one line a case`,
  );

/** The published JSON Schema of comparison.json. */
export const comparisonJsonSchema = (): Promise<string> =>
  published(comparisonSchema, `comparison.json (${comparisonSchemaName}): what attnbench compare found`);

/** The published JSON Schema of a kernel's manifest. */
export const manifestJsonSchema = (): Promise<string> =>
  published(manifestSchema, `The manifest of a kernel that is brought along (${manifestSchemaName})`);

export const recordSchemaFile = new URL('../docs/record.schema.json', import.meta.url);
export const comparisonSchemaFile = new URL('../docs/comparison.schema.json', import.meta.url);
export const manifestSchemaFile = new URL('../docs/kernel-manifest.schema.json', import.meta.url);

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  writeFileSync(recordSchemaFile, await recordJsonSchema());
  writeFileSync(comparisonSchemaFile, await comparisonJsonSchema());
  writeFileSync(manifestSchemaFile, await manifestJsonSchema());
}
