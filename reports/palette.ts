/**
 * How a kernel looks in every figure of a report: colour, marker and dash, so that black-and-white print and colour-blind eyes
 * can tell series apart. The hues follow Okabe and Ito 2008, darkened or lightened until they read on paper and on dark pages.
 */

export type Theme = 'light' | 'dark';

export type Marker =
  'circle' | 'rect' | 'triangle' | 'rectRot' | 'triangleDown' | 'star' | 'crossRot' | 'cross';

export interface KernelStyle {
  readonly color: Readonly<Record<Theme, string>>;
  readonly marker: Marker;
  /** Only the outline, where the marker has one: every second eight kernels. */
  readonly hollow: boolean;
  readonly dash: readonly number[];
}

interface Look {
  readonly light: string;
  readonly dark: string;
  readonly marker: Marker;
  readonly dash: readonly number[];
}

const looks: readonly Look[] = [
  { light: '#0072b2', dark: '#5cb3ee', marker: 'circle', dash: [] },
  { light: '#c9500a', dark: '#ff8f4d', marker: 'rect', dash: [7, 3] },
  { light: '#00805d', dark: '#35c79b', marker: 'triangle', dash: [2, 2] },
  { light: '#a8467f', dark: '#e493c3', marker: 'rectRot', dash: [9, 3, 2, 3] },
  { light: '#a87400', dark: '#efb93a', marker: 'triangleDown', dash: [4, 2] },
  { light: '#4a9bd1', dark: '#a5d8fb', marker: 'star', dash: [10, 4] },
  { light: '#33383d', dark: '#d6dade', marker: 'crossRot', dash: [5, 2, 1, 2, 1, 2] },
  { light: '#5a3ea6', dark: '#b3a4ff', marker: 'cross', dash: [1, 2] },
];

/** The hues of every second eight, place by place: a marker of strokes alone is the same hollow or not. */
const secondHues: readonly Readonly<Record<Theme, string>>[] = [
  { light: '#8a1c1c', dark: '#ff8a80' },
  { light: '#00838f', dark: '#4dd0e1' },
  { light: '#c2185b', dark: '#ff80ab' },
  { light: '#6b7a00', dark: '#c6d64a' },
  { light: '#283c9c', dark: '#8c9eff' },
  { light: '#6d4c2f', dark: '#c9a27e' },
  { light: '#d81bd8', dark: '#f29bf2' },
  { light: '#3e8e1e', dark: '#9be37a' },
];

/** FNV-1a. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return state >>> 0;
}

/**
 * Deals looks to kernels. Each begins at the place its name gives it and moves on where that is taken, so that a kernel keeps
 * its look from report to report as long as none before it in the alphabet wants the same.
 */
export function kernelStyles(kernels: readonly string[]): ReadonlyMap<string, KernelStyle> {
  const styles = new Map<string, KernelStyle>();
  for (const kernel of [...new Set(kernels)].sort()) {
    const round = Math.floor(styles.size / looks.length);
    const taken = new Set([...styles.values()].slice(round * looks.length).map((style) => style.marker));
    let place = hash(kernel) % looks.length;
    while (taken.has(looks[place].marker)) place = (place + 1) % looks.length;
    const { marker, dash } = looks[place];
    const second = round % 2 === 1;
    const { light, dark } = second ? secondHues[place] : looks[place];
    styles.set(kernel, { color: { light, dark }, marker, hollow: second, dash });
  }
  return styles;
}

/** Dashes that tell the variants of one kernel apart, where there is more than one: solid, dashed, dotted, both. */
export const variantDashes: readonly (readonly number[])[] = [[], [6, 3], [1.5, 2], [8, 2.5, 1.5, 2.5]];

export interface Surface {
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly background: string;
}

export const surfaces: Readonly<Record<Theme, Surface>> = {
  light: { ink: '#1b1f23', muted: '#5b646d', grid: '#e3e6e9', background: '#ffffff' },
  dark: { ink: '#e6e8ea', muted: '#9aa4ad', grid: '#2c3238', background: '#15181b' },
};
