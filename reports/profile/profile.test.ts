import { describe, expect, test } from 'vitest';
import { header, okCase, params, wrongCase } from '../testing/records.ts';
import { profiledCase, profiledRun } from '../testing/profiles.ts';
import { comparisonsOf } from './compare.ts';
import { figuresOfProfile } from './figure.ts';
import { profileOf } from './profile.ts';
import { profileTables } from './tables.ts';
import { terminalProfile } from './terminal.ts';

const run = profiledRun();

describe('profileOf', () => {
  test('gives passes, gaps and the host’s part of a call', () => {
    const [naive] = profileOf(run).cases;
    expect(naive.passes.map(({ name, share }) => [name, share.toFixed(3)])).toEqual([
      ['scores', '0.250'],
      ['softmax', '0.250'],
      ['values', '0.500'],
    ]);
    expect(naive.gaps.medianNs).toBeCloseTo(1000);
    expect(naive.call.medianNs).toBeCloseTo(4_001_000);
    expect(naive.host.queueWait.medianNs).toBeCloseTo(30_000);
    expect(naive.host.submit?.medianNs).toBeCloseTo(2_000);
    expect(naive.passes[0].flopsPerByte).toBeCloseTo(67 / 3);
  });

  test('takes the case’s cost for the only pass of a kernel that declares none', () => {
    const record = profiledCase('flash', params({ n: 64 }), [{ name: 'attention', ns: 1e6 }]);
    const several = profiledCase('naive', params({ n: 64 }), [
      { name: 'a', ns: 1e6 },
      { name: 'b', ns: 1e6 },
    ]);
    const { cases } = profileOf({ header: header(), cases: [record, several] });
    expect(cases[0].passes[0].cost).toEqual(record.cost);
    expect(cases[1].passes.map(({ cost }) => cost)).toEqual([null, null]);
  });

  test('says in a sentence why a case has no profile', () => {
    const old = okCase('flash', params({ n: 64 }));
    const untimed = {
      ...profiledCase('naive', params({ n: 64 }), [{ name: 'a', ns: 1 }]),
      gpuNs: [],
      passNs: {},
    };
    const wrong = wrongCase('copy', params({ n: 64 }), 'nmse 0.3');
    const { cases, missing } = profileOf({ header: header(), cases: [old, untimed, wrong] });
    expect(cases).toEqual([]);
    expect(missing.map(({ why, message }) => [why, message])).toEqual([
      ['old record', `${old.id} was measured before records kept their passes; measure it again`],
      [
        'no timestamps',
        `${untimed.id} was timed by the wall clock alone: this adapter has no timestamps, and its passes cannot be told apart`,
      ],
      ['not measured', `${wrong.id} has no time: wrong, nmse 0.3`],
    ]);
  });

  test('keeps the order in which cases are asked for', () => {
    const ids = [run.cases[3].id, run.cases[0].id];
    expect(profileOf(run, ids).cases.map(({ id, label }) => [id, label])).toEqual([
      [ids[0], 'flash n 512'],
      [ids[1], 'naive n 256'],
    ]);
  });

  test('tells cases apart by their variant where nothing else does', () => {
    const record = profiledCase('flash', params({ n: 64 }), [{ name: 'attention', ns: 1e6 }]);
    const other = { ...record, suite: 'other', id: 'other/flash', variant: 'broadcast' };
    const { cases } = profileOf({ header: header(), cases: [record, other] });
    expect(cases.map(({ label }) => label)).toEqual(['flash tiled', 'flash broadcast']);
  });
});

