import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  comparisonJsonSchema,
  comparisonSchemaFile,
  manifestJsonSchema,
  manifestSchemaFile,
  recordJsonSchema,
  recordSchemaFile,
} from './write-schema.ts';

it('docs/record.schema.json is current; `npm run schema` rewrites it', async () => {
  expect(readFileSync(recordSchemaFile, 'utf8')).toBe(await recordJsonSchema());
});

it('docs/comparison.schema.json is current; `npm run schema` rewrites it', async () => {
  expect(readFileSync(comparisonSchemaFile, 'utf8')).toBe(await comparisonJsonSchema());
});

it('docs/kernel-manifest.schema.json is current; `npm run schema` rewrites it', async () => {
  expect(readFileSync(manifestSchemaFile, 'utf8')).toBe(await manifestJsonSchema());
});
