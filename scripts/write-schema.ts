/** Writes the JSON Schemas of docs/ from the schemas that the code validates with. */
import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { format } from 'prettier';
import { manifestSchema, manifestSchemaName } from '../harness/kernel-file/manifest.ts';
import { caseRecordSchema, runHeaderSchema, schemaName } from '../harness/record.ts';

/** The published JSON Schema of one line of records.jsonl. */
export function recordJsonSchema(): Promise<string> {
  const line = z.union([runHeaderSchema, caseRecordSchema]).meta({
    title: `One line of records.jsonl (${schemaName}): the run header first, then one line a case`,
  });
  const schema = z.toJSONSchema(line, { io: 'input' });
  return format(JSON.stringify(schema), { parser: 'json', printWidth: 110 });
}

/** The published JSON Schema of a kernel's manifest. */
export function manifestJsonSchema(): Promise<string> {
  const schema = z.toJSONSchema(
    manifestSchema.meta({ title: `The manifest of a kernel that is brought along (${manifestSchemaName})` }),
    { io: 'input' },
  );
  return format(JSON.stringify(schema), { parser: 'json', printWidth: 110 });
}

export const manifestSchemaFile = new URL('../docs/kernel-manifest.schema.json', import.meta.url);
export const schemaFile = new URL('../docs/record.schema.json', import.meta.url);

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  writeFileSync(schemaFile, await recordJsonSchema());
  writeFileSync(manifestSchemaFile, await manifestJsonSchema());
}
