/**
 * Ratios joined into a curve: the base of a comparison is found again as the head of an earlier one, by the hash of what ran. Times are
 * no part of it, so machines may be slower one day and faster the next. Pure.
 */
import type { Point } from './entry.ts';

/** Which ratios a level is made of: index of the ratio, and its factor. */
type Weights = ReadonlyMap<number, number>;

export interface Linked {
  readonly point: Point;
  /** ln of the time over that of the segment's first base. */
  readonly level: number;
  /** Half the 95 % interval of the level: errors of all ratios between, added as independent errors are. */
  readonly halfWidth: number;
  /** Base is the code that the point before it ran. */
  readonly follows: boolean;
}

/** Points that hang together. Between two segments nothing is known. */
export class Segment {
  private readonly halfWidths: number[] = [];
  private readonly weights: Weights[] = [];
  private readonly codes = new Map<
    string,
    { readonly level: number; readonly weights: Weights; readonly count: number }
  >();
  readonly links: Linked[] = [];

  constructor(root: string) {
    this.codes.set(root, { level: 0, weights: new Map(), count: 0 });
  }

  has(hash: string): boolean {
    return this.codes.has(hash);
  }

  private widthOf(weights: Weights): number {
    return Math.hypot(...[...weights].map(([ratio, factor]) => factor * this.halfWidths[ratio]));
  }

  add(point: Point, base: string, head: string, logRatio: NonNullable<Point['logRatio']>): void {
    const from = this.codes.get(base);
    if (from === undefined) return;
    const same = base === head;
    const level = from.level + (same ? 0 : logRatio.value);
    const weights = new Map(from.weights);
    if (!same) {
      weights.set(this.halfWidths.length, 1);
      this.halfWidths.push((logRatio.high - logRatio.low) / 2);
      this.see(head, level, weights);
    }
    const follows = this.links.at(-1)?.point.hashes.head === base;
    this.weights.push(weights);
    this.links.push({ point, level, halfWidth: this.widthOf(weights), follows });
  }

  /** Code that was measured before is at the mean of what was seen. */
  private see(head: string, level: number, weights: Weights): void {
    const known = this.codes.get(head);
    if (known?.count === 0) return;
    const count = (known?.count ?? 0) + 1;
    const mixed = new Map<number, number>();
    for (const [ratio, factor] of known?.weights ?? []) mixed.set(ratio, (factor * (count - 1)) / count);
    for (const [ratio, factor] of weights) mixed.set(ratio, (mixed.get(ratio) ?? 0) + factor / count);
    this.codes.set(head, {
      level: (known?.level ?? 0) + (level - (known?.level ?? 0)) / count,
      weights: mixed,
      count,
    });
  }

  /**
   * Half the 95 % interval, from the errors of the ratios alone, of the mean level of links [cut, end) less that of [start, cut). Ratios
   * that both sides are built on cancel.
   */
  stepHalfWidth(start: number, cut: number, end: number): number {
    const total = new Map<number, number>();
    for (let index = start; index < end; index++) {
      const share = index < cut ? -1 / (cut - start) : 1 / (end - cut);
      for (const [ratio, factor] of this.weights[index]) {
        total.set(ratio, (total.get(ratio) ?? 0) + share * factor);
      }
    }
    return this.widthOf(total);
  }
}

export interface Chain {
  readonly segments: readonly Segment[];
  /** Points that no ratio came of, such as wrong numbers. */
  readonly without: readonly Point[];
}

/** The points of one case in one environment, in order. */
export function chainOf(points: readonly Point[]): Chain {
  const segments: Segment[] = [];
  const without: Point[] = [];
  for (const point of points) {
    const { hashes, logRatio, verdict } = point;
    const { base, head } = hashes;
    if (head !== null && verdict === 'NEW') {
      const segment = new Segment(head);
      segment.add(point, head, head, { value: 0, low: 0, high: 0 });
      segments.push(segment);
    } else if (base === null || head === null || logRatio === null) {
      without.push(point);
    } else {
      let segment = segments.findLast((one) => one.has(base));
      if (segment === undefined) segments.push((segment = new Segment(base)));
      segment.add(point, base, head, logRatio);
    }
  }
  return { segments, without };
}
