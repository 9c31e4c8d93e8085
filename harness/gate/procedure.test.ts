import { describe, expect, test } from 'vitest';
import type { Draw } from '../testing/gate-sessions.ts';
import { codes, normal, only, run, sessionOf } from '../testing/gate-sessions.ts';
import { comparedCaseSchema } from './comparison.ts';
import { defaultDesign } from './design.ts';
import { GateProcedure } from './procedure.ts';

describe('a single case', () => {
  test('a clear slowdown is flagged at the first look and confirmed by as many fresh sessions', () => {
    const gate = new GateProcedure(['a'], defaultDesign);
    const batches = run(gate, normal('clear', 0.1, 0.01));
    expect(batches.map(({ stage }) => stage)).toEqual([
      ...Array.from({ length: 6 }, () => 'screen'),
      ...Array.from({ length: 6 }, () => 'confirm'),
    ]);
    const result = only(gate.results());
    expect(result.verdict).toBe('REGRESSED');
    expect(codes(result)).toEqual(['confirmed']);
    expect(result.reasons[0].message).toContain('6 fresh processes');
    expect(result.timed?.effect.low).toBeGreaterThan(1.02);
    expect(result.timed?.sessions).toHaveLength(12);
  });

  test('the effect is of the fresh sessions alone', () => {
    const gate = new GateProcedure(['a'], defaultDesign);
    run(gate, (_, stage, index) => ({ logRatio: (stage === 'screen' ? 0.3 : 0.1) + 1e-3 * (index % 2) }));
    expect(only(gate.results()).timed?.effect.ratio).toBeCloseTo(Math.exp(0.1005), 10);
  });

  test('a quiet machine shows equivalence at the first look', () => {
    const gate = new GateProcedure(['a'], defaultDesign);
    expect(run(gate, normal('quiet', 0, 0.003))).toHaveLength(6);
    const result = only(gate.results());
    expect(result.verdict).toBe('SAME');
    expect(codes(result)).toEqual(['equivalent']);
  });

  test('a difference that is real but within the margin is SAME', () => {
    const gate = new GateProcedure(['a'], defaultDesign);
    run(gate, normal('small', 0.01, 0.002));
    const result = only(gate.results());
    expect(result.verdict).toBe('SAME');
    expect(result.timed?.pValue).toBeLessThan(0.01);
  });

  test('what is neither shown nor excluded after all looks is UNKNOWN, and says what it saw', () => {
    const gate = new GateProcedure(['a'], defaultDesign);
    const batches = run(gate, (_, __, index) => ({ logRatio: index % 2 === 0 ? 0.1 : -0.1 }));
    expect(batches).toHaveLength(36);
    const result = only(gate.results());
    expect(result.verdict).toBe('UNKNOWN');
    expect(codes(result)).toEqual(['too wide']);
    expect(result.reasons[0].message).toMatch(
      /^the 97\.6 % interval of 36 sessions, -\d\.\d % to \+\d\.\d %, reaches across/,
    );
  });

  test('seen in the screen and gone in fresh processes: not confirmed, as soon as they show it', () => {
    const gate = new GateProcedure(['a'], defaultDesign);
    const batches = run(gate, (_, stage, index) => ({
      logRatio: (stage === 'screen' ? 0.1 : 0) + 0.001 * (index % 2),
    }));
    expect(batches).toHaveLength(12);
    const result = only(gate.results());
    expect(result.verdict).toBe('UNKNOWN');
    expect(codes(result)).toEqual(['not confirmed']);
  });

  test('seen in the screen and not again: not confirmed, where fresh processes leave it open', () => {
    const gate = new GateProcedure(['a'], defaultDesign);
    const batches = run(gate, (_, stage, index) =>
      stage === 'screen' ? { logRatio: 0.1 } : { logRatio: index % 2 === 0 ? 0.1 : -0.1 },
    );
    expect(batches).toHaveLength(6 + 64);
    const result = only(gate.results());
    expect(result.verdict).toBe('UNKNOWN');
    expect(codes(result)).toEqual(['not confirmed']);
    expect(result.reasons[0].message).toContain('the screen saw +10.5 %');
  });

  test('seen again but not clear of the margin: too wide', () => {
    const gate = new GateProcedure(['a'], defaultDesign);
    run(gate, (_, stage, index) => ({
      logRatio: stage === 'screen' ? 0.1 : 0.02 + (index % 2 === 0 ? 0.03 : -0.03),
    }));
    expect(codes(only(gate.results()))).toEqual(['too wide']);
  });

  test('fresh sessions that point the other way confirm nothing', () => {
    const gate = new GateProcedure(['a'], defaultDesign);
    run(gate, (_, stage, index) => ({ logRatio: (stage === 'screen' ? 0.1 : -0.1) + 0.001 * (index % 2) }));
    expect(codes(only(gate.results()))).toEqual(['not confirmed']);
  });
});

