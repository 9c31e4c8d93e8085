/** Stacked bars as a chart.js configuration: the same for the page and for print. Pure; nothing is drawn here. */
import type { ChartConfiguration, Plugin } from 'chart.js';
import { formatDuration, formatNumber, formatRound } from '../../harness/format.ts';
import { kernelStyles, surfaces } from '../palette.ts';
import type { Surface, Theme } from '../palette.ts';
import type { BarFigure } from './figure.ts';

export interface BarView {
  readonly theme: Theme;
  readonly font: string;
  readonly fontSize: number;
  /** For print: the title is part of the picture. */
  readonly standalone: boolean;
  readonly legend: 'right' | 'bottom';
}

export type BarConfiguration = ChartConfiguration<'bar', (number | null)[], string>;

export function valueText({ quantity }: Pick<BarFigure, 'quantity'>, value: number): string {
  return quantity === 'time' ? formatDuration(value) : `${formatNumber(100 * value)} %`;
}

/** A colour for each segment; what is in no pass is grey. */
function colorsOf({ segments, passes }: BarFigure, theme: Theme): readonly string[] {
  const styles = kernelStyles(passes);
  return segments.map(({ label }) => styles.get(label)?.color[theme] ?? surfaces[theme].muted);
}

/** The whole call's time above each bar. */
function totals(figure: BarFigure, surface: Surface, font: string, size: number): Plugin<'bar'> {
  return {
    id: 'totals',
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      ctx.save();
      ctx.font = `${size}px ${font}`;
      ctx.fillStyle = surface.ink;
      ctx.textAlign = 'center';
      ctx.textBaseline = 'bottom';
      const metas = figure.segments.map((_, index) => chart.getDatasetMeta(index));
      figure.bars.forEach(({ totalNs }, bar) => {
        const tops = metas.flatMap(({ data, hidden }) => (hidden === true ? [] : data[bar].y));
        const tip = tops.filter(Number.isFinite).reduce((a, b) => Math.min(a, b), chart.chartArea.bottom);
        ctx.fillText(formatDuration(totalNs), metas[0].data[bar].x, tip - 3);
      });
      ctx.restore();
    },
  };
}

export function barConfiguration(figure: BarFigure, view: BarView): BarConfiguration {
  const surface = surfaces[view.theme];
  const font = { family: view.font, size: view.fontSize };
  const colors = colorsOf(figure, view.theme);
  const isTime = figure.quantity === 'time';
  const axis = (title: string): Record<string, unknown> => ({
    stacked: true,
    title: { display: title !== '', text: title, color: surface.ink, font },
    border: { color: surface.muted },
  });
  return {
    type: 'bar',
    data: {
      labels: figure.bars.map(({ label }) => label),
      datasets: figure.segments.map(({ label, values }, index) => ({
        label,
        data: [...values],
        backgroundColor: colors[index],
        // Without colour the line between two passes is what tells them apart.
        borderColor: surface.background,
        borderWidth: { top: 1, bottom: 0, left: 0, right: 0 },
        borderSkipped: false,
        maxBarThickness: 72,
      })),
    },
    plugins: [totals(figure, surface, view.font, view.fontSize - 1)],
    options: {
      animation: false,
      responsive: !view.standalone,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      layout: { padding: { top: 4, right: 10, left: 4, bottom: 2 } },
      scales: {
        x: {
          ...axis(figure.xTitle),
          grid: { display: false },
          ticks: { color: surface.muted, font, maxRotation: 30 },
        },
        y: {
          ...axis(isTime ? 'GPU time of a call' : 'share of a call’s GPU time'),
          beginAtZero: true,
          // Room for the totals.
          ...(isTime ? { grace: '8%' } : { max: 1.08, afterBuildTicks: quarterTicks }),
          grid: { color: surface.grid, tickColor: surface.grid },
          ticks: {
            color: surface.muted,
            font,
            callback: (value: string | number) =>
              isTime ? formatRound(Number(value), 'duration') : `${Math.round(100 * Number(value))} %`,
          },
        },
      },
      plugins: {
        title: {
          display: view.standalone,
          text: figure.title,
          align: 'start',
          color: surface.ink,
          font: { ...font, size: view.fontSize + 3, weight: 'bold' },
          padding: { top: 2, bottom: 2 },
        },
        subtitle: {
          display: view.standalone,
          text: figure.subtitle,
          align: 'start',
          color: surface.muted,
          font,
          padding: { bottom: 8 },
        },
        legend: {
          position: view.legend,
          align: 'start',
          // As the bars are stacked.
          reverse: true,
          labels: { color: surface.ink, font, boxWidth: 12, boxHeight: 12, padding: 7 },
        },
        tooltip: {
          enabled: !view.standalone,
          itemSort: (a, b) => b.datasetIndex - a.datasetIndex,
          callbacks: {
            label: ({ dataset, raw }) =>
              typeof raw === 'number' ? `${dataset.label ?? ''}: ${valueText(figure, raw)}` : '',
            footer: ([item]) =>
              item === undefined ? '' : `whole call: ${formatDuration(figure.bars[item.dataIndex].totalNs)}`,
          },
        },
      },
    },
  };
}

/** chart.js asks for ticks by mutation. */
function quarterTicks(axis: { ticks: { value: number }[] }): void {
  axis.ticks = [0, 0.25, 0.5, 0.75, 1].map((value) => ({ value }));
}
