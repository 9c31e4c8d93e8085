/** The implementations of flash attention, and which of them suits an adapter. */
import type { Caps, Plan, Shape } from '../contract.ts';
import type { SdpaParams } from '../lib/sdpa.ts';
import { broadcastPlan, broadcastShapes } from './broadcast.ts';
import { matrixPlan, matrixShapes, refuseMatrix } from './matrix.ts';
import { tilePlan, tileShapes } from './tile.ts';

export const variants = ['tile', 'broadcast', 'matrix'] as const;
type Variant = (typeof variants)[number];

export interface FlashParams extends SdpaParams {
  readonly variant: 'auto' | Variant;
}

/**
 * `broadcast` wins on software adapters, where a load costs as much as dozens of multiply-adds. A lane owns at least four queries,
 * which leaves real GPUs with too few threads; they get `matrix` where they have the units for it, else `tile`.
 */
function chooseVariant(p: FlashParams, caps: Caps): Variant {
  if (p.variant !== 'auto') return p.variant;
  if (!caps.software) return refuseMatrix(p, caps) === null ? 'matrix' : 'tile';
  return caps.features.has('subgroups') && broadcastShapes(p, caps).length > 0 ? 'broadcast' : 'tile';
}

export function flashShapes(p: FlashParams, caps: Caps): readonly Shape[] {
  switch (chooseVariant(p, caps)) {
    case 'tile':
      return tileShapes(p, caps);
    case 'broadcast':
      return broadcastShapes(p, caps);
    case 'matrix':
      return matrixShapes(p, caps);
  }
}

export function flashPlan(p: FlashParams, caps: Caps, wanted?: Shape): Plan {
  const shape = wanted ?? flashShapes(p, caps)[0];
  switch (chooseVariant(p, caps)) {
    case 'tile':
      return tilePlan(p, shape);
    case 'broadcast':
      return broadcastPlan(p, caps, shape);
    case 'matrix':
      return matrixPlan(p, caps, shape);
  }
}
