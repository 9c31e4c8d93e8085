/** Which device, and which kernel, is fastest where. */
import { left, tableOf, textCell } from '../table.ts';
import type { Field, Table } from '../table.ts';
import { bestDevices, bestKernels } from './best.ts';
import type { Best, BestRow } from './best.ts';
import { markLetters } from './comparability.ts';
import type { HardwareAnalysis } from './judge.ts';
import { ratioText } from './ratio-words.ts';
import { when } from './scope.ts';
import { atOnly, mechanismWords, nameWith, placesOf } from './words.ts';

/** `lavapipe 1.8×`: the next takes that much longer. `≈`: the noise does not tell the two apart. */
function bestText(best: Best, name: string, nextName: string): string {
  const { next, mixed } = best;
  const star = mixed ? ' *' : '';
  if (next === null) return `${name}${star}`;
  if (next.isLevel === true) return `${name} ≈ ${nextName}${star}`;
  const doubt = next.isLevel === null ? ` (${markLetters['no interval']})` : '';
  return `${name} ${ratioText({ value: next.ratio })}${doubt}${star}`;
}

function lengthsOf(rows: readonly BestRow[]): readonly number[] {
  return [...new Set(rows.flatMap(({ best }) => best.map(({ n }) => n)))].sort((a, b) => a - b);
}

function bestFields(
  rows: readonly BestRow[],
  nameOf: (best: Pick<Best, 'device' | 'kernel' | 'own'>) => string,
): readonly Field<BestRow>[] {
  return lengthsOf(rows).map((n) => ({
    column: left(`n_${n}`, `n = ${n}`),
    cell: ({ best }) => {
      const found = best.find((one) => one.n === n);
      if (found === undefined) return { value: null, text: '–' };
      return {
        value: nameOf(found),
        text: bestText(found, nameOf(found), found.next === null ? '' : nameOf(found.next)),
      };
    },
  }));
}

/** Mechanisms down, lengths across. */
export function bestDeviceTable(
  analysis: HardwareAnalysis,
  rows: readonly BestRow[] = bestDevices(analysis),
): Table {
  const place = placesOf(analysis.hardware);
  const places = new Set(rows.map(place));
  return tableOf<BestRow>(
    'best-device',
    `The fastest device for a mechanism and a length${atOnly(places)}, by its fastest kernel; behind it how many times as long the next device takes, or ≈ where the noise does not tell the two apart`,
    rows,
    [
      {
        column: left('mechanism', 'mechanism'),
        cell: ({ mechanism }) => ({ value: mechanism, text: mechanismWords(mechanism ?? '') }),
      },
      {
        column: left('at', when(places.size > 1, 'at')),
        cell: (row) => textCell(place(row)),
      },
      ...bestFields(rows, ({ device }) => analysis.hardware.devices[device].label),
    ],
  );
}

/** Devices down, lengths across. */
export function bestKernelTable(
  analysis: HardwareAnalysis,
  rows: readonly BestRow[] = bestKernels(analysis),
): Table {
  const { devices } = analysis.hardware;
  const place = placesOf(analysis.hardware);
  const places = new Set(rows.map(place));
  return tableOf<BestRow>(
    'best-kernel',
    `The fastest kernel on a device for a length${atOnly(places)}, whatever it computes; behind it how many times as long the next kernel takes`,
    rows,
    [
      {
        column: left('name', 'device'),
        cell: ({ device }) => textCell(device === null ? '' : devices[device].label),
      },
      {
        column: left('at', when(places.size > 1, 'at')),
        cell: (row) => textCell(place(row)),
      },
      ...bestFields(rows, ({ kernel, own }) => nameWith(kernel, own)),
    ],
  );
}
