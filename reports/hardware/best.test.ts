import { expect, test } from 'vitest';
import type { CaseRecord, Run } from '../../harness/record.ts';
import { analyse } from '../analysis.ts';
import { fewCases, onWallClock, runOn, slowed } from '../testing/devices.ts';
import { okCase, params } from '../testing/records.ts';
import { bestDevices } from './best.ts';
import { bestDeviceMap, crossoverMap } from './heat-map.ts';
import { hasSeveralDevices } from './judge.ts';
import type { HardwareAnalysis } from './judge.ts';
import { bestDeviceTable, bestKernelTable } from './best-tables.ts';

function analysed(...runs: readonly Run[]): HardwareAnalysis {
  const analysis = analyse(runs);
  if (!hasSeveralDevices(analysis)) throw new Error('the runs are of one device');
  return analysis;
}

const ns = [128, 1024, 8192];
const cases = fewCases(['copy', 'naive', 'flash', 'mamba'], ns);
const slower = (kernel: string, factor: number, all: readonly CaseRecord[] = cases): readonly CaseRecord[] =>
  all.map((record) => (record.kernel === kernel ? slowed(record, factor) : record));
const textOf = (table: ReturnType<typeof bestDeviceTable>): readonly (readonly string[])[] =>
  table.rows.map((row) => row.map(({ text }) => text));

test('the fastest device by mechanism runs its own fastest kernel', () => {
  // Flash is slow on the laptop, so that naive stands for softmax attention there; mamba is faster than on the desk.
  const analysis = analysed(
    runOn({ name: 'desk' }, 1, cases),
    runOn({ name: 'lap' }, 1, slower('mamba', 0.25, slower('flash', 100))),
  );
  expect(textOf(bestDeviceTable(analysis))).toMatchInlineSnapshot(`
    [
      [
        "softmax (sdpa)",
        "8 heads, d 64, f32",
        "desk 2.11×",
        "desk 2.19×",
        "desk 2.16×",
      ],
      [
        "state space (s6)",
        "8 heads, d 64, f32",
        "lap 4.00×",
        "lap 4.00×",
        "lap 4.00×",
      ],
    ]
  `);
  const [softmax] = bestDevices(analysis);
  expect(softmax.best.map(({ device, kernel, next }) => [device, kernel, next?.kernel])).toEqual(
    ns.map(() => [0, 'flash', 'naive']),
  );
});

test('what the noise does not tell apart is level, and what was measured once has a ratio in doubt', () => {
  const analysis = analysed(runOn({ name: 'desk' }, 1, cases), runOn({ name: 'lap' }, 1.0001, cases));
  const levels = bestDevices(analysis).flatMap(({ best }) => best.map(({ next }) => next?.isLevel));
  expect(new Set(levels)).toEqual(new Set([true]));
  expect(textOf(bestDeviceTable(analysis))[0]).toContain('desk ≈ lap');
  const once = cases.map((record) => ({ ...record, gpuNs: record.gpuNs.slice(0, 3) }));
  const doubtful = analysed(runOn({ name: 'desk' }, 1, once), runOn({ name: 'lap' }, 3, once));
  expect(textOf(bestDeviceTable(doubtful))[0]).toContain('desk 3.00× (n)');
});

test('the fastest kernel of a device: any mechanism but the floor', () => {
  const analysis = analysed(
    runOn({ name: 'desk' }, 1, cases),
    runOn({ name: 'lap' }, 1, slower('mamba', 50)),
  );
  expect(textOf(bestKernelTable(analysis))).toMatchInlineSnapshot(`
    [
      [
        "desk",
        "8 heads, d 64, f32",
        "flash 2.11×",
        "mamba 2.59×",
        "mamba 22.4×",
      ],
      [
        "lap",
        "8 heads, d 64, f32",
        "flash 2.11×",
        "flash 2.19×",
        "flash 2.16×",
      ],
    ]
  `);
});

test('settings and the kernels’ own axes are rows of their own, told apart by what differs', () => {
  const records = [32, 64].flatMap((window) =>
    ['f32', 'f16s'].flatMap((precision) =>
      [128, 256].map((n) =>
        okCase('longformer', {
          ...params({ n, precision: precision === 'f32' ? 'f32' : 'f16s' }),
          window,
          dilation: 1,
        }),
      ),
    ),
  );
  const analysis = analysed(runOn({ name: 'desk' }, 1, records), runOn({ name: 'lap' }, 2, records));
  expect(textOf(bestDeviceTable(analysis)).map(([, place]) => place)).toEqual([
    'f32, window 32',
    'f16s, window 32',
    'f32, window 64',
    'f16s, window 64',
  ]);
});

test('of mixed clocks wall times decide, and a mix of kernel versions has a star', () => {
  const wall = analysed(
    runOn({ name: 'desk' }, 1, cases),
    // Its wall times are shorter than those of the desk, and longer than the desk's GPU times.
    runOn({ name: 'lap', clock: { source: 'wall' } }, 0.99, cases.map(onWallClock)),
  );
  const [softmax] = bestDevices(wall);
  expect(softmax.best[0]).toMatchObject({ device: 1, clock: 'wall' });
  const versions = analysed(
    runOn({ name: 'desk' }, 1, cases),
    runOn(
      { name: 'lap', header: { kernelSources: { flash: 'others' }, tool: { version: '2', commit: null } } },
      2,
      cases.map((record) => ({ ...record, source: { ...record.source, hash: 'others' } })),
    ),
  );
  expect(textOf(bestDeviceTable(versions))[0].slice(2)).toEqual(ns.map(() => 'desk 2.00× *'));
});

test('crossovers stand device beside device, of a device measured twice the later ones', () => {
  const ns = [128, 512, 2048];
  const few = fewCases(['copy', 'naive', 'flash', 'mamba'], ns);
  const late = runOn(
    { name: 'lap', header: { startedAt: '2026-03-03T00:00:00Z' } },
    2,
    few.map((record) => (record.kernel === 'mamba' ? slowed(record, 3) : record)),
  );
  // The pair is measured the other way round, and long ago.
  const early = runOn({ name: 'lap' }, 2, few.toReversed());
  const analysis = analysed(runOn({ name: 'desk' }, 1, few), late, early);
  const map = crossoverMap(analysis, [0, 1]);
  expect(map.columns).toEqual(['flash, naive', 'flash, mamba']);
  expect(map.rows.map(({ label, cells }) => [label, ...cells.map((cell) => cell?.short)])).toEqual([
    ['desk', 'flash', 'mamba from 416'],
    ['lap', 'flash', 'mamba from 1185'],
  ]);
  expect(map.rows[0].cells.map((cell) => cell?.detail)).toEqual([
    '128 – 2048',
    expect.stringMatching(/^\[4\d\d, 4\d\d\]$/),
  ]);
  expect(map.subtitle).toContain('; 8 heads, d 64, f32');
  expect(crossoverMap(analysis, [1]).rows.map(({ label }) => label)).toEqual(['lap']);
});

test('a heat map has numbers for devices whose names are long, and says whose they are', () => {
  const analysis = analysed(
    runOn({ name: 'a device with a name of some length' }, 1, cases),
    runOn({ name: 'lap' }, 8, cases),
  );
  const map = bestDeviceMap(analysis);
  expect(map.rows[0].cells[0]).toEqual({
    name: 'a device with a name of some length',
    short: '#1',
    detail: '8.00×',
    strength: 1,
    says: 'a device with a name of some length; lap takes 8.00× as long',
  });
  expect(map.notes[1]).toBe('#1 a device with a name of some length; #2 lap.');
});