describe('a family', () => {
  const spread =
    (p: number): Draw =>
    (_, stage, index) => ({
      logRatio: stage === 'screen' ? 0.1 : 0.02 + p * (1 + (index % 2 === 0 ? 0.45 : -0.45)),
    });

  test('what one case needs to be confirmed grows with the number of flagged cases', () => {
    const single = new GateProcedure(['a'], {
      ...defaultDesign,
      confirmLooks: [{ sessions: 6, alpha: 0.01 }],
    });
    run(single, spread(0.02));
    expect(single.decisions()[0].verdict).toBe('REGRESSED');
    const many = new GateProcedure(
      Array.from({ length: 100 }, (_, index) => `case ${index}`),
      { ...defaultDesign, confirmLooks: [{ sessions: 6, alpha: 0.01 }] },
    );
    run(many, (id, stage, index) =>
      stage === 'confirm' && id !== 'case 0'
        ? { logRatio: index % 2 === 0 ? 0.1 : -0.1 }
        : spread(0.02)(id, stage, index),
    );
    expect(many.decisions()[0].verdict).toBe('UNKNOWN');
  });

  test('cases that the screen decides do not enter the correction', () => {
    const gate = new GateProcedure(
      Array.from({ length: 100 }, (_, index) => `case ${index}`),
      { ...defaultDesign, confirmLooks: [{ sessions: 6, alpha: 0.01 }] },
    );
    const batches = run(gate, (id, stage, index) =>
      id === 'case 0' ? spread(0.02)(id, stage, index) : { logRatio: 0.001 * (index % 2) },
    );
    expect(gate.decisions()[0].verdict).toBe('REGRESSED');
    expect(gate.decisions().filter(({ verdict }) => verdict === 'SAME')).toHaveLength(99);
    expect(batches.at(-1)).toEqual({ stage: 'confirm', cases: ['case 0'] });
  });

  test('only flagged cases are measured again, only undecided ones go on', () => {
    const gate = new GateProcedure(['same', 'slow', 'noisy'], defaultDesign);
    const batches = run(gate, (id, _, index) => {
      if (id === 'noisy') return { logRatio: index % 2 === 0 ? 0.1 : -0.1 };
      return { logRatio: (id === 'slow' ? 0.1 : 0) + 0.001 * (index % 2) };
    });
    expect(batches[0]).toEqual({ stage: 'screen', cases: ['same', 'slow', 'noisy'] });
    expect(batches[6]).toEqual({ stage: 'screen', cases: ['noisy'] });
    expect(batches[36]).toEqual({ stage: 'confirm', cases: ['slow'] });
    expect(gate.decisions().map(({ verdict }) => verdict)).toEqual(['SAME', 'REGRESSED', 'UNKNOWN']);
  });

  test('a withdrawn case is no part of it', () => {
    const gate = new GateProcedure(['a', 'b'], defaultDesign);
    gate.withdraw('b');
    run(gate, normal('alone', 0.1, 0.01));
    expect(gate.results().map(({ id, verdict }) => [id, verdict])).toEqual([['a', 'REGRESSED']]);
  });
});

