/** What a run means for whoever called. */
import { formatRound } from '../harness/format.ts';
import type { CaseRecord, Clock, Run } from '../harness/record.ts';
import { primarySamplesNs } from '../harness/record.ts';
import { defaultPolicy } from '../harness/sampling.ts';
import { median } from '../harness/stats.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodes, worstExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { counted } from './io.ts';
import { shapeLines } from './shape-lines.ts';

/** The last words on a run, and what it means for whoever called. */
export function endOfRun({ header, cases }: Run, io: Io): ExitCode {
  for (const line of shapeLines(cases)) io.err(`${line}\n`);
  const coarse = cases.filter((record) => tickIsTooCoarse(record, header.clock));
  if (coarse.length > 0) {
    io.err(
      `the timer's tick of ${formatRound(header.clock.tickNs, 'duration')} is too coarse for ${counted(coarse.length, 'case')}, ${coarse[0].id} first; measure longer cases, or let Dawn give raw timestamps\n`,
    );
  }
  return exitCodeOfRun(cases, header.clock);
}

/** Twice the share that sampling aims at: the warm-ups it goes by may have been slower. */
const coarsestTickShare = 2 * defaultPolicy.tickShare;

function tickIsTooCoarse(record: CaseRecord, { tickNs }: Pick<Clock, 'tickNs'>): boolean {
  if (record.status !== 'ok') return false;
  return tickNs > coarsestTickShare * median(primarySamplesNs(record)) * record.repeats;
}

/** What the records of a run mean for whoever called. */
export function exitCodeOfRun(records: readonly CaseRecord[], clock: Pick<Clock, 'tickNs'>): ExitCode {
  const codes = records.map((record): ExitCode => {
    switch (record.status) {
      case 'wrong':
      case 'invalid':
        return exitCodes.wrongNumbers;
      case 'failed':
        return record.reason.code === 'kernel' ? exitCodes.wrongNumbers : exitCodes.lost;
      case 'timeout':
      case 'lost':
        return exitCodes.lost;
      case 'ok':
        return tickIsTooCoarse(record, clock) ? exitCodes.environment : exitCodes.ok;
      case 'skipped':
        return exitCodes.ok;
    }
  });
  const measured = records.some(({ status }) => status === 'ok');
  return worstExitCode(measured ? codes : [...codes, exitCodes.nothingMeasured]);
}
