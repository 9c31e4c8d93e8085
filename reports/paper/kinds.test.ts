import { describe, expect, test } from 'vitest';
import type { CaseRecord, Run } from '../../harness/record.ts';
import { header, okCase, params, peaksWith, scalingRun, skippedCase } from '../testing/records.ts';
import { toCsv } from '../table.ts';
import { makeFigures } from './kinds.ts';
import type { Asked, FigureName } from './kinds.ts';
import type { ChartBody, MapBody, PaperFigure } from './paper-figure.ts';
import type { Filters } from './selection.ts';

const nothing: Asked = { x: null, y: null, over: null };
const everything: Filters = { kernels: null, axes: {}, suite: null };

const runOf = (cases: readonly CaseRecord[], peaks: Run['header']['peaks'] = null): Run => ({
  header: header({ peaks }),
  cases: [...cases],
});

function make(
  name: FigureName,
  run: Run | readonly Run[],
  asked: Partial<Asked> = {},
  filters: Partial<Filters> = {},
) {
  const runs = Array.isArray(run) ? run : [run];
  return makeFigures(name, { runs, filters: { ...everything, ...filters } }, { ...nothing, ...asked }).built;
}

function figures(...words: Parameters<typeof make>): readonly PaperFigure[] {
  const built = make(...words);
  if (built.kind === 'none') throw new Error(built.why);
  return built.figures;
}

function why(...words: Parameters<typeof make>): string {
  const built = make(...words);
  return built.kind === 'none' ? built.why : 'there is a figure';
}

function chart({ body }: PaperFigure): ChartBody {
  if (body.kind !== 'chart') throw new Error('a map is no chart');
  return body;
}

function map({ body }: PaperFigure): MapBody {
  if (body.kind !== 'map') throw new Error('a chart is no map');
  return body;
}

const labels = (figure: PaperFigure): readonly string[] =>
  chart(figure).figure.series.map(({ label }) => label);

describe('along an axis', () => {
  test('time has every kernel, its gaps, and its numbers', () => {
    const [time] = figures('time', scalingRun());
    expect(labels(time)).toEqual(['copy', 'naive', 'flash', 'longformer', 'bigbird', 'performer', 'mamba']);
    expect(time.title).toBe('Time of a call by sequence length n');
    expect(time.notes[0]).toMatch(/^naive at n = 4096, 8192, 16384: skipped, limit/);
    expect(time.marked).toContain(1);
    const [head, ...lines] = toCsv(time.numbers).trim().split('\r\n');
    expect(head).toBe('series,kernel,run,n,median_ns,low,high,samples,status,reason,case');
    expect(lines).toHaveLength(scalingRun().cases.length);
    const skipped = lines.find((line) => line.startsWith('naive') && line.includes(',4096,'));
    expect(skipped).toContain('naive,naive,synthetic,4096,,,,,skipped,');
  });

  test('filters leave the cases asked for, and kernels without the axis', () => {
    const cases = [64, 128].flatMap((n) => [
      okCase('flash', params({ n })),
      okCase('flash', params({ n, precision: 'f16' })),
      okCase('longformer', params({ n, window: 16 })),
      okCase('longformer', params({ n, window: 32 })),
    ]);
    const axes = { precision: ['f32'], window: ['32'] };
    const [time] = figures('time', runOf(cases), {}, { axes });
    expect(labels(time)).toEqual(['flash', 'longformer']);
    expect(chart(time).figure.series[1].points).toHaveLength(2);
    const [one] = figures('time', runOf(cases), {}, { kernels: ['longformer'], axes });
    expect(labels(one)).toEqual(['longformer']);
  });

  test('-x draws along another axis', () => {
    const cases = [64, 128, 256].flatMap((n) =>
      [1, 2, 4].map((heads) => okCase('flash', params({ n, heads }))),
    );
    const [time] = figures('time', runOf(cases), { x: 'heads' }, { axes: { n: ['128'] } });
    expect(chart(time).figure.x).toMatchObject({ values: [1, 2, 4] });
    expect(why('time', runOf(cases), { x: 'd' })).toBe('nothing varies along d; the runs vary n, heads');
  });

  test('the error figure has the distance to softmax attention beside it, of what approximates it', () => {
    const cases = [64, 128].flatMap((n) => {
      const performer = okCase('performer', params({ n }));
      return [
        okCase('flash', params({ n })),
        { ...performer, check: { ...performer.check, distanceToSoftmax: 0.5 } },
      ];
    });
    const both = figures('error', runOf(cases));
    expect(both.map(({ id }) => id)).toEqual(['error', 'error-softmax']);
    expect(labels(both[1])).toEqual(['performer']);
    expect(chart(both[1]).figure.series[0].points.map(({ y }) => y)).toEqual([0.5, 0.5]);
    expect(both[1].notes).toEqual(['flash: exact, or another function than softmax attention.']);
    expect(figures('error', runOf(cases), { y: 'error' })).toHaveLength(1);
    expect(why('error', runOf(cases.slice(0, 1)), { y: 'softmax' })).toContain('run some that do');
  });

  test('decode takes the cases with more keys than queries alone', () => {
    const cases = [1024, 2048].flatMap((m) => [
      okCase('flash', params({ n: 1, m })),
      okCase('naive', params({ n: 1, m })),
    ]);
    const [decode] = figures('decode', runOf([...cases, okCase('flash', params({ n: 64 }))]));
    expect(chart(decode).figure.series.map(({ points }) => points.map(({ x }) => x))).toEqual([
      [1024, 2048],
      [1024, 2048],
    ]);
    expect(why('decode', scalingRun())).toBe(
      'no case has more keys than queries; run some: attnbench run decode',
    );
  });

  test('more series than can be told apart are refused with what narrows them', () => {
    const cases = ['naive', 'flash', 'performer', 'mamba'].flatMap((kernel) =>
      (['f32', 'f16'] as const).flatMap((precision) =>
        [false, true].flatMap((causal) =>
          [64, 128].map((n) => okCase(kernel, params({ n, precision, causal }))),
        ),
      ),
    );
    expect(why('time', runOf(cases))).toBe(
      '16 series are more than the 12 that can be told apart; narrow with --kernels or -a precision=… or -a causal=…',
    );
  });

  test('a run with several suites is drawn from the largest, and says so', () => {
    const cases = [
      ...[64, 128, 256].map((n) => okCase('flash', params({ n }))),
      ...[1, 2].map((heads) => okCase('flash', params({ n: 64, heads }), { suite: 'heads' })),
    ];
    const built = make('time', runOf(cases));
    expect(built).toMatchObject({
      kind: 'figures',
      remarks: ['drawn from suite scaling; --suite heads draws what else there is'],
    });
    const [heads] = figures('time', runOf(cases), {}, { suite: 'heads' });
    expect(chart(heads).figure.xTitle).toBe('heads');
  });
});

