/** A run's end in plain text. */
import type { Analysis } from './analysis.ts';
import { toPlainText } from './table.ts';
import {
  crossoverSentence,
  exponentsTable,
  fitNote,
  missingTable,
  peersTable,
  placeWordsOf,
  resultsTable,
} from './tables.ts';

/** What a terminal shows after a run: results, exponents, the crossings, the cases without a time and the warnings. */
export function terminalSummary(analysis: Analysis): string {
  const parts = [toPlainText(resultsTable(analysis))];
  if (analysis.groups.length > 0) parts.push(toPlainText(exponentsTable(analysis)));
  const words = placeWordsOf(analysis);
  const fitNotes = analysis.groups.flatMap((group) => {
    const note = fitNote(group);
    const place = words(group);
    return note === null ? [] : [`${group.kernel}${place === '' ? '' : ` (${place})`}: ${note}\n`];
  });
  if (fitNotes.length > 0) parts.push(fitNotes.join(''));
  const crossings = analysis.crossovers.filter((row) => row.crossover.kind === 'crossing');
  const lines = crossings.map((row) => {
    const place = words(row);
    return `${crossoverSentence(row)}${place === '' ? '' : ` (${place})`}\n`;
  });
  const rest = analysis.crossovers.filter((row) => row.crossover.kind === 'none in range').length;
  if (rest > 0)
    lines.push(`${rest} ${rest === 1 ? 'pair does' : 'pairs do'} not cross in the range measured\n`);
  if (lines.length > 0) parts.push(lines.join(''));
  const peers = peersTable(analysis);
  if (peers.rows.length > 0) parts.push(toPlainText(peers));
  const missing = missingTable(analysis);
  if (missing.rows.length > 0) parts.push(toPlainText(missing));
  const prefix = (run: string): string => (analysis.runs.length > 1 ? `note on ${run}` : 'note');
  const warnings = analysis.warnings.map(({ run, message }) => `${prefix(run)}: ${message}\n`);
  if (warnings.length > 0) parts.push(warnings.join(''));
  return parts.join('\n');
}
