import { describe, expect, test } from 'vitest';
import type { CaseRecord, Run } from '../../harness/record.ts';
import { analyse } from '../analysis.ts';
import { fewCases, onWallClock, runOn } from '../testing/devices.ts';
import { okCase, params, peaksWith, skippedCase } from '../testing/records.ts';
import { comparabilityOf, listed } from './comparability.ts';
import { everyCase, hasSeveralDevices, judge, summarise } from './judge.ts';
import type { HardwareAnalysis } from './judge.ts';

const cases = fewCases(['naive', 'flash'], [128, 256, 512]);
const peaks = peaksWith({ f32: 1e12, readCold: 1e11 });

function analysed(...runs: readonly Run[]): HardwareAnalysis {
  const analysis = analyse(runs);
  if (!hasSeveralDevices(analysis)) throw new Error('the runs are of one device');
  return analysis;
}

const findingsOf = (...runs: readonly Run[]): readonly (readonly string[])[] =>
  comparabilityOf(analysed(...runs)).map(({ code, effect, message }) => [code, effect, message]);

const desk = runOn({ name: 'desk', header: { peaks } }, 1, cases);
const lap = (records: readonly CaseRecord[] = cases, header: Partial<Run['header']> = {}): Run =>
  runOn({ name: 'lap', header: { peaks, ...header } }, 2, records);

type Ok = (typeof cases)[number];
const changed = (change: (record: Ok) => Ok): readonly Ok[] => cases.map(change);
const withCode = (hash: string, kernel: string): readonly Ok[] =>
  changed((record) =>
    record.kernel === kernel ? { ...record, source: { ...record.source, hash } } : record,
  );

describe('what is measured alike', () => {
  test('needs no remark, and every ratio is the true one', () => {
    const analysis = analysed(desk, lap());
    expect(comparabilityOf(analysis)).toEqual([]);
    const summary = summarise(analysis, everyCase(analysis), 1, 0);
    expect(summary).toMatchObject({ cases: 6, withheld: 0 });
    expect(summary.mean?.value).toBeCloseTo(2, 12);
    expect(summary.lowest).toBeCloseTo(2, 12);
    expect(summary.mean?.interval?.low).toBeGreaterThan(1.95);
    expect(summary.mean?.interval?.low).toBeLessThan(2);
  });

  test('is one device where only the day differs', () => {
    expect(analyse([desk, { ...desk, header: { ...desk.header, runId: 'again' } }]).hardware).toBeNull();
  });
});