describe('speed-up', () => {
  const [speedup] = figures('speedup', scalingRun());

  test('is the ratio of medians, with an interval, where both were timed', () => {
    const flash = chart(speedup).figure.series.find(({ label }) => label === 'flash');
    const [first] = flash?.points ?? [];
    // (2e4 + 2.4 n²) / (1e4 + 1.1 n²) at n = 128.
    expect(first.y ?? 0).toBeCloseTo((2e4 + 2.4 * 128 ** 2) / (1e4 + 1.1 * 128 ** 2), 1);
    expect(first.low).toBeLessThan(first.y ?? 0);
    expect(first.high).toBeGreaterThan(first.y ?? 0);
  });

  test('has neither the base nor a copy of the values, and ends where the base does', () => {
    expect(labels(speedup)).toEqual(['flash', 'longformer', 'bigbird', 'performer', 'mamba']);
    expect(chart(speedup).figure.x).toMatchObject({ values: [128, 256, 512, 1024, 2048] });
    expect(speedup.notes).toContain('naive has no time at n = 4096, 8192, 16384: no speed-up there.');
    expect(labels(figures('speedup', scalingRun(), {}, { kernels: ['copy', 'flash'] })[0])).toEqual([
      'copy',
      'flash',
    ]);
  });

  test('compares what is alike in every axis that both have', () => {
    const cases = [64, 128].flatMap((n) => [
      okCase('naive', params({ n })),
      okCase('naive', params({ n, causal: true })),
      okCase('flash', params({ n, causal: true })),
    ]);
    const [figure] = figures('speedup', runOf(cases));
    const [base, mine] = [cases[1], cases[2]].map(({ gpuNs }) => [...gpuNs].sort((a, b) => a - b));
    const middle = (sorted: readonly number[]): number => (sorted[9] + sorted[10]) / 2;
    expect(chart(figure).figure.series[0].points[0].y).toBeCloseTo(middle(base) / middle(mine), 9);
  });

  test('needs its base', () => {
    const cases = [64, 128].map((n) => okCase('flash', params({ n })));
    expect(why('speedup', runOf(cases))).toBe('naive was not measured; name one of flash with --over');
    expect(why('speedup', runOf(cases), { over: 'flash' })).toContain('run both');
  });
});

