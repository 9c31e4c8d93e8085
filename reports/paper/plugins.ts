/** What chart.js does not draw by itself and figures for print have: bands, the edge of the best, cells of a map, words above. */
import type { Plugin } from 'chart.js';
import { insideChart } from '../chart-plugins.ts';
import type { Figure } from '../figure.ts';
import { drawMarker, textWidth } from './legend.ts';
import type { LegendSetting, Patch } from './legend.ts';
import type { Look } from './looks.ts';
import type { MapBody } from './paper-figure.ts';

interface Between {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** Stretches of neighbouring points that have an interval; of points that no line joins each by itself. */
function stretches(
  points: Figure['series'][number]['points'],
  joined: boolean,
): readonly (readonly Between[])[] {
  const found: Between[][] = [[]];
  for (const { x, y, low, high } of points) {
    const measured = y !== null && low !== null && high !== null;
    if (!measured || !joined) found.push([]);
    if (measured) found.at(-1)?.push({ x, low, high });
  }
  return found.filter(({ length }) => length > 0);
}

/** From the lower to the upper end of each point's 95 % interval; a bar where a point stands alone. */
export function bands(
  figure: Figure,
  looks: readonly Look[],
  joined: boolean,
  barWidth: number,
): Plugin<'line'> {
  return {
    id: 'bands',
    beforeDatasetsDraw(chart) {
      const { x: xScale, y: yScale } = chart.scales;
      insideChart(chart, (context) => {
        figure.series.forEach(({ points }, index) => {
          context.fillStyle = `${looks[index].color}38`;
          for (const stretch of stretches(points, joined)) {
            const upper = stretch.map(({ x, high }) => [
              xScale.getPixelForValue(x),
              yScale.getPixelForValue(high),
            ]);
            const lower = stretch.map(({ x, low }) => [
              xScale.getPixelForValue(x),
              yScale.getPixelForValue(low),
            ]);
            context.beginPath();
            if (stretch.length === 1) {
              const [[x, top], [, bottom]] = [upper[0], lower[0]];
              context.rect(x - barWidth / 2, top, barWidth, bottom - top);
            } else {
              for (const [x, y] of [...upper, ...lower.reverse()]) context.lineTo(x, y);
            }
            context.fill();
          }
        });
      });
    },
  };
}

/** Steps between the points that no other beats in both. */
export function frontLine(
  front: readonly (readonly [number, number])[],
  color: string,
  width: number,
): Plugin<'line'> {
  return {
    id: 'frontLine',
    beforeDatasetsDraw(chart) {
      if (front.length < 2) return;
      const { x: xScale, y: yScale } = chart.scales;
      insideChart(chart, (context) => {
        context.strokeStyle = color;
        context.lineWidth = width;
        context.setLineDash([3 * width, 2 * width]);
        context.beginPath();
        front.forEach(([xValue, yValue], index) => {
          const [x, y] = [xScale.getPixelForValue(xValue), yScale.getPixelForValue(yValue)];
          if (index > 0) context.lineTo(x, yScale.getPixelForValue(front[index - 1][1]));
          context.lineTo(x, y);
        });
        context.stroke();
      });
    },
  };
}

/** A lead as it stands in a cell: 1.3×, 12×. */
const leadText = (lead: number): string => `${lead < 9.95 ? lead.toFixed(1) : Math.round(lead)}×`;

/** Lines across a cell in which the two fastest cannot be told apart. */
function hatch(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  step: number,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.beginPath();
  for (let at = x - height; at < x + width; at += step) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
}

/** A cell for each pair of values: the fastest kernel's colour and marker, and its lead where there is room. */
export function cells(
  body: MapBody,
  looks: ReadonlyMap<string, Patch>,
  setting: LegendSetting,
): Plugin<'line'> {
  return {
    id: 'cells',
    beforeDatasetsDraw(chart) {
      const { x: xScale, y: yScale } = chart.scales;
      const width = xScale.getPixelForValue(1) - xScale.getPixelForValue(0);
      const height = yScale.getPixelForValue(0) - yScale.getPixelForValue(1);
      const { fontSize, font, surface, markerRadius, lineWidth } = setting;
      const inset = lineWidth / 2;
      insideChart(chart, (context) => {
        for (const { column, row, kernel, lead, decided } of body.cells) {
          const look = looks.get(kernel);
          if (look === undefined) continue;
          const [x, y] = [xScale.getPixelForValue(column), yScale.getPixelForValue(row)];
          const [left, top] = [x - width / 2 + inset, y - height / 2 + inset];
          const [wide, high] = [width - 2 * inset, height - 2 * inset];
          context.fillStyle = look.ground;
          context.fillRect(left, top, wide, high);
          if (!decided) {
            context.strokeStyle = `${surface.background}c0`;
            context.lineWidth = 1.5 * lineWidth;
            hatch(context, left, top, wide, high, 4.5 * lineWidth);
          }
          const text = lead === null ? '' : leadText(lead);
          const textRoom = textWidth(text, font, fontSize);
          const stacked = high >= 2 * fontSize + 2 * markerRadius && wide >= textRoom;
          const beside = !stacked && high >= fontSize && wide >= textRoom + 4 * markerRadius + fontSize / 2;
          const words = text !== '' && (stacked || beside);
          const shift = beside ? (textRoom + fontSize / 3) / 2 + markerRadius / 2 : 0;
          const lift = words && stacked ? 0.62 * fontSize : 0;
          drawMarker(context, look, x - (words ? shift : 0), y - lift, markerRadius, lineWidth);
          if (!words) continue;
          context.fillStyle = surface.ink;
          context.font = `${fontSize}px ${font}`;
          context.textAlign = 'center';
          context.textBaseline = 'middle';
          context.fillText(
            text,
            beside ? x + 1.2 * markerRadius + fontSize / 6 : x,
            stacked ? y + 0.62 * fontSize : y,
          );
        }
      });
    },
  };
}

/** A line at a value that everything is held against. */
export function referenceLine(reference: number, setting: LegendSetting): Plugin<'line'> {
  return {
    id: 'referenceLine',
    beforeDatasetsDraw(chart) {
      const { chartArea, scales } = chart;
      const y = scales['y'].getPixelForValue(reference);
      insideChart(chart, (context) => {
        context.strokeStyle = setting.surface.ink;
        context.lineWidth = 0.6 * setting.lineWidth;
        context.beginPath();
        context.moveTo(chartArea.left, y);
        context.lineTo(chartArea.right, y);
        context.stroke();
      });
    },
  };
}
