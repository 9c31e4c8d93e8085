/** Writes what `attnbench compare` found to disk: the page, the tables and every export. */
import type { Comparison } from '../harness/gate/comparison.ts';
import { renderComparisonPage } from './comparison/html/page.ts';
import { comparisonTables } from './comparison/tables.ts';
import { filesOfComparison, isExportFormat } from './exports/files.ts';
import { defaultComparisonFormats } from './formats.ts';
import type { ComparisonFormat } from './formats.ts';
import { isTableFormat, tableWriters, writeFiles } from './write.ts';
import type { OutputFile } from './write.ts';

function filesOf(comparison: Comparison, formats: readonly ComparisonFormat[]): readonly OutputFile[] {
  const exports = formats.filter(isExportFormat).flatMap((format) =>
    Object.entries(filesOfComparison[format]).map(([path, make]) => ({
      path,
      content: () => make(comparison),
    })),
  );
  const tables = formats.filter(isTableFormat).flatMap((format) =>
    comparisonTables(comparison).map((table) => ({
      path: `tables/${table.id}.${format}`,
      content: () => tableWriters[format](table),
    })),
  );
  const page = formats.includes('html')
    ? [{ path: 'index.html', content: () => renderComparisonPage(comparison) }]
    : [];
  return [...exports, ...tables, ...page];
}

/**
 * Writes the formats asked for below the folder and returns their paths. Throws UsageError or EnvironmentError where a file cannot be
 * written; each file that is there is whole.
 */
export function writeComparison(
  comparison: Comparison,
  folder: string,
  formats: readonly ComparisonFormat[] = defaultComparisonFormats,
): Promise<readonly string[]> {
  return writeFiles(filesOf(comparison, [...new Set(formats)]), folder, comparison.comparisonId);
}