describe('sessions that are missing', () => {
  test('after the budget, what is undecided is UNKNOWN', () => {
    const gate = new GateProcedure(['a'], defaultDesign);
    run(gate, (_, __, index) => ({ logRatio: index % 2 === 0 ? 0.1 : -0.1 }), 8);
    gate.stop();
    expect(gate.next()).toBeNull();
    expect(codes(only(gate.results()))).toEqual(['budget']);
  });

  test('below the first look there are also too few', () => {
    const gate = new GateProcedure(['a'], defaultDesign);
    run(gate, normal('few', 0.1, 0.001), 5);
    gate.stop();
    const result = only(gate.results());
    expect(result.verdict).toBe('UNKNOWN');
    expect(codes(result)).toEqual(['budget', 'few sessions']);
    expect(result.reasons[1].message).toContain('at least 6');
  });

  test('flagged and out of budget before it is confirmed: UNKNOWN', () => {
    const gate = new GateProcedure(['a'], defaultDesign);
    run(gate, normal('flagged', 0.1, 0.001), 9);
    gate.stop();
    expect(codes(only(gate.results()))).toEqual(['budget', 'few sessions']);
  });

  test('the screen ends early, so that what it flagged can be confirmed', () => {
    const gate = new GateProcedure(['slow', 'noisy'], defaultDesign);
    const draw: Draw = (id, _, index) =>
      id === 'noisy' ? { logRatio: index % 2 === 0 ? 0.1 : -0.1 } : { logRatio: 0.1 + 0.001 * (index % 2) };
    run(gate, draw, 8);
    gate.endScreen();
    expect(gate.next()).toEqual({ stage: 'confirm', cases: ['slow'] });
    run(gate, draw);
    expect(gate.decisions().map((decision) => [decision.verdict, ...codes(decision)])).toEqual([
      ['REGRESSED', 'confirmed'],
      ['UNKNOWN', 'budget'],
    ]);
  });

  test('with nothing flagged, the screen goes on', () => {
    const gate = new GateProcedure(['noisy'], defaultDesign);
    run(gate, (_, __, index) => ({ logRatio: index % 2 === 0 ? 0.1 : -0.1 }), 8);
    gate.endScreen();
    expect(gate.next()).toEqual({ stage: 'screen', cases: ['noisy'] });
  });

  test('a lost session is made up for; three in a row give the case up', () => {
    const gate = new GateProcedure(['a', 'b'], defaultDesign);
    run(gate, normal('lost', 0, 0.001), 5);
    gate.add('a', sessionOf('screen', 5, 0));
    gate.lose('b', 'the process ended (signal 9)');
    expect(gate.next()).toEqual({ stage: 'screen', cases: ['b'] });
    gate.lose('b', 'the process ended (signal 9)');
    gate.add('b', sessionOf('screen', 7, 0));
    expect(gate.decisions().map(({ verdict }) => verdict)).toEqual(['SAME', 'SAME']);

    // Two more do not give it up: the one in between counted.
    const recovered = new GateProcedure(['a'], defaultDesign);
    for (let time = 0; time < 2; time++) recovered.lose('a', 'no answer within 60 s');
    recovered.add('a', sessionOf('screen', 0, 0));
    for (let time = 0; time < 2; time++) recovered.lose('a', 'no answer within 60 s');
    expect(recovered.next()).toEqual({ stage: 'screen', cases: ['a'] });

    const lost = new GateProcedure(['a'], defaultDesign);
    for (let time = 0; time < 3; time++) lost.lose('a', 'no answer within 60 s');
    expect(lost.next()).toBeNull();
    const result = only(lost.results());
    expect(codes(result)).toEqual(['sessions lost']);
    expect(result.reasons[0].message).toBe('3 processes in a row gave nothing: no answer within 60 s');
    expect(result.timed).toBeNull();
  });

  test('a session that nobody waits for is refused', () => {
    const gate = new GateProcedure(['a'], defaultDesign);
    expect(() => gate.add('b', sessionOf('screen', 0, 0))).toThrow("'b' is not a case");
    expect(() => gate.add('a', sessionOf('confirm', 0, 0))).toThrow('not waiting');
    run(gate, normal('done', 0, 0.001));
    expect(() => gate.add('a', sessionOf('screen', 6, 0))).toThrow('not waiting');
    expect(() => gate.lose('a', 'late')).toThrow('not waiting');
  });

  test('before anything is decided, UNKNOWN', () => {
    const gate = new GateProcedure(['a'], defaultDesign);
    expect(codes(only(gate.results()))).toEqual(['few sessions']);
  });
});

