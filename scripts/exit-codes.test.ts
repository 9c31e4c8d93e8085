import { expect, test } from 'vitest';
import {
  DeviceLostError,
  EnvironmentError,
  KernelError,
  OutOfMemoryError,
  UsageError,
} from '../harness/errors.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodeOf, worstExitCode } from './exit-codes.ts';

test('the gravest of several codes is told', () => {
  const order: readonly ExitCode[] = [2, 3, 6, 4, 1, 5, 0];
  order.forEach((code, at) => {
    expect(worstExitCode(order.slice(at).toReversed())).toBe(code);
  });
  expect(worstExitCode([])).toBe(0);
});

test('every error has its code', () => {
  expect(
    [
      new UsageError(''),
      new EnvironmentError(''),
      new OutOfMemoryError(''),
      new KernelError(''),
      new DeviceLostError(''),
      new TypeError(''),
      'a string',
    ].map(exitCodeOf),
  ).toEqual([2, 4, 4, 3, 6, 6, 6]);
});
