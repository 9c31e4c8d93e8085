/** Flash attention in workgroup tiles, and its split over the keys where there are few rows. */
import type { Caps, Pass, Plan, Shape } from '../contract.ts';
import { ceilDivide, passAt } from '../lib/plan.ts';
import { maskUniforms, sdpaCost } from '../lib/sdpa.ts';
import type { SdpaParams } from '../lib/sdpa.ts';
import { mergePass, splitCount, splitKeys, splitScratch, workgroupTile } from '../lib/tile.ts';

/** Workgroups that keep a wide GPU busy, and the few threads of a software adapter. */
const busyWorkgroups = { gpu: 256, software: 8 };
/** With more tiles of rows, or fewer keys, they are never split. Long sweeps over n or m stay on one side and so keep their pipeline. */
const fewTiles = 8;
const fewKeys = splitKeys / 2;

/** What shares keys and a mask: a head; without a mask all heads of a group, whose rows lie one after the other. */
function unitsOf(p: SdpaParams) {
  const group = p.causal ? 1 : p.heads / p.kvHeads;
  return { units: (p.batch * p.heads) / group, unitRows: p.n * group, group: p.heads / p.kvHeads / group };
}

/** Split where tiles of rows alone leave the adapter idle. */
export function tileShapes(p: SdpaParams, caps: Caps): readonly Shape[] {
  const { units, unitRows } = unitsOf(p);
  const rowTiles = ceilDivide(unitRows, workgroupTile(p, unitRows).rows);
  const busy = caps.software ? busyWorkgroups.software : busyWorkgroups.gpu;
  const split = { keys: 'split' };
  const whole = { keys: 'whole' };
  return rowTiles <= fewTiles && units * rowTiles < busy && p.m > fewKeys ? [split, whole] : [whole, split];
}

export function tilePlan(p: SdpaParams, { keys }: Shape): Plan {
  const { units, unitRows, group } = unitsOf(p);
  const tile = workgroupTile(p, unitRows);
  const chunks = ['../lib/visible.wgsl', ...tile.includes, 'tile-keys.wgsl'];
  const rowTiles = ceilDivide(unitRows, tile.rows);
  const split = keys === 'split';
  const splits = split ? splitCount(p) : 1;
  const own: Pass['uniforms'] = {
    ...tile.uniforms,
    ...maskUniforms(p),
    m: p.m,
    units,
    unit_rows: unitRows,
    group,
    row_tiles: rowTiles,
  };
  const workgroups = units * rowTiles * splits;
  const cost = sdpaCost(p);
  if (!split) {
    return {
      variant: 'tile',
      scratch: [],
      passes: [
        passAt(p.precision, {
          name: 'attention',
          shader: 'tile.wgsl',
          includes: [...chunks, '../lib/attend-write.wgsl'],
          constants: tile.constants,
          uniforms: own,
          bindings: ['q', 'k', 'v', 'y'],
          workgroups,
          cost,
        }),
      ],
    };
  }
  const partialBytes = p.batch * p.heads * p.n * splits * (Math.ceil(p.dv / 4) * 16 + 8);
  return {
    variant: 'tile, keys split',
    scratch: splitScratch(p, p.n),
    passes: [
      passAt(p.precision, {
        name: 'attention',
        shader: 'split.wgsl',
        includes: [...chunks, '../lib/attend-split.wgsl'],
        constants: tile.constants,
        uniforms: { ...own, splits, split_keys: splitKeys },
        bindings: ['q', 'k', 'v', 'partial_output', 'partial_stats'],
        workgroups,
        cost: { ...cost, bytesWritten: partialBytes },
      }),
      mergePass(p, p.n, { uniforms: { unit_rows: unitRows }, positions: [] }),
    ],
  };
}
