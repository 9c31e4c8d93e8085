/** What a comparison adds to the history. Pure. */
import { UsageError } from '../errors.ts';
import type { ComparedCase, Comparison } from '../gate/comparison.ts';
import type { Environment, Point } from './entry.ts';
import { historySchemaName } from './entry.ts';

export type Addition =
  | { readonly kind: 'points'; readonly environment: Environment; readonly points: readonly Point[] }
  /** Nothing to add, and why. */
  | { readonly kind: 'nothing'; readonly why: string; readonly untrusted: boolean };

function environmentOf({ adapter, host, clock, flags }: Comparison): Environment | null {
  if (adapter === null || clock === null) return null;
  const { features: _features, limits: _limits, ...kept } = adapter;
  const { name, webgpu, cpu, cores } = host;
  return {
    schema: historySchemaName,
    kind: 'environment',
    adapter: kept,
    host: { name, webgpu, cpu, cores },
    clock: clock.source,
    flags: [...flags].sort(),
  };
}

function logRatioOf(one: ComparedCase): Point['logRatio'] {
  if (!('timed' in one)) return null;
  const { timed } = one;
  if (timed !== null) {
    const { ratio, low, high } = timed.effect;
    return { value: Math.log(ratio), low: Math.log(low), high: Math.log(high) };
  }
  const { base, head } = one.hashes;
  return base !== null && base === head ? { value: 0, low: 0, high: 0 } : null;
}

function exactOf({ exact }: ComparedCase): Record<string, number> {
  return Object.fromEntries(exact.flatMap(({ metric, head }) => (head === null ? [] : [[metric, head]])));
}

/**
 * The points of a comparison whose head is a commit. `dateOf` is the committer's date of a commit, null where it is not known: then the
 * comparison's own date stands in.
 */
export function pointsOf(
  comparison: Comparison,
  name: string,
  dateOf: (commit: string) => string | null,
): Addition {
  const { head, base, comparisonId, startedAt, control, cases } = comparison;
  const { commit } = head;
  if (commit === null || head.dirty) {
    throw new UsageError(
      commit === null
        ? `${name} compares ${head.label}, which is no commit: a history has a place for commits only`
        : `${name} compares ${head.label} with changes that are in no commit: commit them and compare again`,
    );
  }
  if (control?.significant === true) {
    return { kind: 'nothing', why: `${name} is not to be believed: ${control.message}`, untrusted: true };
  }
  const environment = environmentOf(comparison);
  if (environment === null) {
    const why = `${name} timed nothing, so it belongs to no environment; nothing is missing: the next comparison goes on from the same code`;
    return { kind: 'nothing', why, untrusted: false };
  }
  const committedAt = new Date(dateOf(commit) ?? startedAt).toISOString();
  const points = cases.map((one): Point => ({
    schema: historySchemaName,
    kind: 'point',
    case: one.id,
    kernel: one.kernel,
    commit,
    committedAt,
    baseCommit: base.commit,
    comparisonId,
    hashes: one.hashes,
    verdict: one.verdict,
    logRatio: logRatioOf(one),
    sessions: 'timed' in one ? (one.timed?.sessions.length ?? 0) : 0,
    exact: exactOf(one),
  }));
  return { kind: 'points', environment, points };
}
