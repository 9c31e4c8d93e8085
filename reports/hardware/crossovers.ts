/** Where kernels cross, device beside device. */
import type { CrossoverRow } from '../groups.ts';
import type { HardwareAnalysis } from './judge.ts';

export interface CrossoverOfDevice {
  readonly device: number;
  readonly row: CrossoverRow;
}

export const axesKey = (axes: CrossoverRow['axes']): string =>
  JSON.stringify(Object.entries(axes).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Crossovers with softmax attention, those of one pair and place below each other, device by device. Of several runs the latest. */
export function crossoversOfDevices(analysis: HardwareAnalysis): readonly CrossoverOfDevice[] {
  const { hardware, rows, crossovers, runs } = analysis;
  const softmax = new Set(rows.flatMap(({ kernel, mechanism }) => (mechanism === 'sdpa' ? [kernel] : [])));
  const floors = new Set(rows.flatMap(({ kernel, mechanism }) => (mechanism === 'copy' ? [kernel] : [])));
  const deviceOfRun = new Map(
    hardware.devices.flatMap(({ runs: own }, device) => own.map((run) => [run, device])),
  );
  const startedAt = ({ run }: CrossoverRow): string => runs[run].header.startedAt;
  const groups = new Map<string, Map<number, CrossoverRow>>();
  for (const row of crossovers) {
    const { first, second, axes, crossover } = row;
    const isWanted = (softmax.has(first) || softmax.has(second)) && !floors.has(first) && !floors.has(second);
    if (!isWanted || crossover.kind === 'unknown') continue;
    const key = JSON.stringify([[first, second].sort(), axesKey(axes)]);
    const members = groups.get(key) ?? new Map<number, CrossoverRow>();
    groups.set(key, members);
    const device = deviceOfRun.get(row.run) ?? 0;
    const known = members.get(device);
    if (known === undefined || startedAt(known) <= startedAt(row)) members.set(device, row);
  }
  return [...groups.values()].flatMap((members) =>
    [...members].map(([device, row]) => ({ device, row })).sort((a, b) => a.device - b.device),
  );
}
