/** What chart.js does not draw by itself: intervals, roofs, marks where a curve stops, the buffer limit, notes and messages. */
import type { Chart, Plugin } from 'chart.js';
import type { Figure, Roof } from './figure.ts';
import { groupBy } from './group-by.ts';
import type { Mark } from './notes.ts';
import type { Surface } from './palette.ts';

export interface PluginStyle {
  readonly surface: Surface;
  readonly font: string;
  /** Colour of each series, in the figure's order. */
  readonly colors: readonly string[];
  /** Index of a series' dataset; the fits come before. */
  readonly datasetOf: (series: number) => number;
  /** Whole lines below the chart, already wrapped; empty where the page shows the notes itself. */
  readonly noteLines: readonly string[];
  readonly noteSize: number;
}

/** Between crosses side by side, in pixels. */
const markDistance = 9;

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A note's number as it stands beside its mark. */
export function noteNumber(note: number): string {
  return [...String(note)].map((digit) => superscripts[Number(digit)] ?? '').join('');
}

function eachVisible(chart: Chart, figure: Figure, style: PluginStyle, draw: (series: number) => void): void {
  figure.series.forEach((_, series) => {
    if (chart.isDatasetVisible(style.datasetOf(series))) draw(series);
  });
}

/** Draws nothing beyond the axes. */
export function insideChart(chart: Chart, draw: (context: CanvasRenderingContext2D) => void): void {
  const { ctx, chartArea } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
  ctx.clip();
  draw(ctx);
  ctx.restore();
}

/** Bars from the lower to the upper end of each point's 95 % interval. */
function intervals(figure: Figure, style: PluginStyle): Plugin<'line'> {
  return {
    id: 'intervals',
    beforeDatasetsDraw(chart) {
      insideChart(chart, (context) => {
        context.lineWidth = 1;
        eachVisible(chart, figure, style, (series) => {
          context.strokeStyle = style.colors[series];
          context.beginPath();
          const elements = chart.getDatasetMeta(style.datasetOf(series)).data;
          figure.series[series].points.forEach(({ y, low, high }, index) => {
            if (y === null || low === null || high === null || high <= low) return;
            const { x } = elements[index];
            const [bottom, top] = [low, high].map((value) => chart.scales['y'].getPixelForValue(value));
            context.moveTo(x, bottom);
            context.lineTo(x, top);
            for (const end of [bottom, top]) {
              context.moveTo(x - 3, end);
              context.lineTo(x + 3, end);
            }
          });
          context.stroke();
        });
      });
    },
  };
}

/** Gives the row along the upper edge in which a mark without a size stands: one for each note at a place. */
function edgeRows(figure: Figure): (mark: Mark) => number {
  const atEdge = figure.series.flatMap(({ marks }) => marks.filter(({ y }) => y === null));
  const notes = new Map(
    [...groupBy(atEdge, ({ x }) => x)].map(([x, marks]) => [x, [...new Set(marks.map(({ note }) => note))]]),
  );
  return ({ x, note }) => notes.get(x)?.indexOf(note) ?? 0;
}

/**
 * A cross with the note's number where a series stops or has a gap: at its planned size, or along the upper edge, where each note has a
 * row at its place and the series that share it stand side by side.
 */
