/** What a reader must know before believing a number of a run. */
import type { Run } from '../harness/record.ts';
import { formatDuration } from '../harness/format.ts';

export interface Warning {
  readonly code:
    | 'wall clock'
    | 'quantised clock'
    | 'clock runs backwards'
    | 'software adapter'
    | 'compiler bug'
    | 'wrong numbers'
    | 'impossible times'
    | 'not measured'
    | 'no peaks';
  readonly run: string;
  readonly message: string;
}

function cases(count: number, verb: readonly [one: string, many: string]): string {
  return count === 1 ? `1 case ${verb[0]}` : `${count} cases ${verb[1]}`;
}

/** Warnings of one run, the gravest first. */
export function warningsOf(run: Run, label: string): readonly Warning[] {
  const { clock, adapter, compiler, plannedCases } = run.header;
  const count = (...statuses: readonly string[]): number =>
    run.cases.filter((record) => statuses.includes(record.status)).length;
  const warnings: Warning[] = [];
  const warn = (when: boolean, code: Warning['code'], message: string): void => {
    if (when) warnings.push({ code, run: label, message });
  };

  const wrong = count('wrong');
  warn(
    wrong > 0,
    'wrong numbers',
    `${cases(wrong, ['gave', 'gave'])} wrong numbers against the float64 reference and ${wrong === 1 ? 'was' : 'were'} not timed.`,
  );
  const invalid = count('invalid');
  warn(
    invalid > 0,
    'impossible times',
    `${cases(invalid, ['was', 'were'])} timed faster than this adapter can be, or changed the output while timing: the times are left out.`,
  );
  warn(
    !compiler.loopVariablesReinitialised,
    'compiler bug',
    'The WGSL compiler keeps the value of a variable declared in a loop from one iteration to the next, against the standard. The kernels here initialise theirs; check your own.',
  );
  warn(
    !clock.monotonic,
    'clock runs backwards',
    'The clock was seen running backwards: intervals are wider than they look.',
  );
  warn(
    clock.source === 'wall',
    'wall clock',
    'The adapter has no timestamps: times are wall time from submit to done, with launch and queue included.',
  );
  warn(
    clock.quantised,
    'quantised clock',
    `Timestamps come in steps of ${formatDuration(clock.tickNs)}: short kernels were repeated until a step is at most 0.5 % of a sample.`,
  );
  warn(
    adapter.software,
    'software adapter',
    `${adapter.name} is a CPU that plays a GPU: how times grow is real, how long they are says nothing about any GPU.`,
  );
  const known = new Set(run.cases.map((record) => record.id));
  const missing = plannedCases.filter((id) => !known.has(id)).length;
  warn(
    missing > 0,
    'not measured',
    `${cases(missing, ['was', 'were'])} planned and never begun: the run stopped early or is one shard of several.`,
  );
  warn(
    run.header.peaks === null && run.cases.some(({ status }) => status === 'ok'),
    'no peaks',
    'The run did not measure what the adapter can do at most, so there is no roofline and no share of the peak: run it without --no-peaks.',
  );
  return warnings;
}
