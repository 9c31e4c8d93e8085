/** Where the words of a figure stand, read from its SVG: none over another, and none beyond the edge. */
import { expect, test } from 'vitest';
import type { CaseRecord } from '../harness/record.ts';
import { analyse } from './analysis.ts';
import { figuresOf, rooflinesOf } from './figure-list.ts';
import { renderFigure } from './static.ts';
import { header, okCase, params, peaksWith, skippedCase } from './testing/records.ts';
import { collisions, wordBoxes } from './testing/word-boxes.ts';

/** Of a capital, in font sizes. */
const letterHeight = 0.73;

/** Twelve kernels of long names, of which half stop at the same length. */
function twelve(): readonly CaseRecord[] {
  const names = Array.from({ length: 12 }, (_, index) =>
    index % 2 === 0 ? `sliding-window-attention-with-sinks-${index}` : `k${index}`,
  );
  return names.flatMap((kernel, index) =>
    [128, 256, 512, 1024, 2048].map((n): CaseRecord => {
      const shape = params({ n });
      const record =
        index > 5 && n > 1024
          ? skippedCase('naive', shape, 'limit', 'scores needs 536870912 bytes')
          : okCase(index % 3 === 0 ? 'flash' : 'mamba', shape, { noise: 0.01 * (index + 1) });
      return { ...record, kernel, id: `scaling/${kernel}:n=${n}` };
    }),
  );
}

const runs: Readonly<Record<string, readonly CaseRecord[]>> = {
  'twelve series with long names': twelve(),
  'one point': [okCase('flash', params({ n: 128 }))],
  'only skipped cases': [128, 256].flatMap((n) =>
    ['flash', 'naive', 'mamba'].map((kernel) =>
      skippedCase(kernel, params({ n }), 'feature', 'no shader-f16'),
    ),
  ),
  'long names along the axis': ['flash', 'naive'].flatMap((kernel) =>
    Array.from({ length: 5 }, (_, index) =>
      okCase(kernel, { ...params({ n: 512 }), mode: `tiled-with-double-buffering-${index}` }),
    ),
  ),
  'many precisions': ['flash', 'naive', 'mamba', 'copy'].flatMap((kernel) =>
    (['f32', 'f16', 'f16s'] as const).flatMap((precision) =>
      [128, 256, 512].map((n) => okCase(kernel, params({ n, precision }))),
    ),
  ),
};

test.each(Object.entries(runs))('words do not collide and are not cut off: %s', (_, cases) => {
  const analysis = analyse([{ header: header({ peaks: peaksWith({ f32: 60e12, readCold: 2e12 }) }), cases }]);
  for (const spec of [...figuresOf(analysis), ...rooflinesOf(analysis)]) {
    const boxes = wordBoxes(renderFigure(analysis, spec, 'svg').toString('utf8'), letterHeight);
    expect(boxes.length).toBeGreaterThan(3);
    const cut = boxes.filter(
      ({ left, right, top, bottom }) => left < 0 || right > 624 || top < 0 || bottom > 384,
    );
    expect([spec.id, cut]).toEqual([spec.id, []]);
    expect([spec.id, collisions(boxes)]).toEqual([spec.id, []]);
  }
});
