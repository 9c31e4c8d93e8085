import { expect, test } from 'vitest';
import { resolveParams } from '../harness/params.ts';
import { shapesTable, vectorsTable } from './commands/verify.ts';
import type { ShapeResult } from './verify.ts';

const job = (n: number) => ({
  id: `verify/flash:n=${n}`,
  kernel: 'flash',
  params: resolveParams({}, { n }),
  shape: null,
});
const check: Extract<ShapeResult, { readonly result: 'passed' }>['check'] = {
  nmse: 0,
  maxAbs: 0,
  tolerance: 1,
  rowsChecked: 1,
  rowsTotal: 1,
  exactness: 'exact',
  distanceToSoftmax: null,
};

test('shapes: counts by kernel and precision, reasons of refusals once, the first bad case of each', () => {
  expect(
    shapesTable([
      { ...job(1), result: 'passed', check },
      { ...job(2), result: 'refused', message: 'too odd' },
      { ...job(3), result: 'refused', message: 'too odd' },
      { ...job(4), result: 'wrong', check, message: 'off by one' },
      { ...job(5), result: 'wrong', check, message: 'off by two' },
      { ...job(6), result: 'crashed', message: 'gone' },
    ]),
  ).toBe(
    `kernel  precision  passed  refused  wrong  failed
──────  ─────────  ──────  ───────  ─────  ──────  ────────────────
flash   f32             1        2      2       1  refused: too odd

verify/flash:n=4: wrong: off by one
`,
  );
});

test('vectors: errors beside what is allowed, reasons, and vectors that no kernel computes', () => {
  const about = { file: 'x.json', name: 'x', mechanism: 'sdpa', kernel: 'flash', precision: 'f32' } as const;
  expect(
    vectorsTable(
      [
        { ...about, result: 'passed', outputs: [{ output: 'y', error: 1e-7, tolerance: 2e-6 }] },
        { ...about, result: 'wrong', outputs: [{ output: 'y', error: Infinity, tolerance: 2e-6 }] },
        { ...about, result: 'unsupported', message: 'no masks yet' },
      ],
      [{ name: 'z', mechanism: 'gru' }],
    ),
  ).toBe(
    `vector  mechanism  kernel  precision  result       error of what is allowed
──────  ─────────  ──────  ─────────  ───────────  ─────────────────────────────────
x       sdpa       flash   f32        passed       y 1.0e-7 of 2.0e-6
x       sdpa       flash   f32        wrong        y Infinity of 2.0e-6
x       sdpa       flash   f32        unsupported  no masks yet
z       gru        -       -          unsupported  no kernel computes this mechanism
`,
  );
});
