/** Runs as the exports take them. */
import type { Run } from '../../harness/record.ts';
import { analyse } from '../analysis.ts';
import type { Reported } from '../exports/reported.ts';

export const reportedOf = (...runs: readonly Run[]): Reported => ({ runs, analysis: analyse(runs) });
