/**
 * What series look like on paper. A kernel has the marker and the dash that it has in every report, and the palette's colour of that
 * place, so that it looks the same in all figures of a paper.
 */
import type { FigureSeries } from '../figure.ts';
import { lookOf } from '../figures.ts';
import type { SeriesLook } from '../figures.ts';
import { kernelStyles, surfaces } from '../palette.ts';
import type { KernelStyle, Marker } from '../palette.ts';
import { grayOf } from './grayscale.ts';

export const paletteNames = ['okabe-ito', 'tol', 'gray'] as const;
export type PaletteName = (typeof paletteNames)[number];

/** By marker, of the first eight kernels and of the second eight. */
type Colors = Readonly<Record<Marker, readonly [string, string]>>;

/** Paul Tol's bright and muted schemes (2021), yellow and sand darkened until they read on paper. */
const tol: Colors = {
  circle: ['#4477aa', '#332288'],
  rect: ['#ee6677', '#882255'],
  triangle: ['#228833', '#117733'],
  rectRot: ['#aa3377', '#cc6677'],
  triangleDown: ['#b8a11f', '#999933'],
  star: ['#33a6cc', '#5fb3d4'],
  crossRot: ['#555555', '#000000'],
  cross: ['#332288', '#44aa99'],
};

/** Neighbours far apart, none lighter than a thin line bears. */
const gray: Colors = {
  circle: ['#000000', '#5e5e5e'],
  rect: ['#6f6f6f', '#1c1c1c'],
  triangle: ['#3a3a3a', '#7d7d7d'],
  rectRot: ['#8c8c8c', '#2b2b2b'],
  triangleDown: ['#1e1e1e', '#8c8c8c'],
  star: ['#7d7d7d', '#000000'],
  crossRot: ['#4d4d4d', '#6f6f6f'],
  cross: ['#2b2b2b', '#4d4d4d'],
};

const palettes: Readonly<Record<PaletteName, Colors | null>> = { 'okabe-ito': null, tol, gray };

export interface Look extends SeriesLook {
  /** Only the outline of the marker. */
  readonly hollow: boolean;
}

export interface Coloring {
  readonly palette: PaletteName;
  readonly grayscale: boolean;
}

function colorOf(style: KernelStyle, { palette, grayscale }: Coloring): string {
  const color = palettes[palette]?.[style.marker][style.hollow ? 1 : 0] ?? style.color.light;
  return grayscale ? grayOf(color) : color;
}

/** The most kernels that differ in marker, hollow or not. */
const mostKernels = 16;

/** Kernels of a paper share one deal; where they are too many to be told apart, those of the figure alone do. */
export function dealtKernels(all: readonly string[], shown: readonly string[]): readonly string[] {
  return new Set(all).size <= mostKernels ? all : [...new Set(shown)];
}

/** The colour of a kernel by itself. */
export function kernelColor(kernel: string, kernels: readonly string[], coloring: Coloring): string {
  const style = kernelStyles(kernels).get(kernel);
  return style === undefined ? surfaces.light.ink : colorOf(style, coloring);
}

/** Looks of series, in their order. */
export function looksOf(
  series: readonly FigureSeries[],
  kernels: readonly string[],
  coloring: Coloring,
): readonly Look[] {
  const { background } = surfaces.light;
  return series.map((one) => {
    const look = lookOf(one, { kernels, theme: 'light' });
    const hollow = look.fill === background;
    const color = kernelColor(one.kernel, kernels, coloring);
    return { ...look, color, hollow, fill: hollow ? background : color };
  });
}
