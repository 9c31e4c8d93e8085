/** Against a strict XML parser, and the structure that CI services agree on (testmoapp/junitxml). */
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { sampleCases, comparisonOf, sampleComparison } from '../testing/comparisons.ts';
import { attackExamples, hostileComparison, hostileRun, hostileText } from '../testing/hostile.ts';
import { scalingRun } from '../testing/records.ts';
import { reportedOf } from '../testing/reported.ts';
import { junitOfComparison, junitOfRuns } from './junit.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** Throws where the text is no well-formed XML. */
function parseXml(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, attributes: { ...attributes }, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', (found) => {
    const inside = open.at(-1);
    if (inside !== undefined) inside.text += found;
  });
  parser.write(text).close();
  return root.children[0];
}

const children = (element: Element, name: string): readonly Element[] =>
  element.children.filter((child) => child.name === name);
const allowed: Readonly<Record<string, readonly string[]>> = {
  testsuites: ['testsuite'],
  testsuite: ['testcase'],
  testcase: ['properties', 'failure', 'error', 'skipped', 'system-out'],
  properties: ['property'],
};
const required: Readonly<Record<string, readonly string[]>> = {
  testsuites: ['name', 'tests', 'failures', 'errors', 'skipped', 'time'],
  testsuite: ['name', 'tests', 'failures', 'errors', 'skipped', 'time', 'timestamp'],
  testcase: ['classname', 'name', 'time'],
  property: ['name', 'value'],
  failure: ['message', 'type'],
  error: ['message', 'type'],
  skipped: ['message'],
};

function checkElement(element: Element): void {
  expect(Object.keys(element.attributes)).toEqual(
    expect.arrayContaining([...(required[element.name] ?? [])]),
  );
  for (const child of element.children) {
    expect(allowed[element.name] ?? []).toContain(child.name);
    checkElement(child);
  }
}

function checkCounts(element: Element, cases: readonly Element[]): void {
  const of = (name: string): string => String(cases.filter((one) => children(one, name).length > 0).length);
  const { tests, failures, errors, skipped, time } = element.attributes;
  expect({ tests, failures, errors, skipped }).toEqual({
    tests: String(cases.length),
    failures: of('failure'),
    errors: of('error'),
    skipped: of('skipped'),
  });
  const sum = cases.reduce((total, one) => total + Number(one.attributes['time']), 0);
  expect(Number(time)).toBeCloseTo(sum, 1);
}

