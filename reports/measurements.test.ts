import { describe, expect, it } from 'vitest';
import { measurementsPage, missedTargets, provenance } from './measurements.ts';
import { judgeTargets } from './targets/targets-table.ts';
import type { Target } from './targets/target.ts';
import { trial, trialsOf } from './testing/trials.ts';
import { header, okCase, params, scalingRun } from './testing/records.ts';

const base = scalingRun([128, 256, 512, 1024]);
const run = {
  ...base,
  header: {
    ...base.header,
    command: 'attnbench run scaling --adapter synthetic --out /tmp/somewhere --format html,png',
    flags: ['enable-dawn-features=allow_unsafe_apis', 'LP_NUM_THREADS=1'],
  },
};
const [flash, naive] = ['flash', 'naive'].map((kernel) => `${kernel}:n=1024,heads=8,d=64,precision=f32`);
const target = (id: string, atLeast: number, fast = flash): Target => ({
  id,
  adapter: 'synthetic',
  says: `flash at least ${atLeast} times as fast as naive`,
  goal: { atLeast },
  measure: { kind: 'ratio', slow: naive, fast },
});
const targets = [target('easy', 2), target('hard', 200), target('unknown', 2, 'tfjs:n=1024')];

describe('measurements', () => {
  it('names command, adapter, versions and date', () => {
    expect(provenance(run)).toBe(
      '`attnbench run scaling --adapter synthetic` with `LP_NUM_THREADS=1`, 2026-01-02, attnbench 0.1.0 (012345678); ' +
        'an adapter that does not exist; synthetic, 2 cores, 8.00 GiB, synthetic, Node v20.19.0, npm `webgpu` 0.6.2.',
    );
  });

  it('says which targets need a reason', () => {
    expect(missedTargets(judgeTargets(targets, [run]))).toEqual(['hard', 'unknown']);
  });

  it('writes the page', () => {
    const notes = { hard: 'Nothing is that fast.', unknown: 'It is not installed here.' };
    const small = {
      header: { ...header(), command: 'attnbench run flash:n=1024' },
      cases: [okCase('flash', params({ n: 1024 }))],
    };
    expect(
      measurementsPage(
        [
          { folder: 'synthetic-scaling', run },
          { folder: 'synthetic-one', run: small },
        ],
        [{ folder: 'synthetic-gate', all: trialsOf([trial({ slowdown: 0, verdict: 'SAME' })]) }],
        targets,
        notes,
        '## By hand\n\nA remark.',
      ),
    ).toMatchSnapshot();
  });
});
