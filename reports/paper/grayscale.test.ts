import { describe, expect, test } from 'vitest';
import { grayOf, leastLightness, lightness, lookAlikes, luminance } from './grayscale.ts';
import type { Seen } from './grayscale.ts';

test('luminance and lightness are those of sRGB and CIE', () => {
  expect(luminance('#ffffff')).toBeCloseTo(1, 6);
  expect(luminance('#00ff00')).toBeCloseTo(0.7152, 4);
  expect(lightness('#000000')).toBe(0);
  expect(lightness('#ffffff')).toBeCloseTo(100, 3);
  // Mid-gray of print.
  expect(lightness('#777777')).toBeCloseTo(50, 0);
});

test('a gray is as light as its colour', () => {
  for (const color of ['#0072b2', '#c9500a', '#00805d', '#ffffff', '#000000', '#010101']) {
    const gray = grayOf(color);
    expect(gray).toMatch(/^#(..)\1\1$/);
    expect(Math.abs(lightness(gray) - lightness(color))).toBeLessThan(0.5);
  }
});

describe('series look alike', () => {
  const seen = (overrides: Partial<Seen> = {}): Seen => ({
    label: 'a',
    color: '#0072b2',
    pointStyle: 'circle',
    rotation: 0,
    hollow: false,
    dash: [],
    ...overrides,
  });
  // As light as the blue to a few parts in a hundred.
  const other = { label: 'b', color: '#b35900' };

  test('where hue alone differs', () => {
    const [found] = lookAlikes([seen(), seen(other)]);
    expect(found.labels).toEqual(['a', 'b']);
    expect(found.distance).toBeLessThan(leastLightness);
  });

  test.each([
    ['a marker', { pointStyle: 'rect' }],
    ['a turned marker', { rotation: 180 }],
    ['a hollow marker', { hollow: true }],
    ['a dash', { dash: [4, 2] }],
    ['how light they are', { color: '#f0e442' }],
  ])('but not where %s differs', (_, difference) => {
    expect(lookAlikes([seen(), seen({ ...other, ...difference })])).toEqual([]);
  });
});
