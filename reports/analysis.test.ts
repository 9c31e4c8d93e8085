import { describe, expect, test } from 'vitest';
import type { CaseRecord, Run } from '../harness/record.ts';
import { analyse } from './analysis.ts';
import { brokenCase, header, okCase, params, peaksWith, scalingRun } from './testing/records.ts';

function runOf(cases: readonly CaseRecord[], suite = 'mixed'): Run {
  return { header: header({ suite, plannedCases: cases.map((record) => record.id) }), cases: [...cases] };
}

function axesOf(cases: readonly CaseRecord[]): readonly string[] {
  return analyse([runOf(cases)]).sweeps.map(
    ({ suite, axis, series }) => `${suite}: ${axis}, ${series.length} series`,
  );
}

describe('rows', () => {
  test('a median, its interval and rates come from the raw samples', () => {
    const record = {
      ...okCase('flash', params({ n: 256 })),
      gpuNs: [7, 1, 2, 3, 4, 5, 6].map((ms) => ms * 1e6),
    };
    const [row] = analyse([runOf([record])]).rows;
    expect(row.timing).toMatchObject({
      clock: 'gpu',
      samples: 7,
      medianNs: 4e6,
      interval: { lowNs: 1e6, highNs: 7e6 },
    });
    expect(row.timing?.flopsPerSecond).toBeCloseTo(record.cost.flops / 4e-3);
    expect(row.timing?.bytesPerSecond).toBeCloseTo((record.cost.bytesRead + record.cost.bytesWritten) / 4e-3);
  });

  test('without timestamps the wall time is the time, and the row says so', () => {
    const record = { ...okCase('flash', params({ n: 256 })), gpuNs: [], wallNs: [5e6, 6e6, 7e6] };
    const [row] = analyse([runOf([record])]).rows;
    expect(row.timing).toMatchObject({ clock: 'wall', medianNs: 6e6, interval: null });
  });

  test('only a case that is right has a time', () => {
    const rows = analyse([scalingRun()]).rows.filter((row) => row.status !== 'ok');
    expect(new Set(rows.map((row) => row.status))).toEqual(
      new Set(['skipped', 'timeout', 'invalid', 'wrong']),
    );
    expect(rows.every((row) => row.timing === null && row.reason !== null)).toBe(true);
  });

  test('a case measured again counts as it came out last', () => {
    const again = okCase('flash', params({ n: 256 }));
    const failed = brokenCase('flash', params({ n: 256 }), 'lost', 'device lost');
    expect(analyse([runOf([failed, again])]).rows.map((row) => row.status)).toEqual(['ok']);
  });

  test('the cases of a kernel stand together, though the sweep took kernels in turns', () => {
    const turns = [128, 256].flatMap((n) =>
      ['naive', 'flash'].map((kernel) => okCase(kernel, params({ n }))),
    );
    expect(analyse([runOf(turns)]).rows.map((row) => `${row.kernel} ${row.params.n}`)).toEqual([
      'naive 128',
      'naive 256',
      'flash 128',
      'flash 256',
    ]);
  });
});

describe('groups', () => {
  const analysis = analyse([scalingRun()]);
  const groupOf = (kernel: string) => analysis.groups.find((group) => group.kernel === kernel);

  test('exponents of time and memory are those the samples were made with', () => {
    expect(groupOf('flash')?.time.exponent).toMatchObject({ kind: 'fit' });
    const exponent = groupOf('flash')?.time.exponent;
    expect(exponent?.kind === 'fit' ? exponent.exponent : 0).toBeCloseTo(2, 1);
    expect(groupOf('naive')?.peak).toMatchObject({ kind: 'polynomial', exponent: 2 });
    expect(groupOf('flash')?.peak).toMatchObject({ kind: 'polynomial', exponent: 1 });
  });

  test('points left out are named with their reason', () => {
    expect(groupOf('naive')?.time.leftOut[0]).toMatchObject({ n: 4096, code: 'missing' });
    expect(groupOf('bigbird')?.time.leftOut).toEqual([
      { n: 1024, code: 'missing', why: 'timeout: no answer in 20 s' },
    ]);
  });

  test('every pair of kernels is compared once, at the axes that both have', () => {
    expect(analysis.crossovers).toHaveLength((7 * 6) / 2);
    const own = runOf([
      ...[128, 256].map((n) => okCase('flash', params({ n }))),
      ...[128, 256].map((n) => okCase('longformer', params({ n, window: 64 }))),
      ...[128, 256].map((n) => okCase('naive', params({ n, precision: 'f16' }))),
    ]);
    expect(analyse([own]).crossovers.map(({ first, second }) => [first, second])).toEqual([
      ['flash', 'longformer'],
    ]);
  });
});

