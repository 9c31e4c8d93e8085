/** Writes docs/record.schema.json from the schema that the code validates with. */
import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { format } from 'prettier';
import { caseRecordSchema, runHeaderSchema, schemaName } from '../harness/record.ts';

/** The published JSON Schema of one line of records.jsonl. */
export function recordJsonSchema(): Promise<string> {
  const line = z.union([runHeaderSchema, caseRecordSchema]).meta({
    title: `One line of records.jsonl (${schemaName}): the run header first, then one line a case`,
  });
  const schema = z.toJSONSchema(line, { io: 'input' });
  return format(JSON.stringify(schema), { parser: 'json', printWidth: 110 });
}

export const schemaFile = new URL('../docs/record.schema.json', import.meta.url);

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  writeFileSync(schemaFile, await recordJsonSchema());
}
