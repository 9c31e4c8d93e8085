/** Where the words of a figure stand, read from its SVG: none over another, and none beyond the edge. */
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { SaxesParser } from 'saxes';
import { expect, test } from 'vitest';
import type { CaseRecord } from '../harness/record.ts';
import { analyse } from './analysis.ts';
import { figuresOf, rooflinesOf } from './figure-list.ts';
import { renderFigure } from './static.ts';
import { header, okCase, params, peaksWith, skippedCase } from './testing/records.ts';

interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const context = createCanvas(1, 1).getContext('2d');

/** Boxes of all upright words; the y axis' title is turned and stands alone at the left. */
function boxesOf(svg: string): readonly Box[] {
  expect(GlobalFonts.has('Inter')).toBe(true);
  const boxes: Box[] = [];
  const parser = new SaxesParser();
  let attributes: Readonly<Record<string, string>> | null = null;
  let text = '';
  parser.on('opentag', (tag) => {
    attributes =
      tag.name === 'text'
        ? Object.fromEntries(Object.entries(tag.attributes).map(([k, v]) => [k, String(v)]))
        : null;
    text = '';
  });
  parser.on('text', (words) => {
    text += words;
  });
  parser.on('closetag', ({ name }) => {
    if (name !== 'text' || attributes === null) return;
    const { x = '0', y = '0', transform = '' } = attributes;
    const [a = 1, b = 0, , , e = 0, f = 0] = [...transform.matchAll(/-?[\d.]+/g)].map(([number]) =>
      Number(number),
    );
    if (b !== 0) return;
    const size = Number(attributes['font-size']);
    context.font = `${attributes['font-weight'] ?? ''} ${size}px Inter`;
    const { width } = context.measureText(text);
    const at = a * Number(x) + e;
    const anchor = attributes['text-anchor'];
    const left = anchor === 'middle' ? at - width / 2 : anchor === 'end' ? at - width : at;
    const base = Number(y) + f;
    // From the height of a capital to the line that letters stand on.
    boxes.push({ text, left, right: left + width, top: base - 0.73 * size, bottom: base });
  });
  parser.write(svg).close();
  return boxes;
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

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
    const boxes = boxesOf(renderFigure(analysis, spec, 'svg').toString('utf8'));
    expect(boxes.length).toBeGreaterThan(3);
    const cut = boxes.filter(
      ({ left, right, top, bottom }) => left < 0 || right > 624 || top < 0 || bottom > 384,
    );
    expect([spec.id, cut]).toEqual([spec.id, []]);
    const collisions = boxes.flatMap((a, index) =>
      boxes.slice(index + 1).flatMap((b) => (overlap(a, b) ? [`${a.text} / ${b.text}`] : [])),
    );
    expect([spec.id, collisions]).toEqual([spec.id, []]);
  }
});
