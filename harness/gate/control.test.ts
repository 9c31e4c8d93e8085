import { expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import type { SessionOfCase } from './comparison.ts';
import { controlArm, controlOf, isBiased } from './control.ts';

const sessionOf = (session: number, controlLogRatio: number | null): SessionOfCase => ({
  session,
  stage: 'screen',
  pairs: 50,
  logRatio: 0,
  controlLogRatio,
  baseNs: 1,
  headNs: 1,
  orderEffect: 0,
});

interface Machine {
  readonly cases: number;
  readonly sessions: number;
  readonly bias: number;
  /** What the cases of a process share. */
  readonly shared: number;
}

/** Some cases are ten times as noisy as others, and some leave early. */
function drawRun({ cases, sessions, bias, shared }: Machine, seed: string): SessionOfCase[][] {
  const random = seededRandom(seed);
  const luck = Array.from({ length: sessions }, () => shared * random.normal());
  return Array.from({ length: cases }, (_, index) =>
    luck
      .slice(0, index % 3 === 0 ? sessions : 6)
      .map((process, session) =>
        sessionOf(session, bias + process + 0.03 * 10 ** (index % 2) * random.normal()),
      ),
  );
}

const shareBelow = (level: number, machine: Machine, runs: number): number => {
  const below = Array.from({ length: runs }, (_, run) => controlOf(drawRun(machine, `run ${run}`), 0.02));
  return below.filter((control) => (control?.pValue ?? 1) < level).length / runs;
};

test.each([
  ['one case', { cases: 1, sessions: 10, bias: 0, shared: 0 }],
  ['many cases', { cases: 60, sessions: 16, bias: 0, shared: 0 }],
  ['many cases whose processes have luck of their own', { cases: 60, sessions: 16, bias: 0, shared: 0.05 }],
])('a fit machine with %s: p is below 5 %% in about 5 %% of runs', (_, machine) => {
  const share = shareBelow(0.05, machine, 400);
  expect(share).toBeGreaterThan(0.02);
  expect(share).toBeLessThan(0.085);
});

test('a machine that favours one of two copies is unfit, and it is said what to do', () => {
  const control = controlOf(drawRun({ cases: 60, sessions: 16, bias: 0.03, shared: 0.005 }, 'biased'), 0.02);
  expect(control).toMatchObject({ cases: 60, significant: true });
  expect(control?.message).toContain('Stop other work');
});

test('a bias that is sure but small beside the margin does not count', () => {
  const arms = Array.from({ length: 10 }, (_, session) => sessionOf(session, 0.003 + 0.0001 * (session % 2)));
  expect(controlOf([arms], 0.02)?.pValue).toBeLessThan(1e-6);
  expect(controlOf([arms], 0.02)?.significant).toBe(false);
  expect(controlOf([arms], 0.005)?.significant).toBe(true);
});

test('without A/A arms there is no control', () => {
  expect(controlOf([], 0.02)).toBeNull();
  expect(controlOf([[sessionOf(0, null)]], 0.02)).toBeNull();
  expect(controlArm([sessionOf(0, null)])).toBeNull();
});

test('times that never differ are no difference', () => {
  const arms = Array.from({ length: 6 }, (_, session) => sessionOf(session, 0));
  expect(controlOf([arms], 0.02)).toMatchObject({ significant: false, pValue: 1 });
});

test('a case is biased where its own arm is off by half the margin, surely', () => {
  const arm = (bias: number, scatter: number): SessionOfCase[] =>
    Array.from({ length: 10 }, (_, session) =>
      sessionOf(session, bias + (session % 2 === 0 ? scatter : -scatter)),
    );
  const biased = (bias: number, scatter: number): boolean => {
    const moments = controlArm(arm(bias, scatter));
    return moments !== null && isBiased(moments, 0.02);
  };
  expect(biased(0.015, 0.002)).toBe(true);
  expect(biased(-0.015, 0.002)).toBe(true);
  expect(biased(0.015, 0.05)).toBe(false);
  expect(biased(0.005, 0.002)).toBe(false);
});
