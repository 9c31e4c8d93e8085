import { describe, expect, test } from 'vitest';
import { comparisonSchema, reasonCodes } from '../../harness/gate/comparison.ts';
import { comparisonOf, sampleCases, sampleComparison } from '../testing/comparisons.ts';
import {
  calibrationText,
  changeText,
  effectText,
  figureSentence,
  headline,
  isBelieved,
  noiseText,
  reasonText,
  shareText,
  sideText,
  verdictCounts,
  verdictOrder,
  worstFirst,
} from './verdicts.ts';

const control = { cases: 8, significant: true, pValue: 0.001, message: 'the A/A arms differ' };

test('the sample has every verdict and every reason, fits the schema, and is always the same', () => {
  const sample = sampleComparison();
  expect(comparisonSchema.parse(sample)).toEqual(sample);
  expect(verdictCounts(sample.cases).map(({ verdict }) => verdict)).toEqual(verdictOrder);
  const codes = sample.cases.flatMap(({ reasons }) => reasons.map(({ code }) => code));
  expect(new Set(codes)).toEqual(new Set(reasonCodes));
  expect(sampleComparison()).toEqual(sample);
});

describe('in words', () => {
  test.each([
    [1.0612, '+6.1 %'],
    [0.921, '-7.9 %'],
    [1, '0.0 %'],
    [0.99999, '0.0 %'],
    [1.00001, '0.0 %'],
    [2.5, '+150 %'],
  ])('a ratio of %d is %s', (ratio, text) => expect(changeText(ratio)).toBe(text));
  test('an effect has its interval', () => {
    expect(effectText({ ratio: 1.05, low: 0.996, high: 1.11 })).toBe('+5.0 % [-0.4, +11.0]');
    expect(shareText(0.0263)).toBe('2.6 %');
  });
  test('an exact figure has both sides and its change', () => {
    const bytes = { metric: 'peakBytes', base: 2 ** 20, head: 2 ** 21, change: 'worse' } as const;
    expect(figureSentence(bytes)).toBe('memory 1.00 MiB → 2.00 MiB (+100 %)');
    expect(figureSentence({ metric: 'nmse', base: 0, head: 3e-13, change: 'worse' })).toBe(
      'error (NMSE) 0 → 3.0e-13',
    );
  });
  test('a side has its commit, once, and whether it was changed', () => {
    const commit = '0123456789abcdef';
    expect(sideText({ label: 'main', kind: 'revision', commit, dirty: false })).toBe('main at 0123456789');
    expect(sideText({ label: commit, kind: 'revision', commit, dirty: false })).toBe(commit);
    expect(sideText({ label: '01234567', kind: 'revision', commit, dirty: false })).toBe('01234567');
    expect(sideText({ label: '.', kind: 'folder', commit: null, dirty: true })).toBe('., with changes');
  });
  test('a problem names its side', () => {
    const wrong = sampleCases().find(({ verdict }) => verdict === 'WRONG');
    expect(wrong === undefined ? '' : reasonText(wrong)).toBe(
      'head: nmse 0.31 is over 3e-12 in row 17 of head 3',
    );
  });
});

test('worst first: by verdict, then by slowdown, and more memory right behind', () => {
  const [same, ...others] = sampleCases();
  const hungry = { metric: 'peakBytes', base: 1, head: 2, change: 'worse' } as const;
  expect(worstFirst([...others, { ...same, exact: [hungry] }]).findIndex(({ id }) => id === same.id)).toBe(3);
  const sorted = worstFirst([same, ...others]);
  const ranks = sorted.map(({ verdict }) => verdictOrder.indexOf(verdict));
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  const regressed = sorted.filter(({ verdict }) => verdict === 'REGRESSED');
  expect(regressed.map(({ kernel }) => kernel)).toEqual(['longformer', 'flash']);
});

describe('the headline', () => {
  const same = sampleCases().filter((one) => one.verdict === 'SAME');
  const untimed = same.filter((one) => one.timed === null);
  test.each([
    [[], 'Nothing to compare: no case was asked for'],
    [untimed, 'Nothing to time: the one case runs the same code in base and head'],
    [[...untimed, ...untimed], 'Nothing to time: all 2 cases run the same code in base and head'],
    [same, 'No regression found: 2 the same'],
    [sampleCases().filter(({ verdict }) => verdict === 'REGRESSED'), '2 regressed, 1 with more memory'],
  ])('%#', (cases, text) => expect(headline(comparisonOf(cases))).toBe(text));
  test('more memory is no good news', () => {
    const hungry = { metric: 'peakBytes', base: 1, head: 2, change: 'worse' } as const;
    const cases = same.map((one) => ({ ...one, exact: [hungry] }));
    expect(headline(comparisonOf(cases))).toBe('2 the same, 2 with more memory');
    expect(headline(comparisonOf(cases, { allowMemory: true }))).toBe(
      'No regression found: 2 the same, 2 with more memory, which is allowed',
    );
  });
  test('of a machine that cannot be trusted says so', () => {
    const comparison = comparisonOf(same, { control });
    expect(isBelieved(comparison)).toBe(false);
    expect(headline(comparison)).toBe('Not to be believed, the control shows a difference: 2 the same');
  });
});

test('the calibration is told with its intervals, or that there is none', () => {
  expect(calibrationText(sampleComparison())).toContain(
    'the same code was called different in 4.2 % [2.6, 6.3] of 500 comparisons',
  );
  expect(calibrationText(sampleComparison({ calibration: null }))).toContain(
    'attnbench calibrate measures it',
  );
});

test('the noise is told with what was unmet and what to do, or not at all', () => {
  const looked = sampleComparison();
  expect(noiseText(looked)).toBe(
    'looked at this machine for 5.2 s: 10 processes show a slowdown from 1.8 % on; unmet: other programs keep the machine busy: stop them before measuring',
  );
  expect(noiseText({ ...looked, noise: { measured: null, unmet: [] } })).toBe('nothing stood in the way');
  expect(noiseText({ ...looked, noise: undefined })).toBeNull();
});
