/** Whether series can be told apart without colours: by how light they are, by marker, or by dash. */

function channels(color: string): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
}

const linear = (channel: number): number =>
  channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;

/** Relative luminance of `#rrggbb` (sRGB, D65), 0 to 1. */
export function luminance(color: string): number {
  const [red, green, blue] = channels(color).map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** CIE lightness, 0 to 100: equal steps look equal. */
export function lightness(color: string): number {
  const value = luminance(color);
  return value <= 0.008_856 ? 903.3 * value : 116 * Math.cbrt(value) - 16;
}

/** The gray as light as a colour. */
export function grayOf(color: string): string {
  const value = luminance(color);
  const channel = value <= 0.003_130_8 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
  const hex = Math.round(255 * channel)
    .toString(16)
    .padStart(2, '0');
  return `#${hex}${hex}${hex}`;
}

/** Thin lines and small marks nearer than this look alike. */
export const leastLightness = 12;

export interface Seen {
  readonly label: string;
  readonly color: string;
  readonly pointStyle: string;
  readonly rotation: number;
  readonly hollow: boolean;
  /** Null where no line is drawn. */
  readonly dash: readonly number[] | null;
}

const markerOf = ({ pointStyle, rotation, hollow }: Seen): string => `${pointStyle} ${rotation} ${hollow}`;
const dashOf = ({ dash }: Seen): string => (dash ?? []).join();

export interface Likeness {
  readonly labels: readonly [string, string];
  /** Of lightness. */
  readonly distance: number;
}

/** Pairs that are told apart by nothing but hue. */
export function lookAlikes(series: readonly Seen[]): readonly Likeness[] {
  return series.flatMap((one, index) =>
    series.slice(index + 1).flatMap((other): readonly Likeness[] => {
      const distance = Math.abs(lightness(one.color) - lightness(other.color));
      const differ =
        distance >= leastLightness || markerOf(one) !== markerOf(other) || dashOf(one) !== dashOf(other);
      return differ ? [] : [{ labels: [one.label, other.label], distance }];
    }),
  );
}
