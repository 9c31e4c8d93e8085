/** Writes a profile to disk: the page, the figures, the tables, the trace. */
import { profileFormats } from '../formats.ts';
import type { ProfileFormat, StaticFormat, TableFormat } from '../formats.ts';
import { isFigureFormat, isTableFormat, tableWriters, writeFiles } from '../write.ts';
import type { OutputFile } from '../write.ts';
import type { Comparison } from './compare.ts';
import { figuresOfProfile } from './figure.ts';
import { renderProfilePage } from './html/page.ts';
import type { Profile } from './profile.ts';
import { renderBars } from './static.ts';
import { profileTables } from './tables.ts';
import { traceOf } from './trace.ts';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** What `profile.json` holds, and what a command prints as JSON. */
export function profileData(profile: Profile, comparisons: readonly Comparison[]): object {
  const { header, cases, missing } = profile;
  const { runId, startedAt, tool, adapter, clock, peaks } = header;
  return { runId, startedAt, tool, adapter, clock, peaks, cases, comparisons, missing };
}

/** Writes the formats asked for and returns the paths. Throws UsageError or EnvironmentError where a file cannot be written. */
export async function writeProfile(
  profile: Profile,
  comparisons: readonly Comparison[],
  outFolder: string,
  formats: readonly ProfileFormat[] = profileFormats,
): Promise<readonly string[]> {
  const files: OutputFile[] = [];
  const write = (path: string, content: OutputFile['content']): void => {
    files.push({ path, content });
  };
  const tables = profileTables(profile, comparisons);
  const figures = figuresOfProfile(profile);
  const writeTables = (format: TableFormat): void => {
    for (const table of tables) write(`tables/${table.id}.${format}`, () => tableWriters[format](table));
  };
  const writeFigures = (format: StaticFormat): void => {
    for (const figure of figures) write(`figures/${figure.id}.${format}`, () => renderBars(figure, format));
  };
  // What is quickest and least likely to fail is there even when the rest is not.
  if (formats.includes('trace')) write('trace.json', () => JSON.stringify(traceOf(profile)));
  if (formats.includes('json')) write('profile.json', () => json(profileData(profile, comparisons)));
  for (const format of formats.filter(isTableFormat)) writeTables(format);
  for (const format of formats.filter(isFigureFormat)) writeFigures(format);
  if (formats.includes('html')) write('index.html', () => renderProfilePage(profile, comparisons));
  return writeFiles(files, outFolder, `profile of ${profile.header.runId}`);
}
