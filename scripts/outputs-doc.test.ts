import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filesOfComparison, filesOfRuns } from '../reports/exports/files.ts';
import { rules } from '../reports/exports/findings.ts';
import {
  defaultComparisonFormats,
  defaultReportFormats,
  measuredRunFormats,
  exportFormats,
  formatHelp,
  reportFormats,
} from '../reports/formats.ts';

const document = readFileSync(new URL('../docs/outputs.md', import.meta.url), 'utf8');
const rowOf = (format: string): string => new RegExp(`^\\| \`${format}\` .*$`, 'm').exec(document)?.[0] ?? '';

test.each(reportFormats)('docs/outputs.md has the format %s', (format) => {
  expect(rowOf(format)).not.toBe('');
});

test.each(exportFormats)('docs/outputs.md and the help name the files of %s', (format) => {
  for (const file of [...Object.keys(filesOfRuns[format]), ...Object.keys(filesOfComparison[format])]) {
    expect(document).toContain(`\`${file}\``);
    expect(formatHelp[format]).toContain(file);
  }
});

test('docs/outputs.md names the formats that are written unasked', () => {
  const listed = (formats: readonly string[]): string =>
    `${formats.slice(0, -1).join(', ')} and ${formats.at(-1)}`;
  expect(document).toContain(
    `a run is written as ${listed(defaultReportFormats)}, a comparison as ${listed(defaultComparisonFormats)}`,
  );
  expect(document).toContain(`writes the run that it measured as ${listed(measuredRunFormats)}`);
});

test.each(Object.entries(rules))('docs/outputs.md has the rule %s at its level', (id, { level }) => {
  expect(document).toMatch(new RegExp(`^\\| \`${id}\` +\\| ${level} `, 'm'));
});
