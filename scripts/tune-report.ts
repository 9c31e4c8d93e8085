/** What a search of shapes found, in words and as an exit code. */
import type { ShapeSearch, WrongShape } from '../harness/tuning-search.ts';
import type { When } from '../harness/tuning-table.ts';
import { shapeText } from '../harness/tuning-table.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodes, worstExitCode } from './exit-codes.ts';
import { counted, spokenSeconds } from './io.ts';
import { textTable } from './text-table.ts';

export type TuneResult = { readonly kernel: string; readonly id: string; readonly when: When } & (
  ShapeSearch | { readonly kind: 'failed' | 'crashed'; readonly message: string } | { readonly kind: 'left' }
);

/** One row for each case. */
export function resultsTable(results: readonly TuneResult[]): string {
  const rows = results.map((result) => {
    switch (result.kind) {
      case 'left':
        return [result.id, '', '', '', 'not reached'];
      case 'failed':
      case 'crashed':
        return [result.id, '', '', '', `${result.kind}: ${result.message}`];
      case 'searched': {
        const { id, offered, verdict } = result;
        if (!('ratio' in verdict)) return [id, String(offered), '', '', verdict.kind];
        const { median, low, high } = verdict.ratio;
        return [
          id,
          String(offered),
          shapeText(verdict.shape),
          `${median.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`,
          verdict.kind === 'better' ? 'better' : 'default stays',
        ];
      }
    }
  });
  return textTable(['case', 'shapes', 'best other', 'its time over the default', 'verdict'], rows);
}

/** What a person should know beside the table. */
export function tuneSummary(
  results: readonly TuneResult[],
  changes: readonly { readonly file: string; readonly added: number; readonly dropped: number }[],
  { dryRun, budgetSeconds }: { readonly dryRun: boolean; readonly budgetSeconds: number },
): readonly string[] {
  const wrong = results.flatMap((result) =>
    result.kind === 'searched' ? result.wrong.map((one) => wrongLine(result.id, one)) : [],
  );
  const open = results.filter(
    (result) =>
      result.kind === 'left' || (result.kind === 'searched' && result.verdict.kind === 'out of time'),
  );
  return [
    ...wrong,
    ...changes.map(
      ({ file, added, dropped }) =>
        `${file}${dryRun ? ' (not written)' : ''}: ${added} new ${added === 1 ? 'entry' : 'entries'}, ${dropped} older replaced`,
    ),
    ...(changes.length === 0 ? ['no table changes'] : []),
    ...(open.length === 0
      ? []
      : [
          `the ${spokenSeconds(budgetSeconds)} ran out: ${counted(open.length, 'case')} undecided, ${open[0].id} first; give a longer --budget, or fewer cases with -a`,
        ]),
  ];
}

const wrongLine = (id: string, { shape, message }: WrongShape): string =>
  `wrong: ${id} in the shape ${shapeText(shape)}: ${message}`;

/** What a search means for whoever called. */
export function exitCodeOfTuning(results: readonly TuneResult[]): ExitCode {
  const codes = results.map((result): ExitCode => {
    if (result.kind === 'crashed') return exitCodes.lost;
    if (result.kind === 'failed') return exitCodes.wrongNumbers;
    return result.kind === 'searched' && result.wrong.length > 0 ? exitCodes.wrongNumbers : exitCodes.ok;
  });
  const decided = results.some(
    (result) =>
      result.kind === 'searched' && (result.verdict.kind === 'better' || result.verdict.kind === 'default'),
  );
  return worstExitCode(decided ? codes : [...codes, exitCodes.nothingMeasured]);
}