/** The test cases of a valid file. */
function read(text: string): readonly Element[] {
  const root = parseXml(text);
  expect(root.name).toBe('testsuites');
  checkElement(root);
  const suites = children(root, 'testsuite');
  for (const suite of suites) {
    checkCounts(suite, children(suite, 'testcase'));
    expect(suite.attributes['timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  }
  const cases = suites.flatMap((suite) => children(suite, 'testcase'));
  checkCounts(root, cases);
  for (const one of cases) {
    expect(one.children.filter(({ name }) => /^(failure|error|skipped)$/.test(name)).length).toBeLessThan(2);
    expect(one.attributes['time']).toMatch(/^\d+\.\d{3}$/);
  }
  return cases;
}

const outcomeOf = (one: Element | undefined): string | undefined => {
  const found = one?.children.find(({ name }) => /^(failure|error|skipped)$/.test(name));
  return found === undefined ? 'passed' : [found.name, found.attributes['type']].filter(Boolean).join(' ');
};

describe('of a run', () => {
  test('a case is a test of its kernel, and its status an outcome', () => {
    const cases = read(junitOfRuns(reportedOf(scalingRun())));
    const outcome = (classname: string, n: number): string | undefined =>
      outcomeOf(
        cases.find(
          (one) => one.attributes['classname'] === classname && one.attributes['name'].startsWith(`n=${n},`),
        ),
      );
    expect(outcome('scaling.flash', 1024)).toBe('passed');
    expect(outcome('scaling.naive', 16384)).toBe('skipped');
    expect(outcome('scaling.bigbird', 1024)).toBe('error Timeout');
    expect(outcome('scaling.mamba', 256)).toBe('failure Incorrect');
    expect(outcome('scaling.performer', 128)).toBe('failure Invalid');
  });
  test('numbers stand in the properties and again in the output, where there is a time', () => {
    const cases = read(junitOfRuns(reportedOf(scalingRun())));
    const flash = cases.find((one) => one.attributes['classname'] === 'scaling.flash');
    const [properties] = flash === undefined ? [] : children(flash, 'properties');
    const median = properties.children.find(({ attributes }) => attributes['name'] === 'medianNs');
    expect(Number(median?.attributes['value'])).toBeGreaterThan(0);
    expect(flash?.children.at(-1)?.text).toContain(`medianNs: ${median?.attributes['value']}`);
    const wrong = cases.find((one) => outcomeOf(one) === 'failure Incorrect');
    expect(JSON.stringify(wrong)).not.toContain('medianNs');
  });
});

describe('of a comparison', () => {
  const outcomes = (text: string): Readonly<Record<string, string | undefined>> =>
    Object.fromEntries(
      read(text).map((one) => [
        `${one.attributes['classname']} ${one.attributes['name'].split(',')[0]}`,
        outcomeOf(one),
      ]),
    );
  test('every verdict has its outcome', () => {
    expect(outcomes(junitOfComparison(sampleComparison()))).toEqual({
      'scaling.naive n=512': 'passed',
      'scaling.copy n=1024': 'passed',
      'scaling.flash n=1024': 'failure Regression',
      'scaling.longformer n=2048': 'failure Regression',
      'scaling.bigbird n=2048': 'passed',
      'scaling.mamba n=1024': 'skipped',
      'scaling.performer n=2048': 'skipped',
      'scaling.longformer n=128': 'skipped',
      'scaling.mamba n=512': 'skipped',
      'scaling.ssd n=1024': 'passed',
      'scaling.performer n=512': 'skipped',
      'scaling.flash n=2048': 'failure Incorrect',
      'scaling.performer n=1024': 'error Failed',
      'scaling.naive n=8192': 'skipped',
      'environment.control head against a second copy of head': 'passed',
    });
  });
  test('a regression says by how much and how sure', () => {
    const flash = read(junitOfComparison(sampleComparison())).find(
      (one) => one.attributes['name'].startsWith('n=1024') && one.attributes['classname'] === 'scaling.flash',
    );
    expect(flash?.children.find(({ name }) => name === 'failure')?.attributes['message']).toMatch(
      /^\+6\.0 % \[\+5\.\d, \+6\.\d\] against base, p < 0\.001, 0\.5 % would be told from no change 8 times of 10$/,
    );
    expect(flash?.attributes).toMatchObject({ file: 'kernels/flash/flash.wgsl', line: '1' });
  });
  test('where the control shows a difference it is an error, and no regression fails', () => {
    const control = { cases: 8, significant: true, pValue: 0.001, message: 'the A/A arms differ' };
    const found = outcomes(junitOfComparison(sampleComparison({ control })));
    expect(found['environment.control head against a second copy of head']).toBe('error Environment');
    expect(found['scaling.longformer n=2048']).toBe('skipped');
    // Its memory is exact.
    expect(found['scaling.flash n=1024']).toBe('failure Regression');
    expect(found['scaling.flash n=2048']).toBe('failure Incorrect');
  });
  test('more memory fails a case whose time does not, unless it is allowed', () => {
    const hungry = { metric: 'peakBytes', base: 100, head: 200, change: 'worse' } as const;
    const cases = sampleCases()
      .filter(({ verdict }) => verdict === 'SAME' || verdict === 'UNKNOWN')
      .map((one) => ({ ...one, exact: [hungry] }));
    const found = (allowMemory: boolean): ReadonlySet<string | undefined> =>
      new Set(read(junitOfComparison(comparisonOf(cases, { control: null, allowMemory }))).map(outcomeOf));
    expect(found(false)).toEqual(new Set(['failure Regression']));
    expect(found(true)).toEqual(new Set(['passed', 'skipped']));
  });
  test('what base does wrong fails nobody', () => {
    const cases = sampleCases().flatMap((one) =>
      one.verdict === 'WRONG' || one.verdict === 'FAILED' ? [{ ...one, side: 'base' } as const] : [],
    );
    const text = junitOfComparison(comparisonOf(cases, { control: null }));
    expect(Object.values(outcomes(text))).toEqual(['skipped', 'skipped']);
    expect(text).toContain('undecided: base: nmse 0.31');
  });
});

/** XML has no place for the others; they are spelled out. */
const fitsXml = (text: string): boolean =>
  !/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]|\p{Surrogate}/u.test(text);

test('names and messages survive whatever they hold', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const cases = [
        ...read(junitOfRuns(reportedOf(hostileRun(text)))),
        ...read(junitOfComparison(hostileComparison(text))),
      ];
      if (!fitsXml(text)) return;
      const names = cases.map(({ attributes }) => attributes['name']);
      expect(names).toContain(`${text}0`);
      const failed = cases.find((one) => outcomeOf(one) === 'failure Incorrect');
      const failure = failed?.children.find(({ name }) => name === 'failure');
      expect(failure?.attributes['message']).toContain(text);
      expect(failure?.text).toContain(text);
    }),
    { examples: attackExamples, numRuns: 18 },
  );
}, 60_000);
