/** A profile in plain text: each case by itself, then the cases side by side. */
import { toPlainText } from '../table.ts';
import type { Comparison } from './compare.ts';
import type { Profile } from './profile.ts';
import {
  boundsTable,
  comparisonTable,
  hostTable,
  passesTable,
  peaksNote,
  workgroupsTable,
} from './tables.ts';

export function terminalProfile(profile: Profile, comparisons: readonly Comparison[]): string {
  const { header, cases, missing } = profile;
  const perCase = cases.map((one) =>
    [
      `${one.id} (${one.variant}) on ${header.adapter.name}\n`,
      toPlainText(passesTable([one])),
      ...(header.peaks === null ? [] : [toPlainText(boundsTable(profile, [one]))]),
      toPlainText(workgroupsTable(profile, [one])),
      toPlainText(hostTable([one])),
    ].join('\n'),
  );
  const sideBySide = comparisons.map(
    (comparison, index) => `${toPlainText(comparisonTable(comparison, index))}\n${comparison.sentence}\n`,
  );
  const notes = [
    ...missing.map(({ message }) => `note: ${message}\n`),
    ...(cases.length > 0 ? [`note: ${peaksNote(profile)}\n`] : []),
  ];
  return [...perCase, ...sideBySide, notes.join('')].join('\n');
}
