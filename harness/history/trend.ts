/** What the points of a history say: one curve a case and environment, its steps, and which of them still stand. Pure. */
import { median } from '../stats.ts';
import type { Linked, Segment } from './chain.ts';
import { chainOf } from './chain.ts';
import type { ChangePointOptions } from './change-points.ts';
import { changePoints, defaultChangePointOptions } from './change-points.ts';
import { inOrder } from './entries.ts';
import type { Acceptance, Point, Verdict } from './entry.ts';

export interface Moment {
  readonly commit: string;
  readonly committedAt: string;
}

export interface Step {
  /** Of the first point of the new level, in its segment. */
  readonly index: number;
  /** The last commit known to be at the old level. */
  readonly after: Moment | null;
  /** The first known to be at the new one. */
  readonly upTo: Moment;
  /** Time at the new level over time at the old one: 1.05 is 5 % slower. */
  readonly ratio: number;
  /** comparison: one compared the two commits themselves and confirmed it; series: the points on both sides show it. */
  readonly foundBy: 'series' | 'comparison';
  /** Null where nobody accepted it. */
  readonly accepted: string | null;
  /** The newest points of the segment are still slower than those before the step. False for steps to faster code. */
  readonly stands: boolean;
}

export interface TrendPoint extends Moment {
  readonly comparisonId: string;
  readonly verdict: Verdict;
  /** Time over that of the first base of the segment, with its interval. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly exact: Readonly<Record<string, number>>;
}

export interface TrendSegment {
  readonly points: readonly TrendPoint[];
  readonly steps: readonly Step[];
}

export interface Trend {
  readonly environment: string;
  readonly case: string;
  readonly kernel: string;
  /** Where there are several, no comparison joins one to the next. */
  readonly segments: readonly TrendSegment[];
  /** Points without a ratio. */
  readonly without: readonly (Moment & { readonly verdict: Verdict })[];
}

/** A step counts where it is more than three standard errors of the ratios it is made of: 1.5 half 95 % intervals. */
const halfWidths = 1.5;
/** The series puts a step at the wrong point where an outlier lies beside it. */
const misplacedBy = 2;

interface Found {
  readonly after: number;
  readonly index: number;
  readonly step: number;
  readonly foundBy: Step['foundBy'];
}

/**
 * Where a comparison was with the commit before, its verdict is the answer: it compared both sides of the step themselves, and the levels
 * around it only add the errors of other ratios. Where points share an older base, they show the step together.
 */
function foundIn(segment: Segment, options: ChangePointOptions): readonly Found[] {
  const { links } = segment;
  const inSeries = changePoints(
    links.map(({ level }) => level),
    options,
  );
  const certain = inSeries.filter(({ after, index, step }, place) => {
    if (links.slice(after + 1, index + 1).every(({ follows }) => follows)) return false;
    const start = Math.max(inSeries[place - 1]?.index ?? 0, index - options.reach);
    const end = Math.min(inSeries[place + 1]?.index ?? links.length, index + options.reach);
    return Math.abs(step) > halfWidths * segment.stepHalfWidth(start, index, end);
  });
  const confirmed = links.flatMap(({ point, follows }, index): readonly Found[] => {
    const called = point.verdict === 'REGRESSED' || point.verdict === 'IMPROVED';
    const known = certain.some((one) => Math.abs(one.index - index) <= misplacedBy);
    if (!called || !follows || known || point.logRatio === null) return [];
    return [{ after: index - 1, index, step: point.logRatio.value, foundBy: 'comparison' }];
  });
  return [
    ...certain.map(({ after, index, step }): Found => ({ after, index, step, foundBy: 'series' })),
    ...confirmed,
  ].sort((a, b) => a.index - b.index);
}

const momentOf = ({ point: { commit, committedAt } }: Linked): Moment => ({ commit, committedAt });

/** Each acceptance covers one step to slower code: the nearest to its commit. */
function notesOf(
  links: readonly Linked[],
  steps: readonly Found[],
  acceptances: readonly Acceptance[],
): ReadonlyMap<Found, string> {
  const notes = new Map<Found, string>();
  for (const { commit, note } of acceptances) {
    const at = links.findIndex(({ point }) => point.commit === commit);
    if (at === -1) continue;
    const near = steps
      .filter(({ index, step }) => step > 0 && Math.abs(index - at) <= misplacedBy)
      .sort((a, b) => Math.abs(a.index - at) - Math.abs(b.index - at));
    if (near.length > 0) notes.set(near[0], note);
  }
  return notes;
}

function segmentOf(
  segment: Segment,
  acceptances: readonly Acceptance[],
  options: ChangePointOptions,
): TrendSegment {
  const { links } = segment;
  const found = foundIn(segment, options);
  const bounds = [0, ...found.map(({ index }) => index), links.length];
  const levels = bounds
    .slice(1)
    .map((end, piece) => median(links.slice(bounds[piece], end).map(({ level }) => level)));
  const notes = notesOf(links, found, acceptances);
  const newest = levels.at(-1) ?? 0;
  const steps = found.map((one, piece): Step => {
    const { after, index, step, foundBy } = one;
    return {
      index,
      after: after < 0 ? null : momentOf(links[after]),
      upTo: momentOf(links[index]),
      ratio: Math.exp(step),
      foundBy,
      accepted: notes.get(one) ?? null,
      stands: step > 0 && newest - levels[piece] > step / 2,
    };
  });
  const points = links.map((link): TrendPoint => {
    const { point, level, halfWidth } = link;
    return {
      ...momentOf(link),
      comparisonId: point.comparisonId,
      verdict: point.verdict,
      ratio: Math.exp(level),
      low: Math.exp(level - halfWidth),
      high: Math.exp(level + halfWidth),
      exact: point.exact,
    };
  });
  return { points, steps };
}

/** The trends of one environment, by case. */
export function trendsOf(
  environment: string,
  points: readonly Point[],
  acceptances: readonly Acceptance[],
  options: ChangePointOptions = defaultChangePointOptions,
): readonly Trend[] {
  const byCase = new Map<string, Point[]>();
  for (const point of inOrder(points)) {
    const known = byCase.get(point.case);
    if (known === undefined) byCase.set(point.case, [point]);
    else known.push(point);
  }
  return [...byCase.values()]
    .map((ofCase): Trend => {
      const [{ case: id, kernel }] = ofCase;
      const { segments, without } = chainOf(ofCase);
      const concerning = acceptances.filter(({ target }) => target === id || target === kernel);
      return {
        environment,
        case: id,
        kernel,
        segments: segments.map((segment) => segmentOf(segment, concerning, options)),
        without: without.map(({ commit, committedAt, verdict }) => ({ commit, committedAt, verdict })),
      };
    })
    .sort((a, b) => (a.case < b.case ? -1 : Number(a.case > b.case)));
}

/** What `check` alarms about: slower, and nobody said that it may be. */
export function alarmsOf(trend: Trend): readonly Step[] {
  return trend.segments.flatMap(({ steps }) =>
    steps.filter(({ stands, accepted }) => stands && accepted === null),
  );
}
