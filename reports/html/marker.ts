/** A legend's sample: the marker and the dash of a series, as the charts draw them. */
import type { SeriesLook } from '../figures.ts';
import { svgElement } from './dom.ts';

const shapes: Readonly<Record<SeriesLook['pointStyle'], string>> = {
  circle: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z',
  rect: 'M-3.5-3.5H3.5V3.5H-3.5Z',
  triangle: 'M0-4.2L4.2 3.5H-4.2Z',
  rectRot: 'M0-4.6L4.6 0L0 4.6L-4.6 0Z',
  cross: 'M-4.5 0H4.5M0-4.5V4.5',
  crossRot: 'M-3.5-3.5L3.5 3.5M-3.5 3.5L3.5-3.5',
  star: 'M-4.5 0H4.5M0-4.5V4.5M-3.2-3.2L3.2 3.2M-3.2 3.2L3.2-3.2',
};

export function markerSample(look: SeriesLook): SVGElement {
  const line = svgElement('path', {
    d: 'M-14 0H14',
    stroke: look.color,
    'stroke-width': 1.5,
    'stroke-dasharray': look.dash.join(' ') || 'none',
  });
  const marker = svgElement('path', {
    d: shapes[look.pointStyle],
    fill: look.fill,
    stroke: look.color,
    'stroke-width': 1.5,
    transform: `rotate(${look.rotation})`,
  });
  return svgElement(
    'svg',
    { viewBox: '-15 -7 30 14', width: 30, height: 14, 'aria-hidden': 'true' },
    line,
    marker,
  );
}
