/** The trend of one case as a chart.js configuration. Pure; nothing is drawn here. */
import type { ChartConfiguration, ChartDataset, Plugin } from 'chart.js';
import type { Step, Trend } from '../../harness/history/trend.ts';
import { surfaces } from '../palette.ts';
import type { Theme } from '../palette.ts';
import { changeText, dayOf, shortCommit } from './tables.ts';

export interface TrendView {
  readonly theme: Theme;
  readonly font: string;
  readonly fontSize: number;
}

interface ChartPoint {
  readonly x: number;
  readonly y: number;
}
export type TrendConfiguration = ChartConfiguration<'line', ChartPoint[]>;

const lineColor: Readonly<Record<Theme, string>> = { light: '#0072b2', dark: '#5cb3ee' };
const bandColor: Readonly<Record<Theme, string>> = { light: '#0072b226', dark: '#5cb3ee2e' };
const stepColors: Readonly<Record<'slower' | 'faster', Readonly<Record<Theme, string>>>> = {
  slower: { light: '#c2290a', dark: '#ff8f70' },
  faster: { light: '#00805d', dark: '#35c79b' },
};

function stepColor({ accepted, ratio }: Step, theme: Theme): string {
  if (accepted !== null) return surfaces[theme].muted;
  return stepColors[ratio > 1 ? 'slower' : 'faster'][theme];
}

/** Where the first point of each segment stands: points follow one another at equal distances, with a free place where a chain breaks. */
function offsetsOf({ segments }: Trend): readonly number[] {
  let next = 0;
  return segments.map(({ points }) => {
    const offset = next;
    next += points.length + 1;
    return offset;
  });
}

/** Lines of the interval and the trend, three a segment. */
function datasetsOf(trend: Trend, theme: Theme): ChartDataset<'line', ChartPoint[]>[] {
  const offsets = offsetsOf(trend);
  return trend.segments.flatMap(({ points }, index) => {
    const line = (value: 'low' | 'ratio' | 'high'): ChartPoint[] =>
      points.map((point, at) => ({ x: offsets[index] + at, y: point[value] }));
    const edge = { pointRadius: 0, pointHitRadius: 0, borderWidth: 0, backgroundColor: bandColor[theme] };
    return [
      { ...edge, label: 'low', data: line('low') },
      { ...edge, label: 'high', data: line('high'), fill: '-1' },
      {
        label: 'ratio',
        data: line('ratio'),
        borderColor: lineColor[theme],
        backgroundColor: lineColor[theme],
        borderWidth: 1.5,
        pointRadius: points.length > 60 ? 1.5 : 2.5,
        pointHitRadius: 8,
      },
    ];
  });
}

/** The interval of a point that stands alone, where there is no band to see it by. */
function lonePoints(trend: Trend, theme: Theme): Plugin<'line'> {
  const offsets = offsetsOf(trend);
  return {
    id: 'lonePoints',
    afterDatasetsDraw({ ctx, scales }) {
      ctx.save();
      ctx.strokeStyle = lineColor[theme];
      ctx.lineWidth = 1.5;
      trend.segments.forEach(({ points }, index) => {
        if (points.length !== 1) return;
        const x = scales['x'].getPixelForValue(offsets[index]);
        ctx.beginPath();
        ctx.moveTo(x, scales['y'].getPixelForValue(points[0].low));
        ctx.lineTo(x, scales['y'].getPixelForValue(points[0].high));
        ctx.stroke();
      });
      ctx.restore();
    },
  };
}

/** Upright lines: steps with their size, and breaks of the chain. */
function uprights(trend: Trend, { theme, font, fontSize }: TrendView): Plugin<'line'> {
  const offsets = offsetsOf(trend);
  return {
    id: 'uprights',
    beforeDatasetsDraw({ ctx, chartArea, scales }) {
      const draw = (x: number, color: string, dash: number[], label: string): void => {
        const pixel = scales['x'].getPixelForValue(x);
        ctx.strokeStyle = color;
        ctx.setLineDash(dash);
        ctx.beginPath();
        ctx.moveTo(pixel, chartArea.top);
        ctx.lineTo(pixel, chartArea.bottom);
        ctx.stroke();
        const roomRight = chartArea.right - pixel > ctx.measureText(label).width + 6;
        ctx.textAlign = roomRight ? 'left' : 'right';
        ctx.fillStyle = color;
        ctx.fillText(label, pixel + (roomRight ? 4 : -4), chartArea.top - 4);
      };
      ctx.save();
      ctx.font = `${fontSize}px ${font}`;
      ctx.textBaseline = 'bottom';
      ctx.lineWidth = 1;
      trend.segments.forEach(({ steps }, index) => {
        if (index > 0) draw(offsets[index] - 1, surfaces[theme].muted, [2, 3], 'break');
        for (const step of steps) {
          const color = stepColor(step, theme);
          draw(
            offsets[index] + step.index - 0.5,
            color,
            step.accepted === null ? [] : [5, 3],
            changeText(step.ratio),
          );
        }
      });
      ctx.restore();
    },
  };
}

/** The point that stands at a place of the x axis. */
export function pointAt(trend: Trend, x: number): Trend['segments'][number]['points'][number] | undefined {
  const offsets = offsetsOf(trend);
  const segment = offsets.findLastIndex((offset) => offset <= x);
  return trend.segments[segment]?.points[x - offsets[segment]];
}

function tipLines(trend: Trend, x: number): string[] {
  const point = pointAt(trend, x);
  if (point === undefined) return [];
  return [
    `${changeText(point.ratio)}, ${changeText(point.low)} to ${changeText(point.high)}`,
    `commit ${shortCommit(point.commit)}, ${point.verdict}`,
  ];
}

export function trendConfiguration(trend: Trend, view: TrendView): TrendConfiguration {
  const surface = surfaces[view.theme];
  const font = { family: view.font, size: view.fontSize };
  const last = (offsetsOf(trend).at(-1) ?? 0) + (trend.segments.at(-1)?.points.length ?? 1) - 1;
  return {
    type: 'line',
    data: { datasets: datasetsOf(trend, view.theme) },
    plugins: [uprights(trend, view), lonePoints(trend, view.theme)],
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      layout: { padding: { top: view.fontSize + 8, right: 12, left: 2, bottom: 2 } },
      scales: {
        x: {
          type: 'linear',
          min: -0.5,
          max: last + 0.5,
          border: { color: surface.muted },
          grid: { display: false },
          ticks: {
            color: surface.muted,
            font,
            maxRotation: 0,
            autoSkipPadding: 16,
            precision: 0,
            callback: (value) => {
              const point = pointAt(trend, Number(value));
              return point === undefined ? '' : dayOf(point.committedAt);
            },
          },
        },
        y: {
          grace: '10%',
          suggestedMin: 0.98,
          suggestedMax: 1.02,
          border: { color: surface.muted },
          title: { display: true, text: 'time over first base', color: surface.ink, font },
          grid: { color: surface.grid, tickColor: surface.grid },
          ticks: { color: surface.muted, font, callback: (value) => changeText(Number(value)) },
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          filter: ({ dataset }) => dataset.label === 'ratio',
          displayColors: false,
          callbacks: {
            title: ([item]) => {
              const point = item === undefined ? undefined : pointAt(trend, item.parsed.x ?? -1);
              return point === undefined ? '' : dayOf(point.committedAt);
            },
            label: ({ parsed }) => tipLines(trend, parsed.x ?? -1),
          },
        },
      },
    },
  };
}
