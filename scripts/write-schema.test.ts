import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { manifestJsonSchema, manifestSchemaFile, recordJsonSchema, schemaFile } from './write-schema.ts';

it('docs/record.schema.json is current; `npm run schema` rewrites it', async () => {
  expect(readFileSync(schemaFile, 'utf8')).toBe(await recordJsonSchema());
});

it('docs/kernel-manifest.schema.json is current; `npm run schema` rewrites it', async () => {
  expect(readFileSync(manifestSchemaFile, 'utf8')).toBe(await manifestJsonSchema());
});