describe('what takes a verdict back', () => {
  test('the A/A arms of the run together', () => {
    const gate = new GateProcedure(['a', 'b'], defaultDesign);
    run(gate, (id, _, index) => ({
      logRatio: (id === 'a' ? 0.1 : 0) + 0.002 * (index % 2),
      control: 0.03 + 0.002 * (index % 2),
    }));
    expect(gate.control()).toMatchObject({ cases: 2, significant: true });
    for (const decision of gate.decisions()) {
      expect(decision.verdict).toBe('UNKNOWN');
      expect(codes(decision)[0]).toBe('control');
    }
  });

  test('the A/A arm of a case that is called different', () => {
    const ids = Array.from({ length: 9 }, (_, index) => `case ${index}`);
    const gate = new GateProcedure(ids, defaultDesign);
    run(gate, (id, _, index) => ({
      logRatio: (id === 'case 0' ? 0.1 : 0) + 0.002 * (index % 2),
      control: (id === 'case 0' ? 0.03 : 0) + (index % 2 === 0 ? 0.002 : -0.002),
    }));
    expect(gate.control()?.significant).toBe(false);
    const [first, ...others] = gate.decisions();
    expect([first.verdict, ...codes(first)]).toEqual(['UNKNOWN', 'control', 'confirmed']);
    expect(others.every(({ verdict }) => verdict === 'SAME')).toBe(true);
  });

  test('a timer whose step is half the margin', () => {
    for (const [tickShare, verdict] of [
      [0.009, 'REGRESSED'],
      [0.011, 'UNKNOWN'],
    ] as const) {
      const gate = new GateProcedure(['a'], defaultDesign);
      gate.noteTick('a', tickShare);
      run(gate, normal('tick', 0.1, 0.01));
      const result = only(gate.results());
      expect(result.verdict).toBe(verdict);
      expect(result.timed?.tickShare).toBe(tickShare);
      if (verdict === 'UNKNOWN') expect(codes(result)).toEqual(['tick', 'confirmed']);
    }
  });
});

test('the design spends what it says, and looks only later and later', () => {
  const spent = defaultDesign.looks.reduce((sum, { alpha }) => sum + alpha, 0);
  expect(spent).toBeCloseTo(defaultDesign.alpha, 12);
  // A quarter of it is the share of red sweeps of identical code, at most.
  const confirming = defaultDesign.confirmLooks.reduce((sum, { alpha }) => sum + alpha, 0);
  expect(confirming / 4).toBeLessThanOrEqual(0.01 + 1e-12);
  for (const looks of [defaultDesign.looks, defaultDesign.confirmLooks]) {
    expect(looks[0].sessions).toBeGreaterThanOrEqual(6);
    expect(looks.every((look, index) => index === 0 || look.sessions > looks[index - 1].sessions)).toBe(true);
  }
});

test('what comes out fits the schema of a comparison', () => {
  const gate = new GateProcedure(['slow', 'same', 'noisy'], defaultDesign);
  run(gate, (id, _, index) => ({
    logRatio:
      id === 'noisy' ? (index % 2 === 0 ? 0.2 : -0.2) : (id === 'slow' ? 0.1 : 0) + 0.001 * (index % 2),
    control: index % 2 === 0 ? 0.001 : -0.001,
  }));
  const identity = {
    suite: 'scaling',
    kernel: 'flash',
    mechanism: 'sdpa',
    params: {
      batch: 1,
      heads: 1,
      kvHeads: 1,
      n: 64,
      m: 64,
      d: 64,
      dv: 64,
      precision: 'f32',
      causal: false,
    },
    file: 'kernels/flash/flash.wgsl',
    hashes: { base: 'a', head: 'b' },
    exact: [],
  };
  for (const result of gate.results()) comparedCaseSchema.parse({ ...identity, ...result });
  expect(gate.results().map(({ verdict }) => verdict)).toEqual(['REGRESSED', 'SAME', 'UNKNOWN']);
});
