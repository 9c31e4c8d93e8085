/** Which shapes the kernels of a run had, in words. */
import type { CaseRecord } from '../harness/record.ts';

const tableOf = (from: string): string => from.split('#')[0];

/**
 * `shapes: flash from kernels/flash/tuning/lavapipe-8.json, performer default`, then each reason why an entry was passed over.
 * Nothing where no kernel had a choice.
 */
export function shapeLines(records: readonly CaseRecord[]): readonly string[] {
  const sources = new Map<string, Map<string, number>>();
  const notes = new Set<string>();
  for (const record of records) {
    if (!('shape' in record) || record.shape === undefined) continue;
    const { kernel, shape } = record;
    const counts = sources.get(kernel) ?? new Map<string, number>();
    const source = shape.from === 'default' ? 'default' : `from kernels/${kernel}/${tableOf(shape.from)}`;
    sources.set(kernel, counts.set(source, (counts.get(source) ?? 0) + 1));
    if (shape.note !== undefined) notes.add(`${kernel}: ${shape.note}; it ran with its default`);
  }
  if (sources.size === 0) return [];
  const words = [...sources].map(([kernel, counts]) => {
    const parts = [...counts].map(([source, count]) => (counts.size === 1 ? source : `${source} (${count})`));
    return `${kernel} ${parts.join(' and ')}`;
  });
  return [`shapes: ${words.join(', ')}`, ...notes];
}
