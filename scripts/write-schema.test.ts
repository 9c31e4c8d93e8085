import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  comparisonJsonSchema,
  comparisonSchemaFile,
  recordJsonSchema,
  recordSchemaFile,
} from './write-schema.ts';

it('docs/record.schema.json is current; `npm run schema` rewrites it', async () => {
  expect(readFileSync(recordSchemaFile, 'utf8')).toBe(await recordJsonSchema());
});

it('docs/comparison.schema.json is current; `npm run schema` rewrites it', async () => {
  expect(readFileSync(comparisonSchemaFile, 'utf8')).toBe(await comparisonJsonSchema());
});