describe('points', () => {
  test('the roofline has a figure for each run with peaks', () => {
    const peaks = peaksWith({ f32: 6e13, readCold: 2e12 });
    const run = { ...scalingRun(), header: header({ peaks }) };
    expect(figures('roofline', run).map(({ id }) => id)).toEqual(['roofline']);
    const other = { ...run, header: header({ peaks, runId: 'synthetic-2' }) };
    expect(figures('roofline', [run, other]).map(({ id }) => id)).toEqual(['roofline-1', 'roofline-2']);
    expect(why('roofline', scalingRun())).toContain('attnbench peaks');
  });

  test('pareto stands at the largest place that most kernels have, and joins those that none beats', () => {
    const [pareto] = figures('pareto', scalingRun(), { y: 'memory' });
    expect(pareto.subtitle).toContain('n 2048');
    const { front, figure } = chart(pareto);
    expect(labels(pareto)).not.toContain('copy');
    const all = figure.series.flatMap(({ points }) => points.map(({ x, y }) => [x, y ?? 0]));
    expect(front.length).toBeGreaterThan(1);
    for (const [x, y] of front) {
      expect(all.some(([time, cost]) => time <= x && cost <= y && (time < x || cost < y))).toBe(false);
    }
    const [small] = figures('pareto', scalingRun(), {}, { axes: { n: ['512'] } });
    expect(small.subtitle).toContain('n 512');
  });
});

describe('crossover map', () => {
  const cases = [64, 512, 4096].flatMap((n) =>
    [1, 8].flatMap((heads) =>
      ['copy', 'flash', 'longformer'].map((kernel) => okCase(kernel, params({ n, heads }))),
    ),
  );

  test('has the fastest of each place and by how much, without the copy', () => {
    const [figure] = figures('crossover', runOf(cases));
    const { columns, rows, cells } = map(figure);
    expect([columns, rows]).toEqual([
      [64, 512, 4096],
      [1, 8],
    ]);
    expect(cells.map(({ kernel }) => kernel)).toEqual([
      'flash',
      'flash',
      'longformer',
      'flash',
      'flash',
      'longformer',
    ]);
    expect(cells.every(({ decided, lead }) => decided && (lead ?? 0) > 1)).toBe(true);
    const [head, line] = toCsv(figure.numbers).split('\r\n');
    expect(head).toBe('n,heads,fastest,median_ns,next,next_median_ns,lead,decided');
    expect(line).toMatch(/^64,1,flash,\d[\d.]*,longformer,/);
  });

  test('says where the two fastest cannot be told apart', () => {
    const level = [64, 128].flatMap((n) =>
      [1, 8].flatMap((heads) => {
        const flash = okCase('flash', params({ n, heads }));
        return [flash, { ...flash, kernel: 'naive', id: `${flash.id}2` }];
      }),
    );
    expect(map(figures('crossover', runOf(level))[0]).cells.map(({ decided }) => decided)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('needs two axes, and no third', () => {
    expect(why('crossover', scalingRun())).toMatch(
      /^a map needs two axes that vary, and only n does; measure one:/,
    );
    const third = cases.map((one) => okCase(one.kernel, { ...one.params, causal: true }));
    expect(why('crossover', runOf([...cases, ...third]))).toBe(
      'causal varies too, and a map shows two axes; choose with -a causal=false',
    );
    expect(why('crossover', runOf(cases), { y: 'd' })).toBe('nothing varies along d; the runs vary heads, n');
  });
});

test('words that a figure does not know are mistakes', () => {
  expect(() => make('time', scalingRun(), { y: 'memory' })).toThrow('figure time takes no -y; leave it out');
  expect(() => make('memory', scalingRun(), { over: 'naive' })).toThrow('takes no --over');
  expect(() => make('pareto', scalingRun(), { y: 'memroy' })).toThrow("did you mean 'memory'?");
  expect(() => make('time', scalingRun(), {}, { kernels: ['flahs'] })).toThrow("did you mean 'flash'?");
  expect(() => make('time', scalingRun(), {}, { axes: { widnow: ['1'] } })).toThrow("unknown axis 'widnow'");
  expect(() => make('time', scalingRun(), {}, { axes: { d: ['128'] } })).toThrow(
    'no case has d=128; the runs have d=64',
  );
  expect(() => make('time', scalingRun(), {}, { suite: 'scalign' })).toThrow("did you mean 'scaling'?");
});

test('cases that gave nothing are no figure', () => {
  const cases = [1024, 2048].map((n) => skippedCase('naive', params({ n }), 'limit', 'too large'));
  expect(why('time', runOf(cases))).toBe('no case has a value; run some: attnbench run quick');
});
