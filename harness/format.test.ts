import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatDuration,
  formatDurationRange,
  formatExponent,
  formatNumber,
  formatPercent,
  formatRound,
} from './format.ts';

describe('units are chosen once and read with three digits', () => {
  test.each([
    [0, '0 ns'],
    [0.5, '0.500 ns'],
    [999.4, '999 ns'],
    [999.6, '1.00 µs'],
    [1234, '1.23 µs'],
    [99_960, '100 µs'],
    [1.5e6, '1.50 ms'],
    [2e9, '2.00 s'],
    [3.6e12, '3600 s'],
  ])('%d ns is %s', (ns, text) => expect(formatDuration(ns)).toBe(text));

  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.00 KiB'],
    [144 * 2 ** 20, '144 MiB'],
    [2 ** 40, '1.00 TiB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  test('both ends of a range are in the unit of the upper', () => {
    expect(formatDurationRange(950_000, 1_200_000)).toBe('0.950 – 1.20 ms');
  });

  test('ticks carry no zeros', () => {
    expect([1e7, 2e4, 500].map((ns) => formatRound(ns, 'duration'))).toEqual(['10 ms', '20 µs', '500 ns']);
    expect([0.05, 1e-13, 100_000].map((value) => formatRound(value, 'number'))).toEqual([
      '0.05',
      '1e-13',
      '100000',
    ]);
  });

  test('shares are per cent with two digits', () => {
    expect([0, 0.00123, 0.08, 0.0996, 0.347, 1.2].map(formatPercent)).toEqual([
      '0',
      '0.12',
      '8.0',
      '10',
      '35',
      '120',
    ]);
  });

  test('numbers and exponents', () => {
    expect([1.005, 999.6, 1e6, 0.0004].map(formatNumber)).toEqual(['1.00', '1000', '1.0e6', '4.0e-4']);
    expect(formatExponent(1.984, { low: 1.9, high: 2.1 })).toBe('1.98 [1.90, 2.10]');
  });
});
