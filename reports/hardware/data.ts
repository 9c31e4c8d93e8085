/** A hardware comparison for programs. */
import { comparabilityOf } from './comparability.ts';
import { everyCase, judgeAll, summarise } from './judge.ts';
import type { HardwareAnalysis } from './judge.ts';
import type { RatioEstimate } from './ratio.ts';

const plain = (ratio: RatioEstimate | null): object => ({
  ratio: ratio?.value ?? null,
  low: ratio?.interval?.low ?? null,
  high: ratio?.interval?.high ?? null,
});

/** Devices by index, what each takes over the reference, in all and case by case, and what is not measured alike. */
export function devicesData(analysis: HardwareAnalysis): object {
  const { hardware, rows } = analysis;
  const { devices, reference, cases } = hardware;
  return {
    devices,
    reference,
    relative: devices.map((_, device) => {
      const { mean, cases: count, withheld } = summarise(analysis, everyCase(analysis), device, reference);
      return { device, ...plain(mean), cases: count, withheld };
    }),
    ratios: cases.flatMap((one, index) =>
      devices.flatMap((_, device) => {
        const row = one.rows[device];
        const judged = device === reference ? null : judgeAll(analysis, device, reference)[index];
        if (row === null || judged === null || judged.kind === 'missing') return [];
        const marks = judged.kind === 'ratio' ? judged.marks : ['kernel version'];
        return [
          { id: rows[row].id, device, ...plain(judged.kind === 'ratio' ? judged.ratio : null), notes: marks },
        ];
      }),
    ),
    comparability: comparabilityOf(analysis),
  };
}