describe('sweeps', () => {
  test('the axis that varies is found, and m, kvHeads and dv that follow are none', () => {
    expect(axesOf([128, 256].map((n) => okCase('flash', params({ n }))))).toEqual(['scaling: n, 1 series']);
    expect(axesOf([1, 2, 4].map((heads) => okCase('flash', params({ n: 256, heads }))))).toEqual([
      'scaling: heads, 1 series',
    ]);
    expect(axesOf([32, 64].map((d) => okCase('flash', params({ n: 256, d }))))).toEqual([
      'scaling: d, 1 series',
    ]);
    expect(axesOf([1, 2, 8].map((kvHeads) => okCase('flash', params({ n: 256, kvHeads }))))).toEqual([
      'scaling: kvHeads, 1 series',
    ]);
  });

  test('a base case with deviations gives one sweep per axis, through the base', () => {
    const cases = [
      ...[128, 256, 512, 1024].map((n) => okCase('flash', params({ n }))),
      ...[1, 2].map((heads) => okCase('flash', params({ n: 512, heads }))),
      okCase('flash', params({ n: 512, precision: 'f16' })),
    ];
    const { sweeps, rows } = analyse([runOf(cases)]);
    expect(sweeps.map((sweep) => [sweep.axis, sweep.values])).toEqual([
      ['n', [128, 256, 512, 1024]],
      ['heads', [1, 2, 8]],
      ['precision', ['f32', 'f16']],
    ]);
    expect(sweeps[1].series[0].rows.map((index) => rows[index].params.n)).toEqual([512, 512, 512]);
  });

  test('a full product is drawn along numbers, and names at the largest n', () => {
    const cases = (['f32', 'f16', 'f16s'] as const).flatMap((precision) =>
      [256, 1024].map((n) => okCase('flash', params({ n, precision }))),
    );
    const { sweeps, rows } = analyse([runOf(cases)]);
    expect(sweeps.map(({ axis, splitBy }) => [axis, splitBy])).toEqual([
      ['n', ['precision']],
      ['precision', []],
    ]);
    expect(sweeps[1].series.flatMap((series) => series.rows.map((index) => rows[index].params.n))).toEqual([
      1024, 1024, 1024,
    ]);
  });

  test('where nothing varies there is still one sweep, and kernels that differ in an own axis share it', () => {
    expect(
      axesOf([okCase('flash', params({ n: 64 })), okCase('longformer', params({ n: 64, window: 16 }))]),
    ).toEqual(['scaling: n, 2 series']);
  });

  test('a kernel with a single case keeps its place beside the others', () => {
    const cases = [
      ...[128, 256].map((n) => okCase('flash', params({ n }))),
      okCase('naive', params({ n: 128 })),
    ];
    expect(axesOf(cases)).toEqual(['scaling: n, 2 series']);
  });

  test('several runs are series of one sweep, told apart by label', () => {
    const cases = [128, 256].map((n) => okCase('flash', params({ n })));
    const other = { ...runOf(cases), header: header({ adapter: { ...header().adapter, name: 'other' } }) };
    const analysis = analyse([runOf(cases), other]);
    expect(analysis.runs.map((run) => run.label)).toEqual(['synthetic', 'other']);
    expect(analysis.sweeps).toMatchObject([
      { axis: 'n', splitBy: ['run'], series: [{ split: [0] }, { split: [1] }] },
    ]);
    expect(new Set(analyse([runOf(cases), runOf(cases)]).runs.map((run) => run.label)).size).toBe(2);
  });
});

test('warnings name what a reader must know', () => {
  const cases = [okCase('flash', params({ n: 128 }))];
  const clean = { cases, header: header({ peaks: peaksWith({ f32: 1e12, readCold: 1e12 }) }) };
  expect(analyse([clean]).warnings).toEqual([]);
  const doubtful = {
    cases,
    header: header({
      plannedCases: ['a', 'b', cases[0].id],
      adapter: { ...header().adapter, software: true },
      clock: { source: 'wall', tickNs: 65_536, overheadNs: 0, quantised: true, monotonic: false },
      compiler: { loopVariablesReinitialised: false },
    }),
  };
  expect(analyse([doubtful]).warnings.map((warning) => warning.code)).toEqual([
    'compiler bug',
    'clock runs backwards',
    'wall clock',
    'quantised clock',
    'software adapter',
    'not measured',
    'no peaks',
  ]);
  expect(analyse([scalingRun()]).warnings.map((warning) => warning.code)).toEqual([
    'wrong numbers',
    'impossible times',
    'no peaks',
  ]);
});
