/** The drawings of a comparison's page, in percent of their width: they fit a phone without being drawn again. */
import type { ComparedCase, SessionOfCase, Timed } from '../../../harness/gate/comparison.ts';
import { element, svgElement } from '../../html/dom.ts';
import { changeText, effectText, timedOf } from '../verdicts.ts';

const smallestReach = Math.log(1.03);
const largestReach = Math.log(1.6);

/** From ratios to percent of the width: 50 is no change, and what lies beyond is held at the edge. */
export interface Scale {
  readonly at: (ratio: number) => number;
  readonly holds: (ratio: number) => boolean;
  /** Ratios with a line and a label. */
  readonly ticks: readonly number[];
}

const tickSteps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

export function scaleOf(ratios: readonly number[]): Scale {
  const widest = Math.max(smallestReach, ...ratios.map((ratio) => Math.abs(Math.log(ratio))));
  const reach = Math.min(widest, largestReach) * 1.06;
  const step = tickSteps.find((one) => Math.log(1 + one) >= reach / 3.5) ?? 0.5;
  const shares = [-3, -2, -1, 0, 1, 2, 3].map((count) => 1 + count * step);
  return {
    at: (ratio) => Math.min(Math.max(50 + (50 * Math.log(ratio)) / reach, 0), 100),
    holds: (ratio) => Math.abs(Math.log(ratio)) <= reach,
    ticks: shares.filter((ratio) => ratio > 0 && Math.abs(Math.log(ratio)) <= reach * 0.94),
  };
}

/** Of all cases together, so that bars can be held against each other. */
export function scaleOfCases(cases: readonly ComparedCase[]): Scale {
  return scaleOf(
    cases.flatMap((one) => {
      const effect = timedOf(one)?.effect;
      return effect === undefined ? [] : [effect.low, effect.ratio, effect.high];
    }),
  );
}

const percent = (value: number): string => `${value.toFixed(3)}%`;

const line = (from: number, to: number, y1: string, y2: string, name: string): SVGElement =>
  svgElement('line', { x1: percent(from), x2: percent(to), y1, y2, class: name });

/** A shape in pixels at a place in percent. */
const shapeAt = (x: number, y: number, d: string, name: string): SVGElement =>
  svgElement('svg', { x: percent(x), y, overflow: 'visible' }, svgElement('path', { d, class: name }));

/** A shape for each verdict, so that colours are not all there is to tell them apart. */
const shapes: Readonly<Record<string, string>> = {
  REGRESSED: 'M-4.5-4.5H4.5V4.5H-4.5Z',
  IMPROVED: 'M0-6L6 0L0 6L-6 0Z',
  SAME: 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0Z',
  UNKNOWN: 'M0-5.5L5.5 4.5H-5.5Z',
};
const arrowLeft = 'M0-5V5L-7 0Z';
const arrowRight = 'M0-5V5L7 0Z';

const grid = (scale: Scale): readonly SVGElement[] =>
  scale.ticks.map((ratio) =>
    line(scale.at(ratio), scale.at(ratio), '0', '100%', ratio === 1 ? 'zero' : 'tick'),
  );

function band(scale: Scale, margin: number): SVGElement {
  const [low, high] = [scale.at(1 / (1 + margin)), scale.at(1 + margin)];
  return svgElement('rect', {
    x: percent(low),
    width: percent(high - low),
    y: 0,
    height: '100%',
    class: 'margin',
  });
}

/** The labels above the bars. */
export function axisOf(scale: Scale): SVGElement {
  const labels = scale.ticks.map((ratio) => {
    const text = svgElement('text', { x: percent(scale.at(ratio)), y: 14, 'text-anchor': 'middle' });
    const share = Math.round(100 * (ratio - 1));
    text.textContent = share > 0 ? `+${share} %` : `${share} %`;
    return text;
  });
  return svgElement('svg', { class: 'plot', width: '100%', height: 20 }, ...labels);
}

/** The interval of a case; null where it was not timed. */
export function forestOf(one: ComparedCase, scale: Scale): SVGElement | null {
  const timed = timedOf(one);
  if (timed === null) return null;
  const { low, ratio, high } = timed.effect;
  const middle = 14;
  return svgElement(
    'svg',
    {
      class: `plot ${one.verdict}`,
      width: '100%',
      height: 2 * middle,
      role: 'img',
      'aria-label': effectText(timed.effect),
    },
    band(scale, timed.margin),
    ...grid(scale),
    line(scale.at(low), scale.at(high), String(middle), String(middle), 'interval'),
    ...(scale.holds(low)
      ? [line(scale.at(low), scale.at(low), String(middle - 4), String(middle + 4), 'interval')]
      : [shapeAt(7 / 10, middle, arrowLeft, 'point')]),
    ...(scale.holds(high)
      ? [line(scale.at(high), scale.at(high), String(middle - 4), String(middle + 4), 'interval')]
      : [shapeAt(100 - 7 / 10, middle, arrowRight, 'point')]),
    ...(scale.holds(ratio)
      ? [shapeAt(scale.at(ratio), middle, shapes[one.verdict] ?? shapes.SAME, 'point')]
      : []),
  );
}

const dot = 'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0Z';
const cross = 'M-3.5-3.5L3.5 3.5M-3.5 3.5L3.5-3.5';
const rowHeight = 16;

function titled(shape: SVGElement, words: string): SVGElement {
  const title = svgElement('title', {});
  title.textContent = words;
  shape.append(title);
  return shape;
}

function sessionWords({ session, stage, pairs, logRatio, controlLogRatio }: SessionOfCase): string {
  const control = controlLogRatio === null ? '' : `, control ${changeText(Math.exp(controlLogRatio))}`;
  return `session ${session} (${stage}), ${pairs} pairs: ${changeText(Math.exp(logRatio))}${control}`;
}

/** One line a session, in their order: a dot for head against base, hollow while screening, and a cross for the control. */
export function sessionsOf({ sessions, margin }: Timed, verdict: string): HTMLElement {
  const ratios = sessions.flatMap(({ logRatio, controlLogRatio }) =>
    [logRatio, ...(controlLogRatio === null ? [] : [controlLogRatio])].map(Math.exp),
  );
  const scale = scaleOf(ratios);
  const height = sessions.length * rowHeight;
  const marks = sessions.flatMap((session, index) => {
    const y = (index + 0.5) * rowHeight;
    const { logRatio, controlLogRatio, stage } = session;
    const words = sessionWords(session);
    return [
      ...(controlLogRatio === null
        ? []
        : [titled(shapeAt(scale.at(Math.exp(controlLogRatio)), y, cross, 'control'), words)]),
      titled(
        shapeAt(scale.at(Math.exp(logRatio)), y, dot, stage === 'screen' ? 'point hollow' : 'point'),
        words,
      ),
    ];
  });
  return element(
    'div',
    { class: 'sessions' },
    element(
      'div',
      { class: 'labels' },
      ...sessions.map(({ session }) => element('span', {}, String(session))),
    ),
    element(
      'div',
      {},
      svgElement(
        'svg',
        {
          class: `plot ${verdict}`,
          width: '100%',
          height,
          role: 'img',
          'aria-label': 'change of time by session',
        },
        band(scale, margin),
        ...grid(scale),
        ...marks,
      ),
      axisOf(scale),
    ),
  );
}