function stopMarks(figure: Figure, style: PluginStyle): Plugin<'line'> {
  return {
    id: 'stopMarks',
    afterDatasetsDraw(chart) {
      const { ctx, chartArea, scales } = chart;
      const placed: { readonly x: number; readonly y: number; readonly note: number }[] = [];
      const rowOf = edgeRows(figure);
      ctx.save();
      ctx.lineWidth = 1.5;
      ctx.font = `${style.noteSize}px ${style.font}`;
      ctx.textBaseline = 'middle';
      eachVisible(chart, figure, style, (series) => {
        for (const mark of figure.series[series].marks) {
          const y =
            mark.y === null ? chartArea.top + 8 + 12 * rowOf(mark) : scales['y'].getPixelForValue(mark.y);
          const beside = placed.filter(
            (one) => one.x === mark.x && one.note === mark.note && Math.abs(one.y - y) < markDistance,
          ).length;
          placed.push({ x: mark.x, y, note: mark.note });
          // To the inside of the chart, so that the number stands free behind the first.
          const place = scales['x'].getPixelForValue(mark.x);
          const inwards = place < (chartArea.left + chartArea.right) / 2 ? 1 : -1;
          const x = place + inwards * markDistance * beside;
          ctx.strokeStyle = style.colors[series];
          ctx.beginPath();
          ctx.moveTo(x - 3.5, y - 3.5);
          ctx.lineTo(x + 3.5, y + 3.5);
          ctx.moveTo(x - 3.5, y + 3.5);
          ctx.lineTo(x + 3.5, y - 3.5);
          ctx.stroke();
          if (beside > 0) continue;
          ctx.fillStyle = style.surface.ink;
          ctx.textAlign = inwards < 0 ? 'left' : 'right';
          ctx.fillText(noteNumber(mark.note), x - 5 * inwards, y - 2);
        }
      });
      ctx.restore();
    },
  };
}

function limitLine(figure: Figure, style: PluginStyle): Plugin<'line'> {
  return {
    id: 'limitLine',
    beforeDatasetsDraw(chart) {
      const { limit } = figure;
      if (limit === null) return;
      const { chartArea, scales } = chart;
      const y = scales['y'].getPixelForValue(limit.value);
      if (y < chartArea.top || y > chartArea.bottom) return;
      insideChart(chart, (context) => {
        context.strokeStyle = style.surface.muted;
        context.setLineDash([5, 4]);
        context.beginPath();
        context.moveTo(chartArea.left, y);
        context.lineTo(chartArea.right, y);
        context.stroke();
        context.font = `${style.noteSize}px ${style.font}`;
        context.fillStyle = style.surface.muted;
        context.textAlign = 'left';
        context.textBaseline = y - chartArea.top > 16 ? 'bottom' : 'top';
        context.fillText(limit.label, chartArea.left + 6, y + (context.textBaseline === 'bottom' ? -3 : 3));
      });
    },
  };
}

/** Steps of a roof's line, which is straight only where both axes are of a kind. */
const roofSteps = 48;
const labelGap = 4;
const keyLength = 18;

