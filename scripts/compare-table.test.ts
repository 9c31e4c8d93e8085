import { expect, it } from 'vitest';
import type { ComparedCase, Comparison } from '../harness/gate/comparison.ts';
import { defaultDesign } from '../harness/gate/design.ts';
import { comparisonText } from './compare-table.ts';

const identity = (
  id: string,
): Pick<
  ComparedCase,
  'id' | 'suite' | 'kernel' | 'mechanism' | 'params' | 'file' | 'hashes' | 'exact' | 'reasons'
> => ({
  id,
  suite: 's',
  kernel: id,
  mechanism: 'm',
  params: { batch: 1, heads: 1, kvHeads: 1, n: 1, m: 1, d: 1, dv: 1, precision: 'f32', causal: false },
  file: 'kernels/x/x.wgsl',
  hashes: { base: null, head: null },
  exact: [],
  reasons: [],
});

const timed = (ratio: number) => ({
  effect: { ratio, low: ratio - 0.01, high: ratio + 0.01 },
  pValue: 0.001,
  pAdjusted: 0.001,
  pSignFlip: 0.01,
  minimumDetectable: 0.0123,
  margin: 0.02,
  control: null,
  baseNs: 1e6,
  headNs: ratio * 1e6,
  tickShare: 0,
  sessions: [],
});

const cases: readonly ComparedCase[] = [
  { ...identity('same'), verdict: 'SAME', timed: timed(1) },
  { ...identity('copied'), verdict: 'SAME', timed: null },
  { ...identity('new'), verdict: 'NEW' },
  { ...identity('faster'), verdict: 'IMPROVED', timed: timed(0.9) },
  {
    ...identity('open'),
    verdict: 'UNKNOWN',
    timed: timed(1.02),
    reasons: [{ code: 'too wide', message: 'try an idle machine' }],
  },
  { ...identity('slow'), verdict: 'REGRESSED', timed: timed(1.05) },
  { ...identity('slowest'), verdict: 'REGRESSED', timed: timed(1.5) },
  {
    ...identity('fat'),
    verdict: 'SAME',
    timed: timed(1),
    exact: [{ metric: 'peakBytes', base: 1024, head: 2048, change: 'worse' }],
  },
  { ...identity('off'), verdict: 'WRONG', side: 'head', problem: { message: 'y is off' } },
  { ...identity('gone'), verdict: 'REMOVED' },
];

const comparison: Comparison = {
  schema: 'attnbench-comparison/1',
  kind: 'comparison',
  comparisonId: 'id',
  command: 'attnbench compare',
  startedAt: '2026-01-02T03:04:05.000Z',
  seconds: 1,
  base: { label: 'main', kind: 'revision', commit: '0123456789abcdef', dirty: false },
  head: { label: '.', kind: 'folder', commit: 'fedcba9876543210', dirty: true },
  tool: { version: '1', commit: null },
  host: { name: 'node', runtime: '', webgpu: '', os: '', cpu: '', cores: 1, memoryBytes: 1 },
  adapter: null,
  clock: null,
  flags: [],
  design: { ...defaultDesign, looks: [], confirmLooks: [], budgetSeconds: 90 },
  control: null,
  calibration: null,
  allowMemory: false,
  cases: [...cases],
};

it('says what was found in plain words, and folds what was not timed into counts', () => {
  expect(comparisonText(comparison)).toMatchInlineSnapshot(`
    "head . at fedcba9876, with changes against base main at 0123456789

    verdict    change of time [95 %]   detectable  base → head        processes  case
    ─────────  ──────────────────────  ──────────  ─────────────────  ─────────  ───────
    WRONG                                                                        off
    REGRESSED  +50.0 % [+49.0, +51.0]  1.2 %       1.00 ms → 1.50 ms  0          slowest
    REGRESSED  +5.0 % [+4.0, +6.0]     1.2 %       1.00 ms → 1.05 ms  0          slow
    SAME       0.0 % [-1.0, +1.0]      1.2 %       1.00 ms → 1.00 ms  0          fat
    UNKNOWN    +2.0 % [+1.0, +3.0]     1.2 %       1.00 ms → 1.02 ms  0          open
    IMPROVED   -10.0 % [-11.0, -9.0]   1.2 %       1.00 ms → 900 µs   0          faster
    SAME       0.0 % [-1.0, +1.0]      1.2 %       1.00 ms → 1.00 ms  0          same

      WRONG off: head: y is off
      SAME fat: memory 1.00 KiB → 2.00 KiB (+100 %)
      UNKNOWN open: try an idle machine

    1 case of the same code, 1 case new and right, 1 case removed (new: new; removed: gone)
    "
  `);
});
