/** JUnit XML, as CI services read it: a suite is a kernel, a test is a case. Numbers stand twice, because not all read properties. */
import type { CaseRecord } from '../../harness/record.ts';
import type { ComparedCase, Comparison } from '../../harness/gate/comparison.ts';
import {
  changedFigures,
  effectText,
  figureSentence,
  isBelieved,
  isFaultOfBase,
  isSameCode,
  memoryRegression,
  reasonText,
  timedOf,
} from '../comparison/verdicts.ts';
import { regressionText } from './findings.ts';
import { axesOfId, casesOf, fileOf } from './reported.ts';
import type { Reported, ReportedCase } from './reported.ts';
import { isoTime, xmlAttribute, xmlText } from './text.ts';

type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'skipped'; readonly message: string }
  | { readonly kind: 'failure' | 'error'; readonly type: string; readonly message: string };

interface Test {
  readonly suite: string;
  readonly kernel: string;
  readonly name: string;
  readonly seconds: number;
  readonly file: string | null;
  readonly outcome: Outcome;
  readonly properties: Readonly<Record<string, string | number | null>>;
  /** Sentences besides the properties. */
  readonly says: readonly string[];
}

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlAttribute(String(value))}"`)
    .join('');

function outcomeXml(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'passed':
      return '';
    case 'skipped':
      return `      <skipped${attributes({ message: outcome.message })}/>\n`;
    case 'failure':
    case 'error': {
      const { kind, type, message } = outcome;
      return `      <${kind}${attributes({ message, type })}>${xmlText(message)}</${kind}>\n`;
    }
  }
}

function testXml(test: Test): string {
  const { suite, kernel, name, seconds, file, outcome, says } = test;
  const known = Object.entries(test.properties).flatMap(([key, value]) =>
    value === null ? [] : [[key, value] as const],
  );
  const properties = known
    .map(([key, value]) => `        <property${attributes({ name: key, value })}/>\n`)
    .join('');
  const lines = [...says.filter((line) => line !== ''), ...known.map(([key, value]) => `${key}: ${value}`)];
  const place = file === null ? '' : attributes({ file, line: 1 });
  const head = `${attributes({ classname: `${suite}.${kernel}`, name, time: seconds.toFixed(3) })}${place}`;
  return [
    `    <testcase${head}>\n`,
    properties === '' ? '' : `      <properties>\n${properties}      </properties>\n`,
    outcomeXml(outcome),
    lines.length === 0 ? '' : `      <system-out>${xmlText(lines.join('\n'))}</system-out>\n`,
    '    </testcase>\n',
  ].join('');
}

const counts = (tests: readonly Test[]): Readonly<Record<string, string | number>> => {
  const of = (kind: Outcome['kind']): number => tests.filter(({ outcome }) => outcome.kind === kind).length;
  return {
    tests: tests.length,
    failures: of('failure'),
    errors: of('error'),
    skipped: of('skipped'),
    time: tests.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3),
  };
};

