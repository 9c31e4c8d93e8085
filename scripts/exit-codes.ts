/** How a command ends, for scripts that call it. Every number means one thing. */
import { EnvironmentError, KernelError, OutOfMemoryError, UsageError } from '../harness/errors.ts';

export const exitCodes = {
  ok: 0,
  regression: 1,
  usage: 2,
  wrongNumbers: 3,
  environment: 4,
  nothingMeasured: 5,
  lost: 6,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** When several hold, the first of these is the one to know: each makes those after it meaningless. */
const gravest: readonly ExitCode[] = [
  exitCodes.usage,
  exitCodes.wrongNumbers,
  exitCodes.lost,
  exitCodes.environment,
  exitCodes.regression,
  exitCodes.nothingMeasured,
];

/** The one code for everything that happened. */
export function worstExitCode(codes: Iterable<ExitCode>): ExitCode {
  const all = new Set(codes);
  return gravest.find((code) => all.has(code)) ?? exitCodes.ok;
}

/** A lost device and an error nobody foresaw both count as a crash. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof EnvironmentError || error instanceof OutOfMemoryError) return exitCodes.environment;
  if (error instanceof KernelError) return exitCodes.wrongNumbers;
  return exitCodes.lost;
}

export const exitCodeHelp = `Exit codes:
  0  all is well
  1  a regression, confirmed
  2  a mistake in the call, or a file that cannot be read
  3  wrong numbers
  4  this machine cannot do it: no adapter, a timer too coarse, too much noise
  5  nothing was measured
  6  the device was lost or a process crashed, after retries
When several hold, the code is the first of 2, 3, 6, 4, 1, 5.`;
