/** What a point says when it is pointed at: an element of the page, so that its text can be selected and read. */
import type { Chart, TooltipModel } from 'chart.js';
import type { Analysis } from '../analysis.ts';
import type { Figure, Point } from '../figure.ts';
import {
  formatBytes,
  formatDuration,
  formatDurationRange,
  formatGiga,
  formatPercent,
  formatScientific,
} from '../../harness/format.ts';
import type { Row } from '../rows.ts';
import { element } from './dom.ts';

function facts(row: Row): readonly (readonly [string, string])[] {
  const { timing, quality, bytes } = row;
  const found: (readonly [string, string])[] = [];
  if (timing !== null) {
    found.push([timing.clock === 'gpu' ? 'median' : 'median, wall', formatDuration(timing.medianNs)]);
    const ends = timing.interval;
    found.push([
      '95 % interval',
      ends === null ? 'too few samples' : formatDurationRange(ends.lowNs, ends.highNs),
    ]);
    found.push(['samples', String(timing.samples)]);
    if (timing.flopsPerSecond !== null) found.push(['GFLOP/s', formatGiga(timing.flopsPerSecond)]);
    if (timing.bytesPerSecond !== null) found.push(['GB/s', formatGiga(timing.bytesPerSecond)]);
    if (timing.shareOfPeak !== null) found.push(['% of peak', formatPercent(timing.shareOfPeak)]);
  }
  if (bytes !== null) found.push(['memory', formatBytes(bytes.peak)]);
  if (quality !== null && quality.nmse !== null) {
    found.push([
      'NMSE',
      `${formatScientific(quality.nmse)} (at most ${formatScientific(quality.tolerance)})`,
    ]);
  }
  return found;
}

function fill(tip: HTMLElement, title: string, row: Row, says: Point['says']): void {
  const list = element('dl', {});
  for (const [name, value] of [...(says === undefined ? [] : [says]), ...facts(row)]) {
    list.append(element('dt', {}, name), element('dd', {}, value));
  }
  tip.replaceChildren(element('strong', {}, title), list, element('p', { class: 'case-id' }, row.id));
}

/** Shows and moves the tip beside the canvas as chart.js asks. */
export function showTooltip(
  tip: HTMLElement,
  analysis: Analysis,
  figure: Figure,
  { chart, tooltip }: { readonly chart: Chart; readonly tooltip: TooltipModel<'line'> },
): void {
  const [point] = tooltip.dataPoints ?? [];
  const series = point === undefined ? undefined : figure.series[point.datasetIndex];
  const shown = series === undefined || point === undefined ? undefined : series.points[point.dataIndex];
  if (tooltip.opacity === 0 || shown === undefined || series === undefined) {
    tip.hidden = true;
    return;
  }
  fill(tip, series.label, analysis.rows[shown.row], shown.says);
  tip.hidden = false;
  const left = Math.min(Math.max(tooltip.caretX + 12, 0), chart.width - tip.offsetWidth);
  const flip = tooltip.caretX + 12 + tip.offsetWidth > chart.width && tooltip.caretX > tip.offsetWidth + 12;
  tip.style.left = `${flip ? tooltip.caretX - tip.offsetWidth - 12 : left}px`;
  tip.style.top = `${Math.max(0, Math.min(tooltip.caretY - 20, chart.height - tip.offsetHeight))}px`;
}