/** Memory roofs rise with the intensity up to the highest arithmetic; arithmetic roofs begin where the steepest of them arrives. */
function roofLines(figure: Figure, style: PluginStyle): Plugin<'line'> {
  return {
    id: 'roofLines',
    beforeDatasetsDraw(chart) {
      const { chartArea, scales } = chart;
      const [low, high] = [scales['x'].min, scales['x'].max];
      const floor = scales['y'].min;
      const of = (kind: Roof['kind']): readonly Roof[] => figure.roofs.filter((roof) => roof.kind === kind);
      const steepest = Math.max(...of('memory').map(({ perSecond }) => perSecond));
      const highest = Math.max(...of('arithmetic').map(({ perSecond }) => perSecond));
      insideChart(chart, (context) => {
        const stroke = ({ isMain }: Roof, path: () => void): void => {
          context.strokeStyle = style.surface.muted;
          context.lineWidth = isMain ? 1.5 : 1;
          context.setLineDash(isMain ? [] : [4, 3]);
          context.beginPath();
          path();
          context.stroke();
        };
        const line = (roof: Roof, from: number, to: number, at: (x: number) => number): void =>
          stroke(roof, () => {
            for (let step = 0; step <= roofSteps; step++) {
              const x = from * (to / from) ** (step / roofSteps);
              context.lineTo(scales['x'].getPixelForValue(x), scales['y'].getPixelForValue(at(x)));
            }
          });
        const word = (text: string, x: number, y: number, align: CanvasTextAlign): void => {
          context.fillStyle = style.surface.ink;
          context.font = `${style.noteSize}px ${style.font}`;
          context.textAlign = align;
          context.textBaseline = 'middle';
          context.fillText(text, x, y);
        };
        const mainTop = of('arithmetic').find(({ isMain }) => isMain)?.perSecond ?? highest;
        for (const roof of of('memory')) {
          const top = roof.isMain ? mainTop : highest;
          line(
            roof,
            Math.max(low, floor / roof.perSecond, 1e-9),
            top / roof.perSecond,
            (x) => x * roof.perSecond,
          );
        }
        const mainSlope = of('memory').find(({ isMain }) => isMain)?.perSecond ?? steepest;
        for (const roof of of('arithmetic')) {
          line(roof, roof.perSecond / (roof.isMain ? mainSlope : steepest), high, () => roof.perSecond);
        }
        // At the right edge above its line, or below it where another name stands.
        const taken: number[] = [];
        for (const roof of [...of('arithmetic')].sort((a, b) => b.perSecond - a.perSecond)) {
          const y = scales['y'].getPixelForValue(roof.perSecond);
          const above = y - style.noteSize / 2 - labelGap;
          const last = taken.at(-1) ?? -Infinity;
          const free = above - last >= style.noteSize + 1 ? above : y + style.noteSize / 2 + labelGap;
          taken.push(free);
          word(roof.label, chartArea.right - labelGap, free, 'right');
        }
        // Nothing can lie above the slopes: their names have the upper left corner, each with a piece of its line. Where that is
        // too narrow, the notes alone have them.
        const keyOf = (index: number): { readonly x: number; readonly y: number } => ({
          x: chartArea.left + 2 * labelGap,
          y: chartArea.top + (index + 1) * (style.noteSize + labelGap),
        });
        const fits = of('memory').every(({ label }, index) => {
          const { x, y } = keyOf(index);
          const right = x + keyLength + 2 * labelGap + context.measureText(label).width;
          const value = Math.min(highest, scales['y'].getValueForPixel(y + style.noteSize) ?? highest);
          return right < scales['x'].getPixelForValue(value / steepest);
        });
        of('memory').forEach((roof, index) => {
          if (!fits) return;
          const { x, y } = keyOf(index);
          stroke(roof, () => {
            context.moveTo(x, y);
            context.lineTo(x + keyLength, y);
          });
          word(roof.label, x + keyLength + labelGap, y, 'left');
        });
      });
    },
  };
}

function words(figure: Figure, style: PluginStyle): Plugin<'line'> {
  return {
    id: 'words',
    afterDraw(chart) {
      const { ctx, chartArea } = chart;
      ctx.save();
      ctx.fillStyle = style.surface.muted;
      ctx.font = `${style.noteSize}px ${style.font}`;
      if (figure.message !== null) {
        ctx.textAlign = 'center';
        ctx.textBaseline = 'middle';
        const { left, right, top, bottom } = chartArea;
        const whole = ctx.measureText(figure.message).width < right - left;
        const lines = whole ? [figure.message] : figure.message.split(/(?<=[.:]) /);
        lines.forEach((line, index) =>
          ctx.fillText(line, (left + right) / 2, (top + bottom) / 2 + index * style.noteSize * 1.5),
        );
      }
      ctx.textAlign = 'left';
      ctx.textBaseline = 'top';
      const lineHeight = style.noteSize * 1.35;
      const top = chart.height - style.noteLines.length * lineHeight - 2;
      style.noteLines.forEach((line, index) => ctx.fillText(line, 8, top + index * lineHeight));
      ctx.restore();
    },
  };
}

/** In the order in which they draw. */
export function pluginsFor(figure: Figure, style: PluginStyle): readonly Plugin<'line'>[] {
  return [
    limitLine(figure, style),
    roofLines(figure, style),
    intervals(figure, style),
    stopMarks(figure, style),
    words(figure, style),
  ];
}
