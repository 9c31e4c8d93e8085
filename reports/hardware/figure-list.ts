/** Which figures a hardware comparison has as files. */
import { bestDeviceMap, bestKernelMap, crossoverMap } from './heat-map.ts';
import type { HeatMap } from './heat-map.ts';
import type { HardwareAnalysis } from './judge.ts';
import { staticPanels } from './panels.ts';
import type { StaticPanels } from './panels.ts';

export type HardwareFigureSpec =
  | { readonly kind: 'panels'; readonly id: string; readonly panels: StaticPanels }
  | { readonly kind: 'heat map'; readonly id: string; readonly map: HeatMap };

/** A heat map is for one look: this many rows. */
const mostRows = 40;

function cut(map: HeatMap): HeatMap {
  const more = map.rows.length - mostRows;
  return more <= 0
    ? map
    : {
        ...map,
        rows: map.rows.slice(0, mostRows),
        notes: [...map.notes, `${more} more rows are in the table ${map.id}.`],
      };
}

/** Small multiples of the settings that are covered best, and the heat maps. */
export function hardwareFigures(analysis: HardwareAnalysis): readonly HardwareFigureSpec[] {
  const panels = staticPanels(analysis).map((one): HardwareFigureSpec => ({
    kind: 'panels',
    id: one.id,
    panels: one,
  }));
  const maps = [bestDeviceMap(analysis), bestKernelMap(analysis), crossoverMap(analysis)]
    .filter(({ rows }) => rows.length > 0)
    .map((map): HardwareFigureSpec => ({ kind: 'heat map', id: map.id, map: cut(map) }));
  return [...panels, ...maps];
}
