/** The words that a style is asked for by. Apart from the style itself, so that help can be printed without loading a canvas. */

export const legendPlaces = ['top', 'right', 'inside', 'none'] as const;
export type LegendPlace = (typeof legendPlaces)[number];

export const styleNames = ['paper', 'screen'] as const;
export type StyleName = (typeof styleNames)[number];

/** Columns of common two-column styles, in inches. */
export const columns = { single: 3.3, double: 6.9 } as const;

/** As typed on the command line; null where nothing was said. */
export interface StyleWords {
  readonly style: string;
  readonly width: string | null;
  readonly height: string | null;
  readonly font: string | null;
  readonly fontSize: string | null;
  readonly legend: string | null;
  readonly palette: string | null;
  readonly grayscale: boolean;
}