describe('what is not', () => {
  test('other files of a kernel: its ratios are left out, unless the same WGSL ran', () => {
    const kernelSources = { naive: 'files of naive', flash: 'changed' };
    const other = lap(withCode('other', 'flash'), { kernelSources });
    expect(findingsOf(desk, other)).toMatchSnapshot();
    const analysis = analysed(desk, other);
    expect(summarise(analysis, everyCase(analysis), 1, 0)).toMatchObject({ cases: 3, withheld: 3 });
    // The same WGSL: what changed among the files did not change what ran.
    expect(findingsOf(desk, lap(cases, { kernelSources }))).toEqual([]);
  });

  test('tables of tile shapes are files of a kernel, and no other version', () => {
    const tuned = withCode('other', 'flash').map((record) =>
      record.kernel === 'flash'
        ? { ...record, shape: { values: { rows: 8 }, from: 'tuning/lap.json#1' } }
        : record,
    );
    const run = lap(tuned, { kernelSources: { naive: 'files of naive', flash: 'with another table' } });
    expect(findingsOf(desk, run).map(([code]) => code)).toEqual(['other WGSL']);
    const otherCommit = { ...run.header, tool: { version: '0.1.0', commit: 'another' } };
    expect(findingsOf(desk, { ...run, header: otherCommit }).map(([code]) => code)).toEqual([
      'kernel version',
      'attnbench version',
    ]);
  });

  test('other WGSL from the same files is a fact, and the ratio stays', () => {
    const run = lap(withCode('with subgroups', 'flash'));
    expect(findingsOf(desk, run)).toMatchSnapshot();
    const analysis = analysed(desk, run);
    const [, , , flash] = analysis.hardware.cases;
    expect(judge(analysis, flash, 1, 0)).toMatchObject({ kind: 'ratio', marks: ['other WGSL'] });
  });

  test('one clock and another: wall times on both sides', () => {
    const run = runOn(
      { name: 'lap', clock: { source: 'wall' }, header: { peaks } },
      1,
      cases.map(onWallClock),
    );
    expect(findingsOf(desk, run)).toMatchSnapshot();
    const analysis = analysed(desk, run);
    const judged = judge(analysis, analysis.hardware.cases[0], 1, 0);
    expect(judged).toMatchObject({ kind: 'ratio', marks: ['wall clock'] });
    // The same wall times: GPU time against wall time would give more than one.
    expect(judged.kind === 'ratio' ? judged.ratio.value : null).toBeCloseTo(1, 12);
  });

  test('steps of the timer that show: the interval is as wide as they are', () => {
    const tickNs = 4_000;
    const run = runOn({ name: 'lap', clock: { tickNs }, header: { peaks } }, 1, cases);
    expect(findingsOf(desk, run)).toMatchSnapshot();
    const analysis = analysed(desk, run);
    const [first] = analysis.hardware.cases;
    const judged = judge(analysis, first, 1, 0);
    if (judged.kind !== 'ratio') throw new Error('no ratio');
    const { value, interval } = judged.ratio;
    const medianNs = analysis.rows[0].timing?.medianNs ?? 0;
    expect((interval?.high ?? 0) / value).toBeGreaterThanOrEqual(1 + tickNs / medianNs);
    expect((interval?.low ?? 1) / value).toBeLessThanOrEqual(1 - tickNs / medianNs);
  });

  test('f16 and packed halves are two paths', () => {
    const inHalves = (precision: 'f16' | 'f16s'): readonly Ok[] =>
      [128, 256].map((n) => okCase('flash', params({ n, precision })));
    const withoutF16 = [
      ...[128, 256].map((n) =>
        skippedCase('flash', params({ n, precision: 'f16' }), 'feature', 'needs shader-f16'),
      ),
      ...inHalves('f16s'),
    ];
    const both = runOn({ name: 'desk', header: { peaks } }, 1, [...inHalves('f16'), ...cases]);
    expect(findingsOf(both, lap([...withoutF16, ...cases]))).toMatchSnapshot();
  });

  test('too few samples for an interval', () => {
    const run = lap(changed((record) => ({ ...record, gpuNs: record.gpuNs.slice(0, 4) })));
    expect(findingsOf(desk, run)).toMatchSnapshot();
  });

  test('nothing in common', () => {
    const run = lap([okCase('flash', params({ n: 128, heads: 2 }))]);
    expect(findingsOf(desk, run)).toMatchSnapshot();
  });

  test('a device twice: the later run counts, and how far the two are apart is said', () => {
    const later = {
      ...lap(),
      header: { ...lap().header, runId: 'later', startedAt: '2026-02-02T03:04:05.000Z' },
    };
    const before = runOn({ name: 'lap', header: { peaks } }, 3, cases);
    // In whichever order they are named.
    for (const runs of [
      [desk, before, later],
      [desk, later, before],
    ]) {
      const analysis = analysed(...runs);
      expect(analysis.hardware.devices.map(({ label }) => label)).toEqual(['desk', 'lap']);
      expect(summarise(analysis, everyCase(analysis), 1, 0).mean?.value).toBeCloseTo(2, 12);
      expect(findingsOf(...runs)).toMatchSnapshot();
    }
  });

  test('peaks that are missing, or not those of one adapter at rest', () => {
    expect(findingsOf(desk, lap(cases, { peaks: null }))).toMatchSnapshot('missing');
    const inChromium = runOn(
      {
        name: 'desk',
        host: { name: 'chromium', runtime: 'Chrome 143' },
        header: { peaks: peaksWith({ f32: 0.5e12, readCold: 1e11 }) },
      },
      1.2,
      cases,
    );
    expect(findingsOf(desk, inChromium)).toMatchSnapshot('apart');
  });

  test('versions, sampling and tile shapes', () => {
    expect(
      findingsOf(
        desk,
        lap(cases, {
          tool: { version: '0.2.0', commit: 'fedcba9876543210-dirty' },
          secondsPerCase: 2,
          shapes: 'default',
        }),
      ),
    ).toMatchSnapshot();
  });
});

test('a case that is wrong or invalid has no ratio', () => {
  const invalid = changed((record) => record).map((record): CaseRecord => ({
    ...record,
    status: 'invalid',
    reason: { code: 'roofline', message: 'too fast' },
  }));
  const analysis = analysed(desk, lap(invalid));
  expect(analysis.hardware.cases.map((one) => judge(analysis, one, 1, 0).kind)).toEqual(
    cases.map(() => 'missing'),
  );
});

test('long lists are cut', () => {
  expect(listed(['a'])).toBe('a');
  expect(listed(['a', 'b', 'c', 'd'])).toBe('a, b, c and d');
  expect(listed(['a', 'b', 'c', 'd', 'e', 'f'])).toBe('a, b, c and 3 more');
});