describe('cases of one shape', () => {
  const [first] = comparisonsOf(profileOf(run));

  test('are compared pass by pass, paired by name', () => {
    expect(comparisonsOf(profileOf(run)).map((one) => [one.first, one.second])).toEqual([
      ['naive n 256', 'flash n 256'],
      ['naive n 512', 'flash n 512'],
    ]);
    expect(first.passes.map(({ name, ns, share }) => [name, Math.round(ns), share?.toFixed(2)])).toEqual([
      ['scores', -1_000_000, '0.40'],
      ['softmax', -1_000_000, '0.40'],
      ['values', -2_000_000, '0.80'],
      ['attention', 1_500_000, '-0.60'],
    ]);
    expect(first.sentence).toBe(
      'flash n 256 takes 1.50 ms and naive n 256 4.00 ms, 2.67 times as long. The largest part is values, which only naive n 256 has: 2.00 ms of 2.50 ms (80.0 %).',
    );
  });

  test('pair a pass that both have', () => {
    const pass = (ns: number) => [
      { name: 'attention', ns },
      { name: 'merge', ns: 1000 },
    ];
    const slow = profiledCase('flash', params({ n: 64 }), pass(2e6));
    const fast = {
      ...profiledCase('flash', params({ n: 64 }), pass(1e6)),
      id: 'x/flash',
      variant: 'broadcast',
    };
    const [difference] = comparisonsOf(profileOf({ header: header(), cases: [slow, fast] }));
    expect(difference.passes.map(({ name, ns }) => [name, Math.round(ns)])).toEqual([
      ['attention', -1_000_000],
      ['merge', 0],
    ]);
    expect(difference.sentence).toBe(
      'flash broadcast takes 1.00 ms and flash tiled 2.00 ms, 2.00 times as long. The largest part is attention: 1.00 ms of 1.00 ms (100 %).',
    );
  });

  test('differ by nothing that is shown where their intervals overlap', () => {
    const pass = (ns: number) => [{ name: 'attention', ns }];
    const one = profiledCase('flash', params({ n: 64 }), pass(1_000_000));
    const other = { ...profiledCase('naive', params({ n: 64 }), pass(1_000_100)) };
    const [difference] = comparisonsOf(profileOf({ header: header(), cases: [one, other] }));
    expect(difference.sentence).toContain('overlap, so no difference is shown');
  });
});

describe('figures', () => {
  test('are stacks of each series over n, and of the cases side by side', () => {
    const figures = figuresOfProfile(profileOf(run));
    expect(figures.map(({ id }) => id)).toEqual([
      'naive-by-n-time',
      'naive-by-n-share',
      'flash-by-n-time',
      'cases-time',
      'cases-share',
    ]);
    const [time, share] = figures;
    expect(time.bars.map(({ label }) => label)).toEqual(['256', '512']);
    expect(time.segments.map(({ label }) => label)).toEqual([
      'scores',
      'softmax',
      'values',
      'between passes',
    ]);
    const stacked = share.segments.map(({ values }) => values[0] ?? 0).reduce((sum, value) => sum + value, 0);
    expect(stacked).toBeCloseTo(1);
    const [, , , sideBySide] = figures;
    expect(sideBySide.bars.map(({ label }) => label)).toEqual([
      'naive n 256',
      'flash n 256',
      'naive n 512',
      'flash n 512',
    ]);
    const attention = sideBySide.segments.find(({ label }) => label === 'attention');
    expect(attention?.values.map((value) => value === null)).toEqual([true, false, true, false]);
  });

  test('are none for one case', () => {
    expect(figuresOfProfile(profileOf(run, [run.cases[0].id]))).toEqual([]);
  });
});

describe('what people read', () => {
  test('in a terminal', () => {
    const ids = run.cases.slice(0, 2).map(({ id }) => id);
    const profile = profileOf(run, ids);
    expect(terminalProfile(profile, comparisonsOf(profile))).toMatchSnapshot();
  });

  test('without peaks, and with a case that has no profile', () => {
    const old = okCase('copy', params({ n: 64 }));
    const profile = profileOf({ header: { ...run.header, peaks: null }, cases: [run.cases[1], old] });
    expect(terminalProfile(profile, [])).toMatchSnapshot();
  });

  test('every table has a cell for each column', () => {
    const profile = profileOf(run);
    const tables = profileTables(profile, comparisonsOf(profile));
    expect(tables.map(({ id }) => id)).toEqual([
      'passes',
      'bounds',
      'workgroups',
      'host',
      'difference-1',
      'difference-2',
    ]);
    for (const { rows, columns } of tables) {
      for (const row of rows) expect(row).toHaveLength(columns.length);
    }
  });
});
