/** Where a legend inside the plot hides nothing. */
import type { Figure } from '../figure.ts';
import type { Axis } from './axes.ts';

export interface Spot {
  readonly side: 'left' | 'right';
  readonly edge: 'top' | 'bottom';
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** From 0 at the lower end to 1 at the upper. */
function shareOf({ type, min, max }: Axis, value: number): number {
  return type === 'linear' ? (value - min) / (max - min) : Math.log(value / min) / Math.log(max / min);
}

/** Steps of a line between two points, each of which a legend may not cover. */
const steps = 8;

/** Everything that is drawn, as shares of the plot from its lower left corner. */
function inked(figure: Figure, x: Axis, y: Axis, joined: boolean): readonly Place[] {
  return figure.series.flatMap(({ points, marks }) => {
    const places = points.map((point) =>
      point.y === null ? null : { x: shareOf(x, point.x), y: shareOf(y, point.y) },
    );
    const between = places.flatMap((to, index): readonly Place[] => {
      const from = index === 0 ? null : places[index - 1];
      if (to === null) return [];
      if (from === null || !joined) return [to];
      return Array.from({ length: steps }, (_, step) => {
        const share = (step + 1) / steps;
        return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
      });
    });
    const stops = marks.map((mark) => ({
      x: shareOf(x, mark.x),
      y: mark.y === null ? 0.97 : shareOf(y, mark.y),
    }));
    return [...between, ...stops];
  });
}

const spots: readonly Spot[] = (['top', 'bottom'] as const).flatMap((edge) =>
  (['left', 'right'] as const).map((side) => ({ side, edge })),
);

/** The first corner in which a box of this size, in shares of the plot, hides nothing; null where there is none. */
export function freeSpot(figure: Figure, x: Axis, y: Axis, joined: boolean, box: Size): Spot | null {
  const places = inked(figure, x, y, joined);
  const inside = ({ side, edge }: Spot, place: Place): boolean =>
    (side === 'left' ? place.x < box.width : place.x > 1 - box.width) &&
    (edge === 'bottom' ? place.y < box.height : place.y > 1 - box.height);
  return spots.find((spot) => !places.some((place) => inside(spot, place))) ?? null;
}
