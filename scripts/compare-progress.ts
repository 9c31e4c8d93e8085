/** What a comparison says while it runs: on a terminal one line that is rewritten, elsewhere one line a process. */
import type { ExaminedNoise } from '../harness/gate/comparison.ts';
import { detectableText } from '../reports/comparison/verdicts.ts';
import type { CompareEvent } from './compare-measure.ts';
import type { Settled } from './compare-settled.ts';
import type { Io } from './io.ts';
import { counted, spokenSeconds } from './io.ts';
import { clockTime } from './progress.ts';

export class CompareProgress {
  private readonly io: Io;
  private budgetSeconds = 0;
  private processes = 0;

  constructor(io: Io) {
    this.io = io;
  }

  handle(event: CompareEvent): void {
    switch (event.kind) {
      case 'planned': {
        this.budgetSeconds = event.budgetSeconds;
        const { timed, identical } = event;
        this.keep(
          timed === 0
            ? `nothing to time${identical > 0 ? `: ${counted(identical, 'case')} of the same code` : ''}`
            : `${counted(timed, 'case')} to time, ${identical} of identical code; ${spokenSeconds(event.budgetSeconds)} at most (--budget)`,
        );
        return;
      }
      case 'noise':
        for (const line of noiseLines(event.noise)) this.keep(line);
        return;
      case 'batch': {
        this.processes++;
        const what = event.stage === 'screen' ? 'screening' : 'confirming';
        const line = `process ${this.processes}: ${what} ${counted(event.cases, 'case')} (${clockTime(event.seconds)} of ${clockTime(this.budgetSeconds)})`;
        if (this.io.interactive) this.rewrite(line);
        else this.keep(line);
        return;
      }
      case 'case':
        return;
      case 'lost':
        this.keep(`${event.id} ended its process (${event.message}); trying again in a fresh one`);
        return;
      case 'settled': {
        const line = settledText(event.settled);
        if (line !== null) this.keep(`${event.id}  ${line}`);
      }
    }
  }

  /** Leaves the terminal's line empty for what comes next. */
  end(): void {
    if (this.io.interactive) this.rewrite('');
  }

  private rewrite(text: string): void {
    this.io.err(`\r\u001B[2K${text.slice(0, this.io.columns - 1)}`);
  }

  private keep(line: string): void {
    if (this.io.interactive) this.rewrite('');
    this.io.err(`${line}\n`);
  }
}

const mostConditions = 2;

/** What can be seen here, and the first conditions that are unmet. */
function noiseLines({ measured, unmet }: ExaminedNoise): readonly string[] {
  const left = unmet.length - mostConditions;
  return [
    ...(measured === null ? [] : [detectableText(measured)]),
    ...unmet.slice(0, mostConditions).map(({ what, how }) => `  unmet: ${what}: ${how}`),
    ...(left > 0 ? [`  and ${left} more, kept in comparison.json and told by attnbench doctor`] : []),
  ];
}

/** Null for what the counts at the end tell. */
function settledText(settled: Settled): string | null {
  switch (settled.verdict) {
    case 'WRONG':
    case 'FAILED':
      return `${settled.verdict} (${settled.side}): ${settled.message}`;
    case 'SKIPPED':
      return `skipped: ${settled.message}`;
    case 'NEW':
      return 'new, and right';
    case 'identical':
    case 'REMOVED':
      return null;
  }
}
