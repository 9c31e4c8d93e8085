/** Which key a row sees, and how many pairs that makes. */
import type { TileParams } from '../lib/tile.ts';

export interface Window extends TileParams {
  /** Keys on each side, beside the row's own. */
  readonly window: number;
  readonly dilation: number;
  readonly globals: number;
}

/** A sequence has no more global positions than positions. */
export const globalCount = (p: Window): number => Math.min(p.globals, p.n);

/** Global positions by default: evenly spread, the first at 0. Distinct and ascending. */
export function spreadPositions(p: Window): readonly number[] {
  const count = globalCount(p);
  return Array.from({ length: count }, (_, index) => Math.floor((index * p.n) / count));
}

/** The keys that row i sees, ascending, each once. A global row sees all; any other its window and the global columns. */
export function visibleKeys(p: Window, global: ReadonlySet<number>, i: number): readonly number[] {
  const last = p.causal ? i : p.n - 1;
  if (global.has(i)) return Array.from({ length: last + 1 }, (_, j) => j);
  const keys = new Set(global);
  for (let step = -reach(p, i); step <= reach(p, p.n - 1 - i); step++) keys.add(i + step * p.dilation);
  return [...keys].filter((j) => j <= last).sort((a, b) => a - b);
}

/** Window steps that fit into `room` positions. */
const reach = (p: Window, room: number): number => Math.min(p.window, Math.floor(room / p.dilation));

/** Pairs of a row and a key it sees, per head: O(n + globals * window) steps. `positions` are distinct and ascending. */
export function visiblePairs(p: Window, positions: readonly number[]): number {
  const global = new Set(positions);
  let pairs = 0;
  for (let i = 0; i < p.n; i++) {
    if (global.has(i)) pairs += p.causal ? i + 1 : p.n;
    else pairs += 1 + reach(p, i) + (p.causal ? 0 : reach(p, p.n - 1 - i));
  }
  positions.forEach((j, index) => {
    // Rows that see column j as a global one, less those whose window held it already.
    const globalRows = p.causal ? positions.length - index : positions.length;
    pairs += (p.causal ? p.n - j : p.n) - globalRows;
    for (let step = p.causal ? 0 : -reach(p, j); step <= reach(p, p.n - 1 - j); step++) {
      if (!global.has(j + step * p.dilation)) pairs -= 1;
    }
  });
  return pairs;
}