function junit(name: string, startedAt: string, tests: readonly Test[]): string {
  const bySuite = new Map<string, Test[]>();
  for (const test of tests) {
    const key = `${test.suite}/${test.kernel}`;
    bySuite.set(key, [...(bySuite.get(key) ?? []), test]);
  }
  // Without milliseconds and zone, as readers of ISO 8601 in JUnit expect.
  // The format wants a moment of every suite.
  const timestamp = (isoTime(startedAt) ?? '1970-01-01T00:00:00').slice(0, 19);
  const suites = [...bySuite].map(
    ([key, members]) =>
      `  <testsuite${attributes({ name: key, ...counts(members), timestamp })}>\n${members.map(testXml).join('')}  </testsuite>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes({ name, ...counts(tests) })}>\n${suites.join('')}</testsuites>\n`;
}

function outcomeOfRecord(record: CaseRecord): Outcome {
  switch (record.status) {
    case 'ok':
      return { kind: 'passed' };
    case 'skipped':
      return { kind: 'skipped', message: record.reason.message };
    case 'wrong':
      return { kind: 'failure', type: 'Incorrect', message: record.reason.message };
    case 'invalid':
      return { kind: 'failure', type: 'Invalid', message: record.reason.message };
    case 'failed':
      return { kind: 'error', type: 'Failed', message: record.reason.message };
    case 'timeout':
      return { kind: 'error', type: 'Timeout', message: record.reason.message };
    case 'lost':
      return { kind: 'error', type: 'DeviceLost', message: record.reason.message };
  }
}

function testOfRecord({ record, row, header }: ReportedCase, several: boolean): Test {
  const { timing } = row;
  return {
    suite: several ? `${header.adapter.name} ${header.runId} ${record.suite}` : record.suite,
    kernel: record.kernel,
    name: axesOfId(record),
    seconds: 'stop' in record ? record.stop.seconds : 0,
    file: fileOf(record),
    outcome: outcomeOfRecord(record),
    properties: {
      medianNs: timing?.medianNs ?? null,
      lowNs: timing?.interval?.lowNs ?? null,
      highNs: timing?.interval?.highNs ?? null,
      samples: timing?.samples ?? null,
      flopsPerSecond: timing?.flopsPerSecond ?? null,
      peakBytes: row.bytes?.peak ?? null,
      nmse: row.quality?.nmse ?? null,
      adapter: header.adapter.name,
    },
    says: [record.id],
  };
}

export function junitOfRuns(reported: Reported): string {
  const several = reported.runs.length > 1;
  const tests = casesOf(reported).map((one) => testOfRecord(one, several));
  return junit('attnbench', reported.runs[0]?.header.startedAt ?? '', tests);
}

/** As the exit code: a case whose time is no regression may hold more memory. */
function outcomeOfCompared(one: ComparedCase, comparison: Comparison): Outcome {
  const outcome = outcomeOfVerdict(one, isBelieved(comparison));
  const memory = memoryRegression(one, comparison);
  if (memory === null || outcome.kind === 'failure' || outcome.kind === 'error') return outcome;
  return { kind: 'failure', type: 'Regression', message: figureSentence(memory) };
}

/** What is undecided did not pass, and is no fault of head's: it is skipped, with its reason. */
function outcomeOfVerdict(one: ComparedCase, believed: boolean): Outcome {
  if (isFaultOfBase(one)) return { kind: 'skipped', message: `undecided: ${reasonText(one)}` };
  switch (one.verdict) {
    case 'SAME':
    case 'IMPROVED':
    case 'NEW':
      return { kind: 'passed' };
    case 'REGRESSED':
      return believed
        ? { kind: 'failure', type: 'Regression', message: regressionText(one) }
        : {
            kind: 'skipped',
            message: `not to be believed, the control shows a difference: ${regressionText(one)}`,
          };
    case 'WRONG':
      return { kind: 'failure', type: 'Incorrect', message: reasonText(one) };
    case 'FAILED':
      return { kind: 'error', type: 'Failed', message: reasonText(one) };
    case 'UNKNOWN':
      return { kind: 'skipped', message: `undecided: ${reasonText(one)}` };
    case 'REMOVED':
      return { kind: 'skipped', message: 'head does not have it any more' };
    case 'SKIPPED':
      return { kind: 'skipped', message: reasonText(one) };
  }
}

function testOfCompared(one: ComparedCase, comparison: Comparison): Test {
  const timed = timedOf(one);
  const sessions = timed?.sessions ?? [];
  const measuredNs = sessions.reduce((sum, { pairs, baseNs, headNs }) => sum + pairs * (baseNs + headNs), 0);
  return {
    suite: one.suite,
    kernel: one.kernel,
    name: axesOfId(one),
    seconds: measuredNs / 1e9,
    file: one.file,
    outcome: outcomeOfCompared(one, comparison),
    properties: {
      verdict: one.verdict,
      ratio: timed?.effect.ratio ?? null,
      ratioLow: timed?.effect.low ?? null,
      ratioHigh: timed?.effect.high ?? null,
      pAdjusted: timed?.pAdjusted ?? null,
      minimumDetectable: timed?.minimumDetectable ?? null,
      margin: timed?.margin ?? null,
      baseNs: timed?.baseNs ?? null,
      headNs: timed?.headNs ?? null,
      sessions: timed?.sessions.length ?? null,
    },
    says: [
      one.id,
      ...(timed === null ? [] : [`change of time ${effectText(timed.effect)}`]),
      isSameCode(one) ? 'same code, not timed' : reasonText(one),
      ...changedFigures(one).map(figureSentence),
    ],
  };
}

function controlTest({ control }: Comparison): readonly Test[] {
  if (control === null) return [];
  const outcome: Outcome = control.significant
    ? { kind: 'error', type: 'Environment', message: control.message }
    : { kind: 'passed' };
  return [
    {
      suite: 'environment',
      kernel: 'control',
      name: 'head against a second copy of head',
      seconds: 0,
      file: null,
      outcome,
      properties: { pValue: control.pValue, cases: control.cases },
      says: [control.message],
    },
  ];
}

export function junitOfComparison(comparison: Comparison): string {
  const tests = comparison.cases.map((one) => testOfCompared(one, comparison));
  return junit('attnbench compare', comparison.startedAt, [...tests, ...controlTest(comparison)]);
}
